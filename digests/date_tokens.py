"""A text cut into the pieces that dates are made of: numbers, words, times of day, marks. Pure.

Every character is looked at a bounded number of times, whatever the text is.
"""

import re
from datetime import date, time
from enum import Enum, auto
from itertools import islice
from typing import NamedTuple

from digests import months

OLDEST, NEWEST = 1990, 2099  # years that a four-figure number can be
_DAYS = 31
_NOON = 12
_LAST_MINUTE = time(23, 59)  # "midnight on 31 March" ends that day; a time has no 24:00


class Kind(Enum):
    """What a piece is."""

    DATE = auto()  # a whole date in figures
    HOURS = auto()  # a time of day, or from one to another
    NUMBER = auto()
    WORD = auto()
    MARK = auto()
    BREAK = auto()  # a new line


class Token(NamedTuple):
    """A piece of a text and where it stands.

    *word*: lower case. *number*: of a NUMBER, also of "first". *ordinal*: "3rd", "third".
    A tuple, not a dataclass: a text has thousands of them.
    """

    kind: Kind
    word: str
    start: int
    end: int
    number: int | None = None
    ordinal: bool = False
    capital: bool = False
    day: date | None = None
    at: time | None = None
    ends: time | None = None


_DASH = r"(?:\s?[-–—−]\s?|\s(?:to|until|till|til|and)\s)"
_HOUR = r"(?:[01]?\d|2[0-3])"
_PM = r"\s?(?:[ap]\.?m\b\.?)"
_FULL = (
    rf"(?:{_HOUR}(?:[:.][0-5]\d)?{_PM}|{_HOUR}:[0-5]\d(?:\s?hrs?\b)?"
    r"|(?:12\s?)?(?:noon|midday|midnight)\b)"
)
_BARE = r"(?:1[0-2]|0?[1-9])(?:[:.][0-5]\d)?"
_DOTTED = rf"{_HOUR}\.[0-5][05]"
_FIGURES = r"(?:[01]\d|2[0-3])[0-5][05]"
_NO_DATE = r"(?!\s?(?:st|nd|rd|th|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|[:.,/]?\d|%)"
_TOKEN = re.compile(
    rf"""
    (?P<plain>(?![nmw])[^\W\d_]+)  # as a word below, but no "noon", "midday" or "w/c": most are
  | (?P<iso>(?<![\w/.-])(?:19|20)\d\d-[01]\d-[0-3]\d(?=T\d|\b)(?![-/]\d))
  | (?P<uk>(?<![\w/.,£$€-])[0-3]?\d(?P<sep>\s?[/.-]\s?)[01]?\d(?P=sep)(?:20\d\d|\d\d)
        (?![\w/%]|[.:-]\d))
  | (?P<hours>(?<![\w£$€/.,:-])(?:
        {_FULL}(?:{_DASH}(?:{_FULL}|{_BARE}{_NO_DATE}))?
      | {_BARE}{_DASH}{_FULL}
      | {_DOTTED}{_DASH}{_DOTTED}
      | {_FIGURES}\s?[-–—]\s?{_FIGURES}(?:\s?hrs)?
      | {_FIGURES}\s?hrs\b
      )(?!\w))
  | (?P<number>\d{{1,9}})(?P<ordinal>\s?(?:st|nd|rd|th)\b)?
  | (?P<week>\bw/(?:c|b|e|beg|comm)\b)
  | (?P<word>[^\W\d_]+)
  | (?P<mark>[^\s\w])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WORDS = frozenset({"plain", "word", "week"})
_LINE = re.compile(r"[^\n\r\v\f\u2028]+")
_WORTH_READING = re.compile(
    r"\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun"
    r"|to(?:morrow|night))",
    re.IGNORECASE,
)
_MOST = 6_000  # pieces of a text that are read
_FOLLOWS = re.compile(r"\d[.,:]$|\d{3}/$")  # "10.5", "2024/25"; "12/13 May" are two days
_CLOCK = re.compile(
    r"(?:12\s?)?(?P<name>noon|midday|midnight)|(?P<hour>\d{1,2})(?:[:.]?(?P<minute>\d\d))?\s?(?P<half>[ap]\.?m)?",
    re.IGNORECASE,
)


def tokens(text: str) -> list[Token]:
    """Return the pieces of *text* in order, without white space and lines that name no day."""
    pieces: list[Token] = []
    for line in _LINE.finditer(text):
        if _WORTH_READING.search(text, *line.span()):
            found = islice(_TOKEN.finditer(text, *line.span()), _MOST - len(pieces))
            pieces += [_token(piece) for piece in found]
            pieces.append(Token(Kind.BREAK, "\n", line.end(), line.end()))
        if len(pieces) >= _MOST:
            break
    return pieces


def _token(found: re.Match[str]) -> Token:
    kind, word = found.lastgroup, found[0]
    start, end = found.span()
    if kind in _WORDS:
        lower = word.casefold()
        counted = months.ordinal(lower)
        return Token(Kind.WORD, lower, start, end, counted, counted is not None, word[0].isupper())
    if kind == "mark":
        return Token(Kind.MARK, word, start, end)
    if kind == "hours":
        at, ends = clock(word)
        return Token(Kind.HOURS, word.casefold(), start, end, at=at, ends=ends)
    if kind in {"iso", "uk"}:
        return Token(Kind.DATE, word, start, end, day=_in_figures(found))
    return _number(found)


def _number(found: re.Match[str]) -> Token:
    text = found.string
    start, end = found.start(), found.end()
    before, after = text[max(start - 1, 0) : start], text[end : end + 1]
    glued = before.isalnum() or before in {"£", "$", "€", "#"} or after.isalnum() or after == "%"
    part = after in {".", ",", ":"} and text[end + 1 : end + 2].isdigit()
    ordinal = found["ordinal"] is not None
    follows = _FOLLOWS.search(text, max(start - 4, 0), start) is not None and not ordinal
    if glued or part or follows:  # "£20", "LS9", "10.5", "5,000", "1:1": no day of a month
        return Token(Kind.MARK, found[0], start, end)
    return Token(Kind.NUMBER, found[0].casefold(), start, end, int(found["number"]), ordinal)


def _in_figures(found: re.Match[str]) -> date | None:
    """Return the date in figures, day first as in the UK; None when there is no such day."""
    parts = re.findall(r"\d+", found[0])
    if found["sep"] and "/" not in found["sep"] and len(parts[2]) < 4 and len(found[0]) < 8:  # noqa: PLR2004
        return None  # "3.11.14" is a version; only "03.11.14" is a day
    figures = [int(part) for part in parts]
    year, month, day = figures if found["iso"] else figures[::-1]
    year += 2000 if year < 100 else 0  # noqa: PLR2004  (two figures)
    if month > _NOON >= day and not found["iso"]:
        month, day = day, month  # written the American way: there is no such month
    try:
        return date(year, month, day) if OLDEST <= year <= NEWEST else None
    except ValueError:
        return None


def clock(said: str) -> tuple[time | None, time | None]:
    """Return from when to when the words *said* mean; None for what they do not tell."""
    found = list(_CLOCK.finditer(said))[:2]
    if not found:
        return None, None
    if len(found) == 1:
        return _time(found[0], None), None
    first, last = found
    halves = [match["half"] and match["half"][0].casefold() for match in found]
    ends = _time(last, None if halves[1] else halves[0])
    at = _time(first, None)
    if not halves[0] and not first["name"] and (halves[1] == "p" or last["name"]):
        later = _time(first, "p")
        at = later if later and ends and later < ends else _time(first, "a")
    if at and ends and ends <= at and ends.hour < _NOON and not halves[1]:
        ends = ends.replace(hour=ends.hour + _NOON)
    return at, ends


def _time(found: re.Match[str], half: str | None) -> time | None:
    if name := found["name"]:
        return _LAST_MINUTE if name.casefold() == "midnight" else time(_NOON)
    figures = found["hour"]
    hour, minute = int(figures), int(found["minute"] or 0)
    half = (found["half"] or half or "")[:1].casefold()
    if half == "p" and hour < _NOON:
        hour += _NOON
    elif half == "a" and hour == _NOON:
        hour = 0
    elif not half and 1 <= hour <= 6 and not figures.startswith("0"):  # noqa: PLR2004
        hour += _NOON  # "2:30" is in the afternoon; nobody meets at half past two at night
    return time(hour, minute) if hour < 24 and minute < 60 else None  # noqa: PLR2004
