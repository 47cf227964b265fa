"""The worker process: real processes, one feed at a time, replaced when it hangs."""

import asyncio
import json
import os
import signal
import time
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from db import feeds
from db.stores import SqlFeedStore
from digests.errors import ParseError
from digests.feed import FeedUpdate, Fetched
from digests.item import Decision
from digests.parse import MAX_ITEMS
from digests.refresh import Pace, refresh_due
from digests.topics import read_topics
from digests.worker import BREAKS_UNTIL_REST, REST, WorkerReader
from tests.digests.builders import NOW, MemoryFeedStore, a_feed, big_feed, big_item

ROOT = Path(__file__).parents[2]
INTERESTS = read_topics((ROOT / "packs" / "leeds" / "topics.toml").read_text(encoding="utf-8"))
FEED = (
    b"<rss version='2.0'><channel><title>A site</title><item><guid>1</guid>"
    b"<title>Housing for refugees in Leeds</title><description>Come along.</description></item>"
    b"</channel></rss>"
)
URL = "https://site.example/feed"


class Here(Executor):
    """Does the work of the process in this one; breaks when *breaks* says so."""

    def __init__(self, breaks=lambda: False):
        self.breaks = breaks

    def submit(self, fn, /, *args, **kwargs):
        if self.breaks():
            raise BrokenProcessPool("a process in the pool was terminated abruptly")
        done: Future[object] = Future()
        try:
            # the first job asks for the process id, which must not be this one's
            done.set_result(0 if fn.__name__ == "_prepare" else fn(*args, **kwargs))
        except Exception as exc:
            done.set_exception(exc)
        return done


class Bodies:
    """Gives each feed the bytes kept for it."""

    def __init__(self, bodies):
        self.bodies = bodies

    async def fetch(self, feed):
        return Fetched(self.bodies[feed.id], feed.url)


@pytest.fixture(scope="module")
def reader():
    """A worker for all tests here: a start costs seconds."""
    made = WorkerReader(INTERESTS, timeout=timedelta(minutes=1))
    yield made
    made.close()


class Ticks:
    """Notes how long the loop works without a break, in seconds of the processor's time.

    Not by the clock on the wall: a busy machine would count as ours.
    """

    longest = 0.0

    async def __aenter__(self):
        self.task = asyncio.create_task(self._tick())
        return self

    async def __aexit__(self, *_):
        self.task.cancel()

    async def _tick(self):
        while True:
            before = time.thread_time()
            await asyncio.sleep(0)
            self.longest = max(self.longest, time.thread_time() - before)
            await asyncio.sleep(0.001)


@pytest.mark.slow
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_s8_nobody_waits_while_a_big_feed_is_read_and_stored(sessions, reader):
    store, body = (
        SqlFeedStore(sessions),
        big_feed(*(big_item(n, n % 900, 40) for n in range(10_000))),
    )
    async with sessions.begin() as session:
        await feeds.add(session, URL, NOW)
    (source,) = await store.due(NOW, 1)
    async with Ticks() as ticks:  # in which the worker starts, too
        reading = await reader.read(body, URL, NOW)
        stored = await store.apply(FeedUpdate(source, reading.items), NOW)
        again = await store.apply(FeedUpdate(source, (), reading.items), NOW + timedelta(1))
    assert (len(reading.items), again) == (MAX_ITEMS, 0)
    assert stored > 0
    assert ticks.longest <= 0.1


@pytest.mark.slow  # each start of a worker takes a second or two
async def test_a_worker_reads_and_judges_is_replaced_and_pays_for_delay_with_its_life(
    reader, monkeypatch
):
    first = await reader.read(FEED, URL, NOW)
    assert [j.verdict.decision for j in first.items] == [Decision.ACCEPT]
    with pytest.raises(ParseError, match="not a feed that we can read"):
        await reader.read(b"<catalogue/>", URL, NOW)
    os.kill(reader._pid, signal.SIGKILL)
    with pytest.raises(ParseError, match="worker stopped"):
        await reader.read(FEED, URL, NOW)
    assert await reader.read(FEED, URL, NOW) == first
    monkeypatch.setattr(reader, "_timeout", timedelta(microseconds=1))
    with pytest.raises(ParseError, match="takes too long"):
        await reader.read(FEED, URL, NOW)
    assert reader._pool is None


HALF_A_CHARACTER = json.dumps(
    {"version": "https://jsonfeed.org/version/1.1", "title": "x \ud800", "items": []}
).encode()
NO_BYTES = "what no server sends, so that the parser trips over it"


@pytest.mark.parametrize(
    ("poison", "failures"),
    [
        pytest.param(HALF_A_CHARACTER, 0, id="half a character is left out"),
        pytest.param(NO_BYTES, 1, id="what the parser trips over makes its own feed wait"),
    ],
)
async def test_a_poisoned_feed_stops_no_other(poison, failures, caplog):
    caplog.set_level("INFO")
    reader = WorkerReader(INTERESTS, start_pool=Here)
    store = MemoryFeedStore(a_feed(1), a_feed(2))
    fetcher = Bodies({1: poison, 2: FEED})
    done = await refresh_due(store, fetcher, reader, now=NOW, limit=9, pace=Pace(lambda: 0.0))
    assert (done.checked, done.new) == (2, 1)
    assert [store.feeds[n].failures for n in (1, 2)] == [failures, 0]
    assert store.feeds[1].next_check > NOW
    assert NO_BYTES not in caplog.text
    if failures:
        assert store.feeds[1].error == "The feed is damaged and cannot be read."
        assert [r.error for r in caplog.records if hasattr(r, "error")] == ["TypeError"]


async def test_a_worker_that_cannot_start_is_not_started_for_every_feed():
    starts, clock = [], [0.0]

    def start():
        starts.append(clock[0])
        return Here(breaks=lambda: len(starts) == 1)

    reader = WorkerReader(INTERESTS, start_pool=start, clock=lambda: clock[0])
    for _ in range(5):
        with pytest.raises(ParseError, match="worker stopped"):
            await reader.read(FEED, URL, NOW)
    assert starts == [0.0]
    clock[0] = REST.total_seconds()
    assert len((await reader.read(FEED, URL, NOW)).items) == 1


async def test_a_worker_may_be_started_before_there_is_something_to_read():
    starts: list[Here] = []

    def start():
        starts.append(Here(breaks=lambda: len(starts) == 1))
        return starts[-1]

    clock = [0.0]
    reader = WorkerReader(INTERESTS, start_pool=start, clock=lambda: clock[0])
    await reader.start()
    with pytest.raises(ParseError, match="worker stopped"):
        await reader.read(FEED, URL, NOW)
    assert len(starts) == 1, "one that did not start rests"
    clock[0] = REST.total_seconds()
    await reader.start()
    assert len((await reader.read(FEED, URL, NOW)).items) == 1
    assert len(starts) == 2


async def test_a_worker_that_breaks_again_and_again_rests():
    starts = []

    def start():
        jobs = count()  # of each process the first is its start
        starts.append(jobs)
        return Here(breaks=lambda: next(jobs) > 0)

    reader = WorkerReader(INTERESTS, start_pool=start, clock=lambda: 0.0)
    for _ in range(BREAKS_UNTIL_REST + 5):
        with pytest.raises(ParseError, match="worker stopped"):
            await reader.read(FEED, URL, NOW)
    assert len(starts) == BREAKS_UNTIL_REST
