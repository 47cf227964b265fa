"""It bites: every refusal that a bot must be ready for can be provoked, in Telegram's words."""

import asyncio
import json

import pytest

from sandbox import groups
from tests.sandbox.conftest import keyboard, until

HOUR = 3600


def refusal(code, description, **parameters):
    found = {"ok": False, "error_code": code, "description": description}
    return found | ({"parameters": parameters} if parameters else {})


@pytest.mark.parametrize(
    ("method", "params", "description"),
    [
        pytest.param("sendMessage", {"text": "x"}, "chat_id is empty", id="no chat"),
        pytest.param(
            "sendMessage", {"chat_id": "", "text": "x"}, "chat_id is empty", id="empty chat"
        ),
        pytest.param("sendMessage", {"chat_id": 1001}, "message text is empty", id="no text"),
        pytest.param(
            "sendMessage", {"chat_id": 1001, "text": ""}, "message text is empty", id="empty"
        ),
        pytest.param(
            "sendMessage",
            {"chat_id": 1001, "text": " \n "},
            "text must be non-empty",
            id="only spaces",
        ),
        pytest.param(
            "sendMessage",
            {"chat_id": 1001, "text": "<b></b>", "parse_mode": "HTML"},
            "text must be non-empty",
            id="nothing between the tags",
        ),
        pytest.param(
            "sendMessage", {"chat_id": 5, "text": "x"}, "chat not found", id="a stranger's id"
        ),
        pytest.param(
            "sendMessage", {"chat_id": "@name", "text": "x"}, "chat not found", id="unknown name"
        ),
        pytest.param(
            "sendMessage",
            {"chat_id": "me", "text": "x"},
            'parameter "chat_id" must be of type Integer',
            id="wrong type",
        ),
        pytest.param(
            "sendMessage",
            {"chat_id": 1001, "text": "x", "txet": "y"},
            'unknown parameter "txet" in sendMessage',
            id="misspelt parameter",
        ),
        pytest.param(
            "sendMessage",
            {"chat_id": 1001, "text": "x", "reply_markup": {"inline_keyboard": [[{"txt": "a"}]]}},
            'unknown field "txt" in InlineKeyboardButton',
            id="misspelt field",
        ),
        pytest.param(
            "sendMessage",
            {"chat_id": 1001, "text": "x", "reply_markup": "{"},
            'can\'t parse "reply_markup" as JSON',
            id="broken keyboard",
        ),
        pytest.param(
            "sendMessage",
            {"chat_id": 1001, "text": "x", "disable_notification": "maybe"},
            'parameter "disable_notification" must be of type Boolean',
            id="neither true nor false",
        ),
        pytest.param(
            "sendMessage",
            {"chat_id": 1001, "text": "<b>x", "parse_mode": "HTML"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
            id="unclosed tag",
        ),
        pytest.param(
            "sendMessage",
            {"chat_id": 1001, "text": "<br>", "parse_mode": "HTML"},
            'can\'t parse entities: Unsupported start tag "br" at byte offset 0',
            id="unknown tag",
        ),
        pytest.param(
            "sendMessage",
            {"chat_id": 1001, "text": "x", "parse_mode": "Wiki"},
            "unsupported parse_mode",
            id="unknown parse mode",
        ),
        pytest.param(
            "sendMessage",
            {
                "chat_id": 1001,
                "text": "x",
                "entities": [{"type": "bold", "offset": 0, "length": 2}],
            },
            "ENTITY_BOUNDS_INVALID",
            id="entity over the end",
        ),
        pytest.param(
            "sendMessage",
            {"chat_id": 1001, "text": "x", "reply_parameters": {"message_id": 99}},
            "message to be replied not found",
            id="reply to nothing",
        ),
        pytest.param(
            "editMessageText",
            {"chat_id": 1001, "message_id": 99, "text": "x"},
            "message to edit not found",
            id="edit nothing",
        ),
        pytest.param(
            "editMessageText",
            {"chat_id": 1001, "text": "x"},
            "message identifier is not specified",
            id="edit without id",
        ),
        pytest.param(
            "deleteMessage",
            {"chat_id": 1001, "message_id": 99},
            "message to delete not found",
            id="delete nothing",
        ),
        pytest.param(
            "deleteMessages",
            {"chat_id": 1001, "message_ids": list(range(1, 102))},
            "too many message identifiers specified",
            id="over a hundred ids",
        ),
        pytest.param(
            "deleteMessages",
            {"chat_id": 1001, "message_ids": []},
            "message identifiers are not specified",
            id="no ids",
        ),
        pytest.param(
            "answerCallbackQuery",
            {"callback_query_id": "1"},
            "query is too old and response timeout expired or query ID is invalid",
            id="unknown press",
        ),
        pytest.param(
            "sendChatAction",
            {"chat_id": 1001, "action": "dancing"},
            "wrong parameter action in request",
            id="unknown action",
        ),
        pytest.param(
            "sendLocation",
            {"chat_id": 1001, "latitude": 91, "longitude": 0},
            "LOCATION_INVALID",
            id="beyond the pole",
        ),
        pytest.param(
            "sendLocation",
            {"chat_id": 1001, "latitude": "nan", "longitude": 0},
            "LOCATION_INVALID",
            id="not a number",
        ),
        pytest.param(
            "sendVenue",
            {"chat_id": 1001, "latitude": 53, "longitude": -1, "title": "x", "address": " "},
            "venue address must be non-empty",
            id="venue without address",
        ),
        pytest.param(
            "sendDocument",
            {"chat_id": 1001, "document": "nothing"},
            "wrong file identifier/HTTP URL specified",
            id="unknown file",
        ),
        pytest.param("getFile", {"file_id": "nothing"}, "invalid file_id", id="get unknown file"),
        pytest.param(
            "copyMessage",
            {"chat_id": 1001, "from_chat_id": 1001, "message_id": 99},
            "message to copy not found",
            id="copy nothing",
        ),
        pytest.param(
            "setWebhook",
            {"url": "https://example.org/x"},
            "bad webhook: the sandbox delivers to loopback addresses only",
            id="webhook far away",
        ),
        pytest.param(
            "setMyCommands",
            {"commands": [{"command": "Start!", "description": "x"}]},
            "BOT_COMMAND_INVALID",
            id="bad command",
        ),
        pytest.param(
            "setMyCommands",
            {"commands": [{"command": "start", "description": ""}]},
            "BOT_COMMAND_DESCRIPTION_INVALID",
            id="command without description",
        ),
        pytest.param(
            "setMyCommands",
            {"commands": [{"command": "c", "description": "x"}] * 101},
            "too many commands specified",
            id="over a hundred commands",
        ),
        pytest.param(
            "setMyCommands",
            {"commands": [], "scope": {"type": "everywhere"}},
            'parameter "scope" fits none of BotCommandScopeDefault, '
            "BotCommandScopeAllPrivateChats, BotCommandScopeAllGroupChats, "
            "BotCommandScopeAllChatAdministrators, BotCommandScopeChat, "
            "BotCommandScopeChatAdministrators, BotCommandScopeChatMember",
            id="unknown scope",
        ),
        pytest.param(
            "sendLocation",
            {"chat_id": 1001, "latitude": "north", "longitude": 0},
            'parameter "latitude" must be of type Float',
            id="a word for a number",
        ),
        pytest.param(
            "deleteMessages",
            {"chat_id": 1001, "message_ids": {"1": 2}},
            'parameter "message_ids" must be of type Array',
            id="object for a list",
        ),
        pytest.param(
            "sendDocument",
            {"chat_id": 1001, "document": "https://example.org/a.pdf"},
            "failed to get HTTP URL content",
            id="nothing is fetched",
        ),
        pytest.param(
            "getChatMember",
            {"chat_id": 1001, "user_id": 5},
            "PARTICIPANT_ID_INVALID",
            id="no such member",
        ),
        pytest.param(
            "setMyName",
            {"name": "x", "language_code": "eng"},
            "LANG_CODE_INVALID",
            id="bad language",
        ),
        pytest.param(
            "setMyDescription", {"description": "x" * 513}, "description is too long", id="too long"
        ),
    ],
)
async def test_bad_request(bot, amina, sandbox, method, params, description):
    assert await bot.call(method, **params) == refusal(400, f"Bad Request: {description}")
    assert bot.statuses == [400]
    assert [(call.method, call.error_code) for call in sandbox.record.calls] == [(method, 400)]


BUTTON = {"text": "x", "callback_data": "d"}


@pytest.mark.parametrize(
    ("markup", "description"),
    [
        pytest.param(keyboard([("x", "d" * 65)]), "BUTTON_DATA_INVALID", id="65 bytes in a button"),
        pytest.param(
            keyboard([("x", "ع" * 33)]), "BUTTON_DATA_INVALID", id="bytes count, not characters"
        ),
        pytest.param(keyboard([("x", "")]), "BUTTON_DATA_INVALID", id="no data"),
        pytest.param(
            keyboard([(" ", "d")]), "inline keyboard button text must be non-empty", id="no text"
        ),
        pytest.param(keyboard([("x", "d")], []), "keyboard row is empty", id="empty row"),
        pytest.param(
            {"inline_keyboard": [[{"text": "x"}]]},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            id="button without action",
        ),
        pytest.param(
            {"inline_keyboard": [[BUTTON | {"url": "https://a.org"}]]},
            "can't parse inline keyboard button: more than one action",
            id="two actions",
        ),
        pytest.param(
            {"inline_keyboard": [[{"text": "x", "url": "http://localhost/"}]]},
            "inline keyboard button URL 'http://localhost/' is invalid: Wrong HTTP URL",
            id="address without a dot",
        ),
        pytest.param(
            keyboard(*[[("x", "d")]] * 101), "reply markup is too long", id="over a hundred buttons"
        ),
        pytest.param(
            {"force_reply": False},
            "remove_keyboard and force_reply can only be true",
            id="forcing no reply",
        ),
        pytest.param(
            {"keyboard": []}, "reply keyboard must be non-empty", id="empty reply keyboard"
        ),
        pytest.param(
            {"keyboard": [[{"text": ""}]]},
            "keyboard button text must be non-empty",
            id="empty reply button",
        ),
        pytest.param(
            {"inline_keyboard": [[{"callback_data": "d"}]]},
            "can't parse InlineKeyboardButton: can't find field \"text\"",
            id="text left out",
        ),
    ],
)
async def test_bad_keyboards(bot, amina, markup, description):
    found = await bot.send(amina.id, reply_markup=markup)
    assert found == refusal(400, f"Bad Request: {description}")


@pytest.mark.parametrize(
    ("text", "more", "fits"),
    [
        pytest.param("x" * 4096, {}, True, id="4,096 units"),
        pytest.param("x" * 4097, {}, False, id="4,097 units"),
        pytest.param("😀" * 2048, {}, True, id="2,048 emoji"),
        pytest.param("😀" * 2048 + "x", {}, False, id="an emoji counts twice"),
        pytest.param(
            f"<b>{'&amp;' * 4096}</b>", {"parse_mode": "HTML"}, True, id="tags do not count"
        ),
        pytest.param(
            "<b>" + "x" * 4097 + "</b>", {"parse_mode": "html"}, False, id="too long without tags"
        ),
    ],
)
async def test_length_is_counted_after_parsing(bot, amina, text, more, fits):
    found = await bot.send(amina.id, text, **more)
    assert found["ok"] == fits
    assert fits or found == refusal(400, "Bad Request: message is too long")


async def test_captions_have_their_own_length(bot, amina):
    fields = {"chat_id": amina.id, "caption": "x" * 1025}
    found = await bot.upload("sendDocument", fields, document=(b"x", "a.txt", "text/plain"))
    assert found == refusal(400, "Bad Request: message caption is too long")


async def test_same_content_is_not_modified(bot, amina):
    rows = keyboard([("x", "d")])
    sent = await bot.send(amina.id, "<b>a</b>", parse_mode="HTML", reply_markup=rows)
    edit = {"chat_id": amina.id, "message_id": sent["result"]["message_id"]}
    unchanged = refusal(
        400,
        "Bad Request: message is not modified: specified new message content and reply markup are "
        "exactly the same as a current content and reply markup of the message",
    )
    for same in ("<b>a</b>", "<strong>a</strong> "):
        found = await bot.call(
            "editMessageText", text=same, parse_mode="HTML", reply_markup=rows, **edit
        )
        assert found == unchanged
    assert await bot.call("editMessageReplyMarkup", reply_markup=rows, **edit) == unchanged
    assert (await bot.call("editMessageText", text="a", reply_markup=rows, **edit))["ok"]
    assert await bot.call("editMessageText", text="a", reply_markup=rows, **edit) == unchanged


async def test_only_own_texts_can_be_edited(bot, amina, sandbox):
    theirs = sandbox.say(amina.id, "hi")
    place = await bot.call("sendLocation", chat_id=amina.id, latitude=53.8, longitude=-1.5)
    edit = {"chat_id": amina.id, "text": "x"}
    found = await bot.call("editMessageText", message_id=theirs, **edit)
    assert found == refusal(400, "Bad Request: message can't be edited")
    found = await bot.call("editMessageText", message_id=place["result"]["message_id"], **edit)
    assert found == refusal(400, "Bad Request: there is no text in the message to edit")


@pytest.mark.parametrize("method", ["deleteMessage", "deleteMessages"])
async def test_old_messages_stay(bot, amina, sandbox, clock, method):
    old = (await bot.send(amina.id))["result"]["message_id"]
    clock.now += 48 * HOUR + 1
    new = (await bot.send(amina.id))["result"]["message_id"]
    wanted = {"message_id": old} if method == "deleteMessage" else {"message_ids": [new, old]}
    found = await bot.call(method, chat_id=amina.id, **wanted)
    assert found == refusal(400, "Bad Request: message can't be deleted for everyone")
    assert [one["message_id"] for one in sandbox.chat(amina.id)] == [old, new]


@pytest.mark.parametrize(
    ("seconds", "accepted"),
    [pytest.param(14, True, id="in time"), pytest.param(16, False, id="too late")],
)
async def test_presses_grow_old(bot, amina, sandbox, clock, seconds, accepted):
    sent = await bot.send(amina.id, reply_markup=keyboard([("x", "d")]))
    press = sandbox.press(amina.id, sent["result"]["message_id"], "d")
    clock.now += seconds
    found = await bot.call("answerCallbackQuery", callback_query_id=press.id)
    assert found["ok"] == accepted == press.answered
    again = await bot.call("answerCallbackQuery", callback_query_id=press.id)
    assert again == refusal(
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    )


@pytest.mark.parametrize(
    ("change", "code", "description"),
    [
        pytest.param("block", 403, "Forbidden: bot was blocked by the user", id="blocked"),
        pytest.param("deactivate", 403, "Forbidden: user is deactivated", id="deactivated"),
    ],
)
async def test_people_who_are_gone(bot, amina, sandbox, change, code, description):
    sent = (await bot.send(amina.id))["result"]["message_id"]
    getattr(sandbox, change)(amina.id)
    assert await bot.send(amina.id) == refusal(code, description)
    found = await bot.call("editMessageText", chat_id=amina.id, message_id=sent, text="x")
    assert found == refusal(code, description)


async def test_a_bot_cannot_begin(bot, sandbox):
    stranger, member = sandbox.person("Stranger"), sandbox.person("Member")
    sandbox.group("Team", [member.id])
    assert await bot.send(stranger.id) == refusal(400, "Bad Request: chat not found")
    assert await bot.send(member.id) == refusal(
        403, "Forbidden: bot can't initiate conversation with a user"
    )
    sandbox.start(member.id)
    assert (await bot.send(member.id))["ok"]


async def test_migrated_group(bot, amina, sandbox):
    group = sandbox.group("Team", [amina.id])
    new = groups.migrate(sandbox, group.id)
    assert await bot.send(group.id) == refusal(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=new.id,
    )
    assert (await bot.send(new.id))["result"]["chat"]["type"] == "supergroup"


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        pytest.param(-77, "group", id="group"),
        pytest.param(-1000000000077, "supergroup", id="super"),
    ],
)
async def test_put_out_of_a_group(bot, amina, sandbox, people, number, kind):
    group = sandbox.group("Team", [amina.id], id=number)
    await people.post(f"groups/{group.id}/kick")
    await people.post(f"groups/{group.id}/kick", 409)
    assert await bot.send(group.id) == refusal(
        403, f"Forbidden: bot was kicked from the {kind} chat"
    )
    sandbox.say(amina.id, "/help", chat_id=group.id)
    (update,) = (await bot.call("getUpdates"))["result"]
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"


async def test_unknown_method(bot):
    assert await bot.call("sendDreams") == refusal(404, "Not Found")


async def test_wrong_token(bot, sandbox):
    bot.token = "123456:wrong"
    assert await bot.call("getMe") == refusal(401, "Unauthorized")
    assert bot.statuses == [401]
    assert sandbox.record.calls == []


async def test_two_pollers_knock_each_other_out(bot, amina, sandbox):
    first = asyncio.create_task(bot.call("getUpdates", timeout=30))
    await until(lambda: sandbox.updates.is_polled)
    second = asyncio.create_task(bot.call("getUpdates", timeout=30))
    assert await first == refusal(
        409,
        "Conflict: terminated by other getUpdates request; "
        "make sure that only one bot instance is running",
    )
    sandbox.say(amina.id, "hi")
    assert (await second)["result"][0]["message"]["text"] == "hi"


async def test_polling_and_a_webhook_exclude_each_other(bot, sandbox):
    poll = asyncio.create_task(bot.call("getUpdates", timeout=30))
    await until(lambda: sandbox.updates.is_polled)
    assert (await bot.call("setWebhook", url="http://127.0.0.1:9/x"))["ok"]
    assert await poll == refusal(409, "Conflict: terminated by setWebhook request")
    assert await bot.call("getUpdates") == refusal(
        409,
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first",
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{", id="not JSON"),
        pytest.param(b"[1]", id="not an object"),
        pytest.param(b"\xff", id="not UTF-8"),
    ],
)
async def test_broken_json_bodies(bot, body):
    found = await bot.post("getMe", data=body, headers={"Content-Type": "application/json"})
    assert found == refusal(400, "Bad Request: can't parse request JSON object")


@pytest.mark.parametrize(
    ("data", "description"),
    [
        pytest.param(b"", "file must be non-empty", id="empty file"),
        pytest.param(b"GIF89a", "IMAGE_PROCESS_FAILED", id="not a picture that Telegram takes"),
    ],
)
async def test_bad_photos(bot, amina, data, description):
    found = await bot.upload("sendPhoto", {"chat_id": amina.id}, photo=(data, "a.png", "image/png"))
    assert found == refusal(400, f"Bad Request: {description}")


async def test_toasts_have_a_length(bot, amina, sandbox):
    press = sandbox.press(amina.id, 1, "d", forged=True)
    answer = {"callback_query_id": press.id}
    found = await bot.call("answerCallbackQuery", text="x" * 201, **answer)
    assert found == refusal(400, "Bad Request: MESSAGE_TOO_LONG")
    assert (await bot.call("answerCallbackQuery", text="x" * 200, **answer))["ok"]


async def test_missing_attachment(bot, amina):
    fields = {"chat_id": amina.id, "document": "attach://a"}
    found = await bot.upload("sendDocument", fields, b=(b"x", "a.txt", "text/plain"))
    assert found == refusal(400, 'Bad Request: file "attach://a" is not attached')


async def test_numbers_may_come_as_json_or_text(bot, amina):
    body = json.dumps({"chat_id": str(amina.id), "text": "x", "reply_markup": None})
    found = await bot.post("sendMessage", data=body, headers={"Content-Type": "application/json"})
    assert found["result"]["chat"]["id"] == amina.id
