"""A change of an update that people have got: a correction or a recall, by two people. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from delivery.broadcast import AlreadyDecided, OwnBroadcast, State
from locales.errors import N_, UserError


class Kind(StrEnum):
    """What is to happen to every copy."""

    CORRECT = "correct"  # its words are replaced
    RECALL = "recall"  # it is deleted; where that is too late, replaced by a line that says so


class Decision(StrEnum):
    """What a coordinator may press."""

    APPROVE = "approve"
    REJECT = "reject"
    CANCEL = "cancel"  # by its author, too


@dataclass(frozen=True, slots=True)
class Amendment:
    """One change of the update *broadcast_id*, the *number*-th; *texts* as in `Broadcast`.

    *author_id* and *decided_by* are None when that person asked to be forgotten.
    """

    id: int
    broadcast_id: int
    number: int
    kind: Kind
    texts: Mapping[str, str]
    author_id: int | None
    state: State
    created_at: datetime
    decided_by: int | None = None
    decided_at: datetime | None = None

    @property
    def campaign(self) -> str:
        """The outbox's name for what it sends."""
        return f"{self.kind.value}:{self.broadcast_id}:{self.number}"


class OtherAmendment(UserError):
    """Two changes of one update would overtake each other."""

    message = N_("Another change of this update waits for approval. Please decide about it first.")


class TakenBackAlready(UserError):
    """There is nothing left to change."""

    message = N_("This update was taken back already.")


_REACHED = {
    Decision.APPROVE: State.APPROVED,
    Decision.REJECT: State.REJECTED,
    Decision.CANCEL: State.CANCELLED,
}


def decide(amendment: Amendment, decision: Decision, by: int) -> State:
    """Return the state that *decision*, pressed by *by*, leads to.

    Raises:
        OwnBroadcast: its author wants to approve it.
        AlreadyDecided: somebody was faster.
    """
    if decision is Decision.APPROVE and amendment.author_id == by:
        raise OwnBroadcast
    if amendment.state is not State.PENDING:
        raise AlreadyDecided
    if decision is Decision.APPROVE and amendment.author_id is None:
        raise OwnBroadcast  # an unknown author could be anybody, also who presses
    return _REACHED[decision]
