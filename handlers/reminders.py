"""Reminding those who have not said that they read an urgent update, once.

No second approval: the words were approved, and only the first line is new.
"""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

import db.broadcasts
import db.copies
import db.outbox
import db.receipts
import locales
from delivery.broadcast import Broadcast, State
from delivery.model import Content, Kind
from delivery.price import most_stars
from handlers import broadcast_screens, deeds, report_screens, reports
from handlers.callbacks import StaleButton
from handlers.context import Context
from handlers.screens import Screen, bold, paragraphs
from locales.errors import N_, UserError


class NobodyToRemind(UserError):
    """Everybody has read it, or somebody else pressed the button before."""

    message = N_("Everybody has read it or was reminded already.")


def campaign(broadcast_id: int) -> str:
    """Return the outbox's name for the reminder of an update: there is one."""
    return f"{report_screens.REMIND}:{broadcast_id}"


def content(t: locales.Translator, broadcast: Broadcast) -> Content:
    """Return the update once more, with a first line that says why."""
    sent = broadcast_screens.update(
        t, broadcast.id, broadcast.texts, broadcast.shape, broadcast.audience
    )
    return reminding(t, sent)


def reminding(t: locales.Translator, sent: Content) -> Content:
    """Return an update's words as those of its reminder; nothing comes before them."""
    first, *rest = sent.parts
    why = bold(report_screens.reminds(t))
    return replace(sent, parts=(paragraphs(t, why, first), *rest), attachment=None)


async def asked_first(context: Context, name: str) -> Screen | None:
    """Return the question that comes before a reminder, None when the answer is yes.

    Raises:
        NobodyToRemind, StaleButton: as `remind`.
    """
    assert context.press is not None
    if context.press.arg(3) == "yes":
        return None
    async with context.app.sessions() as session:
        broadcast, unread = await _due(session, name)
    copies = sum(map(len, unread.values()))
    stars = most_stars(copies) if context.app.paid else None
    return report_screens.ask_to_remind(context.t, broadcast, copies, stars)


async def remind(context: Context, name: str) -> str:
    """Queue the reminder of the update that the campaign *name* sent; return its campaign.

    Raises:
        NobodyToRemind: nobody is left, or they were reminded already.
        StaleButton: the update is not there, or asked for no receipts.
    """
    now = context.app.clock()
    async with context.app.sessions.begin() as session:
        broadcast, unread = await _due(session, name)
        reminder = campaign(broadcast.id)
        if not await db.outbox.open_campaign(session, reminder, Kind.URGENT, now):
            raise NobodyToRemind
        for code, chats in sorted(unread.items()):
            words = content(locales.translator(code), broadcast)
            await db.outbox.enqueue(session, reminder, code, words, chats, now)
        copies = sum(map(len, unread.values()))
        await deeds.note(session, context, "remind_broadcast", broadcast.id, copies=copies)
    return reminder


async def _due(session: AsyncSession, name: str) -> tuple[Broadcast, Mapping[str, list[int]]]:
    """Return the update and, by language, the chats that can be reminded of it."""
    kind, _, ident = name.partition(":")
    if kind != report_screens.BROADCAST or not ident.isdigit():
        raise StaleButton(name)
    broadcast = await db.broadcasts.find(session, int(ident))
    if broadcast is None or not broadcast.shape.receipt or broadcast.state != State.APPROVED:
        raise StaleButton(name)
    unread = await _unread(session, broadcast)
    if not unread or await db.outbox.find(session, campaign(broadcast.id)) is not None:
        raise NobodyToRemind
    return broadcast, unread


async def _unread(session: AsyncSession, broadcast: Broadcast) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = {}
    sent = reports.campaign(broadcast.id)
    for chat_id, variant in await db.receipts.unread(session, sent):
        found.setdefault(db.copies.language(variant), []).append(chat_id)
    return found
