"""Writing services: every change of one goes through here and leaves its entry in the history."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import traces
from db.documents import SERVICE, dump
from db.listings import ServiceChangeRow
from db.models import ServiceRow
from directory import editing, facts, freshness, history
from directory.history import HIDDEN, Cause, Change, Deed, FieldChange
from directory.model import Checker, Service

_BY_SOURCES = (Cause.PACK, Cause.IMPORT)


class Hidden(StrEnum):
    """Why a service is not shown."""

    GONE = "gone"  # its source has it no more
    CLOSED = "closed"  # its owner or a coordinator said so
    UNCONFIRMED = "unconfirmed"  # nobody has answered for long whether it is still right
    EXPIRED = "expired"  # its facts were valid until a day that has passed
    WITHDRAWN = "withdrawn"  # a coordinator took it out


async def add(
    session: AsyncSession,
    service: Service,
    deed: Deed,
    *,
    position: int,
) -> None:
    """Store a new service; its entry in the history has no fields: before, there was nothing."""
    service = facts.sealed(service)
    origin = service.origin
    session.add(
        ServiceRow(
            id=service.id,
            position=position,
            record=dump(SERVICE, service),
            audience=service.audience,
            source=None if origin is None else origin.source,
            seen_at=deed.at,
            changed_at=deed.at,
        )
    )
    _note(session, service.id, deed, ())


async def put(session: AsyncSession, service: Service, deed: Deed) -> tuple[FieldChange, ...]:
    """Store *service* in the place of the record with its id; return what that changed.

    Nothing is written where nothing changes. Whether it is hidden, and since when it is
    doubted, stay as they are. Of a confidential location neither the record nor the history,
    a proposal or a draft keeps an address, not even an earlier one.

    Raises:
        LookupError: there is no service of this id.
    """
    service = facts.sealed(service)
    row = await locked(session, service.id)
    if row is None:
        raise LookupError(service.id)
    # through the model, so that a field that is new in this version is no change
    before = dump(SERVICE, SERVICE.validate_python(row.record))
    record = dump(SERVICE, service)
    fields = history.diff(before, record)
    if not fields:
        return ()
    row.record, row.audience, row.changed_at = record, service.audience, deed.at
    row.source = None if service.origin is None else service.origin.source
    _note(session, service.id, deed, fields)
    await session.flush()
    if any(place.confidential_location for place in service.places):
        await traces.forget(session, service.id, deed.at)
    return fields


async def hide(session: AsyncSession, service_id: str, reason: Hidden | None, deed: Deed) -> bool:
    """Hide a service for *reason*, or show it again (None); False if that changes nothing."""
    row = await locked(session, service_id)
    if row is None or row.hidden_reason == reason:
        return False
    change = FieldChange(HIDDEN, row.hidden_reason, reason)
    row.hidden_at, row.hidden_reason = None if reason is None else deed.at, reason
    row.changed_at = deed.at
    _note(session, service_id, deed, (change,))
    await session.flush()
    return True


async def doubt(
    session: AsyncSession, service_id: str, since: date | None, *, now: datetime
) -> bool:
    """Note since when nobody has answered for the service, or that somebody did (None).

    Not a fact about the service, so not in its history. False if that changes nothing.
    """
    row = await locked(session, service_id)
    if row is None or row.doubted_on == since:
        return False
    row.doubted_on, row.changed_at = since, max(row.changed_at, now)
    await session.flush()
    return True


async def undo(session: AsyncSession, change_id: int, *, by: int, now: datetime) -> Change:
    """Take a change back and return the entry that was taken back.

    What an import had changed is from then on the word of the coordinator *by*, which the next
    one leaves alone; see also `kept`.

    Raises:
        ChangedSince: a field of it was changed again, or the change added the service.
        LookupError: there is no such change or service.
    """
    entry = await session.get(ServiceChangeRow, change_id)
    row = None if entry is None else await locked(session, entry.service_id)
    if entry is None or row is None:
        raise LookupError(change_id)
    change = change_of(entry)
    if not change.fields:
        raise history.ChangedSince
    deed = Deed(Cause.UNDO, now, by, undoes=change_id)
    for each in change.fields:
        if each.field == HIDDEN:
            if row.hidden_reason != each.new:
                raise history.ChangedSince
            old = None if each.old is None else Hidden(each.old)
            await hide(session, row.id, old, deed)
    if any(each.field != HIDDEN for each in change.fields):
        await _put_back(session, row, change, deed)
    return change


async def _put_back(session: AsyncSession, row: ServiceRow, change: Change, deed: Deed) -> None:
    """Set the fields of *change* to their old values."""
    fields = [each for each in change.fields if each.field != HIDDEN]
    current = dump(SERVICE, SERVICE.validate_python(row.record))
    service = SERVICE.validate_python(history.applied(current, history.reversed_(fields)))
    if change.deed.cause in _BY_SOURCES:
        day = deed.at.date()
        until = day + freshness.period(service) + freshness.WORD_LASTS
        service = editing.vouched(
            service, fields, by=Checker.COORDINATOR, on=day, valid_until=until
        )
    await put(session, service, deed)
    if service.confirmed_on is None:
        row.confirmed_at = row.confirmed_by = None
    elif row.confirmed_at is None:  # that nobody had confirmed it was taken back
        row.confirmed_at, row.confirmed_by = deed.at, deed.by
    await session.flush()


async def kept(session: AsyncSession, service_ids: Collection[str]) -> set[str]:
    """Return those of the services that stay although their source has them no more.

    A person took back that they were hidden for it. That holds until the source has one again.
    """
    rows = await session.execute(
        select(ServiceChangeRow.service_id, ServiceChangeRow.fields)
        .join(ServiceRow, ServiceRow.id == ServiceChangeRow.service_id)
        .where(ServiceChangeRow.cause == Cause.UNDO, ServiceChangeRow.at >= ServiceRow.seen_at)
    )
    shown = asdict(FieldChange(HIDDEN, Hidden.GONE, None))
    return {each for each, fields in rows if each in service_ids and shown in fields}


async def of_service(session: AsyncSession, service_id: str, *, limit: int = 50) -> list[Change]:
    """Return the history of a service, the newest entry first."""
    rows = await session.scalars(
        select(ServiceChangeRow)
        .where(ServiceChangeRow.service_id == service_id)
        .order_by(ServiceChangeRow.id.desc())
        .limit(limit)
    )
    return [change_of(row) for row in rows]


async def forget_actors(session: AsyncSession, before: datetime) -> int:
    """Empty who made each change until that moment; return of how many."""
    emptied = await session.scalars(
        update(ServiceChangeRow)
        .where(ServiceChangeRow.at < before, ServiceChangeRow.actor_id.is_not(None))
        .values(actor_id=None)
        .returning(ServiceChangeRow.id)
        .execution_options(synchronize_session=False)
    )
    return len(emptied.all())


async def find(session: AsyncSession, change_id: int) -> Change | None:
    """Return one entry of the history."""
    row = await session.get(ServiceChangeRow, change_id)
    return None if row is None else change_of(row)


async def locked(session: AsyncSession, service_id: str) -> ServiceRow | None:
    """Return the row of a service, hidden or not, that nobody else may change meanwhile."""
    return await session.get(ServiceRow, service_id, with_for_update=True, populate_existing=True)


def _note(
    session: AsyncSession, service_id: str, deed: Deed, fields: Sequence[FieldChange]
) -> None:
    session.add(
        ServiceChangeRow(
            service_id=service_id,
            at=deed.at,
            actor_id=deed.by,
            cause=deed.cause,
            why=deed.why,
            fields=[asdict(each) for each in fields],
            undoes=deed.undoes,
        )
    )


def change_of(row: ServiceChangeRow) -> Change:
    """Return an entry of the history as the rest of the program knows it."""
    return Change(
        id=row.id,
        service_id=row.service_id,
        deed=Deed(Cause(row.cause), row.at, row.actor_id, row.why, row.undoes),
        fields=tuple(FieldChange(**each) for each in row.fields),
    )
