"""Which edition has which item: each accepted item is taken by exactly one, and only once.

An item without a week is in the draft. An edition takes it with a position (it is shown) or
without one (it was past when the edition was approved: nobody gets it, and it lingers in no
later draft). What is old when a feed is first followed belongs to `digests.item.ARCHIVE`.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.items import stored
from db.news import FeedRow, ItemRow
from db.sending import EditionRow
from digests.edition import EditionState
from digests.feed import Trust
from digests.item import Decision, StoredItem

_AT_ONCE = 5000  # ids in one IN (...): PostgreSQL takes 32,767, SQLite 32,766


async def accepted_without_week(session: AsyncSession) -> list[StoredItem]:
    """Return the items of the draft, oldest first: accepted, and taken by no edition.

    Not there: what another item tells already, what is gone from its site, and what only the
    judge accepted of a source that coordinators muted since.
    """
    rows = await session.scalars(
        select(ItemRow).where(*_open()).order_by(ItemRow.first_seen, ItemRow.id)
    )
    return [stored(row) for row in rows]


async def for_week(session: AsyncSession, week: str) -> list[StoredItem]:
    """Return the items that the edition of *week* shows, in its order."""
    rows = await session.scalars(
        select(ItemRow)
        .where(ItemRow.week == week, ItemRow.position.is_not(None))
        .order_by(ItemRow.position, ItemRow.id)
        .execution_options(populate_existing=True)
    )
    return [stored(row) for row in rows]


async def left_out(session: AsyncSession, week: str) -> list[StoredItem]:
    """Return the items that the edition of *week* took without showing them, oldest first."""
    rows = await session.scalars(
        select(ItemRow)
        .where(ItemRow.week == week, ItemRow.position.is_(None))
        .order_by(ItemRow.first_seen, ItemRow.id)
    )
    return [stored(row) for row in rows]


async def freeze(
    session: AsyncSession, week: str, item_ids: Sequence[int], past: Sequence[int] = ()
) -> int:
    """Let the edition of *week* take the items in this order; return how many it shows.

    *past*: items that it takes without showing them. An item is in one edition only, and only
    while it is accepted.
    """
    for start in range(0, len(past), _AT_ONCE):
        await session.execute(
            update(ItemRow)
            .where(ItemRow.id.in_(past[start : start + _AT_ONCE]), *_open())
            .values(week=week, position=None)
            .execution_options(synchronize_session=False)
        )
    frozen = 0
    for start in range(0, len(item_ids), _AT_ONCE):
        some = item_ids[start : start + _AT_ONCE]
        done = await session.scalars(
            update(ItemRow)
            .where(ItemRow.id.in_(some), *_open())
            .values(week=week, position=_places(some, start))
            .returning(ItemRow.id)
            .execution_options(synchronize_session=False)
        )
        frozen += len(done.all())
    return frozen


async def stood_behind(session: AsyncSession, item_ids: Collection[int]) -> set[int]:
    """Return which of the items a person stands behind: accepted by one, or of a trusted source."""
    found: set[int] = set()
    waiting = list(item_ids)
    for start in range(0, len(waiting), _AT_ONCE):
        some = waiting[start : start + _AT_ONCE]
        found.update(
            await session.scalars(
                select(ItemRow.id).where(
                    ItemRow.id.in_(some),
                    or_(ItemRow.decided_by.is_not(None), ItemRow.feed_id.in_(_trusted())),
                )
            )
        )
    return found


async def arrange(session: AsyncSession, item_ids: Sequence[int]) -> None:
    """Keep this order of the draft; items that an edition has taken stay as they are."""
    for start in range(0, len(item_ids), _AT_ONCE):
        some = item_ids[start : start + _AT_ONCE]
        await session.execute(
            update(ItemRow)
            .where(ItemRow.id.in_(some), ItemRow.week.is_(None))
            .values(position=_places(some, start))
            .execution_options(synchronize_session=False)
        )


async def pin(session: AsyncSession, item_id: int, *, pinned: bool) -> bool:
    """Put an item first in its section or let it go; False if nothing changes or it was sent."""
    return await _change(session, item_id, ItemRow.pinned != pinned, pinned=pinned)


async def reword(
    session: AsyncSession, item_id: int, *, headline: str | None, line: str | None
) -> bool:
    """Set a coordinator's words in place of title and summary, None for the post's own.

    False if nothing changes or an edition has taken the item.
    """
    differs = or_(ItemRow.headline.is_distinct_from(headline), ItemRow.line.is_distinct_from(line))
    return await _change(session, item_id, differs, headline=headline, line=line)


async def fresh(session: AsyncSession, since: datetime) -> list[StoredItem]:
    """Return what those who want news daily have not got yet, oldest first.

    Only what a person stands behind: a coordinator accepted it, alone or with an edition, or
    its source is trusted. *since*: nothing that became so earlier.
    """
    edition = select(EditionRow.decided_at).where(
        EditionRow.week == ItemRow.week, EditionRow.state == EditionState.APPROVED
    )
    approved = edition.scalar_subquery()
    behind = or_(
        ItemRow.decided_by.is_not(None), ItemRow.feed_id.in_(_trusted()), approved.is_not(None)
    )
    became = func.coalesce(ItemRow.decided_at, approved, ItemRow.first_seen)
    rows = await session.scalars(
        select(ItemRow)
        .where(
            ItemRow.decision == Decision.ACCEPT,
            ItemRow.same_as.is_(None),
            ItemRow.gone_at.is_(None),
            ItemRow.daily_on.is_(None),
            or_(ItemRow.week.is_(None), ItemRow.position.is_not(None)),
            behind,
            became >= since,
        )
        .order_by(ItemRow.first_seen, ItemRow.id)
    )
    return [stored(row) for row in rows]


async def mark_daily(session: AsyncSession, item_ids: Collection[int], day: date) -> int:
    """Note that the items went out on *day*; return how many had not before."""
    marked, waiting = 0, list(item_ids)
    for start in range(0, len(waiting), _AT_ONCE):
        done = await session.scalars(
            update(ItemRow)
            .where(ItemRow.id.in_(waiting[start : start + _AT_ONCE]), ItemRow.daily_on.is_(None))
            .values(daily_on=day)
            .returning(ItemRow.id)
            .execution_options(synchronize_session=False)
        )
        marked += len(done.all())
    return marked


async def told_on(session: AsyncSession, day: date) -> list[StoredItem]:
    """Return the items that went out on *day* to those who want news daily, oldest first."""
    rows = await session.scalars(
        select(ItemRow)
        .where(ItemRow.daily_on == day, ItemRow.emptied_at.is_(None))
        .order_by(ItemRow.first_seen, ItemRow.id)
    )
    return [stored(row) for row in rows]


def _trusted() -> Select[int]:
    return select(FeedRow.id).where(FeedRow.trust == Trust.TRUSTED)


def _open() -> tuple[ColumnElement[bool], ...]:
    # what the judge alone accepted goes nowhere once its source is muted
    muted = select(FeedRow.id).where(FeedRow.trust == Trust.MUTED)
    return (
        ItemRow.decision == Decision.ACCEPT,
        ItemRow.week.is_(None),
        ItemRow.same_as.is_(None),
        ItemRow.gone_at.is_(None),
        or_(
            ItemRow.decided_by.is_not(None),
            ItemRow.feed_id.is_(None),
            ItemRow.feed_id.not_in(muted),
        ),
    )


def _places(item_ids: Sequence[int], first: int) -> ColumnElement[int]:
    places = {item: place for place, item in enumerate(item_ids, start=first)}
    return case(places, value=ItemRow.id)


async def _change(
    session: AsyncSession, item_id: int, differs: ColumnElement[bool], **values: object
) -> bool:
    changed = await session.scalars(
        update(ItemRow)
        .where(ItemRow.id == item_id, ItemRow.week.is_(None), differs)
        .values(**values)
        .returning(ItemRow.id)
        .execution_options(synchronize_session=False)
    )
    return changed.one_or_none() is not None
