"""What somebody has begun to write is not thrown away for something else without a word."""

from sqlalchemy.ext.asyncio import AsyncSession

import db.drafts
from locales.errors import N_, UserError
from people.drafts import Draft

BROADCAST, POST = "broadcast", "post"  # kinds of drafts
CORRECTION = "correction"  # of an urgent update that was sent
TIME, ALONE = "update_time", "update_alone"


class OtherDraft(UserError):
    """A coordinator is in the middle of an urgent update."""

    message = N_("You are writing an urgent update. Send it, or send /cancel first.")


class OtherPost(OtherDraft):
    """Somebody is in the middle of a post for the digest."""

    message = N_("You are writing a post for the digest. Send it, or send /cancel first.")


async def refuse_other(session: AsyncSession, person_id: int, kind: str) -> None:
    """Let a draft of *kind* be begun if no other has words already.

    Raises:
        OtherDraft: one has.
    """
    other = await db.drafts.find(session, person_id)
    if other is not None and other.kind != kind and _has_words(other):
        raise OtherPost if other.kind == POST else OtherDraft


def _has_words(draft: Draft) -> bool:
    if draft.kind in (BROADCAST, CORRECTION):
        return bool(draft.payload["texts"])
    return draft.kind == POST and bool(draft.payload["post"]["title"])
