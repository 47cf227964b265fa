"""Queries about feeds."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.news import FeedRow, ItemRow
from db.upsert import insert
from digests.feed import Back, Feed, Trust
from digests.item import ARCHIVE

_NEWEST = 600


async def add(
    session: AsyncSession,
    url: str,
    now: datetime,
    title: str | None = None,
    *,
    back_to: Back | None = None,
) -> int:
    """Add a feed, due at once, and return its id; *back_to* all: with its whole archive.

    One that is there already stays as it is, but is asked again if it had stopped.
    """
    feed = Feed(id=0, url=url, title=title, next_check=now, back_to=back_to)
    await session.execute(
        insert(session, FeedRow)
        .values(_values(feed))
        .on_conflict_do_nothing(index_elements=["url"])
    )
    await session.execute(
        update(FeedRow)
        .where(FeedRow.url == url, FeedRow.stopped)
        .values(stopped=False, next_check=now)
    )
    return (await session.scalars(select(FeedRow.id).where(FeedRow.url == url))).one()


async def all_feeds(session: AsyncSession) -> list[Feed]:
    """Return every feed, oldest first."""
    return [_feed(row) for row in await session.scalars(select(FeedRow).order_by(FeedRow.id))]


async def remove(session: AsyncSession, feed_id: int) -> bool:
    """Follow a feed no more; its posts stay. False if there is none."""
    gone = await session.scalars(delete(FeedRow).where(FeedRow.id == feed_id).returning(FeedRow.id))
    return gone.one_or_none() is not None


async def due(session: AsyncSession, now: datetime, limit: int) -> list[Feed]:
    """Return up to *limit* feeds whose next check has come, longest overdue first."""
    rows = await session.scalars(
        select(FeedRow)
        .where(FeedRow.next_check <= now, FeedRow.stopped.is_(False))
        .order_by(FeedRow.next_check, FeedRow.id)
        .limit(limit)
    )
    return [_feed(row) for row in rows]


async def find(session: AsyncSession, feed_id: int) -> Feed | None:
    """Return the feed with *feed_id*, or None."""
    row = await session.get(FeedRow, feed_id)
    return _feed(row) if row is not None else None


async def check_now(session: AsyncSession, feed_id: int, now: datetime) -> bool:
    """Make a feed due, also one that had stopped; False if there is none."""
    return await _set(session, feed_id, next_check=now, stopped=False)


async def set_trust(session: AsyncSession, feed_id: int, trust: Trust) -> bool:
    """Store what coordinators think of a feed; False if there is none, or it is so already."""
    done = await session.scalars(
        update(FeedRow)
        .where(FeedRow.id == feed_id, FeedRow.trust != trust)
        .values(trust=trust)
        .returning(FeedRow.id)
    )
    return done.one_or_none() is not None


async def read_archive(session: AsyncSession, feed_id: int, now: datetime) -> bool:
    """Have all of a site read, page by page, from the next round on; False if there is none.

    Its first page is asked for anew, because it says where the next one is.
    """
    return await _set(
        session,
        feed_id,
        back_to=Back.ALL,
        back_page=None,
        back_url=None,
        etag=None,
        last_modified=None,
        next_check=now,
        stopped=False,
    )


async def new_since(session: AsyncSession, since: datetime) -> dict[int, int]:
    """Return how many posts each feed brought after *since*, old ones of archives left out."""
    rows = await session.execute(
        select(ItemRow.feed_id, func.count())
        .where(ItemRow.first_seen >= since, ItemRow.feed_id.is_not(None))
        .where(or_(ItemRow.week.is_(None), ItemRow.week != ARCHIVE))
        .group_by(ItemRow.feed_id)
    )
    return {feed_id: count for feed_id, count in rows if feed_id is not None}


async def words(session: AsyncSession, feed_id: int) -> dict[str, str | None]:
    """Return the fingerprints (`digests.revision`) of a feed's newest 600 items, by its ids.

    A feed is read to its five-hundredth item; what is not among these may still be stored.
    """
    rows = await session.execute(
        select(ItemRow.item_id, ItemRow.words)
        .where(ItemRow.feed_id == feed_id)
        .order_by(ItemRow.id.desc())
        .limit(_NEWEST)
    )
    return {row.item_id: row.words for row in rows}


async def save(session: AsyncSession, feed: Feed) -> bool:
    """Store the feed as it is now; False when it is followed no more.

    When it moved to an address that another feed has already, it keeps its old one. Whether
    coordinators were told is left alone: `mark_told` says that, with the notice itself; and
    so is what they think of it.
    """
    values = _values(feed)
    del values["told"], values["trust"]
    taken = select(FeedRow.id).where(FeedRow.url == feed.url, FeedRow.id != feed.id)
    if (await session.scalars(taken)).first() is not None:
        del values["url"]
    return await _set(session, feed.id, **values)


async def mark_told(session: AsyncSession, feed_id: int, *, told: bool) -> None:
    """Note that coordinators heard of a failure (*told*), or of its end.

    In the transaction that queues their notice, so that both happen or neither.
    """
    await session.execute(update(FeedRow).where(FeedRow.id == feed_id).values(told=told))


async def _set(session: AsyncSession, feed_id: int, **values: Any) -> bool:
    # Any: values of several types
    done = await session.scalars(
        update(FeedRow).where(FeedRow.id == feed_id).values(**values).returning(FeedRow.id)
    )
    return done.one_or_none() is not None


def _values(feed: Feed) -> dict[str, Any]:  # Any: values of several types
    return {name: value for name, value in asdict(feed).items() if name != "id"}


def _feed(row: FeedRow) -> Feed:
    return Feed(
        id=row.id,
        url=row.url,
        title=row.title,
        next_check=row.next_check,
        etag=row.etag,
        last_modified=row.last_modified,
        failures=row.failures,
        failing_since=row.failing_since,
        error=row.error,
        moved_to=row.moved_to,
        moves=row.moves,
        stopped=row.stopped,
        told=row.told,
        trust=Trust(row.trust),
        checked_at=row.checked_at,
        changed_at=row.changed_at,
        back_page=row.back_page,
        back_to=None if row.back_to is None else Back(row.back_to),
        back_url=row.back_url,
    )
