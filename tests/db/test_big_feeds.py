"""Reliability test S8: a feed that is far too big costs little.

That nobody waits for it is in tests/digests/test_worker.py, where the worker runs.
"""

import math
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digests.judge import Known
from digests.parse import MAX_ITEMS
from digests.reading import read_feed
from digests.topics import read_topics
from tests.digests.builders import big_feed, big_item
from tests.packs import leeds_judge

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
INTERESTS = read_topics((ROOT / "packs" / "leeds" / "topics.toml").read_text(encoding="utf-8"))
URL = "https://big.example/feed"
MANY = big_feed(*(big_item(n, n % 900, 40) for n in range(10_000)))
ONE = big_feed(*([big_item(1, 0, 60)] * 500))


@pytest.fixture(scope="module")
def known():
    return Known(INTERESTS, NOW.date(), leeds_judge().learned)


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
