"""Queries about the messages that show a campaign's progress and are edited in place."""

from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.sending import ReportViewRow
from db.upsert import insert


@dataclass(frozen=True, slots=True)
class View:
    """A message in a coordinator's chat. *shown*: digest of the text it shows, None at first."""

    campaign: str
    chat_id: int
    message_id: int
    shown: str | None = None


async def watch(session: AsyncSession, campaign: str, chat_id: int, message_id: int) -> None:
    """Keep this message up to date from now on, in place of an earlier one in the chat."""
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


async def unwatch(session: AsyncSession, campaign: str, chat_id: int) -> None:
    """Leave the message as it is from now on: all is done, or it was deleted."""
    await session.execute(
        delete(ReportViewRow).where(
            ReportViewRow.campaign == campaign, ReportViewRow.chat_id == chat_id
        )
    )
