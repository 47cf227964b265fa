"""Queries about who gets the digest."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import Row, Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import PersonRow, SubscriptionRow
from db.sending import CampaignRow, RecipientRow
from db.upsert import insert
from delivery.model import Kind, Status
from digests.model import ChatKind, Frequency, Subscription
from people.model import Role


async def find(session: AsyncSession, chat_id: int) -> Subscription | None:
    """Return the chat's subscription, paused or not, or None."""
    row = (await session.execute(_joined().where(SubscriptionRow.chat_id == chat_id))).first()
    return _subscription(row) if row is not None else None


async def active(session: AsyncSession) -> list[Subscription]:
    """Return the subscriptions that are not paused, by chat id, each with its language."""
    rows = await session.execute(
        _joined()
        .where(SubscriptionRow.paused_at.is_(None), PersonRow.paused_at.is_(None))
        .order_by(SubscriptionRow.chat_id)
    )
    return [_subscription(row) for row in rows]


async def subscribe(session: AsyncSession, chat_id: int, *, today: date) -> None:
    """Subscribe the chat to all topics; one that is subscribed keeps its topics."""
    await session.execute(
        insert(session, SubscriptionRow)
        .values(
            chat_id=chat_id,
            topics=[],
            frequency=Frequency.WEEKLY,
            kind=ChatKind.PRIVATE,
            created_on=today,
        )
        .on_conflict_do_update(index_elements=["chat_id"], set_={"paused_at": None})
    )


async def unsubscribe(session: AsyncSession, chat_id: int, *, now: datetime) -> None:
    """Delete the chat's subscription; harmless when there is none.

    What waits for the chat because of it is skipped: digests, and urgent updates too unless
    a role is a second reason to send them.
    """
    await session.execute(delete(SubscriptionRow).where(SubscriptionRow.chat_id == chat_id))
    has_role = (
        select(PersonRow.person_id)
        .where(PersonRow.person_id == chat_id, PersonRow.role != Role.NEWCOMER)
        .exists()
    )
    because = (CampaignRow.kind == Kind.DIGEST) | ((CampaignRow.kind == Kind.URGENT) & ~has_role)
    await session.execute(
        update(RecipientRow)
        .where(RecipientRow.chat_id == chat_id, RecipientRow.status == Status.QUEUED)
        .where(RecipientRow.campaign.in_(select(CampaignRow.campaign).where(because)))
        .values(status=Status.SKIPPED, settled_at=now)
        .execution_options(synchronize_session=False)
    )


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
