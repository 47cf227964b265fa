"""Takes what tells a confidential place out of what is kept beside the services themselves."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.listings import ProposalRow, ServiceChangeRow
from db.models import DraftRow
from directory import disclosure, editing
from directory.editing import State
from directory.facts import PLACE_FIELDS

_Fields = list[dict[str, Any]]  # Any: JSON, as in `FieldChange`


async def forget(session: AsyncSession, service_id: str, now: datetime) -> None:
    """Leave in history, proposals and drafts of a service nothing that tells its place.

    Of the history goes each field that had or has a text with it; a proposal is emptied whole,
    and withdrawn if it waits; a draft may hold anything, so it goes.
    """
    query = select(ServiceChangeRow).where(ServiceChangeRow.service_id == service_id)
    entries = (await session.scalars(query)).all()
    proposed = select(ProposalRow).where(ProposalRow.service_id == service_id)
    proposals = (await session.scalars(proposed)).all()
    rows: list[ServiceChangeRow | ProposalRow] = [*entries, *proposals]
    lines = {line for row in rows for line in _address_lines(row.fields)}
    for entry in entries:
        kept = [each for each in entry.fields if not _tells([each], lines)]
        if kept != entry.fields:
            entry.fields = kept
    for proposal in proposals:
        if _tells(proposal.fields, lines) or not proposal.fields:
            proposal.fields = []
            if proposal.state == State.PENDING:
                proposal.state, proposal.decided_at = State.WITHDRAWN, now
    drafts = await session.scalars(select(DraftRow).where(DraftRow.kind == editing.DRAFT))
    for draft in drafts:
        if draft.payload.get("service") == service_id:
            await session.delete(draft)
    await session.flush()


def _tells(fields: _Fields, lines: set[str]) -> bool:
    """Say whether *fields* tell a place, or repeat one of the *lines* of its address."""
    if any(each["field"] in PLACE_FIELDS for each in fields):
        return True
    said = " ".join(f"{each['old']} {each['new']}" for each in fields)
    return disclosure.tells_place(said) or any(line in said.casefold() for line in lines)


def _address_lines(fields: _Fields) -> Iterator[str]:
    """Yield the lines of addresses in *fields*, without the last one: the town."""
    for each in fields:
        for value in (each["old"], each["new"]):
            places = value if each["field"] == "other_places" else [{each["field"]: value}]
            for place in places or ():
                address = place.get("address") or {}
                for line in address.get("lines", ())[:-1]:
                    if re.search(r"\w", line):
                        yield line.casefold()
