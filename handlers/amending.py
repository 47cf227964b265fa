"""What an approved correction or recall does to the copies of an update."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

import db.amendments
import db.broadcasts
import db.copies
import db.outbox
import locales
from delivery.amendment import Amendment
from delivery.amendment import Kind as Change
from delivery.broadcast import Broadcast
from delivery.model import CampaignState, Content, Kind
from handlers import recall_screens, reminders, reports
from handlers.context import App
from locales import Translator
from locales.errors import N_, Text

_LATE = timedelta(days=1)  # for so long copies are looked for that were on their way
_TAKEN_BACK = Text(N_("The update was taken back."))


def words(t: Translator, broadcast: Broadcast, texts: Mapping[str, str], on: date) -> Content:
    """Return the update with corrected *texts*, which a person wrote, as its readers get it."""
    shape = replace(broadcast.shape, machine=())
    return recall_screens.corrected(t, replace(broadcast, texts=texts, shape=shape), on)


async def begin(session: AsyncSession, app: App, amendment: Amendment) -> None:
    """Do what was approved just now, in the transaction of the approval.

    An earlier correction of the same update goes on no more; what repeats later repeats with
    the corrected words, or not at all.
    """
    now = app.clock()
    broadcast = await db.broadcasts.find(session, amendment.broadcast_id)
    if broadcast is None:
        return
    for earlier in await db.amendments.of(session, broadcast.id):
        if earlier.number < amendment.number:
            for name in (earlier.campaign, _of_reminder(earlier)):
                await db.outbox.set_state(session, name, CampaignState.CANCELLED, None, now)
    if amendment.kind is Change.CORRECT:
        await db.amendments.put_words(session, broadcast.id, amendment.texts)
    else:
        await db.broadcasts.end_repeat(session, broadcast.id, app.today() - timedelta(days=1))
        for name in (reports.campaign(broadcast.id), reminders.campaign(broadcast.id)):
            await db.outbox.set_state(session, name, CampaignState.CANCELLED, _TAKEN_BACK, now)
    await db.outbox.open_campaign(session, amendment.campaign, Kind.URGENT, now)
    await _spread(session, app, amendment, broadcast, None)


async def catch_up(app: App) -> int:
    """Change the copies that were on their way when a change was approved; return how many."""
    now = app.clock()
    async with app.sessions() as session:
        recent = await db.amendments.approved_since(session, now - _LATE)
        behind = [each for each in recent if await _is_behind(session, each)]
    queued = 0
    for amendment in behind:
        async with app.sessions.begin() as session:
            broadcast = await db.broadcasts.find(session, amendment.broadcast_id)
            if broadcast is not None:
                since = amendment.decided_at
                queued += await _spread(session, app, amendment, broadcast, since)
    return queued


async def _is_behind(session: AsyncSession, amendment: Amendment) -> bool:
    """Say whether a copy arrived, or may arrive, with words that the change was about."""
    campaign = await db.outbox.find(session, amendment.campaign)
    since = amendment.decided_at
    if campaign is None or campaign.state is CampaignState.CANCELLED or since is None:
        return False
    number = amendment.number if amendment.kind is Change.CORRECT else None
    for name, by in _pairs(amendment):
        if await db.copies.behind(session, name, by, since, number=number):
            return True
    return False


def _pairs(amendment: Amendment) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return what a change is about, the update and its reminder, each with what changes it."""
    number = amendment.broadcast_id
    return (
        (reports.campaign(number), amendment.campaign),
        (reminders.campaign(number), _of_reminder(amendment)),
    )


async def _spread(
    session: AsyncSession,
    app: App,
    amendment: Amendment,
    broadcast: Broadcast,
    since: datetime | None,
) -> int:
    """Queue the change for the copies of the update and of its reminder that need it."""
    now = app.clock()
    on = (amendment.decided_at or now).astimezone(app.zone).date()
    corrected = replace(broadcast, texts=amendment.texts)
    queued = 0
    for name, by in _pairs(amendment):
        if await db.outbox.find(session, name) is None:
            continue
        await db.outbox.open_campaign(session, by, Kind.URGENT, now)
        if amendment.kind is Change.RECALL:
            queued += await db.copies.recall(session, name, by, _recalled, now, since=since)
            continue
        wording = _Corrected(corrected, on, whole=by == amendment.campaign)
        queued += await db.copies.correct(
            session, name, by, wording, now, number=amendment.number, since=since
        )
    return queued


@dataclass(frozen=True, slots=True)
class _Corrected:
    """The corrected update by language; not *whole*: as the reminder of it."""

    broadcast: Broadcast
    on: date
    whole: bool

    def __call__(self, code: str) -> Content:
        t = locales.translator(code)
        content = words(t, self.broadcast, self.broadcast.texts, self.on)
        return content if self.whole else reminders.reminding(t, content)


def _recalled(code: str) -> Content:
    return recall_screens.taken_back(locales.translator(code))


def _of_reminder(amendment: Amendment) -> str:
    """Return the outbox's name for what changes the copies of the reminder."""
    return f"{amendment.campaign}:reminder"
