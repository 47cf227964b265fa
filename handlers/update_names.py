"""Which urgent update it is: its number, its time and its first words, to find it again. Pure."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, get_datetime_format

import locales
from delivery.broadcast import Broadcast, State
from delivery.model import Button
from digests.clean import clean_text
from handlers import broadcast_screens, contact, subscription_screens
from handlers.callbacks import Route
from handlers.screens import button, day, filled
from locales import Translator

_LONGEST_LABEL = 40  # characters that phones show of a button in a row of its own
_FEWEST_WORDS = 12  # characters of an update's words in a label, whatever stands before them


def moment(t: Translator, at: datetime, zone: ZoneInfo) -> str:
    """Return the day and the time of day of *at* in *zone*."""
    local = at.astimezone(zone)
    return _joined(t, day(t, local.date()), local)


def _short(t: Translator, at: datetime, zone: ZoneInfo) -> str:
    """Return *at* as `moment` does, without the weekday and the year."""
    local = at.astimezone(zone)
    return _joined(t, format_skeleton("MMMd", local, locale=contact.locale_of(t)), local)


def _joined(t: Translator, said: str, local: datetime) -> str:
    """Return a day and its time of day as the reader's language joins them."""
    pattern = str(get_datetime_format("medium", locale=contact.locale_of(t)))
    clock = subscription_screens.clock(t, local.time())
    return pattern.replace("{1}", said).replace("{0}", clock)


def heading(t: Translator, broadcast: Broadcast) -> str:
    """Return as HTML which update it is: its number, and how its English words begin."""
    number = filled(t, t.gettext("Urgent update {number}"), number=broadcast.id)
    return f"<b>{number}</b>\n{broadcast_screens.gist(t, broadcast.texts)}"


def unfinished(t: Translator, found: Sequence[Broadcast], zone: ZoneInfo) -> list[Button]:
    """Return a button for each update that waits, is planned, on its way, or repeats."""
    return [button(_label(t, each, zone), Route.BROADCAST, each.id) for each in found]


def sent(t: Translator, found: Sequence[Broadcast], zone: ZoneInfo) -> list[Button]:
    """Return a button for each update that has gone out, which leads to its report."""
    return [
        button(_named(t, each, "", each.send_at or each.decided_at, zone), Route.BROADCAST, each.id)
        for each in found
    ]


def _label(t: Translator, broadcast: Broadcast, zone: ZoneInfo) -> str:
    """Return how an unfinished update stands as a sign (`compose_screens.ask_text` says them)."""
    if broadcast.state is State.SCHEDULED:
        return _named(t, broadcast, "🕒 ", broadcast.send_at, zone)
    if broadcast.state is State.APPROVED:
        sign = "📤 " if broadcast.until is None else "🔁 "
        return _named(t, broadcast, sign, None, zone)
    return _named(t, broadcast, "⏳ ", None, zone)


def _named(
    t: Translator, broadcast: Broadcast, sign: str, at: datetime | None, zone: ZoneInfo
) -> str:
    """Return *sign*, the number, the time if there is one, and how the words begin."""
    before = [str(broadcast.id), *([] if at is None else [_short(t, at, zone)])]
    room = _LONGEST_LABEL - len(" · ".join((sign, *before)))
    words = clean_text(broadcast.texts[locales.SOURCE], max(_FEWEST_WORDS, room))
    return sign + " · ".join(t.isolate(each) for each in (*before, words))
