import asyncio

import pytest

from delivery.model import Sent, Settlement, Status
from delivery.together import Together
from tests.fakes import FakeClock, FakeOutbox, a_parcel


class Counting(FakeOutbox):
    """Lets others on in the middle of each transaction, and counts them."""

    def __init__(self, parcels):
        super().__init__(parcels)
        self.open = self.transactions = 0

    async def _transaction(self, work):
        self.transactions += 1
        self.open += 1
        assert self.open == 1
        for _ in range(5):
            await asyncio.sleep(0)
        self.open -= 1
        return await work

    async def start(self, parcels, now):
        return await self._transaction(super().start(parcels, now))

    async def settle(self, settlements, now):
        return await self._transaction(super().settle(settlements, now))


@pytest.fixture
def clock():
    return FakeClock()


async def one_by_one(outbox, parcels, clock):
    """Let each copy be started and settled by somebody of its own; return who may go."""

    async def one(parcel):
        ours = await outbox.start([parcel], clock())
        if ours:
            await outbox.settle([Settlement(parcel, Sent((1,)), 1, (1,))], clock())
        return ours

    return await asyncio.gather(*(one(parcel) for parcel in parcels))


async def test_who_comes_at_once_shares_a_transaction(clock):
    counting = Counting([a_parcel(n) for n in range(1, 101)])
    ours = await one_by_one(Together(counting), counting.parcels.values(), clock)
    assert ours == [{n} for n in range(1, 101)]
    assert set(counting.status.values()) == {Status.SENT}
    assert counting.transactions <= 4


async def test_who_is_alone_does_not_wait(clock):
    counting = Counting([a_parcel(1)])
    assert await one_by_one(Together(counting), counting.parcels.values(), clock) == [{1}]
    assert counting.transactions == 2


async def test_each_hears_of_its_own_copies_only(clock):
    counting = Counting([a_parcel(n) for n in range(1, 7)])
    counting.status[2] = counting.status[5] = Status.SKIPPED
    ours = await one_by_one(Together(counting), counting.parcels.values(), clock)
    assert ours == [{1}, set(), {3}, {4}, set(), {6}]


async def test_a_failure_reaches_all_who_share_it_and_nobody_later(clock):
    class BreaksOnce(FakeOutbox):
        broken = False

        async def start(self, parcels, now):
            if not self.broken:
                self.broken = True
                raise OSError("the disk is full")
            return await super().start(parcels, now)

    inner = BreaksOnce([a_parcel(n) for n in range(1, 4)])
    outbox, parcels = Together(inner), list(inner.parcels.values())
    told = await asyncio.gather(
        *(outbox.start([parcel], clock()) for parcel in parcels), return_exceptions=True
    )
    assert [type(each) for each in told] == [OSError] * 3
    assert await outbox.start(parcels, clock()) == {1, 2, 3}


async def test_who_stops_waiting_stops_nobody_else(clock):
    counting = Counting([a_parcel(1), a_parcel(2)])
    outbox = Together(counting)
    first, second = (
        asyncio.ensure_future(outbox.start([parcel], clock()))
        for parcel in counting.parcels.values()
    )
    await asyncio.sleep(0)
    first.cancel()
    assert await second == {2}
    assert counting.status[1] is Status.SENDING
