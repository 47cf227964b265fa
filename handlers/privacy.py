"""What is kept about a person, and its deletion."""

from telegram import Update

import db.people
from handlers import reply, screens
from handlers.context import Context


async def privacy(update: Update, context: Context) -> None:
    """Say what is kept and for how long."""
    await reply.show(update, context, screens.privacy(context.t, context.app.contact))


async def my_data(update: Update, context: Context) -> None:
    """Show every stored field about the person."""
    async with context.app.sessions() as session:
        kept = await db.people.known(session, context.person.id)
    shown = {name: str(value) for name, value in kept.items()}
    await reply.show(update, context, screens.my_data(context.t, shown))


async def ask_forget(update: Update, context: Context) -> None:
    """Ask once before deleting."""
    await reply.show(update, context, screens.ask_forget(context.t))


async def forget(update: Update, context: Context) -> None:
    """Delete every row about the person; counts stay, without them."""
    async with context.app.sessions.begin() as session:
        await db.people.forget(session, context.person.id, now=context.app.clock())
    done = context.t.gettext("Done. I keep nothing about you now.")
    await reply.show(update, context, screens.notice(done))
