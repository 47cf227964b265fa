"""What is worked out once for services that are alike, while the best are looked for. Pure."""

from dataclasses import dataclass

from directory.index import Group, Shelf
from directory.order import Centrality
from directory.pools import Pool
from directory.profile import Offer


@dataclass(frozen=True, slots=True)
class Stated:
    """What a service's stages mean for a query; *number*: another one for each meaning."""

    is_out: bool
    points: float
    names: bool
    is_asylum: bool
    number: int


@dataclass(frozen=True, slots=True)
class Worked:
    """What a work means for a query, as in `directory.score.WorkPoints`."""

    is_out: bool
    points: float
    centrality: Centrality
    asked: frozenset[str]
    number: int


@dataclass(frozen=True, slots=True)
class Offered:
    """What an offer means for a query, as in `directory.score.OfferPoints`, with the season.

    *most*: the points with the most that language and hours can add; *upside*: of
    these without the language. *for_others*: named after another community.
    """

    is_out: bool
    offer: Offer
    points: float
    most: float
    hours: float
    spoken: float
    unspoken: float
    of_community: bool
    is_shut: bool
    for_others: bool
    number: int


@dataclass(slots=True, eq=False)
class Standing:
    """What the services of a group have in common: points before all that differs.

    *near*: the most
    that nearness can add. *most*: what one of them could get. *ways*: what being within a walk
    or not adds where a bus fare matters, and the pool that it leads to.
    """

    group: Group
    offered: Offered
    fixed: float
    near: float
    most: float
    ways: "Ways"


Found = tuple[Shelf, Stated, Worked]  # a shelf, and what is known of it
Ways = tuple[tuple[float, Pool], tuple[float, Pool]]  # for who is near, for who is far
