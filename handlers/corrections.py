"""What coordinators hear when sites change posts that were sent, or delete posts before."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from telegram import Update

import db.edits
import db.outbox
from delivery.model import Content
from handlers import correction_screens, deeds, notify, reply
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.context import App, Context
from locales import Translator
from locales.errors import N_, UserError
from people.model import Action

_TELL_WITHIN = timedelta(days=7)  # after that it is no news


class ChangeDecided(UserError):
    """Another coordinator was faster, or the site changed the post once more."""

    message = N_("Somebody has decided about this already, or the post has changed again.")


async def tell(app: App) -> int:
    """Tell the coordinators of each change and each deleted post once; return how many it were.

    What to tell is read from the database, not from a round, so what an earlier process did
    not come to say is said now. The name of the notice keeps it from being sent twice.
    """
    now = app.clock()
    async with app.sessions() as session:
        revised = await db.edits.revised(session, now=now)
        deleted = await db.edits.deleted(session, since=now - _TELL_WITHIN)
    notices: dict[str, Callable[[Translator], Content]] = {}
    for each in revised:
        name = f"notice:change:item:{each.item.id}:{each.now.mark}"
        notices[name] = partial(
            correction_screens.came, item=each.item, now=each.now, only_daily=each.only_daily
        )
    for item in deleted:
        name = f"notice:deleted:{item.id}:{item.gone_at:%Y%m%d%H%M}"
        notices[name] = partial(correction_screens.deleted, item=item)
    told = 0
    for name, build in notices.items():
        async with app.sessions.begin() as session:
            if await db.outbox.find(session, name) is None:
                await notify.coordinators(session, name, build, now=now)
                told += 1
    return told


async def pressed(update: Update, context: Context) -> None:
    """Put a correction into the next digest, or leave the post as it was sent.

    Raises:
        ChangeDecided: there is nothing to decide any more, or something else than was shown.
    """
    require(context, Action.REVIEW_DIGEST)
    assert context.press is not None
    item_id, act, mark = context.press.row(0), context.press.arg(1), context.press.arg(2)
    if act not in ("yes", "no"):
        raise StaleButton(act)
    if act == "no":
        async with context.app.sessions.begin() as session:
            if not await db.edits.leave(session, item_id, mark=mark):
                raise ChangeDecided
            await deeds.note(session, context, "leave_change", item_id)
        await reply.show(update, context, correction_screens.left(context.t))
        return
    new_id = await _correct(context, item_id, mark)
    await reply.show(update, context, correction_screens.corrected(context.t, new_id))


async def _correct(context: Context, item_id: int, mark: str) -> int | None:
    """Return our id of the correction in the draft, None when it is in none."""
    me, now = context.person.id, context.app.clock()
    async with context.app.sessions.begin() as session:
        found = await db.edits.find(session, item_id)
        new_id = await db.edits.correct(session, item_id, mark=mark, by=me, now=now)
        if found is None or new_id is None:
            raise ChangeDecided
        await deeds.note(session, context, "correct_item", item_id)
    return None if found.only_daily else new_id
