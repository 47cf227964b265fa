"""Screens of an urgent update while it is written, up to asking for approval. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import locales
from delivery.broadcast import Audience
from delivery.model import Button, Media
from digests.topics import Topic
from directory.places import District
from handlers import broadcast_screens, news_screens, repeat_screens
from handlers.broadcast_screens import audience, by_languages, names_of, narrowing
from handlers.callbacks import Route
from handlers.composed import Composed
from handlers.news_screens import Telling
from handlers.price_screens import cost, priced
from handlers.screens import Rows, Screen, bold, button, filled, paragraphs
from locales import Translator
from people.voice import FEWEST

PER_PAGE = 5  # choices of a list; with the next page and back they stay under eight buttons
_ON, _OFF = "☑️ ", "⬜️ "
_CHOSEN = "🔘 "


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom an update reaches: people by language, and what narrows them in words.

    *seconds*: how long sending takes at the pace that Telegram allows. *stars*: what it costs
    at most, None where nothing is paid for.
    """

    counts: Mapping[str, int]
    seconds: int
    topics: Sequence[Topic] = ()
    stars: int | None = None
    districts: Sequence[District] = ()

    @property
    def total(self) -> int:
        """Return how many chats get it."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Found:
    """What a new update can begin with, or be left for.

    *pending* open the updates that wait, are planned, on their way or repeat; *sent*,
    *templates*: there are some.
    """

    pending: Sequence[Button] = ()
    sent: bool = False
    templates: bool = False


def step(composed: Composed, text: str, *args: str | int) -> Button:
    """Return a button that takes a step of this draft and of no other."""
    return button(text, Route.COMPOSE, composed.key, *args)


def back(t: Translator, composed: Composed, *args: str | int) -> Button:
    """Return the button that goes back, to all parts unless *args* say where."""
    return step(composed, t.gettext("‹ Back"), *(args or ("again",)))


def pages(composed: Composed, buttons: Sequence[Button], page: int, *args: str) -> Rows:
    """Return a page of *buttons*, one below the other; *args*: the step that turns the page."""
    number = max(1, -(-len(buttons) // PER_PAGE))
    page %= number
    rows: Rows = tuple((each,) for each in buttons[page * PER_PAGE : (page + 1) * PER_PAGE])
    if number == 1:
        return rows
    return (*rows, (step(composed, f"{page + 1}/{number} ›", *args, (page + 1) % number),))


def ask_text(
    t: Translator,
    composed: Composed,
    language: str,
    found: Found = Found(),
    *,
    page: int = 0,
) -> Screen:
    """Ask for the words of the update in *language*; before there are any, offer what was *found*.

    *page*: of the updates that wait.
    """
    rows = pages(composed, found.pending, page, "pending")
    if found.sent and not composed.texts:
        rows += ((step(composed, t.gettext("Sent updates"), "sent", 0),),)
    if found.templates:
        rows += ((button(t.gettext("Use a template"), Route.TEMPLATE, "list", 0),),)
    if composed.texts:
        rows += ((back(t, composed),),)
    signs = t.gettext("⏳ waits for approval · 🕒 planned · 📤 on its way · 🔁 repeats")
    return Screen(
        paragraphs(
            t,
            filled(
                t,
                t.gettext("Write the urgent update in {language}. Send it as one message."),
                language=locales.native_name(language),
            ),
            escape(t.gettext("You will see it before anyone gets it. Send /cancel to stop.")),
            escape(signs) if found.pending else None,
        ),
        rows,
    )


def sent_updates(t: Translator, composed: Composed, opened: Sequence[Button], page: int) -> Screen:
    """List the updates that have gone out; *opened* lead to what became of each."""
    rows = pages(composed, opened, page, "sent")
    return Screen(bold(t.gettext("Sent updates")), (*rows, (back(t, composed, "pending", 0),)))


def again(t: Translator, composed: Composed, minutes: int) -> Screen:
    """Ask whether words that went out *minutes* ago are to go to the same people once more."""
    yes = step(composed, t.gettext("Send it again"), "submit", composed.mark, "again")
    return repeat_screens.again(t, minutes, yes, back(t, composed))


def who(
    t: Translator, composed: Composed, just: str | None = None, note: str | None = None
) -> Screen:
    """Say in which languages the update is written, and ask who should get it.

    *just*: the language whose words have just come; a machine may have made them. *note*: what
    to say first.
    """
    rows: Rows = tuple(
        (
            step(
                composed,
                (_CHOSEN if each is composed.audience else "") + audience(t, each),
                "audience",
                each.value,
            ),
        )
        for each in Audience
    )
    if composed.audience is None and just is not None and just != locales.SOURCE:
        rows += ((_machine(t, composed, just),),)
    rows += ((step(composed, t.gettext("Other languages"), "languages", 0),),)
    if composed.audience is None:
        rows += ((_drop(t, composed),),)
    else:
        rows += ((step(composed, t.gettext("Only some of them"), "some"),), (back(t, composed),))
    english = t.gettext("People whose language is not here get the English text.")
    return Screen(
        paragraphs(
            t,
            escape(note, quote=False) if note else None,
            _written(t, composed),
            escape(english) if composed.missing else None,
            escape(t.gettext("Who should get it?")),
        ),
        rows,
    )


def _written(t: Translator, composed: Composed) -> str:
    names = names_of(t, sorted(composed.texts))
    return filled(t, t.gettext("Written in: {languages}."), languages=names)


def _drop(t: Translator, composed: Composed) -> Button:
    return step(composed, t.gettext("Throw it away"), "drop")


def parts(t: Translator, composed: Composed, reach: Reach, note: str | None = None) -> Screen:
    """Say what the update is made of so far, and offer every part to be changed."""
    asked = t.gettext("Choose what to change. Nobody gets it before you ask for approval.")
    text = paragraphs(
        t,
        escape(note, quote=False) if note else None,
        bold(t.gettext("Your urgent update")),
        _written(t, composed),
        *facts(t, composed, reach),
        broadcast_screens.buttons(t, composed.shape, composed.audience),
        escape(asked),
    )
    rows: Rows = (
        (step(composed, t.gettext("See it, then ask for approval"), "look"),),
        (step(composed, t.gettext("Texts and languages"), "languages", 0),),
        (step(composed, t.gettext("Who gets it"), "who"),),
        (step(composed, t.gettext("Picture, file or place"), "media"),),
        (step(composed, t.gettext("Buttons under it"), "buttons"),),
        (step(composed, t.gettext("Danger to life"), "danger"),),
        (step(composed, t.gettext("Save as a template"), "name"),),
        (_drop(t, composed),),
    )
    return Screen(text, rows)


def facts(t: Translator, composed: Composed, reach: Reach) -> list[str]:
    """Return as HTML who gets it, how many, what narrows them, and what else matters."""
    shape = composed.shape
    attached = {
        Media.PHOTO: t.gettext("A picture comes with it."),
        Media.DOCUMENT: t.gettext("A file comes with it."),
        Media.LOCATION: t.gettext("A place on the map comes with it."),
    }
    told = [
        attached[shape.attachment.media] if shape.attachment is not None else None,
        t.gettext("Danger to life: it is sent in quiet hours too.") if shape.danger else None,
    ]
    looks = shape.attachment is not None and composed.audience is Audience.ALERTS
    people = [_reached(t, composed.audience, reach)] if composed.audience is not None else []
    return [
        *people,
        *narrowing(t, shape.only, reach.topics, reach.districts),
        *(escape(each) for each in told if each is not None),
        *([news_screens.unread(t)] if looks else []),
    ]


def _reached(t: Translator, wanted: Audience, reach: Reach) -> str:
    if news_screens.is_few(wanted, reach.total):
        return filled(
            t,
            t.gettext("{audience}: fewer than {fewest} people, about {seconds} s to send."),
            audience=audience(t, wanted),
            fewest=FEWEST,
            seconds=reach.seconds,
        )
    return filled(
        t,
        t.ngettext(
            "{audience}: {n} person, about {seconds} s to send.",
            "{audience}: {n} people, about {seconds} s to send.",
            reach.total,
        ),
        audience=audience(t, wanted),
        n=reach.total,
        seconds=reach.seconds,
    )


def languages(t: Translator, composed: Composed, page: int = 0) -> Screen:
    """List the languages: written, made by a machine, or missing."""
    order = [*sorted(composed.texts, key=locales.supported().index), *composed.missing]
    choices = [
        step(composed, f"{_sign(composed, code)} {locales.native_name(code)}", "language", code)
        for code in order
    ]
    rows = (*pages(composed, choices, page, "languages"), (back(t, composed),))
    text = paragraphs(
        t,
        _written(t, composed),
        filled(t, t.gettext("Missing: {languages}."), languages=names_of(t, composed.missing))
        if composed.missing
        else None,
        escape(t.gettext("Choose a language to write it or to change it.")),
    )
    return Screen(text, rows)


def _sign(composed: Composed, language: str) -> str:
    if language not in composed.texts:
        return "➕"
    return "🤖" if language in composed.shape.machine else "✅"


def text(t: Translator, composed: Composed, language: str) -> Screen:
    """Show the words of *language* and what can be done with them."""
    rows: Rows = ((step(composed, t.gettext("Write it again"), "write", language),),)
    if language != locales.SOURCE:
        remove = step(composed, t.gettext("Remove this language"), "remove", language)
        rows += ((_machine(t, composed, language),), (remove,))
    machine = language in composed.shape.machine
    note = t.gettext("A computer translated this. No person has checked it yet.")
    heading = f"<b>{locales.isolated(escape(locales.native_name(language)))}</b>"
    words = t.quoted(language, composed.texts[language])
    return Screen(
        paragraphs(t, heading, escape(note) if machine else None, words),
        (*rows, (back(t, composed, "languages", 0),)),
    )


def _machine(t: Translator, composed: Composed, language: str) -> Button:
    """Return the button that says who made these words; it names the state it leads to."""
    if language in composed.shape.machine:
        label = t.gettext("{language}: a person has checked it")
    else:
        label = t.gettext("{language}: a computer translated it")
    name = locales.native_name(language)
    wanted = int(language not in composed.shape.machine)
    return step(composed, t.fill(label, language=name), "machine", language, wanted)


def media(t: Translator, composed: Composed, problem: str | None = None) -> Screen:
    """Ask for a picture, a file or a place; one that is there can be left out."""
    asked = t.gettext(
        "Send one picture, one file or one place on the map. It comes before the text."
    )
    rows: Rows = ()
    if composed.shape.attachment is not None:
        rows = ((step(composed, t.gettext("Leave it out"), "bare"),),)
    return Screen(
        paragraphs(t, escape(problem, quote=False) if problem else None, escape(asked)),
        (*rows, (back(t, composed),)),
    )


def danger(t: Translator, composed: Composed) -> Screen:
    """Ask whether lives are in danger, and say what that means."""
    is_so = composed.shape.danger
    return Screen(
        paragraphs(
            t,
            bold(t.gettext("Is there a danger to life?")),
            escape(
                t.gettext(
                    "If yes, it is sent in quiet hours too and wakes people at night. Say yes only "
                    "if somebody could die before the morning."
                )
            ),
        ),
        (
            (step(composed, _mark(on=is_so) + t.gettext("Yes, danger to life"), "danger", 1),),
            (step(composed, _mark(on=not is_so) + t.gettext("No, it can wait"), "danger", 0),),
            (back(t, composed),),
        ),
    )


def _mark(*, on: bool) -> str:
    return _CHOSEN if on else ""


def name(t: Translator, composed: Composed) -> Screen:
    """Ask under which name the update is kept as a template."""
    asked = t.gettext("Write a short name for this template. A template is never sent by itself.")
    return Screen(escape(asked), ((back(t, composed),),))


def check(
    t: Translator, composed: Composed, reach: Reach, telling: Sequence[Telling] = ()
) -> Screen:
    """Say who gets what in which language, and how long that takes, before it is submitted.

    Without anybody to get it there is nothing to ask for, nor while its words are too *telling*
    for newcomers.
    """
    last = t.gettext("Another coordinator must approve it.")
    if not reach.total:
        last = t.gettext("Nobody would get it. Choose other people.")
    rows: Rows = ((step(composed, t.gettext("Change it"), "again"),),)
    if others_to_see(composed, reach):
        see = t.gettext("See it in another language")
        rows += ((step(composed, see, "others", 0),),)
    if reach.total and not telling:
        ask = priced(t, t.gettext("Ask for approval"), reach.stars)
        rows = ((step(composed, ask, "submit", composed.mark),), *rows)
    return Screen(
        paragraphs(
            t,
            escape(t.gettext("The messages above are what people will get.")),
            *facts(t, composed, reach),
            *by_languages(t, composed.texts, composed.audience, reach.counts),
            cost(t, reach.stars),
            news_screens.too_telling(t, telling) if telling else escape(last),
        ),
        (*rows, (_drop(t, composed),)),
    )


def others(t: Translator, composed: Composed, reach: Reach, page: int) -> Screen:
    """Offer to see the update as readers of another language get it."""
    choices = [
        step(composed, locales.native_name(code), "see", code)
        for code in others_to_see(composed, reach)
    ]
    rows = (*pages(composed, choices, page, "others"), (back(t, composed, "look"),))
    return Screen(escape(t.gettext("In which language do you want to see it?")), rows)


def others_to_see(composed: Composed, reach: Reach) -> list[str]:
    """Return the languages that nobody wrote and that people read.

    Of newcomers all: which of them there are could tell of one person.
    """
    if composed.audience is Audience.ALERTS:
        return composed.missing
    return [code for code in sorted(reach.counts) if code not in composed.texts]


def toggle(composed: Composed, label: str, name: str, *, on: bool) -> Button:
    """Return a switch that shows how it is and leads to the other state."""
    return step(composed, (_ON if on else _OFF) + label, name, int(not on))
