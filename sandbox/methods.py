"""The Bot API's other methods, and the way every call goes: check, do, record, answer."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from inspect import isawaitable

from sandbox import inline, keyboards, spec
from sandbox.errors import Refused, bad_request, too_old
from sandbox.people import QUERY_SECONDS, Chat, administrator
from sandbox.record import Call
from sandbox.sending import SENDING, caption, text_content, topic_of
from sandbox.spec import Json
from sandbox.updates import Webhook, check_loopback
from sandbox.world import Sandbox

DELETABLE_SECONDS = 48 * 3600  # Bot API, deleteMessage
MOST_DELETED = 100  # Bot API, deleteMessages
LONGEST_TOAST = 200  # Bot API, answerCallbackQuery
ACTIONS = frozenset(
    [
        *("typing", "choose_sticker", "find_location"),
        *("upload_photo", "upload_document", "upload_video", "upload_voice", "upload_video_note"),
        *("record_video", "record_voice", "record_video_note"),
    ]
)
UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)

# one encoder for all answers: json.dumps makes a new one at each call
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

Method = Callable[[Sandbox, Call], object | Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over the wire; *drop*: nothing does; *delay* in seconds."""

    status: int
    body: bytes
    drop: bool = False
    delay: float = 0.0


async def answer(sandbox: Sandbox, method: str, raw: Mapping[str, object]) -> Answer:
    """Do one call and record it."""
    rules = spec.rules().get(method.lower())
    if rules is None:
        return _no(Refused(404, "Not Found"))
    call = Call(rules.name, sandbox.clock(), params=dict(raw))
    drop, delay = False, 0.0
    try:
        call.params = rules.check(raw)
        if isinstance(chat_id := call.params.get("chat_id"), int):
            call.chat_id = chat_id
        if sandbox.faults and (fault := sandbox.faults.take(call.method, call.chat_id)):
            drop, delay = fault.drop, fault.delay
            if refusal := fault.refusal():
                raise refusal
        result = METHODS[call.method](sandbox, call)
        if isawaitable(result):
            result = await result
    except Refused as refused:
        call.error_code = refused.code
        sandbox.record.add(call)
        return replace(_no(refused), drop=drop, delay=delay)
    call.ok = True
    sandbox.record.add(call)
    body = f'{{"ok":true,"result":{_ENCODE(result)}}}'
    return Answer(200, body.encode("utf-8", "replace"), drop, delay)


def refuse(refused: Refused) -> Answer:
    """Return the error answer, recorded nowhere."""
    return _no(refused)


def _no(refused: Refused) -> Answer:
    found: Json = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        found["parameters"] = dict(refused.parameters)
    return Answer(refused.code, json.dumps(found).encode())


# updates


async def _get_updates(sandbox: Sandbox, call: Call) -> list[Json]:
    _allow(sandbox, call.params)
    return await sandbox.updates.poll(
        offset=call.params.get("offset", 0),
        limit=call.params.get("limit", 100),
        wait=call.params.get("timeout", 0),
    )


async def _set_webhook(sandbox: Sandbox, call: Call) -> bool:
    params = call.params
    if not params["url"]:
        return await _delete_webhook(sandbox, call)
    check_loopback(params["url"])
    _allow(sandbox, params)
    webhook = Webhook(
        params["url"],
        secret=params.get("secret_token"),
        connections=params.get("max_connections"),
    )
    drop = params.get("drop_pending_updates", False)
    await sandbox.updates.set_webhook(webhook, drop=drop)
    return True


async def _delete_webhook(sandbox: Sandbox, call: Call) -> bool:
    drop = call.params.get("drop_pending_updates", False)
    if sandbox.updates.webhook is not None or drop:
        await sandbox.updates.set_webhook(None, drop=drop)
    return True


def _get_webhook_info(sandbox: Sandbox, _call: Call) -> Json:
    webhook = sandbox.updates.webhook
    found: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(sandbox.updates),
    }
    if webhook is not None:
        found["max_connections"] = webhook.connections
        if webhook.last_error is not None:
            found["last_error_date"] = int(webhook.last_error[0])
            found["last_error_message"] = webhook.last_error[1]
    if sandbox.updates.allowed:
        found["allowed_updates"] = sandbox.updates.allowed
    return found


def _allow(sandbox: Sandbox, params: Json) -> None:
    if "allowed_updates" in params:
        sandbox.updates.allowed = params["allowed_updates"]


# messages that are there already


def _edit_text(sandbox: Sandbox, call: Call) -> Json:
    chat, old = _own_message(sandbox, call.params)
    if "text" not in old:
        raise bad_request("there is no text in the message to edit")
    return _replace(sandbox, call, chat, old, text_content(call.params))


def _edit_caption(sandbox: Sandbox, call: Call) -> Json:
    chat, old = _own_message(sandbox, call.params)
    media = {key: old[key] for key in ("photo", "document") if key in old}
    if not media:
        raise bad_request("there is no caption in the message to edit")
    return _replace(sandbox, call, chat, old, media | caption(call.params))


def _edit_markup(sandbox: Sandbox, call: Call) -> Json:
    chat, old = _own_message(sandbox, call.params)
    kept = ("text", "entities", "link_preview_options", "caption", "caption_entities")
    return _replace(sandbox, call, chat, old, {key: old[key] for key in kept if key in old})


def _own_message(sandbox: Sandbox, params: Json) -> tuple[Chat, Json]:
    chat = sandbox.reachable(params["chat_id"])
    old = chat.messages.get(params["message_id"])
    if old is None:
        raise bad_request("message to edit not found")
    if not sandbox.is_ours(chat, old):
        raise bad_request("message can't be edited")
    return chat, old


def _replace(sandbox: Sandbox, call: Call, chat: Chat, old: Json, content: Json) -> Json:
    markup = call.params.get("reply_markup")
    if markup is not None:
        keyboards.check(markup)
    gone = (
        "caption",
        "caption_entities",
        "entities",
        "link_preview_options",
        "reply_markup",
        "edit_date",
    )
    new = {key: value for key, value in old.items() if key not in gone} | content
    if markup and markup["inline_keyboard"]:
        new["reply_markup"] = markup
    if new == {key: value for key, value in old.items() if key != "edit_date"}:
        raise bad_request(UNCHANGED)
    new["edit_date"] = int(sandbox.clock())
    chat.messages[old["message_id"]] = new
    call.message_id = old["message_id"]
    sandbox.tell("edit", chat, new)
    return new


def _delete_message(sandbox: Sandbox, call: Call) -> bool:
    chat = sandbox.reachable(call.params["chat_id"])
    number = call.message_id = call.params["message_id"]
    if number not in chat.messages:
        raise bad_request("message to delete not found")
    _delete(sandbox, chat, [number])
    return True


def _delete_messages(sandbox: Sandbox, call: Call) -> bool:
    chat = sandbox.reachable(call.params["chat_id"])
    numbers = call.params["message_ids"]
    if not numbers:
        raise bad_request("message identifiers are not specified")
    if len(numbers) > MOST_DELETED:
        raise bad_request("too many message identifiers specified")
    _delete(sandbox, chat, [number for number in numbers if number in chat.messages])
    return True


def _delete(sandbox: Sandbox, chat: Chat, numbers: list[int]) -> None:
    """Delete all of them, or none."""
    for number in numbers:
        message = chat.messages[number]
        if sandbox.clock() - message["date"] > DELETABLE_SECONDS:
            raise bad_request("message can't be deleted for everyone")
        if chat.is_group and not sandbox.is_ours(chat, message):
            raise bad_request("message can't be deleted")  # the bot is no administrator
    for number in numbers:
        chat.messages.pop(number, None)
        chat.keyboards.pop(number, None)
        sandbox.events.tell("delete", chat.members, chat_id=chat.id, message_id=number)


# answers and signs of life


def _answer_query(sandbox: Sandbox, call: Call) -> bool:
    press = sandbox.presses.get(call.params["callback_query_id"])
    if press is None or press.answered or sandbox.clock() - press.at > QUERY_SECONDS:
        raise too_old()
    text = call.params.get("text")
    if text is not None and len(text) > LONGEST_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    alert, url = call.params.get("show_alert", False), call.params.get("url")
    # without a game only a link to the bot itself (Bot API, answerCallbackQuery)
    if url is not None and not url.startswith(f"https://t.me/{sandbox.bot['username']}?start="):
        raise bad_request("URL_INVALID")
    press.answer(text or None, show_alert=alert, url=url)
    told = {"text": text or None, "show_alert": alert} | ({"url": url} if url else {})
    sandbox.events.tell("toast", [press.person_id], **told)
    return True


def _chat_action(sandbox: Sandbox, call: Call) -> bool:
    chat = sandbox.reachable(call.params["chat_id"])
    topic_of(chat, call.params.get("message_thread_id"))
    if call.params["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    sandbox.events.tell("action", chat.members, chat_id=chat.id, action=call.params["action"])
    return True


# who is who


def _get_me(sandbox: Sandbox, _call: Call) -> Json:
    return sandbox.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": sandbox.inline.on,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _get_chat(sandbox: Sandbox, call: Call) -> Json:
    chat = sandbox.found(call.params["chat_id"])
    return chat.to_json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription",
             "gifts_from_channels"), False,
        ),
    }  # fmt: skip


def _get_chat_member(sandbox: Sandbox, call: Call) -> Json:
    chat = sandbox.found(call.params["chat_id"])
    number = call.params["user_id"]
    if number == sandbox.bot["id"]:
        channel = chat.kind == "channel"
        return administrator(sandbox.bot) if channel else {"user": sandbox.bot, "status": "member"}
    person = sandbox.people.get(number)
    if person is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    if number in chat.administrators:
        return administrator(person.to_json())
    status = "member" if number in chat.members else "left"
    return {"user": person.to_json(), "status": status}


def _get_administrators(sandbox: Sandbox, call: Call) -> list[Json]:
    chat = sandbox.found(call.params["chat_id"])
    if not chat.is_group:
        raise bad_request("there are no administrators in the private chat")
    return [administrator(sandbox.known(one).to_json()) for one in sorted(chat.administrators)]


def _get_file(sandbox: Sandbox, call: Call) -> Json:
    file = sandbox.files.get(call.params["file_id"])
    return file.to_json() | {"file_path": file.path}


def _done(_sandbox: Sandbox, _call: Call) -> bool:
    return True


# what the bot says about itself


def _set_text(what: str) -> Method:
    def method(sandbox: Sandbox, call: Call) -> bool:
        language = call.params.get("language_code", "")
        sandbox.profile.set_text(what, call.params.get(what, ""), language)
        return True

    return method


def _get_text(what: str) -> Method:
    def method(sandbox: Sandbox, call: Call) -> Json:
        text = sandbox.profile.text(what, call.params.get("language_code", ""))
        return {what: text or (sandbox.bot["first_name"] if what == "name" else "")}

    return method


def _set_commands(sandbox: Sandbox, call: Call) -> bool:
    params = call.params
    commands = params.get("commands", [])
    sandbox.profile.set_commands(commands, params.get("scope"), params.get("language_code", ""))
    return True


def _get_commands(sandbox: Sandbox, call: Call) -> list[Json]:
    return sandbox.profile.commands(call.params.get("scope"), call.params.get("language_code", ""))


def _set_menu(sandbox: Sandbox, call: Call) -> bool:
    button = call.params.get("menu_button", {"type": "default"})
    sandbox.profile.set_menu(call.params.get("chat_id", 0), button)
    return True


def _get_menu(sandbox: Sandbox, call: Call) -> Json:
    return sandbox.profile.menu(call.params.get("chat_id", 0))


METHODS: dict[str, Method] = {
    **SENDING,
    "getUpdates": _get_updates,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _get_webhook_info,
    "editMessageText": _edit_text,
    "editMessageCaption": _edit_caption,
    "editMessageReplyMarkup": _edit_markup,
    "deleteMessage": _delete_message,
    "deleteMessages": _delete_messages,
    "answerCallbackQuery": _answer_query,
    "answerInlineQuery": inline.answer,
    "sendChatAction": _chat_action,
    "getMe": _get_me,
    "getChat": _get_chat,
    "getChatMember": _get_chat_member,
    "getChatAdministrators": _get_administrators,
    "getFile": _get_file,
    "logOut": _done,
    "close": _done,
    "setMyCommands": _set_commands,
    "deleteMyCommands": _set_commands,
    "getMyCommands": _get_commands,
    "setMyName": _set_text("name"),
    "getMyName": _get_text("name"),
    "setMyDescription": _set_text("description"),
    "getMyDescription": _get_text("description"),
    "setMyShortDescription": _set_text("short_description"),
    "getMyShortDescription": _get_text("short_description"),
    "setChatMenuButton": _set_menu,
    "getChatMenuButton": _get_menu,
}
