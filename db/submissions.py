"""Queries about what partners write for the digest: sent in, taken back, told of, its picture."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import alike, items
from db.documents import OCCASIONS, TEXTS, dump
from db.news import ItemRow, PictureRow
from digests.item import Decision, Item, JudgedItem, StoredItem
from digests.links import link_key
from digests.submission import Picture


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
    await alike.index_new(session, [(row.id, item)])
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
    """Return the title of a post that tells the story of *item* already, None if it is new."""
    told = (await alike.stories(session, [item], now=now)).first(item)
    return None if told is None or told.decision is Decision.REJECT else told.story.title


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

    It is too late from the edition on, and once those who want news daily have got it. What
    feeds said of the same story waits for a coordinator then: nobody has looked at that.
    """
    copies = list(
        await session.scalars(
            select(ItemRow.id).where(
                ItemRow.same_as == item_id,
                ItemRow.decision == Decision.ACCEPT,
                ItemRow.week.is_(None),
            )
        )
    )
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
    if gone.one_or_none() is None:
        return False
    await session.execute(
        update(ItemRow)
        .where(ItemRow.id.in_(copies))
        .values(same_as=None, decision=Decision.REVIEW)
        .execution_options(synchronize_session=False)
    )
    return True


async def picture(session: AsyncSession, item_id: int) -> Picture | None:
    """Return the picture of an item, None if it has none."""
    row = await session.get(PictureRow, item_id)
    return None if row is None else Picture(row.file_id, row.mime, row.content, row.alt)
