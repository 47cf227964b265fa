"""News that newcomers ask for: the offer, what was asked for, and the stop, in their own chat."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from telegram import InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest

import db.alerts
import db.erasures
from delivery.telegram import inline_keyboard
from directory import alerting
from directory.alerting import ANYWHERE, Alert
from directory.flow import StaleAnswers
from directory.index import Directory
from handlers import alert_screens, reply, screens
from handlers.alert_screens import Asked, Offered
from handlers.arrive import OUTAGE
from handlers.callbacks import StaleButton
from handlers.context import Context
from handlers.guide_state import packed_in, unpack
from handlers.screens import Screen

log = logging.getLogger(__name__)


async def listed(update: Update, context: Context) -> None:
    """Show what the chat asked for."""
    await reply.show(update, context, await _listing(context))


async def linked(update: Update, context: Context, payload: str) -> None:
    """Say what may come and ask, behind the deep link under results.

    Raises:
        StaleAnswers: the link is from an older version, or forged.
        StaleButton: nobody may ask for news about what its answers are about.
    """
    packed, directory = packed_in(payload, screens.ALERT_PREFIX), await context.app.directory()
    need = alerting.wanted(unpack(packed, directory))
    await reply.show(update, context, _about(context, need or "", packed, directory))


async def pressed(update: Update, context: Context) -> None:
    """Take one step; each button says the state that it leads to, so twice does no harm.

    Raises:
        StaleButton: no such button is ever shown, or not any more.
    """
    assert context.press is not None
    step = _STEPS.get(context.press.arg(0))
    if step is None:
        raise StaleButton(context.press.arg(0))
    await step(update, context)


async def end(context: Context) -> str | None:
    """End everything that the person asked for; return what to say of it, None for nothing.

    An outage is no reason to keep somebody who ends the conversation from its last words.
    """
    try:
        return alert_screens.stopped(context.t) if await _stop(context) else None
    except OUTAGE as exc:
        log.warning("alerts not stopped", extra={"error": type(exc).__name__})
        return alert_screens.not_stopped(context.t)


async def _stop(context: Context) -> bool:
    me, now = context.person.id, context.app.clock()
    async with context.app.sessions.begin() as session:
        had = await db.alerts.stop(session, me, now=now)
    if had:
        await context.app.erased(db.erasures.alerts_mark(me), now)
    return had


async def _off(update: Update, context: Context) -> None:
    """Stop all under a message that was pushed, which keeps its words.

    The button gives its place to one that leads back.
    """
    await _stop(context)
    await reply.answer(update, alert_screens.stopped(context.t))
    if not await _is_marked(update, context):
        note = alert_screens.stopped(context.t)
        await reply.send(update, context, await _listing(context, note=note))


async def _is_marked(update: Update, context: Context) -> bool:
    """Put "choose again" in the place of the pressed button; False where that cannot be done."""
    message = update.callback_query.message if update.callback_query else None
    if not isinstance(message, Message) or message.reply_markup is None:
        return False
    again = inline_keyboard(((alert_screens.again_button(context.t),),))
    assert again is not None
    off = alert_screens.stop_button(context.t).data
    rows = [
        [again.inline_keyboard[0][0] if each.callback_data == off else each for each in row]
        for row in message.reply_markup.inline_keyboard
    ]
    try:
        await message.edit_reply_markup(InlineKeyboardMarkup(rows))
    except BadRequest as exc:
        return reply.is_same(exc)
    return True


async def _none(update: Update, context: Context) -> None:
    await _stop(context)
    note = alert_screens.stopped(context.t)
    shown = await _listing(context, packed=await _packed(context, 1), note=note)
    await reply.show(update, context, shown)


async def _page(update: Update, context: Context) -> None:
    assert context.press is not None
    shown = await _listing(context, packed=await _packed(context, 2), page=context.press.number(1))
    await reply.show(update, context, shown)


async def _again(update: Update, context: Context) -> None:
    """Show the list below a message that stays."""
    await reply.add(update, context, await _listing(context))


async def _add(update: Update, context: Context) -> None:
    assert context.press is not None
    packed = await _packed(context, 2)
    shown = alert_screens.choose(context.t, context.press.number(1), packed)
    await reply.show(update, context, shown)


async def _new(update: Update, context: Context) -> None:
    assert context.press is not None
    need, packed = context.press.arg(1), await _packed(context, 2)
    shown = _about(context, need, packed, await context.app.directory())
    await reply.show(update, context, shown)


async def _part(update: Update, context: Context) -> None:
    assert context.press is not None
    offered = Offered(_need(context.press.arg(1)), packed=await _packed(context, 2))
    gazetteer = (await context.app.directory()).gazetteer
    await reply.show(update, context, alert_screens.part(context.t, offered, gazetteer))


async def _on(update: Update, context: Context) -> None:
    """Keep what is asked for, in the words of the person's language, and show all of it."""
    assert context.press is not None
    need, code, packed = (
        _need(context.press.arg(1)),
        context.press.arg(2),
        await _packed(context, 3),
    )
    gazetteer = (await context.app.directory()).gazetteer
    if code != ANYWHERE and alerting.district(gazetteer, code) is None:
        raise StaleButton(code)
    wanted = Alert(need, code, context.app.today())
    async with context.app.sessions.begin() as session:
        kept = await db.alerts.ask(
            session, context.person.id, wanted, context.t.language, now=context.app.clock()
        )
    t = context.t
    note = alert_screens.kept(t) if kept else alert_screens.too_many(t)
    await reply.show(update, context, await _listing(context, packed=packed, note=note))


async def _drop(update: Update, context: Context) -> None:
    """Remove one; also one of which nobody may ask any more, or in a district that is gone."""
    assert context.press is not None
    packed = await _packed(context, 3)
    async with context.app.sessions.begin() as session:
        await db.alerts.drop(
            session,
            context.person.id,
            context.press.arg(1),
            context.press.arg(2),
            now=context.app.clock(),
        )
    await reply.show(update, context, await _listing(context, packed=packed))


_STEPS: Mapping[str, Callable[[Update, Context], Awaitable[None]]] = {
    "off": _off,
    "none": _none,
    "list": _page,
    "again": _again,
    "add": _add,
    "new": _new,
    "part": _part,
    "on": _on,
    "drop": _drop,
}


async def _listing(
    context: Context, *, packed: str = "", page: int = 0, note: str | None = None
) -> Screen:
    async with context.app.sessions() as session:
        found = await db.alerts.of(session, context.person.id)
    gazetteer = (await context.app.directory()).gazetteer
    return alert_screens.listing(context.t, Asked(found, packed), gazetteer, page, note)


def _about(context: Context, need: str, packed: str, directory: Directory) -> Screen:
    """Return what may come of *need*, with the district of the answers.

    Raises:
        StaleButton: nobody may ask for news about it.
    """
    offered = Offered(_need(need), packed=packed)
    answers = unpack(packed, directory)
    offered = replace(offered, district=alerting.district_of(answers, directory.gazetteer))
    return alert_screens.about(context.t, offered, directory.gazetteer)


def _need(need: str) -> str:
    """Return *need* if news about it may be asked for.

    Raises:
        StaleButton: it may not: the button is forged, or older than that decision.
    """
    if need not in alerting.alertable():
        raise StaleButton(need)
    return need


async def _packed(context: Context, index: int) -> str:
    """Return the answers to come back to, which the button carries at *index*.

    None where they are from an older version or forged: what the button asks for, above all to
    stop, does not need them.
    """
    assert context.press is not None
    packed = context.press.arg(index)
    try:
        unpack(packed, await context.app.directory())
    except StaleAnswers:
        return ""
    return packed
