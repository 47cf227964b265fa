"""What a question is worth: how much of the first screen its answers change."""

import gc
import weakref
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import asking, matcher
from directory.memo import Memo
from tests.directory.rows import a_city, a_query, a_row


def a_screen(*places, line="line"):
    """What the first screen tells, as `matcher.first_screen` does."""
    return frozenset({*places, *(f"1 {each}" for each in places[:1]), f"line {line}"})


NOW = a_screen("a", "b", "c")


@pytest.mark.parametrize(
    ("after", "change"),
    [
        pytest.param([], 0.0, id="no answers"),
        pytest.param([NOW, NOW], 0.0, id="the same whatever the answer"),
        pytest.param([a_screen("a", "c", "b")], 0.0, id="second and third change places"),
        pytest.param([a_screen("b", "a", "c")], 0.2, id="another one is first"),
        pytest.param([a_screen("a", "b", "d")], 0.2, id="one new place"),
        pytest.param([a_screen("d", "a", "b")], 0.4, id="one new place, and it is first"),
        pytest.param([a_screen("a", "b", "c", line="x")], 0.2, id="another line first"),
        pytest.param([a_screen("x", "y", "z")], 0.8, id="three new places"),
        pytest.param([a_screen("x", "y", "z", line="x")], 1.0, id="all is new"),
        pytest.param([a_screen("x", "y", "z", line="x"), NOW], 0.5, id="the mean of the answers"),
        pytest.param([a_screen("a")], 0.4, id="two places fall away"),
        pytest.param([frozenset()], 1.0, id="nothing is left"),
    ],
)
def test_expected_change(after, change):
    assert asking.expected_change(NOW, after) == pytest.approx(change)


@pytest.mark.parametrize(
    ("could", "asked"),
    [
        pytest.param({}, None, id="nothing to ask"),
        pytest.param({"stage": [NOW], "place": [NOW]}, None, id="nothing changes anything"),
        pytest.param(
            {"stage": [a_screen("a", "b", "x")], "place": [a_screen("x", "y", "z")]},
            "place",
            id="the one that changes most",
        ),
        pytest.param(
            {"stage": [a_screen("x", "y", "z"), NOW, NOW], "place": [a_screen("x", "y", "c")]},
            "place",
            id="much for one answer in three is less than some for each",
        ),
        pytest.param(
            {"stage": [a_screen("a", "b", "x")], "place": [a_screen("a", "b", "y")]},
            "stage",
            id="of equal ones the first",
        ),
        pytest.param({"who": [a_screen("a", "b", "x"), NOW]}, None, id="too little to ask"),
    ],
)
def test_which_question_is_asked(could, asked):
    assert asking.best(NOW, could) == asked


_SCREENS = st.frozensets(st.sampled_from("abcdef"), max_size=5)


@given(now=_SCREENS, after=st.lists(_SCREENS, max_size=5))
def test_a_change_is_a_share_and_nothing_new_is_none(now, after):
    assert 0 <= asking.expected_change(now, after) <= 1
    assert asking.expected_change(now, [now] * 3) == 0
    for then in after:
        assert (asking.change(now, then) == 0) == (now == then)


def test_the_first_screen_is_the_three_places_the_first_of_them_and_the_first_line():
    city = a_city([a_row(f"s-{n}") for n in range(4)])
    facts = {"s-0", "s-1", "s-2", "1 s-0", "☎ night-line"}
    assert matcher.first_screen(city, a_query()) == facts


def test_what_is_remembered_goes_with_its_directory():
    city = a_city(["tea-room"])
    matcher.first_screen(city, a_query())
    gone = weakref.ref(city.gazetteer)
    del city
    gc.collect()
    assert gone() is None


def test_a_memo_forgets_the_oldest_and_answers_again():
    asked = []

    def answer(n):
        asked.append(n)
        return n * 2

    memo: Memo[int] = Memo(2)
    found = [memo.of(n, partial(answer, n)) for n in (1, 2, 1, 3, 1)]
    assert found == [2, 4, 2, 6, 2]
    assert asked == [1, 2, 3, 1]
    assert len(memo) == 2
