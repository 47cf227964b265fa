"""The posts that coordinators look at: those that wait, those held as spam, and one alone."""

from telegram import Update

import db.items
from digests.model import Decision
from handlers import deeds, item_screens, reply, submitted
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.context import Context
from people.model import Action


async def queue(update: Update, context: Context) -> None:
    """Show the posts that wait, or those held as spam."""
    require(context, Action.REVIEW_DIGEST)
    kind = context.press.arg(0) if context.press else Decision.REJECT
    if kind not in (Decision.REVIEW, Decision.REJECT):
        raise StaleButton(kind)
    page = context.press.number(1) if context.press else 0
    async with context.app.sessions() as session:
        find = db.items.waiting if kind == Decision.REVIEW else db.items.held
        items = await find(session)
    await reply.show(update, context, item_screens.queue(context.t, Decision(kind), items, page))


async def item(update: Update, context: Context) -> None:
    """Show one post with the judge's reasons."""
    require(context, Action.REVIEW_DIGEST)
    assert context.press is not None
    await _show_item(update, context, context.press.arg(1), context.press.number(2))


async def decided(update: Update, context: Context) -> None:
    """Put a post into the digest or drop it; the button says which, so twice does no harm."""
    require(context, Action.REVIEW_DIGEST)
    assert context.press is not None
    item_id, now = context.press.row(0), context.app.clock()
    decision = context.press.arg(1)
    if decision not in (Decision.ACCEPT, Decision.REJECT):
        raise StaleButton(decision)
    async with context.app.sessions.begin() as session:
        if await db.items.decide(
            session, item_id, Decision(decision), by=context.person.id, now=now
        ):
            await deeds.note(session, context, f"{decision}_item", item_id)
            await submitted.tell(session, context, item_id, Decision(decision))
    await _show_item(update, context, context.press.arg(2), context.press.number(3))


async def _show_item(update: Update, context: Context, origin: str, page: int) -> None:
    assert context.press is not None
    async with context.app.sessions() as session:
        found = await db.items.find(session, context.press.row(0))
    if found is None or origin not in ("e", *Decision):
        raise StaleButton(origin)
    if found.submitted and found.decision is Decision.REVIEW and found.week is None:
        await submitted.show(update, context, found)
        return
    shown = item_screens.item(context.t, found, origin, page, context.app.topics)
    await reply.show(update, context, shown)
