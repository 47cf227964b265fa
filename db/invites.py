"""Queries about invitations; a token is hashed at once and never stored."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import InviteRow
from people.invites import Invite


async def create(
    session: AsyncSession,
    token: str,
    organisation: str,
    *,
    by: int,
    now: datetime,
    expires: datetime,
) -> int:
    """Store an invitation for *token* and return its id."""
    row = InviteRow(
        token_hash=_hash(token),
        organisation=organisation,
        created_by=by,
        created_at=now,
        expires_at=expires,
    )
    session.add(row)
    await session.flush()
    return row.id


async def use(session: AsyncSession, token: str, person_id: int, now: datetime) -> str | None:
    """Use up the invitation and return its organisation; None if it is not open (any more).

    One UPDATE, so of two people with one link exactly one becomes a partner.
    """
    used = await session.scalars(
        update(InviteRow)
        .where(InviteRow.token_hash == _hash(token), *_open(now))
        .values(used_by=person_id, used_at=now)
        .returning(InviteRow.organisation)
    )
    return used.one_or_none()


async def revoke(session: AsyncSession, invite_id: int, now: datetime) -> bool:
    """Close an open invitation; False if it was not open any more."""
    closed = await session.scalars(
        update(InviteRow)
        .where(InviteRow.id == invite_id, *_open(now))
        .values(revoked_at=now)
        .returning(InviteRow.id)
    )
    return closed.one_or_none() is not None


async def open_invites(session: AsyncSession, now: datetime) -> list[Invite]:
    """Return the invitations that can still be used, oldest first."""
    rows = await session.scalars(select(InviteRow).where(*_open(now)).order_by(InviteRow.id))
    return [
        Invite(row.id, row.organisation, row.created_by, row.created_at, row.expires_at)
        for row in rows
    ]


def _open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        InviteRow.used_at.is_(None),
        InviteRow.revoked_at.is_(None),
        InviteRow.expires_at > now,
    )


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
