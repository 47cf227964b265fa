"""What servers ask for is honoured, over HTTP and over many rounds (reliability test F8)."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from digests.addresses import refuse_address
from digests.errors import FetchError
from tests.digests.test_gaps import Follower

HOUR = timedelta(hours=1)
FEED = "<rss version='2.0'><channel><title>A</title><item><guid>1</guid></item></channel></rss>"


class Site:
    """Answers as a test says, and remembers when it was asked for what, on what condition."""

    def __init__(self):
        self.asked, self.answer = [], None

    async def handle(self, request):
        self.asked.append((request.path, request.headers.get("If-None-Match")))
        if request.path == "/new.xml" or self.answer is None:
            same = request.headers.get("If-None-Match") == '"1"'
            return web.Response(
                status=304 if same else 200,
                body=None if same else FEED.encode(),
                headers={"ETag": '"1"', "Cache-Control": "max-age=21600"},
            )
        return self.answer()


@pytest.fixture
async def site():
    made = Site()
    app = web.Application()
    app.router.add_get("/{path:.*}", made.handle)
    server = TestServer(app)
    await server.start_server()
    yield made, Follower(str(server.make_url("/old.xml")))
    await server.close()


async def test_an_unchanged_feed_is_not_sent_again_and_its_time_is_kept(site):
    made, us = site
    await us.round()
    us.now += 5 * HOUR
    await us.round()
    assert len(made.asked) == 1, "it said that it stays fresh for six hours"
    us.now += HOUR
    done = await us.round()
    assert made.asked == [("/old.xml", None), ("/old.xml", '"1"')]
    assert (done.checked, done.unchanged) == (1, 1)


async def test_a_move_is_believed_the_third_time(site):
    made, us = site
    made.answer = lambda: web.Response(status=301, headers={"Location": "/new.xml"})
    urls = []
    for _ in range(4):
        await us.round()
        urls.append(us.feed.url.rsplit("/", 1)[1])
        us.now = us.feed.next_check
    assert urls == ["old.xml", "old.xml", "new.xml", "new.xml"]
    assert [path for path, _ in made.asked[-2:]] == ["/new.xml", "/new.xml"]


async def test_a_move_inward_is_never_believed(site):
    """An edit of the address by its server: F1 holds there too, the stored one stays."""
    made, us = site
    before = us.feed.url
    for target in ("file:///etc/passwd", "ftp://a.example/", "http://u:p@a.example/", "//:0/"):
        made.answer = lambda to=target: web.Response(status=301, headers={"Location": to})
        for _ in range(4):
            await us.round()
            us.now = us.feed.next_check
        with pytest.raises(FetchError):
            refuse_address(target)
    assert (us.feed.url, us.feed.moved_to) == (before, None)
    assert {path for path, _ in made.asked} == {"/old.xml"}


async def test_what_is_gone_for_good_is_not_asked_again(site):
    made, us = site
    made.answer = lambda: web.Response(status=410)
    for _ in range(3):
        await us.round()
        us.now += timedelta(days=2)
    assert len(made.asked) == 1
    assert us.feed.stopped and us.feed.error == "The feed is gone for good."


@pytest.mark.parametrize("dated", [False, True], ids=["in seconds", "by a date"])
async def test_a_busy_server_says_when(site, dated):
    made, us = site
    until = us.now + 9 * HOUR
    wait = format_datetime(until, usegmt=True) if dated else str(9 * 3600)
    made.answer = lambda: web.Response(status=429, headers={"Retry-After": wait})
    await us.round()
    assert us.feed.next_check == until
    assert us.feed.error == "The server asks us to come less often."
    us.now = until - HOUR
    await us.round()
    assert len(made.asked) == 1
