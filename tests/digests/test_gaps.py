"""No gaps: a site that shows its last ten posts, read after an outage, over HTTP."""

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from digests.feed import Back, Feed, Reading, Trust
from digests.fetch import HttpFetcher
from digests.item import ARCHIVE, Decision, JudgedItem, Verdict
from digests.parse import parse
from digests.refresh import Pace, refresh_due
from tests.digests.builders import NOW, MemoryFeedStore

PER_PAGE = 10
ITEM = (
    "<item><guid>{n}</guid><title>Post {n}</title><link>{u}/{n}</link><pubDate>{d}</pubDate></item>"
)


class Blog:
    """A WordPress site: its feed shows ten posts a page, and 404 after the last."""

    def __init__(self):
        self.posts, self.requests, self.busy = [], [], set()

    def publishes(self, number, moment):
        self.posts.insert(0, (number, moment))

    async def feed(self, request):
        page = int(request.query.get("paged", "1"))
        self.requests.append(page)
        if page in self.busy:
            return web.Response(status=503, headers={"Retry-After": "7200"})
        shown = self.posts[(page - 1) * PER_PAGE : page * PER_PAGE]
        if not shown:
            raise web.HTTPNotFound
        items = "".join(
            ITEM.format(n=n, u="https://blog.example", d=format_datetime(moment))
            for n, moment in shown
        )
        etag = f'"{shown[0][0]}-{page}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        body = f"<rss version='2.0'><channel><title>Blog</title>{items}</channel></rss>"
        return web.Response(text=body, content_type="application/rss+xml", headers={"ETag": etag})


class PlainReader:
    """Parses as the worker does, in this process, and accepts everything."""

    def learn(self, examples):
        """Learn nothing."""

    async def read(self, body, url, now, trust=Trust.WATCHED, words=()):
        parsed = parse(body, url, now)
        good = Verdict(Decision.ACCEPT, (), ())
        return Reading(parsed.title, tuple(JudgedItem(item, good) for item in parsed.items))


class Follower:
    """We: a store that outlives restarts, a clock, and how long we slept."""

    def __init__(self, url):
        self.store, self.now, self.slept = MemoryFeedStore(Feed(1, url, None, NOW)), NOW, []

    @property
    def feed(self):
        return self.store.feeds[1]

    @property
    def numbers(self):
        return {int(item_id) for _, item_id in self.store.items}

    async def round(self, *, until=None):
        async def sleep(seconds):
            self.slept.append(seconds)
            if until is not None and len(self.slept) == until:
                raise KilledError

        async with HttpFetcher(allow_private=True, clock=lambda: self.now) as fetcher:
            return await refresh_due(
                self.store,
                fetcher,
                PlainReader(),
                now=self.now,
                limit=10,
                pace=Pace(lambda: 0.0, sleep),
            )


class KilledError(Exception):
    """The process died while it waited."""


@pytest.fixture
async def blog():
    made = Blog()
    for number in range(1, 26):
        made.publishes(number, NOW - timedelta(days=100 - number))
    for number in range(26, 31):
        made.publishes(number, NOW - timedelta(days=31 - number))
    app = web.Application()
    app.router.add_get("/feed/", made.feed)
    server = TestServer(app)
    await server.start_server()
    yield made, str(server.make_url("/feed/"))
    await server.close()


async def outage(made, us, *, posts=30, days=14):
    """We read the feed once, then are away for *days*, in which *posts* appear."""
    await us.round()
    made.requests.clear()
    for number in range(31, 31 + posts):
        made.publishes(number, NOW + timedelta(days=days) * (number - 30) / (posts + 1))
    us.now = NOW + timedelta(days=days)


async def test_a_fortnight_away_loses_nothing(blog):
    made, url = blog
    us = Follower(url)
    await outage(made, us)
    done = await us.round()
    assert us.numbers >= set(range(21, 61)), "every post since the last round"
    assert made.requests == [1, 2, 3, 4], "and not a page more than needed"
    assert (done.new, done.pages) == (30, 3)
    assert us.slept == [2.0] * 3, "politely"
    assert (us.feed.back_to, us.feed.back_page, us.feed.back_url) == (None, None, None)
    assert not {n for n, _ in us.store.archived} & {str(n) for n in range(31, 61)}, "it is news"


async def test_paging_goes_on_after_a_restart_also_when_posts_came_meanwhile(blog):
    made, url = blog
    us = Follower(url)
    await outage(made, us)
    with pytest.raises(BaseExceptionGroup):
        await us.round(until=2)
    assert (us.feed.back_to, us.feed.back_page) == (Back.KNOWN, 3)
    for number in range(61, 65):
        made.publishes(number, us.now)
    us.now += timedelta(hours=2)
    await us.round()
    assert us.numbers >= set(range(21, 65))
    assert us.feed.back_to is None


async def test_a_busy_server_is_given_the_time_it_asks_for(blog):
    made, url = blog
    us = Follower(url)
    await outage(made, us)
    made.busy = {3}
    await us.round()
    assert us.feed.next_check == us.now + timedelta(hours=2)
    assert (us.feed.failures, us.feed.back_page) == (0, 3)
    made.busy, us.now = set(), us.feed.next_check
    await us.round()
    assert us.numbers >= set(range(21, 61))


async def test_the_whole_archive_is_read_when_asked_and_kept_out_of_digests(blog):
    made, url = blog
    us = Follower(url)
    us.store.feeds[1] = replace(us.feed, back_to=Back.ALL)
    await us.round()
    assert us.numbers == set(range(1, 31))
    assert made.requests == [1, 2, 3, 4]
    assert {int(n) for n, _ in us.store.archived} == set(range(1, 26))
    assert {week for _, week in us.store.archived} == {ARCHIVE}
    await us.round()
    assert made.requests == [1, 2, 3, 4], "once"


async def test_a_site_that_repeats_its_page_for_ever_is_left(blog):
    made, url = blog
    us = Follower(url)
    await outage(made, us, posts=10)

    async def same(request):
        made.requests.append(request.query_string)
        return await Blog.feed(made, request.clone(rel_url="/feed/"))

    made.feed = same
    app = web.Application()
    app.router.add_get("/feed/", same)
    server = TestServer(app)
    await server.start_server()
    us.store.feeds[1] = replace(us.feed, url=str(server.make_url("/feed/")), etag=None)
    await us.round()
    await server.close()
    assert us.feed.back_to is None
    assert len(made.requests) <= 6
