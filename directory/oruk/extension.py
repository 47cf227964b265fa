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
_MOST, _MOST_ACCESS = 100, 10  # sources or terms of a record; ways in
_NOTE, _HOURS, _ACCESS, _LINE, _URL = 300, 160, 160, 50, 500  # UTF-16 units, as in directory.fields
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
    whole = _with_hours(_with_sources(_with_facts(service, given), given), given)
    return _with_terms(whole, document)


def _with_facts(service: Service, given: Extension) -> Service:
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
        accessibility=_texts(given, "accessibility", _ACCESS)[:_MOST_ACCESS]
        or service.accessibility,
        confidential_location=secret,
        confidence=_confidence(given) or service.confidence,
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


def _with_hours(service: Service, given: Extension) -> Service:
    """Return *service* with hours and note as they were before they became schedules."""
    hours = given.get("opening_hours")
    if not isinstance(hours, str) or clean.units(hours) > _HOURS or not readable(hours):
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
    """Return *service* with the pages that its directory had the facts from.

    Where that was the word of a person, it is the directory's own page that says so to us: only
    our own people can call a fact confirmed.
    """
    rows = given.get("sources")
    if not isinstance(rows, list):
        return service
    pages = [each for each in rows[:_MOST] if isinstance(each, Mapping)]
    claimed = any(each.get("url") == CONFIRMED for each in pages)
    found = [
        Source(url, _text(each, "stated_date", _LINE), _texts(each, "facts", _LINE))
        for each in pages
        if (url := _page(each.get("url"))) is not None
    ]
    own = service.sources if claimed or (pages and not found) else ()
    return replace(service, sources=(*own, *found))


def _page(url: object) -> str | None:
    """Return *url* as it is written if it is a web address that can be shown."""
    if not isinstance(url, str) or not url.isprintable() or clean.units(url) > _URL:
        return None
    known = urlsplit(url).scheme in {"http", "https"} and " " not in url
    return url if known else None


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


def _text(given: Extension, name: str, most: int = _NOTE) -> str | None:
    value = given.get(name)
    return _words(value, most) or None if isinstance(value, str) else None


def _texts(given: Extension, name: str, most: int) -> tuple[str, ...]:
    value = given.get(name)
    rows = value[:_MOST] if isinstance(value, list) else []
    found = (_words(each, most) for each in rows if isinstance(each, str))
    return tuple(dict.fromkeys(each for each in found if each))


def _words(value: str, most: int) -> str:
    return clean.shortened(clean.plain(value), most)


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
    return tuple(Channel(each) for each in _texts(given, "channels", _LINE) if each in set(Channel))
