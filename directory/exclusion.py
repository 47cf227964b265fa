"""What is never shown to whom; no weight can bring it back. Pure.

A service that says it is not for this person, is closed, or is in another town only.
"""

from directory.index import Candidate, is_of_community
from directory.model import ANYONE, Audience, Gender, Query
from directory.needs import TOPICS
from directory.places import Gazetteer, distance_m
from directory.profile import Offer, Profile, Work

FAMILY = "maternity_children"
UNIVERSITY_AGE = 17  # who is younger goes to school or college first
NEAR_TOWN_M = 15_000  # a service of another town is shown to people this near to it


def excluded(known: Candidate, query: Query) -> bool:
    """Say whether *known* must not be shown for *query*, whatever else speaks for it."""
    profile = known.profile
    return (
        is_withheld(profile.offer, query)
        or is_for_others(profile.work, query)
        or is_for_other_stages(profile.stages, query)
    )


def is_shown(profile: Profile, query: Query, gazetteer: Gazetteer) -> bool:
    """Say whether a service of *profile* may be shown for *query*."""
    work, offer = profile.work, profile.offer
    return not (
        is_withheld(offer, query)
        or is_for_others(work, query)
        or is_for_other_stages(profile.stages, query)
        or is_elsewhere(offer, query, gazetteer)
        or is_about_something_else(offer, query)
        or (work.needs[0] not in query.needs and is_of_others(offer, query))
    )


def is_withheld(offer: Offer, query: Query) -> bool:
    """Say whether it is closed, or for workers only and nobody of them asks."""
    workers = offer.audience is Audience.WORKERS
    return offer.is_closed or (workers and query.audience is not Audience.WORKERS)


def is_for_others(work: Work, query: Query) -> bool:
    """Say whether it is for the other gender, or for no age that the person may be of."""
    known = query.gender is not None and query.gender is not Gender.ANY
    if known and work.gender is not Gender.ANY and work.gender is not query.gender:
        return True
    ages = query.ages
    if ages is None:
        return False
    too_young = work.min_age is not None and ages[1] < work.min_age
    return too_young or (work.max_age is not None and ages[0] > work.max_age)


def is_for_other_stages(stated: tuple[str, ...], query: Query) -> bool:
    """Say whether it states whom it helps, and the person is none of these."""
    if not stated or not query.stages or ANYONE in stated:
        return False
    return not set(stated) & set(query.stages)


def is_elsewhere(offer: Offer, query: Query, gazetteer: Gazetteer) -> bool:
    """Say whether it is of another town and the person is not there."""
    if offer.town is None:
        return False
    place = query.place
    if place is None or gazetteer.in_area(place):
        return True
    there = gazetteer.find(offer.town)
    return there is None or distance_m(there.point, place.point) > NEAR_TOWN_M


def is_about_something_else(offer: Offer, query: Query) -> bool:
    """Say whether it does not help with just what is asked, or not a child who asks."""
    if query.topic is not None and TOPICS[query.topic].alone and query.topic not in offer.topics:
        return True
    return offer.of_a_university and _is_about_children(query)


def is_of_others(offer: Offer, query: Query) -> bool:
    """Say whether it is named after the community of another language than the person's."""
    return bool(offer.named) and not is_of_community(offer, query.language)


def _is_about_children(query: Query) -> bool:
    """Say whether it is for a child of school age, by age or because children were named."""
    child = query.ages is not None and query.ages[1] < UNIVERSITY_AGE
    return child or FAMILY in query.needs or FAMILY in query.groups
