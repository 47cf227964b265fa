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

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator
from datetime import date
from functools import partial
from math import inf

from directory.cells import Around, Nearness
from directory.exclusion import (
    is_about_something_else,
    is_elsewhere,
    is_for_other_stages,
    is_for_others,
    is_of_others,
    is_withheld,
)
from directory.index import Candidate, Directory, Shelf, language_name
from directory.model import OpenState, Query
from directory.needs import NO_BED
from directory.order import Centrality, Scored, names_asylum, names_stage
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
from directory.standings import Found, Offered, Standing, Stated, Ways, Worked
from directory.travel import WALK_M, easiest, has_no_fare
from directory.weights import WEIGHTS

_AT_ONCE = 64  # shelves that are looked at before the next are judged by what was found


def of(
    directory: Directory, query: Query, measured: Query, limit: int, *, timeless: bool = False
) -> list[Scored]:
    """Return all services that can be among the first *limit* for *query*, in no order.

    *measured*: the query with a place only if something can be near to it. *timeless*:
    whatever the moment. By the points of `directory.weights.WEIGHTS`.
    """
    judge = _Judge(directory, query, measured, limit, timeless=timeless)
    mains, sides = judge.sorted_out(directory.shelves(query.needs))
    mains.sort(key=_promise, reverse=True)
    for start in range(0, len(mains), _AT_ONCE):
        judge.look_at(judge.standings(mains[start : start + _AT_ONCE]))
    if judge.may_win(sides, judge.pools.least_of_mains()):
        judge.look_at(judge.standings(sides))
    found = judge.pools.rows()
    if len(found) >= limit:
        return found
    judge.look_at(judge.standings([*mains, *sides], takes_people=False))
    return judge.pools.rows()


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
        self._near = 0.0 if measured.place is None else WEIGHTS.near
        self._around = None if measured.place is None else Around(measured.place.point)
        self._nearness: dict[bool, Nearness] = {}  # by whether an offer reaches out
        self._has_fare = not has_no_fare(measured)
        margin = WEIGHTS.new_need if len(query.needs) > 1 else 0.0
        self._margin = margin  # what is on the list meets the one need of a query for one
        self.pools = Pools(limit, query.needs[0] if query.needs else None, margin)
        self._ways: dict[tuple[int, int, int], Ways] = {}
        self._numbers: dict[Hashable, int] = {}
        self._works: dict[tuple[Work, bool], Worked] = {}
        self._stages: dict[tuple[str, ...], Stated] = {}
        self._offers: dict[Offer, Offered] = {}
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

    def sorted_out(self, shelves: Iterable[Shelf]) -> tuple[list[Found], list[Found]]:
        """Return where is what mainly helps with what is asked, and what does beside."""
        mains: list[Found] = []
        sides: list[Found] = []
        for shelf in shelves:
            stated = self._stages.get(shelf.stages) or self._stated(shelf.stages)
            if stated.is_out:
                continue
            key = shelf.work, stated.is_asylum and shelf.is_for_asylum
            work = self._works.get(key) or self._worked(*key, shelf.stages)
            if work.is_out:
                continue
            (mains if work.centrality <= Centrality.MAIN else sides).append((shelf, stated, work))
        return mains, sides

    def standings(self, found: Iterable[Found], *, takes_people: bool = True) -> list[Standing]:
        """Return what the groups on shelves that *takes_people* have in common, each."""
        standings: list[Standing] = []
        for shelf, stated, work in found:
            standings += self._on_shelf(shelf, stated, work, takes_people=takes_people)
        return standings

    def may_win(self, sides: Iterable[Found], least: float) -> bool:
        """Say whether a service on *sides* can get *least* points, so that it may be chosen."""
        least -= self._margin + SLACK
        standings = self.standings(
            each for each in sides if each[0].worth + each[2].points + self._most >= least
        )
        standings.sort(key=_most, reverse=True)
        return any(
            points >= least
            for each in standings
            if each.most >= least
            for points, _, _ in self._pointed(each, least)
        )

    def look_at(self, standings: list[Standing]) -> None:
        """Put services into their pools, while they can reach them."""
        standings.sort(key=_most, reverse=True)
        for each in standings:
            if each.most + SLACK >= min(each.ways[0][1].floor, each.ways[1][1].floor):
                for points, known, pool in self._pointed(each):
                    pool.add(points, known)

    def _pointed(
        self, each: Standing, least: float = -inf
    ) -> Iterator[tuple[float, Candidate, Pool]]:
        """Yield services with points and pools, but for those below *least* or the pool's floor."""
        offered, language, around = each.offered, self._measured.language, self._around
        hours = offered.hours + SLACK
        nearness = self._near_to(offered.offer)
        (walked, near_pool), (far, far_pool) = each.ways
        more = max(walked, far) + hours
        for known in self._in_reach(each, least):
            speaks = language is not None and language in known.service.languages
            points = known.worth + each.fixed + (offered.spoken if speaks else offered.unspoken)
            points += self._age(known.dated)
            way, pool = far, far_pool
            if around is not None and known.cells:
                floor = max(least, min(near_pool.floor, far_pool.floor))
                if points + nearness[known.cells] + more < floor:
                    continue
                metres = known.metres_from(around.point)
                points += near_points(offered.offer, metres, WEIGHTS)
                way, pool = each.ways[metres is None or metres > WALK_M]
            if points + way + hours < max(least, pool.floor):
                continue
            if offered.hours:
                points += self._open(known.service.opening_hours, offered)
            yield round(points + way, DIGITS), known, pool

    def _in_reach(self, each: Standing, least: float) -> Iterable[Candidate]:
        """Return the services that worth, place and languages can lift high enough."""
        rows, offered, language = each.group.rows, each.offered, self._measured.language
        best = each.fixed + max(offered.spoken, offered.unspoken) + offered.hours + SLACK
        walked, far = (max(least, pool.floor) - best - way for way, pool in each.ways)
        lowest = min(walked, far)
        if lowest == far == -inf:
            return rows
        rows = rows[: bisect_right(rows, each.near - lowest, key=_cost)]
        if self._around is None:
            return rows
        near = self._near_to(offered.offer)
        near_by = near.walked
        rows = [
            known
            for known in rows
            if known.worth + near[known.cells] >= (lowest if known.cells in near_by else far)
        ]
        lacks = offered.spoken - offered.unspoken
        if language is None or lacks <= 0:
            return rows
        return [
            known
            for known in rows
            if language in known.service.languages
            or known.worth + near[known.cells] - lacks
            >= (lowest if known.cells in near_by else far)
        ]

    def _near_to(self, offer: Offer) -> Nearness:
        found = self._nearness.get(offer.reaches_out)
        if found is None:
            points = partial(near_points, offer, weights=WEIGHTS)
            found = self._nearness[offer.reaches_out] = Nearness(self._around, points, WALK_M)
        return found

    def _open(self, hours: str | None, offered: Offered) -> float:
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

    def _on_shelf(
        self, shelf: Shelf, stated: Stated, work: Worked, *, takes_people: bool
    ) -> list[Standing]:
        """Return what each group on *shelf* has in common; none for those not shown."""
        found: list[Standing] = []
        around = self._around
        main = shelf.work.needs[0] in self._measured.needs
        for group in shelf.groups:
            offer = group.profile.offer
            if offer.takes_people is not takes_people:
                continue
            offered = self._offers.get(offer) or self._judged(offer)
            if offered.is_out or (offered.for_others and not main):
                continue
            number = work.number, stated.number, offered.number
            ways = self._ways.get(number)
            if ways is None:
                ways = self._ways[number] = self._two_ways(shelf.work, work, stated, offered)
            most = group.rows[0].worth + work.points + offered.most + max(ways[0][0], ways[1][0])
            if most + self._near + SLACK < min(ways[0][1].floor, ways[1][1].floor):
                continue
            near, away = 0.0, inf
            if around is not None and group.cells:
                away = around.nearest_m(group.cells)
                near = near_points(offer, away, WEIGHTS)
            if away > WALK_M:
                ways = ways[1], ways[1]
            fixed = work.points + offered.points
            found.append(Standing(group, offered, fixed, near, most + near, ways))
        return found

    def _two_ways(self, work: Work, judged: Worked, stated: Stated, offered: Offered) -> Ways:
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

    def _pool(self, way: Way | None, judged: Worked, stated: Stated, offered: Offered) -> Pool:
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

    def _stated(self, stages: tuple[str, ...]) -> Stated:
        query = self._query
        found = self._stages[stages] = Stated(
            is_for_other_stages(stages, query),
            stage_points(stages, query.stages, WEIGHTS),
            names_stage(stages, query),
            names_asylum(stages, query),
            self._number(stage_points(stages, query.stages, WEIGHTS), names_stage(stages, query)),
        )
        return found

    def _judged(self, offer: Offer) -> Offered:
        query = self._query
        out = (
            is_withheld(offer, query)
            or is_elsewhere(offer, query, self._directory.gazetteer)
            or is_about_something_else(offer, query)
        )
        found = offer_points(offer, self._measured, WEIGHTS)
        points, hours = found.points, 0.0
        if not self._timeless:
            points += season_points(offer, query, WEIGHTS)
            by_phone = offer.answers_closed and query.topic == NO_BED
            hours = max(WEIGHTS.open_now, WEIGHTS.bed_by_phone if by_phone else 0.0)
            hours *= offer.is_sure  # hours of low confidence are not used at all
        judged = self._offers[offer] = Offered(
            out,
            offer,
            points,
            points + hours + max(found.spoken if query.language else -inf, found.unspoken),
            hours,
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
        return judged

    def _worked(self, work: Work, is_asylum: bool, stages: tuple[str, ...]) -> Worked:
        found = work_points(work, stages, self._measured, WEIGHTS)
        judged = self._works[work, is_asylum] = Worked(
            is_for_others(work, self._query),
            found.points,
            found.centrality,
            found.asked,
            self._number(found.centrality, found.asked),
        )
        return judged


def _promise(each: Found) -> float:
    """Return what a shelf's services have for sure, so that the best come early."""
    shelf, stated, work = each
    return shelf.worth + stated.points + work.points


def _cost(known: Candidate) -> float:
    return -known.worth


def _most(each: Standing) -> float:
    return each.most
