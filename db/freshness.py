"""Queries of the freshness loop: rounds, owners, and what somebody must look into."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.changes import Hidden
from db.documents import SERVICE
from db.listings import (
    ProposalRow,
    ServiceChangeRow,
    ServiceCheckRow,
    ServiceOwnerRow,
    ServiceTaskRow,
)
from db.models import PersonRow, ServiceRow
from db.upsert import insert
from directory.freshness import Answer, Round, Step
from directory.history import Cause
from directory.model import Service
from people.model import Person, Role
from people.owners import Staff

WARNED = "hide"  # the kind of task that announces: it will be hidden
PHONED = "call"  # the kind of task that notes: it was phoned
_BY_PEOPLE = (Cause.OWNER, Cause.COORDINATOR)  # taking an import back says nothing about today
_BY_THE_LOOP = (Hidden.UNCONFIRMED, Hidden.EXPIRED)
_ROWS_AT_ONCE = 500  # parameters of one statement stay far below both databases' limits
_NOTED_IN = {
    Step.ASK: ServiceCheckRow.asked_at,
    Step.REMIND: ServiceCheckRow.reminded_at,
    Step.ESCALATE: ServiceCheckRow.escalated_at,
    Step.LOWER: ServiceCheckRow.lowered_at,
}


class Outcome(StrEnum):
    """What came of a task."""

    RIGHT = "right"  # somebody looked into it: all is right
    CHANGED = "changed"  # somebody put something right
    CLOSED = "closed"  # the service has closed
    KEPT = "kept"  # it stays on show for a while
    NO_ANSWER = "no_answer"  # nobody picked up the phone
    HIDDEN = "hidden"  # what was announced was done


@dataclass(frozen=True, slots=True)
class Task:
    """Something about a service that somebody must look into, and since when."""

    service_id: str
    kind: str
    opened_at: datetime
    reports: int


async def rounds(session: AsyncSession) -> dict[str, Round]:
    """Return where each service is in the loop, by its id."""
    found = await session.scalars(select(ServiceCheckRow))
    return {row.service_id: _round(row) for row in found}


async def find(session: AsyncSession, service_id: str) -> Round | None:
    """Return where one service is in the loop, None before its first round was planned."""
    row = await session.get(ServiceCheckRow, service_id, populate_existing=True)
    return None if row is None else _round(row)


async def begin(session: AsyncSession, due: Mapping[str, datetime]) -> None:
    """Plan when services are asked about for the first time; a plan that is there stays."""
    rows = [{"service_id": service_id, "due_at": at} for service_id, at in due.items()]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        await session.execute(
            insert(session, ServiceCheckRow)
            .values(rows[start : start + _ROWS_AT_ONCE])
            .on_conflict_do_nothing(index_elements=["service_id"])
        )


async def note(
    session: AsyncSession, step: Step, service_ids: Sequence[str], now: datetime
) -> set[str]:
    """Note that *step* was done for services; return those for which it was not noted before.

    So of two processes that ask at the same moment, one does.
    """
    column, noted = _NOTED_IN[step], set[str]()
    for start in range(0, len(service_ids), _ROWS_AT_ONCE):
        some = service_ids[start : start + _ROWS_AT_ONCE]
        done = await session.scalars(
            update(ServiceCheckRow)
            .where(ServiceCheckRow.service_id.in_(some), column.is_(None))
            .values({column.key: now})
            .returning(ServiceCheckRow.service_id)
            .execution_options(synchronize_session=False)
        )
        noted.update(done)
    return noted


async def answered(
    session: AsyncSession, service_id: str, answer: Answer, due: datetime, now: datetime
) -> None:
    """Note an *answer* and begin the next round at *due*."""
    values: dict[str, object] = {
        "due_at": due,
        "asked_at": None,
        "reminded_at": None,
        "escalated_at": None,
        "lowered_at": None,
        "answered_at": now,
        "answer": answer,
    }
    await session.execute(
        insert(session, ServiceCheckRow)
        .values(service_id=service_id, **values)
        .on_conflict_do_update(index_elements=["service_id"], set_=values)
        .execution_options(synchronize_session=False)
    )


async def oldest_due(session: AsyncSession, now: datetime) -> datetime | None:
    """Return since when the question that waits longest has been due; only of what is shown."""
    return await session.scalar(
        select(func.min(ServiceCheckRow.due_at))
        .join(ServiceRow, ServiceRow.id == ServiceCheckRow.service_id)
        .where(ServiceRow.hidden_at.is_(None), ServiceCheckRow.asked_at.is_(None))
        .where(ServiceCheckRow.due_at <= now)
    )


async def staff(session: AsyncSession) -> Staff:
    """Return everybody with a role who has not blocked the bot, and who was named for what."""
    people = await session.scalars(
        select(PersonRow)
        .where(PersonRow.role != Role.NEWCOMER, PersonRow.paused_at.is_(None))
        .order_by(PersonRow.person_id)
    )
    found = [
        Person(row.person_id, row.language, Role(row.role), row.organisation) for row in people
    ]
    named = await session.scalars(select(ServiceOwnerRow))
    return Staff(tuple(found), {row.service_id: row.person_id for row in named})


async def name_owner(
    session: AsyncSession, service_id: str, person_id: int | None, now: datetime
) -> None:
    """Let one person answer for a service; None: its organisation's partners again."""
    if person_id is None:
        gone = delete(ServiceOwnerRow).where(ServiceOwnerRow.service_id == service_id)
        await session.execute(gone)
        return
    values = {"person_id": person_id, "since": now}
    await session.execute(
        insert(session, ServiceOwnerRow)
        .values(service_id=service_id, **values)
        .on_conflict_do_update(index_elements=["service_id"], set_=values)
    )


async def said(session: AsyncSession, service_id: str | None = None) -> dict[str, datetime]:
    """Return when a person last changed or vouched for each service that one did."""
    query = (
        select(ServiceChangeRow.service_id, func.max(ServiceChangeRow.at))
        .where(ServiceChangeRow.cause.in_(_BY_PEOPLE))
        .group_by(ServiceChangeRow.service_id)
    )
    if service_id is not None:
        query = query.where(ServiceChangeRow.service_id == service_id)
    rows = await session.execute(query)
    return {row[0]: row[1] for row in rows}


async def proposed(session: AsyncSession, *, since: datetime) -> set[str]:
    """Return the services of which a change waits for a coordinator, proposed not before *since*.

    A proposal of which nothing is left to decide does not count.
    """
    rows = await session.execute(
        select(ProposalRow.service_id, ProposalRow.fields).where(
            ProposalRow.decided_at.is_(None), ProposalRow.proposed_at >= since
        )
    )
    return {service_id for service_id, fields in rows if fields}


async def silenced(session: AsyncSession) -> tuple[Service, ...]:
    """Return the services that the loop has hidden, in the order of the pack."""
    records = await session.scalars(
        select(ServiceRow.record)
        .where(ServiceRow.hidden_reason.in_(_BY_THE_LOOP))
        .order_by(ServiceRow.position, ServiceRow.id)
    )
    return tuple(SERVICE.validate_python(record) for record in records)


async def stored(session: AsyncSession, service_id: str) -> tuple[Service, Hidden | None] | None:
    """Return a service, shown or not, and why it is not; nobody else may change it meanwhile."""
    row = await session.get(ServiceRow, service_id, with_for_update=True, populate_existing=True)
    if row is None:
        return None
    reason = None if row.hidden_reason is None else Hidden(row.hidden_reason)
    return SERVICE.validate_python(row.record), reason


async def open_task(
    session: AsyncSession, service_id: str, kind: str, now: datetime, *, reports: int = 1
) -> int:
    """Open a task, or count one more report of the open one; return how many there are."""
    found = await session.scalar(
        insert(session, ServiceTaskRow)
        .values(service_id=service_id, kind=kind, opened_at=now, reports=reports)
        .on_conflict_do_update(
            index_elements=["service_id", "kind"],
            index_where=ServiceTaskRow.closed_at.is_(None),
            set_={"reports": ServiceTaskRow.reports + reports},
        )
        .returning(ServiceTaskRow.reports)
    )
    return found or 0


async def open_tasks(session: AsyncSession, service_id: str | None = None) -> list[Task]:
    """Return what waits for somebody, oldest first."""
    query = (
        select(ServiceTaskRow)
        .where(ServiceTaskRow.closed_at.is_(None))
        .order_by(ServiceTaskRow.opened_at, ServiceTaskRow.id)
    )
    if service_id is not None:
        query = query.where(ServiceTaskRow.service_id == service_id)
    rows = await session.scalars(query)
    return [Task(row.service_id, row.kind, row.opened_at, row.reports) for row in rows]


async def close_tasks(
    session: AsyncSession,
    service_ids: Iterable[str],
    outcome: Outcome,
    now: datetime,
    *,
    by: int | None = None,
    kind: str | None = None,
) -> int:
    """Close the open tasks of services that were open at *now*; return how many.

    Only of one *kind*, if it is given.
    """
    query = update(ServiceTaskRow).where(
        ServiceTaskRow.service_id.in_(list(service_ids)),
        ServiceTaskRow.closed_at.is_(None),
        ServiceTaskRow.opened_at <= now,
    )
    if kind is not None:
        query = query.where(ServiceTaskRow.kind == kind)
    done = await session.scalars(
        query.values(closed_at=now, closed_by=by, outcome=outcome)
        .returning(ServiceTaskRow.id)
        .execution_options(synchronize_session=False)
    )
    return len(done.all())


async def closed_since(
    session: AsyncSession, kind: str, outcome: Outcome, since: datetime
) -> dict[str, datetime]:
    """Return when a task of *kind* last ended with *outcome*, by service, not before *since*."""
    rows = await session.execute(
        select(ServiceTaskRow.service_id, func.max(ServiceTaskRow.closed_at))
        .where(ServiceTaskRow.kind == kind, ServiceTaskRow.outcome == outcome)
        .where(ServiceTaskRow.closed_at >= since)
        .group_by(ServiceTaskRow.service_id)
    )
    return {service_id: at for service_id, at in rows if at is not None}


async def phoned(session: AsyncSession, service_id: str, *, by: int, now: datetime) -> None:
    """Note that a coordinator phoned in vain."""
    await open_task(session, service_id, PHONED, now)
    await close_tasks(session, [service_id], Outcome.NO_ANSWER, now, by=by, kind=PHONED)


async def purge(session: AsyncSession, *, before: datetime) -> int:
    """Delete the tasks closed before that moment; return how many."""
    gone = await session.scalars(
        delete(ServiceTaskRow).where(ServiceTaskRow.closed_at < before).returning(ServiceTaskRow.id)
    )
    return len(gone.all())


def _round(row: ServiceCheckRow) -> Round:
    return Round(
        service_id=row.service_id,
        due_at=row.due_at,
        asked_at=row.asked_at,
        reminded_at=row.reminded_at,
        escalated_at=row.escalated_at,
        lowered_at=row.lowered_at,
        answered_at=row.answered_at,
        answer=row.answer,
    )
