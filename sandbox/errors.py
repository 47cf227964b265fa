"""How the sandbox says no: Telegram's codes and descriptions to the bot, plain words to people."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Refused(Exception):
    """A Bot API call was refused; becomes the JSON error answer with the same HTTP status."""

    code: int
    description: str
    parameters: Mapping[str, int] = field(default_factory=dict)


class Impossible(Exception):
    """Someone on the people's side asked for what cannot be done, such as writing while deleted."""


class NoSuchPerson(Impossible):
    """The people's side named a person, chat or message that does not exist."""


def bad_request(description: str) -> Refused:
    """Return the 400 answer with this description."""
    return Refused(400, f"Bad Request: {description}")


def forbidden(description: str) -> Refused:
    """Return the 403 answer with this description."""
    return Refused(403, f"Forbidden: {description}")


def conflict(description: str) -> Refused:
    """Return the 409 answer with this description."""
    return Refused(409, f"Conflict: {description}")


def too_many(retry_after: int) -> Refused:
    """Return the 429 answer that asks for *retry_after* seconds of silence."""
    return Refused(
        429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after}
    )


def migrated(new_id: int) -> Refused:
    """Return the answer for a group that has become the supergroup *new_id*."""
    return Refused(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": new_id},
    )


def too_old() -> Refused:
    """Return the answer for a query that is unknown, answered, or older than Telegram waits."""
    return bad_request("query is too old and response timeout expired or query ID is invalid")
