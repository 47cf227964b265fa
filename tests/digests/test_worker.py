"""The worker process: real processes, one feed at a time, replaced when it hangs."""

import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from digests.errors import ParseError
from digests.model import Decision
from digests.topics import read_topics
from digests.worker import WorkerReader
from tests.digests.builders import NOW

ROOT = Path(__file__).parents[2]
INTERESTS = read_topics((ROOT / "packs" / "leeds" / "topics.toml").read_text(encoding="utf-8"))
FEED = (
    b"<rss version='2.0'><channel><title>A site</title><item><guid>1</guid>"
    b"<title>Housing for refugees in Leeds</title><description>Come along.</description></item>"
    b"</channel></rss>"
)
URL = "https://site.example/feed"

pytestmark = pytest.mark.slow  # each starts a process: about a second


@pytest.fixture
def reader():
    made = WorkerReader(INTERESTS)
    yield made
    made.close()


async def test_feeds_are_read_and_judged_in_the_worker_again_after_its_death(reader):
    first = await reader.read(FEED, URL, NOW)
    assert [j.verdict.decision for j in first.items] == [Decision.ACCEPT]
    with pytest.raises(ParseError, match="not a feed that we can read"):
        await reader.read(b"<catalogue/>", URL, NOW)
    os.kill(reader._pid, signal.SIGKILL)
    with pytest.raises(ParseError, match="worker stopped"):
        await reader.read(FEED, URL, NOW)
    assert await reader.read(FEED, URL, NOW) == first


async def test_a_feed_that_takes_too_long_costs_the_worker_its_life():
    reader = WorkerReader(INTERESTS, timeout=timedelta(microseconds=1))
    with pytest.raises(ParseError, match="takes too long"):
        await reader.read(FEED, URL, NOW)
    assert reader._pool is None
