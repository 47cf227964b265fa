"""Schedules of Open Referral UK (iCal words) to opening_hours and back: exactly, or not at all.

What one side cannot say is never bent: it stays as words. Fields: HSDS 3.0, `schedule`; the
weekday rows are those of Outpost's ``regular_schedules``. Pure.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum

from directory.openings import hours_rules
from directory.openings.hours_rules import DAY, Day, Rule, Span

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # RFC 5545 section 3.3.10
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ALWAYS = "Open day and night, every day."
NO_HOLIDAYS = "Closed on public holidays."
OTHER = "Opening hours (OpenStreetMap): "  # begins a description that holds a whole expression

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


@dataclass(frozen=True, slots=True)
class _Slot:
    """One exact piece of a week or month."""

    days: tuple[Day, ...]
    span: Span
    first: date | None
    last: date | None


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


def to_opening_hours(
    schedules: Iterable[Schedule], *, on: date | None = None
) -> tuple[str | None, str | None]:
    """Return the opening_hours of *schedules*, and in words what they cannot hold (a line each).

    Exact or left in words: every second week, days of the month, hours without an end. What
    *schedules* say in words comes along. *on*: today; what ended before it is left out, and a
    first day that has come need not be said.
    """
    slots: list[_Slot] = []
    words: list[str] = []
    closed = False
    rows = list(schedules)
    for each in rows:
        if on is not None and each.valid_to is not None and each.valid_to < on:
            continue
        if (whole := _whole(each)) is not None:
            others = (row for row in rows if row is not each)
            return whole, _note(word for row in others for word in _words(row, timed=True))
        if each == Schedule(description=NO_HOLIDAYS):
            closed = True
            continue
        slot = _slot(each, on)
        if slot is not None:
            slots.append(slot)
        words += _words(each, timed=slot is None)
    rules = _rules(slots)
    if closed and rules:
        rules += (Rule((), holidays=True, closed=True),)
    elif closed:
        words.append(NO_HOLIDAYS)
    return (hours_rules.written(rules) if rules else None), _note(words)


def from_opening_hours(expression: str) -> tuple[Schedule, ...]:
    """Return the schedules of an opening_hours *expression*.

    What iCal words cannot say (seasons, the sun, comments, one rule over another) comes as one
    schedule with the whole expression in its description, from which it can be read again.
    """
    rules = hours_rules.rules_of(expression)
    if expression.strip() == "24/7":
        return (Schedule(description=ALWAYS),)
    closed = False
    if rules and rules[-1] == Rule((), holidays=True, closed=True):
        closed, rules = True, rules[:-1]
    plain = _plain(rules) if rules else None
    if not plain:
        return (Schedule(description=OTHER + expression),)
    slots = [_Slot(rule.days, span, rule.first, rule.last) for rule in plain for span in rule.times]
    days: dict[tuple[date | None, date | None, Span], list[Day]] = {}
    for rule in _rules(slots):
        for span in rule.times:
            days.setdefault((rule.first, rule.last, span), []).extend(rule.days)
    found = [
        schedule
        for (first, last, span), some in days.items()
        for schedule in _schedules(_Slot(tuple(some), span, first, last))
    ]
    return (*found, Schedule(description=NO_HOLIDAYS)) if closed else tuple(found)


def _note(words: Iterable[str]) -> str | None:
    """Return *words* as a line each, every one once; None where there are none."""
    return "\n".join(dict.fromkeys(words)) or None


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


def _whole(schedule: Schedule) -> str | None:
    """Return the expression of a schedule that we wrote in words, None if it is not ours."""
    text = schedule.description or ""
    if schedule != Schedule(description=text):
        return None
    if text == ALWAYS:
        return "24/7"
    return text.removeprefix(OTHER) if text.startswith(OTHER) else None


def _slot(schedule: Schedule, on: date | None) -> _Slot | None:
    """Return what *schedule* says exactly, None where it cannot be said."""
    days = _days(schedule)
    span = _span(schedule.opens_at, schedule.closes_at)
    if not days or span is None or schedule.limited or schedule.interval not in (None, 1):
        return None
    first = max((day for day in (schedule.dtstart, schedule.valid_from) if day), default=None)
    last = schedule.valid_to
    if first is not None and last is not None and first > last:
        return None
    if on is not None and first is not None and first <= on:
        first = None
    return _Slot(days, span, first, last)


def _days(schedule: Schedule) -> tuple[Day, ...]:
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


def _span(opens: str | None, closes: str | None) -> Span | None:
    """Return the times between which it is open; None where one is missing or both are equal."""
    start, end = _minutes(opens), _minutes(closes)
    if start is None or end is None or start in (end, DAY):
        return None
    return Span(start, end if end > start else end + DAY)


def _minutes(text: str | None) -> int | None:
    found = _TIME.fullmatch((text or "").strip())
    if found is None:
        return None
    minutes = int(found[1]) * 60 + int(found[2])
    return minutes if minutes <= DAY else None


def _rules(slots: list[_Slot]) -> tuple[Rule, ...]:
    """Return the rules that hold all *slots*, and never one in place of another.

    Weekdays without dates cannot meet in two rules, so they may replace; all others add.
    """
    times: dict[tuple[date | None, date | None, Day], tuple[Span, ...]] = {}
    for slot in slots:
        for day in slot.days:
            key = (slot.first, slot.last, day)
            times[key] = hours_rules.merged((*times.get(key, ()), slot.span))
    groups: dict[tuple[date | None, date | None, tuple[Span, ...]], list[Day]] = {}
    order = sorted(
        times, key=lambda key: (key[0] or date.min, key[1] or date.max, bool(key[2].nth), key[2])
    )
    for first, last, day in order:
        spans = times[first, last, day]
        groups.setdefault((first, last, spans), []).append(day)
    adds = any(
        first or last or any(day.nth for day in days) or any(span.end > DAY for span in spans)
        for (first, last, spans), days in groups.items()
    )
    rules = [
        Rule(tuple(days), spans, first=first, last=last, adds=adds)
        for (first, last, spans), days in groups.items()
    ]
    return (replace(rules[0], adds=False), *rules[1:]) if rules else ()


def _plain(rules: tuple[Rule, ...]) -> tuple[Rule, ...] | None:
    """Return *rules* with times that all add up, None where iCal words cannot say them."""
    found: list[Rule] = []
    for rule in rules:
        if rule.holidays or rule.comment is not None or not (rule.times or rule.closed):
            return None
        if any(span.end - span.start >= DAY for span in rule.times):
            return None  # 00:00 to 00:00 in a published row is a time not given
        if not rule.adds:
            left = [_without(each, rule) for each in found]
            if None in left:
                return None
            found = [each for each in left if each is not None and each.days]
        if not rule.closed:
            found.append(rule)
    return tuple(found)


def _without(rule: Rule, later: Rule) -> Rule | None:
    """Return *rule* where *later* does not replace it, None where that cannot be told exactly."""
    weekdays = {day.weekday for day in later.days}
    meet = [day for day in rule.days if day.weekday in weekdays]
    runs_over = any(
        span.end > DAY and (day.weekday + 1) % 7 in weekdays
        for span in rule.times
        for day in rule.days
    )
    if runs_over:  # a rule that replaces the next day also cuts the hours after midnight
        return None
    if meet and (later.first or later.last or any(day.nth for day in later.days)):
        return None
    return replace(rule, days=tuple(day for day in rule.days if day not in meet))


def _schedules(slot: _Slot) -> list[Schedule]:
    """Return a weekly and a monthly schedule, as far as *slot* has days for them."""
    unique = sorted(set(slot.days))
    kinds = {
        Freq.WEEKLY: [WEEKDAYS[day.weekday] for day in unique if not day.nth],
        Freq.MONTHLY: [f"{day.nth}{WEEKDAYS[day.weekday]}" for day in unique if day.nth],
    }
    return [
        Schedule(
            freq=freq,
            byday=",".join(words),
            valid_from=slot.first,
            valid_to=slot.last,
            opens_at=f"{hours_rules.clock(slot.span.start)}:00",
            closes_at=f"{hours_rules.clock(slot.span.end % DAY)}:00",
        )
        for freq, words in kinds.items()
        if words
    ]


def _words(schedule: Schedule, *, timed: bool) -> list[str]:
    """Return in English what *schedule* says in words; with *timed* also its days and times."""
    words = [text for text in (schedule.description, schedule.notes) if text]
    if schedule.attending_type:
        words.append(schedule.attending_type)
    said = _said(schedule) if timed else ""
    return [said, *words] if said else words


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
    named = [_name(day) for day in _days(days)] if schedule.byday else []
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
    minutes = _minutes(time)
    return hours_rules.clock(minutes) if minutes is not None else (time or "?")
