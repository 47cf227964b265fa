"""Queries about whom an update is for: counted before it is sent, frozen when it is approved.

Both ask `members`, so the number that a coordinator read is the number of copies.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncSession

import locales
from db.models import AlertRow, PersonRow, SubscriptionRow
from db.outbox import Addressee
from db.sending import BROADCAST_CAMPAIGN, BroadcastRow, RecipientRow
from delivery.broadcast import Audience, Narrowing
from delivery.model import Status
from directory.alerting import ANYWHERE, alertable
from people.model import Role

_EVERYBODY = Narrowing()
_STAFF = (Role.PARTNER, Role.COORDINATOR)


class _Chat(NamedTuple):
    """A chat with what can narrow an audience; *topics* None: no digest comes here."""

    chat_id: int
    language: str | None
    thread_id: int | None
    organisation: str | None
    topics: list[str] | None


async def members(
    session: AsyncSession, audience: Audience, only: Narrowing = _EVERYBODY
) -> list[Addressee]:
    """Return whom an update for *audience* reaches, each chat once, by chat id.

    Never anybody who is paused, never a newcomer who did not ask for it. Groups and channels
    are subscribers, whatever they chose to hear of the digest; partners are people only.
    *only*: a language is the one in which the chat gets it; who gets all topics gets each; one
    and the same alert must be about a need and a district, or about the whole city.
    """
    if audience is Audience.ALERTS:
        return await _who_asked(session, only)
    if only.needs or only.districts:
        return []
    return [
        Addressee(each.chat_id, each.language, each.thread_id)
        for each in await _chats(session, audience)
        if _fits(each, only)
    ]


async def organisations(session: AsyncSession, audience: Audience) -> list[str]:
    """Return the organisations of people in *audience*, by name, whatever the case each once."""
    if audience is Audience.ALERTS:
        return []
    found = {
        each.organisation.casefold(): each.organisation
        for each in await _chats(session, audience)
        if each.organisation
    }
    return [found[key] for key in sorted(found)]


async def leave_staff(session: AsyncSession, person_id: int, now: datetime) -> None:
    """Skip what waits for somebody only because they were of the partnership until now."""
    reads = select(SubscriptionRow.chat_id).where(
        SubscriptionRow.chat_id == person_id, SubscriptionRow.paused_at.is_(None)
    )
    for_staff = select(BROADCAST_CAMPAIGN).where(
        or_(
            BroadcastRow.audience.in_([Audience.PARTNERS, Audience.COORDINATORS]),
            (BroadcastRow.audience == Audience.EVERYONE) & ~reads.exists(),
        )
    )
    await session.execute(
        update(RecipientRow)
        .where(RecipientRow.chat_id == person_id, RecipientRow.status == Status.QUEUED)
        .where(RecipientRow.campaign.in_(for_staff))
        .values(status=Status.SKIPPED, settled_at=now)
        .execution_options(synchronize_session=False)
    )


async def _who_asked(session: AsyncSession, only: Narrowing) -> list[Addressee]:
    """Return the chats with an alert that fits, whatever else their people are."""
    if only.topics or only.organisations:
        return []
    wanted = (
        select(AlertRow.chat_id, PersonRow.language, func.min(AlertRow.language))
        .outerjoin(PersonRow, PersonRow.person_id == AlertRow.chat_id)
        .where(AlertRow.paused_at.is_(None), PersonRow.paused_at.is_(None))
        .where(AlertRow.need.in_(alertable()))  # some may be refused since
        .group_by(AlertRow.chat_id, PersonRow.language)
        .order_by(AlertRow.chat_id)
    )
    if only.needs:
        wanted = wanted.where(AlertRow.need.in_(only.needs))
    if only.districts:
        wanted = wanted.where(AlertRow.district.in_([*only.districts, ANYWHERE]))
    found = [
        Addressee(chat_id, own or asked_in)
        for chat_id, own, asked_in in await session.execute(wanted)
    ]
    return [each for each in found if _reads(each.language, only)]


async def _chats(session: AsyncSession, audience: Audience) -> list[_Chat]:
    people = select(PersonRow.person_id.label("chat_id"))
    coordinators = people.where(PersonRow.role == Role.COORDINATOR)
    staff = people.where(PersonRow.role.in_(_STAFF))
    subscribers = select(SubscriptionRow.chat_id).where(SubscriptionRow.paused_at.is_(None))
    wanted = {
        Audience.COORDINATORS: union(coordinators),
        Audience.PARTNERS: union(staff),
        Audience.SUBSCRIBERS: union(subscribers),
        Audience.EVERYONE: union(staff, subscribers),
    }[audience].subquery()
    rows = await session.execute(
        select(
            wanted.c.chat_id,
            PersonRow.language,
            SubscriptionRow.language,
            SubscriptionRow.thread_id,
            PersonRow.organisation,
            SubscriptionRow.topics,
        )
        .outerjoin(PersonRow, PersonRow.person_id == wanted.c.chat_id)
        .outerjoin(
            SubscriptionRow,
            (SubscriptionRow.chat_id == wanted.c.chat_id) & SubscriptionRow.paused_at.is_(None),
        )
        .where(PersonRow.paused_at.is_(None))
        .order_by(wanted.c.chat_id)
    )
    return [_Chat(chat_id, own or chats, *rest) for chat_id, own, chats, *rest in rows]


def _fits(chat: _Chat, only: Narrowing) -> bool:
    """Say whether *chat* is meant: any of a part will do, but every part must fit."""
    organisations = {each.casefold() for each in only.organisations}
    return (
        _reads(chat.language, only)
        and (not organisations or (chat.organisation or "").casefold() in organisations)
        and (not only.topics or _hears_of(chat.topics, only.topics))
    )


def _reads(language: str | None, only: Narrowing) -> bool:
    return not only.languages or locales.choose(language) in only.languages


def _hears_of(topics: list[str] | None, wanted: tuple[str, ...]) -> bool:
    return topics is not None and (not topics or not set(wanted).isdisjoint(topics))
