"""What to look into in a directory that can be read: what to fix first comes first. Pure.

`directory.source` refuses what cannot be used at all. Here is what can be used and may still
send somebody to a wrong door. Nothing is corrected: a person has to ask.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from directory.index import Candidate, Directory
from directory.model import Audience, Confidence, Opening, Service, Status
from directory.needs import NEEDS, is_danger
from directory.places import Reach, distance_m
from locales.errors import N_, Text

OLD = timedelta(days=2 * 365)  # since the newest word about a service
FAR_M = 3_000  # from the middle of a postcode's sector, which is a few streets wide in a city
_YEAR = timedelta(days=366)


class Severity(IntEnum):
    """How much harm it may do, the worst first."""

    WRONG = 1  # it contradicts something else that we know, or somebody finds nobody at all
    DOUBTFUL = 2  # it may be as it should, but somebody must look
    OLD = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look into: of which *record*, in which *field*, what, and what to do."""

    severity: Severity
    record: str
    field: str
    text: Text
    danger: bool = False

    @property
    def order(self) -> tuple[int, bool, str, str]:
        """What to fix first: by harm, services about danger before others."""
        return self.severity, not self.danger, self.field, self.record


def findings(directory: Directory, today: date) -> tuple[Finding, ...]:
    """Return everything to look into, what to fix first at the beginning."""
    found = [*_shared_numbers(directory), *_twice(directory), *_needs(directory)]
    for service in directory.services:
        known = directory.candidate(service.id)
        if known is not None and service.status is not Status.CLOSED:
            found += _of_service(directory, known, today)
    return tuple(sorted(found, key=lambda each: each.order))


def _of_service(directory: Directory, known: Candidate, today: date) -> Iterator[Finding]:
    yield from _place(directory, known)
    yield from _hours(directory, known.service, today)
    yield from _age(known, today)
    service = known.service
    ways = (service.phones, service.email, service.url, service.organization_url, service.address)
    if not any(ways):
        text = N_("There is no way to reach it. Find a number, a website or an address.")
        yield _finding(service, Severity.DOUBTFUL, "phone", text)


def _place(directory: Directory, known: Candidate) -> Iterator[Finding]:
    """Find addresses that are elsewhere than they say."""
    service, gazetteer = known.service, directory.gazetteer
    postcode = None if service.address is None else service.address.postcode
    place = None if postcode is None else gazetteer.find(postcode)
    if postcode is not None and place is None:
        text = N_("The postcode {postcode} is not known. Check it.")
        yield _finding(service, Severity.WRONG, "address", text, postcode=postcode)
    if place is None:
        return
    here = gazetteer.reach(service.area) is not Reach.OUTSIDE
    if here and not gazetteer.in_area(place):
        text = N_(
            "The postcode {postcode} is outside {city}. Check it, or name the town in the area."
        )
        yield _finding(
            service, Severity.WRONG, "address", text, postcode=place.name, city=gazetteer.home
        )
    away = 0 if service.location is None else distance_m(place.point, service.location)
    if away > FAR_M:
        text = N_("The point on the map is {km} km from the postcode. Check both.")
        yield _finding(service, Severity.WRONG, "lat", text, km=round(away / 1000))


def _hours(directory: Directory, service: Service, today: date) -> Iterator[Finding]:
    """Find opening hours that nobody can read, or that are never."""
    if service.opening_hours is None:
        return
    at = datetime.combine(today, time(12), ZoneInfo(directory.zone))
    state = directory.opening(service.opening_hours, at)
    never = state.now is Opening.CLOSED and (
        state.changes_at is None or state.changes_at > at + _YEAR
    )
    if state.now is Opening.UNKNOWN and state.changes_at is None:
        text = N_("Nobody can read the hours “{hours}”. Write them like Mo-Fr 09:30-17:00.")
        yield _finding(service, Severity.WRONG, "opening_hours", text, hours=service.opening_hours)
    elif never:
        text = N_("With the hours “{hours}” it never opens. Check them.")
        yield _finding(service, Severity.WRONG, "opening_hours", text, hours=service.opening_hours)


def _age(known: Candidate, today: date) -> Iterator[Finding]:
    """Find facts that have run out or that nobody has looked at for long."""
    service = known.service
    if service.valid_until is not None and service.valid_until < today:
        text = N_("The facts were valid until {date}. Ask if they still hold.")
        day = service.valid_until.isoformat()
        yield _finding(service, Severity.WRONG, "valid_until", text, date=day)
    elif service.doubted_on is not None:
        text = N_("Nobody has answered since {date} if this is still right. Call them.")
        day = service.doubted_on.isoformat()
        yield _finding(service, Severity.OLD, "sources", text, date=day)
    elif known.dated is None:
        text = N_("No source has a date. Find out how old the facts are.")
        yield _finding(service, Severity.OLD, "sources", text)
    elif known.dated < today - OLD:
        text = N_("The newest source is from {date}. Ask if the facts still hold.")
        yield _finding(service, Severity.OLD, "sources", text, date=known.dated.isoformat()[:7])


def _shared_numbers(directory: Directory) -> Iterator[Finding]:
    """Find numbers that two organisations claim: one of them may be somebody else's."""
    bearers: dict[str, dict[str, Service]] = defaultdict(dict)
    for service in directory.services:
        for phone in service.phones:
            if phone.number.startswith("+"):  # everybody may name 999
                bearers[phone.number].setdefault(service.organization.casefold(), service)
    for number, services in bearers.items():
        first, *others = services.values()
        for service in others:
            text = N_("The number {number} is also given for “{name}”. Check whose it is.")
            fields = {"number": number, "name": first.name}
            yield _finding(service, Severity.DOUBTFUL, "phone", text, **fields)


def _twice(directory: Directory) -> Iterator[Finding]:
    """Find records that seem to be about one and the same service."""
    firsts: dict[tuple[str, str | None], Service] = {}
    for service in directory.services:
        postcode = None if service.address is None else service.address.postcode
        key = (service.name.casefold(), postcode)
        first = firsts.setdefault(key, service)
        if first is not service:
            text = N_("“{other}” has the same name and postcode. Keep one of them.")
            yield _finding(service, Severity.DOUBTFUL, "name", text, other=first.id)


def _needs(directory: Directory) -> Iterator[Finding]:
    """Find needs for which the public would be shown nobody, or nobody to be reached."""
    offered: Mapping[str, list[Service]] = {need: [] for need in NEEDS}
    for service in directory.services:
        if service.audience is Audience.PUBLIC and service.status is not Status.CLOSED:
            for need in service.needs:
                offered[need].append(service)
    for need, services in offered.items():
        if not services:
            text = Text(N_("No service is about this need. Find one."))
            yield Finding(Severity.WRONG, need, "needs", text, is_danger((need,)))
        elif all(each.confidence is Confidence.LOW for each in services):
            text = Text(N_("All services about this need are unchecked, so no number is shown."))
            yield Finding(Severity.DOUBTFUL, need, "needs", text, is_danger((need,)))


def _finding(
    service: Service, severity: Severity, field: str, text: str, **fields: str | int
) -> Finding:
    return Finding(severity, service.id, field, Text(text, fields), is_danger(service.needs[:1]))
