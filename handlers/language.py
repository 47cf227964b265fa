"""Choosing the language, from anywhere, without losing the answers given so far."""

import logging
from dataclasses import replace

from telegram import Update

import db.people
import locales
from handlers import guide, menu, promise, reply, rights, screens
from handlers.arrive import OUTAGE
from handlers.callbacks import StaleButton
from handlers.context import Context

log = logging.getLogger(__name__)


async def languages(update: Update, context: Context) -> None:
    """Offer the languages by their own names."""
    packed = context.press.arg(0) if context.press else ""
    page = context.press.number(1) if context.press else 0
    user = update.effective_user
    offered = locales.offered(user.language_code if user else None)
    screen = screens.choose_language(context.t, offered, packed, page)
    await reply.show(update, context, screen)


async def chosen(update: Update, context: Context) -> None:
    """Keep the chosen language and go on where the person was; the first time, promise first."""
    assert context.press is not None
    language, packed = context.press.arg(0), context.press.arg(1)
    if language not in locales.supported():
        raise StaleButton(language)
    first, seen = context.person.language is None, promise.was_seen(context)
    await _keep(context, language)
    context.person = replace(context.person, language=language)
    context.t = locales.translator(language)
    if first and not (packed and seen):
        offer = await rights.any_public(context)
        shown = screens.promise(context.t, packed, context.app.city, rights=offer)
        await reply.show(update, context, shown)
    else:
        await guide.show_state(update, context, packed)
    await menu.publish_to(context.bot, context.person.id, context.t)


async def _keep(context: Context, language: str) -> None:
    """Store the choice; an outage is no reason to keep a person from the first question."""
    try:
        async with context.app.sessions.begin() as session:
            await db.people.choose_language(
                session, context.person.id, language, today=context.app.today()
            )
    except OUTAGE as exc:
        log.warning("language not stored", extra={"error": type(exc).__name__})
