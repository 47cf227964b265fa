"""What decides the rank of a service apart from where, when and in which languages. Pure.

Many services are alike in all of this. They share one object, so that a hundred thousand of
them are judged as the few thousand kinds that they are (`directory.shortlist`). What the
points of a service depend on has its place here, or in `directory.index.Candidate`.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from directory.model import Audience, Channel, Confidence, Gender, Status
from directory.places import Reach


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


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """How somebody gets in and to it, how sure that is, and what its words speak of.

    *answers_closed*: a number answers while it is closed. *town*: where it is, if elsewhere.
    *has_point*: it can be near to somebody. *spoken*: English names of languages in its name
    and description; *named*: in its name alone. *topics*: keys of `directory.needs.TOPICS`.
    *only_in_frost*: it opens when it is forecast to freeze. *of_a_university*: not for children.
    """

    channels: frozenset[Channel]
    has_phone: bool
    answers_closed: bool
    walk_in: bool
    by_workers: bool
    confidence: Confidence
    status: Status
    audience: Audience
    is_confidential: bool
    reach: Reach
    town: str | None
    has_point: bool
    spoken: frozenset[str]
    named: frozenset[str]
    topics: frozenset[str]
    only_in_frost: bool
    of_a_university: bool

    @property
    def is_sure(self) -> bool:
        """Whether its phone and address may be shown."""
        return self.confidence is not Confidence.LOW

    @property
    def takes_people(self) -> bool:
        """Whether it has places: it is neither full nor paused."""
        return self.status not in {Status.FULL, Status.PAUSED}


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
