"""Choosing the language, from anywhere, without losing the answers given so far."""

from dataclasses import replace

from telegram import Update

import db.people
import locales
from handlers import guide, reply, screens
from handlers.callbacks import StaleButton
from handlers.context import Context


async def languages(update: Update, context: Context) -> None:
    """Offer the languages by their own names."""
    packed = context.press.arg(0) if context.press else ""
    page = context.press.number(1) if context.press else 0
    screen = screens.choose_language(context.t, locales.supported(), packed, page)
    await reply.show(update, context, screen)


async def chosen(update: Update, context: Context) -> None:
    """Keep the chosen language and go on where the person was; the first time, promise first."""
    assert context.press is not None
    language, packed = context.press.arg(0), context.press.arg(1)
    if language not in locales.supported():
        raise StaleButton(language)
    first = context.person.language is None
    async with context.app.sessions.begin() as session:
        await db.people.choose_language(
            session, context.person.id, language, today=context.app.today()
        )
    context.person = replace(context.person, language=language)
    context.t = locales.translator(language)
    if first and not packed:
        await reply.show(update, context, screens.promise(context.t, packed, context.app.city))
        return
    await guide.show_state(update, context, packed)
