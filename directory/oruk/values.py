"""Values of published JSON: "", null and a missing field are one and the same. Pure."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Record = Mapping[str, Any]  # JSON of strangers: every value is looked at before it is used

_LONGEST_NUMBER = 30  # characters
_MOST_ROWS = 500  # of one list inside a record: no service has as many of anything


def text(record: Record, *names: str) -> str:
    """Return the first of the fields *names* that says something, trimmed; else ""."""
    for name in names:
        value = record.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def child(record: Record, *names: str) -> Record:
    """Return the first of the fields *names* that is an object; else an empty one."""
    found = (record.get(name) for name in names)
    return next((each for each in found if isinstance(each, Mapping) and each), {})


def rows(record: Record, *names: str) -> Iterator[Record]:
    """Yield the objects in the lists *names*, at most 500 of each."""
    for name in names:
        value = record.get(name)
        if isinstance(value, list):
            yield from (each for each in value[:_MOST_ROWS] if isinstance(each, Mapping))


def number(record: Record, *names: str) -> float | None:
    """Return the first of the fields *names* that is a finite number, also written as text."""
    for name in names:
        try:
            value = float(text(record, name)[:_LONGEST_NUMBER])
        except ValueError:
            continue
        if value - value == 0:  # neither infinite nor "nan"
            return value
    return None


def whole(record: Record, *names: str) -> int | None:
    """Return the first of the fields *names* that is a number, without its fraction."""
    value = number(record, *names)
    return None if value is None else int(value)


def money(record: Record, name: str) -> Decimal | None:
    """Return the amount in the field *name*, to the penny; None where there is none."""
    written = text(record, name).lstrip("£").replace(",", "")[:_LONGEST_NUMBER]
    try:
        value = Decimal(written)
        return value.quantize(Decimal("0.01")) if value.is_finite() and value >= 0 else None
    except InvalidOperation:
        return None


def flag(record: Record, name: str) -> bool | None:
    """Return what the field *name* says: true, false, or None for anything else."""
    value = record.get(name)
    if isinstance(value, bool):
        return value
    return {"true": True, "yes": True, "false": False, "no": False}.get(text(record, name).lower())


def day(record: Record, *names: str) -> date | None:
    """Return the first day of the fields *names*: an ISO 8601 date, or the day of a moment."""
    for name in names:
        try:
            return date.fromisoformat(text(record, name)[:10])
        except ValueError:
            continue
    return None


def moment(record: Record, *names: str) -> datetime | None:
    """Return the first moment of the fields *names*, aware; one without a zone counts as UTC."""
    for name in names:
        try:
            value = datetime.fromisoformat(text(record, name))
        except ValueError:
            continue
        try:
            return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
        except OverflowError:
            continue
    return None
