"""Queries about the posts that coordinators look at, what they say, and what is learned of it."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.items import stored
from db.news import FeedRow, ItemKeyRow, ItemRow, PictureRow
from digests.examples import Example, Label
from digests.feed import Trust
from digests.item import Decision, StoredItem

HELD = timedelta(days=30)  # a post that nobody wanted keeps its words so long
EXAMPLES = timedelta(days=365)  # and one that somebody called spam so long, to learn from it
_MOST_EXAMPLES = 2000  # the newest; so that learning stays under two seconds
_EXAMPLE_LENGTH = 1000  # characters of a post that are learned


class Say(StrEnum):
    """What a coordinator says of a post."""

    KEEP = "accept"  # it goes into the digest
    LEAVE = "reject"  # not spam, and not for us
    SPAM = "spam"


_NO_WORDS: dict[str, object] = {
    **dict.fromkeys(("title", "summary", "body"), ""),
    **dict.fromkeys(("link", "source", "place", "headline", "line", "revised", "submitted_by")),
    "reasons": [],
    "occasions": [],
}
_LABELS = {Say.KEEP: "ham", Say.LEAVE: None, Say.SPAM: "spam"}


async def waiting(session: AsyncSession) -> list[StoredItem]:
    """Return the posts that a coordinator must look at, oldest first; none of a muted source."""
    rows = await session.scalars(
        select(ItemRow).where(*_waits(Decision.REVIEW)).order_by(ItemRow.first_seen, ItemRow.id)
    )
    return [stored(row) for row in rows]


async def held(session: AsyncSession, limit: int = 100) -> list[StoredItem]:
    """Return what the judge held as spam and no person decided about, newest first."""
    rows = await session.scalars(
        select(ItemRow)
        .where(*_waits(Decision.REJECT))
        .order_by(ItemRow.first_seen.desc(), ItemRow.id.desc())
        .limit(limit)
    )
    return [stored(row) for row in rows]


async def decide(
    session: AsyncSession,
    item_id: int,
    say: Say | Decision,
    *,
    by: int,
    now: datetime,
    was: Decision | None = None,
) -> bool:
    """Store what a coordinator says; False if it changes nothing or comes too late.

    Too late: the post is in an edition, its words are gone, or, when *was* is given, it is not
    that any more or another person decided. One UPDATE, so of two coordinators who press at
    once exactly one gets True.

    Raises:
        ValueError: *say* is that it waits: nobody can say so.
    """
    label = _LABELS[Say(say)]
    decision = Decision.ACCEPT if say == Say.KEEP else Decision.REJECT
    if was is None:
        from_here = or_(ItemRow.decision != decision, ItemRow.label.is_distinct_from(label))
    else:
        from_here = and_(ItemRow.decision == was, ItemRow.decided_at.is_(None))
    decided = await session.scalars(
        update(ItemRow)
        .where(ItemRow.id == item_id, ItemRow.week.is_(None), ItemRow.emptied_at.is_(None))
        .where(from_here)
        .values(decision=decision, label=label, decided_by=by, decided_at=now)
        .values(gone_at=None if decision is Decision.ACCEPT else ItemRow.gone_at)
        .returning(ItemRow.id)
    )
    return decided.one_or_none() is not None


async def take_back(session: AsyncSession, item_id: int, was: Decision, *, by: int) -> bool:
    """Make a post wait as before (*was*); False if *by* did not decide, or it is in an edition."""
    undone = await session.scalars(
        update(ItemRow)
        .where(ItemRow.id == item_id, ItemRow.week.is_(None), ItemRow.decided_by == by)
        .where(ItemRow.emptied_at.is_(None))
        .values(decision=was, label=None, decided_by=None, decided_at=None)
        .returning(ItemRow.id)
    )
    return undone.one_or_none() is not None


async def decided_by(session: AsyncSession, item_id: int) -> int | None:
    """Return who decided about a post, None when nobody did or they were forgotten."""
    return await session.scalar(select(ItemRow.decided_by).where(ItemRow.id == item_id))


async def also_in(session: AsyncSession, item: StoredItem) -> list[str]:
    """Return which other sources told the same story, by title, in order of their names."""
    story = item.same_as or item.id
    titles = await session.scalars(
        select(func.coalesce(FeedRow.title, FeedRow.url))
        .join(ItemRow, ItemRow.feed_id == FeedRow.id)
        .where(or_(ItemRow.same_as == story, ItemRow.id == story))
        .where(ItemRow.id != item.id, ItemRow.feed_id.is_distinct_from(item.feed_id))
        .distinct()
    )
    return sorted(titles)


async def going(session: AsyncSession, now: datetime, within: timedelta) -> int:
    """Return how many posts that nobody decided about lose their words *within* this time."""
    return (
        await session.execute(
            select(func.count())
            .select_from(ItemRow)
            .where(or_(and_(*_waits(Decision.REVIEW)), and_(*_waits(Decision.REJECT))))
            .where(ItemRow.first_seen < now + within - HELD)
        )
    ).scalar_one()


async def examples(session: AsyncSession) -> list[Example]:
    """Return what coordinators kept and what they called spam, the newest 2,000, oldest first."""
    rows = await session.execute(
        select(ItemRow.title, ItemRow.summary, ItemRow.label)
        .where(ItemRow.label.is_not(None), ItemRow.emptied_at.is_(None))
        .order_by(ItemRow.decided_at.desc(), ItemRow.id.desc())
        .limit(_MOST_EXAMPLES)
    )
    found = [
        Example(
            title,
            summary[:_EXAMPLE_LENGTH],
            Label.SPAM if label == "spam" else Label.NEWS,
            decided=True,
        )
        for title, summary, label in rows
    ]
    return found[::-1]


async def counts(session: AsyncSession) -> dict[Decision, int]:
    """Return how many posts are in each state, all editions together."""
    rows = await session.execute(select(ItemRow.decision, func.count()).group_by(ItemRow.decision))
    found = {Decision(decision): number for decision, number in rows}
    return {decision: found.get(decision, 0) for decision in Decision}


async def empty(session: AsyncSession, now: datetime) -> int:
    """Delete the words of posts that were in no digest and nobody wanted in time; say how many.

    The row stays with its ids, so that the same post does not come anew. What a person called
    spam keeps its words longer, as an example. What a partner wrote waits until somebody decides.
    """
    unwanted = or_(
        and_(ItemRow.label.is_(None), ItemRow.first_seen < now - HELD),
        and_(ItemRow.label == "spam", ItemRow.decided_at < now - EXAMPLES),
    )
    emptied = await session.scalars(
        update(ItemRow)
        .where(ItemRow.decision.in_([Decision.REVIEW, Decision.REJECT]), unwanted)
        .where(or_(ItemRow.decision == Decision.REJECT, ItemRow.submitted_by.is_(None)))
        .where(ItemRow.week.is_(None), ItemRow.daily_on.is_(None), ItemRow.emptied_at.is_(None))
        .values(emptied_at=now, decision=Decision.REJECT, label=None, **_NO_WORDS)
        .returning(ItemRow.id)
        .execution_options(synchronize_session=False)
    )
    count = len(emptied.all())
    ids = select(ItemRow.id).where(ItemRow.emptied_at == now)
    await session.execute(delete(ItemKeyRow).where(ItemKeyRow.item_id.in_(ids)))
    await session.execute(delete(PictureRow).where(PictureRow.item_id.in_(ids)))
    return count


def _waits(decision: Decision) -> tuple[ColumnElement[bool], ...]:
    muted = select(FeedRow.id).where(FeedRow.trust == Trust.MUTED)
    return (
        ItemRow.decision == decision,
        ItemRow.week.is_(None),
        ItemRow.decided_at.is_(None),
        ItemRow.emptied_at.is_(None),
        or_(ItemRow.feed_id.is_(None), ItemRow.feed_id.not_in(muted)),
    )
