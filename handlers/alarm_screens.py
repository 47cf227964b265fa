"""What coordinators read when something is wrong with the machinery, and when it is over. Pure."""

from collections.abc import Callable
from html import escape

from delivery.model import Content
from locales import Translator
from locales.errors import Text


def wrong(problem: Text) -> Callable[[Translator], Content]:
    """Return the message that tells of a new *problem*, in any language."""

    def build(t: Translator) -> Content:
        return _content(
            t.gettext("⚠️ Something in the bot is not working:"),
            t.say(problem),
            t.gettext("I will tell you when it is over. Send /health to see everything."),
        )

    return build


def over(problem: Text | None) -> Callable[[Translator], Content]:
    """Return the message that *problem* has ended; None where its words are not known."""

    def build(t: Translator) -> Content:
        if problem is None:
            return _content(t.gettext("✅ The bot works again as it should."))
        return _content(t.gettext("✅ This is over. I had told you:"), t.say(problem))

    return build


def _content(*paragraphs: str) -> Content:
    return Content(("\n\n".join(escape(each, quote=False) for each in paragraphs),))
