"""Months, weekdays and ordinal numbers as people write them, with their slips. Pure."""

from functools import lru_cache

from rapidfuzz.distance import OSA

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# words that are also something else: alone in a sentence they are no month
DOUBTFUL_MONTHS = frozenset({"may", "march", "mar", "dec", "jan", "sep", "oct"})
# English words one slip away from a month
_OTHER_WORDS = frozenset(
    [
        "match",
        "marsh",
        "mark",
        "larch",
        "starch",
        "jury",
        "tune",
        "dune",
        "lune",
        "jane",
        "jun",
        "jude",
        "rune",
        "prune",
        "pune",
        "apron",
        "august's",
        "mach",
        "mayor",
        "many",
        "maya",
        "mary",
        "way",
        "day",
        "say",
        "augury",
        "ember",
        "members",
        "remember",
    ]
)
_SHORT_MONTHS = {name[:3]: number for number, name in enumerate(MONTHS, 1)} | {
    "sept": 9,
    "febr": 2,
    "octo": 10,
    "novem": 11,
    "decem": 12,
}
_MONTH_NAMES = {name: number for number, name in enumerate(MONTHS, 1)} | _SHORT_MONTHS
_WEEKDAY_NAMES = {name: number for number, name in enumerate(WEEKDAYS)} | {
    "mon": 0,
    "tue": 1,
    "tues": 1,
    "wed": 2,
    "weds": 2,
    "thu": 3,
    "thur": 3,
    "thurs": 3,
    "fri": 4,
    "sat": 5,
    "sun": 6,
}
NAMES = frozenset(_MONTH_NAMES) | frozenset(_WEEKDAY_NAMES)  # in full and in short
_ONES = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
_TENS = [
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
_ORDINALS = (
    {word: number for number, word in enumerate(_ONES, 1)}
    | {word: number for number, word in enumerate(_TENS, 10)}
    | {"twentieth": 20, "thirtieth": 30}
)
_SHORTEST_SLIP = 4  # letters; in shorter words every word is near another
_LONG_NAME = 6  # letters; from here on two slips still tell which month is meant


def month(word: str) -> int | None:
    """Return the number (1 to 12) of a month's name or usual short form, in any case."""
    return _MONTH_NAMES.get(word.casefold().rstrip("."))


def weekday(word: str) -> int | None:
    """Return the number (0 is Monday) of a weekday's name or usual short form, in any case."""
    return _WEEKDAY_NAMES.get(word.casefold().rstrip("."))


def ordinal(word: str) -> int | None:
    """Return the number that a word such as "first" counts; None for other words."""
    return _ORDINALS.get(word.casefold())


@lru_cache(maxsize=4096)
def slipped_month(word: str) -> int | None:
    """Return the month that *word* was meant to be, with a slip or two; None when unclear."""
    return _nearest(word.casefold(), MONTHS, 1)


@lru_cache(maxsize=4096)
def slipped_weekday(word: str) -> int | None:
    """Return the weekday that *word* was meant to be, with a slip or two; None when unclear."""
    return _nearest(word.casefold(), WEEKDAYS, 0)


def is_other_word(word: str) -> bool:
    """Say whether *word* is an English word of its own, near to a month's name."""
    return word.casefold() in _OTHER_WORDS


def _nearest(word: str, names: tuple[str, ...], first: int) -> int | None:
    if not _SHORTEST_SLIP <= len(word) <= len("wednesday") + 2 or word in {"days", "today"}:
        return None
    near = []
    for number, name in enumerate(names, first):
        allowed = 2 if min(len(word), len(name)) >= _LONG_NAME else 1
        distance = OSA.distance(word, name, score_cutoff=allowed)
        if (
            distance <= allowed
            and (word[0] == name[0] or distance <= 1)
            and len(name) >= _SHORTEST_SLIP
        ):
            near.append((distance, number))
    near.sort()
    clear = len(near) == 1 or (len(near) > 1 and near[0][0] < near[1][0])
    return near[0][1] if clear else None
