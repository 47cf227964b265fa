"""Screens of a database that comes from a backup: nothing leaves before a yes. Pure."""

from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from html import escape

from handlers.callbacks import Route
from handlers.screens import Screen, bold, button, paragraphs
from locales import Translator
from locales.errors import N_, Text

LATER = "later"  # what a button says that lets everything wait


def waiting(backup_of: datetime, zone: tzinfo | None = None) -> Text:
    """Say that everything waits, and of which moment the backup is (as `stamp`)."""
    sentence = N_("The data come from a backup of {moment}. Nothing is sent before you say yes.")
    return Text(sentence, {"moment": stamp(backup_of, zone)})


def offered(t: Translator, screen: Screen) -> Screen:
    """Return *screen* with a button that asks whether messages may leave again."""
    asks = (button(t.gettext("Let messages leave again"), Route.RESTORED),)
    return replace(screen, rows=(*screen.rows, asks))


def told(t: Translator, backup_of: datetime, zone: tzinfo) -> Screen:
    """Tell a coordinator who opens the chat that everything waits."""
    return offered(t, Screen(escape(t.say(waiting(backup_of, zone)))))


def asked(t: Translator, backup_of: datetime, zone: tzinfo) -> Screen:
    """Say what a yes means, and ask for it."""
    unknown = t.gettext("What happened after {moment} is not in these data.")
    lines = (
        t.fill(unknown, moment=stamp(backup_of, zone)),
        t.gettext("Digests and updates that waited then do not leave yet: I ask about each."),
        t.gettext("Planned updates need approval again. Updates that repeat have ended."),
        t.gettext("Notices that waited then are dropped."),
    )
    text = paragraphs(
        t,
        bold(t.gettext("Let messages leave again?")),
        "\n".join(f"• {escape(line)}" for line in lines),
    )
    yes = button(t.gettext("Yes, send again"), Route.RESTORED, "yes")
    return Screen(text, ((yes,), (button(t.gettext("Not now"), Route.RESTORED, LATER),)))


def done(t: Translator) -> Screen:
    """Say that messages leave."""
    return Screen(escape(t.gettext("Messages leave again.")))


def stamp(moment: datetime, zone: tzinfo | None) -> str:
    """Return *moment* as the city's clocks in *zone* show it, or in UTC, which is said then."""
    if zone is None:
        return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
