"""What happens in groups, forum topics and channels beside what members write."""

from collections.abc import Iterable

from sandbox.errors import Impossible, NoSuchPerson
from sandbox.people import Chat
from sandbox.spec import Json
from sandbox.world import SUPERGROUP, Sandbox, text_of

# In whose name Telegram shows administrators who write as the group. Source: Bot API, Message.
ANONYMOUS: Json = {
    "id": 1_087_968_824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}


def channel(
    sandbox: Sandbox,
    title: str,
    members: Iterable[int],
    administrators: Iterable[int],
    *,
    id: int | None = None,  # noqa: A002  # the Bot API's word
) -> Chat:
    """Add a channel in which the bot is an administrator; it is told that it came in.

    Raises:
        Impossible: nobody administers it, or somebody who is no member; or the id is taken.
    """
    number = id if id is not None else min([SUPERGROUP, *sandbox.chats]) - 1
    chat = sandbox.group(title, members, id=number)
    chat.kind = "channel"
    promote(sandbox, chat.id, administrators)
    if not chat.administrators:
        raise Impossible("a channel has an administrator")
    first = sandbox.known(min(chat.administrators))
    sandbox.tell_membership(chat, first, kicked=False)
    return chat


def migrate(sandbox: Sandbox, group_id: int) -> Chat:
    """Turn a group into a supergroup and return that; both tell the bot.

    Raises:
        Impossible: it is no group, or has migrated before.
    """
    old = sandbox.chat_of(group_id)
    if old.kind != "group" or old.migrated_to is not None:
        raise Impossible(f"chat {group_id} cannot migrate")
    new = sandbox.group(old.name, old.members, id=SUPERGROUP + group_id)
    old.migrated_to = new.id
    sender = sandbox.known(old.members[0]).to_json() if old.members else sandbox.bot
    for chat, words in (
        (old, {"migrate_to_chat_id": new.id}),
        (new, {"migrate_from_chat_id": old.id}),
    ):
        message = sandbox.store(chat, {"from": sender, **words})
        sandbox.updates.add("message", message, chat_id=chat.id)
    return new


def kick(sandbox: Sandbox, group_id: int) -> Chat:
    """Put the bot out of a group and return that; the bot is told at once.

    Raises:
        Impossible: it is no group, has migrated, or the bot is out already.
    """
    chat = sandbox.chat_of(group_id)
    if not chat.is_group or chat.kicked or chat.migrated_to is not None:
        raise Impossible(f"the bot cannot be put out of chat {group_id}")
    chat.kicked = True
    sandbox.tell_membership(chat, sandbox.known(chat.members[0]), kicked=True)
    return chat


def promote(sandbox: Sandbox, chat_id: int, administrators: Iterable[int]) -> Chat:
    """Let exactly these members be administrators, and return the chat.

    Raises:
        Impossible: it is a private chat, or one of them is no member.
    """
    chat, chosen = sandbox.chat_of(chat_id), set(administrators)
    if not chat.is_group or not chosen <= set(chat.members):
        raise Impossible(f"chat {chat_id} cannot have the administrators {sorted(chosen)}")
    chat.administrators = chosen
    return chat


def topic(sandbox: Sandbox, chat_id: int, name: str) -> int:
    """Open a topic, which makes the supergroup a forum; return its thread id.

    Raises:
        Impossible: it is no supergroup.
    """
    chat = sandbox.chat_of(chat_id)
    if chat.kind != "supergroup":
        raise Impossible(f"chat {chat_id} cannot have topics")
    chat.is_forum = True
    opened = sandbox.store(chat, {"forum_topic_created": {"name": name, "icon_color": 0x6FB9F0}})
    number: int = opened["message_id"]
    opened |= {"message_thread_id": number, "is_topic_message": True}
    chat.topics[number] = name
    return number


def delete_topic(sandbox: Sandbox, chat_id: int, thread_id: int) -> None:
    """Delete a topic with its messages; the bot is not told.

    Raises:
        NoSuchPerson: there is none with this thread id.
    """
    chat = sandbox.chat_of(chat_id)
    if chat.topics.pop(thread_id, None) is None:
        raise NoSuchPerson(f"no topic {thread_id}")
    inside = [n for n, one in chat.messages.items() if one.get("message_thread_id") == thread_id]
    for number in inside:
        del chat.messages[number]


def say(
    sandbox: Sandbox,
    person_id: int,
    chat_id: int,
    text: str,
    *,
    thread_id: int | None = None,
    anonymous: bool = False,
) -> int:
    """Write in a group, a topic of it, or a channel; return the message's id.

    *anonymous*: as the group itself, which administrators may. A channel always speaks itself.

    Raises:
        Impossible: no administrator where only those may, or a text that cannot be sent.
        NoSuchPerson: they are not in the chat, or it has no such topic.
    """
    person = sandbox.known(person_id)
    chat = sandbox.chat_with(person, chat_id)
    content = text_of(text)
    if (anonymous or chat.kind == "channel") and person_id not in chat.administrators:
        raise Impossible(f"person {person_id} is no administrator of chat {chat_id}")
    if chat.kind == "channel":
        content |= {"from": None, "sender_chat": chat.to_json()}
    elif anonymous:
        content |= {"from": ANONYMOUS, "sender_chat": chat.to_json()}
    if thread_id is not None:
        if thread_id not in chat.topics:
            raise NoSuchPerson(f"no topic {thread_id}")
        content |= {"message_thread_id": thread_id, "is_topic_message": True}
    return sandbox.write(person_id, content, None, chat_id)
