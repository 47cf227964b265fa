"""Writing down what somebody with a role did: a line in the audit log, same transaction."""

from sqlalchemy.ext.asyncio import AsyncSession

import db.audit
from handlers.context import Context


async def note(
    session: AsyncSession, context: Context, action: str, subject: str | int, **detail: object
) -> None:
    """Note that the person of this update did *action* to *subject*; commits nothing.

    *detail* holds counts and codes, never words that somebody wrote.
    """
    await db.audit.record(
        session,
        actor=context.person.id,
        action=action,
        subject=str(subject),
        now=context.app.clock(),
        detail=detail or None,
    )
