"""Typed places, shared locations and buttons to a `Place`, and distances. Pure.

A postcode is used only to find its sector and is not kept: no `Place` says more.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

from directory.model import Place, Point

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
CLOSE_SPELLING = 0.8  # similarity from which a misspelt name counts (SequenceMatcher ratio)
CLEARLY_BETTER = 0.06  # by how much the best name must lead, or we do not guess
NEAR_NAME_M = 60_000  # of towns with one name, people mean the one that is near
MEASURED_M = 30_000  # from farther away nothing in the area is near
WHOLE = "area"  # the key of the whole area, where somebody says no more than the city
SHORTEST_GUESS = 4  # shorter words are too alike to guess from

# Outward and inward part; the last two letters never use C I K M O V
# (Royal Mail, Programmers' Guide to the Postcode Address File).
_FULL = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9])[ABD-HJLNP-UW-Z]{2}\b")
_SECTOR = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?)[ -]([0-9])\b")
_OUTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?)\b")
_KEY = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)(?:-([0-9]))?")
# English words that are towns as well: alone they say nothing about where somebody is.
_ORDINARY = frozenset(
    {"ash", "bath", "barking", "battle", "beer", "bell", "cross", "deal", "diss", "eye", "ford"}
    | {"hook", "hope", "lee", "march", "over", "reading", "rugby", "rye", "sale", "sandwich"}
    | {"settle", "street", "ware", "wells"}
)
_BEFORE_A_TOWN = frozenset({"in", "from", "near", "at", "around"})
_LETTERS = str.maketrans({"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ـ": None})
_WORDS = re.compile(r"[^\W_]+")


class Reach(StrEnum):
    """Where a service says that it works, seen from this pack."""

    PART = "part"  # a part of the pack's area
    WHOLE = "whole"  # all of the pack's area
    WIDE = "wide"  # a region or the country
    OUTSIDE = "outside"  # another town only


@dataclass(frozen=True, slots=True)
class Outcode:
    """The first half of a postcode, its middle, and the names of places in it."""

    code: str
    point: Point
    postcodes: int
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sector:
    """A postcode without its last two letters, ``LS9 8``; *inside*: in the pack's area."""

    code: str
    point: Point
    postcodes: int
    inside: bool


@dataclass(frozen=True, slots=True)
class District:
    """A part of the area that is a button; *id* is in the button, *name* on it.

    *names*: what it is called in other languages, by code.
    """

    id: str
    name: str
    outcodes: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)

    def named(self, language: str) -> str:
        """Return what it is called in *language*, else its English name."""
        return self.names.get(language, self.name)


def distance_m(one: Point, other: Point) -> int:
    """Return the straight-line distance in metres (haversine, within 0.5 % on Earth)."""
    lat1, lat2 = radians(one.lat), radians(other.lat)
    half_lat, half_lon = (lat2 - lat1) / 2, radians(other.lon - one.lon) / 2
    chord = sin(half_lat) ** 2 + cos(lat1) * cos(lat2) * sin(half_lon) ** 2
    return round(2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord))))


class Gazetteer:
    """The places of a pack. Never changes after it is made; equal only to itself."""

    def __init__(
        self,
        *,
        home: str,
        outcodes: Iterable[Outcode],
        sectors: Iterable[Sector],
        districts: Sequence[District],
        neighbourhoods: Mapping[str, str | Mapping[str, str]],
    ) -> None:
        """Index the rows; *neighbourhoods* maps a name to ``LS9`` or ``LS9 8``.

        A code of a language in it maps to such names in that language.

        Raises:
            ValueError: a district or neighbourhood names a code that is not in the rows.
        """
        self.home = home
        self.districts = tuple(districts)
        self._outcodes = {row.code: row for row in outcodes}
        self._sectors = {row.code: row for row in sectors}
        self._inside = _inside_outcodes(self._sectors.values())
        self._districts = {d.id: self._district(d) for d in districts}
        self._local = {_plain(n): self._named(n, code) for n, code in _each_name(neighbourhoods)}
        self._add_local_names()
        self._joined = {name.replace(" ", ""): place for name, place in self._local.items()}
        self._spaced = _spaced_outcode(self._inside)
        self._names = self._names_elsewhere()
        self._other = self._other_towns()

    def find(self, text: str) -> Place | None:
        """Return the place that *text* names, or None where we would have to guess.

        Understands postcodes whole or in part, however spaced, also inside a sentence;
        the pack's neighbourhoods, also slightly misspelt or in another script; the city as a
        whole; and towns elsewhere, unless the word may be meant otherwise. Digits may be
        those of any script.
        """
        plain = _digits(unicodedata.normalize("NFKC", text))
        return self._by_postcode(self._spaced.sub(r"\1\2", plain.upper())) or self._by_name(plain)

    def by_key(self, key: str) -> Place | None:
        """Return the place of a button's *key*, or None if it is not (or no longer) known."""
        if key in self._districts:
            return self._districts[key]
        if key == WHOLE and self._districts:
            return Place(WHOLE, self.home, self._centre())
        if (match := _KEY.fullmatch(key)) is None:
            return None
        outcode, digit = match.groups()
        if digit is None:
            return self._outcode(outcode)
        sector = self._sectors.get(f"{outcode} {digit}")
        return None if sector is None else _sector_place(sector)

    def nearest(self, point: Point) -> Place:
        """Return the sector whose middle is nearest to *point*, or a nearer outcode."""
        sector = min(self._sectors.values(), key=lambda row: distance_m(row.point, point))
        outcode = min(self._outcodes.values(), key=lambda row: distance_m(row.point, point))
        near_sector, near_outcode = (distance_m(r.point, point) for r in (sector, outcode))
        if near_sector <= near_outcode or outcode.code in self._inside:
            return _sector_place(sector)
        return _outcode_place(outcode)

    def in_area(self, place: Place) -> bool:
        """Say whether *place* belongs to the pack's area."""
        if self.is_district(place):
            return True
        sector = self._sectors.get(place.key.replace("-", " "))
        return sector.inside if sector is not None else place.key in self._inside

    def is_district(self, place: Place) -> bool:
        """Say whether *place* is a whole district or more, too large to state distances from."""
        return place.key in self._districts or self.is_whole(place)

    def is_whole(self, place: Place) -> bool:
        """Say whether *place* is the whole area, which is no nearer to one thing than another."""
        return place.key == WHOLE and WHOLE not in self._districts

    def is_far(self, place: Place) -> bool:
        """Say whether *place* is so far outside that nothing in the area is near to it."""
        if self.in_area(place) or not self._districts:
            return False
        return distance_m(place.point, self._centre()) > MEASURED_M

    def outcode_of(self, place: Place) -> str | None:
        """Return the outcode of *place*; None for a district."""
        return None if self.is_district(place) else place.key.split("-")[0]

    def reach(self, area: str) -> Reach:
        """Return how far the words of *area* reach, such as ``Harehills; Yorkshire``.

        A town elsewhere counts as outside only if nothing in the words is of the area.
        """
        return self._placed(area)[0]

    def area_point(self, area: str) -> Point | None:
        """Return the middle of the one neighbourhood that *area* names, else None."""
        return self._placed(area)[1]

    def _placed(self, area: str) -> tuple[Reach, Point | None]:
        words, home = _plain(area), _plain(self.home)
        parts = [_plain(part) for part in re.split(r"[;,(]| and | or ", area)]
        local = [self._local[part].point for part in parts if part in self._local]
        if f"{home} wide" in words or words == home:
            return Reach.WHOLE, None
        if local:
            return Reach.PART, _middle(local)
        if home in words:
            return Reach.WHOLE, None
        outside = any(part in self._names for part in parts)
        return Reach.OUTSIDE if outside else Reach.WIDE, None

    def _by_postcode(self, upper: str) -> Place | None:
        if (match := _FULL.search(upper) or _SECTOR.search(upper)) is not None:
            return self.by_key(f"{match[1]}-{match[2]}") or self._outcode(match[1])
        for code in _OUTCODE.findall(upper):
            if (place := self._outcode_or_sector(code)) is not None:
                return place
        return None

    def _outcode_or_sector(self, code: str) -> Place | None:
        """Return the likelier reading of ``LS98``: LS9 8, unlike ``LS11``, which is LS11."""
        outcode = self._outcodes.get(code)
        sector = self._sectors.get(f"{code[:-1]} {code[-1]}")
        if sector is not None and (outcode is None or outcode.postcodes < sector.postcodes):
            return _sector_place(sector)
        return None if outcode is None else _outcode_place(outcode)

    def _by_name(self, text: str) -> Place | None:
        """Return the longest name in *text*: of the pack, then the city, then a town elsewhere."""
        words = _plain(text).split()
        for size in range(min(len(words), 4), 0, -1):
            for start in range(len(words) - size + 1):
                found = self._named_by(words, start, size, text)
                if found is not None:
                    return found
        if _plain(self.home) in words:
            return self.by_key(WHOLE)
        return self._town(words, text) or self._by_spelling(" ".join(words))

    def _named_by(self, words: list[str], start: int, size: int, text: str) -> Place | None:
        """Return the place of the pack that *size* words from *start* name, or a long town."""
        name = " ".join(words[start : start + size])
        place = self._local.get(name) or self._joined.get(name.replace(" ", ""))
        if place is None and size > 1 and name != _plain(text):
            place = self._other.get(name)
        return place

    def _town(self, words: list[str], text: str) -> Place | None:
        """Return the one town elsewhere that *text* names, if it cannot mean something else.

        A word in a sentence must stand behind "in" or the like, or begin with a capital.
        Far towns must be all that was written, with a capital.
        """
        whole = " ".join(words)
        if whole in self._other:
            written = text.strip()[:1].isupper()
            return self._other[whole] if self._meant(whole, capital=written) else None
        capitals = {_plain(w) for w in re.findall(r"[^\W_]+", text) if w[0].isupper()}
        for before, word in pairwise(words):
            signed = before in _BEFORE_A_TOWN or word in capitals
            if signed and word in self._other and self._meant(word, capital=False):
                return self._other[word]
        return None

    def _meant(self, name: str, *, capital: bool) -> bool:
        """Say whether *name* is surely the town: near, or with a *capital* and alone."""
        if name in _ORDINARY:
            return False
        return capital or distance_m(self._other[name].point, self._centre()) < NEAR_NAME_M

    def _by_spelling(self, name: str) -> Place | None:
        if len(name) < SHORTEST_GUESS:
            return None
        scored: dict[str, tuple[float, Place]] = {}
        for known, place in self._local.items():
            ratio = SequenceMatcher(None, known, name).ratio()
            if ratio >= CLOSE_SPELLING and ratio > scored.get(place.key, (0.0, place))[0]:
                scored[place.key] = (ratio, place)
        ranked = sorted(scored.values(), key=lambda pair: -pair[0])
        if not ranked or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < CLEARLY_BETTER):
            return None
        return ranked[0][1]

    def _outcode(self, code: str) -> Place | None:
        row = self._outcodes.get(code)
        return None if row is None else _outcode_place(row)

    def _named(self, name: str, code: str) -> Place:
        place = self.by_key(code.replace(" ", "-"))
        if place is None:
            raise ValueError(f"{name}: {code} is neither an outcode nor a sector of this pack")
        return Place(place.key, name, place.point)

    def _district(self, district: District) -> Place:
        rows = [self._outcodes[code] for code in district.outcodes if code in self._outcodes]
        if len(rows) != len(district.outcodes) or not rows:
            raise ValueError(f"{district.id}: every outcode of a district must be in outcodes.csv")
        weight = sum(max(row.postcodes, 1) for row in rows)
        lat = sum(row.point.lat * max(row.postcodes, 1) for row in rows) / weight
        lon = sum(row.point.lon * max(row.postcodes, 1) for row in rows) / weight
        return Place(district.id, district.name, Point(lat, lon))

    def _add_local_names(self) -> None:
        """Let the names of places in the area's outcodes be typed as well."""
        for code in self._inside:
            row = self._outcodes.get(code)
            for name in row.places if row is not None else ():
                if row is not None and _plain(name) != _plain(self.home):
                    self._local.setdefault(_plain(name), Place(code, name, row.point))

    def _centre(self) -> Point:
        return _middle([place.point for place in self._districts.values()])

    def _other_towns(self) -> dict[str, Place]:
        """Return towns elsewhere by name, where it means one town or only one is near."""
        centre = self._centre()
        towns = {}
        for name, bearers in self._names.items():
            near = [row for row in bearers if distance_m(row.point, centre) < NEAR_NAME_M]
            rows = near or bearers
            if len({_letters(row.code) for row in rows}) == 1:
                first = min(rows, key=lambda row: (len(row.code), row.code))
                towns[name] = Place(first.code, name.title(), first.point)
        return towns

    def _names_elsewhere(self) -> dict[str, list[Outcode]]:
        found: dict[str, list[Outcode]] = {}
        for row in self._outcodes.values():
            for name in row.places if row.code not in self._inside else ():
                if _plain(name) not in self._local and _plain(name) != _plain(self.home):
                    found.setdefault(_plain(name), []).append(row)
        return found


def _each_name(
    neighbourhoods: Mapping[str, str | Mapping[str, str]],
) -> list[tuple[str, str]]:
    """Return names and codes, those in other languages last."""
    rows = [(name, code) for name, code in neighbourhoods.items() if isinstance(code, str)]
    for names in neighbourhoods.values():
        if not isinstance(names, str):
            rows += names.items()
    return rows


def _spaced_outcode(codes: Iterable[str]) -> re.Pattern[str]:
    """Return what finds an outcode of the area that is written with a space: ``LS 9``."""
    letters = "|".join(sorted({re.escape(_letters(code)) for code in codes})) or "(?!)"
    return re.compile(rf"\b({letters})[ .-]+([0-9])")


def _middle(points: Sequence[Point]) -> Point:
    count = len(points)
    return Point(sum(p.lat for p in points) / count, sum(p.lon for p in points) / count)


def _inside_outcodes(sectors: Iterable[Sector]) -> frozenset[str]:
    """Return the outcodes most of whose postcodes lie in sectors that are inside."""
    balance: dict[str, int] = {}
    for row in sectors:
        outcode = row.code.split()[0]
        balance[outcode] = balance.get(outcode, 0) + row.postcodes * (1 if row.inside else -1)
    return frozenset(code for code, value in balance.items() if value > 0)


def _outcode_place(row: Outcode) -> Place:
    return Place(row.code, row.code, row.point)


def _sector_place(row: Sector) -> Place:
    return Place(row.code.replace(" ", "-"), row.code, row.point)


def _letters(code: str) -> str:
    return code.rstrip("0123456789") if code[-1].isdigit() else re.split(r"\d", code)[0]


def _digits(text: str) -> str:
    """Return *text* with the digits of any script as 0 to 9."""
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


@lru_cache(maxsize=8192)
def _plain(name: str) -> str:
    """Return *name* in lower-case words, without punctuation, accents and vowel signs."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(c for c in apart if not unicodedata.combining(c)).translate(_LETTERS)
    return " ".join(_WORDS.findall(bare.replace("'", "").replace("’", "")))
