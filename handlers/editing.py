"""Changing a service part by part: partners their own, coordinators every one."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update

import db.drafts
import db.proposals
import db.services
import locales
from db.documents import SERVICE, dump
from directory import editing, history, wording
from directory.editing import Part
from directory.history import FieldChange
from directory.model import Service
from directory.openings import hours_reading
from handlers import begun, editing_screens, proposals, reply
from handlers.access import NotAllowed, require
from handlers.callbacks import StaleButton
from handlers.context import Context
from handlers.marks import mark
from handlers.screens import Screen
from locales.errors import N_, Text, UserError
from people.drafts import Draft
from people.model import Action

KIND = editing.DRAFT


class ServiceGone(UserError):
    """The service was hidden or is unknown."""

    message = N_("This service is not shown any more. Ask a coordinator if that is wrong.")


class ChangeGone(UserError):
    """A button of a change that was made, dropped or replaced by another."""

    message = N_("This change is not open any more. Send /services to begin again.")


class PlaceIsSecret(UserError):
    """The address of a confidential location is not taken, not even to be looked at."""

    message = wording.SECRET_PLACE.sentence


async def change(update: Update, context: Context) -> None:
    """Show what of a service can be changed, or open one part of it."""
    require(context, Action.EDIT_OWN_SERVICE)
    assert context.press is not None
    service_id, code = context.press.arg(0), context.press.arg(1)
    if code:
        await _open(update, context, service_id, _part(code))
        return
    async with context.app.sessions() as session:
        service = await allowed(session, context, service_id)
        waiting = await db.proposals.waiting(session, service_id)
    shown = editing_screens.menu(
        context.t,
        service,
        [each for each in waiting if each.fields],
        me=context.person.id,
        coordinator=context.person.may(Action.EDIT_SERVICE),
    )
    await reply.show(update, context, shown)


def _part(code: str) -> Part:
    if code not in set(Part):
        raise StaleButton(code)
    return Part(code)


async def allowed(session: AsyncSession, context: Context, service_id: str) -> Service:
    """Return a service that the person of this update may change now.

    Raises:
        NotAllowed: it is somebody else's.
        ServiceGone: it is hidden or unknown.
    """
    require(context, Action.EDIT_OWN_SERVICE)
    service = await db.services.find(session, service_id)
    if service is None:
        if not context.person.may(Action.EDIT_SERVICE) and not await _is_named(
            session, context, service_id
        ):
            raise NotAllowed
        raise ServiceGone
    if not await may_change(session, context, service):
        raise NotAllowed
    return service


async def may_change(session: AsyncSession, context: Context, service: Service) -> bool:
    """Say whether the person may change *service*: a coordinator, or a partner who runs it.

    That is: of its organisation, whatever the case of the letters, or named as its owner.
    """
    person = context.person
    if person.may(Action.EDIT_SERVICE):
        return True
    if not person.may(Action.EDIT_OWN_SERVICE):
        return False
    theirs = (person.organisation or "").casefold() == service.organization.casefold()
    return theirs or await _is_named(session, context, service.id)


async def offered(context: Context, service: Service) -> bool:
    """Say whether a card offers to change *service* to the person of this update."""
    if not context.person.may(Action.EDIT_OWN_SERVICE):
        return False
    async with context.app.sessions() as session:
        return await may_change(session, context, service)


async def _is_named(session: AsyncSession, context: Context, service_id: str) -> bool:
    return service_id in await db.proposals.named(session, context.person.id)


async def _open(update: Update, context: Context, service_id: str, part: Part) -> None:
    """Ask for one part; from now on a written message is the answer."""
    me = context.person.id
    async with context.app.sessions.begin() as session:
        service = await allowed(session, context, service_id)
        if part in editing.OF_COORDINATORS:
            require(context, Action.EDIT_SERVICE)
        if part is Part.ADDRESS and service.confidential_location:
            raise PlaceIsSecret
        await begun.refuse_other(session, me, KIND)
        draft = Draft(me, KIND, part, {"service": service_id, "fields": []})
        await db.drafts.put(session, draft, context.app.clock())
    await reply.show(update, context, _asked(context, service, draft))


def _asked(context: Context, service: Service, draft: Draft, page: int = 0) -> Screen:
    part, so_far = Part(draft.step), _with(service, _fields(draft))
    codes = editing.choices(so_far, part, locales.supported())
    chosen = editing.picked(so_far, part) if part in editing.SEVERAL else ()
    choices = [(code, code in chosen) for code in codes]
    record = dump(SERVICE, so_far)
    return editing_screens.ask(context.t, so_far, part, record, choices, page)


def _fields(draft: Draft) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(**each) for each in draft.payload["fields"])


def _with(service: Service, fields: Sequence[FieldChange]) -> Service:
    """Return *service* as it would be after *fields*.

    Raises:
        ChangedSince: somebody else changed one of them.
    """
    return SERVICE.validate_python(history.applied(dump(SERVICE, service), fields))


async def _service_of(context: Context, draft: Draft) -> Service:
    """Return the service that *draft* is about, if the person may still change it.

    If not, the draft goes: that is told once, and the next message is no answer any more.
    """
    try:
        async with context.app.sessions() as session:
            return await allowed(session, context, draft.payload["service"])
    except UserError:
        async with context.app.sessions.begin() as session:
            await db.drafts.delete(session, context.person.id)
        raise


async def written(update: Update, context: Context, draft: Draft) -> bool:
    """Take a written message for the part that was asked for; say whether it was one."""
    assert update.effective_message is not None
    part, text = Part(draft.step), update.effective_message.text or ""
    if part not in editing.TYPED or not context.person.may(Action.EDIT_OWN_SERVICE):
        return False
    service = await _service_of(context, draft)
    home = (await context.app.directory()).gazetteer
    found = editing.read(service, part, text, home, lambda said: _hours(said, context.t.language))
    if isinstance(found, Text):
        shown = editing_screens.ask_back(context.t, service, context.t.say(found))
        await reply.send(update, context, shown)
        return True
    await _read_back(update, context, draft, service, found)
    return True


def _hours(text: str, language: str) -> str | Text:
    found = hours_reading.read(text, language)
    if isinstance(found, hours_reading.Understood):
        return found.opening_hours
    return found.question


async def _read_back(
    update: Update, context: Context, draft: Draft, service: Service, wanted: Service
) -> None:
    """Keep what was understood and ask whether it is right; nothing changes yet."""
    fields = history.diff(dump(SERVICE, service), dump(SERVICE, wanted))
    if not fields:
        await _dropped(update, context, draft)
        return
    payload = {**draft.payload, "fields": [asdict(each) for each in fields]}
    async with context.app.sessions.begin() as session:
        kept = replace(draft, payload=payload)
        await db.drafts.put(session, kept, context.app.clock())
    typed = draft.step in editing.TYPED
    shown = editing_screens.read_back(context.t, service, fields, mark(fields), typed=typed)
    await reply.show(update, context, shown)


async def pressed(update: Update, context: Context) -> None:
    """Take one step of the open change: a choice, nothing, done, yes, stop.

    Raises:
        ChangeGone: it was made, dropped or replaced meanwhile.
    """
    require(context, Action.EDIT_OWN_SERVICE)
    assert context.press is not None
    step = context.press.arg(0)
    async with context.app.sessions() as session:
        draft = await db.drafts.find(session, context.person.id)
    if draft is None or draft.kind != KIND:
        raise ChangeGone
    service = await _service_of(context, draft)
    if step == "drop":
        await _dropped(update, context, draft)
    elif step == "yes":
        await _confirmed(update, context, draft)
    elif step == "page" or (step == "set" and draft.step in editing.SEVERAL):
        await _marked(update, context, draft, service)
    elif step in {"set", "none", "done"}:
        await _read_back(update, context, draft, service, _chosen(context, draft, service))
    else:
        raise StaleButton(step)


def _chosen(context: Context, draft: Draft, service: Service) -> Service:
    """Return the service as a pressed choice would make it.

    Raises:
        StaleButton: the choice belongs to another part than the one that is open.
    """
    assert context.press is not None
    step, code, part = context.press.arg(0), context.press.arg(1), Part(draft.step)
    if step == "done":
        return _with(service, _fields(draft))
    try:
        if step == "none":
            return editing.emptied(service, part)
        return editing.chosen(service, part, code, context.app.today())
    except ValueError as exc:
        raise StaleButton(code) from exc


async def _marked(update: Update, context: Context, draft: Draft, service: Service) -> None:
    """Add or take out one of several choices, and show them again."""
    assert context.press is not None
    part, press = Part(draft.step), context.press
    page = press.number(1 if press.arg(0) == "page" else 3)
    if press.arg(0) == "set":
        before = _with(service, _fields(draft))
        if press.arg(1) not in editing.choices(before, part, locales.supported()):
            raise StaleButton(press.arg(1))
        after = editing.marked(before, part, press.arg(1), wanted=press.arg(2) == "1")
        fields = history.diff(dump(SERVICE, service), dump(SERVICE, after))
        payload = {**draft.payload, "fields": [asdict(each) for each in fields]}
        draft = replace(draft, payload=payload)
        async with context.app.sessions.begin() as session:
            await db.drafts.put(session, draft, context.app.clock())
    await reply.show(update, context, _asked(context, service, draft, page))


async def _dropped(update: Update, context: Context, draft: Draft) -> None:
    async with context.app.sessions.begin() as session:
        await db.drafts.delete(session, context.person.id)
    shown = editing_screens.stopped(context.t, draft.payload["service"])
    await reply.show(update, context, shown)


async def _confirmed(update: Update, context: Context, draft: Draft) -> None:
    """Make the change, or propose it, exactly as it was read back.

    Raises:
        ChangeGone: the draft is another one than the button was for, or was used already.
    """
    assert context.press is not None
    fields, me = _fields(draft), context.person.id
    if not fields or context.press.arg(1) != mark(fields):
        raise ChangeGone
    async with context.app.sessions.begin() as session:
        service = await allowed(session, context, draft.payload["service"])
        if await db.drafts.take(session, me) != draft:
            raise ChangeGone
        public = await proposals.submit(session, context, service, Part(draft.step), fields)
    await proposals.settled(context, fields if public else ())
    coordinator = context.person.may(Action.EDIT_SERVICE)
    shown = editing_screens.done(context.t, service, fields, public=public, coordinator=coordinator)
    await reply.show(update, context, shown)
