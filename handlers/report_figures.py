"""What a report says: counted from the outbox, the answers and the changes of an update."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

import db.amendments
import db.answers
import db.broadcasts
import db.copies
import db.mails
import db.outbox
import db.receipts
import db.reports
import locales
from db.engine import Sessions
from delivery.amendment import Kind
from delivery.broadcast import Audience, Broadcast, State
from delivery.model import Campaign, CampaignState, Tally
from handlers import broadcast_screens, news_screens, recall_screens, report_screens
from handlers.broadcast_screens import Named
from handlers.report_screens import Figures
from handlers.screens import filled
from people.answers import Receipts

REMIND_AFTER = timedelta(hours=1)  # an urgent update that nobody read by then needs a second look
_ID_DIGITS = 9  # fits an INTEGER
_OF_UPDATE = {
    report_screens.BROADCAST,
    report_screens.REMIND,
    report_screens.CORRECT,
    report_screens.RECALL,
}


async def figures(
    sessions: Sessions,
    t: locales.Translator,
    name: str,
    *,
    per_second: float | None = None,
    now: datetime | None = None,
    named: Named = Named(),  # noqa: B008  (frozen)
) -> Figures:
    """Return what the outbox knows of the campaign *name* now, in the words of *t*.

    *per_second*: how many copies leave in a second; without it nobody can say how long the
    rest takes. *now*: without it nobody can be reminded. *named*: names of what narrows an
    audience.
    """
    async with sessions() as session:
        tally = await db.outbox.tally(session, name)
        found = await db.outbox.find(session, name)
        counted = Figures(
            tally,
            stopped=_stopped(t, found),
            ended=found is not None and not _may_leave(found),
            left=_left(found, tally, per_second),
            languages=_by_language(await db.outbox.tally_by_variant(session, name)),
            reasons=await db.reports.reasons(session, name),
            unknown=await db.outbox.unknowns(session, name) if tally.unknown else [],
            mails=await db.mails.tally(session, name),
            can_retry=bool(tally.failed) and _may_leave(found),
        )
        counted = await _discreet(session, name, counted)
        broadcast = await about(session, name)
        if broadcast is None:
            return counted
        counted = replace(counted, gist=broadcast_screens.gist(t, broadcast.texts))
        of_itself = name.partition(":")[0] == report_screens.BROADCAST
        if not of_itself or broadcast.state is not State.APPROVED:
            return counted
        updated = await _of_update(session, t, counted, broadcast, now)
        return replace(
            updated,
            whom=_whom(t, broadcast, named),
            leaves=None if now is None else await _leaves(session, name, now),
        )


def _whom(t: locales.Translator, broadcast: Broadcast, named: Named) -> str:
    """Say as HTML for whom the update is."""
    wanted = broadcast_screens.audience(t, broadcast.audience)
    only = broadcast_screens.narrowing(t, broadcast.shape.only, named.topics, named.districts)
    return "\n".join((filled(t, t.gettext("For: {audience}"), audience=wanted), *only))


async def are_few(session: AsyncSession, name: str, number: int) -> bool:
    """Say whether the campaign *name* is for newcomers and *number* so small that it is hidden."""
    return news_screens.is_few(await _audience(session, name), number)


async def _discreet(session: AsyncSession, name: str, counted: Figures) -> Figures:
    """Leave out of newcomers' figures what could tell of one of them.

    Small parts, and the numbers by which Telegram knows them: nobody can ask them.
    """
    audience = await _audience(session, name)
    if audience is not Audience.ALERTS:
        return counted
    totals = {code: each.total for code, each in counted.languages.items()}
    told = news_screens.shown(audience, totals)
    return replace(
        counted,
        few=news_screens.is_few(audience, counted.tally.total),
        languages={code: each for code, each in counted.languages.items() if code in told},
        unknown=[],
    )


async def _audience(session: AsyncSession, name: str) -> Audience | None:
    found = await about(session, name)
    return None if found is None else found.audience


async def about(session: AsyncSession, name: str) -> Broadcast | None:
    """Return the update that the campaign *name* sends, corrects, takes back or reminds of."""
    kind, _, rest = name.partition(":")
    ident = rest.partition(":")[0]
    if kind not in _OF_UPDATE or not (ident.isdigit() and len(ident) <= _ID_DIGITS):
        return None
    return await db.broadcasts.find(session, int(ident))


async def _leaves(session: AsyncSession, name: str, now: datetime) -> timedelta | None:
    """Return how long nothing of the campaign leaves yet, None when it does or did."""
    at = await db.reports.leaves_at(session, name)
    if at is None or at <= now or await db.broadcasts.has_left(session, name):
        return None
    return at - now


async def _of_update(
    session: AsyncSession,
    t: locales.Translator,
    counted: Figures,
    broadcast: Broadcast,
    now: datetime | None,
) -> Figures:
    """Add what its readers answered, and what coordinators may change about it."""
    got, read = await db.receipts.counts(session, f"{report_screens.BROADCAST}:{broadcast.id}")
    receipts = Receipts(got, read, await db.answers.count(session, broadcast.id))
    changes = await db.amendments.of(session, broadcast.id)
    pending = next((each for each in changes if each.state is State.PENDING), None)
    done = [each for each in changes if each.state is State.APPROVED]
    recalled = any(each.kind is Kind.RECALL for each in done)
    reminded = await db.outbox.find(session, f"{report_screens.REMIND}:{broadcast.id}") is not None
    late = now is not None and now >= _left_at(broadcast) + REMIND_AFTER
    return replace(
        counted,
        receipts=receipts,
        asks_read=broadcast.shape.receipt,
        helps=broadcast.shape.help,
        reminds=(
            broadcast.shape.receipt
            and receipts.unread > 0
            and late
            and not reminded
            and not recalled
        ),
        stands=_stands(t, recalled=recalled, corrected=bool(done)),
        more=() if recalled else recall_screens.rows(t, broadcast.id, pending),
    )


def _stands(t: locales.Translator, *, recalled: bool, corrected: bool) -> str | None:
    if recalled:
        return filled(t, t.gettext("This update was taken back from everybody."))
    return filled(t, t.gettext("This update was corrected.")) if corrected else None


def _left_at(broadcast: Broadcast) -> datetime:
    """Return when the update began to leave."""
    return broadcast.send_at or broadcast.decided_at or broadcast.created_at


def _stopped(t: locales.Translator, found: Campaign | None) -> str | None:
    if found is None or found.state not in (CampaignState.PAUSED, CampaignState.HELD):
        return None
    return t.say(found.reason) if found.reason else t.gettext("Paused.")


def _may_leave(found: Campaign | None) -> bool:
    """Say whether what waits or failed may still leave: it was not stopped for good."""
    return found is not None and found.state is not CampaignState.CANCELLED


def _left(found: Campaign | None, tally: Tally, per_second: float | None) -> timedelta | None:
    if found is None or found.state is not CampaignState.ACTIVE or not per_second:
        return None
    return timedelta(seconds=(tally.queued + tally.sending) / per_second)


def _by_language(variants: Mapping[str, Tally]) -> dict[str, Tally]:
    """Add the tallies of a language's wordings; of a digest every choice of topics is one."""
    added: dict[str, Tally] = {}
    for variant, tally in variants.items():
        code = db.copies.language(variant).partition(":")[0]
        if code in locales.supported() and tally.total:
            before = added.get(code, Tally())
            added[code] = Tally(before.total + tally.total, sent=before.sent + tally.sent)
    return added
