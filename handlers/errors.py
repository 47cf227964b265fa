"""What happens when a handler raises: the person's turn, or our mistake."""

import logging

from telegram import Update
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError

import db.drafts
from handlers import groups, reply, screens
from handlers.arrive import OUTAGE, translator, who
from handlers.context import Context
from locales.errors import UserError
from people.model import Person

log = logging.getLogger(__name__)
_LONGEST_ALERT = 200  # characters, Bot API: answerCallbackQuery.text


async def failed(update: object, context: Context) -> None:
    """Turn a `UserError` into its sentence; log anything else and apologise.

    PTB builds a new context for this call, so the person is looked up again; when the
    database is what failed, Telegram's language has to do.
    """
    error = context.error
    if not isinstance(update, Update) or error is None:
        log.error("error outside an update", exc_info=error)
        return
    try:
        person = await who(update, context)
    except OUTAGE as exc:
        log.warning("person not looked up", extra={"error": type(exc).__name__})
        person = Person(0)
    t = translator(update, person)
    if isinstance(error, UserError):
        said = t.say(error.text)
        if await _may_cancel(update, context, person) and "/cancel" not in said:
            said = "\n\n".join((said, t.gettext("Send /cancel to stop.")))
        await _tell(update, context, screens.told(t, said), alert=said)
        return
    if isinstance(error, Forbidden):  # they blocked us in the middle: nobody is left to tell
        log.info("answer refused by a blocked chat", extra={"update_id": update.update_id})
        return
    log.error("handler failed", exc_info=error, extra={"update_id": update.update_id})
    # BadRequest is a NetworkError to the library, yet the line works: our screen was wrong
    if isinstance(error, BadRequest) or not isinstance(error, NetworkError):
        await _tell(update, context, screens.apology(t))


async def _may_cancel(update: Update, context: Context, person: Person) -> bool:
    """Say whether these were words for something that was begun, and still waits for some."""
    if update.callback_query is not None or groups.is_shared(update):
        return False
    try:
        async with context.app.sessions() as session:
            return await db.drafts.find(session, person.id) is not None
    except OUTAGE as exc:
        log.warning("draft not looked up", extra={"error": type(exc).__name__})
        return False


async def _tell(
    update: Update, context: Context, screen: screens.Screen, *, alert: str | None = None
) -> None:
    """Show *alert* over a pressed button if it fits, else send *screen* as a message.

    When even that fails, the log is all that is left. Inline mode has no chat of ours to say
    it in: there the list of results stays empty. In a group or channel nobody but the one who
    pressed is told.
    """
    if update.effective_chat is None:
        return
    shared = groups.is_shared(update)
    if shared and update.callback_query is None:
        return
    try:
        if update.callback_query is not None:
            fits = alert is not None and len(alert) <= _LONGEST_ALERT
            await reply.answer(update, alert if fits else None, alert=fits)
            if fits or shared:
                return
        await reply.send(update, context, screen)
    except TelegramError as exc:
        log.warning(
            "apology not delivered",
            extra={"update_id": update.update_id, "error": type(exc).__name__},
        )
