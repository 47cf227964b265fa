"""The Bot API over one aiohttp session, behind python-telegram-bot's own seam.

Several times faster than its default client (`docs/decisions.md` has the figures). Addresses
of requests contain the bot's token, so no error that leaves this module carries an address.
"""

import io
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

# Longer than the pauses in a conversation would mean more connections that the server has
# closed meanwhile, on which a message's fate is unknown.
KEEP_ALIVE = 15.0  # seconds

# what was asked of which address, the status (None: no answer), seconds, the Date header
Called = Callable[[str, int | None, float, str | None], None]

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_FIRST_ERROR = 300


class AiohttpRequest(BaseRequest):
    """Sends requests through one aiohttp session, made at first use.

    Timeouts are in seconds, None for no limit; *media_write_timeout* is for uploads of files,
    the only ones whose writing can take long. *connection_pool_size*: connections at once.
    *called* hears of each request, and must not keep the address, which has the token.

    Errors say what is known of the message, as delivery needs to: `NetworkError` when it was
    not sent for certain (no connection could be opened or was free), `TimedOut` when it was
    sent and no whole answer came, so that it may have arrived. HTTPXRequest draws that line
    elsewhere: it calls a slow connection a time-out and a lost one a network error.
    """

    def __init__(
        self,
        *,
        connection_pool_size: int = 256,
        read_timeout: float | None = 5.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 1.0,
        media_write_timeout: float | None = 20.0,
        called: Called | None = None,
    ) -> None:
        self._pool_size = connection_pool_size
        self._read = read_timeout
        self._connect = connect_timeout
        self._pool = pool_timeout
        self._media_write = media_write_timeout
        self._called = called
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    @property
    def read_timeout(self) -> float | None:
        """Return how long an answer may take, in seconds, unless a call says otherwise."""
        return self._read

    async def initialize(self) -> None:
        """Allow requests, again after a shutdown."""
        self._closed = False

    async def shutdown(self) -> None:
        """Close every connection; requests are refused from now on. Twice does no harm."""
        self._closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(  # noqa: PLR0913, PLR0917  (the library's signature)
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Return the status and the body of the answer.

        Raises:
            TimedOut: the request left and no whole answer came.
            NetworkError: the request did not leave, also after a shutdown.
        """
        upload = request_data is not None and request_data.contains_files
        timeout = _limits(
            read=_seconds(read_timeout, self._read),
            write=_seconds(write_timeout, self._media_write) if upload else None,
            connect=_seconds(connect_timeout, self._connect),
            pool=_seconds(pool_timeout, self._pool),
        )
        body, headers = _encode(request_data)
        session, began = self._open(), time.monotonic()
        try:
            async with session.request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                answer = await response.read()
                self._tell(url, began, response.status, response.headers.get("Date"))
                return response.status, _without_pages(response.status, answer)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            problem = _in_telegrams_words(error)
            self._tell(url, began)
        # outside the block, so that the cause is not attached: some of aiohttp's errors hold
        # the address, and with it the token
        raise problem

    def _tell(
        self, url: str, began: float, status: int | None = None, date: str | None = None
    ) -> None:
        if self._called is not None:
            self._called(url, status, time.monotonic() - began, date)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:  # Any: as the library has it
        """Return the JSON of an answer; never logs it, unlike the library: it holds messages.

        Raises:
            TelegramError: it is not JSON.
        """
        try:
            parsed: dict[str, Any] = json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            parsed = {}
        if not parsed:
            raise TelegramError("Invalid server response")
        return parsed

    def _open(self) -> aiohttp.ClientSession:
        if self._closed:
            raise NetworkError("not sent, this transport has been shut down")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._pool_size, keepalive_timeout=KEEP_ALIVE, ttl_dns_cache=300
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )
        return self._session


def _seconds(given: object, default: float | None) -> float | None:
    """Return what a call asked for; anything but a number or None means "not said"."""
    return given if given is None or isinstance(given, int | float) else default


def _limits(
    *, read: float | None, write: float | None, connect: float | None, pool: float | None
) -> aiohttp.ClientTimeout:
    """Return aiohttp's limits: its *connect* includes the wait for a free connection.

    It has none for writing, so an upload is limited as a whole.
    """
    opening = None if connect is None or pool is None else connect + pool
    whole = None if None in (read, write, opening) else (read or 0) + (write or 0) + (opening or 0)
    return aiohttp.ClientTimeout(total=whole, connect=opening, sock_connect=connect, sock_read=read)


def _encode(
    request_data: RequestData | None,
) -> tuple[bytes | aiohttp.FormData | None, Mapping[str, str] | None]:
    if request_data is None:
        return None, None
    if not request_data.contains_files:
        return request_data.url_encoded_parameters().encode(), _FORM
    # file names as they are: Telegram shows what it gets, also Arabic ones
    form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mimetype) in request_data.multipart_data.items():
        # aiohttp warns of large bytes, which are sent in one go, but not of a buffer
        file = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, file, filename=filename, content_type=mimetype)
    return form, None


def _without_pages(status: int, body: bytes) -> bytes:
    """Return *body*, or an empty object for an error page: those may repeat the address.

    The library would put such a page into the message of its exception.
    """
    if status < _FIRST_ERROR:
        return body
    try:
        return body if isinstance(json.loads(body), dict) else b'{"ok": false}'
    except ValueError:
        return b'{"ok": false}'


def _in_telegrams_words(error: Exception) -> NetworkError:
    name = type(error).__name__
    if isinstance(error, aiohttp.ConnectionTimeoutError | aiohttp.ClientConnectorError):
        reason = getattr(error, "os_error", None)
        code = f", {reason.strerror}" if isinstance(reason, OSError) and reason.strerror else ""
        return NetworkError(f"not sent, no connection ({name}{code})")
    if isinstance(error, aiohttp.InvalidURL):
        return NetworkError("not sent, the address of the Bot API server is not one")
    return TimedOut(f"sent, but no whole answer came ({name})")
