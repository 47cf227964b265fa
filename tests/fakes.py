"""Small working stand-ins for the outside: they record, they expect nothing."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappush

from delivery.model import (
    Attachment,
    Button,
    Content,
    Kind,
    Outcome,
    Parcel,
    Sent,
    Settlement,
    Status,
)
from delivery.policy import after
from digests.feed import Feed, FeedUpdate
from digests.item import Decision, StoredItem

_ROUNDS = 20  # of the event loop, in which others may get on before the clock jumps


def a_parcel(number: int, *parts: str, kind: Kind = Kind.URGENT, **changed) -> Parcel:
    """Copy *number* of a message, to the chat of the same number."""
    return Parcel(number, number, kind, Content(parts or ("hello",)), **changed)


class FakeClock:
    """Time that moves only when something sleeps, or a test says so."""

    def __init__(self, start: datetime = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


class FakeSleep:
    """Sleeps no time: when nobody has anything else to do, the clock jumps to the next waker.

    *slept* adds up how long each sleeper slept.
    """

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.slept = timedelta()
        self._wakers: list[datetime] = []

    async def __call__(self, time: timedelta) -> None:
        self.slept += time
        until = self.clock() + time
        heappush(self._wakers, until)
        while (before := self.clock()) < until:
            for _ in range(_ROUNDS):
                await asyncio.sleep(0)
            # when it jumped meanwhile, somebody has just woken up and comes first
            if self.clock() == before and self._wakers[0] == until:
                self.clock.now = until
        self._wakers.remove(until)
        heapify(self._wakers)


class FakeSender:
    """Takes every message, unless *answers* holds something else for the chat, used in order."""

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.sent: list[tuple[int, str]] = []
        self.changes: list[tuple[int, str]] = []
        self.threads: list[int | None] = []
        self.moments: list[datetime] = []
        self.buttons: list[Sequence[Sequence[Button]]] = []
        self.answers: defaultdict[int, deque[Outcome]] = defaultdict(deque)
        self._clock = clock or FakeClock()

    async def send(
        self,
        chat_id: int,
        html: str,
        buttons: Sequence[Sequence[Button]],
        *,
        thread_id: int | None = None,
    ) -> Outcome:
        self.moments.append(self._clock())
        if self.answers[chat_id]:
            return self.answers[chat_id].popleft()
        self.sent.append((chat_id, html))
        self.threads.append(thread_id)
        self.buttons.append(buttons)
        return Sent((1000 + len(self.sent),))

    async def attach(
        self, chat_id: int, attachment: Attachment, *, thread_id: int | None = None
    ) -> Outcome:
        return await self.send(chat_id, f"<{attachment.media}>", (), thread_id=thread_id)

    async def edit(
        self, chat_id: int, message_id: int, html: str, buttons: Sequence[Sequence[Button]]
    ) -> Outcome:
        return self._change(chat_id, f"edit {message_id}: {html}")

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> Outcome:
        return self._change(chat_id, f"delete {' '.join(map(str, message_ids))}")

    def _change(self, chat_id: int, what: str) -> Outcome:
        self.moments.append(self._clock())
        if self.answers[chat_id]:
            return self.answers[chat_id].popleft()
        self.changes.append((chat_id, what))
        return Sent(())


class FakeOutbox:
    """An outbox in memory that follows the same rules; remembers the most copies under way."""

    def __init__(self, parcels: Sequence[Parcel] = ()) -> None:
        self.parcels = {parcel.id: parcel for parcel in parcels}
        self.status = dict.fromkeys(self.parcels, Status.QUEUED)
        self.not_before: dict[int, datetime] = {}
        self.claimed: set[int] = set()
        self.settlements: list[Settlement] = []
        self.most_under_way = 0

    async def claim(self, limit: int, now: datetime) -> list[Parcel]:
        due = [
            number
            for number, status in self.status.items()
            if status is Status.QUEUED
            and number not in self.claimed
            and self.not_before.get(number, now) <= now
        ]
        self.claimed.update(due[:limit])
        return [self.parcels[number] for number in due[:limit]]

    async def start(self, parcels: Sequence[Parcel], now: datetime) -> set[int]:
        ours = {p.id for p in parcels if self.status[p.id] is Status.QUEUED}
        for number in ours:
            self.status[number] = Status.SENDING
        under_way = list(self.status.values()).count(Status.SENDING)
        self.most_under_way = max(self.most_under_way, under_way)
        return ours

    async def settle(self, settlements: Sequence[Settlement], now: datetime) -> None:
        for each in settlements:
            then = after(each.parcel, each.outcome, now)
            number = each.parcel.id
            self.settlements.append(each)
            self.status[number] = then.status
            self.claimed.discard(number)
            self.not_before[number] = then.not_before or now
            chat_id = each.parcel.chat_id if each.moved_to is None else each.moved_to
            self.parcels[number] = replace(
                each.parcel, chat_id=chat_id, parts_sent=each.parts_sent, attempts=then.attempts
            )

    async def release(self, parcels: Sequence[Parcel], now: datetime) -> None:
        waiting = (p.id for p in parcels if self.status[p.id] is Status.QUEUED)
        self.claimed.difference_update(waiting)


class MemoryFeedStore:
    """A feed store in memory: feeds by id, items once per feed."""

    def __init__(self, feeds: Sequence[Feed] = ()) -> None:
        self.feeds = {feed.id: feed for feed in feeds}
        self.items: dict[tuple[int, str], StoredItem] = {}
        self.updates: list[FeedUpdate] = []

    async def due(self, now: datetime, limit: int) -> list[Feed]:
        waiting = [f for f in self.feeds.values() if f.next_check <= now and not f.stopped]
        return sorted(waiting, key=lambda f: (f.next_check, f.id))[:limit]

    async def known(self, feed_id: int, item_ids: Sequence[str]) -> set[str]:
        return {item_id for item_id in item_ids if (feed_id, item_id) in self.items}

    async def apply(self, update: FeedUpdate, now: datetime) -> int:
        self.updates.append(update)
        self.feeds[update.feed.id] = update.feed
        before = len(self.items)
        for judged in update.items:
            key = (update.feed.id, judged.item.item_id)
            self.items.setdefault(
                key,
                StoredItem(
                    id=len(self.items) + 1,
                    feed_id=update.feed.id,
                    item=judged.item,
                    decision=Decision(judged.verdict.decision),
                    reasons=judged.verdict.reasons,
                    topics=judged.verdict.topics,
                    first_seen=now,
                ),
            )
        return len(self.items) - before
