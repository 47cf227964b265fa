"""The Bot API's methods that put a message into a chat."""

from collections.abc import Callable

from sandbox import entities, files, html, keyboards
from sandbox.entities import Formatted
from sandbox.errors import bad_request, too_many
from sandbox.limits import Wish
from sandbox.people import Chat
from sandbox.record import Call
from sandbox.spec import Json
from sandbox.world import Sandbox, without_reply

LONGEST_TEXT = 4096  # UTF-16 units after entities are parsed; Bot API, sendMessage
LONGEST_CAPTION = 1024
HIGHEST_LATITUDE = 90
HIGHEST_LONGITUDE = 180
NOT_COPIED = frozenset({"message_id", "date", "chat", "from", "reply_to_message", "reply_markup",
                        "edit_date", "forward_origin", "sender_chat", "message_thread_id",
                        "is_topic_message"})  # fmt: skip


def send_message(sandbox: Sandbox, call: Call) -> Json:
    """SendMessage."""
    chat = sandbox.reachable(call.params["chat_id"])
    return put(sandbox, call, chat, text_content(call.params))


def send_location(sandbox: Sandbox, call: Call) -> Json:
    """SendLocation."""
    chat = sandbox.reachable(call.params["chat_id"])
    return put(sandbox, call, chat, {"location": _place(call.params)})


def send_venue(sandbox: Sandbox, call: Call) -> Json:
    """SendVenue."""
    chat = sandbox.reachable(call.params["chat_id"])
    return put(sandbox, call, chat, venue_content(call.params))


def send_document(sandbox: Sandbox, call: Call) -> Json:
    """SendDocument."""
    chat = sandbox.reachable(call.params["chat_id"])
    words = caption(call.params)
    document = files.document(sandbox.files.take(call.params["document"], "document"))
    return put(sandbox, call, chat, {"document": document} | words)


def send_photo(sandbox: Sandbox, call: Call) -> Json:
    """SendPhoto."""
    chat = sandbox.reachable(call.params["chat_id"])
    words = caption(call.params)
    sizes = files.photo(sandbox.files.take(call.params["photo"], "photo"))
    return put(sandbox, call, chat, {"photo": sizes} | words)


def copy_message(sandbox: Sandbox, call: Call) -> Json:
    """copyMessage; answers with the new message's id only."""
    chat = sandbox.reachable(call.params["chat_id"])
    original = _original(sandbox, call.params, "copy")
    content = {key: value for key, value in original.items() if key not in NOT_COPIED}
    if "text" not in content:
        content |= caption(call.params)
    return {"message_id": put(sandbox, call, chat, content)["message_id"]}


def forward_message(sandbox: Sandbox, call: Call) -> Json:
    """ForwardMessage."""
    chat = sandbox.reachable(call.params["chat_id"])
    original = _original(sandbox, call.params, "forward")
    content = {key: value for key, value in original.items() if key not in NOT_COPIED}
    content["forward_origin"] = {"date": original["date"], **_origin(original)}
    return put(sandbox, call, chat, content)


def _origin(original: Json) -> Json:
    if "from" in original:
        return {"type": "user", "sender_user": original["from"]}
    posted = {"chat": original["chat"], "message_id": original["message_id"]}
    return {"type": "channel", **posted}


def text_content(params: Json) -> Json:
    """Return text and entities of sendMessage or editMessageText.

    Raises:
        Refused: empty, too long, or not to be parsed.
    """
    if not params["text"]:
        raise bad_request("message text is empty")
    formatted = _formatted(params, "text", "entities")
    if not formatted.text:
        raise bad_request("text must be non-empty")
    if entities.units(formatted.text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    content: Json = {"text": formatted.text}
    if formatted.entities:
        content["entities"] = [one.to_json() for one in formatted.entities]
    if preview := params.get("link_preview_options"):
        content["link_preview_options"] = preview
    return content


def venue_content(params: Json) -> Json:
    """Return venue and location of sendVenue or of an inline result.

    Raises:
        Refused: no title, no address, or a point that is not on Earth.
    """
    for name in ("title", "address"):
        if not params[name].strip():
            raise bad_request(f"venue {name} must be non-empty")
    place = _place(params)
    venue = {"location": place, "title": params["title"], "address": params["address"]}
    return {"location": place, "venue": venue}


def put(sandbox: Sandbox, call: Call, chat: Chat, content: Json) -> Json:
    """Put *content* into the chat if the limits allow, and return the message.

    Raises:
        Refused: a reply to nothing, a bad keyboard, or too many messages.
    """
    params = call.params
    markup = params.get("reply_markup")
    if markup is not None:
        keyboards.check(markup)
    reply = _reply(chat, params.get("reply_parameters"))
    topic = topic_of(chat, params.get("message_thread_id"))
    call.unprompted = not sandbox.is_answer(chat)
    paid = params.get("allow_paid_broadcast", False)
    wish = Wish(chat.id, chat.is_group, call.unprompted, paid)
    call.at = sandbox.clock()  # so that the record and the limits count by the same moments
    if wait := sandbox.limits.admit(wish, now=call.at):
        raise too_many(wait)
    channel = chat.kind == "channel"
    extra: Json = {"sender_chat": chat.to_json()} if channel else {"from": sandbox.bot}
    extra |= topic
    if reply is not None:
        extra["reply_to_message"] = reply
    if params.get("protect_content"):
        extra["has_protected_content"] = True
    if markup and markup.get("inline_keyboard"):
        extra["reply_markup"] = markup
    message = sandbox.store(chat, extra | content)
    if markup and "inline_keyboard" not in markup:
        chat.keyboards[message["message_id"]] = markup
    call.message_id = message["message_id"]
    if channel:
        chat.ours.add(message["message_id"])
    sandbox.tell("message", chat, message)
    return message


def topic_of(chat: Chat, thread_id: int | None) -> Json:
    """Return what a Message says of the forum topic it is in; nothing of none.

    Raises:
        Refused: the chat has no such topic.
    """
    if thread_id is None:
        return {}
    if thread_id not in chat.topics:
        raise bad_request("message thread not found")
    return {"message_thread_id": thread_id, "is_topic_message": True}


def _formatted(params: Json, text: str, given: str) -> Formatted:
    mode = params.get("parse_mode", "")
    if mode.lower() == "html":
        return entities.tidy(html.parse(params[text]))
    if mode:  # Markdown and MarkdownV2 exist at Telegram; this bot writes HTML
        raise bad_request("unsupported parse_mode")
    found = entities.read(params.get(given, []))
    length = entities.units(params[text])
    if any(one.offset < 0 or one.length <= 0 or one.end > length for one in found):
        raise bad_request("ENTITY_BOUNDS_INVALID")
    return entities.tidy(Formatted(params[text], found))


def caption(params: Json) -> Json:
    """Return the caption of a picture or file and its entities, nothing where there is none.

    Raises:
        Refused: too long, or not to be parsed.
    """
    if not params.get("caption"):
        return {}
    formatted = _formatted(params, "caption", "caption_entities")
    if entities.units(formatted.text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    content: Json = {"caption": formatted.text}
    if formatted.entities:
        content["caption_entities"] = [one.to_json() for one in formatted.entities]
    return content


def _place(params: Json) -> Json:
    latitude, longitude = params["latitude"], params["longitude"]
    # this way round, "not a number" is refused too
    if not (abs(latitude) <= HIGHEST_LATITUDE and abs(longitude) <= HIGHEST_LONGITUDE):
        raise bad_request("LOCATION_INVALID")
    return {"latitude": latitude, "longitude": longitude}


def _reply(chat: Chat, wanted: Json | None) -> Json | None:
    if wanted is None:
        return None
    found = chat.messages.get(wanted["message_id"])
    if found is None and not wanted.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return without_reply(found) if found is not None else None


def _original(sandbox: Sandbox, params: Json, what: str) -> Json:
    source = sandbox.found(params["from_chat_id"])
    original = source.messages.get(params["message_id"])
    if original is None:
        raise bad_request(f"message to {what} not found")
    if original.get("has_protected_content"):
        raise bad_request(f"message can't be {'copied' if what == 'copy' else 'forwarded'}")
    return original


SENDING: dict[str, Callable[[Sandbox, Call], Json]] = {
    "sendMessage": send_message,
    "sendLocation": send_location,
    "sendVenue": send_venue,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
}
