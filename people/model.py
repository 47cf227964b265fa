"""Who a person is and what the role allows: the one place where that is decided. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is to the partnership."""

    NEWCOMER = "newcomer"
    PARTNER = "partner"
    COORDINATOR = "coordinator"


class Action(StrEnum):
    """Things that not everybody may do."""

    SEE_WORKER_SERVICES = "see_worker_services"
    CONFIRM_SERVICE = "confirm_service"
    REVIEW_DIGEST = "review_digest"
    BROADCAST = "broadcast"
    MANAGE_PARTNERS = "manage_partners"
    SEE_HEALTH = "see_health"
    SEE_NEEDS = "see_needs"
    ANSWER_TIPS = "answer_tips"
    SEE_UNCONFIRMED_RIGHTS = "see_unconfirmed_rights"
    CONFIRM_RIGHT = "confirm_right"
    EDIT_OWN_SERVICE = "edit_own_service"
    EDIT_SERVICE = "edit_service"
    APPROVE_CHANGE = "approve_change"
    POST = "post"


_ALLOWED: dict[Role, frozenset[Action]] = {
    Role.NEWCOMER: frozenset(),
    Role.PARTNER: frozenset(
        {
            Action.SEE_WORKER_SERVICES,
            Action.SEE_UNCONFIRMED_RIGHTS,
            Action.EDIT_OWN_SERVICE,
            Action.POST,
        }
    ),
    Role.COORDINATOR: frozenset(Action),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes to the bot.

    *id* is the Telegram user id. *language*: the one chosen in the bot, None before a choice.
    *organisation*: for partners, else None. Nothing else is known, on purpose.
    """

    id: int
    language: str | None = None
    role: Role = Role.NEWCOMER
    organisation: str | None = None

    def may(self, action: Action) -> bool:
        """Say whether the role allows *action*."""
        return action in _ALLOWED[self.role]
