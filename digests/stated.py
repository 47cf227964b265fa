"""A text as words in which dates, times and numbers have one spelling, to compare two. Pure.

"Tues 23 Feb 2021, 12.30pm" and "Tuesday 23rd February 2021 at 12:30" come to the same words.
What is no plain word has a letter and a colon before it: ``d:02-23`` a day, ``y:2021`` a year,
``m:02`` a month alone, ``w:tue`` a weekday alone, ``t:1230`` a time, ``n:24800`` a number,
``v:library`` a kind of venue, ``s:winter`` a season, a time of day or whom it is for.
Nothing here knows what a date is for; `digests.dates` does.
"""

import re
import unicodedata
from collections.abc import Callable

from rapidfuzz.distance import OSA

from digests.months import MONTHS
from digests.telling import NUMBERS, ROMAN, SEASONS, VENUES

_SHORT = {name[:3]: n for n, name in enumerate(MONTHS, 1)} | {"sept": 9}
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary|uary|urary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)s?\b\.?"
)
_NTH = r"(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
_HOUR = r"(?<![\w£$€.,:])(?P<{0}h>[01]?\d|2[0-3])"
_MINUTE = r"[:.](?P<{0}m>[0-5]\d)(?![\d%])"
_SUFFIX = r"\s?(?P<{0}s>[ap]\.?m\b\.?)"
_TIME = _HOUR + rf"(?:{_MINUTE})?(?:{_SUFFIX})?"
_TO = r"\s?(?:-|to|until|till|and)\s?"
_FOUND = re.compile(
    "|".join(
        (
            rf"(?P<iso>\b(?P<iy>{_YEAR})-(?P<im>[01]\d)-(?P<id>[0-3]\d)\b)",
            r"(?P<num>(?<![\d/£$€.])(?P<nd>[0-3]?\d)(?P<sep>[/.])(?P<nm>[01]?\d)"
            r"(?:(?P=sep)(?P<ny>(?:20)?\d\d))\b)",
            r"(?P<short>(?<![\d/£$€.])(?P<sd>[0-3]?\d)/(?P<sm>[01]?\d)(?![\d/])\b)",
            rf"(?P<span>\b(?P<pd>[0-3]?\d){_NTH}{_TO}(?:{_WEEKDAY} )?(?P<qd>[0-3]?\d){_NTH}"
            rf" (?:of )?(?P<qm>{_MONTH})(?:,? (?P<qy>{_YEAR}))?)",
            rf"(?P<day>\b(?:{_WEEKDAY},? (?:the )?)?(?P<dd>[0-3]?\d){_NTH} (?:of )?(?P<dm>{_MONTH})"
            rf"(?:,? (?P<dy>{_YEAR}))?)",
            rf"(?P<typo>\b(?P<td>[0-3]?\d)(?:st|nd|rd|th) (?P<tm>[a-z]{{4,10}}) (?P<ty>{_YEAR})\b)",
            rf"(?P<us>\b(?P<um>{_MONTH}) (?P<ud>[0-3]?\d){_NTH}(?![\d:])(?:,? (?P<uy>{_YEAR}))?\b)",
            rf"(?P<monthyear>\b(?P<mm>{_MONTH}),? (?P<my>{_YEAR})\b)",
            rf"(?P<years>\b(?P<ya>{_YEAR})\s?[-/]\s?(?P<yb>\d\d)\b(?![-/]))",
            rf"(?P<year>\b{_YEAR}\b)",
            rf"(?P<times>{_TIME.format('a')}{_TO}{_TIME.format('b')}(?![\d£]))",
            rf"(?P<time>{_HOUR.format('c')}(?:{_MINUTE.format('c')}(?:{_SUFFIX.format('c')})?"
            rf"|{_SUFFIX.format('e')}))",
            r"(?P<amount>(?<![\w.])[£$€]?\d[\d,]*(?:\.\d+)?\s?(?:(?:k|m|bn|million|thousand|billion)\b)?"
            r"(?:st|nd|rd|th)?(?![\w]))",
            r"(?P<weekday>\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:tues|weds|thurs)\b)",
            r"(?P<noon>\b(?:noon|midday)\b)",
        )
    )
)
_WORD = re.compile(r"[dymwtn]:[\d.a-z-]+|[^\W_]+(?:'[^\W_]+)*")
# months that are other words too: they count alone only when they have a capital
_MONTH_ALONE = re.compile(
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December"
    r"|JANUARY|FEBRUARY|MARCH|APRIL|MAY|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER"
    r"|Jan|Feb|Apr|Aug|Sept?|Oct|Nov|Dec)\b(?! \d)"
)
_PREFIX = re.compile(r"(?<=\b[Rr]e)-|(?<=\b[Cc]o)-|(?<=\b[Ee])-(?=[a-z])|(?<=\b[Pp]re)-")
_ALONE = "monthalone"
_TIMES = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000, "bn": 10**9}
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("‘’ʼ`´", "'") | {"&": " and "})


def words(text: str) -> tuple[str, ...]:
    """Return the words of *text* in order, dates and numbers among them as the module says."""
    plain = _PREFIX.sub("", _MONTH_ALONE.sub(_month_alone, folded(text, case=True)))
    marked = _FOUND.sub(_marked, plain.casefold())
    return tuple(_word(found[0]) for found in _WORD.finditer(marked))


def folded(text: str, *, case: bool = False) -> str:
    """Return *text* with one kind of dash and apostrophe, no accents, and in lower case."""
    plain = unicodedata.normalize("NFKD", text.translate(_DASHES))
    bare = plain
    if not plain.isascii():
        bare = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join((bare if case else bare.casefold()).split())


def is_fact(word: str) -> bool:
    """Say whether *word* is a date, a time or a number rather than a plain word."""
    return word[1:2] == ":" and word[0] in "dymwtn"


def kind(word: str) -> str:
    """Return the letter of what is no plain word, "" for a plain one."""
    return word[0] if word[1:2] == ":" else ""


def _month_alone(found: re.Match[str]) -> str:
    before = found.string[max(0, found.start() - 14) : found.start()]
    if re.search(r"\d(?:st|nd|rd|th)? (?:of )?$", before):
        return found[0]  # the month of a day
    return _ALONE + chr(ord("a") + _SHORT[found[0][:3].casefold()])  # no figure to be read again


def _marked(found: re.Match[str]) -> str:
    made = next(make for name, make in _MAKERS.items() if found[name] is not None)(found)
    return f" {made} " if made else found[0]


def _day(day: str, month: str | int, year: str | None = None) -> str:
    number = month if isinstance(month, int) else _SHORT[month[:3]]
    if not (1 <= int(day) <= 31 and 1 <= number <= 12):  # noqa: PLR2004
        return ""
    shown = f"d:{number:02}-{int(day):02}"
    return f"{shown} {_year(year)}" if year else shown


def _year(year: str) -> str:
    return f"y:{year}" if len(year) > 2 else f"y:20{year}"  # noqa: PLR2004


def _span(found: re.Match[str]) -> str:
    return f"{_day(found['pd'], found['qm'])} {_day(found['qd'], found['qm'], found['qy'])}"


def _typo(found: re.Match[str]) -> str:
    """Return the date whose month has one letter wrong: "2nd Match 2022"."""
    near = [n for n, name in enumerate(MONTHS, 1) if OSA.distance(name, found["tm"]) <= 1]
    return _day(found["td"], near[0], found["ty"]) if near else ""


def _times(found: re.Match[str]) -> str:
    if not (found["am"] or found["bm"] or found["as"] or found["bs"]):
        return ""  # "5 to 10": numbers
    end = _clock(found["bh"], found["bm"], found["bs"])
    start = _clock(found["ah"], found["am"], found["as"])
    if not found["as"] and found["bs"]:  # "10-12.30pm", but "1-3pm"
        later = _clock(found["ah"], found["am"], found["bs"])
        start = later if later <= end else start
    return f"{start} {end}"


def _time(found: re.Match[str]) -> str:
    return _clock(found["ch"], found["cm"], found["cs"] or found["es"])


def _clock(hour: str, minute: str | None, suffix: str | None) -> str:
    """Return the time; "1.30" without am or pm is taken for the afternoon, "10.30" not."""
    number = int(hour) % 12 if suffix else int(hour)
    if (suffix or "").startswith("p") or (not suffix and 1 <= number <= 6 and len(hour) == 1):  # noqa: PLR2004
        number += 12
    return f"t:{number:02}{int(minute or 0):02}"


def _amount(found: re.Match[str]) -> str:
    return _amount_of(found["amount"])


def _amount_of(said: str) -> str:
    bare = re.sub(r"(?:st|nd|rd|th)$", "", said.strip("£$€ ")).replace(",", "")
    number = re.match(r"\d+(?:\.\d+)?", bare)
    if number is None or len(number[0]) > 15:  # noqa: PLR2004
        return ""
    value = float(number[0]) * _TIMES.get(bare[number.end() :].strip(), 1)
    return f"n:{value:.10g}".replace("+", "").replace("e", "x")


_MAKERS: dict[str, Callable[[re.Match[str]], str]] = {
    "iso": lambda f: _day(f["id"], int(f["im"]), f["iy"]),
    "num": lambda f: _day(f["nd"], int(f["nm"]), f["ny"]),
    "short": lambda f: _day(f["sd"], int(f["sm"])),
    "span": _span,
    "day": lambda f: _day(f["dd"], f["dm"], f["dy"]),
    "typo": _typo,
    "us": lambda f: _day(f["ud"], f["um"], f["uy"]),
    "monthyear": lambda f: f"m:{_SHORT[f['mm'][:3]]:02} {_year(f['my'])}",
    "years": lambda f: f"{_year(f['ya'])} {_year(f['yb'])}",
    "year": lambda f: _year(f["year"]),
    "times": _times,
    "time": _time,
    "amount": _amount,
    "weekday": lambda f: f"w:{f['weekday'][:3]}",
    "noon": lambda _: "t:1200",
}


def _word(word: str) -> str:
    if word.startswith(_ALONE):
        return f"m:{ord(word[len(_ALONE)]) - ord('a'):02}"
    word = word.replace("'", "")
    if word.isdecimal():
        return f"n:{int(word[:15])}"
    if word in NUMBERS:
        return f"n:{NUMBERS[word]}"
    if word in ROMAN:
        return f"n:{ROMAN[word]}"
    if word in VENUES:
        return f"v:{word}"
    return f"s:{word}" if word in SEASONS else word
