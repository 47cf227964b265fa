"""Trouble on request: refusals, cut connections and delays for the next calls that fit."""

from dataclasses import dataclass

from sandbox.errors import Refused

TOO_MANY = 429
DESCRIPTIONS = {
    400: "Bad Request: refused on request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    409: "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
    429: "Too Many Requests: retry after {retry_after}",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


@dataclass(slots=True)
class Fault:
    """What happens to the next *times* calls of *method* (None: any) to *chat_id* (None: any).

    With an *error_code* or a *retry_after* the call is refused, otherwise accepted. Then it is
    answered after *delay* seconds, or, with *drop*, not at all: the connection is cut, and the bot
    cannot know which of the two it was.
    """

    method: str | None = None
    chat_id: int | None = None
    times: int = 1
    error_code: int | None = None
    description: str | None = None
    retry_after: int | None = None
    drop: bool = False
    delay: float = 0.0

    def refusal(self) -> Refused | None:
        """Return the refusal asked for; None if the call is to be accepted."""
        code = self.error_code or (429 if self.retry_after is not None else None)
        if code is None:
            return None
        wait = self.retry_after if self.retry_after is not None else 1
        text = self.description or DESCRIPTIONS.get(code, "Error").format(retry_after=wait)
        return Refused(code, text, {"retry_after": wait} if code == TOO_MANY else {})


class Faults:
    """The faults still to come."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, fault: Fault) -> None:
        """Plan a fault, after those already planned."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Forget every fault."""
        self._waiting.clear()

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """Return the first fault that fits this call, used up by one; None if none fits."""
        for fault in self._waiting:
            if fault.method not in (None, method) or fault.chat_id not in (None, chat_id):
                continue
            fault.times -= 1
            if fault.times <= 0:
                self._waiting.remove(fault)
            return fault
        return None
