"""What is deleted by itself, and after how long (docs/privacy.md says the same)."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import (
    alike,
    changes,
    drafts,
    freshness,
    mail_readers,
    mails,
    outcomes,
    people,
    proposals,
    queue,
    shown,
    tips,
)
from db.base import Base
from db.models import AlertRow, AuditRow, ErasureRow, InviteRow, SubscriptionRow
from db.sending import (
    BroadcastAnswerRow,
    BroadcastRow,
    CampaignRow,
    MessageRow,
    RecipientRow,
    ReportViewRow,
)
from delivery.broadcast import State
from delivery.model import CampaignState, Kind, Status
from digests.same import LONGEST_AGO
from directory import alerting
from people.voice import CLEARABLE, TIPS_KEPT

DELIVERY = timedelta(days=90)
DRAFTS = timedelta(days=7)
INVITES = timedelta(days=30)  # after they were used, revoked or expired
AUDIT = timedelta(days=2 * 365)
ACTORS = AUDIT  # of changes of services: the change stays, who made it goes
UNSENT_BROADCASTS = timedelta(days=90)
PAUSED_SUBSCRIPTIONS = timedelta(days=180)  # of somebody who blocked the bot
UNSEEN_NEWCOMERS = timedelta(days=180)
COUNTS = timedelta(days=2 * 365)  # of what people needed and did not find
PROPOSALS = timedelta(days=180)  # after they were decided; the history keeps what became of them
ITEM_KEYS = LONGEST_AGO  # later the same words are a new story
ALERTS = alerting.KEPT  # later somebody may need something else, and can ask anew
ANSWERS = DELIVERY  # to urgent updates
ERASURES = timedelta(days=400)  # longer than any backup is kept (docs/operations.md)
TASKS = timedelta(days=365)  # about a service, after somebody looked into it


async def purge(session: AsyncSession, now: datetime) -> dict[str, int]:
    """Delete or empty what is past its time; return of how many rows, by kind."""
    return {
        "campaigns": await _delete(
            session,
            CampaignRow,
            CampaignRow.kind != Kind.DIGEST,
            *_finished_campaigns(now - DELIVERY),
        ),
        "digests": await _empty_digests(session, now),
        "drafts": await drafts.purge(session, now - DRAFTS),
        "invites": await _delete(session, InviteRow, _closed_invites(now - INVITES)),
        "items": await queue.empty(session, now),
        "item_keys": await alike.purge(session, before=now - ITEM_KEYS),
        "audit": await _delete(session, AuditRow, AuditRow.at < now - AUDIT),
        "actors": await changes.forget_actors(session, before=now - ACTORS),
        "broadcasts": await _delete(
            session,
            BroadcastRow,
            BroadcastRow.state != State.APPROVED,
            BroadcastRow.created_at < now - UNSENT_BROADCASTS,
        ),
        "subscriptions": await _delete(
            session, SubscriptionRow, SubscriptionRow.paused_at < now - PAUSED_SUBSCRIPTIONS
        ),
        "alerts": await _delete(session, AlertRow, AlertRow.created_on < (now - ALERTS).date()),
        "answers": await _delete(
            session, BroadcastAnswerRow, BroadcastAnswerRow.at < now - ANSWERS
        ),
        "erasures": await _delete(session, ErasureRow, ErasureRow.at < now - ERASURES),
        "mail_subscribers": await mail_readers.purge(session, now),
        "mails": await mails.purge(session, now),
        "shown_messages": await shown.purge(session, before=now - CLEARABLE),
        "tips": await tips.purge(session, before=now - TIPS_KEPT),
        "outcomes": await outcomes.purge(session, before=_week(now - COUNTS)),
        "proposals": await proposals.purge(session, before=now - PROPOSALS),
        "tasks": await freshness.purge(session, before=now - TASKS),
        "people": await people.purge_unseen(session, before=(now - UNSEEN_NEWCOMERS).date()),
    }


def _week(moment: datetime) -> str:
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02}"


def _finished_campaigns(before: datetime) -> tuple[ColumnElement[bool], ...]:
    """Campaigns of before that day with nothing under way; their copies go with them."""
    under_way = select(RecipientRow.id).where(
        RecipientRow.campaign == CampaignRow.campaign,
        RecipientRow.status.in_([Status.QUEUED, Status.SENDING]),
    )
    return CampaignRow.created_at < before, ~under_way.exists()


async def _empty_digests(session: AsyncSession, now: datetime) -> int:
    """Delete what finished digests sent and to whom, and return how many digests that were.

    Their campaigns stay, closed for good: that a week's digest has one is what keeps it from
    being sent a second time, and it says nothing about anybody.
    """
    wordings = select(MessageRow.id).where(MessageRow.campaign == CampaignRow.campaign)
    found = await session.scalars(
        select(CampaignRow.campaign).where(
            CampaignRow.kind == Kind.DIGEST,
            or_(CampaignRow.state != CampaignState.CANCELLED, wordings.exists()),
            *_finished_campaigns(now - DELIVERY),
        )
    )
    names = found.all()
    # the copies go with their wordings
    await _delete(session, MessageRow, MessageRow.campaign.in_(names))
    await _delete(session, ReportViewRow, ReportViewRow.campaign.in_(names))
    # one that a person stopped keeps why: it was sent to nobody (`db.archive`)
    await session.execute(
        update(CampaignRow)
        .where(CampaignRow.campaign.in_(names), CampaignRow.state != CampaignState.CANCELLED)
        .values(state=CampaignState.CANCELLED, reason=None, state_at=now)
        .execution_options(synchronize_session=False)
    )
    return len(names)


def _closed_invites(before: datetime) -> ColumnElement[bool]:
    return or_(
        InviteRow.used_at < before, InviteRow.revoked_at < before, InviteRow.expires_at < before
    )


async def _delete(session: AsyncSession, table: type[Base], *where: ColumnElement[bool]) -> int:
    gone = await session.execute(
        delete(table)
        .where(*where)
        .returning(*table.__mapper__.primary_key)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())
