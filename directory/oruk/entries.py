"""Services, places and terms that everybody may see, and the ids they have there. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from directory.model import Point, Service, ServiceAtLocation
from directory.oruk import ids, taxonomies, writing
from directory.oruk.forms import Document
from directory.oruk.public import public
from directory.oruk.vocabulary import OURS
from directory.places import Gazetteer


@dataclass(frozen=True, slots=True)
class Moments:
    """When a service changed with us: *stored* for any reason, *edited* other than by an import.

    The two differ so that a record which only travelled through us keeps its publisher's date.
    """

    stored: datetime
    edited: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A service that everybody may see, its UUIDs, and its moments.

    *modified*: as the document says. *stirred*: when anything about it last happened with us.
    """

    service: Service
    id: str
    organization_id: str
    modified: datetime | None
    stirred: datetime | None


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where the service of the entry at *at* is offered, and its UUID.

    *point*: also where only the postcode tells it; None where nothing does.
    """

    id: str
    at: int
    place: ServiceAtLocation
    point: Point | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Taxonomies and terms by UUID, and which entries have each (both kinds), in order."""

    taxonomies: Mapping[str, Document]
    terms: Mapping[str, Document]
    having: Mapping[str, Sequence[int]]


def entries(services: Iterable[Service], moments: Mapping[str, Moments]) -> tuple[Entry, ...]:
    """Return the public ones of *services* in the order of their UUIDs; *moments* by our ids.

    That order is the same in every directory that they travel to.
    A UUID that an earlier service has already gives way to one of our own.
    """
    found: dict[str, Entry] = {}
    for service in services:
        shown = public(service)
        if shown is None:
            continue
        own = None if service.origin is None else ids.own(service.origin.id)
        ours = ids.of("service", service.id)
        entry_id = own if own is not None and own not in found else ours
        found[entry_id] = _entry(shown, entry_id, moments.get(service.id))
    return tuple(found[entry_id] for entry_id in sorted(found))


def spots(listed: Sequence[Entry], gazetteer: Gazetteer) -> tuple[Spot, ...]:
    """Return every place of *listed* that may be found, in the order of the services."""
    found: dict[str, Spot] = {}
    for at, entry in enumerate(listed):
        for spot_id, place in writing.places(entry.service, entry.id):
            found.setdefault(spot_id, Spot(spot_id, at, place, _point(place, gazetteer)))
    return tuple(found.values())


def organizations(listed: Iterable[Entry]) -> Mapping[str, Document]:
    """Return the organisations that run *listed*, by UUID; of each what its services tell."""
    found: dict[str, Document] = {}
    for entry in listed:
        new = writing.organization(entry.service, entry.organization_id)
        before = found.setdefault(entry.organization_id, new)
        if before["description"] == before["name"]:
            before["description"] = new["description"]
        if "website" in new:
            before.setdefault("website", new["website"])
    return found


def catalogue(listed: Iterable[Entry]) -> Catalogue:
    """Return the taxonomies and terms: all of ours, and those that sources put on *listed*."""
    by_id = {each["id"]: each for each in taxonomies.vocabularies()}
    known = {term.id: taxonomies.term(each, term) for each in OURS for term in each.terms.values()}
    having: dict[str, list[int]] = {}
    for at, entry in enumerate(listed):
        used = [document for _, document in taxonomies.terms(entry.service)]
        for document in used:
            known.setdefault(document["id"], document)
            if document.get("taxonomy") and document["taxonomy_id"] not in by_id:
                theirs = taxonomies.taxonomy_of(document["taxonomy"])
                by_id[theirs["id"]] = theirs
        of_them = (document.get("taxonomy_id") for document in used)
        for each in dict.fromkeys([*(document["id"] for document in used), *of_them]):
            if each is not None:
                having.setdefault(each, []).append(at)
    return Catalogue(by_id, known, having)


def _entry(shown: Service, entry_id: str, moments: Moments | None) -> Entry:
    run_by = ids.own(shown.organization_id) or ids.of(
        "organization", shown.organization_id or shown.organization
    )
    said = [shown.last_modified, None if moments is None else moments.edited]
    modified = max((each for each in said if each is not None), default=None)
    happened = [modified, None if moments is None else moments.stored]
    stirred = max((each for each in happened if each is not None), default=None)
    return Entry(shown, entry_id, run_by, modified, stirred)


def _point(place: ServiceAtLocation, gazetteer: Gazetteer) -> Point | None:
    if place.location is not None or place.address is None or place.address.postcode is None:
        return place.location
    found = gazetteer.find(place.address.postcode)
    return None if found is None else found.point
