"""What newcomers get who asked for news: its frame, and numbers that tell of nobody. Pure.

Phones show the first line on a locked screen, to whoever is near. So it tells nothing, and the
sign of alarm is kept for danger to life. Why it came is said without the need and the part of
the city: those are the person's own, and nobody who reads along should learn them.
"""

from collections.abc import Mapping, Sequence
from html import escape

import locales
from delivery.broadcast import Audience, Link, Shape
from delivery.model import Button
from directory.telling import telling
from handlers import alert_screens
from handlers.callbacks import Route
from handlers.screens import Rows, bold, button, italic
from locales import Translator
from people.voice import FEWEST, shown_parts

Telling = tuple[str, Sequence[str]]
"""Where words stand that tell too much, and these words."""


def opening(t: Translator) -> str:
    """Return the first line of news that speak of no danger to life."""
    return bold(t.gettext("News that you asked for"))


def why(t: Translator) -> str:
    """Say why it came, and that it can be stopped."""
    return italic(t.gettext("You get this because you asked for news. You can stop it any time."))


def rows(t: Translator, shape: Shape) -> Rows:
    """Return the buttons under such an update: its links, stop in one tap, and help now."""
    links = [(_link(t, each),) for each in shape.links if each.url is not None]
    return (
        *links,
        (alert_screens.stop_button(t),),
        (button(t.gettext("🆘 Help now"), Route.HELP_BELOW),),
    )


def _link(t: Translator, link: Link) -> Button:
    """Return the button of *link*; the name of a service that would tell something is not said.

    Of other buttons the coordinator wrote the words, and can change them (`news_check`).
    """
    tells = link.service_id is not None and telling(link.label, locales.SOURCE)
    return Button(t.gettext("Find out more") if tells else link.label, url=link.url)


def is_few(audience: Audience | None, number: int) -> bool:
    """Say whether so many of *audience* are so few that their number is not told.

    Of newcomers alone: a number under five could be one family (`people.voice.FEWEST`).
    """
    return audience is Audience.ALERTS and 0 < number < FEWEST


def shown(audience: Audience | None, counts: Mapping[str, int]) -> Mapping[str, int]:
    """Return which parts of a number may be told: all, but of newcomers no small ones."""
    return shown_parts(counts) if audience is Audience.ALERTS else counts


def hidden(t: Translator) -> str:
    """Say that small numbers are left out."""
    return italic(t.fill(t.gettext("Counts under {fewest} are hidden."), fewest=FEWEST))


def too_telling(t: Translator, found: Sequence[Telling]) -> str:
    """Name the words for which an update cannot go to newcomers, by where they stand."""
    lines = [
        f"• {t.isolate(escape(where))}: {t.isolate(escape(', '.join(words)))}"
        for where, words in found
    ]
    told = t.gettext("Newcomers cannot get it yet. These words can tell others about them:")
    change = t.gettext("Please change the words, or choose other people.")
    return "\n".join((escape(told), *lines, escape(change)))


def unread(t: Translator) -> str:
    """Say what was not looked at for words that tell too much."""
    return escape(t.gettext("I cannot read pictures and files. Please check what they tell."))
