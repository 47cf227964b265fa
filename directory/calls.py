"""What coordinators should phone first: the most shown and the most doubtful services. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import log2

from directory.facts import vouched_on
from directory.freshness import is_over
from directory.model import Service, Status

MOST = 10  # calls a week
_YEAR = 365  # days
_STATED = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:-(0[1-9]|1[0-2]))?(?!\d)")
_CLOSED = "closed"  # the report that matters most: people travel to a shut door


class Why(StrEnum):
    """Why a service should be phoned, most telling first."""

    WRONG = "wrong"  # how many people said so
    SILENT = "silent"  # since when nobody has answered
    ENDED = "ended"  # the last day of its facts
    UNKNOWN = "unknown"  # whether it is still open
    OLD = "old"  # how old the newest source is, in years
    UNDATED = "undated"
    SHOWN = "shown"  # how often in four weeks
    NO_ANSWER = "no_answer"  # it was phoned, in vain


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is known about a service that may be wrong.

    *reports*: how often people said that something is wrong, by what. *shown*: how often its
    card was opened in four weeks. *silent_since*: when the question that nobody answered was
    asked. *phoned*: in vain, since anything else was heard.
    """

    service: Service
    reports: Mapping[str, int] = field(default_factory=dict)
    shown: int = 0
    silent_since: date | None = None
    phoned: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A service to phone, and why: each reason with its number or day, None where it has none."""

    service: Service
    reasons: tuple[tuple[Why, int | date | None], ...]


def first(doubts: Iterable[Doubt], today: date, most: int = MOST) -> list[Call]:
    """Return whom to phone first: doubt counts, and more the more people see the service.

    Only services with a number, and with something to doubt. Points are our judgement: a
    report of a shut door 3, other reports 2, an unanswered question 4, facts that have ended
    3, an unknown status 1, each year of age up to 3; times 1 + log2(1 + how often shown).
    """
    found = [(_points(each, today), each) for each in doubts if each.service.phones]
    worth = [(points, each) for points, each in found if points > 0]
    worth.sort(key=lambda scored: (-scored[0], scored[1].service.id))
    return [Call(each.service, _reasons(each, today)) for _, each in worth[:most]]


def _points(doubt: Doubt, today: date) -> float:
    service = doubt.service
    points = sum((3 if what == _CLOSED else 2) * n for what, n in doubt.reports.items())
    points += 4 if doubt.silent_since is not None else 0
    points += 3 if is_over(service, today) else 0
    points += 1 if service.status is Status.UNKNOWN else 0
    age = _years(service, today)
    points += 3 if age is None else min(age, 3)
    return points * (1 + log2(1 + doubt.shown))


def _years(service: Service, today: date) -> int | None:
    """Return the whole years since a person vouched for all of it or a source spoke.

    None without a date. A year alone is taken for its first of July, a month for its first day.
    """
    vouched = vouched_on(service)
    days = [] if vouched is None else [vouched]
    for source in service.sources:
        stated = _STATED.findall(source.stated_date or "")
        days += [date(int(year), int(month or 7), 1) for year, month in stated]
    return (today - max(days)).days // _YEAR if days else None


def _reasons(doubt: Doubt, today: date) -> tuple[tuple[Why, int | date | None], ...]:
    service, age = doubt.service, _years(doubt.service, today)
    wrong = sum(doubt.reports.values())
    every: list[tuple[Why, int | date | None, bool]] = [
        (Why.WRONG, wrong, wrong > 0),
        (Why.SILENT, doubt.silent_since, doubt.silent_since is not None),
        (Why.ENDED, service.valid_until, is_over(service, today)),
        (Why.UNKNOWN, None, service.status is Status.UNKNOWN),
        (Why.OLD, age, bool(age)),
        (Why.UNDATED, None, age is None),
        (Why.SHOWN, doubt.shown, doubt.shown > 0),
        (Why.NO_ANSWER, None, doubt.phoned),
    ]
    return tuple((why, value) for why, value, holds in every if holds)
