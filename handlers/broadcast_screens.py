"""What readers get of an urgent update, and the words for whom it is. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import locales
from delivery.broadcast import Audience, Narrowing, Shape
from delivery.model import Button, Content
from digests.clean import clean_text, shorten
from digests.topics import Topic, topic_name
from directory import alerting
from directory.places import District
from handlers import news_screens
from handlers.callbacks import Route
from handlers.screens import Rows, bold, button, filled, italic, listed, paragraphs
from locales import Translator
from locales.errors import Text

_MOST_NAMES = 500  # characters of organisations' names
_GIST = 60  # characters
MAX_TEXT = 3_500  # UTF-16 units of HTML; the frame of an update fits around it under 4,096
MAX_BOTH = 3_300  # of a machine's words with the English ones, whose frame is longer


@dataclass(frozen=True, slots=True)
class Named:
    """What narrows an audience and has its names in the pack."""

    topics: Sequence[Topic] = ()
    districts: Sequence[District] = ()


def update(
    t: Translator,
    broadcast_id: int,
    texts: Mapping[str, str],
    shape: Shape,
    to: Audience | None = None,
) -> Content:
    """Return an urgent update as a reader of *t*'s language receives it.

    Where nobody wrote their language they get the English words, marked as English. A machine's
    words that nobody has checked are marked too, and the English ones stand below them.
    *broadcast_id*: 0 in a preview, whose answers are nobody's. *to*: who gets it; newcomers get
    it in a frame of their own (`handlers.news_screens`).
    """
    own, english = texts.get(t.language), texts[locales.SOURCE]
    machine = own is not None and t.language in shape.machine
    note = None
    if own is None:
        note = t.gettext("This text is in English.")
    elif machine:
        note = t.gettext("A computer translated this. No person has checked it yet.")
    news = to is Audience.ALERTS
    alarm = "❗️ " + bold(t.gettext("Urgent update"))
    text = paragraphs(
        t,
        news_screens.opening(t) if news and not shape.danger else alarm,
        italic(note) if note is not None and t.language != locales.SOURCE else None,
        t.english(english) if own is None else own,
        bold(t.gettext("The same in English:")) if machine else None,
        t.english(english) if machine else None,
        italic(t.gettext("Sent by the coordinators of the partnership.")),
        news_screens.why(t) if news else None,
    )
    return Content((text,), under(t, broadcast_id, shape, to), shape.attachment)


def gist(t: Translator, texts: Mapping[str, str]) -> str:
    """Return as HTML how an update begins in English, to tell it from others."""
    begins = clean_text(texts[locales.SOURCE], _GIST)
    return t.english(italic(f"“{begins}”"))


def under(t: Translator, broadcast_id: int, shape: Shape, to: Audience | None = None) -> Rows:
    """Return the buttons under an update: its links, then what a reader can answer.

    Newcomers are asked for no answer: who can help is told to the coordinators with a way to
    write to the person, and who has read it, with the person's number.
    """
    if to is Audience.ALERTS:
        return news_screens.rows(t, shape)
    rows: list[tuple[Button, ...]] = [
        (Button(each.label, url=each.url),) for each in shape.links if each.url is not None
    ]
    if shape.help:
        rows.append((button(t.gettext("🙋 I can help"), Route.ANSWER, broadcast_id, "help"),))
    if shape.receipt:
        rows.append((button(t.gettext("✅ I have read this"), Route.ANSWER, broadcast_id, "read"),))
    return tuple(rows)


def buttons(t: Translator, shape: Shape, to: Audience | None) -> str | None:
    """Return as HTML what the buttons under an update say and lead to; None without any."""
    said = [
        f"• {t.isolate(escape(each.text, quote=False))}"
        + ("" if each.url is None else f" {t.isolate(escape(each.url))}")
        for row in under(t, 0, shape, to)
        for each in row
    ]
    return paragraphs(t, bold(t.gettext("Buttons under it:")), "\n".join(said)) if said else None


def audience(t: Translator, wanted: Audience) -> str:
    """Name an audience."""
    return {
        Audience.PARTNERS: t.gettext("Partners and coordinators"),
        Audience.COORDINATORS: t.gettext("Coordinators only"),
        Audience.SUBSCRIBERS: t.gettext("People who get the digest"),
        Audience.EVERYONE: t.gettext("Partners and digest readers"),
        Audience.ALERTS: t.gettext("Newcomers who asked for news"),
    }[wanted]


def narrowing(
    t: Translator,
    only: Narrowing,
    topics: Sequence[Topic] = (),
    districts: Sequence[District] = (),
) -> list[str]:
    """Return as HTML which of an audience are meant; nothing where all are."""
    names = {each.id: topic_name(each, t.language) for each in topics}
    areas = district_names(t, districts)
    languages = names_of(t, only.languages)
    wanted = listed(t, [names.get(each, each) for each in only.topics])
    organisations = shorten(listed(t, only.organisations), _MOST_NAMES)
    sentences = (
        (t.gettext("Only people who read: {languages}."), {"languages": languages}),
        (t.gettext("Only people who chose: {topics}."), {"topics": wanted}),
        (t.gettext("Only people of: {organisations}."), {"organisations": organisations}),
        (
            t.gettext("Only people who want news about: {needs}."),
            {"needs": listed(t, [need_name(t, each) for each in only.needs])},
        ),
        (
            t.gettext("Only for these areas: {districts}. Who chose the whole city gets it too."),
            {"districts": listed(t, [areas.get(each, each) for each in only.districts])},
        ),
    )
    return [filled(t, sentence, **fields) for sentence, fields in sentences if any(fields.values())]


def need_name(t: Translator, need: str) -> str:
    """Return what a need is called about which news can be asked for."""
    return t.say(Text(alerting.name(need))) if need in alerting.alertable() else need


def district_names(t: Translator, districts: Sequence[District]) -> Mapping[str, str]:
    """Return what *districts* are called, by what is kept of them in an alert."""
    return {alerting.district_code(each): each.named(t.language) for each in districts}


def names_of(t: Translator, languages: Sequence[str]) -> str:
    """Return the names of *languages* as a list, in this order in text of either direction."""
    return listed(t, [locales.native_name(code) for code in languages])


def by_languages(
    t: Translator, texts: Mapping[str, str], to: Audience | None, counts: Mapping[str, int]
) -> list[str | None]:
    """Return as HTML *counts* by language: first of those whose own is there, then of the others.

    Of newcomers no small numbers (`news_screens.shown`).
    """
    told = news_screens.shown(to, counts)
    own = {code: n for code, n in told.items() if code in texts}
    others = {code: n for code, n in told.items() if code not in texts}
    heading = escape(t.gettext("These get the English text, because theirs is missing:"))
    lines = [_by_language(t, own), f"{heading}\n{_by_language(t, others)}" if others else None]
    if len(told) == len(counts):
        return lines
    english = escape(t.gettext("People whose language is not here get the English text."))
    missing = any(code not in texts for code in locales.supported())
    return [*lines, english if missing else None, news_screens.hidden(t)]


def _by_language(t: Translator, counts: Mapping[str, int]) -> str:
    return "\n".join(
        f"• {locales.isolated(escape(locales.native_name(code)))}: {t.isolate(str(n))}"
        for code, n in sorted(counts.items())
    )
