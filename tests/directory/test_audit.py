from dataclasses import replace
from datetime import date

import pytest

from directory import audit
from directory.audit import Severity
from directory.index import Directory
from directory.model import Address, Audience, Confidence, Phone, Point, Source, Status
from directory.needs import NEEDS
from tests.directory.rows import a_gazetteer, a_service

TODAY = date(2026, 11, 22)


def dated(stated):
    return (Source("https://a.b/", stated),)


HALL, FIRST = Address(("Hall",), "SM1 1AA"), "SM1 1AA"


def service(service_id="tea-room", **changed):
    plain = replace(
        a_service(service_id), url="https://a.b/", sources=dated("2026-10"), needs=tuple(NEEDS)
    )
    return replace(plain, **{"name": f"Name of {service_id}", **changed})


def found(*services):
    """Return findings, as severity, record and field, of services that meet every need."""
    directory = Directory(services, (), a_gazetteer(), ())
    findings = audit.findings(directory, TODAY)
    return [(each.severity, each.record, each.field) for each in findings]


def test_nothing_to_look_into():
    assert found(service()) == []


def point_of(postcode):
    place = a_gazetteer().find(postcode)
    assert place is not None
    return place.point


@pytest.mark.parametrize(
    ("changed", "severity", "field"),
    [
        pytest.param(
            {"valid_until": date(2026, 11, 21)}, Severity.WRONG, "valid_until", id="run out"
        ),
        pytest.param(
            {"address": Address(("Hall",), "ZZ9 9ZZ")},
            Severity.WRONG,
            "address",
            id="a postcode that does not exist",
        ),
        pytest.param(
            {"opening_hours": "2020 Mo 10:00-12:00"},
            Severity.WRONG,
            "opening_hours",
            id="hours that are over",
        ),
        pytest.param(
            {"opening_hours": "sometimes"}, Severity.WRONG, "opening_hours", id="unreadable hours"
        ),
        pytest.param({"url": None}, Severity.DOUBTFUL, "phone", id="no way to reach it"),
        pytest.param(
            {"sources": (Source("https://a.b/", "2024-10"),)}, Severity.OLD, "sources", id="old"
        ),
        pytest.param(
            {"sources": (Source("https://a.b/", None),)}, Severity.OLD, "sources", id="undated"
        ),
        pytest.param({"doubted_on": date(2026, 10, 1)}, Severity.OLD, "sources", id="doubted"),
    ],
)
def test_each_thing_is_named_with_its_field(changed, severity, field):
    assert found(service(**changed)) == [(severity, "tea-room", field)]


def test_the_point_must_be_near_the_postcode():
    near = point_of(FIRST)
    far = Point(near.lat + 0.05, near.lon)
    assert found(service(address=HALL, location=near)) == []
    assert found(service(address=HALL, location=far)) == [(Severity.WRONG, "tea-room", "lat")]


def test_a_postcode_of_another_town_needs_another_area():
    address = Address(("Hall",), "OT1 1AA")
    assert (Severity.WRONG, "tea-room", "address") in found(service(address=address))


def test_one_number_of_two_organisations_is_somebody_elses():
    number = (Phone("+441132224412"),)
    one, two = service("one", phones=number), service("two", phones=number)
    assert found(one, two) == [(Severity.DOUBTFUL, "two", "phone")]
    same = replace(two, organization=one.organization)
    assert found(one, same) == []
    emergency = (Phone("999"),)
    assert found(replace(one, phones=emergency), replace(two, phones=emergency)) == []


def test_the_same_service_twice():
    one, two = service("one", name="Hall"), service("two", name="hall")
    assert found(one, two) == [(Severity.DOUBTFUL, "two", "name")]


@pytest.mark.parametrize(
    ("changed", "severity"),
    [
        ({"needs": tuple(need for need in NEEDS if need != "food")}, Severity.WRONG),
        ({"audience": Audience.WORKERS}, Severity.WRONG),
        ({"status": Status.CLOSED}, Severity.WRONG),
        ({"confidence": Confidence.LOW}, Severity.DOUBTFUL),
    ],
    ids=["no service", "for workers only", "closed", "all unchecked"],
)
def test_a_need_without_a_service(changed, severity):
    assert (severity, "food", "needs") in found(service(**changed))


def test_what_to_fix_first_comes_first():
    shelter = service("shelter", needs=("domestic_abuse",), valid_until=date(2026, 1, 1))
    others = [
        service("old", sources=()),
        service("food", valid_until=date(2026, 1, 1)),
        shelter,
    ]
    order = [record for _, record, field in found(*others) if field in {"valid_until", "sources"}]
    assert order == ["shelter", "food", "old"]
