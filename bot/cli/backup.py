"""`backup` and `restore`: the way out of a database and back into one."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot import backup as backups
from bot.cli import output
from bot.cli.output import AsJson
from bot.erasures import ErasureFile
from db.backup import NoTables, UnknownRevision

_SENTENCES: dict[type[Exception], str] = {
    FileExistsError: "{file} is there already. Choose another name.",
    NoTables: "The database has no tables yet: nothing to back up.",
    UnknownRevision: "A newer version of Fingerpost made this (schema {exc}). Install that "
    "version, or a later one.",
    backups.BadBackup: "{file} cannot be used: {exc}. Nothing was changed.",
    backups.NotEmpty: "The database holds data already. Choose an empty one "
    "(FINGERPOST_DATABASE_URL), or write --replace to delete them.",
    backups.InUse: "A bot is running on this database. Stop it first.",
}


def backup(
    file: Annotated[Path, typer.Argument(help="Is made; never replaced.")],
    as_json: AsJson = False,
) -> None:
    """Write all data into FILE, while the bot runs if need be, and read it once to be sure."""
    chosen = output.loaded()
    if not output.has_database(chosen):
        output.fail("There is no database yet: nothing to back up.", output.PROBLEMS)
    with _explained(file):
        made = asyncio.run(backups.write(chosen.database_url, file, datetime.now(UTC)))
    _note(chosen.database_url, made.created_at)
    document = {
        "file": str(file),
        "bytes": file.stat().st_size,
        "revision": made.revision,
        "created_at": made.created_at.isoformat(),
        "rows": {name: part.rows for name, part in made.tables.items()},
    }
    lines = [
        f"{file}: {made.rows} rows, {document['bytes']} bytes. It was read back and is whole.",
        f"Keep {chosen.erasures_file} too, at another place than this machine.",
    ]
    output.emit(document, as_json=as_json, lines=lines)


def restore(
    file: Annotated[Path, typer.Argument(help="What `backup` wrote.", exists=True, dir_okay=False)],
    replace: Annotated[
        bool, typer.Option("--replace", help="Delete what the database holds now.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fill an empty database from FILE. Then nothing is sent before a coordinator says yes."""
    chosen = output.loaded()
    if replace and not yes:
        _ask()
    noted = ErasureFile(chosen.erasures_file)
    with _explained(file):
        marks = noted.read()
        done = asyncio.run(
            backups.restore(
                chosen.database_url, file, datetime.now(UTC), marks=marks, replace=replace
            )
        )
    if not chosen.erasures_file.exists():
        typer.echo(
            f"There is no {chosen.erasures_file}. Whoever sent /forget or stopped the mails after "
            "the backup is in the data again. If you have that file, put it there and restore "
            "again with --replace.",
            err=True,
        )
    document = {
        "file": str(file),
        "revision": done.manifest.revision,
        "created_at": done.manifest.created_at.isoformat(),
        "rows": done.manifest.rows,
        "forgotten": done.forgotten,
        "stopped": done.stopped,
        "held": done.held,
    }
    lines = [
        f"{done.manifest.rows} rows of {done.manifest.created_at:%Y-%m-%d %H:%M} UTC are back.",
        f"Forgotten again: {done.forgotten}. Mails stopped again: {done.stopped}. "
        f"Held: {', '.join(done.held) or 'nothing'}.",
        "Start the bot. Nothing is sent before a coordinator sends /health and says yes.",
    ]
    output.emit(document, as_json=as_json, lines=lines)


def _note(url: str, at: datetime) -> None:
    """Remember the backup, for health; one that cannot be noted is a backup all the same."""
    try:
        asyncio.run(backups.noted(url, at))
    except (SQLAlchemyError, OSError) as exc:
        reason = getattr(exc, "orig", None) or exc
        typer.echo(f"The database could not note that there is a backup: {reason}.", err=True)


def _ask() -> None:
    """End the command unless a person types yes."""
    typer.echo("All that the database holds now is deleted, and comes from the file.", err=True)
    if typer.prompt("Type yes to go on", err=True, default="no").strip().lower() != "yes":
        output.fail("Nothing was changed.", output.PROBLEMS)


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    """End the command with a clear line for what can go wrong with *file* or the database."""
    try:
        yield
    except tuple(_SENTENCES) as exc:
        output.fail(_SENTENCES[type(exc)].format(file=file, exc=exc), output.PROBLEMS)
    except (DBAPIError, OSError) as exc:
        if isinstance(exc, OSError) and exc.filename is not None:
            output.fail(f"{exc.filename}: {exc.strerror}.", output.PROBLEMS)
        output.fail(
            f"The database cannot be used: {getattr(exc, 'orig', None) or exc}. Nothing was "
            "changed. Check FINGERPOST_DATABASE_URL.",
            output.PROBLEMS,
        )
