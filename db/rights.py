"""Queries about the confirmations of rights cards: one row a card, the newest word."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import RightConfirmationRow
from db.upsert import insert
from directory.rights import Confirmation


async def confirmations(
    session: AsyncSession, card_ids: Sequence[str] | None = None
) -> dict[str, Confirmation]:
    """Return what is confirmed, by the card's id; also what is out of date.

    *card_ids*: only about these cards.
    """
    query = select(RightConfirmationRow).order_by(RightConfirmationRow.card_id)
    if card_ids is not None:
        query = query.where(RightConfirmationRow.card_id.in_(card_ids))
    rows = await session.scalars(query)
    return {
        row.card_id: Confirmation(
            card_id=row.card_id,
            fingerprint=row.fingerprint,
            by=row.confirmed_by,
            at=row.confirmed_at,
            valid_until=row.valid_until,
            asked_at=row.asked_at,
        )
        for row in rows
    }


async def confirm(session: AsyncSession, given: Confirmation) -> None:
    """Keep *given*; an earlier word about the same card is replaced, also when it was asked for."""
    values = {
        "fingerprint": given.fingerprint,
        "confirmed_by": given.by,
        "confirmed_at": given.at,
        "valid_until": given.valid_until,
        "asked_at": given.asked_at,
    }
    table = RightConfirmationRow
    adding = insert(session, table).values(card_id=given.card_id, **values)
    await session.execute(adding.on_conflict_do_update(index_elements=[table.card_id], set_=values))


async def withdraw(session: AsyncSession, card_id: str) -> bool:
    """Take the word about a card back; False if there was none."""
    gone = await session.scalars(
        delete(RightConfirmationRow)
        .where(RightConfirmationRow.card_id == card_id)
        .returning(RightConfirmationRow.card_id)
    )
    return gone.one_or_none() is not None


async def mark_asked(session: AsyncSession, card_ids: Sequence[str], now: datetime) -> None:
    """Note that coordinators were asked *now* to look at these cards again."""
    await session.execute(
        update(RightConfirmationRow)
        .where(RightConfirmationRow.card_id.in_(card_ids))
        .values(asked_at=now)
    )
