"""Queries about the digest of a week."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.documents import BESIDE
from db.sending import EditionRow
from db.upsert import insert
from digests.model import Edition, EditionState


async def find(session: AsyncSession, week: str) -> Edition | None:
    """Return the edition of the ISO week (``2026-W47``), or None."""
    row = await session.get(EditionRow, week)
    return _edition(row) if row is not None else None


async def latest(session: AsyncSession) -> Edition | None:
    """Return the edition of the latest week, or None before the first."""
    row = (
        await session.scalars(select(EditionRow).order_by(EditionRow.week.desc()).limit(1))
    ).first()
    return _edition(row) if row is not None else None


async def create(session: AsyncSession, week: str, now: datetime) -> bool:
    """Start the edition of *week*; False when there is one already."""
    made = await session.scalars(
        insert(session, EditionRow)
        .values(week=week, state=EditionState.DRAFT, created_at=now)
        .on_conflict_do_nothing(index_elements=["week"])
        .returning(EditionRow.week)
    )
    return made.one_or_none() is not None


async def move(
    session: AsyncSession,
    week: str,
    *,
    old: Collection[EditionState],
    new: EditionState,
    by: int,
    now: datetime,
) -> bool:
    """Move the edition from one of *old* to *new*; False if it was in none of them any more."""
    moved = await session.scalars(
        update(EditionRow)
        .where(EditionRow.week == week, EditionRow.state.in_(list(old)))
        .values(state=new, decided_by=by, decided_at=now)
        .returning(EditionRow.week)
    )
    return moved.one_or_none() is not None


def _edition(row: EditionRow) -> Edition:
    return Edition(
        week=row.week,
        state=EditionState(row.state),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        note=row.note,
        beside=None if row.beside is None else BESIDE.validate_python(row.beside),
        reminded_at=row.reminded_at,
    )
