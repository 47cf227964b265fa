"""What coordinators get of the freshness loop: the day's list, the week's calls, owners. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from delivery.model import Button, Content
from digests.clean import shorten
from directory.calls import Call, Why
from directory.freshness import Step
from directory.model import Service
from handlers import contact
from handlers.callbacks import Route
from handlers.screens import Screen, bold, button, day, filled, paragraphs
from locales import Translator
from people.model import Person, Role
from people.voice import FEWEST

PER_PAGE = 7
_MOST_LINES = 20  # of the day's list; far under 4,096 characters with the longest names
_MOST_REASONS = 4  # of one call; ten of them stay under 4,096 characters
_LONGEST_LABEL = 40  # characters of a service's name in a button


@dataclass(frozen=True, slots=True)
class Silence:
    """A service for which nobody has answered, and what the loop does about it today.

    *since*: when it was asked about. *until*: the day on which it will be hidden, if it will.
    """

    service: Service
    step: Step
    since: date
    until: date | None = None


def summary(t: Translator, silences: Sequence[Silence]) -> Content:
    """Tell coordinators once a day for which services nobody answers."""
    shown = silences[:_MOST_LINES]
    lines = [f"• {_line(t, each)}" for each in shown]
    if len(silences) > len(shown):
        lines.append(filled(t, t.gettext("And {n} more."), n=len(silences) - len(shown)))
    text = paragraphs(
        t,
        bold(t.gettext("Please find out if these are still right:")),
        "\n".join(lines),
        escape(t.gettext("Call them, open the service here, and press what you heard.")),
    )
    rows = [_open(t, each.service) for each in shown if each.step is not Step.HIDE]
    rows.append((button(t.gettext("Call these first"), Route.FRESH_LIST, "c", 0),))
    return Content((text,), tuple(rows))


def _line(t: Translator, silence: Silence) -> str:
    name = shorten(silence.service.name, 2 * _LONGEST_LABEL)
    if silence.step is Step.HIDE:
        return filled(t, t.gettext("{name}: hidden now. Nobody has answered."), name=name)
    if silence.step is Step.WARN and silence.until is not None:
        sentence = t.gettext("{name}: I hide it on {date}.")
        return filled(t, sentence, name=name, date=day(t, silence.until))
    if silence.step is Step.ASK:
        return filled(t, t.gettext("{name}: no partner of theirs is here to ask."), name=name)
    sentence = t.gettext("{name}: nobody has answered since {date}.")
    return filled(t, sentence, name=name, date=day(t, silence.since))


def _open(t: Translator, service: Service, number: int | None = None) -> tuple[Button, ...]:
    name = t.isolate(shorten(service.name, _LONGEST_LABEL))
    label = name if number is None else f"{number}. {name}"
    return (button(label, Route.FRESH, service.id),)


def calls(t: Translator, found: Sequence[Call]) -> Screen:
    """List whom to phone first and why; the answers are one tap behind each name."""
    if not found:
        return Screen(escape(t.gettext("Nobody needs to be called now.")))
    lines = [_call(t, number, each) for number, each in enumerate(found, start=1)]
    text = paragraphs(t, bold(t.gettext("Please call these first:")), "\n\n".join(lines))
    rows = [_open(t, each.service, number) for number, each in enumerate(found, start=1)]
    return Screen(text, tuple(rows))


def _call(t: Translator, number: int, call: Call) -> str:
    name = t.isolate(escape(shorten(call.service.name, 2 * _LONGEST_LABEL)))
    phone = contact.phone(t, call.service.phones[0].number)
    told = [each for why, value in call.reasons if (each := _reason(t, why, value))]
    reasons = "\n".join(f"• {each}" for each in told[:_MOST_REASONS])
    return f"{number}. <b>{name}</b>\n📞 {escape(phone)}\n{reasons}"


def _reason(t: Translator, why: Why, value: int | date | None) -> str | None:
    """Return one reason as HTML; counts of people under five are hidden, as everywhere."""
    if why is Why.SHOWN and isinstance(value, int) and value < FEWEST:
        return None
    sentence = {
        Why.WRONG: t.gettext("Reports that something is wrong: {n}"),
        Why.SILENT: t.gettext("No answer since {date}"),
        Why.ENDED: t.gettext("This was right until {date}."),
        Why.UNKNOWN: t.gettext("It is not known if it is still open."),
        Why.OLD: t.gettext("Whole years since anybody checked: {n}"),
        Why.UNDATED: t.gettext("Its sources show no date."),
        Why.SHOWN: t.gettext("Shown in four weeks: {n}"),
        Why.NO_ANSWER: t.gettext("Called before: nobody picked up."),
    }[why]
    if isinstance(value, date):
        return filled(t, sentence, date=day(t, value))
    return filled(t, sentence, n=value or 0)


def owner(
    t: Translator, service: Service, now: Person | None, others: Sequence[Person], page: int
) -> Screen:
    """Show who is asked about a service and let a coordinator name somebody.

    *now*: who was named. *others*: everybody with a role; people have no names here.
    """
    pages = max(1, -(-len(others) // PER_PAGE))
    page %= pages
    rows = [
        (button(_who(t, each), Route.OWNER, service.id, each.id),)
        for each in others[page * PER_PAGE : (page + 1) * PER_PAGE]
    ]
    if pages > 1:
        label = t.fill(t.gettext("Next page ({page} of {pages})"), page=page + 1, pages=pages)
        rows.append((button(label, Route.OWNER, service.id, f"p{page + 1}"),))
    if now is not None:
        rows.append((button(t.gettext("Ask its partners again"), Route.OWNER, service.id, "-"),))
    rows.append((button(t.gettext("‹ Back"), Route.FRESH, service.id),))
    asks = filled(t, t.gettext("Who is asked about {name}?"), name=service.name)
    named = t.gettext("Now: {who}")
    all_of = t.gettext("Now: every partner of {organisation}, else the coordinators")
    who = (
        filled(t, all_of, organisation=service.organization)
        if now is None
        else filled(t, named, who=_who(t, now))
    )
    return Screen(paragraphs(t, f"<b>{asks}</b>", who), tuple(rows))


def _who(t: Translator, person: Person) -> str:
    coordinator = person.role is Role.COORDINATOR
    of = t.gettext("coordinator") if coordinator else person.organisation or "–"
    return f"{t.isolate(shorten(of, _LONGEST_LABEL))} · {person.id}"
