"""How somebody gets to a service: on foot, by phone, by bus, or it comes to them. Pure."""

from enum import StrEnum

from directory.index import Candidate
from directory.model import Channel, Confidence, Query
from directory.places import distance_m

WALK_M = 2_000  # straight line; a walk that most people can do there and back
PACE_M = 5_000 / 60  # metres a minute: 5 km/h, in a straight line
# People with less than £50 a week (asylum support, section 4) or nothing: a bus is dear.
WITHOUT_FARE = frozenset({"asylum_seeker", "refused_asylum_seeker"})
PENNILESS = frozenset({"destitution", "food"})
# What must be handed over or done together: a call alone does not help.
HANDED_OVER = frozenset(
    {"food", "destitution", "clothes_furniture", "digital_phone_data", "esol"}
    | {"community_social", "transport", "volunteering"}
)
_FROM_HOME = frozenset({Channel.PHONE, Channel.ONLINE})


class Way(StrEnum):
    """The easiest way to get help from a service."""

    WALK = "walk"
    COMES = "comes"  # outreach: they come to people
    CALL = "call"
    ONLINE = "online"
    BUS = "bus"
    UNKNOWN = "unknown"


def has_no_fare(query: Query) -> bool:
    """Say whether a bus ticket may be too dear for whoever asks, near a place."""
    if query.place is None:
        return False
    stages = frozenset(query.stages)
    return bool(stages and stages <= WITHOUT_FARE) or bool(PENNILESS.intersection(query.needs))


def way(known: Candidate, query: Query) -> Way:
    """Return how the person of *query* gets help from *known* the easiest way."""
    channels = frozenset(known.service.channels)
    if _is_near(known, query) and (Channel.IN_PERSON in channels or not channels):
        return Way.WALK
    if Channel.IN_PERSON not in channels:
        if channels & _FROM_HOME:
            return Way.CALL if Channel.PHONE in channels else Way.ONLINE
        if Channel.OUTREACH in channels:
            return Way.COMES
    elif _helps_by_phone(known, query):
        return Way.CALL
    return Way.UNKNOWN if known.point is None or not channels else Way.BUS


def _is_near(known: Candidate, query: Query) -> bool:
    if known.point is None or query.place is None:
        return False
    return distance_m(query.place.point, known.point) <= WALK_M


def _helps_by_phone(known: Candidate, query: Query) -> bool:
    service = known.service
    if not service.phones or service.confidence is Confidence.LOW:
        return False
    asked = set(service.needs) & set(query.needs)
    return Channel.PHONE in service.channels and not asked <= HANDED_OVER


def minutes_on_foot(distance: int) -> int:
    """Return how long *distance* metres take on foot, up to the next five minutes.

    At 5 km/h in a straight line; streets make it longer, so it is rounded up.
    """
    return max(5, -(-round(distance / PACE_M) // 5) * 5)
