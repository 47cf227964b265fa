"""The query of a request to the directory's API, read strictly: nothing is guessed.

Parameters that we do not know are passed over, so that a client may send more than we offer.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from multidict import MultiMapping

from directory.oruk import ids
from directory.oruk.choosing import Asked
from directory.oruk.publication import Form
from directory.places import Gazetteer
from directory.schedules import NAMES, WEEKDAYS

PER_PAGE, MOST_PER_PAGE = 50, 500
ALL_IN_ONE = 10_000  # records of the minimal form: "aim to return all services within one page"
LAST_PAGE = 1_000_000
LONGEST_SEARCH, LONGEST_ID = 200, 100
OLDEST = 150  # years
FARTHEST = 1_000_000  # metres
TIME = "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"
POSTCODE = "^[A-Za-z]{1,2}[0-9][A-Za-z0-9]?( ?[0-9][A-Za-z]{2})?$"
DAYS = (*WEEKDAYS, *NAMES)

_WHOLE = re.compile(r"[0-9]{1,7}")
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?")
_LEAP = re.compile(r":60(?=[.Z+-])")
_OFFSET = re.compile(r" (?=[0-9]{2}:[0-9]{2}$)")
_CLOCK = 5  # characters of HH:MM
Read = TypeVar("Read")
Query = MultiMapping[str]


class BadQuery(Exception):
    """A parameter that cannot be used; the text says which one and what to write."""


class UnknownPlace(Exception):
    """There is no point to measure from: the gazetteer does not know the postcode."""


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page: *number* from 1, *per_page* records."""

    number: int
    per_page: int

    def of(self, total: int) -> range:
        """Return what of *total* is on the page."""
        start = (self.number - 1) * self.per_page
        return range(min(start, total), min(start + self.per_page, total))


def paging(query: Query, *, otherwise: int = PER_PAGE) -> Paging:
    """Return the page that *query* asks for, the first one of *otherwise* records by default.

    Raises:
        BadQuery: a number is none, or out of range; or the format is not JSON.
    """
    if _one(query, "format") not in (None, "", "json"):
        raise BadQuery("format: only json is offered.")
    number = _whole(query, "page", LAST_PAGE)
    size = _whole(query, "per_page", MOST_PER_PAGE)
    return Paging(number or 1, size or otherwise)


def form(query: Query) -> Form:
    """Return how much of each record *query* wants; the least of what it asks for.

    Raises:
        BadQuery: minimal or full is neither true nor false.
    """
    minimal, full = flag(query, "minimal"), flag(query, "full")
    if minimal:
        return Form.MINIMAL
    return Form.FULL if full else Form.SHORT


def services(query: Query) -> Asked:
    """Return which services *query* asks for.

    Raises:
        BadQuery: a parameter cannot be used.
    """
    return Asked(
        search=_text(query, "search", LONGEST_SEARCH),
        term_id=identifier(query, "taxonomy_term_id"),
        taxonomy_id=identifier(query, "taxonomy_id"),
        organization_id=identifier(query, "organization_id"),
        modified_after=_read(query, "modified_after", _moment),
        minimum_age=_read(query, "minimum_age", lambda text: _number(text, OLDEST)),
        maximum_age=_read(query, "maximum_age", lambda text: _number(text, OLDEST)),
        day=_read(query, "day", _day),
        opens_from=_read(query, "start_time", _time),
        closes_by=_read(query, "end_time", _time),
    )


def places(query: Query, gazetteer: Gazetteer) -> Asked:
    """Return the services of which places *query* asks for, and near what.

    Raises:
        BadQuery: a parameter cannot be used, or a distance has no postcode.
        UnknownPlace: the postcode is not in the gazetteer.
    """
    asked = services(query)
    postcode = _read(query, "postcode", _postcode)
    within = _read(query, "proximity", lambda text: _number(text, FARTHEST))
    if postcode is None:
        if within is not None:
            raise BadQuery("proximity: it needs a postcode to measure from.")
        return asked
    found = gazetteer.find(postcode)
    if found is None:
        raise UnknownPlace
    return replace(asked, near=found.point, within_m=within)


def search(query: Query) -> str | None:
    """Return the words to look for, None where there are none.

    Raises:
        BadQuery: they are too long.
    """
    return _text(query, "search", LONGEST_SEARCH)


def identifier(query: Query, name: str) -> str | None:
    """Return an id as we write it; one that is no UUID is of nothing here.

    Raises:
        BadQuery: it is too long.
    """
    given = _text(query, name, LONGEST_ID)
    return None if given is None else ids.own(given) or given


def flag(query: Query, name: str) -> bool:
    """Return a parameter that is true or false, the latter by default.

    Raises:
        BadQuery: it is neither.
    """
    return bool(_read(query, name, _boolean))


def _one(query: Query, name: str) -> str | None:
    given = query.getall(name, [])
    if len(given) > 1:
        raise BadQuery(f"{name}: it may be given once only.")
    return given[0] if given else None


def _text(query: Query, name: str, longest: int) -> str | None:
    given = _one(query, name)
    if given is not None and len(given) > longest:
        raise BadQuery(f"{name}: write at most {longest} characters.")
    return given or None


def _read(query: Query, name: str, read: Callable[[str], Read]) -> Read | None:
    given = _one(query, name)
    if given is None:
        return None
    try:
        return read(given)
    except ValueError as exc:
        raise BadQuery(f"{name}: {exc}") from None


def _whole(query: Query, name: str, most: int) -> int | None:
    def read(text: str) -> int:
        if _WHOLE.fullmatch(text) is None or not 1 <= int(text) <= most:
            raise ValueError(f"write a whole number from 1 to {most}.")
        return int(text)

    return _read(query, name, read)


def _number(text: str, most: float) -> float:
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not 0 <= value <= most:
        raise ValueError(f"write a number from 0 to {most}.")
    return value


def _boolean(text: str) -> bool:
    known = {"true": True, "false": False}
    if text.lower() not in known:
        raise ValueError("write true or false.")
    return known[text.lower()]


def _moment(text: str) -> datetime:
    """Return the moment of RFC 3339; a + that came as a space counts, no zone is UTC."""
    written = _OFFSET.sub("+", _LEAP.sub(":59", text.upper()))
    try:
        value = datetime.fromisoformat(written)
    except ValueError:
        raise ValueError("write a moment, like 2026-11-21T09:30:00Z.") from None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _day(text: str) -> str:
    names = {name.lower(): word for name, word in zip(NAMES, WEEKDAYS, strict=True)}
    word = names.get(text.lower(), text.upper())
    if word not in WEEKDAYS:
        raise ValueError("write a weekday, like MO or Monday.")
    return word


def _time(text: str) -> str:
    if re.fullmatch(TIME, text) is None:
        raise ValueError("write a time of the day, like 09:30.")
    return text[:_CLOCK]


def _postcode(text: str) -> str:
    if re.fullmatch(POSTCODE, text) is None:
        raise ValueError("write a postcode, like LS9 8AA, or its first half.")
    return text
