"""A day and a time in London's week, as a coordinator writes them in a setting. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_WRITTEN = re.compile(
    r"(?P<day>[a-z]{3,})\s+(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, order=True)
class WeekTime:
    """A time in the week in London: *day* 0 is Monday, *at* is naive on purpose."""

    day: int
    at: time

    def __str__(self) -> str:
        """Return it as it is written in a setting."""
        return f"{DAYS[self.day]} {self.at:%H:%M}"


def parse(written: str) -> WeekTime:
    """Return what ``Thursday 10:00`` or ``thu 9:30`` means; English days, 24 hours.

    Raises:
        ValueError: it cannot be read, or lies between 01:00 and 02:00: London's clocks skip
            that hour in March and repeat it in October.
    """
    found = _WRITTEN.fullmatch(written.strip())
    if found is None:
        raise ValueError("it is not a day and a time of day")
    word = found["day"].lower()
    day = next((n for n, name in enumerate(DAYS) if name.lower().startswith(word)), None)
    if day is None:
        raise ValueError(f"“{found['day']}” is not a day of the week")
    hour = int(found["hour"])
    if hour == 1:
        raise ValueError("times between 01:00 and 02:00 happen twice or never when clocks change")
    return WeekTime(day, time(hour, int(found["minute"])))


def moment(week: str, when: WeekTime, zone: ZoneInfo) -> datetime:
    """Return the aware moment of *when* in the ISO week *week* (``2026-W47``) in *zone*.

    Raises:
        ValueError: *week* is not an ISO week.
    """
    year, _, number = week.partition("-W")
    day = date.fromisocalendar(int(year), int(number), when.day + 1)
    return datetime.combine(day, when.at, zone)
