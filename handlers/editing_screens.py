"""Screens for changing a service: what can be changed, the question, the read-back. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from delivery.model import Button
from directory import editing
from directory.editing import Part, Proposal
from directory.history import FieldChange
from directory.model import Service
from handlers import fact_words
from handlers.callbacks import Route
from handlers.screens import Screen, bold, button, italic, paragraphs
from locales import Translator

PER_PAGE = 8  # choices, or services
_CHOSEN = "✅"
_LONGEST_NAME = 60  # characters of a button


@dataclass(frozen=True, slots=True)
class Listed:
    """A service in the list of who may change it, and how much about it waits.

    *proposals*: for a coordinator. *tasks*: for somebody to look into. *is_due*: its owner is
    asked whether it is still right.
    """

    service: Service
    proposals: int = 0
    tasks: int = 0
    is_due: bool = False


def with_change(t: Translator, card: Screen, service_id: str) -> Screen:
    """Add to a card, above its last row, the way to change the service."""
    row = (button(t.gettext("Change it"), Route.EDIT, service_id),)
    return replace(card, rows=(*card.rows[:-1], row, card.rows[-1]))


def menu(
    t: Translator, service: Service, waiting: Sequence[Proposal], *, me: int, coordinator: bool
) -> Screen:
    """Offer every part that this reader may change, and show what waits for a coordinator."""
    parts = [p for p in Part if coordinator or p not in editing.OF_COORDINATORS]
    if service.confidential_location:
        parts.remove(Part.ADDRESS)
    buttons = [button(fact_words.label(t, p), Route.EDIT, service.id, p) for p in parts]
    rows = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    names = [
        f"• {escape(', '.join(_names(t, each.fields)), quote=False)}" for each in waiting[:PER_PAGE]
    ]
    for each in waiting[:PER_PAGE]:
        label = ", ".join(_names(t, each.fields))[:_LONGEST_NAME]
        if coordinator:
            rows.append((button(f"🔎 {label}", Route.PROPOSAL, each.id),))
        elif each.by == me:
            rows.append((button(f"↩️ {label}", Route.PROPOSAL, each.id, "withdraw"),))
    if coordinator:
        rows.append((button(t.gettext("What was changed"), Route.HISTORY, service.id),))
    rows.append(
        (
            button(t.gettext("All services"), Route.SERVICES, 0),
            button(t.gettext("‹ Back"), Route.CARD, "", service.id),
        )
    )
    text = paragraphs(
        t,
        _title(t, service),
        escape(t.gettext("What do you want to change?")),
        escape(t.gettext("This waits for a coordinator. Press ↩️ to take it back:"))
        if names and not coordinator
        else None,
        "\n".join(names) if not coordinator else None,
    )
    return Screen(text, tuple(rows))


def _title(t: Translator, service: Service) -> str:
    return f"<b>{t.isolate(escape(service.name))}</b>"


def _names(t: Translator, fields: Sequence[FieldChange]) -> list[str]:
    return list(dict.fromkeys(fact_words.name(t, each.field) for each in fields[:3]))


def ask(
    t: Translator,
    service: Service,
    part: Part,
    record: Mapping[str, Any],
    choices: Sequence[tuple[str, bool]],
    page: int = 0,
) -> Screen:
    """Ask for *part*: say what is known, offer *choices* (code, chosen) and say how to write it.

    *record*: the stored document (Any: JSON), with what was chosen so far.
    """
    several = part in editing.SEVERAL
    rows = [
        (_choice(t, part, code, is_on, several=several, page=page),)
        for code, is_on in choices[page * PER_PAGE : (page + 1) * PER_PAGE]
    ]
    if len(choices) > PER_PAGE:
        following = (page + 1) % -(-len(choices) // PER_PAGE)
        rows.append((button("…", Route.EDITING, "page", following),))
    if part in editing.EMPTIED:
        rows.append((button(t.gettext("Take it out"), Route.EDITING, "none"),))
    last = [button(t.gettext("Stop"), Route.EDITING, "drop")]
    if several:
        last.insert(0, button(t.gettext("I am done"), Route.EDITING, "done"))
    text = paragraphs(
        t,
        _title(t, service),
        f"{bold(fact_words.label(t, part))}\n"
        + escape(fact_words.current(t, part, record), quote=False),
        _how(t, part),
    )
    return Screen(text, (*rows, tuple(last)))


def _choice(
    t: Translator, part: Part, code: str, is_on: bool, *, several: bool, page: int
) -> Button:
    label = fact_words.option(t, part, code)
    if not several:
        return button(label, Route.EDITING, "set", code)
    words = f"{_CHOSEN} {label}" if is_on else label
    return button(words, Route.EDITING, "set", code, 0 if is_on else 1, page)


def _how(t: Translator, part: Part) -> str:
    """Say how an answer is given, with an example where the form matters."""
    hints = {
        Part.HOURS: t.gettext("Write it in your words, like: Wednesdays 10 to 1:30."),
        Part.ADDRESS: t.gettext("Write the address with its postcode."),
        Part.PHONES: t.gettext("Write all numbers, each on its own line."),
        Part.AGES: t.gettext("Press one, or write the ages like 16-25."),
        Part.NEEDS: t.gettext("The first one counts most. Press a chosen one to take it out."),
    }
    if part in hints:
        return escape(hints[part])
    if part in editing.TYPED:
        return escape(t.gettext("Write it in one message."))
    return escape(t.gettext("Press what is right."))


def ask_back(t: Translator, service: Service, question: str) -> Screen:
    """Ask again: *question* is plain and says what was not clear."""
    stop = button(t.gettext("Stop"), Route.EDITING, "drop")
    return Screen(paragraphs(t, _title(t, service), escape(question, quote=False)), ((stop,),))


def read_back(
    t: Translator, service: Service, fields: Sequence[FieldChange], mark: str, *, typed: bool
) -> Screen:
    """Show what would change, before and after, and ask whether that is right."""
    again = t.gettext("If not, write it again.") if typed else None
    text = paragraphs(
        t,
        _title(t, service),
        fact_words.difference(t, fields),
        fact_words.beside(t, service, fields),
        escape(t.gettext("The address is deleted for good.")) if hides_place(fields) else None,
        bold(t.gettext("Is this right?")),
        escape(again) if again else None,
    )
    yes = button(t.gettext("Yes"), Route.EDITING, "yes", mark)
    stop = button(t.gettext("Stop"), Route.EDITING, "drop")
    return Screen(text, ((yes,), (stop,)))


def hides_place(fields: Sequence[FieldChange]) -> bool:
    """Say whether a change makes the place of a service secret."""
    return any(each.field == "confidential_location" and each.new for each in fields)


def done(
    t: Translator,
    service: Service,
    fields: Sequence[FieldChange],
    *,
    public: bool,
    coordinator: bool,
) -> Screen:
    """Say what became of a change: *public* now, or waiting for a coordinator."""
    if public and hides_place(fields):
        told = t.gettext("Done. Nobody sees the address any more.")
    elif not public:
        told = t.gettext("Thank you. A coordinator looks at it first. I tell you what they say.")
    elif coordinator:
        told = t.gettext("Done. It is public now.")
    else:
        told = t.gettext("Done. It is public now, and coordinators are told.")
    more = button(t.gettext("Change something else"), Route.EDIT, service.id)
    return Screen(paragraphs(t, _title(t, service), escape(told)), ((more,),))


def stopped(t: Translator, service_id: str | None) -> Screen:
    """Say that a change was thrown away."""
    back: tuple[tuple[Button, ...], ...] = ()
    if service_id is not None:
        back = ((button(t.gettext("Change something else"), Route.EDIT, service_id),),)
    return Screen(escape(t.gettext("Nothing was changed.")), back)


def services(t: Translator, listed: Sequence[Listed], page: int, *, coordinator: bool) -> Screen:
    """List services with what waits about each, a page of buttons."""
    if not listed:
        text = (
            t.gettext("No change waits for you.")
            if coordinator
            else t.gettext("I know no service of your organisation. Please ask a coordinator.")
        )
        return Screen(escape(text))
    pages = -(-len(listed) // PER_PAGE)
    page %= pages
    shown = listed[page * PER_PAGE : (page + 1) * PER_PAGE]
    rows = [(button(_line(t, each), Route.EDIT, each.service.id),) for each in shown]
    if pages > 1:
        label = t.fill(t.gettext("Next page ({page} of {pages})"), page=page + 1, pages=pages)
        rows.append((button(label, Route.SERVICES, page + 1),))
    heading = t.gettext("Services that wait for you") if coordinator else t.gettext("Your services")
    legend = t.gettext("✏️ a change waits · ⚠️ somebody must look · ❓ is it still right?")
    text = paragraphs(t, bold(heading), italic(legend))
    return Screen(text, tuple(rows))


def _line(t: Translator, each: Listed) -> str:
    marks = "".join(
        mark
        for mark, is_so in (("✏️", each.proposals), ("⚠️", each.tasks), ("❓", each.is_due))
        if is_so
    )
    return f"{marks} {t.isolate(each.service.name[:_LONGEST_NAME])}".strip()
