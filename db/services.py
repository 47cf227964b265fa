"""Queries about services and helplines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import changes
from db.changes import Hidden
from db.documents import HELPLINE, SERVICE, dump
from db.listings import ServiceChangeRow
from db.models import HelplineRow, ServiceRow
from directory import facts
from directory.history import Cause, Deed
from directory.model import Confidence, Helpline, Service

Mark = tuple[int | None, datetime, date | None]
_AT_ONCE = 500  # ids in one query: SQLite takes 32,766, older ones 999


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, as ids in the order of the pack.

    *kept*: what a person confirmed differs and was left alone. *hidden*: no longer in the pack.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]
    hidden: tuple[str, ...]


async def published(session: AsyncSession) -> tuple[Service, ...]:
    """Return the services that are not hidden, in the order of the pack."""
    rows = await session.execute(
        select(ServiceRow.record, ServiceRow.doubted_on)
        .where(ServiceRow.hidden_at.is_(None))
        .order_by(ServiceRow.position, ServiceRow.id)
    )
    return tuple(_service(record, doubted_on) for record, doubted_on in rows)


async def marks(session: AsyncSession) -> dict[str, Mark]:
    """Return a mark of each service that is not hidden, in the order of the pack.

    It is another one after every change of the service: its history tells where clocks do not.
    """
    newest = (
        select(ServiceChangeRow.service_id, func.max(ServiceChangeRow.id).label("entry"))
        .group_by(ServiceChangeRow.service_id)
        .subquery()
    )
    rows = await session.execute(
        select(ServiceRow.id, newest.c.entry, ServiceRow.changed_at, ServiceRow.doubted_on)
        .outerjoin(newest, newest.c.service_id == ServiceRow.id)
        .where(ServiceRow.hidden_at.is_(None))
        .order_by(ServiceRow.position, ServiceRow.id)
    )
    return {row.id: (row.entry, row.changed_at, row.doubted_on) for row in rows}


async def some(session: AsyncSession, service_ids: Sequence[str]) -> dict[str, Service]:
    """Return those of the services that are not hidden, by id."""
    found: dict[str, Service] = {}
    for start in range(0, len(service_ids), _AT_ONCE):
        rows = await session.execute(
            select(ServiceRow.record, ServiceRow.doubted_on).where(
                ServiceRow.id.in_(service_ids[start : start + _AT_ONCE]),
                ServiceRow.hidden_at.is_(None),
            )
        )
        services = [_service(record, doubted_on) for record, doubted_on in rows]
        found |= {service.id: service for service in services}
    return found


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
    return _service(row.record, row.doubted_on)


def _service(record: dict[str, Any], doubted_on: date | None) -> Service:
    service = SERVICE.validate_python(record)
    return service if doubted_on is None else replace(service, doubted_on=doubted_on)


async def is_empty(session: AsyncSession) -> bool:
    """Say whether no pack has been imported."""
    return (await session.scalars(select(ServiceRow.id).limit(1))).first() is None


async def version(session: AsyncSession) -> str:
    """Return a mark that is another one after every change of services or helplines."""
    services = select(
        func.count(), func.count(ServiceRow.hidden_at), func.max(ServiceRow.changed_at)
    )
    # clocks of two processes differ, and who is first to get an id may be last to commit
    entries = select(func.count(), func.max(ServiceChangeRow.id))
    doubts = select(ServiceRow.id, ServiceRow.doubted_on).where(ServiceRow.doubted_on.is_not(None))
    lines = select(HelplineRow.id, HelplineRow.changed_at)
    queries = (services, entries, doubts.order_by(ServiceRow.id), lines.order_by(HelplineRow.id))
    marks = [(await session.execute(query)).all() for query in queries]
    return repr([tuple(row) for rows in marks for row in rows])


async def confirm(
    session: AsyncSession, service_id: str, *, by: int, now: datetime, today: date
) -> bool:
    """Note that a person confirmed all facts *today* (the city's day); False if it is unknown.

    The record becomes of high confidence, and no import overwrites it from then on.
    """
    row = await changes.locked(session, service_id)
    if row is None or row.hidden_at is not None:
        return False
    service = SERVICE.validate_python(row.record)
    sure = replace(service, confirmed_on=today, confidence=Confidence.HIGH)
    await changes.put(session, sure, Deed(Cause.COORDINATOR, now, by))
    row.confirmed_by, row.confirmed_at, row.changed_at, row.doubted_on = by, now, now, None
    await session.flush()
    return True


async def import_pack(
    session: AsyncSession,
    services: Sequence[Service],
    helplines: Sequence[Helpline],
    now: datetime,
) -> ImportReport:
    """Make what the directory has of the pack equal to it, except what a person confirmed.

    Services of other sources are left alone. Twice does no harm: the second time all are
    unchanged.
    """
    rows = await session.scalars(select(ServiceRow).where(ServiceRow.source.is_(None)))
    before = {row.id: row for row in rows}
    done: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": [], "kept": []}
    for position, service in enumerate(services):
        row = before.pop(service.id, None)
        done[await _put(session, row, service, position, now)].append(service.id)
    await _replace_helplines(session, helplines, now)
    gone = await _hide(session, before, now)
    return ImportReport(**{what: tuple(ids) for what, ids in done.items()}, hidden=gone)


async def _put(
    session: AsyncSession, row: ServiceRow | None, service: Service, position: int, now: datetime
) -> str:
    """Store one service and say what that was: added, changed, unchanged or kept."""
    deed = Deed(Cause.PACK, now)
    if row is None:
        await changes.add(session, service, deed, position=position)
        return "added"
    row.position, row.seen_at = position, now
    service = facts.sealed(service)
    current = SERVICE.validate_python(row.record)
    wanted = facts.merged(current, service, now.date())
    changed = await changes.put(session, wanted, deed)
    back = row.hidden_reason == Hidden.GONE and await changes.hide(session, row.id, None, deed)
    if changed or back:
        return "changed"
    return "unchanged" if wanted == service else "kept"


async def _hide(
    session: AsyncSession, left: dict[str, ServiceRow], now: datetime
) -> tuple[str, ...]:
    """Hide the rows that the pack has no more, unless a person confirmed or kept them."""
    deed = Deed(Cause.PACK, now)
    kept = await changes.kept(session, left)
    shown = [row.id for row in left.values() if row.confirmed_at is None and row.hidden_at is None]
    going = [each for each in shown if each not in kept]
    for each in going:
        await changes.hide(session, each, Hidden.GONE, deed)
    return tuple(sorted(going))


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
