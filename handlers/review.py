"""The coordinators' review of the weekly digest: look, keep, drop, hold, approve."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update

import db.editions
import db.items
import db.ledger
import db.outbox
import db.subscriptions
import locales
from delivery.model import Kind
from digests.compile import in_order, iso_week
from digests.model import Edition, EditionState, StoredItem
from handlers import deeds, digest_screens, notify, reply, screens
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.context import App, Context
from handlers.digest_screens import Review
from locales.errors import N_, UserError
from people.model import Action

_OPEN = (EditionState.DRAFT, EditionState.HELD)


class DigestChanged(UserError):
    """New posts came, or somebody dropped one, after the screen with this button was shown."""

    message = N_("The digest has changed since you looked. Please look again, then approve.")


class DigestDecided(UserError):
    """Another coordinator was faster."""

    message = N_("Another coordinator has already approved this digest.")


async def review(update: Update, context: Context) -> None:
    """Show the digest that is due next, or the week on the button."""
    require(context, Action.REVIEW_DIGEST)
    week = context.press.arg(0) if context.press else "now"
    page = context.press.number(1) if context.press else 0
    await _show_review(update, context, week, page)


async def _show_review(update: Update, context: Context, week: str, page: int = 0) -> None:
    async with context.app.sessions() as session:
        shown = await gather(session, context.app, week)
    await reply.show(update, context, digest_screens.review(context.t, shown, page))


async def gather(session: AsyncSession, app: App, week: str = "now") -> Review:
    """Collect what the coordinators look at; "now" is the week that is not approved yet.

    An approved week shows its frozen items, any other what the ledger holds for it now.
    """
    now_week = iso_week(app.clock(), app.zone)
    edition = await db.editions.find(session, now_week if week == "now" else week)
    if edition is None:
        edition = Edition(now_week, EditionState.DRAFT)
    items = (
        await db.ledger.for_week(session, edition.week)
        if edition.state is EditionState.APPROVED
        else await db.ledger.accepted_without_week(session)
    )
    return Review(
        edition,
        in_order(items, app.topics),
        waiting=len(await db.items.waiting(session)),
        held=len(await db.items.held(session)),
        subscribers=len(await db.subscriptions.active(session)),
        queued=await db.outbox.find(session, campaign(edition.week)) is not None,
    )


async def acted(update: Update, context: Context) -> None:
    """Approve, hold, or show the digest as subscribers get it: what the button says.

    Raises:
        DigestChanged: the button was under another list of posts.
        DigestDecided: another coordinator approved meanwhile.
    """
    require(context, Action.REVIEW_DIGEST)
    assert context.press is not None
    week, act, mark = (context.press.arg(n) for n in range(3))
    if act == "see":
        await _see(update, context, week)
        return
    if act not in ("approve", "hold"):
        raise StaleButton(act)
    await _decide(context, week, act, mark)
    await _show_review(update, context, week)


async def _decide(context: Context, week: str, act: str, mark: str) -> None:
    """Approve or hold the week; an approval freezes posts and recipients in one transaction."""
    now, me = context.app.clock(), context.person.id
    new = EditionState.APPROVED if act == "approve" else EditionState.HELD
    async with context.app.sessions.begin() as session:
        shown = await gather(session, context.app, week)
        if shown.edition.week != week:
            raise StaleButton(week)
        if shown.edition.state is EditionState.APPROVED:
            raise DigestDecided
        if digest_screens.fingerprint(shown.items) != mark:
            raise DigestChanged
        await db.editions.create(session, week, now)
        if not await db.editions.move(session, week, old=_OPEN, new=new, by=me, now=now):
            raise DigestDecided
        if new is EditionState.APPROVED:
            await db.ledger.freeze(session, week, [item.id for item in shown.items])
            if now >= context.app.sends_at(week):
                await send_out(session, context.app, week, shown.items)
        await deeds.note(session, context, f"{act}_digest", week, items=len(shown.items))


async def send_due(app: App) -> bool:
    """Queue the latest approved digest once its time has come; True if it was queued now."""
    async with app.sessions.begin() as session:
        edition = await db.editions.latest(session)
        if edition is None or edition.state is not EditionState.APPROVED:
            return False
        if app.clock() < app.sends_at(edition.week):
            return False
        if await db.outbox.find(session, campaign(edition.week)) is not None:
            return False
        items = await db.ledger.for_week(session, edition.week)
        await send_out(session, app, edition.week, items)
    return True


async def announce_due(app: App, reviewed_from: datetime) -> bool:
    """Open this week's digest and tell the coordinators, once; True if that was now.

    *reviewed_from*: the moment of this week at which the review begins.
    """
    now = app.clock()
    if now < reviewed_from:
        return False
    week = iso_week(now, app.zone)
    async with app.sessions.begin() as session:
        if not await db.editions.create(session, week, now):
            return False
        shown = await gather(session, app, week)
        await notify.coordinators(
            session, f"notice:digest:{week}", lambda t: digest_screens.ready(t, shown), now=now
        )
    return True


def campaign(week: str) -> str:
    """Return the outbox's name for the digest of *week*."""
    return f"digest:{week}"


async def send_out(session: AsyncSession, app: App, week: str, items: Sequence[StoredItem]) -> None:
    """Give every subscriber their digest: one message for each language and choice of topics."""
    name, now = campaign(week), app.clock()
    variants: dict[tuple[str, frozenset[str]], list[int]] = {}
    for each in await db.subscriptions.active(session):
        key = (locales.choose(each.language), each.topics)
        variants.setdefault(key, []).append(each.chat_id)
    await db.outbox.open_campaign(session, name, Kind.DIGEST, now)
    for (language, wanted), chat_ids in variants.items():
        content = digest_screens.content(
            locales.translator(language), app.topics, week, items, wanted
        )
        if content is not None:
            mark = hashlib.sha256(",".join(sorted(wanted)).encode()).hexdigest()[:16]
            variant = f"{language}:{mark}"
            await db.outbox.enqueue(session, name, variant, content, chat_ids, now)


async def _see(update: Update, context: Context, week: str) -> None:
    """Send the coordinator the digest as a subscriber with their language and topics gets it."""
    async with context.app.sessions() as session:
        shown = await gather(session, context.app, week)
        own = await db.subscriptions.find(session, context.person.id)
    wanted = own.topics if own is not None else frozenset[str]()
    content = digest_screens.content(context.t, context.app.topics, week, shown.items, wanted)
    await reply.answer(update)
    if content is None:
        told = context.t.gettext("In these topics there is nothing new, so nothing is sent.")
        await reply.send(update, context, screens.notice(told))
        return
    for part in content.parts:
        await reply.send(update, context, screens.Screen(part))
