"""Queries about corrections and recalls of updates that people have got."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.documents import SHAPE, dump
from db.sending import AmendmentRow, BroadcastRow
from db.upsert import insert
from delivery.amendment import Amendment, Kind
from delivery.broadcast import Shape, State


async def create(
    session: AsyncSession,
    broadcast_id: int,
    kind: Kind,
    texts: Mapping[str, str],
    *,
    author_id: int,
    now: datetime,
) -> Amendment | None:
    """Store a change that waits for approval; None when another one waits, or it was recalled."""
    stands = await session.scalar(
        select(func.count()).where(
            AmendmentRow.broadcast_id == broadcast_id,
            (AmendmentRow.state == State.PENDING)
            | ((AmendmentRow.state == State.APPROVED) & (AmendmentRow.kind == Kind.RECALL)),
        )
    )
    if stands:
        return None
    last = await session.scalar(
        select(func.max(AmendmentRow.number)).where(AmendmentRow.broadcast_id == broadcast_id)
    )
    made = await session.scalars(
        insert(session, AmendmentRow)
        .values(
            broadcast_id=broadcast_id,
            number=(last or 0) + 1,
            kind=kind,
            texts=dict(texts),
            author_id=author_id,
            state=State.PENDING,
            created_at=now,
        )
        # somebody else asked for one at the same moment
        .on_conflict_do_nothing(index_elements=["broadcast_id", "number"])
        .returning(AmendmentRow.id)
    )
    amendment_id = made.one_or_none()
    return None if amendment_id is None else await find(session, amendment_id)


async def find(session: AsyncSession, amendment_id: int) -> Amendment | None:
    """Return the change, or None."""
    row = await session.get(AmendmentRow, amendment_id, populate_existing=True)
    return None if row is None else _amendment(row)


async def of(session: AsyncSession, broadcast_id: int) -> list[Amendment]:
    """Return the changes of an update, oldest first."""
    rows = await session.scalars(
        select(AmendmentRow)
        .where(AmendmentRow.broadcast_id == broadcast_id)
        .order_by(AmendmentRow.number)
    )
    return [_amendment(row) for row in rows]


async def approved_since(session: AsyncSession, since: datetime) -> list[Amendment]:
    """Return the changes that were approved at *since* or later, oldest first."""
    rows = await session.scalars(
        select(AmendmentRow)
        .where(AmendmentRow.state == State.APPROVED, AmendmentRow.decided_at >= since)
        .order_by(AmendmentRow.id)
    )
    return [_amendment(row) for row in rows]


async def move(
    session: AsyncSession, amendment: Amendment, new: State, *, by: int, now: datetime
) -> bool:
    """Move a change from where it stood to *new*; False if somebody was faster.

    An approval by the author is refused here too, whatever the caller has read before.
    """
    statement = update(AmendmentRow).where(
        AmendmentRow.id == amendment.id, AmendmentRow.state == amendment.state
    )
    if new is State.APPROVED:
        statement = statement.where(AmendmentRow.author_id.is_distinct_from(by))
    moved = await session.scalars(
        statement.values(state=new, decided_by=by, decided_at=now).returning(AmendmentRow.id)
    )
    return moved.one_or_none() is not None


async def put_words(session: AsyncSession, broadcast_id: int, texts: Mapping[str, str]) -> None:
    """Give the update itself the corrected words, which are no machine's any more."""
    row = await session.get(BroadcastRow, broadcast_id, populate_existing=True)
    if row is not None:
        shape = Shape() if row.shape is None else SHAPE.validate_python(row.shape)
        row.texts = dict(texts)
        row.shape = dump(SHAPE, replace(shape, machine=()))
        await session.flush()


def _amendment(row: AmendmentRow) -> Amendment:
    return Amendment(
        id=row.id,
        broadcast_id=row.broadcast_id,
        number=row.number,
        kind=Kind(row.kind),
        texts=row.texts,
        author_id=row.author_id,
        state=State(row.state),
        created_at=row.created_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
