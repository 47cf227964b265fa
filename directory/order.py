"""In which order services that fit are shown: what a service is for comes first. Pure.

The rule, from the strongest part to the weakest:

1. Services that take people in come before full and paused ones.
2. Where danger was asked about, two services that are mainly about it come first; else one
   that meets the need that was asked first.
3. Services are put into groups by how central the asked need is to them (`Centrality`).
   The next one shown is of the group that holds the best points.
4. In a group, what can be reached comes first where somebody has no bus fare
   (`directory.travel`), then a service that names the person's stage or the community of
   their language; between groups that is points. `anyone` is no
   name and gives a few points only. Neither lets an offer on the side pass a service whose
   main purpose it is: that takes other facts, such as nearness or language.
5. Of the first three at most one is of low confidence, whose phone and address are not
   shown, while others fit that are for what was asked or have it in second place. But not
   in danger, and one that names the person's stage or community keeps its place.
6. Then the points decide. They change with what is above: each asked need has its turn, and
   several alike do not fill the list. Ties go by id.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from math import inf

from directory.index import Candidate, Kind
from directory.model import ANYONE, OpenState, Query, Service
from directory.needs import ASYLUM_STAGES, NEEDS, is_danger
from directory.profile import Work
from directory.weights import Weights

YOUNG, OLD = 25, 55  # ages up to and from which "young" and "older people" are meant
HOMES = {"housing", "homelessness"}
ASYLUM = "asylum_support"
FIRST = 3  # places on the first screen, of which one may be without a way to reach it
DANGER_FIRST = 2  # services mainly about an asked danger that come before all others


class Centrality(IntEnum):
    """How central what is asked is to a service, the most central first."""

    DANGER = 0  # its main need is an asked danger
    FIRST = 1  # its main need was asked first
    MAIN = 2  # its main need was asked as well
    SECOND = 3
    THIRD = 4
    BESIDE = 5


NEAR = Centrality.SECOND  # as central as this is near enough to what was asked


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """A service that fits: its points without its stage, and what the stage adds.

    *in_reach*: the person can get there, or has the fare. *named*: it names the person's
    stage or the community of their language. *asked*: which of the asked needs it meets.
    *stage*: points by which the stage counts. *state*: None where the moment does not count.
    """

    points: float
    stage: float
    in_reach: bool
    named: bool
    centrality: Centrality
    asked: frozenset[str]
    known: Candidate
    state: OpenState | None

    @property
    def service(self) -> Service:
        """The service itself."""
        return self.known.service

    @property
    def is_sure(self) -> bool:
        """Whether its phone and address may be shown."""
        return self.known.profile.offer.is_sure

    @property
    def takes_people(self) -> bool:
        """Whether it has places: it is neither full nor paused."""
        return self.known.profile.offer.takes_people


def main_needs(work: Work, stages: Iterable[str], query: Query) -> tuple[str, ...]:
    """Return what a service does, the main thing first, for the person who asks.

    *stages*: whom it says that it helps. A first need that only says for whom it is, and
    that is this person, is passed over: a women's centre with English classes is mainly that
    for a woman who wants to learn English. Help in danger is never mainly that of a centre
    that does much else.
    """
    first, *others = work.needs
    if first in query.needs or not others or NEEDS[others[0]].danger:
        return work.needs
    return tuple(others) if _is_of(first, stages, query) else work.needs


def _is_of(group: str, stages: Iterable[str], query: Query) -> bool:
    """Say whether *group* is a need that means a kind of people, and this person is of it."""
    if group in query.groups:
        return True
    if group == "women":
        return query.gender is not None and query.gender.value == "women"
    if group == ASYLUM:
        return names_asylum(stages, query)
    if query.ages is None:
        return False
    if group == "young_people":
        return query.ages[1] <= YOUNG
    return group == "older_people" and query.ages[0] >= OLD


def names_asylum(stages: Iterable[str], query: Query) -> bool:
    """Say whether one of *stages* is of asylum, and the person's."""
    return not ASYLUM_STAGES.intersection(query.stages).isdisjoint(stages)


def centrality(needs: tuple[str, ...], asked: tuple[str, ...]) -> Centrality:
    """Return how central what is *asked* is to a service with *needs*, its main one first.

    Help with housing and help without a home are one thing to a service that does both.
    """
    main = needs[0]
    if main not in asked and set(needs[:2]) == HOMES:
        main = needs[1]
    if main in asked:
        if NEEDS[main].danger:
            return Centrality.DANGER
        return Centrality.FIRST if main == asked[0] else Centrality.MAIN
    place = min(needs.index(need) for need in asked if need in needs)
    return Centrality(min(Centrality.MAIN + place, Centrality.BESIDE))


def names_stage(stages: Iterable[str], query: Query) -> bool:
    """Say whether *stages* name one of the person's; `anyone` is no name."""
    return bool(set(query.stages).intersection(stages) - {ANYONE})


@dataclass(slots=True)
class _Shown:
    """What is on the list so far."""

    met: set[str] = field(default_factory=set)
    kinds: set[Kind] = field(default_factory=set)
    about_danger: int = 0
    number: int = 0
    unsure: int = 0

    def add(self, row: Scored) -> None:
        self.met |= row.known.needs
        self.kinds.add(row.known.kind)
        self.about_danger += row.centrality is Centrality.DANGER
        self.number += 1
        self.unsure += not row.is_sure


def choose(scored: Iterable[Scored], query: Query, limit: int, weights: Weights) -> list[Scored]:
    """Return the first *limit* of *scored*, in order; of equal ones the first by id."""
    chosen: list[Scored] = []
    shown = _Shown()
    rows = sorted(scored, key=lambda row: (-row.points, row.service.id))
    for rest in (
        [row for row in rows if row.takes_people],
        [row for row in rows if not row.takes_people],
    ):
        while rest and len(chosen) < limit:
            best = _next(rest, query, shown, weights)
            rest.remove(best)
            chosen.append(best)
            shown.add(best)
    return chosen


def _next(rest: list[Scored], query: Query, shown: _Shown, weights: Weights) -> Scored:
    """Return the first of the group that holds the best points (see the rule above)."""
    turns = [(_turn(row, shown, weights), row) for row in rest]
    if is_danger(query.needs):
        if shown.about_danger < DANGER_FIRST:
            turns = [each for each in turns if each[1].centrality is Centrality.DANGER] or turns
    elif not shown.met:
        turns = _firsts(turns, query)
    if shown.unsure and shown.number < FIRST and not is_danger(query.needs):
        sure = [
            each
            for each in turns
            if (each[1].is_sure and each[1].centrality <= NEAR) or each[1].named
        ]
        turns = sure or turns
    mains = [each for each in turns if each[1].centrality <= Centrality.MAIN]
    sides = [each for each in turns if each[1].centrality > Centrality.MAIN]
    best_side = max((turn for turn, _ in sides), default=-inf)
    if mains and max(turn + row.stage for turn, row in mains) >= best_side:
        return _first_of_best_group(mains)
    return _first_of_best_group(sides)


def _firsts(turns: list[tuple[float, Scored]], query: Query) -> list[tuple[float, Scored]]:
    """Return what may stand first: within reach if one has no fare, and what was asked first."""
    if not all(row.in_reach for _, row in turns):
        near = [e for e in turns if e[1].in_reach and e[1].centrality <= Centrality.MAIN]
        turns = near or turns
    return [each for each in turns if query.needs[0] in each[1].asked] or turns


def _first_of_best_group(turns: list[tuple[float, Scored]]) -> Scored:
    """Return the first of the group whose best points are highest; of two, the more central."""
    groups: dict[Centrality, float] = {}
    firsts: dict[Centrality, tuple[bool, bool, float, Scored]] = {}
    for turn, row in turns:
        points, group = turn + row.stage, row.centrality
        groups[group] = max(groups.get(group, -inf), points)
        if group not in firsts or (row.in_reach, row.named, points) > firsts[group][:3]:
            firsts[group] = (row.in_reach, row.named, points, row)
    return firsts[max(groups, key=lambda group: (groups[group], -group))][3]


def _turn(row: Scored, shown: _Shown, weights: Weights) -> float:
    """Return the points of *row*, now that something is on the list."""
    points = row.points
    if not shown.met:
        return points
    if not row.asked <= shown.met:
        points += weights.new_need
    return points + (weights.same_kind if row.known.kind in shown.kinds else 0.0)
