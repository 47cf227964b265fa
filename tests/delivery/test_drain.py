from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from db.claims import CLAIM_FOR
from delivery.budget import Budget
from delivery.drain import Drained, drain
from delivery.model import (
    Button,
    Content,
    Failed,
    Gone,
    Kind,
    Moved,
    Parcel,
    Status,
    TryLater,
    Unknown,
)
from delivery.pace import ChatPace
from delivery.policy import window
from tests.fakes import FakeClock, FakeOutbox, FakeSender, FakeSleep, a_parcel


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def sender(clock):
    return FakeSender(clock)


@pytest.fixture
def run(clock, sender):
    async def run(outbox, *, per_second=20, window=8):
        sleep = FakeSleep(clock)
        return await drain(
            outbox, sender, per_second=per_second, now=clock, sleep=sleep, window=window
        )

    return run


async def test_everybody_gets_one_copy(run, sender):
    outbox = FakeOutbox([a_parcel(n) for n in range(1, 101)])
    done = await run(outbox)
    assert sorted(chat for chat, _ in sender.sent) == list(range(1, 101))
    assert done == Drained(attempted=100, sent=100)
    assert set(outbox.status.values()) == {Status.SENT}


async def test_an_empty_outbox_is_no_trouble(run):
    assert await run(FakeOutbox()) == Drained()


@pytest.mark.parametrize("per_second", [1, 27, 200])
async def test_never_more_than_the_rate_in_any_second(run, sender, per_second):
    await run(FakeOutbox([a_parcel(n) for n in range(1, 301)]), per_second=per_second)
    moments = sorted(sender.moments)
    most = max(sum(m <= other < m + timedelta(seconds=1) for other in moments) for m in moments)
    assert most <= per_second + 1


async def test_the_rate_is_used(run, sender, clock):
    start = clock.now
    await run(FakeOutbox([a_parcel(n) for n in range(1, 271)]), per_second=27)
    assert clock.now - start <= timedelta(seconds=10.1)


@pytest.mark.parametrize("window", [1, 3, 8, 20, 64])
async def test_no_more_under_way_than_the_window(run, window):
    outbox = FakeOutbox([a_parcel(n) for n in range(1, 201)])
    await run(outbox, window=window)
    assert 0 < outbox.most_under_way <= window


async def test_each_kind_keeps_to_its_own_window(clock):
    most = Counter[Kind]()

    class Counting(FakeOutbox):
        async def start(self, parcels, now):
            ours = await super().start(parcels, now)
            under_way = [n for n, status in self.status.items() if status is Status.SENDING]
            for kind, number in Counter(self.parcels[n].kind for n in under_way).items():
                most[kind] = max(most[kind], number)
            return ours

    windows = {Kind.NOTICE: 1, Kind.URGENT: 12, Kind.DIGEST: 3}
    kinds = [Kind.DIGEST, *list(Kind) * 25]
    outbox = Counting([a_parcel(n, kind=kind) for n, kind in enumerate(kinds, 1)])
    sleep = FakeSleep(clock)
    slow = Slow(clock, sleep)
    done = await drain(outbox, slow, per_second=200, now=clock, sleep=sleep, window=windows)
    assert done.sent == len(kinds)
    assert (most[Kind.NOTICE], most[Kind.DIGEST]) == (1, 3)
    assert 10 <= most[Kind.URGENT] <= 12


@pytest.mark.parametrize("parts", [1, 4])
async def test_an_urgent_update_passes_a_long_digest(clock, parts):
    digest = [a_parcel(n, *["news"] * parts, kind=Kind.DIGEST) for n in range(1, 101)]
    outbox = InOrder(digest)
    approved = clock.now + timedelta(seconds=2)
    sleep = FakeSleep(clock)
    sender = FakeSender(clock)

    async def passing(time):
        await sleep(time)
        if clock.now >= approved and 1001 not in outbox.status:
            for number in range(1001, 1051):
                outbox.add(a_parcel(number, "danger"))

    windows = {kind: window(kind, 28) for kind in Kind}
    await drain(outbox, sender, per_second=28, now=clock, sleep=passing, window=windows)
    urgent = [
        moment - approved
        for moment, (_, text) in zip(sender.moments, sender.sent, strict=True)
        if text == "danger"
    ]
    assert len(urgent) == 50 and len(sender.sent) == 50 + 100 * parts
    assert urgent[0] <= timedelta(seconds=2.6)
    assert urgent[-1] - urgent[0] <= timedelta(seconds=50 / 28 + 1)


async def test_bulk_leaves_the_room_that_answers_take(clock, sender):
    budget = Budget(30, lambda: clock().timestamp())
    sleep, answered = FakeSleep(clock), list[datetime]()

    async def answering(time):
        await sleep(time)
        if not answered or clock.now - answered[-1] >= timedelta(seconds=0.2):
            answered.append(clock.now)
            with budget.answer():
                pass

    outbox = FakeOutbox([a_parcel(n) for n in range(1, 301)])
    await drain(outbox, sender, per_second=28, now=clock, sleep=answering, budget=budget)
    assert len(sender.sent) == 300 and len(answered) > 50
    assert most_in(sorted([*sender.moments, *answered]), timedelta(seconds=1)) <= 30


def most_in(moments, time):
    return max(sum(m <= other < m + time for other in moments) for m in moments)


@pytest.mark.parametrize(
    ("chat_id", "time", "most"),
    [
        pytest.param(
            7, timedelta(seconds=3), 5, id="a person: one a second after a burst of three"
        ),
        pytest.param(-7, timedelta(minutes=1), 20, id="a group: twenty a minute"),
    ],
)
async def test_one_chat_gets_no_more_than_telegram_allows_and_holds_up_nobody(
    run, sender, clock, chat_id, time, most
):
    theirs = [replace(a_parcel(n), chat_id=chat_id) for n in range(1, 41)]
    outbox = FakeOutbox([*theirs, *(a_parcel(n) for n in range(1001, 1101))])
    start = clock.now
    await run(outbox, per_second=27)
    moments = [
        m for m, (chat, _) in zip(sender.moments, sender.sent, strict=True) if chat == chat_id
    ]
    others = [
        m for m, (chat, _) in zip(sender.moments, sender.sent, strict=True) if chat != chat_id
    ]
    assert len(moments) == 40 and most_in(moments, time) <= most
    assert len(others) == 100 and max(others) - start <= timedelta(seconds=4.5)


async def test_a_long_copy_does_not_flood_its_group(run, sender):
    parts = [f"part {n}" for n in range(1, 31)]
    await run(FakeOutbox([replace(a_parcel(1, *parts), chat_id=-7)]))
    assert [part for _, part in sender.sent] == parts
    assert most_in(sender.moments, timedelta(minutes=1)) <= 20


async def test_what_a_chat_got_before_counts_in_the_next_run(clock, sender):
    chats, moments = ChatPace(), []
    for number in range(1, 9):
        outbox = FakeOutbox([replace(a_parcel(number), chat_id=7)])
        await drain(outbox, sender, per_second=27, now=clock, sleep=FakeSleep(clock), chats=chats)
        moments.append(sender.moments[-1])
    assert most_in(moments, timedelta(seconds=3)) <= 5


async def test_parts_go_in_order_and_the_buttons_under_the_last(run, sender):
    rows = ((Button("Read", url="https://example.org"),),)
    outbox = FakeOutbox([Parcel(1, 1, Kind.DIGEST, Content(("one", "two", "three"), rows))])
    await run(outbox)
    assert sender.sent == [(1, "one"), (1, "two"), (1, "three")]
    assert sender.buttons == [(), (), rows]
    assert outbox.settlements[0].message_ids == (1001, 1002, 1003)


async def test_a_copy_in_parts_goes_on_where_it_stopped(run, sender):
    outbox = FakeOutbox([a_parcel(1, "one", "two", "three", parts_sent=1)])
    await run(outbox)
    assert sender.sent == [(1, "two"), (1, "three")]
    assert outbox.settlements[0].parts_sent == 3


async def test_a_failure_in_the_middle_keeps_what_arrived(clock):
    class BreaksAtTwo(FakeSender):
        broken = False

        async def send(self, chat_id, html, buttons, **where):
            if html == "two" and not self.broken:
                self.broken = True
                return TryLater(timedelta(), "no connection")
            return await super().send(chat_id, html, buttons, **where)

    outbox = FakeOutbox([a_parcel(1, "one", "two", "three")])
    breaking = BreaksAtTwo(clock)
    first = await drain(outbox, breaking, per_second=20, now=clock, sleep=FakeSleep(clock))
    clock.advance(timedelta(minutes=1))
    second = await drain(outbox, breaking, per_second=20, now=clock, sleep=FakeSleep(clock))
    assert (first, second) == (Drained(attempted=1, later=1), Drained(attempted=1, sent=1))
    assert breaking.sent == [(1, "one"), (1, "two"), (1, "three")]


@pytest.mark.parametrize(
    ("floods", "pause"),
    [
        pytest.param(1, timedelta(), id="one busy chat delays nobody else"),
        pytest.param(2, timedelta(), id="nor do two"),
        pytest.param(3, timedelta(seconds=40), id="three: everyone waits"),
    ],
)
async def test_flood_answers(run, sender, clock, floods, pause):
    outbox = FakeOutbox([a_parcel(n) for n in range(1, 21)])
    for chat in range(1, floods + 1):
        sender.answers[chat].append(TryLater(timedelta(seconds=40), "flood", flood=True))
    start = clock.now
    done = await run(outbox, per_second=20, window=1)
    assert done.pauses == (1 if pause else 0)
    assert pause <= clock.now - start <= pause + timedelta(seconds=1.1)
    clock.advance(timedelta(seconds=40))
    await run(outbox)
    assert sorted(chat for chat, _ in sender.sent) == list(range(1, 21))


async def test_all_wait_no_longer_than_the_shortest_of_the_floods(run, sender, clock):
    outbox = FakeOutbox([a_parcel(n) for n in range(1, 21)])
    for chat, wait in ((1, 2), (2, 5), (3, 600)):
        sender.answers[chat].append(TryLater(timedelta(seconds=wait), "flood", flood=True))
    start = clock.now
    assert (await run(outbox, window=1)).pauses == 1
    assert timedelta(seconds=2) <= clock.now - start <= timedelta(seconds=4)


async def test_one_chat_that_floods_again_and_again_makes_nobody_wait(clock):
    clock_sleep, sender = FakeSleep(clock), FakeSender(clock)
    flood = TryLater(timedelta(seconds=40), "flood", flood=True)
    sender.answers[7].extend([flood] * 4)
    theirs = [replace(a_parcel(n), chat_id=7) for n in range(1, 5)]
    others = [a_parcel(n) for n in range(11, 21)]
    start = clock.now
    done = await drain(
        FakeOutbox([*theirs, *others]), sender, per_second=20, now=clock, sleep=clock_sleep
    )
    assert (done.pauses, len(sender.sent)) == (0, 10)
    assert clock.now - start <= timedelta(seconds=3)


async def test_nobody_is_sent_to_during_a_pause(run, sender, clock):
    outbox = FakeOutbox([a_parcel(n) for n in range(1, 21)])
    for chat in (1, 2, 3):
        sender.answers[chat].append(TryLater(timedelta(seconds=40), "flood", flood=True))
    start = clock.now
    await run(outbox, per_second=20, window=8)
    during = [m for m in sender.moments if timedelta(seconds=1) < m - start < timedelta(seconds=40)]
    assert during == []


class Expiring(FakeOutbox):
    """Claims run out after five minutes, and then another process takes them over."""

    def __init__(self, parcels, clock):
        super().__init__(parcels)
        self.clock, self.until = clock, {}

    async def claim(self, limit, now):
        parcels = await super().claim(limit, now)
        self.until.update((p.id, now + CLAIM_FOR) for p in parcels)
        return parcels

    async def start(self, parcels, now):
        ours = await super().start([p for p in parcels if self.until[p.id] > now], now)
        self.until.update((number, now + CLAIM_FOR) for number in ours)
        return ours

    def recover(self):
        for number in [n for n in self.claimed if self.until[n] <= self.clock()]:
            self.claimed.discard(number)
            if self.status[number] is Status.SENDING:
                self.status[number] = Status.QUEUED


class InOrder(FakeOutbox):
    """Gives notices first, then urgent updates, then digests, as the database does."""

    def add(self, parcel):
        self.parcels[parcel.id], self.status[parcel.id] = parcel, Status.QUEUED

    async def claim(self, limit, now):
        order = sorted(self.status, key=lambda n: (list(Kind).index(self.parcels[n].kind), n))
        self.status = {number: self.status[number] for number in order}
        return await super().claim(limit, now)


class Slow(FakeSender):
    """Takes a tenth of a second for each message, in which others may get on."""

    def __init__(self, clock, nap):
        super().__init__(clock)
        self.nap = nap

    async def send(self, chat_id, html, buttons, **where):
        await self.nap(timedelta(seconds=0.1))
        return await super().send(chat_id, html, buttons, **where)


@pytest.mark.parametrize("parts", [("hello",), ("one", "two", "three")], ids=["a part", "three"])
@pytest.mark.parametrize("window", [1, 8, 20])
async def test_a_pause_longer_than_a_claim_sends_nothing_twice(clock, parts, window):
    nap = FakeSleep(clock)
    sender = Slow(clock, nap)
    outbox = Expiring([a_parcel(n, *parts) for n in range(1, 41)], clock)
    for chat in (2, 3, 4):
        sender.answers[chat].append(TryLater(timedelta(seconds=400), "flood", flood=True))

    async def sleep(time):
        await nap(time)
        outbox.recover()

    for _ in range(5):
        await drain(outbox, sender, per_second=20, now=clock, sleep=sleep, window=window)
        clock.advance(timedelta(minutes=2))
        outbox.recover()
    assert sorted(sender.sent) == sorted((n, part) for n in range(1, 41) for part in parts)
    assert set(outbox.status.values()) == {Status.SENT}


async def test_a_copy_that_a_pause_overtakes_goes_back_without_an_attempt(run, sender):
    for chat in (3, 4, 5):
        sender.answers[chat].append(TryLater(timedelta(seconds=400), "flood", flood=True))
    outbox = FakeOutbox([a_parcel(n) for n in range(1, 41)])
    await run(outbox, window=24)
    overtaken = {
        s.parcel.id: s.outcome.wait
        for s in outbox.settlements
        if isinstance(s.outcome, TryLater) and s.outcome.reason == "paused"
    }
    assert overtaken == {6: timedelta(seconds=400)}
    assert (outbox.status[6], outbox.parcels[6].attempts) == (Status.SENT, 1)
    assert sender.sent.count((6, "hello")) == 1


async def test_a_moved_group_gets_it_at_its_new_id(run, sender):
    sender.answers[1].append(Moved(-100))
    outbox = FakeOutbox([a_parcel(1)])
    await run(outbox)
    assert sender.sent == [(-100, "hello")]
    assert (outbox.status[1], outbox.settlements[0].moved_to) == (Status.SENT, -100)


async def test_a_group_that_moves_twice_waits(run, sender):
    sender.answers[1].append(Moved(-100))
    sender.answers[-100].append(Moved(-200))
    outbox = FakeOutbox([a_parcel(1)])
    assert (await run(outbox)).later == 1
    assert outbox.status[1] is Status.QUEUED


async def test_outcomes_are_counted_and_stop_nobody_else(run, sender):
    sender.answers[1].append(Gone("blocked"))
    sender.answers[2].append(Failed("refused"))
    sender.answers[3].append(Unknown("timed out"))
    outbox = FakeOutbox([a_parcel(n, kind=Kind.DIGEST) for n in range(1, 6)])
    assert await run(outbox) == Drained(attempted=5, sent=2, gone=1, failed=1, unknown=1)


async def test_what_may_not_start_is_not_sent(run, sender):
    class Cancelled(FakeOutbox):
        async def start(self, parcels, now):
            for parcel in parcels:
                self.status[parcel.id] = Status.SKIPPED
            return set()

    assert await run(Cancelled([a_parcel(1), a_parcel(2)])) == Drained()
    assert sender.sent == []


async def test_a_broken_outbox_is_reported_and_what_left_is_settled(run, sender):
    class BreaksAtTen(FakeOutbox):
        async def start(self, parcels, now):
            if parcels[0].id == 10:
                raise OSError("the disk is full")
            return await super().start(parcels, now)

    outbox = BreaksAtTen([a_parcel(n) for n in range(1, 31)])
    with pytest.raises(OSError, match="disk"):
        await run(outbox)
    assert Status.SENDING not in outbox.status.values()
    assert len(sender.sent) == len(outbox.settlements)
    assert outbox.claimed == set(), "what did not start can be claimed again at once"


async def test_the_first_trouble_is_told_when_claims_cannot_be_given_back(run):
    class Broken(FakeOutbox):
        async def start(self, parcels, now):
            raise OSError("the disk is full")

        async def release(self, parcels, now):
            raise OSError("it still is")

    with pytest.raises(OSError, match="the disk is full"):
        await run(Broken([a_parcel(1)]))


async def test_what_was_stopped_after_its_claim_is_given_back(run):
    class Stopping(FakeOutbox):
        async def start(self, parcels, now):
            return set()

    outbox = Stopping([a_parcel(n) for n in range(1, 31)])
    assert await run(outbox) == Drained()
    assert outbox.claimed == set()


@pytest.mark.parametrize(("per_second", "window"), [(0, 8), (-1, 8), (27, 0)])
async def test_senseless_limits_are_refused(run, per_second, window):
    with pytest.raises(ValueError, match="must be positive"):
        await run(FakeOutbox(), per_second=per_second, window=window)
