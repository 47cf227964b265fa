"""What Open Referral UK has no field for, under the key ``fingerpost`` of a service. Pure.

A record can say by it that its directory withheld contact, or found it good enough to give. Nobody
can call its own record confirmed by it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit

from directory.hours import readable
from directory.model import (
    Access,
    Channel,
    Confidence,
    Gender,
    Referral,
    Service,
    Source,
    Status,
)
from directory.oruk import clean
from directory.oruk.vocabulary import NEED_TAXONOMY, STAGE_TAXONOMY, of_ours

KEY = "fingerpost"
# the source of a fact that a person of ours checked: who it was stays with us
CONFIRMED = "urn:fingerpost:confirmed"
_MOST, _LONGEST = 100, 500  # sources of a record; characters of a text
_Choice = TypeVar("_Choice", bound=StrEnum)
Extension = Mapping[str, Any]  # JSON of strangers: every value is looked at before it is used


def written(service: Service) -> dict[str, object]:
    """Return the extension of a service that is already `public`; nothing in it is empty.

    *channels* and *sources* are always there: they may hold none.
    """
    access = service.access
    found: dict[str, object | None] = {
        "status": service.status.value,
        "status_date": _iso(service.status_date),
        "valid_until": _iso(service.valid_until),
        "gender": None if service.gender is Gender.ANY else service.gender.value,
        "walk_in": access.walk_in,
        "referral": None if access.referral is None else access.referral.value,
        "appointment": access.appointment,
        "who_may_refer": service.who_may_refer,
        "channels": [each.value for each in service.channels],
        "opening_hours": service.opening_hours,
        "hours_note": service.hours_note,
        "accessibility": list(service.accessibility) or None,
        "confidential_location": service.confidential_location,
        "contact_withheld": service.confidence is Confidence.LOW,
        "sources": _sources(service),
    }
    return {name: value for name, value in found.items() if value is not None}


def restored(service: Service, document: Mapping[str, Any]) -> Service:
    """Return *service*, as read from the standard's fields of *document*, with what we put beside.

    Another's document comes back as it is. What cannot be used is passed over.
    """
    given = document.get(KEY)
    if not isinstance(given, Mapping):
        return service
    whole = _with_hours(_with_sources(_with_facts(service, document, given), given), given)
    return _with_terms(whole, document)


def _with_facts(service: Service, document: Mapping[str, Any], given: Extension) -> Service:
    secret = service.confidential_location or given.get("confidential_location") is True
    access = service.access
    return replace(
        service,
        status=_choice(Status, given, "status") or service.status,
        status_date=_day(given, "status_date") or service.status_date,
        valid_until=_day(given, "valid_until") or service.valid_until,
        gender=_choice(Gender, given, "gender") or service.gender,
        who_may_refer=_text(given, "who_may_refer") or service.who_may_refer,
        channels=_channels(given) if "channels" in given else service.channels,
        accessibility=_texts(given, "accessibility") or service.accessibility,
        confidential_location=secret,
        confidence=_confidence(given) or service.confidence,
        email=service.email or _email(document, given),
        access=Access(
            _flag(given, "walk_in", access.walk_in),
            _choice(Referral, given, "referral") or access.referral,
            _flag(given, "appointment", access.appointment),
            access.cost,
        ),
    )


def _confidence(given: Extension) -> Confidence | None:
    withheld = given.get("contact_withheld")
    if not isinstance(withheld, bool):
        return None
    return Confidence.LOW if withheld else Confidence.MEDIUM


def _email(document: Mapping[str, Any], given: Extension) -> str | None:
    """Return the mailbox of the service: another Fingerpost has seen that it is no person's."""
    written = _text(document, "email")
    return clean.email(written) if written and given.get("contact_withheld") is False else None


def _with_hours(service: Service, given: Extension) -> Service:
    """Return *service* with hours and note as they were before they became schedules."""
    hours = _text(given, "opening_hours")
    if hours is None or not readable(hours):
        return service
    return replace(service, opening_hours=hours, hours_note=_text(given, "hours_note"))


def _with_terms(service: Service, document: Mapping[str, Any]) -> Service:
    """Return *service* with the needs and stages of our terms, in their order, and no others."""
    rows = document.get("attributes")
    ids_of = [_term_id(each) for each in rows[:_MOST]] if isinstance(rows, list) else []
    found = [ours for each in ids_of if (ours := of_ours(each)) is not None]
    needs = tuple(term.key for taxonomy, term in found if taxonomy is NEED_TAXONOMY)
    stages = tuple(term.key for taxonomy, term in found if taxonomy is STAGE_TAXONOMY)
    kept = tuple(each for each in service.terms if of_ours(each.id) is None)
    return replace(service, needs=needs or service.needs, eligibility=stages, terms=kept)


def _term_id(attribute: object) -> str:
    term = attribute.get("taxonomy_term") if isinstance(attribute, Mapping) else None
    found = term.get("id") if isinstance(term, Mapping) else None
    return found if isinstance(found, str) else ""


def _with_sources(service: Service, given: Extension) -> Service:
    rows = given.get("sources")
    if not isinstance(rows, list):
        return service
    found = [
        Source(url, _text(each, "stated_date"), _texts(each, "facts"))
        for each in rows[:_MOST]
        if isinstance(each, Mapping)
        and (url := _text(each, "url")) is not None
        and (url == CONFIRMED or urlsplit(url).scheme in {"http", "https"})
    ]
    return replace(service, sources=tuple(found))


def _sources(service: Service) -> list[dict[str, object]]:
    """Return where the facts are from, a person's word first: for it, no name and no role."""
    checks: dict[date, list[str]] = {}
    for check in service.checks:
        checks.setdefault(check.on, []).append(check.fact.value)
    said = [
        Source(CONFIRMED, day.isoformat(), tuple(sorted(facts)))
        for day, facts in sorted(checks.items(), reverse=True)
    ]
    return [_source(each) for each in (*said, *service.sources)]


def _source(source: Source) -> dict[str, object]:
    row: dict[str, object] = {"url": source.url}
    if source.stated_date:
        row["stated_date"] = source.stated_date
    if source.facts:
        row["facts"] = list(source.facts)
    return row


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _text(given: Extension, name: str) -> str | None:
    value = given.get(name)
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST else None


def _texts(given: Extension, name: str) -> tuple[str, ...]:
    value = given.get(name)
    rows = value[:_MOST] if isinstance(value, list) else []
    return tuple(each for each in rows if isinstance(each, str) and 0 < len(each) <= _LONGEST)


def _flag(given: Extension, name: str, otherwise: bool | None) -> bool | None:
    value = given.get(name)
    return value if isinstance(value, bool) else otherwise


def _day(given: Extension, name: str) -> date | None:
    try:
        return date.fromisoformat(_text(given, name) or "")
    except ValueError:
        return None


def _choice(kind: type[_Choice], given: Extension, name: str) -> _Choice | None:
    value = given.get(name)
    return kind(value) if isinstance(value, str) and value in set(kind) else None


def _channels(given: Extension) -> tuple[Channel, ...]:
    return tuple(Channel(each) for each in _texts(given, "channels") if each in set(Channel))
