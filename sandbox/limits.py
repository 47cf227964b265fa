"""How many messages Telegram lets a bot send. Pure: the caller says what time it is.

Source: https://core.telegram.org/bots/faq ("My bot is hitting limits, how do I avoid this?"): about
30 messages a second in bulk, one a second in a chat with short bursts allowed, 20 a minute in a
group; with paid broadcasts up to 1,000 a second for messages that carry ``allow_paid_broadcast``.

Three things are our reading, because the FAQ leaves them open: a message to a chat that wrote in
the last minute is an answer and does not count as bulk; a short burst is five messages; edits,
answers to presses and deletions are not counted.
"""

import math
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

BULK_PER_SECOND = 30
PAID_PER_SECOND = 1000
CHAT_PER_SECOND = 1.0
CHAT_BURST = 5
GROUP_PER_MINUTE = 20
ANSWER_SECONDS = 60.0


class Rule(StrEnum):
    """Which limits hold."""

    NONE = "none"
    TELEGRAM = "telegram"
    PAID = "paid"


@dataclass(slots=True)
class Window:
    """At most *most* events in any *seconds* in a row."""

    most: int
    seconds: float
    times: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Return the seconds until one more event fits; 0 if it fits now."""
        times = self.times
        while times and times[0] <= now - self.seconds:
            times.popleft()
        return 0.0 if len(times) < self.most else times[0] + self.seconds - now


@dataclass(slots=True)
class Bucket:
    """One event a second on average, *burst* at once."""

    burst: float
    tokens: float
    at: float

    def wait(self, now: float) -> float:
        """Return the seconds until one more event fits; 0 if it fits now."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * CHAT_PER_SECOND)
        self.at = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / CHAT_PER_SECOND


@dataclass(frozen=True, slots=True)
class Wish:
    """One message that the bot wants to send."""

    chat_id: int
    group: bool
    unprompted: bool
    paid: bool


class Limits:
    """What was sent lately, and whether one more may go."""

    def __init__(self, rule: Rule, burst: int = CHAT_BURST) -> None:
        """*burst*: how many messages a chat may get at once, after a pause."""
        self.rule = rule
        self._burst = burst
        self._bulk = Window(BULK_PER_SECOND, 1.0)
        self._paid = Window(PAID_PER_SECOND, 1.0)
        self._chats: dict[int, Bucket] = {}
        self._groups: dict[int, Window] = {}

    def admit(self, wish: Wish, *, now: float) -> int:
        """Count the message and return 0, or return the whole seconds to wait.

        A refused message counts nowhere.
        """
        if self.rule is Rule.NONE:
            return 0
        bucket = self._chats.get(wish.chat_id)
        if bucket is None:
            bucket = self._chats[wish.chat_id] = Bucket(self._burst, self._burst, now)
        windows = self._windows(wish)
        wait = max([bucket.wait(now), *(one.wait(now) for one in windows)])
        if wait > 0:
            return math.ceil(wait)
        bucket.tokens -= 1
        for window in windows:
            window.times.append(now)
        return 0

    def _windows(self, wish: Wish) -> list[Window]:
        windows = []
        if wish.unprompted:
            paid = wish.paid and self.rule is Rule.PAID
            windows.append(self._paid if paid else self._bulk)
        if wish.group:
            group = self._groups.get(wish.chat_id)
            if group is None:
                group = self._groups[wish.chat_id] = Window(GROUP_PER_MINUTE, 60.0)
            windows.append(group)
        return windows
