"""Screens of the guide: a question, the results, a service, help now. Pure.

At most eight buttons on each, help now on every one of them (guided-questions.md, rules 1 and 3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from delivery.model import Button
from directory.flow import Option, Question
from directory.model import Confidence, Found, Helpline, Match
from directory.needs import EMERGENCY
from directory.reasons import instead
from handlers import contact
from handlers.callbacks import Route
from handlers.screens import (
    Rows,
    Screen,
    back_button,
    bold,
    button,
    clear_button,
    filled,
    framed,
    help_link,
    italic,
    linked,
    paragraphs,
)
from locales import SOURCE, Translator, translator
from locales.errors import Text

MATCHES_PER_PAGE = 3
MOST_BUTTONS = 8  # guided-questions.md, rule 3
CRISIS = "crisis"  # the group of messages about danger that a native speaker approves
MOST_REASONS = 4  # under each place of a list; a card has all


@dataclass(frozen=True, slots=True)
class Here:
    """Where in the guide a screen is.

    *packed*: the answers so far. *back*: those before the last one, None at the first
    question. *notes*: sentences to begin with. *place_link*: a deep link behind which a
    postcode can be written, where a place is asked for. *sensitive*: it is about danger.
    *aside*: the answer that left nothing.
    """

    packed: str
    back: str | None = None
    notes: Sequence[str] = ()
    place_link: str | None = None
    sensitive: bool = False
    aside: "Aside | None" = None


@dataclass(frozen=True, slots=True)
class Aside:
    """An answer that left no place: its English words, and the answers without it, packed."""

    answer: str
    packed: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered beside the results: a button, or a link where there is no room."""

    button: Button
    link: str
    text: str


def question(
    t: Translator, asked: Question, choices: Sequence[tuple[Option, str]], here: Here
) -> Screen:
    """Ask *asked*; *choices* are its options, each with the packed answers it leads to."""
    other_way = (
        linked(here.place_link, t.gettext("Or write a postcode, or send your location."))
        if here.place_link
        else None
    )
    labels = " / ".join(option.label for option, _ in choices)
    text = paragraphs(
        t,
        *(escape(note) for note in here.notes),
        bold(t.gettext(asked.text)),
        italic(t.gettext(asked.why)),
        other_way,
        unchecked(t, f"{asked.text} {labels}") if here.sensitive else None,
    )
    rows: Rows = tuple(
        (button(t.gettext(option.label), Route.GUIDE, leads_to),) for option, leads_to in choices
    )
    return _framed(t, text, rows, here, after_promise=True)


def not_now(t: Translator, here: Here) -> Screen:
    """Show a neutral text to somebody for whom reading is not safe now."""
    text = t.gettext("All right. You can come back at any time. Send /start to begin again.")
    again = button(t.gettext("Start again"), Route.GUIDE, "")
    return _framed(t, escape(text), ((again, clear_button(t)),), here)


def ask_place(t: Translator, link: str, help_now: str) -> Screen:
    """Ask for a postcode or a place name in writing.

    *link* leads back to the answers given so far; Telegram sends it along with the reply, so
    nothing has to be remembered. *help_now*: a deep link to Help now.
    """
    text = paragraphs(
        t,
        escape(t.gettext("Write a postcode or the name of an area, for example LS9.")),
        escape(t.gettext("You can also send your location with the 📎 sign.")),
        escape(t.gettext("I use only the first part of a postcode and keep nothing.")),
        linked(link, t.gettext("Go back to your answers")),
        help_link(t, help_now),
    )
    return Screen(text, placeholder="LS9 8", after_promise=True)


def results(
    t: Translator, found: Found, here: Here, page: int, offers: Sequence[Offer] = ()
) -> Screen:
    """Show a page of places, each with its reasons, and people to call; never a dead end.

    In danger whoever answers now comes before the places. *offers*: what the person may also
    look at, under the places; the first ones get what room is left for buttons.
    """
    pages = max(1, -(-len(found.matches) // MATCHES_PER_PAGE))
    page %= pages
    start = page * MATCHES_PER_PAGE
    listed = found.matches[start : start + MATCHES_PER_PAGE]
    rows: list[tuple[Button, ...]] = [
        (button(f"{n}. {_brief(match.service.name)}", Route.CARD, here.packed, match.service.id),)
        for n, match in enumerate(listed, start=start + 1)
    ]
    more = button(t.gettext("More places"), Route.RESULTS, here.packed, page + 1)
    last = (
        clear_button(t)
        if here.sensitive
        else button(t.gettext("Did this help?"), Route.ASK_HELPED, here.packed, "")
    )
    if here.aside is not None:
        words = t.gettext("Look without this answer")
        rows.append((button(words, Route.RESULTS, here.aside.packed, 0),))
    others = (more, last) if pages > 1 and here.aside is None else (last,)
    room = max(0, MOST_BUTTONS - len(rows) - len(others) - _buttons_of_frame(here))
    rows += [(each.button,) for each in offers[:room]]
    whom = lines(t, _emergency_first(found.helplines))
    text = paragraphs(
        t,
        # what the list of chats shows of the message: neutral where it could do harm
        escape(t.gettext("Here is what you asked for.")) if here.sensitive else None,
        *(escape(note) for note in here.notes),
        whom if here.sensitive else None,
        _heading(t, found, here.aside),
        *(_entry(t, n, match) for n, match in enumerate(listed, start=start + 1)),
        *(linked(each.link, each.text) for each in offers[room:]),
        None if here.sensitive else whom,
        unchecked(t, _in_english(listed, start)) if here.sensitive else None,
    )
    return _framed(t, text, (*rows, others), here, after_promise=True)


def _in_english(listed: Sequence[Match], start: int) -> str:
    """Return the reasons of the places shown, by the places' numbers."""
    english = translator(SOURCE)
    return "\n".join(
        f"{n}. " + " ".join(english.say(reason) for reason in match.reasons[:MOST_REASONS])
        for n, match in enumerate(listed, start=start + 1)
    )


def _buttons_of_frame(here: Here) -> int:
    """Return how many buttons help now, back and the language need."""
    return 2 + (here.back is not None)


def _framed(
    t: Translator, text: str, rows: Rows, here: Here, *, after_promise: bool = False
) -> Screen:
    back = back_button(t, here.back) if here.back is not None else None
    return framed(t, text, rows, packed=here.packed, back=back, after_promise=after_promise)


def _heading(t: Translator, found: Found, aside: Aside | None) -> str:
    if not found.matches:
        told = [bold(t.gettext("I know no place for this. These people can help:"))]
    elif found.relaxed:
        near = t.gettext("Nothing fits all your answers. These are close:")
        told = [bold(near), *(escape(t.say(each)) for each in found.relaxed)]
    else:
        return bold(t.gettext("These can help you:"))
    if aside is not None:
        why = t.gettext("No place fits your answer “{answer}”.")
        told.append(filled(t, why, answer=t.say(Text(aside.answer))))
    return "\n".join(told)


def _entry(t: Translator, number: int, match: Match) -> str:
    service = match.service
    name = t.isolate(escape(service.name))
    of = (
        ""
        if service.organization in service.name
        else f"\n{t.isolate(escape(service.organization))}"
    )
    told = [f"• {escape(t.say(reason))}" for reason in match.reasons[:MOST_REASONS]]
    if (phone := instead(service, match.open_state)) is not None:
        told.append(f"📞 {escape(contact.phone(t, phone.number))}")
    reasons = "\n".join(told)
    return f"{number}. <b>{name}</b>{of}\n{reasons}"


def _brief(name: str, most: int = 40) -> str:
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def _emergency_first(helplines: Sequence[Helpline]) -> list[Helpline]:
    """Return *helplines* with the emergency line on top; the order of the others stays."""
    return sorted(helplines, key=lambda line: line.needs[0] != EMERGENCY)


def lines(t: Translator, helplines: Sequence[Helpline]) -> str | None:
    """Return whom one can call, as HTML, a line each; None when there is nobody."""
    if not helplines:
        return None
    heading = bold(t.gettext("You can call:"))
    return "\n".join((heading, *(_line(t, line) for line in helplines)))


def _line(t: Translator, line: Helpline) -> str:
    """Return a helpline: the number first, so that it stays on one line of a phone."""
    reach = contact.phone(t, line.number) if line.number else line.url or ""
    told = [t.isolate(line.name)]
    if line.hours == "24/7":
        told.append(t.gettext("day and night"))
    if line.free:
        told.append(t.gettext("free"))
    if line.number and line.confidence is Confidence.MEDIUM:
        told.append(t.gettext("may have changed"))
    return f"📞 {escape(reach)} – {escape(' · '.join(told))}"


def help_now(t: Translator, helplines: Sequence[Helpline], *, packed: str) -> Screen:
    """Show who to call in danger at once, no question asked (guided-questions.md, rule 1).

    The number first, so that it stays on one line of a phone.
    """
    english = translator(SOURCE)
    entries = [
        f"📞 <b>{escape(contact.phone(t, line.number or ''))}</b> – {escape(words)}"
        + (f" · {t.isolate(escape(line.name))}" if line.needs[0] != "emergency" else "")
        for words, line in _crises(t, helplines)
    ]
    text = paragraphs(
        t,
        bold(t.gettext("Help now")),
        "\n".join(entries),
        escape(t.gettext("You can say: “Interpreter, please”, and the name of your language.")),
        unchecked(
            t,
            "\n".join(
                f"{contact.phone(english, line.number or '')} – {words}"
                for words, line in _crises(english, helplines)
            ),
        ),
    )
    again = button(t.gettext("Start again"), Route.GUIDE, "")
    rows = ((again, clear_button(t)),)
    return framed(t, text, rows, packed=packed, back=back_button(t, packed))


def unchecked(t: Translator, english: str) -> str | None:
    """Return the *english* words below a translation about danger that nobody has checked.

    Source: guided-questions.md, rule 14.
    """
    if t.is_checked(CRISIS):
        return None
    note = italic(t.gettext("No native speaker has checked this text. In English:"))
    return f"{note}\n{t.english(escape(english, quote=False))}"


def _crises(t: Translator, helplines: Sequence[Helpline]) -> list[tuple[str, Helpline]]:
    """Return what each crisis is called, with the surest line of the pack that is about it.

    Only numbers of high confidence, each once (the same number again would need a choice in
    an English menu), those that answer day and night first.
    """
    words = {
        "emergency": t.gettext("danger to life now: police, ambulance, fire"),
        "health": t.gettext("ill or hurt, and it cannot wait"),
        "mental_health_crisis": t.gettext(
            "you think about ending your life, or feel you cannot go on"
        ),
        "domestic_abuse": t.gettext("someone at home hurts or controls you"),
        "child_protection": t.gettext("a child is in danger"),
        "trafficking_forced_labour": t.gettext("someone forces you to work or does not let you go"),
        "hate_crime": t.gettext("someone attacked you because of who you are"),
    }
    found: list[tuple[str, Helpline]] = []
    for need, told in words.items():
        used = {line.number for _, line in found}
        about = [
            line
            for line in helplines
            if line.needs[0] == need and line.number and line.confidence is Confidence.HIGH
        ]
        if about:
            best = min(about, key=lambda line: (line.number in used, line.hours != "24/7"))
            found.append((told, best))
    return found
