"""Queries about the messages of a chat that can still be deleted there."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.sending import RecipientRow
from db.upsert import insert
from db.voice import ShownRow


async def note(
    session: AsyncSession, chat_id: int, message_ids: Collection[int], *, now: datetime
) -> None:
    """Remember that these messages are in the chat."""
    await session.execute(
        insert(session, ShownRow)
        .values([{"chat_id": chat_id, "message_id": each, "shown_at": now} for each in message_ids])
        .on_conflict_do_nothing(index_elements=["chat_id", "message_id"])
    )


async def known(session: AsyncSession, chat_id: int, *, since: datetime) -> list[int]:
    """Return the ids of the chat's messages since that moment, oldest first.

    Answers are noted here, what left through the outbox there.
    """
    answers = await session.scalars(
        select(ShownRow.message_id).where(ShownRow.chat_id == chat_id, ShownRow.shown_at >= since)
    )
    sent = await session.scalars(
        select(RecipientRow.message_ids).where(
            RecipientRow.chat_id == chat_id, RecipientRow.settled_at >= since
        )
    )
    return sorted({*answers, *(each for ids in sent for each in ids)})


async def gone(session: AsyncSession, chat_id: int, message_ids: Collection[int]) -> None:
    """Forget these messages: they were deleted."""
    await session.execute(
        delete(ShownRow).where(ShownRow.chat_id == chat_id, ShownRow.message_id.in_(message_ids))
    )


async def purge(session: AsyncSession, *, before: datetime) -> int:
    """Forget all that were shown before that moment; return how many."""
    found = await session.scalars(
        delete(ShownRow).where(ShownRow.shown_at < before).returning(ShownRow.message_id)
    )
    return len(found.all())
