"""The loop that asks whoever runs a service whether it is still right. Pure.

Where the numbers come from: issue 4, point 6 (every 30 to 90 days by kind, a reminder after 7
days, coordinators after 14, then a lower rank, then hidden with a reason), and what the
partnership has seen of its own lists: "a drop-in changed its day twice", "food banks move every
few months" (issue 4). The rest is our judgement, said where it stands.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from directory import facts
from directory.model import Channel, Service, Status
from directory.needs import is_danger
from directory.openings import bank_holidays

FAST, STEADY, SLOW = timedelta(days=30), timedelta(days=60), timedelta(days=90)
REMIND_AFTER = timedelta(days=7)  # the question
ESCALATE_AFTER = timedelta(days=14)  # the question, and a week after the reminder
LOWER_AFTER = timedelta(days=21)  # the question, and a week after coordinators were told
WARN_AFTER = timedelta(days=53)  # the question, and 32 days after the rank fell
NOTICE = timedelta(days=7)  # between the warning and hiding: 60 days after the question
KEPT_FOR = timedelta(days=30)  # one tap of a coordinator
PROPOSAL_WAITS = timedelta(days=14)  # for a coordinator; an undecided one holds up no longer
EXPIRED_NOTICE = timedelta(days=7)  # between the last day of the facts, as known, and hiding
WORD_LASTS = timedelta(days=60)  # beyond the next question, before an import may change facts
MOST_HIDDEN = 0.25  # of the services of one need, hidden because nobody answers
MOST_A_DAY = 10  # services without an owner that coordinators are asked about in one day
REPORTS_DOUBT = 3  # people who say that something is wrong; then the rank falls
OPENS, CLOSES = time(9), time(17)
MARK = 8  # characters of the mark of the facts in a button

# what is handed out moves with donors, volunteers and rooms
_FAST_NEEDS = frozenset({"food", "destitution", "homelessness", "clothes_furniture"})
_STATUTORY = (".gov.uk", ".nhs.uk", ".ac.uk", ".police.uk")
_SATURDAY = 5


class Step(StrEnum):
    """What the loop does next about a service; the first is the mildest."""

    SETTLE = "settle"  # a person has put something right since the question
    ASK = "ask"
    REMIND = "remind"
    ESCALATE = "escalate"
    LOWER = "lower"
    WARN = "warn"
    HIDE = "hide"


class Answer(StrEnum):
    """What an owner or a coordinator said."""

    RIGHT = "right"
    CHANGED = "changed"
    CLOSED = "closed"
    FULL = "full"
    OPEN = "open"  # they take people again


@dataclass(frozen=True, slots=True)
class Round:
    """Where a service is in the loop: when it is asked about, and what was done since.

    *escalated_at*: when coordinators were told or, without an owner, asked in their place.
    """

    service_id: str
    due_at: datetime
    asked_at: datetime | None = None
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None
    lowered_at: datetime | None = None
    answered_at: datetime | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A service in the loop and what is known around it.

    *has_owner*: somebody who can be asked. *said_at*: when a person last changed or vouched
    for it. *proposed*: a change of it waits for a coordinator. *hidden*: by this loop.
    *warned_at*: since when coordinators know that it will be hidden. *kept_at*: when one of
    them last kept it.
    """

    service: Service
    round: Round
    has_owner: bool
    said_at: datetime | None = None
    proposed: bool = False
    hidden: bool = False
    warned_at: datetime | None = None
    kept_at: datetime | None = None


def period(service: Service) -> timedelta:
    """Return how long an answer about *service* is good for.

    30 days: full or paused now; food, clothes, a bed, money for somebody who has none; a
    drop-in with hours. 90 days: councils, the NHS, universities, the police, whose pages are
    kept by staff. 60 days: the rest, such as phone lines and advice by appointment.
    """
    if service.status in (Status.FULL, Status.PAUSED) or service.needs[0] in _FAST_NEEDS:
        return FAST
    host = urlsplit(service.url or service.organization_url or "").netloc
    if host.endswith(_STATUTORY):
        return SLOW
    has_hours = service.opening_hours is not None or service.hours_note is not None
    drop_in = service.access.walk_in and Channel.IN_PERSON in service.channels
    return FAST if drop_in and has_hours else STEADY


def is_working(moment: datetime, country: str) -> bool:
    """Say whether people may be asked at *moment*, in the city's time: 9 to 17 on working days."""
    return OPENS <= moment.time() < CLOSES and _is_working_day(moment.date(), country)


def _is_working_day(day: date, country: str) -> bool:
    return day.weekday() < _SATURDAY and day not in bank_holidays.dates(country, day.year)


def first_due(
    services: Iterable[Service], said: Mapping[str, datetime], now: datetime
) -> dict[str, datetime]:
    """Return when to ask for the first time about each, spread over its period.

    The services of one organisation with the same period are evenly apart, so nobody is asked
    about all of theirs in one day; organisations begin on different days, always the same ones.
    One that a person has spoken for (*said*) waits for its whole period since.
    """
    groups: dict[tuple[str, timedelta], list[str]] = {}
    for service in services:
        groups.setdefault((service.organization.casefold(), period(service)), []).append(service.id)
    due = {}
    for (organisation, every), ids in groups.items():
        begins = int(hashlib.sha256(organisation.encode()).hexdigest()[:8], 16) / 2**32
        for place, service_id in enumerate(sorted(ids)):
            due[service_id] = now + every * ((place + begins) / len(ids))
            if service_id in said:
                due[service_id] = max(due[service_id], said[service_id] + every)
    return due


def due_on(case: Case, zone: ZoneInfo) -> date:
    """Return the city's day on which *case* is asked about.

    Later where a person has spoken since; never later than the day after its facts end.
    """
    due = case.round.due_at
    if case.said_at is not None:
        due = max(due, case.said_at + period(case.service))
    day = due.astimezone(zone).date()
    end = case.service.valid_until
    return day if end is None else min(day, end + timedelta(days=1))


def is_over(service: Service, today: date) -> bool:
    """Say whether the facts held until a day that has passed."""
    return service.valid_until is not None and service.valid_until < today


def step(case: Case, now: datetime, zone: ZoneInfo) -> Step | None:
    """Return what to do next about *case*; None while there is nothing to do.

    One step at a time, and each waits for the one before: after an outage nobody is hidden
    whom coordinators could not speak for. Days are the city's.
    """
    today = now.astimezone(zone).date()
    asked = case.round.asked_at
    if asked is None:
        return Step.ASK if due_on(case, zone) <= today else None
    if case.said_at is not None and case.said_at > asked:
        return Step.SETTLE
    if case.proposed and not is_over(case.service, today):
        return None
    days = _Days(today, zone)
    return _first_steps(case, days) or _last_steps(case, days)


@dataclass(frozen=True, slots=True)
class _Days:
    today: date
    zone: ZoneInfo

    def since(self, moment: datetime | None) -> timedelta:
        """Return whole days since *moment*; none where nothing was."""
        if moment is None:
            return timedelta()
        return self.today - moment.astimezone(self.zone).date()


def _first_steps(case: Case, days: _Days) -> Step | None:
    """Return what is done while the service is shown as before."""
    done = case.round
    waited = days.since(done.asked_at)
    if done.escalated_at is None:
        reminded = done.reminded_at is None or days.since(done.reminded_at) >= REMIND_AFTER
        if not case.has_owner or (waited >= ESCALATE_AFTER and reminded):
            return Step.ESCALATE
        if done.reminded_at is None and waited >= REMIND_AFTER:
            return Step.REMIND
    if done.lowered_at is None:
        patient = waited >= LOWER_AFTER and days.since(done.escalated_at) >= REMIND_AFTER
        if patient or is_over(case.service, days.today):
            return Step.LOWER
    return None


def _last_steps(case: Case, days: _Days) -> Step | None:
    """Return whether to announce that it will be hidden, or to hide it."""
    lowered = case.round.lowered_at
    over = is_over(case.service, days.today)
    if lowered is None or case.hidden:
        return None
    if case.warned_at is not None:
        notice = EXPIRED_NOTICE if over else NOTICE
        return Step.HIDE if days.since(case.warned_at) >= notice else None
    if case.kept_at is not None and days.since(case.kept_at) < KEPT_FOR - NOTICE:
        return None
    if over:
        return Step.WARN
    waited = days.since(case.round.asked_at) >= WARN_AFTER
    return Step.WARN if waited and days.since(lowered) >= WARN_AFTER - LOWER_AFTER else None


@dataclass(slots=True)
class Shelf:
    """How many services of each need are shown, and how many are not because nobody answers.

    Counted by audience: one for workers is none for the public. It decides what may be hidden
    so that an owner's silence never empties a need: at most a quarter of it, never the last
    one, and nothing about danger, where a wrong door is better than none. Helplines are not
    services: they are never hidden.
    """

    shown: Counter[tuple[str, str]] = field(default_factory=Counter)
    hidden: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, shown: Iterable[Service], hidden: Iterable[Service]) -> "Shelf":
        """Count *shown* and *hidden* services."""
        return cls(Counter(_places(shown)), Counter(_places(hidden)))

    def takes(self, service: Service) -> bool:
        """Say whether *service* may be hidden too, and count it as hidden then."""
        if is_danger(service.needs):
            return False
        places = _places([service])
        for place in places:
            total = self.shown[place] + self.hidden[place]
            if self.shown[place] <= 1 or self.hidden[place] + 1 > MOST_HIDDEN * total:
                return False
        for place in places:
            self.shown[place] -= 1
            self.hidden[place] += 1
        return True


def _places(services: Iterable[Service]) -> list[tuple[str, str]]:
    return [(each.audience, need) for each in services for need in dict.fromkeys(each.needs)]


def mark(service: Service) -> str:
    """Return a mark of all facts: a "yes" is about the facts that were read, and no others."""
    said = [getattr(service, name) for fields in facts.FIELDS.values() for name in fields]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:MARK]


def calendar(
    cases: Sequence[Case], zone: ZoneInfo, country: str, *, until: date | None = None
) -> list[tuple[date, Case]]:
    """Return on which day each case is asked about next, the first one first.

    A working day of *country*; of those that wait for an answer, the day on which they were
    asked. *until*: no later ones.
    """
    days = [(_day_of(case, zone, country), case) for case in cases]
    found = [(day, case) for day, case in days if until is None or day <= until]
    return sorted(found, key=lambda each: (each[0], each[1].service.id))


def _day_of(case: Case, zone: ZoneInfo, country: str) -> date:
    if case.round.asked_at is not None:
        return case.round.asked_at.astimezone(zone).date()
    day = due_on(case, zone)
    while not _is_working_day(day, country):
        day += timedelta(days=1)
    return day
