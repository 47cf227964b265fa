"""An installation with pages and mails on a database, offline but for this machine."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

import db.editions
import db.feeds
import db.items
import db.mail_readers
from bot.app import Choices, wire
from bot.choices import LOOPBACK
from bot.mailing import Mailing
from db.engine import Sessions
from digests.item import Decision, Item, JudgedItem, Occasion, OccasionKind, Verdict
from handlers import edition_sending
from handlers.context import App
from handlers.editions import gather
from tests.fakes import FakeClock
from tests.flows.stage import REVIEW, SEND, nothing_wrong
from tests.mails.server import OURS, MailServer
from web import digest

HOME = "https://digest.example.org"
WEEK = "2026-W47"
THURSDAY = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)  # SEND: London is on UTC in November
ANN, BEN = "ann@example.com", "ben@example.com"
LINK = re.compile(rf"{HOME}(/digest/(?:confirm|change|stop)/([A-Za-z0-9_-]{{43}}))")


async def no_sleep(_: float) -> None:
    """Wait for nothing."""


@dataclass(slots=True)
class House:
    """What a reader meets: pages through *client*, mails through *server*."""

    app: App
    clock: FakeClock
    sessions: Sessions
    client: TestClient[web.Request, web.Application]
    server: MailServer
    topic: str
    mailing: Mailing = field(init=False)

    def __post_init__(self) -> None:
        self.mailing = self.another()

    def another(self) -> Mailing:
        return Mailing(self.app, self.server.server, OURS, sleep=no_sleep)

    async def get(self, path: str, status: int = 200, **more: Any) -> str:
        async with self.client.get(path, **more) as answer:
            text = await answer.text()
            assert answer.status == status, text
            return text

    async def post(self, path: str, status: int = 200, data: Any = None, **more: Any) -> str:
        async with self.client.post(path, data=data or {}, **more) as answer:
            text = await answer.text()
            assert answer.status == status, text
            return text

    async def asks(self, address: str = ANN, status: int = 200, **form: Any) -> str:
        return await self.post("/digest/subscribe", status, {"address": address, **form})

    async def mails(self) -> int:
        return await self.mailing.run()

    def links(self, address: str = ANN) -> dict[str, str]:
        """Return the paths in the newest mail to *address*, by what they do."""
        newest = self.server.to(address)[-1]
        plain = newest.get_body(("plain",))
        assert plain is not None
        text = plain.get_content()
        return {found[1].split("/")[2]: found[1] for found in LINK.finditer(text)}

    async def joins(self, address: str = ANN, **form: Any) -> str:
        """Let *address* ask and say yes; return its token."""
        await self.asks(address, **form)
        await self.mails()
        path = self.links(address)["confirm"]
        await self.post(path)
        return path.rpartition("/")[2]

    async def posts(self, title: str, *, topic: str | None = None, **item: Any) -> None:
        """Let a feed bring a post that is accepted."""
        async with self.sessions.begin() as session:
            feeds = await db.feeds.all_feeds(session)
            at = "https://example.org/feed"
            feed_id = feeds[0].id if feeds else await db.feeds.add(session, at, self.clock())
            link = f"https://example.org/{title.replace(' ', '-')}"
            made = Item(link, title, link, f"About {title}.", self.clock(), "Example", **item)
            deadline = Occasion(OccasionKind.DEADLINE, datetime(2026, 12, 4).date(), "4 Dec")  # noqa: DTZ001
            verdict = Verdict(Decision.ACCEPT, (), (topic or self.topic,), (deadline,))
            await db.items.add(session, feed_id, [JudgedItem(made, verdict)], self.clock())

    async def approves(self, week: str = WEEK, note: str | None = None) -> None:
        """Let a coordinator approve the week's edition."""
        async with self.sessions.begin() as session:
            await db.editions.create(session, week, self.clock())
            if note is not None:
                await db.editions.set_note(session, week, note)
            shown = await gather(session, self.app, week)
            await edition_sending.approve(session, self.app, shown, by=None)

    async def leaves(self) -> None:
        """Let the time come at which it leaves."""
        self.clock.now = max(self.clock.now, THURSDAY)
        await edition_sending.send_due(self.app)

    async def token_of(self, address: str) -> str:
        async with self.sessions() as session:
            found = await db.mail_readers.readers(session)
        return next(each.token for each in found if each.address == address)


@asynccontextmanager
async def housed(sessions: Sessions, pack: Any, server: MailServer) -> AsyncIterator[House]:
    """Give an installation on *sessions* while the block runs."""
    clock = FakeClock()
    choices = Choices(REVIEW, SEND, contact="team@example.org", public_url=HOME, mails=True)
    app = wire(sessions, pack, choices, health=nothing_wrong, clock=clock)
    site = web.Application()
    digest.mount(site, app, proxies=LOOPBACK)
    async with TestClient(TestServer(site)) as client:
        yield House(app, clock, sessions, client, server, pack.interests.topics[0].id)
