"""Services as documents of Open Referral UK 3.0; the same service gives the same document. Pure.

Sources: the schemas of the official validator (V3.0-UK) and, where the UK profile dropped a field
that people need (phones, codes of languages, e-mail of contacts), HSDS 3.0: neither forbids
further fields. Optional fields without a value are left out.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from directory import schedules
from directory.index import language_name
from directory.model import (
    Address,
    Confidence,
    Contact,
    CostOption,
    Fact,
    Phone,
    Service,
    ServiceAtLocation,
    Status,
)
from directory.openings import scheduled_hours
from directory.oruk import extension, ids
from directory.oruk.forms import Document, filled, moment, uri
from directory.oruk.taxonomies import attributes
from directory.schedules import Schedule

VERSION = "HSDS-UK-3.0"
PROFILE = "https://github.com/OpenReferralUK/uk-profile/blob/main/docs/index.md"
# what a list shows of a service where only changes matter: the schemas require name and status
MINIMAL = ("id", "name", "status", "last_modified")
COUNTRY = "GB"  # ISO 3166-1, as HSDS asks

_STATUS = {Status.PAUSED: "temporarily closed", Status.CLOSED: "defunct"}
_FULL = "This service was full when this was written. Ask before you go."
_WITHHELD = "Nobody has checked this record yet, so it gives no phone number, hours or address."


def organization(service: Service, organization_id: str) -> Document:
    """Return the organisation that runs *service*.

    HSDS requires a description; where nobody gave one it is the name once more.
    """
    return filled(
        {
            "id": organization_id,
            "name": service.organization,
            "description": service.organization_description or service.organization,
            "website": uri(service.organization_url),
        }
    )


def short(
    service: Service, service_id: str, run_by: Document, modified: datetime | None
) -> Document:
    """Return *service* as lists show it: its own fields and the organisation *run_by*."""
    return filled(
        {
            "id": service_id,
            "organization_id": run_by["id"],
            "name": service.name,
            "alternate_name": service.alternate_name,
            "description": service.description,
            "url": uri(service.url),
            "email": service.email,
            "status": _STATUS.get(service.status, "active"),
            "application_process": service.referral_route,
            "eligibility_description": service.eligibility_description,
            "interpretation_services": service.interpretation,
            "fees": service.access.cost,
            "minimum_age": service.min_age,
            "maximum_age": service.max_age,
            "assured_date": _assured(service),
            "alert": _alert(service),
            "last_modified": moment(modified),
            "organization": run_by,
        }
    )


def full(
    service: Service, service_id: str, run_by: Document, modified: datetime | None
) -> Document:
    """Return *service* with everything that belongs to it."""
    head = short(service, service_id, run_by, modified)
    run_by = head.pop("organization")
    return filled(
        {
            **head,
            "phones": _phones(service.phones, service_id),
            "schedules": all_schedules(service, service_id),
            "service_areas": _areas(service, service_id),
            "service_at_locations": [
                _at_location(place, place_id, service_id, nested=True)
                for place_id, place in places(service, service_id)
            ],
            "languages": _languages(service, service_id),
            "organization": run_by,
            "cost_options": _cost_options(service.cost_options, service_id),
            "contacts": _contacts(service.contacts, service_id),
            "attributes": attributes(service, service_id),
            extension.KEY: extension.written(service),
        }
    )


def places(service: Service, service_id: str) -> list[tuple[str, ServiceAtLocation]]:
    """Return the places of *service* that may be shown and can be found, with their UUIDs."""
    found = []
    for at, place in enumerate(service.places):
        if place.confidential_location or (place.address is None and place.location is None):
            continue
        main = ids.within(service_id, "place")
        other = ids.own(place.id) or ids.within(service_id, f"place/{place.id}")
        found.append((main if at == 0 else other, place))
    return found


def at_location(
    place: ServiceAtLocation, place_id: str, service: Document, *, nested: bool
) -> Document:
    """Return a place where *service* (its document) is offered; *nested*: with the address."""
    found = _at_location(place, place_id, service["id"], nested=nested)
    kept = {name: value for name, value in service.items() if name != "service_at_locations"}
    return {**found, "service": kept}


def all_schedules(service: Service, service_id: str) -> list[Document]:
    """Return the schedules of *service*; those of another place name it."""
    found = _schedules(service.opening_hours, service.hours_note, service_id, {})
    for place_id, place in places(service, service_id)[0 if _is_nowhere(service) else 1 :]:
        there = {"service_at_location_id": place_id}
        found += _schedules(place.opening_hours, place.hours_note, place_id, there)
    return found


@lru_cache(maxsize=4_096)
def rows_of(expression: str) -> tuple[Schedule, ...]:
    """Return the schedules of an opening_hours *expression*, read once."""
    return scheduled_hours.from_opening_hours(expression)


def _assured(service: Service) -> str | None:
    """Return the day on which a person of ours vouched for all, else the publisher's own."""
    if service.confirmed_on is not None:
        return service.confirmed_on.isoformat()
    said = {check.fact: check.on for check in service.checks}
    if len(said) == len(Fact):
        return min(said.values()).isoformat()
    return None if service.assured_date is None else service.assured_date.isoformat()


def _alert(service: Service) -> str | None:
    told = []
    if service.status is Status.FULL:
        told.append(_FULL)
    if service.confidence is Confidence.LOW:
        told.append(_WITHHELD)
    return " ".join(told) or None


def _phones(phones: Iterable[Phone], parent: str) -> list[Document]:
    return [
        filled(
            {
                "id": ids.within(parent, f"phone/{at}"),
                "number": each.number,
                "description": each.label,
            }
        )
        for at, each in enumerate(phones)
    ]


def _schedules(
    hours: str | None, note: str | None, parent: str, link: Mapping[str, str]
) -> list[Document]:
    """Return the rows of *hours*, and one for the words of *note*."""
    found = list(rows_of(hours)) if hours else []
    if note:
        found.append(Schedule(notes=note))
    return [
        {"id": ids.within(parent, f"schedule/{at}"), **link, **schedules.row(each)}
        for at, each in enumerate(found)
    ]


def _is_nowhere(service: Service) -> bool:
    main = service.places[0]
    return main.confidential_location or (main.address is None and main.location is None)


def _areas(service: Service, service_id: str) -> list[Document]:
    if not service.area:
        return []
    area_id = ids.within(service_id, "area")
    return [{"id": area_id, "name": service.area, "service_area": service.area}]


def _at_location(
    place: ServiceAtLocation, place_id: str, service_id: str, *, nested: bool
) -> Document:
    location_id = ids.within(place_id, "location")
    location: Document = {
        "id": location_id,
        "location_type": "physical",
        "name": place.name,
        "latitude": None if place.location is None else place.location.lat,
        "longitude": None if place.location is None else place.location.lon,
    }
    if nested:
        location |= {
            "addresses": [] if place.address is None else [_address(place.address, location_id)],
            "phones": _phones(place.phones, location_id),
            "accessibility": [
                {"id": ids.within(location_id, f"accessibility/{at}"), "description": each}
                for at, each in enumerate(place.accessibility)
            ],
        }
    return {
        "id": place_id,
        "service_id": service_id,
        "location_id": location_id,
        "location": filled(location),
    }


def _address(address: Address, location_id: str) -> Document:
    """Return *address*: its last part is the town. Required fields that nobody gave are empty."""
    parts = [part.strip() for line in address.lines for part in line.split(",")]
    lines = tuple({part.casefold(): part for part in parts if part}.values())
    street, town = lines[:-1], lines[-1:]
    if not street:
        street, town = town, ()
    return {
        "id": ids.within(location_id, "address"),
        "address_1": ", ".join(street),
        "city": "".join(town),
        "state_province": "",
        "postal_code": address.postcode or "",
        "country": COUNTRY,
        "address_type": "physical",
    }


def _languages(service: Service, service_id: str) -> list[Document]:
    return [
        {
            "id": ids.within(service_id, f"language/{each}"),
            "name": language_name(each) or each,
            "code": each,
        }
        for each in dict.fromkeys(service.languages)
    ]


def _cost_options(options: Iterable[CostOption], service_id: str) -> list[Document]:
    rows = [
        filled({"option": each.option, "amount_description": each.amount_description})
        | ({} if each.amount is None else _amount(each.amount))
        for each in options
    ]
    return [
        {"id": ids.within(service_id, f"cost/{at}"), **row}
        for at, row in enumerate(row for row in rows if row)
    ]


def _amount(pounds: Decimal) -> dict[str, float]:
    """Return the amount as a JSON number, a whole one without a fraction."""
    if not pounds.is_finite():
        return {}
    return {"amount": int(pounds) if pounds == pounds.to_integral_value() else float(pounds)}


def _contacts(contacts: Iterable[Contact], service_id: str) -> list[Document]:
    """Return desks and functions; a contact without any word or number is left out."""
    found: list[Document] = []
    for each in contacts:
        contact_id = ids.within(service_id, f"contact/{len(found)}")
        phones = _phones(each.phones, contact_id)
        row = filled({"title": each.title, "email": each.email, "phones": phones})
        if row:
            found.append({"id": contact_id, **row})
    return found
