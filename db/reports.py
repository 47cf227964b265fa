"""Queries for the reports of campaigns: who shows one, why copies failed, trying them again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.alerts import is_stopped
from db.sending import CampaignRow, RecipientRow, ReportViewRow
from db.upsert import insert
from delivery.model import CampaignState, Status


@dataclass(frozen=True, slots=True)
class View:
    """A message in a coordinator's chat. *shown*: digest of the text it shows, None at first."""

    campaign: str
    chat_id: int
    message_id: int
    shown: str | None = None


async def watch(session: AsyncSession, campaign: str, chat_id: int, message_id: int) -> None:
    """Keep this message up to date from now on, in place of an earlier one in the chat.

    It shows no other report any more.
    """
    await leave(session, chat_id, message_id)
    values = {"message_id": message_id, "shown": None}
    await session.execute(
        insert(session, ReportViewRow)
        .values(campaign=campaign, chat_id=chat_id, **values)
        .on_conflict_do_update(index_elements=["campaign", "chat_id"], set_=values)
    )


async def watched(session: AsyncSession, campaign: str | None = None) -> list[View]:
    """Return the messages to keep up to date, of one campaign or of all."""
    wanted = select(ReportViewRow).order_by(ReportViewRow.campaign, ReportViewRow.chat_id)
    if campaign is not None:
        wanted = wanted.where(ReportViewRow.campaign == campaign)
    return [
        View(row.campaign, row.chat_id, row.message_id, row.shown)
        for row in await session.scalars(wanted)
    ]


async def shown(session: AsyncSession, campaign: str, chat_id: int, digest: str) -> None:
    """Note what the message shows now, so that an equal text is not sent again."""
    await session.execute(
        update(ReportViewRow)
        .where(ReportViewRow.campaign == campaign, ReportViewRow.chat_id == chat_id)
        .values(shown=digest)
    )


async def leave(session: AsyncSession, chat_id: int, message_id: int) -> None:
    """Write no report into the message from now on: it shows something else."""
    await session.execute(
        delete(ReportViewRow).where(
            ReportViewRow.chat_id == chat_id, ReportViewRow.message_id == message_id
        )
    )


async def unwatch(session: AsyncSession, campaign: str, chat_id: int) -> None:
    """Leave the message as it is from now on: all is done, or it was deleted."""
    await session.execute(
        delete(ReportViewRow).where(
            ReportViewRow.campaign == campaign, ReportViewRow.chat_id == chat_id
        )
    )


async def leaves_at(session: AsyncSession, campaign: str) -> datetime | None:
    """Return when the first of what waits of the campaign may leave, None where nothing waits."""
    return await session.scalar(
        select(func.min(RecipientRow.not_before)).where(
            RecipientRow.campaign == campaign, RecipientRow.status == Status.QUEUED
        )
    )


async def reasons(session: AsyncSession, campaign: str) -> dict[str, int]:
    """Return how many did not get it, by Telegram's words or ours why; most frequent first."""
    number = func.count()
    rows = await session.execute(
        select(RecipientRow.reason, number)
        .where(RecipientRow.campaign == campaign, RecipientRow.reason.is_not(None))
        .where(RecipientRow.status.in_([Status.GONE, Status.FAILED, Status.UNKNOWN]))
        .group_by(RecipientRow.reason)
        .order_by(number.desc(), RecipientRow.reason)
    )
    return {reason: counted for reason, counted in rows if reason is not None}


async def retry_failed(session: AsyncSession, campaign: str, now: datetime) -> int:
    """Let the copies that failed wait again, with all their attempts; return how many.

    Nobody else gets anything: what was sent stays sent. None of a cancelled campaign, none of
    somebody who has stopped such news since.
    """
    cancelled = select(CampaignRow.campaign).where(CampaignRow.state == CampaignState.CANCELLED)
    again = await session.scalars(
        update(RecipientRow)
        .where(RecipientRow.campaign == campaign, RecipientRow.status == Status.FAILED)
        .where(RecipientRow.chat_id.is_not(None), RecipientRow.campaign.not_in(cancelled))
        .where(~is_stopped())
        .values(
            status=Status.QUEUED,
            attempts=0,
            claims=RecipientRow.claims + 1,
            not_before=now,
            claimed_until=None,
            reason=None,
            settled_at=None,
        )
        .returning(RecipientRow.id)
        .execution_options(synchronize_session=False)
    )
    number = len(again.all())
    if number:
        # the circuit breaker counts anew, as after every yes of a person
        await session.execute(
            update(CampaignRow)
            .where(CampaignRow.campaign == campaign, CampaignRow.state == CampaignState.ACTIVE)
            .values(state_at=now)
            .execution_options(synchronize_session=False)
        )
    return number
