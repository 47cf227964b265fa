"""What decides the rank of a service apart from where, when and in which languages. Pure.

Many services are alike in all of this. They share one object, so that a hundred thousand of
them are judged as the few thousand kinds that they are (`directory.shortlist`). What the
points of a service depend on has its place here, or in `directory.index.Candidate`.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from directory.model import Audience, Gender


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """What a service does, the main need first, and for whom; ages in years.

    *asked*: its needs as a set. *tells*: it has an everyday word for its main need.
    """

    needs: tuple[str, ...]
    asked: frozenset[str]
    tells: bool
    gender: Gender
    min_age: int | None
    max_age: int | None


class Way(StrEnum):
    """The easiest way to get help from a service."""

    WALK = "walk"
    COMES = "comes"  # outreach: they come to people
    CALL = "call"
    ONLINE = "online"
    BUS = "bus"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """How somebody gets in and to it, and what its words speak of.

    *is_sure*: its phone and address may be shown. *walks*: one can go there. *otherwise*: the
    way to it from far away; *calls*: or by phone, where that is enough. *answers_closed*: a
    number answers while it is closed. *town*: where it is, if elsewhere. *reaches_out*: one
    can be helped from far away. *in_part*: in a part of the city. *spoken*: English names of
    languages in its name and description; *named*: in its name alone. *topics*: keys of
    `directory.needs.TOPICS`. *only_in_frost*: it opens when it is forecast to freeze.
    *of_a_university*: not for children.
    """

    is_closed: bool
    takes_people: bool
    is_sure: bool
    audience: Audience
    by_workers: bool
    goes_out: bool
    walks: bool
    otherwise: Way
    calls: bool
    answers_closed: bool
    town: str | None
    is_wide: bool
    in_part: bool
    reaches_out: bool
    has_point: bool
    spoken: frozenset[str]
    named: frozenset[str]
    topics: frozenset[str]
    only_in_frost: bool
    of_a_university: bool


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """All of it; *stages*: whom it says that it helps (`Service.eligibility`)."""

    work: Work
    stages: tuple[str, ...]
    offer: Offer


Made = TypeVar("Made")


class Alike:
    """Gives the same object for the same values, so that identity tells what is alike."""

    def __init__(self) -> None:
        self._made: dict[Hashable, Any] = {}  # of every class that is asked for

    def of(self, make: Callable[..., Made], *values: Hashable) -> Made:
        """Return *make* of *values*: the one made before, if there is one."""
        key = (make, *values)
        found: Made | None = self._made.get(key)
        if found is None:
            found = self._made[key] = make(*values)
        return found
