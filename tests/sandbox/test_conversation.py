"""A real bot against the sandbox: python-telegram-bot as it comes, polling over HTTP."""

import asyncio

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters


async def greet(update, context):
    rows = [[InlineKeyboardButton("Press me", callback_data="pressed")]]
    await update.message.reply_html("<b>Hello</b>", reply_markup=InlineKeyboardMarkup(rows))


async def echo(update, context):
    await update.message.reply_text(update.message.text[::-1])


async def pressed(update, context):
    await update.callback_query.answer("Thank you")
    await update.callback_query.edit_message_text("Pressed")


async def document(update, context):
    await update.message.reply_document(b"a,b\n", filename="list.csv", caption="A list")


async def shown(sandbox, person, count):
    more = asyncio.Event()
    with sandbox.events.listening(lambda *_: more.set()):
        async with asyncio.timeout(15):
            while len(found := sandbox.chat(person.id)) < count:
                more.clear()
                await more.wait()
    return found


async def test_echo_conversation(sandbox, address, clock):
    builder = Application.builder().token(sandbox.token).base_url(f"{address}/bot")
    app = builder.base_file_url(f"{address}/file/bot").build()
    app.add_handler(CommandHandler("start", greet))
    app.add_handler(CommandHandler("file", document))
    app.add_handler(MessageHandler(filters.TEXT, echo))
    app.add_handler(CallbackQueryHandler(pressed))
    person = sandbox.person("Amina", "ar")
    assert app.updater is not None
    async with app:
        await app.start()
        await app.updater.start_polling(timeout=10)

        sandbox.start(person.id)
        greeting = (await shown(sandbox, person, 2))[1]
        assert greeting["html"] == "<b>Hello</b>"

        press = sandbox.press(person.id, greeting["message_id"], "pressed")
        assert await press.wait(10)
        assert press.text == "Thank you"

        sandbox.say(person.id, "abc 🙂")
        assert (await shown(sandbox, person, 4))[3]["text"] == "🙂 cba"

        sandbox.say(person.id, "/file")
        last = (await shown(sandbox, person, 6))[5]
        assert (last["document"]["file_name"], last["caption"]) == ("list.csv", "A list")
        got = await app.bot.get_file(last["document"]["file_id"])
        assert bytes(await got.download_as_bytearray()) == b"a,b\n"

        await app.updater.stop()
        await app.stop()
    assert sandbox.chat(person.id)[1]["text"] == "Pressed"
    assert sandbox.record.refused == {}
