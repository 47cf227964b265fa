"""Which services and places a reader of the published directory asks for. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from directory.model import Point
from directory.oruk import writing
from directory.oruk.entries import Entry, Spot
from directory.oruk.vocabulary import NEED_TAXONOMY
from directory.places import distance_m
from directory.schedules import Schedule

_MOST_WORDS = 12  # of a search that count
_NO_WORD = re.compile(r"[\W_]+")
_CLOCK = 5  # characters of HH:MM

Holds = Callable[[Entry], bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which services somebody wants; None where they did not say. Every one given must hold.

    *day*: ``MO``. *opens_from*, *closes_by*: ``HH:MM`` of one schedule, which is on *day*.
    *minimum_age*: the service's own is at least this; *maximum_age*: at most this.
    *modified_after*: aware. *near*, *within_m*: for places only, metres.
    """

    search: str | None = None
    term_id: str | None = None
    taxonomy_id: str | None = None
    organization_id: str | None = None
    modified_after: datetime | None = None
    minimum_age: float | None = None
    maximum_age: float | None = None
    day: str | None = None
    opens_from: str | None = None
    closes_by: str | None = None
    near: Point | None = None
    within_m: float | None = None


EVERYTHING = Asked()


def holds(asked: Asked, entry: Entry) -> bool:
    """Say whether *entry* meets what *asked* says of age, hours, organisation and change."""
    return (
        (asked.organization_id is None or entry.organization_id == asked.organization_id)
        and (asked.modified_after is None or _changed(entry, asked.modified_after))
        and _of_age(asked, entry)
        and _has_hours(asked, entry)
    )


def searchable(entry: Entry) -> str:
    """Return the words of *entry* by which it is found, made plain, a space before each."""
    service = entry.service
    needs = (NEED_TAXONOMY.terms[each].name for each in service.needs)
    parts = (service.name, service.alternate_name or "", service.organization, *needs)
    return _plain(f"{' '.join(parts)} {service.description}")


def found_by(
    text: str, words: Sequence[str], among: Iterable[int], names: Sequence[str]
) -> list[int]:
    """Return which of *among* have every word of *text*; those with it in the name come first.

    *words*, *names*: the `searchable` words and the plain names of all entries. The last letters
    of a word may be missing. A text without any word finds nothing.
    """
    wanted = [f" {each}" for each in dict.fromkeys(_plain(text).split())][:_MOST_WORDS]
    if not wanted:
        return []
    hits = [at for at in among if all(each in words[at] for each in wanted)]
    hits.sort(key=lambda at: -sum(each in names[at] for each in wanted))
    return hits


def plain_name(entry: Entry) -> str:
    """Return the plain words of the name, a space before each."""
    return _plain(entry.service.name)


def near(asked: Asked, spots: Sequence[Spot], among: Iterable[int]) -> list[int]:
    """Return the places of *among* within the distance that *asked* gives, the nearest first."""
    if asked.near is None:
        return list(among)
    far = float("inf") if asked.within_m is None else asked.within_m
    found = []
    for at in among:
        point = spots[at].point
        if point is not None and (metres := distance_m(point, asked.near)) <= far:
            found.append((metres, at))
    return [at for _, at in sorted(found)]


def _plain(text: str) -> str:
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text)
        text = "".join(char for char in apart if not unicodedata.combining(char))
    return f" {_NO_WORD.sub(' ', text.casefold())}"


def _changed(entry: Entry, after: datetime) -> bool:
    return entry.stirred is not None and entry.stirred >= after


def _of_age(asked: Asked, entry: Entry) -> bool:
    """Compare as the UK profile says; a service that states no age meets no wish for one."""
    low, high = entry.service.min_age, entry.service.max_age
    old_enough = asked.minimum_age is None or (low is not None and low >= asked.minimum_age)
    return old_enough and (
        asked.maximum_age is None or (high is not None and high <= asked.maximum_age)
    )


def _has_hours(asked: Asked, entry: Entry) -> bool:
    if asked.day is None and asked.opens_from is None and asked.closes_by is None:
        return True
    hours = dict.fromkeys(each.opening_hours for each in entry.service.places)
    return any(_meets(asked, row) for each in hours if each for row in writing.rows_of(each))


def _meets(asked: Asked, row: Schedule) -> bool:
    days = (row.byday or "").split(",")
    if asked.day is not None and not any(each.endswith(asked.day) for each in days):
        return False
    opens, closes = (row.opens_at or "")[:_CLOCK], (row.closes_at or "")[:_CLOCK]
    if asked.opens_from is not None and (not opens or opens < asked.opens_from):
        return False
    return asked.closes_by is None or (bool(closes) and closes <= asked.closes_by)
