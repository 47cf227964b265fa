"""Patience after Telegram's "too many requests", one chat at a time, for answers to people.

The library's own limiter halts every chat after one such answer. Bulk messages say ``bulk``
and pass: `delivery.drain` keeps their pace and the outbox tries them again. Answers never wait
for bulk: they are counted in the budget that both share, and bulk leaves them room. A process
that only answers has nobody to share with; there the rate of bulk leaves room.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from delivery.budget import Budget

log = logging.getLogger(__name__)

BULK = "bulk"  # as rate_limit_args
RETRIES = 2
LONGEST_WAIT = timedelta(seconds=20)  # a person has given up by then
FLOODED_CHATS = 3  # so many within the window: the bot is too fast, not one chat
FLOOD_WINDOW = timedelta(seconds=10)

# shown to a person as a spinning button, and worthless when late
_AT_ONCE = frozenset({"answerCallbackQuery", "answerInlineQuery"})
# Calls that put no message into a chat. Telegram's FAQ speaks of messages.
_NO_MESSAGE = ("edit", "delete", "get", "set", "pin", "unpin", "leave", "sendChatAction")


class PriorityLimiter(BaseRateLimiter[str]):
    """Holds a chat that flooded and lets the others pass; holds all when several flooded.

    *budget* counts the messages. *clock* gives seconds and *sleep* takes them, so that tests
    need not wait.
    """

    def __init__(
        self,
        budget: Budget | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._budget = budget
        self._clock = clock
        self._sleep = sleep
        self._held: dict[int | str, float] = {}  # chat: until when
        self._flooded: dict[int | str, float] = {}  # chat: when it last flooded
        self._all_held = float("-inf")  # until when

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close: whoever waits is cancelled with its task."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],  # Any: the library's signature
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: str | None,
    ) -> Any:
        """Make the request once its chat is not held, and again after a flood answer.

        Raises:
            RetryAfter: the wait is longer than a person's, or it was tried often enough.
        """
        chat = data.get("chat_id")
        if rate_limit_args == BULK or endpoint in _AT_ONCE or chat is None:
            return await callback(*args, **kwargs)
        retries, patience_ends = RETRIES, self._clock() + LONGEST_WAIT.total_seconds()
        while True:
            await self._patience(chat, patience_ends)
            try:
                with self._counted(endpoint):
                    return await callback(*args, **kwargs)
            except RetryAfter as flood:
                self._hold(chat, _wait(flood))
                if retries == 0:
                    raise
                retries -= 1

    def _counted(self, endpoint: str) -> AbstractContextManager[None]:
        if self._budget is None or endpoint.startswith(_NO_MESSAGE):
            return nullcontext()
        return self._budget.answer()

    async def _patience(self, chat: int | str, ends: float) -> None:
        """Wait until *chat* is free; looks again after waiting, as it may be held anew.

        Not longer than patience lasts: an update that takes long keeps others waiting at
        Telegram, which shows no more than a hundred from the oldest unfinished one on.
        """
        while (left := self._left(chat)) > 0:
            if self._clock() + left > ends:
                raise RetryAfter(timedelta(seconds=left))
            await self._sleep(left)

    def _left(self, chat: int | str) -> float:
        return max(self._held.get(chat, self._all_held), self._all_held) - self._clock()

    def _hold(self, chat: int | str, wait: timedelta) -> None:
        now = self._clock()
        since = now - FLOOD_WINDOW.total_seconds()
        self._held = {c: until for c, until in self._held.items() if until > now}
        self._flooded = {c: at for c, at in self._flooded.items() if at > since}
        self._held[chat] = now + wait.total_seconds()
        self._flooded[chat] = now
        everybody = len(self._flooded) >= FLOODED_CHATS
        if everybody:
            seconds = min(wait, LONGEST_WAIT).total_seconds()
            self._all_held = max(self._all_held, now + seconds)
            if self._budget is not None:
                self._budget.stop(seconds)
        log.warning(
            "telegram asked for patience",
            extra={"chat_id": chat, "seconds": wait.total_seconds(), "everybody": everybody},
        )


def _wait(flood: RetryAfter) -> timedelta:
    """Return what Telegram asked for; a number where PTB_TIMEDELTA is not set."""
    asked = flood.retry_after
    return asked if isinstance(asked, timedelta) else timedelta(seconds=asked)
