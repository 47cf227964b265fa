"""The words of a week's digest: what is in it, what it tells beside, how far it is. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from digests.item import StoredItem
from locales.errors import Text


class ServiceNewsKind(StrEnum):
    """What happened to a service of the directory."""

    NEW = "new"
    CHANGED = "changed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ServiceNews:
    """A change in the directory this week; *what*: which facts, as sentences."""

    kind: ServiceNewsKind
    service_id: str
    name: str
    what: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmet:
    """A need for which people found nothing this week; *count* is never under five."""

    need: str
    count: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """Something that takes place soon, told in this edition or in an earlier one."""

    item_id: int
    title: str
    link: str | None
    on: date
    at: time | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """What an edition tells beside the posts; each part may be empty."""

    services: tuple[ServiceNews, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    meetings: tuple[Meeting, ...] = ()


NOTHING_BESIDE = Beside()


class EditionState(StrEnum):
    """Life of a week's digest."""

    DRAFT = "draft"  # in review
    HELD = "held"  # a coordinator said: not yet
    APPROVED = "approved"  # frozen, queued or sent


class Unseen(StrEnum):
    """What to do with a digest that nobody looked at in time."""

    HOLD = "hold"
    SEND = "send"


class Empty(StrEnum):
    """What subscribers get in a week without news."""

    SILENT = "silent"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Edition:
    """The digest of one ISO week (``2026-W47``): personal only on the way out.

    *note*: a coordinator's opening words. *beside*: what else it tells, frozen with it at
    approval; None before. *reminded_at*: when coordinators were last told that it waits.
    """

    week: str
    state: EditionState
    decided_by: int | None = None
    decided_at: datetime | None = None
    note: str | None = None
    beside: Beside | None = None
    reminded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A topic and its items in reading order."""

    topic: str
    items: tuple[StoredItem, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """A week's items by topic, as one subscriber's choice of topics shows them.

    *note* and *beside* as in `Edition`; *today*: the day from which deadlines are counted.
    *pictures*: what stands before a post's number in the address of its picture.
    """

    week: str
    sections: tuple[Section, ...]
    note: str | None = None
    beside: Beside = NOTHING_BESIDE
    today: date | None = None
    pictures: str | None = None
