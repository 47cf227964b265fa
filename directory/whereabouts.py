"""What people write about where they are: a place, or what to ask back. Pure.

Nothing is guessed: of two likely places neither is taken, and the reading says which two. A
postcode is used only to find its sector and is not kept.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise

from directory import postcodes
from directory.known_places import Known, Town
from directory.model import Place
from locales.errors import N_, Text

CLOSE_SPELLING = 0.82  # similarity from which a misspelt name counts (SequenceMatcher ratio)
MAYBE_SPELLING = 0.7  # similarity from which we ask whether a name is meant
CLEARLY_BETTER = 0.06  # by how much the best name must lead, or we do not guess
SHORTEST_GUESS = 4  # shorter words are too alike to guess from
LONGEST_NAME = 4  # words
LONGEST_ASKED = 60  # characters; nobody misspells a longer name than this
LARGE_TOWN = 8  # outcodes; such a town needs no capital to be known

# English words that are places as well: alone they say nothing about where somebody is.
ORDINARY = frozenset(
    {"ash", "bath", "barking", "battle", "beer", "bell", "cross", "deal", "diss", "eye", "ford"}
    | {"hook", "hope", "lee", "march", "over", "pool", "reading", "rugby", "rye", "sale"}
    | {"sandwich", "settle", "street", "town", "ware", "wells"}
)
# what stands between two places of which one is meant, and before one that is not
_OR = frozenset(
    {"or", "lub", "albo", "ou", "o", "sau", "alebo", "або", "чи", "او", "ام", "یا", "يا"}
)
_NOT = frozenset({"not", "except", "не", "nie", "pas", "nu", "ليس", "مش", "مو", "نه"})
_BEFORE_A_TOWN = frozenset({"in", "from", "near", "at", "around"})
_BEFORE_TOWN_BEHIND = frozenset({"in", "near", "greater"})
# What people write around a name of a place, in the languages whose names packs hold.
_FILLERS = frozenset(
    {"a", "am", "area", "around", "at", "by", "close", "from", "here", "hi", "hello", "home"}
    | {"house", "i", "im", "in", "is", "live", "living", "my", "near", "now", "of", "on"}
    | {"place", "please", "postcode", "stay", "staying", "the", "to", "we"}
    | {"في", "انا", "اسكن", "اعيش", "قرب", "عند", "من", "در", "نزديك", "زندگي", "ميكنم", "هستم"}
    | {"я", "живу", "в", "у", "на", "біля", "коло"}
    | {"mieszkam", "jestem", "w", "na", "kolo", "blisko", "obok"}
)
_LETTERS = str.maketrans({"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ـ": None})
_WORDS = re.compile(r"[^\W_]+")


class Unclear(StrEnum):
    """Why we ask back."""

    NOTHING = "nothing"  # no place that we know
    NUMBER = "number"  # the letters of a postcode without its number
    SEVERAL = "several"  # more than one place
    SPELLING = "spelling"  # one that may be meant, or two alike
    WHOLE = "whole"  # no more than the city


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says: *place* where that is clear enough to go on with, else what it may be.

    *unclear* with a *place*: the whole city, which is a place, but not a near one. *elsewhere*:
    the name of a town elsewhere with many outcodes.
    """

    place: Place | None = None
    unclear: Unclear | None = None
    options: tuple[Place, ...] = ()
    elsewhere: str | None = None


def read(known: Known, text: str) -> Reading:
    """Return the place that *text* names, or why that is unclear.

    Understands postcodes whole or in part, however spaced, with O for 0 and l for 1, also
    inside a sentence; neighbourhoods, also slightly misspelt or in another script; the city
    as a whole; and towns elsewhere, unless the word may be meant otherwise. Digits may be
    those of any script.
    """
    place = postcodes.whole(known, text)  # in an index many thousand times
    return _read(known, text) if place is None else Reading(place)


def _read(known: Known, text: str) -> Reading:
    written = " ".join(digits(unicodedata.normalize("NFKC", text)).split())
    words = plain(written).split()
    if not _OR.isdisjoint(words) and (either := _either(known, words)) is not None:
        return either
    coded = postcodes.with_letters(known, written.translate(_LETTERS))
    upper = postcodes.repaired(coded, known.letters)
    if doubtful := postcodes.doubtful(known, upper):
        return Reading(unclear=Unclear.SPELLING, options=tuple(doubtful))
    found = _one_of(postcodes.places(known, upper)) or _by_names(known, words)
    return found or _without_name(known, words, written, upper)


def _without_name(known: Known, words: list[str], written: str, upper: str) -> Reading:
    """Return what a text says that names no place of the area."""
    if not known.homes.isdisjoint(words) and known.whole is not None:
        return Reading(known.whole, Unclear.WHOLE)
    if (found := _town(known, words, written)) is not None:
        return found
    if postcodes.lacks_number(upper, known.letters):
        return Reading(unclear=Unclear.NUMBER)
    return _by_spelling(known, words)


def _either(known: Known, words: list[str]) -> Reading | None:
    """Return both places of "here or there", which are not one even if they are neighbours."""
    parts: list[list[str]] = [[]]
    for word in words:
        if word in _OR:
            parts.append([])
        else:
            parts[-1].append(word)
    found = (_read(known, " ".join(part)) for part in parts)
    places = {(r.place.key, r.place.name): r.place for r in found if r.place and not r.unclear}
    several = Reading(unclear=Unclear.SEVERAL, options=tuple(places.values()))
    return several if len(places) > 1 else None


def question(reading: Reading, home: str, example: str) -> Text | None:
    """Return what to ask back about a place of the city *home*; None where nothing is unclear.

    *example*: an outcode there.
    """
    match reading.unclear, reading.options:
        case None, _:
            return None
        case Unclear.WHOLE, _:
            words = N_("Which part of {city}? Write an area or a postcode, for example {example}.")
            return Text(words, {"city": home, "example": example})
        case Unclear.NUMBER, _:
            words = N_("Please write the number of the postcode too, for example {example}.")
            return Text(words, {"example": example})
        case _, (only,):
            return Text(N_("Do you mean {place}?"), {"place": _label(only)})
        case _, (one, other, *_):
            words = N_("Do you mean {first} or {second}?")
            return Text(words, {"first": _label(one), "second": _label(other)})
    unknown = N_("I do not know this place. Write an area or a postcode, for example {example}.")
    return Text(unknown, {"example": example})


def digits(text: str) -> str:
    """Return *text* with the digits of any script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def plain(name: str) -> str:
    """Return *name* in lower-case words, without punctuation, accents and vowel signs."""
    bare = name.casefold()
    if not bare.isascii():  # most names are, and a pack has thousands
        apart = unicodedata.normalize("NFKD", bare)
        bare = "".join(c for c in apart if not unicodedata.combining(c)).translate(_LETTERS)
    return " ".join(_WORDS.findall(bare.replace("'", "").replace("’", "")))


def _label(place: Place) -> str:
    """Return the name with its outcode, which tells two of one name apart."""
    outcode = place.key.split("-")[0]
    return place.name if outcode in place.name else f"{place.name} ({outcode})"


def _one_of(places: Iterable[Place]) -> Reading | None:
    """Return the first of the places if all lie in one outcode, else one of each outcode."""
    first: dict[str, Place] = {}
    for place in places:
        first.setdefault(place.key.split("-")[0], place)
    if not first:
        return None
    one, *others = first.values()
    return Reading(unclear=Unclear.SEVERAL, options=(one, *others)) if others else Reading(one)


# names


def _by_names(known: Known, words: list[str]) -> Reading | None:
    """Return the place that the names in *words* stand for, the longest names first."""
    left: list[str | None] = list(words)
    found: list[Place] = []
    denied = False
    for size in range(min(len(words), LONGEST_NAME), 0, -1):
        for start in range(len(words) - size + 1):
            if None in left[start : start + size]:
                continue
            if places := _named(known, words, start, size):
                left[start : start + size] = [None] * size
                if _is_denied(words, start):
                    denied = True
                elif other := _elsewhere(known, words, start + size, places[0]):
                    return other
                else:
                    found += places
    if denied and not found:
        return Reading(unclear=Unclear.WHOLE)
    return _one_of(found)


def _is_denied(words: list[str], start: int) -> bool:
    """Say whether the place that begins at *start* is said not to be it: "not in Harehills"."""
    before = start - 1
    while before >= max(0, start - 2) and words[before] in _FILLERS:
        before -= 1
    return before >= 0 and words[before] in _NOT


def _elsewhere(known: Known, words: list[str], end: int, here: Place) -> Reading | None:
    """Return what a town says that stands right behind *here*: of that name elsewhere, too."""
    behind = [word for word in words[end : end + 3] if word not in _BEFORE_TOWN_BEHIND]
    name = next(iter(behind), "")
    town = known.towns.get(name)
    if town is None or name in ORDINARY:
        return None
    if not (town.near or town.codes >= LARGE_TOWN or end + 1 == len(words)):
        return None
    if town.place is None:
        return Reading(elsewhere=town.name)
    return Reading(unclear=Unclear.SEVERAL, options=(here, town.place))


def _named(known: Known, words: list[str], start: int, size: int) -> tuple[Place, ...]:
    """Return the places that *size* words from *start* name; towns of several words too."""
    name = " ".join(words[start : start + size])
    whole = size == len(words)
    if name in ORDINARY and not whole and (not start or words[start - 1] not in _BEFORE_A_TOWN):
        return ()
    if places := known.names.get(name) or known.joined.get(name.replace(" ", "")):
        return places
    town = known.towns.get(name) if size > 1 and not whole else None
    if town is None or town.place is None:
        return ()
    around = {*words[:start], *words[start + size :]}
    surely = bool(start) and words[start - 1] in _BEFORE_A_TOWN
    return (town.place,) if surely or around <= _FILLERS else ()


def _town(known: Known, words: list[str], text: str) -> Reading | None:
    """Return the town elsewhere that *text* names, if it cannot mean something else.

    A word in a sentence must stand behind "in" or the like, or begin with a capital. Far
    towns must be all that was written, with a capital, or large.
    """
    whole = " ".join(words)
    if whole in known.towns:
        return _meant(known.towns[whole], whole, alone=True, capital=text.strip()[:1].isupper())
    capitals = {plain(word) for word in _WORDS.findall(text) if word[0].isupper()}
    for before, word in pairwise(words):
        if word in known.towns and (before in _BEFORE_A_TOWN or word in capitals):
            town = _meant(known.towns[word], word, alone=False, capital=word in capitals)
            if town is not None:
                return town
    return None


def _meant(town: Town, name: str, *, alone: bool, capital: bool) -> Reading | None:
    """Return the town if it is surely meant: near, or alone with a *capital*, or large."""
    if name in ORDINARY:
        return None
    large = town.codes >= LARGE_TOWN
    if town.place is None:
        far = large and not town.near and (alone or capital)
        return Reading(elsewhere=town.name) if far else None
    sure = town.near or (alone and (capital or large))
    return Reading(town.place, elsewhere=town.name if town.codes > 1 else None) if sure else None


def _by_spelling(known: Known, words: list[str]) -> Reading:
    """Return the name that the words come close to, without what stands around it."""
    name = " ".join(word for word in words if word not in _FILLERS and word not in known.homes)
    known_word = name in ORDINARY or name in known.towns
    if known_word or not SHORTEST_GUESS <= len(name) <= LONGEST_ASKED:
        return Reading(unclear=Unclear.NOTHING)
    scored: dict[str, tuple[float, Place]] = {}
    matcher = SequenceMatcher(None, "", name)  # the second is analysed once
    for spelt, places in known.names.items():
        matcher.set_seq1(spelt)
        if matcher.real_quick_ratio() < MAYBE_SPELLING or matcher.quick_ratio() < MAYBE_SPELLING:
            continue
        ratio, place = matcher.ratio(), places[0]
        if (
            ratio >= MAYBE_SPELLING
            and not _shares_too_much(name, spelt)
            and ratio > scored.get(place.key, (0.0, place))[0]
        ):
            scored[place.key] = (ratio, place)
    return _likeliest(sorted(scored.values(), key=lambda pair: -pair[0]))


def _shares_too_much(name: str, spelt: str) -> bool:
    """Say whether two names are alike only by a word of both: "job centre" is no town centre."""
    one, other = name.split(), spelt.split()
    if set(one).isdisjoint(other) or one == other:
        return False
    left = " ".join(word for word in one if word not in other)
    there = " ".join(word for word in other if word not in one)
    return SequenceMatcher(None, left, there).ratio() < MAYBE_SPELLING


def _likeliest(ranked: list[tuple[float, Place]]) -> Reading:
    if not ranked:
        return Reading(unclear=Unclear.NOTHING)
    best = ranked[0][0]
    alike = [place for ratio, place in ranked if best - ratio < CLEARLY_BETTER]
    if best >= CLOSE_SPELLING and len(alike) == 1:
        return Reading(alike[0])
    return Reading(unclear=Unclear.SPELLING, options=tuple(alike[:2]))
