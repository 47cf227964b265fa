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

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
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
from directory.index import Candidate, Directory, Group, Shelf, language_name
from directory.model import OpenState, Point, Query
from directory.needs import NO_BED
from directory.order import ASYLUM, Centrality, Scored, names_asylum, names_stage
from directory.pools import SLACK, Key, Pool, Pools
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


def of(
    directory: Directory, query: Query, measured: Query, limit: int, *, timeless: bool = False
) -> list[Scored]:
    """Return all services that can be among the first *limit* for *query*, in no order.

    *measured*: the query with a place only if something can be near to it. *timeless*:
    whatever the moment. By the points of `directory.weights.WEIGHTS`.
    """
    judge = _Judge(directory, query, measured, limit, timeless=timeless)
    shelves = directory.shelves(query.needs)
    mains, sides = judge.sorted_out(shelves)
    judge.look_at(judge.standings(mains))
    if judge.may_win(sides, judge.pools.least_of_mains()):
        judge.look_at(judge.standings(sides))
    found = judge.pools.rows()
    if len(found) >= limit:
        return found
    judge.look_at(judge.standings(shelves, takes_people=False))
    return judge.pools.rows()


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
    hours: float
    near: float
    spoken: float
    unspoken: float
    of_community: bool
    is_shut: bool
    for_others: bool
    number: int


@dataclass(slots=True, eq=False)
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


_Ways = tuple[tuple[float, Pool], tuple[float, Pool]]  # for who is near, for who is far


class _Judge:
    """Judges profiles and services for one query; each part of a profile once."""

    def __init__(
        self, directory: Directory, query: Query, measured: Query, limit: int, *, timeless: bool
    ) -> None:
        self._directory = directory
        self._query = query
        self._measured = measured
        self._timeless = timeless
        self._most = self._most_of_any_offer()
        self._place = None if measured.place is None else measured.place.point
        self._has_fare = not has_no_fare(measured)
        margin = WEIGHTS.new_need if len(query.needs) > 1 else 0.0
        self._margin = margin  # what is on the list meets the one need of a query for one
        self.pools = Pools(limit, query.needs[0] if query.needs else None, margin)
        self._ways: dict[tuple[int, int, int], _Ways] = {}
        self._numbers: dict[Hashable, int] = {}
        self._works: dict[tuple[Work, bool], _Worked | None] = {}
        self._cells: dict[Cell, float] = {}
        self._stages: dict[tuple[str, ...], _Stated] = {}
        self._offers: dict[Offer, _Offered | None] = {}
        self._states: dict[str | None, OpenState] = {}
        self._ages: dict[date | None, float] = {}

    def _most_of_any_offer(self) -> float:
        """Return more than any offer, hours and place can add to a service's work and worth."""
        most = WEIGHTS.near + WEIGHTS.language_spoken + WEIGHTS.open_now + SLACK
        most += max(WEIGHTS.by.values()) + WEIGHTS.comes_to_others + WEIGHTS.for_workers
        if self._query.topic is not None:
            most += WEIGHTS.topic + WEIGHTS.bed_by_phone
        name = None if self._query.language is None else language_name(self._query.language)
        return most + (WEIGHTS.own_community if name in self._directory.communities else 0.0)

    def sorted_out(self, shelves: Iterable[Shelf]) -> tuple[list[Shelf], list[Shelf]]:
        """Return where is what mainly helps with what is asked, and what does beside."""
        mains: list[Shelf] = []
        sides: list[Shelf] = []
        for shelf in shelves:
            work = self._work_on(shelf)
            if work is not None:
                (mains if work.centrality <= Centrality.MAIN else sides).append(shelf)
        return mains, sides

    def standings(self, shelves: Iterable[Shelf], *, takes_people: bool = True) -> list[_Standing]:
        """Return what the groups on *shelves* that *takes_people* have in common, each."""
        found: list[_Standing] = []
        for shelf in shelves:
            work = self._work_on(shelf)
            if work is not None:
                found += self._on_shelf(shelf, work, takes_people=takes_people)
        return found

    def may_win(self, sides: Iterable[Shelf], least: float) -> bool:
        """Say whether a service on *sides* can get *least* points, so that it may be chosen."""
        least -= self._margin + SLACK
        standings = self.standings(shelf for shelf in sides if self._could_win(shelf, least))
        standings.sort(key=lambda each: -each.most)
        return any(
            points >= least
            for each in standings
            if each.most >= least
            for points, _, _ in self._pointed(each, least)
        )

    def _could_win(self, shelf: Shelf, least: float) -> bool:
        """Say whether something on *shelf* might get *least* points, judged by its work."""
        work = self._work_on(shelf)
        return work is not None and shelf.worth + work.points + self._most >= least

    def look_at(self, standings: list[_Standing]) -> None:
        """Put services into their pools, while they can reach them."""
        standings.sort(key=lambda each: -each.most)
        for each in standings:
            if each.most + SLACK >= min(each.ways[0][1].floor, each.ways[1][1].floor):
                for points, known, pool in self._pointed(each):
                    pool.add(points, known)

    def _pointed(
        self, each: _Standing, least: float = -inf
    ) -> Iterator[tuple[float, Candidate, Pool]]:
        """Yield services with points and pools, but for those below *least* or the pool's floor."""
        offered, language, place = each.offered, self._measured.language, self._place
        (near, near_pool), (far, far_pool) = each.ways
        hours = offered.hours + SLACK
        upside = offered.near + hours + max(near, far)
        best = each.fixed + max(offered.spoken, offered.unspoken) + upside
        for known in each.group.rows:
            floor = max(least, min(near_pool.floor, far_pool.floor))
            if known.worth + best < floor:
                return  # all that follow are worth less
            speaks = language is not None and language in known.service.languages
            points = known.worth + each.fixed + (offered.spoken if speaks else offered.unspoken)
            points += self._age(known.dated)
            if points + upside < floor:
                continue
            way, pool = each.ways[1]
            if place is not None and known.cells:
                near, way, pool = self._from(place, known, each, points + hours)
                points += near
            if points + way + hours < max(least, pool.floor):
                continue
            if offered.hours:
                points += self._open(known.service.opening_hours, offered)
            yield round(points + way, DIGITS), known, pool

    def _from(
        self, place: Point, known: Candidate, each: _Standing, points: float
    ) -> tuple[float, float, Pool]:
        """Return the points of nearness, those of the way there, and the pool that it leads to.

        Not measured, but more than it can be, where even with that *points* are too few.
        """
        offer, (near, far) = each.offered.offer, each.ways
        away: float | None = self._least_m(known, place)
        most = near_points(offer, away, WEIGHTS)
        is_far = away is None or away > WALK_M
        if points + most + far[0] < far[1].floor and (
            is_far or points + most + near[0] < near[1].floor
        ):
            return most, *far
        away = known.metres_from(place)
        way = near if away is not None and away <= WALK_M else far
        return near_points(offer, away, WEIGHTS), *way

    def _open(self, hours: str | None, offered: _Offered) -> float:
        """Return the points for being open, or for a number that answers instead."""
        state = self._states.get(hours)
        if state is None:
            state = self._states[hours] = self._directory.opening(hours, self._query.at)
        return state_points(offered.offer, state, self._query, WEIGHTS)

    def _age(self, dated: date | None) -> float:
        if self._timeless:
            return 0.0
        found = self._ages.get(dated)
        if found is None:
            found = self._ages[dated] = age_points(dated, self._query.at, WEIGHTS)
        return found

    def _on_shelf(self, shelf: Shelf, work: _Worked, *, takes_people: bool) -> list[_Standing]:
        """Return what each group on *shelf* has in common; none for those not shown."""
        stated, found = self._stated(shelf.stages), []
        main = shelf.work.needs[0] in self._measured.needs
        for group in shelf.groups:
            offer = group.profile.offer
            if offer.takes_people is not takes_people:
                continue
            offered = self._offered(offer)
            if offered is None or (offered.for_others and not main):
                continue
            number = work.number, stated.number, offered.number
            ways = self._ways.get(number)
            if ways is None:
                ways = self._ways[number] = self._two_ways(shelf.work, work, stated, offered)
            most = group.rows[0].worth + work.points + offered.most + max(ways[0][0], ways[1][0])
            found.append(_Standing(group, offered, work.points + offered.points, most, ways))
        return found

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

    def _pool(self, way: Way | None, judged: _Worked, stated: _Stated, offered: _Offered) -> Pool:
        key = Key(
            offered.offer.takes_people,
            judged.centrality,
            way is not Way.BUS,
            not offered.is_shut and (offered.of_community or stated.names),
            offered.offer.is_sure,
            judged.asked,
            stated.points,
        )
        return self.pools.of(key)

    def _number(self, *facts: Hashable) -> int:
        """Return a number for *facts*, the same for the same ones."""
        return self._numbers.setdefault(facts, len(self._numbers))

    def _least_m(self, known: Candidate, place: Point) -> float:
        """Return metres that *known* is at least away, by the squares that its places are in."""
        cells, least = self._cells, inf
        for cell in known.cells:
            if cell not in cells:
                cells[cell] = nearest_m(cell, place)
            least = min(least, cells[cell])
        return least

    def _stated(self, stages: tuple[str, ...]) -> _Stated:
        query, found = self._query, self._stages.get(stages)
        if found is not None:
            return found
        found = self._stages[stages] = _Stated(
            is_for_other_stages(stages, query),
            stage_points(stages, query.stages, WEIGHTS),
            names_stage(stages, query),
            names_asylum(stages, query),
            self._number(stage_points(stages, query.stages, WEIGHTS), names_stage(stages, query)),
        )
        return found

    def _offered(self, offer: Offer) -> _Offered | None:
        try:
            return self._offers[offer]
        except KeyError:
            found = self._offers[offer] = self._judged(offer)
            return found

    def _judged(self, offer: Offer) -> _Offered | None:
        query = self._query
        if (
            is_withheld(offer, query)
            or is_elsewhere(offer, query, self._directory.gazetteer)
            or is_about_something_else(offer, query)
        ):
            return None
        found = offer_points(offer, self._measured, WEIGHTS)
        near = WEIGHTS.near if self._place is not None and offer.has_point else 0.0
        points, hours = found.points, 0.0
        if not self._timeless:
            points += season_points(offer, query, WEIGHTS)
            by_phone = offer.answers_closed and query.topic == NO_BED
            hours = max(WEIGHTS.open_now, WEIGHTS.bed_by_phone if by_phone else 0.0)
            hours *= offer.is_sure  # hours of low confidence are not used at all
        return _Offered(
            offer,
            points,
            points + hours + near + max(found.spoken if query.language else -inf, found.unspoken),
            hours,
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

    def _work_on(self, shelf: Shelf) -> _Worked | None:
        """Return what the work of *shelf* means; None if it is not for this person."""
        stated = self._stated(shelf.stages)
        if stated.is_out:
            return None
        key = shelf.work, stated.is_asylum and shelf.work.needs[0] == ASYLUM
        if key not in self._works:
            out = is_for_others(shelf.work, self._query)
            self._works[key] = None if out else self._worked(shelf.work, shelf.stages)
        return self._works[key]

    def _worked(self, work: Work, stages: tuple[str, ...]) -> _Worked:
        found = work_points(work, stages, self._measured, WEIGHTS)
        number = self._number(found.centrality, found.asked)
        return _Worked(found.points, found.centrality, found.asked, number)
