"""How somebody gets to a service: on foot, by phone, by bus, or it comes to them. Pure."""

from directory.index import Candidate
from directory.model import Query
from directory.profile import Offer, Way, Work

__all__ = ["WALK_M", "Way", "easiest", "has_no_fare", "is_handed_over", "way"]

WALK_M = 2_000  # straight line; a walk that most people can do there and back
# People with less than £50 a week (asylum support, section 4) or nothing: a bus is dear.
WITHOUT_FARE = frozenset({"asylum_seeker", "refused_asylum_seeker"})
PENNILESS = frozenset({"destitution", "food"})
# What must be handed over or done together: a call alone does not help.
HANDED_OVER = frozenset(
    {"food", "destitution", "clothes_furniture", "digital_phone_data", "esol"}
    | {"community_social", "transport", "volunteering"}
)


def has_no_fare(query: Query) -> bool:
    """Say whether a bus ticket may be too dear for whoever asks, near a place."""
    if query.place is None:
        return False
    stages = frozenset(query.stages)
    return bool(stages and stages <= WITHOUT_FARE) or bool(PENNILESS.intersection(query.needs))


def way(known: Candidate, query: Query) -> Way:
    """Return how the person of *query* gets help from *known* the easiest way."""
    profile = known.profile
    away = None if query.place is None else known.metres_from(query.place.point)
    near = away is not None and away <= WALK_M
    return easiest(profile.work, profile.offer, query, is_near=near)


def easiest(work: Work, offer: Offer, query: Query, *, is_near: bool) -> Way:
    """Return the easiest way to a service; *is_near*: it is as near as `WALK_M`."""
    if is_near and offer.walks:
        return Way.WALK
    if offer.calls and not is_handed_over(work, query):
        return Way.CALL
    return offer.otherwise


def is_handed_over(work: Work, query: Query) -> bool:
    """Say whether all that is asked of it must be handed over or done together."""
    return work.asked.intersection(query.needs) <= HANDED_OVER
