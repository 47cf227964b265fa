"""Screens of the digest: topics of a subscriber, and the coordinators' review. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape
from zlib import crc32

from babel.dates import format_date

from delivery.model import Button, Content
from digests.clean import shorten
from digests.compile import compile_digest
from digests.model import (
    Decision,
    Edition,
    EditionState,
    StoredItem,
    Subscription,
    Topic,
)
from digests.render import render_digest
from digests.topics import topic_name
from handlers import contact
from handlers.callbacks import Route
from handlers.screens import Rows, Screen, bold, button, filled, framed, paragraphs
from locales import Translator

ITEMS_PER_PAGE = 8
TOPICS_PER_PAGE = 4  # with next page, stop, help now and language: eight buttons
QUEUE_PER_PAGE = 5
_LONGEST_TITLE = 150  # characters of a title in a list; eight of them stay far under 4,096
_LONGEST_SUMMARY = 1_000


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
    return Content(render_digest(digest, t, names), ((change, stop),))


def topics(
    t: Translator, every: Sequence[Topic], subscription: Subscription, page: int = 0
) -> Screen:
    """Show a page of topics, the chosen with a mark; each button says the state it leads to."""
    pages = max(1, -(-len(every) // TOPICS_PER_PAGE))
    page %= pages
    chosen = subscription.topics or {each.id for each in every}
    rows = [
        (
            button(
                ("☑️ " if each.id in chosen else "⬜️ ") + topic_name(each, t.language),
                Route.TOPIC,
                each.id,
                int(each.id not in chosen),
                page,
            ),
        )
        for each in every[page * TOPICS_PER_PAGE : (page + 1) * TOPICS_PER_PAGE]
    ]
    if pages > 1:
        label = t.fill(t.gettext("Next page ({page} of {pages})"), page=page + 1, pages=pages)
        rows.append((button(label, Route.TOPICS, (page + 1) % pages),))
    rows.append((button(t.gettext("Stop the digest"), Route.SUBSCRIBED, 0),))
    text = paragraphs(
        t,
        escape(t.gettext("You get the weekly digest. Choose your topics.")),
        escape(t.gettext("With no topic chosen you get all of them.")),
    )
    return framed(t, text, tuple(rows), packed="", back=None)


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
    numbers = _number_buttons(listed, start, origin="e", page=page)
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
        f"{n}. {t.isolate(escape(shorten(item.item.title, _LONGEST_TITLE)))}"
        for n, item in enumerate(items, start=start + 1)
    )


def _number_buttons(items: Sequence[StoredItem], start: int, *, origin: str, page: int) -> Rows:
    buttons = [
        button(str(n), Route.ITEM, item.id, origin, page)
        for n, item in enumerate(items, start=start + 1)
    ]
    return tuple(tuple(buttons[at : at + 4]) for at in range(0, len(buttons), 4))


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
        f"{n}. {t.isolate(escape(shorten(item.item.title, _LONGEST_TITLE)))}"
        f"\n<i>{escape(' '.join(t.say(reason) for reason in item.reasons[:3]))}</i>"
        for n, item in enumerate(listed, start=start + 1)
    ]
    rows: list[tuple[Button, ...]] = list(
        _number_buttons(listed, start, origin=kind.value, page=page)
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
