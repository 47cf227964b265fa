"""Things that tests need whole: pass what matters, the rest is ordinary."""

import itertools
from typing import Any

from telegram import Bot, Update

DATE = 1_795_000_000  # Unix time
MESSAGE_ID = 500

_update_ids = itertools.count(1)


def _de_json(kind: str, payload: dict[str, Any], bot: Bot | None, update_id: int | None) -> Update:
    number = next(_update_ids) if update_id is None else update_id
    return Update.de_json({"update_id": number, kind: payload}, bot)


def a_user(user_id: int, language_code: str | None = "en") -> dict[str, Any]:
    """Return a person as Telegram describes one; the name is a marker that must not spread."""
    person = {"id": user_id, "is_bot": False, "first_name": "Secret-Name"}
    return person if language_code is None else person | {"language_code": language_code}


def a_chat(chat_id: int) -> dict[str, Any]:
    """Return a private chat, or a group when the id is negative."""
    if chat_id < 0:
        return {"id": chat_id, "type": "supergroup", "title": "A group"}
    return {"id": chat_id, "type": "private", "first_name": "Secret-Name"}


def a_message(
    user_id: int,
    *,
    language_code: str | None = "en",
    chat_id: int | None = None,
    message_id: int = MESSAGE_ID,
    **content: Any,
) -> dict[str, Any]:
    """Return a message from a person, in the private chat unless *chat_id* says otherwise."""
    return {
        "message_id": message_id,
        "date": DATE,
        "from": a_user(user_id, language_code),
        "chat": a_chat(user_id if chat_id is None else chat_id),
        **content,
    }


def _entities(text: str) -> list[dict[str, Any]]:
    """Mark a command at the start, as Telegram does (all commands are ASCII)."""
    word = text.split(maxsplit=1)[0] if text.strip() else ""
    if not text.startswith("/") or len(word) == 1:
        return []
    return [{"type": "bot_command", "offset": 0, "length": len(word)}]


def message_update(
    text: str,
    user_id: int,
    *,
    bot: Bot | None = None,
    reply_to: dict[str, Any] | None = None,
    update_id: int | None = None,
    **message: Any,
) -> Update:
    """Return a text message; a command gets its entity. *reply_to*: a message's JSON."""
    content: dict[str, Any] = {"text": text}
    if entities := _entities(text):
        content["entities"] = entities
    if reply_to is not None:
        content["reply_to_message"] = reply_to
    return _de_json("message", a_message(user_id, **message, **content), bot, update_id)


def photo_update(
    file_id: str,
    user_id: int,
    *,
    bot: Bot | None = None,
    caption: str | None = None,
    sizes: tuple[int, ...] = (90, 800),
    **content: Any,
) -> Update:
    """Return a photo in square *sizes*, each a file of its own: ``file_id-800``."""
    photo = [
        {
            "file_id": f"{file_id}-{size}",
            "file_unique_id": f"{file_id}-{size}",
            "width": size,
            "height": size,
            "file_size": size * size // 4,
        }
        for size in sizes
    ]
    if caption is not None:
        content["caption"] = caption
    return _de_json("message", a_message(user_id, photo=photo, **content), bot, None)


def document_update(file_name: str, user_id: int, *, bot: Bot | None = None) -> Update:
    """Return a file that somebody sends as it is."""
    document = {"file_id": "doc", "file_unique_id": "doc", "file_name": file_name}
    return _de_json("message", a_message(user_id, document=document), bot, None)


def inline_update(text: str, user_id: int, *, bot: Bot | None = None) -> Update:
    """Return what somebody types behind the bot's name in some chat."""
    asked = {"id": str(next(_update_ids)), "from": a_user(user_id), "query": text, "offset": ""}
    return _de_json("inline_query", asked, bot, None)


def location_update(
    lat: float,
    lon: float,
    user_id: int,
    *,
    bot: Bot | None = None,
    update_id: int | None = None,
    **message: Any,
) -> Update:
    """Return a shared place: WGS84 degrees."""
    content: dict[str, Any] = {"location": {"latitude": lat, "longitude": lon}}
    return _de_json("message", a_message(user_id, **message, **content), bot, update_id)


def press_update(
    data: str,
    user_id: int,
    *,
    message_id: int = MESSAGE_ID,
    language_code: str | None = "en",
    bot: Bot | None = None,
    update_id: int | None = None,
    **message: Any,
) -> Update:
    """Return the press of a button under a message of the bot, in the private chat.

    *message*: what else is known of that, such as another *chat_id*.
    """
    number = next(_update_ids) if update_id is None else update_id
    under = a_message(user_id, message_id=message_id, text="a screen", **message)
    under["from"] = {"id": 123456789, "is_bot": True, "first_name": "Fingerpost"}
    payload = {
        "id": f"press-{number}",
        "from": a_user(user_id, language_code),
        "chat_instance": f"chat-{user_id}",
        "message": under,
        "data": data,
    }
    return _de_json("callback_query", payload, bot, number)


def channel_update(text: str, chat_id: int, *, bot: Bot | None = None) -> Update:
    """Return a post in a channel: nobody is named, the channel speaks."""
    channel = {"id": chat_id, "type": "channel", "title": "A channel"}
    post = {
        "message_id": MESSAGE_ID,
        "date": DATE,
        "chat": channel,
        "sender_chat": channel,
        "text": text,
        "entities": _entities(text),
    }
    return _de_json("channel_post", post, bot, None)


def blocked_update(
    user_id: int,
    *,
    again: bool = False,
    bot: Bot | None = None,
    update_id: int | None = None,
    chat_id: int | None = None,
) -> Update:
    """Return a person's blocking of the bot; *again*: the lifting of the block.

    *chat_id*: of a group, when that is what they put the bot out of.
    """
    us = {"id": 123456789, "is_bot": True, "first_name": "Fingerpost"}
    outside, inside = (
        {"user": us, "status": "kicked", "until_date": 0},
        {"user": us, "status": "member"},
    )
    old, new = (outside, inside) if again else (inside, outside)
    payload = {
        "chat": a_chat(user_id if chat_id is None else chat_id),
        "from": a_user(user_id),
        "date": DATE,
        "old_chat_member": old,
        "new_chat_member": new,
    }
    return _de_json("my_chat_member", payload, bot, update_id)
