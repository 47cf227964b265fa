"""Which places may be pinned on a map, where the links lead, and how far is said."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from directory import walking
from directory.model import Address, Confidence, Match, Opening, OpenState, Point, Status
from directory.source import read_services
from handlers import card, contact, pins
from handlers.callbacks import Route, decode
from locales import supported, translator
from people.model import Person, Role
from tests.directory.rows import LONDON, MONDAY_11, a_row

T = translator("en")
ADDRESS = Address(("Tea house", "1 Test Street"), "LS9 8AA")
POINT = Point(53.80912345, -1.51)
SERVICE = replace(
    read_services([a_row()])[0], address=ADDRESS, location=POINT, confidence=Confidence.HIGH
)


def a_match(service=SERVICE, distance_m=None, *, contact_shown=True):
    return Match(service, (), distance_m, OpenState(Opening.UNKNOWN), contact_shown)


def test_a_public_place_is_pinned_by_name_and_address():
    assert pins.pin(a_match()) == pins.Pin("Tea room", "Tea house, 1 Test Street, LS9 8AA", POINT)


@pytest.mark.parametrize(
    "match",
    [
        pytest.param(
            a_match(replace(SERVICE, confidential_location=True)),
            id="confidential, though its data hold address and point",
        ),
        pytest.param(
            a_match(replace(SERVICE, confidence=Confidence.LOW), contact_shown=False), id="low"
        ),
        pytest.param(a_match(replace(SERVICE, confidence=Confidence.LOW)), id="low, said sure"),
        pytest.param(a_match(contact_shown=False), id="contact not shown"),
        pytest.param(a_match(replace(SERVICE, status=Status.CLOSED)), id="closed for good"),
        pytest.param(a_match(replace(SERVICE, address=None)), id="no address: it says nowhere"),
        pytest.param(a_match(replace(SERVICE, address=Address((), None))), id="empty address"),
        pytest.param(a_match(replace(SERVICE, needs=("domestic_abuse",))), id="danger"),
        pytest.param(a_match(replace(SERVICE, needs=("food", "domestic_abuse"))), id="danger too"),
    ],
)
@pytest.mark.parametrize("role", [Role.NEWCOMER, Role.PARTNER, Role.COORDINATOR])
def test_no_map_no_link_no_button(match, role):
    assert pins.pin(match) is None
    assert pins.directions(match) is None
    shown = card.card(T, match, Person(1, role), packed="", at=MONDAY_11, zone=LONDON)
    labels = [button.text for row in shown.rows for button in row]
    assert not {"Show on map", "Directions"} & set(labels)
    assert not any("google" in (button.url or "") for row in shown.rows for button in row)
    if match.service.confidential_location:
        assert "Test Street" not in shown.text and "8AA" not in shown.text


@pytest.mark.parametrize(
    ("match", "asked"),
    [
        pytest.param(
            a_match(distance_m=1_200),
            {"destination": ["53.809123,-1.510000"], "travelmode": ["walking"]},
            id="near: on foot",
        ),
        pytest.param(
            a_match(distance_m=9_000), {"destination": ["53.809123,-1.510000"]}, id="far: any way"
        ),
        pytest.param(
            a_match(), {"destination": ["53.809123,-1.510000"]}, id="not known from where"
        ),
        pytest.param(
            a_match(replace(SERVICE, location=None)),
            {"destination": ["Tea house, 1 Test Street, LS9 8AA"]},
            id="by the address where there is no point",
        ),
    ],
)
def test_directions_name_the_goal_and_nothing_about_the_person(match, asked):
    parts = urlsplit(pins.directions(match) or "")
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "www.google.com", "/maps/dir/")
    assert parse_qs(parts.query) == {"api": ["1"]} | asked


def test_the_card_leads_to_map_and_directions():
    shown = card.card(T, a_match(), Person(1), packed="L2d1t2", at=MONDAY_11, zone=LONDON)
    on_map, link = next(row for row in shown.rows if row[0].text == "Show on map")
    pressed = decode(on_map.data)
    assert (pressed.route, pressed.args) == (Route.VENUE, ("L2d1t2", "tea-room"))
    assert (link.text, link.url) == ("Directions", pins.directions(a_match()))


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("url", [None, "https://example.org"])
def test_a_card_of_a_newcomer_has_eight_buttons_at_most(url, language):
    match = a_match(replace(SERVICE, url=url))
    shown = card.card(
        translator(language), match, Person(1), packed="L2d1t2", at=MONDAY_11, zone=LONDON
    )
    routes = [decode(button.data).route for row in shown.rows for button in row if button.data]
    assert sum(map(len, shown.rows)) == 8
    assert {Route.HELP_NOW, Route.RESULTS, Route.VENUE} <= set(routes)
    assert (Route.GUIDE in routes) is (url is None), "Start again gives way to the map"


def test_without_a_point_there_are_directions_and_no_map():
    match = a_match(replace(SERVICE, location=None))
    shown = card.card(T, match, Person(1), packed="", at=MONDAY_11, zone=LONDON)
    labels = [button.text for row in shown.rows for button in row]
    assert "Directions" in labels and "Show on map" not in labels


def test_under_a_map_stands_help_now():
    [[button]] = pins.rows(T)
    assert decode(button.data).route is Route.HELP_BELOW


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (0, "About 5 minutes on foot (50 m in a straight line)."),
        (340, "About 5 minutes on foot (350 m in a straight line)."),
        (400, "About 10 minutes on foot (400 m in a straight line)."),
        (999, "About 15 minutes on foot (1.0 km in a straight line)."),
        (1_000, "About 15 minutes on foot (1.0 km in a straight line)."),
        (1_200, "About 20 minutes on foot (1.2 km in a straight line)."),
        (3_000, "About 45 minutes on foot (3.0 km in a straight line)."),
        (3_100, "About 3.1 km from you, in a straight line."),
        (12_340, "About 12.3 km from you, in a straight line."),
    ],
)
def test_distance_is_said_with_what_it_rests_on(metres, said):
    assert _bare(contact.distance(T, metres)) == said


def test_a_longer_way_never_takes_less_time():
    minutes = [walking.minutes_on_foot(metres) for metres in range(0, 6_000, 10)]
    assert minutes == sorted(minutes)
    assert {each % 5 for each in minutes} == {0}


@pytest.mark.parametrize("language", supported())
def test_distance_keeps_its_numbers_in_every_language(language):
    said = contact.distance(translator(language), 1_200)
    assert "20" in said and "1.2 km" in said


def _bare(text):
    return text.replace("\u2068", "").replace("\u2069", "")
