"""What a process has seen of Telegram while it called it."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Signs:
    """*clock_off*: how far this machine's clock is from Telegram's, if known.

    *silent*: for how long all calls have failed, from the first to the last; None when the last
    one had an answer. That it refuses the token is none.
    """

    clock_off: timedelta | None = None
    silent: timedelta | None = None


NO_SIGNS = Signs()
