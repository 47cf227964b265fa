"""A round over the feeds that are due."""

import asyncio
from datetime import timedelta

from digests.errors import FetchError, ParseError
from digests.feed import Fetched, Unchanged
from digests.refresh import AT_ONCE, Pace, refresh_due
from locales.errors import Text
from tests.digests.builders import NOW, FakeReader, MemoryFeedStore, a_feed


class FakeFetcher:
    """Gives each feed its answer; remembers how many were asked at once."""

    def __init__(self, answers=None):
        self.answers = answers or {}
        self.running, self.most, self.hosts, self.doubled = 0, 0, set(), False

    async def fetch(self, feed):
        host = feed.url.split("/")[2]
        self.doubled = self.doubled or host in self.hosts
        self.hosts.add(host)
        self.running += 1
        self.most = max(self.most, self.running)
        for _ in range(5):
            await asyncio.sleep(0)
        self.running -= 1
        self.hosts.remove(host)
        answer = self.answers.get(feed.id, Fetched(b"one two", feed.url))
        if isinstance(answer, Exception):
            raise answer
        return answer


async def go(store, fetcher=None, reader=None, now=NOW, limit=50):
    return await refresh_due(
        store,
        fetcher or FakeFetcher(),
        reader or FakeReader(),
        now=now,
        limit=limit,
        pace=Pace(lambda: 0.0),
    )


async def test_items_are_stored_once_however_often_the_round_runs():
    store = MemoryFeedStore(a_feed())
    first = await go(store)
    assert (first.checked, first.new, first.unchanged) == (1, 2, 0)
    assert (await go(store)).checked == 0
    again = await go(store, now=NOW + timedelta(hours=2))
    assert (again.checked, again.new, again.unchanged) == (1, 0, 1)
    assert len(store.items) == 2


async def test_one_bad_feed_never_stops_the_round():
    feeds = [a_feed(n) for n in range(1, 5)]
    fetcher = FakeFetcher(
        {2: FetchError(feeds[1].url, Text("It broke.")), 3: Unchanged()},
    )
    store = MemoryFeedStore(*feeds)
    done = await go(store, fetcher)
    assert (done.checked, done.new, done.unchanged) == (4, 4, 1)
    assert [feed.error for feed in done.failed] == ["It broke."]
    assert store.feeds[2].next_check == NOW + timedelta(hours=2)


async def test_a_feed_that_cannot_be_read_is_a_failure_too():
    store = MemoryFeedStore(a_feed())
    done = await go(store, reader=FakeReader(ParseError("u", Text("No feed."))))
    assert store.feeds[1].error == "No feed."
    assert (done.new, len(done.failed)) == (0, 1)


async def test_not_too_many_at_once_and_one_for_a_host():
    crowd = [a_feed(n) for n in range(1, 91)]
    same = [a_feed(n, url=f"https://same.example/{n}") for n in range(91, 101)]
    fetcher = FakeFetcher()
    done = await go(MemoryFeedStore(*crowd, *same), fetcher, limit=200)
    assert (done.checked, done.new) == (100, 200)
    assert fetcher.most == AT_ONCE
    assert not fetcher.doubled


async def test_a_round_takes_no_more_than_asked_for():
    done = await go(MemoryFeedStore(*(a_feed(n) for n in range(9))), limit=4)
    assert done.checked == 4
