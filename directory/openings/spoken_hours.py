"""Opening hours as a person says them, to opening_hours; what is unclear asks back. Pure.

Words are taken one after the other; one that is not known, a day without a time, a time that may
be morning or evening, or a day said twice is never guessed at.
"""

from collections.abc import Sequence
from dataclasses import replace

from directory.openings import hours_clock, hours_rules, spoken_week
from directory.openings.hours_asking import (
    FORTNIGHTLY,
    MONTHLY,
    SHUT,
    UNTIL,
    WHEN,
    WHICH_DAYS,
    Asks,
    strange,
)
from directory.openings.hours_rules import BY_APPOINTMENT, DAY, EVERY_DAY, Day, Rule, Span
from directory.openings.hours_tokens import clock_of
from directory.openings.hours_vocabulary import MIDNIGHT, NOON, Clock, Kind, Token
from directory.openings.spoken_week import Phrase

_ALWAYS = (Rule(EVERY_DAY, (Span(0, DAY),)),)
_MARKS = {
    Kind.OFF: "o",
    Kind.EXCEPT: "x",
    Kind.NOT: "n",
    Kind.OTHERWISE: "e",
    Kind.STOP: "s",
    Kind.COMMA: "s",
    Kind.AND: "a",
}
_ASKING = {Kind.FORTNIGHT: FORTNIGHTLY, Kind.PLUS: UNTIL}
_STRANGE = (Kind.WORD, Kind.MONTH, Kind.WEEK, Kind.COMMENT, Kind.UNKNOWN, Kind.FALLBACK)


def spoken(words: Sequence[Token], *, every_day: bool) -> str:
    """Return the opening_hours of *words*; *every_day*: times alone are those of every day.

    Raises:
        Asks: something is unclear.
    """
    if not words:
        raise Asks(WHEN)
    if all(word.kind is Kind.OFF for word in words):
        raise Asks(SHUT)
    for word in words:
        if word.kind in _STRANGE:
            raise Asks(strange(word.text))
        if word.kind in _ASKING:
            raise Asks(_ASKING[word.kind])
    kinds = {word.kind for word in words}
    rest = [word for word in words if word.kind not in (Kind.APPOINTMENT, Kind.TERM)]
    found = spoken_week.week(_phrases(rest), every_day=every_day)
    rules = found.rules
    if Kind.APPOINTMENT in kinds:
        rules = tuple(r if r.closed else replace(r, comment=BY_APPOINTMENT) for r in rules)
    if rules == _ALWAYS:
        return "24/7"
    text = hours_rules.written(rules)
    school = (*found.school, *(("SH off",) if Kind.TERM in kinds else ()))
    return "; ".join((text, *dict.fromkeys(school)))


# --- words to phrases


def _phrases(words: Sequence[Token]) -> list[Phrase]:
    """Return what belongs together, in order."""
    found: list[Phrase] = []
    sure = any(_counts_to_24(word) for word in words)
    position = 0
    while position < len(words):
        phrase, position = _phrase(words, position, found, sure=sure)
        if phrase is not None:
            found.append(phrase)
    return found


def _phrase(
    words: Sequence[Token], at: int, before: list[Phrase], *, sure: bool
) -> tuple[Phrase | None, int]:
    word = words[at]
    if word.kind in _MARKS:
        return Phrase(_MARKS[word.kind]), at + 1
    if word.kind in (Kind.OPEN, Kind.COLON, Kind.OF_MONTH):
        return None, at + 1
    if word.kind is Kind.ALWAYS:
        return Phrase("t", times=(Span(0, DAY),)), at + 1
    if word.kind in (Kind.DAYS, Kind.HOLIDAY, Kind.NTH, Kind.EVERY):
        return _days(words, at)
    if word.kind is Kind.BETWEEN or clock_of(word) is not None:
        earlier = before[-2:] if before and before[-1].kind in "as" else before[-1:]
        ended = next((each.times[-1].end for each in earlier if each.times), None)
        return _times(words, at, ended, sure=sure)
    raise Asks(UNTIL if word.kind is Kind.TO else strange(word.text))


def _counts_to_24(word: Token) -> bool:
    clock = word.clock if word.kind is Kind.TIME else None
    return clock is not None and clock.half == "24" and clock.minutes not in (NOON, MIDNIGHT)


def _days(words: Sequence[Token], at: int) -> tuple[Phrase, int]:
    """Return the days that begin at word *at*, and where they end."""
    days: list[Day] = []
    holidays: list[str] = []
    end = at
    while at < len(words):
        word = words[at]
        if word.kind in (Kind.COMMA, Kind.AND, Kind.SLASH, Kind.EVERY, Kind.OF_MONTH):
            at += 1
            continue
        if word.kind in (Kind.HOLIDAY, Kind.DAYS) and at and word.kind is not words[at - 1].kind:
            _check_not_within(words[at - 1].kind)
        if word.kind is Kind.HOLIDAY:
            holidays.append(word.text)
            at += 1
        elif word.kind is Kind.NTH:
            some, at = _nth(words, at)
            days += some
        elif word.kind is Kind.DAYS:
            some, at = _span_of_days(words, at)
            days += some
        else:
            break
        end = at
    if not days and not holidays:
        raise Asks(WHEN)
    return Phrase("d", tuple(dict.fromkeys(days)), tuple(holidays)), end


def _check_not_within(before: Kind) -> None:
    """Refuse ``school holidays Mon-Fri``: the weekdays in the holidays, or both.

    Raises:
        Asks: weekdays follow holidays, or holidays weekdays, without a word between them.
    """
    if before in (Kind.HOLIDAY, Kind.DAYS):
        raise Asks(WHEN)


def _nth(words: Sequence[Token], at: int) -> tuple[list[Day], int]:
    """Return the days of ``first and third Tuesday``.

    Raises:
        Asks: it may also be every second week, or no weekday follows.
    """
    numbers: list[int] = []
    while at < len(words) and words[at].kind in (Kind.NTH, Kind.COMMA, Kind.AND, Kind.SLASH):
        if words[at].kind is Kind.NTH:
            numbers.append(words[at].number)
        at += 1
    if at == len(words) or words[at].kind is not Kind.DAYS:
        raise Asks(WHEN)
    monthly = any(word.kind is Kind.OF_MONTH for word in words)
    if len(numbers) == 1 and numbers[0] > 1 and not monthly:
        raise Asks(MONTHLY)
    if at + 1 < len(words) and words[at + 1].kind is Kind.TO and _is_day(words, at + 2):
        raise Asks(WHEN)
    return [Day(day, number) for day in words[at].days for number in numbers], at + 1


def _span_of_days(words: Sequence[Token], at: int) -> tuple[list[Day], int]:
    """Return the days of ``Monday`` or ``Monday to Friday``, and where they end."""
    first = words[at]
    if not (at + 1 < len(words) and words[at + 1].kind is Kind.TO and _is_day(words, at + 2)):
        return [Day(day) for day in first.days], at + 1
    last = words[at + 2]
    chained = at + 3 < len(words) and words[at + 3].kind is Kind.TO and _is_day(words, at + 4)
    if len(first.days) > 1 or len(last.days) > 1 or chained:
        raise Asks(WHICH_DAYS)
    length = (last.days[0] - first.days[0]) % 7
    return [Day((first.days[0] + n) % 7) for n in range(length + 1)], at + 3


def _is_day(words: Sequence[Token], at: int) -> bool:
    return at < len(words) and words[at].kind is Kind.DAYS


def _times(words: Sequence[Token], at: int, ended: int | None, *, sure: bool) -> tuple[Phrase, int]:
    """Return the times that begin at word *at*, and where they end."""
    spans: list[Span] = []
    end = at
    while at < len(words) and _begins_times(words, at):
        between = words[at].kind is Kind.BETWEEN
        at += between
        start, stop = _clocks(words[at : at + 3], (Kind.AND, Kind.TO) if between else (Kind.TO,))
        said = f"{words[at].text}-{words[at + 2].text}"
        ended = spans[-1].end if spans else ended
        spans.append(hours_clock.span(start, stop, said, after=ended, sure=sure))
        at = end = at + 3
        while at < len(words) and words[at].kind in (Kind.COMMA, Kind.AND, Kind.SLASH):
            at += 1
    return Phrase("t", times=tuple(spans)), end


def _clocks(words: Sequence[Token], joined: tuple[Kind, ...]) -> tuple[Clock, Clock]:
    """Return the two times of ``10 to 1``.

    Raises:
        Asks: one of them is missing.
    """
    if len(words) < 3 or words[1].kind not in joined:  # noqa: PLR2004  (from, to, until)
        raise Asks(UNTIL)
    start, end = clock_of(words[0]), clock_of(words[2])
    if start is None or end is None:
        raise Asks(UNTIL)
    return start, end


def _begins_times(words: Sequence[Token], at: int) -> bool:
    return words[at].kind is Kind.BETWEEN or clock_of(words[at]) is not None
