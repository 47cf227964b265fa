"""Polling through the real transport, against the strict sandbox, over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from telegram import Bot, Update
from telegram.ext import ExtBot

from bot.lanes import poll
from bot.limiter import PriorityLimiter
from bot.transport import AiohttpRequest
from sandbox.server import serve
from sandbox.world import Sandbox

KINDS = ("message", "callback_query", "my_chat_member")
Handle = Callable[[Update], Awaitable[None]]


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


@asynccontextmanager
async def a_bot(sandbox: Sandbox, base: str) -> AsyncIterator[ExtBot[str]]:
    bot: ExtBot[str] = ExtBot(
        sandbox.token,
        base_url=f"{base}/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(),
        rate_limiter=PriorityLimiter(),
    )
    async with bot:
        yield bot


@asynccontextmanager
async def polled(bot: Bot, handle: Handle) -> AsyncIterator[None]:
    stop = asyncio.Event()
    polling = asyncio.create_task(poll(bot, handle, allowed_updates=KINDS, stop=stop))
    try:
        yield
    finally:
        stop.set()
        await polling


class Echo:
    """Answers every text with itself; the text “slow” waits until it is let go."""

    def __init__(self, bot: Bot, *, until: int) -> None:
        self._bot = bot
        self._until = until
        self.texts: list[str] = []
        self.let_go = asyncio.Event()
        self.slow = asyncio.Event()
        self.quick = asyncio.Event()
        self.done = asyncio.Event()

    async def __call__(self, update: Update) -> None:
        assert update.effective_chat is not None
        assert update.message is not None
        text = update.message.text or ""
        if text == "slow":
            self.slow.set()
            await self.let_go.wait()
        await self._bot.send_message(update.effective_chat.id, text)
        self.texts.append(text)
        if text == "quick":
            self.quick.set()
        if len(self.texts) >= self._until:
            self.done.set()


async def test_people_are_answered_in_order_and_nothing_waits_at_telegram_afterwards(sandbox):
    people = [sandbox.person(f"Person {n}").id for n in range(5)]
    async with serve(sandbox) as base, a_bot(sandbox, base) as bot:
        echo = Echo(bot, until=100)
        async with polled(bot, echo):
            for n in range(20):
                for person in people:
                    sandbox.say(person, f"{n}")
            await asyncio.wait_for(echo.done.wait(), 10)
        assert await bot.get_updates() == ()
    for person in people:
        sent = [message["text"] for message in sandbox.chat(person) if message["from"]["is_bot"]]
        assert sent == [f"{n}" for n in range(20)]


async def test_a_slow_chat_delays_nobody_else(sandbox):
    one, other = sandbox.person("One").id, sandbox.person("Other").id
    async with serve(sandbox) as base, a_bot(sandbox, base) as bot:
        echo = Echo(bot, until=4)
        async with polled(bot, echo):
            sandbox.say(one, "slow")
            sandbox.say(one, "after")
            await echo.slow.wait()
            sandbox.say(other, "quick")
            await asyncio.wait_for(echo.quick.wait(), 10)
            assert echo.texts == ["quick"]
            echo.let_go.set()
            sandbox.say(other, "last")
            await asyncio.wait_for(echo.done.wait(), 10)
    assert echo.texts.index("slow") < echo.texts.index("after")


async def test_polling_takes_over_from_a_webhook(sandbox):
    person = sandbox.person("One").id
    async with serve(sandbox) as base, a_bot(sandbox, base) as bot:
        await bot.set_webhook("http://127.0.0.1:9/telegram", secret_token="s" * 16)
        echo = Echo(bot, until=1)
        async with polled(bot, echo):
            sandbox.say(person, "hi")
            await asyncio.wait_for(echo.done.wait(), 10)
    assert echo.texts == ["hi"]


async def test_two_pollers_are_told_in_plain_words(sandbox, caplog):
    async with (
        serve(sandbox) as base,
        a_bot(sandbox, base) as bot,
        a_bot(sandbox, base) as other,
    ):
        echo = Echo(bot, until=1)
        async with polled(bot, echo):
            person = sandbox.person("One").id
            sandbox.say(person, "hi")
            await asyncio.wait_for(echo.done.wait(), 10)
            while "another program is receiving this bot's updates" not in caplog.text:
                await other.get_updates(timeout=0)
