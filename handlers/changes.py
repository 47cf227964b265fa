"""What was changed of a service and how to take it back; and the list of services to look at."""

from collections import Counter
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update

import db.changes
import db.freshness
import db.proposals
from directory.history import Cause, Change
from directory.model import Service
from handlers import deeds, editing_screens, notify, proposal_screens, proposals, reply
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.context import Context
from handlers.editing import ServiceGone
from handlers.editing_screens import Listed
from people.model import Action

_SHOWN = 10  # changes


async def history(update: Update, context: Context) -> None:
    """Show coordinators the newest changes of a service."""
    require(context, Action.EDIT_SERVICE)
    assert context.press is not None
    await _show(update, context, context.press.arg(0))


async def _show(update: Update, context: Context, service_id: str) -> None:
    async with context.app.sessions() as session:
        service = await db.proposals.stored(session, service_id)
        if service is None:
            raise ServiceGone
        found = await db.changes.of_service(session, service_id, limit=_SHOWN)
    shown = proposal_screens.history(context.t, service, found, context.app.zone)
    await reply.show(update, context, shown)


async def taken_back(update: Update, context: Context) -> None:
    """Take one change of a service back, and tell the partner whose change it was.

    Raises:
        ChangedSince: a field of it was changed again, or it was taken back already.
    """
    require(context, Action.EDIT_SERVICE)
    assert context.press is not None
    number, now = context.press.row(0), context.app.clock()
    async with context.app.sessions.begin() as session:
        try:
            change = await db.changes.undo(session, number, by=context.person.id, now=now)
        except LookupError as exc:
            raise StaleButton(str(number)) from exc
        await deeds.note(session, context, "take_back_change", number)
        await _tell(session, context, change)
    await proposals.settled(context, change.fields)
    await _show(update, context, change.service_id)


async def _tell(session: AsyncSession, context: Context, change: Change) -> None:
    service = await db.proposals.stored(session, change.service_id)
    whose = change.deed.by
    if service is None or whose is None or change.deed.cause is not Cause.OWNER:
        return
    build = partial(proposal_screens.taken_back, service=service, fields=change.fields)
    name = f"change:{change.id}:taken_back"
    await notify.one(session, name, whose, build, now=context.app.clock())


async def services(update: Update, context: Context) -> None:
    """List a partner's own services, or what waits for coordinators, with what waits of each."""
    require(context, Action.EDIT_OWN_SERVICE)
    page = context.press.number(0) if context.press else 0
    coordinator = context.person.may(Action.EDIT_SERVICE)
    async with context.app.sessions() as session:
        listed = await _listed(session, context)
    if coordinator:
        listed = [each for each in listed if each.proposals or each.tasks]
        listed.sort(key=lambda each: (-each.proposals, -each.tasks))
    shown = editing_screens.services(context.t, listed, page, coordinator=coordinator)
    await reply.show(update, context, shown)


async def _listed(session: AsyncSession, context: Context) -> list[Listed]:
    """Return the services that the person may change, in the order of the directory."""
    waiting = await db.proposals.counts(session)
    tasks = Counter(task.service_id for task in await db.freshness.open_tasks(session))
    rounds = await db.freshness.rounds(session)
    named = await db.proposals.named(session, context.person.id)
    now = context.app.clock()
    return [
        Listed(
            service,
            waiting[service.id],
            tasks[service.id],
            is_due=(at := rounds.get(service.id)) is not None and at.due_at <= now,
        )
        for service in (await context.app.directory()).services
        if _is_theirs(context, service, named)
    ]


def _is_theirs(context: Context, service: Service, named: set[str]) -> bool:
    person = context.person
    theirs = (person.organisation or "").casefold() == service.organization.casefold()
    return person.may(Action.EDIT_SERVICE) or theirs or service.id in named
