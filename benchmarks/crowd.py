"""People in a sandbox who press buttons, and how long they wait for the screen."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sandbox.world import Sandbox

PATIENCE = 10.0  # seconds; who waits longer counts as not answered
Json = dict[str, Any]  # a message of the Bot API
Chooses = Callable[[Json, random.Random], str | None]


@dataclass(slots=True)
class Waits:
    """How long people waited, in seconds; *lost*: how many got nothing within *patience*."""

    seconds: list[float] = field(default_factory=list)  # of those who got an answer
    lost: int = 0
    patience: float = PATIENCE

    def percentile_ms(self, share: float) -> float:
        """Return the wait that this *share* of all taps did not exceed, in milliseconds.

        A lost tap counts as a wait of *patience*: a bot that answers only some looks no faster.
        """
        ordered = sorted([*self.seconds, *[self.patience] * self.lost])
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0


@dataclass(slots=True)
class Crowd:
    """*size* people with one screen each; *chooses* picks the next button of a screen."""

    sandbox: Sandbox
    chooses: Chooses
    size: int
    patience: float = PATIENCE
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    _screens: dict[int, Json] = field(default_factory=dict)
    _waiting: dict[int, asyncio.Future[None]] = field(default_factory=dict)
    _turns: defaultdict[int, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )

    @contextmanager
    def watching(self) -> Iterator[None]:
        """See what the bot shows while the block runs."""
        with self.sandbox.events.listening(self._seen):
            yield

    def _seen(self, kind: str, content: Json) -> None:
        person, message = content.get("person_id"), content.get("message")
        if kind not in {"message", "edit"} or person is None or not message:
            return
        if not message.get("reply_markup"):
            return
        self._screens[person] = message
        waiting = self._waiting.pop(person, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def arrive(self, first_presses: tuple[str, ...]) -> list[int]:
        """Let everybody press Start, then the buttons with these words; return who is there."""
        people = [self.sandbox.person(f"Person {n}").id for n in range(self.size)]
        for person in people:
            await self._answered(person, partial(self.sandbox.start, person), self.patience)
            for words in first_presses:
                data = _button(self._screens[person], words)
                await self._press(person, data, self.patience)
        return people

    async def tap_steadily(self, people: list[int], per_second: float, seconds: float) -> Waits:
        """Let one of the people tap every 1/*per_second* seconds.

        A tap waits from the moment it is due: who has no answer to the one before taps late.
        """
        waits, taps = Waits(patience=self.patience), []
        began, number = time.perf_counter(), 0
        while (due := number / per_second) < seconds:
            await asyncio.sleep(max(0.0, began + due - time.perf_counter()))
            person, due_at = people[number % len(people)], began + due
            taps.append(asyncio.create_task(self._tap(person, waits, due_at)))
            number += 1
        await asyncio.gather(*taps)
        return waits

    async def tap_at_will(self, people: list[int], seconds: float) -> Waits:
        """Let everybody tap again as soon as they see the answer."""
        waits, end = Waits(patience=self.patience), time.perf_counter() + seconds

        async def one(person: int) -> None:
            while time.perf_counter() < end:
                await self._tap(person, waits, time.perf_counter())

        await asyncio.gather(*(one(person) for person in people))
        return waits

    async def _tap(self, person: int, waits: Waits, due_at: float) -> None:
        async with self._turns[person]:  # nobody taps twice at once
            data = self.chooses(self._screens[person], self.dice)
            if data is None:
                return
            left = due_at + self.patience - time.perf_counter()
            if left > 0 and await self._press(person, data, left):
                waits.seconds.append(time.perf_counter() - due_at)
            else:
                waits.lost += 1

    async def _press(self, person: int, data: str, patience: float) -> bool:
        message = self._screens[person]["message_id"]
        return await self._answered(
            person, lambda: self.sandbox.press(person, message, data, forged=True), patience
        )

    async def _answered(self, person: int, act: Callable[[], object], patience: float) -> bool:
        waiting = asyncio.get_running_loop().create_future()
        self._waiting[person] = waiting
        act()
        try:
            await asyncio.wait_for(waiting, patience)
        except TimeoutError:
            self._waiting.pop(person, None)
            return False
        return True


def _button(screen: Json, words: str) -> str:
    return next(
        str(each["callback_data"])
        for row in screen["reply_markup"]["inline_keyboard"]
        for each in row
        if words in each["text"] and "callback_data" in each
    )
