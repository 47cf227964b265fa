"""Clear this chat, and what is left of it."""

from datetime import timedelta

import db.tips
from handlers import voice
from people.voice import CLEARABLE
from tests.flows.stage import NEWCOMER, Stage
from tests.flows.test_newcomer import to_need


def deleted(stage: Stage) -> list[int]:
    many = [each for call in stage.api.of("deleteMessages") for each in call["message_ids"]]
    return many + [call["message_id"] for call in stage.api.of("deleteMessage")]


async def test_every_message_of_two_days_is_deleted_also_the_persons_own(stage):
    await stage.says(NEWCOMER, "/start", message_id=11)
    await stage.says(NEWCOMER, "LS9", message_id=12)
    shown = await stage.says(NEWCOMER, "/clear", message_id=13)
    ours = [1001, 1002]
    assert sorted(deleted(stage)) == [11, 12, 13, *ours]
    assert "Older messages" in shown.text
    assert "list of chats" in shown.text
    assert "LS9" not in shown.text
    ((chat, message, _),) = (await stage.rows(of_chat=True))["shown_messages"]
    assert (chat, message) == (NEWCOMER, 1003), "only the explanation is left, and can be cleared"


async def test_the_button_clears_too(small):
    await to_need(small)
    await small.presses(NEWCOMER, "Help now")
    shown = await small.presses(NEWCOMER, "Clear this chat")
    assert 500 in deleted(small), "the message with the button itself"
    assert "only you can" in shown.text.lower()


async def test_what_came_by_itself_is_deleted_too(small):
    async with small.sessions.begin() as session:
        await db.tips.check_in(session, NEWCOMER, small.app.today())
    assert await voice.ask_due(small.app) == 1
    await small.send_out()
    assert "Did you get to the place" in small.last(NEWCOMER).text
    await small.says(NEWCOMER, "/clear", message_id=13)
    assert deleted(small) == [13, 1001]


async def test_when_telegram_does_not_answer_clear_can_be_sent_again(small):
    await small.says(NEWCOMER, "/start", message_id=11)
    small.api.lose(method="deleteMessages")
    shown = await small.says(NEWCOMER, "/clear", message_id=13)
    assert "Please send /clear again" in shown.text
    shown = await small.says(NEWCOMER, "/clear", message_id=14)
    assert {11, 13, 14} <= set(deleted(small))
    assert "I deleted" in shown.text


async def test_messages_that_are_too_old_are_not_asked_for(stage):
    await stage.says(NEWCOMER, "/start", message_id=11)
    stage.clock.advance(CLEARABLE + timedelta(minutes=1))
    await stage.says(NEWCOMER, "/clear", message_id=13)
    assert deleted(stage) == [13]


async def test_one_message_that_cannot_be_deleted_does_not_keep_the_others(small):
    await small.says(NEWCOMER, "/start", message_id=11)
    small.api.fail(400, "Bad Request: message can't be deleted", method="deleteMessages")
    shown = await small.says(NEWCOMER, "/clear", message_id=13)
    assert [call["message_id"] for call in small.api.of("deleteMessage")] == [11, 13, 1001]
    assert "only you can" in shown.text.lower()


async def test_more_than_a_hundred_messages_go_in_several_calls(stage):
    for number in range(60):
        await stage.says(NEWCOMER, "LS9", message_id=100 + number)
    await stage.says(NEWCOMER, "/clear", message_id=900)
    assert [len(call["message_ids"]) for call in stage.api.of("deleteMessages")] == [100, 21]


async def test_messages_of_a_group_are_not_noted(small):
    await small.says(NEWCOMER, "/start", chat_id=-5)
    assert "shown_messages" not in await small.rows(of_chat=True)


async def test_forgetting_can_clear_the_chat_and_leaves_nothing(stage):
    await stage.knows(NEWCOMER)
    await stage.says(NEWCOMER, "/forget", message_id=21)
    shown = await stage.presses(NEWCOMER, "Delete it and clear this chat")
    assert set(deleted(stage)) == {21, 500, 1001}
    assert shown.text == "Done. I keep nothing about you now."
    assert list(await stage.rows(of_chat=True)) == ["erasures"], "a hash"


async def test_forgetting_without_clearing_leaves_nothing_either(small):
    await small.knows(NEWCOMER)
    await small.says(NEWCOMER, "/forget", message_id=21)
    await small.presses(NEWCOMER, "Yes, delete it")
    assert deleted(small) == []
    assert list(await small.rows(of_chat=True)) == ["erasures"], "a hash"
