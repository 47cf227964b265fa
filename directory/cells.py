"""Squares of the map, to tell at once how near a point can be at most. Pure."""

from collections.abc import Callable, Iterable
from math import cos, floor, hypot, inf, radians

from directory.model import Point
from directory.places import EARTH_RADIUS_M

Cell = tuple[int, int]
_TALL, _WIDE = 0.005, 0.008  # degrees; about 550 m each way in the north of England
_SURE = 0.99  # for what a flat map gets wrong within a hundred kilometres


def cell_of(point: Point) -> Cell:
    """Return the square that *point* is in."""
    return floor(point.lat / _TALL), floor(point.lon / _WIDE)


class Around(dict[Cell, float]):
    """How far squares are from one point in metres, at least; each worked out once."""

    def __init__(self, point: Point) -> None:
        super().__init__()
        self.point = point
        self._lat, self._lon = point.lat, point.lon
        self._tall_m = radians(1) * EARTH_RADIUS_M * _SURE
        # a degree north the parallels are shorter, so this is never too much
        self._wide_m = self._tall_m * cos(radians(min(abs(point.lat) + 1, 90)))

    def nearest_m(self, cells: Iterable[Cell]) -> float:
        """Return metres of which everything in *cells* is at least as far away."""
        return min(map(self.__getitem__, cells), default=inf)

    def __missing__(self, cell: Cell) -> float:
        """Work out how far *cell* is."""
        south, west = cell[0] * _TALL, cell[1] * _WIDE
        north_m = max(south - self._lat, self._lat - south - _TALL, 0.0) * self._tall_m
        east_m = max(west - self._lon, self._lon - west - _WIDE, 0.0) * self._wide_m
        away = self[cell] = max(0.0, hypot(north_m, east_m) - 1)
        return away


class Nearness(dict[tuple[Cell, ...], float]):
    """What *points* gives at most for being in some squares, each worked out once.

    It is asked with metres, None for no squares; the nearer, the more. *walked*: those asked
    for that may be as near as *walk_m*.
    """

    def __init__(
        self, around: Around | None, points: Callable[[float | None], float], walk_m: float
    ) -> None:
        super().__init__()
        self.walked: set[tuple[Cell, ...]] = set()
        self._around = around
        self._points = points
        self._walk_m = walk_m

    def __missing__(self, cells: tuple[Cell, ...]) -> float:
        """Work out what being in *cells* gives."""
        away = self._around.nearest_m(cells) if cells and self._around is not None else None
        if away is not None and away <= self._walk_m:
            self.walked.add(cells)
        found = self[cells] = self._points(away)
        return found
