"""Steering what is being sent: look, pause, go on, stop for good, try again, remind."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Message, Update

import db.mails
import db.outbox
import db.reports
from delivery.model import Campaign, CampaignState
from delivery.policy import FROM_BACKUP, TOO_OLD
from handlers import (
    deeds,
    edition_sending,
    notify,
    reminders,
    reply,
    report_figures,
    report_screens,
    reports,
)
from handlers.access import require
from handlers.broadcast_screens import Named
from handlers.callbacks import StaleButton
from handlers.context import App, Context
from handlers.screens import Screen
from locales.errors import N_, Text
from people.model import Action

_STATES = {
    "pause": CampaignState.PAUSED,
    "resume": CampaignState.ACTIVE,
    "stop": CampaignState.CANCELLED,
}
_WORDED_ANEW = (TOO_OLD, FROM_BACKUP)  # held before anything left
_RENEW = {
    report_screens.DIGEST: edition_sending.renew,
    report_screens.DAILY: edition_sending.renew_daily,
}
_BY_HAND = Text(N_("A coordinator paused it."))


async def pressed(update: Update, context: Context) -> None:
    """Do what the button says, then show the report; what has left is not called back."""
    require(context, Action.BROADCAST)
    assert context.press is not None
    kind, ident, act = (context.press.arg(n) for n in range(3))
    name = report_screens.named(kind, ident)
    if name is None or act not in (*_STATES, "look", "retry", "remind"):
        raise StaleButton(act)
    if act in _ASKED and (asks := await _ASKED[act](context, name)) is not None:
        await reply.add(update, context, asks)
        return
    if act == "retry":
        await _retry(context, name)
    elif act == "remind":
        name = await reminders.remind(context, name)
    else:
        await _steer(context, name, act)
    await show(update, context, name)


async def _before_stop(context: Context, name: str) -> Screen | None:
    """Return the question that comes before a campaign is stopped for good, None after a yes.

    Raises:
        StaleButton: there is no such campaign (any more).
    """
    assert context.press is not None
    async with context.app.sessions() as session:
        found = await db.outbox.find(session, name)
        if found is None:
            raise StaleButton(name)
        if context.press.arg(3) == "yes" or found.state is CampaignState.CANCELLED:
            return None
        waiting = await _waiting(session, name)
        about = await report_figures.about(session, name)
    texts = None if about is None else about.texts
    return report_screens.ask_to_stop(context.t, name, waiting, texts)


_ASKED: Mapping[str, Callable[[Context, str], Coroutine[Any, Any, Screen | None]]] = {
    "remind": reminders.asked_first,
    "stop": _before_stop,
}
"""What asks before it is done."""


async def show(update: Update, context: Context, name: str) -> None:
    """Show the report of *name*, and keep this message up to date from now on."""
    app = context.app
    report = await reports.report(
        app.sessions,
        context.t,
        name,
        per_second=app.per_second,
        now=app.clock(),
        named=Named(app.topics, app.districts),
    )
    await reply.show(update, context, report.screen)
    message = update.callback_query.message if update.callback_query else None
    if isinstance(message, Message):
        async with context.app.sessions.begin() as session:
            await db.reports.watch(session, name, message.chat.id, message.message_id)


async def _steer(context: Context, name: str, act: str) -> None:
    """Set the state that *act* wants; "look" wants none.

    Raises:
        StaleButton: there is no such campaign (any more).
    """
    now = context.app.clock()
    async with context.app.sessions.begin() as session:
        found = await db.outbox.find(session, name)
        if found is None:
            raise StaleButton(name)
        if act not in _STATES:
            return
        kind, _, ident = name.partition(":")
        if act == "resume" and kind in _RENEW and found.reason in _WORDED_ANEW:
            await _RENEW[kind](session, context.app, ident)
        reason = _BY_HAND if act in ("pause", "stop") else None
        if await db.outbox.set_state(session, name, _STATES[act], reason, now):
            await deeds.note(session, context, f"{act}_campaign", name)


async def _retry(context: Context, name: str) -> None:
    """Let the copies that failed wait again; those that were sent are not touched."""
    async with context.app.sessions.begin() as session:
        number = await db.reports.retry_failed(session, name, context.app.clock())
        if number:
            few = await report_figures.are_few(session, name, number)
            detail = {} if few else {"copies": number}
            await deeds.note(session, context, "retry_campaign", name, **detail)


async def stopped(app: App) -> list[str]:
    """Return the names of the campaigns that wait for a coordinator, the oldest first."""
    async with app.sessions() as session:
        found = [
            each
            for state in (CampaignState.PAUSED, CampaignState.HELD)
            for each in await db.outbox.in_state(session, state)
        ]
    found.sort(key=lambda each: each.created_at)
    return [each.campaign for each in found if _is_ours(each.campaign)]


async def tell_halted(app: App) -> int:
    """Tell the coordinators of every campaign that stands still, once each time it stopped.

    One that a coordinator paused by hand needs no telling. Return how many were new.
    """
    async with app.sessions() as session:
        found = [
            each
            for state in (CampaignState.PAUSED, CampaignState.HELD)
            for each in await db.outbox.in_state(session, state)
            if each.reason != _BY_HAND and _is_ours(each.campaign)
        ]
        new = [
            (each, await _waiting(session, each.campaign))
            for each in found
            if await db.outbox.find(session, _occasion(each)) is None
        ]
    for campaign, waiting in new:
        await _tell(app, campaign, waiting)
    return len(new)


async def _waiting(session: AsyncSession, name: str) -> int | None:
    """Return how many copies and mails of the campaign wait; None where that is not told."""
    copies, mails = await db.outbox.tally(session, name), await db.mails.tally(session, name)
    if await report_figures.are_few(session, name, copies.total):
        return None
    return copies.queued + mails.queued


def _is_ours(name: str) -> bool:
    return name.partition(":")[0] in report_screens.KINDS.values()


def _occasion(campaign: Campaign) -> str:
    """Return the name of the notice that *campaign* stopped, this time."""
    return f"notice:{campaign.campaign}:{campaign.state_at:%Y%m%dT%H%M%S}"


async def _tell(app: App, campaign: Campaign, waiting: int | None) -> None:
    reason = campaign.reason or Text(N_("Nobody knows why."))
    async with app.sessions.begin() as session:
        about = await report_figures.about(session, campaign.campaign)
        texts = None if about is None else about.texts
        await notify.coordinators(
            session,
            _occasion(campaign),
            lambda t: report_screens.halted(t, campaign.campaign, waiting, t.say(reason), texts),
            now=app.clock(),
        )
