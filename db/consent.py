"""Queries that take an update back from newcomers who do not want its news any more.

Who gets an update is frozen when it is approved; what somebody stops after that counts all the
same, up to the moment at which their copy leaves.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.documents import SHAPE
from db.models import AlertRow
from db.sending import BroadcastRow, RecipientRow
from delivery.broadcast import Audience, Narrowing
from delivery.model import Status

_ANYWHERE = ""  # the district of an alert for the whole city


async def withdraw(session: AsyncSession, chat_id: int, now: datetime) -> int:
    """Skip the waiting copies of what no alert of the chat asks for any more; return how many.

    To be called in the transaction that ends or pauses alerts, after it. What has left stays,
    and can still be corrected or taken back: that changes a message, and sends none.
    """
    name = _campaign()
    waiting = await session.execute(
        select(RecipientRow.id, BroadcastRow.shape)
        .join(BroadcastRow, name == RecipientRow.campaign)
        .where(RecipientRow.chat_id == chat_id, RecipientRow.status == Status.QUEUED)
        .where(BroadcastRow.audience == Audience.ALERTS)
    )
    rows = await session.execute(
        select(AlertRow.need, AlertRow.district).where(
            AlertRow.chat_id == chat_id, AlertRow.paused_at.is_(None)
        )
    )
    alerts = [(need, district) for need, district in rows]
    unwanted = [
        copy_id
        for copy_id, shape in waiting
        if not any(
            _is_about(_narrowing(shape), need=need, district=district) for need, district in alerts
        )
    ]
    if unwanted:
        await session.execute(
            update(RecipientRow)
            .where(RecipientRow.id.in_(unwanted), RecipientRow.status == Status.QUEUED)
            .values(status=Status.SKIPPED, claimed_until=None, settled_at=now)
            .execution_options(synchronize_session=False)
        )
    return len(unwanted)


def is_stopped() -> ColumnElement[bool]:
    """Return the condition that a copy is of newcomers' news and its chat has stopped all of it.

    For what would make a copy wait again: another attempt, a restart, a retry by hand.
    """
    alerts = select(AlertRow.chat_id).where(
        AlertRow.chat_id == RecipientRow.chat_id, AlertRow.paused_at.is_(None)
    )
    news = select(_campaign()).where(BroadcastRow.audience == Audience.ALERTS)
    return RecipientRow.campaign.in_(news) & ~alerts.exists()


def _campaign() -> ColumnElement[str]:
    """Return the outbox's name of an update (`handlers.reports.campaign`)."""
    return literal("broadcast:", String) + cast(BroadcastRow.id, String)


def _narrowing(shape: Any) -> Narrowing:  # Any: a JSON document
    return Narrowing() if shape is None else SHAPE.validate_python(shape).only


def _is_about(only: Narrowing, *, need: str, district: str) -> bool:
    return (not only.needs or need in only.needs) and (
        not only.districts or district in (*only.districts, _ANYWHERE)
    )
