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
    """A private chat, a group, a supergroup or a channel.

    *administrators* are members. *topics*: the names of a forum's topics by their thread ids.
    *ours*: posts of the bot in a channel, which name nobody. *messages* holds Bot API Messages;
    an edit puts a new object in the place of the old one, so an update that was made earlier
    keeps what it showed. *keyboards* holds the reply markups that a Message does not show (reply
    keyboards, force reply). *heard_at* is when a member last did something, in seconds since 1970.
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
    administrators: set[int] = field(default_factory=set)
    topics: dict[int, str] = field(default_factory=dict)
    is_forum: bool = False
    ours: set[int] = field(default_factory=set)

    @property
    def is_group(self) -> bool:
        """Whether several people are in it."""
        return self.kind != "private"

    def to_json(self) -> Json:
        """Return the Bot API's Chat."""
        title = "title" if self.is_group else "first_name"
        forum = {"is_forum": True} if self.is_forum else {}
        return {"id": self.id, "type": self.kind, title: self.name, **forum}

    def is_heard(self, message: Json, bot: Json) -> bool:
        """Whether a bot in privacy mode (the default) gets this message of a group.

        Of a channel it gets every post: there it is an administrator.
        Source: https://core.telegram.org/bots/features#privacy-mode
        """
        if self.kicked:
            return False
        if self.kind == "channel":
            return True
        answered = message.get("reply_to_message", {}).get("from", {}).get("id")
        name = f"@{bot['username']}".lower()
        kinds = {one["type"] for one in message.get("entities", [])}
        named = "bot_command" in kinds or name in message.get("text", "").lower()
        return named or answered == bot["id"] or "via_bot" in message


def membership(bot: Json, chat: Chat, person: Person, *, kicked: bool, at: float) -> Json:
    """Return the ChatMemberUpdated about the bot that came in or was put out at that moment."""
    user = {key: bot[key] for key in ("id", "is_bot", "first_name", "username")}
    states: list[Json] = [
        administrator(user) if chat.kind == "channel" else {"user": user, "status": "member"},
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


def administrator(user: Json) -> Json:
    """Return the ChatMemberAdministrator of *user*, with the fields that are always there."""
    rights = (
        "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
        "can_manage_video_chats", "can_restrict_members", "can_promote_members",
        "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
        "can_delete_stories",
    )  # fmt: skip
    given = {"can_manage_chat", "can_change_info", "can_invite_users"}
    return {"user": user, "status": "administrator"} | {each: each in given for each in rights}


@dataclass(slots=True)
class Press:
    """A button that someone pressed, and the bot's answer to it."""

    id: str
    person_id: int
    at: float
    answered: bool = False
    text: str | None = None
    show_alert: bool = False
    url: str | None = None
    _done: asyncio.Event = field(default_factory=asyncio.Event)

    def answer(self, text: str | None, *, show_alert: bool, url: str | None = None) -> None:
        """Take the bot's answer; *url*: a link to the bot that the app opens."""
        self.answered, self.text, self.show_alert, self.url = True, text, show_alert, url
        self._done.set()

    async def wait(self, seconds: float) -> bool:
        """Wait for the answer; False if none came in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._done.wait()
        return self.answered
