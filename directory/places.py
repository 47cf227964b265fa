"""Typed places, shared locations and buttons to a `Place`, and distances. Pure.

A postcode is used only to find its sector and is not kept: no `Place` says more.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

from directory import whereabouts
from directory.known_places import Known, Town
from directory.model import Place, Point
from directory.whereabouts import Reading, plain
from locales.errors import Text

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
NEAR_NAME_M = 60_000  # of towns with one name, people mean the one that is near
MEASURED_M = 30_000  # from farther away nothing in the area is near
LIVED_IN = 50  # postcodes of an outcode; those of letter boxes only have a dozen
WHOLE = "area"  # the key of the whole area, where somebody says no more than the city

_KEY = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)(?:-([0-9]))?")


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


# A code, several codes where a name exists more than once, or such names in one language.
Names = Mapping[str, str | Sequence[str] | Mapping[str, str]]


class Gazetteer:
    """The places of a pack. Never changes after it is made; equal only to itself."""

    def __init__(
        self,
        *,
        home: str,
        outcodes: Iterable[Outcode],
        sectors: Iterable[Sector],
        districts: Sequence[District],
        neighbourhoods: Names,
    ) -> None:
        """Index the rows; *neighbourhoods* maps a name to ``LS9`` or ``LS9 8``, or to several.

        A code of a language in it maps to such names in that language. `WHOLE` as the code is
        for another name of the city.

        Raises:
            ValueError: a district or neighbourhood names a code that is not in the rows.
        """
        self.home = home
        self.districts = tuple(districts)
        self._outcodes = {row.code: row for row in outcodes}
        self._sectors = {row.code: row for row in sectors}
        # a pack may have no sectors; what its districts are made of is inside in any case
        own = {code for district in districts for code in district.outcodes}
        self._inside = _inside_outcodes(self._sectors.values()) | own
        self._districts = {d.id: self._district(d) for d in districts}
        self._local: dict[str, tuple[Place, ...]] = {}
        self._homes = {plain(home)}
        for name, codes in _each_name(neighbourhoods):  # of two spelt alike the first is shown
            if WHOLE in codes:
                self._homes.add(plain(name))
                continue
            places = tuple(self._named(name, code) for code in codes)
            self._local.setdefault(plain(name), places)
        self._add_local_names()
        self._names = self._names_elsewhere()
        self._example = next((d.outcodes[0] for d in self.districts), "")
        self._known = self._all_known()

    def find(self, text: str) -> Place | None:
        """Return the place that *text* names, or None where we would have to guess.

        See `directory.whereabouts.read` for what is understood.
        """
        return whereabouts.read(self._known, text).place

    def read(self, text: str) -> Reading:
        """Return what *text* says about a place, or why that is unclear."""
        return whereabouts.read(self._known, text)

    def question(self, reading: Reading) -> Text | None:
        """Return what to ask back about an unclear *reading*, None about a clear one."""
        return whereabouts.question(reading, self.home, self._example)

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
        outcode = min(self._outcodes.values(), key=lambda row: distance_m(row.point, point))
        if not self._sectors:
            return _outcode_place(outcode)
        sector = min(self._sectors.values(), key=lambda row: distance_m(row.point, point))
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
        words, home = plain(area), plain(self.home)
        parts = [plain(part) for part in re.split(r"[;,(]| and | or ", area)]
        local = [
            self._local[part][0].point for part in parts if len(self._local.get(part, ())) == 1
        ]
        if f"{home} wide" in words or words == home:
            return Reach.WHOLE, None
        if local:
            return Reach.PART, _middle(local)
        if home in words:
            return Reach.WHOLE, None
        outside = any(part in self._names for part in parts)
        return Reach.OUTSIDE if outside else Reach.WIDE, None

    def _code(self, outcode: str, digit: str) -> Place | None:
        """Return the sector of an outcode and a digit, else the outcode."""
        return self.by_key(f"{outcode}-{digit}") or self._outcode(outcode)

    def _outcode_or_sector(self, code: str) -> Place | None:
        """Return the likelier reading of ``LS98``: LS9 8, unlike ``LS11``, which is LS11."""
        outcode = self._outcodes.get(code)
        sector = self._sectors.get(f"{code[:-1]} {code[-1]}")
        if sector is not None and (outcode is None or outcode.postcodes < sector.postcodes):
            return _sector_place(sector)
        return None if outcode is None else _outcode_place(outcode)

    def _is_lived_in(self, code: str) -> bool:
        row = self._outcodes.get(code)
        return row is not None and row.postcodes >= LIVED_IN

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
                if row is not None and plain(name) != plain(self.home):
                    self._local.setdefault(plain(name), (Place(code, name, row.point),))

    def _centre(self) -> Point:
        return _middle([place.point for place in self._districts.values()])

    def _all_known(self) -> Known:
        centre = self._centre()
        near = {
            row.code
            for row in self._outcodes.values()
            if distance_m(row.point, centre) < NEAR_NAME_M
        }
        return Known(
            home=plain(self.home),
            letters=frozenset(map(_letters, self._inside)),
            names=self._local,
            joined={name.replace(" ", ""): places for name, places in self._local.items()},
            towns={name: _town(name, rows, near) for name, rows in self._names.items()},
            whole=self.by_key(WHOLE),
            inside=self.in_area,
            code=self._code,
            either=self._outcode_or_sector,
            homes=frozenset(self._homes),
            main=_letters(self._example) if self._example else "",
            is_lived_in=self._is_lived_in,
        )

    def _names_elsewhere(self) -> dict[str, list[Outcode]]:
        found: dict[str, list[Outcode]] = {}
        home = plain(self.home)
        for row in self._outcodes.values():
            for name in map(plain, row.places if row.code not in self._inside else ()):
                if name not in self._local and name != home:
                    found.setdefault(name, []).append(row)
        return found


def _town(name: str, bearers: list[Outcode], close: Set[str]) -> Town:
    """Return a town elsewhere; it has a place where it is one town, or only one is near.

    *close*: the outcodes that are near.
    """
    near = [row for row in bearers if row.code in close]
    rows = near or bearers
    title = name.title()
    if len(rows) > 1 and len({_letters(row.code) for row in rows}) > 1:
        return Town(title, None, near=bool(near), codes=len(rows))
    first = min(rows, key=lambda row: (len(row.code), row.code))
    place = Place(first.code, title, first.point)
    return Town(title, place, near=bool(near), codes=len(rows))


def _each_name(neighbourhoods: Names) -> Iterator[tuple[str, Sequence[str]]]:
    """Give names and codes, those in other languages last."""
    for name, codes in neighbourhoods.items():
        if not isinstance(codes, Mapping):
            yield name, [codes] if isinstance(codes, str) else codes
    for names in neighbourhoods.values():
        if isinstance(names, Mapping):
            yield from ((name, [code]) for name, code in names.items())


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
