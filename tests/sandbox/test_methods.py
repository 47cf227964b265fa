"""What works, works as Telegram's: the answers are read with python-telegram-bot's own classes."""

import pytest
from telegram import Message, MessageOriginUser, Update, User

from tests.sandbox.conftest import keyboard


def _update(content):
    return Update.de_json(content, None)


async def test_get_me(bot, sandbox):
    me = User.de_json((await bot.call("getMe"))["result"], None)
    assert (me.id, me.is_bot, me.username) == (123456, True, "fingerpost_sandbox_bot")


@pytest.mark.parametrize("spelling", ["sendMessage", "sendmessage", "SENDMESSAGE"])
async def test_method_names_have_no_case(bot, amina, spelling):
    assert (await bot.call(spelling, chat_id=amina.id, text="x"))["ok"]


async def test_parameters_may_stand_in_the_address(session, address, sandbox, amina):
    place = f"{address}/bot{sandbox.token}/sendMessage"
    async with session.get(place, params={"chat_id": amina.id, "text": "a b"}) as answer:
        assert (await answer.json())["result"]["text"] == "a b"


async def test_message_as_telegram_shows_it(bot, amina, clock):
    rows = keyboard([("Yes", "y")])
    first = (await bot.send(amina.id, "first"))["result"]["message_id"]
    sent = await bot.send(
        amina.id,
        "<b>مرحبا</b> see https://a.org",
        parse_mode="HTML",
        reply_markup=rows,
        reply_parameters={"message_id": first},
        link_preview_options={"is_disabled": True},
        protect_content=True,
        disable_notification=True,
        allow_paid_broadcast=True,
    )
    message = Message.de_json(sent["result"], None)
    assert message.text == "مرحبا see https://a.org"
    assert [(one.type, one.offset, one.length) for one in message.entities] == [
        ("bold", 0, 5),
        ("url", 10, 13),
    ]
    shown = message.to_dict()
    assert shown["reply_to_message"]["text"] == "first"
    assert shown["reply_markup"] == rows
    assert shown["link_preview_options"]["is_disabled"]
    assert message.has_protected_content
    assert message.date.timestamp() == clock.now


async def test_given_entities(bot, amina):
    given = [{"type": "text_link", "offset": 0, "length": 1, "url": "https://a.org/"}]
    sent = await bot.send(amina.id, "a b", entities=given)
    assert sent["result"]["entities"] == given


async def test_edits_replace_text_and_keyboard(bot, amina, sandbox, clock):
    sent = await bot.send(amina.id, "one", reply_markup=keyboard([("x", "d")]))
    number = sent["result"]["message_id"]
    clock.now += 5
    edit = {"chat_id": amina.id, "message_id": number}
    edited = (await bot.call("editMessageText", text="two", **edit))["result"]
    assert edited["text"] == "two"
    assert edited["edit_date"] == edited["date"] + 5
    assert "reply_markup" not in edited
    rows = keyboard([("y", "e")])
    edited = (await bot.call("editMessageReplyMarkup", reply_markup=rows, **edit))["result"]
    assert (edited["text"], edited["reply_markup"]) == ("two", rows)
    assert [one["text"] for one in sandbox.chat(amina.id)] == ["two"]


async def test_deleting(bot, amina, sandbox):
    numbers = [(await bot.send(amina.id))["result"]["message_id"] for _ in range(3)]
    theirs = sandbox.say(amina.id, "hi")
    assert (await bot.call("deleteMessage", chat_id=amina.id, message_id=theirs))["ok"]
    wanted = [numbers[0], numbers[2], 999]
    assert (await bot.call("deleteMessages", chat_id=amina.id, message_ids=wanted))["ok"]
    assert [one["message_id"] for one in sandbox.chat(amina.id)] == [numbers[1]]


async def test_a_bot_deletes_only_its_own_in_groups(bot, amina, sandbox):
    group = sandbox.group("Team", [amina.id])
    theirs = sandbox.say(amina.id, "/help", chat_id=group.id)
    found = await bot.call("deleteMessage", chat_id=group.id, message_id=theirs)
    assert found["description"] == "Bad Request: message can't be deleted"


async def test_places(bot, amina):
    spot = {"chat_id": amina.id, "latitude": 53.8, "longitude": -1.55}
    venue = await bot.call("sendVenue", title="Library", address="Calverley Street", **spot)
    message = Message.de_json(venue["result"], None)
    assert message.venue is not None
    assert (message.venue.title, message.venue.location.latitude) == ("Library", 53.8)
    place = await bot.call("sendLocation", **spot)
    assert place["result"]["location"] == {"latitude": 53.8, "longitude": -1.55}


async def test_copies_and_forwards(bot, amina, sandbox):
    other = sandbox.person("Other", started=True)
    source = (await bot.send(amina.id, "<i>a</i>", parse_mode="HTML"))["result"]
    where = {"from_chat_id": amina.id, "message_id": source["message_id"], "chat_id": other.id}
    copied = (await bot.call("copyMessage", **where))["result"]
    forwarded = (await bot.call("forwardMessage", **where))["result"]
    shown = sandbox.chat(other.id)
    assert copied == {"message_id": shown[0]["message_id"]}
    assert [one["html"] for one in shown] == ["<i>a</i>", "<i>a</i>"]
    origin = Message.de_json(forwarded, None).forward_origin
    assert isinstance(origin, MessageOriginUser)
    assert origin.sender_user.id == 123456


async def test_protected_messages_are_not_copied(bot, amina):
    sent = await bot.send(amina.id, protect_content=True)
    number = sent["result"]["message_id"]
    found = await bot.call(
        "copyMessage", chat_id=amina.id, from_chat_id=amina.id, message_id=number
    )
    assert found["description"] == "Bad Request: message can't be copied"


async def test_reply_keyboards_are_seen_by_people_only(bot, amina, sandbox):
    markup = {"keyboard": [[{"text": "Share my place", "request_location": True}]]}
    sent = await bot.send(amina.id, reply_markup=markup)
    assert "reply_markup" not in sent["result"]
    assert sandbox.chat(amina.id)[0]["reply_markup"] == markup


async def test_commands_by_language_and_scope(bot):
    english = [{"command": "start", "description": "Start again"}]
    arabic = [{"command": "start", "description": "ابدأ من جديد"}]
    team = {"type": "chat", "chat_id": 5}
    await bot.call("setMyCommands", commands=english)
    await bot.call("setMyCommands", commands=arabic, language_code="ar")
    await bot.call("setMyCommands", commands=english, scope=team)
    assert (await bot.call("getMyCommands", language_code="ar"))["result"] == arabic
    assert (await bot.call("getMyCommands", scope=team))["result"] == english
    await bot.call("deleteMyCommands", language_code="ar")
    assert (await bot.call("getMyCommands", language_code="ar"))["result"] == []
    assert (await bot.call("getMyCommands"))["result"] == english


@pytest.mark.parametrize(
    ("what", "field"),
    [
        pytest.param("Name", "name", id="name"),
        pytest.param("Description", "description", id="description"),
        pytest.param("ShortDescription", "short_description", id="short description"),
    ],
)
async def test_texts_about_the_bot(bot, what, field):
    await bot.call(f"setMy{what}", **{field: "all"})
    await bot.call(f"setMy{what}", **{field: "للجميع", "language_code": "ar"})
    for language, text in (("ar", "للجميع"), ("ku", "all")):
        found = await bot.call(f"getMy{what}", language_code=language)
        assert found["result"] == {field: text}


async def test_menu_button(bot, amina):
    assert (await bot.call("getChatMenuButton"))["result"] == {"type": "commands"}
    await bot.call("setChatMenuButton", chat_id=amina.id, menu_button={"type": "default"})
    found = await bot.call("getChatMenuButton", chat_id=amina.id)
    assert found["result"] == {"type": "default"}


async def test_chats_and_members(bot, amina, sandbox):
    group = sandbox.group("Team", [amina.id])
    assert (await bot.call("getChat", chat_id=group.id))["result"]["title"] == "Team"
    me = await bot.call("getChatMember", chat_id=group.id, user_id=123456)
    assert me["result"]["status"] == "member"
    them = await bot.call("getChatMember", chat_id=group.id, user_id=amina.id)
    assert them["result"]["user"]["first_name"] == "Amina"


async def test_updates_are_confirmed_by_offset(bot, amina, sandbox):
    for text in ("a", "b", "c"):
        sandbox.say(amina.id, text)
    first = (await bot.call("getUpdates", limit=2))["result"]
    assert [one.message and one.message.text for one in map(_update, first)] == ["a", "b"]
    assert (await bot.call("getUpdates", limit=2))["result"] == first
    rest = (await bot.call("getUpdates", offset=first[-1]["update_id"] + 1))["result"]
    assert [one["message"]["text"] for one in rest] == ["c"]
    assert (await bot.call("getUpdates", offset=-1))["result"] == rest


async def test_only_wanted_updates(bot, amina, sandbox):
    await bot.call("getUpdates", allowed_updates=["callback_query"])
    sandbox.say(amina.id, "not asked for")
    sent = await bot.send(amina.id, reply_markup=keyboard([("x", "d")]))
    sandbox.press(amina.id, sent["result"]["message_id"], "d")
    (update,) = (await bot.call("getUpdates"))["result"]
    query = _update(update).callback_query
    assert query is not None and query.data == "d"


async def test_an_update_keeps_what_it_showed(bot, amina, sandbox):
    sent = await bot.send(amina.id, "before", reply_markup=keyboard([("x", "d")]))
    number = sent["result"]["message_id"]
    sandbox.press(amina.id, number, "d")
    await bot.call("editMessageText", chat_id=amina.id, message_id=number, text="after")
    (update,) = (await bot.call("getUpdates"))["result"]
    assert update["callback_query"]["message"]["text"] == "before"


@pytest.mark.parametrize("method", ["logOut", "close", "deleteWebhook"])
async def test_quiet_methods(bot, method):
    assert (await bot.call(method))["result"] is True
