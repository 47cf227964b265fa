"""Screens of posts that their sites changed after they were sent, or deleted before. Pure."""

from collections.abc import Sequence
from html import escape

from delivery.model import Content
from digests.clean import shorten
from digests.item import Occasion, OccasionKind, StoredItem
from digests.revision import Revision, What
from handlers.callbacks import Route
from handlers.screens import Rows, Screen, bold, button, day, filled, paragraphs
from locales import Translator

_LONGEST_TITLE = 200
_LONGEST_LINK = 500
_LONGEST_PLACE = 200
_MOST_DATES = 6


def came(t: Translator, item: StoredItem, now: Revision, *, only_daily: bool = False) -> Content:
    """Say what is another in a post that was sent, and offer to put it right.

    *only_daily*: the weekly digest has the new words, and needs no correction.
    """
    hint = t.gettext("Only people who get news every day have the old text.")
    said = _changes(t, item, now, escape(hint) if only_daily else None)
    return Content((said,), _choice(t, item, now))


def corrected(t: Translator, item_id: int | None) -> Screen:
    """Say that the correction goes out, with a button to look at it in the draft."""
    text = t.gettext("The correction goes into the next digest.")
    if item_id is None:
        return Screen(escape(text))
    look = button(t.gettext("Look at the post"), Route.ITEM, item_id, "e", 0)
    return Screen(escape(text), ((look,),))


def left(t: Translator) -> Screen:
    """Say that nothing is sent."""
    return Screen(escape(t.gettext("Left as it is. No correction is sent.")))


def deleted(t: Translator, item: StoredItem) -> Content:
    """Return the notice about a post that its site deleted before it was sent."""
    text = paragraphs(
        t,
        bold(t.gettext("A post was deleted from its site")),
        _title(t, item),
        escape(t.gettext("It was meant for the next digest. Now it waits for a coordinator.")),
    )
    look = button(t.gettext("Look at the post"), Route.ITEM, item.id, "review", 0)
    return Content((text,), ((look,),))


def _changes(t: Translator, item: StoredItem, now: Revision, hint: str | None) -> str:
    values = {
        What.TITLE: (t.gettext("The title is now: {value}"), shorten(now.title, _LONGEST_TITLE)),
        What.LINK: (
            t.gettext("The link is now: {value}"),
            shorten(now.link or t.gettext("none"), _LONGEST_LINK),
        ),
        What.DATES: (t.gettext("The dates are now: {value}"), _dates(t, now.occasions)),
        What.PLACE: (
            t.gettext("The place is now: {value}"),
            shorten(now.place or t.gettext("none"), _LONGEST_PLACE),
        ),
    }
    lines = [filled(t, values[what][0], value=values[what][1]) for what in now.what]
    return paragraphs(
        t,
        bold(t.gettext("A post that was sent has changed on its site")),
        _title(t, item),
        "\n".join(lines),
        hint,
    )


def _title(t: Translator, item: StoredItem) -> str:
    return t.isolate(escape(shorten(item.headline or item.item.title, _LONGEST_TITLE)))


def _dates(t: Translator, occasions: Sequence[Occasion]) -> str:
    acted_on = [each for each in occasions if each.kind is not OccasionKind.MENTIONED]
    said = [
        day(t, each.on) if each.at is None else f"{day(t, each.on)}, {each.at:%H:%M}"
        for each in acted_on[:_MOST_DATES]
    ]
    return "; ".join(said) or t.gettext("none")


def _choice(t: Translator, item: StoredItem, now: Revision) -> Rows:
    put = t.gettext("Put the correction into the next digest")
    return (
        (button(put, Route.CORRECTION, item.id, "yes", now.mark),),
        (button(t.gettext("Leave it"), Route.CORRECTION, item.id, "no", now.mark),),
    )
