"""Which services fit, in which order, and why. Pure.

First what is never shown: a service that says it is not for this person, is closed, or is
in another town only. The rest gets points, a sum of weights (`directory.weights`), and is put
in order by the rule of `directory.order`, so that every place in a list can be explained.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

from directory import lines, order
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
from directory.order import OLD, YOUNG, Scored, centrality, main_needs, names_stage
from directory.places import Reach, distance_m
from directory.reasons import reasons
from directory.weights import WEIGHTS, Weights
from locales.errors import N_, Text

FIRST = 3  # results on the first screen
NEAR_TOWN_M = 15_000  # a service of another town is shown to people this near to it
_TRUST = {confidence: place for place, confidence in enumerate(Confidence)}
_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


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

    The order is that of `directory.order`: it never depends on the order of the data.
    """
    scored = _scored(directory, query, weights)
    shown = _measured(directory, query)
    return [
        _match(directory, row.known, shown, row.state)
        for row in order.choose(scored, query, limit, weights)
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


def _scored(directory: Directory, query: Query, weights: Weights) -> list[Scored]:
    """Return every service that may be shown, by points and id."""
    measured = _measured(directory, query)
    scored = []
    for known in directory.candidates(query.needs):
        if not (excluded(known, query) or _elsewhere(directory, known, query)):
            state = _state(directory, known.service, query.at)
            scored.append(_row(known, measured, state, weights))
    scored.sort(key=lambda row: (-row.points, row.service.id))
    return scored


def _measured(directory: Directory, query: Query) -> Query:
    """Return *query* without a place that nothing is near to: the whole city, or far away."""
    place, gazetteer = query.place, directory.gazetteer
    if place is None or not (gazetteer.is_whole(place) or gazetteer.is_far(place)):
        return query
    return replace(query, place=None)


def _row(known: Candidate, query: Query, state: OpenState, weights: Weights) -> Scored:
    needs = main_needs(known.service, query)
    central = centrality(needs, query.needs)
    stage = _stage_points(known.service.eligibility, query.stages, weights)
    named = names_stage(known.service, query)
    return Scored(_points(known, needs, query, state, weights), stage, named, central, known, state)


def _state(directory: Directory, service: Service, at: datetime) -> OpenState:
    """Return whether the service is open; hours of low confidence are not used at all."""
    if service.confidence is Confidence.LOW or at == _ANY_MOMENT:
        return UNKNOWN
    return opening(service.opening_hours, at, zone=directory.zone, country=directory.country)


def _points(
    known: Candidate, needs: tuple[str, ...], query: Query, state: OpenState, weights: Weights
) -> float:
    """Return the sum of every weight that applies, but for the stage's."""
    service = known.service
    points = _need_points(needs, query.needs, weights)
    if service.needs[0] in query.needs and service.needs[0] in known.tells:
        points += weights.own_words
    points += _danger_points(service.needs, query.needs, weights)
    points += _trust_points(service, state, weights)
    points += _person_points(service, query, weights)
    points += _language_points(known, query.language, weights)
    points += _access_points(service, query.audience, weights)
    return points + _place_points(known, query, weights)


def _need_points(offered: tuple[str, ...], asked: tuple[str, ...], weights: Weights) -> float:
    """Return points for what is *offered*; an asked danger and what is asked first count most."""
    last = len(weights.need) - 1
    each = []
    for need in asked:
        if need in offered:
            share = 1.0 if need == asked[0] or NEEDS[need].danger else weights.later_need
            each.append(share * weights.need[min(offered.index(need), last)])
    each.sort(reverse=True)
    share = weights.next_to_danger if is_danger(asked) else weights.next_need
    return each[0] + share * sum(each[1:]) if each else 0.0


def _danger_points(offered: tuple[str, ...], asked: tuple[str, ...], weights: Weights) -> float:
    return weights.danger_unasked if is_danger(offered[:2]) and not is_danger(asked) else 0.0


def _stage_points(stated: tuple[str, ...], stages: tuple[str, ...], weights: Weights) -> float:
    if ANYONE in stated:
        return weights.anyone
    if not stages:
        return weights.for_newcomers if len(stated) > 1 else 0.0
    return weights.stage_stated if set(stages) & set(stated) else 0.0


def _trust_points(service: Service, state: OpenState, weights: Weights) -> float:
    points = weights.confidence[_TRUST[service.confidence]]
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
        points += _age_points(query.age, weights)
    if query.age is not None:
        points += _age_group_points(service.needs, query.needs, query.age, weights)
    return points


def _age_points(age: int | None, weights: Weights) -> float:
    """Return points for a service that is for some ages only, and *age* is none of the others."""
    if age is None:
        return weights.age_unknown
    return weights.child_fits if age < lines.CHILD else weights.age_fits


def _age_group_points(
    offered: tuple[str, ...], asked: tuple[str, ...], age: int, weights: Weights
) -> float:
    points = 0.0
    for group, fits in (("young_people", age <= YOUNG), ("older_people", age >= OLD)):
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
