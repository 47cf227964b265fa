"""What tells a place or a way to reach somebody, and what a service is without it."""

import re
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import disclosure
from directory.model import (
    Access,
    Address,
    Contact,
    CostOption,
    Phone,
    ServiceAtLocation,
    TaxonomyTerm,
)
from tests.directory.rows import a_service

PLACES = [
    pytest.param("We are at 12 Oak Street, Harehills", id="number and street"),
    pytest.param("12 oak street", id="in small letters"),
    pytest.param("Come to 3 St. Mary's Close", id="an abbreviation in the name"),
    pytest.param("near LS7 4AB", id="postcode"),
    pytest.param("ls74ab", id="postcode without its space"),
    pytest.param("LS7-4AB", id="postcode with a hyphen"),
    pytest.param("on Chapeltown Road", id="a street alone"),
    pytest.param("53.81234, -1.52345", id="a point"),
]
CONTACTS = [
    *PLACES,
    pytest.param("Tel 0113.244.5678", id="dots"),
    pytest.param("0113/244/5678", id="slashes"),
    pytest.param("(0113) 244-5678", id="brackets"),
    pytest.param("00 44 113 244 5678", id="00 44"),
    pytest.param("244 5678", id="a local number"),
    pytest.param("Text 60777", id="a short code"),
    pytest.param("info@example.org", id="e-mail"),
    pytest.param("info (at) example.org", id="e-mail in words"),
    pytest.param("Mon-Fri 9-5", id="days"),
    pytest.param("Monday to Friday", id="days in words"),
    pytest.param("from 9am", id="a time"),
    pytest.param("10:30", id="a clock"),
]
HARMLESS = [
    "We help 20 people a week.",
    "In danger call 999.",
    "Up to 10 women find a place in our house",
    "For ages 16-25. It costs £9.50.",
    "Money was for 2018-2021, from 01/02/2018.",
    "A group on Thursday morning",
]


@pytest.mark.parametrize("text", PLACES)
def test_what_tells_a_place(text):
    assert disclosure.tells_place(text)
    assert disclosure.without_address(f"We help. {text}. All are welcome.") == (
        "We help. All are welcome."
    )


@pytest.mark.parametrize("text", CONTACTS)
def test_what_tells_how_somebody_is_reached(text):
    assert disclosure.tells_contact(text)
    assert disclosure.without_contact(f"We help.\n{text}\nAll are welcome.") == (
        "We help.\nAll are welcome."
    )


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("We help. Come to 12 Secret Street. Call us.", "We help. Call us."),
        ("Near LS8 4AA, behind the shop.", ""),
        ("Ls84aa\nOpen daily.", "Open daily."),
        ("We see 12 women a week.", "We see 12 women a week."),
        ("We help. We are at 12 St. Mary's Road. Call us.", "We help. Call us."),
    ],
)
def test_sentences_with_addresses_go(text, kept):
    assert disclosure.without_address(text) == kept


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_words_tell_nothing(text):
    assert disclosure.without_contact(text) == text
    assert disclosure.without_address(text) == text


@given(st.text(alphabet="1A b.\nLS74AB@/-", max_size=80))
def test_what_is_left_tells_nothing(text):
    left = disclosure.without_contact(text)
    assert not disclosure.tells_contact(left)
    assert disclosure.without_contact(left) == left


MARK = "Tea is at 12 Zzoak Street, LS7 4AB."


def hostile():
    """A service that tells its place in every text that it has."""
    phone = Phone("+441132224412", MARK)
    return replace(
        a_service(),
        name=f"Refuge {MARK}",
        alternate_name=MARK,
        organization=MARK,
        organization_description=MARK,
        description=f"We help. {MARK}",
        eligibility_description=f"Women. {MARK}",
        referral_route=MARK,
        who_may_refer=MARK,
        interpretation=MARK,
        hours_note=MARK,
        note=MARK,
        referrer_note=MARK,
        area=MARK,
        access=Access(cost=MARK),
        cost_options=(CostOption(MARK, None, MARK),),
        contacts=(Contact(MARK, None, (phone,)),),
        phones=(phone,),
        accessibility=(MARK, "Ramp"),
        terms=(TaxonomyTerm("q", MARK), TaxonomyTerm("w", "Women")),
        opening_hours=f'Mo 10:00-12:00 "{MARK}"',
        address=Address(("12 Zzoak Street", "Leeds"), "LS7 4AB"),
        other_places=(
            ServiceAtLocation("a", MARK, Address((MARK,), None), None, True, None, MARK),
            ServiceAtLocation("b", MARK, None, None, False, None, MARK, (phone,), (MARK,)),
        ),
        sources=(),
        confidential_location=True,
    )


def test_no_text_of_a_secret_place_tells_it():
    shown = disclosure.without_place(hostile())
    for field in fields(shown):
        assert not re.search("Zzoak|7 4AB", str(getattr(shown, field.name))), field.name
    assert shown.description == "We help."
    assert shown.eligibility_description == "Women."
    assert shown.accessibility == ("Ramp",)
    assert [term.name for term in shown.terms] == ["Women"]
    assert [phone.number for phone in shown.phones] == ["+441132224412"]


def test_a_place_that_is_known_stays():
    known = replace(hostile(), confidential_location=False)
    assert disclosure.without_place(known) == known


def test_the_fields_that_tell_are_named():
    told = replace(a_service(), description="Food.", hours_note=MARK, note="Ask for the manager.")
    assert disclosure.telling(told) == ("hours_note",)


def test_what_nobody_checked_has_no_way_to_reach_it_in_any_text():
    shown = disclosure.without_reach(replace(hostile(), confidential_location=False))
    for field in fields(shown):
        assert not re.search("Zzoak|7 4AB|4412", str(getattr(shown, field.name))), field.name


def test_a_name_keeps_its_day_and_a_description_is_never_empty():
    club = replace(a_service(), name="Monday 10am Club", description="Ring 0113 244 5678.")
    shown = disclosure.without_reach(club)
    assert (shown.name, shown.description) == ("Monday 10am Club", "Monday 10am Club")
