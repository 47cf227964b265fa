"""Answers of owners and coordinators: still right, full, closed; and who is asked.

A press grants nothing: who may answer is read again each time, with the service locked, so of
two people who answer at once the second one answers about what the first one left.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update

import db.changes
import db.freshness
from db.changes import Hidden
from db.freshness import PHONED, WARNED, Outcome
from directory import facts, freshness
from directory.freshness import Answer
from directory.history import Cause, Deed
from directory.model import Checker, Fact, Service, Status
from handlers import (
    deeds,
    freshness_lists,
    freshness_round,
    freshness_screens,
    notify,
    proposal_screens,
    reply,
)
from handlers.access import NotAllowed, require
from handlers.callbacks import StaleButton
from handlers.context import Context
from handlers.freshness_screens import Asked
from handlers.screens import Screen
from locales.errors import N_, UserError
from people.model import Action, Role
from people.owners import Staff
from people.voice import Wrong

_HEARD_LATELY = timedelta(days=14)  # a person's word outweighs reports for this long
_COMES_BACK = (None, Hidden.UNCONFIRMED, Hidden.EXPIRED)


class NotYours(UserError):
    """Somebody answered for a service that others run."""

    message = N_("Only the people who run this service can answer this.")


@dataclass(frozen=True, slots=True)
class _Pressed:
    """A press about one service, whose row is locked until the transaction ends."""

    context: Context
    session: AsyncSession
    service: Service
    hidden: Hidden | None
    staff: Staff

    @property
    def now(self) -> datetime:
        return self.context.app.clock()

    @property
    def coordinator(self) -> bool:
        return self.context.person.may(Action.CONFIRM_SERVICE)

    def deed(self, why: str) -> Deed:
        cause = Cause.COORDINATOR if self.coordinator else Cause.OWNER
        return Deed(cause, self.now, self.context.person.id, why)

    def checked(self, facts_: tuple[Fact, ...], service: Service) -> Service:
        """Return *service* with this person's word for its facts, while it lasts."""
        by = Checker.COORDINATOR if self.coordinator else Checker.OWNER
        today = self.context.app.today()
        until = today + freshness.period(service) + freshness.WORD_LASTS
        return facts.checked(service, facts_, on=today, by=by, valid_until=until)


async def pressed(update: Update, context: Context) -> None:
    """Show the question about a service, or do what was answered.

    Raises:
        NotYours: the person does not run it, or does not any more.
        NotAllowed: only a coordinator may do this.
        StaleButton: there is no such service or answer.
    """
    assert context.press is not None
    if context.outage is not None:
        raise context.outage
    act = _ACTS.get(context.press.arg(1))
    if act is None:
        raise StaleButton(context.press.arg(1))
    async with context.app.sessions.begin() as session:
        shown = await act(await _read(context, session, context.press.arg(0)))
    context.app.changed()
    await reply.show(update, context, shown)


async def _read(context: Context, session: AsyncSession, service_id: str) -> _Pressed:
    found = await db.freshness.stored(session, service_id)
    if found is None:
        raise StaleButton(service_id)
    service, hidden = found
    staff = await db.freshness.staff(session)
    pressed_ = _Pressed(context, session, service, hidden, staff)
    owners = staff.owners(service.id, service.organization)
    if not pressed_.coordinator and context.person.id not in {each.id for each in owners}:
        raise NotYours
    return pressed_


async def _ask(pressed_: _Pressed, *, changed: bool = False) -> Screen:
    """Show the question as it is now."""
    t, service = pressed_.context.t, pressed_.service
    if pressed_.hidden not in _COMES_BACK:
        return freshness_screens.gone(t, service, coordinator=pressed_.coordinator)
    round_ = await db.freshness.find(pressed_.session, service.id)
    tasks = await db.freshness.open_tasks(pressed_.session, service.id)
    asked = Asked(
        service,
        pressed_.now,
        pressed_.context.app.zone,
        since=None if round_ is None else round_.asked_at,
        coordinator=pressed_.coordinator,
        warned=any(task.kind == WARNED for task in tasks),
        changed=changed,
        reports=sum(task.reports for task in tasks if task.kind not in (WARNED, PHONED)),
    )
    return freshness_screens.question(t, asked)


async def _right(pressed_: _Pressed) -> Screen:
    """Take a person's word for every fact, if these are the facts that the person read."""
    assert pressed_.context.press is not None
    service = pressed_.service
    if pressed_.hidden not in _COMES_BACK:
        return await _ask(pressed_)
    if pressed_.context.press.arg(2) != freshness.mark(service):
        return await _ask(pressed_, changed=True)
    said = pressed_.checked(tuple(Fact), service)
    if freshness.is_over(service, pressed_.context.app.today()):
        said = replace(said, valid_until=None)
    return await _answered(pressed_, said, Answer.RIGHT)


async def _full(pressed_: _Pressed) -> Screen:
    return await _takes(pressed_, Status.FULL, Answer.FULL)


async def _open(pressed_: _Pressed) -> Screen:
    return await _takes(pressed_, Status.OPEN, Answer.OPEN)


async def _takes(pressed_: _Pressed, status: Status, answer: Answer) -> Screen:
    """Note whether they take people in, at once; coordinators are told, with a way back.

    That dates quickly, so nobody needs to approve it first.
    """
    if pressed_.hidden not in _COMES_BACK:
        return await _ask(pressed_)
    today = pressed_.context.app.today()
    service = replace(pressed_.service, status=status, status_date=today)
    said = pressed_.checked((Fact.STATUS,), service)
    shown = await _answered(pressed_, said, answer)
    if not pressed_.coordinator and pressed_.service.status is not status:
        await _tell_coordinators(pressed_, said)
    return shown


async def _tell_coordinators(pressed_: _Pressed, said: Service) -> None:
    """Tell coordinators what a partner has just changed, with a button that takes it back."""
    session = pressed_.session
    (entry,) = await db.changes.of_service(session, said.id, limit=1)
    build = partial(proposal_screens.changed, service=said, change=entry)
    await notify.coordinators(session, f"notice:change:{entry.id}", build, now=pressed_.now)


async def _answered(pressed_: _Pressed, said: Service, answer: Answer) -> Screen:
    """Store what was said, show the service again if silence had hidden it, and thank."""
    session, context = pressed_.session, pressed_.context
    deed = pressed_.deed(answer)
    await db.changes.put(session, said, deed)
    if pressed_.hidden is not None:
        await db.changes.hide(session, said.id, None, deed)
    due = pressed_.now + freshness.period(said)
    await freshness_round.end_round(
        session, said.id, answer, due, now=pressed_.now, by=context.person.id
    )
    await deeds.note(session, context, "answer_service", said.id, answer=answer)
    waiting = await _mine(context, session, pressed_.staff)
    again = due.astimezone(context.app.zone).date()
    return freshness_screens.thanks(context.t, again, len(waiting))


async def _ask_closed(pressed_: _Pressed) -> Screen:
    if pressed_.hidden not in _COMES_BACK:
        return await _ask(pressed_)
    return freshness_screens.sure(pressed_.context.t, pressed_.service)


async def _closed(pressed_: _Pressed) -> Screen:
    """Show the service to nobody any more, at once, and tell coordinators with a way back.

    They approve what the public sees; but somebody travelling to a shut door is harmed now.
    """
    session, context, service = pressed_.session, pressed_.context, pressed_.service
    if pressed_.hidden not in _COMES_BACK:
        return await _ask(pressed_)
    now = pressed_.now
    await db.changes.hide(session, service.id, Hidden.CLOSED, pressed_.deed(Answer.CLOSED))
    due = now + freshness.period(service)
    await freshness_round.end_round(
        session, service.id, Answer.CLOSED, due, now=now, by=context.person.id
    )
    await deeds.note(session, context, "answer_service", service.id, answer=Answer.CLOSED)
    if not pressed_.coordinator:
        await notify.coordinators(
            session,
            f"notice:closed:{service.id}:{now:%Y%m%d%H%M%S}",
            lambda t: freshness_screens.has_closed(t, service),
            now=now,
        )
    return freshness_screens.closed(context.t, service, coordinator=pressed_.coordinator)


async def _show_again(pressed_: _Pressed) -> Screen:
    _only_coordinators(pressed_)
    await db.changes.hide(pressed_.session, pressed_.service.id, None, pressed_.deed("shown again"))
    await deeds.note(pressed_.session, pressed_.context, "show_service", pressed_.service.id)
    return await _ask(replace(pressed_, hidden=None))


async def _keep(pressed_: _Pressed) -> Screen:
    """Put off hiding by 30 days."""
    _only_coordinators(pressed_)
    session, context, service_id = pressed_.session, pressed_.context, pressed_.service.id
    await db.freshness.close_tasks(
        session, [service_id], Outcome.KEPT, pressed_.now, by=context.person.id, kind=WARNED
    )
    await deeds.note(session, context, "keep_service", service_id)
    return freshness_screens.noted(context.t, 0)


async def _phoned(pressed_: _Pressed) -> Screen:
    _only_coordinators(pressed_)
    session, context = pressed_.session, pressed_.context
    await db.freshness.phoned(session, pressed_.service.id, by=context.person.id, now=pressed_.now)
    return freshness_screens.noted(context.t, 0)


def _only_coordinators(pressed_: _Pressed) -> None:
    if not pressed_.coordinator:
        raise NotAllowed


_ACTS: Mapping[str, Callable[[_Pressed], Awaitable[Screen]]] = {
    "": _ask,
    "y": _right,
    "u": _full,
    "o": _open,
    "c": _ask_closed,
    "C": _closed,
    "s": _show_again,
    "k": _keep,
    "n": _phoned,
}


async def listed(update: Update, context: Context) -> None:
    """List what waits for this person's answer, or for coordinators whom to phone first."""
    assert context.press is not None
    if context.outage is not None:
        raise context.outage
    if context.press.arg(0) == "c":
        require(context, Action.CONFIRM_SERVICE)
        await reply.show(update, context, await _calls(context))
        return
    if context.person.role is Role.NEWCOMER:
        raise NotYours
    async with context.app.sessions() as session:
        staff = await db.freshness.staff(session)
        mine = await _mine(context, session, staff)
    shown = freshness_screens.several(context.t, mine, context.press.number(1))
    await reply.show(update, context, shown)


async def _calls(context: Context) -> Screen:
    app = context.app
    services = (await app.directory()).services
    async with app.sessions.begin() as session:
        view = await freshness_round.look(session, app, services, app.clock())
        found = await freshness_round.to_call(session, view)
    return freshness_lists.calls(context.t, found)


async def _mine(context: Context, session: AsyncSession, staff: Staff) -> list[Service]:
    """Return the services about which this person was asked and nobody has answered."""
    rounds = await db.freshness.rounds(session)
    asked = {each.service_id for each in rounds.values() if each.asked_at is not None}
    services = [*(await context.app.directory()).services, *await db.freshness.silenced(session)]
    return [
        each
        for each in services
        if each.id in asked
        and context.person.id in {one.id for one in staff.owners(each.id, each.organization)}
    ]


async def owner(update: Update, context: Context) -> None:
    """Show who is asked about a service; name somebody, or its partners again."""
    require(context, Action.MANAGE_PARTNERS)
    assert context.press is not None
    service_id, act = context.press.arg(0), context.press.arg(1, "p0")
    async with context.app.sessions.begin() as session:
        pressed_ = await _read(context, session, service_id)
        if not act.startswith("p"):
            await _name(pressed_, act)
        staff = await db.freshness.staff(session)
    named = next((each for each in staff.people if each.id == staff.named.get(service_id)), None)
    others = [each for each in staff.people if each is not named]
    page = int(act[1:]) if act.startswith("p") and act[1:].isdigit() else 0
    shown = freshness_lists.owner(context.t, pressed_.service, named, others, page)
    await reply.show(update, context, shown)


async def _name(pressed_: _Pressed, act: str) -> None:
    """Name the person of this id; ``-``: nobody in particular.

    Raises:
        StaleButton: the person has no role (any more).
    """
    person_id = None if act == "-" else int(act) if act.isdigit() else 0
    if person_id is not None and person_id not in {each.id for each in pressed_.staff.people}:
        raise StaleButton(act)
    session, context, service_id = pressed_.session, pressed_.context, pressed_.service.id
    await db.freshness.name_owner(session, service_id, person_id, pressed_.now)
    await deeds.note(session, context, "name_owner", service_id)


async def reported(session: AsyncSession, context: Context, service: Service, what: Wrong) -> None:
    """Open a task about what somebody says is wrong; after three people the rank falls.

    One a person and day. Not where a person of ours has just looked, and not because they
    took somebody not in: that says nothing about the facts.
    """
    today, now = context.app.today(), context.app.clock()
    if not context.app.once.is_first(today, context.person.id, "task", what, service.id):
        return
    reports = await db.freshness.open_task(session, service.id, what, now)
    if what is Wrong.REFUSED or reports < freshness.REPORTS_DOUBT:
        return
    said = (await db.freshness.said(session, service.id)).get(service.id)
    if service.doubted_on is None and (said is None or now - said > _HEARD_LATELY):
        await db.changes.doubt(session, service.id, today, now=now)
