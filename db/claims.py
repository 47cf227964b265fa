"""Queries that move copies: claim, start, settle, and what to do after a crash.

States: queued -> sending -> sent, gone, failed, unknown, or queued again; queued -> skipped.
A copy that was sent never waits again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    bindparam,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db import breaker, people, subscriptions
from db.alerts import is_stopped
from db.documents import CONTENT, TEXT, dump
from db.sending import TURN, CampaignRow, MessageRow, RecipientRow
from delivery.model import CampaignState, Gone, Kind, Parcel, Settlement, Status, TryLater
from delivery.policy import after

CLAIM_FOR = timedelta(minutes=5)
STOPPED = "the bot stopped while this was on its way"

_NO_SYNC = {"synchronize_session": False}  # no rows of these are loaded in such sessions


@dataclass(frozen=True, slots=True)
class Recovered:
    """How many copies a crash had left on their way: sent again, or of unknown fate."""

    again: int
    unknown: int


async def claim(session: AsyncSession, limit: int, now: datetime) -> list[Parcel]:
    """Take up to *limit* due copies for five minutes; they stay queued.

    Notices first, then urgent, then digests, oldest first. Several workers may claim at
    once: none gets a copy twice.
    """
    picked = (
        select(RecipientRow.id)
        .where(
            # written out, so that every plan can see that the index of waiting copies fits
            RecipientRow.status == literal_column(f"'{Status.QUEUED}'"),
            RecipientRow.chat_id.is_not(None),
            _passed(RecipientRow.not_before, now),
            _passed(RecipientRow.claimed_until, now),
            # EXISTS, not IN: SQLite then walks ix_recipients_waiting and stops at the limit
            _active().where(CampaignRow.campaign == RecipientRow.campaign).exists(),
        )
        .order_by(RecipientRow.turn, RecipientRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        # as a plain subquery PostgreSQL may run it more than once
        .cte("picked")
    )
    rows = await session.execute(
        update(RecipientRow)
        .where(RecipientRow.id.in_(select(picked.c.id)))
        .values(claimed_until=now + CLAIM_FOR, claims=RecipientRow.claims + 1)
        .returning(
            RecipientRow.id,
            RecipientRow.chat_id,
            RecipientRow.thread_id,
            RecipientRow.targets,
            RecipientRow.message_id,
            RecipientRow.turn,
            RecipientRow.parts_sent,
            RecipientRow.attempts,
            RecipientRow.claims,
        )
        .execution_options(**_NO_SYNC)
    )
    return await _parcels(session, rows.mappings().all())


async def start(session: AsyncSession, parcels: Sequence[Parcel], now: datetime) -> set[int]:
    """Mark the copies as being sent, just before the call; return the ids that may go.

    Left out: what another worker took over, what was paused, cancelled or forgotten since.
    """
    started = await session.scalars(
        update(RecipientRow)
        .where(
            _claimed(parcels),
            RecipientRow.status == Status.QUEUED,
            RecipientRow.claimed_until > now,
            _passed(RecipientRow.not_before, now),
            RecipientRow.chat_id.is_not(None),
            RecipientRow.campaign.in_(_active()),
        )
        .values(status=Status.SENDING, claimed_until=now + CLAIM_FOR)
        .returning(RecipientRow.id)
        .execution_options(**_NO_SYNC)
    )
    return set(started)


async def release(session: AsyncSession, parcels: Sequence[Parcel], now: datetime) -> None:
    """Give back claims of copies that have not started, so that nobody waits for their end.

    Left out: what another worker has claimed since.
    """
    await session.execute(
        update(RecipientRow)
        .where(
            _claimed(parcels),
            RecipientRow.status == Status.QUEUED,
            RecipientRow.claimed_until > now,
        )
        .values(claimed_until=None)
        .execution_options(**_NO_SYNC)
    )


async def settle(session: AsyncSession, settlements: Sequence[Settlement], now: datetime) -> None:
    """Record what became of started copies, and what follows from it.

    Who is gone is paused, a group that is gone deleted; a chat that moved gets its new id
    everywhere; a chat that asked to wait gets nothing else meanwhile; a campaign in which too
    much fails pauses itself. A late answer for a copy that was given up meanwhile still
    counts, unless another worker has claimed it since.
    """
    if not settlements:
        return
    for each in settlements:
        if each.moved_to is not None:
            await _move_chat(session, each.parcel.chat_id, each.moved_to)
    earlier = await _earlier_parts(session, settlements)
    connection = await session.connection()
    settled = [_settled(each, earlier.get(each.parcel.id, []), now) for each in settlements]
    await connection.execute(_SETTLE, settled)
    await _skip_unwanted(session, settled, now)
    await _empty_forgotten(session, [each.parcel.id for each in settlements])
    for reason, chats in _gone(settlements).items():
        await people.pause_all(session, chats, reason, now=now)
        await subscriptions.drop_groups(session, chats)
    for each in settlements:
        if isinstance(each.outcome, TryLater) and each.outcome.flood:
            await _put_off_chat(session, each, now + each.outcome.wait)
    bad = {s.parcel.campaign for s in settlements if _went_wrong(s, now)}
    for campaign in sorted(bad):
        await _pause_if_failing(session, campaign, now)


async def recover(session: AsyncSession, now: datetime, *, all_claims: bool = False) -> Recovered:
    """Take up what a crash left: claims that ran out, or all when nobody else is sending.

    Copies on their way: digests become unknown, for they may have arrived; the others
    wait again, for an urgent message may come twice but not never. *all_claims* is for
    the start of the one sender that holds the lease.
    """
    left = RecipientRow.status == Status.SENDING
    if not all_claims:
        left = left & _passed(RecipientRow.claimed_until, now)
    may_repeat = (
        (RecipientRow.turn != TURN[Kind.DIGEST])
        & RecipientRow.chat_id.is_not(None)
        & RecipientRow.campaign.not_in(_cancelled())
        & ~is_stopped()
    )
    again = await session.scalars(
        update(RecipientRow)
        .where(left, may_repeat)
        .values(
            status=Status.QUEUED,
            attempts=RecipientRow.attempts + 1,
            claimed_until=None,
            reason=STOPPED,
        )
        .returning(RecipientRow.id)
        .execution_options(**_NO_SYNC)
    )
    repeated = len(again.all())
    unknown = await session.scalars(
        update(RecipientRow)
        .where(left)
        .values(
            status=Status.UNKNOWN,
            attempts=RecipientRow.attempts + 1,
            claimed_until=None,
            reason=STOPPED,
            settled_at=now,
        )
        .returning(RecipientRow.id)
        .execution_options(**_NO_SYNC)
    )
    if all_claims:
        await session.execute(
            update(RecipientRow)
            .where(RecipientRow.status == Status.QUEUED, RecipientRow.claimed_until.is_not(None))
            .values(claimed_until=None)
            .execution_options(**_NO_SYNC)
        )
    return Recovered(repeated, len(unknown.all()))


_OPEN = (Status.SENDING, Status.QUEUED, Status.UNKNOWN)
_SETTLE = (
    update(RecipientRow.__table__)  # type: ignore[arg-type]  # typed as FromClause, is a Table
    .where(
        RecipientRow.id == bindparam("of_id"),
        RecipientRow.claims == bindparam("of_claim"),
        # not in_(): an executemany takes no list as a parameter
        or_(*(RecipientRow.status == open_ for open_ in _OPEN)),
    )
    .values(
        status=bindparam("new_status"),
        attempts=bindparam("new_attempts"),
        not_before=bindparam("new_not_before"),
        claimed_until=None,
        parts_sent=bindparam("new_parts_sent"),
        message_ids=bindparam("new_message_ids"),
        reason=bindparam("new_reason"),
        settled_at=bindparam("new_settled_at"),
    )
)


def _claimed(parcels: Sequence[Parcel]) -> ColumnElement[bool]:
    return tuple_(RecipientRow.id, RecipientRow.claims).in_([(p.id, p.claim) for p in parcels])


def _passed(moment: Any, now: datetime) -> ColumnElement[bool]:  # Any: a nullable column
    passed: ColumnElement[bool] = moment.is_(None) | (moment <= now)
    return passed


def _active() -> Any:  # Any: a SELECT of campaign names
    return select(CampaignRow.campaign).where(CampaignRow.state == CampaignState.ACTIVE)


def _cancelled() -> Any:  # Any: a SELECT of campaign names
    return select(CampaignRow.campaign).where(CampaignRow.state == CampaignState.CANCELLED)


def _chat(settlement: Settlement) -> int:
    """Return the chat's id as the tables have it by now (see `_move_chat`)."""
    return settlement.parcel.chat_id if settlement.moved_to is None else settlement.moved_to


def _gone(settlements: Sequence[Settlement]) -> dict[str, list[int]]:
    """Return the chats that cannot be reached any more, by the reason why."""
    chats: dict[str, list[int]] = {}
    for each in settlements:
        if isinstance(each.outcome, Gone):
            chats.setdefault(each.outcome.reason, []).append(_chat(each))
    return chats


def _went_wrong(settlement: Settlement, now: datetime) -> bool:
    then = after(settlement.parcel, settlement.outcome, now)
    return then.status in (Status.FAILED, Status.UNKNOWN)


async def _parcels(session: AsyncSession, rows: Sequence[RowMapping]) -> list[Parcel]:
    """Return the claimed rows as parcels, in their turn; each wording is read once."""
    messages = await session.execute(
        select(MessageRow.id, MessageRow.content, MessageRow.campaign, CampaignRow.kind)
        .join(CampaignRow, CampaignRow.campaign == MessageRow.campaign)
        .where(MessageRow.id.in_({row["message_id"] for row in rows}))
    )
    wording = {
        id_: (CONTENT.validate_python(content), campaign, Kind(kind))
        for id_, content, campaign, kind in messages
    }
    parcels = []
    for row in sorted(rows, key=lambda each: (each["turn"], each["id"])):
        content, campaign, kind = wording[row["message_id"]]
        parcels.append(
            Parcel(
                id=row["id"],
                chat_id=row["chat_id"],
                kind=kind,
                content=content,
                parts_sent=row["parts_sent"],
                attempts=row["attempts"],
                claim=row["claims"],
                campaign=campaign,
                thread_id=row["thread_id"],
                targets=tuple(row["targets"] or ()),
            )
        )
    return parcels


async def _earlier_parts(
    session: AsyncSession, settlements: Sequence[Settlement]
) -> dict[int, list[int]]:
    """Return the message ids of parts that arrived in earlier attempts, by copy."""
    ids = [each.parcel.id for each in settlements if each.parcel.parts_sent]
    if not ids:
        return {}
    rows = await session.execute(
        select(RecipientRow.id, RecipientRow.message_ids).where(RecipientRow.id.in_(ids))
    )
    return {row.id: row.message_ids for row in rows}


def _settled(settlement: Settlement, earlier: list[int], now: datetime) -> dict[str, object]:
    parcel = settlement.parcel
    then = after(parcel, settlement.outcome, now)
    return {
        "of_id": parcel.id,
        "of_claim": parcel.claim,
        "new_status": then.status,
        "new_attempts": then.attempts,
        "new_not_before": then.not_before,
        "new_parts_sent": settlement.parts_sent,
        "new_message_ids": [*earlier, *settlement.message_ids],
        "new_reason": then.reason,
        "new_settled_at": None if then.status is Status.QUEUED else now,
    }


async def _skip_unwanted(
    session: AsyncSession, settled: Sequence[Mapping[str, object]], now: datetime
) -> None:
    """Skip what would wait again although it was cancelled, or its person left, meanwhile."""
    waiting = [each["of_id"] for each in settled if each["new_status"] is Status.QUEUED]
    if not waiting:  # mostly: that saves the sender a round trip
        return
    await session.execute(
        update(RecipientRow)
        .where(RecipientRow.id.in_(waiting), RecipientRow.status == Status.QUEUED)
        .where(
            RecipientRow.chat_id.is_(None) | RecipientRow.campaign.in_(_cancelled()) | is_stopped()
        )
        .values(status=Status.SKIPPED, settled_at=now)
        .execution_options(**_NO_SYNC)
    )


async def _empty_forgotten(session: AsyncSession, ids: Sequence[int]) -> None:
    """Keep nothing of what was sent to somebody who was forgotten meanwhile."""
    await session.execute(
        update(RecipientRow)
        .where(RecipientRow.id.in_(ids), RecipientRow.chat_id.is_(None))
        .values(message_ids=[], reason=None)
        .execution_options(**_NO_SYNC)
    )


async def _move_chat(session: AsyncSession, old: int, new: int) -> None:
    """Give a chat that became a supergroup its new id, unless the new one is known already."""
    copies = aliased(RecipientRow)
    there = select(copies.id).where(copies.chat_id == new, copies.campaign == RecipientRow.campaign)
    await session.execute(
        update(RecipientRow)
        .where(RecipientRow.chat_id == old, ~there.exists())
        .values(chat_id=new)
        .execution_options(**_NO_SYNC)
    )
    await subscriptions.move(session, old, new)


async def _put_off_chat(session: AsyncSession, settlement: Settlement, until: datetime) -> None:
    """Let the other copies for this chat wait too."""
    await session.execute(
        update(RecipientRow)
        .where(RecipientRow.chat_id == _chat(settlement), RecipientRow.status == Status.QUEUED)
        .where(_passed(RecipientRow.not_before, until))
        .values(not_before=until)
        .execution_options(**_NO_SYNC)
    )


async def _pause_if_failing(session: AsyncSession, campaign: str, now: datetime) -> None:
    """Pause the campaign if the circuit breaker says so, counting from when it last went on."""
    settled = (
        select(RecipientRow.status)
        .join(CampaignRow, CampaignRow.campaign == RecipientRow.campaign)
        .where(RecipientRow.campaign == campaign, CampaignRow.state == CampaignState.ACTIVE)
        .where(RecipientRow.settled_at >= CampaignRow.state_at)
    )
    why = await breaker.why_pause(session, settled, RecipientRow)
    if why is not None:
        await session.execute(
            update(CampaignRow)
            .where(CampaignRow.campaign == campaign, CampaignRow.state == CampaignState.ACTIVE)
            .values(state=CampaignState.PAUSED, reason=dump(TEXT, why), state_at=now)
        )
