"""An edition on its way: announced, approved, sent, asked about; and the news of a day.

The scheduler only knocks. What is due is read from the database each time (`digests.schedule`),
and what is done is noted in the transaction that does it: a process that stops in between,
or two of them, send nothing twice.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

import db.audit
import db.editions
import db.ledger
import db.mail_readers
import db.mails
import db.outbox
import db.subscriptions
import locales
from db.outbox import Address
from delivery.model import CampaignState, Content, Kind
from delivery.policy import TOO_OLD
from digests import schedule
from digests.compile import is_past, iso_week
from digests.edition import EditionState, Empty
from digests.item import StoredItem
from digests.mailing import DAILY
from digests.schedule import Standing, Step
from digests.subscription import Frequency, Subscription
from handlers import digest_screens, notify
from handlers.context import App
from handlers.digest_screens import Review
from handlers.editions import OPEN, campaign, gather
from locales import Translator
from locales.errors import N_, UserError

_NEWS_KEPT = timedelta(days=7)  # what a day's news may be made of, after an outage


class DigestChanged(UserError):
    """New posts came, or somebody changed one, after the screen with this button was shown."""

    message = N_("The digest has changed since you looked. Please look again, then approve.")


class DigestDecided(UserError):
    """Another coordinator was faster."""

    message = N_("Another coordinator has already approved this digest.")


async def knock(app: App, review_at: Callable[[str], datetime]) -> list[Step]:
    """Do what is due for this week's edition and for earlier ones that wait to leave.

    *review_at* returns when the edition of a week goes to the coordinators. Return what was
    done.
    """
    done = [Step.SEND] if await send_due(app) else []
    if await announce_due(app, review_at(iso_week(app.clock(), app.zone))):
        done.append(Step.ANNOUNCE)
    if (step := await unseen_due(app)) is not None:
        done.append(step)
    return done


async def send_due(app: App) -> bool:
    """Queue the approved editions whose time has come; True if there was one.

    One whose time was over a day ago is queued, but held until a coordinator says yes.
    """
    queued = False
    async with app.sessions() as session:
        weeks = [each.week for each in await db.editions.waiting_to_leave(session)]
    for week in weeks:
        async with app.sessions.begin() as session:
            step = await _step(session, app, week)
            if step in (Step.SEND, Step.ASK):
                queued |= await send_out(session, app, await gather(session, app, week))
            if step is Step.ASK:
                name, now = campaign(week), app.clock()
                await db.outbox.set_state(session, name, CampaignState.HELD, TOO_OLD, now)
    return queued


async def announce_due(app: App, reviewed_from: datetime) -> bool:
    """Open this week's digest and tell the coordinators, once; True if that was now.

    *reviewed_from*: the moment of this week at which the review begins.
    """
    now = app.clock()
    week = iso_week(now, app.zone)
    async with app.sessions.begin() as session:
        if await _step(session, app, week, review_at=reviewed_from) is not Step.ANNOUNCE:
            return False
        await db.editions.create(session, week, now)
        shown = await gather(session, app, week)
        if await db.outbox.open_campaign(session, _notice(week), Kind.NOTICE, now):
            await notify.coordinators(
                session, _notice(week), lambda t: digest_screens.ready(t, shown), now=now
            )
    return True


async def unseen_due(app: App) -> Step | None:
    """Remind of this week's digest, or send it, when its time has come and nobody decided.

    Unseen leaves only what a person stands behind. What the judge alone accepted stays in the
    draft: nothing doubtful reaches partners unreviewed (issue 5, reliability test S9).
    """
    now = app.clock()
    week = iso_week(now, app.zone)
    async with app.sessions.begin() as session:
        step = await _step(session, app, week)
        if step is Step.TAKE:
            shown = await _stood_behind(session, app, week)
            if shown.items:
                await _take(session, app, shown)
                return step
            step = Step.REMIND if schedule.may_remind(shown.edition, now) else None
        if step is Step.REMIND and await db.editions.mark_reminded(session, week, now):
            shown = await gather(session, app, week)
            if not (shown.is_empty and app.empty is Empty.SILENT):
                occasion = f"{_notice(week)}:{now:%Y%m%d%H%M}"
                await _tell(session, app, occasion, shown, digest_screens.reminder)
                return step
    return None


async def _stood_behind(session: AsyncSession, app: App, week: str) -> Review:
    """Return the draft with only what a person stands behind; the rest counts as waiting."""
    shown = await gather(session, app, week)
    sure = await db.ledger.stood_behind(session, [item.id for item in shown.items])
    items = [item for item in shown.items if item.id in sure]
    return replace(shown, items=items, waiting=shown.waiting + len(shown.items) - len(items))


async def _take(session: AsyncSession, app: App, shown: Review) -> None:
    """Approve in nobody's name, note that nobody looked, and say so."""
    week, detail = shown.edition.week, {"items": len(shown.items), "nobody_looked": True}
    await approve(session, app, shown, by=None)
    await db.audit.record(
        session,
        actor=None,
        action="approve_digest",
        subject=week,
        now=app.clock(),
        detail=detail,
    )
    await _tell(session, app, f"{_notice(week)}:unseen", shown, digest_screens.unseen)


async def approve(session: AsyncSession, app: App, shown: Review, *, by: int | None) -> None:
    """Freeze the edition as *shown*, and queue it if its time has come; commits nothing.

    *by*: None when nobody looked; what somebody holds stays then.

    Raises:
        DigestDecided: it was approved meanwhile, or held.
        DigestChanged: a post or the note is not what it was any more.
    """
    now, week = app.clock(), shown.edition.week
    old = OPEN if by is not None else (EditionState.DRAFT,)
    await db.editions.create(session, week, now)
    await db.editions.keep_beside(session, week, shown.beside)
    if not await db.editions.move(
        session, week, old=old, new=EditionState.APPROVED, by=by, now=now
    ):
        raise DigestDecided
    ids = [item.id for item in shown.items]
    past = [item.id for item in shown.left_out]
    if await db.ledger.freeze(session, week, ids, past) != len(ids):
        raise DigestChanged
    # from here on nobody else can change it: is it what was looked at?
    if not _says_the_same(await gather(session, app, week), shown):
        raise DigestChanged
    if now >= app.sends_at(week):
        await send_out(session, app, shown)


def _says_the_same(frozen: Review, shown: Review) -> bool:
    """Say whether an edition says word for word, in the same order, what was looked at."""
    items = [replace(each, week=None, position=None) for each in frozen.items]
    before = [replace(each, week=None, position=None) for each in shown.items]
    return items == before and frozen.edition.note == shown.edition.note


async def send_out(session: AsyncSession, app: App, shown: Review) -> bool:
    """Queue a copy for every weekly reader: in their language and topics, at their hour.

    False when it is in the outbox already.
    """
    name, now = campaign(shown.edition.week), app.clock()
    if not await db.outbox.open_campaign(session, name, Kind.DIGEST, now):
        return False
    await _queue_copies(session, app, shown)
    return True


async def renew(session: AsyncSession, app: App, week: str) -> None:
    """Word the copies of a held edition anew, for the day on which somebody says yes.

    What has become past since it was queued is not told. If any copy has left, all stay.
    """
    if await db.outbox.empty(session, campaign(week)):
        await _queue_copies(session, app, await gather(session, app, week))


async def _queue_copies(session: AsyncSession, app: App, shown: Review) -> None:
    name, now = campaign(shown.edition.week), app.clock()
    leaves = max(now, app.sends_at(shown.edition.week))
    await _queue(
        session,
        name,
        await db.subscriptions.active(session, Frequency.WEEKLY),
        lambda t, topics, day: digest_screens.content(
            t,
            app.topics,
            digest_screens.on_day(shown, day),
            topics,
            app.public_url,
            app.pictures,
        ),
        lambda each: schedule.leaves_at(each, leaves, app.zone).astimezone(app.zone),
        now=now,
    )
    await db.mails.queue_edition(
        session, name, lambda each: schedule.leaves_at(each.subscription, leaves, app.zone)
    )


async def daily_due(app: App) -> bool:
    """Queue the news of the day for those who want news daily; True if there were any.

    Once a day, from the hour at which the first copy leaves. What nobody gets is not noted as
    told: its site may still change or delete it before the weekly edition.
    """
    now, today = app.clock(), app.today()
    if schedule.too_late_for_daily(now, app.zone):
        return False
    name = f"{DAILY}:{today}"
    async with app.sessions.begin() as session:
        if await db.outbox.find(session, name) is not None:
            return False
        daily = await db.subscriptions.active(session, Frequency.DAILY)
        by_mail = await db.mail_readers.readers(session, [Frequency.DAILY])
        everybody = [*daily, *(each.subscription for each in by_mail)]
        if not everybody or now < schedule.daily_due(today, everybody, app.zone):
            return False
        if not await db.outbox.open_campaign(session, name, Kind.DIGEST, now):
            return False
        fresh = await db.ledger.fresh(session, now - await _reach(session, today))
        await db.ledger.mark_daily(session, [item.id for item in fresh], today)
        items = [item for item in fresh if not is_past(item, today)]
        queued = await _queue_news(session, app, today, items, daily if items else [])
        if items:
            queued += await db.mails.queue_edition(
                session,
                name,
                lambda each: schedule.daily_leaves_at(each.subscription, today, app.zone),
                frequency=Frequency.DAILY,
            )
    return queued > 0


async def renew_daily(session: AsyncSession, app: App, day: str) -> None:
    """Word the news of a *day* that were held anew, without what is past by now.

    If any copy has left, all stay.
    """
    if await db.outbox.empty(session, f"{DAILY}:{day}"):
        wanted, today = date.fromisoformat(day), app.today()
        told = await db.ledger.told_on(session, wanted)
        items = [item for item in told if not is_past(item, today)]
        readers = await db.subscriptions.active(session, Frequency.DAILY)
        await _queue_news(session, app, wanted, items, readers if items else [])


async def _queue_news(
    session: AsyncSession,
    app: App,
    day: date,
    items: list[StoredItem],
    readers: list[Subscription],
) -> int:
    """Queue the news of *day* for *readers*, at their hour or now if it is over."""
    return await _queue(
        session,
        f"{DAILY}:{day}",
        readers,
        lambda t, topics, _: digest_screens.daily(t, app.topics, items, topics, day, app.pictures),
        lambda each: schedule.daily_leaves_at(each, day, app.zone),
        now=app.clock(),
    )


async def _reach(session: AsyncSession, today: date) -> timedelta:
    """Return how far back the news of *today* go.

    A week where somebody read them lately, so that an outage loses nothing; else a day, so
    that nobody's first day brings the news of a week.
    """
    for n in range(1, _NEWS_KEPT.days + 1):
        if await db.outbox.find(session, f"{DAILY}:{today - timedelta(days=n)}") is not None:
            return _NEWS_KEPT
    return timedelta(days=1)


async def _step(
    session: AsyncSession, app: App, week: str, *, review_at: datetime | None = None
) -> Step | None:
    """Return what is to be done about *week*; without *review_at* no announcement."""
    now = app.clock()
    told = await db.outbox.find(session, _notice(week))
    standing = Standing(
        edition=await db.editions.find(session, week),
        announced_at=told.created_at if told is not None else None,
        queued=await db.outbox.find(session, campaign(week)) is not None,
    )
    step = schedule.next_step(
        standing,
        review_at=review_at or now,
        send_at=app.sends_at(week),
        now=now,
        unseen=app.unseen,
    )
    return None if step is Step.ANNOUNCE and review_at is None else step


async def _tell(
    session: AsyncSession,
    app: App,
    occasion: str,
    shown: Review,
    build: Callable[[Translator, Review], Content],
) -> None:
    await notify.coordinators(session, occasion, lambda t: build(t, shown), now=app.clock())


async def _queue(
    session: AsyncSession,
    name: str,
    subscriptions: list[Subscription],
    build: Callable[[Translator, frozenset[str], date], Content | None],
    leaves: Callable[[Subscription], datetime],
    *,
    now: datetime,
) -> int:
    """Queue one wording for each language, choice of topics and day; return how many copies.

    *leaves*: when a reader's copy goes, in the city's time.
    """
    variants: dict[tuple[str, frozenset[str], date], list[Address]] = {}
    for each in subscriptions:
        at = leaves(each)
        key = (locales.choose(each.language), each.topics, at.date())
        address = Address(each.chat_id, each.thread_id, max(now, at))
        variants.setdefault(key, []).append(address)
    queued = 0
    for (language, wanted, day), addresses in variants.items():
        content = build(locales.translator(language), wanted, day)
        if content is not None:
            mark = hashlib.sha256(",".join(sorted(wanted)).encode()).hexdigest()[:16]
            variant = f"{language}:{mark}:{day}"
            queued += await db.outbox.enqueue(session, name, variant, content, addresses, now)
    return queued


def _notice(week: str) -> str:
    return f"notice:digest:{week}"
