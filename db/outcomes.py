"""Queries about counts: what came of looking for help, and what people say of a service."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.upsert import insert
from db.voice import OutcomeRow, ServiceOutcomeRow
from people.voice import Asked, Counted, Outcome


async def count(session: AsyncSession, week: str, outcome: Outcome, asked: Asked) -> None:
    """Count one more *outcome* in that ISO week: in all, and by each part that is known."""
    parts = [("", ""), *((part, value) for part, value in asked.parts() if value)]
    for part, value in parts:
        key = {"week": week, "outcome": outcome.value, "need": asked.need}
        key |= {"part": part, "value": value}
        await session.execute(
            insert(session, OutcomeRow)
            .values(**key, count=1)
            .on_conflict_do_update(index_elements=list(key), set_={"count": OutcomeRow.count + 1})
        )


async def count_service(session: AsyncSession, week: str, service_id: str, outcome: str) -> int:
    """Count one more *outcome* of a service in that week; return how many there are now."""
    key = {"week": week, "service_id": service_id, "outcome": outcome}
    found = await session.scalar(
        insert(session, ServiceOutcomeRow)
        .values(**key, count=1)
        .on_conflict_do_update(
            index_elements=list(key), set_={"count": ServiceOutcomeRow.count + 1}
        )
        .returning(ServiceOutcomeRow.count)
    )
    return found or 0


async def counted(session: AsyncSession, *, since: str) -> list[Counted]:
    """Return every count from the ISO week *since* on."""
    rows = await session.scalars(select(OutcomeRow).where(OutcomeRow.week >= since))
    return [
        Counted(row.week, Outcome(row.outcome), row.need, row.part, row.value, row.count)
        for row in rows
    ]


async def of_services(session: AsyncSession, *, since: str) -> dict[tuple[str, str], int]:
    """Return how often each (service, outcome) was said from the ISO week *since* on."""
    rows = await session.scalars(select(ServiceOutcomeRow).where(ServiceOutcomeRow.week >= since))
    found: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row.service_id, row.outcome)
        found[key] = found.get(key, 0) + row.count
    return found


async def purge(session: AsyncSession, *, before: str) -> int:
    """Delete the counts of weeks before that one; return how many rows."""
    total = 0
    for table in (OutcomeRow, ServiceOutcomeRow):
        rows = await session.scalars(delete(table).where(table.week < before).returning(table.week))
        total += len(rows.all())
    return total
