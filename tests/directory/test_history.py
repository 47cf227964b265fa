import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import history
from directory.history import ChangedSince, FieldChange

VALUES = st.one_of(st.none(), st.integers(), st.text(max_size=5), st.lists(st.integers()))
RECORDS = st.dictionaries(st.sampled_from("abcdef"), VALUES)


def test_a_difference_names_each_field_before_and_after():
    assert history.diff({"a": 1, "b": 2, "c": 3}, {"b": 2, "a": 4, "d": 5}) == (
        FieldChange("a", 1, 4),
        FieldChange("d", None, 5),
        FieldChange("c", 3, None),
    )


@given(old=RECORDS, new=RECORDS)
def test_a_change_leads_to_the_new_record_and_back(old, new):
    def known(record):
        return {name: value for name, value in record.items() if value is not None}

    fields = history.diff(old, new)
    after = history.applied(old, fields)
    assert known(after) == known(new)
    assert known(history.applied(after, history.reversed_(fields))) == known(old)


def test_what_changed_meanwhile_is_not_overwritten():
    with pytest.raises(ChangedSince, match="changed again since"):
        history.applied({"a": 2}, [FieldChange("a", 1, 3)])


def test_changes_of_different_parts_do_not_stand_in_each_others_way():
    cost = FieldChange("access", {"walk_in": None, "cost": None}, {"walk_in": None, "cost": "free"})
    record = {"access": {"walk_in": True, "cost": None}}
    after = history.applied(record, [cost])
    assert after == {"access": {"walk_in": True, "cost": "free"}}
    assert history.applied(after, history.reversed_([cost])) == record
    with pytest.raises(ChangedSince):
        history.applied({"access": {"walk_in": True, "cost": "2 pounds"}}, [cost])


def a_check(fact, on="2026-11-16"):
    return {"fact": fact, "on": on, "by": "owner", "valid_until": None}


def test_a_newer_word_for_another_fact_does_not_stand_in_the_way_of_taking_back():
    name = FieldChange("name", "A", "B")
    said = FieldChange("checks", [a_check("cost")], [a_check("cost"), a_check("services")])
    later = [a_check("cost"), a_check("services"), a_check("phone", "2026-11-20")]
    back = history.reversed_([name, said])
    found = history.applied({"name": "B", "checks": later}, back)
    assert found == {"name": "A", "checks": [a_check("cost"), a_check("phone", "2026-11-20")]}
    newer = [a_check("cost"), a_check("services", "2026-11-20")]
    assert history.applied({"name": "B", "checks": newer}, back)["checks"] == newer


def test_a_record_that_became_surer_meanwhile_stays_so():
    surer = FieldChange("confidence", "medium", "low")
    assert history.applied({"confidence": "high"}, [surer]) == {"confidence": "high"}


def test_a_change_is_seen_against_the_record_as_it_is_now():
    name = FieldChange("name", "A", "B")
    cost = FieldChange("access", {"walk_in": None, "cost": None}, {"walk_in": None, "cost": "free"})
    record = {"name": "C", "access": {"walk_in": True, "cost": None}}
    assert history.rebased(record, [name, cost]) == (
        FieldChange("name", "C", "B"),
        FieldChange("access", {"walk_in": True, "cost": None}, {"walk_in": True, "cost": "free"}),
    )
    assert history.rebased({"name": "B"}, [name]) == (), "somebody else did it already"
