"""Rows of the published data set to services and helplines; all problems at once. Pure.

A row is checked as a whole before anything of it is used, and a set of rows is used only
if every row is good: nothing is loaded by halves.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from directory import rows as made
from directory.model import Helpline, Service
from directory.records import HelplineRow, Record, ServiceRow
from locales.errors import N_, Text

Row = TypeVar("Row", bound=Record)


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """What is wrong with one field of one record, and what to write instead."""

    file: str
    record: str
    field: str
    problem: Text

    def __str__(self) -> str:
        """Return one line: file, record, field, problem."""
        return f"{self.file}: {self.record}: {self.field}: {self.problem}"


class BrokenSource(Exception):
    """Rows that cannot be used; *problems* says everything that is wrong with them."""

    def __init__(self, problems: Sequence[SourceProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


# What a coordinator reads, by pydantic's or our own error type.
_PROBLEMS = {
    "missing": N_("This field is missing. Write null if you do not know it."),
    "extra_forbidden": N_("This field is not known. Check how it is spelt."),
    "enum": N_("Write one of: {expected}."),
    "literal_error": N_("Write one of: {expected}."),
    "bool_type": N_("Write true or false."),
    "string_type": N_("Write text in quotation marks."),
    "string_too_short": N_("This text must not be empty."),
    "list_type": N_("Write a list in square brackets."),
    "too_short": N_("This list must not be empty."),
    "text_too_long": N_("This text is too long: write at most {most} characters."),
    "too_long": N_("This list is too long: at most {max_length}."),
    "greater_than_equal": N_("The number is too small: at least {ge}."),
    "less_than_equal": N_("The number is too large: at most {le}."),
    "string_pattern_mismatch": N_("“{got}” does not have the right form."),
    "not_a_record": N_("Each record must be an object in curly brackets."),
    "phone": N_("“{got}” is not a UK phone number. Write it like +441132224412, or 999."),
    "hours": N_("“{got}” is not opening hours. Write them like Mo-Fr 09:30-17:00."),
    "day": N_("“{got}” is not a date. Write it like 2026-11-21."),
    "need": N_("“{got}” is not a need. Write one of: {expected}."),
    "stage": N_("“{got}” is not known. Write one of: {expected}."),
    "repeated": N_("“{got}” is there twice."),
    "ages": N_("The lowest age is above the highest age."),
    "confidential": N_("The location is confidential: write null for address, lat and lon."),
    "explains": N_("The text does not have the word “{got}”."),
    "moment": N_("“{got}” is not a moment. Write it like 2026-11-21T09:30:00+00:00."),
    "amount": N_("“{got}” is not an amount in pounds. Write it like 2.50."),
    "half_point": N_("Write both lat and lon, or null for both."),
}
_OTHER = N_("This value cannot be used ({got}).")


def read_services(rows: Sequence[object], *, file: str = "services.json") -> tuple[Service, ...]:
    """Return the services of *rows*, in their order.

    Raises:
        BrokenSource: something is wrong with a row; lists everything wrong with any row.
    """
    return tuple(made.service(row) for row in checked(ServiceRow, rows, file))


def read_helplines(rows: Sequence[object], *, file: str = "helplines.json") -> tuple[Helpline, ...]:
    """Return the helplines of *rows*, in their order.

    Raises:
        BrokenSource: something is wrong with a row; lists everything wrong with any row.
    """
    return tuple(made.helpline(row) for row in checked(HelplineRow, rows, file))


def checked(model: type[Row], rows: Sequence[object], file: str) -> list[Row]:
    """Return *rows* as records of *model*, in their order; each has an ``id`` of its own.

    Raises:
        BrokenSource: something is wrong with a row; lists everything wrong with any row.
    """
    good: list[Row] = []
    problems: list[SourceProblem] = []
    for index, row in enumerate(rows):
        try:
            good.append(model.model_validate(row))
        except ValidationError as exc:
            name = _name(row, index)
            problems += [_problem(file, name, error) for error in exc.errors()]
    problems += _twice(rows, file)
    if problems:
        raise BrokenSource(problems)
    return good


def _twice(rows: Sequence[object], file: str) -> list[SourceProblem]:
    ids = Counter(_name(row, index) for index, row in enumerate(rows))
    text = _PROBLEMS["repeated"]
    return [SourceProblem(file, i, "id", Text(text, {"got": i})) for i, n in ids.items() if n > 1]


def _name(row: object, index: int) -> str:
    """Return the record's id, or its number (from 1) where it has none."""
    found = row.get("id") if isinstance(row, Mapping) else None
    return found if isinstance(found, str) and found else f"#{index + 1}"


def _problem(file: str, record: str, error: ErrorDetails) -> SourceProblem:
    kind = "not_a_record" if error["type"] == "model_type" else error["type"]
    if kind in {"float_type", "int_type"}:
        kind = "other"
    fields: dict[str, str | int] = {"got": _short(error["input"])}
    for name, value in error.get("ctx", {}).items():
        fields[name] = _short(value, 600)
    return SourceProblem(file, record, _where(error), Text(_PROBLEMS.get(kind, _OTHER), fields))


def _where(error: ErrorDetails) -> str:
    if error["loc"]:
        return ".".join(map(str, error["loc"]))
    return {"confidential": "address", "half_point": "lat", "ages": "min_age"}.get(
        error["type"], "record"
    )


def _short(value: object, most: int = 60) -> str:
    text = re.sub(r"\s+", " ", str(value))
    return text if len(text) <= most else f"{text[: most - 1]}…"
