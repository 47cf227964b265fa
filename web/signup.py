"""The pages on which somebody asks for the digest by e-mail, confirms, changes and stops.

Links in mails are opened by scanners too, so a link alone does nothing: a button does, and
the one-click POST of RFC 8058. The address of who asks is kept in memory only, as a hash.
"""

import secrets
from collections import deque
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from hashlib import blake2b
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address
from urllib.parse import parse_qsl

from aiohttp import web

import db.erasures
import db.mail_readers
import locales
from digests import signup
from digests.letter import Choice, Site
from digests.mailing import MailReader, Wish, is_token, read_address
from digests.topics import topic_name
from handlers.context import App
from handlers.pages import site_of
from locales import Translator
from locales.errors import N_, Text
from web import pages
from web.proxies import Network, caller

LARGEST_FORM = 16_000  # bytes
_MOST_FIELDS = 100
_TRIES, _WITHIN = 10, timedelta(hours=1)  # of one address: a whole office may stand behind it
_MOST_KNOWN = 20_000  # addresses; beyond them all begin anew
_NOT_AN_ADDRESS = Text(N_("We cannot send to this address. Please check it."))
_FORM = "application/x-www-form-urlencoded"

Form = dict[str, list[str]]


class SignUp:
    """Answers the forms."""

    def __init__(self, app: App, proxies: Collection[Network] = ()) -> None:
        """*proxies*: those that are believed when they say who asks."""
        self._app = app
        self._proxies = proxies
        self._tries = Tries(app.clock)

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add the pages to *router*."""
        router.add_get("/digest/subscribe", self.form)
        router.add_post("/digest/subscribe", self.asked)
        for name, shown, done in (
            ("confirm", self.confirm, self.confirmed),
            ("change", self.change, self.changed),
            ("stop", self.stop, self.stopped),
        ):
            router.add_get(f"/digest/{name}/{{token}}", shown)
            router.add_post(f"/digest/{name}/{{token}}", done)

    async def form(self, request: web.Request) -> web.Response:
        """Show the form on which an address is given."""
        t, site = self._site(request)
        if not self._app.mails:
            return _missing(t, site)
        return pages.private(signup.subscribe(t, site, self._topics(t), Wish(t.language)))

    async def asked(self, request: web.Request) -> web.Response:
        """Queue the mail that asks for a yes; the answer is the same whoever it is."""
        t, site = self._site(request)
        form = await _read(request)
        if not self._app.mails or form is None:
            return _missing(t, site)
        if not self._tries.may(self._caller(request)):
            return pages.private(signup.busy(t, site), status=HTTPStatus.TOO_MANY_REQUESTS)
        wish, given = self._wish(form), _first(form).get("address", "")
        if _first(form).get("website"):  # only machines fill in what nobody sees
            return pages.private(signup.asked(t, site))
        if (address := read_address(given)) is None:
            shown = signup.subscribe(
                t, site, self._topics(t), wish, address=given[:254], wrong=_NOT_AN_ADDRESS
            )
            return pages.private(shown, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        async with self._app.sessions.begin() as session:
            token, now = secrets.token_urlsafe(32), self._app.clock()
            await db.mail_readers.ask(session, address, wish, token=token, now=now)
        return pages.private(signup.asked(t, site))

    async def confirm(self, request: web.Request) -> web.Response:
        """Show the button that says yes; the link alone changes nothing."""
        reader = await self._reader(request)
        t, site = self._site(request, reader)
        return _missing(t, site) if reader is None else pages.private(signup.confirm(t, site))

    async def confirmed(self, request: web.Request) -> web.Response:
        """Note the yes; twice does no harm."""
        async with self._app.sessions.begin() as session:
            reader = await db.mail_readers.confirm(session, _token(request), self._app.clock())
        t, site = self._site(request, reader)
        if reader is None:
            return _missing(t, site)
        return pages.private(signup.confirmed(t, site, reader))

    async def change(self, request: web.Request) -> web.Response:
        """Show what the reader gets, to be changed."""
        return self._changing(request, await self._reader(request), saved=False)

    async def changed(self, request: web.Request) -> web.Response:
        """Store what the reader wants now."""
        form = await _read(request)
        if form is None:
            return _missing(*self._site(request))
        async with self._app.sessions.begin() as session:
            reader = await db.mail_readers.change(session, _token(request), self._wish(form))
        return self._changing(request, reader, saved=True)

    async def stop(self, request: web.Request) -> web.Response:
        """Show the button that stops the mails."""
        reader = await self._reader(request)
        t, site = self._site(request, reader)
        return _missing(t, site) if reader is None else pages.private(signup.stop(t, site))

    async def stopped(self, request: web.Request) -> web.Response:
        """Delete the reader, by the button or by RFC 8058's one-click POST.

        Who is not there any more gets the same answer: mail programs may ask twice.
        """
        token = _token(request)
        reader = await self._reader(request)
        t, site = self._site(request, reader)
        if not is_token(token):
            return _missing(t, site)
        now = self._app.clock()
        if reader is not None:
            await self._app.erased(db.erasures.mail_mark(token), now)
        async with self._app.sessions.begin() as session:
            await db.mail_readers.stop(session, token, now)
        return pages.private(signup.stopped(t, site))

    def _changing(
        self, request: web.Request, reader: MailReader | None, *, saved: bool
    ) -> web.Response:
        t, site = self._site(request, reader)
        if reader is None:
            return _missing(t, site)
        return pages.private(signup.change(t, site, self._topics(t), reader, saved=saved))

    async def _reader(self, request: web.Request) -> MailReader | None:
        async with self._app.sessions() as session:
            return await db.mail_readers.by_token(session, _token(request))

    def _site(
        self, request: web.Request, reader: MailReader | None = None
    ) -> tuple[Translator, Site]:
        """Return the words and the addresses: a reader's own language comes first."""
        code = pages.language(request) if reader is None else locales.choose(reader.wish.language)
        t = locales.translator(code)
        return t, site_of(self._app, t, home=pages.home(request))

    def _caller(self, request: web.Request) -> str:
        named = request.headers.getall("X-Forwarded-For", [])
        return caller(request.remote or "", named, self._proxies)

    def _topics(self, t: Translator) -> tuple[Choice, ...]:
        return tuple(Choice(topic_name(each, t.language), each.id) for each in self._app.topics)

    def _wish(self, form: Form) -> Wish:
        known = frozenset(each.id for each in self._app.topics)
        return signup.read_wish(_first(form), frozenset(form.get("topic", ())), known)


class Tries:
    """Counts how often an address asked, for an hour, in memory only and as a hash."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._known: dict[bytes, deque[datetime]] = {}

    def may(self, caller: str) -> bool:
        """Count one more try of *caller*; False when it is one too many."""
        mark = blake2b(_network(caller).encode(), key=self._key, digest_size=12).digest()
        if mark not in self._known and len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        tries, now = self._known.setdefault(mark, deque(maxlen=_TRIES)), self._clock()
        while tries and tries[0] <= now - _WITHIN:
            tries.popleft()
        if len(tries) >= _TRIES:
            return False
        tries.append(now)
        return True


def _network(caller: str) -> str:
    """Return the address, of an IPv6 one the network: one house has 2**64 of them (RFC 6177)."""
    try:
        address = ip_address(caller)
    except ValueError:
        return "unknown"
    # a server for both kinds sees IPv4 within IPv6 (RFC 4291 section 2.5.5.2)
    address = getattr(address, "ipv4_mapped", None) or address
    if isinstance(address, IPv6Address):
        return str(int(address) >> 64)
    return str(address)


async def _read(request: web.Request) -> Form | None:
    """Return the fields of a sent form, None when it is none or too large."""
    if request.content_type != _FORM or (request.content_length or 0) > LARGEST_FORM:
        return None
    body = b""
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LARGEST_FORM:
            return None
    try:
        pairs = parse_qsl(
            body.decode(errors="replace"), errors="replace", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        return None
    form: Form = {}
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return form


def _first(form: Form) -> dict[str, str]:
    return {name: values[0] for name, values in form.items()}


def _token(request: web.Request) -> str:
    return request.match_info["token"]


def _missing(t: Translator, site: Site) -> web.Response:
    return pages.private(signup.missing(t, site), status=HTTPStatus.NOT_FOUND)
