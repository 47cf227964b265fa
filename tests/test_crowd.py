"""The crowd of the benchmarks counts every tap that was due, so that overload shows."""

import asyncio
from typing import Any, cast

import pytest

from benchmarks.crowd import Crowd, Waits
from sandbox.events import Events

SCREEN = {"message_id": 1, "reply_markup": {"inline_keyboard": [[]]}}


class Bot:
    """A sandbox and a bot in one: every press is answered after *seconds*, if at all."""

    def __init__(self, seconds: float | None) -> None:
        self.events, self._seconds = Events(), seconds
        self.presses = 0

    def start(self, person: int) -> None:
        self.events.tell("message", [person], message=SCREEN)

    def press(self, person: int, message_id: int, data: str, *, forged: bool) -> None:
        self.presses += 1
        if self._seconds is not None:
            asyncio.get_running_loop().call_later(self._seconds, self.start, person)


async def ten_taps(bot: Bot, patience: float) -> Waits:
    """Let one person tap at 100 a second."""
    crowd = Crowd(cast(Any, bot), lambda screen, dice: "next", size=1, patience=patience)
    with crowd.watching():
        bot.start(1)
        return await crowd.tap_steadily([1], per_second=100, seconds=0.1)


async def test_taps_of_somebody_who_still_waits_count_from_when_they_were_due():
    bot = Bot(seconds=0.03)
    waits = await ten_taps(bot, patience=10)
    assert (len(waits.seconds), waits.lost, bot.presses) == (10, 0, 10)
    assert waits.percentile_ms(0) >= 25
    assert waits.percentile_ms(1) >= 150, "the tenth was due after 90 ms and answered after 300"


async def test_lost_taps_count_as_the_longest_wait():
    waits = await ten_taps(Bot(seconds=None), patience=0.05)
    assert (waits.seconds, waits.lost) == ([], 10)
    assert waits.percentile_ms(0.5) == pytest.approx(50)


def test_answers_to_some_do_not_hide_those_who_got_none():
    waits = Waits([0.01] * 90, lost=10)
    assert waits.percentile_ms(0.5) == pytest.approx(10)
    assert waits.percentile_ms(0.95) == pytest.approx(10_000)
