"""Rows of Open Referral UK's `schedule` (iCal words): what one says, and says in English. Pure.

Fields: HSDS 3.0, `schedule`; the weekday rows are those of Outpost's ``regular_schedules``.
`openings.scheduled_hours` makes opening_hours of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum

from directory.openings import hours_rules
from directory.openings.hours_rules import DAY, Day

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # RFC 5545 section 3.3.10
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_BYDAY = re.compile(rf"([+-]?[1-5])?({'|'.join(WEEKDAYS)})")
# London's clock has these two offsets, and a publisher writes the one of the day of writing: the
# hours of a service go by the clock on the wall, so they count as that. Others are another place
_TIME = re.compile(r"([01]?\d|2[0-4])[:.]([0-5]\d)(?::00(?:\.0+)?)?\s*(?:Z|[+-]00:?00|\+01:?00)?")


class Freq(StrEnum):
    """How often a schedule comes round: the two words that HSDS allows."""

    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


@dataclass(frozen=True, slots=True)
class Schedule:
    """One row of HSDS `schedule`, as published; None where it says nothing.

    *byday*: ``TH,FR``, or ``2MO`` and ``-1FR`` of a month. *opens_at*, *closes_at*: ``10:00:00``.
    """

    freq: Freq | None = None
    interval: int | None = None
    byday: str | None = None
    bymonthday: str | None = None
    dtstart: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    opens_at: str | None = None
    closes_at: str | None = None
    description: str | None = None
    attending_type: str | None = None
    notes: str | None = None
    count: str | None = None
    bymonth: str | None = None
    byweekno: str | None = None
    byyearday: str | None = None

    @property
    def limited(self) -> bool:
        """Whether it has a limit that opening_hours cannot hold: it stays in words."""
        return any((self.count, self.bymonth, self.byweekno, self.byyearday))


def read(row: Mapping[str, object]) -> Schedule:
    """Return the schedule of a published *row*; empty and unreadable values count as not given.

    Outpost's ``weekday`` becomes *byday*; ``until`` (RFC 5545, section 3.3.10) becomes *valid_to*,
    unless that is earlier. A *freq* that HSDS does not know is put to *byday* and
    an *interval* that is no whole number becomes 0, so that neither passes for every week.
    """
    texts = {name: str(row[name]).strip() for name in row if row[name] not in (None, "")}
    byday = texts.get("byday")
    if byday is None and (weekday := texts.get("weekday")):
        byday = _weekday(weekday) or weekday
    freq = texts.get("freq", "").upper()
    known = freq in tuple(Freq)
    ends = (_day(texts.get("valid_to")), _day(texts.get("until")))
    return Schedule(
        freq=Freq(freq) if known else None,
        interval=_number(texts.get("interval")),
        byday=byday if known or not freq else f"{freq} {byday or ''}".strip(),
        bymonthday=texts.get("bymonthday"),
        dtstart=_day(texts.get("dtstart")),
        valid_from=_day(texts.get("valid_from")),
        valid_to=min((day for day in ends if day is not None), default=None),
        opens_at=texts.get("opens_at"),
        closes_at=texts.get("closes_at"),
        description=texts.get("description"),
        attending_type=texts.get("attending_type"),
        notes=texts.get("notes"),
        count=texts.get("count"),
        bymonth=texts.get("bymonth"),
        byweekno=texts.get("byweekno"),
        byyearday=texts.get("byyearday"),
    )


def row(schedule: Schedule) -> dict[str, str | int]:
    """Return *schedule* as HSDS writes it in JSON, without what it does not say."""
    found: dict[str, str | int] = {}
    for each in fields(schedule):
        value = getattr(schedule, each.name)
        if value is not None:
            found[each.name] = value.isoformat() if isinstance(value, date) else value
    return found


def days_of(schedule: Schedule) -> tuple[Day, ...]:
    """Return the days of *schedule*; none where they cannot be told."""
    if schedule.bymonthday:
        return ()
    if not schedule.byday:
        weekly = schedule.freq is Freq.WEEKLY and schedule.dtstart is not None
        # RFC 5545: without BYDAY it is the weekday on which it starts
        return (Day(schedule.dtstart.weekday()),) if weekly and schedule.dtstart else ()
    found = [_BYDAY.fullmatch(part.strip().upper()) for part in schedule.byday.split(",")]
    days = {Day(WEEKDAYS.index(each[2]), int(each[1] or 0)) for each in found if each is not None}
    if None in found or (schedule.freq is Freq.WEEKLY and any(day.nth for day in days)):
        return ()
    return tuple(sorted(days))


def minutes_of(text: str | None) -> int | None:
    """Return the minutes after midnight of a published time, None where they cannot be told."""
    found = _TIME.fullmatch((text or "").strip())
    if found is None:
        return None
    minutes = int(found[1]) * 60 + int(found[2])
    return minutes if minutes <= DAY else None


def in_words(schedule: Schedule, *, timed: bool) -> list[str]:
    """Return in English what *schedule* says in words; with *timed* also its days and times."""
    words = [text for text in (schedule.description, schedule.notes) if text]
    if schedule.attending_type:
        words.append(schedule.attending_type)
    said = _said(schedule) if timed else ""
    return [said, *words] if said else words


def _number(text: str | None) -> int | None:
    """Return the whole number above 0 that *text* is; 0 for any other text."""
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        return 0
    return int(number) if number.is_integer() and number >= 1 else 0


def _day(text: str | None) -> date | None:
    """Return the day that an ISO 8601 date or moment begins with."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _weekday(name: str) -> str | None:
    """Return the iCal word of ``Monday``, ``mon`` or ``MO``, None if it is no weekday."""
    lowered = name.lower()
    shortest = 2  # letters
    for full, word in zip(NAMES, WEEKDAYS, strict=True):
        if len(lowered) >= shortest and full.lower().startswith(lowered):
            return word
    return None


def _said(schedule: Schedule) -> str:
    """Return the days and times of a schedule that opening_hours cannot hold: as published."""
    parts = [_often(schedule), _on(schedule)]
    if schedule.opens_at or schedule.closes_at:
        parts.append(f"{_shown(schedule.opens_at)}–{_shown(schedule.closes_at)}")
    for name, day in (("from", schedule.valid_from or schedule.dtstart), ("to", schedule.valid_to)):
        if day is not None:
            parts.append(f"{name} {day.day} {day:%B %Y}")
    parts += [f"{said} {value}" for said, value in _limits(schedule) if value]
    text = ", ".join(part for part in parts if part)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _limits(schedule: Schedule) -> tuple[tuple[str, str | None], ...]:
    return (
        ("how many times:", schedule.count),
        ("months:", schedule.bymonth),
        ("weeks of the year:", schedule.byweekno),
        ("days of the year:", schedule.byyearday),
    )


def _often(schedule: Schedule) -> str:
    every = schedule.interval or 1
    if schedule.freq is None:
        return ""
    unit = "week" if schedule.freq is Freq.WEEKLY else "month"
    return f"every {unit}" if every == 1 else f"every {every} {unit}s"


def _on(schedule: Schedule) -> str:
    days = replace(schedule, freq=None, bymonthday=None)
    named = [_name(day) for day in days_of(days)] if schedule.byday else []
    said = ", ".join(named) or (schedule.byday or "")
    if schedule.bymonthday:
        said += f"{', ' if said else ''}day {schedule.bymonthday} of the month"
    return said


def _name(day: Day) -> str:
    if not day.nth:
        return NAMES[day.weekday]
    place = "last" if day.nth == -1 else f"{abs(day.nth)}."
    return f"{place} {NAMES[day.weekday]}" + (" from the end" if day.nth < -1 else "")


def _shown(time: str | None) -> str:
    minutes = minutes_of(time)
    return hours_rules.clock(minutes) if minutes is not None else (time or "?")
