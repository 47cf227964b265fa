"""The words of sending: parcels, what became of them, and what this package needs. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from locales.errors import Text


class Kind(StrEnum):
    """What a message is: decides its turn and what happens when its fate is unknown."""

    NOTICE = "notice"  # to coordinators: something waits for them; sent again when unknown
    URGENT = "urgent"  # a broadcast; sent again when unknown (a rare repeat)
    DIGEST = "digest"  # never sent again when unknown; listed for the coordinators


class CampaignState(StrEnum):
    """Whether the copies of a campaign may leave; "done" is computed, never stored."""

    ACTIVE = "active"
    PAUSED = "paused"  # by a person, or by itself when too many failed
    HELD = "held"  # too old, or from a backup: a person must say yes first
    CANCELLED = "cancelled"


class Status(StrEnum):
    """Where one recipient's copy is."""

    QUEUED = "queued"
    SENDING = "sending"  # the call has started and has not been settled
    SENT = "sent"
    GONE = "gone"  # blocked the bot, deleted the account: not an error of ours
    FAILED = "failed"
    UNKNOWN = "unknown"  # Telegram may or may not have taken it
    SKIPPED = "skipped"  # cancelled, or the person left meanwhile


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button: exactly one of *data* (callback_data, at most 64 bytes) and *url*."""

    text: str
    data: str | None = None
    url: str | None = None


class Act(StrEnum):
    """What is done in the chat."""

    SEND = "send"
    EDIT = "edit"  # what was sent before gets these words
    DELETE = "delete"  # what was sent before goes, where Telegram still allows it; else edited


class Media(StrEnum):
    """What may come with a message, as the Bot API names it."""

    PHOTO = "photo"
    DOCUMENT = "document"
    LOCATION = "location"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or file that Telegram keeps (*file_id*), or a place in degrees (WGS 84).

    *name*: what a file is called; its readers see that.
    """

    media: Media
    file_id: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What is sent: HTML parts in order, each under 4,096 UTF-16 units; buttons under the last.

    *attachment*: sent as a message of its own before the first part. *act*: what is done with
    it; an edit or a deletion is about the messages in `Parcel.targets`.
    """

    parts: tuple[str, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    attachment: Attachment | None = None
    act: Act = Act.SEND

    @property
    def pieces(self) -> int:
        """How many calls of Telegram it takes: the attachment is the first piece, a deletion one.

        A deletion that comes too late takes more, which are not counted: doing it again from
        its start does no harm.
        """
        if self.act is Act.DELETE:
            return 1
        attached = self.act is Act.SEND and self.attachment is not None
        return len(self.parts) + attached


@dataclass(frozen=True, slots=True)
class Parcel:
    """One recipient's copy of a message. *parts_sent*: how many pieces have arrived already.

    *claim* counts the claims of this copy: a worker that comes late has an old number.
    *thread_id*: the topic of a forum group in which it is to stand. *targets*: the messages
    that an edit or a deletion is about.
    """

    id: int
    chat_id: int
    kind: Kind
    content: Content
    parts_sent: int = 0
    attempts: int = 0
    claim: int = 0
    campaign: str = ""
    thread_id: int | None = None
    targets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram took every part; ids of the messages, in order."""

    message_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """The person cannot be reached any more; their subscriptions pause."""

    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The group has another id now; try once more there."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class TryLater:
    """Not taken, for certain; *wait* before the next attempt. *flood*: Telegram said 429."""

    wait: timedelta
    reason: str
    flood: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """Refused, and would be refused again: our mistake, or a limit of Telegram."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """No answer came: it may have arrived."""

    reason: str


Outcome = Sent | Gone | Moved | TryLater | Failed | Unknown


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of one attempt; *parts_sent* of the parts have arrived in total.

    *message_ids*: of the parts that arrived in this attempt. *moved_to*: the chat's new id.
    """

    parcel: Parcel
    outcome: Outcome
    parts_sent: int
    message_ids: tuple[int, ...] = ()
    moved_to: int | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """All that leaves for one reason (``digest:2026-W47``, ``broadcast:5``).

    *reason*: why it does not leave just now. *state_at*: since when the state is what it is.
    """

    campaign: str
    kind: Kind
    state: CampaignState
    reason: Text | None
    created_at: datetime
    state_at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """How many recipients of a message are in each state; the states always add up to *total*."""

    total: int = 0
    queued: int = 0
    sending: int = 0
    sent: int = 0
    gone: int = 0
    failed: int = 0
    unknown: int = 0
    skipped: int = 0

    @property
    def done(self) -> bool:
        """Nothing is waiting or on its way (computed, never stored)."""
        return self.queued == 0 and self.sending == 0


TOO_LATE = Failed("too late to delete")
"""What `Sender.delete` says of messages that Telegram lets nobody delete any more."""


class Sender(Protocol):
    """Hands one piece to Telegram, says what became of it, never raises for its answers."""

    async def send(
        self,
        chat_id: int,
        html: str,
        buttons: Sequence[Sequence[Button]],
        *,
        thread_id: int | None = None,
    ) -> Outcome:
        """Send one part.

        *thread_id*: the topic of a forum group; when it is no more, the group gets it anyway.
        """
        ...

    async def attach(
        self, chat_id: int, attachment: Attachment, *, thread_id: int | None = None
    ) -> Outcome:
        """Send a picture, a file or a place as a message of its own."""
        ...

    async def edit(
        self, chat_id: int, message_id: int, html: str, buttons: Sequence[Sequence[Button]]
    ) -> Outcome:
        """Give a message of ours other words; done, too, when it has them or is not there."""
        ...

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> Outcome:
        """Delete messages of ours: all, or none and `TOO_LATE`; done, too, when they are gone."""
        ...


class Outbox(Protocol):
    """The durable queue; each method is one committed transaction."""

    async def claim(self, limit: int, now: datetime) -> Sequence[Parcel]:
        """Take up to *limit* due parcels, oldest first, for five minutes; leaves them queued."""
        ...

    async def start(self, parcels: Sequence[Parcel], now: datetime) -> set[int]:
        """Mark as sending just before the call; return the ids that are still ours."""
        ...

    async def settle(self, settlements: Sequence[Settlement], now: datetime) -> None:
        """Record what became of the started parcels."""
        ...

    async def release(self, parcels: Sequence[Parcel], now: datetime) -> None:
        """Give back claimed parcels that have not started; those that are not ours stay."""
        ...
