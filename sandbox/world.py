"""The state of one sandbox, and what its people can do."""

import time
from collections.abc import Callable, Iterable

from sandbox import entities, keyboards
from sandbox.entities import Formatted
from sandbox.errors import Impossible, NoSuchPerson, bad_request, forbidden, migrated
from sandbox.events import Events
from sandbox.faults import Faults
from sandbox.files import Files
from sandbox.limits import ANSWER_SECONDS, CHAT_BURST, Limits, Rule
from sandbox.people import Chat, Person, Press, membership
from sandbox.profile import Profile
from sandbox.queries import Queries, inline_message_id
from sandbox.record import Record
from sandbox.spec import Json
from sandbox.updates import Updates

TOKEN = "123456:sandbox"  # noqa: S105  # opens nothing but a sandbox
LONGEST_TEXT = 4096
FIRST_PERSON = 1001
FIRST_GROUP = -4001
FIRST_PAIR = 9_000_000_000_001  # Telegram gives such chats no id: the bot is not in them
SUPERGROUP = -1_000_000_000_000  # ids of supergroups start below this


class Sandbox:
    """A Telegram of one bot. *clock* gives seconds since 1970; *limits* is a `limits.Rule`.

    *burst*: how many messages a chat may get at once under these limits.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        limits: str = "none",
        burst: int = CHAT_BURST,
        clock: Callable[[], float] = time.time,
        username: str = "fingerpost_sandbox_bot",
        first_name: str = "Fingerpost",
    ) -> None:
        self.token = token
        self.clock = clock
        self.bot: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": first_name,
            "username": username,
        }
        self.limits = Limits(Rule(limits), burst)
        self.record = Record()
        self.faults = Faults()
        self.updates = Updates()
        self.events = Events()
        self.files = Files()
        self.profile = Profile()
        self.inline = Queries()
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.pairs: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self._last_message = 0
        self._last_person = FIRST_PERSON - 1

    # who is there

    def person(
        self,
        first_name: str,
        language_code: str = "en",
        *,
        id: int | None = None,  # noqa: A002  # the Bot API's word
        started: bool = False,
    ) -> Person:
        """Add a person; *started* means that they wrote to the bot long ago.

        Raises:
            Impossible: the id is taken or not positive.
        """
        number = id if id is not None else self._last_person + 1
        if number <= 0 or number in self.chats:
            raise Impossible(f"id {number} is taken or not positive")
        person = Person(number, first_name, language_code, started=started)
        self._last_person = max(self._last_person, number)
        self.people[number] = person
        self.chats[number] = Chat(number, "private", first_name, [number])
        self.events.tell("person", [number])
        return person

    def group(self, title: str, members: Iterable[int], *, id: int | None = None) -> Chat:  # noqa: A002
        """Add a group that the bot is a member of.

        Raises:
            Impossible: the id is taken or not negative, or a member does not exist.
        """
        number = id if id is not None else min([FIRST_GROUP + 1, *self._groups()]) - 1
        if number >= 0 or number in self.chats:
            raise Impossible(f"id {number} is taken or not negative")
        kind = "supergroup" if number < SUPERGROUP else "group"
        chat = Chat(number, kind, title, list(members))
        for member in chat.members:
            self.known(member).in_group = True
        self.chats[number] = chat
        self.events.tell("person", chat.members)
        return chat

    def pair(self, one_id: int, other_id: int) -> Chat:
        """Return the chat of two people, made at its first use; the bot never sees into it.

        Raises:
            Impossible: one of them does not exist, or both are the same.
        """
        members = sorted({self.known(one_id).id, self.known(other_id).id})
        for chat in self.pairs.values():
            if chat.members == members:
                return chat
        if one_id == other_id:
            raise Impossible(f"person {one_id} cannot chat with themselves")
        made = Chat(FIRST_PAIR + len(self.pairs), "private", "", members)
        self.pairs[made.id] = made
        return made

    def known(self, person_id: int) -> Person:
        """Return the person.

        Raises:
            NoSuchPerson: there is none with this id.
        """
        found = self.people.get(person_id)
        if found is None:
            raise NoSuchPerson(f"no person {person_id}")
        return found

    def chat_of(self, chat_id: int) -> Chat:
        """Return the chat.

        Raises:
            NoSuchPerson: there is none with this id.
        """
        found = self.chats.get(chat_id) or self.pairs.get(chat_id)
        if found is None:
            raise NoSuchPerson(f"no chat {chat_id}")
        return found

    # what people do

    def say(
        self, person_id: int, text: str, *, reply_to: int | None = None, chat_id: int | None = None
    ) -> int:
        """Write a text, to the bot or in a group; return the message's id.

        Raises:
            Impossible: an empty or too long text, or a person who cannot write.
        """
        return self.write(person_id, text_of(text), reply_to, chat_id)

    def start(self, person_id: int, payload: str = "") -> int:
        """Press Start, or open a deep link with its *payload*; lifts a block first, as apps do."""
        if self.known(person_id).blocked:
            self.unblock(person_id)
        return self.say(person_id, f"/start {payload}".rstrip())

    def share_location(
        self,
        person_id: int,
        latitude: float,
        longitude: float,
        *,
        reply_to: int | None = None,
    ) -> int:
        """Share a place with the bot; return the message's id."""
        place = {"latitude": latitude, "longitude": longitude}
        return self.write(person_id, {"location": place}, reply_to, None)

    def press(
        self,
        person_id: int,
        message_id: int,
        data: str,
        *,
        forged: bool = False,
        chat_id: int | None = None,
    ) -> Press:
        """Press the button with this data; *forged*: one that is not (or no longer) there.

        Raises:
            Impossible: the message has no such button, or the person cannot write.
        """
        person, chat = self._writer(person_id, chat_id)
        message = chat.messages.get(message_id)
        if not forged:
            markup = message.get("reply_markup", {}) if message else {}
            if data not in keyboards.callback_data(markup):
                raise Impossible(f"message {message_id} has no button with this data")
        if message is None:
            message = {"message_id": message_id, "chat": chat.to_json(), "date": 0}
        now = chat.heard_at = self.clock()
        press = Press(str(7_000_000_000_000 + len(self.presses)), person_id, now)
        self.presses[press.id] = press
        # of what was sent through inline mode the bot is told no more than an id
        inline = {"inline_message_id": inline_message_id(chat, message_id)}
        query = {
            "id": press.id,
            "from": person.to_json(),
            **(inline if "via_bot" in message else {"message": message}),
            "chat_instance": str(abs(chat.id) + 8_000_000_000),
            "data": data,
        }
        self.updates.add("callback_query", query, chat_id=chat.id)
        return press

    def block(self, person_id: int) -> None:
        """Block the bot; it is told at once."""
        self._set_blocked(self.known(person_id), blocked=True)

    def unblock(self, person_id: int) -> None:
        """Take the block back; the bot is told at once."""
        self._set_blocked(self.known(person_id), blocked=False)

    def deactivate(self, person_id: int) -> None:
        """Delete the account; the bot is not told."""
        self.known(person_id).deactivated = True

    def chat(self, person_id: int, *, chat_id: int | None = None) -> list[Json]:
        """Return the messages of a chat as this person sees them, oldest first."""
        chat = self.chat_with(self.known(person_id), chat_id)
        return [self.seen(chat, message) for message in chat.messages.values()]

    def seen(self, chat: Chat, message: Json) -> Json:
        """Return a message with what its readers see besides: keyboards, HTML, addresses."""
        shown = dict(message)
        if keyboard := chat.keyboards.get(message["message_id"]):
            shown["reply_markup"] = keyboard
        caption = "text" if "text" in message else "caption"
        found = message.get("entities" if caption == "text" else "caption_entities", [])
        shown["html"] = entities.to_html(message.get(caption, ""), found)
        shown["from_bot"] = self.is_ours(chat, message)
        return shown

    def is_ours(self, chat: Chat, message: Json) -> bool:
        """Whether the bot wrote the message; a post in a channel names nobody."""
        writer = message.get("from", {}).get("id")
        return writer == self.bot["id"] or message["message_id"] in chat.ours

    # for the Bot API's methods

    def reachable(self, chat_id: int | str) -> Chat:
        """Return the chat if the bot may write to it.

        Raises:
            Refused: unknown, never started, blocked, deactivated, kicked out or migrated.
        """
        chat = self.found(chat_id)
        if chat.is_group:
            if chat.kicked:
                raise forbidden(f"bot was kicked from the {chat.kind} chat")
            return chat
        person = self.people[chat.id]
        if person.deactivated:
            raise forbidden("user is deactivated")
        if person.blocked:
            raise forbidden("bot was blocked by the user")
        if not person.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def found(self, chat_id: int | str) -> Chat:
        """Return the chat if the bot has ever met it.

        Someone known from a group only is met; someone never seen is not.

        Raises:
            Refused: unknown or migrated.
        """
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            raise migrated(chat.migrated_to)
        person = self.people.get(chat.id)
        if person is not None and not (person.started or person.in_group):
            raise bad_request("chat not found")
        return chat

    def is_answer(self, chat: Chat) -> bool:
        """Whether the chat wrote within the last minute."""
        return self.clock() - chat.heard_at < ANSWER_SECONDS

    def store(self, chat: Chat, content: Json) -> Json:
        """Give *content* an id and a date, put it into the chat and return the message."""
        if chat.kind == "supergroup":  # these count for themselves, as Telegram's do
            chat.last_id += 1
            number = chat.last_id
        else:
            self._last_message += 1
            number = self._last_message
        head = {"message_id": number, "date": int(self.clock()), "chat": chat.to_json()}
        message = chat.messages[number] = head | content
        return message

    def tell(self, kind: str, chat: Chat, message: Json) -> None:
        """Tell the watchers about a new or changed message."""
        if self.events:
            shown = self.seen(chat, message)
            self.events.tell(kind, chat.members, chat_id=chat.id, message=shown)

    def tell_membership(self, chat: Chat, person: Person, *, kicked: bool) -> None:
        """Tell the bot that *person* let it into the chat, or put it out."""
        change = membership(self.bot, chat, person, kicked=kicked, at=self.clock())
        self.updates.add("my_chat_member", change, chat_id=chat.id)

    async def close(self) -> None:
        """End what waits."""
        await self.updates.close()
        self.events.close()

    # how

    def _groups(self) -> list[int]:
        return [number for number in self.chats if SUPERGROUP < number < 0]

    def _writer(self, person_id: int, chat_id: int | None) -> tuple[Person, Chat]:
        person = self.known(person_id)
        if person.deactivated:
            raise Impossible(f"person {person_id} has deleted their account")
        chat = self.chat_with(person, chat_id)
        if person.blocked and chat.id not in self.pairs:
            raise Impossible(f"person {person_id} has blocked the bot")
        return person, chat

    def chat_with(self, person: Person, chat_id: int | None) -> Chat:
        """Return the person's chat with the bot, or another one that they are in.

        Raises:
            NoSuchPerson: they are in no such chat.
        """
        chat = self.chat_of(person.id if chat_id is None else chat_id)
        if person.id not in chat.members:
            raise NoSuchPerson(f"person {person.id} is not in chat {chat.id}")
        return chat

    def write(
        self, person_id: int, content: Json, reply_to: int | None, chat_id: int | None
    ) -> int:
        """Put a message of this person into the chat; return its id.

        Raises:
            Impossible: a person who cannot write, an answer to nothing, or a chat that is over.
        """
        person, chat = self._writer(person_id, chat_id)
        if chat.migrated_to is not None:
            raise Impossible(f"chat {chat.id} has become {chat.migrated_to}")
        if reply_to is not None:
            if reply_to not in chat.messages:
                raise NoSuchPerson(f"no message {reply_to}")
            content["reply_to_message"] = without_reply(chat.messages[reply_to])
        written: Json = {"from": person.to_json()} | content
        message = self.store(chat, {key: one for key, one in written.items() if one is not None})
        chat.heard_at = self.clock()
        person.started = person.started or chat.id == person.id
        if chat.id == person.id or (chat.is_group and chat.is_heard(message, self.bot)):
            kind = "channel_post" if chat.kind == "channel" else "message"
            self.updates.add(kind, message, chat_id=chat.id)
        self.tell("message", chat, message)
        number: int = message["message_id"]
        return number

    def _set_blocked(self, person: Person, *, blocked: bool) -> None:
        if person.blocked == blocked:
            return
        person.blocked = blocked
        self.tell_membership(self.chats[person.id], person, kicked=blocked)
        self.events.tell("person", [person.id])


def text_of(text: str) -> Json:
    """Return what a Message has of a text that a person writes.

    Raises:
        Impossible: it is empty or too long.
    """
    formatted = entities.tidy(Formatted(text, ()))
    if not 0 < entities.units(formatted.text) <= LONGEST_TEXT:
        raise Impossible("a text has 1 to 4096 characters")
    content: Json = {"text": formatted.text}
    if formatted.entities:
        content["entities"] = [one.to_json() for one in formatted.entities]
    return content


def without_reply(message: Json) -> Json:
    """Return the message as it is quoted: replies are not nested."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}
