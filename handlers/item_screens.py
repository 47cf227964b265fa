"""Screens of posts: those that wait, those held as spam, and one with the reasons. Pure."""

from collections.abc import Sequence
from html import escape

from babel.dates import format_date

from delivery.model import Button
from digests.clean import shorten
from digests.model import Decision, StoredItem, Topic
from digests.topics import topic_name
from handlers import contact
from handlers.callbacks import Route
from handlers.screens import Rows, Screen, bold, button, filled, paragraphs
from locales import Translator

QUEUE_PER_PAGE = 5
LONGEST_TITLE = 150  # characters of a title in a list; eight of them stay far under 4,096
_LONGEST_SUMMARY = 1_000


def number_buttons(items: Sequence[StoredItem], start: int, *, origin: str, page: int) -> Rows:
    """Return a button with its number for each item, four in a row."""
    buttons = [
        button(str(n), Route.ITEM, item.id, origin, page)
        for n, item in enumerate(items, start=start + 1)
    ]
    return tuple(tuple(buttons[at : at + 4]) for at in range(0, len(buttons), 4))


def queue(t: Translator, kind: Decision, items: Sequence[StoredItem], page: int) -> Screen:
    """List posts that wait for a look, or that were held as spam, with the reasons."""
    pages = max(1, -(-len(items) // QUEUE_PER_PAGE))
    page %= pages
    start = page * QUEUE_PER_PAGE
    listed = items[start : start + QUEUE_PER_PAGE]
    heading = (
        t.gettext("Posts that wait for a check")
        if kind is Decision.REVIEW
        else t.gettext("Posts held as spam")
    )
    lines = [
        f"{n}. {t.isolate(escape(shorten(item.item.title, LONGEST_TITLE)))}"
        f"\n<i>{escape(' '.join(t.say(reason) for reason in item.reasons[:3]))}</i>"
        for n, item in enumerate(listed, start=start + 1)
    ]
    rows: list[tuple[Button, ...]] = list(
        number_buttons(listed, start, origin=kind.value, page=page)
    )
    if pages > 1:
        label = t.fill(t.gettext("Next page ({page} of {pages})"), page=page + 1, pages=pages)
        rows.append((button(label, Route.QUEUE, kind.value, page + 1),))
    rows.append((button(t.gettext("‹ Back to the digest"), Route.EDITION, "now", 0),))
    text = paragraphs(t, bold(heading), *(lines or [escape(t.gettext("None."))]))
    return Screen(text, tuple(rows))


def item(
    t: Translator, shown: StoredItem, origin: str, page: int, every: Sequence[Topic]
) -> Screen:
    """Show one post with the judge's reasons, and Keep and Drop."""
    names = {each.id: topic_name(each, t.language) for each in every}
    topic_list = ", ".join(names[each] for each in shown.topics if each in names)
    published = shown.item.published
    when = (
        str(format_date(published, "full", locale=contact.locale_of(t)))
        if published is not None
        else t.gettext("no date")
    )
    text = paragraphs(
        t,
        f"<b>{t.isolate(escape(shown.item.title))}</b>",
        t.isolate(escape(shorten(shown.item.summary, _LONGEST_SUMMARY))),
        escape(shown.item.link or ""),
        filled(t, t.gettext("Topics: {topics}"), topics=topic_list or "–"),
        filled(t, t.gettext("Date: {date}"), date=when),
        "\n".join(f"• {escape(t.say(reason))}" for reason in shown.reasons),
        escape(_verdict(t, shown)),
    )
    if shown.week is not None:
        return Screen(text, ((_back(t, origin, page),),))
    keep = button(t.gettext("Add to the digest"), Route.ITEM_ACT, shown.id, "accept", origin, page)
    drop = button(t.gettext("Leave it out"), Route.ITEM_ACT, shown.id, "reject", origin, page)
    choice = {Decision.ACCEPT: (drop,), Decision.REJECT: (keep,), Decision.REVIEW: (keep, drop)}
    return Screen(text, (choice[shown.decision], (_back(t, origin, page),)))


def _back(t: Translator, origin: str, page: int) -> Button:
    if origin == "e":
        return button(t.gettext("‹ Back"), Route.EDITION, "now", page)
    return button(t.gettext("‹ Back"), Route.QUEUE, origin, page)


def _verdict(t: Translator, shown: StoredItem) -> str:
    if shown.week is not None:
        return t.gettext("It was in a digest already.")
    return {
        Decision.ACCEPT: t.gettext("It is in the digest."),
        Decision.REVIEW: t.gettext("It waits for a coordinator. It is not in the digest."),
        Decision.REJECT: t.gettext("It is not in the digest."),
    }[shown.decision]
