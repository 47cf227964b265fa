"""The people's side: the fixed JSON contract that the web chat, the tour and benchmarks rely on."""

import asyncio
import contextlib
import json

import aiohttp
import pytest
from telegram import Update

from sandbox.errors import Impossible
from tests.sandbox.conftest import keyboard, until


async def updates(bot):
    found = (await bot.call("getUpdates"))["result"]
    if found:
        await bot.call("getUpdates", offset=found[-1]["update_id"] + 1)
    return [Update.de_json(one, None) for one in found]


async def test_info(people):
    assert await people.get("info") == {
        "bot": {
            "id": 123456,
            "username": "fingerpost_sandbox_bot",
            "first_name": "Fingerpost",
        },
        "limits": "none",
    }


async def test_people_are_created_and_listed(people):
    one = await people.post("people", 201, first_name="Amina", language_code="ar")
    assert one == {
        "id": 1001,
        "first_name": "Amina",
        "language_code": "ar",
        "blocked": False,
        "deactivated": False,
        "messages": 0,
    }
    await people.post("people", 201, first_name="Ben", language_code="en", id=77)
    await people.post(f"people/{one['id']}/text", text="hi")
    listed = await people.get("people")
    assert [(one["id"], one["messages"]) for one in listed] == [(1001, 1), (77, 0)]


async def test_many_people_at_once(people, session, address):
    wanted = [{"first_name": f"P{n}", "started": True} for n in range(50)]
    async with session.post(f"{address}/sandbox/people", json=wanted) as answer:
        assert answer.status == 201
        assert len(await answer.json()) == 50
    assert len(await people.get("people")) == 50


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        pytest.param("people", {}, 400, id="person without a name"),
        pytest.param("people", {"first_name": "A", "id": 1001}, 409, id="id taken"),
        pytest.param("people", {"first_name": "A", "id": -5}, 409, id="negative id"),
        pytest.param("people", {"first_name": "A", "id": "x"}, 400, id="id is a word"),
        pytest.param("people/9/text", {"text": "x"}, 404, id="nobody"),
        pytest.param("people/1001/text", {"text": " "}, 409, id="nothing said"),
        pytest.param("people/1001/text", {"text": "x" * 4097}, 409, id="too much said"),
        pytest.param("people/1001/text", {"text": 5}, 400, id="a number is no text"),
        pytest.param("people/1001/text", {"text": "x", "reply_to": 9}, 404, id="reply to nothing"),
        pytest.param("people/1001/press", {"data": "d"}, 400, id="press nowhere"),
        pytest.param("people/1001/press", {"message_id": 9, "data": "d"}, 409, id="no such button"),
        pytest.param("people/1001/location", {"latitude": "x"}, 400, id="place in words"),
        pytest.param("groups", {"title": "T", "members": [9]}, 404, id="group of nobody"),
        pytest.param("groups", {"title": "T", "members": "x"}, 400, id="members in words"),
        pytest.param("groups/-9/migrate", {}, 404, id="no such group"),
        pytest.param("groups/1001/migrate", {}, 409, id="a private chat does not migrate"),
    ],
)
async def test_what_cannot_be_done(people, amina, path, body, status):
    assert "error" in await people.post(path, status, **body)


async def test_commands_reach_the_bot(people, bot, amina):
    await people.post(f"people/{amina.id}/start", payload="invite-abc")
    (update,) = await updates(bot)
    assert update.message.text == "/start invite-abc"
    assert [(one.type, one.length) for one in update.message.entities] == [("bot_command", 6)]
    assert update.effective_user.language_code == "ar"


async def test_a_person_is_offered_commands_in_their_language(people, bot, amina):
    english = [{"command": "start", "description": "Start again"}]
    arabic = [{"command": "start", "description": "ابدأ من جديد"}]
    await bot.call("setMyCommands", commands=english)
    assert (await people.get(f"people/{amina.id}/chat"))["commands"] == english
    await bot.call("setMyCommands", commands=arabic, language_code="ar")
    assert (await people.get(f"people/{amina.id}/chat"))["commands"] == arabic
    own = {"type": "chat", "chat_id": amina.id}
    await bot.call("setMyCommands", commands=english, scope=own)
    assert (await people.get(f"people/{amina.id}/chat"))["commands"] == english


async def test_replies_and_places(people, bot, amina):
    sent = (await bot.send(amina.id, "Where are you?"))["result"]["message_id"]
    await people.post(f"people/{amina.id}/text", text="here", reply_to=sent)
    await people.post(f"people/{amina.id}/location", latitude=53.8, longitude=-1.5, reply_to=sent)
    text, place = await updates(bot)
    assert text.message.reply_to_message.text == "Where are you?"
    assert place.message.location.latitude == 53.8
    assert place.message.reply_to_message.message_id == sent


async def test_the_chat_as_a_person_sees_it(people, bot, amina):
    await people.post(f"people/{amina.id}/text", text="<hi>")
    rows = keyboard([("Yes", "y")])
    await bot.send(amina.id, "<b>Hello</b> &lt;", parse_mode="HTML", reply_markup=rows)
    mine, theirs = (await people.get(f"people/{amina.id}/chat"))["messages"]
    assert (mine["html"], mine["from_bot"]) == ("&lt;hi&gt;", False)
    assert (theirs["html"], theirs["from_bot"]) == ("<b>Hello</b> &lt;", True)
    assert theirs["reply_markup"] == rows


async def test_a_press_waits_for_its_answer(people, bot, amina):
    sent = await bot.send(amina.id, reply_markup=keyboard([("Yes", "y")]))
    number = sent["result"]["message_id"]
    path = f"people/{amina.id}/press"
    pressing = asyncio.create_task(people.post(path, message_id=number, data="y", wait=10))
    (update,) = (await bot.call("getUpdates", timeout=10))["result"]
    query = update["callback_query"]["id"]
    await bot.call("answerCallbackQuery", callback_query_id=query, text="Noted", show_alert=True)
    assert await pressing == {
        "callback_query_id": query,
        "answered": True,
        "text": "Noted",
        "show_alert": True,
    }
    found = await people.post(path, message_id=number, data="y", wait=0.01)
    assert (found["answered"], found["text"]) == (False, None)


async def test_forged_and_old_buttons(people, bot, amina):
    sent = await bot.send(amina.id, reply_markup=keyboard([("Yes", "y")]))
    number = sent["result"]["message_id"]
    path = f"people/{amina.id}/press"
    assert "error" in await people.post(path, 409, message_id=number, data="x")
    await people.post(path, message_id=number, data="x", forged=True)
    await bot.call("deleteMessage", chat_id=amina.id, message_id=number)
    await people.post(path, message_id=number, data="y", forged=True)
    there, gone = await updates(bot)
    assert (there.callback_query.data, there.callback_query.message.text) == ("x", "hello")
    assert not gone.callback_query.message.is_accessible


async def test_blocking_is_told_and_undone_by_start(people, bot, amina):
    blocked = await people.post(f"people/{amina.id}/block")
    assert blocked["blocked"]
    assert "error" in await people.post(f"people/{amina.id}/text", 409, text="x")
    await people.post(f"people/{amina.id}/block")
    await people.post(f"people/{amina.id}/start")
    left, back, start = await updates(bot)
    assert left.my_chat_member.new_chat_member.status == "kicked"
    assert back.my_chat_member.old_chat_member.status == "kicked"
    assert back.my_chat_member.new_chat_member.status == "member"
    assert start.message.text == "/start"


async def test_deleted_accounts_are_silent(people, bot, amina):
    found = await people.post(f"people/{amina.id}/deactivate")
    assert found["deactivated"]
    assert "error" in await people.post(f"people/{amina.id}/start", 409)
    assert await updates(bot) == []


async def test_groups_and_privacy_mode(people, bot, amina, sandbox):
    group = await people.post("groups", 201, title="Team", members=[amina.id])
    sent = (await bot.send(group["id"], "Question?"))["result"]["message_id"]
    path = f"people/{amina.id}/text"
    for text in ("just talking", "/help", "hello @fingerpost_sandbox_bot"):
        await people.post(path, text=text, chat_id=group["id"])
    await people.post(path, text="an answer", chat_id=group["id"], reply_to=sent)
    heard = [one.message.text for one in await updates(bot)]
    assert heard == ["/help", "hello @fingerpost_sandbox_bot", "an answer"]

    new = await people.post(f"groups/{group['id']}/migrate")
    assert (new["type"], new["members"]) == ("supergroup", [amina.id])
    old, begun = await updates(bot)
    assert old.message.migrate_to_chat_id == new["id"] == begun.message.chat.id
    assert begun.message.migrate_from_chat_id == group["id"]
    with pytest.raises(Impossible):
        sandbox.say(amina.id, "x", chat_id=group["id"])
    found = await people.get(f"people/{amina.id}/chat?chat_id={group['id']}")
    assert len(found["messages"]) == 6


async def test_supergroups_number_their_own_messages(bot, amina, sandbox):
    group = sandbox.group("Team", [amina.id], id=-1_000_000_000_777)
    await bot.send(amina.id)
    assert (await bot.send(group.id))["result"]["message_id"] == 1


async def test_record(people, bot, amina, clock):
    await bot.send(amina.id)
    clock.now += 100
    await bot.send(amina.id, "")
    await bot.upload(
        "sendDocument", {"chat_id": amina.id}, document=(b"abc", "a.txt", "text/plain")
    )
    calls = (await people.get("record"))["calls"]
    assert [(one["n"], one["method"], one["ok"], one["error_code"]) for one in calls] == [
        (1, "sendMessage", True, None),
        (2, "sendMessage", False, 400),
        (3, "sendDocument", True, None),
    ]
    assert calls[0]["params"] == {"chat_id": amina.id, "text": "hello"}
    assert (calls[0]["chat_id"], calls[0]["message_id"], calls[0]["unprompted"]) == (
        amina.id,
        1,
        True,
    )
    assert calls[2]["at"] - calls[0]["at"] == 100
    assert calls[2]["params"]["document"] == {"file_name": "a.txt", "file_size": 3}
    assert [one["n"] for one in (await people.get("record?since=2"))["calls"]] == [3]
    assert await people.get("record/counts") == {
        "accepted": {"sendMessage": 1, "sendDocument": 1},
        "refused": {"sendMessage": 1},
        "accepted_messages": 2,
        "most_in_one_second": 1,
        "most_unprompted_in_one_second": 1,
    }


@pytest.mark.parametrize(
    ("fault", "code", "description"),
    [
        pytest.param({"error_code": 500}, 500, "Internal Server Error", id="server error"),
        pytest.param({"retry_after": 7}, 429, "Too Many Requests: retry after 7", id="flood"),
        pytest.param(
            {"error_code": 403, "description": "Forbidden: test"},
            403,
            "Forbidden: test",
            id="given",
        ),
    ],
)
async def test_refusals_on_request(people, bot, amina, fault, code, description):
    await people.post("faults", 201, method="sendMessage", chat_id=amina.id, times=2, **fault)
    assert (await bot.call("getMe"))["ok"]
    for _ in range(2):
        found = await bot.send(amina.id)
        assert (found["error_code"], found["description"]) == (code, description)
        assert found.get("parameters", {}).get("retry_after") == fault.get("retry_after")
    assert (await bot.send(amina.id))["ok"]


async def test_faults_can_be_taken_back(people, bot, session, address):
    await people.post("faults", 201, times=5, error_code=502)
    assert not (await bot.call("getMe"))["ok"]
    async with session.delete(f"{address}/sandbox/faults") as answer:
        assert answer.status == 200
    assert (await bot.call("getMe"))["ok"]


async def test_accepted_but_the_connection_is_cut(people, bot, amina, sandbox):
    await people.post("faults", 201, method="sendMessage", drop=True)
    with pytest.raises(aiohttp.ClientError):
        await bot.send(amina.id, "did it arrive?")
    assert [one["text"] for one in sandbox.chat(amina.id)] == ["did it arrive?"]
    assert sandbox.record.counts()["accepted_messages"] == 1


async def test_refused_and_the_connection_is_cut(people, bot, amina, sandbox):
    await people.post("faults", 201, method="sendMessage", error_code=500, drop=True)
    with pytest.raises(aiohttp.ClientError):
        await bot.send(amina.id, "did it arrive?")
    assert sandbox.chat(amina.id) == []
    assert sandbox.record.counts()["refused"] == {"sendMessage": 1}


async def test_accepted_but_the_answer_is_late(people, bot, amina, sandbox):
    await people.post("faults", 201, method="sendMessage", delay=30)
    sending = asyncio.create_task(bot.send(amina.id, "slow"))
    await until(lambda: sandbox.chat(amina.id))
    assert not sending.done()
    sending.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await sending


class Stream:
    """Reads server-sent events."""

    def __init__(self, content):
        self._content = content

    async def next(self):
        kind = data = None
        while line := (await self._content.readline()).decode().strip():
            name, _, value = line.partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                data = json.loads(value)
        return (kind, data) if kind else await self.next()


async def test_events(people, bot, amina, session, address, sandbox):
    async with session.get(f"{address}/sandbox/events") as answer:
        assert answer.content_type == "text/event-stream"
        stream = Stream(answer.content)
        await answer.content.readline()
        sent = await bot.send(
            amina.id, "<b>a</b>", parse_mode="HTML", reply_markup=keyboard([("x", "d")])
        )
        number = sent["result"]["message_id"]
        kind, data = await stream.next()
        assert (kind, data["person_id"], data["message"]["html"]) == (
            "message",
            amina.id,
            "<b>a</b>",
        )
        await bot.call("editMessageText", chat_id=amina.id, message_id=number, text="b")
        kind, data = await stream.next()
        assert (kind, data["message"]["text"]) == ("edit", "b")
        press = sandbox.press(amina.id, number, "d", forged=True)
        await bot.call("answerCallbackQuery", callback_query_id=press.id, text="Done")
        kind, data = await stream.next()
        assert (kind, data["text"], data["show_alert"]) == ("toast", "Done", False)
        await bot.call("sendChatAction", chat_id=amina.id, action="typing")
        assert (await stream.next())[1]["action"] == "typing"
        await bot.call("deleteMessage", chat_id=amina.id, message_id=number)
        kind, data = await stream.next()
        assert (kind, data["message_id"]) == ("delete", number)
        await people.post(f"people/{amina.id}/block")
        assert (await stream.next())[0] == "person"


async def test_the_page_never_leaves_its_folder(session, address):
    for path in ("/page/nothing.js", "/page/..%2Fserver.py", "/page/../server.py"):
        async with session.get(address + path) as answer:
            assert answer.status == 404
