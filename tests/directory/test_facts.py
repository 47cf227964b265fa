from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import facts
from directory.facts import Known
from directory.model import (
    Address,
    Audience,
    Check,
    Checker,
    Confidence,
    Fact,
    Phone,
    Point,
    ServiceAtLocation,
    Source,
)
from tests.directory.rows import a_service

TODAY = date(2026, 11, 22)
EARLIER = date(2026, 6, 1)


def service(**changed):
    return replace(a_service(), **changed)


def test_every_fact_has_fields_that_a_service_has_and_no_field_is_of_two():
    fields = [name for names in facts.FIELDS.values() for name in names]
    assert set(facts.FIELDS) == set(Fact)
    assert sorted(fields) == sorted(set(fields))
    assert all(hasattr(service(), name) for name in fields)


@pytest.mark.parametrize(
    ("field", "fact"),
    [("opening_hours", Fact.HOURS), ("phones", Fact.PHONE), ("id", None), ("nonsense", None)],
)
def test_the_fact_of_a_field(field, fact):
    assert facts.fact_of(field) is fact


HOURS_PAGE = Source("https://a.b/hours", "2024-04", ("hours",))
PHONE_PAGE = Source("https://a.b/phone", "2025", ("phone",))
WHOLE_PAGE = Source("https://a.b/", None)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param(
            {"sources": (PHONE_PAGE, HOURS_PAGE)},
            Known("2024-04", source=HOURS_PAGE),
            id="the source that names the fact",
        ),
        pytest.param(
            {"sources": (PHONE_PAGE, WHOLE_PAGE)},
            Known(None, source=WHOLE_PAGE),
            id="one that names no facts speaks for all",
        ),
        pytest.param(
            {"sources": (PHONE_PAGE,)},
            Known("2025", source=PHONE_PAGE),
            id="none names it: the first",
        ),
        pytest.param({"sources": ()}, Known(None), id="no source at all"),
        pytest.param(
            {"checks": (Check(Fact.HOURS, TODAY, Checker.OWNER),)},
            Known("2026-11-22", by=Checker.OWNER),
            id="a person before every source",
        ),
        pytest.param(
            {"checks": (Check(Fact.PHONE, TODAY, Checker.OWNER),), "sources": (HOURS_PAGE,)},
            Known("2024-04", source=HOURS_PAGE),
            id="a person who spoke of another fact",
        ),
        pytest.param(
            {"checks": (Check(Fact.HOURS, EARLIER, Checker.OWNER),), "confirmed_on": TODAY},
            Known("2026-11-22", by=Checker.COORDINATOR),
            id="all facts confirmed later",
        ),
    ],
)
def test_who_says_so(changed, expected):
    assert facts.known(service(**changed), Fact.HOURS) == expected


def test_a_new_word_takes_the_place_of_the_old_one():
    once = facts.checked(service(), [Fact.HOURS, Fact.PHONE], on=EARLIER, by=Checker.OWNER)
    twice = facts.checked(once, [Fact.HOURS], on=TODAY, by=Checker.COORDINATOR)
    assert twice.checks == (
        Check(Fact.PHONE, EARLIER, Checker.OWNER),
        Check(Fact.HOURS, TODAY, Checker.COORDINATOR),
    )


def test_a_record_is_sure_when_somebody_vouched_for_every_fact():
    low = service(confidence=Confidence.LOW)
    some = facts.checked(low, [Fact.HOURS], on=TODAY, by=Checker.OWNER)
    every = facts.checked(some, set(Fact) - {Fact.HOURS}, on=TODAY, by=Checker.OWNER)
    assert (some.confidence, every.confidence) == (Confidence.LOW, Confidence.HIGH)


def test_an_import_changes_what_nobody_vouched_for():
    current = facts.checked(service(), [Fact.PHONE], on=EARLIER, by=Checker.OWNER)
    incoming = service(phones=(Phone("+441130000000"),), opening_hours="Mo 09:00-10:00")
    after = facts.merged(current, incoming, TODAY)
    assert (after.phones, after.opening_hours) == (current.phones, "Mo 09:00-10:00")
    assert after.checks == current.checks


def test_a_word_that_has_run_out_holds_nothing():
    until = date(2026, 7, 1)
    current = facts.checked(
        service(), [Fact.PHONE], on=EARLIER, by=Checker.OWNER, valid_until=until
    )
    incoming = service(phones=(Phone("+441130000000"),))
    assert facts.merged(current, incoming, until).phones == current.phones
    assert facts.merged(current, incoming, TODAY).phones == incoming.phones


def test_a_wholly_confirmed_record_stays():
    current = service(confirmed_on=EARLIER)
    assert facts.merged(current, service(name="Other"), TODAY) is current


@given(st.sets(st.sampled_from(list(Fact))))
def test_an_import_never_touches_a_vouched_field(held):
    current = facts.checked(service(), held, on=EARLIER, by=Checker.OWNER)
    incoming = service(
        name="Other", min_age=3, phones=(), opening_hours=None, email="x@y.org", address=None
    )
    after = facts.merged(current, incoming, TODAY)
    for fact, names in facts.FIELDS.items():
        wanted = current if fact in held else incoming
        assert all(getattr(after, name) == getattr(wanted, name) for name in names)


LAPSED = date(2026, 7, 1)
OPEN = Address(("MARKER 1",), "LS1 1AA")
ELSEWHERE = ServiceAtLocation("b", "Hall", OPEN, None, confidential_location=False)


def once(fact, **changed):
    """A service for one fact of which somebody spoke, for a time that has passed."""
    by, until = Checker.COORDINATOR, LAPSED
    return facts.checked(service(**changed), [fact], on=EARLIER, by=by, valid_until=until)


@pytest.mark.parametrize(
    "place",
    [
        pytest.param({"confidential_location": True}, id="its main place"),
        pytest.param(
            {"other_places": (replace(ELSEWHERE, confidential_location=True),)}, id="another place"
        ),
    ],
)
def test_no_import_tells_a_place_that_a_person_once_made_secret(place):
    current = facts.sealed(once(Fact.ADDRESS, **place))
    incoming = service(address=OPEN, other_places=(ELSEWHERE,), area="elsewhere")
    for _ in range(2):  # what the first import leaves still keeps the second one out
        current = facts.merged(current, incoming, TODAY)
    assert any(each.confidential_location and each.address is None for each in current.places)
    assert not any(each.confidential_location and each.address for each in current.places)
    assert facts.merged(facts.sealed(service(**place)), incoming, TODAY) == incoming, "nobody spoke"


def test_no_import_shows_everybody_what_a_person_once_left_to_staff():
    current = once(Fact.SERVICES, audience=Audience.WORKERS)
    for name in ("First", "Second"):
        current = facts.merged(current, service(name=name), TODAY)
    assert current.audience is Audience.WORKERS
    assert facts.merged(service(audience=Audience.WORKERS), service(), TODAY) == service()


@pytest.mark.parametrize("confirmed_on", [None, EARLIER])
def test_an_import_may_always_make_a_place_secret(confirmed_on):
    said = service(address=OPEN, other_places=(ELSEWHERE,), confirmed_on=confirmed_on)
    current = facts.checked(said, list(Fact), on=EARLIER, by=Checker.OWNER)
    hidden = replace(ELSEWHERE, confidential_location=True)
    main = facts.merged(current, service(confidential_location=True), TODAY)
    other = facts.merged(current, service(other_places=(hidden,)), TODAY)
    assert (main.confidential_location, main.address) == (True, None)
    assert main.other_places == (ELSEWHERE,)
    assert (other.address, other.other_places) == (OPEN, (replace(hidden, address=None),))


def test_a_word_that_has_run_out_goes_when_its_fact_changes():
    by, until = Checker.OWNER, LAPSED
    current = facts.checked(service(), list(Fact), on=EARLIER, by=by, valid_until=until)
    after = facts.merged(current, service(phones=(Phone("+441130000000"),)), TODAY)
    assert facts.known(after, Fact.PHONE).by is None
    assert facts.known(after, Fact.HOURS).by is by
    assert facts.vouched_on(after) is None
    assert after.confidence is service().confidence
    assert facts.merged(current, service(), TODAY).checks == current.checks


@pytest.mark.parametrize(
    ("incoming", "sure"),
    [
        pytest.param({"opening_hours": "Mo 09:00-10:00"}, True, id="of a fact that holds"),
        pytest.param({"email": "x@y.org"}, False, id="of one that nobody stands by any more"),
    ],
)
def test_a_record_stays_sure_until_a_word_of_it_goes(incoming, sure):
    low = service(confidence=Confidence.LOW)
    by = Checker.OWNER
    current = facts.checked(low, list(Fact), on=EARLIER, by=by, valid_until=LAPSED)
    current = facts.checked(current, [Fact.HOURS], on=TODAY, by=by)
    assert current.confidence is Confidence.HIGH
    after = facts.merged(current, replace(low, **incoming), TODAY)
    assert after.confidence is (Confidence.HIGH if sure else Confidence.LOW)


def test_no_confidential_place_keeps_its_address():
    address, point = Address(("MARKER 1",), "LS1 1AA"), Point(53.8, -1.5)
    secret = ServiceAtLocation("b", "Refuge", address, point, confidential_location=True)
    known = replace(secret, id="c", confidential_location=False)
    hostile = service(address=address, location=point, other_places=(secret, known))
    closed = facts.sealed(replace(hostile, confidential_location=True))
    assert (closed.address, closed.location) == (None, None)
    assert [place.address for place in closed.other_places] == [None, address]
    partly = facts.sealed(hostile)
    assert (partly.address, partly.other_places[0].location) == (address, None)
    assert facts.sealed(service()) == service()
