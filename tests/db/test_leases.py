import asyncio
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from db import leases, outbox
from db.engine import Sessions, make_engine, make_sessions
from db.stores import LeaderOutbox
from delivery.model import Sent, Settlement, Tally
from tests.db.sending import a_campaign, tally

TTL = timedelta(seconds=30)
LATER = timedelta(seconds=31)


async def test_a_lease_passes_on_when_it_runs_out(sessions, now):
    async with sessions.begin() as session:
        numbers = [
            await leases.acquire(session, "sender", holder, moment, TTL)
            for holder, moment in [
                ("a", now),
                ("b", now),  # taken
                ("a", now + TTL / 2),  # its own: the number stays
                ("b", now + TTL),  # was prolonged by that
                ("b", now + 2 * TTL),
                ("a", now + 2 * TTL),
            ]
        ]
    assert numbers == [1, None, 1, None, 2, None]


async def test_who_comes_back_after_losing_it_gets_a_new_number(sessions, now):
    async with sessions.begin() as session:
        first = await leases.acquire(session, "sender", "a", now, TTL)
        second = await leases.acquire(session, "sender", "a", now + LATER, TTL)
    assert (first, second) == (1, 2)


async def test_a_lease_given_back_can_be_taken_at_once(sessions, now):
    async with sessions.begin() as session:
        await leases.acquire(session, "sender", "a", now, TTL)
        assert not await leases.release(session, "sender", "b", now)
        assert await leases.release(session, "sender", "a", now)
        assert await leases.acquire(session, "sender", "b", now, TTL) == 2
        assert not await leases.release(session, "sender", "a", now)


async def test_leases_do_not_touch_each_other(sessions, now):
    async with sessions.begin() as session:
        assert await leases.acquire(session, "sender", "a", now, TTL) == 1
        assert await leases.acquire(session, "feeds", "b", now, TTL) == 1


async def take(sessions, holder, now):
    async with sessions.begin() as session:
        number = await leases.acquire(session, "sender", holder, now, TTL)
    return None if number is None else leases.Fence("sender", number)


async def test_the_number_tells_a_holder_from_one_who_was_replaced(sessions, now):
    old = await take(sessions, "a", now)
    assert await take(sessions, "a", now + TTL / 2) == old, "renewed"
    new = await take(sessions, "b", now + 2 * TTL)
    async with sessions.begin() as session:
        assert await leases.holds(session, new)
        assert not await leases.holds(session, old)
        assert not await leases.holds(session, leases.Fence("feeds", 1))


async def test_who_slept_while_another_took_over_claims_and_starts_nothing(sessions, now):
    await a_campaign(sessions, now, range(1, 7))
    old = await take(sessions, "a", now)
    asleep = LeaderOutbox(sessions, lambda: old)  # it still believes to lead
    started, claimed = await asleep.claim(3, now), await asleep.claim(3, now)
    assert await asleep.start(started, now) == {each.id for each in started}
    await take(sessions, "b", now + LATER)
    assert await asleep.start(claimed, now) == set()
    assert await asleep.claim(3, now) == ()
    assert await tally(sessions) == Tally(total=6, queued=3, sending=3)


async def test_what_telegram_took_counts_unless_another_has_the_copy_in_hand(sessions, now):
    await a_campaign(sessions, now, [1, 2])
    old = await take(sessions, "a", now)
    asleep = LeaderOutbox(sessions, lambda: old)
    one, two = await asleep.claim(2, now)
    await asleep.start([one, two], now)
    new = await take(sessions, "b", now + LATER)
    async with sessions.begin() as session:
        await outbox.recover(session, now + LATER, all_claims=True)
    awake = LeaderOutbox(sessions, lambda: new)
    assert [each.id for each in await awake.claim(1, now + LATER)] == [one.id]
    await asleep.settle([Settlement(each, Sent((7,)), 1, (7,)) for each in (one, two)], now)
    assert await tally(sessions) == Tally(total=2, queued=1, sent=1)


async def test_who_takes_over_waits_for_a_start_and_finds_it(postgresql_url, now):
    engine = make_engine(postgresql_url)
    sessions = make_sessions(engine)
    await a_campaign(sessions, now, [1])
    old = await take(sessions, "a", now)
    parcels = await LeaderOutbox(sessions, lambda: old).claim(1, now)

    async def take_over():
        async with sessions.begin() as session:
            await leases.acquire(session, "sender", "b", now + LATER, TTL)
            return await outbox.recover(session, now + LATER, all_claims=True)

    async with sessions.begin() as session:
        assert await leases.holds(session, old)
        other = asyncio.create_task(take_over())
        done, _ = await asyncio.wait([other], timeout=0.2)
        assert not done, "it waits for us"
        assert await outbox.start(session, parcels, now)
    assert (await other).again == 1
    await engine.dispose()


class Away:
    """Session factories of a database that is away for some calls."""

    def __init__(self, good, error, times):
        self.good, self.error, self.times = good, error, times

    def begin(self):
        self.times -= 1
        if self.times >= 0:
            raise self.error
        return self.good.begin()


LOST = OperationalError("UPDATE", {}, Exception("gone"))
WRONG = IntegrityError("UPDATE", {}, Exception("ours"))


@pytest.mark.parametrize("error", [LOST, ConnectionRefusedError(), TimeoutError()])
async def test_outcomes_wait_for_a_database_that_is_away(sessions, now, error):
    await a_campaign(sessions, now, [1])
    fence = await take(sessions, "a", now)
    box = LeaderOutbox(sessions, lambda: fence)
    (parcel,) = await box.claim(1, now)
    await box.start([parcel], now)
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    lost = LeaderOutbox(cast(Sessions, Away(sessions, error, 50)), lambda: fence, sleep)
    await lost.settle([Settlement(parcel, Sent((7,)), 1, (7,))], now)
    assert await tally(sessions) == Tally(total=1, sent=1)
    assert sum(slept) == pytest.approx(10)


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        pytest.param(LOST, 601, id="two minutes are enough"),
        pytest.param(WRONG, 1, id="a mistake of ours is not waited for"),
    ],
)
async def test_settling_gives_up_at_last(now, error, tries):
    async def sleep(_):
        """No time passes."""

    away = Away(None, error, 10_000)
    with pytest.raises(type(error)):
        await LeaderOutbox(cast(Sessions, away), lambda: None, sleep).settle([], now)
    assert away.times == 10_000 - tries
