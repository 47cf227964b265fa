"""Schedules of a published service as opening hours. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import directory.hours
from directory import schedules
from directory.openings import scheduled_hours
from directory.oruk import clean, values
from directory.oruk.values import Record

On = date  # today: what has ended before it is left out
_LONGEST, _NOTE = 160, 300  # UTF-16 units, as in directory.fields
_LISTS = ("schedules", "regular_schedules")


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours, and in words what they cannot hold."""

    expression: str | None
    note: str | None


def of_service(record: Record, on: On) -> Hours:
    """Return the hours of the service as a whole: of schedules that name no place."""
    rows = values.rows(record, *_LISTS)
    return _hours((row for row in rows if not values.text(row, "service_at_location_id")), on)


def of_place(record: Record, link: Record, location: Record, link_id: str, on: On) -> Hours:
    """Return the hours of one place: of its own schedules, and those of the service for it."""
    named = (
        row
        for row in values.rows(record, *_LISTS)
        if link_id and values.text(row, "service_at_location_id") == link_id
    )
    return _hours((*values.rows(link, *_LISTS), *values.rows(location, *_LISTS), *named), on)


def _hours(rows: Iterable[Record], on: On) -> Hours:
    found = [schedules.read({name: _plain(row[name]) for name in row}) for row in rows]
    expression, note = scheduled_hours.to_opening_hours(found, on=on)
    if expression is not None and not _fits(expression):
        expression, note = None, "\n".join(filter(None, (expression, note)))
    return Hours(expression, clean.shortened(note, _NOTE) if note else None)


def _fits(expression: str) -> bool:
    return clean.units(expression) <= _LONGEST and directory.hours.readable(expression)


def _plain(value: object) -> object:
    return clean.line(value) if isinstance(value, str) else value
