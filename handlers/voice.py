"""What people say about results: counted, passed on, and never with who said it."""

from telegram import Update

import db.outcomes
import db.people
import db.tips
from directory import flow
from directory.index import Directory
from handlers import carried, guide, guide_screens, guide_state, notify, reply, voice_screens
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.context import App, Context
from handlers.counts import asked, count, week_of
from people.model import Action
from people.voice import CHECK_IN_AFTER, Asked, Outcome, Wrong, unmet

_WEEKS = 4  # that coordinators look back on
_AT_ONCE = 200  # check-ins queued in one go


async def ask_helped(update: Update, context: Context) -> None:
    """Ask whether a service, or the list, helped."""
    assert context.press is not None
    packed, service_id = context.press.arg(0), context.press.arg(1)
    await reply.show(update, context, voice_screens.ask_helped(context.t, packed, service_id))


async def helped(update: Update, context: Context) -> None:
    """Count a yes; offer to ask again in a week, but never about danger."""
    assert context.press is not None
    packed, service_id = context.press.arg(0), context.press.arg(1)
    directory = await context.app.directory()
    answers = guide_state.unpack(packed, directory)
    await count(context, Outcome.HELPED, asked(context, answers, directory), service_id)
    may_ask = not flow.is_sensitive(answers)
    shown = voice_screens.thanks(context.t, packed, service_id, may_ask=may_ask)
    await reply.show(update, context, shown)


async def not_helped(update: Update, context: Context) -> None:
    """Count a no, and show who else there is: a person to call, other places, a word to us."""
    assert context.press is not None
    packed, service_id = context.press.arg(0), context.press.arg(1)
    view = await guide.view_of(context)
    answers = guide_state.unpack(packed, view.directory)
    asked_for = asked(context, answers, view.directory)
    await count(context, Outcome.NOT_HELPED, asked_for, service_id)
    lines = guide_screens.lines(context.t, guide_state.found(view, answers).helplines)
    await reply.show(update, context, voice_screens.sorry(context.t, packed, service_id, lines))


async def ask_wrong(update: Update, context: Context) -> None:
    """Ask what is wrong about a service; with an answer, count it and tell who can mend it."""
    assert context.press is not None
    first, second = context.press.arg(0), context.press.arg(1)
    if second in set(Wrong):
        await _wrong(context, await context.app.directory(), first, Wrong(second))
        pressed = update.callback_query.message if update.callback_query else None
        shown = voice_screens.told_wrong(context.t, carried.packed(pressed))
    else:
        shown = voice_screens.ask_wrong(context.t, packed=first, service_id=second)
    await reply.show(update, context, shown)


async def _wrong(context: Context, directory: Directory, service_id: str, what: Wrong) -> None:
    """Count it, and tell coordinators and the service's own partners once a day."""
    found = next((each for each in directory.services if each.id == service_id), None)
    if found is None:  # hidden or gone since: nobody is shown it any more
        raise StaleButton(service_id)
    now = context.app.clock()
    campaign = f"wrong:{context.app.today():%Y%m%d}:{what}:{service_id}"
    async with context.app.sessions.begin() as session:
        await db.outcomes.count_service(session, week_of(context.app, now), service_id, what)
        owners = await db.people.partners_of(session, found.organization)
        await notify.coordinators(
            session,
            campaign,
            lambda t: voice_screens.is_wrong(t, found.name, service_id, what),
            now=now,
            also=owners,
        )


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
        await count(context, outcome, Asked("", language=context.t.language))
        await reply.show(
            update, context, voice_screens.checked_in(context.t, got_there=said == "yes")
        )
    else:
        raise StaleButton(said)


async def ask_due(app: App) -> int:
    """Queue the question for everybody who wanted to be asked by today; return how many."""
    async with app.sessions.begin() as session:
        chats = await db.tips.take_due(session, app.today(), _AT_ONCE)
        for chat_id in chats:
            await notify.one(
                session,
                notify.private_campaign("ask"),
                chat_id,
                voice_screens.check_in,
                now=app.clock(),
            )
    return len(chats)


async def needs(update: Update, context: Context) -> None:
    """Show coordinators what people needed and did not find in the last weeks."""
    require(context, Action.SEE_NEEDS)
    since = week_of(context.app, context.app.clock() - (_WEEKS - 1) * CHECK_IN_AFTER)
    async with context.app.sessions() as session:
        counted = await db.outcomes.counted(session, since=since)
    await reply.show(update, context, voice_screens.unmet(context.t, unmet(counted), _WEEKS))
