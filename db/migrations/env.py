"""Run by Alembic: on the connection it is given, else on FINGERPOST_DATABASE_URL."""

import asyncio
import os
from typing import TYPE_CHECKING, Any, Literal

from alembic import context
from sqlalchemy import Connection

from db import listings, mailing, models, news, sending, voice
from db.base import Base
from db.engine import make_migrator
from db.types import UtcDateTime

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext

TABLES = (
    listings,
    mailing,
    models,
    news,
    sending,
    voice,
)  # all are imported so that Base knows all tables


def render_item(kind: str, item: Any, _context: "AutogenContext") -> str | Literal[False]:
    """Write our own types as plain ones, because a migration imports no project code.

    Any: Alembic passes a type, a default or a constraint.
    """
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def migrate(connection: Connection) -> None:
    """Run the wanted migrations on *connection*."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        # SQLite cannot alter a table: Alembic copies it
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


async def migrate_by_url() -> None:
    """Run them on the database of the environment, for the alembic command itself."""
    engine = make_migrator(os.environ["FINGERPOST_DATABASE_URL"])
    async with engine.begin() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    asyncio.run(migrate_by_url())
