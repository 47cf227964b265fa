"""Counts that may be shown: nothing under five, and nothing from which one can be worked out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.voice import (
    FEWEST,
    Counted,
    Outcome,
    SaidOfService,
    Wrong,
    shown_parts,
    told,
    unmet,
    without_traces,
)


def counted(need, count, outcome=Outcome.ZERO, part="", value=""):
    return Counted("2026-W47", outcome, need, part, value, count)


def by_outcode(need, **counts):
    rows = [counted(need, n, part="outcode", value=code) for code, n in counts.items()]
    return [counted(need, sum(counts.values())), *rows]


def test_the_most_frequent_unmet_need_comes_first():
    found = unmet([counted("food", 6), counted("housing", 4), counted("housing", 5)])
    assert [(each.need, each.not_found) for each in found] == [("housing", 9), ("food", 6)]


def test_what_was_met_is_not_an_unmet_need():
    met = [counted("food", 9, Outcome.HELPED), counted("food", 9, Outcome.GOT_THERE)]
    assert unmet(met) == []


def test_who_found_nothing_and_was_not_helped_is_not_two_people_in_a_sum():
    rows = [counted("food", 3), counted("food", 3, Outcome.NOT_HELPED)]
    (found,) = unmet(rows)
    assert (found.not_found, found.not_helped) == (None, None)


def test_nothing_at_all_and_answers_set_aside_add_up():
    (found,) = unmet([counted("food", 3), counted("food", 3, Outcome.RELAXED)])
    assert found.not_found == 6


def test_a_count_under_five_is_hidden_with_all_its_parts():
    (found,) = unmet(by_outcode("food", LS9=FEWEST - 1))
    assert (found.not_found, found.by) == (None, {})


def test_parts_under_five_are_left_out():
    (found,) = unmet(by_outcode("food", LS9=6, LS8=2, LS7=3))
    assert found.not_found == 11
    assert found.by["outcode"] == {"LS9": 6}


def test_one_small_part_cannot_be_worked_out_from_the_total():
    (found,) = unmet(by_outcode("food", LS9=6, LS8=8, LS7=2))
    assert found.by["outcode"] == {"LS8": 8}


def test_who_did_not_say_where_is_a_part_too():
    rows = [counted("food", 8), counted("food", 6, part="outcode", value="LS9")]
    (found,) = unmet(rows)
    assert "outcode" not in found.by, "the two who did not say could be worked out"


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 40), max_size=8))
def test_what_is_left_out_is_nothing_or_at_least_five(counts):
    shown = shown_parts(counts)
    left_out = sum(counts.values()) - sum(shown.values())
    assert left_out == 0 or left_out >= FEWEST or not shown
    assert all(n >= FEWEST for n in shown.values())


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("call 07700 900123", "call […]"),
        ("+44 7700 900123 please", "[…] please"),
        ("my ref is M1234567", "my ref is […]"),
        ("a.b@example.org wrote", "[…] wrote"),
        ("I live in LS9 8AA now", "I live in […] now"),
        ("born 12/03/1990", "born […]"),
        ("3 buses cost 12 pounds a day", "3 buses cost 12 pounds a day"),
        ("I waited 14 months", "I waited 14 months"),
        ("LS9 has no dentist", "LS9 has no dentist"),
    ],
)
def test_what_points_at_a_person_is_taken_out(text, kept):
    assert without_traces(text) == kept


def test_the_most_doubted_service_comes_first():
    said: dict[tuple[str, str], int] = {
        ("a", Wrong.PHONE): 4,
        ("b", Outcome.HELPED): 50,
        ("c", Wrong.CLOSED): 5,
        ("gone", Wrong.CLOSED): 9,
    }
    names = {"a": "A place", "b": "Best place", "c": "Closed place"}
    assert told(said, names) == [
        SaidOfService("Closed place", {Wrong.CLOSED: 5}),
        SaidOfService("Best place", {Outcome.HELPED: 50}),
    ]
