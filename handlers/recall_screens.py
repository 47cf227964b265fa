"""Screens of correcting an urgent update and of taking it back. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from html import escape

import locales
from delivery.amendment import Amendment, Kind
from delivery.broadcast import Broadcast, State
from delivery.model import Act, Content
from handlers import broadcast_screens, report_screens
from handlers.callbacks import Route
from handlers.screens import Rows, Screen, bold, button, day, filled, italic, paragraphs
from locales import Translator

MAX_TEXT = broadcast_screens.MAX_TEXT - 200  # UTF-16 units; the mark of a correction fits too


def corrected(t: Translator, broadcast: Broadcast, on: date) -> Content:
    """Return an update whose texts are the corrected ones, as a reader of *t* gets it."""
    content = broadcast_screens.update(
        t, broadcast.id, broadcast.texts, broadcast.shape, broadcast.audience
    )
    mark = italic(t.fill(t.gettext("Corrected on {date}"), date=day(t, on)))
    *first, last = content.parts
    return replace(content, parts=(*first, paragraphs(t, last, mark)))


def taken_back(t: Translator) -> Content:
    """Return a recall: a deletion, and the words where that is too late."""
    return Content((paragraphs(t, escape(taken_back_words(t))),), act=Act.DELETE)


def taken_back_words(t: Translator) -> str:
    """Say to a reader that an update does not hold any more."""
    return t.gettext("This message was taken back. Please do not act on it.")


def ask_text(t: Translator, broadcast: Broadcast, language: str) -> Screen:
    """Ask for the corrected words in *language*, with the words as they are now."""
    now = broadcast.texts.get(language)
    text = paragraphs(
        t,
        filled(
            t,
            t.gettext("Write the whole corrected text in {language}. Send it as one message."),
            language=locales.native_name(language),
        ),
        escape(t.gettext("It replaces the old text for everybody. Send /cancel to stop.")),
        bold(t.gettext("The text now:")) if now is not None else None,
        t.quoted(language, now) if now is not None else None,
    )
    return Screen(text)


def compose(t: Translator, broadcast: Broadcast, written: Sequence[str]) -> Screen:
    """Say in which languages the correction is written; offer the others, or submitting it."""
    missing = [code for code in locales.supported() if code not in written]
    # first those who have the old words in their own language
    missing.sort(key=lambda code: code not in broadcast.texts)
    add = [
        button(
            t.fill(t.gettext("Add {language}"), language=locales.native_name(code)),
            Route.RECALL,
            "language",
            broadcast.id,
            code,
        )
        for code in missing
    ]
    names = broadcast_screens.names_of(t, written)
    english = t.gettext("People whose language is not here get the English text.")
    return Screen(
        paragraphs(
            t,
            filled(t, t.gettext("Corrected in: {languages}."), languages=names),
            escape(english) if missing else None,
            escape(t.gettext("Another coordinator must approve it.")),
        ),
        (
            (button(t.gettext("Ask for approval"), Route.RECALL, "submit", broadcast.id),),
            *(tuple(add[at : at + 2]) for at in range(0, len(add), 2)),
            (button(t.gettext("Throw it away"), Route.RECALL, "drop", broadcast.id),),
        ),
    )


def ask_recall(t: Translator, broadcast: Broadcast) -> Screen:
    """Say what a recall does before it is asked for."""
    number = broadcast.id
    return Screen(
        paragraphs(
            t,
            bold(t.fill(t.gettext("Take update {number} back from everybody?"), number=number)),
            broadcast_screens.gist(t, broadcast.texts),
            *_recalls(t, broadcast),
            escape(t.gettext("Another coordinator must approve it.")),
        ),
        (
            (button(t.gettext("Ask for approval"), Route.RECALL, "recall", number),),
            (report_screens.back(t, number),),
        ),
    )


def _recalls(t: Translator, broadcast: Broadcast) -> list[str | None]:
    """Say as HTML what becomes of the copies: Telegram lets nobody delete older ones."""
    delete = t.gettext(
        "I delete it where Telegram allows that: for 48 hours. Older copies get this text instead:"
    )
    stays = t.gettext("In older copies, the picture, file or place stays.")
    return [
        escape(delete),
        f"<blockquote>{escape(taken_back_words(t))}</blockquote>",
        None if broadcast.shape.attachment is None else escape(stays),
        escape(t.gettext("Copies that still wait are not sent.")),
    ]


def review(
    t: Translator, broadcast: Broadcast, amendment: Amendment, reader: int | None
) -> Content:
    """Show what a coordinator wants to change, with what *reader* may do about it."""
    asked = {
        Kind.CORRECT: t.gettext("A correction of update {number} waits for your approval"),
        Kind.RECALL: t.gettext("A coordinator wants to take update {number} back"),
    }[amendment.kind]
    check = escape(t.gettext("Check the facts, the numbers and every language."))
    recalls = amendment.kind is Kind.RECALL
    parts = [
        paragraphs(
            t,
            bold(t.fill(asked, number=broadcast.id)),
            *(_recalls(t, broadcast) if recalls else [check]),
        ),
        *_texts(t, broadcast, amendment),
    ]
    drop = button(t.gettext("Throw it away"), Route.RECALL, "cancel", amendment.id)
    if reader is not None and reader == amendment.author_id:
        return Content(tuple(parts), ((drop,),))
    return Content(tuple(parts), _decide(t, amendment))


def _texts(t: Translator, broadcast: Broadcast, amendment: Amendment) -> list[str]:
    """Return the words of every language: of a correction the old ones above the new ones."""
    shown: list[str] = []
    texts = amendment.texts if amendment.kind is Kind.CORRECT else broadcast.texts
    for code in sorted(texts):
        name = bold(locales.isolated(locales.native_name(code)))
        if amendment.kind is Kind.CORRECT and code in broadcast.texts:
            shown.append(
                paragraphs(
                    t,
                    name,
                    bold(t.gettext("The text now:")),
                    t.quoted(code, broadcast.texts[code]),
                )
            )
        new = bold(t.gettext("Corrected:")) if amendment.kind is Kind.CORRECT else None
        shown.append(paragraphs(t, name, new, t.quoted(code, texts[code])))
    return shown


def _decide(t: Translator, amendment: Amendment) -> Rows:
    approve = {
        Kind.CORRECT: t.gettext("Approve the correction"),
        Kind.RECALL: t.gettext("Take it back from everybody"),
    }[amendment.kind]
    return (
        (button(approve, Route.RECALL, "approve", amendment.id),),
        (button(t.gettext("Reject"), Route.RECALL, "reject", amendment.id),),
    )


def waiting(t: Translator, others: int) -> Screen:
    """Tell the author that other coordinators have been asked."""
    asked = t.ngettext(
        "I asked {n} other coordinator to approve it.",
        "I asked {n} other coordinators to approve it.",
        others,
    )
    nobody = t.gettext("There is no other coordinator yet, so nobody can approve it.")
    return Screen(filled(t, asked, n=others) if others else escape(nobody))


def state(t: Translator, reached: State) -> str:
    """Say what became of a correction or a recall."""
    return {
        State.APPROVED: t.gettext("It was approved."),
        State.REJECTED: t.gettext("It was rejected. Nothing was changed."),
    }.get(reached, t.gettext("It was thrown away. Nothing was changed."))


def outcome(
    t: Translator, amendment: Amendment, texts: Mapping[str, str], reached: State
) -> Content:
    """Tell the author what another coordinator decided, with a way to the report.

    *texts*: of the update.
    """
    text = paragraphs(
        t,
        bold(heading(t, amendment)),
        broadcast_screens.gist(t, texts),
        escape(state(t, reached)),
    )
    return Content((text,), ((report_screens.back(t, amendment.broadcast_id),),))


def heading(t: Translator, amendment: Amendment) -> str:
    """Name a correction or a recall."""
    named = {
        Kind.CORRECT: t.gettext("Correction of update {number}"),
        Kind.RECALL: t.gettext("Taking back update {number}"),
    }[amendment.kind]
    return t.fill(named, number=amendment.broadcast_id)


def rows(t: Translator, broadcast_id: int, pending: Amendment | None) -> Rows:
    """Return the buttons under a report: change it, or decide about a change that waits."""
    if pending is not None:
        return (
            (button(t.gettext("Look at the change that waits"), Route.RECALL, "look", pending.id),),
        )
    return (
        (
            button(t.gettext("Correct it"), Route.RECALL, "correct", broadcast_id),
            button(t.gettext("Take it back"), Route.RECALL, "ask", broadcast_id),
        ),
    )
