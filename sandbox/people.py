"""The people on the other side, their chats and what lies in them."""

import asyncio
import contextlib
import math
from dataclasses import dataclass, field

from sandbox.spec import Json

QUERY_SECONDS = 15.0  # Telegram names no figure; bots report about a quarter of a minute


@dataclass(slots=True)
class Person:
    """Someone with a Telegram account."""

    id: int
    first_name: str
    language_code: str
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    in_group: bool = False

    def to_json(self) -> Json:
        """Return the Bot API's User."""
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.first_name,
            "language_code": self.language_code,
        }


@dataclass(slots=True)
class Chat:
    """A private chat, a group or a supergroup.

    *messages* holds Bot API Messages; an edit puts a new object in the place of the old one, so an
    update that was made earlier keeps what it showed. *keyboards* holds the reply markups that a
    Message does not show (reply keyboards, force reply). *heard_at* is when a member last did
    something, in seconds since 1970.
    """

    id: int
    kind: str
    name: str
    members: list[int]
    messages: dict[int, Json] = field(default_factory=dict)
    keyboards: dict[int, Json] = field(default_factory=dict)
    heard_at: float = -math.inf
    migrated_to: int | None = None
    last_id: int = 0
    kicked: bool = False

    @property
    def is_group(self) -> bool:
        """Whether several people are in it."""
        return self.kind != "private"

    def to_json(self) -> Json:
        """Return the Bot API's Chat."""
        title = "title" if self.is_group else "first_name"
        return {"id": self.id, "type": self.kind, title: self.name}

    def is_heard(self, message: Json, bot: Json) -> bool:
        """Whether a bot in privacy mode (the default) gets this message of a group.

        Source: https://core.telegram.org/bots/features#privacy-mode
        """
        if self.kicked:
            return False
        answered = message.get("reply_to_message", {}).get("from", {}).get("id")
        name = f"@{bot['username']}".lower()
        kinds = {one["type"] for one in message.get("entities", [])}
        named = "bot_command" in kinds or name in message.get("text", "").lower()
        return named or answered == bot["id"] or "via_bot" in message


def membership(bot: Json, chat: Chat, person: Person, *, kicked: bool, at: float) -> Json:
    """Return the ChatMemberUpdated about the bot that came in or was put out at that moment."""
    user = {key: bot[key] for key in ("id", "is_bot", "first_name", "username")}
    states: list[Json] = [
        {"user": user, "status": "member"},
        {"user": user, "status": "kicked", "until_date": 0},
    ]
    old, new = states if kicked else reversed(states)
    return {
        "chat": chat.to_json(),
        "from": person.to_json(),
        "date": int(at),
        "old_chat_member": old,
        "new_chat_member": new,
    }


@dataclass(slots=True)
class Press:
    """A button that someone pressed, and the bot's answer to it."""

    id: str
    person_id: int
    at: float
    answered: bool = False
    text: str | None = None
    show_alert: bool = False
    _done: asyncio.Event = field(default_factory=asyncio.Event)

    def answer(self, text: str | None, *, show_alert: bool) -> None:
        """Take the bot's answer."""
        self.answered, self.text, self.show_alert = True, text, show_alert
        self._done.set()

    async def wait(self, seconds: float) -> bool:
        """Wait for the answer; False if none came in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._done.wait()
        return self.answered
