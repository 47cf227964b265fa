"""Queries that change what people have got: which copies, and what is done with each.

A wording's variant is a language, and after a correction the language and the correction's
number (``ar@2``): so it can be told from the rows alone which copies have which words.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import outbox
from db.documents import CONTENT, dump
from db.sending import MessageRow, RecipientRow
from db.upsert import insert
from delivery.model import Act, Content, Status

Wording = Callable[[str], Content]
"""Returns the words of a language."""
_WAITS = (Status.QUEUED, Status.UNKNOWN, Status.FAILED)  # may leave later: once more, by hand


def language(variant: str) -> str:
    """Return the language of a wording."""
    return variant.partition("@")[0]


def generation(variant: str) -> int:
    """Return the number of the correction that a wording is from, 0 for the first words."""
    return int(variant.partition("@")[2] or 0)


async def correct(  # noqa: PLR0913  (whose copies, by what, in which words, since when)
    session: AsyncSession,
    campaign: str,
    by: str,
    wording: Wording,
    now: datetime,
    *,
    number: int,
    since: datetime | None = None,
) -> int:
    """Give every copy of *campaign* the words of correction *number*; return how many are new.

    What waits leaves with the new words; what has left is edited by the campaign *by*. To be
    called again for what arrived *since*: a copy that is on its way at this moment has the old
    words and is found next time.
    """
    old: dict[str, list[int]] = {}
    for message_id, variant in (await _variants(session, campaign)).items():
        if generation(variant) < number:
            old.setdefault(language(variant), []).append(message_id)
    queued = 0
    for code, message_ids in sorted(old.items()):
        content = wording(code)
        await _reword(session, campaign, message_ids, f"{code}@{number}", content)
        edit = replace(content, attachment=None, act=Act.EDIT)
        addresses = [
            outbox.Address(chat_id, targets=tuple(ids[-len(content.parts) :]))
            for chat_id, ids, pieces in await _arrived(session, message_ids, since)
            if pieces == content.pieces
        ]
        queued += await outbox.enqueue(session, by, code, edit, addresses, now)
    return queued


async def recall(
    session: AsyncSession,
    campaign: str,
    by: str,
    wording: Wording,
    now: datetime,
    *,
    since: datetime | None = None,
) -> int:
    """Take back what arrived of *campaign* by the campaign *by*; return how many are new.

    To be called again for what arrived *since*, as `correct` is.
    """
    queued = 0
    for message_id, variant in (await _variants(session, campaign)).items():
        code = language(variant)
        addresses = [
            outbox.Address(chat_id, targets=tuple(ids))
            for chat_id, ids, _ in await _arrived(session, [message_id], since)
        ]
        queued += await outbox.enqueue(session, by, code, wording(code), addresses, now)
    return queued


async def behind(
    session: AsyncSession, campaign: str, by: str, since: datetime, *, number: int | None = None
) -> bool:
    """Say whether a copy of *campaign* still needs what *by* does to those that arrived before.

    So it is when it is on its way, or arrived *since* with words from before the correction
    *number* (None: whatever its words).
    """
    old = [
        message_id
        for message_id, variant in (await _variants(session, campaign)).items()
        if number is None or generation(variant) < number
    ]
    changed = select(RecipientRow.chat_id).where(
        RecipientRow.campaign == by, RecipientRow.chat_id.is_not(None)
    )
    found = (
        select(RecipientRow.id)
        .where(RecipientRow.message_id.in_(old), RecipientRow.chat_id.not_in(changed))
        .where(
            RecipientRow.status.in_([Status.QUEUED, Status.SENDING])
            | (RecipientRow.parts_sent > 0) & (RecipientRow.settled_at >= since)
        )
    )
    return await session.scalar(found.limit(1)) is not None


async def _variants(session: AsyncSession, campaign: str) -> Mapping[int, str]:
    rows = await session.execute(
        select(MessageRow.id, MessageRow.variant).where(MessageRow.campaign == campaign)
    )
    return {row.id: row.variant for row in rows}


async def _arrived(
    session: AsyncSession, message_ids: Collection[int], since: datetime | None
) -> list[tuple[int, list[int], int]]:
    """Return the chats with something of these wordings: message ids, and how many pieces."""
    wanted = (
        select(RecipientRow.chat_id, RecipientRow.message_ids, RecipientRow.parts_sent)
        .where(RecipientRow.message_id.in_(message_ids), RecipientRow.parts_sent > 0)
        .where(RecipientRow.chat_id.is_not(None), RecipientRow.status != Status.GONE)
        .order_by(RecipientRow.chat_id)
    )
    if since is not None:
        wanted = wanted.where(RecipientRow.settled_at >= since)
    rows = await session.execute(wanted)
    return [(chat_id, ids, parts) for chat_id, ids, parts in rows if chat_id is not None and ids]


async def _reword(
    session: AsyncSession,
    campaign: str,
    message_ids: Collection[int],
    variant: str,
    content: Content,
) -> None:
    """Let the copies that have not left whole leave with other words.

    A claim on one of them is void: its holder still has the old words.
    """
    waiting = RecipientRow.message_id.in_(message_ids) & RecipientRow.status.in_(_WAITS)
    if await session.scalar(select(RecipientRow.id).where(waiting).limit(1)) is None:
        return
    await session.execute(
        insert(session, MessageRow)
        .values(campaign=campaign, variant=variant, content=dump(CONTENT, content))
        .on_conflict_do_nothing(index_elements=["campaign", "variant"])
    )
    new = select(MessageRow.id).where(
        MessageRow.campaign == campaign, MessageRow.variant == variant
    )
    await session.execute(
        update(RecipientRow)
        .where(waiting)
        .values(
            message_id=new.scalar_subquery(), claims=RecipientRow.claims + 1, claimed_until=None
        )
        .execution_options(synchronize_session=False)
    )
