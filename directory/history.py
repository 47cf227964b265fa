"""What a change of a service changed, and how to take it back. Pure.

Values are those of the stored document: JSON, so that a change can be kept as it was.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from locales.errors import N_, UserError

HIDDEN = "hidden"  # a field of changes only: why the service is not shown, None while it is


class Cause(StrEnum):
    """What made a change."""

    PACK = "pack"
    IMPORT = "import"
    OWNER = "owner"
    COORDINATOR = "coordinator"
    FRESHNESS = "freshness"
    UNDO = "undo"


class ChangedSince(UserError):
    """What should be taken back or approved was changed again meanwhile."""

    message = N_("This was changed again since. Look at the service first.")


@dataclass(frozen=True, slots=True)
class Deed:
    """What makes a change: its *cause*, when, by whom (None for a job), and why.

    *why*: one sentence or a reason's key, never about a person. *undoes*: the id of the change
    that it takes back.
    """

    cause: Cause
    at: datetime
    by: int | None = None
    why: str | None = None
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of the document (Any: JSON), before and after; None where it was not there."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a service's history; it has no *fields* where it added the service.

    *deed.by* is None after the person's /forget.
    """

    id: int
    service_id: str
    deed: Deed
    fields: tuple[FieldChange, ...]


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """Return what differs between two documents, by field, in the order of *new*."""
    names = [*new, *(name for name in old if name not in new)]
    return tuple(
        FieldChange(name, old.get(name), new.get(name))
        for name in names
        if old.get(name) != new.get(name)
    )


def applied(record: Mapping[str, Any], fields: Sequence[FieldChange]) -> dict[str, Any]:
    """Return *record* with *fields* at their new values.

    Of how to get in only the parts that differ are compared and set, so that changes of
    different parts do not stand in each other's way. Who checked a fact, and how sure we are,
    never stand in the way of one: a newer word stays.

    Raises:
        ChangedSince: a field is not any more as it was before.
    """
    return {**record, **{each.field: _set(record.get(each.field), each) for each in fields}}


def rebased(record: Mapping[str, Any], fields: Sequence[FieldChange]) -> tuple[FieldChange, ...]:
    """Return what *fields* change of *record* as it is now; the new values stay what they were.

    Of how to get in only the parts that were to change do.
    """
    found = []
    for each in fields:
        now = record.get(each.field)
        try:
            new = _set(now, each)
        except ChangedSince:
            new = each.new
        if new != now:
            found.append(FieldChange(each.field, now, new))
    return tuple(found)


def reversed_(fields: Sequence[FieldChange]) -> tuple[FieldChange, ...]:
    """Return the fields of a change that takes this one back."""
    return tuple(FieldChange(each.field, each.new, each.old) for each in fields)


def _set(current: Any, change: FieldChange) -> Any:
    """Return the value (Any: JSON) of a field after *change*."""
    old, new = change.old, change.new
    if current == old:
        return new
    if change.field == "checks":
        parts, before, after = (_by_fact(each) for each in (current, old, new))
        free = {fact for fact in {**before, **after} if parts.get(fact) == before.get(fact)}
        return list(_with_parts(parts, before, after, free).values())
    if change.field == "confidence":
        return current
    if all(isinstance(each, dict) for each in (current, old, new)):
        names = {**old, **new}
        if any(current.get(n) != old.get(n) for n in names if old.get(n) != new.get(n)):
            raise ChangedSince
        return _with_parts(current, old, new, names)
    raise ChangedSince


def _by_fact(checks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {each["fact"]: each for each in checks}


def _with_parts(
    current: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any], may: Collection[str]
) -> dict[str, Any]:
    """Return *current* with those of the parts *may* that differ between *old* and *new*."""
    changed = {name for name in may if old.get(name) != new.get(name)}
    kept = {name: value for name, value in current.items() if name not in changed or name in new}
    return kept | {name: value for name, value in new.items() if name in changed}
