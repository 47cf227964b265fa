"""The promise comes before the first question, whatever somebody began with.

Source: guided-questions.md, rule 6. Whoever has no language chosen yet may never have seen it:
a word, an old button or a link led them past the first screens. Nothing is stored for this;
that it was shown today is remembered in memory only, as a mark that names nobody.
"""

from dataclasses import replace

from handlers import screens
from handlers.callbacks import Route, StaleButton, decode
from handlers.context import Context
from handlers.screens import Screen
from locales import Translator

MAX_TEXT = 4_096  # UTF-16 units, Bot API sendMessage
_WHAT = "promise"


def was_seen(context: Context) -> bool:
    """Say whether the person has seen the promise, as far as we know."""
    if context.person.language is not None:
        return True
    return context.app.once.has(context.app.today(), _WHAT, context.person.id)


def is_seen(context: Context) -> None:
    """Remember that the promise is on the person's screen; until midnight or a restart."""
    if context.person.language is None:
        context.app.once.is_first(context.app.today(), _WHAT, context.person.id)


def first(t: Translator, city: str, screen: Screen) -> Screen:
    """Return *screen* with the promise above it; where both do not fit, the promise alone.

    Its button then leads on to the answers that *screen* is about.
    """
    text = f"{screens.promised(t, city)}\n\n{screen.text}"
    if len(text.encode("utf-16-le")) // 2 <= MAX_TEXT:
        return replace(screen, text=text)
    return screens.promise(t, _packed(screen), city)


def _packed(screen: Screen) -> str:
    """Return the answers that the frame of *screen* holds; empty when it has none."""
    for row in screen.rows:
        for each in row:
            try:
                press = decode(each.data)
            except StaleButton:  # a link to somewhere else
                continue
            if press.route is Route.HELP_NOW:
                return press.arg(0)
    return ""
