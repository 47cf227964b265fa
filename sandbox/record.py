"""Every call of the bot, in order, accepted or refused: what the delivery tests count from."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sandbox.spec import Json, Upload

SENDING = frozenset(
    [
        "sendMessage",
        "sendVenue",
        "sendLocation",
        "sendDocument",
        "sendPhoto",
        "copyMessage",
        "forwardMessage",
    ]
)


@dataclass(slots=True)
class Call:
    """One call; *at* is in seconds since 1970, *n* counts from 1."""

    method: str
    at: float
    n: int = 0
    params: Json = field(default_factory=dict)
    chat_id: int | None = None
    message_id: int | None = None
    ok: bool = False
    error_code: int | None = None
    unprompted: bool = False

    def to_json(self) -> Json:
        """Return the call as the people's side shows it; files by name and size only."""
        return {
            "n": self.n,
            "at": self.at,
            "method": self.method,
            "chat_id": self.chat_id,
            "ok": self.ok,
            "error_code": self.error_code,
            "message_id": self.message_id,
            "unprompted": self.unprompted,
            "params": {name: _shown(value) for name, value in self.params.items()},
        }


class Record:
    """An append-only list of calls."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.accepted: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def add(self, call: Call) -> None:
        """Append a call that has its outcome."""
        self.calls.append(call)
        call.n = len(self.calls)
        (self.accepted if call.ok else self.refused)[call.method] += 1

    def messages(self) -> list[Call]:
        """Return the accepted calls that put a message into a chat, in order."""
        return [call for call in self.calls if call.ok and call.method in SENDING]

    def counts(self) -> Json:
        """Return the sums: calls by method, messages, and the most in any second."""
        messages = self.messages()
        return {
            "accepted": dict(self.accepted),
            "refused": dict(self.refused),
            "accepted_messages": len(messages),
            "most_in_one_second": most_in_one_second(call.at for call in messages),
            "most_unprompted_in_one_second": most_in_one_second(
                call.at for call in messages if call.unprompted
            ),
        }


def most_in_one_second(times: Iterable[float]) -> int:
    """Return the largest number of moments in any second, its end left out."""
    ordered = sorted(times)
    first = most = 0
    for last, moment in enumerate(ordered):
        while ordered[first] <= moment - 1:
            first += 1
        most = max(most, last - first + 1)
    return most


def _shown(value: object) -> object:
    if isinstance(value, Upload):
        return {"file_name": value.name, "file_size": len(value.data)}
    return value
