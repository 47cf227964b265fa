"""Reading a digest by its sections, in place; in a group or channel, in one's own chat.

What is shown is read from the frozen edition and the reader's own topics at each press, so a
button says no more than which digest and which section, and one of years ago still opens.
"""

from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update
from telegram.helpers import create_deep_linked_url

import db.archive
import db.editions
import db.ledger
import db.subscriptions
from digests.compile import compile_daily, in_order, is_past
from digests.edition import Digest, Edition
from handlers import digest_screens, editions, reading_screens, reply, screens
from handlers.callbacks import StaleButton
from handlers.context import Context
from handlers.digest_screens import Review
from handlers.reading_screens import Opened
from people.model import Action


async def pressed(update: Update, context: Context) -> None:
    """Open a section in place of the headlines, or go back to these."""
    assert context.press is not None
    key, section, number = context.press.arg(0), context.press.arg(1), context.press.number(2)
    if not reading_screens.is_key(key):
        raise StaleButton(key)
    opened = await _open(context, key)
    if opened is None:
        await reply.answer(update, reading_screens.unknown(context.t), alert=True)
        return
    await reply.show(update, context, _screen(context, opened, section, number))


async def elsewhere(update: Update, context: Context) -> None:
    """Take whoever pressed in a group or channel to their own chat with us.

    In place it would turn the page for everybody there.
    """
    assert context.press is not None
    assert update.callback_query is not None
    key, section = context.press.arg(0), context.press.arg(1)
    if not reading_screens.is_key(key):
        raise StaleButton(key)
    payload = reading_screens.payload(key, section)
    await update.callback_query.answer(url=create_deep_linked_url(context.bot.username, payload))


async def linked(update: Update, context: Context, payload: str) -> None:
    """Show the digest, or its section, that a start payload names."""
    named = reading_screens.unpacked(payload)
    opened = await _open(context, named[0]) if named else None
    if named is None or opened is None:
        told = screens.told(context.t, reading_screens.unknown(context.t))
        await reply.show(update, context, told)
        return
    await reply.show(update, context, _screen(context, opened, named[1], 0))


def _screen(context: Context, opened: Opened, section: str, number: int) -> screens.Screen:
    """Return the section; where the reader's digest has none such, the headlines."""
    if not section and not number:
        return reading_screens.first(context.t, opened)
    shown = reading_screens.section(context.t, opened, section, number) if section else None
    return shown or reading_screens.headlines(context.t, opened, 0 if section else number)


async def _open(context: Context, key: str) -> Opened | None:
    """Return the digest as this reader gets it; all of it to who does not get it, or nothing."""
    app, page = context.app, None
    async with app.sessions() as session:
        own = await db.subscriptions.find(session, context.person.id)
        wanted = own.topics if own is not None else frozenset[str]()
        if "W" in key:
            shown = await _edition(session, context, key)
            page = reading_screens.address(app.public_url, key)
            found = None if shown is None else digest_screens.digest_of(shown, app.topics, wanted)
            if shown is not None and found is not None and not found.sections:
                found = digest_screens.digest_of(shown, app.topics, ())
        else:
            found = await _daily(session, context, key, wanted)
    if found is None:
        return None
    names = digest_screens.names_of(context.t, app.topics)
    subscribed = own is not None
    return Opened(key, found, names, page, subscribed=subscribed, pictures=app.pictures)


async def _edition(session: AsyncSession, context: Context, week: str) -> Review | None:
    """Return what was sent in *week*; to a coordinator also what is not approved yet."""
    app = context.app
    found = await db.editions.find(session, week)
    if found is None:
        return None
    if not await db.archive.left(session, week):
        if not context.person.may(Action.REVIEW_DIGEST):
            return None
        return await editions.gather(session, app, week)
    return await _sent(session, context, found)


async def _sent(session: AsyncSession, context: Context, edition: Edition) -> Review:
    """Return the edition without what is past by now; as it left when all of it is past."""
    app = context.app
    today = editions.day_of(app, edition)
    items = in_order(await db.ledger.for_week(session, edition.week), app.topics, today)
    left = Review(edition, items, waiting=0, held=0, subscribers=0, today=today)
    now = digest_screens.on_day(left, app.today())
    return left if now.is_empty else now


async def _daily(
    session: AsyncSession, context: Context, key: str, wanted: frozenset[str]
) -> Digest | None:
    """Return the news that were sent on the day *key*, None when none were.

    Without what is past by now; as they were sent when all of it is past.
    """
    try:
        day = date.fromisoformat(key)
    except ValueError:
        return None
    told = await db.ledger.told_on(session, day)
    for today in (max(day, context.app.today()), day):
        items = [each for each in told if not is_past(each, today)]
        for topics in (wanted, frozenset[str]()):
            found = compile_daily(items, topics, context.app.topics, today=today)
            if found.sections:
                return replace(found, today=today)
    return None
