"""What the edition of a week is now: its posts in order, its words, and what stands beside."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

import db.archive
import db.beside
import db.editions
import db.ledger
import db.mail_readers
import db.outbox
import db.queue
import db.subscriptions
from delivery.price import most_stars
from digests.compile import in_order, is_past, iso_week
from digests.edition import Edition, EditionState
from digests.item import ARCHIVE, StoredItem
from digests.subscription import Frequency
from handlers.context import App
from handlers.digest_screens import Review

OPEN = (EditionState.DRAFT, EditionState.HELD)
SOON = timedelta(days=7)  # until the next edition


async def gather(session: AsyncSession, app: App, week: str = "now") -> Review:
    """Collect what the coordinators look at; "now" is the week that is not approved yet.

    An approved week shows its frozen posts, any other what the ledger holds for it now.
    """
    now_week = iso_week(app.clock(), app.zone)
    wanted = now_week if week == "now" else week
    edition = await db.editions.find(session, wanted)
    if edition is None:
        edition = Edition(now_week, EditionState.DRAFT)
    today = day_of(app, edition)
    sent = await db.outbox.find(session, campaign(edition.week))
    chats = await db.subscriptions.count(session, Frequency.WEEKLY)
    items, left_out = await _items(session, edition, today)
    if edition.beside is None and edition.state is not EditionState.APPROVED:
        beside = await db.beside.gather(session, edition.week, now=app.clock(), zone=app.zone)
        edition = replace(edition, beside=beside)
    return Review(
        edition,
        in_order(items, app.topics, today),
        waiting=len(await db.queue.waiting(session)),
        held=len(await db.queue.held(session)),
        going=await db.queue.going(session, app.clock(), SOON),
        subscribers=chats + await db.mail_readers.counted(session, Frequency.WEEKLY),
        today=today,
        left_out=left_out,
        sending=None if sent is None else sent.state,
        empty=app.empty,
        stars=most_stars(chats) if app.paid else None,
    )


def campaign(week: str) -> str:
    """Return the outbox's name for the digest of *week*."""
    return f"digest:{week}"


def day_of(app: App, edition: Edition) -> date:
    """Return the day from which dates are counted: on which it leaves, or today if later.

    For an approved edition the day of its approval, if that was later, so that nothing in it
    changes any more.
    """
    at = app.clock()
    if edition.state is EditionState.APPROVED and edition.decided_at is not None:
        at = edition.decided_at
    return max(at, app.sends_at(edition.week)).astimezone(app.zone).date()


async def has_left(session: AsyncSession, item: StoredItem) -> bool:
    """Say whether readers have got *item*: with the news of a day, or in an edition that left.

    An edition takes posts when it is approved, which may be days before it leaves, and takes
    some without showing them; what is older than its feed here was in none.
    """
    if item.daily_on is not None:
        return True
    if item.week in (None, ARCHIVE) or item.position is None:
        return False
    return bool(await db.archive.left(session, item.week))


async def _items(
    session: AsyncSession, edition: Edition, today: date
) -> tuple[Sequence[StoredItem], Sequence[StoredItem]]:
    """Return the posts that it shows and those that it leaves out because they are past."""
    if edition.state is EditionState.APPROVED:
        shown = await db.ledger.for_week(session, edition.week)
        return shown, await db.ledger.left_out(session, edition.week)
    waiting = await db.ledger.accepted_without_week(session)
    return (
        [each for each in waiting if not is_past(each, today)],
        [each for each in waiting if is_past(each, today)],
    )
