"""Squares of the map, to tell at once how near a point can be at most. Pure."""

from collections.abc import Iterable
from math import cos, floor, hypot, inf, radians

from directory.model import Point
from directory.places import EARTH_RADIUS_M

Cell = tuple[int, int]
_TALL, _WIDE = 0.005, 0.008  # degrees; about 550 m each way in the north of England
_SURE = 0.99  # for what a flat map gets wrong within a hundred kilometres


def cell_of(point: Point) -> Cell:
    """Return the square that *point* is in."""
    return floor(point.lat / _TALL), floor(point.lon / _WIDE)


class Around:
    """How far squares are from one point, at least; each worked out once."""

    def __init__(self, point: Point) -> None:
        self.point = point
        self._lat, self._lon = point.lat, point.lon
        self._tall_m = radians(1) * EARTH_RADIUS_M * _SURE
        # a degree north the parallels are shorter, so this is never too much
        self._wide_m = self._tall_m * cos(radians(min(abs(point.lat) + 1, 90)))
        self._known: dict[Cell, float] = {}

    def nearest_m(self, cells: Iterable[Cell]) -> float:
        """Return metres of which everything in *cells* is at least as far away."""
        known, least = self._known, inf
        for cell in cells:
            away = known.get(cell)
            if away is None:
                away = known[cell] = self._away_m(cell)
            least = min(least, away)
        return least

    def _away_m(self, cell: Cell) -> float:
        south, west = cell[0] * _TALL, cell[1] * _WIDE
        north_m = max(south - self._lat, self._lat - south - _TALL, 0.0) * self._tall_m
        east_m = max(west - self._lon, self._lon - west - _WIDE, 0.0) * self._wide_m
        return max(0.0, hypot(north_m, east_m) - 1)
