"""How commands speak: one JSON document or plain lines on stdout, everything else on stderr."""

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot import settings
from bot.pack import Pack, PackError, read_pack
from bot.settings import Settings, SettingsError
from db.engine import Sessions, make_engine, make_sessions

PROBLEMS = 1  # exit code: the answer is no, or problems were found
USAGE = 2  # exit code: wrong usage or setting

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
T = TypeVar("T")


def emit(document: object, *, as_json: bool, lines: Iterable[str]) -> None:
    """Print *document* as JSON, or the *lines* for people."""
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return
    for line in lines:
        typer.echo(line)


def fail(message: str, code: int) -> NoReturn:
    """Say on stderr what is wrong and what to do, and end with *code*."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


def loaded() -> Settings:
    """Return the settings of this process; a wrong one ends the command with every problem."""
    try:
        return settings.load()
    except SettingsError as exc:
        fail(str(exc), USAGE)


def pack_of(folder: Path) -> Pack:
    """Return the pack in *folder*; a broken one ends the command with every problem."""
    try:
        return read_pack(folder)
    except PackError as exc:
        fail(str(exc), PROBLEMS)


def awaited(work: Coroutine[Any, Any, T]) -> T:
    """Run *work* to its end; a database that cannot be used ends the command with a clear line."""
    try:
        return asyncio.run(work)
    except (DBAPIError, OSError) as exc:
        cause = getattr(exc, "orig", None) or exc
        fail(
            f"The database cannot be used: {cause}. Check FINGERPOST_DATABASE_URL; "
            "“fingerpost db upgrade” makes the tables.",
            PROBLEMS,
        )


def has_database(chosen: Settings) -> bool:
    """Say whether there can be data already: a SQLite file that exists, or a server."""
    url = make_url(chosen.database_url)
    return url.get_backend_name() != "sqlite" or Path(str(url.database)).exists()


@asynccontextmanager
async def database(chosen: Settings) -> AsyncIterator[Sessions]:
    """Give sessions on the chosen database while the block runs."""
    engine = make_engine(chosen.database_url)
    try:
        yield make_sessions(engine)
    finally:
        await engine.dispose()
