"""Every row of every table, streamed out and in: the same from SQLite and from PostgreSQL.

A row is a mapping of plain values as JSON knows them. What becomes of them is `bot.backup`'s.
"""

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Column, Date, LargeBinary, Table, bindparam, func, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from db import schema
from db.engine import make_engine
from db.types import UtcDateTime

Row = Mapping[str, Any]  # Any: what JSON knows

_ROWS_AT_ONCE = 500


class NoTables(Exception):
    """The database has no tables of ours."""


class UnknownRevision(Exception):
    """The database, or a backup, was made by a newer version; names its revision."""


class BrokenData(Exception):
    """The rows do not fit together, says the database; says which."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A database as it was at one moment. *revision*: of its tables."""

    revision: str
    _connection: AsyncConnection

    @property
    def tables(self) -> list[str]:
        """The names of its tables, in an order in which they can be filled."""
        return [table.name for table in schema.tables_at(self.revision)]

    async def rows(self, name: str) -> AsyncIterator[Row]:
        """Yield the rows of a table, in the order of its key."""
        table = _table(self.revision, name)
        found = await self._connection.stream(select(table).order_by(*table.primary_key))
        async for some in found.mappings().partitions(_ROWS_AT_ONCE):
            for row in some:
                yield {column: plain(value) for column, value in row.items()}


@asynccontextmanager
async def snapshot(url: str) -> AsyncIterator[Snapshot]:
    """Give the database as it is now while the block runs; others write on meanwhile.

    One transaction that only reads. SQLite's write-ahead log lets it see one moment and
    hinder nobody (https://www.sqlite.org/isolation.html), so no copy of the file is needed.

    Raises:
        NoTables: there are none of ours.
        UnknownRevision: a newer version has upgraded it.
    """
    engine = make_engine(url)
    try:
        async with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            revision = await schema.revision_of(connection)
            if revision is None:
                raise NoTables
            yield Snapshot(must_know(revision), connection)
    finally:
        await engine.dispose()


def must_know(revision: str) -> str:
    """Return *revision* if this version knows it.

    Raises:
        UnknownRevision: it does not.
    """
    if revision not in schema.revisions():
        raise UnknownRevision(revision)
    return revision


async def counts(connection: AsyncConnection) -> dict[str, int]:
    """Return how many rows each table has, empty ones left out; nothing without tables."""
    revision = await schema.revision_of(connection)
    if revision is None:
        return {}
    found = {}
    for table in schema.tables_at(must_know(revision)):
        if n := await connection.scalar(select(func.count()).select_from(table)):
            found[table.name] = n
    return found


async def is_led(connection: AsyncConnection, now: datetime) -> bool:
    """Say whether a bot does its jobs on the database, which has tables of ours."""
    revision = await schema.revision_of(connection)
    leases = _table(must_know(revision or ""), "leases")
    led = select(leases.c.name).where(leases.c.name == "jobs", leases.c.expires_at > now)
    return (await connection.execute(led)).first() is not None


async def make_tables(connection: AsyncConnection, revision: str) -> None:
    """Delete every table of ours and make them anew, empty, as they were at *revision*."""
    there = set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
    before = await schema.revision_of(connection)
    known = schema.tables_at(before) if before is not None else ()
    for name in [*(table.name for table in reversed(known)), "alembic_version"]:
        if name in there:
            await connection.execute(text(f'DROP TABLE "{name}"'))
    await schema.upgrade_on(connection, revision)


async def fill(
    connection: AsyncConnection, revision: str, name: str, read: Callable[[], Iterable[Row]]
) -> None:
    """Put rows into the empty table *name*, whose columns are those of *revision*.

    *read* is called twice where rows refer to others of their own table: those may come later.
    """
    table = _table(revision, name)
    readers = {column.name: _reader(column) for column in table.columns}
    own = [column for column in table.columns if _refers_to_itself(column)]
    empty: dict[str, None] = dict.fromkeys(column.name for column in own)
    for some in _batches({**_read(row, readers), **empty} for row in read()):
        await connection.execute(table.insert(), some)
    for column in own:
        (key,) = table.primary_key
        referring = (
            {"of": row[key.name], "to": row[column.name]}
            for row in read()
            if row[column.name] is not None
        )
        refer = table.update().where(key == bindparam("of")).values({column: bindparam("to")})
        for some in _batches(referring):
            await connection.execute(refer, some)


async def finish(connection: AsyncConnection) -> None:
    """Let numbers go on where those of the rows end, and look whether all rows fit together.

    Raises:
        BrokenData: a row refers to one that is not there, or the file is damaged.
    """
    if connection.dialect.name == "postgresql":  # which refuses such rows by itself
        await _count_on(connection)
        return
    for pragma, well in (("foreign_key_check", []), ("integrity_check", [("ok",)])):
        found = (await connection.execute(text(f"PRAGMA {pragma}"))).all()
        if [tuple(row) for row in found] != well:
            raise BrokenData(f"{pragma}: {tuple(found[0])}")


async def _count_on(connection: AsyncConnection) -> None:
    rows = await connection.execute(
        text(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND column_default LIKE 'nextval(%'"
        )
    )
    for table, column in rows.all():
        await connection.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{column}'), "  # noqa: S608  (names that the database gave)
                f'coalesce(max("{column}"), 1), max("{column}") IS NOT NULL) FROM "{table}"'
            )
        )


def _table(revision: str, name: str) -> Table:
    return next(table for table in schema.tables_at(revision) if table.name == name)


def _refers_to_itself(column: Column[Any]) -> bool:  # Any: whatever it holds
    return any(key.column.table is column.table for key in column.foreign_keys)


def plain(value: Any) -> Any:  # Any: of a column of whatever kind; what JSON knows
    """Return a column's value as JSON knows it; `fill` makes the value of it again."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return b64encode(value).decode() if isinstance(value, bytes) else value


def _reader(column: Column[Any]) -> Callable[[Any], Any]:  # Any: as in plain
    """Return what makes a value of *column* of what `plain` made of it."""
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat
    if isinstance(column.type, Date):
        return date.fromisoformat
    return b64decode if isinstance(column.type, LargeBinary) else lambda value: value


def _read(
    row: Row, readers: Mapping[str, Callable[[Any], Any]]
) -> dict[str, Any]:  # Any: see there
    if row.keys() != readers.keys():
        raise BrokenData(f"columns: {sorted(row.keys() ^ readers.keys())}")
    return {name: None if row[name] is None else read(row[name]) for name, read in readers.items()}


def _batches(rows: Iterable[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:  # Any: values
    waiting = iter(rows)
    while some := list(islice(waiting, _ROWS_AT_ONCE)):
        yield some
