"""Public and school holidays in an opening_hours expression, spelled out as dates. Pure.

opening-hours-py knows only what the four nations of the UK have in common: in England it lacks
Easter Monday, the summer bank holiday and Boxing Day on a Saturday. It also takes ``PH We`` for
"holidays and Wednesdays", where the specification means holidays that are a Wednesday. So ``PH``
is replaced before it reads the expression. Source of the dates: the library `holidays`, which
follows gov.uk/bank-holidays; the syntax: OpenStreetMap wiki, Key:opening_hours/specification.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays
from opening_hours import OpeningHours

from directory.openings.hours_rules import MONTHS, WEEKDAYS

HOME = {"GB": "ENG"}  # the nation that is meant where a pack names the country alone
NEVER = "1900 Jan 01"  # what stands for the days of a holiday that never comes
_DAY = "|".join(WEEKDAYS)
_TOKEN = rf"(?:(?:{_DAY})(?:-(?:{_DAY})|\[[-\d,]+\])?|PH|SH)(?: [+-]\d+ days?)?"
_LIST = rf"{_TOKEN}(?:,\s?{_TOKEN})*"
_PLAIN = rf"(?:{_DAY})(?:-(?:{_DAY}))?"
_SELECTOR = re.compile(
    rf"(?<![\w\[])(?=[^\"]*\b[PS]H\b)({_LIST})(?: ({_PLAIN}(?:,\s?{_PLAIN})*)(?![\w\[]))?(?!\w)"
)
_OFFSET = re.compile(r"PH(?: ([+-]\d+) days?)?")
# rules end at ; and ||, and at a comma after their times or state; quotes hide all of them
_SEPARATOR = re.compile(
    r"(;|\|\||(?<=[\d+\")]),\s+|(?<=off),\s+|(?<=closed),\s+|(?<=open),\s+|(?<=unknown),\s+)"
    r"(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)"
)


def named(expression: str) -> bool:
    """Say whether *expression* names public or school holidays."""
    return re.search(r"\b[PS]H\b", _unquoted(expression)) is not None


def names_school(expression: str) -> bool:
    """Say whether *expression* names school holidays, whose dates nobody has told us."""
    return re.search(r"\bSH\b", _unquoted(expression)) is not None


@lru_cache(maxsize=64)
def dates(place: str, year: int) -> frozenset[date]:
    """Return the public holidays of a *place* in the *year* and its neighbours, substitutes too.

    *place*: ISO 3166, ``GB-SCT``; ``GB`` alone is England. None for a place that nobody knows.
    """
    country, _, nation = place.partition("-")
    nation = nation or HOME.get(country, "")
    try:
        return frozenset(
            holidays.country_holidays(
                country, subdiv=nation or None, years=range(year - 1, year + 3)
            )
        )
    except NotImplementedError:
        return frozenset()


def spelled(expression: str, days: Iterable[date], *, school: bool) -> str:
    """Return *expression* with *days* for ``PH``; *school*: every day is in the school holidays.

    Without *school* none is. What follows ``PH`` counts: ``-1 day``, or weekdays that it must be.

    Raises:
        ParserError: what stands before ``PH`` cannot be read.
    """
    found = ""
    parts = _SEPARATOR.split(expression)
    for number in range(0, len(parts), 2):
        rule = parts[number].strip()
        before = parts[number - 1].strip() if number else ""
        found += {"": "", ",": ", "}.get(before, f" {before} ".replace(" ;", ";"))
        found += _rule(rule, days, school=school, replaces=before == ";")
    return found


def _rule(rule: str, days: Iterable[date], *, school: bool, replaces: bool) -> str:
    """Return one rule with its holidays as dates: as two rules where weekdays stand beside."""
    found = _SELECTOR.search(rule)
    if found is None or '"' in rule[: found.start()]:
        return rule
    before, after = rule[: found.start()], rule[found.end() :]
    tokens = re.split(r",\s?", found[1])
    must = _weekdays(found[2]) if found[2] else frozenset(range(7))
    others = [token for token in tokens if not token.startswith(("PH", "SH"))]
    if "SH" in tokens and school:
        others = [",".join(WEEKDAYS[day] for day in sorted(must))]
    wanted = _holidays(tokens, days, must, before)
    if others and not wanted:
        return f"{before}{','.join(others)}{after}"
    listed = ",".join(f"{day.year} {MONTHS[day.month - 1]} {day.day:02}" for day in sorted(wanted))
    if not others:
        return f"{listed or NEVER}{after}"
    return f"{before}{','.join(others)}{after}{';' if replaces else ','} {listed}{after}"


def _holidays(
    tokens: list[str], days: Iterable[date], must: frozenset[int], before: str
) -> set[date]:
    """Return the days that the ``PH`` of *tokens* mean, as far as the rest of the rule allows."""
    moved = {
        day + timedelta(days=int(offset[1] or 0))
        for token in tokens
        if (offset := _OFFSET.fullmatch(token)) is not None
        for day in days
    }
    return {day for day in moved if day.weekday() in must and _inside(before, day)}


def _weekdays(selector: str) -> frozenset[int]:
    """Return the numbers of the weekdays of ``Mo-We,Fr``, Monday 0."""
    found: set[int] = set()
    for part in re.split(r",\s?", selector):
        first, _, last = part.partition("-")
        start = WEEKDAYS.index(first[:2])
        length = (WEEKDAYS.index(last[:2]) - start) % 7 if last else 0
        found |= {(start + n) % 7 for n in range(length + 1)}
    return frozenset(found)


def _inside(before: str, day: date) -> bool:
    """Say whether the years, months or weeks *before* the weekdays of a rule hold *day*.

    Raises:
        ParserError: they cannot be read.
    """
    noon = datetime.combine(day, time(12))  # any hour of it will do, in no zone
    return not before.strip() or OpeningHours(f"{before.strip(': ')} 00:00-24:00").is_open(noon)


def _unquoted(expression: str) -> str:
    return re.sub(r"\"[^\"]*\"", "", expression)
