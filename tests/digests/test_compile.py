"""Which items a digest has: by ledger, once each, in the pack's order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.compile import Move, compile_daily, compile_digest, in_order, iso_week, moved
from digests.edition import Beside, Unmet
from digests.item import ARCHIVE, Decision, Occasion, OccasionKind
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


TODAY = NOW.date()


def deadline(days, **more):
    return Occasion(OccasionKind.DEADLINE, TODAY + timedelta(days), "that day", **more)


def event(days, **more):
    return Occasion(OccasionKind.EVENT, TODAY + timedelta(days), "that day", **more)


def test_dates_come_first_soonest_first_and_the_rest_newest_first():
    items = [
        stored(1),
        stored(2, published=NOW + timedelta(hours=1)),
        stored(3, occasions=(event(9),)),
        stored(4, occasions=(deadline(2),)),
        stored(5, occasions=(event(-30, until=TODAY + timedelta(20)),)),
        stored(6, occasions=(Occasion(OccasionKind.MENTIONED, TODAY + timedelta(1), "x"),)),
    ]
    found = compile_digest(WEEK, items, (), TOPICS, today=TODAY)
    assert ids(found) == [("housing", [5, 4, 3, 2, 6, 1])]


def test_pins_stand_first_then_the_given_order_then_corrections():
    items = [
        stored(1, occasions=(deadline(1),)),
        stored(2, corrects=99),
        stored(3, position=1),
        stored(4, position=0),
        stored(5, pinned=True),
    ]
    assert ids(compile_digest(WEEK, items, (), TOPICS, today=TODAY)) == [
        ("housing", [5, 4, 3, 2, 1])
    ]


@pytest.mark.parametrize(
    ("change", "there"),
    [
        pytest.param({"expires_on": TODAY - timedelta(1)}, False, id="all of it is over"),
        pytest.param({"expires_on": TODAY}, True, id="the last day counts"),
        pytest.param({"same_as": 7}, False, id="another post tells it"),
        pytest.param({"gone_at": NOW}, False, id="gone from its site"),
        pytest.param({"week": ARCHIVE}, False, id="older than what digests are made of"),
        pytest.param({"published": NOW + timedelta(days=40)}, True, id="dated in the future"),
        pytest.param({"published": None}, True, id="without a date"),
        pytest.param(
            {"week": WEEK, "position": 3, "gone_at": NOW, "same_as": 7}, True, id="frozen stays"
        ),
        pytest.param(
            {"week": WEEK, "position": 3, "expires_on": TODAY - timedelta(9)}, True, id="frozen"
        ),
    ],
)
def test_s4_what_an_edition_would_take(change, there):
    found = compile_digest(WEEK, [stored(1, **change)], (), TOPICS, today=TODAY)
    assert bool(found.sections) is there


def test_who_chose_topics_gets_little_beside_them():
    beside = Beside(unmet=tuple(Unmet(f"need{n}", 9) for n in range(5)))
    every = compile_digest(WEEK, [stored()], (), TOPICS, note="Hello.", beside=beside)
    some = compile_digest(WEEK, [stored()], {"housing"}, TOPICS, note="Hello.", beside=beside)
    assert (len(every.beside.unmet), len(some.beside.unmet)) == (5, 3)
    assert every.note == some.note == "Hello."


def test_the_news_of_a_day_take_what_an_edition_has_taken_too():
    items = [stored(1, week=WEEK, position=4, pinned=True), stored(2, occasions=(deadline(1),))]
    found = compile_daily(items, (), TOPICS, today=TODAY)
    assert (found.week, ids(found)) == ("", [("housing", [2, 1])])


@pytest.mark.parametrize(
    ("item", "move", "wanted"),
    [
        pytest.param(2, Move.UP, [2, 1, 3, 4, 5], id="up"),
        pytest.param(1, Move.DOWN, [2, 1, 3, 4, 5], id="down"),
        pytest.param(3, Move.TOP, [3, 1, 2, 4, 5], id="to the top"),
        pytest.param(1, Move.UP, None, id="the first goes no further up"),
        pytest.param(3, Move.DOWN, None, id="the last goes no further down"),
        pytest.param(4, Move.UP, None, id="never into another section"),
        pytest.param(9, Move.UP, None, id="not in the draft"),
    ],
)
def test_a_post_moves_inside_its_section(item, move, wanted):
    items = [*(stored(n, position=n) for n in (1, 2, 3)), stored(4, ["legal"]), stored(5, ["esol"])]
    assert in_order(items, TOPICS) == items
    assert moved(items, item, move, TOPICS) == wanted


def test_a_post_does_not_move_above_the_pinned():
    items = [stored(1, pinned=True), stored(2), stored(3, published=NOW - timedelta(1))]
    assert moved(items, 2, Move.UP, TOPICS) is None
    assert moved(items, 3, Move.TOP, TOPICS) == [1, 3, 2]
