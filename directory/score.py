"""How many points a service gets for a query: a sum of weights, each with its reason. Pure.

The parts depend on one thing each, so that services that share it share the part
(`directory.shortlist`): what a service does, how one gets in, its languages, where it is, and
the moment. What is added up is rounded, so that the order of adding decides nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime

from directory.exclusion import is_of_others
from directory.index import Candidate, is_of_community, language_name, worth
from directory.model import (
    ANYONE,
    Audience,
    Gender,
    Opening,
    OpenState,
    Query,
)
from directory.needs import CHILD, NEEDS, NO_BED, is_danger
from directory.order import (
    OLD,
    YOUNG,
    Centrality,
    Scored,
    centrality,
    main_needs,
    names_stage,
)
from directory.profile import Offer, Profile, Work
from directory.travel import WALK_M, Way, easiest, has_no_fare
from directory.weights import Weights

_YEAR = 365  # days
DIGITS = 6  # decimals of points: far finer than any weight, far coarser than a float's error
FROSTLESS = range(5, 10)  # months in which Leeds hardly ever freezes at night (Met Office)


@dataclass(frozen=True, slots=True)
class WorkPoints:
    """What a service's work gives it: *points*, how central it is, which asked needs it meets."""

    points: float
    centrality: Centrality
    asked: frozenset[str]


@dataclass(frozen=True, slots=True)
class OfferPoints:
    """What a service's offer gives it, without what depends on the work and the person's stage.

    *spoken*, *unspoken*: by whether its languages have the person's. *of_community*: it is
    named after the community of their language. *is_shut*: nobody of the public gets in.
    """

    points: float
    spoken: float
    unspoken: float
    of_community: bool
    is_shut: bool


def score(known: Candidate, query: Query, state: OpenState | None, weights: Weights) -> Scored:
    """Return *known* with its points; without a *state* the moment does not count."""
    profile = known.profile
    work = work_points(profile.work, profile.stages, query, weights)
    offer = offer_points(profile.offer, query, weights)
    speaks = query.language is not None and query.language in known.service.languages
    away = None if query.place is None else known.metres_from(query.place.point)
    how = way_for(profile, query, is_near=away is not None and away <= WALK_M)
    points = worth(known.service, weights) + work.points + offer.points
    points += offer.spoken if speaks else offer.unspoken
    points += fare_points(how, weights) + near_points(profile.offer, away, weights)
    if state is not None:
        points += season_points(profile.offer, query, weights)
        points += state_points(profile.offer, state, query, weights)
        points += age_points(known.dated, query.at, weights)
    return Scored(
        round(points, DIGITS),
        stage_points(profile.stages, query.stages, weights),
        in_reach=how is not Way.BUS,
        named=is_named(profile, offer, query),
        centrality=work.centrality,
        asked=work.asked,
        known=known,
        state=state,
    )


def is_named(profile: Profile, offer: OfferPoints, query: Query) -> bool:
    """Say whether it names the person's stage or community, and there is a way to it."""
    return not offer.is_shut and (offer.of_community or names_stage(profile.stages, query))


def way_for(profile: Profile, query: Query, *, is_near: bool) -> Way | None:
    """Return how somebody without a bus fare gets there; None if the fare is no matter."""
    if not has_no_fare(query):
        return None
    return easiest(profile.work, profile.offer, query, is_near=is_near)


def work_points(work: Work, stages: tuple[str, ...], query: Query, weights: Weights) -> WorkPoints:
    """Return what *work* gives; *stages*: whom the service names (see `depends_on_stages`)."""
    needs = main_needs(work, stages, query)
    central = centrality(needs, query.needs)
    if central <= Centrality.MAIN and _may_be_for_others(work, query):
        central = max(central, Centrality.SECOND)
    points = _need_points(needs, query.needs, weights)
    if work.tells and work.needs[0] in query.needs:
        points += weights.own_words
    points += _danger_points(work.needs, query, weights) + _person_points(work, query, weights)
    return WorkPoints(points, central, work.asked.intersection(query.needs))


def _may_be_for_others(work: Work, query: Query) -> bool:
    """Say whether it is for one gender or some ages, and we do not know the person's.

    Danger is another matter: there a right door is worse to miss than a wrong one to see.
    """
    of_a_gender = work.gender is not Gender.ANY and query.gender is None
    of_an_age = work.max_age is not None and query.ages is None
    return (of_a_gender or of_an_age) and not is_danger(query.needs)


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


def _person_points(work: Work, query: Query, weights: Weights) -> float:
    points = 0.0
    if work.gender is query.gender:
        points += weights.for_women_asked if work.gender is not Gender.ANY else 0.0
    elif work.gender is not Gender.ANY:
        # somebody who asks for just what it does is more likely to be meant
        share = 0.5 if work.needs[0] in query.needs else 1.0
        points += weights.for_women_unknown * share
    elif query.gender is Gender.WOMEN and "women" in work.needs:
        points += weights.for_women_asked / 2
    if work.max_age is not None:
        points += _age_points(work, query.ages, weights)
    if query.ages is not None:
        points += _age_group_points(work.needs, query.needs, query.ages, weights)
    fits = [group for group in query.groups if group in work.needs]
    return points + (weights.group_fits if fits else 0.0)


def _age_points(work: Work, ages: tuple[int, int] | None, weights: Weights) -> float:
    """Return points for a service that is for some ages only, and may be for *ages*."""
    if ages is None:
        return weights.age_unknown
    low = 0 if work.min_age is None else work.min_age
    if ages[0] < low or (work.max_age is not None and ages[1] > work.max_age):
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


def stage_points(stated: tuple[str, ...], stages: tuple[str, ...], weights: Weights) -> float:
    """Return points for whom the service says that it helps."""
    if ANYONE in stated:
        return weights.anyone
    if not stages:
        return weights.for_newcomers if len(stated) > 1 else 0.0
    return weights.stage_stated if set(stages) & set(stated) else 0.0


def offer_points(offer: Offer, query: Query, weights: Weights) -> OfferPoints:
    """Return what *offer* gives at any time and place."""
    points = _topic_points(offer, query, weights)
    points += _access_points(offer, query, weights)
    points += _reach_points(offer, query, weights)
    shut = offer.by_workers and not offer.is_sure and query.audience is Audience.PUBLIC
    return OfferPoints(
        points,
        weights.language_spoken,
        _unspoken_points(offer, query, weights),
        is_of_community(offer, query.language),
        # no number is shown, and nobody could sign them up
        is_shut=shut,
    )


def _topic_points(offer: Offer, query: Query, weights: Weights) -> float:
    points = weights.only_in_frost if offer.only_in_frost and query.topic != NO_BED else 0.0
    # somebody who has no bed could not call it: no number of it is shown
    out_of_reach = query.topic == NO_BED and not offer.is_sure
    return points + (weights.topic if query.topic in offer.topics and not out_of_reach else 0.0)


def _unspoken_points(offer: Offer, query: Query, weights: Weights) -> float:
    """Return points for the languages that the service's words name, if it states none."""
    if is_of_community(offer, query.language):
        return weights.own_community
    name = None if query.language is None else language_name(query.language)
    if name is not None and name in offer.spoken:
        return weights.language_spoken
    return weights.other_language if is_of_others(offer, query) else 0.0


def _access_points(offer: Offer, query: Query, weights: Weights) -> float:
    points = 0.0 if query.for_self or not offer.goes_out else weights.comes_to_others
    if offer.by_workers and query.audience is Audience.PUBLIC:
        points += weights.agency_only
    if offer.audience is Audience.WORKERS:
        points += weights.for_workers
    return points


def _reach_points(offer: Offer, query: Query, weights: Weights) -> float:
    points = weights.country_wide if offer.is_wide else 0.0
    return points + (weights.somewhere if query.place is None and offer.in_part else 0.0)


def fare_points(how: Way | None, weights: Weights) -> float:
    """Return points for the way of somebody who has no bus fare; none where that is no matter."""
    return 0.0 if how is None else weights.by[how]


def near_points(offer: Offer, away: float | None, weights: Weights) -> float:
    """Return points for being *away* metres from the person; none where that is not known."""
    if away is None:
        return 0.0
    near = weights.near * max(-1.0, 1.0 - away / weights.near_m)
    return max(near, 0.0) if offer.reaches_out else near


def season_points(offer: Offer, query: Query, weights: Weights) -> float:
    """Return minus points in the warm months for what opens only in frost."""
    if not offer.only_in_frost or query.at.month not in FROSTLESS:
        return 0.0
    return weights.only_in_frost * (2 if query.topic == NO_BED else 1)


def state_points(offer: Offer, state: OpenState, query: Query, weights: Weights) -> float:
    """Return points for being open now, or for a bed by phone while it is closed."""
    if state.now is Opening.OPEN:
        return weights.open_now
    has_bed = query.topic == NO_BED and offer.answers_closed
    return weights.bed_by_phone if has_bed and state.now is Opening.CLOSED else 0.0


def age_points(dated: date | None, at: datetime, weights: Weights) -> float:
    """Return minus points for the age of what is known."""
    if dated is None:
        return weights.stale_most
    years = (at.date() - dated).days // _YEAR
    return max(weights.stale_year * max(0, years), weights.stale_most)
