"""Queries about a database that comes from a backup: nothing leaves until a person says yes.

What happened after the backup is not in it: what was sent since would leave again. A row among
the leases says that it waits: nobody's purge deletes it, and a restart does not forget it.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import editions, leases, outbox
from db.mailing import MailRow
from db.sending import BroadcastRow, EditionRow, LeaseRow
from db.upsert import insert
from delivery.broadcast import State
from delivery.model import CampaignState, Kind, Status
from delivery.policy import FROM_BACKUP
from digests.edition import EditionState
from digests.mailing import CONFIRM, DAILY

GATE = leases.RESTORED

_OPEN = (Status.QUEUED, Status.SENDING)
_NO_SYNC = {"synchronize_session": False}


async def hold(session: AsyncSession, backup_of: datetime, now: datetime) -> list[str]:
    """Let nothing leave by itself any more; return the campaigns that are held.

    *backup_of*: of which moment the backup is. Planned updates wait for approval again, those
    that repeat end: they may have left since. Mails that ask for a yes are dropped: who wants
    the digest asks again.
    """
    for edition in await editions.waiting_to_leave(session):
        await outbox.open_campaign(session, f"digest:{edition.week}", Kind.DIGEST, now)
        await outbox.set_state(
            session, f"digest:{edition.week}", CampaignState.HELD, FROM_BACKUP, now
        )
    await session.execute(
        update(EditionRow)
        .where(EditionRow.state == EditionState.DRAFT)
        .values(state=EditionState.HELD)
        .execution_options(**_NO_SYNC)
    )
    await outbox.hold_all(session, now)
    await _stop_planned(session, now)
    await session.execute(
        update(MailRow)
        .where(MailRow.campaign.startswith(f"{CONFIRM}:"), MailRow.status.in_(_OPEN))
        .values(status=Status.SKIPPED, claimed_until=None, settled_at=now)
        .execution_options(**_NO_SYNC)
    )
    marked = {"holder": backup_of.isoformat(), "expires_at": now}
    await session.execute(
        insert(session, LeaseRow)
        .values(name=GATE, fence=0, **marked)
        .on_conflict_do_update(index_elements=["name"], set_=marked)
    )
    return [each.campaign for each in await outbox.in_state(session, CampaignState.HELD)]


async def _stop_planned(session: AsyncSession, now: datetime) -> None:
    await session.execute(
        update(BroadcastRow)
        .where(BroadcastRow.state == State.SCHEDULED)
        .values(state=State.PENDING, send_at=None, decided_by=None, decided_at=None, override=None)
        .execution_options(**_NO_SYNC)
    )
    yesterday = now.date() - timedelta(days=1)
    await session.execute(
        update(BroadcastRow)
        .where(BroadcastRow.state == State.APPROVED, BroadcastRow.until > yesterday)
        .values(until=yesterday)
        .execution_options(**_NO_SYNC)
    )


async def waits(session: AsyncSession) -> datetime | None:
    """Return of which moment the backup is that waits for a yes, None when nothing waits."""
    moment = await session.scalar(select(LeaseRow.holder).where(LeaseRow.name == GATE))
    return None if moment is None else datetime.fromisoformat(moment)


async def release(session: AsyncSession, now: datetime, *, today: date) -> bool:
    """Let messages leave again; False if nothing waited for that.

    What is held stays so: each needs its own yes. Notices that waited are dropped, and there
    is no news of *today*: they may have left before the restore, and are in tomorrow's.
    """
    gone = await session.scalars(
        delete(LeaseRow)
        .where(LeaseRow.name == GATE)
        .returning(LeaseRow.name)
        .execution_options(**_NO_SYNC)
    )
    if gone.one_or_none() is None:
        return False
    for each in await outbox.in_state(session, CampaignState.HELD):
        if each.kind is Kind.NOTICE and each.reason == FROM_BACKUP:
            await outbox.set_state(session, each.campaign, CampaignState.CANCELLED, None, now)
    news = f"{DAILY}:{today}"
    if await outbox.open_campaign(session, news, Kind.DIGEST, now):
        await outbox.set_state(session, news, CampaignState.CANCELLED, None, now)
    return True
