"""Screens of what readers answer to an urgent update. Pure."""

from collections.abc import Sequence
from html import escape

import locales
from handlers import report_screens
from handlers.callbacks import Route
from handlers.screens import Rows, Screen, bold, button, filled, linked, paragraphs
from locales import Translator
from people.answers import Answer
from people.model import Role

LONGEST_TEXT = 300  # characters: a page of answers fits one message
PER_PAGE = 6


def read(t: Translator) -> str:
    """Thank for "I have read this"."""
    return t.gettext("Thank you. The coordinators see how many people have read it.")


def helps(t: Translator) -> str:
    """Thank for "I can help", and say who can see that, before anybody is surprised."""
    return t.gettext(
        "Thank you! The coordinators can now write to you here in Telegram. "
        "Press again to take it back."
    )


def helps_not(t: Translator) -> str:
    """Say that "I can help" was taken back."""
    return t.gettext("Taken back. The coordinators do not see your answer any more.")


def preview(t: Translator) -> str:
    """Say why a button of a preview does nothing."""
    return t.gettext("This is only a preview.")


def closed(t: Translator) -> str:
    """Say that an old update takes no answers."""
    return t.gettext("This update takes no answers any more.")


def ask_text(t: Translator, broadcast_id: int) -> Screen:
    """Ask somebody of the partnership what they can do."""
    return Screen(
        paragraphs(
            t,
            escape(t.gettext("Thank you! What can you do, and when?")),
            escape(t.gettext("Write it in one message. The coordinators will read it.")),
        ),
        ((button(t.gettext("Nothing to add"), Route.ANSWER, broadcast_id, "nothing"),),),
    )


def nothing(t: Translator) -> str:
    """Thank without words."""
    return t.gettext("Thank you. The coordinators know that you can help.")


def written(t: Translator) -> str:
    """Say that the words have arrived."""
    return t.gettext("Thank you. The coordinators can read it now.")


def answers(
    t: Translator, broadcast_id: int, found: Sequence[Answer], total: int, page: int
) -> Screen:
    """List who can help, a page of them, each with a link that opens a chat with the person."""
    heading = t.fill(t.gettext("Who can help with update {number}"), number=broadcast_id)
    if not total:
        nobody = escape(t.gettext("Nobody has said yet that they can help."))
        return Screen(
            paragraphs(t, bold(heading), nobody), ((report_screens.back(t, broadcast_id),),)
        )
    text = paragraphs(
        t,
        bold(heading),
        filled(t, t.ngettext("{n} person can help.", "{n} people can help.", total), n=total),
        *(_entry(t, each) for each in found),
        escape(t.gettext("Tap a name to write to the person.")),
    )
    return Screen(
        text, (*_pager(broadcast_id, total, page), (report_screens.back(t, broadcast_id),))
    )


def _entry(t: Translator, answer: Answer) -> str:
    name = t.isolate(linked(f"tg://user?id={answer.chat_id}", _name(t, answer)))
    language = locales.native_name(answer.language) if answer.language else None
    line = f"• {name}" if language is None else f"• {name} ({t.isolate(escape(language))})"
    return line if answer.text is None else f"{line}\n{t.isolate(escape(answer.text))}"


def _name(t: Translator, answer: Answer) -> str:
    """Return what stands for a person; nobody's name is kept."""
    if answer.role is Role.COORDINATOR:
        return t.gettext("A coordinator")
    if answer.role is Role.PARTNER:
        return answer.organisation or t.gettext("A partner")
    return t.gettext("A reader")


def _pager(broadcast_id: int, total: int, page: int) -> Rows:
    pages = -(-total // PER_PAGE)
    if pages == 1:
        return ()
    return (
        tuple(
            button(label, Route.ANSWER, broadcast_id, "list", (page + step) % pages)
            for label, step in (("◀", -1), ("▶", 1))
        ),
    )
