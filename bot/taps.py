"""How many taps of the guide lead a person to their first result. Pure.

The person is imagined to press what is nearest to them each time. All ways through the
guide are walked once, and each person takes the one whose answers say most of what they
would say and nothing that is not so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from directory import flow
from directory.flow import Answers
from directory.index import Directory
from directory.model import Query
from directory.questions import SEARCHED

# not answered by buttons, not exactly, or compared in a way of their own
_ASIDE = {"needs", "at", "place", "language", "audience", "age", "oldest"}


@dataclass(frozen=True, slots=True)
class Way:
    """A way to results: how many taps, and what its answers ask for."""

    taps: int
    asked: Query


def ways(directory: Directory, at: datetime, start: Answers = flow.START) -> tuple[Way, ...]:
    """Return every way from *start* to results; those that end because it is not safe are none."""
    return tuple(_walk(directory, at, start, 0))


def _walk(directory: Directory, at: datetime, answers: Answers, taps: int) -> Iterator[Way]:
    if flow.is_put_off(answers):
        return
    asked = flow.next_question(answers, directory)
    if asked is None:
        yield Way(taps, flow.to_query(answers, directory.gazetteer, at))
        return
    for option in flow.options(asked, directory.gazetteer):
        yield from _walk(directory, at, flow.answer(answers, asked, option.code), taps + 1)


class Guide:
    """The ways of one directory, walked once."""

    def __init__(self, directory: Directory, at: datetime) -> None:
        self._directory, self._at = directory, at
        self._pressed = ways(directory, at)
        self._typed: dict[str, tuple[Way, ...]] = {}

    def taps(self, person: Query) -> int | None:
        """Return how many taps lead *person* to results; None if nothing leads there.

        What has no button of its own is written first: that counts as one tap.
        """
        need = person.needs[0]
        if (way := nearest(self._pressed, person)) is not None:
            return way.taps
        if need not in SEARCHED:
            return None
        if need not in self._typed:
            self._typed[need] = ways(self._directory, self._at, flow.searched(need))
        way = nearest(self._typed[need], person)
        return None if way is None else way.taps + 1


def nearest(found: Sequence[Way], person: Query) -> Way | None:
    """Return the way that fits *person* best, of equal ones the shortest; None if none does."""
    fitting = [way for way in found if person.needs[0] in way.asked.needs]
    return max(fitting, key=lambda way: (*_fit(way.asked, person), -way.taps), default=None)


def _fit(asked: Query, person: Query) -> tuple[bool, float, int, bool]:
    """Return how well the answers fit: the need first, then the person, then the place."""
    shared = len(set(asked.needs) & set(person.needs)) / len({*asked.needs, *person.needs})
    about = [each.name for each in fields(Query) if each.name not in _ASIDE]
    person_fits = sum(_agrees(getattr(asked, name), getattr(person, name)) for name in about)
    person_fits += _age_agrees(asked, person)
    same_first = asked.needs[0] == person.needs[0]
    return same_first, shared, person_fits, (asked.place is None) == (person.place is None)


def _agrees(asked: object, known: object) -> int:
    """Return 1 for an answer that is so, 0 for none, less for one that is not so."""
    if asked == known:
        return 1
    if asked is None or asked == ():
        return 0
    if isinstance(asked, tuple) and isinstance(known, tuple) and set(asked) & set(known):
        return 1
    return -2


def _age_agrees(asked: Query, known: Query) -> int:
    """Return the same for ages: an answer is a span of years, a person has an age."""
    if asked.ages is None:
        return 1 if known.ages is None else 0
    if known.ages is None or asked.ages[1] < known.ages[0] or known.ages[1] < asked.ages[0]:
        return -2
    return 1
