"""Screens of when an update is to leave, and how often again. Pure."""

from datetime import date, datetime, timedelta
from html import escape

from delivery.broadcast import State
from delivery.model import Button
from handlers import subscription_screens
from handlers.callbacks import Route
from handlers.life_screens import Seen, back, quiet
from handlers.screens import Rows, Screen, button, day, filled, paragraphs
from handlers.update_names import moment
from locales import Translator

EVERY = (1, 2, 7)  # days between repeats that are offered
LASTS = (3, 7, 14, 30)  # days after the first time until which they are offered


def times(t: Translator, seen: Seen, evening: datetime | None, tomorrow: datetime) -> Screen:
    """Ask when an update is to leave."""
    broadcast_id, rows = seen.broadcast.id, list[tuple[Button, ...]]()

    def at(when: datetime) -> str:
        return subscription_screens.clock(t, when.astimezone(seen.zone).time())

    if seen.broadcast.state is State.PENDING:
        label = t.gettext("As soon as it is approved")
        rows.append((button(label, Route.LIFE, broadcast_id, "now"),))
    if evening is not None:
        label = t.fill(t.gettext("This evening, {time}"), time=at(evening))
        rows.append((button(label, Route.LIFE, broadcast_id, "at", minute(evening)),))
    label = t.fill(t.gettext("Tomorrow, {time}"), time=at(tomorrow))
    rows.append((button(label, Route.LIFE, broadcast_id, "at", minute(tomorrow)),))
    rows.append((button(t.gettext("Another time"), Route.LIFE, broadcast_id, "type"),))
    rows.append((back(t, broadcast_id),))
    return Screen(escape(t.gettext("When should it leave?")), tuple(rows))


def minute(at: datetime) -> int:
    """Return *at* as a button carries it: whole minutes since 1970."""
    return int(at.timestamp()) // 60


def ask_time(t: Translator) -> Screen:
    """Ask for a day and a time in words."""
    ask = t.gettext("Write the day and the time, like 25/11 14:30. Send /cancel to stop.")
    return Screen(paragraphs(t, escape(ask)))


def read_back(t: Translator, seen: Seen, wanted: datetime) -> Screen:
    """Say what was understood, and when the update leaves then; ask for a yes."""
    number, leaves = seen.broadcast.id, seen.plan.leaves or wanted
    sentence = t.gettext("It leaves on {moment}. Is that right?")
    text = paragraphs(t, quiet(t, seen), filled(t, sentence, moment=moment(t, leaves, seen.zone)))
    rows: Rows = (
        (button(t.gettext("Yes, that is right"), Route.LIFE, number, "at", minute(wanted)),),
        (button(t.gettext("Another time"), Route.LIFE, number, "type"),),
        (back(t, number),),
    )
    return Screen(text, rows)


def how_often(t: Translator, broadcast_id: int) -> Screen:
    """Ask after how many days an update is to be sent again."""
    rows: Rows = tuple(
        (
            button(
                t.fill(t.ngettext("Each day", "Every {n} days", each), n=each),
                Route.LIFE,
                broadcast_id,
                "every",
                each,
            ),
        )
        for each in EVERY
    )
    once = button(t.gettext("Do not repeat it"), Route.LIFE, broadcast_id, "once")
    text = escape(t.gettext("How often should it be sent again?"))
    return Screen(text, (*rows, (once,), (back(t, broadcast_id),)))


def until_when(t: Translator, broadcast_id: int, every: int, first: date) -> Screen:
    """Ask for the last day of an update that is sent again every so many days from *first* on."""
    days = [first + timedelta(days=each) for each in LASTS if each >= every]
    rows: Rows = tuple(
        (button(day(t, each), Route.LIFE, broadcast_id, "until", every, each.toordinal()),)
        for each in days
    )
    return Screen(escape(t.gettext("Until when?")), (*rows, (back(t, broadcast_id),)))
