"""The Bot API in memory is trusted by every other test, so it is tested itself."""

from datetime import timedelta

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import ChatMigrated, Forbidden, NetworkError, RetryAfter, TimedOut

from tests.builders import blocked_update, location_update, message_update, press_update
from tests.telegram_api import TOKEN, RecordingApi

ONE_BUTTON = InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="1:g:K1")]])


@pytest.fixture
def api() -> RecordingApi:
    return RecordingApi()


@pytest.fixture
def bot(api: RecordingApi) -> Bot:
    return Bot(TOKEN, request=api, get_updates_request=api)


async def test_it_says_yes_and_remembers(api, bot):
    first = await bot.send_message(7, "one", reply_markup=ONE_BUTTON)
    second = await bot.send_message(8, "two")
    edited = await bot.edit_message_text("three", chat_id=7, message_id=first.message_id)
    assert await bot.answer_callback_query("q") is True
    assert second.message_id == first.message_id + 1
    assert edited.message_id == first.message_id
    assert api.texts(7) == ["one", "three"]
    assert api.methods == ["sendMessage", "sendMessage", "editMessageText", "answerCallbackQuery"]
    assert api.of("sendMessage")[0]["reply_markup"] == {
        "inline_keyboard": [[{"text": "A", "callback_data": "1:g:K1"}]]
    }


async def test_it_keeps_files(api, bot):
    await bot.send_document(7, b"bytes", filename="a.txt", caption="c")
    assert dict(api.calls[-1].files) == {"document": b"bytes"}


async def test_trouble_meets_the_right_call_so_many_times(api, bot):
    api.block(7)
    api.flood(5, method="sendMessage", chat_id=8)
    api.lose(chat_id=9)
    api.lose(chat_id=9, sent=False)
    api.fail(400, "Bad Request: group upgraded", chat_id=-5, migrate_to_chat_id=-1005)
    for _ in range(2):
        with pytest.raises(Forbidden):
            await bot.send_message(7, "x")
    with pytest.raises(RetryAfter) as flood:
        await bot.send_message(8, "x")
    assert flood.value.retry_after == timedelta(seconds=5)
    await bot.send_message(8, "x")
    with pytest.raises(TimedOut):
        await bot.send_message(9, "x")
    with pytest.raises(NetworkError, match="not sent"):
        await bot.send_message(9, "x")
    with pytest.raises(ChatMigrated):
        await bot.send_message(-5, "x")
    await bot.send_message(10, "x")


async def test_updates_are_handed_out_until_their_offset_confirms_them(api, bot):
    api.updates.extend(message_update("hi", 7, update_id=n).to_dict() for n in (5, 6))
    assert [u.update_id for u in await bot.get_updates()] == [5, 6]
    assert [u.update_id for u in await bot.get_updates(offset=6)] == [6]
    assert [u.update_id for u in await bot.get_updates(offset=7)] == []


async def test_built_updates_are_what_telegram_would_send(bot):
    command = message_update("/start abc", 7, language_code="ar", bot=bot)
    assert command.message is not None
    assert command.message.parse_entities() == {command.message.entities[0]: "/start"}
    assert command.effective_user is not None
    assert command.effective_user.language_code == "ar"
    answer = message_update("hello", 7, reply_to={**command.message.to_dict()}, bot=bot)
    assert answer.message is not None
    assert answer.message.reply_to_message == command.message
    press = press_update("1:g:K1", 7, message_id=9, bot=bot)
    assert press.callback_query is not None
    assert press.callback_query.message is not None
    assert (press.callback_query.data, press.callback_query.message.message_id) == ("1:g:K1", 9)
    assert press.effective_chat is not None
    assert press.effective_chat.id == 7
    place = location_update(53.8, -1.5, 7, bot=bot)
    assert place.message is not None
    assert place.message.location is not None
    assert place.message.location.latitude == 53.8
    blocked = blocked_update(7, bot=bot).my_chat_member
    assert blocked is not None
    assert blocked.new_chat_member.status == "kicked"
    back = blocked_update(7, again=True, bot=bot).my_chat_member
    assert back is not None
    assert back.new_chat_member.status == "member"
