"""Empty the outbox within the rate: claim, then for each copy start, send, settle.

At most a *window* of copies of a kind is on its way at any moment, which is also how many may
arrive twice, or be of unknown fate, after a crash. A slow answer holds up its own place in the
window, not the others. Most places are empty most of the time: few copies are marked before
their turn has come (`_AHEAD`), and each is settled as soon as Telegram has answered.
"""

import asyncio
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from delivery.acts import perform
from delivery.budget import Budget
from delivery.line import Line
from delivery.model import (
    TOO_LATE,
    Failed,
    Gone,
    Kind,
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

# Flood answers from so many chats in a row make everyone wait: then it is the bot that is too
# fast, not one chat. In a row, because with one of a hundred calls flooded, which stops nobody
# else (reliability.md, D4), three of a hundred copies are so now and then.
FLOODS_UNTIL_PAUSE = 3
# How much is claimed at once, in seconds of sending: an urgent update waits behind no more
_CLAIM_SECONDS = 2
_FIRST_CLAIM = 8  # copies, of which nothing is known yet; some take several calls
_LOOK_EVERY = timedelta(seconds=1)  # into the outbox, while all that is claimed must wait
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


async def drain(  # noqa: PLR0913  (two ports, time, and four limits)
    outbox: Outbox,
    sender: Sender,
    *,
    per_second: float,
    now: Clock,
    sleep: Sleep = pause_for,
    window: int | Mapping[Kind, int] = 8,
    chats: ChatPace | None = None,
    budget: Budget | None = None,
) -> Drained:
    """Send what is due until nothing is, and return what became of it.

    Not faster than *per_second* parts a second, evenly, to no chat faster than *chats* and in
    no second more than *budget* allows: both remember earlier runs, and the budget knows of
    answers to people too. *window*: how many copies of each kind may be on their way. A flood
    answer puts off its chat; from a third chat in a row it makes everyone wait, and copies that
    have started by then go back to the queue. When the outbox fails, copies on their way are still
    settled as far as possible and those that have not started are given back, then the error
    is raised.

    Raises:
        ValueError: *per_second* or a *window* is not positive.
    """
    windows = window if isinstance(window, Mapping) else dict.fromkeys(Kind, window)
    if per_second <= 0 or min(windows.values()) < 1:
        raise ValueError(f"per_second and window must be positive: {per_second}, {window}")
    if budget is None:
        budget = Budget(math.ceil(per_second) + 1, lambda: now().timestamp())
    pace = Pace(per_second, now, sleep, budget)
    run = _Run(Together(outbox), sender, pace, Line(chats or ChatPace()), now)
    run.windows = windows
    run.at_once = per_second * _CLAIM_SECONDS
    run.ahead = asyncio.Semaphore(max(2, math.ceil(per_second * _AHEAD.total_seconds())))
    workers = (run.work() for _ in range(max(windows.values())))
    # not a task group: that would cancel sends in mid-call, whose fate is then unknown
    results = await asyncio.gather(*workers, return_exceptions=True)
    try:
        await run.give_back()
    finally:
        for result in results:
            if isinstance(result, BaseException):
                raise result
    return run.drained()


class _Run:
    """One run of `drain`: what is claimed, and what became of the rest."""

    def __init__(self, outbox: Outbox, sender: Sender, pace: Pace, line: Line, now: Clock) -> None:
        self._outbox = outbox
        self._sender = sender
        self._pace = pace
        self._line = line
        self._now = now
        self._refused: list[Parcel] = []
        self._claiming = asyncio.Lock()
        self._under_way: Counter[Kind] = Counter()
        self._freed = asyncio.Event()
        self._over = False
        self._floods: dict[int, timedelta] = {}  # chat: how long it wants us to wait
        self._pauses = 0
        self._outcomes: Counter[type[Outcome]] = Counter()
        self._claim = _FIRST_CLAIM
        self.windows: Mapping[Kind, int] = {}
        self.at_once = 1.0  # calls
        self.ahead = asyncio.Semaphore()

    async def work(self) -> None:
        """Send one copy after the other until nothing is left or another worker failed."""
        try:
            while (parcel := await self._take()) is not None:
                try:
                    await self._deliver(parcel)
                finally:
                    self._under_way[parcel.kind] -= 1
                    self._freed.set()
        finally:
            self._over = True
            self._freed.set()

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
                self._freed.clear()
                full = {
                    kind for kind, most in self.windows.items() if self._under_way[kind] >= most
                }
                if (parcel := self._line.next(self._now(), full)) is not None:
                    self._under_way[parcel.kind] += 1
                    return parcel
                if self._line.ready:
                    await self._freed.wait()
                elif not await self._claim_more():
                    if (moment := self._line.free_at()) is None:
                        break
                    await self._pace.until(min(moment, self._now() + _LOOK_EVERY))
            return None

    async def _claim_more(self) -> bool:
        claimed = await self._outbox.claim(self._claim, self._now())
        self._line.add(claimed)
        pieces = max((parcel.content.pieces for parcel in claimed), default=1)
        self._claim = max(_FIRST_CLAIM, int(self.at_once / max(1, pieces)))
        return bool(claimed)

    async def _deliver(self, parcel: Parcel) -> None:
        """Mark it shortly before its turn, send it and note what became of it."""
        async with self.ahead:
            await self._pace.until(self._now())  # not in a pause
            if not await self._mark(parcel):
                return
            began = await self._pace.turn()
        settlement = await self._send(parcel, began)
        await self._outbox.settle([settlement], self._now())
        self._outcomes[type(settlement.outcome)] += 1

    async def _mark(self, parcel: Parcel) -> bool:
        """Mark it as being sent; False if it may not go."""
        ours: set[int] = set()
        try:
            ours = await self._outbox.start([parcel], self._now())
        finally:
            if parcel.id not in ours:
                self._refused.append(parcel)
                self._line.give_back(parcel)
        return bool(ours)

    async def _send(self, parcel: Parcel, began: float | None) -> Settlement:
        """Send the pieces that are missing, in order; stop at the first that is not taken."""
        done = Settlement(parcel, Sent(()), parcel.parts_sent)
        pieces = parcel.content.pieces
        if parcel.parts_sent >= pieces and began is not None:
            self._pace.end(began)
        for number in range(parcel.parts_sent, pieces):
            done = await self._send_part(done, number, began)
            if not isinstance(done.outcome, Sent):
                return done
            if number + 1 < pieces:
                await self._pace.reach(self._line.reserve(parcel, self._now()))
                began = await self._pace.turn()
        return replace(done, outcome=Sent(done.message_ids))

    async def _send_part(self, done: Settlement, number: int, began: float | None) -> Settlement:
        outcome = await self._call(done, number, began)
        if isinstance(outcome, Moved) and done.moved_to is None:
            done = replace(done, moved_to=outcome.chat_id)
            outcome = await self._call(done, number, await self._pace.turn())
        if isinstance(outcome, Sent):
            ids = (*done.message_ids, *outcome.message_ids)
            return replace(done, outcome=outcome, parts_sent=number + 1, message_ids=ids)
        return replace(done, outcome=outcome)

    async def _call(self, done: Settlement, number: int, began: float | None) -> Outcome:
        """Make the call whose turn it is; *began* is None when a pause has come instead."""
        if began is None:
            return self._paused()
        chat_id = done.parcel.chat_id if done.moved_to is None else done.moved_to
        try:
            outcome = await perform(self._sender, done.parcel, chat_id, number)
        finally:
            self._pace.end(began)
        if outcome == TOO_LATE:
            outcome = await self._take_back(done.parcel, chat_id)
        if isinstance(outcome, TryLater) and outcome.flood:
            self._flooded(chat_id, outcome.wait)
        else:
            self._floods.clear()
        return outcome

    def _paused(self) -> TryLater:
        """Put a copy off that has started.

        It does not wait: a started copy is taken for lost after five minutes and sent again by
        somebody else. As flood, because it is no attempt of this copy's.
        """
        return TryLater(max(timedelta(), self._pace.rest), "paused", flood=True)

    async def _take_back(self, parcel: Parcel, chat_id: int) -> Outcome:
        """Give what cannot be deleted any more the words that say so, each in its own turn."""
        for message_id in parcel.targets:
            if (began := await self._pace.turn()) is None:
                return self._paused()
            words = parcel.content.parts[0]
            try:
                outcome = await self._sender.edit(chat_id, message_id, words, ())
            finally:
                self._pace.end(began)
            if not isinstance(outcome, Sent):
                return outcome
        return Sent(())

    def _flooded(self, chat_id: int, wait: timedelta) -> None:
        before, self._floods[chat_id] = len(self._floods), wait
        if len(self._floods) >= FLOODS_UNTIL_PAUSE:
            self._pauses += before < FLOODS_UNTIL_PAUSE
            # the shortest: a chat may have to wait longer for reasons of its own
            self._pace.pause(min(self._floods.values()))
