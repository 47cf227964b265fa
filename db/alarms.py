"""Queries about alarms: what coordinators were told of the machinery, and copies of that.

An alarm is a campaign of the outbox; its words are kept where other campaigns keep why they
stopped, so that the end can be told in the same words.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import outbox
from db.claims import CLAIM_FOR
from db.documents import CONTENT, TEXT, dump
from db.sending import CampaignRow, MessageRow, RecipientRow
from delivery.model import CampaignState, Kind, Parcel, Status
from locales.errors import Text

PREFIX = "notice:health:"
MAILED = "notice:mailed:"  # before what is behind the prefix of an alarm that went by e-mail
_OVER = "over"
_LONGEST = 36  # characters of a key: a campaign's name has room for 64


@dataclass(frozen=True, slots=True)
class Alarm:
    """The last time that coordinators were told of one kind of trouble."""

    key: str
    number: int
    began_at: datetime
    text: Text | None
    is_over: bool = False


def name(key: str, number: int, *, over: bool = False) -> str:
    """Return the name of the campaign that tells of the *number*-th trouble of this *key*."""
    if len(key) > _LONGEST:
        key = hashlib.sha256(key.encode()).hexdigest()[:_LONGEST]
    return f"{PREFIX}{key}:{number}" + (f":{_OVER}" if over else "")


async def latest(session: AsyncSession) -> dict[str, Alarm]:
    """Return the latest alarm of each key."""
    rows = await session.execute(
        select(CampaignRow.campaign, CampaignRow.created_at, CampaignRow.state, CampaignRow.reason)
        .where(CampaignRow.campaign.startswith(PREFIX, autoescape=True))
        .order_by(CampaignRow.campaign)
    )
    found: dict[str, Alarm] = {}
    over: set[tuple[str, int]] = set()
    for campaign, created_at, state, reason in rows:
        key, number, *end = campaign.removeprefix(PREFIX).split(":")
        if end:
            over.add((key, int(number)))
        elif key not in found or found[key].number < int(number):
            found[key] = Alarm(key, int(number), created_at, _said(state, reason))
    return {
        key: Alarm(key, each.number, each.began_at, each.text, (key, each.number) in over)
        for key, each in found.items()
    }


@dataclass(frozen=True, slots=True)
class Telling:
    """An alarm, or its end, that nobody was told by e-mail; *campaign*: its name."""

    campaign: str
    text: Text | None
    is_over: bool


async def unmailed(session: AsyncSession, since: datetime) -> list[Telling]:
    """Return what coordinators were told since that moment and no mail told, the oldest first.

    The end of an alarm comes after its beginning; without that it is left out.
    """
    mailed = await session.scalars(
        select(CampaignRow.campaign).where(CampaignRow.campaign.startswith(MAILED, autoescape=True))
    )
    told = {PREFIX + each.removeprefix(MAILED) for each in mailed}
    rows = await session.execute(
        select(CampaignRow.campaign, CampaignRow.created_at, CampaignRow.state, CampaignRow.reason)
        .where(CampaignRow.campaign.startswith(PREFIX, autoescape=True))
        .order_by(CampaignRow.created_at, CampaignRow.campaign)
    )
    found: list[Telling] = []
    words: dict[str, Text | None] = {}
    for campaign, created_at, state, reason in rows:
        began = campaign.removesuffix(f":{_OVER}")
        if began == campaign:
            words[began] = _said(state, reason)
        elif began not in told:
            continue
        if campaign not in told and created_at >= since:
            told.add(campaign)
            found.append(Telling(campaign, words.get(began), campaign != began))
    return found


async def mail(session: AsyncSession, campaign: str, now: datetime) -> bool:
    """Note that a mail tells of the alarm *campaign*; False if one did already."""
    return await outbox.open_campaign(session, _mailed(campaign), Kind.NOTICE, now)


async def not_mailed(session: AsyncSession, campaign: str) -> None:
    """Take that back: the mail did not leave."""
    await session.execute(delete(CampaignRow).where(CampaignRow.campaign == _mailed(campaign)))


def _mailed(campaign: str) -> str:
    return MAILED + campaign.removeprefix(PREFIX)


def _said(state: str, reason: object) -> Text | None:
    """Return the words of an alarm; of one that was held, the row says why it was held."""
    if state != CampaignState.ACTIVE or reason is None:
        return None
    return TEXT.validate_python(reason)


async def note(session: AsyncSession, campaign: str, text: Text) -> None:
    """Keep the words of an alarm, to be said again when it is over."""
    await session.execute(
        update(CampaignRow)
        .where(CampaignRow.campaign == campaign)
        .values(reason=dump(TEXT, text))
        .execution_options(synchronize_session=False)
    )


async def claim(session: AsyncSession, limit: int, now: datetime) -> Sequence[Parcel]:
    """Take up to *limit* due copies of alarms for five minutes, as `db.claims.claim` does.

    For a process that does not send otherwise: alarms must leave when nobody sends.
    """
    picked = (
        select(RecipientRow.id)
        .join(CampaignRow, CampaignRow.campaign == RecipientRow.campaign)
        .where(
            RecipientRow.status == Status.QUEUED,
            RecipientRow.chat_id.is_not(None),
            CampaignRow.campaign.startswith(PREFIX, autoescape=True),
            CampaignRow.state == CampaignState.ACTIVE,
            or_(RecipientRow.not_before.is_(None), RecipientRow.not_before <= now),
            or_(RecipientRow.claimed_until.is_(None), RecipientRow.claimed_until <= now),
        )
        .order_by(RecipientRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=RecipientRow)
        .cte("picked")
    )
    taken = await session.scalars(
        update(RecipientRow)
        .where(RecipientRow.id.in_(select(picked.c.id)))
        .values(claimed_until=now + CLAIM_FOR, claims=RecipientRow.claims + 1)
        .returning(RecipientRow.id)
        .execution_options(synchronize_session=False)
    )
    rows = await session.execute(
        select(RecipientRow, MessageRow.content)
        .join(MessageRow, MessageRow.id == RecipientRow.message_id)
        .where(RecipientRow.id.in_(taken.all()))
        .order_by(RecipientRow.id)
        .execution_options(populate_existing=True)
    )
    return [_parcel(row, content) for row, content in rows]


def _parcel(row: RecipientRow, content: object) -> Parcel:
    assert row.chat_id is not None
    return Parcel(
        id=row.id,
        chat_id=row.chat_id,
        kind=Kind.NOTICE,
        content=CONTENT.validate_python(content),
        parts_sent=row.parts_sent,
        attempts=row.attempts,
        claim=row.claims,
        campaign=row.campaign,
        thread_id=row.thread_id,
    )
