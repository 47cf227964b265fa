"""The log of what coordinators did: who, what, to what; never a text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import AuditRow


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. *actor*: None once they asked to be forgotten, or when the bot did it itself."""

    at: datetime
    actor: int | None
    action: str
    subject: str
    detail: Mapping[str, Any]  # Any: JSON values


async def record(
    session: AsyncSession,
    *,
    actor: int | None,
    action: str,
    subject: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,  # Any: JSON values
) -> None:
    """Add one line; in the transaction of the act itself, so that both happen or neither."""
    session.add(
        AuditRow(
            at=now,
            actor_id=actor,
            action=action,
            subject=subject,
            detail=None if detail is None else dict(detail),
        )
    )
    await session.flush()


async def recent(session: AsyncSession, limit: int) -> list[Entry]:
    """Return the newest *limit* lines, newest first."""
    rows = await session.scalars(
        select(AuditRow).order_by(AuditRow.at.desc(), AuditRow.id.desc()).limit(limit)
    )
    return [Entry(r.at, r.actor_id, r.action, r.subject, r.detail or {}) for r in rows]
