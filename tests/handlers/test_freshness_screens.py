"""Screens of the freshness loop: they fit in every language, and hide what nobody may know."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

import locales
from directory.calls import Call, Why
from directory.freshness import Step
from directory.model import Address, ServiceAtLocation, Status
from handlers import freshness_lists, freshness_screens
from handlers.callbacks import Route, decode
from handlers.freshness_lists import Silence
from handlers.freshness_screens import Asked
from people.model import Person, Role
from tests.db.test_services import a_service

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/London")
EN = locales.translator("en")
MOST_TEXT = 4_096
LONGEST = a_service("s" * 42, name="N" * 120, organization="O" * 120)


def check(shown):
    """Assert what every screen must keep; staff may have more than eight buttons."""
    text = shown.text if hasattr(shown, "text") else shown.parts[0]
    rows = shown.rows if hasattr(shown, "rows") else shown.buttons
    assert 0 < len(text.encode("utf-16-le")) // 2 <= MOST_TEXT
    for each in (one for row in rows for one in row):
        assert len(each.text) <= 64
        assert decode(each.data).route in {Route.FRESH, Route.FRESH_LIST, Route.OWNER, Route.EDIT}


@pytest.mark.parametrize("language", locales.supported())
def test_every_question_about_the_pack_fits(language, pack):
    t = locales.translator(language)
    for service in pack.services:
        ending = replace(service, valid_until=date(2026, 11, 1))
        asked = Asked(
            ending, NOW, ZONE, since=datetime(2026, 11, 1, tzinfo=UTC), coordinator=True,
            warned=True, changed=True, reports=12,
        )  # fmt: skip
        check(freshness_screens.question(t, asked))


@pytest.mark.parametrize("language", locales.supported())
def test_every_list_fits_with_the_longest_names(language):
    t = locales.translator(language)
    people = [Person(2**40 + n, "en", Role.PARTNER, "P" * 80) for n in range(30)]
    silences = [
        Silence(LONGEST, step, NOW.date(), NOW.date())
        for step in (Step.HIDE, Step.WARN, Step.ESCALATE, Step.ASK)
        for _ in range(5)
    ]
    every = tuple((why, 12) for why in Why if why not in {Why.SILENT, Why.ENDED})
    call = Call(LONGEST, (*every, (Why.SILENT, NOW.date()), (Why.ENDED, NOW.date())))
    for shown in (
        freshness_screens.several(t, [LONGEST] * 20, 1),
        freshness_screens.sure(t, LONGEST),
        freshness_screens.closed(t, LONGEST, coordinator=True),
        freshness_screens.gone(t, LONGEST, coordinator=True),
        freshness_screens.thanks(t, NOW.date(), 4),
        freshness_lists.calls(t, [call] * 10),
        freshness_lists.owner(t, LONGEST, people[0], people, 2),
        freshness_screens.content(freshness_lists.calls(t, [call] * 10)),
        freshness_screens.has_closed(t, LONGEST),
        freshness_lists.summary(t, silences),
    ):
        check(shown)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_long_record_is_cut_until_it_fits(language):
    t = locales.translator(language)
    many = tuple(
        ServiceAtLocation(str(n), "P" * 60, Address(("A" * 60,), "LS9 8AA"), None, False, None)
        for n in range(30)
    )
    long = replace(
        LONGEST, description="d " * 3_000, other_places=many, hours_note="h " * 500,
        phones=LONGEST.phones * 20, referrer_note="r " * 900,
    )  # fmt: skip
    shown = freshness_screens.question(t, Asked(long, NOW, ZONE, coordinator=True))
    check(shown)
    assert "0113 222 4412" in shown.text


def test_a_confidential_address_is_not_in_the_question():
    service = a_service("a", confidential_location=True, address=None, location=None)
    shown = freshness_screens.question(EN, Asked(service, NOW, ZONE))
    assert "kept secret" in shown.text
    open_one = a_service("a", address=Address(("9 Marker Road",), "LS9 8AA"))
    assert "9 Marker Road" in freshness_screens.question(EN, Asked(open_one, NOW, ZONE)).text


@pytest.mark.parametrize("status", [Status.FULL, Status.PAUSED])
def test_who_is_full_can_say_that_they_take_people_again(status):
    shown = freshness_screens.question(EN, Asked(a_service("a", status=status), NOW, ZONE))
    labels = [each.text for row in shown.rows for each in row]
    assert "They take people again" in labels
    assert "It is full" not in labels


def test_how_often_it_was_shown_is_hidden_under_five():
    few = freshness_lists.calls(EN, [Call(a_service("a"), ((Why.SHOWN, 4),))])
    many = freshness_lists.calls(EN, [Call(a_service("a"), ((Why.SHOWN, 5),))])
    assert "Shown" not in few.text
    assert "Shown in four weeks: 5" in many.text
