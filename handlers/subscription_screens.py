"""Screens of a subscriber: what they get, and when. Pure."""

from collections.abc import Sequence
from html import escape

from digests.model import Subscription, Topic
from digests.topics import topic_name
from handlers.callbacks import Route
from handlers.screens import Screen, button, framed, paragraphs
from locales import Translator

TOPICS_PER_PAGE = 4  # with next page, stop, help now and language: eight buttons


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
