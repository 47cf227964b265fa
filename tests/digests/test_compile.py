"""Which items a digest has: by ledger, once each, in the pack's order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.compile import compile_digest, in_order, iso_week
from digests.model import Decision
from tests.digests.builders import NOW, TOPICS, stored

WEEK = "2026-W47"
# hypothesis wants bounds without a zone
FIRST, LAST = (datetime(year, 1, 1) for year in (2020, 2035))  # noqa: DTZ001


def ids(digest):
    return [(s.topic, [item.id for item in s.items]) for s in digest.sections]


@pytest.mark.parametrize(
    ("moment", "week"),
    [
        pytest.param(datetime(2026, 11, 22, 23, 59, tzinfo=UTC), "2026-W47", id="Sunday night"),
        pytest.param(datetime(2026, 6, 28, 23, 30, tzinfo=UTC), "2026-W27", id="Monday in London"),
        pytest.param(datetime(2027, 1, 1, 12, tzinfo=UTC), "2026-W53", id="the first of January"),
    ],
)
def test_the_week_is_the_one_that_london_is_in(moment, week):
    assert iso_week(moment) == week


@given(st.datetimes(min_value=FIRST, max_value=LAST, timezones=st.just(UTC)))
def test_weeks_follow_each_other(moment):
    assert iso_week(moment) <= iso_week(moment + timedelta(days=7))
    assert iso_week(moment) != iso_week(moment + timedelta(days=8))


def test_items_stand_under_their_first_topic_in_the_packs_order_newest_first():
    items = [
        stored(1, ["esol"]),
        stored(2, ["legal", "housing"]),
        stored(3, ["housing"], published=NOW - timedelta(days=400)),
        stored(4, ["housing"]),
        stored(5, [], published=None),
    ]
    assert ids(compile_digest(WEEK, items, (), TOPICS)) == [
        ("housing", [4, 3]),
        ("legal", [2]),
        ("esol", [1]),
        ("other", [5]),
    ]
    assert [item.id for item in in_order(items, TOPICS)] == [4, 3, 2, 1, 5]


def test_a_subscriber_gets_their_topics_only_each_item_once():
    items = [stored(1, ["esol"]), stored(2, ["legal", "housing"]), stored(3, [])]
    assert ids(compile_digest(WEEK, items, {"housing"}, TOPICS)) == [("housing", [2])]
    assert ids(compile_digest(WEEK, items, {"housing", "legal"}, TOPICS)) == [("legal", [2])]


@pytest.mark.parametrize(
    ("change", "there"),
    [
        pytest.param({}, True, id="accepted and in no edition"),
        pytest.param({"week": WEEK, "position": 0}, True, id="in this edition"),
        pytest.param({"week": WEEK}, False, id="taken by this edition, but left out of it"),
        pytest.param({"week": "2026-W46", "position": 0}, False, id="in an earlier edition"),
        pytest.param({"decision": Decision.REVIEW}, False, id="nobody has looked yet"),
        pytest.param({"decision": Decision.REJECT}, False, id="held as spam"),
        pytest.param({"published": NOW - timedelta(days=90)}, True, id="late: still once"),
    ],
)
def test_the_ledger_decides(change, there):
    found = compile_digest(WEEK, [stored(1, **change)], (), TOPICS)
    assert bool(found.sections) is there
