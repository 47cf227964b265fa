"""Local servers for benchmarks: one that listens on a free port, and a small round-robin proxy."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from socket import socket

import aiohttp
from aiohttp import web


class RoundRobin:
    """A small proxy: each update goes to the next worker that can be connected to."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = list(ports)
        self._turn = count()
        self._client: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        """Listen while the block runs; give the address for the webhook."""
        app = web.Application()
        app.router.add_post("/telegram", self._forward)
        async with aiohttp.ClientSession() as self._client, listening(app) as address:
            yield f"{address}/telegram"

    async def _forward(self, request: web.Request) -> web.Response:
        assert self._client is not None
        body, headers = await request.read(), request.headers
        for _ in self._ports:
            port = self._ports[next(self._turn) % len(self._ports)]
            url = f"http://127.0.0.1:{port}/telegram"
            try:
                async with self._client.post(url, data=body, headers=headers) as answer:
                    return web.Response(status=answer.status)
            except aiohttp.ClientConnectorError:
                continue  # nobody listens there
            except aiohttp.ClientError:
                break  # it may have been handled, so telegram decides
        return web.Response(status=502)


@asynccontextmanager
async def listening(app: web.Application) -> AsyncIterator[str]:
    """Serve *app* while the block runs; give its address."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield "http://{}:{}".format(*runner.addresses[0][:2])
    finally:
        await runner.cleanup()


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
