"""Screens of an update that leaves as planned, and of words that go out once more. Pure."""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from delivery.broadcast import Broadcast
from delivery.model import Button, Content
from handlers.callbacks import Route
from handlers.life_screens import Seen, back, look
from handlers.price_screens import cost, priced
from handlers.screens import Rows, Screen, button, filled, paragraphs
from handlers.update_names import heading, moment
from locales import Translator

_HOUR = 60  # minutes


def again(t: Translator, minutes: int, yes: Button, back: Button) -> Screen:
    """Ask whether words that went out *minutes* ago are to go to the same people once more."""
    if minutes < _HOUR:
        sentence = t.ngettext(
            "This text went out {n} minute ago. Send it again?",
            "This text went out {n} minutes ago. Send it again?",
            minutes,
        )
        text = filled(t, sentence, n=minutes)
    else:
        hours = minutes // _HOUR
        sentence = t.ngettext(
            "This text went out {n} hour ago. Send it again?",
            "This text went out {n} hours ago. Send it again?",
            hours,
        )
        text = filled(t, sentence, n=hours)
    return Screen(text, ((yes,), (back,)))


def approve_again(t: Translator, seen: Seen, minutes: int) -> Screen:
    """Ask the same at the approval."""
    number, label = seen.broadcast.id, priced(t, t.gettext("Send it again"), seen.stars)
    yes = button(label, Route.BROADCAST_ACT, number, "approve", seen.mark, "again")
    return again(t, minutes, yes, back(t, number))


def leaving(
    t: Translator,
    broadcast: Broadcast,
    following: datetime | None,
    zone: ZoneInfo,
    stars: int | None = None,
) -> Content:
    """Tell the coordinators that a planned update is leaving; of a repeat, when the next does.

    *stars*: what that costs at most, None where nothing is paid for.
    """
    leaves = t.gettext("Urgent update {number} is leaving now, as planned.")
    told = (heading(t, broadcast), filled(t, leaves, number=broadcast.id), cost(t, stars))
    if broadcast.origin_id is None:
        return Content((paragraphs(t, *told),), (look(t, broadcast.id),))
    sentence = t.gettext("It repeats update {number}.")
    origin = filled(t, sentence, number=broadcast.origin_id)
    rows: Rows = (look(t, broadcast.id),)
    if following is not None:
        rows += (_stop(t, broadcast.origin_id),)
    return Content((paragraphs(t, *told, origin, _next(t, following, zone)),), rows)


def repeating(
    t: Translator, broadcast: Broadcast, following: datetime | None, zone: ZoneInfo
) -> Screen:
    """Say when an update is sent again, with the button that ends it."""
    rows: Rows = () if following is None else (_stop(t, broadcast.id),)
    return Screen(paragraphs(t, heading(t, broadcast), _next(t, following, zone)), rows)


def _next(t: Translator, following: datetime | None, zone: ZoneInfo) -> str:
    if following is None:
        return escape(t.gettext("It is not sent again."))
    sentence = t.gettext("It is sent again on {moment}.")
    return filled(t, sentence, moment=moment(t, following, zone))


def _stop(t: Translator, origin_id: int) -> tuple[Button, ...]:
    return (button(t.gettext("Stop repeating it"), Route.LIFE, origin_id, "stop"),)
