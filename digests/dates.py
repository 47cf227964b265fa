"""The days that a post names, what they are for, and until when the post is of use. Pure.

Our own grammar: a general finder of dates (dateparser's ``search_dates``) takes scores, prices
and the verb "may" for dates, and needs some milliseconds for each sentence.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from digests.date_grammar import Named, days_in, named
from digests.date_kinds import Guess, Setting, around, guess
from digests.date_tokens import Kind, Token, tokens
from digests.model import Occasion, OccasionKind
from digests.places_said import place

__all__ = ["expires_on", "found", "last_day", "place"]

_LONGEST = 20_000  # characters of a text that are read
_BACK = timedelta(days=30)  # a day without year lies at most so far before the post
_BACK_TOLD = timedelta(days=200)  # where the words speak of the past
_LATE = timedelta(days=7)  # so long after "by 3 May" that is still meant as a deadline
_WEEK = timedelta(days=7)
_STRENGTH = {OccasionKind.MENTIONED: 0, OccasionKind.EVENT: 1, OccasionKind.DEADLINE: 1}


def found(title: str, text: str, published: datetime | None, today: date) -> tuple[Occasion, ...]:
    """Return the dates that *title* and *text* name, in order, each once.

    A day without a year is the one nearest to *published*, else to *today*; a weekday beside
    it settles the year. Dates in figures are read day first. "Tomorrow" and "next Friday" count
    from *published*. What is no date: years alone, laws, prices, scores, numbers of any kind.
    """
    written = published.date() if published else today
    occasions: dict[tuple[date, date | None], Occasion] = {}
    for words, in_title in ((title, True), (text[:_LONGEST], False)):
        for occasion in _read(words, title, in_title, written):
            key = occasion.on, occasion.until
            occasions[key] = _merged(occasions.get(key), occasion)
    return tuple(occasions.values())


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


def _merged(old: Occasion | None, new: Occasion) -> Occasion:
    """Return one occasion for a day named twice: the first that says what it is for, with hours."""
    if old is None:
        return new
    kept = new if _STRENGTH[new.kind] > _STRENGTH[old.kind] else old
    other = old if kept is new else new
    return kept if kept.at else replace(kept, at=other.at, ends=other.ends)


def _read(words: str, title: str, in_title: bool, written: date) -> list[Occasion]:
    pieces = tokens(words)
    days = named(pieces)
    hours = [token for token in pieces if token.kind is Kind.HOURS]
    read = []
    for number, day in enumerate(days):
        left = days[number - 1].end if number else 0
        right = days[number + 1].start if number + 1 < len(days) else len(words)
        beside = _hours(words, day, [t for t in hours if left <= t.start < right])
        before, after = around(words, day.start, day.end)
        timed = beside is not None
        guessed = guess(Setting(before, after, title, in_title, timed))
        occasion = _occasion(day, guessed, words, written, beside)
        if occasion is not None:
            read.append(occasion)
    return read


def _hours(words: str, day: Named, hours: Sequence[Token]) -> Token | None:
    """Return the time of day that stands beside *day*, before or after it."""
    after = [t for t in hours if t.start >= day.start and _near(words[day.end : t.start])]
    before = [t for t in hours if t.end <= day.start and _near(words[t.end : day.start])]
    return after[0] if after else before[-1] if before else None


def _near(between: str) -> bool:
    return len(between) <= 40 and "." not in between.strip(" .,")[:-1]  # noqa: PLR2004


def _occasion(
    day: Named, guessed: Guess, words: str, written: date, hours: Token | None
) -> Occasion | None:
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
    if day.end_of:
        on, until = until or on, None
    at: time | None = hours.at if hours and day.month != 0 else None
    return Occasion(kind, on, words[day.start : day.end], at, until, hours.ends if hours else None)


def _until(day: Named, on: date) -> date | None:
    if day.week:
        return on + timedelta(days=6)
    if day.last is not None:
        last = day.last
        year = last.year or (on.year + ((last.month or 0) < on.month))
        until = last.on or _day(year, last.month or on.month, last.day or 1)
        return until if until and until > on else None
    if day.day is None and day.month and day.on is None:
        end = date(on.year, on.month, days_in(on.year, on.month))
        if day.every:
            return end - timedelta(days=(end.weekday() - (day.weekday or 0)) % 7)
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
    if day.short_year and day.day is not None and day.day == written.year % 100:
        return date(written.year, day.month, 1)
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
