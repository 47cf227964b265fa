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
