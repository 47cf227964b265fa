"""Counts that may be shown: nothing under five, and nothing from which one can be worked out."""

from hypothesis import given
from hypothesis import strategies as st

from people.voice import FEWEST, Asked, Counted, Outcome, shown_parts, unmet


def counted(need, count, outcome=Outcome.ZERO, **asked):
    return Counted("2026-W47", outcome, Asked(need, **asked), count)


def test_the_most_frequent_unmet_need_comes_first():
    found = unmet([counted("food", 6), counted("housing", 4), counted("housing", 5)])
    assert [(each.need, each.count) for each in found] == [("housing", 9), ("food", 6)]


def test_what_was_met_is_not_an_unmet_need():
    met = [counted("food", 9, Outcome.HELPED), counted("food", 9, Outcome.GOT_THERE)]
    assert unmet(met) == []


def test_a_count_under_five_is_hidden_with_all_its_parts():
    (found,) = unmet([counted("food", FEWEST - 1, outcode="LS9")])
    assert (found.count, found.by) == (None, {})


def test_parts_under_five_are_left_out():
    rows = [counted("food", 6, outcode="LS9"), counted("food", 2, outcode="LS8")]
    (found,) = unmet([*rows, counted("food", 3, outcode="LS7")])
    assert found.count == 11
    assert found.by["outcode"] == {"LS9": 6}


def test_one_small_part_cannot_be_worked_out_from_the_total():
    rows = [counted("food", 6, outcode="LS9"), counted("food", 8, outcode="LS8")]
    (found,) = unmet([*rows, counted("food", 2, outcode="LS7")])
    assert found.by["outcode"] == {"LS8": 8}


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 40), max_size=8))
def test_what_is_left_out_is_nothing_or_at_least_five(counts):
    shown = shown_parts(counts)
    left_out = sum(counts.values()) - sum(shown.values())
    assert left_out == 0 or left_out >= FEWEST or not shown
    assert all(n >= FEWEST for n in shown.values())
