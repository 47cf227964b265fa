"""Screens that answer what people write: danger first, then what else it may mean. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from directory import flow
from directory.crisis import Reachable, need_of
from directory.lexicon import Category, Handoff
from directory.model import Confidence, Helpline, Service
from directory.needs import NEEDS
from handlers import contact, guide_screens
from handlers.callbacks import Route
from handlers.guide_screens import MOST_BUTTONS, Here
from handlers.screens import (
    Screen,
    bold,
    button,
    clear_button,
    filled,
    framed,
    linked,
    paragraphs,
)
from locales import SOURCE, Translator, translator
from locales.errors import Text

_MOST_NAMED = 3  # services that a text may mean
_DAY_AND_NIGHT = "24/7"


def crisis(
    t: Translator,
    kinds: Sequence[Category],
    lines: Sequence[Reachable],
    at: datetime,
    zone: ZoneInfo,
) -> Screen:
    """Show people to call in danger, before all else (guided-questions.md, rule 11).

    *kinds*: the gravest first. The places behind the button ask first if reading is safe.
    """
    english = translator(SOURCE)
    text = paragraphs(
        t,
        bold(t.gettext("Help now")),
        escape(_call(t)),
        *(_line(t, each, at, zone) for each in lines),
        escape(_interpreter(t)),
        guide_screens.unchecked(t, "\n".join((_call(english), _interpreter(english)))),
    )
    return _with_places(t, text, need_of(kinds))


def handoff(
    t: Translator, kind: Handoff, lines: Sequence[Reachable], at: datetime, zone: ZoneInfo
) -> Screen:
    """Show people to talk to where days count (guided-questions.md, rule 12)."""
    english = translator(SOURCE)
    text = paragraphs(
        t,
        bold(_talk(t)),
        escape(_program(t)),
        *(_line(t, each, at, zone) for each in lines),
        escape(_interpreter(t)),
        guide_screens.unchecked(t, "\n".join(say(english) for say in _HANDOFF)),
    )
    return _with_places(t, text, need_of([kind]))


def _call(t: Translator) -> str:
    return t.gettext("Please call now. A person answers there. I am only a computer program.")


def _interpreter(t: Translator) -> str:
    return t.gettext("You can say: “Interpreter, please”, and the name of your language.")


def _talk(t: Translator) -> str:
    return t.gettext("Please talk to a person about this today.")


def _program(t: Translator) -> str:
    return t.gettext("I am a computer program and cannot look at letters or homes.")


_HANDOFF = (_talk, _program, _interpreter)


def _with_places(t: Translator, text: str, need: str) -> Screen:
    packed = flow.pack(flow.searched(need))
    places = button(t.gettext("Places that can help"), Route.GUIDE, packed)
    again = button(t.gettext("Start again"), Route.GUIDE, "")
    return framed(t, text, ((places,), (again, clear_button(t))), packed="", back=None)


def _line(t: Translator, each: Reachable, at: datetime, zone: ZoneInfo) -> str:
    """Return a helpline: how to reach it, who it is, whether it answers now."""
    line = each.line
    told = [t.gettext("free")] if line.free else []
    if line.hours == _DAY_AND_NIGHT:
        told.append(t.gettext("day and night"))
    elif (state := contact.opening(t, each.state, at, zone)) is not None:
        told.append(state)
    if line.confidence is Confidence.MEDIUM:
        told.append(t.gettext("may have changed"))
    about = f"\n{escape(' · '.join(told))}" if told else ""
    return f"{_reach(t, line)}\n{t.isolate(escape(line.name))}{about}"


def _reach(t: Translator, line: Helpline) -> str:
    if line.number:
        number = escape(contact.phone(t, line.number))
        return f"📞 <b>{number}</b>"
    if not line.text_number:
        return f"🌐 {escape(line.url or '')}"
    sentence = t.gettext("Send the text message {word} to {number}.")
    word, number = line.text_keyword or "", contact.phone(t, line.text_number or "")
    return f"✉️ {filled(t, sentence, word=word, number=number)}"


def goodbye(t: Translator, told: str | None = None) -> Screen:
    """End the conversation at once, in neutral words (guided-questions.md, rule 15).

    *told*: what else has ended, as a sentence.
    """
    shown = guide_screens.not_now(t, Here(""))
    if told is None:
        return shown
    return replace(shown, text=paragraphs(t, shown.text, escape(told, quote=False)))


def not_understood(t: Translator, person: Reachable | None) -> tuple[str, ...]:
    """Return what to say above the first question when a text said nothing to us.

    A person to talk to is named each time, so also at the third failure in a row: how many
    there were is never counted, because that would have to be stored.
    """
    told = t.gettext("I did not understand. Please choose, or write it in other words.")
    if person is None or not person.line.number:
        return (told,)
    sentence = t.gettext("You can also talk to a person: {number}, {name}.")
    number = contact.phone(t, person.line.number)
    return told, t.fill(sentence, number=number, name=person.line.name)


def with_other_needs(t: Translator, shown: Screen, others: Sequence[tuple[str, str]]) -> Screen:
    """Add what else the same text asks for: buttons as far as there is room, else links.

    *others*: needs and deep links to the guide at each of them.
    """
    room = MOST_BUTTONS - sum(len(row) for row in shown.rows)
    said = [(need, link, t.say(Text(NEEDS[need].fit))) for need, link in others]
    if room >= len(said):
        rows = tuple(
            (button(words, Route.GUIDE, flow.pack(flow.searched(need))),) for need, _, words in said
        )
        return replace(shown, rows=(*shown.rows[:-1], *rows, shown.rows[-1]))
    links = "\n".join(f"➕ {linked(link, words)}" for _, link, words in said)
    return replace(shown, text=paragraphs(t, shown.text, links))


def named(t: Translator, services: Sequence[Service]) -> Screen:
    """Show services whose names were written, each behind its button."""
    packed = flow.pack(flow.START)
    rows = tuple(
        (button(service.name[:60], Route.CARD, packed, service.id),)
        for service in services[:_MOST_NAMED]
    )
    again = button(t.gettext("Start again"), Route.GUIDE, "")
    text = bold(t.gettext("Do you mean one of these?"))
    shown = framed(t, text, (*rows, (again,)), packed="", back=None)
    return replace(shown, after_promise=True)
