"""Words for what sending costs in paid mode, where somebody decides about it. Pure."""

from handlers.screens import filled
from locales import Translator


def cost(t: Translator, stars: int | None, *, each_time: bool = False) -> str | None:
    """Say as HTML how many Stars sending costs at most; None where nothing is paid for.

    *each_time*: it is sent more than once.
    """
    if stars is None:
        return None
    said = t.ngettext(
        "Sending it costs up to {n} Telegram Star.",
        "Sending it costs up to {n} Telegram Stars.",
        stars,
    )
    lines = [
        filled(t, said, n=stars),
        filled(t, t.gettext("Only messages above 30 a second are paid for.")),
    ]
    if each_time:
        lines.append(filled(t, t.gettext("It costs that each time it is sent.")))
    return "\n".join(lines)


def priced(t: Translator, label: str, stars: int | None) -> str:
    """Return the *label* of a button that sends, with what that costs at most."""
    if stars is None:
        return label
    return t.fill(t.gettext("{action} (up to {n} ⭐)"), action=label, n=stars)
