"""How commands speak: one JSON document or plain lines on stdout, everything else on stderr."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot import environment
from bot.cli.printing import PROBLEMS, USAGE, AsJson, emit, fail
from bot.environment import SettingsError
from bot.pack import Pack, PackError, read_pack
from bot.settings import Settings
from db.engine import Sessions, make_engine, make_sessions

__all__ = ["PROBLEMS", "USAGE", "AsJson", "emit", "fail"]  # and what is defined here
T = TypeVar("T")


def loaded() -> Settings:
    """Return the settings of this process; a wrong one ends the command with every problem."""
    try:
        return environment.load()
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
