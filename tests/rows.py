"""Rows for every table of a revision, made from nothing but the types of the columns."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Float, Integer, LargeBinary, Table
from sqlalchemy.ext.asyncio import AsyncConnection

from db import backup, schema
from db.types import UtcDateTime

_ROWS = 2
_MADE: Mapping[type, Any] = {
    Boolean: lambda n: n == 1,
    Integer: lambda n: n,
    Float: lambda n: n + 0.1,
    UtcDateTime: lambda n: datetime(2026, 1, n, 12, 30, 15, 123456, tzinfo=UTC),
    Date: lambda n: date(2026, 2, n),
    LargeBinary: lambda n: bytes([0, 255, n]),
    JSON: lambda n: {"أهلا": [n, None, "🙂"]},
}


async def fill(url: str, revision: str) -> None:
    """Make the tables of *revision* and put two rows into each, the second as empty as may be."""
    async with schema.connected(url) as connection:
        await schema.upgrade_on(connection, revision)
        for table in schema.tables_at(revision):
            await _put(connection, revision, table)


async def _put(connection: AsyncConnection, revision: str, table: Table) -> None:
    rows = [
        {column.name: _value(column, number) for column in table.columns}
        for number in range(1, _ROWS + 1)
    ]
    await backup.fill(
        connection,
        revision,
        table.name,
        lambda: [{name: backup.plain(value) for name, value in row.items()} for row in rows],
    )


def _value(column: Any, number: int) -> Any:
    """Return what stands in *column* of row *number*; the first refers to the second."""
    refers = [key.column.table for key in column.foreign_keys]
    if column.nullable and number == _ROWS:
        return None
    if refers and not column.primary_key:
        number = 1 + (refers[0] is column.table)
    made = next((made for kind, made in _MADE.items() if isinstance(column.type, kind)), None)
    return made(number) if made is not None else f"v{number}"


async def read(url: str) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table, as a backup has them."""
    async with backup.snapshot(url) as found:
        return {name: [dict(row) async for row in found.rows(name)] for name in found.tables}
