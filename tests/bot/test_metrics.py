"""Figures for monitoring: what is counted, what is read, and that nobody is named."""

import asyncio
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

import db.outbox
from bot.app import Choices
from bot.choices import Shown
from bot.figures import FRESH, Page
from bot.jobs import Jobs
from bot.metrics import Metrics, TimedLanes
from bot.service import Role, running
from db.engine import make_engine, make_sessions
from delivery.model import Content, Kind
from sandbox.server import serve
from sandbox.world import Sandbox
from tests.bot.test_jobs import FailingFetcher, NoReader
from tests.bot.test_service import answer, installation
from tests.fakes import FakeClock
from tests.flows.stage import PARTNER, REVIEW, SEND, assemble
from tests.telegram_api import TOKEN

API = f"https://api.telegram.org/bot{TOKEN}/"


def read(page):
    """Return every sample of a page by name and values of its labels, in order of their names."""
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
    }


@pytest.fixture
async def house(sqlite_template, tmp_path, pack):
    """Jobs on a database of their own, and what this process counts."""
    shutil.copy(sqlite_template, tmp_path / "metrics.db")
    engine = make_engine(f"sqlite:///{tmp_path / 'metrics.db'}")
    metrics = Metrics(CollectorRegistry())
    metrics.watch_database(engine)
    stage = assemble(make_sessions(engine), pack, FakeClock())
    bot = stage.application.bot
    jobs = Jobs(
        stage.app,
        bot,
        FailingFetcher(),
        NoReader(),
        Choices(REVIEW, SEND, send_rate=1000),
        settled=metrics.settled,
    )
    async with stage.application:
        yield stage, jobs, metrics
    await engine.dispose()


async def queue(stage):
    async with stage.sessions.begin() as session:
        await db.outbox.open_campaign(session, "broadcast:1", Kind.URGENT, stage.clock())
        content = Content(("hello",))
        await db.outbox.enqueue(session, "broadcast:1", "en", content, [PARTNER], stage.clock())


async def test_what_waits_is_read_and_what_became_of_it_counted(house):
    stage, jobs, metrics = house
    page = Page(metrics.registry, jobs)
    jobs.schedule()
    await queue(stage)
    await jobs._lead()
    found = read(await page())
    assert found["fingerpost_queue", "urgent", "active"] == 1
    assert found["fingerpost_leading",] == found["fingerpost_led",] == 1
    assert found["fingerpost_job_errors", "send"] == found["fingerpost_job_late_seconds", "send"]
    assert found["fingerpost_database_seconds_count",] > 0
    assert found["process_resident_memory_bytes",] > 1e6
    await jobs.send()
    assert ("fingerpost_queue", "urgent", "active") in read(await page()), "asked five seconds ago"
    stage.clock.advance(FRESH)
    found = read(await page())
    assert ("fingerpost_queue", "urgent", "active") not in found
    assert found["fingerpost_copies_settled_total", "urgent", "sent"] == 1
    assert str(PARTNER).encode() not in await page()


async def test_without_the_database_the_page_still_answers(house):
    _, jobs, metrics = house

    class Gone:
        def __call__(self):
            raise OSError

    page = Page(metrics.registry, jobs)
    jobs.app = replace(jobs.app, sessions=Gone())
    found = read(await page())
    assert (found["fingerpost_database_up",], found["fingerpost_leading",]) == (0, 0)


@pytest.mark.parametrize(
    ("url", "status", "labels"),
    [
        pytest.param(API + "sendMessage", 200, ("sendMessage", "ok"), id="taken"),
        pytest.param(API + "sendMessage", 429, ("sendMessage", "flood"), id="too many"),
        pytest.param(API + "sendMessage", 403, ("sendMessage", "refused"), id="blocked"),
        pytest.param(API + "sendMessage", 502, ("sendMessage", "failed"), id="their fault"),
        pytest.param(API + "getMe", None, ("getMe", "none"), id="silence"),
        pytest.param(API + "get__updates", 200, ("getUpdates", "ok"), id="polling"),
        pytest.param(
            f"https://api.telegram.org/file/bot{TOKEN}/photos/amal",
            200,
            ("file", "ok"),
            id="a file whose name is somebody's",
        ),
    ],
)
def test_calls_are_counted_without_token_or_name(url, status, labels):
    metrics = Metrics(CollectorRegistry())
    metrics.called(url, status, 0.2, None)
    calls = metrics.registry.get_sample_value
    method, said = labels
    assert calls("fingerpost_telegram_calls_total", {"method": method, "answer": said}) == 1
    assert calls("fingerpost_telegram_call_seconds_sum", {"method": method}) == 0.2


async def test_the_wait_for_ones_turn_belongs_to_the_time_of_an_answer():
    metrics, lanes, release = Metrics(CollectorRegistry()), TimedLanes(), asyncio.Event()

    async def slow():
        await release.wait()

    async def answering():
        metrics.called(API + "getFile", 200, 0, None)
        metrics.called(API + "sendMessage", 200, 0, None)
        metrics.called(API + "sendMessage", 200, 0, None)

    first, second = lanes.start(1, slow), lanes.start(1, answering)
    await asyncio.wait([first], timeout=0.06)
    release.set()
    await second
    value = metrics.registry.get_sample_value
    assert value("fingerpost_answer_seconds_count") == 1, "the first one that a person sees"
    assert (value("fingerpost_answer_seconds_sum") or 0) >= 0.05


def test_the_clock_is_compared_with_telegrams():
    metrics = Metrics(CollectorRegistry())
    theirs = datetime.now(UTC) - timedelta(minutes=5)
    metrics.called(API + "getMe", 200, 3.0, format_datetime(theirs, usegmt=True))
    late = metrics.clock_off
    metrics.called(API + "getMe", 200, 0.1, "yesterday")
    assert [late, metrics.clock_off] == [None, None], "what came late, or is no date, says nothing"
    metrics.called(API + "getMe", 200, 0.1, format_datetime(theirs, usegmt=True))
    off = metrics.clock_off or timedelta()
    assert timedelta(minutes=5) <= off < timedelta(minutes=5, seconds=10)


@pytest.mark.parametrize(
    ("answers", "silent"),
    [
        pytest.param([(0, None)], 0, id="one failure is short"),
        pytest.param([(0, None), (60, 502), (130, None)], 130, id="nothing but failures"),
        pytest.param([(0, None), (60, 409), (130, None)], 0, id="a refusal is an answer"),
        pytest.param([(0, 401), (60, None), (130, 401)], 130, id="but not of the token"),
        pytest.param([(0, None), (60, None), (130, 200)], None, id="it answers again"),
    ],
)
def test_how_long_telegram_has_been_silent(answers, silent):
    at = [0.0]
    metrics = Metrics(CollectorRegistry(), clock=lambda: at[0])
    for second, status in answers:
        at[0] = second
        metrics.called(API + "getUpdates", status, 1.0, None)
    expected = None if silent is None else timedelta(seconds=silent)
    assert metrics.signs.silent == expected


@pytest.mark.parametrize(
    ("role", "shown", "status"),
    [
        pytest.param(Role.ALL, Shown.LOCAL, 200, id="one process for all"),
        pytest.param(Role.JOBS, Shown.LOCAL, 200, id="the jobs have a page too"),
        pytest.param(Role.WEB, Shown.OFF, 404, id="switched off"),
    ],
)
async def test_a_process_shows_its_figures(tmp_path, pack, unused_tcp_port, role, shown, status):
    sandbox = Sandbox()
    person = sandbox.person("Amal", "en", started=True)
    async with serve(sandbox) as address, aiohttp.ClientSession() as client:
        what = installation(
            tmp_path, pack, address, sandbox, role=role, port=unused_tcp_port, metrics=shown
        )
        async with running(what):
            if role is Role.ALL:
                await answer(sandbox, person)
            async with client.get(f"http://127.0.0.1:{unused_tcp_port}/metrics") as page:
                body = await page.read()
    assert page.status == status
    if status == 200:
        found = read(body)
        assert found["fingerpost_telegram_calls_total", "ok", "getMe"] >= 2
        assert found.get(("fingerpost_answer_seconds_count",)) == (role is Role.ALL)
