"""Screens of the freshness loop: the question, the answers, and what coordinators see. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from html import escape
from zoneinfo import ZoneInfo

from delivery.model import Button, Content
from digests.clean import shorten
from directory import freshness
from directory.model import Match, Opening, OpenState, Service, Status
from directory.needs import NEEDS
from handlers import card
from handlers.callbacks import Route
from handlers.screens import Screen, bold, button, day, filled, italic, paragraphs
from locales import Translator
from locales.errors import Text
from people.model import Person

PER_PAGE = 7
_MOST_TEXT = 4_096  # UTF-16 units (Bot API, sendMessage)
_BRIEF = 300  # characters of a description
_LONGEST_LABEL = 40  # characters of a service's name in a button
_PUBLIC = Person(0)


@dataclass(frozen=True, slots=True)
class Asked:
    """A service and the moment at which its facts are read.

    *since*: when the question was asked, None if nobody asks yet. *coordinator*: the reader is
    one. *warned*: it is to be hidden soon. *changed*: the facts are others than those that the
    pressed button was about. *reports*: how often people said that something is wrong.
    """

    service: Service
    at: datetime
    zone: ZoneInfo
    since: datetime | None = None
    coordinator: bool = False
    warned: bool = False
    changed: bool = False
    reports: int = 0

    @property
    def today(self) -> date:
        """The city's day."""
        return self.at.astimezone(self.zone).date()


def question(t: Translator, asked: Asked) -> Screen:
    """Ask whether the facts of a service, as the public reads them, are still right."""
    service = asked.service
    texts = (_question(t, replace(asked, service=each)) for each in _briefer(service))
    text = next((text for text in texts if _length(text) <= _MOST_TEXT), "")
    return Screen(text, (*_answers(t, service), *_of_coordinators(t, asked)))


def _briefer(service: Service) -> Iterator[Service]:
    """Yield *service*, and then with ever less of what can be long, so that it fits a message."""
    yield service
    short = replace(service, description=shorten(service.description, _BRIEF))
    yield short
    short = replace(short, other_places=(), contacts=(), cost_options=(), hours_note=None)
    yield replace(short, referrer_note=None)
    yield replace(short, referrer_note=None, phones=service.phones[:1], needs=service.needs[:1])


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _question(t: Translator, asked: Asked) -> str:
    return paragraphs(
        t,
        bold(t.gettext("Is this still right?")),
        italic(t.gettext("The facts have changed since I asked. Please read them again."))
        if asked.changed
        else None,
        _waiting(t, asked),
        _ended(t, asked),
        _reported(t, asked),
        _facts(t, asked),
        escape(t.gettext("Say yes only if all of it is right today.")),
    )


def content(screen: Screen) -> Content:
    """Return *screen* as something that the outbox can send."""
    return Content((screen.text,), screen.rows)


def _facts(t: Translator, asked: Asked) -> str:
    """Return the card as the public sees it, with all of its contact details.

    Also of a service of low confidence, whose details become public with a yes. A confidential
    address is not there: `facts.sealed` has left it out of the service.
    """
    service = asked.service
    fits = tuple(Text(NEEDS[need].fit) for need in service.needs)
    match = Match(service, fits, None, OpenState(Opening.UNKNOWN), contact_shown=True)
    return card.card(t, match, _PUBLIC, packed="", at=asked.at, zone=asked.zone).text


def _waiting(t: Translator, asked: Asked) -> str | None:
    if asked.since is None:
        return None
    on = asked.since.astimezone(asked.zone).date()
    if on == asked.today:
        return None
    return filled(t, t.gettext("I asked about it on {date}."), date=day(t, on))


def _ended(t: Translator, asked: Asked) -> str | None:
    end = asked.service.valid_until
    if end is None or not freshness.is_over(asked.service, asked.today):
        return None
    return filled(t, t.gettext("This was right until {date}."), date=day(t, end))


def _reported(t: Translator, asked: Asked) -> str | None:
    if not asked.reports:
        return None
    return filled(t, t.gettext("Reports that something is wrong: {n}"), n=asked.reports)


def _answers(t: Translator, service: Service) -> tuple[tuple[Button, ...], ...]:
    full = service.status in (Status.FULL, Status.PAUSED)
    room = (
        button(t.gettext("They take people again"), Route.FRESH, service.id, "o")
        if full
        else button(t.gettext("It is full"), Route.FRESH, service.id, "u")
    )
    yes = button(
        t.gettext("Yes, all is right"), Route.FRESH, service.id, "y", freshness.mark(service)
    )
    change = button(t.gettext("Change it"), Route.EDIT, service.id)
    closed = button(t.gettext("It has closed"), Route.FRESH, service.id, "c")
    return ((yes,), (change, room), (closed,))


def _of_coordinators(t: Translator, asked: Asked) -> tuple[tuple[Button, ...], ...]:
    if not asked.coordinator:
        return ()
    service_id = asked.service.id
    acts = (
        button(t.gettext("I called: no answer"), Route.FRESH, service_id, "n"),
        button(t.gettext("Who is asked"), Route.OWNER, service_id),
    )
    if not asked.warned:
        return (acts,)
    keep = t.fill(t.gettext("Keep it {days} days"), days=freshness.KEPT_FOR.days)
    return (button(keep, Route.FRESH, service_id, "k"),), acts


def several(t: Translator, services: Sequence[Service], page: int) -> Screen:
    """List services to answer for, a page of buttons."""
    pages = max(1, -(-len(services) // PER_PAGE))
    page %= pages
    rows = [_open(t, each) for each in services[page * PER_PAGE : (page + 1) * PER_PAGE]]
    if pages > 1:
        label = t.fill(t.gettext("Next page ({page} of {pages})"), page=page + 1, pages=pages)
        rows.append((button(label, Route.FRESH_LIST, "m", page + 1),))
    if not services:
        return Screen(escape(t.gettext("Thank you. Nothing waits for you now.")))
    text = paragraphs(
        t,
        bold(t.gettext("Are these still right?")),
        escape(t.gettext("Please look at each one and say if it is right.")),
    )
    return Screen(text, tuple(rows))


def _open(t: Translator, service: Service) -> tuple[Button, ...]:
    name = shorten(service.name, _LONGEST_LABEL)
    return (button(t.isolate(name), Route.FRESH, service.id),)


def thanks(t: Translator, again: date, waiting: int) -> Screen:
    """Thank for an answer and say when the next question comes; *waiting*: how many more now."""
    text = filled(t, t.gettext("Thank you. I ask again on {date}."), date=day(t, again))
    return Screen(t.directed(text), _more(t, waiting))


def _more(t: Translator, waiting: int) -> tuple[tuple[Button, ...], ...]:
    if not waiting:
        return ()
    label = t.fill(t.gettext("More to look at: {n}"), n=waiting)
    return ((button(label, Route.FRESH_LIST, "m", 0),),)


def noted(t: Translator, waiting: int) -> Screen:
    """Thank for what needs no further word."""
    return Screen(escape(t.gettext("Thank you. I noted it.")), _more(t, waiting))


def sure(t: Translator, service: Service) -> Screen:
    """Ask once more before a service is shown to nobody."""
    text = paragraphs(
        t,
        _strong(filled(t, t.gettext("Has “{name}” closed for good?"), name=service.name)),
        escape(t.gettext("If you say yes, I stop showing it at once.")),
    )
    yes = button(t.gettext("Yes, it has closed"), Route.FRESH, service.id, "C")
    back = button(t.gettext("‹ Back"), Route.FRESH, service.id)
    return Screen(text, ((yes,), (back,)))


def _strong(html: str) -> str:
    return f"<b>{html}</b>"


def closed(t: Translator, service: Service, *, coordinator: bool) -> Screen:
    """Say that a service is shown no more, and how it comes back."""
    if coordinator:
        return Screen(escape(t.gettext("I do not show it any more.")), (_show_again(t, service),))
    text = t.gettext("Thank you. I do not show it any more. A coordinator can bring it back.")
    return Screen(escape(text))


def has_closed(t: Translator, service: Service) -> Content:
    """Tell coordinators that an owner closed a service, with a way back."""
    said = t.gettext("{name} has closed, says a partner who runs it. I do not show it any more.")
    text = t.directed(filled(t, said, name=service.name))
    return Content((text,), (_show_again(t, service),))


def _show_again(t: Translator, service: Service) -> tuple[Button, ...]:
    return (button(t.gettext("Show it again"), Route.FRESH, service.id, "s"),)


def gone(t: Translator, service: Service, *, coordinator: bool) -> Screen:
    """Say that nobody is shown the service any more."""
    text = t.gettext("This service is not shown any more. Ask a coordinator if that is wrong.")
    return Screen(escape(text), (_show_again(t, service),) if coordinator else ())
