"""The life of a broadcast and the rule of four eyes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from delivery.model import Attachment
from locales import SOURCE
from locales.errors import N_, UserError


class State(StrEnum):
    """Where a broadcast stands; only an approved one is ever sent."""

    DRAFT = "draft"
    PENDING = "pending"  # waits for a second coordinator
    SCHEDULED = "scheduled"  # approved, and waits for its time
    APPROVED = "approved"  # recipients and texts are frozen
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class Audience(StrEnum):
    """Who gets it; newcomers who did not ask for messages are in none of them.

    What newcomers asked for comes in a frame of its own (`handlers.news_screens`), and only from
    updates that are for them alone.
    """

    PARTNERS = "partners"  # partners and coordinators
    COORDINATORS = "coordinators"
    SUBSCRIBERS = "subscribers"  # chats that get the digest
    EVERYONE = "everyone"  # both, each once
    ALERTS = "alerts"  # newcomers who asked for news


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which of an audience are meant; an empty part narrows nothing, within a part any fits.

    *organisations* are partners', *topics* subscribers', *needs* and *districts* (see
    `directory.alerting.district_code`) those of alerts; where an audience has none of a part,
    the part leaves nobody of it.
    """

    languages: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A button of an update: a web address with its words, or a service's card."""

    label: str = ""
    url: str | None = None
    service_id: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """All of an update but its words.

    *machine*: languages whose words a machine made and nobody has checked. *danger*: to life,
    so it also leaves in quiet hours. *receipt*: asks "I have read this"; *help*: "I can help".
    *every*: repeated after so many days until `Broadcast.until`.
    """

    only: Narrowing = Narrowing()
    attachment: Attachment | None = None
    links: tuple[Link, ...] = ()
    machine: tuple[str, ...] = ()
    danger: bool = False
    receipt: bool = False
    help: bool = False
    every: int | None = None


class Action(StrEnum):
    """What a coordinator may press."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    CANCEL = "cancel"
    UNDO = "undo"  # before anything has left
    NOW = "now"  # what is scheduled leaves now


@dataclass(frozen=True, slots=True)
class Broadcast:
    """An urgent update: HTML by language code, and what was decided.

    *author_id* and *decided_by* are None when that person asked to be forgotten. *send_at*:
    when it is to leave, None for at once. *until*: the last day of a repeated one. *origin_id*:
    the update that this one repeats or follows. *override*: why it left without a second
    person.
    """

    id: int
    author_id: int | None
    texts: Mapping[str, str]
    audience: Audience
    state: State
    created_at: datetime
    submitted_at: datetime | None = None
    decided_by: int | None = None
    decided_at: datetime | None = None
    shape: Shape = Shape()
    send_at: datetime | None = None
    until: date | None = None
    origin_id: int | None = None
    override: str | None = None


class AlreadyDecided(UserError):
    """Two coordinators pressed at once, or an old button was pressed; this one came second."""

    message = N_("Somebody has already decided about this message. Nothing was changed.")


class OwnBroadcast(UserError):
    """The author pressed Approve."""

    message = N_("You wrote this message, so another coordinator must approve it.")


class TooLateToUndo(UserError):
    """Something has left before Undo was pressed."""

    message = N_("It has begun to leave, so it cannot be undone. You can stop the rest.")


class TooEarlyAlone(UserError):
    """The author wants to send it alone while the others can still be expected to decide."""

    message = N_(
        "Please wait for another coordinator. If nobody decides by {time}, you can send it alone."
    )


class PlanChanged(UserError):
    """When it leaves or how it repeats is not as it was when it was shown."""

    message = N_("The plan has changed since you looked. Please check it again.")


class QuietNow(UserError):
    """Somebody wants to send at once what must wait for the end of the quiet hours."""

    message = N_("It is quiet time until {time}. Only danger to life is sent before.")


@dataclass(frozen=True, slots=True)
class _Step:
    """From which states an action leads where, and whether the author may take it."""

    old: frozenset[State]
    new: State
    by_author: bool = field(default=True)


_STEPS = {
    Action.SUBMIT: _Step(frozenset({State.DRAFT}), State.PENDING),
    Action.APPROVE: _Step(frozenset({State.PENDING}), State.APPROVED, by_author=False),
    Action.REJECT: _Step(frozenset({State.PENDING}), State.REJECTED),
    Action.CANCEL: _Step(frozenset({State.DRAFT, State.PENDING, State.SCHEDULED}), State.CANCELLED),
    Action.UNDO: _Step(frozenset({State.APPROVED}), State.CANCELLED),
    Action.NOW: _Step(frozenset({State.SCHEDULED}), State.APPROVED),
}


def advance(broadcast: Broadcast, action: Action, by: int) -> State:
    """Return the state that *action*, pressed by *by*, leads to.

    The caller stores it with compare-and-set (`db.broadcasts.move`), because somebody else
    may have decided since *broadcast* was read.

    Raises:
        OwnBroadcast: the author wants to approve. Decided before the state is looked at,
            so that an author never learns more than that.
        AlreadyDecided: the broadcast is not in a state that *action* starts from.
    """
    step = _STEPS[action]
    if not step.by_author and broadcast.author_id == by:
        raise OwnBroadcast
    if broadcast.state not in step.old:
        raise AlreadyDecided
    if not step.by_author and broadcast.author_id is None:
        raise OwnBroadcast  # an unknown author could be anybody, also who presses
    return step.new


def alike(one: Broadcast, other: Broadcast) -> bool:
    """Say whether both tell the same people the same, whatever the capitals and spaces."""
    return (
        one.audience is other.audience
        and one.shape.only == other.shape.only
        and _words(one) == _words(other)
    )


def _words(broadcast: Broadcast) -> list[str]:
    return broadcast.texts.get(SOURCE, "").casefold().split()
