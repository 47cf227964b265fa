"""Screens for parts of an urgent update that are chosen from lists: people, buttons. Pure."""

from collections.abc import Sequence
from html import escape

import locales
from delivery.broadcast import Audience
from delivery.model import Button
from digests.clean import shorten
from digests.topics import topic_name
from handlers import compose_screens
from handlers.broadcast_screens import district_names, need_name
from handlers.callbacks import Route
from handlers.compose_screens import Reach, back, facts, step, toggle
from handlers.composed import (
    LONGEST_LABEL,
    PARTS,
    Composed,
    Part,
    chosen,
    is_full,
    mark_of,
)
from handlers.screens import Rows, Screen, bold, button, filled, paragraphs
from locales import Translator

_EXAMPLE = ("British Red Cross", "https://www.redcross.org.uk")


def some(t: Translator, composed: Composed, reach: Reach) -> Screen:
    """Offer what the audience can be narrowed by, and say whom it reaches now."""
    labels = {
        Part.LANGUAGES: t.gettext("By language"),
        Part.TOPICS: t.gettext("By topic"),
        Part.ORGANISATIONS: t.gettext("By organisation"),
        Part.NEEDS: t.gettext("By what they need"),
        Part.DISTRICTS: t.gettext("By area"),
    }
    parts = PARTS[composed.audience] if composed.audience is not None else (Part.LANGUAGES,)
    rows: Rows = tuple((step(composed, labels[part], "pick", part, 0),) for part in parts)
    rows += (
        (step(composed, t.gettext("All of them"), "all"),),
        (step(composed, t.gettext("See it, then ask for approval"), "look"),),
        (back(t, composed, "who"),),
    )
    return Screen(paragraphs(t, *facts(t, composed, reach)), rows)


def pick(
    t: Translator, composed: Composed, reach: Reach, part: Part, values: Sequence[str], page: int
) -> Screen:
    """List what can be chosen of *part*; each button says the state that it leads to."""
    taken = chosen(composed.shape.only, part)
    choices = [
        step(
            composed,
            ("☑️ " if each in taken else "⬜️ ") + shorten(_name(t, reach, part, each), 50),
            "only",
            part,
            mark_of(each),
            int(each not in taken),
            page,
        )
        for each in values
    ]
    rows = compose_screens.pages(composed, choices, page, "pick", part)
    none = escape(t.gettext("There is nothing to choose from."))
    told = paragraphs(
        t,
        *facts(t, composed, reach),
        escape(t.gettext("With none chosen, all get it.")) if values else none,
    )
    return Screen(told, (*rows, (back(t, composed, "some"),)))


def _name(t: Translator, reach: Reach, part: Part, value: str) -> str:
    if part is Part.LANGUAGES:
        return locales.native_name(value)
    if part is Part.NEEDS:
        return need_name(t, value)
    topics = {each.id: topic_name(each, t.language) for each in reach.topics}
    names = {Part.TOPICS: topics, Part.DISTRICTS: district_names(t, reach.districts)}
    return names.get(part, {}).get(value, value)


def buttons(t: Translator, composed: Composed) -> Screen:
    """Show the buttons under the update; each can be removed, others added."""
    shape = composed.shape
    rows: Rows = tuple(
        (step(composed, f"✖️ {each.label}", "unlink", mark_of(each.url or "")),)
        for each in shape.links
    )
    if not is_full(shape):
        rows += ((step(composed, t.gettext("Add a link"), "link"),),)
    if all(each.service_id is None for each in shape.links):
        rows += ((step(composed, t.gettext("Add a service"), "service"),),)
    asks = composed.audience is not Audience.ALERTS
    if asks:
        rows += (
            (toggle(composed, t.gettext("“I can help”"), "help", on=shape.help),),
            (toggle(composed, t.gettext("“I have read this”"), "receipt", on=shape.receipt),),
        )
    rows += ((back(t, composed),),)
    told = t.gettext("You see who can help, and how many people have read it.")
    quiet = t.gettext("Newcomers are not asked to answer. They can stop the news with one press.")
    return Screen(
        paragraphs(
            t,
            bold(t.gettext("Buttons under the update")),
            escape(t.gettext("Press a button with ✖️ to remove it.")) if shape.links else None,
            escape(told if asks else quiet),
        ),
        rows,
    )


def ask_link(t: Translator, composed: Composed) -> Screen:
    """Ask for the words of a button and its address."""
    return Screen(
        paragraphs(
            t,
            escape(t.gettext("Send two lines: the words on the button, then the web address.")),
            "\n".join((escape(t.gettext("For example:")), *(t.isolate(each) for each in _EXAMPLE))),
        ),
        ((back(t, composed, "buttons"),),),
    )


def ask_service(t: Translator, composed: Composed) -> Screen:
    """Ask for the name of a service."""
    asked = t.gettext("Write the name of the service. People will get a button to its card.")
    return Screen(escape(asked), ((back(t, composed, "buttons"),),))


def services(t: Translator, composed: Composed, found: Sequence[tuple[str, str]]) -> Screen:
    """Offer the services that were *found*, as id and name."""
    told = t.gettext("Which one do you mean? You can also write another name.")
    nothing = t.gettext("I found no service of this name. Please write another one.")
    rows: Rows = tuple(
        (step(composed, shorten(name, LONGEST_LABEL), "card", service_id),)
        for service_id, name in found[: compose_screens.PER_PAGE]
    )
    rows += ((back(t, composed, "buttons"),),)
    return Screen(escape(told if found else nothing), rows)


def templates(t: Translator, kept: Sequence[tuple[int, str]], page: int) -> Screen:
    """List the templates, as id and name."""
    most = compose_screens.PER_PAGE
    number = max(1, -(-len(kept) // most))
    page %= number
    rows: Rows = tuple(
        (button(each, Route.TEMPLATE, "see", template_id),)
        for template_id, each in kept[page * most : (page + 1) * most]
    )
    if number > 1:
        turn = button(f"{page + 1}/{number} ›", Route.TEMPLATE, "list", (page + 1) % number)
        rows += ((turn,),)
    rows += ((button(t.gettext("‹ Back"), Route.TEMPLATE, "back", 0),),)
    told = t.gettext("Choose a template.") if kept else t.gettext("There are no templates.")
    return Screen(escape(told), rows)


def template(t: Translator, template_id: int, name: str) -> Screen:
    """Offer to use or delete the template that is shown above."""
    return Screen(
        filled(t, t.gettext("Template: {name}"), name=name),
        (
            (button(t.gettext("Use it"), Route.TEMPLATE, "use", template_id),),
            (button(t.gettext("Delete it"), Route.TEMPLATE, "ask", template_id),),
            (_to_templates(t),),
        ),
    )


def delete_template(t: Translator, template_id: int, name: str) -> Screen:
    """Ask once before a template is deleted."""
    return Screen(
        filled(t, t.gettext("Delete the template {name}?"), name=name),
        (
            (button(t.gettext("Yes, delete it"), Route.TEMPLATE, "delete", template_id),),
            (button(t.gettext("‹ Back"), Route.TEMPLATE, "see", template_id),),
        ),
    )


def _to_templates(t: Translator) -> Button:
    return button(t.gettext("‹ Back"), Route.TEMPLATE, "list", 0)
