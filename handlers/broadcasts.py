"""Deciding about an urgent update: four eyes, then the outbox, then a live report."""

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Message, Update

import db.audit
import db.broadcasts
import db.outbox
import db.reports
import locales
from delivery.broadcast import Action as Step
from delivery.broadcast import AlreadyDecided, Broadcast, State, advance
from delivery.model import CampaignState, Kind
from handlers import broadcast_screens, notify, reply, reports
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.context import Context, Sessions
from locales.errors import N_, Text
from people.model import Action

_STEER = {
    "pause": CampaignState.PAUSED,
    "resume": CampaignState.ACTIVE,
    "stop": CampaignState.CANCELLED,
}


async def decided(update: Update, context: Context) -> None:
    """Approve, reject, take back, pause, go on or stop: what the button says.

    Raises:
        OwnBroadcast: the author pressed Approve.
        AlreadyDecided: somebody else was faster.
    """
    require(context, Action.BROADCAST)
    assert context.press is not None
    broadcast = await _find(context.app.sessions, context.press.row(0))
    act = context.press.arg(1)
    if act in _STEER:
        await _steer(context, broadcast, act)
    elif act in set(Step):
        await _advance(context, broadcast, Step(act))
    else:
        raise StaleButton(act)
    await shown(update, context)


async def shown(update: Update, context: Context) -> None:
    """Show where the update stands, and keep this message up to date from now on."""
    require(context, Action.BROADCAST)
    assert context.press is not None
    broadcast = await _find(context.app.sessions, context.press.row(0))
    screen = await reports.screen(context.app.sessions, context.t, broadcast)
    await reply.show(update, context, screen)
    message = update.callback_query.message if update.callback_query else None
    if broadcast.state is State.APPROVED and isinstance(message, Message):
        async with context.app.sessions.begin() as session:
            await db.reports.watch(
                session, reports.campaign(broadcast.id), message.chat.id, message.message_id
            )


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
        await _log(session, context, f"{step.value}_broadcast", broadcast.id)


async def _queue(session: AsyncSession, context: Context, broadcast: Broadcast) -> None:
    """Freeze who gets which words: one recipient row each, a message per language."""
    campaign, now = reports.campaign(broadcast.id), context.app.clock()
    by_language: dict[str, list[int]] = {}
    for chat_id, language in await db.outbox.audience(session, broadcast.audience):
        by_language.setdefault(locales.choose(language), []).append(chat_id)
    await db.outbox.open_campaign(session, campaign, Kind.URGENT, now)
    for language, chat_ids in sorted(by_language.items()):
        content = broadcast_screens.update(locales.translator(language), broadcast.texts)
        await db.outbox.enqueue(session, campaign, language, content, chat_ids, now)


async def _steer(context: Context, broadcast: Broadcast, act: str) -> None:
    """Pause, go on, or stop for good; what has left already is not called back."""
    async with context.app.sessions.begin() as session:
        await db.outbox.set_state(
            session,
            reports.campaign(broadcast.id),
            _STEER[act],
            Text(N_("A coordinator paused it.")) if act == "pause" else None,
            context.app.clock(),
        )
        await _log(session, context, f"{act}_broadcast", broadcast.id)


async def _log(session: AsyncSession, context: Context, action: str, broadcast_id: int) -> None:
    await db.audit.record(
        session,
        actor=context.person.id,
        action=action,
        subject=str(broadcast_id),
        now=context.app.clock(),
        detail=None,
    )
