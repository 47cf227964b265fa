"""/cancel: what somebody began to write is not waited for any more, and they read what is so."""

from telegram import Update

import db.drafts
from handlers import begun, reply, screens
from handlers.callbacks import Route
from handlers.context import Context
from handlers.screens import Screen
from locales import Translator
from people.drafts import Draft

_ABOUT_UPDATE = {  # kinds of drafts, and where they hold the number of the update
    begun.TIME: "id",
    begun.ALONE: "id",
    begun.CORRECTION: "broadcast",
}
_SENT_TO_NOBODY = (begun.BROADCAST, begun.POST)


async def cancelled(update: Update, context: Context) -> None:
    """Throw the open draft away."""
    async with context.app.sessions.begin() as session:
        draft = await db.drafts.take(session, context.person.id)
    await reply.show(update, context, _told(context.t, draft))


def _told(t: Translator, draft: Draft | None) -> Screen:
    if draft is None:
        return screens.notice(t.gettext("You were not writing anything. Nothing was changed."))
    if draft.kind in _SENT_TO_NOBODY:
        return screens.notice(t.gettext("Thrown away. Nobody got anything."))
    if draft.kind not in _ABOUT_UPDATE:
        return screens.notice(t.gettext("Stopped. Nothing was changed."))
    number = int(draft.payload[_ABOUT_UPDATE[draft.kind]])
    look = screens.button(t.gettext("Look at it"), Route.BROADCAST, number)
    told = screens.notice(t.gettext("Stopped. The update is as it was."))
    return Screen(told.text, ((look,),))
