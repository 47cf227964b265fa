"""Queries about the entries of feeds: stored once, judged, decided."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.documents import OCCASIONS, TEXTS, dump
from db.news import ItemRow
from db.upsert import insert
from digests.model import Decision, Item, JudgedItem, StoredItem
from digests.submission import ID_PREFIX

_MOST_PARAMETERS = 5000  # ids in one IN (...): PostgreSQL takes 32,767, SQLite 32,766


async def known(session: AsyncSession, feed_id: int, item_ids: Sequence[str]) -> set[str]:
    """Return those of *item_ids* that are stored for this feed already."""
    found: set[str] = set()
    for start in range(0, len(item_ids), _MOST_PARAMETERS):
        some = item_ids[start : start + _MOST_PARAMETERS]
        found.update(
            await session.scalars(
                select(ItemRow.item_id).where(ItemRow.feed_id == feed_id, ItemRow.item_id.in_(some))
            )
        )
    return found


async def add(
    session: AsyncSession, feed_id: int, judged: Sequence[JudgedItem], now: datetime
) -> int:
    """Store items once and return how many were new; those that are there stay as they are.

    One story is stored once: an item whose link another feed gave already is passed over.
    """
    new = 0
    links = {each.item.link for each in judged if each.item.link}
    elsewhere = set(
        await session.scalars(
            select(ItemRow.link).where(ItemRow.link.in_(links), ItemRow.feed_id != feed_id)
        )
    )
    for each in judged:
        if each.item.link in elsewhere:
            continue
        done = await session.scalars(
            insert(session, ItemRow)
            .values(feed_id=feed_id, first_seen=now, **_values(each))
            .on_conflict_do_nothing(index_elements=["feed_id", "item_id"])
            .returning(ItemRow.id)
        )
        new += len(done.all())
    return new


async def find(session: AsyncSession, item_id: int) -> StoredItem | None:
    """Return the item with our *item_id*, or None."""
    row = await session.get(ItemRow, item_id)
    return stored(row) if row is not None else None


async def waiting(session: AsyncSession) -> list[StoredItem]:
    """Return the items that a coordinator must look at, oldest first."""
    return await _in_no_edition(session, Decision.REVIEW)


async def held(session: AsyncSession, limit: int = 100) -> list[StoredItem]:
    """Return what the judge held as spam and no person decided about, newest first."""
    rows = await session.scalars(
        select(ItemRow)
        .where(ItemRow.decision == Decision.REJECT, ItemRow.decided_at.is_(None))
        .order_by(ItemRow.first_seen.desc(), ItemRow.id.desc())
        .limit(limit)
    )
    return [stored(row) for row in rows]


async def decide(
    session: AsyncSession,
    item_id: int,
    decision: Decision,
    *,
    by: int,
    now: datetime,
    was: Decision | None = None,
) -> bool:
    """Store a coordinator's decision; False if it changes nothing or comes too late.

    Too late: the item is in an edition, or is not *was* any more (when that is given).
    One UPDATE, so of two coordinators who press the same exactly one gets True.
    """
    from_here = ItemRow.decision != decision if was is None else ItemRow.decision == was
    decided = await session.scalars(
        update(ItemRow)
        .where(ItemRow.id == item_id, ItemRow.week.is_(None), from_here)
        .values(decision=decision, decided_by=by, decided_at=now)
        .returning(ItemRow.id)
    )
    return decided.one_or_none() is not None


async def counts(session: AsyncSession) -> dict[Decision, int]:
    """Return how many items are in each state, all editions together."""
    rows = await session.execute(select(ItemRow.decision, func.count()).group_by(ItemRow.decision))
    found = {Decision(decision): number for decision, number in rows}
    return {decision: found.get(decision, 0) for decision in Decision}


async def _in_no_edition(session: AsyncSession, decision: Decision) -> list[StoredItem]:
    rows = await session.scalars(
        select(ItemRow)
        .where(ItemRow.decision == decision, ItemRow.week.is_(None))
        .order_by(ItemRow.first_seen, ItemRow.id)
    )
    return [stored(row) for row in rows]


def _values(judged: JudgedItem) -> dict[str, object]:
    item, verdict = judged.item, judged.verdict
    return {
        "body": item.body,
        "occasions": dump(OCCASIONS, verdict.occasions),
        "place": verdict.place,
        "expires_on": verdict.expires_on,
        "spam": verdict.spam,
        "pinned": False,
        "item_id": item.item_id,
        "title": item.title,
        "link": item.link,
        "summary": item.summary,
        "published": item.published,
        "source": item.source,
        "decision": verdict.decision,
        "reasons": dump(TEXTS, verdict.reasons),
        "topics": list(verdict.topics),
    }


def stored(row: ItemRow) -> StoredItem:
    """Return *row* as a dataclass, for the modules of `db` that read items."""
    return StoredItem(
        id=row.id,
        feed_id=row.feed_id,
        item=Item(
            item_id=row.item_id,
            title=row.title,
            link=row.link,
            summary=row.summary,
            published=row.published,
            source=row.source,
            body=row.body,
        ),
        decision=Decision(row.decision),
        reasons=TEXTS.validate_python(row.reasons),
        topics=tuple(row.topics),
        first_seen=row.first_seen,
        week=row.week,
        occasions=OCCASIONS.validate_python(row.occasions),
        place=row.place,
        expires_on=row.expires_on,
        spam=row.spam,
        position=row.position,
        pinned=row.pinned,
        headline=row.headline,
        line=row.line,
        same_as=row.same_as,
        gone_at=row.gone_at,
        corrects=row.corrects,
        daily_on=row.daily_on,
        submitted=row.submitted_by is not None or row.item_id.startswith(ID_PREFIX),
        pictured=row.pictured,
    )
