"""What is kept about a person, and its deletion."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from telegram import Update

import db.erasures
import db.people
from db.engine import erase_deleted
from handlers import clear, menu, reply, screens
from handlers.callbacks import StaleButton
from handlers.context import Context

log = logging.getLogger(__name__)


async def privacy(update: Update, context: Context) -> None:
    """Say what is kept and for how long."""
    await reply.show(update, context, screens.privacy(context.t, context.app.contact))


async def my_data(update: Update, context: Context) -> None:
    """Show every stored field about the person."""
    async with context.app.sessions() as session:
        kept = await db.people.known(session, context.person.id)
    for screen in screens.my_data(context.t, dict(_fields(kept))):
        await reply.add(update, context, screen)


def _fields(kept: Mapping[str, Sequence[Mapping[str, object]]]) -> Iterator[tuple[str, str]]:
    """Yield each stored field with its table and, where there are several rows, its number."""
    for table, rows in kept.items():
        for number, row in enumerate(rows, start=1):
            place = f"{table} {number}" if len(rows) > 1 else table
            for column, value in row.items():
                if value is not None:
                    yield f"{place}.{column}", _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


async def ask_forget(update: Update, context: Context) -> None:
    """Ask once before deleting."""
    await reply.show(update, context, screens.ask_forget(context.t))


async def forget(update: Update, context: Context) -> None:
    """Delete every row about the person; counts stay, without them.

    With *clear* the chat is cleared first: after it the numbers of its messages are gone.
    """
    if context.press is None or context.press.arg(0) not in {"yes", "clear"}:
        raise StaleButton(context.press)
    clears = context.press.arg(0) == "clear"
    if clears:
        await clear.wipe(update, context)
    now = context.app.clock()
    await context.app.erased(db.erasures.mark(context.person.id), now)
    async with context.app.sessions.begin() as session:
        await db.people.forget(session, context.person.id, now=now)
    if not await erase_deleted(context.app.sessions):
        log.warning("deleted rows not erased yet")  # the jobs try again within ten minutes
    await menu.take_back(context.bot, context.person.id)
    done = context.t.gettext("Done. I keep nothing about you now.")
    shown = replace(screens.told(context.t, done), kept=False)
    await (reply.send if clears else reply.show)(update, context, shown)
