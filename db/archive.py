"""Queries about what was sent, for its pages and for the copy that survives the server.

An edition has left when it is in the outbox and may go from there, or some of it went. One that
waits for a coordinator's yes has not, nor has one that was stopped before anybody got it, nor
one with nothing in it: of that there is nothing to keep, whether its readers got a line or not.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.begun import has_begun
from db.documents import BESIDE
from db.items import stored
from db.news import ItemRow, PictureRow
from db.sending import CampaignRow, EditionRow
from delivery.model import CampaignState
from digests.edition import NOTHING_BESIDE, EditionState
from digests.item import Decision, StoredItem

_AT_ONCE = 5000  # ids in one IN (...): PostgreSQL takes 32,767, SQLite 32,766


async def left(session: AsyncSession, week: str | None = None) -> dict[str, datetime]:
    """Return the weeks whose edition has left, newest first, with when it was queued.

    *week*: look at this one only.
    """
    shown = select(ItemRow.id).where(ItemRow.week == EditionRow.week, ItemRow.position.is_not(None))
    wanted = (
        select(
            EditionRow.week,
            CampaignRow.created_at,
            EditionRow.beside,
            or_(EditionRow.note.is_not(None), shown.exists()),
        )
        .join(CampaignRow, CampaignRow.campaign == literal("digest:") + EditionRow.week)
        .where(EditionRow.state == EditionState.APPROVED, _may_go())
        .order_by(EditionRow.week.desc())
    )
    if week is not None:
        wanted = wanted.where(EditionRow.week == week)
    return {
        found: at
        for found, at, beside, has_words in await session.execute(wanted)
        if has_words or (beside is not None and BESIDE.validate_python(beside) != NOTHING_BESIDE)
    }


def _may_go() -> ColumnElement[bool]:
    # closed for good after everybody got it, `db.retention`; who stops one leaves a reason
    finished = and_(CampaignRow.state == CampaignState.CANCELLED, CampaignRow.reason.is_(None))
    return or_(CampaignRow.state == CampaignState.ACTIVE, finished, has_begun())


async def kept(session: AsyncSession) -> list[StoredItem]:
    """Return every accepted item that has its words, oldest first: what we keep for good."""
    rows = await session.scalars(
        select(ItemRow)
        .where(ItemRow.decision == Decision.ACCEPT, ItemRow.emptied_at.is_(None))
        .order_by(ItemRow.first_seen, ItemRow.id)
    )
    return [stored(row) for row in rows]


async def pictures(session: AsyncSession, item_ids: Collection[int]) -> dict[int, str]:
    """Return, for those of the items that have a picture, the words that stand for it."""
    found: dict[int, str] = {}
    waiting = list(item_ids)
    for start in range(0, len(waiting), _AT_ONCE):
        rows = await session.execute(
            select(PictureRow.item_id, PictureRow.alt).where(
                PictureRow.item_id.in_(waiting[start : start + _AT_ONCE])
            )
        )
        found.update((item_id, alt) for item_id, alt in rows)
    return found
