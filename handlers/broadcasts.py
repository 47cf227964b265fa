"""Deciding about an urgent update: four eyes, then the outbox, then a live report."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update

import db.broadcasts
import db.outbox
import db.people
from db.engine import Sessions
from delivery import timing
from delivery.broadcast import Action as Step
from delivery.broadcast import (
    AlreadyDecided,
    Broadcast,
    PlanChanged,
    QuietNow,
    State,
    TooLateToUndo,
    advance,
    alike,
)
from delivery.model import CampaignState, Content
from delivery.timing import Plan
from handlers import (
    campaigns,
    deeds,
    leaving,
    life_screens,
    notify,
    repeat_screens,
    reply,
    reports,
    restored,
    screens,
    subscription_screens,
)
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.context import Context
from handlers.life_screens import Seen
from locales import Translator
from people.model import Action, Role

_PLAIN = "0.0.0"  # the mark of a plan that leaves at once and does not repeat
_MINUTE = timedelta(minutes=1)


async def decided(update: Update, context: Context) -> None:
    """Approve, reject, take back, undo or send now: what the button says.

    Who comes too late is told, and gets a way to see where the update stands.

    Raises:
        OwnBroadcast: the author pressed Approve.
        TooLateToUndo: something has left already.
        QuietNow: it cannot leave now, because it is night.
    """
    require(context, Action.BROADCAST)
    assert context.press is not None
    broadcast = await find(context.app.sessions, context.press.row(0))
    try:
        await _decide(update, context, broadcast)
    except AlreadyDecided as exc:
        await reply.answer(update, context.t.say(exc.text), alert=True)
        stands = await find(context.app.sessions, broadcast.id)
        if stands.decided_by != context.person.id:  # else it was a double tap
            zone = context.app.zone
            where = life_screens.outcome(context.t, stands, stands.state, None, zone)
            await reply.content(update, context, where)


async def _decide(update: Update, context: Context, broadcast: Broadcast) -> None:
    assert context.press is not None
    act = context.press.arg(1)
    if act not in set(Step) - {Step.SUBMIT}:
        raise StaleButton(act)
    step = Step(act)
    wanted = replace(broadcast, send_at=None) if step is Step.NOW else broadcast
    seen = await look(context, wanted)
    new = advance(broadcast, step, context.person.id)
    if step is Step.APPROVE and await _asked_again(update, context, seen):
        return
    if step is Step.NOW and seen.plan.leaves is not None:
        raise QuietNow(time=_clock(context, seen.plan))
    new = State.SCHEDULED if new is State.APPROVED and seen.plan.leaves else new
    await _advance(context, seen, step, new)
    await show_decided(update, context, seen, new)


async def shown(update: Update, context: Context) -> None:
    """Show where the update stands; once approved, its live report."""
    require(context, Action.BROADCAST)
    assert context.press is not None
    broadcast = await find(context.app.sessions, context.press.row(0))
    await show(update, context, broadcast)
    await _offer_undo(update, context, broadcast)


async def _offer_undo(update: Update, context: Context, broadcast: Broadcast) -> None:
    """Offer what the report took the place of, while nothing of the update has left."""
    plan = see(context, replace(broadcast, send_at=None)).plan
    left = leaving.first_time(broadcast) + plan.undo - context.app.clock()
    if broadcast.state is not State.APPROVED or left < timedelta(seconds=1):
        return
    async with context.app.sessions() as session:
        if await db.broadcasts.has_left(session, reports.campaign(broadcast.id)):
            return
    shown = life_screens.undo(context.t, broadcast, replace(plan, undo=left))
    await reply.send(update, context, shown)


async def show(update: Update, context: Context, broadcast: Broadcast) -> None:
    """Show where *broadcast* stands, with what this person may do about it."""
    if broadcast.state is State.APPROVED:
        if broadcast.shape.every is not None and broadcast.until is not None:
            following = leaving.next_time(context.app, broadcast)
            repeats = repeat_screens.repeating(context.t, broadcast, following, context.app.zone)
            await reply.send(update, context, repeats)
        await campaigns.show(update, context, reports.campaign(broadcast.id))
    elif broadcast.state is State.PENDING:
        seen = await look(context, broadcast)
        content = life_screens.review(context.t, seen, context.person.id)
        await _show_all(update, context, content)
    elif broadcast.state is State.SCHEDULED:
        seen = await look(context, broadcast)
        await _show_all(update, context, life_screens.scheduled(context.t, seen))
    else:
        told = life_screens.state(context.t, broadcast.state)
        await reply.show(update, context, screens.notice(told))


async def show_decided(update: Update, context: Context, seen: Seen, new: State) -> None:
    """Show what was decided; while it can be undone, the button for that first.

    After a restore nothing leaves before a coordinator says yes: who decides is told.
    """
    if new is State.APPROVED:
        undo = life_screens.undo(context.t, seen.broadcast, seen.plan)
        await reply.send(update, context, undo)
    await show(update, context, await find(context.app.sessions, seen.broadcast.id))
    await restored.tell(update, context)


async def find(sessions: Sessions, broadcast_id: int) -> Broadcast:
    """Return the update.

    Raises:
        StaleButton: there is none of this number.
    """
    async with sessions() as session:
        broadcast = await db.broadcasts.find(session, broadcast_id)
    if broadcast is None:
        raise StaleButton(str(broadcast_id))
    return broadcast


def see(context: Context, broadcast: Broadcast) -> Seen:
    """Return *broadcast* with when it leaves if it is approved now."""
    app = context.app
    plan = timing.plan(broadcast, app.clock(), app.quiet, app.zone, app.undo)
    return Seen(broadcast, plan, app.quiet, app.zone, app.topics, app.districts)


async def look(context: Context, broadcast: Broadcast) -> Seen:
    """Return the same with whom it reaches and what it costs, for who decides about it."""
    async with context.app.sessions() as session:
        counts, stars = await leaving.reach(session, context.app, broadcast)
    return replace(see(context, broadcast), counts=counts, stars=stars)


async def ask_others(session: AsyncSession, context: Context, broadcast: Broadcast) -> int:
    """Ask every other coordinator to approve a submitted update; return how many there are."""
    counts, stars = await leaving.reach(session, context.app, broadcast)
    seen = replace(see(context, broadcast), counts=counts, stars=stars)
    return await notify.coordinators(
        session,
        f"notice:broadcast:{broadcast.id}",
        lambda t: life_screens.review(t, seen),
        now=context.app.clock(),
        leave_out=broadcast.author_id,
    )


async def others(session: AsyncSession, person_id: int) -> int:
    """Return how many coordinators there are beside that one."""
    everybody = await db.people.with_role(session, Role.COORDINATOR)
    return len([each for each in everybody if each.id != person_id])


async def minutes_since(
    session: AsyncSession, context: Context, broadcast: Broadcast
) -> int | None:
    """Return how many minutes ago the same words went to the same people; None: not in a day."""
    now = context.app.clock()
    for each in await db.broadcasts.gone_out(session, now - timing.SAME_WITHIN):
        if each.id != broadcast.id and alike(each, broadcast):
            return max(0, (now - leaving.first_time(each)) // _MINUTE)
    return None


async def let_go(session: AsyncSession, context: Context, seen: Seen) -> None:
    """Queue an approved update: nothing of it leaves while it can be undone."""
    not_before = context.app.clock() + seen.plan.undo
    await leaving.queue(session, context.app, seen.broadcast, not_before=not_before)


async def still_as_shown(session: AsyncSession, seen: Seen) -> None:
    """Make sure, after a move in the same transaction, that its repeats are as they were shown.

    Raises:
        PlanChanged: the author has changed them since they were read.
    """
    stored = await db.broadcasts.find(session, seen.broadcast.id)
    of = seen.broadcast
    if stored is None or (stored.shape.every, stored.until) != (of.shape.every, of.until):
        raise PlanChanged


async def _asked_again(update: Update, context: Context, seen: Seen) -> bool:
    """Ask before an approval if the plan was another when shown, or the words went out before."""
    assert context.press is not None
    if not seen.was_shown(context.press.arg(2) or _PLAIN):
        content = life_screens.review(context.t, seen, context.person.id, changed=True)
        await _show_all(update, context, content)
        return True
    if context.press.arg(3) == "again":
        return False
    async with context.app.sessions() as session:
        minutes = await minutes_since(session, context, seen.broadcast)
    if minutes is None:
        return False
    ask = repeat_screens.approve_again(context.t, seen, minutes)
    await reply.add(update, context, ask)
    return True


async def _advance(context: Context, seen: Seen, step: Step, new: State) -> None:
    """Move the broadcast; an approval freezes its recipients in the same transaction."""
    broadcast, me, now = seen.broadcast, context.person.id, context.app.clock()
    async with context.app.sessions.begin() as session:
        if step is Step.NOW:
            moved = await db.broadcasts.release(session, broadcast.id, now)
        else:
            moved = await db.broadcasts.move(
                session, broadcast.id, old=broadcast.state, new=new, by=me, now=now
            )
        if not moved:
            raise AlreadyDecided
        if step is Step.APPROVE:
            await still_as_shown(session, seen)
            await db.broadcasts.set_time(session, broadcast.id, new, seen.plan.leaves)
        if step is Step.UNDO:
            await _undo(session, context, broadcast)
        if new is State.APPROVED:
            await let_go(session, context, seen)
        await tell(session, context, seen, new)
        await deeds.note(session, context, f"{step.value}_broadcast", broadcast.id)


async def _undo(session: AsyncSession, context: Context, broadcast: Broadcast) -> None:
    """Cancel every copy, or none.

    Raises:
        TooLateToUndo: one has been tried. Cancelling first takes the rows from the sender, so
            that what it has in hand by then is seen here.
    """
    campaign, now = reports.campaign(broadcast.id), context.app.clock()
    await db.outbox.set_state(session, campaign, CampaignState.CANCELLED, None, now)
    if await db.broadcasts.has_left(session, campaign):
        raise TooLateToUndo


async def tell(session: AsyncSession, context: Context, seen: Seen, new: State) -> None:
    """Tell the author, and who approved it, what somebody else decided.

    Of an update that its author sent alone all coordinators were told, so all hear more.
    """
    broadcast, me, now = seen.broadcast, context.person.id, context.app.clock()
    occasion = notify.private_campaign(f"notice:broadcast:{broadcast.id}:{new.value}")
    plan = seen.plan if new in (State.APPROVED, State.SCHEDULED) else None

    def told(t: Translator) -> Content:
        return life_screens.outcome(t, broadcast, new, plan, context.app.zone)

    if broadcast.override is not None:
        await notify.coordinators(session, occasion, told, now=now, leave_out=me)
        return
    for each in {broadcast.author_id, broadcast.decided_by} - {None, me}:
        assert each is not None
        await notify.one(session, occasion, each, told, now=now)


async def _show_all(update: Update, context: Context, content: Content) -> None:
    """Send every part of *content* below the pressed message, with the buttons at the end."""
    if update.callback_query is not None:
        await reply.answer(update)
    if not await reply.content(update, context, content):
        await reply.content(update, context, replace(content, attachment=None))


def _clock(context: Context, plan: Plan) -> str:
    assert plan.leaves is not None
    local = plan.leaves.astimezone(context.app.zone)
    return subscription_screens.clock(context.t, local.time())
