"""How many points a service gets for a query: a sum of weights, each with its reason. Pure."""

from directory.index import Candidate, language_name
from directory.model import (
    ANYONE,
    Audience,
    Channel,
    Confidence,
    Gender,
    Opening,
    OpenState,
    Query,
    Referral,
    Service,
    Status,
)
from directory.needs import CHILD, NEEDS, NO_BED, is_danger
from directory.order import OLD, YOUNG, Centrality, Scored, centrality, main_needs, names_stage
from directory.places import Reach, distance_m
from directory.reasons import instead
from directory.travel import Way, has_no_fare, way
from directory.weights import Weights

_TRUST = {confidence: place for place, confidence in enumerate(Confidence)}
_YEAR = 365  # days
FROSTLESS = range(5, 10)  # months in which Leeds hardly ever freezes at night (Met Office)


def score(known: Candidate, query: Query, state: OpenState | None, weights: Weights) -> Scored:
    """Return *known* with its points; without a *state* the moment does not count."""
    service = known.service
    needs = main_needs(service, query)
    central = centrality(needs, query.needs)
    if central <= Centrality.MAIN and _may_be_for_others(service, query):
        central = max(central, Centrality.SECOND)
    return Scored(
        _points(known, needs, query, state, weights),
        _stage_points(service.eligibility, query.stages, weights),
        in_reach=not has_no_fare(query) or way(known, query) is not Way.BUS,
        named=_is_named(known, query),
        centrality=central,
        asked=known.needs.intersection(query.needs),
        known=known,
        state=state,
    )


def _may_be_for_others(service: Service, query: Query) -> bool:
    """Say whether it is for one gender or some ages, and we do not know the person's.

    Danger is another matter: there a right door is worse to miss than a wrong one to see.
    """
    of_a_gender = service.gender is not Gender.ANY and query.gender is None
    of_an_age = service.max_age is not None and query.ages is None
    return (of_a_gender or of_an_age) and not is_danger(query.needs)


def _is_named(known: Candidate, query: Query) -> bool:
    """Say whether it names the person's stage or community, and there is a way to it.

    To one of low confidence that takes people from workers only, the public has none: no
    number is shown, and nobody could sign them up.
    """
    service = known.service
    closed = service.access.referral is Referral.AGENCY and service.confidence is Confidence.LOW
    if closed and query.audience is Audience.PUBLIC:
        return False
    return names_stage(service, query) or of_community(known, query.language)


def of_community(known: Candidate, language: str | None) -> bool:
    """Say whether the service is named after the community of people who speak *language*."""
    return language is not None and language_name(language) in known.named


def _points(
    known: Candidate,
    needs: tuple[str, ...],
    query: Query,
    state: OpenState | None,
    weights: Weights,
) -> float:
    """Return the sum of every weight that applies, but for the stage's."""
    service = known.service
    points = _need_points(needs, query.needs, weights)
    if known.only_in_frost and query.topic != NO_BED:
        points += weights.only_in_frost
    if service.needs[0] in query.needs and service.needs[0] in known.tells:
        points += weights.own_words
    if query.topic in known.topics and not _is_out_of_reach_tonight(service, query):
        points += weights.topic
    points += _danger_points(service.needs, query, weights)
    points += _trust_points(service, weights)
    points += 0.0 if state is None else _moment_points(known, query, state, weights)
    points += _person_points(service, query, weights)
    points += _language_points(known, query.language, weights)
    points += _access_points(service, query, weights)
    return points + _place_points(known, query, weights)


def _is_out_of_reach_tonight(service: Service, query: Query) -> bool:
    """Say whether somebody who has no bed could not call it: no number of it is shown."""
    return query.topic == NO_BED and service.confidence is Confidence.LOW


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


def _danger_points(offered: tuple[str, ...], query: Query, weights: Weights) -> float:
    """Return minus points for what is mainly about a danger, or a group, that nobody spoke of."""
    if not is_danger(offered[:2]) or is_danger(query.needs) or is_danger(query.groups):
        return 0.0
    return weights.danger_unasked


def _stage_points(stated: tuple[str, ...], stages: tuple[str, ...], weights: Weights) -> float:
    if ANYONE in stated:
        return weights.anyone
    if not stages:
        return weights.for_newcomers if len(stated) > 1 else 0.0
    return weights.stage_stated if set(stages) & set(stated) else 0.0


def _trust_points(service: Service, weights: Weights) -> float:
    points = weights.confidence[_TRUST[service.confidence]]
    return points + (weights.open_status if service.status is Status.OPEN else 0.0)


def _moment_points(known: Candidate, query: Query, state: OpenState, weights: Weights) -> float:
    """Return points for being open now, and minus points for the age of what is known."""
    points = weights.open_now if state.now is Opening.OPEN else 0.0
    if query.topic == NO_BED and instead(known.service, state) is not None:
        points += weights.bed_by_phone
    if known.only_in_frost and query.at.month in FROSTLESS:
        points += weights.only_in_frost * (2 if query.topic == NO_BED else 1)
    if known.dated is None:
        return points + weights.stale_most
    years = (query.at.date() - known.dated).days // _YEAR
    return points + max(weights.stale_year * max(0, years), weights.stale_most)


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
        points += _age_points(service, query.ages, weights)
    if query.ages is not None:
        points += _age_group_points(service.needs, query.needs, query.ages, weights)
    fits = [group for group in query.groups if group in service.needs]
    return points + (weights.group_fits if fits else 0.0)


def _age_points(service: Service, ages: tuple[int, int] | None, weights: Weights) -> float:
    """Return points for a service that is for some ages only, and may be for *ages*."""
    if ages is None:
        return weights.age_unknown
    low = 0 if service.min_age is None else service.min_age
    if ages[0] < low or (service.max_age is not None and ages[1] > service.max_age):
        return 0.0  # for a part of the ages that the person may have
    return weights.child_fits if ages[1] < CHILD else weights.age_fits


def _age_group_points(
    offered: tuple[str, ...], asked: tuple[str, ...], ages: tuple[int, int], weights: Weights
) -> float:
    points = 0.0
    for group, fits in (("young_people", ages[0] <= YOUNG), ("older_people", ages[1] >= OLD)):
        if group in offered[:2] and group not in asked:
            points += weights.age_fits if fits else weights.wrong_age_group
    return points


def _language_points(known: Candidate, language: str | None, weights: Weights) -> float:
    if language is not None and language in known.service.languages:
        return weights.language_spoken
    if of_community(known, language):
        return weights.own_community
    name = None if language is None else language_name(language)
    if name is not None and name in known.spoken:
        return weights.language_spoken
    return weights.other_language if known.named else 0.0


def _access_points(service: Service, query: Query, weights: Weights) -> float:
    points = weights.walk_in if service.access.walk_in else 0.0
    if not query.for_self and Channel.OUTREACH in service.channels:
        points += weights.comes_to_others
    if service.access.referral is Referral.AGENCY and query.audience is Audience.PUBLIC:
        points += weights.agency_only
    if service.audience is Audience.WORKERS:
        points += weights.for_workers
    return points


def _place_points(known: Candidate, query: Query, weights: Weights) -> float:
    points = weights.country_wide if known.reach is Reach.WIDE else 0.0
    if query.place is None:
        somewhere = known.reach is Reach.PART and not known.service.confidential_location
        return points + (weights.somewhere if somewhere else 0.0)
    if has_no_fare(query):
        points += weights.by[way(known, query)]
    if known.point is None:
        return points
    away = distance_m(query.place.point, known.point) / weights.near_m
    near = weights.near * max(-1.0, 1.0 - away)
    return points + (max(near, 0.0) if _reaches_out(known) else near)


def _reaches_out(known: Candidate) -> bool:
    """Say whether one can be helped from far away: for the whole area and not only in person."""
    return known.reach is not Reach.PART and set(known.service.channels) != {Channel.IN_PERSON}
