"""Services of another source into the directory: first decided, then stored."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import changes
from db.changes import Hidden
from db.documents import SERVICE
from db.models import ServiceRow
from directory import facts
from directory.history import Deed
from directory.model import Service, Status
from directory.oruk.mapping import key as plain
from directory.oruk.report import Outcome

POSITION = 1_000_000  # imported services come after those of the pack, by id
_AT_ONCE = 500  # ids in one query


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one incoming service; *back*: it was gone and is shown again.

    *service*: what is stored: facts that a person vouched for are already in the place of the
    incoming ones. *outcome* None: a service that is closed, and was never here.
    """

    service: Service
    outcome: Outcome | None
    back: bool = False


async def planned(
    session: AsyncSession,
    key: str,
    incoming: Sequence[Service],
    today: date,
    *,
    lock: bool = True,
) -> list[Step]:
    """Return what becomes of the *incoming* services of the source *key*; writes nothing.

    *lock*: nobody else may change them before the transaction ends.
    """
    rows = await _rows(session, [service.id for service in incoming], lock=lock)
    return [_step(rows.get(service.id), key, service, today) for service in incoming]


async def store(session: AsyncSession, steps: Iterable[Step], deed: Deed) -> None:
    """Store what was planned in the same transaction."""
    for step in steps:
        if step.outcome is Outcome.ADDED:
            await changes.add(session, step.service, deed, position=POSITION)
        elif step.outcome is Outcome.CHANGED:
            await changes.put(session, step.service, deed)
        if step.back:
            await changes.hide(session, step.service.id, None, deed)
    await session.flush()


async def droppable(session: AsyncSession, key: str) -> dict[str, str]:
    """Return the shown services of the source *key*: their ids, ours and by that the source's.

    Without those whose whole record a person confirmed or that one keeps on show: they stay when
    the source drops them.
    """
    found = await session.execute(
        select(ServiceRow.id, ServiceRow.record)
        .where(
            ServiceRow.source == key,
            ServiceRow.hidden_at.is_(None),
            ServiceRow.confirmed_at.is_(None),
        )
        .order_by(ServiceRow.id)
    )
    rows = {each: (record.get("origin") or {}).get("id", "") for each, record in found}
    kept = await changes.kept(session, rows)
    return {each: source_id for each, source_id in rows.items() if each not in kept}


async def note_seen(session: AsyncSession, ids: Sequence[str], run: datetime) -> None:
    """Note that the run that began at *run* has met the services *ids*."""
    for some in _batches(sorted(set(ids))):
        await session.execute(update(ServiceRow).where(ServiceRow.id.in_(some)).values(seen_at=run))


async def seen(session: AsyncSession, key: str, run: datetime) -> set[str]:
    """Return the services of the source *key* that the run has met."""
    rows = await session.scalars(
        select(ServiceRow.id).where(ServiceRow.source == key, ServiceRow.seen_at == run)
    )
    return set(rows)


async def hide_gone(session: AsyncSession, ids: Iterable[str], deed: Deed) -> None:
    """Hide services that their source has no more."""
    for each in ids:
        await changes.hide(session, each, Hidden.GONE, deed)


class Others:
    """What other sources have already; says whether a service is one of theirs.

    The same name, and the same phone number, postcode or website: it is one service that two
    sources list. Two services of one name in different towns share none of these.
    """

    def __init__(self, records: Iterable[Mapping[str, Any]]) -> None:
        self._by_name: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for record in records:
            marks = frozenset(_marks_of_record(record))
            self._by_name.setdefault(plain(record["name"]), []).append((record["id"], marks))

    def twin(self, service: Service) -> str | None:
        """Return the id of the service of another source that *service* is, else None."""
        same = self._by_name.get(plain(service.name), ())
        marks = frozenset(_marks(service))
        return next((other for other, theirs in same if marks & theirs), None)


async def others(session: AsyncSession, key: str) -> Others:
    """Return what the pack and sources other than *key* have and show."""
    records = await session.scalars(
        select(ServiceRow.record)
        .where(
            or_(ServiceRow.source.is_(None), ServiceRow.source != key),
            ServiceRow.hidden_at.is_(None),
        )
        .order_by(ServiceRow.position, ServiceRow.id)
    )
    return Others(records)


async def _rows(session: AsyncSession, ids: Sequence[str], *, lock: bool) -> dict[str, ServiceRow]:
    found: dict[str, ServiceRow] = {}
    for some in _batches(sorted(set(ids))):
        query = select(ServiceRow).where(ServiceRow.id.in_(some)).order_by(ServiceRow.id)
        if lock:
            query = query.with_for_update()
        rows = await session.scalars(query.execution_options(populate_existing=True))
        found |= {row.id: row for row in rows}
    return found


def _batches(ids: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def _step(row: ServiceRow | None, key: str, incoming: Service, today: date) -> Step:
    if row is None:
        closed = incoming.status is Status.CLOSED
        return Step(incoming, None if closed else Outcome.ADDED)
    current = SERVICE.validate_python(row.record)
    if row.source != key:
        return Step(current, Outcome.KEPT)
    incoming = facts.sealed(incoming)
    wanted = facts.merged(current, incoming, today)
    back = row.hidden_reason == Hidden.GONE
    if back or wanted != current:
        return Step(wanted, Outcome.CHANGED, back=back)
    # who checked it is ours alone, so it is no difference
    same = replace(
        incoming,
        confirmed_on=current.confirmed_on,
        checks=current.checks,
        doubted_on=current.doubted_on,
        confidence=current.confidence,
    )
    return Step(wanted, Outcome.UNCHANGED if same == current else Outcome.KEPT)


def _marks(service: Service) -> Iterator[str]:
    yield from (phone.number for phone in service.phones)
    if service.address is not None and service.address.postcode:
        yield service.address.postcode
    if host := _host(service.url):
        yield host


def _marks_of_record(record: Mapping[str, Any]) -> Iterator[str]:  # Any: a stored document
    yield from (phone["number"] for phone in record.get("phones") or ())
    address = record.get("address") or {}
    if address.get("postcode"):
        yield address["postcode"]
    if host := _host(record.get("url")):
        yield host


def _host(url: str | None) -> str | None:
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.") or None
    except ValueError:
        return None
