"""Empty the outbox within the rate: claim, then for each copy start, send, settle.

At most *window* copies are on their way at any moment, which is also how many may arrive
twice after a crash. A slow answer holds up its own place in the window, not the others. Most
places are empty most of the time: few copies are marked before their turn has come
(`_AHEAD`), and each is settled as soon as Telegram has answered.
"""

import asyncio
import math
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from delivery.acts import perform
from delivery.line import Line
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
from delivery.pace import ChatPace, Clock, Pace, Sleep
from delivery.together import Together

# So many flood answers in a row make everyone wait: then it is the bot that is too fast, not
# one chat. In a row, because with one of a hundred calls flooded, which stops nobody else
# (reliability.md, D4), three of a hundred copies are so now and then.
FLOODS_UNTIL_PAUSE = 3
_CLAIM_SECONDS = 2  # how much is claimed at once: an urgent update waits behind no more
# How much may be marked before its turn: the mark is a commit, and takes a few milliseconds
_AHEAD = timedelta(seconds=0.1)


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


async def drain(  # noqa: PLR0913  (two ports, time, and three limits)
    outbox: Outbox,
    sender: Sender,
    *,
    per_second: float,
    now: Clock,
    sleep: Sleep = pause_for,
    window: int = 8,
    chats: ChatPace | None = None,
) -> Drained:
    """Send what is due until nothing is, and return what became of it.

    Not faster than *per_second* parts a second, evenly, without bursts, and to no chat faster
    than *chats*, which remembers earlier runs, allows. A flood answer puts off its chat; the
    third in a row makes everyone wait, and copies that have started by then go back to the
    queue. When the outbox fails, copies on their way are still settled as far as possible
    and those that have not started are given back, then the error is raised.

    Raises:
        ValueError: *per_second* or *window* is not positive.
    """
    if per_second <= 0 or window < 1:
        raise ValueError(f"per_second and window must be positive: {per_second}, {window}")
    run = _Run(Together(outbox), sender, Pace(per_second, now, sleep), chats or ChatPace(), now)
    run.batch = max(window, int(per_second * _CLAIM_SECONDS))
    run.ahead = asyncio.Semaphore(max(2, math.ceil(per_second * _AHEAD.total_seconds())))
    # not a task group: that would cancel sends in mid-call, whose fate is then unknown
    results = await asyncio.gather(*(run.work() for _ in range(window)), return_exceptions=True)
    try:
        await run.give_back()
    finally:
        for result in results:
            if isinstance(result, BaseException):
                raise result
    return run.drained()


class _Run:
    """One run of `drain`: what is claimed, and what became of the rest."""

    def __init__(
        self, outbox: Outbox, sender: Sender, pace: Pace, chats: ChatPace, now: Clock
    ) -> None:
        self._outbox = outbox
        self._sender = sender
        self._pace = pace
        self._now = now
        self._line = Line(chats)
        self._refused: list[Parcel] = []
        self._claiming = asyncio.Lock()
        self._over = False
        self._floods = 0
        self._pauses = 0
        self._outcomes: Counter[type[Outcome]] = Counter()
        self.batch = 1
        self.ahead = asyncio.Semaphore()

    async def work(self) -> None:
        """Send one copy after the other until nothing is left or another worker failed."""
        try:
            while (parcel := await self._take()) is not None:
                if (slot := await self._start(parcel)) is not None:
                    settlement = await self._send(parcel, slot)
                    await self._outbox.settle([settlement], self._now())
                    self._outcomes[type(settlement.outcome)] += 1
        finally:
            self._over = True

    async def give_back(self) -> None:
        """Release what was claimed and did not start."""
        if left := [*self._refused, *self._line.left()]:
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

    async def _take(self) -> Parcel | None:
        """Return the copy whose turn it is, None when there is no more."""
        async with self._claiming:
            while not self._over:
                if (parcel := self._line.next(self._now())) is not None:
                    return parcel
                claimed = await self._outbox.claim(self.batch, self._now())
                if claimed:
                    self._line.add(claimed)
                elif (moment := self._line.free_at()) is not None:
                    await self._pace.until(moment)
                else:
                    break
            return None

    async def _start(self, parcel: Parcel) -> datetime | None:
        """Mark it shortly before its turn, wait for that and return it; None if it may not go."""
        async with self.ahead:
            await self._pace.until(self._now())  # not in a pause
            ours: set[int] = set()
            try:
                ours = await self._outbox.start([parcel], self._now())
            finally:
                if parcel.id not in ours:
                    self._refused.append(parcel)
                    self._line.give_back(parcel)
            if not ours:
                return None
            slot = self._pace.reserve()
            await self._pace.reach(slot)
            return slot

    async def _send(self, parcel: Parcel, slot: datetime) -> Settlement:
        """Send the pieces that are missing, in order; stop at the first that is not taken."""
        done = Settlement(parcel, Sent(()), parcel.parts_sent)
        pieces = parcel.content.pieces
        for number in range(parcel.parts_sent, pieces):
            done = await self._send_part(done, number, slot)
            if not isinstance(done.outcome, Sent):
                return done
            if number + 1 < pieces:
                await self._pace.reach(self._line.reserve(parcel, self._now()))
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
        else:
            self._floods = 0
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
