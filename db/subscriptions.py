"""Queries about who gets the digest."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import alerts
from db.models import PersonRow, SubscriptionRow
from db.sending import CampaignRow, RecipientRow
from db.upsert import insert
from delivery.model import Kind, Status
from digests.subscription import ChatKind, Frequency, Subscription
from people.model import Role

_CLOCKS_CHANGE = 1  # from 01:00 to 02:00 the clocks of the UK skip an hour or repeat it


async def find(session: AsyncSession, chat_id: int) -> Subscription | None:
    """Return the chat's subscription, paused or not, or None."""
    row = (await session.execute(_joined().where(SubscriptionRow.chat_id == chat_id))).first()
    return _subscription(row) if row is not None else None


async def active(session: AsyncSession, frequency: Frequency | None = None) -> list[Subscription]:
    """Return the subscriptions that are not paused, by chat id, each with its language.

    *frequency*: only those who want news so often.
    """
    query = _joined().where(SubscriptionRow.paused_at.is_(None), PersonRow.paused_at.is_(None))
    if frequency is not None:
        query = query.where(SubscriptionRow.frequency == frequency)
    rows = await session.execute(query.order_by(SubscriptionRow.chat_id))
    return [_subscription(row) for row in rows]


async def count(session: AsyncSession, frequency: Frequency) -> int:
    """Return how many subscriptions that are not paused want news so often."""
    query = (
        _joined()
        .with_only_columns(func.count())
        .where(
            SubscriptionRow.paused_at.is_(None),
            PersonRow.paused_at.is_(None),
            SubscriptionRow.frequency == frequency,
        )
    )
    return await session.scalar(query) or 0


async def subscribe(
    session: AsyncSession,
    chat_id: int,
    *,
    today: date,
    kind: ChatKind = ChatKind.PRIVATE,
    thread_id: int | None = None,
) -> None:
    """Subscribe the chat to all topics, weekly; one that is subscribed keeps its choices.

    *thread_id*: the topic of a forum group in which the digest is to stand from now on.
    """
    await session.execute(
        insert(session, SubscriptionRow)
        .values(
            chat_id=chat_id,
            topics=[],
            frequency=Frequency.WEEKLY,
            kind=kind,
            thread_id=thread_id,
            created_on=today,
        )
        .on_conflict_do_update(
            index_elements=["chat_id"], set_={"paused_at": None, "thread_id": thread_id}
        )
    )


async def set_frequency(
    session: AsyncSession, chat_id: int, frequency: Frequency, *, now: datetime
) -> bool:
    """Set how often news come; False when there is no subscription.

    With urgent updates only, a digest that waits for its hour is skipped.
    """
    if frequency is Frequency.URGENT:
        await _skip(session, chat_id, CampaignRow.kind == Kind.DIGEST, now)
    return await _set(session, chat_id, frequency=frequency)


async def set_day(session: AsyncSession, chat_id: int, day: int) -> bool:
    """Set the day of the weekly digest (0 is Monday); False when there is no subscription.

    Raises:
        ValueError: *day* is no day of the week.
    """
    if day not in range(7):
        raise ValueError(f"no day of the week: {day}")
    return await _set(session, chat_id, day=day)


async def set_hour(session: AsyncSession, chat_id: int, hour: int) -> bool:
    """Set the hour in the city's time; False when there is no subscription.

    Raises:
        ValueError: *hour* is none, or the one that happens twice or never when clocks change.
    """
    if hour not in range(24) or hour == _CLOCKS_CHANGE:
        raise ValueError(f"no hour to choose: {hour}")
    return await _set(session, chat_id, hour=hour)


async def set_language(session: AsyncSession, chat_id: int, language: str) -> bool:
    """Set the language of the chat, a person's own choice goes before; False: no subscription."""
    return await _set(session, chat_id, language=language)


async def move(session: AsyncSession, old: int, new: int) -> None:
    """Give a group that became a supergroup its new id, unless that one has a subscription."""
    known = select(SubscriptionRow.chat_id).where(SubscriptionRow.chat_id == new)
    if (await session.scalars(known)).first() is not None:
        await session.execute(delete(SubscriptionRow).where(SubscriptionRow.chat_id == old))
    await session.execute(
        update(SubscriptionRow).where(SubscriptionRow.chat_id == old).values(chat_id=new)
    )


async def drop_groups(session: AsyncSession, chat_ids: Collection[int]) -> None:
    """Delete the subscriptions of those of *chat_ids* that are groups or channels.

    A group that cannot be reached is no person who may come back: nothing of it is kept.
    """
    await session.execute(
        delete(SubscriptionRow)
        .where(SubscriptionRow.chat_id.in_(list(chat_ids)))
        .where(SubscriptionRow.kind != ChatKind.PRIVATE)
        .execution_options(synchronize_session=False)
    )


async def unsubscribe(session: AsyncSession, chat_id: int, *, now: datetime) -> None:
    """Delete the chat's subscription; harmless when there is none.

    What waits for the chat because of it is skipped: digests, and urgent updates too unless
    a role, or an alert that was asked for, is another reason to send them.
    """
    await session.execute(delete(SubscriptionRow).where(SubscriptionRow.chat_id == chat_id))
    has_role = (
        select(PersonRow.person_id)
        .where(PersonRow.person_id == chat_id, PersonRow.role != Role.NEWCOMER)
        .exists()
    )
    asked = CampaignRow.campaign.in_(alerts.campaigns())
    urgent = (CampaignRow.kind == Kind.URGENT) & ~has_role & ~asked
    because = (CampaignRow.kind == Kind.DIGEST) | urgent
    await _skip(session, chat_id, because, now)


async def set_topic(
    session: AsyncSession, chat_id: int, topic: str, *, wanted: bool, all_topics: Collection[str]
) -> Subscription | None:
    """Add or remove a topic and return the subscription; None when there is none.

    No topics stored means all, so the first removal stores the others, and a choice of all
    is stored as none. The last topic cannot be removed: that is what /unsubscribe is for.
    """
    row = await session.get(SubscriptionRow, chat_id, with_for_update=True)
    if row is None:
        return None
    now = set(row.topics) & set(all_topics) or set(all_topics)
    chosen = now | {topic} if wanted else now - {topic}
    if chosen and topic in all_topics:
        row.topics = [] if chosen == set(all_topics) else sorted(chosen)
        await session.flush()
    return await find(session, chat_id)


async def _skip(
    session: AsyncSession, chat_id: int, because: ColumnElement[bool], now: datetime
) -> None:
    """Skip what waits for the chat of those campaigns."""
    await session.execute(
        update(RecipientRow)
        .where(RecipientRow.chat_id == chat_id, RecipientRow.status == Status.QUEUED)
        .where(RecipientRow.campaign.in_(select(CampaignRow.campaign).where(because)))
        .values(status=Status.SKIPPED, settled_at=now)
        .execution_options(synchronize_session=False)
    )


async def _set(session: AsyncSession, chat_id: int, **values: object) -> bool:
    changed = await session.scalars(
        update(SubscriptionRow)
        .where(SubscriptionRow.chat_id == chat_id)
        .values(**values)
        .returning(SubscriptionRow.chat_id)
        .execution_options(synchronize_session=False)
    )
    return changed.one_or_none() is not None


def _joined() -> Select[SubscriptionRow, str | None]:
    return select(SubscriptionRow, PersonRow.language).outerjoin(
        PersonRow, PersonRow.person_id == SubscriptionRow.chat_id
    )


def _subscription(row: Row[SubscriptionRow, str | None]) -> Subscription:
    stored, language = row
    return Subscription(
        chat_id=stored.chat_id,
        topics=frozenset(map(str, stored.topics)),
        language=language or stored.language,
        frequency=Frequency(stored.frequency),
        day=stored.day,
        hour=stored.hour,
        kind=ChatKind(stored.kind),
        thread_id=stored.thread_id,
    )
