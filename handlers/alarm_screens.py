"""What coordinators read when something is wrong with the machinery, and when it is over. Pure."""

from collections.abc import Callable, Sequence
from html import escape

from delivery.model import Content
from locales import Translator
from locales.errors import Text


def wrong(problem: Text) -> Callable[[Translator], Content]:
    """Return the message that tells of a new *problem*, in any language."""
    return lambda t: _content(wrong_words(t, problem))


def wrong_words(t: Translator, problem: Text) -> tuple[str, ...]:
    """Return the paragraphs of the same, without any markup: also for a mail."""
    return (
        t.gettext("⚠️ Something in the bot is not working:"),
        t.say(problem),
        t.gettext("I will tell you when it is over. Send /health to see everything."),
    )


def over(problem: Text | None) -> Callable[[Translator], Content]:
    """Return the message that *problem* has ended; None where its words are not known."""
    return lambda t: _content(over_words(t, problem))


def over_words(t: Translator, problem: Text | None) -> tuple[str, ...]:
    """Return the paragraphs of the same, without any markup."""
    if problem is None:
        return (t.gettext("✅ The bot works again as it should."),)
    return (t.gettext("✅ This is over. I had told you:"), t.say(problem))


def _content(paragraphs: Sequence[str]) -> Content:
    return Content(("\n\n".join(escape(each, quote=False) for each in paragraphs),))
