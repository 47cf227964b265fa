"""After a restore: coordinators see that everything waits, and one of them says yes."""

from datetime import datetime

from telegram import Update

import db.restored
from handlers import deeds, reply, restored_screens
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.context import Context
from people.model import Action


async def waits(context: Context) -> datetime | None:
    """Return of which moment the backup is that waits for a yes, None when nothing waits.

    None too for who could not say yes.
    """
    if not context.person.may(Action.BROADCAST):
        return None
    async with context.app.sessions() as session:
        return await db.restored.waits(session)


async def tell(update: Update, context: Context) -> None:
    """Tell a coordinator who opens the chat, if everything waits: nobody gets a notice of it."""
    if (backup_of := await waits(context)) is not None:
        await reply.add(
            update, context, restored_screens.told(context.t, backup_of, context.app.zone)
        )


async def pressed(update: Update, context: Context) -> None:
    """Ask whether messages may leave again; with a yes they may, else everything waits on."""
    require(context, Action.BROADCAST)
    assert context.press is not None
    act = context.press.arg(0)
    if act not in ("", "yes", restored_screens.LATER):
        raise StaleButton(context.press)
    backup_of = await waits(context)
    if backup_of is not None and act != "yes":
        shown = restored_screens.told if act else restored_screens.asked
        await reply.show(update, context, shown(context.t, backup_of, context.app.zone))
        return
    if backup_of is not None:
        now, today = context.app.clock(), context.app.today()
        async with context.app.sessions.begin() as session:
            if await db.restored.release(session, now, today=today):
                await deeds.note(session, context, "let_messages_leave", backup_of.isoformat())
    await reply.show(update, context, restored_screens.done(context.t))
