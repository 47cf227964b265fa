import json
from dataclasses import MISSING, fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from directory.model import (
    Address,
    Check,
    Checker,
    Contact,
    CostOption,
    Fact,
    Origin,
    Phone,
    Point,
    Service,
    ServiceAtLocation,
    TaxonomyTerm,
)
from directory.rows import row_of
from directory.source import BrokenSource, read_services
from tests.directory.rows import a_row, a_service
from tests.packs import leeds_pack

ADDRESS, POINT = Address(("1 A Street",), "LS9 8AA"), Point(53.79, -1.52)


def whole(**changed) -> Service:
    """A service with something in every field that a record may leave out."""
    full = replace(
        a_service(),
        phones=(Phone("+441132224412", "office"),),
        address=ADDRESS,
        location=POINT,
        opening_hours="Mo 10:00-12:00",
        confirmed_on=date(2026, 1, 2),
        alternate_name="The tea room",
        organization_id="d290f1ee-6c54-4b01-90e6-d701748f0851",
        organization_description="A charity.",
        eligibility_description="Anyone new.",
        referral_route="Call them.",
        who_may_refer="Health visitors.",
        interpretation="By phone.",
        status_date=date(2026, 1, 3),
        assured_date=date(2025, 12, 31),
        last_modified=datetime(2026, 1, 4, 9, 30, tzinfo=UTC),
        valid_until=date(2027, 1, 1),
        accessibility=("Step-free",),
        cost_options=(CostOption("Tea", Decimal("0.50"), "a cup"), CostOption(None, None, "free")),
        contacts=(Contact("Front desk", "desk@example.org", (Phone("999"),)),),
        terms=(TaxonomyTerm("t1", "Food", "Kinds", "https://example.org/t1"),),
        other_places=(
            ServiceAtLocation(
                "b",
                "Hall",
                ADDRESS,
                POINT,
                False,
                "Tu 10:00-12:00",
                "Ring.",
                (Phone("999"),),
                ("Lift",),
            ),
        ),
        checks=(Check(Fact.HOURS, date(2026, 1, 2), Checker.OWNER, date(2026, 7, 1)),),
        origin=Origin("bristol", "def5ccd4"),
    )
    made: Service = replace(full, **changed)
    return made


@pytest.mark.parametrize("service", [a_service(), whole()], ids=["the least", "everything"])
def test_a_record_and_its_service_say_the_same(service):
    record = json.loads(json.dumps(row_of(service)))
    assert read_services([record]) == (service,)
    assert row_of(read_services([record])[0]) == record


def test_the_whole_service_leaves_no_optional_field_empty():
    least, full = a_service(), whole()
    added = {
        each.name
        for each in fields(Service)
        if getattr(full, each.name) != getattr(least, each.name)
    }
    optional = {each.name for each in fields(Service) if each.default is not MISSING}
    assert optional - added == {"doubted_on"}


def test_a_record_says_only_what_is_known():
    assert set(row_of(a_service())) == set(a_row())


def test_the_pack_is_written_as_it_was_read():
    services = leeds_pack().services
    assert read_services([row_of(each) for each in services]) == services


def test_no_record_has_a_confidential_address():
    secret = ServiceAtLocation("b", "Refuge", ADDRESS, POINT, confidential_location=True)
    record = row_of(whole(confidential_location=True, other_places=(secret,)))
    assert "A Street" not in str(record) and "53.79" not in str(record)
    assert read_services([record])[0].other_places[0].confidential_location


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"other_places": [{"id": "b"}]}, "other_places.0.confidential_location"),
        (
            {
                "other_places": [
                    {"id": "b", "confidential_location": True, "lat": 53.0, "lon": -1.0}
                ]
            },
            "other_places.0",
        ),
        ({"cost_options": [{"amount": "a pound"}]}, "cost_options.0.amount"),
        ({"last_modified": "2026-01-04"}, "last_modified"),
        ({"checks": [{"fact": "weather", "on": "2026-01-01", "by": "owner"}]}, "checks.0.fact"),
    ],
)
def test_what_is_wrong_with_a_new_field_is_named(given, where):
    with pytest.raises(BrokenSource) as broken:
        read_services([a_row(**given)])
    assert [problem.field for problem in broken.value.problems] == [where]
