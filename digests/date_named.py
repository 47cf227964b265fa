"""Days as a text names them, and how neighbours make stretches and weeks of them. Pure."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from digests.date_tokens import Kind, Token

DASH = frozenset({"-", "–", "—", "−", "to", "until", "till", "til", "through", "thru"})
_WEEK_OF = frozenset({"w/c", "w/b", "w/beg", "w/comm", "wc", "commencing", "beginning", "starting"})


@dataclass(frozen=True, slots=True)
class Named:
    """A day or a month as a text names it; *start*, *end*: where.

    *day*: None for a whole month. *last*: the end of a stretch. *week*: the week that begins on
    it. *every*: of a month only this weekday. *later*: "tomorrow", "tonight", "this" or "next"
    (with the weekday). *quarter*: the month begins a quarter. *short_year*: "Sept 20", which
    is a day or a month of 2020.
    """

    start: int
    end: int
    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    last: "Named | None" = None
    week: bool = False
    every: bool = False
    later: str | None = None
    quarter: bool = False
    end_of: bool = False
    short_year: bool = False
    on: date | None = None


def stretch(first: Named, last: Named) -> Named:
    """Return the stretch; "30 – 2 July" begins in June."""
    if first.day is not None and last.day is not None and first.day > last.day and last.month:
        month = last.month - 1 or 12
        year = last.year - (last.month == 1) if last.year else None
        first = replace(first, month=month, year=year)
    return replace(first, last=last, end=last.end)


def stretches(found: list[Named], pieces: Sequence[Token]) -> list[Named]:
    """Join two days with a dash or "to" between them."""
    starts = {token.start: number for number, token in enumerate(pieces)}
    ends = {token.end: number for number, token in enumerate(pieces)}
    joined: list[Named] = []
    for day in found:
        before = joined[-1] if joined else None
        if before and _may_join(before, day):
            between = pieces[ends[before.end] + 1 : starts[day.start]]
            words = [t.word for t in between if t.kind is not Kind.HOURS]
            begins = starts[before.start]
            paired = words == ["and"] and begins > 0 and pieces[begins - 1].word == "between"
            dashed = len(words) == 1 and words[0] in DASH
            if (dashed or paired) and len(between) <= 3:  # noqa: PLR2004
                joined[-1] = replace(before, last=day, end=day.end)
                continue
        joined.append(day)
    return joined


def weeks(found: list[Named], pieces: Sequence[Token]) -> list[Named]:
    """Mark the days with which "w/c" or "in the week beginning" names a week."""
    numbers = {token.start: number for number, token in enumerate(pieces)}
    marked = []
    for day in found:
        at = numbers[day.start] - 1
        while at >= 0 and pieces[at].word in {":", ".", "the", "on", "of"}:
            at -= 1
        named_so = at >= 0 and pieces[at].word == "week" and pieces[at + 1].word == "of"
        week = at >= 0 and day.last is None and (named_so or pieces[at].word in _WEEK_OF)
        if week and pieces[at].word in {"beginning", "starting", "commencing"}:
            week = at > 0 and pieces[at - 1].word in {"week", "weeks"}
        marked.append(replace(day, week=True) if week else day)
    return marked


def _may_join(first: Named, last: Named) -> bool:
    whole = first.on is not None or (first.day is not None and first.month is not None)
    ends = last.on is not None or (last.day is not None and last.month is not None)
    return whole and ends and first.last is None and last.last is None and first.start < last.start


def days_in(year: int, month: int) -> int:
    """Return how many days the month has."""
    return monthrange(year, month)[1]
