"""Queries about messages to the partnership and about people who asked to be asked."""

from datetime import date, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.upsert import insert
from db.voice import CheckInRow, TipRow
from people.voice import Tip


async def add(
    session: AsyncSession, chat_id: int, language: str, text: str, *, now: datetime
) -> int | None:
    """Store a message and return its number; None while an earlier one waits for its answer."""
    return await session.scalar(
        insert(session, TipRow)
        .values(chat_id=chat_id, language=language, text=text, written_at=now)
        .on_conflict_do_nothing(
            index_elements=["chat_id"], index_where=TipRow.answered_at.is_(None)
        )
        .returning(TipRow.id)
    )


async def find(session: AsyncSession, tip_id: int) -> Tip | None:
    """Return the message, without whose it is; None when it is deleted."""
    row = await session.get(TipRow, tip_id, populate_existing=True)
    return None if row is None else _tip(row)


async def own(session: AsyncSession, tip_id: int, chat_id: int) -> Tip | None:
    """Return the message if it is this person's own, else None."""
    row = await session.scalar(select(TipRow).where(TipRow.id == tip_id, TipRow.chat_id == chat_id))
    return None if row is None else _tip(row)


async def waiting(session: AsyncSession) -> list[Tip]:
    """Return the messages without an answer, oldest first."""
    rows = await session.scalars(
        select(TipRow).where(TipRow.answered_at.is_(None)).order_by(TipRow.written_at)
    )
    return [_tip(row) for row in rows]


async def settle(
    session: AsyncSession, tip_id: int, answer: str | None, *, now: datetime
) -> int | None:
    """Store the answer (None: there is none to give) and return the chat that waits for it.

    None when the message is gone or was settled before: two coordinators cannot both answer.
    """
    return await session.scalar(
        update(TipRow)
        .where(TipRow.id == tip_id, TipRow.answered_at.is_(None))
        .values(answer=answer, answered_at=now)
        .returning(TipRow.chat_id)
    )


async def purge(session: AsyncSession, *, before: datetime) -> int:
    """Delete messages written before that moment; return how many."""
    gone = await session.scalars(
        delete(TipRow).where(TipRow.written_at < before).returning(TipRow.id)
    )
    return len(gone.all())


async def check_in(session: AsyncSession, chat_id: int, due_on: date) -> None:
    """Ask this person on that day; asking again moves the day."""
    await session.execute(
        insert(session, CheckInRow)
        .values(chat_id=chat_id, due_on=due_on)
        .on_conflict_do_update(index_elements=["chat_id"], set_={"due_on": due_on})
    )


async def take_due(session: AsyncSession, today: date, limit: int) -> list[int]:
    """Delete up to *limit* check-ins that are due and return their chats."""
    due = (
        select(CheckInRow.chat_id)
        .where(CheckInRow.due_on <= today)
        .order_by(CheckInRow.due_on, CheckInRow.chat_id)
        .limit(limit)
    )
    gone = await session.scalars(
        delete(CheckInRow).where(CheckInRow.chat_id.in_(due)).returning(CheckInRow.chat_id)
    )
    return sorted(gone)


async def oldest_waiting(session: AsyncSession) -> datetime | None:
    """Return when the oldest message without an answer was written."""
    return await session.scalar(
        select(func.min(TipRow.written_at)).where(TipRow.answered_at.is_(None))
    )


def _tip(row: TipRow) -> Tip:
    return Tip(row.id, row.language, row.text, row.written_at, row.answer)
