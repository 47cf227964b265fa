"""Rows become services whole or not at all, and every problem is named."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import locales
from directory import matcher
from directory.model import Access, Address, Audience, Channel, Phone, Point, Referral, Source
from directory.needs import NEEDS
from directory.source import BrokenSource, read_helplines, read_services
from handlers.card import card
from handlers.guide_walk import MAX_TEXT
from people.model import Person, Role
from tests.directory.rows import LONDON, MONDAY_11, a_city, a_line_row, a_query, a_row, a_service

ADDRESS = {"lines": ["MARKER House", "1 MARKER Road"], "postcode": "LS9 8AA"}


def problems(reader, *rows):
    with pytest.raises(BrokenSource) as caught:
        reader(rows)
    return [(p.record, p.field) for p in caught.value.problems]


def test_a_good_row_is_a_service():
    (service,) = read_services(
        [
            a_row(
                "advice",
                needs=["debt", "housing"],
                access={"walk_in": True, "referral": "either", "appointment": None, "cost": "free"},
                channels=["phone", "in_person"],
                phone=[{"number": "+441132224412", "label": "Day"}],
                address=ADDRESS,
                lat=53.8,
                lon=-1.5,
                opening_hours="Mo 09:00-10:00",
                audience="workers",
                verified="2026-11-01",
            )
        ]
    )
    assert service.needs == ("debt", "housing")
    assert service.access == Access(True, Referral.EITHER, None, "free")
    assert service.channels == (Channel.PHONE, Channel.IN_PERSON)
    assert service.phones == (Phone("+441132224412", "Day"),)
    assert service.address == Address(("MARKER House", "1 MARKER Road"), "LS9 8AA")
    assert service.location == Point(53.8, -1.5)
    assert service.audience is Audience.WORKERS
    assert service.sources == (Source("https://example.org", "2025", ("name",)),)
    assert service.confirmed_on == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "Not A Slug"),
        ("id", ""),
        ("name", ""),
        ("name", None),
        ("needs", []),
        ("needs", ["gold"]),
        ("needs", ["food", "food"]),
        ("eligibility", ["everybody"]),
        ("gender", "woman"),
        ("min_age", -1),
        ("min_age", "18"),
        ("max_age", 400),
        ("verified", "2026-02-30"),
        ("email", "not an address"),
        ("url", "leeds.gov.uk"),
        ("url", "javascript:alert(1)"),
        ("lat", 10.0),
        ("lon", 100.0),
        ("opening_hours", "mornings"),
        ("sources", []),
        ("confidence", "certain"),
        ("verified", "yesterday"),
        ("audience", "friends"),
        ("status", "shut"),
        ("confidential_location", "no"),
    ],
)
def test_a_bad_value_is_named(field, value):
    record = value if field == "id" and value else "tea-room" if field != "id" else "#1"
    assert (record, field) in problems(read_services, a_row() | {field: value})


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"phone": [{"number": "0113 222 4412", "label": None}]}, "phone.0.number"),
        ({"phone": [{"number": "+4411", "label": None}]}, "phone.0.number"),
        ({"phone": [{"number": "call us", "label": None}]}, "phone.0.number"),
        ({"address": {"lines": ["1 Road"], "postcode": "LS98AA"}}, "address.postcode"),
        ({"address": {"lines": [], "postcode": None}}, "address.lines"),
        ({"languages": ["Arabic"]}, "languages.0"),
        ({"channels": ["fax"]}, "channels.0"),
        ({"lat": 53.8}, "lat"),
        ({"min_age": 30, "max_age": 20}, "min_age"),
        ({"opening_hous": "Mo 09:00-10:00"}, "opening_hous"),
        ({"confidential_location": True, "address": ADDRESS}, "address"),
        ({"confidential_location": True, "lat": 53.8, "lon": -1.5}, "address"),
    ],
)
def test_a_bad_part_is_named(value, field):
    assert problems(read_services, a_row(**value)) == [("tea-room", field)]


def test_a_missing_field_is_named():
    row = a_row()
    del row["status"]
    assert problems(read_services, row) == [("tea-room", "status")]


def test_all_problems_of_all_rows_come_at_once():
    found = problems(
        read_services,
        a_row("first", gender="woman", email="nobody"),
        a_row("second"),
        "not a row",
        a_row("second"),
    )
    assert found == [("first", "gender"), ("first", "email"), ("#3", "record"), ("second", "id")]


def test_a_problem_reads_as_an_instruction():
    with pytest.raises(BrokenSource) as caught:
        read_services([a_row(opening_hours="mornings")], file="other.json")
    assert str(caught.value) == (
        "other.json: tea-room: opening_hours: “mornings” is not opening hours. "
        "Write them like Mo-Fr 09:30-17:00."
    )


@pytest.mark.parametrize(
    "number", ["999", "101", "116123", "85258", "18000", "+441132224412", "+448001111"]
)
def test_numbers_that_people_can_dial(number):
    assert read_helplines([a_line_row(number=number)])[0].number == number


@pytest.mark.parametrize("number", ["", "9", "12345678", "0113 222 4412", "+1", "++44113"])
def test_numbers_that_nobody_can_dial(number):
    assert problems(read_helplines, a_line_row(number=number)) == [("night-line", "number")]


def test_values_that_no_page_showed_reach_no_helpline():
    (line,) = read_helplines(
        [a_line_row(number=None, unverified_number="+448085002222", unverified_url="https://x.org")]
    )
    assert "8085002222" not in repr(line)
    assert "x.org" not in repr(line)


def test_a_source_without_an_address_cannot_be_looked_up():
    sources = [{"url": None, "stated_date": None}, {"url": "https://a.org", "stated_date": None}]
    (line,) = read_helplines([a_line_row(sources=sources)])
    assert [source.url for source in line.sources] == ["https://a.org"]


def test_a_confidential_address_is_refused_and_never_carried():
    with pytest.raises(BrokenSource) as caught:
        read_services([a_row(confidential_location=True, address=ADDRESS, lat=53.8, lon=-1.5)])
    assert "MARKER" not in str(caught.value)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@given(field=st.sampled_from(sorted(a_row())), value=_JSON)
def test_any_value_is_read_or_explained(field, value):
    problems: list[str] = []
    read = 0
    try:
        read = len(read_services([a_row() | {field: value}]))
    except BrokenSource as exc:
        problems += map(str, exc.problems)
    assert read + bool(problems) == 1
    assert all(problems)


@given(_JSON)
def test_any_row_is_read_or_explained(row):
    with pytest.raises(BrokenSource) as caught:
        read_services([row])
    assert caught.value.problems


LIMITS = {
    "name": 120,
    "organization": 160,
    "description": 600,
    "note": 900,
    "hours_note": 300,
    "referrer_note": 300,
}


@pytest.mark.parametrize(("field", "most"), LIMITS.items())
@pytest.mark.parametrize("letter", ["x", "و", "🎈"], ids=["latin", "arabic", "two units"])
def test_a_text_may_be_so_long_and_no_longer(field, most, letter):
    fits = letter * (most // (len(letter.encode("utf-16-le")) // 2))
    assert getattr(a_service(**{field: fits}), field) == fits
    with pytest.raises(BrokenSource) as caught:
        read_services([a_row(**{field: fits + letter})])
    assert [(each.record, each.field) for each in caught.value.problems] == [("tea-room", field)]
    assert f"write at most {most} characters" in str(caught.value)


@pytest.mark.parametrize(
    ("field", "values", "most"),
    [
        ("needs", [need for need in sorted(NEEDS) if need != "food"], 12),
        ("phone", [{"number": "+441132224412", "label": None}] * 7, 6),
    ],
)
def test_a_list_may_be_so_long_and_no_longer(field, values, most):
    assert a_service(**{field: values[:most]})
    with pytest.raises(BrokenSource, match=f"too long: at most {most}"):
        read_services([a_row(**{field: values[: most + 1]})])


@pytest.mark.parametrize("language", locales.supported())
@pytest.mark.parametrize("status", ["open", "full", "unknown"])
def test_a_card_with_all_that_a_record_may_hold_fits_a_message(language, status):
    texts = {field: "w" * most for field, most in LIMITS.items()}
    days = "; ".join(f"{day} 09:00-12:00,13:00-17:00" for day in ("Mo", "Tu", "We", "Th", "Fr"))
    row = a_row(
        **texts,
        status=status,
        needs=["food", *[need for need in sorted(NEEDS) if need != "food"][:11]],
        phone=[{"number": "+441132224412", "label": "l" * 50}] * 6,
        email="e" * 74 + "@ab.uk",
        url="https://x.org/" + "u" * 480,
        address={"lines": ["a" * 50] * 5, "postcode": "SM2 1AA"},
        lat=53.9,
        lon=-1.6,
        opening_hours=days,
        access={"walk_in": None, "referral": "agency", "appointment": True, "cost": "free"},
    )
    city = a_city([row])
    query = a_query("food", place=city.gazetteer.by_key("SM2-1"), stages=("nrpf",))
    (match,) = matcher.rank(city, query)
    for role in Role:
        shown = card(
            locales.translator(language),
            match,
            Person(1, language, role),
            packed="K",
            at=MONDAY_11,
            zone=LONDON,
        )
        assert len(shown.text.encode("utf-16-le")) // 2 <= MAX_TEXT
