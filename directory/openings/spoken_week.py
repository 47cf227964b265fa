"""Days, times and what is closed, in the order in which they were said, to one week. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from directory.openings import hours_rules
from directory.openings.hours_asking import WHAT_TIMES, WHEN, WHICH_DAYS, Asks, twice
from directory.openings.hours_rules import DAY, EVERY_DAY, Day, Rule, Span


@dataclass(frozen=True, slots=True)
class Phrase:
    """Some days, some times or a word between them.

    *kind*: d(ays), t(imes), o(ff), x (except), n(ot), e (otherwise), s(eparator), a(nd).
    *holidays*: ``PH``, ``SH``.
    """

    kind: str
    days: tuple[Day, ...] = ()
    holidays: tuple[str, ...] = ()
    times: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Week:
    """The rules of a week, and what `Rule` cannot hold: rules about school holidays."""

    rules: tuple[Rule, ...]
    school: tuple[str, ...] = ()


# what may be said next, over the kinds of the phrases
_COMMON = r"(?P<closed>do(?!t)|od(?!t))|(?P<minus>ot)|(?P<rest>et|te(?!s?d))|(?P<nothing>eo|oe)"
_ORDERS = {
    "d": re.compile(
        rf"(?P<joined>[sa]*)(?:(?P<besides>xds?t)|(?P<without>xd|nd(?!s?t))|(?P<pair>ds?t)|{_COMMON})"
    ),
    "t": re.compile(rf"(?P<joined>[sa]*)(?:(?P<without>[xn]d)|(?P<pair>ts?d)|{_COMMON})"),
}


@dataclass(slots=True)
class _Said:
    """What has been said so far."""

    times: dict[Day, tuple[Span, ...]] = field(default_factory=dict)
    holidays: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    closed: list[Day] = field(default_factory=list)
    closed_holidays: list[str] = field(default_factory=list)
    newest: tuple[Day, ...] = ()
    excepting: bool = False  # what was said last are times, so that an exception is one of them


def week(phrases: Sequence[Phrase], *, every_day: bool) -> Week:
    """Return the week that *phrases* say; *every_day*: times alone are those of every day.

    Raises:
        Asks: days without times, times without days, or a day whose times do not go together.
    """
    kinds = "".join(each.kind for each in phrases)
    if "t" not in kinds:
        raise Asks(WHAT_TIMES if "d" in kinds else WHEN)
    always = any(each.times == (Span(0, DAY),) for each in phrases)
    if "d" not in kinds:
        if not (every_day or always):
            raise Asks(WHICH_DAYS)
        phrases, kinds = (Phrase("d", EVERY_DAY), *phrases), f"d{kinds}"
    phrases, kinds = _excepted(phrases)
    said = _read(phrases, kinds)
    return Week(_rules(said), _school(said))


def _excepted(phrases: Sequence[Phrase]) -> tuple[list[Phrase], str]:
    """Return *phrases* with “every day except Sunday” as days without it, and their kinds."""
    found: list[Phrase] = []
    for each in phrases:
        ends = "".join(phrase.kind for phrase in found[-3:])
        if each.kind == "d" and re.search(r"(?<!o)d[xn]$", ends):
            found.pop()
            kept = tuple(day for day in found[-1].days if day not in each.days)
            left = tuple(name for name in found[-1].holidays if name not in each.holidays)
            closed = Phrase("d", tuple(d for d in each.days if d.nth), each.holidays)
            found[-1] = replace(found[-1], days=kept, holidays=left)
            if closed.days or closed.holidays:
                found[-1:-1] = [Phrase("o"), closed, Phrase("s")]
        else:
            found.append(each)
    return found, "".join(each.kind for each in found)


def _read(phrases: Sequence[Phrase], kinds: str) -> _Said:
    """Return all that the phrases say; the first pair tells whether days or times come first."""
    first = re.search(r"(?<!o)d[sa]?t|t[sa]?d", kinds)
    order = _ORDERS["t" if first is not None and first[0][0] == "t" else "d"]
    said = _Said()
    position = 0
    while position < len(kinds) and kinds[position:].strip("sa"):
        found = order.match(kinds, position)
        if found is None:
            raise Asks(WHEN)
        some = phrases[position + len(found["joined"]) : found.end()]
        _take(said, str(found.lastgroup), some, adds="a" in found["joined"])
        position = found.end()
    return said


def _take(said: _Said, what: str, some: Sequence[Phrase], *, adds: bool) -> None:
    """Add one thing to what was *said*."""
    days = next((each for each in some if each.kind == "d"), Phrase("d"))
    times = next((each.times for each in some if each.kind == "t"), ())
    _check_exception(said, what, days.days)
    if what in ("closed", "without"):
        said.closed += days.days
        said.closed_holidays += days.holidays
        said.newest = ()
    elif what == "minus":
        _subtract(said, times)
    elif what == "rest":
        left = tuple(d for d in EVERY_DAY if d not in said.times and d not in said.closed)
        _open(said, Phrase("d", left), times, adds=False, replaces=False)
    elif what != "nothing":
        _open(said, days, times, adds=adds, replaces=what == "besides")


def _check_exception(said: _Said, what: str, days: tuple[Day, ...]) -> None:
    """Note what was said, and refuse an exception to nothing or to only some of its days.

    Raises:
        Asks: ``not open Monday 9-5``; ``except Wed, Sat 10-2`` after times of Wednesday alone.
    """
    known = said.times.keys() & set(days)
    if what in ("without", "besides") and not said.excepting:
        raise Asks(WHEN)
    if what == "besides" and known and len(known) < len(set(days)):
        raise Asks(WHEN)
    if what != "without":
        said.excepting = what in ("pair", "rest", "besides")


def _open(
    said: _Said, days: Phrase, times: tuple[Span, ...], *, adds: bool, replaces: bool
) -> None:
    for day in days.days:
        before = said.times.get(day, ())
        if replaces or not before:
            said.times[day] = times
            continue
        both = (*before, *times)
        if not adds or len(hours_rules.merged(both)) < len(both):
            raise Asks(twice(day.weekday))
        said.times[day] = tuple(sorted(both))
    for name in days.holidays:
        said.holidays[name] = times
    said.newest = days.days


def _subtract(said: _Said, times: tuple[Span, ...]) -> None:
    """Take “closed 12-1” out of the times of the days that were said last.

    Raises:
        Asks: it is not within their times.
    """
    if not said.newest:
        raise Asks(WHEN)
    for day in said.newest:
        left = said.times[day]
        for gap in times:
            around = [s for s in left if s.start <= gap.start and gap.end <= s.end]
            if not around:
                raise Asks(WHEN)
            pieces = (Span(around[0].start, gap.start), Span(gap.end, around[0].end))
            kept = [s for s in left if s is not around[0]]
            left = tuple(sorted(kept + [piece for piece in pieces if piece.start < piece.end]))
        said.times[day] = left


def _rules(said: _Said) -> tuple[Rule, ...]:
    """Return the rules of what was said; days with the same times become one.

    Raises:
        Asks: no day is left, or an nth weekday meets the same weekday of every week.
    """
    off = tuple(sorted({day for day in said.closed if day.nth}))
    times = {day: spans for day, spans in said.times.items() if spans and day not in said.closed}
    plain = {day.weekday for day in times if not day.nth}
    both = next((day.weekday for day in times if day.nth and day.weekday in plain), None)
    if both is not None:
        raise Asks(twice(both))
    groups: dict[tuple[Span, ...], list[Day]] = {}
    for day in sorted(times, key=lambda day: (bool(day.nth), day)):
        groups.setdefault(hours_rules.merged(times[day]), []).append(day)
    open_on_holidays = said.holidays.get("PH")
    rules = []
    overnight = any(span.end > DAY for spans in groups for span in spans)
    for number, (spans, days) in enumerate(groups.items()):
        too = spans == open_on_holidays
        rules.append(Rule(tuple(days), spans, holidays=too, adds=bool(number) and overnight))
    if open_on_holidays and not any(rule.holidays for rule in rules):
        rules.append(Rule((), hours_rules.merged(open_on_holidays), holidays=True))
    if not rules:
        raise Asks(WHEN)
    shut = "PH" in said.closed_holidays
    if off or shut:
        rules.append(Rule(off, holidays=shut, closed=True))
    return tuple(rules)


def _school(said: _Said) -> tuple[str, ...]:
    found = [f"SH {','.join(map(str, said.holidays['SH']))}"] if "SH" in said.holidays else []
    return (*found, *(["SH off"] if "SH" in said.closed_holidays else []))
