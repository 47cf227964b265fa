"""What of a service can be changed, in which words, and what that makes of it. Pure.

A change is a new `Service`; what differs from the old one goes into a proposal or the history.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from directory import closures, disclosure, facts, fields, wording
from directory.history import FieldChange
from directory.model import (
    ANYONE,
    Access,
    Audience,
    Checker,
    Fact,
    Gender,
    Referral,
    Service,
    Status,
)
from directory.needs import NEEDS, STAGES
from directory.places import Gazetteer
from locales.errors import Text

DRAFT = "edit"  # the kind of a draft of a change
MOST_NEEDS = 12  # as in directory.fields
ReadHours = Callable[[str], "str | Text"]  # words to an opening_hours expression, or a question


class State(StrEnum):
    """Where a proposal is."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by who made it, or because a newer one replaces it


class Refusal(StrEnum):
    """Why a coordinator does not take a change."""

    UNCLEAR = "unclear"
    UNSURE = "unsure"
    PRIVATE = "private"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that waits for a coordinator, or was decided.

    *by*: who made it, None after their /forget.
    """

    id: int
    service_id: str
    fields: tuple[FieldChange, ...]
    by: int | None
    at: datetime
    state: State


class Part(StrEnum):
    """What is changed at one time; the values are in buttons."""

    NAME = "name"
    DESCRIPTION = "about"
    NEEDS = "needs"
    STATUS = "status"
    HOURS = "hours"
    HOURS_NOTE = "times"
    PHONES = "phone"
    EMAIL = "email"
    URL = "url"
    ADDRESS = "place"
    SECRET = "secret"  # noqa: S105  (whether the location is confidential)
    LANGUAGES = "lang"
    STAGES = "stages"
    GENDER = "gender"
    AGES = "ages"
    ACCESS = "how"
    REFERRERS = "refer"
    COST = "cost"
    NOTE = "note"
    AUDIENCE = "seen"


FIELDS: Mapping[Part, tuple[str, ...]] = {
    Part.NAME: ("name",),
    Part.DESCRIPTION: ("description",),
    Part.NEEDS: ("needs",),
    Part.STATUS: ("status", "status_date", "opening_hours"),
    Part.HOURS: ("opening_hours",),
    Part.HOURS_NOTE: ("hours_note",),
    Part.PHONES: ("phones",),
    Part.EMAIL: ("email",),
    Part.URL: ("url",),
    Part.ADDRESS: ("address", "location"),
    Part.SECRET: ("confidential_location", "address", "location"),
    Part.LANGUAGES: ("languages",),
    Part.STAGES: ("eligibility",),
    Part.GENDER: ("gender",),
    Part.AGES: ("min_age", "max_age"),
    Part.ACCESS: ("access",),
    Part.REFERRERS: ("who_may_refer",),
    Part.COST: ("cost_options", "access"),
    Part.NOTE: ("note",),
    Part.AUDIENCE: ("audience",),
}
TYPED = frozenset(
    {Part.NAME, Part.DESCRIPTION, Part.HOURS, Part.PHONES, Part.EMAIL, Part.URL, Part.ADDRESS}
    | {Part.HOURS_NOTE, Part.AGES, Part.REFERRERS, Part.COST, Part.NOTE}
)
EMPTIED = frozenset(
    {Part.HOURS, Part.PHONES, Part.EMAIL, Part.URL, Part.ADDRESS, Part.REFERRERS, Part.COST}
    | {Part.HOURS_NOTE, Part.NOTE}
)
SEVERAL = frozenset({Part.NEEDS, Part.LANGUAGES, Part.STAGES})
OF_COORDINATORS = frozenset({Part.AUDIENCE})

FREE = "free"
TODAY, THIS_WEEK = "today", "week"  # closed for
_STATUSES = {each.value: each for each in (Status.OPEN, Status.FULL, Status.PAUSED)}
_ACCESS: Mapping[str, Access] = {
    "walk": Access(walk_in=True, referral=Referral.SELF, appointment=False),
    "appt": Access(walk_in=False, referral=Referral.SELF, appointment=True),
    "self": Access(referral=Referral.EITHER),
    "agency": Access(walk_in=False, referral=Referral.AGENCY),
}
_AGES: Mapping[str, tuple[int | None, int | None]] = {
    "any": (None, None),
    "0-17": (0, 17),
    "16-25": (16, 25),
    "18-": (18, None),
    "55-": (55, None),
}


def choices(service: Service, part: Part, languages: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the codes of the buttons of *part*, chosen ones first where there may be several.

    *languages*: those that are offered beside the service's own.
    """
    if part in SEVERAL:
        chosen = picked(service, part)
        offered: Mapping[Part, Sequence[str]] = {
            Part.NEEDS: tuple(NEEDS),
            Part.LANGUAGES: languages,
            Part.STAGES: (*STAGES, ANYONE),
        }
        return (*chosen, *(code for code in offered[part] if code not in chosen))
    single: Mapping[Part, Sequence[str]] = {
        Part.STATUS: (*_STATUSES, *((TODAY, THIS_WEEK) if service.opening_hours else ())),
        Part.SECRET: ("0",) if service.confidential_location else ("1",),
        Part.GENDER: tuple(Gender),
        Part.AGES: tuple(_AGES),
        Part.ACCESS: tuple(_ACCESS),
        Part.COST: (FREE,),
        Part.AUDIENCE: tuple(Audience),
    }
    return tuple(single.get(part, ()))


def picked(service: Service, part: Part) -> tuple[str, ...]:
    """Return the codes that are chosen of a *part* with several."""
    return {
        Part.NEEDS: service.needs,
        Part.LANGUAGES: service.languages,
        Part.STAGES: service.eligibility,
    }[part]


def marked(service: Service, part: Part, code: str, *, wanted: bool) -> Service:
    """Return *service* with one of several choices added at the end, or taken out.

    The last need stays, and there are at most twelve. "Anyone" stands alone.
    """
    others = tuple(each for each in picked(service, part) if each != code)
    codes = (*others, code) if wanted else others
    if part is Part.LANGUAGES:
        return replace(service, languages=codes)
    if part is Part.STAGES:
        alone = (ANYONE,) if wanted and code == ANYONE else tuple(c for c in codes if c != ANYONE)
        return replace(service, eligibility=alone)
    return replace(service, needs=codes) if 0 < len(codes) <= MOST_NEEDS else service


def chosen(service: Service, part: Part, code: str, today: date) -> Service:
    """Return *service* with the choice *code* of *part*; *today*: the city's day.

    Raises:
        ValueError: *part* has no such choice now.
    """
    if part in SEVERAL or code not in choices(service, part):
        raise ValueError(code)
    if part is Part.STATUS:
        return _with_status(service, code, today)
    return _CHOSEN[part](service, code)


def _secret(service: Service, code: str) -> Service:
    return facts.sealed(replace(service, confidential_location=code == "1"))


def _entered(service: Service, code: str) -> Service:
    said = replace(_ACCESS[code], cost=service.access.cost)
    return replace(service, access=said)


def _for_ages(service: Service, code: str) -> Service:
    low, high = _AGES[code]
    return replace(service, min_age=low, max_age=high)


def _free(service: Service, _code: str) -> Service:
    return replace(service, access=replace(service.access, cost=FREE), cost_options=())


_CHOSEN: Mapping[Part, Callable[[Service, str], Service]] = {
    Part.SECRET: _secret,
    Part.ACCESS: _entered,
    Part.AGES: _for_ages,
    Part.COST: _free,
    Part.GENDER: lambda service, code: replace(service, gender=Gender(code)),
    Part.AUDIENCE: lambda service, code: replace(service, audience=Audience(code)),
}


def _with_status(service: Service, code: str, today: date) -> Service:
    """Return *service* full, paused or open from *today*, or closed for some days."""
    if code in _STATUSES:
        known = code == Status.OPEN == service.status
        new = replace(service, status=_STATUSES[code], status_date=today)
        return service if known else new
    last = today if code == TODAY else today + timedelta(days=6 - today.weekday())
    hours = closures.closed_between(service.opening_hours or "", today, last)
    return replace(service, opening_hours=hours)


def emptied(service: Service, part: Part) -> Service:
    """Return *service* without what *part* says.

    Raises:
        ValueError: *part* cannot be empty.
    """
    if part not in EMPTIED:
        raise ValueError(part)
    if part is Part.COST:
        return replace(service, access=replace(service.access, cost=None), cost_options=())
    nothing: dict[str, Any] = {name: () if name == "phones" else None for name in FIELDS[part]}
    return replace(service, **nothing)  # Any: the types of the fields


def read(
    service: Service, part: Part, text: str, gazetteer: Gazetteer, hours: ReadHours
) -> Service | Text:
    """Return *service* with what *text* says of *part*, or what to ask back.

    Nothing that may be an address is taken for a service whose place is kept secret, whatever
    the part; where only another of its places is, the address of the main one is. Days on which
    it is closed stay when the hours are written anew. A new address has no point of its own: the
    distance goes by its postcode, because the middle of a postcode on a map is somebody else's
    door.

    Raises:
        ValueError: *part* is not typed.
    """
    if part not in TYPED:
        raise ValueError(part)
    if gives_away(service, FIELDS[part][0], wording.clean(text)):
        return wording.SECRET_PLACE
    reader = _READERS.get(part)
    if reader is not None:
        return reader(service, text)
    if part is Part.ADDRESS:
        address = wording.address(text, gazetteer)
        return _or_text(address, lambda it: replace(service, address=it, location=None))
    said = hours(wording.clean(text))
    if isinstance(said, str):
        said = wording.words(said + closures.closures(service.opening_hours or ""), fields.Hours)
    return _or_text(said, lambda it: replace(service, opening_hours=it))


def _aged(service: Service, text: str) -> Service | Text:
    found = wording.ages(text)
    return _or_text(found, lambda it: replace(service, min_age=it[0], max_age=it[1]))


def _costed(service: Service, text: str) -> Service | Text:
    access = replace(service.access, cost=None)
    found = wording.cost(text)
    return _or_text(found, lambda it: replace(service, access=access, cost_options=(it,)))


def _or_text(value: object, change: Callable[..., Service]) -> Service | Text:
    return value if isinstance(value, Text) else change(value)


def _texted(name: str, read: Callable[[str], object]) -> Callable[[Service, str], Service | Text]:
    """Return how the field *name* is set to what *read* makes of a text."""
    return lambda service, text: _or_text(read(text), lambda it: replace(service, **{name: it}))


_READERS: Mapping[Part, Callable[[Service, str], Service | Text]] = {
    Part.NAME: _texted("name", lambda text: wording.words(text, fields.Title)),
    Part.DESCRIPTION: _texted("description", lambda text: wording.words(text, fields.Description)),
    Part.HOURS_NOTE: _texted("hours_note", lambda text: wording.words(text, fields.ShortNote)),
    Part.PHONES: _texted("phones", wording.phones),
    Part.EMAIL: _texted("email", wording.email),
    Part.URL: _texted("url", wording.url),
    Part.REFERRERS: _texted("who_may_refer", lambda text: wording.words(text, fields.ShortNote)),
    Part.NOTE: _texted("note", lambda text: wording.words(text, fields.Note)),
    Part.AGES: _aged,
    Part.COST: _costed,
}


def is_at_once(part: Part, before: Service, after: Service) -> bool:
    """Say whether an owner's change of *part* is public before a coordinator has seen it.

    What keeps people from a wasted way, or a place safe: full, paused, closed for some days,
    confidential. A wrong "open" harms more, so that waits.
    """
    if part is Part.STATUS:
        return after.status in {Status.FULL, Status.PAUSED} or before.status == after.status
    return part is Part.SECRET and after.confidential_location


def vouched(
    service: Service,
    changes: Sequence[FieldChange],
    *,
    by: Checker,
    on: date,
    valid_until: date | None = None,
) -> Service:
    """Return *service* with the word of a person for every fact that *changes* are about."""
    about = {facts.fact_of(each.field) for each in changes} - {None}
    known = [fact for fact in Fact if fact in about]
    return facts.checked(service, known, on=on, by=by, valid_until=valid_until)


def keeps_secret(service: Service) -> bool:
    """Say whether one of the places of *service* is confidential."""
    return any(place.confidential_location for place in service.places)


def gives_away(service: Service, field: str, words: str) -> bool:
    """Say whether *words* in *field* may tell a place that *service* keeps secret.

    The address of a main place that everybody may know tells nothing of a secret one beside it.
    """
    if not keeps_secret(service):
        return False
    if field in ("address", "location") and not service.confidential_location:
        return False
    return field in facts.PLACE_FIELDS or disclosure.tells_place(words)


def tells_place(service: Service, changes: Sequence[FieldChange]) -> bool:
    """Say whether *changes* may tell the address of a *service* that keeps its place secret."""
    return any(gives_away(service, each.field, f"{each.new}") for each in changes)


def touched(changes: Sequence[FieldChange]) -> frozenset[str]:
    """Return what *changes* are about, finer than fields where a field has parts."""
    found: set[str] = set()
    for each in changes:
        if (
            isinstance(each.old, Mapping)
            and isinstance(each.new, Mapping)
            and each.field == "access"
        ):
            names = {*each.old, *each.new}
            found |= {f"access.{n}" for n in names if each.old.get(n) != each.new.get(n)}
        else:
            found.add(each.field)
    return frozenset(found)
