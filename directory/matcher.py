"""Which services fit, in which order, and why. Pure.

First what is never shown: a service that says it is not for this person, is closed, or is
in another town only. The rest is ordered by a sum of weights (`Weights`), so that every
place in a list can be explained.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache

from directory import lines
from directory.hours import UNKNOWN, opening
from directory.index import Candidate, Directory, language_name
from directory.model import (
    ANYONE,
    Audience,
    Channel,
    Confidence,
    Found,
    Gender,
    Match,
    Opening,
    OpenState,
    Query,
    Referral,
    Service,
    Status,
)
from directory.needs import GENERAL, NEEDS, is_danger
from directory.places import Reach, distance_m
from directory.reasons import reasons
from locales.errors import N_, Text

FIRST = 3  # results on the first screen
NEAR_TOWN_M = 15_000  # a service of another town is shown to people this near to it
_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
_YOUNG, _OLD = 25, 55  # ages up to and from which "young" and "older people" are meant


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each fact counts, in points; about ten points are one good reason.

    Our judgement, tuned on personas (tests/directory/test_personas.py).
    """

    need: tuple[float, ...] = (10, 7.5, 5.5, 4.5, 4, 3.5)  # by place among the service's needs
    next_need: float = 0.4  # share that each further need asked for adds
    stage_stated: float = 7.5
    anyone: float = 2
    for_newcomers: float = 2.5  # names several stages, and we do not know the person's
    confidence: tuple[float, float, float] = (3, 2, 0)  # high, medium, low
    open_status: float = 0.5
    walk_in: float = 0.5
    agency_only: float = -2.5  # for the public; workers can refer
    open_now: float = 1
    danger_unasked: float = -8  # about danger first of all, and nobody spoke of danger
    for_women_asked: float = 2.5
    for_women_unknown: float = -4  # women-only and we do not know who asks
    age_fits: float = 2
    age_unknown: float = -8  # only for some ages and we do not know the age
    wrong_age_group: float = -4  # about young or older people, and the person is not
    language_spoken: float = 3
    other_language: float = -3  # named after another language's community
    near: float = 6  # at the door; 0 at `near_m`, as much below at twice that
    near_m: float = 5_000
    somewhere: float = -1.5  # in one part of the city, and we do not know where the person is
    country_wide: float = -1  # not of this city
    same_kind: float = -5  # another of the same organisation for the same needs is above
    new_need: float = 3  # meets an asked need that no result above meets


WEIGHTS = Weights()


def find(directory: Directory, query: Query, limit: int = FIRST) -> Found:
    """Return the best *limit* services and the helplines for *query*; never nothing at all.

    Where no service meets a need for this person, the needs close to it are tried, and
    `relaxed` says so. What a service says about whom it is for is never set aside: that
    would send people to a door that stays closed to them.
    """
    helplines = lines.choose(directory, query)
    matches = rank(directory, query, limit=limit)
    if matches:
        return Found(matches, helplines)
    for needs, text in _wider(query.needs):
        if matches := rank(directory, replace(query, needs=needs), limit=limit):
            return Found(matches, helplines, (text,))
    return Found(
        (),
        helplines,
        (Text(N_("No place fits all your answers. Please call one of the helplines.")),),
    )


def rank(
    directory: Directory, query: Query, *, limit: int = FIRST, weights: Weights = WEIGHTS
) -> list[Match]:
    """Return the services that fit *query*, best first, at most *limit*.

    Services that take people in come before full and paused ones; those that say yes to the
    stage, for what they mainly do, before others; then the points decide, so that each asked
    need has its turn and several alike do not fill the list. Ties go by id: the order never
    depends on the order of the data.
    """
    scored = _scored(directory, query, weights)
    return [
        _match(directory, known, query, state)
        for _, known, state in _spread(scored, query, limit, weights)
    ]


def next_question(directory: Directory, query: Query) -> str | None:
    """Return which answer could still change the first results: need, stage, place or None."""
    if not query.needs:
        return "need"
    stages = (
        ("asylum_seeker",),
        ("refugee",),
        ("refused_asylum_seeker",),
        ("other_migrant", "nrpf"),
    )
    if not query.stages and would_change(
        directory, query, [replace(query, stages=s) for s in stages]
    ):
        return "stage"
    gazetteer = directory.gazetteer
    places = [gazetteer.by_key(district.id) for district in gazetteer.districts]
    if query.place is None and would_change(
        directory, query, [replace(query, place=place) for place in places]
    ):
        return "place"
    return None


def would_change(directory: Directory, query: Query, others: Sequence[Query]) -> bool:
    """Say whether one of *others* has other first results than *query*.

    The moment is left out, so that the same answers lead to the same questions always.
    """
    first = _first_ids(directory, replace(query, at=_ANY_MOMENT))
    return any(_first_ids(directory, replace(o, at=_ANY_MOMENT)) != first for o in others)


@lru_cache(maxsize=4096)
def _first_ids(directory: Directory, query: Query) -> tuple[str, ...]:
    timeless = replace(WEIGHTS, open_now=0)
    found = rank(directory, query, limit=FIRST, weights=timeless)
    return tuple(match.service.id for match in found)


def excluded(known: Candidate, query: Query) -> bool:
    """Say whether *known* must not be shown for *query*, whatever else speaks for it."""
    service = known.service
    return (
        service.status is Status.CLOSED
        or (service.audience is Audience.WORKERS and query.audience is not Audience.WORKERS)
        or _wrong_gender(service.gender, query.gender)
        or _wrong_age(service, query.age)
        or _wrong_stage(service.eligibility, query.stages)
    )


def _wrong_gender(service: Gender, person: Gender | None) -> bool:
    known = person is not None and person is not Gender.ANY
    return known and service is not Gender.ANY and service is not person


def _wrong_age(service: Service, age: int | None) -> bool:
    if age is None:
        return False
    too_young = service.min_age is not None and age < service.min_age
    return too_young or (service.max_age is not None and age > service.max_age)


def _wrong_stage(eligibility: tuple[str, ...], stages: tuple[str, ...]) -> bool:
    if not eligibility or not stages or ANYONE in eligibility:
        return False
    return not set(eligibility) & set(stages)


def _elsewhere(directory: Directory, known: Candidate, query: Query) -> bool:
    """Say whether the service is of another town and the person is not there."""
    if known.reach is not Reach.OUTSIDE:
        return False
    place = query.place
    if place is None or directory.gazetteer.in_area(place):
        return True
    there = directory.gazetteer.find(known.service.area)
    return there is None or distance_m(there.point, place.point) > NEAR_TOWN_M


_Scored = tuple[float, Candidate, OpenState]


def _scored(directory: Directory, query: Query, weights: Weights) -> list[_Scored]:
    scored = []
    for known in directory.candidates(query.needs):
        if excluded(known, query) or _elsewhere(directory, known, query):
            continue
        state = _state(directory, known.service, query.at)
        scored.append((score(known, query, state, weights), known, state))
    scored.sort(key=lambda row: (-row[0], row[1].service.id))
    return scored


def _state(directory: Directory, service: Service, at: datetime) -> OpenState:
    """Return whether the service is open; hours of low confidence are not used at all."""
    if service.confidence is Confidence.LOW or at == _ANY_MOMENT:
        return UNKNOWN
    return opening(service.opening_hours, at, zone=directory.zone, country=directory.country)


def score(known: Candidate, query: Query, state: OpenState, weights: Weights = WEIGHTS) -> float:
    """Return the points of *known* for *query*: the sum of every weight that applies."""
    service = known.service
    points = _need_points(service.needs, query.needs, weights)
    points += _stage_points(service.eligibility, query.stages, weights)
    points += _trust_points(service, state, weights)
    points += _person_points(service, query, weights)
    points += _language_points(known, query.language, weights)
    points += _access_points(service, query.audience, weights)
    return points + _place_points(known, query, weights)


def _need_points(offered: tuple[str, ...], asked: tuple[str, ...], weights: Weights) -> float:
    last = len(weights.need) - 1
    each = [weights.need[min(offered.index(n), last)] for n in asked if n in offered]
    if not each:
        return 0.0
    each.sort(reverse=True)
    points = each[0] + weights.next_need * sum(each[1:])
    if is_danger(offered[:1]) and not is_danger(asked):
        points += weights.danger_unasked
    return points


def _stage_points(stated: tuple[str, ...], stages: tuple[str, ...], weights: Weights) -> float:
    if ANYONE in stated:
        return weights.anyone
    if not stages:
        return weights.for_newcomers if len(stated) > 1 else 0.0
    return weights.stage_stated if set(stages) & set(stated) else 0.0


def _trust_points(service: Service, state: OpenState, weights: Weights) -> float:
    points = weights.confidence[list(Confidence).index(service.confidence)]
    if service.status is Status.OPEN:
        points += weights.open_status
    return points + (weights.open_now if state.now is Opening.OPEN else 0.0)


def _person_points(service: Service, query: Query, weights: Weights) -> float:
    points = 0.0
    if service.gender is query.gender:
        points += weights.for_women_asked if service.gender is not Gender.ANY else 0.0
    elif service.gender is not Gender.ANY:
        # somebody who asks for just what it does is more likely to be meant
        share = 0.5 if service.needs[0] in query.needs else 1.0
        points += weights.for_women_unknown * share
    elif query.gender is Gender.WOMEN and "women" in service.needs:
        points += weights.for_women_asked / 2
    if service.max_age is not None:
        points += weights.age_unknown if query.age is None else weights.age_fits
    if query.age is not None:
        points += _age_group_points(service.needs, query.needs, query.age, weights)
    return points


def _age_group_points(
    offered: tuple[str, ...], asked: tuple[str, ...], age: int, weights: Weights
) -> float:
    points = 0.0
    for group, fits in (("young_people", age <= _YOUNG), ("older_people", age >= _OLD)):
        if group in offered[:2] and group not in asked:
            points += weights.age_fits if fits else weights.wrong_age_group
    return points


def _language_points(known: Candidate, language: str | None, weights: Weights) -> float:
    if language is not None and language in known.service.languages:
        return weights.language_spoken
    name = None if language is None else language_name(language)
    if name is not None and name in known.spoken:
        return weights.language_spoken
    return weights.other_language if known.named else 0.0


def _access_points(service: Service, audience: Audience, weights: Weights) -> float:
    points = weights.walk_in if service.access.walk_in else 0.0
    if service.access.referral is Referral.AGENCY and audience is Audience.PUBLIC:
        points += weights.agency_only
    return points


def _place_points(known: Candidate, query: Query, weights: Weights) -> float:
    points = weights.country_wide if known.reach is Reach.WIDE else 0.0
    if query.place is None:
        somewhere = known.reach is Reach.PART and not known.service.confidential_location
        return points + (weights.somewhere if somewhere else 0.0)
    if known.point is None:
        return points
    away = distance_m(query.place.point, known.point) / weights.near_m
    near = weights.near * max(-1.0, 1.0 - away)
    return points + (max(near, 0.0) if _reaches_out(known) else near)


def _reaches_out(known: Candidate) -> bool:
    """Say whether one can be helped from far away: for the whole area and not only in person."""
    return known.reach is not Reach.PART and set(known.service.channels) != {Channel.IN_PERSON}


def _spread(scored: list[_Scored], query: Query, limit: int, weights: Weights) -> list[_Scored]:
    """Return the first *limit*, so that each asked need and each kind of place has its turn."""
    chosen: list[_Scored] = []
    met: set[str] = set()
    kinds: set[tuple[str, tuple[str, ...]]] = set()
    rest = list(scored)
    while rest and len(chosen) < limit:
        best = max(rest, key=lambda row: _turn(row, query, met, kinds, weights))
        rest.remove(best)
        chosen.append(best)
        met |= set(best[1].service.needs)
        kinds.add(_kind(best[1].service))
    return chosen


def _turn(
    row: _Scored,
    query: Query,
    met: set[str],
    kinds: set[tuple[str, tuple[str, ...]]],
    weights: Weights,
) -> tuple[bool, bool, float]:
    points, service = row[0], row[1].service
    if met and any(need in service.needs and need not in met for need in query.needs):
        points += weights.new_need
    if _kind(service) in kinds:
        points += weights.same_kind
    return _takes_people(service), _stated(service, query), points


def _takes_people(service: Service) -> bool:
    return service.status not in {Status.FULL, Status.PAUSED}


def _stated(service: Service, query: Query) -> bool:
    """Say whether a service says yes to the stage for one of the two things it mainly does.

    What it does besides counts by its points only.
    """
    mainly = set(service.needs[:2]) & set(query.needs)
    return bool(query.stages and service.eligibility and mainly)


def _kind(service: Service) -> tuple[str, tuple[str, ...]]:
    return service.organization, service.needs


def _match(directory: Directory, known: Candidate, query: Query, state: OpenState) -> Match:
    service, place = known.service, query.place
    shown = service.confidence is not Confidence.LOW
    away = None
    secret = service.confidential_location
    if shown and not secret and place is not None and service.location is not None:
        measured = not directory.gazetteer.is_district(place)
        away = distance_m(place.point, service.location) if measured else None
    return Match(service, reasons(known, query, away, state), away, state, shown)


def _wider(needs: tuple[str, ...]) -> list[tuple[tuple[str, ...], Text]]:
    """Return what to try when no service meets *needs*: close needs, then advice."""
    close = tuple(dict.fromkeys(c for need in needs if need in NEEDS for c in NEEDS[need].close))
    near = Text(N_("No place fits exactly. These places help with something close to it."))
    advice = Text(N_("No place fits exactly. These places give advice and know others."))
    return [(close, near), ((GENERAL,), advice)]
