"""Which services can come to stand on the list, of a hundred thousand that fit. Pure.

The order (`directory.order`) looks at nothing but points among services that are alike in a
few things: a *pool*. In a pool only the best can be chosen, so of each the best few are
enough, and the list is the same as with all of them. Three places need the three best
organisations of a pool with three services each, because what is on the list lowers the
points of the same organisation's other services.

To find them, services of one profile are judged once. Profiles are looked at from the one
whose services could get most points; a service that cannot reach its pool is not looked at.
"""

from dataclasses import dataclass
from math import inf

from directory.exclusion import (
    is_about_something_else,
    is_elsewhere,
    is_for_other_stages,
    is_for_others,
    is_of_others,
    is_withheld,
)
from directory.index import Candidate, Directory, Group, Kind
from directory.model import OpenState, Query
from directory.needs import NO_BED
from directory.order import ASYLUM, Centrality, Scored, names_asylum
from directory.profile import Offer, Profile, Work
from directory.score import (
    DIGITS,
    OfferPoints,
    WorkPoints,
    age_points,
    fare_points,
    is_named,
    near_points,
    offer_points,
    season_points,
    stage_points,
    state_points,
    way_for,
    work_points,
)
from directory.travel import WALK_M, Way, has_no_fare
from directory.weights import WEIGHTS

_SLACK = 1e-6  # a bound may be this much too low: the error of adding floats, and of rounding


def of(
    directory: Directory, query: Query, measured: Query, limit: int, *, timeless: bool = False
) -> list[Scored]:
    """Return all services that can be among the first *limit* for *query*, in no order.

    *measured*: the query with a place only if something can be near to it. *timeless*:
    whatever the moment. By the points of `directory.weights.WEIGHTS`.
    """
    judge = _Judge(directory, query, measured, limit, timeless=timeless)
    standings = [judge.standing(group) for group in directory.groups(query.needs)]
    found = [each for each in standings if each is not None]
    found.sort(key=lambda each: -each.most)
    for each in found:
        judge.look_at(each)
    return [row for pool in judge.pools.values() for row in pool.rows()]


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

    def __init__(self, key: "_Key", limit: int) -> None:
        self.floor, self._last = -inf, ""
        self._key = key
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

    def rows(self) -> list[Scored]:
        """Return what is kept."""
        key = self._key
        return [
            Scored(
                -points, key.stage, key.in_reach, key.named, key.centrality, key.asked, known, state
            )
            for rows in self._kinds.values()
            for points, _, known, state in rows
        ]


@dataclass(frozen=True, slots=True)
class _Standing:
    """What the services of *group* have in common for a query.

    *fixed*: their points without languages, age, hours and place. *most*: that with all that
    these can add; *upside*: what hours and place can add. *near*, *far*: what being within a
    walk or not adds where a bus fare matters, and the pool that it leads to.
    """

    group: Group
    fixed: float
    most: float
    upside: float
    spoken: float
    unspoken: float
    near: tuple[float, _Pool]
    far: tuple[float, _Pool]


class _Judge:
    """Judges profiles and services for one query; each part of a profile once."""

    def __init__(
        self,
        directory: Directory,
        query: Query,
        measured: Query,
        limit: int,
        *,
        timeless: bool,
    ) -> None:
        self.pools: dict[_Key, _Pool] = {}
        self._directory = directory
        self._query = query
        self._measured = measured
        self._limit = limit
        self._timeless = timeless
        self._has_fare = not has_no_fare(measured)
        self._works: dict[tuple[Work, bool], WorkPoints | None] = {}
        self._stages: dict[tuple[str, ...], tuple[bool, float, bool]] = {}
        self._offers: dict[Offer, OfferPoints | None] = {}
        self._ages: dict[object, float] = {}

    def standing(self, group: Group) -> _Standing | None:
        """Return what the services of *group* have in common; None if they are not shown."""
        profile = group.profile
        out, stage, is_asylum = self._stage(profile.stages)
        offer = None if out else self._offer(profile.offer)
        work = None if offer is None else self._work(profile, is_asylum)
        if offer is None or work is None:
            return None
        query = self._measured
        others = profile.work.needs[0] not in query.needs and is_of_others(profile.offer, query)
        if others:
            return None
        near, far = self._ways(profile, work, offer, stage)
        fixed = work.points + offer.points
        upside = self._upside(profile.offer)
        if not self._timeless:
            fixed += season_points(profile.offer, query, WEIGHTS)
        most = fixed + max(offer.spoken, offer.unspoken) + upside + max(near[0], far[0])
        return _Standing(group, fixed, most, upside, offer.spoken, offer.unspoken, near, far)

    def _ways(
        self, profile: Profile, work: WorkPoints, offer: OfferPoints, stage: float
    ) -> tuple[tuple[float, _Pool], tuple[float, _Pool]]:
        named = is_named(profile, offer, self._measured)
        found = []
        for is_near in (True, False):
            how = None if self._has_fare else way_for(profile, self._measured, is_near=is_near)
            key = _Key(
                profile.offer.takes_people,
                work.centrality,
                how is not Way.BUS,
                named,
                profile.offer.is_sure,
                work.asked,
                stage,
            )
            pool = self.pools.get(key)
            if pool is None:
                pool = self.pools[key] = _Pool(key, self._limit)
            found.append((fare_points(how, WEIGHTS), pool))
            if self._has_fare:
                return found[0], found[0]
        return found[0], found[1]

    def _upside(self, offer: Offer) -> float:
        """Return the most that hours and nearness can add."""
        most = 0.0
        if self._measured.place is not None and offer.has_point:
            most += WEIGHTS.near
        if self._timeless:
            return most
        bed = offer.answers_closed and self._query.topic == NO_BED
        return most + (WEIGHTS.bed_by_phone if bed else WEIGHTS.open_now)

    def look_at(self, each: _Standing) -> None:
        """Put the services of a profile into their pools, while they can reach them."""
        offer, timed = each.group.profile.offer, not self._timeless
        query, place = self._measured, self._measured.place
        (near, near_pool), (far, far_pool) = each.near, each.far
        best = each.upside + max(near, far) + _SLACK
        for known in each.group.rows:
            speaks = query.language is not None and query.language in known.service.languages
            points = each.fixed + (each.spoken if speaks else each.unspoken)
            if timed:
                points += self._age(known)
            if points + best < near_pool.floor and points + best < far_pool.floor:
                continue
            away = None if place is None else known.metres_from(place.point)
            bonus, pool = (
                (near, near_pool) if away is not None and away <= WALK_M else (far, far_pool)
            )
            points += bonus + near_points(offer, away, WEIGHTS)
            state = None
            if timed:
                state = self._directory.state_of(known, query.at)
                points += state_points(offer, state, query, WEIGHTS)
            pool.add(round(points, DIGITS), known, state)

    def _age(self, known: Candidate) -> float:
        found = self._ages.get(known.dated)
        if found is None:
            found = self._ages[known.dated] = age_points(known.dated, self._query.at, WEIGHTS)
        return found

    def _stage(self, stages: tuple[str, ...]) -> tuple[bool, float, bool]:
        """Return whether *stages* exclude the person, their points, and if asylum is in them."""
        found = self._stages.get(stages)
        if found is None:
            query = self._query
            found = self._stages[stages] = (
                is_for_other_stages(stages, query),
                stage_points(stages, query.stages, WEIGHTS),
                names_asylum(stages, query),
            )
        return found

    def _offer(self, offer: Offer) -> OfferPoints | None:
        if offer not in self._offers:
            out = (
                is_withheld(offer, self._query)
                or is_elsewhere(offer, self._query, self._directory.gazetteer)
                or is_about_something_else(offer, self._query)
            )
            self._offers[offer] = None if out else offer_points(offer, self._measured, WEIGHTS)
        return self._offers[offer]

    def _work(self, profile: Profile, is_asylum: bool) -> WorkPoints | None:
        work = profile.work
        key = work, is_asylum and work.needs[0] == ASYLUM
        if key not in self._works:
            out = is_for_others(work, self._query)
            points = work_points(work, profile.stages, self._measured, WEIGHTS)
            self._works[key] = None if out else points
        return self._works[key]
