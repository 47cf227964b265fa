"""The one place that answers a person at once: edits the pressed message, or sends a new one."""

import logging
from dataclasses import replace

from telegram import (
    ForceReply,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    Update,
)
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest

import db.shown
from delivery.model import Button, Content, Sent
from delivery.telegram import TelegramSender, inline_keyboard
from handlers import promise
from handlers.arrive import OUTAGE
from handlers.context import Context
from handlers.pins import Pin
from handlers.screens import Screen

log = logging.getLogger(__name__)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_SAME = "message is not modified"
_CANNOT_EDIT = ("message can't be edited", "message to edit not found")
_TOO_OLD = "query is too old"


async def show(
    update: Update, context: Context, screen: Screen, *, toast: str | None = None
) -> None:
    """Show *screen* in place of the pressed message, or below the written one.

    *toast* appears over the chat of the person who pressed. A message that Telegram will not
    let us edit any more (deleted, too old) is followed by a new one.
    """
    if update.callback_query is None:
        await send(update, context, screen)
        return
    promises = screen.after_promise and not promise.was_seen(context)
    if promises:
        screen = promise.first(context.t, context.app.city, screen)
    await answer(update, toast)
    if not await _edited(update, screen):
        await send(update, context, replace(screen, after_promise=False))
    if promises:
        promise.is_seen(context)


async def _edited(update: Update, screen: Screen) -> bool:
    """Put *screen* in place of the pressed message; False where Telegram does not let us."""
    message = update.callback_query.message if update.callback_query else None
    if not isinstance(message, Message):  # inaccessible: older than Telegram lets us touch
        return False
    try:
        await message.edit_text(
            screen.text,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(screen),
            link_preview_options=_NO_PREVIEW,
        )
    except BadRequest as exc:
        if is_same(exc):
            return True
        if not any(words in exc.message.lower() for words in _CANNOT_EDIT):
            raise
        return False
    return True


def is_same(exc: BadRequest) -> bool:
    """Say whether Telegram refuses an edit only because nothing would change: pressed twice."""
    return _SAME in exc.message.lower()


async def add(update: Update, context: Context, screen: Screen) -> None:
    """Send *screen* as a new message, also for a press: what was pressed stays as it is."""
    if update.callback_query is not None:
        await answer(update)
    await send(update, context, screen)


async def send(update: Update, context: Context, screen: Screen) -> Message:
    """Send *screen* as a new message to the chat of the update.

    Its number and that of the written message are kept while the chat can be cleared.
    """
    assert update.effective_chat is not None
    promises = screen.after_promise and not promise.was_seen(context)
    if promises:
        screen = promise.first(context.t, context.app.city, screen)
    sent = await context.bot.send_message(
        update.effective_chat.id,
        screen.text,
        parse_mode=ParseMode.HTML,
        reply_markup=(
            ForceReply(input_field_placeholder=screen.placeholder)
            if screen.placeholder is not None
            else keyboard(screen)
        ),
        link_preview_options=_NO_PREVIEW,
        message_thread_id=_topic(update),
    )
    if promises:
        promise.is_seen(context)
    if screen.kept:
        await _note(update, context, sent)
    return sent


async def content(update: Update, context: Context, what: Content) -> bool:
    """Send *what* exactly as others get it; False where Telegram refuses what comes with it."""
    assert update.effective_chat is not None
    if what.attachment is not None:
        attached = await TelegramSender(context.bot).attach(
            update.effective_chat.id, what.attachment
        )
        if not isinstance(attached, Sent):
            return False
    for number, part in enumerate(what.parts, start=1):
        await send(update, context, Screen(part, what.buttons if number == len(what.parts) else ()))
    return True


def _topic(update: Update) -> int | None:
    """Return the topic of a forum group in which somebody wrote or pressed."""
    message = update.effective_message
    if not isinstance(message, Message) or not message.is_topic_message:
        return None
    return message.message_thread_id


async def pinned(
    update: Update, context: Context, pin: Pin, rows: tuple[tuple[Button, ...], ...]
) -> None:
    """Send *pin* as a map below the pressed card; it can be cleared like a text."""
    assert update.effective_chat is not None
    assert pin.point is not None
    await answer(update)
    sent = await context.bot.send_venue(
        update.effective_chat.id,
        latitude=pin.point.lat,
        longitude=pin.point.lon,
        title=pin.title,
        address=pin.address,
        reply_markup=inline_keyboard(rows),
    )
    await _note(update, context, sent)


async def _note(update: Update, context: Context, sent: Message) -> None:
    """Note what "Clear this chat" may delete; a failure takes nobody's answer away."""
    if sent.chat.type != ChatType.PRIVATE:
        return
    ids = [sent.message_id]
    if update.message is not None:
        ids.append(update.message.message_id)
    try:
        async with context.app.sessions.begin() as session:
            await db.shown.note(session, sent.chat.id, ids, now=context.app.clock())
    except OUTAGE as exc:
        log.warning("message not noted", extra={"error": type(exc).__name__})


async def answer(update: Update, toast: str | None = None, *, alert: bool = False) -> None:
    """Stop the pressed button's spinner; one that Telegram has given up on is no error."""
    assert update.callback_query is not None
    try:
        await update.callback_query.answer(toast, show_alert=alert)
    except BadRequest as exc:
        if _TOO_OLD not in exc.message.lower():
            raise
        log.info("press answered too late", extra={"update_id": update.update_id})


def keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    """Return the inline keyboard of *screen*, None if it has no buttons."""
    return inline_keyboard(screen.rows)
