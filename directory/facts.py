"""Facts of a service: which fields hold each, who says so, and what an import may change. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from directory.model import Audience, Check, Checker, Confidence, Fact, Service, Source

# what one person's word is about; whatever is in no group belongs to nobody but the source
FIELDS: Mapping[Fact, tuple[str, ...]] = {
    Fact.SERVICES: (
        "name",
        "alternate_name",
        "description",
        "organization",
        "organization_url",
        "organization_description",
        "needs",
        "languages",
        "interpretation",
        "audience",
        "channels",
        "contacts",
        "note",
    ),
    Fact.ELIGIBILITY: ("eligibility", "eligibility_description", "gender", "min_age", "max_age"),
    Fact.ACCESS: ("access", "referral_route", "who_may_refer", "referrer_note", "accessibility"),
    Fact.COST: ("cost_options",),
    Fact.HOURS: ("opening_hours", "hours_note"),
    Fact.ADDRESS: ("address", "location", "area", "confidential_location", "other_places"),
    Fact.PHONE: ("phones",),
    Fact.EMAIL: ("email",),
    Fact.URL: ("url",),
    Fact.STATUS: ("status", "status_date", "valid_until"),
}
_OF_A_PERSON = ("confirmed_on", "checks", "doubted_on")


@dataclass(frozen=True, slots=True)
class Known:
    """Who says that a fact is right, and when: a person of ours or a *source*.

    *stated*: a day (``2026-11-22``) or what the source says of itself (``2024-04``); None where
    it says nothing.
    """

    stated: str | None
    by: Checker | None = None
    source: Source | None = None


def fact_of(field: str) -> Fact | None:
    """Return the fact that *field* of a service belongs to, None if it is no such field."""
    return next((fact for fact, fields in FIELDS.items() if field in fields), None)


def known(service: Service, fact: Fact) -> Known:
    """Return the best word for *fact*: a person's newest one, else the source that names it.

    Sources are in the order of the data set, the best first; one that lists no facts speaks
    for all.
    """
    said = [check for check in service.checks if check.fact is fact]
    newest = max(said, key=lambda check: check.on, default=None)
    confirmed = service.confirmed_on
    if newest is not None and (confirmed is None or newest.on >= confirmed):
        return Known(newest.on.isoformat(), by=newest.by)
    if confirmed is not None:
        return Known(confirmed.isoformat(), by=Checker.COORDINATOR)
    naming = [s for s in service.sources if not s.facts or fact.value in s.facts]
    source = next(iter(naming or service.sources), None)
    return Known(None if source is None else source.stated_date, source=source)


def checked(
    service: Service,
    facts: Collection[Fact],
    *,
    on: date,
    by: Checker,
    valid_until: date | None = None,
) -> Service:
    """Return *service* with a person's word for *facts*; an earlier one for them goes.

    When every fact that has a value is vouched for, the record is of high confidence.
    """
    kept = tuple(check for check in service.checks if check.fact not in facts)
    new = tuple(Check(fact, on, by, valid_until) for fact in Fact if fact in facts)
    said = replace(service, checks=(*kept, *new))
    whole = {check.fact for check in said.checks} == set(Fact)
    return replace(said, confidence=Confidence.HIGH) if whole else said


def vouched_on(service: Service) -> date | None:
    """Return the day on which a person last stood by every fact of *service*, None if none did.

    Where the facts were checked on several days, the first of these.
    """
    days = {check.fact: check.on for check in service.checks}
    whole = [min(days.values())] if set(days) == set(Fact) else []
    if service.confirmed_on is not None:
        whole.append(service.confirmed_on)
    return max(whole, default=None)


def is_held(service: Service, fact: Fact, today: date) -> bool:
    """Say whether a person vouched for *fact* and that still holds on *today*.

    Of what a person made secret, or stood by as such, the word never runs out: an import that
    tells a refuge's address, or shows everybody what is for staff, does harm.
    """
    if service.confirmed_on is not None:
        return True
    said = [check for check in service.checks if check.fact is fact]
    if said and _is_secret(service, fact):
        return True
    return any(check.valid_until is None or check.valid_until >= today for check in said)


def _is_secret(service: Service, fact: Fact) -> bool:
    if fact is Fact.ADDRESS:
        return any(place.confidential_location for place in service.places)
    return fact is Fact.SERVICES and service.audience is not Audience.PUBLIC


def merged(current: Service, incoming: Service, today: date) -> Service:
    """Return what an import may make of *current*: *incoming*, but not where a person spoke.

    A record whose every fact a person confirmed stays as it is. Only a place that the source
    keeps secret becomes secret whatever anybody said. A word that has run out goes as soon as
    its fact changes: nobody has checked the new one.
    """
    if current.confirmed_on is not None:
        return _as_secret(current, incoming)
    held = [fact for fact in Fact if is_held(current, fact, today)]
    names = [*_OF_A_PERSON, *(name for fact in held for name in FIELDS[fact])]
    service = replace(incoming, **{name: getattr(current, name) for name in names})
    service = _as_secret(sealed(service), incoming)
    checks = tuple(
        check
        for check in current.checks
        if check.fact in held
        or all(getattr(service, name) == getattr(current, name) for name in FIELDS[check.fact])
    )
    if held and checks == current.checks and current.confidence is Confidence.HIGH:
        return replace(service, confidence=current.confidence)
    return service if checks == current.checks else replace(service, checks=checks)


def _as_secret(service: Service, incoming: Service) -> Service:
    """Return *service* without the places that *incoming* keeps secret."""
    secret = {place.id for place in incoming.places if place.confidential_location}
    if not secret:
        return service
    others = tuple(
        replace(place, confidential_location=True) if place.id in secret else place
        for place in service.other_places
    )
    confidential = service.confidential_location or incoming.confidential_location
    return sealed(replace(service, confidential_location=confidential, other_places=others))


PLACE_FIELDS = ("address", "location", "other_places")


def sealed(service: Service) -> Service:
    """Return *service* without the address and the point of every confidential location.

    The one rule of confidential locations, for whatever stores services or makes them ready
    to be shown: what is not there cannot be told.
    """
    others = tuple(
        replace(place, address=None, location=None) if place.confidential_location else place
        for place in service.other_places
    )
    if not service.confidential_location and others == service.other_places:
        return service
    if not service.confidential_location:
        return replace(service, other_places=others)
    return replace(service, address=None, location=None, other_places=others)
