"""The stage of the demo: a sandbox, a server of feeds, and the bot on a fresh database."""

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.app import Choices
from bot.demo import feeds
from bot.pack import read_pack
from bot.service import Installation, Running, running
from bot.transport import AiohttpRequest
from bot.weektime import WeekTime
from digests.worker import WorkerReader
from sandbox import groups
from sandbox.people import Chat, Person
from sandbox.record import SENDING
from sandbox.server import serve
from sandbox.world import Sandbox

_TEAM = -1_000_000_004_001  # a supergroup: only such have topics
_HURRY = 60  # messages that a chat may get at once: nobody presses as fast as the journeys do
TOKEN = "100200300:the-demo-needs-no-secret"  # noqa: S105  (of the stand-in, on this machine)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part."""

    amal: Person  # a newcomer who reads English
    samir: Person  # a newcomer who reads Arabic
    partner: Person
    ada: Person  # coordinator A
    ben: Person  # coordinator B


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that the journeys play on.

    *team*: a forum group in which coordinator A is an administrator, and *thread* a topic of
    it. *real_feeds*: how many feeds come from real sites. *pages*: where the digest's pages are.
    """

    sandbox: Sandbox
    address: str
    bot: Running
    cast: Cast
    team: Chat
    thread: int
    pages: str
    feeds: Mapping[str, str]
    real_feeds: int
    answers: "CountedRequest"


class CountedRequest(AiohttpRequest):
    """Counts the messages that Telegram took as answers, to compare both books at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.accepted = 0

    async def do_request(
        self, url: str, method: str, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        """Pass the request on (its parameters are the library's); count an accepted message."""
        status, body = await super().do_request(url, method, *args, **kwargs)
        if url.rpartition("/")[2] in SENDING and status == web.HTTPOk.status_code:
            self.accepted += 1
        return status, body


@asynccontextmanager
async def stage(port: int) -> AsyncIterator[Stage]:
    """Give a stage while the block runs; the database is thrown away afterwards."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fingerpost-")))
        sandbox = Sandbox(token=TOKEN, limits="telegram", burst=_HURRY)
        address = await stack.enter_async_context(serve(sandbox, port=port))
        cast = Cast(
            amal=sandbox.person("Amal (newcomer)", "en"),
            samir=sandbox.person("Samir (newcomer)", "ar"),
            partner=sandbox.person("Partner", "en"),
            ada=sandbox.person("Coordinator A", "en", started=True),
            ben=sandbox.person("Coordinator B", "en", started=True),
        )
        team = sandbox.group("Partners of the city", [cast.ada.id, cast.partner.id], id=_TEAM)
        groups.promote(sandbox, team.id, [cast.ada.id])
        thread = groups.topic(sandbox, team.id, "Weekly news")
        bodies = await asyncio.to_thread(feeds.files, datetime.now(UTC))
        feeds_at = await stack.enter_async_context(feeds.server(bodies))
        addresses = {f"{feeds_at}/{name}": name for name in bodies}
        answers, port_of_pages = CountedRequest(), _free_port()
        pages = f"http://127.0.0.1:{port_of_pages}"
        installed = _installation(folder, address, cast, addresses)
        bot = await stack.enter_async_context(
            running(
                replace(
                    installed,
                    port=port_of_pages,
                    choices=replace(installed.choices, public_url=pages),
                ),
                answers_by=answers,
            )
        )
        starting = asyncio.create_task(_started(bot))
        stack.push_async_callback(_ended, starting)
        yield Stage(
            sandbox,
            address,
            bot,
            cast,
            team,
            thread,
            pages,
            addresses,
            feeds.count_real(bodies),
            answers,
        )


async def _started(bot: Running) -> None:
    """Start the worker that reads feeds while the first journeys are played."""
    if isinstance(bot.jobs.reader, WorkerReader):
        await bot.jobs.reader.start()


async def _ended(starting: asyncio.Task[None]) -> None:
    starting.cancel()
    await asyncio.wait([starting])


def _installation(folder: Path, address: str, cast: Cast, feeds: Iterable[str]) -> Installation:
    always = WeekTime(0, time(0))  # the start of the week: review and send at once
    return Installation(
        token=TOKEN,
        database_url=f"sqlite:///{folder / 'demo.db'}",
        pack=read_pack(),
        api_base=address,
        coordinators=(cast.ada.id, cast.ben.id),
        choices=Choices(always, always, undo=timedelta(seconds=2)),  # somebody waits
        feeds=tuple(feeds),
        allow_private_feeds=True,
        first_poll=timedelta(days=1),  # the journey polls them itself, to tell what is new
        sends_every=timedelta(seconds=0.1),  # somebody sits and watches
    )


def _free_port() -> int:
    """Return a port that nothing listens on just now."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
    return port
