"""Queries about the digest of a week."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, literal, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.documents import BESIDE, dump
from db.sending import CampaignRow, EditionRow
from db.upsert import insert
from digests.edition import Beside, Edition, EditionState


async def find(session: AsyncSession, week: str) -> Edition | None:
    """Return the edition of the ISO week (``2026-W47``), or None."""
    row = await session.get(EditionRow, week, populate_existing=True)
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
    by: int | None,
    now: datetime,
) -> bool:
    """Move the edition from one of *old* to *new*; False if it was in none of them any more.

    *by*: None when nobody decided and the setting did.
    """
    moved = await session.scalars(
        update(EditionRow)
        .where(EditionRow.week == week, EditionRow.state.in_(list(old)))
        .values(state=new, decided_by=by, decided_at=now)
        .returning(EditionRow.week)
    )
    return moved.one_or_none() is not None


async def waiting_to_leave(session: AsyncSession) -> list[Edition]:
    """Return the approved editions that are not in the outbox yet, oldest first.

    What tells is the campaign of their name, which is kept for good.
    """
    campaign = select(CampaignRow.campaign).where(
        CampaignRow.campaign == literal("digest:") + EditionRow.week
    )
    rows = await session.scalars(
        select(EditionRow)
        .where(EditionRow.state == EditionState.APPROVED, ~campaign.exists())
        .order_by(EditionRow.week)
    )
    return [_edition(row) for row in rows]


async def set_note(session: AsyncSession, week: str, note: str | None) -> bool:
    """Set or remove the opening note; False if nothing changes or the edition is approved."""
    return await _change(session, week, EditionRow.note.is_distinct_from(note), note=note)


async def keep_beside(session: AsyncSession, week: str, beside: Beside) -> bool:
    """Freeze what the edition tells beside the posts; False if it is approved already."""
    return await _change(session, week, true(), beside=dump(BESIDE, beside))


async def mark_reminded(session: AsyncSession, week: str, now: datetime) -> bool:
    """Note that coordinators were told that it waits; False if it is approved."""
    return await _change(session, week, true(), reminded_at=now)


async def _change(
    session: AsyncSession, week: str, differs: ColumnElement[bool], **values: object
) -> bool:
    changed = await session.scalars(
        update(EditionRow)
        .where(EditionRow.week == week, EditionRow.state != EditionState.APPROVED, differs)
        .values(**values)
        .returning(EditionRow.week)
    )
    return changed.one_or_none() is not None


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
