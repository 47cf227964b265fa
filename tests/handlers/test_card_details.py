from dataclasses import replace
from datetime import date

import pytest

import locales
from directory.model import (
    Access,
    Address,
    Channel,
    Check,
    Checker,
    Confidence,
    Fact,
    Match,
    Opening,
    OpenState,
    Referral,
    ServiceAtLocation,
)
from handlers.card import card
from locales import translator
from people.model import Person, Role
from tests.directory.rows import LONDON, MONDAY_11
from tests.directory.test_rows import whole

NEWCOMER, PARTNER = Person(1, "en"), Person(2, "en", Role.PARTNER)


def shown(service, reader=NEWCOMER, language="en"):
    match = Match(service, (), None, OpenState(Opening.UNKNOWN), True)
    match = replace(match, contact_shown=service.confidence is not Confidence.LOW)
    return card(translator(language), match, reader, packed="", at=MONDAY_11, zone=LONDON).text


@pytest.mark.parametrize(
    "words",
    [
        "They are also here:",
        "Hall, 1 A Street, LS9 8AA",
        "Tuesday 10:00-12:00",
        "Tea: £0.50: a cup",
        "Step-free",
        "By phone.",
        "Anyone new.",
    ],
)
def test_a_card_shows_what_only_some_sources_know(words):
    text = shown(whole(confirmed_on=None)).replace("\u2068", "").replace("\u2069", "")
    assert words in text.replace("–", "-")


@pytest.mark.parametrize(
    ("reader", "referral", "is_told"),
    [
        (NEWCOMER, None, False),
        (NEWCOMER, Referral.AGENCY, True),
        (PARTNER, None, True),
    ],
)
def test_how_to_refer_is_for_workers_and_for_who_needs_one(reader, referral, is_told):
    text = shown(whole(access=Access(referral=referral)), reader)
    assert ("Health visitors." in text, "Call them." in text) == (is_told, is_told)


def test_each_fact_says_when_a_person_checked_it():
    checks = (
        Check(Fact.HOURS, date(2026, 11, 20), Checker.OWNER),
        Check(Fact.PHONE, date(2026, 11, 20), Checker.OWNER),
        Check(Fact.ADDRESS, date(2026, 9, 1), Checker.COORDINATOR),
    )
    text = shown(whole(confirmed_on=None, checks=checks))
    newer = text.index("✅ A person checked this on")
    assert "Friday, 20 November 2026" in text[newer:]
    assert "Opening times · Phone" in text[newer:]
    assert text.index("Tuesday, 1 September 2026") > newer


@pytest.mark.parametrize("language", locales.supported())
@pytest.mark.parametrize("facts", [1, 2, 3, len(Fact)])
def test_any_number_of_checked_facts_is_told_in_each_language(language, facts):
    checks = [Check(fact, date(2026, 11, 20), Checker.OWNER) for fact in list(Fact)[:facts]]
    text = shown(whole(confirmed_on=None, checks=tuple(checks)), language=language)
    assert text.count("✅") >= 1


def test_a_doubtful_record_and_a_secret_place_tell_nothing_more():
    assert "Step-free" not in shown(whole(confidence=Confidence.LOW))
    secret = ServiceAtLocation(
        "b", "House", Address(("17 Marker Lane",), "LS9 8AA"), None, confidential_location=True
    )
    assert "Marker" not in shown(whole(other_places=(secret,)))


@pytest.mark.parametrize("language", locales.supported())
def test_the_longest_card_is_one_message_in_each_language(language):
    long = whole(
        description="d " * 300,
        eligibility_description="e " * 150,
        interpretation="i " * 150,
        referral_route="r " * 150,
        who_may_refer="w " * 150,
        note="n " * 450,
        referrer_note="f " * 150,
        confirmed_on=None,
        other_places=tuple(
            replace(whole().other_places[0], id=f"p{n}", hours_note="h " * 150) for n in range(20)
        ),
    )
    assert len(shown(long, PARTNER, language).encode("utf-16-le")) // 2 <= 4_096


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"channels": (Channel.PHONE,)}, True, id="only by phone"),
        pytest.param({"channels": (Channel.PHONE, Channel.IN_PERSON)}, False, id="also a place"),
        pytest.param(
            {"channels": (Channel.PHONE,), "access": Access(walk_in=True)}, False, id="walk in"
        ),
        pytest.param(
            {"channels": (Channel.PHONE,), "confidential_location": True}, False, id="secret place"
        ),
    ],
)
def test_nobody_is_told_that_they_need_not_go_where_they_must(changed, expected):
    text = shown(whole(address=None, location=None, **changed))
    assert ("you do not need to go there" in text) == expected
