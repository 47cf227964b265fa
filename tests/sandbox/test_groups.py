"""Groups with administrators, forum topics, and channels, as a bot meets them."""

import pytest

from sandbox import groups
from sandbox.errors import Impossible
from tests.sandbox.conftest import keyboard

FORUM = -1_000_000_000_777


@pytest.fixture
def ben(sandbox):
    return sandbox.person("Ben", started=True)


@pytest.fixture
def forum(sandbox, amina, ben):
    made = sandbox.group("Partners", [amina.id, ben.id], id=FORUM)
    return groups.promote(sandbox, made.id, [amina.id])


async def updates(bot):
    found = (await bot.call("getUpdates"))["result"]
    if found:
        await bot.call("getUpdates", offset=found[-1]["update_id"] + 1)
    return found


async def test_who_administers_a_group_can_be_asked(bot, sandbox, forum, amina, ben):
    other = sandbox.person("Cal")
    statuses = [
        (await bot.call("getChatMember", chat_id=forum.id, user_id=one.id))["result"]["status"]
        for one in (amina, ben, other)
    ]
    assert statuses == ["administrator", "member", "left"]
    listed = (await bot.call("getChatAdministrators", chat_id=forum.id))["result"]
    assert [one["user"]["id"] for one in listed] == [amina.id]
    assert (await bot.call("getChatAdministrators", chat_id=amina.id))["error_code"] == 400
    answer = await bot.call("getChatMember", chat_id=forum.id, user_id=99)
    assert answer["description"] == "Bad Request: PARTICIPANT_ID_INVALID"


async def test_a_command_in_a_topic_says_where_it_was_written(bot, people, forum, amina):
    made = await people.post(f"groups/{forum.id}/topics", 201, name="News")
    thread = made["message_thread_id"]
    await people.post(f"people/{amina.id}/text", text="/go", chat_id=forum.id, thread_id=thread)
    (update,) = await updates(bot)
    message = update["message"]
    assert (message["message_thread_id"], message["is_topic_message"]) == (thread, True)
    assert message["chat"]["is_forum"] is True
    await people.post(f"people/{amina.id}/text", 404, text="/go", chat_id=forum.id, thread_id=5)


async def test_the_bot_writes_in_a_topic_until_it_is_deleted(bot, sandbox, people, forum):
    thread = groups.topic(sandbox, forum.id, "News")
    sent = await bot.send(forum.id, message_thread_id=thread)
    assert sent["result"]["message_thread_id"] == thread
    async with people.session.delete(
        f"{people.base}/sandbox/groups/{forum.id}/topics/{thread}"
    ) as answer:
        assert answer.status == 200
    answer = await bot.send(forum.id, message_thread_id=thread)
    assert answer["description"] == "Bad Request: message thread not found"
    assert (await bot.send(forum.id))["ok"] is True


async def test_no_topics_where_there_is_no_forum(bot, sandbox, amina):
    group = sandbox.group("Small", [amina.id])
    with pytest.raises(Impossible, match="cannot have topics"):
        groups.topic(sandbox, group.id, "News")
    for chat in (group.id, amina.id):
        answer = await bot.send(chat, message_thread_id=1)
        assert answer["description"] == "Bad Request: message thread not found"


async def test_an_administrator_may_stay_anonymous_and_a_member_may_not(
    bot, people, forum, amina, ben
):
    said = {"text": "/go", "chat_id": forum.id, "anonymous": True}
    await people.post(f"people/{amina.id}/text", **said)
    (update,) = await updates(bot)
    message = update["message"]
    assert message["from"]["username"] == "GroupAnonymousBot"
    assert message["sender_chat"]["id"] == forum.id
    await people.post(f"people/{ben.id}/text", 409, **said)


async def test_a_channel_speaks_itself_and_only_administrators_post(bot, people, amina, ben):
    made = await people.post(
        "groups",
        201,
        title="News",
        channel=True,
        members=[amina.id, ben.id],
        administrators=[amina.id],
    )
    assert made["type"] == "channel"
    await people.post(f"people/{amina.id}/text", text="hello", chat_id=made["id"])
    await people.post(f"people/{ben.id}/text", 409, text="hello", chat_id=made["id"])
    joined, posted = await updates(bot)
    assert joined["my_chat_member"]["new_chat_member"]["status"] == "administrator"
    assert "from" not in posted["channel_post"]
    assert posted["channel_post"]["sender_chat"]["id"] == made["id"]
    sent = (await bot.send(made["id"], reply_markup=keyboard([("Go", "go")])))["result"]
    assert "from" not in sent
    edited = await bot.call(
        "editMessageText", chat_id=made["id"], message_id=sent["message_id"], text="other"
    )
    assert edited["ok"] is True, "its own post"
    await people.post(f"groups/{made['id']}/kick")
    assert (await bot.send(made["id"]))["error_code"] == 403
    assert [one["id"] for one in await people.get("groups")] == [made["id"]]


async def test_a_channel_without_an_administrator_cannot_be(people, amina):
    await people.post("groups", 409, title="News", channel=True, members=[amina.id])


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        pytest.param("https://t.me/fingerpost_sandbox_bot?start=read-1", True, id="to the bot"),
        pytest.param("https://t.me/other_bot?start=read-1", False, id="to another"),
        pytest.param("https://example.org", False, id="anywhere"),
    ],
)
async def test_an_answer_to_a_press_opens_links_to_the_bot_only(
    bot, sandbox, forum, ben, url, taken
):
    sent = (await bot.send(forum.id, reply_markup=keyboard([("Go", "go")])))["result"]
    press = sandbox.press(ben.id, sent["message_id"], "go", chat_id=forum.id)
    answer = await bot.call("answerCallbackQuery", callback_query_id=press.id, url=url)
    assert answer["ok"] is taken
    assert press.url == (url if taken else None)
    if not taken:
        assert answer["description"] == "Bad Request: URL_INVALID"
