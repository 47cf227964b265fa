"""Queries about what people are in the middle of writing."""

from datetime import datetime

from sqlalchemy import delete as delete_from
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import DraftRow
from db.upsert import insert
from people.drafts import Draft


async def find(session: AsyncSession, person_id: int) -> Draft | None:
    """Return the person's open draft, or None."""
    row = await session.get(DraftRow, person_id, populate_existing=True)
    return Draft(row.person_id, row.kind, row.step, row.payload) if row is not None else None


async def put(session: AsyncSession, draft: Draft, now: datetime) -> None:
    """Store the draft in place of the person's earlier one."""
    values = {
        "kind": draft.kind,
        "step": draft.step,
        "payload": dict(draft.payload),
        "updated_at": now,
    }
    await session.execute(
        insert(session, DraftRow)
        .values(person_id=draft.person_id, **values)
        .on_conflict_do_update(index_elements=["person_id"], set_=values)
    )


async def take(session: AsyncSession, person_id: int) -> Draft | None:
    """Delete the person's draft and return it; of two at the same moment one gets None."""
    gone = await session.execute(
        delete_from(DraftRow)
        .where(DraftRow.person_id == person_id)
        .returning(DraftRow.kind, DraftRow.step, DraftRow.payload)
        .execution_options(synchronize_session=False)
    )
    row = gone.one_or_none()
    return None if row is None else Draft(person_id, *row)


async def delete(session: AsyncSession, person_id: int) -> None:
    """Delete the person's draft; harmless when there is none."""
    await session.execute(delete_from(DraftRow).where(DraftRow.person_id == person_id))


async def purge(session: AsyncSession, before: datetime) -> int:
    """Delete drafts that nobody touched since *before*; return how many."""
    gone = await session.scalars(
        delete_from(DraftRow).where(DraftRow.updated_at < before).returning(DraftRow.person_id)
    )
    return len(gone.all())
