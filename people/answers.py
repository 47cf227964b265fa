"""What a reader of an urgent update answered. Pure."""

from dataclasses import dataclass
from datetime import datetime

from people.model import Role


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody can help. *text*: what a partner wrote about it; a newcomer's is never kept.

    *language*: the one chosen in the bot, None before a choice. *organisation*: for partners.
    """

    chat_id: int
    at: datetime
    role: Role = Role.NEWCOMER
    organisation: str | None = None
    language: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Receipts:
    """How many people got an update, *read*: say that they have read it, *help*: can help."""

    got: int
    read: int
    help: int

    @property
    def unread(self) -> int:
        """How many have not said that they have read it."""
        return self.got - self.read
