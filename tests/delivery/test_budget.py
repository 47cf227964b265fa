"""No second in which Telegram counts too much, whatever the way there does to the calls."""

import random
from collections import Counter
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.budget import FREE, Budget
from sandbox.record import most_in_one_second

THERE, BACK = 0.02, 0.03  # seconds that the way takes at least


@dataclass
class World:
    """Time in which calls are made, reach Telegram later, and are answered later still."""

    most: int = FREE
    now: float = 0.0
    stalls: tuple[tuple[float, float], ...] = ()  # in which nothing gets through
    counted: list[tuple[float, str]] = field(default_factory=list)
    waited: int = 0

    def __post_init__(self):
        self.budget = Budget(self.most, lambda: self.now)
        self._events, self._number = [], count()

    def at(self, moment, do):
        heappush(self._events, (moment, next(self._number), do))

    def run(self):
        while self._events:
            self.now, _, do = heappop(self._events)
            do()

    def bulk(self, every, detours, start=0.0):
        """Send as `delivery.pace.Pace` does: not before its time, and when there is room."""
        waiting = iter(detours)

        def leave(due, detour):
            if wait := self.budget.wait():
                self.at(self.now + wait, lambda: leave(due, detour))
                return
            began = self.budget.begin()
            self._travel("bulk", detour, lambda: self.budget.end(began))
            upcoming(max(due, self.now - 0.25) + every)

        def upcoming(due):
            if (detour := next(waiting, None)) is not None:
                self.at(max(due, self.now), lambda: leave(due, detour))

        upcoming(start)

    def answer(self, moment, detour=(0.0, 0.0)):
        """Answer somebody at that very moment."""

        def leave():
            counting = self.budget.answer()
            counting.__enter__()
            self._travel("answer", detour, lambda: counting.__exit__(None, None, None))

        self.at(moment, leave)

    def most_at_telegram(self, what=("bulk", "answer")):
        return most_in_one_second(at for at, kind in self.counted if kind in what)

    def _travel(self, kind, detour, end):
        arrives = self.now + THERE + detour[0]
        for begins, ends in self.stalls:
            arrives = ends if begins <= arrives < ends else arrives
        self.at(arrives, lambda: self.counted.append((self.now, kind)))
        self.at(arrives + BACK + detour[1], end)


STRAIGHT = (0.0, 0.0)


@settings(max_examples=30)
@given(
    dice=st.integers(0, 2**32).map(random.Random),
    every=st.sampled_from([0.0, 1 / 28]),
    share=st.sampled_from([0.03, 0.3, 0.9]),
    longest=st.sampled_from([0.05, 0.5, 3.0]),
)
def test_whatever_happens_on_the_way_no_second_has_more_bulk_than_allowed(
    dice, every, share, longest
):
    def detour():
        return dice.uniform(0, longest) if dice.random() < share else 0.0

    world = World()
    # the first takes the straight way: what all others are measured by
    world.bulk(every, [STRAIGHT, *((detour(), detour()) for _ in range(120))])
    world.run()
    assert len(world.counted) == 121
    assert world.most_at_telegram() <= FREE


@pytest.mark.parametrize(
    "stalls",
    [
        pytest.param(((5.0, 5.3),), id="a busy machine"),
        pytest.param(((5.0, 11.0),), id="the network is away for a while"),
        pytest.param(((0.0, 6.0),), id="from the first message on"),
        pytest.param(((20.0, 26.0),), id="from the first one after a silence on"),
    ],
)
@pytest.mark.parametrize("every", [0.0, 1 / 28])
def test_what_was_held_up_floods_nobody_when_it_arrives(stalls, every):
    world = World(stalls=stalls)
    world.bulk(every, [STRAIGHT] * 280)
    world.bulk(every, [STRAIGHT] * 200, start=20.0)
    world.run()
    assert len(world.counted) == 480
    assert 28 <= world.most_at_telegram() <= FREE


@pytest.mark.parametrize("per_second", [1, 5, 10, 18])
def test_bulk_leaves_answers_their_room_and_they_never_wait(per_second):
    world, dice = World(), random.Random(3)
    for n in range(20 * per_second):
        world.answer(5 + n / per_second, (dice.uniform(0, 0.02), dice.uniform(0, 0.02)))
    world.bulk(1 / 28, [(dice.uniform(0, 0.02), dice.uniform(0, 0.02)) for _ in range(600)])
    world.run()
    assert world.most_at_telegram() <= FREE
    assert Counter(kind for _, kind in world.counted)["answer"] == 20 * per_second


def test_a_crowd_slows_an_urgent_update_down_but_does_not_stop_it():
    world = World()
    for n in range(2000):
        world.answer(n / 200)
    world.bulk(1 / 28, [STRAIGHT] * 80)
    world.run()
    bulk = [at for at, kind in world.counted if kind == "bulk"]
    assert 7 <= bulk[-1] - bulk[0] <= 9, "a third of thirty a second"


def test_a_long_way_costs_no_speed():
    world = World()
    world.bulk(1 / 28, [(0.2, 0.2)] * 560)
    world.run()
    moments = [at for at, _ in world.counted]
    assert moments[-1] - moments[0] <= 20 + 1.5, "it is known after two seconds"


def test_when_answers_are_refused_bulk_waits():
    world = World()
    world.budget.stop(3)
    world.bulk(1 / 28, [STRAIGHT])
    world.run()
    [(at, who)] = world.counted
    assert who == "bulk"
    assert at == pytest.approx(3 + THERE)
