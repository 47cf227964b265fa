"""Queries about the entries of feeds: stored once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import alike
from db.documents import OCCASIONS, TEXTS, dump
from db.news import ItemRow
from db.upsert import insert
from digests.item import ARCHIVE, Decision, Item, JudgedItem, StoredItem, Verdict
from digests.links import link_key
from digests.revision import fingerprint
from digests.submission import ID_PREFIX
from locales.errors import N_, Text

_MOST_PARAMETERS = 5000  # ids in one IN (...): PostgreSQL takes 32,767, SQLite 32,766
_COMPARED_AT_ONCE = 25  # posts between two queries, so that nothing else waits for long
LEFT_OUT = Text(N_("It says the same as a post that was left out of the digest."))
GONE = Text(N_("It says the same as a post that its site has deleted."))


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
    session: AsyncSession,
    feed_id: int,
    judged: Sequence[JudgedItem],
    now: datetime,
    *,
    archive: bool = False,
    page: Collection[str] = (),
) -> int:
    """Store items once and return how many tell something new; stored ones stay as they are.

    One story is told once: what says the same as another post, of this feed or any other or of
    a partner, is kept as its copy, and belongs to no digest. What says the same as a post that
    was left out waits for a coordinator. A post that has only another id than before (its
    link is the same, and the old id is not on the *page* any more) gets the new id. *archive*:
    they are old; no digest takes them.
    """
    ids = list(dict.fromkeys(each.item.item_id for each in judged))
    there = await known(session, feed_id, ids)
    fresh = {each.item.item_id: each for each in reversed(judged)}
    wanted = [fresh[item_id] for item_id in ids if item_id not in there]
    frame = _Frame(feed_id, now, ARCHIVE if archive else None, frozenset({*page, *ids}))
    new = 0
    for start in range(0, len(wanted), _COMPARED_AT_ONCE):
        some = wanted[start : start + _COMPARED_AT_ONCE]
        found = await alike.stories(session, [each.item for each in some], now=now)
        new += await _stored_once(session, some, found, frame)
    return new


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all items of one batch have in common; *shown*: the ids on the feed's page."""

    feed_id: int
    now: datetime
    week: str | None
    shown: frozenset[str]

    def values(self, each: JudgedItem) -> dict[str, object]:
        return {
            **item_values(each.item),
            **verdict_values(each.verdict),
            "feed_id": self.feed_id,
            "item_id": each.item.item_id,
            "first_seen": self.now,
            "week": self.week,
            "pinned": False,
            "same_as": None,
        }

    def told(self, row_id: int, each: JudgedItem) -> alike.Told:
        item = each.item
        return alike.Told(
            id=row_id,
            row_id=row_id,
            feed_id=self.feed_id,
            item_id=item.item_id,
            key=link_key(item.link),
            story=alike.story_of(item),
            decision=each.verdict.decision,
            gone=False,
        )


async def _stored_once(
    session: AsyncSession, wanted: Sequence[JudgedItem], found: alike.Stories, frame: _Frame
) -> int:
    """Store what is new at once, and after it the copies, which need its ids."""
    firsts: list[JudgedItem] = []
    copies: list[tuple[JudgedItem, alike.Told]] = []
    for each in wanted:
        told = found.first(each.item)
        if told is None:
            found.add(frame.told(-len(firsts) - 1, each))  # its place, until it has an id
            firsts.append(each)
        elif _has_new_id(told, each.item, found, frame):
            await session.execute(
                update(ItemRow)
                .where(ItemRow.id == told.row_id)
                .values(item_id=each.item.item_id, gone_at=None)
            )
        else:
            copies.append((each, told))
    rows = await _insert(session, [frame.values(each) for each in firsts])
    await alike.index_new(
        session,
        [(rows[j.item.item_id], j.item) for j in firsts if j.item.item_id in rows],
    )
    places = {-n - 1: rows.get(each.item.item_id) for n, each in enumerate(firsts)}
    return len(rows) + await _add_copies(session, copies, places, frame)


def _has_new_id(told: alike.Told, item: Item, found: alike.Stories, frame: _Frame) -> bool:
    return (
        told.row_id > 0
        and told.feed_id == frame.feed_id
        and told.item_id not in frame.shown
        and found.linked(item) == told
    )


async def _add_copies(
    session: AsyncSession,
    copies: Sequence[tuple[JudgedItem, alike.Told]],
    places: Mapping[int, int | None],
    frame: _Frame,
) -> int:
    """Store what repeats a story; return how many of them wait for a coordinator."""
    values, waiting = [], []
    for each, told in copies:
        row = frame.values(each)
        reason = GONE if told.gone else LEFT_OUT
        if frame.week is None and (told.gone or told.decision is Decision.REJECT):
            if each.verdict.decision is not Decision.REJECT:
                row["decision"] = Decision.REVIEW
                row["reasons"] = dump(TEXTS, (reason, *each.verdict.reasons))
            waiting.append(each)
        else:
            row["same_as"] = places.get(told.id, told.id)
            if each.verdict.decision is Decision.REVIEW:
                row["decision"] = Decision.ACCEPT  # nobody need look at it: it goes nowhere
        values.append(row)
    rows = await _insert(session, values)
    new = [(rows[w.item.item_id], w.item) for w in waiting if w.item.item_id in rows]
    await alike.index_new(session, new)
    return len(new)


async def _insert(session: AsyncSession, values: list[dict[str, object]]) -> dict[str, int]:
    """Insert rows that are not there yet; return our id of each by the feed's."""
    if not values:
        return {}
    done = await session.execute(
        insert(session, ItemRow)
        .on_conflict_do_nothing(index_elements=["feed_id", "item_id"])
        .returning(ItemRow.item_id, ItemRow.id),
        values,
    )
    return {row.item_id: row.id for row in done}


async def find(session: AsyncSession, item_id: int) -> StoredItem | None:
    """Return the item with our *item_id*, or None."""
    row = await session.get(ItemRow, item_id)
    return stored(row) if row is not None else None


def item_values(item: Item) -> dict[str, object]:
    """Return the columns of what *item* says."""
    return {
        "title": item.title,
        "link": item.link,
        "link_key": link_key(item.link),
        "summary": item.summary,
        "body": item.body,
        "words": fingerprint(item),
        "published": item.published,
        "source": item.source,
    }


def verdict_values(verdict: Verdict) -> dict[str, object]:
    """Return the columns of what the judge says."""
    return {
        "decision": verdict.decision,
        "reasons": dump(TEXTS, verdict.reasons),
        "topics": list(verdict.topics),
        "occasions": dump(OCCASIONS, verdict.occasions),
        "place": verdict.place,
        "expires_on": verdict.expires_on,
        "spam": verdict.spam,
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
