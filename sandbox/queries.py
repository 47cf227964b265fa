"""What people look for through inline mode, and the bot's answers, kept as long as it allows."""

import asyncio
import contextlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.people import Chat
from sandbox.spec import Json

LONGEST_QUERY = 256  # characters; Bot API, InlineQuery
FIRST_QUERY = 6_000_000_000_000


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """What the bot found; *contents*: the message of each result, by its id."""

    results: list[Json]
    contents: Mapping[str, Json]
    button: Json | None
    next_offset: str


@dataclass(slots=True)
class InlineQuery:
    """Someone typed ``@bot text`` in a chat; *at* is in seconds since 1970."""

    id: str
    person_id: int
    chat_id: int
    text: str
    offset: str
    at: float
    answer: InlineAnswer | None = None
    _done: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, answer: InlineAnswer) -> None:
        """Take the bot's answer."""
        self.answer = answer
        self._done.set()

    async def wait(self, seconds: float) -> bool:
        """Wait for the answer; False if none came in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._done.wait()
        return self.answer is not None


class Queries:
    """All inline queries, and Telegram's cache of answers.

    *on*: inline mode, as ``/setinline`` at BotFather turns it on. *feedback*: with it the bot
    hears which result was chosen; ``/setinlinefeedback``, off at first as there.
    """

    def __init__(self) -> None:
        self.on = True
        self.feedback = False
        self._all: dict[str, InlineQuery] = {}
        self._cache: dict[tuple[str, str, int | None], tuple[float, InlineAnswer]] = {}

    def add(
        self, person_id: int, chat_id: int, text: str, offset: str, *, now: float
    ) -> InlineQuery:
        """Return a new query, answered already where the cache holds an answer."""
        number = str(FIRST_QUERY + len(self._all))
        query = self._all[number] = InlineQuery(number, person_id, chat_id, text, offset, now)
        # source: Bot API, answerInlineQuery, is_personal: else the answer is for everybody
        for whose in (person_id, None):
            until, answer = self._cache.get((text, offset, whose), (0.0, None))
            if answer is not None and now < until:
                query.take(answer)
                break
        return query

    def get(self, number: str) -> InlineQuery | None:
        """Return the query with this id, or None."""
        return self._all.get(number)

    def keep(
        self, query: InlineQuery, answer: InlineAnswer, *, personal: bool, until: float
    ) -> None:
        """Give the same answer to the same text up to *until*; if *personal*, to this person."""
        whose = query.person_id if personal else None
        self._cache[query.text, query.offset, whose] = (until, answer)


def inline_message_id(chat: Chat, message_id: int) -> str:
    """Return the id of a message that was sent through inline mode, which names no chat."""
    return urlsafe_b64encode(f"{chat.id}/{message_id}".encode()).decode().rstrip("=")
