"""Checked records of a pack to services and helplines, and services back to records. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from directory.facts import sealed
from directory.model import (
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
    Helpline,
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
from directory.records import (
    AccessRow,
    CheckRow,
    CostRow,
    HelplineRow,
    PhoneRow,
    PlaceRow,
    ServiceRow,
    SourceRow,
)

_SERVICE = TypeAdapter(Service)


def service(row: ServiceRow) -> Service:
    """Return the service that a checked record is about."""
    return replace(
        _least(row),
        alternate_name=row.alternate_name,
        organization_id=row.organization_id,
        organization_description=row.organization_description,
        eligibility_description=row.eligibility_description,
        referral_route=row.referral_route,
        who_may_refer=row.who_may_refer,
        interpretation=row.interpretation,
        status_date=_day(row.status_date),
        assured_date=_day(row.assured_date),
        last_modified=datetime.fromisoformat(row.last_modified) if row.last_modified else None,
        valid_until=_day(row.valid_until),
        accessibility=tuple(row.accessibility),
        cost_options=tuple(_cost(each) for each in row.cost_options),
        contacts=tuple(Contact(c.title, c.email, _phones(c.phone)) for c in row.contacts),
        terms=tuple(TaxonomyTerm(t.id, t.name, t.taxonomy, t.uri) for t in row.terms),
        other_places=tuple(_place(each) for each in row.other_places),
        checks=tuple(_check(each) for each in row.checks),
        origin=None if row.origin is None else Origin(row.origin.source, row.origin.id),
    )


def _least(row: ServiceRow) -> Service:
    """Return the service with what every record says."""
    return Service(
        id=row.id,
        name=row.name,
        organization=row.organization,
        organization_url=row.organization_url,
        description=row.description,
        needs=tuple(row.needs),
        eligibility=tuple(row.eligibility),
        gender=Gender(row.gender),
        min_age=row.min_age,
        max_age=row.max_age,
        languages=tuple(row.languages),
        access=_access(row.access),
        channels=tuple(map(Channel, row.channels)),
        phones=_phones(row.phone),
        email=row.email,
        url=row.url,
        address=_address(row),
        location=_point(row),
        opening_hours=row.opening_hours,
        hours_note=row.hours_note,
        area=row.area,
        sources=_sources(row.sources),
        confidence=Confidence(row.confidence),
        note=row.note,
        audience=Audience(row.audience),
        status=Status(row.status),
        referrer_note=row.referrer_note,
        confidential_location=row.confidential_location,
        confirmed_on=_day(row.verified),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _address(row: "ServiceRow | PlaceRow") -> Address | None:
    address = row.address
    return None if address is None else Address(tuple(address.lines), address.postcode)


def _point(row: "ServiceRow | PlaceRow") -> Point | None:
    return None if row.lat is None or row.lon is None else Point(row.lat, row.lon)


def _phones(rows: Iterable[PhoneRow]) -> tuple[Phone, ...]:
    return tuple(Phone(row.number, row.label) for row in rows)


def _cost(row: CostRow) -> CostOption:
    amount = None if row.amount is None else Decimal(row.amount)
    return CostOption(row.option, amount, row.amount_description)


def _place(row: PlaceRow) -> ServiceAtLocation:
    return ServiceAtLocation(
        row.id,
        row.name,
        _address(row),
        _point(row),
        confidential_location=row.confidential_location,
        opening_hours=row.opening_hours,
        hours_note=row.hours_note,
        phones=_phones(row.phone),
        accessibility=tuple(row.accessibility),
    )


def _check(row: CheckRow) -> Check:
    return Check(Fact(row.fact), date.fromisoformat(row.on), Checker(row.by), _day(row.valid_until))


def _access(row: AccessRow) -> Access:
    referral = None if row.referral is None else Referral(row.referral)
    return Access(row.walk_in, referral, row.appointment, row.cost)


def _sources(rows: Iterable[SourceRow]) -> tuple[Source, ...]:
    """Return the sources that can be looked up: those with an address."""
    return tuple(
        Source(row.url, row.stated_date, tuple(row.facts)) for row in rows if row.url is not None
    )


def helpline(row: HelplineRow) -> Helpline:
    """Return the helpline that a checked record is about."""
    return Helpline(
        id=row.id,
        name=row.name,
        organization=row.organization,
        needs=tuple(row.needs),
        number=row.number,
        text_number=row.text_number,
        text_keyword=row.text_keyword,
        url=row.url,
        hours=row.hours,
        languages_note=row.languages_note,
        free=row.free,
        description=row.description,
        area=row.area,
        sources=_sources(row.sources),
        confidence=Confidence(row.confidence),
    )


# what a record may leave out, with what it then means
_OPTIONAL: dict[str, Any] = {
    name: field.get_default(call_default_factory=True)
    for name, field in ServiceRow.model_fields.items()
    if not field.is_required()
}


def row_of(service: Service) -> dict[str, Any]:
    """Return the record of *service* for services.json: JSON values (Any).

    Of a confidential location it has no address. Since when the service is doubted is not a
    fact of it and stays out.
    """
    known = sealed(service)
    record = _SERVICE.dump_python(known, mode="json", exclude={"doubted_on"})
    record.update(_moved(record))
    for place in record["other_places"]:
        place.update(_moved(place))
    for contact in record["contacts"]:
        contact["phone"] = contact.pop("phones")
    record["verified"] = record.pop("confirmed_on")
    return {
        name: value
        for name, value in record.items()
        if name not in _OPTIONAL or value != _OPTIONAL[name]
    }


def _moved(record: dict[str, Any]) -> dict[str, Any]:
    """Return what a record names otherwise than the model; the model's names are taken out."""
    point = record.pop("location") or {"lat": None, "lon": None}
    return {"phone": record.pop("phones"), **point}
