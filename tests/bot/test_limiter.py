import asyncio
from datetime import timedelta

import pytest
from telegram.error import RetryAfter
from telegram.ext import ExtBot

from bot.limiter import BULK, PriorityLimiter
from delivery.budget import Budget
from tests.telegram_api import TOKEN, RecordingApi


class FakeTime:
    """A clock that only sleeping moves; sleepers wake in the order of their times."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)
        self.now = max(self.now, self.now + seconds)


@pytest.fixture
def moments() -> FakeTime:
    return FakeTime()


@pytest.fixture
def api() -> RecordingApi:
    return RecordingApi()


@pytest.fixture
def budget(moments: FakeTime) -> Budget:
    return Budget(3, moments.clock)


@pytest.fixture
def bot(api: RecordingApi, moments: FakeTime, budget: Budget) -> ExtBot[str]:
    limiter = PriorityLimiter(budget, clock=moments.clock, sleep=moments.sleep)
    return ExtBot(TOKEN, request=api, get_updates_request=api, rate_limiter=limiter)


async def test_nothing_waits_without_a_flood(bot, api, moments):
    for chat in range(1, 101):
        await bot.send_message(chat, "hi")
    assert (len(api.calls), moments.slept) == (100, [])


async def test_a_flooded_chat_waits_and_its_message_arrives(bot, api, moments):
    api.flood(4, chat_id=7)
    await bot.send_message(7, "hi")
    assert moments.slept == [4]
    assert api.methods == ["sendMessage", "sendMessage"]


async def test_other_chats_do_not_wait_for_a_flooded_one(bot, api, moments):
    api.flood(15, chat_id=7, times=3)
    with pytest.raises(RetryAfter):
        await bot.send_message(7, "hi")
    slept = len(moments.slept)
    for chat in range(8, 40):
        await bot.send_message(chat, "hi")
    assert len(moments.slept) == slept


async def test_the_next_message_to_a_flooded_chat_waits_too(bot, api, moments):
    api.flood(15, chat_id=7, times=2)
    with pytest.raises(RetryAfter):
        await bot.send_message(7, "one")
    moments.now += 5
    moments.slept.clear()
    await bot.send_message(7, "two")
    assert moments.slept == [10]


async def test_several_waits_together_are_no_longer_than_a_persons_patience(bot, api, moments):
    api.flood(15, chat_id=7, times=3)
    with pytest.raises(RetryAfter):
        await bot.send_message(7, "hi")
    assert sum(moments.slept) <= 20


async def test_more_patience_than_a_person_has_is_an_error_at_once(bot, api, moments):
    api.flood(600, chat_id=7)
    with pytest.raises(RetryAfter):
        await bot.send_message(7, "one")
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(7, "two")
    assert caught.value.retry_after == timedelta(seconds=600)
    assert (len(api.calls), moments.slept) == (1, [])


async def test_floods_in_several_chats_hold_everybody(bot, api, moments):
    for chat in (7, 8, 9):
        api.flood(600, chat_id=chat)
        with pytest.raises(RetryAfter):
            await bot.send_message(chat, "hi")
    await bot.send_message(10, "hi")
    assert moments.slept == [20]  # bounded, however long Telegram asked for


async def test_floods_far_apart_hold_nobody_else(bot, api, moments):
    for chat in (7, 8, 9):
        api.flood(600, chat_id=chat)
        with pytest.raises(RetryAfter):
            await bot.send_message(chat, "hi")
        moments.now += 11
    await bot.send_message(10, "hi")
    assert moments.slept == []


async def test_a_press_is_acknowledged_even_while_everybody_waits(bot, api, moments):
    for chat in (7, 8, 9):
        api.flood(600, chat_id=chat)
        with pytest.raises(RetryAfter):
            await bot.send_message(chat, "hi")
    await bot.answer_callback_query("press")
    assert moments.slept == []


async def test_bulk_is_left_to_the_outbox(bot, api, moments):
    api.flood(4, chat_id=7, times=2)
    for _ in range(2):
        with pytest.raises(RetryAfter):
            await bot.send_message(7, "news", rate_limit_args=BULK)
    assert (len(api.calls), moments.slept) == (2, [])


async def test_other_errors_are_not_tried_again(bot, api):
    api.lose(chat_id=7)
    with pytest.raises(Exception, match="no answer"):
        await bot.send_message(7, "hi")
    assert len(api.calls) == 1


async def test_a_hold_set_while_waiting_is_respected(bot, api, moments):
    api.flood(3, chat_id=7, times=2)
    await asyncio.gather(bot.send_message(7, "one"), bot.send_message(7, "two"))
    assert set(api.texts(7)) == {"one", "two"}
    assert len(api.calls) == 4  # two refused, two taken
    assert moments.now >= 106  # both refusals were waited for


async def test_answers_never_wait_for_bulk_and_bulk_waits_for_answers(bot, api, moments, budget):
    for _ in range(3):
        budget.begin()
    await bot.send_message(7, "hi")
    assert (api.methods, moments.slept) == (["sendMessage"], [])
    assert budget.wait() > 0


@pytest.mark.parametrize(
    ("call", "room"),
    [
        pytest.param(lambda bot: bot.send_message(7, "hi"), False, id="a message takes room"),
        pytest.param(lambda bot: bot.send_location(7, 53.8, -1.5), False, id="a place does"),
        pytest.param(lambda bot: bot.edit_message_text("hi", 7, 1), True, id="an edit does not"),
        pytest.param(lambda bot: bot.delete_message(7, 1), True, id="nor does a deletion"),
        pytest.param(lambda bot: bot.send_chat_action(7, "typing"), True, id="nor a sign of life"),
    ],
)
async def test_what_takes_room_from_bulk(bot, moments, budget, call, room):
    budget.end(budget.begin())
    await call(bot)
    assert (budget.wait() == 0) is room
    moments.now += 1.01
    assert budget.wait() == 0


async def test_bulk_stops_while_everybody_is_held(bot, api, moments, budget):
    for chat in (7, 8, 9):
        api.flood(600, chat_id=chat)
        with pytest.raises(RetryAfter):
            await bot.send_message(chat, "hi")
    moments.now += 5
    assert budget.wait() == 15
