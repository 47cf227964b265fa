"""What is next of an item's dates, and whether all of them are past. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from digests.dates import last_day
from digests.item import Occasion, OccasionKind, StoredItem


@dataclass(frozen=True, slots=True)
class Standing:
    """How an item stands on a day: its *next* deadline or event, and whether it is *past*."""

    next: Occasion | None
    past: bool


def standing(item: StoredItem, today: date) -> Standing:
    """Return how *item* stands on *today* in the city."""
    return Standing(
        next_date(item.occasions, today), is_past(item.occasions, item.expires_on, today)
    )


def next_date(occasions: Iterable[Occasion], today: date) -> Occasion | None:
    """Return the first deadline or event that is not past; None if there is none.

    A stretch that has begun counts until its last day. On the same day a deadline comes first.
    """
    ahead = [
        each
        for each in occasions
        if each.kind is not OccasionKind.MENTIONED and last_day(each) >= today
    ]
    first = OccasionKind.DEADLINE
    return min(ahead, key=lambda each: (max(each.on, today), each.kind is not first), default=None)


def is_past(occasions: Iterable[Occasion], expires_on: date | None, today: date) -> bool:
    """Say whether an item was for a day that is over, so that no digest need carry it.

    *expires_on* decides (`digests.dates.expires_on`): an item without one tells of something
    that has been, or of nothing in particular, and is news on any day.
    """
    if expires_on is None or expires_on >= today:
        return False
    return next_date(occasions, today) is None
