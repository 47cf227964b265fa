"""Queries about mails: one for each reader of a campaign, and what became of it.

A mail: queued -> sending -> sent, gone, failed, unknown, or queued again; queued -> skipped.
Who the readers are is in `db.mail_readers`.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Row,
    case,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from db import breaker, mail_readers
from db.mail_readers import of_row
from db.mailing import MailRow, MailSubscriberRow
from db.sending import CampaignRow
from delivery.model import (
    CampaignState,
    Failed,
    Gone,
    Outcome,
    Sent,
    Status,
    Tally,
    TryLater,
)
from digests.mailing import CONFIRM, Mail, MailReader
from digests.subscription import Frequency
from locales.errors import Text

CLAIM_FOR = timedelta(minutes=5)
MOST_ATTEMPTS = 20
LONGEST_WAIT = timedelta(hours=4)
KEPT = timedelta(days=90)  # as long as what became of messages in Telegram
STOPPED = "the bot stopped while this was on its way"

_NO_SYNC = {"synchronize_session": False}


async def queue_edition(
    session: AsyncSession,
    campaign: str,
    leaves: Callable[[MailReader], datetime],
    *,
    frequency: Frequency = Frequency.WEEKLY,
) -> int:
    """Queue *campaign* for every reader of this *frequency*; return for how many it is new.

    *leaves*: when a reader's mail may go. Once for each reader, however often it is called.
    """
    wanted = {each.id: leaves(each) for each in await mail_readers.readers(session, [frequency])}
    return await mail_readers.queue(session, campaign, wanted)


async def claim(session: AsyncSession, limit: int, now: datetime) -> list[Mail]:
    """Take up to *limit* due mails for five minutes; they stay queued.

    Those that wait for a yes first: somebody sits before their mailbox. What belongs to a
    campaign that a person stopped, or must look at first, waits; one that stands still because
    Telegram fails does not.
    """
    picked = (
        select(MailRow.id)
        .where(MailRow.status == Status.QUEUED, MailRow.subscriber_id.is_not(None))
        .where(MailRow.not_before <= now, _passed(now), ~_halted())
        .order_by(case((_to_confirm(), 0), else_=1), MailRow.not_before, MailRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    taken = await session.scalars(
        update(MailRow)
        .where(MailRow.id.in_(select(picked.c.id)))
        .values(claimed_until=now + CLAIM_FOR)
        .returning(MailRow.id)
        .execution_options(**_NO_SYNC)
    )
    rows = await session.execute(
        select(MailRow, MailSubscriberRow)
        .join(MailSubscriberRow, MailSubscriberRow.id == MailRow.subscriber_id)
        .where(MailRow.id.in_(taken.all()))
        .order_by(case((_to_confirm(), 0), else_=1), MailRow.not_before, MailRow.id)
    )
    return [_mail(row) for row in rows]


async def start(session: AsyncSession, mail: Mail, message_id: str, now: datetime) -> bool:
    """Mark a claimed mail as on its way, just before the server gets it; False: it may not go.

    It may not when the reader stopped, the campaign was halted, or the claim ran out.
    """
    started = await session.scalars(
        update(MailRow)
        .where(MailRow.id == mail.id, MailRow.status == Status.QUEUED)
        .where(MailRow.subscriber_id.is_not(None), MailRow.claimed_until > now, ~_halted())
        .values(status=Status.SENDING, message_id=message_id, claimed_until=now + CLAIM_FOR)
        .returning(MailRow.id)
        .execution_options(**_NO_SYNC)
    )
    return started.one_or_none() is not None


async def settle(session: AsyncSession, mail: Mail, outcome: Outcome, now: datetime) -> Status:
    """Record what became of a started mail and return its state.

    Who is gone is paused, and what else waits for them skipped. That the server as a whole
    refuses or is away is no attempt. Of unknown fate: a digest is never sent again, a mail to
    confirm is.
    """
    tried = mail.attempts + 1
    status, attempts, not_before = _after(mail, outcome, tried, now)
    await session.execute(
        update(MailRow)
        .where(MailRow.id == mail.id, MailRow.status == Status.SENDING)
        .values(
            status=status,
            attempts=attempts,
            not_before=not_before,
            claimed_until=None,
            reason=None if isinstance(outcome, Sent) else getattr(outcome, "reason", None),
            settled_at=None if status is Status.QUEUED else now,
        )
        .execution_options(**_NO_SYNC)
    )
    if status is Status.GONE:
        await session.execute(
            update(MailSubscriberRow)
            .where(MailSubscriberRow.id == mail.reader.id)
            .values(paused_at=now)
        )
        # not for later either: a digest of weeks ago is no news to who comes back
        await session.execute(
            update(MailRow)
            .where(MailRow.subscriber_id == mail.reader.id, MailRow.status == Status.QUEUED)
            .where(~_to_confirm())
            .values(status=Status.SKIPPED, claimed_until=None, settled_at=now)
            .execution_options(**_NO_SYNC)
        )
    if status is Status.QUEUED:
        await _skip_unwanted(session, mail, now)
    return status


async def put_off(session: AsyncSession, campaign: str, until: datetime) -> int:
    """Let what waits of *campaign* wait until then at least; return how many mails that are."""
    waiting = await session.scalars(
        update(MailRow)
        .where(MailRow.campaign == campaign, MailRow.status == Status.QUEUED)
        .where(MailRow.not_before < until)
        .values(not_before=until, claimed_until=None)
        .returning(MailRow.id)
        .execution_options(**_NO_SYNC)
    )
    return len(waiting.all())


async def skip(session: AsyncSession, mail: Mail, now: datetime) -> None:
    """Settle a mail that has nothing to tell its reader."""
    await session.execute(
        update(MailRow)
        .where(MailRow.id == mail.id, MailRow.status == Status.QUEUED)
        .values(status=Status.SKIPPED, claimed_until=None, settled_at=now)
    )


async def release(session: AsyncSession, mails: Sequence[Mail], *, until: datetime) -> None:
    """Give back claimed mails that have not started; they wait *until* then."""
    await session.execute(
        update(MailRow)
        .where(MailRow.id.in_([each.id for each in mails]), MailRow.status == Status.QUEUED)
        .values(claimed_until=None, not_before=until)
        .execution_options(**_NO_SYNC)
    )


async def recover(session: AsyncSession, now: datetime, *, all_claims: bool = False) -> int:
    """Settle what a crash left on its way and return how many; claims that ran out, or all.

    A digest may have arrived: its fate is unknown. A mail to confirm waits again. *all_claims*
    is for the start of the one sender that holds the lease.
    """
    left = MailRow.status == Status.SENDING
    left = left if all_claims else left & _passed(now)
    again = _to_confirm() & MailRow.subscriber_id.is_not(None)
    settled = await session.scalars(
        update(MailRow)
        .where(left)
        .values(
            status=case((again, Status.QUEUED.value), else_=Status.UNKNOWN.value),
            settled_at=case((again, None), else_=now),
            attempts=MailRow.attempts + 1,
            claimed_until=None,
            reason=STOPPED,
        )
        .returning(MailRow.id)
        .execution_options(**_NO_SYNC)
    )
    found = len(settled.all())
    if all_claims:
        await session.execute(
            update(MailRow)
            .where(MailRow.status == Status.QUEUED, MailRow.claimed_until.is_not(None))
            .values(claimed_until=None)
            .execution_options(**_NO_SYNC)
        )
    return found


async def tally(session: AsyncSession, campaign: str) -> Tally:
    """Return how many mails of *campaign* are in each state."""
    rows = await session.execute(
        select(MailRow.status, func.count())
        .where(MailRow.campaign == campaign)
        .group_by(MailRow.status)
    )
    counts = {str(Status(status)): number for status, number in rows}
    return Tally(total=sum(counts.values()), **counts)


async def failing(session: AsyncSession, campaign: str, since: datetime) -> Text | None:
    """Return why the mails of *campaign* should wait, by the rule of the circuit breaker.

    *since*: what was settled earlier does not count.
    """
    known = select(MailRow.status).where(MailRow.campaign == campaign, MailRow.settled_at >= since)
    return await breaker.why_pause(session, known, MailRow)


async def purge(session: AsyncSession, now: datetime) -> int:
    """Skip what nobody can get any more, delete what was over long ago; return how many."""
    await session.execute(
        update(MailRow)
        .where(MailRow.subscriber_id.is_(None), MailRow.status == Status.QUEUED)
        .values(status=Status.SKIPPED, settled_at=now)
        .execution_options(**_NO_SYNC)
    )
    mails = await session.scalars(
        delete(MailRow)
        .where(MailRow.settled_at < now - KEPT)
        .returning(MailRow.id)
        .execution_options(**_NO_SYNC)
    )
    return len(mails.all())


def _after(mail: Mail, outcome: Outcome, tried: int, now: datetime) -> tuple[Status, int, datetime]:
    """Return state, attempts and when it may go (again)."""
    if isinstance(outcome, TryLater):
        return _later(mail, outcome, tried, now)
    final = {Sent: Status.SENT, Gone: Status.GONE, Failed: Status.FAILED}.get(type(outcome))
    if final is not None:
        return final, tried, now
    if mail.campaign.startswith(f"{CONFIRM}:") and tried < MOST_ATTEMPTS:
        return Status.QUEUED, tried, now + CLAIM_FOR
    return Status.UNKNOWN, tried, now


def _later(
    mail: Mail, outcome: TryLater, tried: int, now: datetime
) -> tuple[Status, int, datetime]:
    if outcome.flood:
        return Status.QUEUED, mail.attempts, now + outcome.wait
    doubled: timedelta = outcome.wait * 2 ** min(tried - 1, 10)
    if tried < MOST_ATTEMPTS:
        return Status.QUEUED, tried, now + min(doubled, LONGEST_WAIT)
    return Status.FAILED, tried, now


async def _skip_unwanted(session: AsyncSession, mail: Mail, now: datetime) -> None:
    """Skip what would wait again although its reader stopped meanwhile."""
    await session.execute(
        update(MailRow)
        .where(MailRow.id == mail.id, MailRow.subscriber_id.is_(None))
        .values(status=Status.SKIPPED, settled_at=now)
        .execution_options(**_NO_SYNC)
    )


def _passed(now: datetime) -> ColumnElement[bool]:
    return MailRow.claimed_until.is_(None) | (MailRow.claimed_until <= now)


def _halted() -> ColumnElement[bool]:
    """Say whether the mail's campaign stands still, for another reason than Telegram's failures.

    Those reasons count what failed (`delivery.policy.should_pause`).
    """
    by_failures = (CampaignRow.state == CampaignState.PAUSED) & CampaignRow.reason["fields"][
        "failed"
    ].as_integer().is_not(None)
    stopped = select(CampaignRow.campaign).where(
        CampaignRow.campaign == MailRow.campaign,
        CampaignRow.state != CampaignState.ACTIVE,
        ~by_failures,
    )
    return stopped.exists()


def _to_confirm() -> ColumnElement[bool]:
    return MailRow.campaign.startswith(f"{CONFIRM}:")


def _mail(row: Row[MailRow, MailSubscriberRow]) -> Mail:
    mail, subscriber = row
    return Mail(mail.id, mail.campaign, of_row(subscriber), mail.attempts)
