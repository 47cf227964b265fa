"""The words of opening hours: days and months in many languages, and words between them. Pure.

Weekdays and months are known in English and, by Babel (CLDR), in every language of the bot and of
the neighbours. A word that is not known stays one, so that nobody guesses over it.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from babel import Locale

from directory.openings.hours_languages import local
from directory.openings.hours_rules import MONTHS

NOON, MIDNIGHT = 12 * 60, 24 * 60
LANGUAGES = (
    *("ar", "ckb", "es", "fa", "fr", "pa", "pl", "ps", "pt_PT", "ro", "sk", "so", "ti", "uk"),
    *("ur", "zh", "am", "vi", "ku", "de", "it", "nl", "cs", "hu", "tr", "ru"),
)


class Kind(StrEnum):
    """What a word or sign is for."""

    DAYS = "days"  # one or more weekdays
    HOLIDAY = "holiday"  # PH or SH
    MONTH = "month"
    TIME = "time"
    NUMBER = "number"
    TO = "to"
    AND = "and"
    COMMA = "comma"
    STOP = "stop"  # ends a rule: a semicolon, a new line, a bracket
    FALLBACK = "fallback"
    COLON = "colon"
    SLASH = "slash"
    PLUS = "plus"
    NTH = "nth"  # [2], or second
    OF_MONTH = "of the month"
    EVERY = "every"
    FORTNIGHT = "fortnight"
    OFF = "off"
    OPEN = "open"
    UNKNOWN = "unknown"
    COMMENT = "comment"
    EXCEPT = "except"
    NOT = "not"  # as except, but what follows can only be closed
    OTHERWISE = "otherwise"
    BETWEEN = "between"
    APPOINTMENT = "appointment"
    TERM = "term"
    WEEK = "week"
    ALWAYS = "always"
    FILLER = "filler"  # says nothing that the others do not
    WORD = "word"  # none of them


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as written: *half* is ``am``, ``pm``, ``24`` where it is sure, or nothing."""

    minutes: int
    half: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign: its *kind*, what it was written as, and what that stands for."""

    kind: Kind
    text: str
    days: tuple[int, ...] = ()
    number: int = 0
    clock: Clock | None = None


# phrases of several words become one sign before the words are parted; order matters
PHRASES = tuple(
    (re.compile(pattern, re.IGNORECASE), sign if "\\" in sign else f" {sign} ")
    for pattern, sign in (
        (r"\b24\s*(?:hours|hrs)(?:\s*(?:a|per)\s*day)?,?\s*(?:7\s*days\s*a\s*week)?", "_always"),
        (
            r"(?:^|(?<=[\w,;:)] )(?<!to )(?<!\bà )(?<!\bas )(?<!till )(?<!until ))24\s?h\b",
            "_always",
        ),
        (r"\b24\s*/\s*7\b|\bround the clock\b|\bday and night\b", "_always"),
        (r"\b7\s*(?:days\s*(?:a|per)\s*week|/\s*7|j\s*/\s*7)\b|\bseven days a week\b", "_daily"),
        (r"\bm\s*-\s*f\b", "mo-fr"),
        (
            r"\b(?:every\s?day|daily|all week|t(?:ä|ae)glich|codziennie)\b",
            "_daily",
        ),
        (r"\btous les jours\b|\btodos los d[ií]as\b", "_daily"),
        (r"\b(?:on\s+)?(?:week\s?days|working days|work\s?days)\b|\bweekday\b", "_weekdays"),
        (r"\bweek-?\s?ends?\b", "_weekend"),
        (r"\bsonn-?\s*(?:/|und|u\.)\s*feiertag(?:s|e|en)?\b", "su, ph"),
        (r"\b(?:bank|public)[\s-]*hol(?:iday)?s?\b\.?|\bfeiertag(?:s|e|en)?\b", "ph"),
        (r"\bschool[\s-]*hol(?:iday)?s?\b|\b(?:schul)?ferien\b", "sh"),
        (r"\b(?:in\s+)?(?:school\s+)?term[\s-]*time(?:\s*only)?\b", "_term"),
        (
            r"\b(?:by|on|with)\s+(?:prior\s+)?appointments?(?:\s+only)?\b",
            "_appointment",
        ),
        (r"\bappointments?\s+only\b", "_appointment"),
        (
            r"\b(?:of|in)\s+(?:the|each|every)\s+month\b"
            r"|\b(?:every|each|of)\s+month\b|\bmonthly\b",
            "_month",
        ),
        (r"\bevery\s+other\b|\balternate\b|\bfortnightly\b|\bbi-?weekly\b", "_fortnight"),
        (r"\bevery\s+(?:two|2|second|2nd)\s+weeks?\b|\bonce a fortnight\b", "_fortnight"),
        (r"\b(?:temporarily\s+)?(closed|shut)\s+(?:for\s+now|temporarily|just\s+now)\b", r" \1 "),
        (r"\btemporarily\s+(closed|shut)\b", r" \1 "),
        (r"\bopen\s?end\b", "+"),
        (
            r"\ball\s+other\s+days\b|\bother\s+days\b|\botherwise\b|\brest of the week\b",
            "_otherwise",
        ),
        (
            r"\bapart\s+from\b|\bexcept(?:ing)?(?:\s+(?:for|on))?\b|\bexcluding\b",
            "_except",
        ),
        (r"\b(?:but\s+)?not(?:\s+open)?(?:\s+on)?\b", "_not"),
        (r"\b(?:closed|shut)\s+(?:for\s+lunch|at\s+lunch\s*time)\b|\blunch\s+break\b", "closed"),
        (r"\b12\s*(noon|midday|midnight)\b", r" \1 "),
        (r"\balways\s+open\b|\bopen\s+always\b", "_always"),
        (r"\bdrop[\s-]?ins?\b", ""),
        (r"(?<=[^\W\d_])-feira\b", ""),
        (r"\bo['’]?\s?clock\b|(?<![^\W\d_])uhr\b", "_hour"),
        (r"\s*\b([ap])\.\s?m\b\.?", r"\1m "),
    )
)
OURSELVES = re.compile(r"(?:^|(?<=[;,\n]))\s*we(?:['’]re|\s+(?=are\b|open\b))")
_SIGNS = {
    "_always": Kind.ALWAYS,
    "_appointment": Kind.APPOINTMENT,
    "_except": Kind.EXCEPT,
    "_fortnight": Kind.FORTNIGHT,
    "_month": Kind.OF_MONTH,
    "_not": Kind.NOT,
    "_otherwise": Kind.OTHERWISE,
    "_term": Kind.TERM,
    **dict.fromkeys(("to", "till", "til", "until", "through", "thru", "bis", "à", "au"), Kind.TO),
    **dict.fromkeys(("as", "às", "ate", "até", "hasta", "do", "إلى", "الى", "تا"), Kind.TO),
    **dict.fromkeys(("-", "~", "=", "‐", "‑", "‒", "–", "—", "−", "―"), Kind.TO),
    **dict.fromkeys(
        ("and", "&", "und", "et", "y", "e", "i", "plus", "also", "then", "و"), Kind.AND
    ),
    **dict.fromkeys((";", "\n", "(", ")", "|"), Kind.STOP),
    "||": Kind.FALLBACK,
    ",": Kind.COMMA,
    "،": Kind.COMMA,
    ":": Kind.COLON,
    "/": Kind.SLASH,
    "+": Kind.PLUS,
    **dict.fromkeys(("every", "each"), Kind.EVERY),
    **dict.fromkeys(("off", "closed", "close", "shut", "geschlossen", "fermé", "ferme"), Kind.OFF),
    **dict.fromkeys(("cerrado", "chiuso", "fechado", "zamknięte", "închis", "مغلق"), Kind.OFF),
    **dict.fromkeys(("open", "opens", "opening"), Kind.OPEN),
    "unknown": Kind.UNKNOWN,
    "between": Kind.BETWEEN,
    "week": Kind.WEEK,
}
_FILLERS = (
    *("from", "on", "at", "the", "of", "are", "is", "hours", "times", "time", "only", "hrs"),
    *(
        "_hour",
        "von",
        "de",
        "del",
        "in",
        "for",
        "sessions",
        "session",
        "drop-in",
        "dropin",
        "us",
        "our",
    ),
    *("it's", "it", "los", "las", "le", "les"),
)
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0900-\u0dff'])+")
_NOON = ("noon", "midday", "midi", "mittag")
_MIDNIGHT = ("midnight", "minuit", "mitternacht")
_GROUPS = {
    "_daily": tuple(range(7)),
    "_weekdays": tuple(range(5)),
    "_weekend": (5, 6),
}
_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ABBREVIATED = (
    *(("mo", "mon", "mons"), ("tu", "tue", "tues"), ("we", "wed", "weds")),
    *(("th", "thu", "thur", "thurs"), ("fr", "fri", "fris"), ("sa", "sat"), ("su", "sun")),
)
_SHORT = {word: number for number, some in enumerate(_ABBREVIATED) for word in some}
_SHORT |= {"di": 1, "mi": 2, "do": 3, "so": 6}  # as the OpenStreetMap of Germany writes
_MONTHS = {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_NTH |= {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5}


@lru_cache(maxsize=64)
def words(language: str | None) -> Mapping[str, Token]:
    """Return what each known word or sign is, in small letters; None: of every language.

    A weekday before all else: ``do`` is Thursday in German data.
    """
    days, months = _calendar(language)
    found = {text: Token(kind, text) for text, kind in _SIGNS.items()}
    found |= {text: Token(Kind.FILLER, text) for text in _FILLERS}
    found |= _local(language)
    found |= {text: Token(Kind.TIME, text, clock=Clock(NOON, "24")) for text in _NOON}
    found |= {text: Token(Kind.TIME, text, clock=Clock(MIDNIGHT, "24")) for text in _MIDNIGHT}
    found |= {text: Token(Kind.DAYS, text, days=group) for text, group in _GROUPS.items()}
    found |= {text: Token(Kind.HOLIDAY, text.upper()) for text in ("ph", "sh")}
    found |= {text: Token(Kind.NTH, text, number=number) for text, number in _NTH.items()}
    found |= {text: Token(Kind.MONTH, text, number=number) for text, number in months.items()}
    return found | {text: Token(Kind.DAYS, text, days=(day,)) for text, day in days.items()}


def _local(language: str | None) -> dict[str, Token]:
    """Return the words between days and times that only *language* has."""
    added = local(language)
    kinds = {
        Kind.FILLER: added.fillers,
        Kind.TO: added.to,
        Kind.AND: added.joins,
        Kind.EVERY: added.every,
        Kind.OFF: added.off,
        Kind.BETWEEN: added.between,
    }
    return {text: Token(kind, text) for kind, some in kinds.items() for text in some.split()}


def plain_word(text: str) -> str:
    """Return *text* as words are compared: small letters, one kind of apostrophe and of alif."""
    folded = unicodedata.normalize("NFC", text.lower().strip(".").replace("\u200c", ""))
    return re.sub("[إأآ]", "ا", folded.replace("’", "'").replace("ʼ", "'"))


def _calendar(language: str | None) -> tuple[dict[str, int], dict[str, int]]:
    """Return the weekdays (Monday 0) and the months (January 1) by name, in small letters.

    English ones and those of *language*, also its short ones; None: the long ones of all. A name
    that means two things is left out.
    """
    days = dict(_SHORT) | {name: n for n, name in enumerate(_ENGLISH)}
    days |= {f"{name}s": n for n, name in enumerate(_ENGLISH)} | {"mons": 0, "fris": 4}
    months = dict(_MONTHS) | {
        str(name).lower(): n for n, name in Locale("en").months["format"]["wide"].items()
    }
    months["sept"] = 9
    for number, some in enumerate(local(language).days):
        days |= dict.fromkeys(some.split(), number)
    odd: set[str] = set()
    for code in LANGUAGES if language is None else (language,):
        for name, number in _names(code, "days", short=language is not None):
            odd |= {name} if days.get(name, number) != number or name in months else set()
            days.setdefault(name, number)
        for name, number in _names(code, "months", short=language is not None):
            odd |= {name} if months.get(name, number) != number or name in days else set()
            months.setdefault(name, number)
    known = set(_SHORT) | set(_MONTHS)
    return tuple(
        {k: v for k, v in each.items() if k in known or k not in odd} for each in (days, months)
    )  # type: ignore[return-value]


def _names(code: str, what: str, *, short: bool) -> list[tuple[str, int]]:
    """Return the names of CLDR as single words, as far as they are."""
    try:
        locale = Locale.parse(code.replace("-", "_"))
    except (ValueError, LookupError):
        return []
    table = getattr(locale, what)
    found = []
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated") if short else ("wide",):
            for number, name in table[context][width].items():
                word = plain_word(str(name).removesuffix("-feira"))
                if _NAME.fullmatch(word):
                    found.append((word, int(number)))
    return found
