"""Queries about changes that partners propose, and the way every approved change is written."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import changes
from db.documents import SERVICE, dump
from db.listings import ProposalRow, ServiceOwnerRow
from db.models import ServiceRow
from directory import editing, history
from directory.editing import Proposal, State
from directory.history import Change, Deed, FieldChange
from directory.model import Service


async def propose(
    session: AsyncSession,
    service_id: str,
    fields: Sequence[FieldChange],
    *,
    by: int,
    now: datetime,
) -> Proposal:
    """Store a change that waits for a coordinator; it takes the place of others of the same.

    Raises:
        LookupError: there is no such service, or it is hidden.
    """
    row = await changes.locked(session, service_id)  # so that of two at once one is the newer
    if row is None or row.hidden_at is not None:
        raise LookupError(service_id)
    wanted = editing.touched(fields)
    for other in await waiting(session, service_id):
        if wanted & editing.touched(other.fields):
            await move(session, other.id, State.WITHDRAWN, by=None, now=now)
    made = ProposalRow(
        service_id=service_id,
        fields=[asdict(each) for each in fields],
        proposed_by=by,
        proposed_at=now,
        state=State.PENDING,
    )
    session.add(made)
    await session.flush()
    return _proposal(made)


async def find(session: AsyncSession, proposal_id: int) -> Proposal | None:
    """Return one proposal, decided or not."""
    row = await session.get(ProposalRow, proposal_id, populate_existing=True)
    return None if row is None else _proposal(row)


async def waiting(session: AsyncSession, service_id: str | None = None) -> list[Proposal]:
    """Return what waits for a coordinator, oldest first; of all services or of one."""
    query = select(ProposalRow).where(ProposalRow.state == State.PENDING)
    if service_id is not None:
        query = query.where(ProposalRow.service_id == service_id)
    rows = await session.scalars(query.order_by(ProposalRow.id))
    return [_proposal(row) for row in rows]


async def move(
    session: AsyncSession, proposal_id: int, new: State, *, by: int | None, now: datetime
) -> Proposal | None:
    """Decide a proposal that waits and return it; None if it does not wait any more.

    One UPDATE, so of two people who decide at once exactly one does. *by*: the coordinator.
    """
    moved = await session.scalars(
        update(ProposalRow)
        .where(ProposalRow.id == proposal_id, ProposalRow.state == State.PENDING)
        .values(state=new, decided_by=by, decided_at=now)
        .returning(ProposalRow.id)
        .execution_options(synchronize_session=False)
    )
    return None if moved.one_or_none() is None else await find(session, proposal_id)


async def change(
    session: AsyncSession,
    service_id: str,
    fields: Sequence[FieldChange],
    deed: Deed,
    said: Callable[[Service], Service],
) -> Change | None:
    """Make a change of a service and return its entry in the history, None if it changes nothing.

    *said* adds whose word it is.

    Raises:
        ChangedSince: a field is not any more as it was before.
        LookupError: there is no such service, or it is hidden.
    """
    row = await changes.locked(session, service_id)
    if row is None or row.hidden_at is not None:
        raise LookupError(service_id)
    current = dump(SERVICE, SERVICE.validate_python(row.record))
    service = said(SERVICE.validate_python(history.applied(current, fields)))
    if not await changes.put(session, service, deed):
        return None
    return (await changes.of_service(session, service_id, limit=1))[0]


async def stored(session: AsyncSession, service_id: str) -> Service | None:
    """Return a service as it is stored, hidden or not."""
    row = await session.get(ServiceRow, service_id, populate_existing=True)
    return None if row is None else SERVICE.validate_python(row.record)


async def named(session: AsyncSession, person_id: int) -> set[str]:
    """Return the services that a person answers for by name."""
    found = select(ServiceOwnerRow.service_id).where(ServiceOwnerRow.person_id == person_id)
    return set(await session.scalars(found))


async def counts(session: AsyncSession) -> Counter[str]:
    """Return how many changes wait for a coordinator, by service."""
    found = select(ProposalRow.service_id).where(ProposalRow.state == State.PENDING)
    return Counter(await session.scalars(found))


async def purge(session: AsyncSession, before: datetime) -> int:
    """Delete what was decided before that moment; return how many."""
    gone = await session.scalars(
        delete(ProposalRow)
        .where(ProposalRow.decided_at < before)
        .returning(ProposalRow.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def _proposal(row: ProposalRow) -> Proposal:
    return Proposal(
        id=row.id,
        service_id=row.service_id,
        fields=tuple(FieldChange(**each) for each in row.fields),
        by=row.proposed_by,
        at=row.proposed_at,
        state=State(row.state),
    )
