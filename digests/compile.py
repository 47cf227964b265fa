"""Which items a week's digest has, and in which order. Pure.

By ledger, not by date: an item is in the first edition that is approved after it was
accepted, however late it came, and in no other (reliability test S4).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from digests import when
from digests.dates import last_day
from digests.edition import NOTHING_BESIDE, Beside, Digest, Section
from digests.item import Decision, Occasion, OccasionKind, StoredItem
from digests.topics import OTHER, Topic

LONDON = ZoneInfo("Europe/London")
_MOST_BESIDE = 3  # of each part, for those who chose topics
_Key = tuple[int | float, ...]


def iso_week(moment: datetime, zone: ZoneInfo = LONDON) -> str:
    """Return the ISO week of an aware *moment* as people in *zone* count it: ``2026-W47``."""
    year, week, _ = moment.astimezone(zone).isocalendar()
    return f"{year}-W{week:02}"


def compile_digest(  # noqa: PLR0913  (an edition's parts, each by its name)
    week: str,
    items: Sequence[StoredItem],
    wanted: Collection[str],
    topics: Sequence[Topic],
    *,
    today: date | None = None,
    note: str | None = None,
    beside: Beside = NOTHING_BESIDE,
) -> Digest:
    """Return the digest of *week* for somebody who wants the topic ids *wanted* (empty: all).

    Takes items that this edition has or would take now (`taken`). Each is there once, under
    the first of its topics that is wanted; sections in the order of *topics*. Items that fit
    no topic come last, under `OTHER`, for those who want all. *today*: the day from which
    dates are counted; without it nothing is past. In a section: pinned posts, then the order
    that coordinators gave, then corrections, dates soonest first, and the rest newest first.
    Those who chose topics get the first few of each part of *beside*.
    """
    order = [topic.id for topic in topics]
    chosen: dict[str, list[StoredItem]] = {topic: [] for topic in [*order, OTHER]}
    for item in items:
        if taken(item, week, today):
            section = _section(item, order, wanted)
            if section is not None:
                chosen[section].append(item)
    key = _reading_order(today)
    sections = (Section(topic, tuple(sorted(found, key=key))) for topic, found in chosen.items())
    filled = tuple(section for section in sections if section.items)
    return Digest(week, filled, note, _briefly(beside) if wanted else beside, today)


def compile_daily(
    items: Sequence[StoredItem], wanted: Collection[str], topics: Sequence[Topic], *, today: date
) -> Digest:
    """Return the news of *today* for somebody who wants *wanted*; its week is empty.

    *items*: what is new, whether an edition has it or not.
    """
    loose = [replace(item, week=None, position=None, pinned=False) for item in items]
    return compile_digest("", loose, wanted, topics, today=today)


def in_order(
    items: Sequence[StoredItem], topics: Sequence[Topic], today: date | None = None
) -> list[StoredItem]:
    """Return *items*, of whatever week, in the order in which a digest of all topics has them."""
    order = {topic.id: place for place, topic in enumerate(topics)}
    inside = _reading_order(today)

    def place(item: StoredItem) -> tuple[int, _Key]:
        return section_of(item, order), inside(item)

    return sorted(items, key=place)


class Move(StrEnum):
    """Where a coordinator puts a post of the draft."""

    UP = "up"
    DOWN = "down"
    TOP = "top"


def moved(
    items: Sequence[StoredItem], item_id: int, move: Move, topics: Sequence[Topic]
) -> list[int] | None:
    """Return the ids of *items* (`in_order`) after *move*; None when nothing changes.

    A post stays in its section, and among the pinned or the others.
    """
    order = {topic.id: place for place, topic in enumerate(topics)}
    ids = [item.id for item in items]
    if item_id not in ids:
        return None
    one = items[ids.index(item_id)]
    beside = [
        item.id
        for item in items
        if (section_of(item, order), item.pinned) == (section_of(one, order), one.pinned)
    ]
    here = beside.index(item_id)
    there = {Move.UP: max(here - 1, 0), Move.DOWN: here + 1, Move.TOP: 0}[move]
    if there == here or there >= len(beside):
        return None
    ids.remove(item_id)
    # the group stands together, so after a step down the neighbour has moved up by one
    target = ids.index(beside[there])
    ids.insert(target + (move is Move.DOWN), item_id)
    return ids


def section_of(item: StoredItem, order: dict[str, int]) -> int:
    """Return the number of the section that has *item* in a digest of all topics.

    *order*: the number of each topic.
    """
    return next((order[topic] for topic in item.topics if topic in order), len(order))


def taken(item: StoredItem, week: str, today: date | None = None) -> bool:
    """Say whether the edition of *week* shows *item*.

    A frozen edition shows what has a place in it, whatever became of the post since. Before,
    it shows what a coordinator or the judge accepted, what no edition has taken, what is not
    told by another post, not gone from its site, and not past on *today*.
    """
    if item.week is not None:
        return item.week == week and item.position is not None
    if item.decision is not Decision.ACCEPT or item.same_as is not None:
        return False
    return item.gone_at is None and not is_past(item, today)


def is_past(item: StoredItem, today: date | None) -> bool:
    """Say whether *item* is of no use on *today* any more: all that it is about is over."""
    return today is not None and when.is_past(item.occasions, item.expires_on, today)


def dated(item: StoredItem, today: date | None) -> list[Occasion]:
    """Return the deadlines and events of *item* that are not over on *today*, soonest first.

    A stretch that has begun counts as *today*; on the same day a deadline comes first.
    """
    first = today or date.min
    coming = [
        each
        for each in item.occasions
        if each.kind is not OccasionKind.MENTIONED and last_day(each) >= first
    ]
    deadline = OccasionKind.DEADLINE
    return sorted(
        coming, key=lambda o: (max(o.on, first), o.kind is not deadline, o.at or time.min)
    )


def _section(item: StoredItem, order: Sequence[str], wanted: Collection[str]) -> str | None:
    known = [topic for topic in item.topics if topic in order]
    if not wanted:
        return known[0] if known else OTHER
    return next((topic for topic in known if topic in wanted), None)


def _briefly(beside: Beside) -> Beside:
    """Return the first few of each part, for somebody who came for certain topics."""
    most = _MOST_BESIDE
    return Beside(beside.services[:most], beside.unmet[:most], beside.meetings[:most])


def _reading_order(today: date | None) -> Callable[[StoredItem], _Key]:
    """Return the key of an item inside its section; as a key, it holds numbers only."""

    def key(item: StoredItem) -> _Key:
        soonest = next(iter(dated(item, today)), None)
        return (
            not item.pinned,
            item.position is None,
            item.position or 0,
            item.corrects is None,
            soonest is None,
            max(soonest.on, today or soonest.on).toordinal() if soonest else 0,
            -(item.item.published or item.first_seen).timestamp(),
            -item.id,
        )

    return key
