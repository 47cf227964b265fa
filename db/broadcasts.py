"""Queries about broadcasts."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.begun import has_begun
from db.documents import SHAPE, dump
from db.sending import BroadcastRow, CampaignRow, RecipientRow
from delivery.broadcast import Audience, Broadcast, Shape, State
from delivery.model import Status

_CAMPAIGN = "broadcast:"  # before the number of an update: what the outbox calls it


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
    if new in (State.APPROVED, State.SCHEDULED):
        statement = statement.where(BroadcastRow.author_id.is_distinct_from(by))
    noted = {"submitted_at": now} if new is State.PENDING else {"decided_by": by, "decided_at": now}
    moved = await session.scalars(statement.values(state=new, **noted).returning(BroadcastRow.id))
    return moved.one_or_none() is not None


async def overrule(
    session: AsyncSession, broadcast_id: int, *, new: State, by: int, why: str, now: datetime
) -> bool:
    """Approve a waiting broadcast without a second person; False if it did not wait any more.

    Only its author can, who gives the reason *why*. *new*: approved, or scheduled.
    """
    moved = await session.scalars(
        update(BroadcastRow)
        .where(BroadcastRow.id == broadcast_id, BroadcastRow.state == State.PENDING)
        .where(BroadcastRow.author_id == by)
        .values(state=new, decided_by=by, decided_at=now, override=why)
        .returning(BroadcastRow.id)
    )
    return moved.one_or_none() is not None


async def set_time(
    session: AsyncSession, broadcast_id: int, state: State, send_at: datetime | None
) -> bool:
    """Choose when a broadcast is to leave, None for at once; False if it is not in *state*."""
    changed = await session.scalars(
        update(BroadcastRow)
        .where(BroadcastRow.id == broadcast_id, BroadcastRow.state == state)
        .values(send_at=send_at)
        .returning(BroadcastRow.id)
    )
    return changed.one_or_none() is not None


async def set_repeat(
    session: AsyncSession, broadcast_id: int, every: int | None, until: date | None
) -> bool:
    """Let a waiting broadcast repeat after so many days, or not; False if it does not wait."""
    row = await session.get(BroadcastRow, broadcast_id, populate_existing=True)
    if row is None:
        return False
    shape = replace(_broadcast(row).shape, every=every)
    changed = await session.scalars(
        update(BroadcastRow)
        .where(BroadcastRow.id == broadcast_id, BroadcastRow.state == State.PENDING)
        .values(shape=dump(SHAPE, shape), until=until)
        .returning(BroadcastRow.id)
    )
    return changed.one_or_none() is not None


async def end_repeat(session: AsyncSession, broadcast_id: int, last: date) -> bool:
    """Let a broadcast repeat no more after the day *last*; False if it does not anyway."""
    changed = await session.scalars(
        update(BroadcastRow)
        .where(BroadcastRow.id == broadcast_id, BroadcastRow.until > last)
        .values(until=last)
        .returning(BroadcastRow.id)
    )
    return changed.one_or_none() is not None


async def release(session: AsyncSession, broadcast_id: int, send_at: datetime) -> bool:
    """Let a scheduled broadcast leave; False if it is not scheduled any more.

    Who approved it and when stays. *send_at*: the moment that its repeats count from.
    """
    moved = await session.scalars(
        update(BroadcastRow)
        .where(BroadcastRow.id == broadcast_id, BroadcastRow.state == State.SCHEDULED)
        .values(state=State.APPROVED, send_at=send_at)
        .returning(BroadcastRow.id)
    )
    return moved.one_or_none() is not None


async def due(session: AsyncSession, now: datetime) -> list[Broadcast]:
    """Return the scheduled broadcasts whose time has come, the longest due first."""
    rows = await session.scalars(
        select(BroadcastRow)
        .where(BroadcastRow.state == State.SCHEDULED, BroadcastRow.send_at <= now)
        .order_by(BroadcastRow.send_at, BroadcastRow.id)
    )
    return [_broadcast(row) for row in rows]


async def repeating(session: AsyncSession, today: date) -> list[Broadcast]:
    """Return the broadcasts that went out and repeat until *today* or later, oldest first."""
    rows = await session.scalars(
        select(BroadcastRow)
        .where(BroadcastRow.state == State.APPROVED, BroadcastRow.origin_id.is_(None))
        .where(BroadcastRow.until >= today)
        .order_by(BroadcastRow.id)
    )
    return [_broadcast(row) for row in rows]


async def repeats(session: AsyncSession, origin_id: int) -> list[Broadcast]:
    """Return the repeats of a broadcast so far, oldest first."""
    rows = await session.scalars(
        select(BroadcastRow)
        .where(BroadcastRow.origin_id == origin_id, BroadcastRow.send_at.is_not(None))
        .order_by(BroadcastRow.id)
    )
    return [_broadcast(row) for row in rows]


async def repeat(
    session: AsyncSession, origin: Broadcast, *, send_at: datetime, now: datetime
) -> Broadcast:
    """Store *origin* once more as approved, for the moment *send_at*, and return it.

    The caller makes sure that this is done once for a day.
    """
    row = BroadcastRow(
        author_id=origin.author_id,
        texts=dict(origin.texts),
        audience=origin.audience,
        state=State.APPROVED,
        created_at=now,
        submitted_at=origin.submitted_at,
        decided_by=origin.decided_by,
        decided_at=origin.decided_at,
        shape=dump(SHAPE, replace(origin.shape, every=None)),
        send_at=send_at,
        origin_id=origin.id,
    )
    session.add(row)
    await session.flush()
    return _broadcast(row)


async def unfinished(session: AsyncSession, today: date) -> list[Broadcast]:
    """Return what waits for approval or its time, is on its way or stands still, or repeats.

    By id. *today*: what repeats until then or later.
    """
    campaigns = await session.scalars(
        select(RecipientRow.campaign)
        .where(RecipientRow.status.in_([Status.QUEUED, Status.SENDING]))
        .where(RecipientRow.campaign.startswith(_CAMPAIGN, autoescape=True))
        .distinct()
    )
    on_their_way = [int(each.removeprefix(_CAMPAIGN)) for each in campaigns]
    rows = await session.scalars(
        select(BroadcastRow)
        .where(
            or_(
                BroadcastRow.state.in_([State.PENDING, State.SCHEDULED]),
                (BroadcastRow.state == State.APPROVED)
                & BroadcastRow.origin_id.is_(None)
                & (BroadcastRow.until >= today),
                (BroadcastRow.state == State.APPROVED) & BroadcastRow.id.in_(on_their_way),
            )
        )
        .order_by(BroadcastRow.id)
    )
    return [_broadcast(row) for row in rows]


async def has_left(session: AsyncSession, campaign: str) -> bool:
    """Say whether any copy of the campaign was tried, whatever came of it."""
    found = select(CampaignRow.campaign).where(CampaignRow.campaign == campaign, has_begun())
    return await session.scalar(found) is not None


async def gone_out(session: AsyncSession, since: datetime) -> list[Broadcast]:
    """Return the broadcasts that left, or were let go, at *since* or later; newest first."""
    at = func.coalesce(BroadcastRow.send_at, BroadcastRow.decided_at)
    rows = await session.scalars(
        select(BroadcastRow)
        .where(BroadcastRow.state == State.APPROVED, at >= since)
        .order_by(at.desc(), BroadcastRow.id.desc())
    )
    return [_broadcast(row) for row in rows]


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
