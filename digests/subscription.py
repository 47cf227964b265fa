"""The words of who gets the digest, and how often. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Frequency(StrEnum):
    """How often somebody wants news."""

    WEEKLY = "weekly"
    DAILY = "daily"
    URGENT = "urgent"  # urgent updates only


class ChatKind(StrEnum):
    """What kind of chat gets the digest."""

    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A chat that gets the digest: *topics* (empty: all), in *language* (None: English).

    *day* (0 is Monday) and *hour* in the city's time: when it is to come; None: with the
    others. *thread_id*: the topic of a forum group in which it is to stand.
    """

    chat_id: int
    topics: frozenset[str] = frozenset()
    language: str | None = None
    frequency: Frequency = Frequency.WEEKLY
    day: int | None = None
    hour: int | None = None
    kind: ChatKind = ChatKind.PRIVATE
    thread_id: int | None = None
