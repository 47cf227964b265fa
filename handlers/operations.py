"""Help with the commands, and what coordinators see of the machinery."""

from dataclasses import replace

from telegram import Update

from handlers import (
    alerts,
    campaigns,
    crisis_screens,
    reply,
    report_screens,
    restored,
    restored_screens,
    screens,
)
from handlers.access import require
from handlers.context import Context
from people.model import Action


async def helped(update: Update, context: Context) -> None:
    """List the commands that the person's role has."""
    shown = screens.help_commands(context.t, context.app.attribution, context.person.role)
    await reply.show(update, context, shown)


async def stopped(update: Update, context: Context) -> None:
    """End the conversation at once, in neutral words, and the news that was asked for.

    The digest has a command of its own.
    """
    told = await alerts.end(context)
    await reply.show(update, context, crisis_screens.goodbye(context.t, told))


async def unknown(update: Update, context: Context) -> None:
    """Point somebody who mistyped a command to the list."""
    told = context.t.gettext("I do not know this command. Send /help to see what you can send.")
    await reply.show(update, context, screens.offer_start(context.t, told))


async def who_am_i(update: Update, context: Context) -> None:
    """Tell the person their Telegram number: whoever installs the bot needs the first ones."""
    role = context.person.role
    await reply.show(update, context, screens.who_am_i(context.t, context.person.id, role))


async def health(update: Update, context: Context) -> None:
    """Say in plain words what is late or failing."""
    require(context, Action.SEE_HEALTH)
    found = await context.app.health()
    shown = screens.health(context.t, found.problems, found.notes)
    if context.person.may(Action.BROADCAST):
        ways = report_screens.ways(context.t, await campaigns.stopped(context.app))
        shown = replace(shown, rows=(*shown.rows, *ways))
    if await restored.waits(context) is not None:
        shown = restored_screens.offered(context.t, shown)
    await reply.show(update, context, shown)
