"""Of a service with several places, the one that is nearest to the person is meant."""

from dataclasses import replace
from urllib.parse import unquote_plus

import pytest

from directory import matcher
from directory.model import Address, Confidence, Opening, Point, ServiceAtLocation
from handlers import card, pins
from locales import translator
from people.model import Person
from tests.directory.rows import LONDON, MONDAY_11, a_city, a_gazetteer, a_query, a_service

MAIN = Address(("1 Main Street",), "SM1 1AA")
NORTH = Address(("2 North Street",), "SM2 1AA")
OTHER = ServiceAtLocation(
    "north", "North room", NORTH, Point(53.831, -1.501), False, opening_hours="Mo 14:00-16:00"
)
SERVICE = replace(
    a_service(),
    address=MAIN,
    location=Point(53.801, -1.501),
    opening_hours="Mo-Fr 09:00-17:00",
    confidence=Confidence.HIGH,
    other_places=(OTHER,),
)


def found(service=SERVICE, place: str | None = "SM2-1"):
    directory = a_city().with_services([service], [])
    where = None if place is None else a_gazetteer().by_key(place)
    (match,) = matcher.find(directory, a_query(place=where)).matches
    return match


def shown(match):
    t = translator("en")
    return card.card(t, match, Person(1), packed="", at=MONDAY_11, zone=LONDON).text


def test_the_nearest_place_has_distance_hours_pin_and_card():
    match = found()
    assert (match.at, match.distance_m, match.open_state.now) == (OTHER, 0, Opening.CLOSED)
    pin = pins.pin(match)
    assert pin is not None
    assert (pin.point, pin.address) == (OTHER.location, "2 North Street, SM2 1AA")
    assert "53.831000,-1.501000" in unquote_plus(pins.directions(match) or "")
    before, after = shown(match).split("They are also here:")
    assert "2 North Street" in before
    assert "1 Main Street" in after
    assert "1 Main Street" not in before
    assert "2 North Street" not in after


@pytest.mark.parametrize(
    ("service", "place"),
    [
        pytest.param(SERVICE, "SM1-1", id="the main one is nearer"),
        pytest.param(SERVICE, None, id="nobody said where they are"),
        pytest.param(
            replace(SERVICE, other_places=(replace(OTHER, confidential_location=True),)),
            "SM2-1",
            id="the other one is confidential, though its data hold address and point",
        ),
        pytest.param(
            replace(SERVICE, other_places=(replace(OTHER, address=None),)),
            "SM2-1",
            id="the other one has no address",
        ),
        pytest.param(
            replace(SERVICE, confidential_location=True, address=None, location=None),
            "SM2-1",
            id="the main one is confidential",
        ),
        pytest.param(
            replace(SERVICE, location=None), "SM2-1", id="nobody knows how near the main one is"
        ),
    ],
)
def test_else_the_main_one_is_meant(service, place):
    match = found(service, place)
    assert match.at is None
    assert match.open_state.now is Opening.OPEN
    assert match.place.address == service.address


def test_of_an_unsure_record_no_place_is_shown():
    match = found(replace(SERVICE, confidence=Confidence.LOW))
    assert (match.at, match.distance_m) == (None, None)
    assert "Street" not in shown(match)
