"""Rows of the published data set to services and helplines; all problems at once. Pure.

A row is checked as a whole before anything of it is used, and a set of rows is used only
if every row is good: nothing is loaded by halves.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from directory.fields import (
    DATE,
    POSTCODE,
    Age,
    Day,
    Description,
    Email,
    Hours,
    Language,
    Line,
    LineNeeds,
    Needs,
    Note,
    Number,
    Organization,
    ShortNote,
    Slug,
    Stages,
    Title,
    Url,
    Words,
    fail,
)
from directory.model import (
    Access,
    Address,
    Audience,
    Channel,
    Confidence,
    Gender,
    Helpline,
    Phone,
    Point,
    Referral,
    Service,
    Source,
    Status,
)
from locales.errors import N_, Text


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
    "half_point": N_("Write both lat and lon, or null for both."),
}
_OTHER = N_("This value cannot be used ({got}).")


class Record(BaseModel):
    """A record of a file that people write: strict, every field known, read only."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Row = TypeVar("Row", bound=Record)


class _SourceRow(Record):
    url: Url | None
    stated_date: Annotated[str, Field(pattern=DATE)] | None
    facts: list[Words] = Field(default_factory=list)
    note: str | None = None


class _PhoneRow(Record):
    number: Number
    label: Line | None = None


class _AddressRow(Record):
    lines: Annotated[list[Line], Field(min_length=1, max_length=5)]
    postcode: Annotated[str, Field(pattern=POSTCODE)] | None


class _AccessRow(Record):
    walk_in: bool | None
    referral: Literal["self", "agency", "either"] | None
    appointment: bool | None
    cost: Line | None


class _ServiceRow(Record):
    id: Slug
    name: Title
    organization: Organization
    organization_url: Url | None
    description: Description
    needs: Needs
    eligibility: Stages
    gender: Literal["any", "women", "men"]
    min_age: Age | None
    max_age: Age | None
    languages: list[Language]
    access: _AccessRow
    channels: list[Literal["in_person", "phone", "email", "online", "outreach"]]
    phone: Annotated[list[_PhoneRow], Field(max_length=6)]
    email: Email | None
    url: Url | None
    address: _AddressRow | None
    # the British Isles
    lat: Annotated[float, Field(ge=49.0, le=61.0)] | None
    lon: Annotated[float, Field(ge=-9.0, le=2.5)] | None
    opening_hours: Hours | None
    hours_note: ShortNote | None
    area: Organization
    sources: Annotated[list[_SourceRow], Field(min_length=1)]
    confidence: Literal["high", "medium", "low"]
    verified: Day | None
    note: Note | None
    audience: Literal["public", "workers"]
    status: Literal["open", "full", "paused", "closed", "unknown"]
    referrer_note: ShortNote | None
    confidential_location: bool

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.confidential_location and (self.address or self.lat or self.lon):
            raise fail("confidential", self.id)
        if (self.lat is None) != (self.lon is None):
            raise fail("half_point", self.id)
        if self.min_age and self.max_age is not None and self.min_age > self.max_age:
            raise fail("ages", self.id)
        return self


class _HelplineRow(Record):
    id: Slug
    name: Title
    organization: Organization
    needs: LineNeeds
    number: Number | None
    text_number: Number | None
    text_keyword: Words | None
    url: Url | None
    hours: Hours | None
    languages_note: ShortNote | None
    free: bool | None
    description: Description
    area: Organization
    check_note: str | None = None
    sources: Annotated[list[_SourceRow], Field(min_length=1)]
    confidence: Literal["high", "medium", "low"]
    # values that no page with an address showed: kept out of everything
    unverified_number: str | None = None
    unverified_url: str | None = None


def read_services(rows: Sequence[object], *, file: str = "services.json") -> tuple[Service, ...]:
    """Return the services of *rows*, in their order.

    Raises:
        BrokenSource: something is wrong with a row; lists everything wrong with any row.
    """
    return tuple(_service(row) for row in checked(_ServiceRow, rows, file))


def read_helplines(rows: Sequence[object], *, file: str = "helplines.json") -> tuple[Helpline, ...]:
    """Return the helplines of *rows*, in their order.

    Raises:
        BrokenSource: something is wrong with a row; lists everything wrong with any row.
    """
    return tuple(_helpline(row) for row in checked(_HelplineRow, rows, file))


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


def _service(row: _ServiceRow) -> Service:
    secret = row.confidential_location
    shown = None if secret or row.address is None else row.address
    point = None if secret or row.lat is None or row.lon is None else Point(row.lat, row.lon)
    return Service(
        id=row.id,
        name=row.name,
        organization=row.organization,
        organization_url=row.organization_url,
        description=row.description,
        needs=tuple(row.needs),
        eligibility=tuple(row.eligibility),
        gender=Gender(row.gender),
        min_age=row.min_age,
        max_age=row.max_age,
        languages=tuple(row.languages),
        access=_access(row.access),
        channels=tuple(map(Channel, row.channels)),
        phones=tuple(Phone(phone.number, phone.label) for phone in row.phone),
        email=row.email,
        url=row.url,
        address=None if shown is None else Address(tuple(shown.lines), shown.postcode),
        location=point,
        opening_hours=row.opening_hours,
        hours_note=row.hours_note,
        area=row.area,
        sources=_sources(row.sources),
        confidence=Confidence(row.confidence),
        note=row.note,
        audience=Audience(row.audience),
        status=Status(row.status),
        referrer_note=row.referrer_note,
        confidential_location=secret,
        confirmed_on=None if row.verified is None else date.fromisoformat(row.verified),
    )


def _access(row: _AccessRow) -> Access:
    referral = None if row.referral is None else Referral(row.referral)
    return Access(row.walk_in, referral, row.appointment, row.cost)


def _sources(rows: Iterable[_SourceRow]) -> tuple[Source, ...]:
    """Return the sources that can be looked up: those with an address."""
    return tuple(
        Source(row.url, row.stated_date, tuple(row.facts)) for row in rows if row.url is not None
    )


def _helpline(row: _HelplineRow) -> Helpline:
    return Helpline(
        id=row.id,
        name=row.name,
        organization=row.organization,
        needs=tuple(row.needs),
        number=row.number,
        text_number=row.text_number,
        text_keyword=row.text_keyword,
        url=row.url,
        hours=row.hours,
        languages_note=row.languages_note,
        free=row.free,
        description=row.description,
        area=row.area,
        sources=_sources(row.sources),
        confidence=Confidence(row.confidence),
    )
