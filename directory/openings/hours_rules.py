"""The plain part of opening_hours, rule by rule: what can be said in words and in iCal. Pure.

Weekdays (also the nth of a month), times, dates with years, public holidays and comments. Seasons,
week numbers, the sun and fallbacks are beyond it: opening-hours-py reads those.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

DAY = 24 * 60  # minutes
WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BY_APPOINTMENT = "by appointment"  # the comment that we write, and say in every language
BEGINNING = date(1970, 1, 1)  # written where only the last day is known: the syntax needs both

_DATE = rf"(\d{{4}}) ({'|'.join(MONTHS)}) (\d\d?)"
_DATES = re.compile(rf"{_DATE}(?:(?P<open>\+)|-{_DATE})?:? ?")
_WEEKDAY = "|".join(WEEKDAYS)
_DAYS = re.compile(rf"((?:{_WEEKDAY}|PH)[\w\[\],-]*)(?: |$)")
_TIMES = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
_REST = re.compile(
    r"(?P<times>\d\d:\d\d-\d\d:\d\d(?:,\d\d:\d\d-\d\d:\d\d)*)?"
    r" ?(?:open|(?P<closed>off|closed)|(?! ?\"))(?: \"(?P<comment>[^\"]*)\")?"
)
# each comment once, from one quote to the next, so that none begins at the end of another
_ALONE = re.compile(r"((?<!\w)(?<!open )(?<!off )(?<!closed )(?<!unknown ))(\"[^\"]*\")")
# a comma parts rules only before a new day; inside quotes nothing parts
_PARTS = re.compile(rf"\s*(;|, (?={_WEEKDAY}|PH|\d{{4}} ))\s*(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From *start* to *end* in minutes after midnight; *end* above 1440 is on the next day."""

    start: int
    end: int

    def __str__(self) -> str:
        """Return it as opening_hours writes it: ``22:00-04:00``."""
        end = self.end if self.end <= DAY else self.end - DAY
        return f"{clock(self.start)}-{clock(end)}"


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A weekday (0: Monday); *nth* of the month, from its end below 0; 0: every one."""

    weekday: int
    nth: int = 0

    def __str__(self) -> str:
        """Return it as opening_hours writes it: ``Tu[2]``."""
        return WEEKDAYS[self.weekday] + (f"[{self.nth}]" if self.nth else "")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: on *days* (and public *holidays*) between *first* and *last*, at *times*.

    *times* empty: all day. *closed*: closed then. *adds*: beside the rules before it; else it
    replaces what they say of the same days.
    """

    days: tuple[Day, ...]
    times: tuple[Span, ...] = ()
    holidays: bool = False
    closed: bool = False
    first: date | None = None
    last: date | None = None
    comment: str | None = None
    adds: bool = False

    def __str__(self) -> str:
        """Return it as opening_hours writes it."""
        selected = [_dates(self.first, self.last), days_text(self.days, holidays=self.holidays)]
        said = [",".join(str(span) for span in self.times), "off" if self.closed else ""]
        if self.comment is not None:  # a comment alone would mean that nobody knows
            said.append(f'"{self.comment}"' if self.closed else f'open "{self.comment}"')
        return " ".join(part for part in (*selected, *said) if part) or "24/7"


EVERY_DAY = tuple(Day(n) for n in range(7))


def clock(minutes: int) -> str:
    """Return minutes after midnight as ``09:30``; a whole day as ``24:00``."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def explicit(expression: str) -> str:
    """Return *expression* with ``unknown`` before a comment that stands alone.

    So the specification has it (``We "please call"``); opening-hours-py takes it for open.
    """
    return _ALONE.sub(r"\1unknown \2", expression) if '"' in expression else expression


def written(rules: tuple[Rule, ...]) -> str:
    """Return the expression of *rules*: ``;`` before one that replaces, a comma where it adds.

    Raises:
        ValueError: there are no rules.
    """
    if not rules:
        raise ValueError("opening hours need at least one rule")
    text = str(rules[0])
    for rule in rules[1:]:
        text += (", " if rule.adds else "; ") + str(rule)
    return text


def rules_of(expression: str) -> tuple[Rule, ...] | None:
    """Return the rules of a canonical *expression*, None where any of it is beyond them."""
    if expression.strip() == "24/7":
        return (Rule(EVERY_DAY, (Span(0, DAY),)),)
    parts = _PARTS.split(expression.strip())
    found = []
    for number in range(0, len(parts), 2):
        rule = _rule(parts[number], adds=number > 0 and parts[number - 1].startswith(","))
        if rule is None:
            return None
        found.append(rule)
    return tuple(found)


def days_text(days: tuple[Day, ...], *, holidays: bool) -> str:
    """Return ``Mo-We,Fr,PH``; two days are listed, three in a row become a range."""
    if days == EVERY_DAY and holidays:
        return "Mo-Su,PH"
    parts = [_run(run) for run in runs(days)]
    return ",".join(parts + (["PH"] if holidays else []))


def runs(days: tuple[Day, ...]) -> list[tuple[Day, ...]]:
    """Return *days* parted into those that follow each other; an nth one stands alone."""
    found: list[list[Day]] = []
    for day in days:
        last = found[-1][-1] if found else None
        follows = last is not None and not (last.nth or day.nth)
        if last is not None and follows and day.weekday == last.weekday + 1:
            found[-1].append(day)
        else:
            found.append([day])
    return [tuple(run) for run in found]


def _run(run: tuple[Day, ...]) -> str:
    return str(run[0]) if len(run) == 1 else f"{run[0]}{'-' if len(run) > 1 else ''}{run[-1]}"


def _dates(first: date | None, last: date | None) -> str:
    if first is None and last is None:
        return ""
    if last is None:
        assert first is not None
        return f"{_date(first)}+"
    return f"{_date(first or BEGINNING)}-{_date(last)}"


def _date(day: date) -> str:
    return f"{day.year} {MONTHS[day.month - 1]} {day.day:02}"


def _rule(text: str, *, adds: bool) -> Rule | None:
    first, last, rest = _read_dates(text)
    found = _DAYS.match(rest)
    days, holidays = EVERY_DAY, False
    if found is not None:
        selected = _read_days(found[1])
        if selected is None:
            return None
        days, holidays = selected
        rest = rest[found.end() :]
    said = _REST.fullmatch(rest.strip())
    if said is None or not (found or rest.strip()):
        return None
    times = _read_times(said["times"] or "")
    if times is None or (times and said["closed"]):
        return None
    return Rule(days, times, holidays, bool(said["closed"]), first, last, said["comment"], adds)


def _read_dates(text: str) -> tuple[date | None, date | None, str]:
    found = _DATES.match(text)
    if found is None:
        return None, None, text
    groups = found.groups()
    try:
        first = date(int(groups[0]), MONTHS.index(groups[1]) + 1, int(groups[2]))
        last = first if groups[4] is None else None
        if groups[4] is not None:
            last = date(int(groups[4]), MONTHS.index(groups[5]) + 1, int(groups[6]))
    except ValueError:  # no such day: left in the text, which then does not fit
        return None, None, text
    last = None if found["open"] else last
    return None if first == BEGINNING else first, last, text[found.end() :]


def _read_days(text: str) -> tuple[tuple[Day, ...], bool] | None:
    days: set[Day] = set()
    holidays = False
    for part in re.findall(r"[^,\[]+(?:\[[^\]]*\])?", text):
        if part == "PH":
            holidays = True
            continue
        some = _read_span(part.strip(","))
        if some is None:
            return None
        days |= some
    return tuple(sorted(days, key=lambda day: (bool(day.nth), day))), holidays


def _read_span(part: str) -> set[Day] | None:
    """Return the days of ``Mo``, ``Fr-Mo`` or ``Tu[2,4]``, None if it is none of them."""
    found = re.fullmatch(rf"({_WEEKDAY})(?:-({_WEEKDAY})|\[([-\d,]+)\])?", part)
    if found is None:
        return None
    first = WEEKDAYS.index(found[1])
    if found[2]:
        length = (WEEKDAYS.index(found[2]) - first) % 7
        return {Day((first + n) % 7) for n in range(length + 1)}
    if found[3]:
        nths = found[3].split(",")
        if not all(re.fullmatch(r"-?[1-5]", nth) for nth in nths):
            return None
        return {Day(first, int(nth)) for nth in nths}
    return {Day(first)}


def _read_times(text: str) -> tuple[Span, ...] | None:
    spans = []
    for found in _TIMES.finditer(text):
        h1, m1, h2, m2 = (int(group) for group in found.groups())
        start, end = h1 * 60 + m1, h2 * 60 + m2
        if start >= DAY or max(m1, m2) > 59 or end > 2 * DAY:  # noqa: PLR2004  (minutes)
            return None
        spans.append(Span(start, end if end > start else end + DAY))
    return tuple(spans)


def merged(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return *spans* in order, those that touch or overlap made one.

    Never a day long or longer: from 08:00 to 08:00 would be read as nothing or as a day.
    """
    found: list[Span] = []
    for span in sorted(set(spans)):
        both = Span(found[-1].start, max(found[-1].end, span.end)) if found else span
        if found and span.start <= found[-1].end and both.end - both.start < DAY:
            found[-1] = both
        else:
            found.append(span)
    return tuple(found)


def standing(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return *rules* without the weekdays that a later rule replaces in every week."""
    found: list[Rule] = []
    for rule in rules:
        weekly = {
            day for day in rule.days if not day.nth and rule.first is None and rule.last is None
        }
        if weekly and not rule.adds:
            found = [
                replace(each, days=tuple(day for day in each.days if day not in weekly))
                for each in found
            ]
        found.append(rule)
    return tuple(rule for rule in found if rule.days or rule.holidays)
