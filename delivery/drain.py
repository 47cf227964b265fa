"""Empty the outbox within the rate: claim, then for each copy start, send, settle.

At most *window* copies are on their way at any moment, which is also how many may arrive
twice after a crash. A slow answer holds up its own place in the window, not the others.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from delivery.acts import perform
from delivery.model import (
    TOO_LATE,
    Failed,
    Gone,
    Moved,
    Outbox,
    Outcome,
    Parcel,
    Sender,
    Sent,
    Settlement,
    TryLater,
    Unknown,
)

FLOODS_UNTIL_PAUSE = 3  # flood answers in one batch that make everyone wait
_CLAIM_SECONDS = 2  # how much is claimed at once: an urgent update waits behind no more
_GROUPS = 8  # a window is worked on in this many groups, one commit each
# How late a slot may be used without moving all later ones. Event loops wake up a
# millisecond late, which would cost half of a rate of 1,000 a second; at 27 a second this
# is a third of an interval, so there is still no burst.
_LATENESS = timedelta(milliseconds=10)

Clock = Callable[[], datetime]
Sleep = Callable[[timedelta], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Drained:
    """What one run did: copies attempted and what became of them, and pauses for all."""

    attempted: int = 0
    sent: int = 0
    gone: int = 0
    failed: int = 0
    later: int = 0
    unknown: int = 0
    pauses: int = 0


async def pause_for(time: timedelta) -> None:
    """Sleep for real; tests pass another one."""
    await asyncio.sleep(time.total_seconds())


async def drain(
    outbox: Outbox,
    sender: Sender,
    *,
    per_second: float,
    now: Clock,
    sleep: Sleep = pause_for,
    window: int = 8,
) -> Drained:
    """Send what is due until nothing is, and return what became of it.

    Not faster than *per_second* parts a second, evenly, without bursts. A flood answer puts
    off its chat; the third in one batch makes everyone wait, and copies that have started by
    then go back to the queue. When the outbox fails, copies on their way are still settled as
    far as possible and those that have not started are given back, then the error is raised.

    Raises:
        ValueError: *per_second* or *window* is not positive.
    """
    if per_second <= 0 or window < 1:
        raise ValueError(f"per_second and window must be positive: {per_second}, {window}")
    size = -(-window // _GROUPS)
    run = _Run(outbox, sender, _Pace(per_second, now, sleep), now, size)
    run.batch = max(window, int(per_second * _CLAIM_SECONDS))
    # not a task group: that would cancel sends in mid-call, whose fate is then unknown
    results = await asyncio.gather(
        *(run.work() for _ in range(window // size)), return_exceptions=True
    )
    try:
        await run.give_back()
    finally:
        for result in results:
            if isinstance(result, BaseException):
                raise result
    return run.drained()


class _Pace:
    """Hands out moments, one interval apart, and can put them all off."""

    def __init__(self, per_second: float, now: Clock, sleep: Sleep) -> None:
        self._interval = timedelta(seconds=1 / per_second)
        self._now = now
        self._sleep = sleep
        self._next = now()
        self._not_before = now()

    def reserve(self) -> datetime:
        slot = max(self._next, self._now() - _LATENESS, self._not_before)
        self._next = slot + self._interval
        return slot

    def pause(self, wait: timedelta) -> None:
        self._not_before = max(self._not_before, self._now() + wait)

    async def until(self, slot: datetime) -> None:
        # a pause may begin while we sleep
        while (wait := max(slot, self._not_before) - self._now()) > timedelta():
            await self._sleep(wait)

    async def reach(self, slot: datetime) -> timedelta:
        """Wait for *slot*; when a pause for all has begun, return at once how long it lasts."""
        while (rest := self._not_before - self._now()) <= timedelta():
            if (wait := slot - self._now()) <= timedelta():
                return timedelta()
            await self._sleep(wait)
        return rest


class _Run:
    """One run of `drain`: what is claimed, and what became of the rest."""

    def __init__(self, outbox: Outbox, sender: Sender, pace: _Pace, now: Clock, group: int) -> None:
        self._outbox = outbox
        self._sender = sender
        self._pace = pace
        self._now = now
        self._group = group
        self._claimed: deque[Parcel] = deque()
        self._refused: list[Parcel] = []
        self._claiming = asyncio.Lock()
        self._over = False
        self._floods = 0
        self._pauses = 0
        self._outcomes: Counter[type[Outcome]] = Counter()
        self.batch = group

    async def work(self) -> None:
        """Send groups until nothing is left or another worker failed."""
        try:
            while group := await self._take():
                await self._send_group(group)
        finally:
            self._over = True

    async def give_back(self) -> None:
        """Release what was claimed and did not start."""
        if left := [*self._refused, *self._claimed]:
            await self._outbox.release(left, self._now())

    def drained(self) -> Drained:
        return Drained(
            attempted=self._outcomes.total(),
            sent=self._outcomes[Sent],
            gone=self._outcomes[Gone],
            failed=self._outcomes[Failed],
            later=self._outcomes[TryLater] + self._outcomes[Moved],
            unknown=self._outcomes[Unknown],
            pauses=self._pauses,
        )

    async def _take(self) -> list[Parcel]:
        async with self._claiming:
            if not self._claimed and not self._over:
                self._claimed.extend(await self._outbox.claim(self.batch, self._now()))
                self._floods = 0
            if self._over or not self._claimed:
                return []
            size = min(self._group, len(self._claimed))
            return [self._claimed.popleft() for _ in range(size)]

    async def _send_group(self, group: Sequence[Parcel]) -> None:
        slots = [self._pace.reserve() for _ in group]
        await self._pace.until(slots[0])
        ours: set[int] = set()
        try:
            ours = await self._outbox.start(group, self._now())
        finally:
            self._refused += (parcel for parcel in group if parcel.id not in ours)
        settlements = await asyncio.gather(
            *(
                self._send(parcel, slot)
                for parcel, slot in zip(group, slots, strict=True)
                if parcel.id in ours
            )
        )
        await self._outbox.settle(settlements, self._now())
        self._outcomes.update(type(each.outcome) for each in settlements)

    async def _send(self, parcel: Parcel, slot: datetime) -> Settlement:
        """Send the pieces that are missing, in order; stop at the first that is not taken."""
        done = Settlement(parcel, Sent(()), parcel.parts_sent)
        pieces = parcel.content.pieces
        for number in range(parcel.parts_sent, pieces):
            done = await self._send_part(done, number, slot)
            if not isinstance(done.outcome, Sent):
                return done
            if number + 1 < pieces:
                slot = self._pace.reserve()
        return replace(done, outcome=Sent(done.message_ids))

    async def _send_part(self, done: Settlement, number: int, slot: datetime) -> Settlement:
        outcome = await self._call(done, number, slot)
        if isinstance(outcome, Moved) and done.moved_to is None:
            done = replace(done, moved_to=outcome.chat_id)
            outcome = await self._call(done, number, self._pace.reserve())
        if isinstance(outcome, Sent):
            ids = (*done.message_ids, *outcome.message_ids)
            return replace(done, outcome=outcome, parts_sent=number + 1, message_ids=ids)
        return replace(done, outcome=outcome)

    async def _call(self, done: Settlement, number: int, slot: datetime) -> Outcome:
        if rest := await self._pace.reach(slot):
            # Not waited for: a started copy is taken for lost after five minutes and sent
            # again by somebody else. As flood, because it is no attempt of this copy's.
            return TryLater(rest, "paused", flood=True)
        chat_id = done.parcel.chat_id if done.moved_to is None else done.moved_to
        outcome = await perform(self._sender, done.parcel, chat_id, number)
        if outcome == TOO_LATE:
            outcome = await self._take_back(done.parcel, chat_id)
        if isinstance(outcome, TryLater) and outcome.flood:
            self._flooded(outcome.wait)
        return outcome

    async def _take_back(self, parcel: Parcel, chat_id: int) -> Outcome:
        """Give what cannot be deleted any more the words that say so, each in its own slot."""
        for message_id in parcel.targets:
            if rest := await self._pace.reach(self._pace.reserve()):
                return TryLater(rest, "paused", flood=True)
            words = parcel.content.parts[0]
            outcome = await self._sender.edit(chat_id, message_id, words, ())
            if not isinstance(outcome, Sent):
                return outcome
        return Sent(())

    def _flooded(self, wait: timedelta) -> None:
        self._floods += 1
        if self._floods >= FLOODS_UNTIL_PAUSE:
            self._pauses += self._floods == FLOODS_UNTIL_PAUSE
            self._pace.pause(wait)
