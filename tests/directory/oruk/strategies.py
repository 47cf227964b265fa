"""Services of every kind, as far as a pack, an import or a person could have made them."""

import string
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from hypothesis import strategies as st

from directory.model import (
    ANYONE,
    Access,
    Address,
    Audience,
    Channel,
    Check,
    Checker,
    Confidence,
    Contact,
    CostOption,
    Fact,
    Gender,
    Origin,
    Phone,
    Point,
    Referral,
    Service,
    ServiceAtLocation,
    Source,
    Status,
    TaxonomyTerm,
)
from directory.needs import NEEDS, STAGES

WORDS = st.lists(
    st.text(string.ascii_letters + "éłşğ" + "сыр" + "نان", min_size=1, max_size=8),
    min_size=1,
    max_size=4,
).map(" ".join)
LINES = st.text(string.ascii_letters, min_size=2, max_size=12).map(str.title)
DAYS = st.dates(date(2015, 1, 1), date(2026, 11, 1))
MOMENTS = st.datetimes(
    datetime(2015, 1, 1),  # noqa: DTZ001  (the strategy wants them without a zone)
    datetime(2026, 11, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
).map(lambda each: each.replace(microsecond=0))
NUMBERS = st.integers(0, 999).map(lambda n: f"+441134960{n:03}")  # Ofcom's for drama
PHONES = st.lists(
    st.builds(
        Phone, number=NUMBERS, label=st.sampled_from([None, "Office (2019)", "Asylum helpline"])
    ),
    max_size=3,
    unique_by=lambda phone: phone.number,
).map(tuple)
HOURS = st.sampled_from(
    [
        "Mo-Fr 09:30-17:00",
        "Mo,We 10:00-12:00,13:00-15:00; Sa 09:00-11:00",
        "Tu[2] 14:00-16:00",
        "24/7",
        "Mo-Fr 09:00-17:00; PH off",
        "Apr-Sep: Mo-Fr 09:00-17:00",
        "Fr 22:00-02:00",
    ]
)
POINTS = st.builds(Point, st.floats(53.7, 53.9), st.floats(-1.7, -1.4))
POSTCODES = st.sampled_from(["LS9 8AA", "LS1 3BR", "LS2 8BB"])
ADDRESSES = st.builds(
    Address,
    lines=st.lists(LINES, min_size=2, max_size=4, unique_by=str.casefold).map(tuple),
    postcode=st.none() | POSTCODES,
)
EMAILS = st.sampled_from(["info@example.org", "housing.team@example.com"])
URLS = st.sampled_from(
    ["https://example.org", "https://example.org/a?b=c#d", "http://sub.example.co.uk/x_y/"]
)
UUIDS = st.uuids().map(str)


def _places():
    return st.builds(
        ServiceAtLocation,
        id=UUIDS,
        name=st.none() | LINES,
        address=ADDRESSES,
        location=st.none() | POINTS,
        confidential_location=st.just(False),
        opening_hours=st.none() | HOURS,
        hours_note=st.none() | WORDS,
        phones=PHONES,
        accessibility=st.lists(WORDS, max_size=2, unique=True).map(tuple),
    )


def _terms():
    return st.builds(
        TaxonomyTerm,
        id=UUIDS,
        name=LINES,
        taxonomy=st.none() | st.sampled_from(["Council categories", "Circumstances"]),
        uri=st.none() | URLS,
    )


def _unique(values, most):
    return st.lists(st.sampled_from(list(values)), max_size=most, unique=True).map(tuple)


def _optional(values):
    return st.none() | values


def _filled(**given):
    """Return each field's strategy; one that is forgotten here fails."""
    names = {field.name for field in fields(Service)}
    assert set(given) == names, names ^ set(given)
    return given


def services(**given):
    """Return a strategy of services that a pack or an import could have made."""
    known = _filled(
        id=st.from_regex(r"[a-z]{3,8}-[0-9]{1,6}", fullmatch=True),
        name=LINES,
        organization=LINES,
        organization_url=_optional(URLS),
        description=WORDS,
        needs=_unique(NEEDS, 4).filter(bool),
        eligibility=_unique((*STAGES, ANYONE), 3),
        gender=st.sampled_from(Gender),
        min_age=_optional(st.integers(0, 30)),
        max_age=_optional(st.integers(31, 100)),
        languages=_unique(("ar", "fa-AF", "pl", "ti", "zh-Hans"), 3),
        access=st.builds(
            Access,
            _optional(st.booleans()),
            _optional(st.sampled_from(Referral)),
            _optional(st.booleans()),
            _optional(st.sampled_from(["free", "£2 a class"])),
        ),
        channels=_unique(Channel, 3),
        phones=PHONES,
        email=_optional(EMAILS),
        url=_optional(URLS),
        address=_optional(ADDRESSES),
        location=_optional(POINTS),
        opening_hours=_optional(HOURS),
        hours_note=_optional(WORDS),
        area=LINES,
        sources=st.lists(
            st.builds(Source, URLS, _optional(st.just("2024-04")), _unique(("hours", "phone"), 2)),
            max_size=2,
        ).map(tuple),
        confidence=st.sampled_from(Confidence),
        note=_optional(WORDS),
        audience=st.just(Audience.PUBLIC),
        status=st.sampled_from(Status),
        referrer_note=_optional(WORDS),
        confidential_location=st.booleans(),
        confirmed_on=_optional(DAYS),
        alternate_name=_optional(LINES),
        organization_id=_optional(UUIDS),
        organization_description=_optional(WORDS),
        eligibility_description=_optional(WORDS),
        referral_route=_optional(WORDS),
        who_may_refer=_optional(WORDS),
        interpretation=_optional(WORDS),
        status_date=_optional(DAYS),
        assured_date=_optional(DAYS),
        last_modified=_optional(MOMENTS),
        valid_until=_optional(DAYS),
        accessibility=st.lists(LINES, max_size=2, unique=True).map(tuple),
        cost_options=st.lists(
            st.builds(
                CostOption,
                _optional(LINES),
                st.integers(0, 10_000).map(lambda pence: Decimal(pence) / 100),
                _optional(LINES),
            ),
            max_size=2,
        ).map(tuple),
        contacts=st.lists(
            st.builds(
                Contact,
                st.sampled_from(["Reception", "Advice team"]),
                _optional(EMAILS),
                PHONES.filter(bool),
            ),
            max_size=2,
            unique=True,
        ).map(tuple),
        terms=st.lists(_terms(), max_size=2, unique_by=lambda term: term.id).map(tuple),
        other_places=st.lists(_places(), max_size=2, unique_by=lambda p: p.id).map(tuple),
        checks=st.lists(
            st.builds(Check, st.sampled_from(Fact), DAYS, st.sampled_from(Checker)),
            max_size=2,
            unique_by=lambda check: check.fact,
        ).map(tuple),
        origin=_optional(st.builds(Origin, st.just("council"), UUIDS)),
        doubted_on=_optional(DAYS),
    )
    return st.builds(Service, **(known | given))


def directories(**given):
    """Return a strategy of a few services with different ids, here and at their sources."""
    return st.lists(
        services(**given),
        max_size=4,
        unique_by=(lambda each: each.id, _origin),
    )


def _origin(service):
    return UUID(service.origin.id) if service.origin else service.id
