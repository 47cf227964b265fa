"""Which question is worth asking: the one whose answers change most of the first screen. Pure.

The measure is the expected change of the first results. What the first screen tells is a set
of facts: its first three places, which of them is the first, and which line to call comes
first. An answer changes the share of these facts that are new with it; a question's expected
change is the mean over its answers, each as likely as the others. The order of the second and
third place is no fact: all three are on one screen. "Not sure" changes nothing by definition
and is left out of the mean.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

First = frozenset[str]  # what the first screen tells
LEAST = 0.2  # on average one of five facts; what changes less is not worth a tap: our judgement
LEAST_FOR_THE_LAST = 0.4  # two of five facts: each further question tires, and most people stop

Asked = TypeVar("Asked")


def change(now: First, then: First) -> float:
    """Return the share of the facts of the larger screen that are new in *then*: 0 to 1."""
    if now == then:
        return 0.0
    kept = len(now & then)
    most = max(len(now), len(then))
    return (most - kept) / most


def expected_change(now: First, after: Sequence[First]) -> float:
    """Return the mean change over the answers that lead to the screens *after*: 0 to 1."""
    return sum(change(now, then) for then in after) / len(after) if after else 0.0


def best(now: First, could: Mapping[Asked, Sequence[First]], least: float = LEAST) -> Asked | None:
    """Return the question of *could* with the greatest expected change, if at least *least*.

    *could*: for each question the screens that its answers lead to. Of equal ones the first.
    """
    changes = {asked: expected_change(now, after) for asked, after in could.items()}
    asked = max(changes, key=changes.__getitem__, default=None)
    return asked if asked is not None and changes[asked] >= least else None
