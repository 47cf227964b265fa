"""Schedules of Open Referral UK (iCal words) to opening_hours and back: exactly, or not at all.

What one side cannot say is never bent: it stays as words. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from directory.openings import hours_rules
from directory.openings.hours_rules import DAY, Day, Rule, Span
from directory.schedules import WEEKDAYS, Freq, Schedule, days_of, in_words, minutes_of

ALWAYS = "Open day and night, every day."
NO_HOLIDAYS = "Closed on public holidays."
OTHER = "Opening hours (OpenStreetMap): "  # begins a description that holds a whole expression


@dataclass(frozen=True, slots=True)
class _Slot:
    """One exact piece of a week or month."""

    days: tuple[Day, ...]
    span: Span
    first: date | None
    last: date | None


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
            return whole, _note(word for row in others for word in in_words(row, timed=True))
        if each == Schedule(description=NO_HOLIDAYS):
            closed = True
            continue
        slot = _slot(each, on)
        if slot is not None:
            slots.append(slot)
        words += in_words(each, timed=slot is None)
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
    days = days_of(schedule)
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


def _span(opens: str | None, closes: str | None) -> Span | None:
    """Return the times between which it is open; None where one is missing or both are equal."""
    start, end = minutes_of(opens), minutes_of(closes)
    if start is None or end is None or start in (end, DAY):
        return None
    return Span(start, end if end > start else end + DAY)


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
