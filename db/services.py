"""Queries about services and helplines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.documents import HELPLINE, SERVICE, dump
from db.models import HelplineRow, ServiceRow
from directory.model import Confidence, Helpline, Service


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, as ids in the order of the pack.

    *kept*: confirmed by a person and therefore left alone. *hidden*: no longer in the pack.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]
    hidden: tuple[str, ...]


async def published(session: AsyncSession) -> tuple[Service, ...]:
    """Return the services that are not hidden, in the order of the pack."""
    rows = await session.scalars(
        select(ServiceRow.record)
        .where(ServiceRow.hidden_at.is_(None))
        .order_by(ServiceRow.position, ServiceRow.id)
    )
    return tuple(SERVICE.validate_python(record) for record in rows)


async def helplines(session: AsyncSession) -> tuple[Helpline, ...]:
    """Return the helplines in the order of the pack."""
    rows = await session.scalars(
        select(HelplineRow.record).order_by(HelplineRow.position, HelplineRow.id)
    )
    return tuple(HELPLINE.validate_python(record) for record in rows)


async def find(session: AsyncSession, service_id: str) -> Service | None:
    """Return the service, or None if it is hidden or unknown."""
    row = await session.get(ServiceRow, service_id)
    if row is None or row.hidden_at is not None:
        return None
    return SERVICE.validate_python(row.record)


async def is_empty(session: AsyncSession) -> bool:
    """Say whether no pack has been imported."""
    return (await session.scalars(select(ServiceRow.id).limit(1))).first() is None


async def version(session: AsyncSession) -> str:
    """Return a mark that is another one after every change of services or helplines."""
    services = select(
        func.count(),
        func.count(ServiceRow.confirmed_at),
        func.count(ServiceRow.hidden_at),
        func.max(ServiceRow.changed_at),
        func.max(ServiceRow.hidden_at),
    )
    lines = select(func.count(), func.max(HelplineRow.changed_at))
    marks = [(await session.execute(query)).one() for query in (services, lines)]
    return repr([tuple(mark) for mark in marks])


async def confirm(
    session: AsyncSession, service_id: str, *, by: int, now: datetime, today: date
) -> bool:
    """Note that a person confirmed all facts *today* (the city's day); False if it is unknown.

    The record becomes of high confidence, and no import overwrites it from then on.
    """
    row = await session.get(ServiceRow, service_id, with_for_update=True)
    if row is None or row.hidden_at is not None:
        return False
    service = SERVICE.validate_python(row.record)
    sure = replace(service, confirmed_on=today, confidence=Confidence.HIGH)
    row.record = dump(SERVICE, sure)
    row.confirmed_by, row.confirmed_at, row.changed_at = by, now, now
    await session.flush()
    return True


async def import_pack(
    session: AsyncSession, services: Sequence[Service], helplines: Sequence[Helpline], now: datetime
) -> ImportReport:
    """Make the directory equal to the pack, except what a person has confirmed.

    Twice does no harm: the second time all are unchanged.
    """
    before = {row.id: row for row in await session.scalars(select(ServiceRow))}
    done: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": [], "kept": []}
    for position, service in enumerate(services):
        row = before.pop(service.id, None)
        done[_put(session, row, service, position, now)].append(service.id)
    await _replace_helplines(session, helplines, now)
    return ImportReport(
        **{what: tuple(ids) for what, ids in done.items()}, hidden=_hide(before, now)
    )


def _put(
    session: AsyncSession, row: ServiceRow | None, service: Service, position: int, now: datetime
) -> str:
    """Store one service and say what that was: added, changed, unchanged or kept."""
    record = dump(SERVICE, service)
    if row is None:
        session.add(_row(service, record, position, now))
        return "added"
    row.position = position
    if row.confirmed_at is not None:
        return "kept"
    if row.record == record and row.hidden_at is None:
        return "unchanged"
    row.record, row.audience, row.hidden_at, row.changed_at = record, service.audience, None, now
    return "changed"


def _row(service: Service, record: dict[str, Any], position: int, now: datetime) -> ServiceRow:
    return ServiceRow(
        id=service.id, position=position, record=record, audience=service.audience, changed_at=now
    )


def _hide(left: dict[str, ServiceRow], now: datetime) -> tuple[str, ...]:
    """Hide the rows that the pack has no more, unless a person confirmed them."""
    going = [row for row in left.values() if row.confirmed_at is None and row.hidden_at is None]
    for row in going:
        row.hidden_at = now
    return tuple(sorted(row.id for row in going))


async def _replace_helplines(
    session: AsyncSession, helplines: Sequence[Helpline], now: datetime
) -> None:
    ids = [line.id for line in helplines]
    await session.execute(delete(HelplineRow).where(HelplineRow.id.not_in(ids)))
    before = {row.id: row for row in await session.scalars(select(HelplineRow))}
    for position, line in enumerate(helplines):
        record = dump(HELPLINE, line)
        row = before.get(line.id)
        if row is None:
            session.add(HelplineRow(id=line.id, position=position, record=record, changed_at=now))
        elif row.record != record or row.position != position:
            row.record, row.position, row.changed_at = record, position, now
    await session.flush()
