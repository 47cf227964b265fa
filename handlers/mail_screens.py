"""Screens about the digest by e-mail. Pure."""

from html import escape

from delivery.model import Content, Tally
from handlers.callbacks import Route
from handlers.screens import Screen, bold, button, filled, paragraphs
from locales import Translator


def ask(t: Translator) -> Screen:
    """Ask for the address; nothing of it is linked to who writes it."""
    text = paragraphs(
        t,
        bold(t.gettext("The digest by e-mail")),
        escape(t.gettext("Please write the e-mail address to which it should go.")),
        escape(t.gettext("I do not keep which Telegram account wrote it.")),
    )
    return Screen(text, ((button(t.gettext("Stop without sending"), Route.MAIL, "no"),),))


def sent(t: Translator) -> Screen:
    """Say the same to everybody, whether the address was known or not."""
    text = paragraphs(
        t,
        bold(t.gettext("Please look in your mailbox")),
        escape(t.gettext("We sent you a mail. Open the link in it and press the button.")),
        escape(t.gettext("If there is no mail in ten minutes, look among the unwanted mails.")),
    )
    return Screen(text)


def failing(t: Translator, why: str, waiting: int) -> Content:
    """Tell a coordinator that the mail server refuses much of what we send."""
    waits = t.ngettext(
        "{n} mail waits. I try again in an hour.",
        "{n} mails wait. I try again in an hour.",
        waiting,
    )
    text = paragraphs(
        t,
        bold(t.gettext("The digest by e-mail does not get through")),
        escape(why),
        filled(t, waits, n=waiting),
    )
    return Content((text,))


def count(t: Translator, mails: Tally) -> str:
    """Return a line of a report; empty when nothing went by e-mail."""
    if not mails.total:
        return ""
    said = t.gettext("By e-mail: {sent} of {total} sent, {failed} failed.")
    failed = mails.failed + mails.gone + mails.unknown
    return filled(t, said, sent=mails.sent, total=mails.total, failed=failed)
