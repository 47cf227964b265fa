"""Opening hours at a moment, in OpenStreetMap's opening_hours syntax. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import (  # type: ignore[attr-defined]  # ParserError is not in the stubs
    OpeningHours,
    ParserError,
)

from directory.model import Opening, OpenState
from directory.openings import bank_holidays
from directory.openings.hours_rules import explicit

UNKNOWN = OpenState(Opening.UNKNOWN)
_LOOKS_AHEAD = 366  # days
_KEPT = 16_384  # expressions that are kept parsed: 0.6 KB each


def opening(
    expression: str | None, at: datetime, *, zone: str = "Europe/London", country: str = "GB"
) -> OpenState:
    """Return whether *expression* is open at *at* (aware) and when that changes.

    Unknown where there is no expression or it cannot be read: never a guess. Public holidays
    count only where the expression names them (``PH``), as `bank_holidays.dates` has them for
    *country* (``GB`` is England, ``GB-SCT`` Scotland). Where it names school holidays (``SH``) and
    they would make a difference, it is unknown. *changes_at*: in *zone*, None if not within a year.
    """
    if not expression:
        return UNKNOWN
    local = at.astimezone(ZoneInfo(zone))
    found = parsed(expression, zone, country, local.year)
    if not found:
        return UNKNOWN
    states = [_state(hours, local) for hours in found]
    now = states[0].now if len({state.now for state in states}) == 1 else Opening.UNKNOWN
    return OpenState(now, min((s.changes_at for s in states if s.changes_at), default=None))


def closed_for_holiday(
    expression: str | None, at: datetime, *, zone: str = "Europe/London", country: str = "GB"
) -> bool:
    """Say whether it is closed all of the day of *at* only because that is a public holiday."""
    if not expression or not bank_holidays.named(expression):
        return False
    local = at.astimezone(ZoneInfo(zone))
    if local.date() not in bank_holidays.dates(country, local.year):
        return False
    found = parsed(expression, zone, country, local.year)
    without = _read(expression, zone, (), school=False)
    closed = bool(found) and not any(_opens_on(hours, local) for hours in found)
    return closed and without is not None and _opens_on(without, local)


def readable(expression: str) -> bool:
    """Say whether *expression* is opening hours that we can read."""
    return bool(parsed(expression, "Europe/London", "GB", 2026))  # no year is special


@lru_cache(maxsize=_KEPT)
def parsed(expression: str, zone: str, country: str, year: int) -> tuple[OpeningHours, ...]:
    """Return the parsed *expression* for moments of the local *year*; nothing if it is not valid.

    Two where it names school holidays: one without any, one where every day is in them.
    """
    if not bank_holidays.named(expression):
        hours = _parsed_always(expression, zone)
        return () if hours is None else (hours,)
    days = bank_holidays.dates(country, year)
    cases = (False, True) if bank_holidays.names_school(expression) else (False,)
    found = [_read(expression, zone, days, school=school) for school in cases]
    return () if None in found else tuple(hours for hours in found if hours is not None)


@lru_cache(maxsize=_KEPT)
def _parsed_always(expression: str, zone: str) -> OpeningHours | None:
    """Return hours that do not depend on the year, so that no new year parses them again."""
    try:
        return _hours(explicit(expression), zone)
    except ParserError:
        return None


def _read(expression: str, zone: str, days: Iterable[date], *, school: bool) -> OpeningHours | None:
    try:
        OpeningHours(expression)  # what is wrong stays wrong when holidays are spelled out
        plain = bank_holidays.spelled(explicit(expression), days, school=school)
        return _hours(plain, zone)
    except ParserError:
        return None


def _hours(expression: str, zone: str) -> OpeningHours:
    # without a limit it looks for a change until the year 9999, which can take minutes
    return OpeningHours(expression, timezone=ZoneInfo(zone), max_interval_days=_LOOKS_AHEAD)


def _state(hours: OpeningHours, local: datetime) -> OpenState:
    state = Opening.UNKNOWN
    if hours.is_open(local):
        state = Opening.OPEN
    elif hours.is_closed(local):
        state = Opening.CLOSED
    return OpenState(state, _soonest(hours.next_change(local), local))


def _opens_on(hours: OpeningHours, local: datetime) -> bool:
    midnight = datetime.combine(local.date(), time(), local.tzinfo)
    if hours.is_open(midnight):
        return True
    change = hours.next_change(midnight)
    return change is not None and change < midnight + timedelta(days=1)


def _soonest(change: datetime | None, after: datetime) -> datetime | None:
    """Return *change* at its first occurrence after *after*.

    In the hour that the clocks repeat, the library names the second of the two moments.
    """
    if change is None:
        return None
    first = change.replace(fold=0)
    return first if first.timestamp() > after.timestamp() else change
