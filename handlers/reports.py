"""The live report of an update or a digest: from the outbox, edited in place while it moves."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime

from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

import db.people
import db.reports
import locales
from db.engine import Sessions
from handlers import reply, report_screens, screens
from handlers.broadcast_screens import Named
from handlers.report_figures import figures

log = logging.getLogger(__name__)


def campaign(broadcast_id: int) -> str:
    """Return the outbox's name for a broadcast."""
    return f"broadcast:{broadcast_id}"


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it is shown; *final*: nothing will change it any more."""

    screen: screens.Screen
    final: bool


async def report(
    sessions: Sessions,
    t: locales.Translator,
    name: str,
    *,
    per_second: float | None = None,
    now: datetime | None = None,
    named: Named = Named(),  # noqa: B008  (frozen)
) -> Report:
    """Return the report of the campaign *name* as the outbox stands now, in the words of *t*.

    *per_second*, *now* and *named*: as in `report_figures.figures`.
    """
    counted = await figures(sessions, t, name, per_second=per_second, now=now, named=named)
    final = counted.done and counted.tally.total + counted.mails.total > 0
    return Report(report_screens.report(t, name, counted), final)


async def refresh(
    sessions: Sessions,
    bot: Bot,
    *,
    per_second: float | None = None,
    now: datetime | None = None,
    named: Named = Named(),  # noqa: B008  (frozen)
) -> int:
    """Edit every watched report that has changed; return how many were edited.

    A report that cannot be edited (deleted, blocked) is not a reason to stop; one that
    Telegram did not take just now is tried again with the next call.
    """
    async with sessions() as session:
        views = await db.reports.watched(session)
    edited = 0
    counted: dict[tuple[str, str], Report] = {}  # several coordinators look at the same one
    for view in views:
        async with sessions() as session:
            person = await db.people.find(session, view.chat_id)
        t = locales.translator(locales.choose(person.language if person else None))
        key = (view.campaign, t.language)
        if key not in counted:
            counted[key] = await report(
                sessions, t, view.campaign, per_second=per_second, now=now, named=named
            )
        current = counted[key]
        digest = hashlib.sha256(repr(current.screen).encode()).hexdigest()
        if digest == view.shown:
            continue
        if not await _edit(bot, view.chat_id, view.message_id, current.screen):
            continue
        async with sessions.begin() as session:
            await db.reports.shown(session, view.campaign, view.chat_id, digest)
            if current.final:  # as it was shown, not as it may be by now
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
