"""Deciding about an urgent update: four eyes, then the outbox, then a live report."""

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update

import db.audiences
import db.broadcasts
import db.outbox
import locales
from db.engine import Sessions
from delivery.broadcast import Action as Step
from delivery.broadcast import AlreadyDecided, Broadcast, State, advance
from delivery.model import Kind
from handlers import broadcast_screens, campaigns, deeds, notify, reply, reports, screens
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.context import Context
from people.model import Action


async def decided(update: Update, context: Context) -> None:
    """Approve, reject or take back: what the button says.

    Raises:
        OwnBroadcast: the author pressed Approve.
        AlreadyDecided: somebody else was faster.
    """
    require(context, Action.BROADCAST)
    assert context.press is not None
    broadcast = await _find(context.app.sessions, context.press.row(0))
    act = context.press.arg(1)
    if act not in set(Step):
        raise StaleButton(act)
    await _advance(context, broadcast, Step(act))
    await shown(update, context)


async def shown(update: Update, context: Context) -> None:
    """Show where the update stands; once approved, its live report."""
    require(context, Action.BROADCAST)
    assert context.press is not None
    broadcast = await _find(context.app.sessions, context.press.row(0))
    if broadcast.state is State.APPROVED:
        await campaigns.show(update, context, reports.campaign(broadcast.id))
        return
    if broadcast.state is State.PENDING:
        await _show_pending(update, context, broadcast)
        return
    told = broadcast_screens.state(context.t, broadcast.state)
    await reply.show(update, context, screens.notice(told))


async def _show_pending(update: Update, context: Context, broadcast: Broadcast) -> None:
    """Send every language of an update that waits, and what this person may do about it."""
    content = broadcast_screens.review(context.t, broadcast, context.person.id)
    *first, last = content.parts
    await reply.answer(update)
    for part in first:
        await reply.send(update, context, screens.Screen(part))
    await reply.send(update, context, screens.Screen(last, content.buttons))


async def _find(sessions: Sessions, broadcast_id: int) -> Broadcast:
    async with sessions() as session:
        broadcast = await db.broadcasts.find(session, broadcast_id)
    if broadcast is None:
        raise StaleButton(str(broadcast_id))
    return broadcast


async def _advance(context: Context, broadcast: Broadcast, step: Step) -> None:
    """Move the broadcast; an approval freezes its recipients in the same transaction."""
    me, now = context.person.id, context.app.clock()
    new = advance(broadcast, step, me)
    async with context.app.sessions.begin() as session:
        if not await db.broadcasts.move(
            session, broadcast.id, old=broadcast.state, new=new, by=me, now=now
        ):
            raise AlreadyDecided
        if new is State.APPROVED:
            await _queue(session, context, broadcast)
        if broadcast.author_id is not None and broadcast.author_id != me:
            await notify.one(
                session,
                f"notice:broadcast:{broadcast.id}:{new.value}",
                broadcast.author_id,
                lambda t: broadcast_screens.outcome(t, broadcast, new),
                now=now,
            )
        await deeds.note(session, context, f"{step.value}_broadcast", broadcast.id)


async def _queue(session: AsyncSession, context: Context, broadcast: Broadcast) -> None:
    """Freeze who gets which words: one recipient row each, a message per language."""
    campaign, now = reports.campaign(broadcast.id), context.app.clock()
    by_language: dict[str, list[db.outbox.Address]] = {}
    for each in await db.audiences.members(session, broadcast.audience, broadcast.shape.only):
        by_language.setdefault(locales.choose(each.language), []).append(each.address)
    await db.outbox.open_campaign(session, campaign, Kind.URGENT, now)
    for language, addresses in sorted(by_language.items()):
        content = broadcast_screens.update(
            locales.translator(language), broadcast.id, broadcast.texts, broadcast.shape
        )
        await db.outbox.enqueue(session, campaign, language, content, addresses, now)
