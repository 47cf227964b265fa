"""Figures are for this machine, unless the setting says otherwise."""

from ipaddress import ip_network

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from web import metrics

LOCAL = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


async def figures():
    return b"up 1\n"


@pytest.mark.parametrize(
    ("forwarded", "public", "status"),
    [
        pytest.param(None, False, 200, id="this machine"),
        pytest.param("203.0.113.9", False, 403, id="somebody behind the proxy"),
        pytest.param("127.0.0.1, 203.0.113.9", False, 403, id="who only says to be local"),
        pytest.param("203.0.113.9", True, 200, id="anybody, where the setting allows it"),
    ],
)
async def test_who_may_read(forwarded, public, status):
    site = web.Application()
    metrics.mount(site, figures, proxies=LOCAL, public=public)
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    async with TestClient(TestServer(site)) as client:
        answer = await client.get("/metrics", headers=headers)
        assert answer.status == status
        assert (await answer.text() == "up 1\n") == (status == 200)


async def test_a_peer_that_is_nobody_of_ours_is_refused():
    site = web.Application()
    metrics.mount(site, figures, proxies=(ip_network("10.0.0.0/8"),))
    async with TestClient(TestServer(site)) as client:
        assert (await client.get("/metrics")).status == 403
