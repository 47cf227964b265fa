"""Queries about what partners write for the digest: sent in, taken back, told of, its picture."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import items
from db.documents import OCCASIONS, TEXTS, dump
from db.news import ItemRow, PictureRow
from digests.links import link_key, proves
from digests.model import Decision, Item, JudgedItem, StoredItem
from digests.submission import Picture

_RECENT = timedelta(days=60)


async def add(
    session: AsyncSession, judged: JudgedItem, *, by: int, picture: Picture | None, now: datetime
) -> int:
    """Store what the partner *by* wrote, and its picture; return our id of the item."""
    item, verdict = judged.item, judged.verdict
    row = ItemRow(
        feed_id=None,
        item_id=item.item_id,
        title=item.title,
        link=item.link,
        link_key=link_key(item.link),
        summary=item.summary,
        body=item.body,
        published=item.published,
        source=item.source,
        decision=verdict.decision,
        reasons=dump(TEXTS, verdict.reasons),
        topics=list(verdict.topics),
        occasions=dump(OCCASIONS, verdict.occasions),
        place=verdict.place,
        expires_on=verdict.expires_on,
        spam=verdict.spam,
        first_seen=now,
        pinned=False,
        submitted_by=by,
    )
    session.add(row)
    await session.flush()
    if picture is not None:
        session.add(
            PictureRow(
                item_id=row.id,
                file_id=picture.file_id,
                mime=picture.mime,
                content=picture.content,
                alt=picture.alt,
            )
        )
        await session.flush()
    return row.id


async def like(session: AsyncSession, item: Item, *, now: datetime) -> str | None:
    """Return the title of another post of the last two months that says the same, else None.

    That is: it leads to the same page, or is called the same.
    """
    same = func.lower(ItemRow.title) == item.title.lower()
    if proves(item.link):
        same |= ItemRow.link_key == link_key(item.link)
    found = await session.scalars(
        select(ItemRow.title)
        .where(same, ItemRow.first_seen > now - _RECENT, ItemRow.decision != Decision.REJECT)
        .order_by(ItemRow.id.desc())
        .limit(1)
    )
    return found.first()


async def open_of(session: AsyncSession, person_id: int) -> list[StoredItem]:
    """Return the posts of a partner that are in no edition and were not declined, oldest first."""
    rows = await session.scalars(
        select(ItemRow)
        .where(
            ItemRow.submitted_by == person_id,
            ItemRow.week.is_(None),
            ItemRow.decision != Decision.REJECT,
        )
        .order_by(ItemRow.id)
    )
    return [items.stored(row) for row in rows]


async def waiting(session: AsyncSession, person_id: int) -> int:
    """Return how many posts of a partner nobody has decided about."""
    found = await session.scalar(
        select(func.count()).where(
            ItemRow.submitted_by == person_id,
            ItemRow.week.is_(None),
            ItemRow.decision == Decision.REVIEW,
        )
    )
    return found or 0


async def author(session: AsyncSession, item_id: int) -> int | None:
    """Return who wrote the item in the bot; None for a feed's, or after their /forget."""
    return await session.scalar(select(ItemRow.submitted_by).where(ItemRow.id == item_id))


async def take_back(session: AsyncSession, item_id: int, *, by: int) -> bool:
    """Delete a post and its picture; False if it is not of *by*, or has been sent.

    It is too late from the edition on, and once those who want news daily have got it.
    """
    gone = await session.scalars(
        delete(ItemRow)
        .where(
            ItemRow.id == item_id,
            ItemRow.submitted_by == by,
            ItemRow.week.is_(None),
            ItemRow.daily_on.is_(None),
            ItemRow.decision != Decision.REJECT,
        )
        .returning(ItemRow.id)
        .execution_options(synchronize_session=False)
    )
    return gone.one_or_none() is not None


async def picture(session: AsyncSession, item_id: int) -> Picture | None:
    """Return the picture of an item, None if it has none."""
    row = await session.get(PictureRow, item_id)
    return None if row is None else Picture(row.file_id, row.mime, row.content, row.alt)
