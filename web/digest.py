"""The archive of the digest over HTTP: editions, their feed, their pictures.

Public pages without scripts, cookies or anything from elsewhere. Only what has left is there,
never a draft. Nothing about a request is logged.
"""

import asyncio
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from aiohttp import web

import db.archive
import db.items
import db.submissions
import locales
from digests import atom, letter, signup
from digests.atom import Issue
from digests.edition import Digest
from digests.letter import Site
from handlers import digest_screens
from handlers.context import App
from handlers.editions import gather, has_left
from handlers.pages import site_of
from locales import Translator
from web import pages
from web.proxies import Network
from web.signup import SignUp

_WEEK = re.compile(r"[0-9]{4}-W(0[1-9]|[1-4][0-9]|5[0-3])", re.ASCII)
_ID = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
_IN_FEED = 10  # editions
_MOST_KEPT = 64  # pages in memory


@dataclass(frozen=True, slots=True)
class _Sent:
    """An edition that has left."""

    digest: Digest
    at: datetime
    pictures: dict[int, str]


def mount(site: web.Application, app: App, *, proxies: Collection[Network] = ()) -> None:
    """Add the pages below ``/digest/`` to *site*, beside the routes that it has.

    *proxies*: those that are believed when they say who asks.
    """
    archive, forms = _Archive(app), SignUp(app, proxies)
    router = site.router
    router.add_get("/digest", _to_index)
    router.add_get("/digest/", archive.index)
    router.add_get("/digest/atom.xml", archive.feed)
    router.add_get("/digest/pictures/{id}", archive.picture)
    forms.add_routes(router)
    router.add_get("/digest/{week}", archive.edition)
    router.add_get("/digest/{rest:.*}", archive.missing)


async def _to_index(request: web.Request) -> web.Response:  # noqa: ARG001  (aiohttp's signature)
    return web.Response(status=HTTPStatus.MOVED_PERMANENTLY, headers={"Location": "/digest/"})


class _Archive:
    """Answers for editions; what was made is kept, because an edition never changes."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._turn = asyncio.Lock()
        self._made: dict[tuple[str, ...], bytes] = {}
        self._sent: dict[str, _Sent] = {}

    async def index(self, request: web.Request) -> web.Response:
        """List the editions, newest first."""
        t, site = self._site(request)
        weeks = await self._weeks()
        key = ("index", t.language, site.home, *weeks)
        body = await self._page(key, lambda: letter.index(weeks, t, site).encode())
        return pages.public(request, body, age=60)

    async def edition(self, request: web.Request) -> web.Response:
        """Show one edition as it left."""
        week = request.match_info["week"]
        if not _WEEK.fullmatch(week) or (sent := await self._edition(week)) is None:
            return await self.missing(request)
        t, site = self._site(request, sent.pictures)
        key = (week, t.language, site.home, str(sent.at))
        body = await self._page(key, lambda: letter.page(sent.digest, t, site).encode())
        return pages.public(request, body, changed_at=sent.at)

    async def feed(self, request: web.Request) -> web.Response:
        """Show the newest editions as an Atom feed."""
        t, site = self._site(request)
        newest = (await self._weeks())[:_IN_FEED]
        found = [sent for week in newest if (sent := await self._edition(week)) is not None]
        issues = [Issue(sent.digest, sent.at) for sent in found]
        changed = max((each.at for each in issues), default=None)
        now = changed or self._app.clock().replace(hour=0, minute=0, second=0, microsecond=0)
        key = ("atom", t.language, site.home, str(now), *newest)
        body = await self._page(key, lambda: atom.feed(issues, t, site, now=now))
        return pages.public(request, body, kind="application/atom+xml", changed_at=changed)

    async def picture(self, request: web.Request) -> web.Response:
        """Show the picture of a post that has left."""
        asked = request.match_info["id"]
        if not _ID.fullmatch(asked):
            return await self.missing(request)
        async with self._app.sessions() as session:
            item = await db.items.find(session, int(asked))
            found = await db.submissions.picture(session, int(asked))
            public = item is not None and await has_left(session, item)
        if not public or found is None or found.mime not in _PICTURES:
            return await self.missing(request)
        return pages.picture(found.content, found.mime)

    async def missing(self, request: web.Request) -> web.Response:
        """Say that there is nothing at this address."""
        t, site = self._site(request)
        return pages.private(signup.missing(t, site), status=HTTPStatus.NOT_FOUND)

    def _site(
        self, request: web.Request, pictures: dict[int, str] | None = None
    ) -> tuple[Translator, Site]:
        t = locales.translator(pages.language(request))
        return t, site_of(self._app, t, home=pages.home(request), pictures=pictures)

    async def _weeks(self) -> list[str]:
        """Return the weeks whose edition has left, newest first."""
        async with self._app.sessions() as session:
            return list(await db.archive.left(session))

    async def _edition(self, week: str) -> _Sent | None:
        """Return the edition of *week* once it has left."""
        async with self._app.sessions() as session:
            at = (await db.archive.left(session, week)).get(week)
            if at is None or week in self._sent:
                return None if at is None else self._sent[week]
            shown = await gather(session, self._app, week)
            alts = await db.archive.pictures(session, [item.id for item in shown.items])
        digest = digest_screens.digest_of(shown, self._app.topics, ())
        if len(self._sent) >= _MOST_KEPT:
            self._sent.clear()
        self._sent[week] = _Sent(digest, at, alts)
        return self._sent[week]

    async def _page(self, key: tuple[str, ...], make: Callable[[], bytes]) -> bytes:
        """Return what *make* makes: one at a time, beside the event loop, and once."""
        async with self._turn:
            if key not in self._made:
                if len(self._made) >= _MOST_KEPT:
                    self._made.clear()
                self._made[key] = await asyncio.to_thread(make)
            return self._made[key]
