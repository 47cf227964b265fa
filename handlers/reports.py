"""The live report of an update or a digest: from the outbox, edited in place while it moves."""

import hashlib
import logging
from dataclasses import dataclass

from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

import db.mails
import db.outbox
import db.people
import db.reports
import locales
from db.engine import Sessions
from delivery.model import CampaignState
from handlers import reply, report_screens, screens

log = logging.getLogger(__name__)


def campaign(broadcast_id: int) -> str:
    """Return the outbox's name for a broadcast."""
    return f"broadcast:{broadcast_id}"


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it is shown; *final*: nothing will change it any more."""

    screen: screens.Screen
    final: bool


async def report(sessions: Sessions, t: locales.Translator, name: str) -> Report:
    """Return the report of the campaign *name* as the outbox stands now, in the words of *t*."""
    async with sessions() as session:
        tally = await db.outbox.tally(session, name)
        found = await db.outbox.find(session, name)
        unknown = await db.outbox.unknowns(session, name) if tally.unknown else []
        mails = await db.mails.tally(session, name)
    stopped = None
    if found is not None and found.state in (CampaignState.PAUSED, CampaignState.HELD):
        stopped = t.say(found.reason) if found.reason else t.gettext("Paused.")
    screen = report_screens.report(t, name, tally, stopped=stopped, unknown=unknown, mails=mails)
    return Report(screen, final=tally.done and mails.done and tally.total + mails.total > 0)


async def refresh(sessions: Sessions, bot: Bot) -> int:
    """Edit every watched report that has changed; return how many were edited.

    A report that cannot be edited (deleted, blocked) is not a reason to stop; one that
    Telegram did not take just now is tried again with the next call.
    """
    async with sessions() as session:
        views = await db.reports.watched(session)
    edited = 0
    for view in views:
        async with sessions() as session:
            person = await db.people.find(session, view.chat_id)
        t = locales.translator(locales.choose(person.language if person else None))
        now = await report(sessions, t, view.campaign)
        digest = hashlib.sha256(repr(now.screen).encode()).hexdigest()
        if digest == view.shown:
            continue
        if not await _edit(bot, view.chat_id, view.message_id, now.screen):
            continue
        async with sessions.begin() as session:
            await db.reports.shown(session, view.campaign, view.chat_id, digest)
            if now.final:  # as it was shown, not as it may be by now
                await db.reports.unwatch(session, view.campaign, view.chat_id)
        edited += 1
    return edited


async def _edit(bot: Bot, chat_id: int, message_id: int, shown: screens.Screen) -> bool:
    """Edit the message; False when another attempt may go better."""
    try:
        await bot.edit_message_text(
            shown.text,
            chat_id=chat_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=reply.keyboard(shown),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
    except TelegramError as exc:
        log.info("report not edited", extra={"chat_id": chat_id, "error": type(exc).__name__})
        # BadRequest is a NetworkError to the library: deleted, or the same text already
        return isinstance(exc, BadRequest) or not isinstance(exc, NetworkError | RetryAfter)
    return True
