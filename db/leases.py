"""Queries about jobs that only one process does at a time."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import case, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.sending import LeaseRow
from db.upsert import insert

RESTORED = "restored"  # there until a person says that messages may leave (`db.restored`)
BACKUP = "backup"  # when the last one was made (`db.saved`)

_STARTING = 7_403_117  # any number of our own


class Fence(NamedTuple):
    """The number of a lease at the time when its holder took it."""

    lease: str
    number: int


async def take_turns(session: AsyncSession) -> None:
    """Wait until no other process is in a transaction that called this, and keep them waiting.

    For what several processes do when they start together. SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text(f"SELECT pg_advisory_xact_lock({_STARTING})"))


async def acquire(
    session: AsyncSession, name: str, holder: str, now: datetime, ttl: timedelta
) -> int | None:
    """Take the lease for *ttl* if it is free, and return its fencing number; else None.

    The number grows with each new holder, so work done under an older one can be told
    apart. Who holds it already keeps its number.
    """
    mine = LeaseRow.holder == holder
    taken = await session.scalars(
        insert(session, LeaseRow)
        .values(name=name, holder=holder, fence=1, expires_at=now + ttl)
        .on_conflict_do_update(
            index_elements=["name"],
            set_={
                "holder": holder,
                "fence": LeaseRow.fence + case((mine & (LeaseRow.expires_at > now), 0), else_=1),
                "expires_at": now + ttl,
            },
            where=mine | (LeaseRow.expires_at <= now),
        )
        .returning(LeaseRow.fence)
        .execution_options(populate_existing=True)
    )
    return taken.one_or_none()


async def holds(session: AsyncSession, fence: Fence) -> bool:
    """Say whether nobody has taken the lease since; until the end of the transaction nobody can.

    So what the transaction writes was written by the holder, also when its process slept for
    an hour between looking at the clock and writing. Who takes over waits for it, and finds it.
    Nobody holds anything in a database that comes from a backup, until a person says yes.
    """
    waits = select(LeaseRow.name).where(LeaseRow.name == RESTORED).exists()
    still = select(LeaseRow.name).where(
        LeaseRow.name == fence.lease, LeaseRow.fence == fence.number, ~waits
    )
    # the lock that holders share and a new one must wait for; SQLite has one writer anyway
    return await session.scalar(still.with_for_update(read=True)) is not None


async def release(session: AsyncSession, name: str, holder: str, now: datetime) -> bool:
    """Give the lease back so that another need not wait; False when it was not held."""
    released = await session.scalars(
        update(LeaseRow)
        .where(LeaseRow.name == name, LeaseRow.holder == holder, LeaseRow.expires_at > now)
        .values(expires_at=now)
        .returning(LeaseRow.name)
    )
    return released.one_or_none() is not None
