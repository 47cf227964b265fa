"""The jobs: one process works, a failing job stops nothing, and no clock change loses a run."""

import shutil
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.interval import IntervalTrigger

import db.editions
import db.feeds
import db.outbox
import db.subscriptions
from bot import health
from bot.app import Choices
from bot.health import late
from bot.jobs import LEASE_TIME, Jobs
from db.engine import make_engine, make_sessions
from delivery.model import Content, Kind
from digests.edition import EditionState
from digests.errors import FetchError
from digests.feed import Trust
from handlers.editions import campaign
from locales.errors import Text
from people.model import Role
from tests.fakes import FakeClock
from tests.flows.stage import ADA, PARTNER, REVIEW, SEND, assemble
from tests.flows.test_digest import THURSDAY, WEEK, post

LONDON = ZoneInfo("Europe/London")


class FailingFetcher:
    """Every feed fails, always for the same reason."""

    async def fetch(self, feed):
        raise FetchError(feed.url, Text("The server says no."))


class Away:
    """A database that nobody can connect to."""

    def __call__(self):
        raise ConnectionRefusedError

    begin = __call__


class Sleeping:
    """A database after whose *at*-th transaction the process sleeps for a while."""

    def __init__(self, good, at, sleep):
        self.good, self.left, self.sleep = good, at, sleep

    @asynccontextmanager
    async def begin(self):
        async with self.good.begin() as session:
            yield session
        self.left -= 1
        if self.left == 0:
            await self.sleep()


class NoReader:
    """Nothing is ever fetched, so nothing is read."""

    def learn(self, examples):
        """Learn nothing."""

    async def read(self, body, url, now, trust=Trust.WATCHED, words=()):
        raise AssertionError("nothing was fetched")


@pytest.fixture
async def stage(sqlite_template, tmp_path, pack):
    shutil.copy(sqlite_template, tmp_path / "jobs.db")
    engine = make_engine(f"sqlite:///{tmp_path / 'jobs.db'}")
    made = assemble(make_sessions(engine), pack, FakeClock())
    async with made.application:
        yield made
    await engine.dispose()


def jobs_of(stage):
    choices = Choices(REVIEW, SEND, send_rate=1000)
    return Jobs(stage.app, stage.application.bot, FailingFetcher(), NoReader(), choices)


async def knock(scheduler, name):
    """Do what the scheduler does when the time of a job has come."""
    job = scheduler.get_job(name)
    await job.func(*job.args)


async def a_notice(stage, name="notice:1", chat_id=PARTNER):
    async with stage.sessions.begin() as session:
        await db.outbox.open_campaign(session, name, Kind.NOTICE, stage.clock())
        await db.outbox.enqueue(session, name, "en", Content(("hello",)), [chat_id], stage.clock())


async def test_only_the_holder_of_the_lease_works(stage):
    one, two = jobs_of(stage), jobs_of(stage)
    first, second = one.schedule(), two.schedule()
    await a_notice(stage)
    await knock(second, "send")
    assert stage.api.methods == [], "without the lease nobody sends"
    await knock(first, "lease")
    await knock(second, "lease")
    assert (one.leading, two.leading) == (True, False)
    await knock(second, "send")
    assert stage.api.methods == []
    await knock(first, "send")
    assert stage.api.texts(PARTNER) == ["hello"]


async def test_another_process_takes_over_when_the_holder_is_silent(stage):
    one, two = jobs_of(stage), jobs_of(stage)
    first, second = one.schedule(), two.schedule()
    await knock(first, "lease")
    stage.clock.advance(LEASE_TIME + timedelta(seconds=1))
    await knock(second, "lease")
    await knock(first, "lease")
    assert (one.leading, two.leading) == (False, True)


async def test_a_process_that_stops_gives_the_lease_back(stage):
    one, two = jobs_of(stage), jobs_of(stage)
    first, second = one.schedule(), two.schedule()
    first.start(paused=True)
    await knock(first, "lease")
    await one.stop(first)
    await knock(second, "lease")
    assert (one.leading, two.leading) == (False, True)


async def test_a_failing_job_is_logged_shown_and_goes_on(stage, caplog):
    jobs = jobs_of(stage)
    scheduler = jobs.schedule()
    await knock(scheduler, "lease")
    good = jobs.app
    jobs.app = replace(good, sessions=None)
    for _ in range(3):
        await knock(scheduler, "report")
    assert caplog.text.count("job failed") == 3
    (told,) = [str(text) for text in late(jobs.runs, stage.clock())]
    assert told == "The job “report” failed 3 times in a row: TypeError"
    jobs.app = good
    await knock(scheduler, "report")
    assert late(jobs.runs, stage.clock()) == []
    assert jobs.runs["report"].done == stage.clock()


async def test_a_job_that_does_not_run_any_more_is_shown(stage):
    jobs = jobs_of(stage)
    scheduler = jobs.schedule()
    await knock(scheduler, "lease")
    await knock(scheduler, "tend")
    stage.clock.advance(timedelta(minutes=2))
    assert late(jobs.runs, stage.clock()) == []
    stage.clock.advance(timedelta(minutes=1))
    told = [str(text) for text in late(jobs.runs, stage.clock())]
    assert "The job “tend” has not run since 2026-11-16 09:00 UTC." in told


async def test_a_lease_that_cannot_be_kept_ends_the_leading(stage, caplog):
    jobs = jobs_of(stage)
    scheduler = jobs.schedule()
    await knock(scheduler, "lease")
    jobs.app = replace(jobs.app, sessions=None)
    await knock(scheduler, "lease")
    assert "lease not kept" in caplog.text
    assert jobs.leading is True, "it is held until it runs out"
    stage.clock.advance(LEASE_TIME)
    assert jobs.leading is False


async def test_a_process_that_stops_leads_no_more(stage):
    jobs = jobs_of(stage)
    scheduler = jobs.schedule()
    scheduler.start(paused=True)
    await knock(scheduler, "lease")
    under_way = scheduler.get_job("lease").func
    await jobs.stop(scheduler)
    await under_way()
    assert jobs.leading is False


async def test_more_copies_of_an_urgent_update_may_be_on_their_way_than_of_a_digest(stage):
    jobs = jobs_of(stage)
    jobs.choices = replace(jobs.choices, send_rate=28)
    assert jobs.windows == {Kind.NOTICE: 8, Kind.URGENT: 28, Kind.DIGEST: 8}


async def test_health_sees_that_nobody_leads_and_that_a_feed_fails(stage):
    jobs = jobs_of(stage)
    scheduler = jobs.schedule()
    (told,) = await health.problems(stage.sessions, stage.clock(), jobs.runs)
    assert "no process runs the jobs" in str(told)
    async with stage.sessions.begin() as session:
        await db.feeds.add(session, "https://example.org/feed", stage.clock())
    await stage.knows(ADA, Role.COORDINATOR)
    for _ in range(30):
        await knock(scheduler, "lease")
        await knock(scheduler, "feeds")
        stage.clock.advance(timedelta(hours=2))
    await knock(scheduler, "lease")
    said = [str(each) for each in await health.problems(stage.sessions, stage.clock(), None)]
    assert any("https://example.org/feed has failed since 2026-11-16 09:00" in s for s in said)
    await knock(scheduler, "send")
    told_of = [text for text in stage.api.texts(ADA) if "has failed for a day" in text]
    assert len(told_of) == 1, "once, not every two hours"


async def test_the_digest_job_announces_and_sends_when_it_is_time(stage, pack):
    jobs = jobs_of(stage)
    scheduler = jobs.schedule()
    await stage.knows(ADA, Role.COORDINATOR)
    await post(stage, "Rooms to let", topics=(pack.interests.topics[0].id,))
    await stage.says(PARTNER, "/subscribe")
    for _ in range(3):
        await knock(scheduler, "lease")
        await knock(scheduler, "digest")
        await stage.send_out()
    assert len([t for t in stage.api.texts(ADA) if "is ready for you" in t]) == 1
    await stage.presses(ADA, "Look at it")
    await stage.presses(ADA, "Approve and send")
    stage.clock.now = THURSDAY
    await knock(scheduler, "lease")
    for _ in range(3):
        await knock(scheduler, "digest")
        await stage.send_out()
    assert len([t for t in stage.api.texts(PARTNER) if "Rooms to let" in t]) == 1


async def test_s1_a_digest_that_was_approved_before_an_outage_of_days_asks_first(stage, pack):
    jobs = jobs_of(stage)
    scheduler = jobs.schedule()
    await stage.knows(ADA, Role.COORDINATOR)
    await post(stage, "Rooms to let", topics=(pack.interests.topics[0].id,))
    await stage.says(PARTNER, "/subscribe")
    await stage.says(ADA, "/digest")
    await stage.presses(ADA, "Approve and send")
    stage.clock.now = THURSDAY + timedelta(days=5)  # Tuesday: the next review has begun
    await knock(scheduler, "lease")
    for job in ("digest", "tend", "digest", "tend"):
        await knock(scheduler, job)
        await stage.send_out()
    assert not [t for t in stage.api.texts(PARTNER) if "Rooms to let" in t]
    assert len([t for t in stage.api.texts(ADA) if "waited too long" in t]) == 1
    await stage.presses(ADA, "Go on sending")
    await stage.send_out()
    assert len([t for t in stage.api.texts(PARTNER) if "Rooms to let" in t]) == 1
    async with stage.sessions() as session:
        edition = await db.editions.find(session, WEEK)
        assert edition is not None
        assert edition.state is EditionState.APPROVED
        assert await db.outbox.find(session, campaign(WEEK)) is not None


async def test_what_waited_through_an_outage_asks_before_the_first_copy_leaves(stage):
    await stage.knows(ADA, Role.COORDINATOR)
    async with stage.sessions.begin() as session:
        await db.outbox.open_campaign(session, "broadcast:1", Kind.URGENT, stage.clock())
        old = Content(("The bridge is closed today.",))
        await db.outbox.enqueue(session, "broadcast:1", "en", old, [PARTNER], stage.clock())
    await a_notice(stage, chat_id=ADA)
    stage.clock.advance(timedelta(days=3))
    jobs = jobs_of(stage)
    scheduler = jobs.schedule()
    for job in ("lease", "send", "tend", "send"):  # the order in which they come after a start
        await knock(scheduler, job)
    assert stage.api.texts(PARTNER) == []
    late, asked = stage.api.texts(ADA)
    assert late == "hello", "a notice is told late rather than never: nobody could let it go on"
    assert "waited too long" in asked


async def test_late_runs_are_made_up_for_once(stage):
    scheduler = jobs_of(stage).schedule()
    scheduler.start(paused=True)
    assert {job.id for job in scheduler.get_jobs()} == {
        "lease", "send", "report", "updates", "tend", "digest", "voices", "feeds", "purge",
        "rights", "freshness",
    }  # fmt: skip
    for job in scheduler.get_jobs():
        assert job.coalesce is True
        assert job.max_instances == 1
        assert job.misfire_grace_time is None
    scheduler.shutdown(wait=False)


async def test_no_job_has_a_local_time_between_one_and_two(stage):
    scheduler = jobs_of(stage).schedule()
    for job in scheduler.get_jobs():
        if isinstance(job.trigger, IntervalTrigger):
            continue  # every so many seconds, whatever the clock on the wall says
        for change in (
            datetime(2026, 3, 28, 12, tzinfo=UTC),
            datetime(2026, 10, 24, 12, tzinfo=UTC),
        ):
            runs, previous, now = [], None, change
            for _ in range(3):
                previous = job.trigger.get_next_fire_time(previous, now)
                runs.append(previous.astimezone(LONDON))
                now = previous + timedelta(seconds=1)
            assert all(run.hour != 1 for run in runs), job.id
            once = 1 if job.id == "freshness" else 3  # it has several hours of one day
            assert len({run.date() for run in runs}) == once, job.id


async def test_nothing_is_sent_any_more_once_the_process_stops(stage):
    jobs = jobs_of(stage)
    scheduler = jobs.schedule()
    scheduler.start(paused=True)
    await knock(scheduler, "lease")
    await a_notice(stage)
    await jobs.stop(scheduler)
    await jobs.send()
    assert stage.api.methods == []
    async with stage.sessions() as session:
        assert await db.subscriptions.active(session) == []
        assert (await db.outbox.tally(session, "notice:1")).queued == 1


async def test_who_sleeps_between_marking_and_calling_sends_nothing(stage):
    """Another process has taken over by the time this one wakes up."""
    one, two = jobs_of(stage), jobs_of(stage)
    first, second = one.schedule(), two.schedule()
    await knock(first, "lease")
    await a_notice(stage)

    async def asleep():
        stage.clock.advance(LEASE_TIME + timedelta(seconds=1))
        await knock(second, "lease")

    one.app = replace(one.app, sessions=Sleeping(stage.sessions, 2, asleep))  # claim, start
    await knock(first, "send")
    assert stage.api.methods == []
    await knock(second, "send")
    assert stage.api.texts(PARTNER) == ["hello"]


async def test_marks_that_nobody_confirmed_are_taken_up_as_soon_as_the_database_is_back(stage):
    """The database died after it had kept the mark, before it said so."""
    jobs = jobs_of(stage)
    scheduler = jobs.schedule()
    await knock(scheduler, "lease")
    await a_notice(stage)

    async def lost():
        raise ConnectionResetError

    good, jobs.app = jobs.app, replace(jobs.app, sessions=Sleeping(stage.sessions, 3, lost))
    await knock(scheduler, "send")
    assert stage.api.methods == []
    jobs.app = good
    await knock(scheduler, "send")
    assert stage.api.texts(PARTNER) == ["hello"], "and not after five minutes"


async def test_a_stop_without_the_database_still_ends(stage, caplog):
    jobs = jobs_of(stage)
    scheduler = jobs.schedule()
    scheduler.start(paused=True)
    await knock(scheduler, "lease")
    jobs.app = replace(jobs.app, sessions=Away())
    await jobs.stop(scheduler)
    assert "lease not given back" in caplog.text


async def test_an_outage_of_the_database_fills_no_log(stage, caplog):
    jobs = jobs_of(stage)
    scheduler = jobs.schedule()
    await knock(scheduler, "lease")
    good, jobs.app = jobs.app, replace(jobs.app, sessions=Away())
    for _ in range(10):
        await knock(scheduler, "report")
        await knock(scheduler, "lease")
    assert caplog.text.count("job cannot reach what it needs") == 1
    assert "Traceback" not in caplog.text
    (told,) = [str(text) for text in late(jobs.runs, stage.clock())]
    assert told == "The job “report” failed 10 times in a row: ConnectionRefusedError"
    jobs.app = good
    await knock(scheduler, "report")
    assert late(jobs.runs, stage.clock()) == []
