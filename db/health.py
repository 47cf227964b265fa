"""What the database knows about lateness and failure, for coordinators and monitoring."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db import alarms, editions, freshness, ledger, outbox, restored, saved, tips
from db.news import FeedRow
from db.sending import CampaignRow, LeaseRow, RecipientRow
from delivery.model import CampaignState, Status
from digests.compile import is_past
from digests.edition import EditionState

# these leave also when nothing else does
_NO_ALARM = ~RecipientRow.campaign.startswith(alarms.PREFIX, autoescape=True)


@dataclass(frozen=True, slots=True)
class FailingFeed:
    """A feed whose last attempts failed, in the words of its last error."""

    url: str
    since: datetime
    error: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The state of an installation at a moment.

    *leader_until*: until when some process holds the lease of the jobs, None if none ever did.
    *oldest_due*: since when the longest-waiting copy that may leave has been due.
    *last_settled*: when the newest copy of all was settled. *stopped*: campaigns that a
    person must let go on or cancel. *oldest_tip*: when the oldest message to the partnership
    without an answer was written. *oldest_question*: since when the owner of a service should
    have been asked whether it is still right. *approved*: the weeks whose digest is approved
    and not in the outbox yet. *backup_of*: of which moment the backup is that waits for a
    coordinator's yes. *last_backup*: of which moment the last backup is, None if there is none.
    """

    leader_until: datetime | None
    oldest_due: datetime | None
    last_settled: datetime | None
    stopped: Sequence[str]
    failing: Sequence[FailingFeed]
    oldest_tip: datetime | None = None
    oldest_question: datetime | None = None
    approved: Sequence[str] = ()
    backup_of: datetime | None = None
    last_backup: datetime | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A digest that nobody has decided about.

    *announced_at* and *reminded_at*: when coordinators were told that it is ready, and that
    it still waits; None if they were not. *is_empty*: there is nothing to send in it.
    """

    week: str
    announced_at: datetime | None
    reminded_at: datetime | None
    is_empty: bool


async def facts(session: AsyncSession, now: datetime) -> Facts:
    """Return what is late, stopped or failing at *now*."""
    return Facts(
        leader_until=await session.scalar(select(func.max(LeaseRow.expires_at))),
        oldest_due=await _oldest_due(session, now),
        last_settled=await session.scalar(
            select(func.max(RecipientRow.settled_at)).where(_NO_ALARM)
        ),
        stopped=(
            await session.scalars(
                select(CampaignRow.campaign)
                .where(CampaignRow.state.in_([CampaignState.PAUSED, CampaignState.HELD]))
                .order_by(CampaignRow.created_at)
            )
        ).all(),
        failing=[
            FailingFeed(row.url, row.failing_since, row.error or "")
            for row in await session.scalars(
                select(FeedRow).where(FeedRow.failing_since.is_not(None)).order_by(FeedRow.id)
            )
            if row.failing_since is not None
        ],
        oldest_tip=await tips.oldest_waiting(session),
        oldest_question=await freshness.oldest_due(session, now),
        approved=[each.week for each in await editions.waiting_to_leave(session)],
        backup_of=await restored.waits(session),
        last_backup=await saved.last(session),
    )


async def draft(session: AsyncSession, week: str, day: date) -> Draft | None:
    """Return the digest of *week* while nobody has approved or held it, else None.

    *day*: on which it leaves; what is past by then is not in it.
    """
    edition = await editions.find(session, week)
    if edition is not None and edition.state is not EditionState.DRAFT:
        return None
    told = await outbox.find(session, f"notice:digest:{week}")
    items = await ledger.accepted_without_week(session)
    return Draft(
        week,
        None if told is None else told.created_at,
        None if edition is None else edition.reminded_at,
        is_empty=all(is_past(each, day) for each in items),
    )


async def _oldest_due(session: AsyncSession, now: datetime) -> datetime | None:
    due_since = func.coalesce(RecipientRow.not_before, CampaignRow.state_at)
    return await session.scalar(
        select(func.min(due_since))
        .join(CampaignRow, CampaignRow.campaign == RecipientRow.campaign)
        .where(
            RecipientRow.status == Status.QUEUED,
            CampaignRow.state == CampaignState.ACTIVE,
            _NO_ALARM,
            or_(RecipientRow.not_before.is_(None), RecipientRow.not_before <= now),
        )
    )
