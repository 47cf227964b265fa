"""Echo bots of other frameworks: a tap is answered by the same two calls as in our guide.

Run by `benchmarks.guide` in an environment that has them: ``ptb`` is python-telegram-bot as its
documentation starts it, ``aiogram`` likewise. They keep nothing and look nothing up.
"""

import asyncio
import sys

TEXT = "These can help you: " + "one place after another, with its reasons. " * 12
ROWS = 8


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


if __name__ == "__main__":
    {"ptb": ptb, "aiogram": aiogram}[sys.argv[1]](sys.argv[2], sys.argv[3])
