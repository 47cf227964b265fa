"""Queries about who can help with an urgent update."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import PersonRow
from db.sending import BroadcastAnswerRow
from db.upsert import insert
from people.answers import Answer
from people.model import Role

_HELP = BroadcastAnswerRow.helps.is_(True)


async def add(session: AsyncSession, broadcast_id: int, chat_id: int, now: datetime) -> bool:
    """Note that the person can help; False if that was noted before."""
    values = {"broadcast_id": broadcast_id, "chat_id": chat_id}
    done = await session.scalars(
        insert(session, BroadcastAnswerRow)
        .values(**values, helps=True, at=now)
        .on_conflict_do_nothing(index_elements=list(values))
        .returning(BroadcastAnswerRow.chat_id)
    )
    return done.one_or_none() is not None


async def remove(session: AsyncSession, broadcast_id: int, chat_id: int) -> None:
    """Forget that the person can help, and what they wrote about it."""
    await session.execute(delete(BroadcastAnswerRow).where(*_of(broadcast_id, chat_id)))


async def write(session: AsyncSession, broadcast_id: int, chat_id: int, text: str) -> bool:
    """Keep what the person wrote in place of earlier words; False if they cannot help any more."""
    done = await session.scalars(
        update(BroadcastAnswerRow)
        .where(*_of(broadcast_id, chat_id))
        .values(text=text)
        .returning(BroadcastAnswerRow.chat_id)
    )
    return done.one_or_none() is not None


async def count(session: AsyncSession, broadcast_id: int) -> int:
    """Return how many people can help."""
    wanted = select(func.count()).where(BroadcastAnswerRow.broadcast_id == broadcast_id, _HELP)
    return await session.scalar(wanted) or 0


async def page(
    session: AsyncSession, broadcast_id: int, *, limit: int, offset: int
) -> list[Answer]:
    """Return who can help, those who answered first come first."""
    rows = await session.execute(
        select(
            BroadcastAnswerRow.chat_id,
            BroadcastAnswerRow.at,
            BroadcastAnswerRow.text,
            PersonRow.role,
            PersonRow.organisation,
            PersonRow.language,
        )
        .outerjoin(PersonRow, PersonRow.person_id == BroadcastAnswerRow.chat_id)
        .where(BroadcastAnswerRow.broadcast_id == broadcast_id, _HELP)
        .order_by(BroadcastAnswerRow.at, BroadcastAnswerRow.chat_id)
        .limit(limit)
        .offset(offset)
    )
    return [
        Answer(
            row.chat_id,
            row.at,
            Role(row.role) if row.role is not None else Role.NEWCOMER,
            row.organisation,
            row.language,
            row.text,
        )
        for row in rows
    ]


def _of(broadcast_id: int, chat_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        BroadcastAnswerRow.broadcast_id == broadcast_id,
        BroadcastAnswerRow.chat_id == chat_id,
    )
