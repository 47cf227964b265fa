"""What readers get of an urgent update, and the words for whom it is. Pure."""

from collections.abc import Mapping, Sequence

import locales
from delivery.broadcast import Audience, Narrowing, Shape
from delivery.model import Button, Content
from digests.clean import shorten
from digests.topics import Topic, topic_name
from handlers.callbacks import Route
from handlers.screens import Rows, bold, button, filled, italic, paragraphs
from locales import Translator

_MOST_NAMES = 500  # characters of organisations' names
MAX_TEXT = 3_500  # UTF-16 units of HTML; the frame of an update fits around it under 4,096
MAX_BOTH = 3_300  # of a machine's words with the English ones, whose frame is longer


def update(t: Translator, broadcast_id: int, texts: Mapping[str, str], shape: Shape) -> Content:
    """Return an urgent update as a reader of *t*'s language receives it.

    Where nobody wrote their language they get the English words, marked as English. A machine's
    words that nobody has checked are marked too, and the English ones stand below them.
    *broadcast_id*: 0 in a preview, whose answers are nobody's.
    """
    own, english = texts.get(t.language), texts[locales.SOURCE]
    machine = own is not None and t.language in shape.machine
    note = None
    if own is None:
        note = t.gettext("This text is in English.")
    elif machine:
        note = t.gettext("A computer translated this. No person has checked it yet.")
    text = paragraphs(
        t,
        "❗️ " + bold(t.gettext("Urgent update")),
        italic(note) if note is not None and t.language != locales.SOURCE else None,
        t.english(english) if own is None else own,
        bold(t.gettext("The same in English:")) if machine else None,
        t.english(english) if machine else None,
        italic(t.gettext("Sent by the coordinators of the partnership.")),
    )
    return Content((text,), under(t, broadcast_id, shape), shape.attachment)


def under(t: Translator, broadcast_id: int, shape: Shape) -> Rows:
    """Return the buttons under an update: its links, then what a reader can answer."""
    rows: list[tuple[Button, ...]] = [
        (Button(each.label, url=each.url),) for each in shape.links if each.url is not None
    ]
    if shape.help:
        rows.append((button(t.gettext("🙋 I can help"), Route.ANSWER, broadcast_id, "help"),))
    if shape.receipt:
        rows.append((button(t.gettext("✅ I have read this"), Route.ANSWER, broadcast_id, "read"),))
    return tuple(rows)


def audience(t: Translator, wanted: Audience) -> str:
    """Name an audience."""
    return {
        Audience.PARTNERS: t.gettext("Partners and coordinators"),
        Audience.COORDINATORS: t.gettext("Coordinators only"),
        Audience.SUBSCRIBERS: t.gettext("People who get the digest"),
        Audience.EVERYONE: t.gettext("Partners and digest readers"),
    }[wanted]


def narrowing(t: Translator, only: Narrowing, topics: Sequence[Topic] = ()) -> list[str]:
    """Return as HTML which of an audience are meant; nothing where all are."""
    names = {each.id: topic_name(each, t.language) for each in topics}
    languages = ", ".join(locales.native_name(code) for code in only.languages)
    wanted = ", ".join(names.get(each, each) for each in only.topics)
    organisations = shorten(", ".join(only.organisations), _MOST_NAMES)
    sentences = (
        (t.gettext("Only people who read: {languages}."), {"languages": languages}),
        (t.gettext("Only people who chose: {topics}."), {"topics": wanted}),
        (t.gettext("Only people of: {organisations}."), {"organisations": organisations}),
    )
    return [filled(t, sentence, **fields) for sentence, fields in sentences if any(fields.values())]
