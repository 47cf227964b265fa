"""Where a published service is: addresses, points, accessibility; masked ones stay masked. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from directory.model import Address, Point, ServiceAtLocation
from directory.oruk import clean, hours, reaching, values
from directory.oruk.hours import Hours
from directory.oruk.notes import Left, Notes
from directory.oruk.values import Record

# the British Isles, as in directory.source
_SOUTH, _NORTH, _WEST, _EAST = 49.0, 61.0, -9.0, 2.5
_LINE, _MOST_LINES = 50, 5  # as in directory.fields
_NAME, _ACCESS, _MOST_ACCESS = 120, 160, 10
_MOST_PLACES = 20
_ACCESSIBILITY = ("accessibility", "accessibilities", "accessibility_for_disabilities")
_NOWHERE = {"virtual", "postal"}  # HSDS location_type: no place to go to


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a service is offered, the main place first; *area*: what may be said of a hidden one.

    *virtual*: a location of it is online.
    """

    places: tuple[ServiceAtLocation, ...]
    area: str | None
    virtual: bool


def read(record: Record, names: str, notes: Notes, on: hours.On, *, secret: bool) -> Placed:
    """Return the places of *record*; *secret*: of none may be said where it is.

    *names*: those of the service and its organisation.
    """
    found: list[ServiceAtLocation] = []
    areas: list[str] = []
    virtual = False
    for link, location in list(_locations(record))[:_MOST_PLACES]:
        if values.text(location, "location_type").lower() in _NOWHERE:
            virtual = virtual or values.text(location, "location_type").lower() == "virtual"
            continue
        masked = values.flag(location, "mask_exact_address") is True
        if masked:
            notes.add(Left.MASKED)
        place = _place(link, location, record, notes, on, names)
        if not secret:
            areas.append(_area(location, hidden=masked))
        found.append(_hidden(place) if secret or masked else place)
    if secret and found:
        notes.add(Left.CONFIDENTIAL)
    # a place that can be shown is the main one
    found.sort(key=lambda each: each.confidential_location)
    return Placed(tuple(found), next((area for area in areas if area), None), virtual)


def _locations(record: Record) -> Iterator[tuple[Record, Record]]:
    """Yield each service_at_location with its location; Outpost has locations alone."""
    for link in values.rows(record, "service_at_locations"):
        yield link, values.child(link, "location")
    for location in values.rows(record, "locations"):
        yield {}, location


def _place(
    link: Record, location: Record, record: Record, notes: Notes, on: hours.On, names: str
) -> ServiceAtLocation:
    link_id = values.text(link, "id")
    own: Hours = hours.of_place(record, link, location, link_id, on)
    name = clean.shortened(clean.line(values.text(location, "name")), _NAME) or None
    address = _address(location, notes)
    return ServiceAtLocation(
        id=link_id or values.text(location, "id"),
        name=name,
        address=address,
        location=_point(location, notes),
        confidential_location=False,
        opening_hours=own.expression,
        hours_note=own.note,
        phones=reaching.phones(values.rows(location, "phones"), names, notes),
        accessibility=_accessibility(location),
    )


def _hidden(place: ServiceAtLocation) -> ServiceAtLocation:
    """Return *place* with nothing that tells where it is."""
    return ServiceAtLocation(
        id=place.id,
        name=None,
        address=None,
        location=None,
        confidential_location=True,
        opening_hours=place.opening_hours,
    )


def _area(location: Record, *, hidden: bool) -> str:
    """Return the town, or of a hidden place no more than the first half of its postcode."""
    address = next(_addresses(location), {})
    first = clean.outcode(values.text(address, "postal_code", "postcode"))
    if hidden:
        return first or ""
    return clean.shortened(clean.line(values.text(address, "city")), _ACCESS) or first or ""


def _addresses(location: Record) -> Iterator[Record]:
    """Yield the addresses, the physical ones first; Outpost has the fields on the location."""
    rows = list(values.rows(location, "addresses", "physical_addresses"))
    rows.sort(key=lambda row: values.text(row, "address_type").lower() == "postal")
    yield from rows
    if values.text(location, "address_1", "postal_code"):
        yield location


def _address(location: Record, notes: Notes) -> Address | None:
    row = next(_addresses(location), None)
    if row is None:
        return None
    written = values.text(row, "postal_code", "postcode")
    postcode = clean.postcode(written)
    if written and postcode is None and clean.outcode(written) is None:
        notes.add(Left.POSTCODE)
    elif written and postcode is None and clean.outcode(written) != written.upper():
        notes.add(Left.POSTCODE)  # "LU7 ONY": the first half alone is right
    lines = _lines(
        (values.text(row, "address_1"), values.text(row, "address_2"), values.text(row, "city")),
        postcode,
        notes,
    )
    return Address(lines, postcode) if lines else None


def _lines(parts: Iterable[str], postcode: str | None, notes: Notes) -> tuple[str, ...]:
    """Return *parts*, split at commas and line breaks, each once and without the postcode."""
    found: dict[str, str] = {}
    for part in parts:
        for piece in re.split(r"[,\n\r]+", clean.plain(part)):
            bare = " ".join(piece.split())
            if not bare or (postcode and clean.postcode(bare) == postcode):
                continue
            short = clean.shortened(bare, _LINE)
            if short != bare:
                notes.add(Left.SHORTENED)
            found.setdefault(short.casefold(), short)
    lines = tuple(found.values())
    # the town, last, is never what goes
    return lines if len(lines) <= _MOST_LINES else (*lines[: _MOST_LINES - 1], lines[-1])


def _point(location: Record, notes: Notes) -> Point | None:
    lat = values.number(location, "latitude")
    lon = values.number(location, "longitude")
    pair = values.child(location, "geometry").get("coordinates")
    if (lat is None or lon is None) and isinstance(pair, list) and len(pair) == 2:  # noqa: PLR2004
        # GeoJSON: longitude first (RFC 7946 section 3.1.1)
        at = {"lon": pair[0], "lat": pair[1]}
        lat, lon = values.number(at, "lat"), values.number(at, "lon")
    if lat is None or lon is None:
        return None
    if _is_here(lat, lon):
        return Point(lat, lon)
    if _is_here(lon, lat):
        notes.add(Left.TURNED)
        return Point(lon, lat)
    notes.add(Left.NO_POINT)
    return None


def _is_here(lat: float, lon: float) -> bool:
    return _SOUTH <= lat <= _NORTH and _WEST <= lon <= _EAST


def _accessibility(location: Record) -> tuple[str, ...]:
    rows = values.rows(location, *_ACCESSIBILITY)
    texts = (values.text(row, "description", "accessibility", "name") for row in rows)
    short = (clean.shortened(clean.line(each), _ACCESS) for each in texts)
    return tuple(dict.fromkeys(each for each in short if each))[:_MOST_ACCESS]
