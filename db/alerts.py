"""Queries about the news that newcomers ask for, by need and part of the city."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import erasures
from db.documents import SHAPE
from db.models import AlertRow
from db.sending import BROADCAST_CAMPAIGN, BroadcastRow, RecipientRow
from db.upsert import insert
from delivery.broadcast import Audience
from delivery.model import Status
from directory.alerting import ANYWHERE, MOST, Alert, fits


async def of(session: AsyncSession, chat_id: int) -> list[Alert]:
    """Return what the chat asked for, paused or not, by need and district."""
    rows = await session.execute(
        select(AlertRow.need, AlertRow.district, AlertRow.created_on)
        .where(AlertRow.chat_id == chat_id)
        .order_by(AlertRow.need, AlertRow.district)
    )
    return [Alert(*row) for row in rows]


async def ask(
    session: AsyncSession, chat_id: int, wanted: Alert, language: str, *, now: datetime
) -> bool:
    """Store what the chat asked for, or begin its half year anew; False if it has too many.

    What was said last of a need counts: the whole city takes the place of its parts, and a
    part that of the whole city.
    """
    kept = {(each.need, each.district) for each in await of(session, chat_id)}
    whole = wanted.district == ANYWHERE
    kept = {each for each in kept if each[0] != wanted.need or (each[1] == ANYWHERE) == whole}
    if len(kept | {(wanted.need, wanted.district)}) > MOST:
        return False
    other = AlertRow.district != ANYWHERE if whole else AlertRow.district == ANYWHERE
    await session.execute(
        delete(AlertRow).where(AlertRow.chat_id == chat_id, AlertRow.need == wanted.need, other)
    )
    again = {"language": language, "created_on": wanted.created_on, "paused_at": None}
    await session.execute(
        insert(session, AlertRow)
        .values(chat_id=chat_id, need=wanted.need, district=wanted.district, **again)
        .on_conflict_do_update(index_elements=["chat_id", "need", "district"], set_=again)
    )
    await _skip_unasked(session, chat_id, now)
    return True


async def drop(
    session: AsyncSession, chat_id: int, need: str, district: str, *, now: datetime
) -> None:
    """Delete one alert of the chat; harmless when there is none. What waits for it is skipped."""
    await session.execute(
        delete(AlertRow).where(
            AlertRow.chat_id == chat_id, AlertRow.need == need, AlertRow.district == district
        )
    )
    await _skip_unasked(session, chat_id, now)


async def stop(session: AsyncSession, chat_id: int, *, now: datetime) -> bool:
    """Delete every alert of the chat, skip what waits because of them; False if it had none.

    A mark stays (`db.erasures`), so that no backup brings them back.
    """
    gone = await session.scalars(
        delete(AlertRow).where(AlertRow.chat_id == chat_id).returning(AlertRow.need)
    )
    if had := bool(gone.all()):
        await erasures.put(session, {erasures.alerts_mark(chat_id): now})
    await _skip_unasked(session, chat_id, now)
    return had


async def stop_again(session: AsyncSession, marks: Collection[str], now: datetime) -> int:
    """Stop the alerts of every chat with one of *marks*, after a restore; return how many."""
    chats = await session.scalars(select(AlertRow.chat_id).distinct().order_by(AlertRow.chat_id))
    late = [each for each in chats if erasures.alerts_mark(each) in marks]
    for chat_id in late:
        await stop(session, chat_id, now=now)
    return len(late)


def campaigns() -> Select[str]:
    """Return what selects the campaigns that leave only because somebody asked for them."""
    return select(BROADCAST_CAMPAIGN).where(BroadcastRow.audience == Audience.ALERTS)


def is_stopped() -> ColumnElement[bool]:
    """Return the condition that a copy is of such a campaign and its chat has stopped all news.

    For what would make a copy wait again: another attempt, a restart, a retry by hand.
    """
    asks = select(AlertRow.chat_id).where(
        AlertRow.chat_id == RecipientRow.chat_id, AlertRow.paused_at.is_(None)
    )
    return RecipientRow.campaign.in_(campaigns()) & ~asks.exists()


async def _skip_unasked(session: AsyncSession, chat_id: int, now: datetime) -> None:
    """Skip what waits for the chat though no alert of it fits any more."""
    waiting = (RecipientRow.chat_id == chat_id, RecipientRow.status == Status.QUEUED)
    found = await session.execute(
        select(RecipientRow.campaign, BroadcastRow.shape)
        .join(BroadcastRow, RecipientRow.campaign == BROADCAST_CAMPAIGN)
        .where(*waiting, BroadcastRow.audience == Audience.ALERTS)
    )
    left = await of(session, chat_id)
    unasked = [campaign for campaign, shape in found if not _is_asked(left, shape)]
    await session.execute(
        update(RecipientRow)
        .where(*waiting, RecipientRow.campaign.in_(unasked))
        .values(status=Status.SKIPPED, settled_at=now)
        .execution_options(synchronize_session=False)
    )


def _is_asked(alerts: Sequence[Alert], shape: Mapping[str, Any] | None) -> bool:
    """Say whether an alert fits an update of this *shape*, a checked document of ours."""
    if shape is None:
        return bool(alerts)
    only = SHAPE.validate_python(shape).only
    return any(fits(each, only.needs, only.districts) for each in alerts)
