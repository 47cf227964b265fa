"""The published directory over HTTP: Open Referral UK 3.0, read only, for everybody.

One request is worked on at a time, in a thread, so that readers of the directory never hold up
the people who write to the bot; nothing about a request is logged.
"""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from directory.oruk import ids, writing
from directory.oruk.forms import Document
from directory.oruk.publication import Form, Publication, compact, page_text
from web import asking, openapi
from web.asking import ALL_IN_ONE, BadQuery, Paging, UnknownPlace

Published = Callable[[], Awaitable[Publication]]
Item = TypeVar("Item")

MOST_WAITING = 100  # requests: more are told to come back
_FRESH = "public, max-age=60"
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")
_OPEN = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}


class _Busy(Exception):
    """So many wait already that one more had better come back."""


def mount(app: web.Application, published: Published, *, base: str | None = None) -> None:
    """Add the API to *app*, beside the routes that it has.

    *published* returns what everybody may read. *base*: the address at which others reach the
    API, without a slash at its end; None: the one that each request names.
    """
    others = frozenset(resource.canonical for resource in app.router.resources())
    api = _Api(published, base)
    for path, handler in (
        ("/", api.about),
        ("/openapi.json", api.description),
        ("/services", api.services),
        ("/services/{id}", api.service),
        ("/taxonomies", api.taxonomies),
        ("/taxonomies/{id}", api.taxonomy),
        ("/taxonomy_terms", api.terms),
        ("/taxonomy_terms/{id}", api.term),
        ("/service_at_locations", api.places),
        ("/service_at_locations/{id}", api.place),
    ):
        app.router.add_get(path, handler)
    app.middlewares.append(_manners(others))


def _manners(others: frozenset[str]) -> Middleware:
    """Return what answers preflights and turns mistakes into JSON, except on the *others*."""

    @web.middleware
    async def manners(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path in others:
            return await handler(request)
        try:
            return await handler(request)
        except web.HTTPMethodNotAllowed as refusal:
            return _not_allowed(request, refusal.allowed_methods)
        except (web.HTTPNotFound, BadQuery, UnknownPlace, _Busy) as refusal:
            return _refused(refusal)

    return manners


def _not_allowed(request: web.Request, methods: Iterable[str]) -> web.Response:
    """Answer a method that no page takes; OPTIONS asks which ones are."""
    allowed = ", ".join(sorted({*methods, "OPTIONS"}))
    if request.method == "OPTIONS":
        headers = {**_OPEN, **_PREFLIGHT, "Allow": allowed}
        return web.Response(status=HTTPStatus.NO_CONTENT, headers=headers)
    return _problem(HTTPStatus.METHOD_NOT_ALLOWED, "This is read only.", Allow=allowed)


def _refused(refusal: Exception) -> web.Response:
    if isinstance(refusal, BadQuery):
        return _problem(HTTPStatus.BAD_REQUEST, str(refusal))
    if isinstance(refusal, UnknownPlace):
        return _problem(HTTPStatus.NOT_FOUND, "postcode: write one that is known here.")
    if isinstance(refusal, _Busy):
        later = {"Retry-After": "1"}
        return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "Many read just now: come back.", **later)
    return _problem(HTTPStatus.NOT_FOUND, "There is nothing at this address.")


class _Api:
    """Answers the requests; each handler reads the query, then makes the answer in a thread."""

    def __init__(self, published: Published, base: str | None) -> None:
        self._published = published
        self._base = base
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def about(self, request: web.Request) -> web.Response:
        """Say which standard this is, and where it is described."""
        document = {
            "version": writing.VERSION,
            "profile": writing.PROFILE,
            "openapi_url": f"{self._address(request)}/openapi.json",
        }
        return _answer(request, compact(document))

    async def description(self, request: web.Request) -> web.Response:
        """Describe the API as OpenAPI does."""
        return _answer(request, compact(openapi.document(self._address(request))))

    async def services(self, request: web.Request) -> web.Response:
        """List services."""
        form, asked = asking.form(request.query), asking.services(request.query)
        default = ALL_IN_ONE if form is Form.MINIMAL else asking.PER_PAGE
        paging = asking.paging(request.query, otherwise=default)

        def page(known: Publication) -> str:
            return _page(known.services(asked), paging, lambda at: known.service_text(at, form))

        return await self._made(request, page)

    async def service(self, request: web.Request) -> web.Response:
        """Show one service with everything that belongs to it."""
        wanted = _id(request)

        def found(known: Publication) -> str | None:
            at = known.service_at(wanted)
            return None if at is None else known.service_text(at, Form.FULL)

        return await self._made(request, found)

    async def places(self, request: web.Request) -> web.Response:
        """List places where services are offered."""
        paging, full = asking.paging(request.query), asking.flag(request.query, "full")
        form = Form.FULL if full else Form.SHORT

        def page(known: Publication) -> str:
            found = known.places(asking.places(request.query, known.gazetteer))
            return _page(found, paging, lambda at: known.place_text(at, form))

        return await self._made(request, page)

    async def place(self, request: web.Request) -> web.Response:
        """Show one place with its address and its service."""
        wanted = _id(request)

        def found(known: Publication) -> str | None:
            at = known.spot_at(wanted)
            return None if at is None else known.place_text(at, Form.FULL)

        return await self._made(request, found)

    async def taxonomies(self, request: web.Request) -> web.Response:
        """List the taxonomies."""
        paging, words = asking.paging(request.query), asking.search(request.query)

        def page(known: Publication) -> str:
            return _page(_named(known.taxonomies, words), paging, compact)

        return await self._made(request, page)

    async def taxonomy(self, request: web.Request) -> web.Response:
        """Show one taxonomy."""
        wanted = _id(request)
        return await self._made(request, lambda known: _found(known.taxonomies, wanted))

    async def terms(self, request: web.Request) -> web.Response:
        """List the terms; none has a term above or below it."""
        query = request.query
        paging, words = asking.paging(query), asking.search(query)
        taxonomy = asking.identifier(query, "taxonomy_id")
        parent = asking.identifier(query, "parent_id")
        asking.flag(query, "top_only")  # all of them are at the top

        def page(known: Publication) -> str:
            found = [] if parent else _named(known.terms, words)
            wanted = [each for each in found if taxonomy in (None, each.get("taxonomy_id"))]
            return _page(wanted, paging, compact)

        return await self._made(request, page)

    async def term(self, request: web.Request) -> web.Response:
        """Show one term."""
        wanted = _id(request)
        return await self._made(request, lambda known: _found(known.terms, wanted))

    async def _made(
        self, request: web.Request, make: Callable[[Publication], str | None]
    ) -> web.Response:
        """Answer with what *make* makes of the directory: one at a time, beside the event loop.

        Raises:
            HTTPNotFound: it makes nothing.
            _Busy: too many wait already.
        """
        if self._waiting >= MOST_WAITING:
            raise _Busy
        self._waiting += 1
        try:
            async with self._turn:
                known = await self._published()
                made = await asyncio.to_thread(make, known)
        finally:
            self._waiting -= 1
        if made is None:
            raise web.HTTPNotFound
        return _answer(request, made, known.changed_at)

    def _address(self, request: web.Request) -> str:
        if self._base is not None:
            return self._base
        host = request.host if _HOST.fullmatch(request.host) else "localhost"
        return f"{request.scheme}://{host}"


def _id(request: web.Request) -> str:
    """Return the id in the path as we write it; one that is no UUID names nothing."""
    return ids.own(request.match_info["id"]) or ""


def _page(found: Sequence[Item], paging: Paging, text: Callable[[Item], str]) -> str:
    """Return the page of *found* that is asked for."""
    shown = [text(found[at]) for at in paging.of(len(found))]
    return page_text(shown, number=paging.number, per_page=paging.per_page, total=len(found))


def _named(documents: Mapping[str, Document], words: str | None) -> list[Document]:
    """Return the *documents* that have *words* in their name or description."""
    wanted = (words or "").casefold()
    return [
        each
        for each in documents.values()
        if wanted in f"{each['name']} {each['description']}".casefold()
    ]


def _found(documents: Mapping[str, Document], wanted: str) -> str | None:
    return compact(documents[wanted]) if wanted in documents else None


def _answer(request: web.Request, text: str, changed_at: datetime | None = None) -> web.Response:
    """Return *text*, or 304 where the client has it already (RFC 9110, section 13.1.2).

    By the tag alone: what was withdrawn leaves the newest change as old as it was, so a client
    that asked by date would keep it.
    """
    body = text.encode()
    tag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    headers = {**_OPEN, "ETag": tag, "Cache-Control": _FRESH}
    if changed_at is not None:
        headers["Last-Modified"] = format_datetime(changed_at.astimezone(UTC), usegmt=True)
    known = [each.strip() for each in request.headers.get("If-None-Match", "").split(",")]
    if "*" in known or tag in (each.removeprefix("W/") for each in known):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return web.Response(
        body=body, content_type="application/json", charset="utf-8", headers=headers
    )


def _problem(status: HTTPStatus, detail: str, **headers: str) -> web.Response:
    """Return a mistake as JSON, in the form of RFC 9457."""
    problem = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
    }
    return web.Response(
        status=status,
        text=compact(problem),
        content_type="application/problem+json",
        headers={**_OPEN, **headers},
    )
