"""What we know about services and helplines, in the words of Open Referral UK. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from locales.errors import Text


class Confidence(StrEnum):
    """How far the collected facts can be trusted; decides what is shown of them."""

    HIGH = "high"  # contact details are shown with the date of their source
    MEDIUM = "medium"  # shown with "check before you go"
    LOW = "low"  # only what it is and its website: no phone, e-mail, hours or address


class Audience(StrEnum):
    """Who may see the service."""

    PUBLIC = "public"
    WORKERS = "workers"  # partners and coordinators only


class Status(StrEnum):
    """What the newest source says about taking people in."""

    OPEN = "open"
    FULL = "full"
    PAUSED = "paused"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Gender(StrEnum):
    """For whom a service is."""

    ANY = "any"
    WOMEN = "women"
    MEN = "men"


class Channel(StrEnum):
    """A way to reach a service."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    EMAIL = "email"
    ONLINE = "online"
    OUTREACH = "outreach"


class Referral(StrEnum):
    """Who may send somebody."""

    SELF = "self"
    AGENCY = "agency"
    EITHER = "either"


class Opening(StrEnum):
    """Whether a service is open at a moment."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Fact(StrEnum):
    """A group of facts that has one source, is checked at one time and changes together."""

    SERVICES = "services"  # name, organisation, description, needs, languages, audience
    ELIGIBILITY = "eligibility"
    ACCESS = "access"  # who may come and how, also referral
    COST = "cost"
    HOURS = "hours"
    ADDRESS = "address"
    PHONE = "phone"
    EMAIL = "email"
    URL = "url"
    STATUS = "status"  # whether it takes people in now


class Checker(StrEnum):
    """Who said that a fact is right."""

    OWNER = "owner"  # a partner of the organisation that runs the service
    COORDINATOR = "coordinator"


ANYONE = "anyone"  # the eligibility that every stage meets


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the map: WGS84 degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in E.164 (``+441132224412``) or a short code (``999``), and what it is for."""

    number: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; *postcode* is written with its space."""

    lines: tuple[str, ...]
    postcode: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts come from; *stated_date* as shown: ``2024-04``, ``2022 (file date)``."""

    url: str
    stated_date: str | None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """A person's word that one fact is right; *on*: the city's day.

    No import overwrites the fact until *valid_until* (the last day), or ever where that is None.
    """

    fact: Fact
    on: date
    by: Checker
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a service was imported from: the *source*'s key and the service's *id* there."""

    source: str
    id: str


@dataclass(frozen=True, slots=True)
class TaxonomyTerm:
    """A term that a source put on a service: HSDS taxonomy_term, in the source's own words."""

    id: str
    name: str
    taxonomy: str | None = None
    uri: str | None = None


@dataclass(frozen=True, slots=True)
class CostOption:
    """What one thing costs (HSDS cost_option); *amount* in pounds."""

    option: str | None
    amount: Decimal | None
    amount_description: str | None


@dataclass(frozen=True, slots=True)
class Contact:
    """A desk or function that answers (HSDS contact): never a person's name."""

    title: str | None
    email: str | None
    phones: tuple[Phone, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceAtLocation:
    """A place where a service is offered (HSDS service_at_location with its location).

    As in `Service`: *location* and *address* are None for a confidential location.
    """

    id: str
    name: str | None
    address: Address | None
    location: Point | None
    confidential_location: bool
    opening_hours: str | None = None
    hours_note: str | None = None
    phones: tuple[Phone, ...] = ()
    accessibility: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """How one gets in; None where the sources do not say."""

    walk_in: bool | None = None
    referral: Referral | None = None
    appointment: bool | None = None
    cost: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """One service as its sources describe it.

    *eligibility* holds stages (``asylum_seeker``...); empty means not stated, which is not
    "everyone". *opening_hours* is in OpenStreetMap's opening_hours syntax, London time.
    *location* is None for a confidential location, always. *confirmed_on* is the day on
    which a person confirmed all facts (then *confidence* is HIGH), else None; *checks*: the
    same for single facts. *assured_date*: the day on which the publisher of the source says
    that it checked them; *last_modified*: when the source last changed the record.
    *status_date*: the day of the status. *valid_until*: the last day on which the facts hold.
    *referral_route*: how one is referred; *who_may_refer*: by whom. *doubted_on*: since when
    nobody has answered whether it is still right. *other_places*: beside the main one, which
    is *address*, *location*, *opening_hours*.
    """

    id: str
    name: str
    organization: str
    organization_url: str | None
    description: str
    needs: tuple[str, ...]
    eligibility: tuple[str, ...]
    gender: Gender
    min_age: int | None
    max_age: int | None
    languages: tuple[str, ...]
    access: Access
    channels: tuple[Channel, ...]
    phones: tuple[Phone, ...]
    email: str | None
    url: str | None
    address: Address | None
    location: Point | None
    opening_hours: str | None
    hours_note: str | None
    area: str
    sources: tuple[Source, ...]
    confidence: Confidence
    note: str | None
    audience: Audience
    status: Status
    referrer_note: str | None
    confidential_location: bool
    confirmed_on: date | None = None
    alternate_name: str | None = None
    organization_id: str | None = None
    organization_description: str | None = None
    eligibility_description: str | None = None
    referral_route: str | None = None
    who_may_refer: str | None = None
    interpretation: str | None = None
    status_date: date | None = None
    assured_date: date | None = None
    last_modified: datetime | None = None
    valid_until: date | None = None
    accessibility: tuple[str, ...] = ()
    cost_options: tuple[CostOption, ...] = ()
    contacts: tuple[Contact, ...] = ()
    terms: tuple[TaxonomyTerm, ...] = ()
    other_places: tuple[ServiceAtLocation, ...] = ()
    checks: tuple[Check, ...] = ()
    origin: Origin | None = None
    doubted_on: date | None = None

    @property
    def places(self) -> tuple[ServiceAtLocation, ...]:
        """Every place where it is offered, the main one first; at least one."""
        main = ServiceAtLocation(
            id=self.id,
            name=None,
            address=self.address,
            location=self.location,
            confidential_location=self.confidential_location,
            opening_hours=self.opening_hours,
            hours_note=self.hours_note,
            accessibility=self.accessibility,
        )
        return (main, *self.other_places)


@dataclass(frozen=True, slots=True)
class Helpline:
    """A line that answers when no place fits; shown by the same rules of confidence.

    *number* and *text_number* are E.164 or short codes. *hours* is in opening_hours syntax.
    """

    id: str
    name: str
    organization: str
    needs: tuple[str, ...]
    number: str | None
    text_number: str | None
    text_keyword: str | None
    url: str | None
    hours: str | None
    languages_note: str | None
    free: bool | None
    description: str
    area: str
    sources: tuple[Source, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is, never finer than a postcode sector.

    *key* goes into buttons: an outcode ``LS9``, a sector ``LS9-8`` or a district's id.
    *name* is what people call it.
    """

    key: str
    name: str
    point: Point


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody needs; None or empty where they did not say.

    *stages*: the person is in one of these (several when a button covers several).
    *at*: the moment for which "open now" is asked, aware. *age*: in years; with *oldest*
    the youngest that the person may be, and *oldest* the oldest. *for_self*: False where
    somebody asks for another person. *groups*: needs that mean a kind of people, such as
    `disability`, and this person is of it. *topic*: what it is about more closely, a key of
    `directory.needs.TOPICS`. *lines*: needs of helplines to look at before those of *needs*.
    """

    needs: tuple[str, ...]
    at: datetime
    stages: tuple[str, ...] = ()
    place: Place | None = None
    language: str | None = None
    gender: Gender | None = None
    age: int | None = None
    for_self: bool = True
    audience: Audience = Audience.PUBLIC
    oldest: int | None = None
    groups: tuple[str, ...] = ()
    topic: str | None = None
    lines: tuple[str, ...] = ()

    @property
    def ages(self) -> tuple[int, int] | None:
        """The youngest and oldest that the person may be in years; None if not known."""
        if self.age is None:
            return None
        return self.age, self.age if self.oldest is None else self.oldest


@dataclass(frozen=True, slots=True)
class OpenState:
    """Open, closed or unknown at a moment, and when that changes (aware, London) if known."""

    now: Opening
    changes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A service that fits, why, and how sure we are.

    *reasons*: most telling first, at least one. *distance_m*: straight line, metres; None
    when either place is unknown or the location is confidential. *contact_shown*: whether
    phone, e-mail, hours and address may be shown (the rule of confidence). *at*: which of the
    service's other places all that is about, where that is nearer than the main one; never a
    confidential one.
    """

    service: Service
    reasons: tuple[Text, ...]
    distance_m: int | None
    open_state: OpenState
    contact_shown: bool
    at: ServiceAtLocation | None = None

    @property
    def place(self) -> ServiceAtLocation:
        """The place that is meant: *at*, else the main one."""
        return self.service.places[0] if self.at is None else self.at


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a query: never empty of people to turn to.

    *relaxed*: which answers were set aside because nothing met them all; empty if none was.
    """

    matches: Sequence[Match]
    helplines: Sequence[Helpline]
    relaxed: Sequence[Text] = ()
