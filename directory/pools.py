"""The best of services that are alike in all that the order looks at beside points. Pure.

A pool keeps so few that all of a hundred thousand services need not be remembered, and so many
that the list is the same: see the two rules at `Pool` and `Front`.
"""

from dataclasses import dataclass
from math import inf

from directory.index import Candidate, Kind
from directory.order import Centrality, Scored

SLACK = 1e-5  # more than the error of adding floats in another order, and of rounding


@dataclass(frozen=True, slots=True)
class Key:
    """In what services of one pool are alike (see `directory.order.Scored`)."""

    takes_people: bool
    centrality: Centrality
    in_reach: bool
    named: bool
    is_sure: bool
    asked: frozenset[str]
    stage: float

    @property
    def is_main(self) -> bool:
        """Whether what is asked is the main thing that they do, and they take people in."""
        return self.takes_people and self.centrality <= Centrality.MAIN


class Front:
    """The best kinds of main services that come in the same turn, whatever stages they state.

    Only of those that no rule of the order passes over: sure, and about what was asked first.
    With *limit* kinds one is not on the list yet; so whoever has fewer points than the last of
    them, also with what a new need adds (*margin*), is not chosen and decides nothing.
    """

    def __init__(self, limit: int, margin: float) -> None:
        self.margin = margin
        self.pools: list[Pool] = []
        self.best: dict[Kind, float] = {}
        self._limit = limit

    def add(self, kind: Kind, points: float) -> None:
        """Note a service of *kind* with its *points*, those of its stage with them."""
        if points <= self.best.get(kind, -inf):
            return
        self.best[kind] = points
        if len(self.best) < self._limit:
            return
        best = sorted(self.best.items(), key=lambda each: -each[1])[: self._limit]
        self.best = dict(best)
        for pool in self.pools:
            pool.floor = max(pool.floor, best[-1][1] - self.margin - pool.key.stage - SLACK)


class Pool:
    """The best services of those alike: of each of the best *limit* kinds the best *limit*.

    With *limit* kinds one is not on the list yet; so whoever has fewer points than the last of
    them, by its best service, is not chosen. *floor*: fewer points than this never count.
    """

    __slots__ = ("_front", "_kinds", "_last", "_least", "_limit", "floor", "key")

    def __init__(self, key: Key, limit: int, front: Front | None) -> None:
        self.key = key
        self.floor = -inf
        self._least, self._last = -inf, ""
        self._limit = limit
        self._front = front
        self._kinds: dict[Kind, list[tuple[float, str, Candidate]]] = {}

    def add(self, points: float, known: Candidate) -> None:
        """Keep *known* while it is among the best."""
        service_id = known.service.id
        if points < self.floor or (points == self._least and service_id > self._last):
            return
        rows = self._kinds.setdefault(known.kind, [])
        rows.append((-points, service_id, known))
        rows.sort(key=lambda row: row[:2])
        del rows[self._limit :]
        if len(self._kinds) >= self._limit:
            self._raise_the_floor()
        if self._front is not None:
            self._front.add(known.kind, points + self.key.stage)

    def _raise_the_floor(self) -> None:
        kinds = sorted(self._kinds, key=lambda kind: self._kinds[kind][0][:2])
        for kind in kinds[self._limit :]:
            del self._kinds[kind]
        points, self._last = self._kinds[kinds[self._limit - 1]][0][:2]
        self._least = -points
        self.floor = max(self.floor, self._least)

    def rows(self) -> list[Scored]:
        """Return what is kept."""
        key = self.key
        return [
            Scored(
                -points, key.stage, key.in_reach, key.named, key.centrality, key.asked, known, None
            )
            for rows in self._kinds.values()
            for points, _, known in rows
        ]


class Pools:
    """All pools of one query: *first* was asked first; *margin*: what a new need adds."""

    def __init__(self, limit: int, first: str | None, margin: float) -> None:
        self._limit = limit
        self._first = first
        self._margin = margin
        self._pools: dict[Key, Pool] = {}
        self._fronts: dict[tuple[Centrality, bool, bool], Front] = {}

    def of(self, key: Key) -> Pool:
        """Return the pool of services that are alike in *key*."""
        pool = self._pools.get(key)
        if pool is None:
            pool = self._pools[key] = self._made(key)
        return pool

    def _made(self, key: Key) -> Pool:
        if not key.is_main:
            return Pool(key, self._limit, None)
        turn = key.centrality, key.in_reach, key.named
        front = self._fronts.get(turn)
        if front is None:
            front = self._fronts[turn] = Front(self._limit, self._margin)
        leads = key.is_sure and self._first in key.asked
        pool = Pool(key, self._limit, front if leads else None)
        front.pools.append(pool)
        return pool

    def least_of_mains(self) -> float:
        """Return what the best main service has at least, whatever is on the list already."""
        best: dict[Kind, float] = {}
        for (_, in_reach, _), front in self._fronts.items():
            for kind, points in front.best.items() if in_reach else ():
                best[kind] = max(points, best.get(kind, -inf))
        if len(best) < self._limit:
            return -inf
        return sorted(best.values(), reverse=True)[self._limit - 1]

    def rows(self) -> list[Scored]:
        """Return all that is kept, in no order."""
        return [row for pool in self._pools.values() for row in pool.rows()]
