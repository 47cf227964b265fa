"""Opening hours at a moment, in OpenStreetMap's opening_hours syntax. Pure."""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import (  # type: ignore[attr-defined]  # ParserError is not in the stubs
    OpeningHours,
    ParserError,
)

from directory.model import Opening, OpenState

UNKNOWN = OpenState(Opening.UNKNOWN)


def opening(
    expression: str | None, at: datetime, *, zone: str = "Europe/London", country: str = "GB"
) -> OpenState:
    """Return whether *expression* is open at *at* (aware) and when that changes.

    Unknown where there is no expression or it cannot be read: never a guess. Public
    holidays count only where the expression names them (``PH``), by the country's common
    calendar in opening-hours-py. *changes_at* is in *zone*, None if it never changes.
    """
    hours = parsed(expression, zone, country) if expression else None
    if hours is None:
        return UNKNOWN
    local = at.astimezone(ZoneInfo(zone))
    state = Opening.UNKNOWN
    if hours.is_open(local):
        state = Opening.OPEN
    elif hours.is_closed(local):
        state = Opening.CLOSED
    return OpenState(state, _soonest(hours.next_change(local), local))


def readable(expression: str) -> bool:
    """Say whether *expression* is opening hours that we can read."""
    return parsed(expression, "Europe/London", "GB") is not None


@lru_cache(maxsize=4096)
def parsed(expression: str, zone: str, country: str) -> OpeningHours | None:
    """Return the parsed *expression*, or None if it is not valid."""
    try:
        return OpeningHours(expression, timezone=ZoneInfo(zone), country=country)
    except ParserError:
        return None


def _soonest(change: datetime | None, after: datetime) -> datetime | None:
    """Return *change* at its first occurrence after *after*.

    In the hour that the clocks repeat, the library names the second of the two moments.
    """
    if change is None:
        return None
    first = change.replace(fold=0)
    return first if first.timestamp() > after.timestamp() else change
