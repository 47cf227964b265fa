"""Queries about what was sent, for its pages and for the copy that survives the server."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.items import stored
from db.news import ItemRow, PictureRow
from db.sending import EditionRow
from digests.edition import EditionState
from digests.item import Decision, StoredItem

_AT_ONCE = 5000  # ids in one IN (...): PostgreSQL takes 32,767, SQLite 32,766


async def approved(session: AsyncSession) -> list[str]:
    """Return the weeks whose edition is approved, newest first."""
    rows = await session.scalars(
        select(EditionRow.week)
        .where(EditionRow.state == EditionState.APPROVED)
        .order_by(EditionRow.week.desc())
    )
    return list(rows)


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
