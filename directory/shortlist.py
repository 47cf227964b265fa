"""Which services can come to stand on the list, of a hundred thousand that fit. Pure.

The order (`directory.order`) looks at nothing but points among services that are alike in a
few things: a *pool*. In a pool only the best can be chosen, so of each the best few are
enough, and the list is the same as with all of them. Three places need the three best
organisations of a pool with three services each, because what is on the list lowers the
points of the same organisation's other services.

To find them, services of one profile are judged once. Profiles are looked at from the one
whose services could get most points; a service that cannot reach its pool is not looked at.
Nor are services that take nobody in, or that do what is asked only beside other things, where
that many others will always come before them.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain
from math import inf

from directory.cells import Cell, nearest_m
from directory.exclusion import (
    is_about_something_else,
    is_elsewhere,
    is_for_other_stages,
    is_for_others,
    is_of_others,
    is_withheld,
)
from directory.index import Candidate, Directory, Group, Kind
from directory.model import OpenState, Point, Query
from directory.needs import NO_BED
from directory.order import ASYLUM, Centrality, Scored, names_asylum, names_stage
from directory.profile import Offer, Way, Work
from directory.score import (
    DIGITS,
    age_points,
    fare_points,
    near_points,
    offer_points,
    season_points,
    stage_points,
    state_points,
    work_points,
)
from directory.travel import WALK_M, easiest, has_no_fare
from directory.weights import WEIGHTS

_SLACK = 1e-5  # more than the error of adding floats in another order, and of rounding


def of(
    directory: Directory, query: Query, measured: Query, limit: int, *, timeless: bool = False
) -> list[Scored]:
    """Return all services that can be among the first *limit* for *query*, in no order.

    *measured*: the query with a place only if something can be near to it. *timeless*:
    whatever the moment. By the points of `directory.weights.WEIGHTS`.
    """
    judge = _Judge(directory, query, measured, limit, timeless=timeless)
    mains, sides, full = judge.sorted_out(directory.groups(query.needs))
    judge.look_at(mains)
    least = judge.least_of_mains()
    if any(each.most + WEIGHTS.new_need + _SLACK >= least for each in sides):
        judge.look_at(sides)
    if judge.found() < limit:
        judge.look_at(full)
    return list(chain.from_iterable(pool.rows() for pool in judge.pools()))


@dataclass(frozen=True, slots=True)
class _Key:
    """In what services of one pool are alike (see `directory.order.Scored`)."""

    takes_people: bool
    centrality: Centrality
    in_reach: bool
    named: bool
    is_sure: bool
    asked: frozenset[str]
    stage: float


class _Pool:
    """The best services of those alike: of each of the best *limit* kinds the best *limit*.

    *floor*: the points of the last of these kinds, by its best service. What gets less can
    never be chosen: one of these kinds is not on the list yet, and comes first.
    """

    __slots__ = ("_kinds", "_last", "_limit", "floor", "key")

    def __init__(self, key: _Key, limit: int) -> None:
        self.floor, self._last = -inf, ""
        self.key = key
        self._limit = limit
        self._kinds: dict[Kind, list[tuple[float, str, Candidate, OpenState | None]]] = {}

    def add(self, points: float, known: Candidate, state: OpenState | None) -> None:
        """Keep *known* while it is among the best."""
        service_id = known.service.id
        if points < self.floor or (points == self.floor and service_id > self._last):
            return
        rows = self._kinds.setdefault(known.kind, [])
        rows.append((-points, service_id, known, state))
        rows.sort(key=lambda row: row[:2])
        del rows[self._limit :]
        if len(self._kinds) >= self._limit:
            self._raise_the_floor()

    def _raise_the_floor(self) -> None:
        kinds = sorted(self._kinds, key=lambda kind: self._kinds[kind][0][:2])
        for kind in kinds[self._limit :]:
            del self._kinds[kind]
        points, self._last = self._kinds[kinds[self._limit - 1]][0][:2]
        self.floor = -points

    def best_of_kinds(self) -> dict[Kind, float]:
        """Return the most points of each kind, with those of its stage."""
        return {kind: self.key.stage - rows[0][0] for kind, rows in self._kinds.items()}

    def rows(self) -> list[Scored]:
        """Return what is kept."""
        key = self.key
        return [
            Scored(
                -points, key.stage, key.in_reach, key.named, key.centrality, key.asked, known, state
            )
            for rows in self._kinds.values()
            for points, _, known, state in rows
        ]


@dataclass(frozen=True, slots=True)
class _Stated:
    """What a service's stages mean for a query; *number*: another one for each meaning."""

    is_out: bool
    points: float
    names: bool
    is_asylum: bool
    number: int


@dataclass(frozen=True, slots=True)
class _Worked:
    """What a work means for a query, as in `directory.score.WorkPoints`."""

    points: float
    centrality: Centrality
    asked: frozenset[str]
    number: int


@dataclass(frozen=True, slots=True)
class _Offered:
    """What an offer means for a query, as in `directory.score.OfferPoints`, with the season.

    *most*: the points with the most that language, hours and nearness can add; *upside*: of
    these without the language. *for_others*: named after another community.
    """

    offer: Offer
    points: float
    most: float
    upside: float
    near: float
    spoken: float
    unspoken: float
    of_community: bool
    is_shut: bool
    for_others: bool
    number: int


@dataclass(frozen=True, slots=True, eq=False)
class _Standing:
    """What the services of a group have in common: points before all that differs.

    *most*: what one of them could get. *ways*: what being within a walk or not adds
    where a bus fare matters, and the pool that it leads to.
    """

    group: Group
    offered: _Offered
    fixed: float
    most: float
    ways: "_Ways"


_Ways = tuple[tuple[float, _Pool], tuple[float, _Pool]]  # for who is near, for who is far


class _Judge:
    """Judges profiles and services for one query; each part of a profile once."""

    def __init__(
        self, directory: Directory, query: Query, measured: Query, limit: int, *, timeless: bool
    ) -> None:
        self._directory = directory
        self._query = query
        self._measured = measured
        self._limit = limit
        self._timeless = timeless
        self._has_fare = not has_no_fare(measured)
        self._pools: dict[_Key, _Pool] = {}
        self._ways: dict[tuple[int, int, int], _Ways] = {}
        self._numbers: dict[Hashable, int] = {}
        self._works: dict[tuple[Work, bool], _Worked | None] = {}
        self._cells: dict[Cell, float] = {}
        self._stages: dict[tuple[str, ...], _Stated] = {}
        self._offers: dict[Offer, _Offered | None] = {}
        self._ages: dict[date | None, float] = {}

    def pools(self) -> Iterable[_Pool]:
        """Return every pool that a profile led to."""
        return self._pools.values()

    def sorted_out(
        self, groups: Iterable[Group]
    ) -> tuple[list[_Standing], list[_Standing], list[_Standing]]:
        """Return who mainly helps with what is asked, who does beside, and who is full."""
        mains: list[_Standing] = []
        sides: list[_Standing] = []
        full: list[_Standing] = []
        for group in groups:
            each = self._standing(group)
            if each is not None:
                key = each.ways[1][1].key
                main = mains if key.centrality <= Centrality.MAIN else sides
                (main if key.takes_people else full).append(each)
        return mains, sides, full

    def least_of_mains(self) -> float:
        """Return what the best main service has at least, whatever is on the list already.

        Only of those that no rule of the order passes over: sure, in reach, and about what
        was asked first. Of that many kinds one is never on the list.
        """
        best: dict[Kind, float] = {}
        for pool in self._pools.values():
            key = pool.key
            main = key.takes_people and key.centrality <= Centrality.MAIN
            if main and key.in_reach and key.is_sure and self._measured.needs[0] in key.asked:
                for kind, points in pool.best_of_kinds().items():
                    best[kind] = max(points, best.get(kind, -inf))
        if len(best) < self._limit:
            return -inf
        return sorted(best.values(), reverse=True)[self._limit - 1]

    def found(self) -> int:
        """Return how many services are kept."""
        return sum(len(pool.rows()) for pool in self._pools.values())

    def look_at(self, standings: list[_Standing]) -> None:
        """Put services into their pools, while they can reach them."""
        standings.sort(key=lambda each: -each.most)
        for each in standings:
            if each.most + _SLACK >= min(each.ways[0][1].floor, each.ways[1][1].floor):
                self._look_at(each)

    def _look_at(self, each: _Standing) -> None:
        query, offered, timed = self._measured, each.offered, not self._timeless
        (near, near_pool), (far, far_pool) = each.ways
        upside = offered.upside + max(near, far) + _SLACK
        offer, hours = offered.offer, upside - offered.near
        best = each.fixed + max(offered.spoken, offered.unspoken) + upside
        place = None if query.place is None or not offer.has_point else query.place.point
        for known in each.group.rows:
            floor = min(near_pool.floor, far_pool.floor)
            if known.worth + best < floor:
                return  # all that follow are worth less
            speaks = query.language is not None and query.language in known.service.languages
            points = known.worth + each.fixed + (offered.spoken if speaks else offered.unspoken)
            if timed:
                points += self._age(known.dated)
            if points + upside < floor:
                continue
            if place is not None and points + hours + self._near(known, place, offer) < floor:
                continue
            away = None if place is None else known.metres_from(place)
            is_near = away is not None and away <= WALK_M
            bonus, pool = (near, near_pool) if is_near else (far, far_pool)
            points += bonus + near_points(offer, away, WEIGHTS)
            state = None
            if timed:
                state = self._directory.state_of(known, query.at)
                points += state_points(offer, state, query, WEIGHTS)
            pool.add(round(points, DIGITS), known, state)

    def _age(self, dated: date | None) -> float:
        found = self._ages.get(dated)
        if found is None:
            found = self._ages[dated] = age_points(dated, self._query.at, WEIGHTS)
        return found

    def _standing(self, group: Group) -> _Standing | None:
        """Return what the services of *group* have in common; None if they are not shown."""
        profile = group.profile
        stated = self._stages.get(profile.stages) or self._stated(profile.stages)
        if stated.is_out:
            return None
        work = self._work(profile.work, stated, profile.stages)
        if work is None:
            return None
        try:
            offered = self._offers[profile.offer]
        except KeyError:
            offered = self._offers[profile.offer] = self._offered(profile.offer)
        if offered is None:
            return None
        if offered.for_others and profile.work.needs[0] not in self._measured.needs:
            return None
        number = work.number, stated.number, offered.number
        ways = self._ways.get(number)
        if ways is None:
            ways = self._ways[number] = self._two_ways(profile.work, work, stated, offered)
        most = group.rows[0].worth + work.points + offered.most + max(ways[0][0], ways[1][0])
        return _Standing(group, offered, work.points + offered.points, most, ways)

    def _two_ways(self, work: Work, judged: _Worked, stated: _Stated, offered: _Offered) -> _Ways:
        """Return what being near and being far adds, and the pools that these lead to."""
        if self._has_fare:
            any_way = 0.0, self._pool(None, judged, stated, offered)
            return any_way, any_way
        near = easiest(work, offered.offer, self._measured, is_near=True)
        far = easiest(work, offered.offer, self._measured, is_near=False)
        return (
            (fare_points(near, WEIGHTS), self._pool(near, judged, stated, offered)),
            (fare_points(far, WEIGHTS), self._pool(far, judged, stated, offered)),
        )

    def _pool(self, way: Way | None, judged: _Worked, stated: _Stated, offered: _Offered) -> _Pool:
        key = _Key(
            offered.offer.takes_people,
            judged.centrality,
            way is not Way.BUS,
            not offered.is_shut and (offered.of_community or stated.names),
            offered.offer.is_sure,
            judged.asked,
            stated.points,
        )
        if key not in self._pools:
            self._pools[key] = _Pool(key, self._limit)
        return self._pools[key]

    def _number(self, *facts: Hashable) -> int:
        """Return a number for *facts*, the same for the same ones."""
        return self._numbers.setdefault(facts, len(self._numbers))

    def _near(self, known: Candidate, place: Point, offer: Offer) -> float:
        """Return the most that nearness can add to *known*, by the cells of its places."""
        cells, least = self._cells, inf
        for cell in known.cells:
            if cell not in cells:
                cells[cell] = nearest_m(cell, place)
            least = min(least, cells[cell])
        return near_points(offer, least, WEIGHTS)

    def _stated(self, stages: tuple[str, ...]) -> _Stated:
        query = self._query
        found = self._stages[stages] = _Stated(
            is_for_other_stages(stages, query),
            stage_points(stages, query.stages, WEIGHTS),
            names_stage(stages, query),
            names_asylum(stages, query),
            self._number(stage_points(stages, query.stages, WEIGHTS), names_stage(stages, query)),
        )
        return found

    def _offered(self, offer: Offer) -> _Offered | None:
        query = self._query
        if (
            is_withheld(offer, query)
            or is_elsewhere(offer, query, self._directory.gazetteer)
            or is_about_something_else(offer, query)
        ):
            return None
        found = offer_points(offer, self._measured, WEIGHTS)
        near = WEIGHTS.near if self._measured.place is not None and offer.has_point else 0.0
        points, upside = found.points, near
        if not self._timeless:
            points += season_points(offer, query, WEIGHTS)
            by_phone = offer.answers_closed and query.topic == NO_BED
            upside += max(WEIGHTS.open_now, WEIGHTS.bed_by_phone if by_phone else 0.0)
        return _Offered(
            offer,
            points,
            points + upside + max(found.spoken if query.language else -inf, found.unspoken),
            upside,
            near,
            found.spoken,
            found.unspoken,
            found.of_community,
            found.is_shut,
            is_of_others(offer, query),
            self._number(
                *(offer.takes_people, offer.is_sure, found.is_shut, found.of_community),
                *(offer.walks, offer.otherwise, offer.calls),
            ),
        )

    def _work(self, work: Work, stated: _Stated, stages: tuple[str, ...]) -> _Worked | None:
        key = work, stated.is_asylum and work.needs[0] == ASYLUM
        if key not in self._works:
            out = is_for_others(work, self._query)
            self._works[key] = None if out else self._worked(work, stages)
        return self._works[key]

    def _worked(self, work: Work, stages: tuple[str, ...]) -> _Worked:
        found = work_points(work, stages, self._measured, WEIGHTS)
        number = self._number(found.centrality, found.asked)
        return _Worked(found.points, found.centrality, found.asked, number)
