"""One polite, bounded GET of a feed: conditional, over the public internet only.

A site is asked one thing at a time, whoever asks: rounds, pages of an archive, the search for
a feed. Limits: 5 MB unpacked, 20 seconds in all, five redirects, each hop checked (reliability
tests F1 to F4 and F8). The address is checked again where it cannot be exchanged any more: on the
socket that is about to be connected.
"""

import asyncio
import socket
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin, urlsplit
from weakref import WeakValueDictionary

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import AddrInfoType
from aiohttp.resolver import ThreadedResolver

from digests.addresses import is_public, not_public, refuse_address
from digests.errors import FetchError
from digests.feed import Feed, Fetched, Unchanged
from locales.errors import N_, Text

__all__ = ["MAX_BYTES", "HttpFetcher", "refuse_address"]

MAX_BYTES = 5_000_000
TIMEOUT = timedelta(seconds=20)
MAX_REDIRECTS = 5
LONGEST_HINT = timedelta(days=7)  # what a server may ask for; `plan` allows a day
USER_AGENT = "Fingerpost feed reader"
ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml, */*;q=0.1"
)
AT_ONCE = 64  # connections
_MOST_DIGITS = 9  # of a number of seconds: 30 years, and no overflow
_GZIP_MAGIC = b"\x1f\x8b"  # begins every member (RFC 1952 section 2.3.1)
_ZLIB_DEFLATE = 8  # low half of the first byte of a zlib header (RFC 1950 section 2.2)
_PERMANENT = {301, 308}
_REDIRECTS = {301, 302, 303, 307, 308}
_SLOW = Text(N_("The server took longer than 20 seconds."))
_UNREACHABLE = Text(N_("The server could not be reached."))
_BROKEN = Text(N_("The server's answer was damaged."))
_TOO_LONG = Text(N_("The feed is longer than 5 MB, so it was not read."))


class PrivateAddress(OSError):
    """A name led to an address that is not public."""


class HttpFetcher:
    """A `digests.feed.Fetcher` over HTTP.

    *contact* (an address or a mailbox) is told to servers. *allow_private* is for the demo
    and for tests, whose feeds are on this machine: no setting reaches it. *accept*: the kinds
    of content to ask for. Close it after use.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        contact: str | None = None,
        resolver: AbstractResolver | None = None,
        timeout: timedelta = TIMEOUT,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        accept: str = ACCEPT,
    ) -> None:
        self._accept = accept
        self._allow_private = allow_private
        self._agent = f"{USER_AGENT} ({contact})" if contact else USER_AGENT
        self._resolver = resolver
        self._timeout = timeout
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def __aenter__(self) -> Self:
        """Return the fetcher; its connections are made when needed."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        await self.close()

    async def close(self) -> None:
        """Close the connections; the next fetch opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def fetch(self, feed: Feed) -> Fetched | Unchanged:
        """Return the bytes, or Unchanged when the server says so.

        Raises:
            FetchError: refused, not reached, too long, too slow, or an error of the server;
                with the server's Retry-After, and *gone* for 410.
        """
        try:
            return await self._follow(feed)
        except TimeoutError as exc:
            raise FetchError(feed.url, _SLOW) from exc
        except aiohttp.ClientConnectorCertificateError as exc:
            reason = Text(N_("The server's security certificate is not valid."))
            raise FetchError(feed.url, reason) from exc
        except (aiohttp.ClientConnectionError, OSError) as exc:
            if _is_private(exc):
                raise not_public(feed.url) from exc
            raise FetchError(feed.url, _UNREACHABLE) from exc
        except (aiohttp.ClientError, ValueError, zlib.error) as exc:
            raise FetchError(feed.url, _BROKEN) from exc

    async def _follow(self, feed: Feed) -> Fetched | Unchanged:
        """Go from redirect to redirect; each address is checked before it is asked.

        Waiting for one's turn does not count as time of the server's.
        """
        url, permanent, left = feed.url, True, self._timeout.total_seconds()
        loop = asyncio.get_running_loop()
        for _ in range(MAX_REDIRECTS + 1):
            refuse_address(url, public=self._may_ask)
            async with self._turn(url), asyncio.timeout(left) as limit:
                # conditions only; there is nothing else of ours that a redirect could carry on
                async with self._open().get(
                    url, headers=_conditions(feed), allow_redirects=False
                ) as answer:
                    target = answer.headers.get("Location")
                    if answer.status not in _REDIRECTS or target is None:
                        moved_to = url if permanent and url != feed.url else None
                        return await self._answered(feed, answer, moved_to)
                    permanent = permanent and answer.status in _PERMANENT
                    url = urljoin(url, target)
                left = (limit.when() or loop.time()) - loop.time()
        raise FetchError(feed.url, Text(N_("The address sends readers on and on, without end.")))

    async def _answered(
        self, feed: Feed, answer: aiohttp.ClientResponse, moved_to: str | None
    ) -> Fetched | Unchanged:
        max_age = _max_age(answer.headers, self._clock())
        if answer.status == 304:  # noqa: PLR2004  (RFC 9110 section 15.4.5)
            return Unchanged(max_age, moved_to)
        if answer.status != 200:  # noqa: PLR2004  (RFC 9110 section 15.3.1; 206 is not asked for)
            raise self._refused(feed, answer)
        return Fetched(
            body=await _body(feed.url, answer),
            url=str(answer.url),
            content_type=_header(answer, "Content-Type"),
            etag=_header(answer, "ETag"),
            last_modified=_header(answer, "Last-Modified"),
            max_age=max_age,
            moved_to=moved_to,
        )

    def _refused(self, feed: Feed, answer: aiohttp.ClientResponse) -> FetchError:
        """Return the error that fits the server's status."""
        wait = _retry_after(answer.headers.get("Retry-After"), self._clock())
        if answer.status == 410:  # noqa: PLR2004  (RFC 9110 section 15.5.11)
            return FetchError(
                feed.url, Text(N_("The feed is gone for good.")), gone=True, status=410
            )
        known = {
            401: Text(N_("The server asks for a password.")),
            403: Text(N_("The server does not let us read the feed.")),
            404: Text(N_("There is nothing at this address.")),
            429: Text(N_("The server asks us to come less often.")),
        }
        other = Text(N_("The server answered with error {status}."), {"status": answer.status})
        reason = known.get(answer.status, other)
        return FetchError(feed.url, reason, retry_after=wait, status=answer.status)

    def _may_ask(self, address: str) -> bool:
        return self._allow_private or is_public(address)

    def _turn(self, url: str) -> asyncio.Lock:
        """Return the lock of the site that *url* is on; it lives while somebody holds it."""
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        return self._turns.setdefault(host, asyncio.Lock())

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            resolver = self._resolver or ThreadedResolver()
            connector = aiohttp.TCPConnector(
                resolver=_PublicOnly(resolver, self._may_ask),
                socket_factory=self._public_socket,
                use_dns_cache=False,
                limit=AT_ONCE,
                force_close=True,  # feeds are asked once an hour
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                timeout=aiohttp.ClientTimeout(total=self._timeout.total_seconds()),
                # identity, gzip, deflate: what `_body` can unpack within bounds
                headers={
                    "User-Agent": self._agent,
                    "Accept": self._accept,
                    "Accept-Encoding": "gzip, deflate",
                },
            )
        return self._session

    def _public_socket(self, info: AddrInfoType) -> socket.socket:
        """Make the socket for an address that is about to be connected, if it may be asked."""
        family, kind, protocol, _, address = info
        if not self._may_ask(str(address[0])):
            raise PrivateAddress(str(address[0]))
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made


class _PublicOnly(AbstractResolver):
    """Passes on what another resolver finds only if all of it is public."""

    def __init__(self, resolver: AbstractResolver, may_ask: Callable[[str], bool]) -> None:
        self._resolver = resolver
        self._may_ask = may_ask

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not all(self._may_ask(each["host"]) for each in found):
            raise PrivateAddress(host)
        return found

    async def close(self) -> None:
        await self._resolver.close()


def _is_private(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, PrivateAddress):
        error = getattr(error, "os_error", None) or error.__cause__
    return error is not None


def _header(answer: aiohttp.ClientResponse, name: str) -> str | None:
    """Return a header that can be stored and sent; bytes that are no text are halves of letters."""
    value = answer.headers.get(name)
    return value if value and value.isprintable() else None


def _conditions(feed: Feed) -> dict[str, str]:
    given = {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
    return {name: value for name, value in given.items() if value and value.isprintable()}


async def _body(url: str, answer: aiohttp.ClientResponse) -> bytes:
    """Return the unpacked body; stops reading as soon as it is too long.

    Raises:
        FetchError: too long, packed in an unknown way, or cut short.
    """
    name = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if name not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        raise FetchError(url, Text(N_("The feed is packed in a way that we cannot read.")))
    packed = None if name in {"", "identity"} else _Packed(gzip=name != "deflate")
    body, raw = bytearray(), 0
    async for chunk in answer.content.iter_chunked(65_536):
        raw += len(chunk)
        for piece in packed.unpack(chunk) if packed else (chunk,):
            body += piece
            if max(raw, len(body)) > MAX_BYTES:
                raise FetchError(url, _TOO_LONG)
    if packed and raw and not packed.is_whole:
        raise FetchError(url, _BROKEN)
    return bytes(body)


class _Packed:
    """Unpacks chunk by chunk into pieces of at most 64 KB; a gzip body may have several members.

    Source: RFC 1952 section 2.2 (members), RFC 9110 section 8.4.1 (content codings).
    """

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._member: Any = None  # zlib has no public name for the type
        self.is_whole = False

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what *chunk* holds; what follows the end of the last member is passed over."""
        while chunk:
            if self._member is None:
                self._member = zlib.decompressobj(self._form(chunk))
            yield self._member.decompress(chunk, 65_536)
            while self._member.unconsumed_tail:
                yield self._member.decompress(self._member.unconsumed_tail, 65_536)
            self.is_whole = self._member.eof
            chunk = self._member.unused_data
            if self.is_whole:
                if not (self._gzip and chunk.startswith(_GZIP_MAGIC[: len(chunk)])):
                    return
                self._member = None

    def _form(self, chunk: bytes) -> int:
        """Return zlib's window bits: "deflate" is sent with and without its two-byte header."""
        bare = not self._gzip and chunk[0] & 0x0F != _ZLIB_DEFLATE
        return -zlib.MAX_WBITS if bare else zlib.MAX_WBITS | 32


def _max_age(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how long the server says the answer stays fresh, None when it does not say.

    What must not be kept or not be reused unasked (no-store, no-cache) is asked for at the
    usual time. Source: RFC 9111 sections 4.2.1, 5.1, 5.2.2 and 5.3; s-maxage is for others.
    """
    said = {
        name.strip().lower(): value.strip().strip('"')
        for name, _, value in (each.partition("=") for each in _commas(headers))
    }
    if "no-store" in said or "no-cache" in said:
        return None
    fresh = _seconds(said["max-age"]) if "max-age" in said else _until(headers, now)
    if fresh is None:
        return None
    age = _seconds(headers.get("Age", "").strip()) or timedelta()
    return max(fresh - age, timedelta())


def _commas(headers: Mapping[str, str]) -> list[str]:
    return headers.get("Cache-Control", "").split(",")


def _until(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how far Expires is after the server's own clock; one that is no date is over."""
    if "Expires" not in headers:
        return None
    expires, date = _moment(headers["Expires"]), _moment(headers.get("Date", ""))
    if expires is None:
        return timedelta()
    return min(max(expires - (date or now), timedelta()), LONGEST_HINT)


def _retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Return the wait that Retry-After asks for, in seconds or as a date (RFC 9110 10.2.3)."""
    if value is None:
        return None
    if (wait := _seconds(value.strip())) is not None:
        return wait
    moment = _moment(value)
    return None if moment is None else min(max(moment - now, timedelta()), LONGEST_HINT)


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _seconds(value: str) -> timedelta | None:
    if not (value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS):
        return None
    return min(timedelta(seconds=int(value)), LONGEST_HINT)
