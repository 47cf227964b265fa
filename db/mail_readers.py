"""Queries about who gets the digest by e-mail: asked, confirmed, changed, stopped.

Nobody gets anything but one mail to confirm before they said yes.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from hmac import compare_digest
from itertools import islice

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import erasures
from db.mailing import MailRow, MailSubscriberRow
from db.upsert import insert
from delivery.model import Status
from digests.mailing import CONFIRM, MailReader, Wish, is_token
from digests.subscription import Frequency

CONFIRMS_A_DAY = 200  # mails to confirm: so nobody can use us to flood others
UNCONFIRMED = timedelta(days=7)
_ROWS_AT_ONCE = 500
PAUSED = timedelta(days=180)  # as long as a chat that blocked the bot


async def ask(
    session: AsyncSession,
    address: str,
    wish: Wish,
    *,
    token: str,
    now: datetime,
    a_day: int = CONFIRMS_A_DAY,
) -> None:
    """Note that somebody asks for the digest, and queue the one mail that goes there today.

    *token*: a new one, for an address that is not there yet. Who is there keeps theirs; only
    before a yes does a new *wish* take the place of the old one. Nothing says which it was. No
    mail is queued when one went there today, or when there are *a_day* of them already.
    """
    values = _values(wish)
    await session.execute(
        insert(session, MailSubscriberRow)
        .values(address=address, token=token, created_on=now.date(), asked_at=now, **values)
        .on_conflict_do_update(
            index_elements=["address"],
            set_={**values, "asked_at": now},
            where=MailSubscriberRow.confirmed_at.is_(None),
        )
    )
    found = await session.scalars(
        select(MailSubscriberRow.id).where(MailSubscriberRow.address == address)
    )
    campaign = f"{CONFIRM}:{now.date()}"
    asked = select(func.count()).where(MailRow.campaign == campaign)
    if (await session.scalar(asked) or 0) < a_day:
        await queue(session, campaign, {found.one(): now})


async def by_token(session: AsyncSession, token: str) -> MailReader | None:
    """Return whose *token* it is, or None. Of the time that it takes nobody learns anything."""
    if not is_token(token):
        return None
    row = (
        await session.scalars(_subscribers().where(MailSubscriberRow.token == token))
    ).one_or_none()
    if row is None or not compare_digest(row.token, token):
        return None
    return of_row(row)


async def confirm(session: AsyncSession, token: str, now: datetime) -> MailReader | None:
    """Note that the reader said yes, also after a pause; None: nobody has this *token*."""
    return await _set(session, token, confirmed_at=now, paused_at=None)


async def change(session: AsyncSession, token: str, wish: Wish) -> MailReader | None:
    """Store another *wish* of the reader; None: nobody has this *token*."""
    return await _set(session, token, **_values(wish))


async def stop(session: AsyncSession, token: str, now: datetime) -> bool:
    """Delete the reader and skip what waits for them; False: nobody has this *token*.

    A mark stays (`db.erasures`), so that no backup brings them back.
    """
    reader = await by_token(session, token)
    if reader is None:
        return False
    await erasures.put(session, {erasures.mail_mark(token): now})
    await session.execute(
        update(MailRow)
        .where(MailRow.subscriber_id == reader.id, MailRow.status == Status.QUEUED)
        .values(status=Status.SKIPPED, settled_at=now)
    )
    await session.execute(delete(MailSubscriberRow).where(MailSubscriberRow.id == reader.id))
    return True


async def stop_again(session: AsyncSession, marks: Collection[str], now: datetime) -> int:
    """Stop the mails to everybody with one of *marks*, after a restore; return to how many.

    Who asks for them anew has another token, so that nobody is stopped who came back.
    """
    tokens = await session.scalars(select(MailSubscriberRow.token).order_by(MailSubscriberRow.id))
    wanted = set(marks)
    late = [each for each in tokens if erasures.mail_mark(each) in wanted]
    for token in late:
        await stop(session, token, now)
    return len(late)


async def readers(
    session: AsyncSession, frequencies: Collection[Frequency] = (Frequency.WEEKLY, Frequency.DAILY)
) -> list[MailReader]:
    """Return who confirmed and can be reached, with one of *frequencies*, by id."""
    rows = await session.scalars(
        _subscribers()
        .where(MailSubscriberRow.confirmed_at.is_not(None), MailSubscriberRow.paused_at.is_(None))
        .where(MailSubscriberRow.frequency.in_(list(frequencies)))
        .order_by(MailSubscriberRow.id)
    )
    return [of_row(row) for row in rows]


async def counted(session: AsyncSession, frequency: Frequency) -> int:
    """Return how many readers with this *frequency* confirmed and can be reached."""
    reachable = select(func.count()).where(
        MailSubscriberRow.confirmed_at.is_not(None),
        MailSubscriberRow.paused_at.is_(None),
        MailSubscriberRow.frequency == frequency,
    )
    return await session.scalar(reachable) or 0


async def queue(session: AsyncSession, campaign: str, wanted: dict[int, datetime]) -> int:
    """Queue a mail of *campaign* for each reader's id, to leave from its moment on.

    Returns how many are new: a reader gets one mail of a campaign.
    """
    fresh = {"campaign": campaign, "status": Status.QUEUED, "attempts": 0}
    new, waiting = 0, iter(wanted.items())
    while some := list(islice(waiting, _ROWS_AT_ONCE)):
        done = await session.scalars(
            insert(session, MailRow)
            .values([{**fresh, "subscriber_id": each, "not_before": due} for each, due in some])
            .on_conflict_do_nothing(index_elements=["campaign", "subscriber_id"])
            .returning(MailRow.id)
        )
        new += len(done.all())
    return new


async def purge(session: AsyncSession, now: datetime) -> int:
    """Delete who never said yes, and who cannot be reached any more; return how many."""
    unconfirmed = MailSubscriberRow.confirmed_at.is_(None) & (
        MailSubscriberRow.asked_at < now - UNCONFIRMED
    )
    unreachable = MailSubscriberRow.paused_at < now - PAUSED
    people = await session.scalars(
        delete(MailSubscriberRow)
        .where(unconfirmed | unreachable)
        .returning(MailSubscriberRow.id)
        .execution_options(synchronize_session=False)
    )
    return len(people.all())


def of_row(row: MailSubscriberRow) -> MailReader:
    """Return the reader that *row* holds."""
    wish = Wish(
        language=row.language,
        topics=frozenset(map(str, row.topics)),
        frequency=Frequency(row.frequency),
        day=row.day,
        hour=row.hour,
    )
    return MailReader(row.id, row.address, row.token, wish, row.confirmed_at)


async def _set(session: AsyncSession, token: str, **values: object) -> MailReader | None:
    reader = await by_token(session, token)
    if reader is None:
        return None
    await session.execute(
        update(MailSubscriberRow).where(MailSubscriberRow.id == reader.id).values(**values)
    )
    return await by_token(session, token)


def _subscribers() -> Select[MailSubscriberRow]:
    return select(MailSubscriberRow).execution_options(populate_existing=True)


def _values(wish: Wish) -> dict[str, object]:
    return {
        "language": wish.language,
        "topics": sorted(wish.topics),
        "frequency": wish.frequency,
        "day": wish.day,
        "hour": wish.hour,
    }
