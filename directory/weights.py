"""How much each fact about a service counts when the matcher ranks it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from directory.profile import Way

# For somebody who has no bus fare, near a place.
_WITHOUT_FARE = MappingProxyType(
    {Way.WALK: 2.0, Way.COMES: 1.0, Way.CALL: 2.0, Way.ONLINE: 1.0, Way.BUS: -6.0, Way.UNKNOWN: -2}
)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each fact counts, in points; about ten points are one good reason.

    Our judgement, tuned on personas (tests/directory/test_personas.py).
    """

    need: tuple[float, ...] = (12, 8, 5.5, 4.5, 4, 3.5)  # by place among the service's needs
    later_need: float = 0.9  # share of it where the need was not asked first
    next_need: float = 0.6  # share that each further need asked for adds
    next_to_danger: float = 0.1  # the same where danger was asked about
    own_words: float = 1.5  # its description has an everyday word for the need
    only_in_frost: float = -4  # opens in freezing weather; once more in the warm months
    topic: float = 4  # its description speaks of just what is asked
    stage_stated: float = 7.5
    anyone: float = 2
    for_newcomers: float = 2.5  # names several stages, and we do not know the person's
    confidence: tuple[float, float, float] = (3, 2, 0)  # high, medium, low
    open_status: float = 0.5
    stale_year: float = -0.2  # for each whole year since the facts were checked or written
    stale_most: float = -1  # at most, and where no source has a date
    doubted: float = -3  # nobody answers whether it is right: as from high confidence to low
    walk_in: float = 0.5
    agency_only: float = -3.7  # for the public; workers can refer
    for_workers: float = 0.8  # only workers see it, and can refer somebody
    open_now: float = 1
    bed_by_phone: float = 5  # closed at night, with a number that answers who has no bed
    danger_unasked: float = -8  # mainly about danger, and nobody spoke of danger
    for_women_asked: float = 2.5
    for_women_unknown: float = -4  # women-only and we do not know who asks
    group_fits: float = 4  # for people of a kind, and the person said to be of it
    age_fits: float = 2
    child_fits: float = 8  # only for some ages, and the person is a child of such an age
    age_unknown: float = -8  # only for some ages and we do not know the age
    wrong_age_group: float = -4  # about young or older people, and the person is not
    language_spoken: float = 3
    own_community: float = 8  # named after the community of the person's language
    other_language: float = -5  # named after another language's community
    near: float = 6  # at the door; 0 at `near_m`, as much below at twice that
    near_m: float = 5_000
    by: Mapping[Way, float] = field(default_factory=lambda: _WITHOUT_FARE)
    comes_to_others: float = 1  # goes out to people, and somebody asks for another person
    somewhere: float = -1.5  # in one part of the city, and we do not know where the person is
    country_wide: float = -1  # not of this city
    same_kind: float = -5  # another of the same organisation for the same needs is above
    new_need: float = 3  # meets an asked need that no result above meets


WEIGHTS = Weights()
