"""INSERT ... ON CONFLICT, spelled the way of the session's database."""

from typing import cast

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import Base


def insert(session: AsyncSession, table: type[Base]) -> postgresql.Insert:
    """Return an INSERT into *table* that knows ``on_conflict_do_...`` and ``returning``."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    # the two classes share these methods but no base class that has them
    return cast(postgresql.Insert, sqlite.insert(table))
