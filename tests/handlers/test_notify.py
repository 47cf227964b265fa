"""Coordinators hear of feeds once, and hear it even when a process died before it spoke."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

import db.feeds
from db.engine import make_engine, make_sessions
from digests import plan
from digests.errors import FetchError
from handlers import notify
from locales.errors import Text
from people.model import Role
from tests.fakes import FakeClock
from tests.flows.stage import ADA, assemble
from tests.packs import leeds_pack

URL = "https://site.example/feed"


class DiedError(Exception):
    """The process died."""


@pytest.fixture
async def stage(sqlite_template, tmp_path):
    shutil.copy(sqlite_template, tmp_path / "notify.db")
    engine = make_engine(f"sqlite:///{tmp_path / 'notify.db'}")
    made = assemble(make_sessions(engine), leeds_pack(), FakeClock())
    async with made.application:
        await made.knows(ADA, Role.COORDINATOR)
        async with made.sessions.begin() as session:
            await db.feeds.add(session, URL, made.clock())
        yield made
    await engine.dispose()


async def attempt(stage, *, gone=False, fails=True):
    """What a round does with the feed, whatever comes after it."""
    async with stage.sessions.begin() as session:
        (feed,) = await db.feeds.all_feeds(session)
        now = stage.clock()
        if fails:
            error = FetchError(feed.url, Text("It broke."), gone=gone)
            feed = plan.after_failure(feed, error, now=now, jitter=0).feed
        else:
            feed = replace(feed, failures=0, failing_since=None, error=None, stopped=False)
        await db.feeds.save(session, feed)


async def heard(stage):
    await notify.feeds(stage.app)
    stage.clock.advance(timedelta(minutes=10))
    await stage.send_out()
    return [text for text in stage.api.texts(ADA) if URL in text]


async def test_a_failure_of_a_day_is_told_once_and_its_end_once(stage):
    told = []
    for _ in range(4):
        await attempt(stage)
        stage.clock.advance(timedelta(hours=11))
        told = await heard(stage)
    assert ["failed for a day: It broke." in text for text in told] == [True]
    await attempt(stage, fails=False)
    for _ in range(2):
        told = await heard(stage)
    assert ["works again" in text for text in told] == [False, True]


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        pytest.param(False, "failed for a day", id="it fails"),
        pytest.param(True, "does not exist any more", id="it is gone, so never asked again"),
    ],
)
async def test_a_notice_that_was_not_queued_is_queued_the_next_time(stage, gone, said):
    await attempt(stage, gone=gone)
    stage.clock.advance(timedelta(days=2))
    good = stage.app.sessions

    class Dying:
        """A database that is there for reading only."""

        def __call__(self):
            return good()

        def begin(self):
            raise DiedError

    with pytest.raises(DiedError):
        await notify.feeds(replace(stage.app, sessions=Dying()))
    assert [said in text for text in await heard(stage)] == [True]
