"""Yesterday's backup on a clean machine: nothing leaves before a coordinator says yes."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

import db.broadcasts
import db.editions
import db.outbox
import db.restored
import db.schema
from bot import backup, health
from bot.app import Choices
from bot.erasures import ErasureFile
from bot.jobs import Jobs
from db.engine import make_sessions
from delivery.broadcast import Audience, State
from delivery.model import CampaignState, Content, Kind
from digests.edition import EditionState
from tests.bot.test_jobs import FailingFetcher, NoReader
from tests.engines import engine_on
from tests.fakes import FakeClock
from tests.flows.conftest import hired
from tests.flows.stage import (
    ADA,
    BEN,
    NEWCOMER,
    OTHER,
    PARTNER,
    REFUSAL,
    REVIEW,
    SEND,
    STALE,
    assemble,
)
from tests.flows.test_digest import WEEK, post

DAY = timedelta(days=1)
WAITS = "Nothing is sent before you say yes."


async def copies(stage, name, kind, chats):
    """Queue a campaign."""
    async with stage.sessions.begin() as session:
        await db.outbox.open_campaign(session, name, kind, stage.clock())
        await db.outbox.enqueue(session, name, "en", Content((name,)), chats, stage.clock())


async def furnished(stage):
    """Let everything wait that can: an update, a notice, a digest, what is planned."""
    await hired(stage)
    for person in (NEWCOMER, OTHER):
        await stage.knows(person)
        await stage.says(person, "/subscribe")
    now = stage.clock()
    await copies(stage, "broadcast:1", Kind.URGENT, [NEWCOMER, OTHER])
    await copies(stage, "notice:feed:1", Kind.NOTICE, [ADA])
    await post(stage, "Free bus passes")
    await stage.says(ADA, "/digest")
    await stage.presses(ADA, "Approve")
    async with stage.sessions.begin() as session:
        words = {"texts": {"en": "Snow"}, "audience": Audience.SUBSCRIBERS, "now": now}
        for new in (State.SCHEDULED, State.DRAFT):
            number = await db.broadcasts.create(session, author_id=ADA, **words)
            await db.broadcasts.move(session, number, old=State.DRAFT, new=new, by=BEN, now=now)
            await db.broadcasts.set_time(session, number, new, now + DAY)


@pytest.fixture
async def restored(sqlite_template, tmp_path, pack):
    """An installation with its jobs on a restored database; who sent /forget after the backup."""
    shutil.copy(sqlite_template, tmp_path / "old.db")
    old, new = (f"sqlite:///{tmp_path / name}" for name in ("old.db", "clean/new.db"))
    noted, clock = ErasureFile(tmp_path / "erasures.txt"), FakeClock()
    async with engine_on(old) as engine:
        stage = assemble(make_sessions(engine), pack, clock)
        stage.application.bot_data["app"] = replace(stage.app, erased=noted.note)
        async with stage.application:
            await furnished(stage)
            await backup.write(old, tmp_path / "backup.zip", clock())
            clock.advance(timedelta(hours=2))
            await stage.says(NEWCOMER, "/forget")
            await stage.presses(NEWCOMER, "Yes, delete it")
    clock.advance(DAY)
    done = await backup.restore(new, tmp_path / "backup.zip", clock(), marks=noted.read())
    assert done.forgotten == 1
    assert await db.schema.check(new) == []
    async with engine_on(new) as engine:
        stage = assemble(make_sessions(engine), pack, clock)
        async with stage.application:
            yield stage
        async with engine.connect() as connection:
            (well,) = (await connection.execute(text("PRAGMA integrity_check"))).one()
    assert well == "ok"


def jobs_of(stage):
    jobs = Jobs(
        stage.app, stage.application.bot, FailingFetcher(), NoReader(), Choices(REVIEW, SEND, 1000)
    )
    return jobs, jobs.schedule()


async def works(stage, scheduler, *, days=0):
    """Do every job as when its time has come, now and on each of the next *days*."""
    for day in range(days + 1):
        stage.clock.advance(DAY if day else timedelta())
        await scheduler.get_job("lease").func()
        for job in scheduler.get_jobs():
            if job.id != "lease":
                await job.func(*job.args)


async def goes_on(stage, scheduler):
    """Do what comes after a yes; a clock that stands still would keep the job of sending busy."""
    for name in ("lease", "tend", "digest"):
        job = scheduler.get_job(name)
        await job.func(*job.args)
    await stage.send_out()


def sent(stage):
    return [call.chat_id for call in stage.api.calls if call.method.startswith("send")]


async def test_what_was_planned_waits_nothing_leaves_for_days_and_health_says_why(restored):
    async with restored.sessions() as session:
        waiting = await db.broadcasts.in_state(session, State.PENDING)
        assert await db.broadcasts.in_state(session, State.SCHEDULED) == []
        edition = await db.editions.find(session, WEEK)
        campaign = await db.outbox.find(session, f"digest:{WEEK}")
    assert [(each.send_at, each.decided_by) for each in waiting] == [(None, None)]
    assert edition is not None and edition.state is EditionState.APPROVED
    assert campaign is not None and campaign.state is CampaignState.HELD

    jobs, scheduler = jobs_of(restored)
    await works(restored, scheduler, days=8)
    assert jobs.leading
    assert [call.method for call in restored.api.calls] == ["getMe"]
    found = await health.problems(restored.sessions, restored.clock(), jobs.runs)
    words = [str(each) for each in found]
    assert words[0].startswith("The data come from a backup of 2026-11-16 09:00 UTC.")
    assert not [each for each in words if "has not run" in each]


async def test_only_who_may_send_sees_it_and_says_yes(restored):
    await restored.knows(OTHER)
    for person in (OTHER, PARTNER):
        assert "backup" not in (await restored.says(person, "/start")).text
        await restored.forges(person, "1:9:yes")
        assert REFUSAL in restored.said()
        restored.api.calls.clear()
    await restored.says(ADA, "/start")
    told = restored.screens(ADA)[0]
    assert "Nothing is sent before you say yes." in told.text
    asked = await restored.presses(ADA, "Let messages leave again")
    assert "What happened after 2026-11-16 09:00 is not in these data." in asked.text
    assert asked.labels == ["Yes, send again", "Not now"]
    assert (await restored.presses(ADA, "Not now")).text == told.text
    assert STALE in (await restored.forges(ADA, "1:9:no")).text
    async with restored.sessions() as session:
        assert await db.restored.waits(session) is not None, "to ask is not to say yes"
    await restored.forges(ADA, "1:9:yes")
    assert restored.last(ADA).text == "Messages leave again."
    assert "Let messages" not in str((await restored.says(ADA, "/health")).labels)
    await restored.forges(BEN, "1:9:yes")  # pressed twice
    async with restored.sessions() as session:
        assert await db.restored.waits(session) is None


async def test_who_writes_or_approves_an_update_meanwhile_is_told_that_it_waits(restored):
    await restored.says(ADA, "/broadcast")
    assert WAITS in restored.screens(ADA)[0].text
    await restored.says(ADA, "Snow")
    await restored.presses(ADA, "Coordinators only")
    await restored.presses(ADA, "Ask for approval")
    assert WAITS not in "".join(each.text for each in restored.screens(BEN))
    await restored.forges(BEN, "1:c:3:approve:0.0.0")
    assert WAITS in restored.last(BEN).text
    assert "Let messages leave again" in restored.last(BEN).labels


async def test_after_the_yes_each_thing_that_waited_is_asked_about(restored):
    _, scheduler = jobs_of(restored)
    await restored.forges(ADA, "1:9:yes")
    restored.api.calls.clear()
    await goes_on(restored, scheduler)
    assert set(sent(restored)) <= {ADA, BEN, PARTNER}
    assert "notice:feed:1" not in restored.said()
    stopped = [each.text for each in restored.screens(ADA) if "has stopped" in each.text]
    assert len(stopped) == 2, "the update and the digest"
    assert all("This comes from a backup" in each for each in stopped)

    update = next(each for each in restored.screens(ADA) if "Urgent update 1" in each.text)
    await restored.forges(ADA, update.data("Go on sending"))
    await goes_on(restored, scheduler)
    assert restored.api.texts(OTHER) == ["broadcast:1"]
    digest = next(each for each in restored.screens(BEN) if f"Digest of week {WEEK}" in each.text)
    await restored.forges(BEN, digest.data("Go on sending"))
    restored.clock.advance(2 * DAY)  # to Thursday, an hour after digests leave
    await goes_on(restored, scheduler)
    assert any("Free bus passes" in each for each in restored.api.texts(OTHER))
    assert NEWCOMER not in sent(restored), "who was forgotten since gets nothing"
