"""The page that Prometheus reads; by default only from this machine and the proxies' networks."""

from collections.abc import Awaitable, Callable, Collection
from http import HTTPStatus

from aiohttp import web

from web.proxies import Network, caller, is_within

# https://prometheus.io/docs/instrumenting/exposition_formats/
FORMAT = "text/plain; version=0.0.4; charset=utf-8"
REFUSED = "Figures are for this machine. FINGERPOST_METRICS=public shows them to everybody.\n"


def mount(
    site: web.Application,
    figures: Callable[[], Awaitable[bytes]],
    *,
    proxies: Collection[Network] = (),
    public: bool = False,
) -> None:
    """Add ``GET /metrics`` to *site*: what *figures* returns, as text.

    *proxies*: networks that are believed when they say who asks, and that may ask themselves.
    *public*: anybody may.
    """

    async def page(request: web.Request) -> web.Response:
        named = request.headers.getall("X-Forwarded-For", [])
        asks = caller(request.remote or "", named, proxies)
        if not public and not is_within(asks, proxies):
            return web.Response(text=REFUSED, status=HTTPStatus.FORBIDDEN)
        headers = {"Content-Type": FORMAT, "Cache-Control": "no-store"}
        return web.Response(body=await figures(), headers=headers)

    site.router.add_get("/metrics", page)
