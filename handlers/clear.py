"""Clear this chat: deletes what a bot may delete, and says what it cannot."""

import logging
from html import escape

from telegram import Bot, Message, Update
from telegram.error import BadRequest

import db.shown
from handlers import reply
from handlers.callbacks import Route
from handlers.context import Context
from handlers.screens import Screen, bold, button, framed, paragraphs
from locales import Translator
from people.voice import CLEARABLE

log = logging.getLogger(__name__)
_AT_ONCE = 100  # ids in a call, Bot API deleteMessages


async def clear(update: Update, context: Context) -> None:
    """Delete every message of the last 48 hours, the person's own too, then explain the rest."""
    assert update.effective_chat is not None
    gone = await wipe(update, context)
    await reply.send(update, context, cleared(context.t))
    async with context.app.sessions.begin() as session:
        await db.shown.gone(session, update.effective_chat.id, gone)


async def wipe(update: Update, context: Context) -> set[int]:
    """Delete in the chat what can be deleted; return the numbers of those messages.

    The caller forgets the numbers, as the last thing: until then a second try finds them.
    """
    assert update.effective_chat is not None
    chat_id = update.effective_chat.id
    since = context.app.clock() - CLEARABLE
    async with context.app.sessions() as session:
        known = set(await db.shown.known(session, chat_id, since=since))
    if isinstance(update.effective_message, Message):  # else too old to touch
        known.add(update.effective_message.message_id)
    if update.callback_query is not None:
        await reply.answer(update)
    if left := await _delete(context.bot, chat_id, sorted(known)):
        log.info("messages not deleted", extra={"count": left})
    return known


async def _delete(bot: Bot, chat_id: int, message_ids: list[int]) -> int:
    """Delete the messages and return how many Telegram would not delete."""
    left = 0
    for start in range(0, len(message_ids), _AT_ONCE):
        batch = message_ids[start : start + _AT_ONCE]
        try:
            await bot.delete_messages(chat_id, batch)
        except BadRequest:  # one of them is too old or gone: the others still go
            for message_id in batch:
                try:
                    await bot.delete_message(chat_id, message_id)
                except BadRequest:
                    left += 1
    return left


def cleared(t: Translator) -> Screen:
    """Say in neutral words what is gone and what only the person can delete."""
    text = paragraphs(
        t,
        bold(t.gettext("I deleted the messages of the last two days from this chat.")),
        escape(t.gettext("I cannot delete these. Only you can:")),
        "\n".join(
            f"• {escape(line)}"
            for line in (
                t.gettext("Older messages. Hold a message, then press Delete."),
                t.gettext(
                    "This chat in your list of chats. Hold its name, then press Delete chat."
                ),
                t.gettext("Calls on your phone bill and in your list of calls."),
                t.gettext("Copies in a backup, or on another device with your account."),
            )
        ),
        escape(t.gettext("To delete what I keep about you, send /forget.")),
    )
    start = button(t.gettext("Find help"), Route.GUIDE, "")
    return framed(t, text, ((start,),), packed="", back=None)
