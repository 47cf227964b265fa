"""How an approved update leaves: frozen into the outbox, at its time, and once more on its days."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

import db.amendments
import db.audiences
import db.broadcasts
import db.outbox
import locales
from delivery import timing
from delivery.amendment import Kind as Change
from delivery.broadcast import Broadcast, State
from delivery.model import CampaignState, Kind
from delivery.policy import STALE_AFTER, TOO_OLD
from delivery.price import most_stars
from handlers import broadcast_screens, notify, repeat_screens, reports
from handlers.context import App

log = logging.getLogger(__name__)


async def reach(
    session: AsyncSession, app: App, broadcast: Broadcast
) -> tuple[Mapping[str, int], int | None]:
    """Return how many get *broadcast* if it leaves now, by language, and what it costs at most.

    By the query that freezes them. The cost is None where nothing is paid for.
    """
    chats = await db.audiences.members(session, broadcast.audience, broadcast.shape.only)
    counts = Counter(locales.choose(each.language) for each in chats)
    return counts, _stars(app, broadcast, len(chats))


def _stars(app: App, broadcast: Broadcast, chats: int) -> int | None:
    each = 1 if broadcast.shape.attachment is None else 2
    return most_stars(chats * each) if app.paid else None


async def queue(
    session: AsyncSession, app: App, broadcast: Broadcast, *, not_before: datetime
) -> int:
    """Freeze who gets which words: one recipient row each, a message per language.

    Return how many recipients there are.
    """
    campaign, now, queued = reports.campaign(broadcast.id), app.clock(), 0
    by_language: dict[str, list[db.outbox.Address]] = {}
    for each in await db.audiences.members(session, broadcast.audience, broadcast.shape.only):
        by_language.setdefault(locales.choose(each.language), []).append(each.address)
    await db.outbox.open_campaign(session, campaign, Kind.URGENT, now)
    for language, addresses in sorted(by_language.items()):
        content = broadcast_screens.update(
            locales.translator(language),
            broadcast.id,
            broadcast.texts,
            broadcast.shape,
            broadcast.audience,
        )
        queued += await db.outbox.enqueue(
            session, campaign, language, content, addresses, now, not_before=not_before
        )
    return queued


async def knock(app: App) -> None:
    """Let leave what is due: scheduled updates, and repeats, each once."""
    now = app.clock()
    async with app.sessions() as session:
        due = await db.broadcasts.due(session, now)
        repeating = await db.broadcasts.repeating(session, app.today())
    for broadcast in due:
        await _leave(app, broadcast)
    for origin in repeating:
        await _repeat(app, origin)


def first_time(broadcast: Broadcast) -> datetime:
    """Return the moment from which the repeats of an approved update count."""
    return broadcast.send_at or broadcast.decided_at or broadcast.created_at


def next_time(app: App, broadcast: Broadcast) -> datetime | None:
    """Return when an update that repeats is sent again, None when it is not."""
    every, until = broadcast.shape.every, broadcast.until
    if every is None or until is None:
        return None
    first = first_time(broadcast)
    return timing.next_repeat(first, every, until, app.clock(), app.zone)


async def _leave(app: App, broadcast: Broadcast) -> None:
    """Queue a scheduled update whose time has come, unless somebody was faster."""
    assert broadcast.send_at is not None
    async with app.sessions.begin() as session:
        if await db.broadcasts.release(session, broadcast.id, broadcast.send_at):
            occasion = f"notice:broadcast:{broadcast.id}:leaves"
            await _go(session, app, broadcast, broadcast.send_at, occasion)


async def _repeat(app: App, origin: Broadcast) -> None:
    """Send *origin* once more if it is due: a broadcast of its own, one for each day.

    The notice's name holds the day and is unique in the database, so of two processes one
    gets to make the row. What missed its time by more than a repeat's day is left out for
    the newest one.
    """
    if origin.shape.every is None or origin.until is None:
        return
    first, now = first_time(origin), app.clock()
    due = timing.repeat_due(first, origin.shape.every, origin.until, now, app.zone)
    if due is None:
        return
    day = due.astimezone(app.zone).date()
    occasion = f"notice:repeat:{origin.id}:{day:%Y%m%d}"
    async with app.sessions() as session:
        if await db.outbox.find(session, occasion) is not None:
            return
    async with app.sessions.begin() as session:
        if not await db.outbox.open_campaign(session, occasion, Kind.NOTICE, now):
            return
        stands = await db.broadcasts.find(session, origin.id)
        if stands is None or stands.until is None or stands.until < day:
            return  # ended since it was read
        earlier = [stands, *await db.broadcasts.repeats(session, origin.id)]
        if await _was_stopped(session, earlier):
            await db.broadcasts.end_repeat(session, origin.id, day - timedelta(days=1))
            return
        words = await _corrected(session, stands, earlier)
        made = await db.broadcasts.repeat(session, words, send_at=due, now=now)
        await _go(session, app, made, due, occasion, next_time(app, origin))


async def _was_stopped(session: AsyncSession, earlier: Sequence[Broadcast]) -> bool:
    """Say whether a coordinator stopped or recalled the update or one of its repeats."""
    for each in earlier:
        found = await db.outbox.find(session, reports.campaign(each.id))
        if found is not None and found.state is CampaignState.CANCELLED:
            return True
    return False


async def _corrected(
    session: AsyncSession, origin: Broadcast, earlier: Sequence[Broadcast]
) -> Broadcast:
    """Return *origin* with the newest words that it, or one of its repeats, was given since."""
    corrections = [
        (change.decided_at, change.id, change.texts)
        for each in earlier
        for change in await db.amendments.of(session, each.id)
        if change.kind is Change.CORRECT and change.state is State.APPROVED and change.decided_at
    ]
    if not corrections:
        return origin
    _, _, texts = max(corrections, key=lambda each: each[:2])
    return replace(origin, texts=texts, shape=replace(origin.shape, machine=()))


async def _go(
    session: AsyncSession,
    app: App,
    broadcast: Broadcast,
    due: datetime,
    occasion: str,
    following: datetime | None = None,
) -> None:
    """Queue the update and tell the coordinators; what is too late asks them first."""
    now = app.clock()
    queued = await queue(session, app, replace(broadcast, send_at=due), not_before=now)
    price = _stars(app, broadcast, queued)
    campaign = reports.campaign(broadcast.id)
    if now - due > STALE_AFTER[Kind.URGENT]:
        await db.outbox.set_state(session, campaign, CampaignState.HELD, TOO_OLD, now)
        log.warning("update held: its time has passed", extra={"broadcast_id": broadcast.id})
        return  # `campaigns.tell_halted` tells them
    await notify.coordinators(
        session,
        occasion,
        lambda t: repeat_screens.leaving(t, broadcast, following, app.zone, price),
        now=now,
    )
    log.info("update leaves as planned", extra={"broadcast_id": broadcast.id})
