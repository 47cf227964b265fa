"""S9: the judge on a labelled set of our own, beside the rules alone (tests/data/spam)."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from digests.classifier import shipped, trained
from digests.judge import Known, judge
from digests.model import Decision, Item
from tests.packs import leeds_pack

SET = Path(__file__).parents[1] / "data" / "spam" / "labelled.jsonl"
ROWS = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def found():
    known = Known(leeds_pack().interests, TODAY, trained().likeness)
    return Counter(
        (
            row["label"],
            judge(Item("1", row["title"], row["link"], row["summary"], None), known).decision,
        )
        for row in ROWS
    )


def test_the_set_is_large_enough_and_states_where_each_text_is_from():
    labels = Counter(row["label"] for row in ROWS)
    assert labels.total() >= 1000
    assert min(labels["ham"], labels["spam"]) >= 500
    assert all(row["origin"] for row in ROWS)


def test_nothing_of_the_set_is_learned():
    learned = {(each.title, each.text) for each in shipped()}
    assert not [row for row in ROWS if (row["title"], row["summary"]) in learned]


def test_no_spam_goes_out_unreviewed(found):
    assert found["spam", Decision.ACCEPT] == 0


def test_few_good_posts_are_held(found):
    good = sum(found["ham", decision] for decision in Decision)
    assert found["ham", Decision.REJECT] <= 0.01 * good
    assert found["ham", Decision.REVIEW] <= 0.07 * good
