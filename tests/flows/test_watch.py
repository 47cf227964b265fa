"""Coordinators hear within five minutes that a digest was missed, the queue stands, nobody leads.

Reliability test O6, with a clock of our own: time passes look by look.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import db.editions
import db.leases
import db.outbox
from bot.app import Choices
from bot.health import Timetable
from bot.jobs import LEASE, LEASE_TIME, Jobs
from bot.signs import NO_SIGNS, Signs
from bot.watch import EVERY, Watch
from delivery.model import Content, Kind
from digests.edition import EditionState
from handlers.edition_sending import announce_due
from people.model import Role
from tests.bot.test_jobs import FailingFetcher, NoReader
from tests.fakes import FakeSleep
from tests.flows.stage import ADA, BEN, PARTNER, REVIEW, SEND
from tests.flows.test_digest import WEEK, post

WRONG, OVER = "Something in the bot is not working", "This is over"
THURSDAY = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)  # SEND
WITHIN = timedelta(minutes=5)


@pytest.fixture
async def house(small):
    """Two coordinators who know of this week's digest, and no process that has led."""
    await announce_due(small.app, small.clock())
    await small.knows(ADA, Role.COORDINATOR)
    await small.knows(BEN, Role.COORDINATOR, "pl")
    return small


def a_watch(house, signs=lambda: NO_SIGNS, post=None):
    jobs = Jobs(
        house.app, house.application.bot, FailingFetcher(), NoReader(), Choices(REVIEW, SEND)
    )
    jobs.schedule()
    times = Timetable(REVIEW, SEND, house.app.zone)
    return Watch(jobs, times, signs, FakeSleep(house.clock), post)


async def leads(house, watch):
    """Let this process keep the lease, and say whether it leads."""
    await watch.jobs._lead()
    return watch.jobs.leading


async def somebody_leads(house):
    async with house.sessions.begin() as session:
        now = house.clock()
        await db.leases.acquire(session, LEASE, "another", now, timedelta(days=9))


async def looks(house, watch, time, *, leading=False):
    """Let *time* pass, with a look every 45 seconds."""
    until = house.clock() + time
    while house.clock() < until:
        house.clock.advance(EVERY)
        if leading:
            assert await leads(house, watch)
        await watch.look()


def told(house, words, who=ADA):
    return [text for text in house.api.texts(who) if words in text]


async def test_nobody_leads_is_told_once_by_whoever_notices_and_so_is_the_end(house):
    one, two, first = a_watch(house), a_watch(house), 0
    for _ in range(10):
        house.clock.advance(EVERY)
        await one.look()
        await two.look()
        if house.clock() - datetime(2026, 11, 16, 9, tzinfo=UTC) <= WITHIN:
            first = len(told(house, "no process runs the jobs"))
    assert first == 1, "within five minutes"
    assert len(told(house, WRONG)) == 1, "once, however many look and however long"
    assert len(house.api.texts(BEN)) == 1, "each coordinator"
    again = a_watch(house)  # a restart
    await looks(house, again, WITHIN)
    assert len(told(house, WRONG)) == 1
    await looks(house, again, 3 * WITHIN, leading=True)
    assert len(told(house, OVER)) == 1
    assert "no process runs the jobs" in told(house, OVER)[0]


async def test_a_process_that_starts_again_at_once_worries_nobody(house):
    watch = a_watch(house)
    await watch.look()
    await looks(house, watch, 2 * WITHIN, leading=True)
    assert house.api.texts(ADA) == []


async def test_while_somebody_leads_the_others_keep_silent(house):
    await somebody_leads(house)
    async with house.sessions.begin() as session:
        await db.outbox.open_campaign(session, "notice:1", Kind.NOTICE, house.clock())
        content = Content(("hello",))
        await db.outbox.enqueue(session, "notice:1", "en", content, [PARTNER], house.clock())
    await looks(house, a_watch(house), 4 * WITHIN)
    assert house.api.methods == []


async def test_a_queue_that_stands_still_is_told_within_five_minutes(house):
    watch = a_watch(house)
    assert await leads(house, watch)
    async with house.sessions.begin() as session:
        await db.outbox.open_campaign(session, "notice:1", Kind.NOTICE, house.clock())
        content = Content(("hello",))
        await db.outbox.enqueue(session, "notice:1", "en", content, [PARTNER], house.clock())
    await looks(house, watch, WITHIN, leading=True)
    assert len(told(house, "Messages have waited for 4 minutes")) == 1
    assert house.api.texts(PARTNER) == [], "an alarm does not send what stands still"
    await looks(house, watch, WITHIN, leading=True)
    assert len(told(house, WRONG)) == 1
    await house.send_out()
    await looks(house, watch, 2 * WITHIN, leading=True)
    assert len(told(house, OVER)) == 1


@pytest.mark.parametrize("approved", [True, False], ids=["approved", "nobody looked"])
async def test_a_missed_digest_is_told_within_five_minutes(house, pack, approved):
    await post(house, "Rooms to let", topics=(pack.interests.topics[0].id,))
    if approved:
        async with house.sessions.begin() as session:
            await db.editions.move(
                session,
                WEEK,
                old=[EditionState.DRAFT],
                new=EditionState.APPROVED,
                by=ADA,
                now=house.clock(),
            )
    house.clock.now = THURSDAY - EVERY
    watch = a_watch(house)
    await house.send_out()
    before = len(house.api.texts(ADA))
    await looks(house, watch, WITHIN + EVERY, leading=True)
    alarms = house.api.texts(ADA)[before:]
    assert len(alarms) == 1
    assert f"The digest of {WEEK}" in alarms[0]
    assert "should have left at 2026-11-19 10:00." in alarms[0]


async def test_a_week_with_nothing_in_it_is_no_missed_digest(house):
    house.clock.now = THURSDAY - EVERY
    await house.send_out()
    before = house.api.texts(ADA)
    await looks(house, a_watch(house), 2 * WITHIN, leading=True)
    assert house.api.texts(ADA) == before


async def test_a_digest_that_coordinators_never_saw_is_told(small):
    await small.knows(ADA, Role.COORDINATOR)
    await looks(small, a_watch(small), WITHIN, leading=True)
    assert len(told(small, "should have come to coordinators at 2026-11-16 08:00.")) == 1


async def test_what_comes_and_goes_is_told_once_in_a_quarter_of_an_hour(house):
    off = [timedelta(seconds=90)]
    watch = a_watch(house, lambda: Signs(off[0]))
    for _ in range(3):
        off[0] = timedelta(seconds=-90)
        await looks(house, watch, timedelta(minutes=2), leading=True)
        off[0] = timedelta(seconds=1)
        await looks(house, watch, timedelta(minutes=3), leading=True)
    assert len(told(house, "clock of this machine is 90 seconds wrong")) == 1


async def test_without_the_database_a_look_is_logged_and_the_next_one_made(house, caplog):
    class Gone:
        def __call__(self):
            raise OSError

    watch = a_watch(house)
    good, watch.jobs.app = watch.jobs.app, replace(watch.jobs.app, sessions=Gone())
    assert await watch.look() == 0
    assert "health not known" in caplog.text
    watch.jobs.app = good
    await looks(house, watch, WITHIN)
    assert len(told(house, WRONG)) == 1
    assert LEASE_TIME < WITHIN
