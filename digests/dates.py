"""The days that a post names, what they are for, and until when the post is of use. Pure.

Our own grammar: a general finder of dates (dateparser's ``search_dates``) takes scores, prices
and the verb "may" for dates, and needs some milliseconds for each sentence.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from digests.date_grammar import named
from digests.date_kinds import Guess, Setting, around, guess, tells_of_event
from digests.date_named import Named, days_in
from digests.date_tokens import Kind, Token, tokens
from digests.item import Occasion, OccasionKind
from digests.places_said import place

__all__ = ["expires_on", "found", "last_day", "place"]

_LONGEST = 20_000  # characters of a text that are read
_BACK = timedelta(days=30)  # a day without year lies at most so far before the post
_BACK_TOLD = timedelta(days=200)  # where the words speak of the past
_LATE = timedelta(days=7)  # so long after "by 3 May" that is still meant as a deadline
_BEFORE_EVENT = timedelta(days=120)  # at most so long before an event one must answer
_WEEK = timedelta(days=7)
_LONGEST_MONTH = 31
_MOST = 100  # dates of a text that are read: more is a calendar
_JOINED = re.compile(r"\s*(?:(?:,|&|\+|/|;|and|or)\s*){1,2}", re.IGNORECASE)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*[.,]?"
# a day that names neither a year nor a weekday, which would settle the year
_NO_YEAR = re.compile(rf"(?:the )?{_DAY}(?: of)? {_MONTH}|{_MONTH} {_DAY}", re.IGNORECASE)
_STRENGTH = {OccasionKind.MENTIONED: 0, OccasionKind.EVENT: 1, OccasionKind.DEADLINE: 1}


def found(title: str, text: str, published: datetime | None, today: date) -> tuple[Occasion, ...]:
    """Return the dates that *title* and *text* name, in order, each once.

    A day without a year is the one nearest to *published*, else to *today*; a weekday beside
    it settles the year, and a deadline takes that of its event. Dates in figures are read day
    first. "Tomorrow" and "next Friday" count from *published*. What is no date: years alone,
    laws, prices, scores, numbers of any kind.
    """
    written = published.date() if published else _written(title, today)
    occasions: dict[tuple[date, date | None], Occasion] = {}
    for words, told in ((title, text), (text[:_LONGEST], None)):
        for occasion in _read(words, _Frame(title, written, told)):
            key = occasion.on, occasion.until
            occasions[key] = _merged(occasions.get(key), occasion)
    return _in_one_year(tuple(occasions.values()))


def expires_on(occasions: Iterable[Occasion], published: datetime | None) -> date | None:
    """Return the last day on which a post with these dates is of use; None if they do not tell.

    The last deadline, else the last day of what takes place. Days before *published* do not
    count: such a post tells of what has been, and that stays news.
    """
    since = published.date() if published else date.min
    for kind in (OccasionKind.DEADLINE, OccasionKind.EVENT):
        days = [last_day(each) for each in occasions if each.kind is kind]
        if ahead := [day for day in days if day >= since]:
            return max(ahead)
    return None


def last_day(occasion: Occasion) -> date:
    """Return the day of *occasion*, of a stretch the last."""
    return occasion.until or occasion.on


def _in_one_year(occasions: tuple[Occasion, ...]) -> tuple[Occasion, ...]:
    """Give a deadline without a year that of its event: "5 Feb 2026. RSVP by 30 Jan"."""
    events = [each for each in occasions if each.kind is OccasionKind.EVENT]
    return tuple(
        replace(each, on=_before(each.on, events), until=None) if _yearless(each) else each
        for each in occasions
    )


def _yearless(occasion: Occasion) -> bool:
    """Return whether a deadline is a day of a month that names no year, and so a guess."""
    deadline = occasion.kind is OccasionKind.DEADLINE and occasion.until is None
    return deadline and _NO_YEAR.fullmatch(occasion.said) is not None


def _before(on: date, events: Sequence[Occasion]) -> date:
    """Return the day *on* in the year of the event that it comes before; *on* if none does."""
    if any(_shortly(on, last_day(event)) for event in events):
        return on
    for years in (-1, 1):
        moved = _day(on.year + years, on.month, on.day)
        if moved and any(_shortly(moved, last_day(event)) for event in events):
            return moved
    return on


def _shortly(on: date, event: date) -> bool:
    return timedelta(0) <= event - on <= _BEFORE_EVENT


def _merged(old: Occasion | None, new: Occasion) -> Occasion:
    """Return one occasion for a day named twice: the first that says what it is for, with hours."""
    if old is None:
        return new
    kept = new if _STRENGTH[new.kind] > _STRENGTH[old.kind] else old
    other = old if kept is new else new
    return kept if kept.at else replace(kept, at=other.at, ends=other.ends)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The post around the words that are read; *told*: the text under a title that is read."""

    title: str
    written: date
    told: str | None


def _read(words: str, frame: _Frame) -> list[Occasion]:
    pieces = tokens(words)
    hours = [token for token in pieces if token.kind is Kind.HOURS]
    groups = _groups(named(pieces, _MOST), words)
    of_event = bool(groups) and frame.told is not None and tells_of_event(frame.told)
    read = []
    for number, days in enumerate(groups):
        left = groups[number - 1][-1].end if number else 0
        right = groups[number + 1][0].start if number + 1 < len(groups) else len(words)
        start, end = days[0].start, days[-1].end
        beside = _hours(words, (start, end), _between(hours, left, right))
        before, after = around(words, start, end)
        setting = Setting(
            before,
            after,
            frame.title,
            in_title=frame.told is not None,
            timed=beside is not None,
            stretch=days[0].last is not None,
            of_event=of_event,
            own=start - left,
        )
        guessed = guess(setting)
        read += [_occasion(day, guessed, words, frame.written, beside) for day in days]
    return [occasion for occasion in read if occasion is not None]


def _groups(days: Sequence[Named], words: str) -> list[list[Named]]:
    """Return the days in lists as they are said together: "6th May, 20th May & 3rd June"."""
    groups: list[list[Named]] = []
    for day in days:
        before = groups[-1][-1] if groups else None
        together = before is not None and (
            before.start == day.start or _JOINED.fullmatch(words, before.end, day.start)
        )
        if together:
            groups[-1].append(day)
        else:
            groups.append([day])
    return groups


def _between(hours: Sequence[Token], left: int, right: int) -> Sequence[Token]:
    first = bisect_left(hours, left, key=lambda token: token.start)
    return hours[first : bisect_left(hours, right, key=lambda token: token.start)]


def _written(title: str, today: date) -> date:
    """Return from when a post without a date seems to be: the year in its title, else *today*."""
    years = {int(year) for year in re.findall(r"\b20\d\d\b", title)}
    return date(years.pop(), 1, 1) if len(years) == 1 else today


def _hours(words: str, span: tuple[int, int], hours: Sequence[Token]) -> Token | None:
    """Return the time of day that stands beside the words in *span*, after or before them."""
    start, end = span
    after = next((t for t in hours if t.start >= start), None)
    if after is not None and _near(words[end : after.start]):
        return after
    before = [t for t in hours if t.end <= start and _near(words[t.end : start])]
    return before[-1] if before else None


def _near(between: str) -> bool:
    return len(between) <= 40 and "." not in between.strip(" .,")[:-1]  # noqa: PLR2004


def _occasion(
    day: Named, guessed: Guess, words: str, written: date, hours: Token | None
) -> Occasion | None:
    if day.short_year and day.day == written.year % 100:  # "Sept 20" in a post of 2020
        day = replace(day, day=None, year=written.year)
    on = _resolved(day, guessed, written)
    if on is None:
        return None
    until = _until(day, on)
    kind = guessed.kind
    late = (until or on) < written - _LATE
    if (guessed.weak and late) or (
        day.day is None and day.month and not day.every and not day.end_of
    ):
        kind = OccasionKind.MENTIONED
    opens = kind is OccasionKind.DEADLINE and day.last is not None  # until its last day
    if until is not None and (day.end_of or opens):
        on, until = until, None
    at: time | None = hours.at if hours and day.month != 0 else None
    return Occasion(kind, on, words[day.start : day.end], at, until, hours.ends if hours else None)


def _until(day: Named, on: date) -> date | None:
    if day.week:
        return on + timedelta(days=6)
    if day.last is not None:
        last = day.last
        year = last.year or (on.year + ((last.month or 0) < on.month))
        month = last.month or on.month
        until = last.on or _day(year, month, last.day or days_in(year, month))
        return until if until and until > on else None
    if day.day is None and day.month and day.on is None:
        end = date(on.year, on.month, days_in(on.year, on.month))
        if day.every:
            return end - timedelta(days=(end.weekday() - (day.weekday or 0)) % 7)
        if day.quarter:
            return date(on.year, on.month + 2, days_in(on.year, on.month + 2))
        return end
    return None


def _resolved(day: Named, guessed: Guess, written: date) -> date | None:
    """Return the (first) day that is meant."""
    if day.on is not None:
        return day.on
    if day.later is not None:
        return _later(day, written)
    if day.month is None:
        return None
    first = day.day or 1
    year = day.year
    if year is None and day.last is not None and day.last.year is not None:
        year = day.last.year - (day.month > (day.last.month or day.month))
    on = _day(year, day.month, first) if year else _nearest(day, first, guessed, written)
    if on is not None and day.every:
        return on + timedelta(days=((day.weekday or 0) - on.weekday()) % 7)
    return on


def _later(day: Named, written: date) -> date | None:
    if day.later == "tonight":
        return written
    if day.later == "tomorrow":
        return written + timedelta(days=1)
    if day.later == "day":
        every = [written + timedelta(days=ahead) for ahead in range(3 * _LONGEST_MONTH)]
        right = [on for on in every if on.day == day.day]
        settled = [on for on in right if on.weekday() == day.weekday]
        return next(iter(settled if day.weekday is not None else right), None)
    ahead = ((day.weekday or 0) - written.weekday()) % 7
    if day.later == "next":
        return (
            written - timedelta(days=written.weekday()) + _WEEK + timedelta(days=day.weekday or 0)
        )
    return written + timedelta(days=ahead)


def _nearest(day: Named, first: int, guessed: Guess, written: date) -> date | None:
    assert day.month is not None
    years = range(written.year - 6, written.year + 3)
    every = [on for year in years if (on := _day(year, day.month, first)) is not None]
    if day.weekday is not None and not day.every:
        right = [on for on in every if on.weekday() == day.weekday]
        near = [on for on in right if abs((on - written).days) < 400]  # noqa: PLR2004
        every = near or right or every
    back = _BACK_TOLD if guessed.past else _BACK
    later = [on for on in every if on >= written - back]
    if later and (later[0] - written).days < 400:  # noqa: PLR2004
        return later[0]
    return max(every, default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
