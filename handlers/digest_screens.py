"""Screens of the digest: as a subscriber gets it, and the coordinators' review. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape
from zlib import crc32

from delivery.model import Button, Content
from digests.clean import shorten
from digests.compile import compile_digest
from digests.model import (
    Edition,
    EditionState,
    StoredItem,
    Topic,
)
from digests.render import render_whole
from digests.topics import topic_name
from handlers.callbacks import Route
from handlers.item_screens import LONGEST_TITLE, number_buttons
from handlers.screens import Rows, Screen, bold, button, filled, paragraphs
from locales import Translator

ITEMS_PER_PAGE = 8


def content(
    t: Translator,
    every: Sequence[Topic],
    week: str,
    items: Sequence[StoredItem],
    wanted: Collection[str],
) -> Content | None:
    """Return the digest as a reader of *t* who wants these topics gets it; None: nothing new.

    Under it, one tap to change the topics or to stop.
    """
    digest = compile_digest(week, items, wanted, every)
    if not digest.sections:
        return None
    names = {each.id: topic_name(each, t.language) for each in every}
    change = button(t.gettext("Choose topics"), Route.SUBSCRIBED, 1)
    stop = button(t.gettext("Stop the digest"), Route.SUBSCRIBED, 0)
    return Content(render_whole(digest, t, names), ((change, stop),))


def fingerprint(items: Sequence[StoredItem]) -> str:
    """Return a short mark of exactly these items in this order, for a button."""
    return f"{crc32(','.join(str(item.id) for item in items).encode()):08x}"


@dataclass(frozen=True, slots=True)
class Review:
    """What the coordinators look at: the week's *items* in order, and what surrounds them.

    *waiting* and *held*: posts in the two queues. *subscribers*: chats that get the digest.
    *queued*: it is in the outbox, so there is a report.
    """

    edition: Edition
    items: Sequence[StoredItem]
    waiting: int
    held: int
    subscribers: int
    queued: bool = False


def review(t: Translator, shown: Review, page: int) -> Screen:
    """Show a page of the week's items with what a coordinator can do about them."""
    pages = max(1, -(-len(shown.items) // ITEMS_PER_PAGE))
    page %= pages
    start = page * ITEMS_PER_PAGE
    listed = shown.items[start : start + ITEMS_PER_PAGE]
    text = paragraphs(
        t,
        bold(t.fill(t.gettext("Digest of week {week}"), week=shown.edition.week)),
        _standing(t, shown.edition),
        _size(t, shown),
        _numbered(t, listed, start),
        filled(
            t,
            t.gettext("Waiting for a check: {waiting}. Held as spam: {held}."),
            waiting=shown.waiting,
            held=shown.held,
        ),
    )
    numbers = number_buttons(listed, start, origin="e", page=page)
    return Screen(text, (*numbers, *_acts(t, shown, page, pages)))


def _standing(t: Translator, edition: Edition) -> str:
    return escape(
        {
            EditionState.DRAFT: t.gettext("Please check it. Nothing is sent before you approve."),
            EditionState.HELD: t.gettext("On hold. Nothing is sent before somebody approves."),
            EditionState.APPROVED: t.gettext("Approved. It is on its way or has arrived."),
        }[edition.state]
    )


def _size(t: Translator, shown: Review) -> str:
    if not shown.items and shown.edition.state is EditionState.APPROVED:
        return escape(t.gettext("There were no posts this week, so nothing was sent."))
    if not shown.items:
        return escape(t.gettext("No posts this week. If you approve, nothing is sent."))
    posts = t.ngettext("{n} post", "{n} posts", len(shown.items))
    people = t.ngettext("{n} subscriber", "{n} subscribers", shown.subscribers)
    return f"{filled(t, posts, n=len(shown.items))} · {filled(t, people, n=shown.subscribers)}"


def _numbered(t: Translator, items: Sequence[StoredItem], start: int) -> str:
    return "\n".join(
        f"{n}. {t.isolate(escape(shorten(item.item.title, LONGEST_TITLE)))}"
        for n, item in enumerate(items, start=start + 1)
    )


def _acts(t: Translator, shown: Review, page: int, pages: int) -> Rows:
    week, mark = shown.edition.week, fingerprint(shown.items)
    rows: list[tuple[Button, ...]] = []
    if pages > 1:
        label = t.fill(t.gettext("Next page ({page} of {pages})"), page=page + 1, pages=pages)
        rows.append((button(label, Route.EDITION, week, page + 1),))
    rows.append((button(t.gettext("See it as subscribers do"), Route.EDITION_ACT, week, "see"),))
    rows.append(
        (
            button(t.gettext("Waiting posts"), Route.QUEUE, "review", 0),
            button(t.gettext("Held as spam"), Route.QUEUE, "reject", 0),
        )
    )
    if shown.queued:
        rows.append((button(t.gettext("How it was sent"), Route.CAMPAIGN, "d", week, "look"),))
    if shown.edition.state is not EditionState.APPROVED:
        approve = button(t.gettext("Approve and send"), Route.EDITION_ACT, week, "approve", mark)
        hold = button(t.gettext("Hold"), Route.EDITION_ACT, week, "hold", mark)
        rows.append((approve, hold) if shown.edition.state is EditionState.DRAFT else (approve,))
    return tuple(rows)


def ready(t: Translator, shown: Review) -> Content:
    """Tell a coordinator that the week's digest waits for review."""
    sentence = t.gettext("The digest of week {week} is ready for you")
    heading = filled(t, sentence, week=shown.edition.week)
    text = paragraphs(
        t,
        f"<b>{heading}</b>",
        _size(t, shown),
        filled(
            t,
            t.gettext("Waiting for a check: {waiting}. Held as spam: {held}."),
            waiting=shown.waiting,
            held=shown.held,
        ),
    )
    look = button(t.gettext("Look at it"), Route.EDITION, shown.edition.week, 0)
    return Content((text,), ((look,),))
