"""Queries of monitoring: how much waits, and what fails. Counts alone, nothing of anybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.mailing import MailRow
from db.news import FeedRow
from db.sending import CampaignRow, LeaseRow, RecipientRow
from delivery.model import Status

_WAITING = (Status.QUEUED, Status.SENDING)


@dataclass(frozen=True, slots=True)
class Figures:
    """What waits and what fails at a moment.

    *queue*: copies that have not been settled, by kind and by state of their campaign.
    *mails*: by what became of them. *led*: some process holds the lease of the jobs.
    """

    queue: Mapping[tuple[str, str], int]
    mails: Mapping[str, int]
    feeds_failing: int
    led: bool


async def figures(session: AsyncSession, now: datetime) -> Figures:
    """Return the figures at *now*."""
    queue = await session.execute(
        select(CampaignRow.kind, CampaignRow.state, func.count())
        .join(RecipientRow, RecipientRow.campaign == CampaignRow.campaign)
        .where(RecipientRow.status.in_(_WAITING))
        .group_by(CampaignRow.kind, CampaignRow.state)
    )
    mails = await session.execute(select(MailRow.status, func.count()).group_by(MailRow.status))
    failing = select(func.count()).where(FeedRow.failing_since.is_not(None))
    until = await session.scalar(select(func.max(LeaseRow.expires_at)))
    return Figures(
        queue={(kind, state): count for kind, state, count in queue},
        mails={row.status: row[1] for row in mails},
        feeds_failing=await session.scalar(failing) or 0,
        led=until is not None and until > now,
    )
