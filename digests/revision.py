"""What a site changed in a post, and whether those who got the old words must hear of it. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from rapidfuzz import fuzz

from digests import stated
from digests.compared import clash, content, only
from digests.item import Item, Occasion, OccasionKind, StoredItem, Verdict
from digests.links import link_key
from digests.telling import TURNS

_SAME_TITLE = 85.0  # of 100: typing mistakes and single words lie above
_SAME_PLACE = 80.0


class What(StrEnum):
    """What of a post is another now."""

    TITLE = "title"
    LINK = "link"
    DATES = "dates"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Revision:
    """A post as its site has it now, and *what* of it matters to those who got it."""

    title: str
    link: str | None
    summary: str
    what: tuple[What, ...]
    occasions: tuple[Occasion, ...] = ()
    place: str | None = None

    @property
    def mark(self) -> str:
        """Return ten hexadecimal digits that another change would not have, for buttons."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:10]


def fingerprint(item: Item) -> str:
    """Return 64 hexadecimal digits that change when anything that *item* says does."""
    published = item.published.isoformat() if item.published else ""
    said = "\0".join((item.title, item.link or "", item.summary, item.body, published))
    return hashlib.sha256(said.encode()).hexdigest()


def revision(sent: StoredItem, item: Item, verdict: Verdict) -> Revision | None:
    """Return what readers of *sent* must hear now that its site says *item*; None if nothing.

    That is another title (more than a typing mistake), link, date or time that they could act
    on, or place. Other words of the text are not.
    """
    what = tuple(
        name
        for name, differs in (
            (What.TITLE, _other_title(sent.item.title, item.title)),
            (What.LINK, link_key(sent.item.link) != link_key(item.link)),
            (What.DATES, _other_dates(sent, item, verdict)),
            (What.PLACE, _other_place(sent.place, verdict.place)),
        )
        if differs
    )
    if not what:
        return None
    return Revision(item.title, item.link, item.summary, what, verdict.occasions, verdict.place)


def _other_title(old: str, new: str) -> bool:
    left, right = only(content(stated.words(old)), content(stated.words(new)))
    if clash(left, right, turns=TURNS) is not None:
        return True
    return fuzz.token_sort_ratio(stated.folded(old), stated.folded(new)) < _SAME_TITLE


def _other_dates(sent: StoredItem, item: Item, verdict: Verdict) -> bool:
    """Say whether another date is given; that another version of us reads it otherwise is none."""
    said = [
        {
            word
            for word in stated.words(f"{each.title}. {each.body or each.summary}")
            if stated.kind(word) in tuple("dmwyt")
        }
        for each in (sent.item, item)
    ]
    return said[0] != said[1] and _dates(sent.occasions) != _dates(verdict.occasions)


def _dates(
    occasions: Sequence[Occasion],
) -> set[tuple[OccasionKind, date, time | None, date | None]]:
    acted_on = (each for each in occasions if each.kind is not OccasionKind.MENTIONED)
    return {(each.kind, each.on, each.at, each.until) for each in acted_on}


def _other_place(old: str | None, new: str | None) -> bool:
    if old is None or new is None:
        return False  # not said, or not found this time
    return fuzz.token_set_ratio(stated.folded(old), stated.folded(new)) < _SAME_PLACE
