"""The whole pipeline over files: ours, the demo's, and the developer corpus where present."""

import time
from pathlib import Path

import pytest

from digests.check import check
from digests.judge import Known
from digests.topics import read_topics
from tests.digests.builders import NOW

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "data" / "feeds"
DEMO = sorted((ROOT / "packs" / "demo" / "feeds").glob("*.xml"))
FILES = sorted(p for p in CORPUS.glob("*") if p.suffix in {".xml", ".json"})
INTERESTS = read_topics((ROOT / "packs" / "leeds" / "topics.toml").read_text(encoding="utf-8"))
KNOWN = Known(INTERESTS, NOW.date())


def checked(path):
    return check(path.name, path.read_bytes(), NOW, KNOWN, timer=time.process_time)


def test_a_file_that_is_no_feed_says_why():
    found = check("a.xml", b"", NOW, KNOWN, timer=iter([1.0, 1.5]).__next__)
    assert (found.ok, found.items, str(found.problem)) == (False, 0, "The feed is empty.")
    assert found.seconds == 0.5


def test_the_demo_has_feeds_with_posts_to_accept_to_review_and_to_hold():
    found = {path.stem: checked(path) for path in DEMO}
    assert len(found) >= 6
    assert all(each.ok and each.items for each in found.values())
    held = sum(each.held for each in found.values())
    waiting = sum(each.waiting for each in found.values())
    accepted = sum(each.items for each in found.values()) - held - waiting
    assert held >= 3 and waiting >= 2 and accepted >= 12


@pytest.mark.skipif(not FILES, reason="the developer corpus is not here")
def test_no_file_of_the_corpus_crashes_or_takes_over_two_seconds():
    found = [checked(path) for path in FILES]
    assert max(each.seconds for each in found) < 2
    assert sum(each.ok for each in found) > 0.9 * len(found)
    assert sum(each.items > 0 for each in found) > 0.5 * len(found)


@pytest.mark.skipif(not FILES, reason="the developer corpus is not here")
def test_the_corpuss_bombs_are_refused_in_a_tenth_of_a_second():
    found = [checked(path) for path in FILES if path.name.startswith("defusedxml")]
    assert len(found) == 4
    assert not any(each.ok for each in found)
    assert max(each.seconds for each in found) < 0.1
