import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

from bot import links
from digests.fetch import HttpFetcher


@dataclass(frozen=True, slots=True)
class Site:
    """A running server, and how many of its pages were asked for at once at most."""

    server: BaseTestServer
    most: Callable[[], int]

    def url(self, path: str) -> str:
        return str(self.server.make_url(path))


@pytest.fixture
async def server():
    """A site with one page; it notes how many were asked for at once."""
    busy, most = 0, 0

    async def page(request):
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.01)
        busy -= 1
        if request.path == "/gone":
            raise web.HTTPNotFound
        return web.Response(text="<html>here</html>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/{page}", page)
    async with TestServer(app) as running:
        yield Site(running, lambda: most)


async def test_addresses_that_lead_nowhere_are_named_with_the_reason(server):
    here, gone = server.url("/here"), server.url("/gone")
    nobody = "http://127.0.0.1:9/"  # the discard port: nothing listens
    async with HttpFetcher(allow_private=True) as fetcher:
        dead = await links.dead(fetcher, [here, gone, nobody, gone])
    assert set(dead) == {gone, nobody}
    assert str(dead[gone]) == "There is nothing at this address."


async def test_a_server_is_asked_for_one_address_at_a_time(server):
    pages = [server.url(f"/{number}") for number in range(5)]
    async with HttpFetcher(allow_private=True) as fetcher:
        assert await links.dead(fetcher, pages) == {}
    assert server.most() == 1


async def test_addresses_of_this_machine_are_not_asked(server):
    async with HttpFetcher() as fetcher:
        dead = await links.dead(fetcher, [server.url("/here")])
    assert len(dead) == 1
    assert server.most() == 0
