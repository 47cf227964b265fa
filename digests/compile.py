"""Which items a week's digest has, and in which order. Pure.

By ledger, not by date: an item is in the first edition that is approved after it was
accepted, however late it came, and in no other (reliability test S4).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from digests.model import Decision, Digest, Section, StoredItem, Topic
from digests.topics import OTHER

LONDON = ZoneInfo("Europe/London")


def iso_week(moment: datetime, zone: ZoneInfo = LONDON) -> str:
    """Return the ISO week of an aware *moment* as people in *zone* count it: ``2026-W47``."""
    year, week, _ = moment.astimezone(zone).isocalendar()
    return f"{year}-W{week:02}"


def compile_digest(
    week: str,
    items: Sequence[StoredItem],
    wanted: Collection[str],
    topics: Sequence[Topic],
) -> Digest:
    """Return the digest of *week* for somebody who wants the topic ids *wanted* (empty: all).

    Takes accepted items that are in no edition yet or in this one. Each is there once, under
    the first of its topics that is wanted; sections in the order of *topics*, items newest
    first. Items that fit no topic come last, under `OTHER`, for those who want all.
    """
    order = [topic.id for topic in topics]
    chosen: dict[str, list[StoredItem]] = {topic: [] for topic in [*order, OTHER]}
    for item in items:
        if item.decision is Decision.ACCEPT and item.week in (None, week):
            section = _section(item, order, wanted)
            if section is not None:
                chosen[section].append(item)
    sections = (Section(topic, tuple(_newest_first(found))) for topic, found in chosen.items())
    return Digest(week, tuple(section for section in sections if section.items))


def in_order(items: Sequence[StoredItem], topics: Sequence[Topic]) -> list[StoredItem]:
    """Return *items*, of whatever week, in the order in which a digest of all topics has them."""
    order = {topic.id: place for place, topic in enumerate(topics)}

    def place(item: StoredItem) -> int:
        return next((order[t] for t in item.topics if t in order), len(order))

    return sorted(_newest_first(items), key=place)


def _section(item: StoredItem, order: Sequence[str], wanted: Collection[str]) -> str | None:
    known = [topic for topic in item.topics if topic in order]
    if not wanted:
        return known[0] if known else OTHER
    return next((topic for topic in known if topic in wanted), None)


def _newest_first(items: Sequence[StoredItem]) -> list[StoredItem]:
    return sorted(
        items, key=lambda item: (item.item.published or item.first_seen, item.id), reverse=True
    )
