"""Queries about when the last backup was made; a row among the leases, which no purge deletes."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db import leases
from db.sending import LeaseRow
from db.upsert import insert


async def note(session: AsyncSession, at: datetime) -> None:
    """Remember that a backup was made, of the data as they were *at* that moment."""
    marked = {"holder": at.isoformat(), "expires_at": at}
    await session.execute(
        insert(session, LeaseRow)
        .values(name=leases.BACKUP, fence=0, **marked)
        .on_conflict_do_update(index_elements=["name"], set_=marked)
    )


async def last(session: AsyncSession) -> datetime | None:
    """Return of which moment the last backup is, None when none was ever made."""
    at = await session.scalar(select(LeaseRow.holder).where(LeaseRow.name == leases.BACKUP))
    return None if at is None else datetime.fromisoformat(at)
