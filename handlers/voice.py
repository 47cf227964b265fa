"""What people say about results: counted, passed on, and never with who said it."""

from dataclasses import dataclass, replace
from datetime import timedelta

from telegram import Update

import db.outcomes
import db.people
import db.tips
from directory import flow
from directory.index import Directory
from directory.model import Service
from directory.needs import NEEDS
from handlers import (
    carried,
    counts,
    freshness,
    guide,
    guide_screens,
    guide_state,
    notify,
    reply,
    voice_screens,
)
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.context import App, Context
from handlers.guide_state import View
from people.model import Action
from people.voice import CHECK_IN_AFTER, Asked, Outcome, Wrong, told, unmet

_WEEKS = 4  # that coordinators look back on
_NEVER_ASKED = frozenset({"mental_health", "homelessness"})  # beside all that is danger
_AT_ONCE = 20  # check-ins in one transaction


async def ask_helped(update: Update, context: Context) -> None:
    """Ask whether a service, or the list, helped."""
    assert context.press is not None
    packed, service_id = context.press.arg(0), context.press.arg(1)
    await reply.show(update, context, voice_screens.ask_helped(context.t, packed, service_id))


async def helped(update: Update, context: Context) -> None:
    """Offer to ask again in a week, but never about danger; count a yes."""
    said = await _said(context)
    may_ask = not (flow.is_sensitive(said.answers) or _is_private(said))
    shown = voice_screens.thanks(context.t, said.packed, said.service_id, may_ask=may_ask)
    await reply.show(update, context, shown)
    await _count(context, Outcome.HELPED, said)


async def not_helped(update: Update, context: Context) -> None:
    """Show who else there is: a person to call, other places, a word to us; count a no."""
    said = await _said(context)
    found = guide_state.found(said.view, said.answers)
    lines = guide_screens.lines(context.t, found.helplines)
    shown = voice_screens.sorry(context.t, said.packed, said.service_id, lines)
    await reply.show(update, context, shown)
    await _count(context, Outcome.NOT_HELPED, said)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a press about a result is about; *service* is None for the whole list."""

    view: View
    packed: str
    answers: flow.Answers
    service: Service | None

    @property
    def service_id(self) -> str:
        return "" if self.service is None else self.service.id


async def _said(context: Context) -> _Said:
    """Read a press about a result.

    Raises:
        StaleButton: the service is hidden or gone since; nobody is shown it any more.
        StaleAnswers: the answers are from an older version, or forged.
    """
    assert context.press is not None
    packed, service_id = context.press.arg(0), context.press.arg(1)
    view = await guide.view_of(context)
    answers = guide_state.unpack(packed, view.directory)
    return _Said(view, packed, answers, _service(view.directory, service_id))


def _service(directory: Directory, service_id: str) -> Service | None:
    if not service_id:
        return None
    found = next((each for each in directory.services if each.id == service_id), None)
    if found is None:
        raise StaleButton(service_id)
    return found


def _is_private(said: _Said) -> bool:
    """Say whether a message a week later could give somebody away."""
    needs = said.service.needs if said.service is not None else ()
    asked = flow.main_need(said.answers)
    first = {asked, *needs[:1]}
    return bool(first & _NEVER_ASKED) or any(NEEDS[need].danger for need in needs)


async def _count(context: Context, outcome: Outcome, said: _Said) -> None:
    """Count what came of the need, and of the service if the press was about one."""
    wanted = counts.asked(context, said.answers, said.view.directory)
    if not wanted.need and said.service is not None:  # a service found by its name
        wanted = replace(wanted, need=said.service.needs[0])
    if wanted.need:
        await counts.count(context, outcome, wanted)
    if said.service is not None:
        await counts.count_service(context, outcome, said.service.id)


async def ask_wrong(update: Update, context: Context) -> None:
    """Ask what is wrong about a service."""
    said = await _said(context)
    shown = voice_screens.ask_wrong(context.t, said.packed, said.service_id)
    await reply.show(update, context, shown)


async def is_wrong(update: Update, context: Context) -> None:
    """Tell who can mend what is wrong about a service, once a day, and count it."""
    assert context.press is not None
    directory = await context.app.directory()
    service = _service(directory, context.press.arg(0))
    if service is None or context.press.arg(1) not in set(Wrong):
        raise StaleButton(context.press.arg(1))
    what = Wrong(context.press.arg(1))
    await _tell_owners(context, service, what)
    pressed = update.callback_query.message if update.callback_query else None
    await reply.show(update, context, voice_screens.told_wrong(context.t, carried.packed(pressed)))
    await counts.count_service(context, what, service.id)


async def _tell_owners(context: Context, service: Service, what: Wrong) -> None:
    """Open a task, and queue a notice for coordinators and the service's own partners.

    One notice a day and kind.
    """
    campaign = f"wrong:{context.app.today():%Y%m%d}:{what}:{service.id}"
    async with context.app.sessions.begin() as session:
        # who said no may know whom: their organisation does not hear of it
        owners = (
            []
            if what is Wrong.REFUSED
            else await db.people.partners_of(session, service.organization)
        )
        await notify.coordinators(
            session,
            campaign,
            lambda t: voice_screens.is_wrong(t, service.name, service.id, what),
            now=context.app.clock(),
            also=owners,
        )
        await freshness.reported(session, context, service, what)
    context.app.changed()


async def check_in(update: Update, context: Context) -> None:
    """Note that somebody wants to be asked, or count what they answer a week later."""
    assert context.press is not None
    said = context.press.arg(0)
    if said == "ask":
        due = context.app.today() + CHECK_IN_AFTER
        async with context.app.sessions.begin() as session:
            await db.tips.check_in(session, context.person.id, due)
        pressed = update.callback_query.message if update.callback_query else None
        await reply.show(
            update, context, voice_screens.will_ask(context.t, carried.packed(pressed))
        )
    elif said in {"yes", "no"}:
        outcome = Outcome.GOT_THERE if said == "yes" else Outcome.NOT_THERE
        await reply.show(
            update, context, voice_screens.checked_in(context.t, got_there=said == "yes")
        )
        await counts.count(context, outcome, Asked(""))
    else:
        raise StaleButton(said)


async def ask_due(app: App) -> int:
    """Queue the question for everybody who wanted to be asked by today; return how many.

    A few in each transaction, so that people who press meanwhile need not wait for it.
    """
    asked = 0
    while True:
        async with app.sessions.begin() as session:
            chats = await db.tips.take_due(session, app.today(), _AT_ONCE)
            for chat_id in chats:
                name = notify.private_campaign("ask")
                await notify.one(session, name, chat_id, voice_screens.check_in, now=app.clock())
        asked += len(chats)
        if len(chats) < _AT_ONCE:
            return asked


async def needs(update: Update, context: Context) -> None:
    """Show coordinators what people needed and did not find, and what they say of services."""
    require(context, Action.SEE_NEEDS)
    since = counts.week_of(context.app, context.app.clock() - timedelta(weeks=_WEEKS - 1))
    async with context.app.sessions() as session:
        counted = await db.outcomes.counted(session, since=since)
        said = await db.outcomes.of_services(session, since=since)
    names = {each.id: each.name for each in (await context.app.directory()).services}
    shown = voice_screens.unmet(context.t, unmet(counted), told(said, names), _WEEKS)
    await reply.show(update, context, shown)
