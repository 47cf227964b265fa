"""Why a copy did not arrive, in plain words. Pure."""

from collections.abc import Mapping
from html import escape

from handlers.screens import bold
from locales import Translator
from locales.errors import N_, Text

_MOST = 6  # reasons in one report

# What Telegram says (the description of an error, in lower case) or we do, and what it means. The
# descriptions are not part of the documented Bot API; see `delivery.telegram`.
_MEANINGS = (
    (("blocked", "bot was kicked"), N_("They blocked the bot or removed it from the group.")),
    (("deactivated", "input_user_deactivated"), N_("The account does not exist any more.")),
    (
        ("chat not found", "user not found", "peer_id_invalid"),
        N_("Telegram does not know this chat."),
    ),
    (("rights", "write_forbidden", "forbidden"), N_("The bot may not write there.")),
    (("message is too long",), N_("The text is too long for Telegram.")),
    (("the bot stopped",), N_("The bot stopped while this was on its way.")),
    (("chat moved",), N_("The group has a new number.")),
    (
        (
            "timed out",
            "timeout",
            "no answer",
            "not sent",
            "internal server",
            "bad gateway",
            "restart",
        ),
        N_("Telegram gave no answer."),
    ),
)
_OTHER = N_("Telegram refused it.")


def meaning(reason: str) -> str:
    """Return what *reason* means, as an English sentence that has a translation."""
    said = reason.lower()
    for phrases, sentence in _MEANINGS:
        if any(phrase in said for phrase in phrases):
            return sentence
    return _OTHER


def reasons(t: Translator, counted: Mapping[str, int]) -> str | None:
    """List why people did not get it, most frequent first; None when everybody did."""
    if not counted:
        return None
    by_meaning: dict[str, int] = {}
    for reason, number in counted.items():
        sentence = meaning(reason)
        by_meaning[sentence] = by_meaning.get(sentence, 0) + number
    frequent = sorted(by_meaning.items(), key=lambda each: -each[1])[:_MOST]
    lines = [
        f"• {t.isolate(f'{number} ×')} {escape(t.say(Text(said)))}" for said, number in frequent
    ]
    return "\n".join((bold(t.gettext("Why some did not get it:")), *lines))
