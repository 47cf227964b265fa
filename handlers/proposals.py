"""What becomes of a change: public at once, or proposed, approved, refused, withdrawn."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update

import db.proposals
import db.services
from db.documents import SERVICE, dump
from db.engine import erase_deleted
from directory import editing, freshness, history
from directory.editing import Part, Proposal, Refusal, State
from directory.history import Cause, Deed, FieldChange
from directory.model import Checker, Service
from handlers import deeds, notify, proposal_screens, reply
from handlers.access import NotAllowed, require
from handlers.callbacks import StaleButton
from handlers.context import Context
from handlers.marks import mark
from handlers.proposal_screens import Review
from locales.errors import N_, UserError
from people.model import Action

AT_ONCE = "An owner's word that is public at once."  # why, in the history
APPROVED = "A coordinator approved it."


class ProposalGone(UserError):
    """Another coordinator was faster, or the partner took it back or wrote a newer one."""

    message = N_("This change was decided already, or taken back.")


async def submit(
    session: AsyncSession,
    context: Context,
    service: Service,
    part: Part,
    fields: Sequence[FieldChange],
) -> bool:
    """Make a change public, or keep it for a coordinator; say which (True: public).

    Commits nothing. Coordinators' own changes are public at once, and what an owner says that
    keeps people from a wasted way (see `editing.is_at_once`).

    Raises:
        ChangedSince: a field of it was changed since it was read back.
    """
    now, me = context.app.clock(), context.person.id
    after = SERVICE.validate_python(history.applied(dump(SERVICE, service), fields))
    if context.person.may(Action.APPROVE_CHANGE):
        deed = Deed(Cause.COORDINATOR, now, me)
        await _apply(session, context, service, fields, deed)
        await deeds.note(session, context, "change_service", service.id, part=part.value)
        return True
    if editing.is_at_once(part, service, after):
        deed = Deed(Cause.OWNER, now, me, AT_ONCE)
        entry = await _apply(session, context, service, fields, deed)
        if entry is not None:
            name = f"notice:change:{entry.id}"
            build = partial(proposal_screens.changed, service=service, change=entry)
            await notify.coordinators(session, name, build, now=now)
        return True
    made = await db.proposals.propose(session, service.id, fields, by=me, now=now)
    review = Review(service, made, fields, mark(fields))
    name = f"notice:proposal:{made.id}"
    await notify.coordinators(session, name, lambda t: proposal_screens.came(t, review), now=now)
    return False


async def _apply(
    session: AsyncSession,
    context: Context,
    service: Service,
    fields: Sequence[FieldChange],
    deed: Deed,
) -> history.Change | None:
    """Write a change with the word of who makes it for the facts that it is about.

    The word is the fact's source: it has a day and says whose it is. No page is named for it,
    because none says so. Imports leave the fact alone until the owner should have answered
    whether it is still right.
    """
    today = context.app.today()
    by = Checker.OWNER if deed.cause is Cause.OWNER else Checker.COORDINATOR

    def said(changed: Service) -> Service:
        until = today + freshness.period(changed) + freshness.WORD_LASTS
        return editing.vouched(changed, fields, by=by, on=today, valid_until=until)

    try:
        return await db.proposals.change(session, service.id, fields, deed, said)
    except LookupError as exc:  # hidden or deleted meanwhile
        raise ProposalGone from exc


async def settled(context: Context, fields: Sequence[FieldChange]) -> None:
    """Let a change that is committed be seen; make sure that a secret place leaves no trace.

    With SQLite, deleted rows stay in the file of the log until it is emptied.
    """
    if not fields:
        return
    context.app.changed()
    if any(each.field == "confidential_location" for each in fields):
        await erase_deleted(context.app.sessions)


async def pressed(update: Update, context: Context) -> None:
    """Show a proposal, decide it, or take one's own back.

    Raises:
        ProposalGone: it was decided already.
    """
    require(context, Action.EDIT_OWN_SERVICE)
    assert context.press is not None
    number, step = context.press.row(0), context.press.arg(1)
    async with context.app.sessions() as session:
        found = await db.proposals.find(session, number)
        if found is None or found.state is not State.PENDING:
            raise ProposalGone
        service = await db.services.find(session, found.service_id)
    if step == "withdraw":
        await _withdrawn(update, context, found)
        return
    require(context, Action.APPROVE_CHANGE)
    if service is None or editing.tells_place(service, found.fields):
        raise ProposalGone
    if step == "approve":
        await _approve(update, context, found)
    elif step == "why":
        await reply.show(update, context, proposal_screens.why(context.t, number))
    elif step == "refuse":
        await _refuse(update, context, found, service)
    else:
        await _show(update, context, _review(service, found))


async def _show(update: Update, context: Context, review: Review) -> None:
    await reply.show(update, context, proposal_screens.review(context.t, review))


def _review(service: Service, found: Proposal) -> Review:
    """Return *found* as it would change *service* now."""
    now = history.rebased(dump(SERVICE, service), found.fields)
    return Review(service, found, now, mark(now), again=mark(now) != mark(found.fields))


async def _approve(update: Update, context: Context, found: Proposal) -> None:
    """Make the change public as it was shown; show it again if something changed since."""
    assert context.press is not None
    now = context.app.clock()
    async with context.app.sessions.begin() as session:
        service = await db.services.find(session, found.service_id)
        if service is None:
            raise ProposalGone
        review = _review(service, found)
        if context.press.arg(2) == review.mark:
            moved = await db.proposals.move(
                session, found.id, State.APPROVED, by=context.person.id, now=now
            )
            if moved is None:
                raise ProposalGone
            await _publish(session, context, service, review)
    if context.press.arg(2) != review.mark:
        await _show(update, context, review)
        return
    await settled(context, review.fields)
    shown = proposal_screens.decided(context.t, found.service_id, State.APPROVED)
    await reply.show(update, context, shown)


async def _publish(
    session: AsyncSession, context: Context, service: Service, review: Review
) -> None:
    found, now = review.proposal, context.app.clock()
    deed = Deed(Cause.OWNER, now, found.by, APPROVED)
    await _apply(session, context, service, review.fields, deed)
    await deeds.note(session, context, "approve_change", found.id)
    if found.by is not None:
        build = partial(proposal_screens.approved, service=service, proposal=found)
        await notify.one(session, f"proposal:{found.id}:approved", found.by, build, now=now)


async def _refuse(update: Update, context: Context, found: Proposal, service: Service) -> None:
    assert context.press is not None
    code, now = context.press.arg(2), context.app.clock()
    if code not in set(Refusal):
        raise StaleButton(code)
    reason = Refusal(code)
    async with context.app.sessions.begin() as session:
        moved = await db.proposals.move(
            session, found.id, State.REFUSED, by=context.person.id, now=now
        )
        if moved is None:
            raise ProposalGone
        await deeds.note(session, context, "refuse_change", found.id, reason=code)
        if found.by is not None:
            build = partial(
                proposal_screens.refused, service=service, proposal=found, reason=reason
            )
            await notify.one(session, f"proposal:{found.id}:refused", found.by, build, now=now)
    shown = proposal_screens.decided(context.t, found.service_id, State.REFUSED)
    await reply.show(update, context, shown)


async def _withdrawn(update: Update, context: Context, found: Proposal) -> None:
    """Take one's own proposal back.

    Raises:
        NotAllowed: it is somebody else's.
    """
    if found.by != context.person.id:
        raise NotAllowed
    async with context.app.sessions.begin() as session:
        now = context.app.clock()
        if await db.proposals.move(session, found.id, State.WITHDRAWN, by=None, now=now) is None:
            raise ProposalGone
    shown = proposal_screens.decided(context.t, found.service_id, State.WITHDRAWN)
    await reply.show(update, context, shown)
