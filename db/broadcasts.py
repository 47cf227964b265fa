"""Queries about broadcasts."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.documents import SHAPE, dump
from db.sending import BroadcastRow
from delivery.broadcast import Audience, Broadcast, Shape, State


async def create(
    session: AsyncSession,
    *,
    author_id: int,
    texts: Mapping[str, str],
    audience: Audience,
    now: datetime,
    shape: Shape = Shape(),  # noqa: B008  (frozen)
) -> int:
    """Store a new draft and return its id."""
    row = BroadcastRow(
        shape=dump(SHAPE, shape),
        author_id=author_id,
        texts=dict(texts),
        audience=audience,
        state=State.DRAFT,
        created_at=now,
    )
    session.add(row)
    await session.flush()
    return row.id


async def find(session: AsyncSession, broadcast_id: int) -> Broadcast | None:
    """Return the broadcast, or None."""
    row = await session.get(BroadcastRow, broadcast_id)
    return _broadcast(row) if row is not None else None


async def in_state(session: AsyncSession, state: State) -> list[Broadcast]:
    """Return the broadcasts in *state*, oldest first."""
    rows = await session.scalars(
        select(BroadcastRow).where(BroadcastRow.state == state).order_by(BroadcastRow.id)
    )
    return [_broadcast(row) for row in rows]


async def move(
    session: AsyncSession,
    broadcast_id: int,
    *,
    old: State | Collection[State],
    new: State,
    by: int,
    now: datetime,
) -> bool:
    """Move a broadcast from *old* to *new*; False if it was not in *old* any more.

    One UPDATE, so of two workers exactly one gets True. An approval by the author is
    refused here too, whatever the caller has read before.
    """
    states = [old] if isinstance(old, State) else list(old)
    statement = update(BroadcastRow).where(
        BroadcastRow.id == broadcast_id, BroadcastRow.state.in_(states)
    )
    if new is State.APPROVED:
        statement = statement.where(BroadcastRow.author_id.is_distinct_from(by))
    noted = {"submitted_at": now} if new is State.PENDING else {"decided_by": by, "decided_at": now}
    moved = await session.scalars(statement.values(state=new, **noted).returning(BroadcastRow.id))
    return moved.one_or_none() is not None


def _broadcast(row: BroadcastRow) -> Broadcast:
    return Broadcast(
        id=row.id,
        author_id=row.author_id,
        texts=row.texts,
        audience=Audience(row.audience),
        state=State(row.state),
        created_at=row.created_at,
        submitted_at=row.submitted_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        shape=Shape() if row.shape is None else SHAPE.validate_python(row.shape),
        send_at=row.send_at,
        until=row.until,
        origin_id=row.origin_id,
        override=row.override,
    )
