"""The coordinators' review of the weekly digest: look, hold, approve."""

from telegram import Update

import db.editions
from digests.edition import EditionState
from handlers import deeds, digest_screens, edition_editing, editions, reply
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.context import Context
from handlers.edition_sending import DigestChanged, DigestDecided, approve
from people.model import Action


async def review(update: Update, context: Context) -> None:
    """Show the digest that is due next, or the week on the button."""
    require(context, Action.REVIEW_DIGEST)
    week = context.press.arg(0) if context.press else "now"
    page = context.press.number(1) if context.press else 0
    await _show_review(update, context, week, page)


async def acted(update: Update, context: Context) -> None:
    """Approve, hold, or offer to see the digest as readers get it: what the button says.

    Raises:
        DigestChanged: the button was under another list of posts.
        DigestDecided: another coordinator approved meanwhile.
    """
    require(context, Action.REVIEW_DIGEST)
    assert context.press is not None
    week, act, mark = (context.press.arg(n) for n in range(3))
    if act == "see":
        await edition_editing.look(update, context)
        return
    if act not in ("approve", "hold"):
        raise StaleButton(act)
    await _decide(context, week, act, mark)
    await _show_review(update, context, week)


async def _show_review(update: Update, context: Context, week: str, page: int = 0) -> None:
    async with context.app.sessions() as session:
        shown = await editions.gather(session, context.app, week)
    await reply.show(update, context, digest_screens.review(context.t, shown, page))


async def _decide(context: Context, week: str, act: str, mark: str) -> None:
    """Approve or hold the week; an approval freezes posts and recipients in one transaction."""
    now, me, app = context.app.clock(), context.person.id, context.app
    async with app.sessions.begin() as session:
        shown = await editions.gather(session, app, week)
        if shown.edition.week != week:
            raise StaleButton(week)
        if shown.edition.state is EditionState.APPROVED:
            raise DigestDecided
        if digest_screens.fingerprint(shown) != mark:
            raise DigestChanged
        if act == "approve":
            await approve(session, app, shown, by=me)
        else:
            await db.editions.create(session, week, now)
            held = EditionState.HELD
            if not await db.editions.move(
                session, week, old=editions.OPEN, new=held, by=me, now=now
            ):
                raise DigestDecided
        await deeds.note(session, context, f"{act}_digest", week, items=len(shown.items))
