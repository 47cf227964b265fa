"""The schema of a database: bring it up to date, take it back, compare it with the tables."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    create_engine,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from db import listings, mailing, models, news, sending, voice
from db.base import DOCUMENT, Base
from db.engine import make_migrator, normalised
from db.types import UtcDateTime

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_403_116  # any number of our own: two processes must not migrate at once

_TABLES = (
    listings,
    mailing,
    models,
    news,
    sending,
    voice,
)  # all are imported so that Base knows all tables


async def upgrade(url: str) -> None:
    """Bring the database to the newest schema, creating a SQLite file if need be.

    One transaction: it is done whole or not at all. A second process waits for the first.

    Raises:
        ValueError: *url* is not one that we use.
    """
    make_folder(url)
    async with connected(url) as connection:
        await upgrade_on(connection)


async def downgrade(url: str, revision: str) -> None:
    """Take the database back to *revision* (``base``: no tables at all)."""
    async with connected(url) as connection:
        await connection.run_sync(_run(lambda config: command.downgrade(config, revision)))


async def upgrade_on(connection: AsyncConnection, revision: str = "head") -> None:
    """Bring the tables to *revision* inside the transaction of *connection*."""
    await connection.run_sync(_run(lambda config: command.upgrade(config, revision)))


async def revision_of(connection: AsyncConnection) -> str | None:
    """Return at which revision the tables are, None when there are none of ours."""
    return await connection.run_sync(
        lambda sync: MigrationContext.configure(sync).get_current_revision()
    )


def revisions() -> list[str]:
    """Return every revision that this version knows, the newest first."""
    return [each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()]


@cache
def tables_at(revision: str) -> Sequence[Table]:
    """Return the tables as they are at *revision*, in an order that respects foreign keys.

    Read from an empty database in memory that the migrations have made: a table of somebody
    else in the same database is not among them. Types are those of both kinds of database.
    """
    metadata = MetaData()
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        _run(lambda config: command.upgrade(config, revision))(connection)
        metadata.reflect(connection)
    engine.dispose()
    found = [each for each in metadata.sorted_tables if each.name != "alembic_version"]
    for column in (column for table in found for column in table.columns):
        column.type = _on_both(column.type)
    return found


def _on_both(kind: TypeEngine[Any]) -> TypeEngine[Any]:  # Any: of whatever a column holds
    """Return the type that writes and reads a column alike on SQLite and PostgreSQL."""
    if isinstance(kind, DateTime):
        return UtcDateTime()
    if isinstance(kind, JSON):
        return DOCUMENT
    plain = (Boolean, Date, LargeBinary, Float, Integer)
    return next((each() for each in plain if isinstance(kind, each)), Text())


async def check(url: str) -> list[str]:
    """Return in words how the database differs from what this version expects; empty if equal."""
    async with connected(url) as connection:
        return await connection.run_sync(_differences)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection]:
    """Give a connection in one transaction that alters tables; no second process has one."""
    engine = make_migrator(url).execution_options(writes=True)
    try:
        async with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            yield connection
    finally:
        await engine.dispose()


def _run(step: Callable[[Config], None]) -> Callable[[Connection], None]:
    def run(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        step(config)

    return run


def _config() -> Config:
    """Return Alembic's configuration, found beside this file: works from an installed package."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _differences(connection: Connection) -> list[str]:
    migration = MigrationContext.configure(connection)
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    found = []
    if (current := migration.get_current_revision()) != newest:
        found.append(f"the schema is at {current or 'nothing'}, this version needs {newest}")
    found.extend(_in_words(compare_metadata(migration, Base.metadata)))
    return found


def _in_words(differences: Iterable[Any]) -> list[str]:  # Any: Alembic's tuples of many shapes
    words = []
    for difference in differences:
        if isinstance(difference, list):  # the changes of one column
            words.extend(_in_words(difference))
            continue
        what, *rest = difference
        words.append(f"{what.replace('_', ' ')}: {_name(what, rest)}")
    return words


def _name(what: str, rest: list[Any]) -> str:  # Any: see _in_words
    if what.startswith("modify_"):
        _schema, table, column, _known, before, after = rest
        return f"{table}.{column} from {before} to {after}"
    if what.endswith("_column"):
        return f"{rest[1]}.{rest[2].name}"
    return str(rest[0].name)


def make_folder(url: str) -> None:
    """Make the folder of a SQLite file, if there is none."""
    target = normalised(url)
    if target.get_backend_name() == "sqlite" and target.database not in {None, "", ":memory:"}:
        Path(str(target.database)).parent.mkdir(parents=True, exist_ok=True)
