"""Values of opening_hours as people really write them into data, to the strict syntax. Pure.

What opening-hours-py reads is kept, as long as it says something that exists. The rest is read word
by word: names of days and months in many languages, hours without minutes, am and pm, parts of a
rule in another order. Nothing is left out: a word or sign too many refuses the value.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, field

from opening_hours import (  # type: ignore[attr-defined]  # ParserError is not in the stubs
    OpeningHours,
    ParserError,
)

from directory.openings import hours_clock
from directory.openings.hours_asking import Asks, refused, strange
from directory.openings.hours_rules import DAY, MONTHS, WEEKDAYS, Span, explicit
from directory.openings.hours_tokens import clock_of, tokens
from directory.openings.hours_vocabulary import NOON, Clock, Kind, Token

_MORNING = 8 * 60  # a whole hour before it may be meant in the afternoon or evening
_LEAP = 2024  # a year with a 29 February
_YEARS = range(1900, 2200)
_DATE = re.compile(rf"\b({'|'.join(MONTHS)}) (\d\d?)\b(?!:)(?:-(\d\d?)\b(?!:))?")
# “9:00-5:00” is strict syntax for 20 hours; whoever leaves the zero out counts to 12
_EARLY = re.compile(
    r"(?<![\d:])(?P<from>\d\d?):(\d\d)\s*-\s*(?P<to>\d):(\d\d)(?![\d:])(?!\s?[ap]\.?m)"
)
_STEP = re.compile(r"/(?:0|1)\b(?!\d)")
_NTH_HOLIDAY = re.compile(r"\b[PS]H [A-Z][-,A-Za-z]*\[")  # not in the specification
_RULES = re.compile(r"\s*(?:;|\|\||,\s)\s*")
_SHUT = re.compile(r"(?P<when>.*?)\s*\b(?:off|closed)\b(?:\s*\"[^\"]*\")?")
_MEANT = (
    (re.compile(r"\s*[-+]\s*0\s+days?\b"), ""),
    (
        re.compile(r"\b(school\s+holidays|ferien|sh)\s+on\s+work\s?days\b", re.IGNORECASE),
        r"\1 mo-fr",
    ),
    (re.compile(rf"\b([PS]H)(?=({'|'.join(WEEKDAYS)})\b)"), r"\1 "),
)
_SELECTING = (Kind.DAYS, Kind.HOLIDAY, Kind.MONTH, Kind.WEEK)


@dataclass(slots=True)
class _Rule:
    """One rule, part by part, in the order of the strict syntax."""

    years: str = ""
    dates: list[str] = field(default_factory=list)
    weeks: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    must: list[str] = field(default_factory=list)  # weekdays that a holiday must be
    spans: list[str] = field(default_factory=list)
    state: str = ""
    comment: str = ""
    times_first: bool = False
    between: str = ""  # what stands before it: ; or a comma

    @property
    def selectors(self) -> str:
        """Everything but times and state."""
        year = f"{self.years} " if self.years else ""
        dates = ",".join(self.dates)
        if self.years and any(" " in each for each in self.dates):  # every date has its year
            dates = ",".join(f"{year}{each}" for each in self.dates)
            year = ""
        weeks = f"week{','.join(self.weeks)}" if self.weeks else ""
        # the strict syntax knows holidays after weekdays, and school holidays first
        days = sorted(
            self.days, key=lambda day: ("SH", "PH").index(day) if day in ("SH", "PH") else -1
        )
        parts = (f"{year}{dates}".strip(), weeks, ",".join(days), ",".join(self.must))
        return " ".join(part for part in parts if part)

    @property
    def complete(self) -> bool:
        """Whether a comma may begin another rule."""
        return bool(self.spans or self.state or self.comment)

    def __str__(self) -> str:
        """Return it in the strict syntax."""
        parts = (self.selectors, ",".join(self.spans), self.state, self.comment)
        return " ".join(part for part in parts if part)


def written(text: str) -> str:
    """Return the strict opening_hours expression that *text* means.

    Raises:
        Asks: with the reason why it cannot be told.
    """
    plain = text.strip("; \t\n")
    if not plain or early_end(plain):
        raise Asks(refused(text))
    if _valid(plain):
        return _checked(plain)
    parts = plain.split('"')
    for pattern, meant in _MEANT:
        parts[::2] = [pattern.sub(meant, part) for part in parts[::2]]
    rules = _rules(tokens('"'.join(parts), None), plain)
    found = "".join(f"{rule.between}{rule}" for rule in rules)
    if not _valid(found):
        raise Asks(refused(plain))
    return _checked(found)


def early_end(text: str) -> re.Match[str] | None:
    """Return the first times in *text* that end before they start, without a zero: ``9:00-5:00``.

    Its groups *from* and *to* are the hours. Comments do not count.
    """
    for part in text.split('"')[::2]:
        for found in _EARLY.finditer(part):
            hours = (int(found["from"]), int(found[2])), (int(found["to"]), int(found[4]))
            if hours[1] < hours[0]:
                return found
    return None


def _valid(text: str) -> bool:
    try:
        OpeningHours(text)
    except ParserError:
        return False
    return True


def _checked(text: str) -> str:
    """Return *text* with every comment's state, if what it says exists and is enough.

    Raises:
        Asks: no such day, a step that steps over nothing, or only hours at which it is closed.
    """
    for month, *days in _DATE.findall(text):
        latest = monthrange(_LEAP, MONTHS.index(month) + 1)[1]
        for day in filter(None, days):
            if not 1 <= int(day) <= latest:
                raise Asks(refused(f"{month} {day}"))
    if (step := _STEP.search(text)) is not None and "24/7" not in text:
        raise Asks(refused(step[0]))
    if (nth := _NTH_HOLIDAY.search(text)) is not None:
        raise Asks(refused(nth[0]))
    shut = [_SHUT.fullmatch(rule) for rule in _RULES.split(text)]
    if all(shut) and any(each["when"] not in ("", "24/7") for each in shut if each):
        raise Asks(refused(text))
    return explicit(text)


# --- word by word


def _rules(words: list[Token], text: str) -> list[_Rule]:
    found: list[_Rule] = []
    between = ""
    at = 0
    while at < len(words):
        if words[at].kind in _SEPARATORS and words[at].text not in "()":
            between = _SEPARATORS[words[at].kind] if found else ""
            at += 1
            continue
        rule = _Rule(between=between)
        at = _rule(rule, words, at)
        found.append(rule)
    if not found:
        raise Asks(refused(text))
    return found


_SEPARATORS = {Kind.STOP: "; ", Kind.FALLBACK: " || ", Kind.COMMA: ", ", Kind.AND: ", "}


def _rule(rule: _Rule, words: list[Token], at: int) -> int:
    """Fill one *rule* from the word *at*; return where it ends."""
    start = at
    while at < len(words):
        kind = words[at].kind
        if kind in (Kind.STOP, Kind.FALLBACK) and at > start:
            break
        if kind in (Kind.COMMA, Kind.AND) and _ends(rule, words, at):
            break
        if kind in (Kind.COMMA, Kind.AND, Kind.COLON) and at > start:
            at += 1
            continue
        at = _part(rule, words, at)
    return at


def _ends(rule: _Rule, words: list[Token], at: int) -> bool:
    """Say whether the comma *at* ends the rule: after times or a state, if no more times follow."""
    if not rule.complete:
        return False
    following = words[at + 1] if at + 1 < len(words) else None
    more = following is not None and _is_time(following) and not rule.state
    return not more or rule.times_first


def _is_time(word: Token) -> bool:
    return clock_of(word) is not None


def _part(rule: _Rule, words: list[Token], at: int) -> int:
    """Add the part of a rule that begins *at*; return where it ends."""
    word = words[at]
    if word.kind in _SELECTING:
        return _selector(rule, words, at)
    if _is_year(words, at):
        return _year(rule, words, at)
    if _is_time(word) and not rule.state:
        return _time(rule, words, at)
    if word.kind in _STATES and not rule.state:
        rule.state = _STATES[word.kind]
    elif word.kind in (Kind.COMMENT, Kind.APPOINTMENT) and not rule.comment:
        rule.comment = '"on appointment"' if word.kind is Kind.APPOINTMENT else word.text
    elif word.kind is Kind.ALWAYS:
        rule.spans.append("00:00-24:00" if rule.selectors else "24/7")
    else:
        raise Asks(strange(word.text))
    return at + 1


def _selector(rule: _Rule, words: list[Token], at: int) -> int:
    word = words[at]
    named = rule.days and word.kind in (Kind.DAYS, Kind.HOLIDAY)
    if rule.state or (rule.spans and named):
        raise Asks(refused(word.text))
    rule.times_first = rule.times_first or bool(rule.spans)
    return _SELECTORS[word.kind](rule, words, at)


def _is_year(words: list[Token], at: int) -> bool:
    """Say whether there is a year, or years, and not ``2000-2200`` in hours."""
    word = words[at]
    if word.kind is not Kind.NUMBER or word.number not in _YEARS:
        return False
    return not _is_to(words, at + 1) or words[at + 2].number in _YEARS


_STATES = {Kind.OFF: "off", Kind.OPEN: "open", Kind.UNKNOWN: "unknown"}


def _is_to(words: list[Token], at: int) -> bool:
    return at + 1 < len(words) and words[at].kind is Kind.TO


def _year(rule: _Rule, words: list[Token], at: int) -> int:
    if rule.years or (at + 1 < len(words) and words[at + 1].kind is Kind.SLASH):
        raise Asks(refused(words[at].text))
    if _is_to(words, at + 1) and words[at + 2].kind is Kind.NUMBER:
        rule.years = f"{words[at].text}-{words[at + 2].text}"
        return at + 3
    rule.years = words[at].text
    return at + 1


def _weeks(rule: _Rule, words: list[Token], at: int) -> int:
    """Add ``week 05`` or ``week 05-10``; more of them follow after commas."""
    number = words[at + 1] if at + 1 < len(words) else None
    if rule.weeks or number is None or number.kind is not Kind.NUMBER:
        raise Asks(refused(words[at].text))
    at += 1
    while at < len(words) and words[at].kind is Kind.NUMBER and 1 <= words[at].number <= 53:  # noqa: PLR2004
        text = f"{words[at].number:02}"
        at += 1
        if _is_to(words, at) and words[at + 1].kind is Kind.NUMBER:
            text += f"-{words[at + 1].number:02}"
            at += 2
        rule.weeks.append(text)
        if not (at + 1 < len(words) and words[at].kind is Kind.COMMA):
            break
        at += 1
    return at


def _months(rule: _Rule, words: list[Token], at: int) -> int:
    """Add a month, months, or days of one: ``Jan``, ``Jan-Mar``, ``Dec 11,15-17,19-23/2``."""
    month = words[at].number
    name = MONTHS[month - 1]
    at += 1
    if _is_to(words, at) and words[at + 1].kind is Kind.MONTH:
        rule.dates.append(f"{name}-{MONTHS[words[at + 1].number - 1]}")
        return at + 2
    if not _is_day_of_month(words, at):
        rule.dates.append(name)
        return at
    while True:
        days, at = _days_of_month(words, at)
        rule.dates += [f"{name} {day}" for day in days]
        if not (at < len(words) and words[at].kind is Kind.COMMA):
            return at
        if not _is_day_of_month(words, at + 1):
            return at
        if len(words[at + 1].text) == 1:  # “Jan 01,3”: an hour, a day or a typing error
            raise Asks(refused(words[at + 1].text))
        at += 1


def _is_day_of_month(words: list[Token], at: int) -> bool:
    return at < len(words) and words[at].kind is Kind.NUMBER and len(words[at].text) <= 2  # noqa: PLR2004


def _days_of_month(words: list[Token], at: int) -> tuple[list[str], int]:
    """Return the days of ``24``, ``15-17`` or ``01-31/8``, and where they end."""
    first = words[at].number
    at += 1
    if not (_is_to(words, at) and _is_day_of_month(words, at + 1)):
        return [f"{first:02}"], at
    last = words[at + 1].number
    at += 2
    if at + 1 < len(words) and words[at].kind is Kind.SLASH:
        step = words[at + 1].number
        if words[at + 1].kind is not Kind.NUMBER or step <= 1:
            raise Asks(refused(f"/{words[at + 1].text}"))
        return [f"{day:02}" for day in range(first, last + 1, step)], at + 2
    return [f"{first:02}-{last:02}"], at


def _weekdays(rule: _Rule, words: list[Token], at: int) -> int:
    """Add a weekday or a span of them, with the numbers in brackets after it."""
    word, start = words[at], at
    text = _names(word.days)
    if _is_to(words, at + 1) and words[at + 2].kind is Kind.DAYS:
        if len(word.days) > 1 or len(words[at + 2].days) > 1:
            raise Asks(refused(word.text))
        text += f"-{_names(words[at + 2].days)}"
        at += 2
    elif at + 1 < len(words) and words[at + 1].kind is Kind.NTH and "[" in words[at + 1].text:
        text += words[at + 1].text
        at += 1
    joined = start > 0 and words[start - 1].kind in (Kind.COMMA, Kind.AND)
    after_holiday = bool(rule.days) and rule.days[-1] in ("PH", "SH") and not joined
    target = rule.must if rule.must or after_holiday else rule.days
    target.append(text)
    return at + 1


def _names(days: tuple[int, ...]) -> str:
    if len(days) == 1:
        return WEEKDAYS[days[0]]
    return f"{WEEKDAYS[days[0]]}-{WEEKDAYS[days[-1]]}"


def _holiday(rule: _Rule, words: list[Token], at: int) -> int:
    """Add public or school holidays, after all weekdays, as the strict syntax has it."""
    if rule.must or (rule.days and at and words[at - 1].kind not in (Kind.COMMA, Kind.AND)):
        raise Asks(refused(words[at].text))
    rule.days.append(words[at].text)
    return at + 1


_SELECTORS = {
    Kind.DAYS: _weekdays,
    Kind.HOLIDAY: _holiday,
    Kind.MONTH: _months,
    Kind.WEEK: _weeks,
}


def _time(rule: _Rule, words: list[Token], at: int) -> int:
    """Add ``10-12`` or ``17:00+``; a single time says neither."""
    start = clock_of(words[at])
    assert start is not None
    if at + 1 < len(words) and words[at + 1].kind is Kind.PLUS:
        at, text = at + 2, f"{Span(start.minutes, 0)}".partition("-")[0] + "+"
    elif _is_to(words, at + 1) and words[at + 2].kind is Kind.PLUS:  # “17:00-open end”
        at, text = at + 3, f"{Span(start.minutes, 0)}".partition("-")[0] + "+"
    elif _is_to(words, at + 1) and (end := clock_of(words[at + 2])) is not None:
        text = str(_span(start, end, f"{words[at].text}-{words[at + 2].text}"))
        at += 3
    else:
        raise Asks(refused(words[at].text))
    if start.minutes >= DAY:
        raise Asks(refused(words[at - 1].text))
    rule.spans.append(text)
    return at


def _span(start: Clock, end: Clock, said: str) -> Span:
    """Return the times as data has them: of 24 hours, unless am or pm is said."""
    if {"am", "pm"} & {start.half, end.half}:
        return hours_clock.span(start, end, said, after=None, sure=False)
    past = end.minutes <= start.minutes
    early = start.minutes < _MORNING and end.minutes <= NOON
    mixed = past and not end.half and end.minutes + NOON > start.minutes  # “09:00-5”
    if start.minutes >= DAY or mixed or (not start.half and not end.half and (past or early)):
        raise Asks(refused(said))  # “9-5” and “2-4” may mean the afternoon
    return Span(start.minutes, end.minutes + DAY if past else end.minutes)
