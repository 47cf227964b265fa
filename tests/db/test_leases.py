from datetime import timedelta

from db import leases

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
