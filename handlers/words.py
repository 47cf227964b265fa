"""Written messages: the text of an open draft, the name of a place, or something else."""

from telegram import Update

import db.drafts
from handlers import compose, guide, reply, screens, tips
from handlers.context import Context
from people.model import Action


async def written(update: Update, context: Context) -> None:
    """Give a text to the draft that waits for it; else take it for a place.

    A newcomer's words are looked at and forgotten: neither stored nor logged.
    """
    assert update.effective_message is not None
    if await tips.written(update, context):
        return
    if context.person.may(Action.BROADCAST):
        async with context.app.sessions() as session:
            draft = await db.drafts.find(session, context.person.id)
        if draft is not None and draft.kind == compose.KIND:
            await compose.written(update, context, draft)
            return
    await guide.typed(update, context)


async def something_else(update: Update, context: Context) -> None:
    """Answer a voice note, a picture or a file kindly: it cannot be read here."""
    told = context.t.gettext(
        "I can read only buttons and short texts. I did not keep what you sent."
    )
    await reply.show(update, context, screens.offer_start(context.t, told))
