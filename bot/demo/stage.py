"""The stage of the demo: a sandbox, a server of feeds, and the bot on a fresh database."""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.app import Choices
from bot.pack import read_pack
from bot.service import Installation, Running, running
from bot.transport import AiohttpRequest
from bot.weektime import WeekTime
from sandbox.people import Person
from sandbox.server import serve
from sandbox.world import Sandbox

_ROOT = Path(__file__).parents[2]
OWN_FEEDS = _ROOT / "packs" / "demo" / "feeds"
CORPUS = _ROOT.parent / "shared" / "data" / "feeds"  # real feeds, where somebody has them
_WORDPRESS = re.compile(rb"<generator>https?://wordpress\.org/")
_FEWEST_ITEMS = 4  # of a real feed that is worth showing
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
    """Everything that the journeys play on. *real_feeds*: how many come from real sites."""

    sandbox: Sandbox
    address: str
    bot: Running
    cast: Cast
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
        if url.endswith("/sendMessage") and status == web.HTTPOk.status_code:
            self.accepted += 1
        return status, body


@asynccontextmanager
async def stage(port: int) -> AsyncIterator[Stage]:
    """Give a stage while the block runs; the database is thrown away afterwards."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fingerpost-")))
        sandbox = Sandbox(token=TOKEN, limits="telegram")
        address = await stack.enter_async_context(serve(sandbox, port=port))
        cast = Cast(
            amal=sandbox.person("Amal (newcomer)", "en"),
            samir=sandbox.person("Samir (newcomer)", "ar"),
            partner=sandbox.person("Partner", "en"),
            ada=sandbox.person("Coordinator A", "en", started=True),
            ben=sandbox.person("Coordinator B", "en", started=True),
        )
        files = await asyncio.to_thread(_feed_files)
        feeds_at = await stack.enter_async_context(_feed_server(files))
        feeds = {f"{feeds_at}/{name}": name for name in files}
        answers = CountedRequest()
        bot = await stack.enter_async_context(
            running(_installation(folder, address, cast, feeds), answers_by=answers)
        )
        real = sum(CORPUS in path.parents for path in files.values())
        yield Stage(sandbox, address, bot, cast, feeds, real, answers)


def _installation(folder: Path, address: str, cast: Cast, feeds: Iterable[str]) -> Installation:
    always = WeekTime(0, time(0))  # the start of the week: review and send at once
    return Installation(
        token=TOKEN,
        database_url=f"sqlite:///{folder / 'demo.db'}",
        pack=read_pack(),
        api_base=address,
        coordinators=(cast.ada.id, cast.ben.id),
        choices=Choices(always, always),
        feeds=tuple(feeds),
        allow_private_feeds=True,
        first_poll=timedelta(days=1),  # the journey polls them itself, to tell what is new
    )


def _feed_files() -> dict[str, Path]:
    """Return our own feeds, and the real WordPress feeds where there are any."""
    files = sorted(OWN_FEEDS.glob("*.xml"))
    if CORPUS.is_dir():
        files += [path for path in sorted(CORPUS.glob("*__feed__index.xml")) if _is_real(path)]
    return {path.name: path for path in files}


def _is_real(path: Path) -> bool:
    body = path.read_bytes()
    return bool(_WORDPRESS.search(body)) and body.count(b"<item>") >= _FEWEST_ITEMS


@asynccontextmanager
async def _feed_server(files: Mapping[str, Path]) -> AsyncIterator[str]:
    """Serve *files* as web sites do, with validators, so that a second poll gets "unchanged"."""

    async def answer(request: web.Request) -> web.StreamResponse:
        path = files.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={"Content-Type": "application/rss+xml"})

    site = web.Application()
    site.router.add_get("/{name}", answer)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()
