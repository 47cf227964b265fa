"""An emergency: an author sends an update without a second person, says why, and all are told."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update

import db.broadcasts
import db.drafts
from delivery import timing
from delivery.broadcast import AlreadyDecided, Broadcast, PlanChanged, State, TooEarlyAlone
from handlers import begun, broadcasts, deeds, life_screens, notify, reply, subscription_screens
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.context import Context
from handlers.life_screens import Seen
from locales.errors import N_, UserError
from people.drafts import Draft
from people.model import Action

KIND = begun.ALONE  # of a draft
MAX_REASON = 300  # characters


class ReasonTooLong(UserError):
    """A reason must be short enough to be read at once."""

    message = N_("This is too long: {length} characters, at most {most}. Please shorten it.")


async def ask_why(update: Update, context: Context, broadcast: Broadcast) -> None:
    """Take the first step: ask the author for the reason, once the others had their time.

    Raises:
        AlreadyDecided: the update does not wait any more.
        TooEarlyAlone: the others may still decide.
    """
    me = context.person.id
    async with context.app.sessions.begin() as session:
        await _may_send_alone(session, context, broadcast)
        await begun.refuse_other(session, me, KIND)
        draft = Draft(me, KIND, "why", {"id": broadcast.id})
        await db.drafts.put(session, draft, context.app.clock())
    await reply.add(update, context, life_screens.ask_why(context.t))


async def written(update: Update, context: Context, draft: Draft) -> None:
    """Read the reason back, with the button that sends.

    Raises:
        ReasonTooLong: it does not fit.
        AlreadyDecided: the update does not wait any more.
    """
    require(context, Action.BROADCAST)
    assert update.effective_message is not None
    why = (update.effective_message.text or "").strip()
    if len(why) > MAX_REASON:
        raise ReasonTooLong(length=len(why), most=MAX_REASON)
    broadcast = await broadcasts.find(context.app.sessions, draft.payload["id"])
    kept = replace(draft, payload={**draft.payload, "why": why})
    async with context.app.sessions.begin() as session:
        await _may_send_alone(session, context, broadcast)
        await db.drafts.put(session, kept, context.app.clock())
    seen = await broadcasts.look(context, broadcast)
    await reply.show(update, context, life_screens.confirm_alone(context.t, seen, why))


async def confirmed(update: Update, context: Context, broadcast: Broadcast) -> None:
    """Take the second step: let it leave, and tell every other coordinator who and why.

    Raises:
        AlreadyDecided: somebody decided meanwhile.
        PlanChanged: it leaves at another time than was shown.
    """
    assert context.press is not None
    me, seen = context.person.id, await broadcasts.look(context, broadcast)
    new = State.APPROVED if seen.plan.leaves is None else State.SCHEDULED
    async with context.app.sessions.begin() as session:
        await _may_send_alone(session, context, broadcast)
        draft = await db.drafts.take(session, me)
        if draft is None or draft.kind != KIND or draft.payload["id"] != broadcast.id:
            raise StaleButton(KIND)
        if not (why := draft.payload.get("why")):
            raise StaleButton(KIND)
        if not seen.was_shown(context.press.arg(2)):
            raise PlanChanged
        await _overrule(session, context, replace_why(seen, why), new)
    await broadcasts.show_decided(update, context, seen, new)


def replace_why(seen: Seen, why: str) -> Seen:
    """Return *seen* with the reason for which it leaves without a second person."""
    return replace(seen, broadcast=replace(seen.broadcast, override=why))


async def _overrule(session: AsyncSession, context: Context, seen: Seen, new: State) -> None:
    """Approve for the author alone; told, noted and queued in the same transaction."""
    broadcast, me, now = seen.broadcast, context.person.id, context.app.clock()
    why = broadcast.override or ""
    if not await db.broadcasts.overrule(session, broadcast.id, new=new, by=me, why=why, now=now):
        raise AlreadyDecided
    await broadcasts.still_as_shown(session, seen)
    await db.broadcasts.set_time(session, broadcast.id, new, seen.plan.leaves)
    if new is State.APPROVED:
        await broadcasts.let_go(session, context, seen)
    organisation = context.person.organisation
    told = await notify.coordinators(
        session,
        f"notice:broadcast:{broadcast.id}:alone",
        lambda t: life_screens.sent_alone(t, seen, organisation, why),
        now=now,
        leave_out=me,
    )
    await deeds.note(session, context, "override_broadcast", broadcast.id, told=told)


async def _may_send_alone(session: AsyncSession, context: Context, broadcast: Broadcast) -> None:
    """Let its author pass, if nobody decided for five minutes or there is nobody else.

    Raises:
        StaleButton: somebody else than the author.
        AlreadyDecided: it does not wait any more.
        TooEarlyAlone: the others may still decide.
    """
    if broadcast.author_id != context.person.id:
        raise StaleButton(KIND)
    if broadcast.state is not State.PENDING:
        raise AlreadyDecided
    others = await broadcasts.others(session, context.person.id)
    submitted = broadcast.submitted_at or broadcast.created_at
    start = timing.alone_from(submitted, others)
    if context.app.clock() < start:
        local = start.astimezone(context.app.zone)
        raise TooEarlyAlone(time=subscription_screens.clock(context.t, local.time()))
