"""The records of a pack's services.json and helplines.json, checked field by field. Pure."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

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


class Record(BaseModel):
    """A record of a file that people write: strict, every field known, read only."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _moment(value: str) -> str:
    """Check a moment with its offset, as ISO 8601 writes it."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise fail("moment", value) from None
    if moment.tzinfo is None:
        raise fail("moment", value)
    return value


def _amount(value: str) -> str:
    """Check an amount in pounds, written as text so that no penny is rounded away."""
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise fail("amount", value) from None
    if not amount.is_finite() or amount < 0:
        raise fail("amount", value)
    return value


# the British Isles
Latitude = Annotated[float, Field(ge=49.0, le=61.0)]
Longitude = Annotated[float, Field(ge=-9.0, le=2.5)]
Features = Annotated[list[Line], Field(max_length=8)]
Moment = Annotated[str, AfterValidator(_moment)]


class SourceRow(Record):
    """Where facts come from; one without an address is not used."""

    url: Url | None
    stated_date: Annotated[str, Field(pattern=DATE)] | None
    facts: list[Words] = Field(default_factory=list)
    note: str | None = None


class PhoneRow(Record):
    """A number, and what it is for."""

    number: Number
    label: Line | None = None


class AddressRow(Record):
    """A postal address."""

    lines: Annotated[list[Line], Field(min_length=1, max_length=5)]
    postcode: Annotated[str, Field(pattern=POSTCODE)] | None


class PlaceRow(Record):
    """A further place where a service is offered."""

    id: Slug
    name: Title | None = None
    address: AddressRow | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    confidential_location: bool
    opening_hours: Hours | None = None
    hours_note: ShortNote | None = None
    phone: Annotated[list[PhoneRow], Field(max_length=6)] = Field(default_factory=list)
    accessibility: Features = Field(default_factory=list)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _check_place(self.id, self)
        return self


class CostRow(Record):
    """What one thing costs."""

    option: Line | None = None
    amount: Annotated[str, AfterValidator(_amount)] | None = None
    amount_description: ShortNote | None = None


class ContactRow(Record):
    """A desk or function that answers."""

    title: Line | None = None
    email: Email | None = None
    phone: Annotated[list[PhoneRow], Field(max_length=6)] = Field(default_factory=list)


class TermRow(Record):
    """A term that a source put on a service."""

    id: Words
    name: Words
    taxonomy: str | None = None
    uri: str | None = None


class CheckRow(Record):
    """A person's word for one fact."""

    fact: Literal[
        "services",
        "eligibility",
        "access",
        "cost",
        "hours",
        "address",
        "phone",
        "email",
        "url",
        "status",
    ]
    on: Day
    by: Literal["owner", "coordinator"]
    valid_until: Day | None = None


class OriginRow(Record):
    """Where a service was imported from."""

    source: Slug
    id: Words


class AccessRow(Record):
    """How one gets in; null where the sources do not say."""

    walk_in: bool | None
    referral: Literal["self", "agency", "either"] | None
    appointment: bool | None
    cost: Line | None


class ServiceRow(Record):
    """A record of services.json."""

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
    access: AccessRow
    channels: list[Literal["in_person", "phone", "email", "online", "outreach"]]
    phone: Annotated[list[PhoneRow], Field(max_length=6)]
    email: Email | None
    url: Url | None
    address: AddressRow | None
    lat: Latitude | None
    lon: Longitude | None
    opening_hours: Hours | None
    hours_note: ShortNote | None
    area: Organization
    sources: Annotated[list[SourceRow], Field(min_length=1)]
    confidence: Literal["high", "medium", "low"]
    verified: Day | None
    note: Note | None
    audience: Literal["public", "workers"]
    status: Literal["open", "full", "paused", "closed", "unknown"]
    referrer_note: ShortNote | None
    confidential_location: bool
    # what only some sources know may be left out
    alternate_name: Title | None = None
    organization_id: Words | None = None
    organization_description: Description | None = None
    eligibility_description: ShortNote | None = None
    referral_route: ShortNote | None = None
    who_may_refer: ShortNote | None = None
    interpretation: ShortNote | None = None
    status_date: Day | None = None
    assured_date: Day | None = None
    last_modified: Moment | None = None
    valid_until: Day | None = None
    accessibility: Features = Field(default_factory=list)
    cost_options: Annotated[list[CostRow], Field(max_length=6)] = Field(default_factory=list)
    contacts: Annotated[list[ContactRow], Field(max_length=6)] = Field(default_factory=list)
    terms: list[TermRow] = Field(default_factory=list)
    other_places: Annotated[list[PlaceRow], Field(max_length=20)] = Field(default_factory=list)
    checks: list[CheckRow] = Field(default_factory=list)
    origin: OriginRow | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _check_place(self.id, self)
        if self.min_age and self.max_age is not None and self.min_age > self.max_age:
            raise fail("ages", self.id)
        return self


class HelplineRow(Record):
    """A record of helplines.json."""

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
    sources: Annotated[list[SourceRow], Field(min_length=1)]
    confidence: Literal["high", "medium", "low"]
    # values that no page with an address showed: kept out of everything
    unverified_number: str | None = None
    unverified_url: str | None = None


def _check_place(name: str, row: "ServiceRow | PlaceRow") -> None:
    if row.confidential_location and (row.address or row.lat or row.lon):
        raise fail("confidential", name)
    if (row.lat is None) != (row.lon is None):
        raise fail("half_point", name)
