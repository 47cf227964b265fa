"""Queries about who has read an urgent update. Groups and channels read nothing: only people."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.sending import MessageRow, RecipientRow
from delivery.model import Status


async def got(session: AsyncSession, campaign: str, chat_id: int) -> bool:
    """Say whether anything of the campaign has arrived in the chat."""
    found = select(RecipientRow.id).where(
        RecipientRow.campaign == campaign,
        RecipientRow.chat_id == chat_id,
        # the answer to a press can come before the copy is settled
        (RecipientRow.parts_sent > 0) | (RecipientRow.status == Status.SENDING),
    )
    return await session.scalar(found) is not None


async def read(session: AsyncSession, campaign: str, chat_id: int, now: datetime) -> None:
    """Note when the person says that they have read it; the first time counts."""
    await session.execute(
        update(RecipientRow)
        .where(RecipientRow.campaign == campaign, RecipientRow.chat_id == chat_id)
        .where(RecipientRow.read_at.is_(None))
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )


async def counts(session: AsyncSession, campaign: str) -> tuple[int, int]:
    """Return how many people got it, and how many of them say that they have read it."""
    row = await session.execute(
        select(func.count(), func.count(RecipientRow.read_at)).where(*_got_by_people(campaign))
    )
    people, have_read = row.one()
    return people, have_read


async def unread(session: AsyncSession, campaign: str) -> list[tuple[int, str]]:
    """Return who got it and has not said that they have read it, with their copy's variant."""
    rows = await session.execute(
        select(RecipientRow.chat_id, MessageRow.variant)
        .join(MessageRow, MessageRow.id == RecipientRow.message_id)
        .where(*_got_by_people(campaign), RecipientRow.read_at.is_(None))
        .order_by(RecipientRow.chat_id)
    )
    return [(chat_id, variant) for chat_id, variant in rows if chat_id is not None]


def _got_by_people(campaign: str) -> tuple[ColumnElement[bool], ...]:
    return (
        RecipientRow.campaign == campaign,
        RecipientRow.chat_id > 0,  # the numbers of groups and channels are negative
        RecipientRow.status == Status.SENT,
    )
