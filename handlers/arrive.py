"""The first stop of every update: who is it, in which language, and what was pressed."""

import logging

from sqlalchemy.exc import SQLAlchemyError
from telegram import Update
from telegram.constants import ChatType

import db.people
import locales
from handlers.callbacks import StaleButton, decode
from handlers.context import Context
from people.model import Person

log = logging.getLogger(__name__)
OUTAGE = (SQLAlchemyError, OSError)  # what a database that cannot answer raises


async def arrive(update: Update, context: Context) -> None:
    """Put the person, their translator and the decoded button on the context.

    Roles are read again with every update, so a button grants nothing. A press that cannot be
    decoded leaves `context.press` None; `handlers.table.pressed` offers a fresh start.

    Without the database everybody is a newcomer: finding help needs no rows. What needs a
    role then fails in `handlers.access`, and what needs rows fails by itself.
    """
    context.outage = None
    try:
        context.person = await who(update, context)
    except OUTAGE as exc:
        log.warning("person not looked up", extra={"error": type(exc).__name__})
        user = update.effective_user
        context.person, context.outage = Person(user.id if user else 0), exc
    context.t = translator(update, context.person)
    context.press = None
    if update.callback_query is not None:
        try:
            context.press = decode(update.callback_query.data)
        except StaleButton:
            context.press = None


async def who(update: Update, context: Context) -> Person:
    """Return the stored person behind *update*; somebody unknown is a newcomer without a row."""
    user = update.effective_user
    if user is None:
        return Person(0)
    today = context.app.today()
    async with context.app.sessions() as session:
        found, noted = await db.people.met(session, user.id, today=today)
    # at most once a day: a tap needs no write; and who speaks in a group does not come to us
    if not noted and not _is_shared(update):
        async with context.app.sessions.begin() as session:
            await db.people.seen(session, user.id, today=today)
    return found or Person(user.id)


def _is_shared(update: Update) -> bool:
    return update.effective_chat is not None and update.effective_chat.type != ChatType.PRIVATE


def translator(update: Update, person: Person) -> locales.Translator:
    """Return the words of the chosen language; before a choice, of Telegram's own language."""
    if person.language is not None and person.language in locales.supported():
        return locales.translator(person.language)
    user = update.effective_user
    return locales.translator(locales.choose(user.language_code if user else None))
