"""Clear this chat: deletes what a bot may delete, and says what it cannot."""

import logging
from html import escape

from telegram import Bot, Message, Update
from telegram.error import BadRequest, TelegramError

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
    gone, left = await wipe(update, context)
    await reply.send(update, context, cleared(context.t, left=left))
    if left:  # they stay known for a second try
        return
    async with context.app.sessions.begin() as session:
        await db.shown.gone(session, update.effective_chat.id, gone)


async def wipe(update: Update, context: Context) -> tuple[set[int], int]:
    """Delete in the chat what can be deleted; return the messages' numbers and how many stayed.

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
    return known, left


async def _delete(bot: Bot, chat_id: int, message_ids: list[int]) -> int:
    """Delete the messages and return how many may still be there."""
    left = 0
    for start in range(0, len(message_ids), _AT_ONCE):
        batch = message_ids[start : start + _AT_ONCE]
        try:
            await bot.delete_messages(chat_id, batch)
        except BadRequest:  # one of them is too old or gone: the others still go
            left += await _delete_singly(bot, chat_id, batch)
        except TelegramError as exc:  # no answer, or asked to wait: the explanation still comes
            log.warning("messages not deleted", extra={"error": type(exc).__name__})
            return left + len(message_ids) - start
    return left


async def _delete_singly(bot: Bot, chat_id: int, message_ids: list[int]) -> int:
    left = 0
    for done, message_id in enumerate(message_ids):
        try:
            await bot.delete_message(chat_id, message_id)
        except BadRequest:
            left += 1
        except TelegramError as exc:
            log.warning("messages not deleted", extra={"error": type(exc).__name__})
            return left + len(message_ids) - done
    return left


def cleared(t: Translator, *, left: int = 0) -> Screen:
    """Say in neutral words what is gone and what only the person can delete.

    *left*: how many messages Telegram did not delete.
    """
    done = (
        t.gettext("Some messages are still here. Please send /clear again.")
        if left
        else t.gettext("I deleted the messages of the last two days from this chat.")
    )
    text = paragraphs(
        t,
        bold(done),
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
