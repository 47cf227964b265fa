"""Reliability test S8: a feed that is far too big costs little, and nobody waits for it."""

import asyncio
import math
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import feeds
from db.stores import SqlFeedStore
from digests.classifier import trained
from digests.feed import FeedUpdate
from digests.judge import Known
from digests.parse import MAX_ITEMS
from digests.reading import read_feed
from digests.topics import read_topics
from digests.worker import WorkerReader

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
INTERESTS = read_topics((ROOT / "packs" / "leeds" / "topics.toml").read_text(encoding="utf-8"))
URL = "https://big.example/feed"
WORDS = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split()


def item(n, words):
    said = " ".join(word.strip("<>&`|") for word in words)
    return (
        f"<item><guid>{n}</guid><title>Post {n} {said[:40]}</title>"
        f"<link>https://big.example/post-{n}-of-many</link>"
        f"<description><![CDATA[<p>{said}</p>]]></description></item>"
    )


def feed(*items):
    head = '<rss version="2.0"><channel><title>A big feed</title>'
    return f"{head}{''.join(items)}</channel></rss>".encode()


MANY = feed(*(item(n, WORDS[n % 900 : n % 900 + 40]) for n in range(10_000)))
ONE = feed(*([item(1, WORDS[:60])] * 500))


@pytest.fixture(scope="module")
def known():
    return Known(INTERESTS, NOW.date(), trained().likeness)


@pytest.mark.parametrize(
    ("body", "items", "skipped"),
    [
        pytest.param(MANY, MAX_ITEMS, 9_500, id="10,000 items"),
        pytest.param(ONE, 1, 499, id="one item 500 times"),
    ],
)
def test_a_big_feed_is_read_and_judged_in_two_seconds(body, items, skipped, known):
    fastest = math.inf
    for _ in range(4):  # a neighbour on the machine makes ours look slow; the work is the same
        started = time.process_time()
        reading = read_feed(body, URL, NOW, known)
        assert (len(reading.items), reading.skipped) == (items, skipped)
        fastest = min(fastest, time.process_time() - started)
        if fastest <= 2:
            break
    assert fastest <= 2


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
async def test_nobody_waits_while_a_big_feed_is_read_and_stored(sessions):
    store, reader = SqlFeedStore(sessions), WorkerReader(INTERESTS, timeout=timedelta(minutes=1))
    async with sessions.begin() as session:
        await feeds.add(session, URL, NOW)
    (source,) = await store.due(NOW, 1)
    try:
        async with Ticks() as ticks:
            reading = await reader.read(MANY, URL, NOW)
            stored = await store.apply(FeedUpdate(source, reading.items), NOW)
            again = await store.apply(FeedUpdate(source, (), reading.items), NOW + timedelta(1))
    finally:
        reader.close()
    assert (len(reading.items), again) == (MAX_ITEMS, 0)
    assert stored > 0
    assert ticks.longest <= 0.1
