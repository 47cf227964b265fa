"""The guided questions: every answer is in the next button, nothing is remembered."""

from collections.abc import Sequence
from dataclasses import replace

from telegram import Location, Message, Update
from telegram.helpers import create_deep_linked_url

import db.services
from directory import flow
from directory.flow import Answers
from directory.index import Directory
from directory.model import Audience, Found, Place, Point
from handlers import card as cards
from handlers import (
    carried,
    counts,
    deeds,
    editing,
    editing_screens,
    guide_screens,
    guide_state,
    reply,
    rights,
    screens,
)
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.context import Context
from handlers.guide_state import View, packed_in, unpack
from handlers.screens import Screen
from locales.errors import Text
from people.model import Action
from people.voice import SHOWN


async def answered(update: Update, context: Context) -> None:
    """Ask the next question, or show the places when nothing more would change them."""
    assert context.press is not None
    await show_state(update, context, context.press.arg(0))


async def results(update: Update, context: Context) -> None:
    """Show another page of the results."""
    assert context.press is not None
    view = await view_of(context)
    answers = unpack(context.press.arg(0), view.directory)
    shown, _ = await screen_of(context, view, answers, page=context.press.number(1))
    await reply.show(update, context, shown)


async def show_state(update: Update, context: Context, packed: str) -> None:
    """Show the question or the results that belong to the *packed* answers.

    Raises:
        StaleAnswers: they are from an older version, or forged.
    """
    view = await view_of(context)
    answers = unpack(packed, view.directory)
    await _show(update, context, view, answers)


async def screen_of(
    context: Context,
    view: View,
    answers: Answers,
    *,
    page: int | None = None,
    notes: Sequence[str] = (),
) -> tuple[Screen, Found | None]:
    """Return the screen that belongs to *answers*, and what was found where it shows places.

    Results get the card about rights that fits.
    """
    asks = page is None and flow.next_question(answers, view.directory) is not None
    if asks or flow.is_put_off(answers):
        return guide_state.screen(view, answers, notes=notes), None
    found = guide_state.found(view, answers)
    query = flow.to_query(answers, view.directory.gazetteer, view.at)
    view = replace(view, right=await rights.public_for(context, query.needs, query.stages))
    return guide_state.screen(view, answers, page=page, notes=notes, known=found), found


async def _show(
    update: Update, context: Context, view: View, answers: Answers, *, notes: Sequence[str] = ()
) -> None:
    """Show the screen that belongs to *answers*, then count it where nothing fitted."""
    shown, found = await screen_of(context, view, answers, notes=notes)
    await reply.show(update, context, shown)
    if found is not None:
        await counts.note_found(context, answers, found, view.directory)


async def view_of(context: Context) -> View:
    """Return for whom screens of the guide are made now, and from which directory."""
    worker = context.person.may(Action.SEE_WORKER_SERVICES)
    return View(
        context.t,
        await context.app.directory(),
        context.app.clock(),
        lambda payload: create_deep_linked_url(context.bot.username, payload),
        Audience.WORKERS if worker else Audience.PUBLIC,
        copy_of=context.app.copy_of(),
    )


async def card(update: Update, context: Context) -> None:
    """Show one service of the results."""
    assert context.press is not None
    view = await view_of(context)
    packed, service_id = context.press.arg(0), context.press.arg(1)
    match = guide_state.chosen(view, unpack(packed, view.directory), service_id)
    if match is None:  # hidden or changed since the list was shown: the list as it is now
        await show_state(update, context, packed)
        return
    shown = cards.card(
        context.t,
        match,
        context.person,
        packed=packed,
        at=context.app.clock(),
        zone=context.app.zone,
    )
    if await editing.offered(context, match.service):
        shown = editing_screens.with_change(context.t, shown, match.service.id)
    await reply.show(update, context, shown)
    if not context.person.may(Action.SEE_WORKER_SERVICES):
        await counts.count_service(context, SHOWN, match.service.id)


async def confirmed(update: Update, context: Context) -> None:
    """Record that a coordinator checked every fact of the service today."""
    require(context, Action.CONFIRM_SERVICE)
    assert context.press is not None
    service_id, now = context.press.arg(0), context.app.clock()
    async with context.app.sessions.begin() as session:
        if not await db.services.confirm(
            session, service_id, by=context.person.id, now=now, today=context.app.today()
        ):
            raise StaleButton(service_id)
        await deeds.note(session, context, "confirm_service", service_id)
    context.app.changed()
    context.press = replace(context.press, args=(context.press.arg(1), service_id))
    await card(update, context)


async def help_now(update: Update, context: Context) -> None:
    """Show who to call, at once."""
    assert context.press is not None
    await reply.show(update, context, await _help_now(context, context.press.arg(0)))


async def help_below(update: Update, context: Context) -> None:
    """Show who to call below the pressed message, which somebody may still want to answer."""
    await reply.add(update, context, await _help_now(context, ""))


async def help_linked(update: Update, context: Context, packed: str) -> None:
    """Show who to call, for the link in a question that has no buttons."""
    await reply.show(update, context, await _help_now(context, packed))


async def _help_now(context: Context, packed: str) -> Screen:
    """Return the numbers to call; answers that we cannot read are no reason to hold them back."""
    directory = await context.app.directory()
    try:
        unpack(packed, directory)
    except flow.StaleAnswers:
        packed = ""
    return guide_screens.help_now(context.t, directory.helplines, packed=packed)


async def located(update: Update, context: Context) -> None:
    """Take a shared location for the postcode sector it lies in; the point is forgotten."""
    assert update.effective_message is not None
    where = update.effective_message.location
    assert isinstance(where, Location)
    view = await view_of(context)
    place = view.directory.gazetteer.nearest(Point(where.latitude, where.longitude))
    await go_on_at(update, context, view, place)


async def go_on_at(
    update: Update,
    context: Context,
    view: View,
    place: Place | None,
    *,
    asked: Text | None = None,
) -> None:
    """Go on with the answers of the message that was replied to, now at *place*.

    Without a place they are shown again; *asked*: with this question, where two may be meant.
    """
    t = context.t
    answers = replied_to(update, view.directory)
    if place is None and asked is not None:
        note = t.say(asked)
    elif place is None:
        note = t.gettext("I do not know this place. Please choose, or write for example LS9.")
    elif not view.directory.gazetteer.in_area(place):
        note = t.fill(
            t.gettext("{place} is outside {city}. I can show only places in {city}."),
            place=place.name,
            city=context.app.city,
        )
    else:
        note = t.fill(t.gettext("Near {place}. I did not keep what you sent."), place=place.name)
        answers = flow.with_place(answers, place)
    await _show(update, context, view, answers, notes=(note,))


async def ask_place(update: Update, context: Context, packed: str) -> None:
    """Ask for a place in writing; the answers so far are behind a link in the question."""
    view = await view_of(context)
    unpack(packed, view.directory)  # a forged link gets a fresh start, not a question
    link = view.link(guide_state.payload(screens.ANSWERS_PREFIX, packed))
    help_now = view.link(guide_state.payload(screens.HELP_PREFIX, packed))
    await reply.send(update, context, guide_screens.ask_place(context.t, link, help_now))


def replied_to(update: Update, directory: Directory) -> Answers:
    """Return the answers carried by the message that was replied to, else none yet.

    Telegram sends that message along, with its links and buttons, so nothing is stored here.
    """
    assert update.effective_message is not None
    replied = update.effective_message.reply_to_message
    for packed in _carried(replied) if replied is not None else ():
        try:
            return unpack(packed, directory)
        except flow.StaleAnswers:
            continue
    return flow.START


def _carried(message: Message) -> list[str]:
    """Return what may be packed answers in *message*: in its frame's buttons, then its links.

    A message with a keyboard may have links to other answers; one that asks for a reply has
    only a link.
    """
    links = [
        packed_in(payload, prefix)
        for payload in carried.payloads(message)
        for prefix in (screens.ANSWERS_PREFIX, screens.PLACE_PREFIX)
        if payload.startswith(prefix)
    ]
    return [*filter(None, (carried.packed(message),)), *links]
