"""What became of a service in a stretch of time, as anybody may read it. Pure.

Only what is public now, and nothing of a place that is kept secret: not even that it moved.
Who made a change is never told, nor a change that was taken back meanwhile.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from directory.disclosure import without_place, without_reach
from directory.facts import PLACE_FIELDS
from directory.history import HIDDEN, Change
from directory.model import Audience, Confidence, Service, Status
from locales.errors import N_, Text

FOR_GOOD = "closed"  # of the reasons to hide a service the one that says so of the service itself


class What(StrEnum):
    """What became of it, the most important first."""

    CLOSED = "closed"
    NEW = "new"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Latest:
    """What became of a service; *name* without what tells a secret place. *facts*: sentences."""

    what: What
    service_id: str
    name: str
    facts: tuple[Text, ...] = ()


_FULL = Text(N_("It is full now."))
_PAUSED = Text(N_("It takes nobody in for a while."))
_OPEN = Text(N_("It takes new people again."))
_BACK = Text(N_("It is in the directory again."))
_NAME = Text(N_("It has a new name."))
_WORK = Text(N_("What they help with has changed."))
_TIMES = Text(N_("The opening times have changed."))
_PHONE = Text(N_("The phone number has changed."))
_EMAIL = Text(N_("The e-mail address has changed."))
_WEBSITE = Text(N_("The website has changed."))
_ADDRESS = Text(N_("The address has changed."))
_LANGUAGES = Text(N_("The languages have changed."))
_WHO = Text(N_("Who can come has changed."))
_HOW = Text(N_("How to come has changed."))
_COST = Text(N_("What it costs has changed."))

_SAYS: Mapping[str, Text] = {  # in the order in which they are told
    "name": _NAME,
    "address": _ADDRESS,
    "phones": _PHONE,
    "opening_hours": _TIMES,
    "hours_note": _TIMES,
    "email": _EMAIL,
    "url": _WEBSITE,
    "eligibility": _WHO,
    "eligibility_description": _WHO,
    "gender": _WHO,
    "min_age": _WHO,
    "max_age": _WHO,
    "access": _HOW,
    "referral_route": _HOW,
    "cost_options": _COST,
    "needs": _WORK,
    "languages": _LANGUAGES,
}
_TAKES_IN: Mapping[str, Text] = {
    Status.OPEN: _OPEN,
    Status.FULL: _FULL,
    Status.PAUSED: _PAUSED,
}
# said on no card of a service that nobody has checked (the rule of confidence)
_OF_THE_CHECKED = frozenset({"address", "phones", "email", "opening_hours", "hours_note"})


@dataclass(frozen=True, slots=True)
class Stored:
    """A service as it is now: *record* is its document (Any: JSON).

    *hidden*: why it is not shown, None while it is. *added*: it was not there before.
    """

    service: Service
    record: Mapping[str, Any]
    hidden: str | None = None
    added: bool = False


def of(stored: Stored, changes: Sequence[Change]) -> Latest | None:
    """Return what *changes* (oldest first) made of a service; None if that is no news.

    Of one that is hidden nobody knows whether it has closed, unless somebody said so.
    """
    service, before = stored.service, _before(changes)
    if service.audience is not Audience.PUBLIC:
        return None
    if _is_closed(stored):
        news = not stored.added and _was_open(stored, before)
        return _latest(What.CLOSED, service) if news else None
    if stored.hidden is not None:
        return None
    if stored.added or _was_for_staff(before):
        return _latest(What.NEW, service)
    facts = tuple({each.sentence: each for each in _told(stored, before)}.values())
    return _latest(What.CHANGED, service, facts) if facts else None


def _is_closed(stored: Stored) -> bool:
    if stored.hidden is not None:
        return stored.hidden == FOR_GOOD
    return stored.service.status is Status.CLOSED


def _was_open(stored: Stored, before: Mapping[str, Any]) -> bool:
    """Say whether everybody could see it before, and that it had not closed."""
    hidden = before.get(HIDDEN, None if HIDDEN in before else stored.hidden)
    status = before.get("status", stored.record["status"])
    return hidden is None and status != Status.CLOSED and not _was_for_staff(before)


def _was_for_staff(before: Mapping[str, Any]) -> bool:
    return bool(before.get("audience", Audience.PUBLIC) != Audience.PUBLIC)


def _before(changes: Iterable[Change]) -> dict[str, Any]:
    """Return what the changed fields were at first (Any: JSON)."""
    found: dict[str, Any] = {}
    for change in changes:
        for each in change.fields:
            found.setdefault(each.field, each.old)
    return found


def _told(stored: Stored, before: Mapping[str, Any]) -> Iterator[Text]:
    if before.get(HIDDEN) is not None:
        yield _BACK
    silent = _silent(stored.service)
    changed = {
        name
        for name, old in before.items()
        if name not in silent and old != stored.record.get(name)
    }
    first_word = before.get("status") == Status.UNKNOWN and stored.service.status is Status.OPEN
    if "status" in changed and stored.service.status in _TAKES_IN and not first_word:
        yield _TAKES_IN[stored.service.status]
    for name, sentence in _SAYS.items():
        if name in changed:
            yield sentence


def _silent(service: Service) -> frozenset[str]:
    silent = frozenset({HIDDEN})
    if any(place.confidential_location for place in service.places):
        silent |= frozenset(PLACE_FIELDS)
    if service.confidence is Confidence.LOW:
        silent |= _OF_THE_CHECKED
    return silent


def _latest(what: What, service: Service, facts: tuple[Text, ...] = ()) -> Latest:
    shown = without_place(service)
    if service.confidence is Confidence.LOW:
        shown = without_reach(shown)
    return Latest(what, service.id, shown.name, facts)


def in_order(found: Iterable[Latest], most: int) -> list[Latest]:
    """Return at most *most*: what closed, what is new, what changed; the fullest first."""
    rank = list(What)
    return sorted(found, key=lambda e: (rank.index(e.what), -len(e.facts), e.name))[:most]
