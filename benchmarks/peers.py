"""Echo bots and sending loops of other libraries, in an environment that has them.

Echo bots, run by `benchmarks.guide`: a tap is answered by the same two calls as in our guide.
``ptb`` is python-telegram-bot as its documentation starts it, ``aiogram`` likewise. They keep
nothing and look nothing up.

Loops, run by `benchmarks.delivery`: one text to many chats, a hundred calls out at once, nothing
kept. ``send_ptb``: python-telegram-bot with AIORateLimiter, as it comes or with its limits lifted;
``send_aiogram``: waits as long as a flood answer says, as the broadcast in its documentation does;
``send_aiohttp``: bare requests, the most that the machine can do.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

TEXT = "These can help you: " + "one place after another, with its reasons. " * 12
ROWS = 8
Send = Callable[[int], Awaitable[object]]


def ptb(api: str, token: str) -> None:
    """Run python-telegram-bot with its own client, updater and defaults."""
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
    from telegram.ext import Application, CallbackQueryHandler, CommandHandler

    def screen(number: int) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup(
            [
                [InlineKeyboardButton(f"Choice {n}", callback_data=f"{number}:{n}")]
                for n in range(ROWS)
            ]
        )

    async def started(update, _context):  # type: ignore[no-untyped-def]
        await update.message.reply_text(f"0 {TEXT}", reply_markup=screen(0))

    async def pressed(update, _context):  # type: ignore[no-untyped-def]
        number = int(update.callback_query.data.split(":")[0]) + 1
        await update.callback_query.answer()
        await update.callback_query.edit_message_text(
            f"{number} {TEXT}", reply_markup=screen(number)
        )

    application = Application.builder().token(token).base_url(f"{api}/bot").build()
    application.add_handler(CommandHandler("start", started))
    application.add_handler(CallbackQueryHandler(pressed))
    application.run_polling(allowed_updates=Update.ALL_TYPES)


def aiogram(api: str, token: str) -> None:
    """Run aiogram with its own session, dispatcher and polling."""
    from aiogram import Bot, Dispatcher, F
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.filters import CommandStart
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

    def screen(number: int) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup(
            inline_keyboard=[
                [InlineKeyboardButton(text=f"Choice {n}", callback_data=f"{number}:{n}")]
                for n in range(ROWS)
            ]
        )

    async def started(message):  # type: ignore[no-untyped-def]
        await message.answer(f"0 {TEXT}", reply_markup=screen(0))

    async def pressed(query):  # type: ignore[no-untyped-def]
        number = int(query.data.split(":")[0]) + 1
        await query.answer()
        await query.message.edit_text(f"{number} {TEXT}", reply_markup=screen(number))

    async def serve() -> None:
        session = AiohttpSession(api=TelegramAPIServer.from_base(api))
        dispatcher = Dispatcher()
        dispatcher.message.register(started, CommandStart())
        dispatcher.callback_query.register(pressed, F.data)
        await dispatcher.start_polling(Bot(token, session=session), handle_signals=False)

    asyncio.run(serve())


AT_ONCE = 100  # calls of a loop


@dataclass(frozen=True, slots=True)
class Job:
    """What a loop sends to whom; *limited*: by the limits that its library sets by itself."""

    api: str
    token: str
    first: int
    last: int
    text: str
    limited: bool

    @property
    def chats(self) -> Iterable[int]:
        """Return the chats that are to get it."""
        return range(self.first, self.last + 1)


async def to_all(send: Send, chats: Iterable[int]) -> None:
    """Send to every chat; who could not be sent to is left out, as in any such loop."""
    waiting = iter(chats)

    async def work() -> None:
        for chat_id in waiting:
            try:
                await send(chat_id)
            except Exception as exc:
                print(f"{chat_id}: {exc}", file=sys.stderr)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


async def send_ptb(job: Job) -> None:
    """Send with python-telegram-bot, its own client and its own limiter."""
    from telegram.ext import AIORateLimiter, Application

    limiter = AIORateLimiter() if job.limited else AIORateLimiter(0, 0, 0, 0)
    builder = (
        Application.builder().token(job.token).base_url(f"{job.api}/bot").rate_limiter(limiter)
    )
    async with builder.build() as application:
        await to_all(
            lambda chat_id: application.bot.send_message(chat_id, job.text, parse_mode="HTML"),
            job.chats,
        )


async def send_aiogram(job: Job) -> None:
    """Send with aiogram and its own session."""
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.exceptions import TelegramRetryAfter

    bot = Bot(job.token, session=AiohttpSession(api=TelegramAPIServer.from_base(job.api)))

    async def send(chat_id: int) -> None:
        try:
            await bot.send_message(chat_id, job.text, parse_mode="HTML")
        except TelegramRetryAfter as flood:
            await asyncio.sleep(flood.retry_after)
            await send(chat_id)

    await to_all(send, job.chats)
    await bot.session.close()


async def send_aiohttp(job: Job) -> None:
    """Send with nothing but an HTTP client."""
    import aiohttp as client

    connector = client.TCPConnector(limit=AT_ONCE)
    async with client.ClientSession(connector=connector) as session:

        async def send(chat_id: int) -> None:
            data = {"chat_id": chat_id, "text": job.text, "parse_mode": "HTML"}
            async with session.post(f"{job.api}/bot{job.token}/sendMessage", json=data) as response:
                await response.read()

        await to_all(send, job.chats)


ECHO = {"ptb": ptb, "aiogram": aiogram}
LOOPS = {"send_ptb": send_ptb, "send_aiogram": send_aiogram, "send_aiohttp": send_aiohttp}

if __name__ == "__main__":
    if (_name := sys.argv[1]) in LOOPS:
        asyncio.run(LOOPS[_name](Job(**json.loads(sys.argv[2]))))
    else:
        ECHO[_name](sys.argv[2], sys.argv[3])
