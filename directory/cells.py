"""Squares of the map, to tell at once how near a point can be at most. Pure."""

from math import floor

from directory.model import Point
from directory.places import distance_m

Cell = tuple[int, int]
_TALL, _WIDE = 0.005, 0.008  # degrees; about 550 m each way in the north of England
_SURE = 0.99  # parallels are curved: within 100 km the nearest corner is this near at least


def cell_of(point: Point) -> Cell:
    """Return the square that *point* is in."""
    return floor(point.lat / _TALL), floor(point.lon / _WIDE)


def nearest_m(cell: Cell, point: Point) -> float:
    """Return metres from *point* of which everything in *cell* is at least as far away."""
    row, column = cell
    lat = min(max(point.lat, row * _TALL), (row + 1) * _TALL)
    lon = min(max(point.lon, column * _WIDE), (column + 1) * _WIDE)
    return max(0.0, distance_m(Point(lat, lon), point) * _SURE - 1)
