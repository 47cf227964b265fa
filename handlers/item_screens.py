"""Screens of posts: those that wait, those held as spam, and one with the reasons. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from delivery.model import Button
from digests import lines
from digests.clean import shorten
from digests.feed import Feed, Trust
from digests.item import Decision, StoredItem
from digests.topics import Topic, topic_name
from handlers.callbacks import Route
from handlers.feed_screens import name_of, trusted
from handlers.screens import Rows, Screen, bold, button, day, filled, paragraphs
from locales import Translator

QUEUE_PER_PAGE = 5
LONGEST_TITLE = 150  # characters of a title in a list; eight of them stay far under 4,096
EDITION = "e"  # where somebody came from: the digest of the week, or the queue of a decision
_LONGEST_SUMMARY = 1_000
_SHORT_TITLE = 80
_MOST_DATES = 6
_MOST_SOURCES = 5


@dataclass(frozen=True, slots=True)
class Done:
    """What a coordinator's last press did; *undo*: the button that takes it back."""

    sentence: str
    undo: Button | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """Posts that wait, or were held as spam. *going*: how many lose their words in a week."""

    kind: Decision
    items: Sequence[StoredItem]
    going: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """A post as a coordinator decides about it.

    *origin* and *page*: where they came from. *feed*: its source, None for what a partner
    wrote. *also*: other sources of the same story. *number* of *total* in its queue, 0 when it
    is in none; *next_id*: the post after it. *days*: until its words are deleted, None when
    they stay.
    """

    item: StoredItem
    origin: str
    page: int
    today: date
    feed: Feed | None = None
    also: Sequence[str] = ()
    number: int = 0
    total: int = 0
    next_id: int | None = None
    days: int | None = None


def queue(t: Translator, shown: Queue, page: int, done: Done | None = None) -> Screen:
    """List posts that wait for a look, or that were held as spam, with the reasons."""
    pages = max(1, -(-len(shown.items) // QUEUE_PER_PAGE))
    page %= pages
    start = page * QUEUE_PER_PAGE
    listed = shown.items[start : start + QUEUE_PER_PAGE]
    waits = shown.kind is Decision.REVIEW
    heading = t.gettext("Posts that wait for a check") if waits else t.gettext("Posts held as spam")
    told = [
        f"{n}. {t.isolate(escape(shorten(item.item.title, LONGEST_TITLE)))}"
        f"\n<i>{escape(' '.join(t.say(reason) for reason in item.reasons[:3]))}</i>"
        for n, item in enumerate(listed, start=start + 1)
    ]
    text = paragraphs(
        t,
        _done(t, done),
        bold(heading),
        *(told or [escape(t.gettext("None."))]),
        escape(going(t, shown.going)) if shown.going else None,
    )
    rows = list(_numbers(listed, start, shown.kind, page))
    if listed:
        one_by_one = t.gettext("Check them one by one")
        rows.append((button(one_by_one, Route.ITEM, shown.items[0].id, shown.kind, 0),))
    if pages > 1:
        label = t.fill(t.gettext("Next page ({page} of {pages})"), page=page + 1, pages=pages)
        rows.append((button(label, Route.QUEUE, shown.kind, page + 1),))
    rows.append((button(t.gettext("‹ Back to the digest"), Route.EDITION, "now", 0),))
    return Screen(text, (*_undo(done), *rows))


def going(t: Translator, count: int) -> str:
    """Say how many posts lose their words within a week when nobody decides about them."""
    return t.fill(
        t.ngettext(
            "The words of {n} post are deleted within 7 days, if nobody decides.",
            "The words of {n} posts are deleted within 7 days, if nobody decides.",
            count,
        ),
        n=count,
    )


def item(t: Translator, card: Card, every: Sequence[Topic], done: Done | None = None) -> Screen:
    """Show one post with the judge's reasons and what is known of its source, and the choice."""
    shown = card.item
    text = paragraphs(
        t,
        _done(t, done),
        _counted(t, card),
        f"<b>{t.isolate(escape(shown.item.title))}</b>",
        t.isolate(escape(shorten(shown.item.summary, _LONGEST_SUMMARY))),
        escape(shown.item.link or ""),
        _facts(t, card, every),
        "\n".join(f"• {escape(t.say(reason), quote=False)}" for reason in shown.reasons),
        _source(t, card),
        escape(_verdict(t, shown)),
        escape(_days(t, card.days)) if card.days is not None else None,
    )
    back = (_back(t, card),)
    if shown.week is not None:
        return Screen(text, (*_undo(done), back))
    return Screen(text, (*_undo(done), *_choices(t, card), *_trusts(t, card), back))


def kept(t: Translator, title: str) -> str:
    """Say that a post is in the digest now."""
    return t.fill(t.gettext("“{title}” is in the digest."), title=shorten(title, _SHORT_TITLE))


def spam(t: Translator, title: str) -> str:
    """Say that a post is spam now."""
    sentence = t.gettext("“{title}” is spam. I will know others like it better.")
    return t.fill(sentence, title=shorten(title, _SHORT_TITLE))


def left_out(t: Translator, title: str) -> str:
    """Say that a post is left out now."""
    return t.fill(t.gettext("“{title}” is left out."), title=shorten(title, _SHORT_TITLE))


def already(t: Translator, title: str) -> str:
    """Say that somebody else was faster."""
    sentence = t.gettext("Another coordinator has already decided about “{title}”.")
    return t.fill(sentence, title=shorten(title, _SHORT_TITLE))


def muted(t: Translator, feed: Feed) -> str:
    """Say that a source is muted now."""
    return t.fill(t.gettext("{source} is muted. Nobody gets its posts."), source=name_of(feed))


def undo(t: Translator, card_id: int, origin: str, page: int) -> Button:
    """Return the button that takes back what was said of a post."""
    return button(t.gettext("↩ Undo"), Route.ITEM_ACT, card_id, "undo", origin, page)


def watch_again(t: Translator, feed: Feed, item_id: int, origin: str, page: int) -> Button:
    """Return the button that takes back that a source was muted."""
    return button(t.gettext("↩ Undo"), Route.SOURCE, feed.id, feed.trust, item_id, origin, page)


def _numbers(items: Sequence[StoredItem], start: int, origin: str, page: int) -> Rows:
    """Return a button with its number for each item, four in a row."""
    buttons = [
        button(str(n), Route.ITEM, item.id, origin, page)
        for n, item in enumerate(items, start=start + 1)
    ]
    return tuple(tuple(buttons[at : at + 4]) for at in range(0, len(buttons), 4))


def _choices(t: Translator, card: Card) -> Rows:
    at = card.item.id
    keep = button(
        t.gettext("Add to the digest"), Route.ITEM_ACT, at, "accept", card.origin, card.page
    )
    spammed = button(t.gettext("It is spam"), Route.ITEM_ACT, at, "spam", card.origin, card.page)
    leave = button(t.gettext("Leave it out"), Route.ITEM_ACT, at, "reject", card.origin, card.page)
    queued = card.origin != EDITION and card.number
    if card.item.decision is Decision.REVIEW or queued:
        rows: Rows = ((keep,), (spammed, leave))
    elif card.item.decision is Decision.ACCEPT:
        rows = ((leave, spammed),)
    else:
        rows = ((keep,),)
    if card.next_id is not None:
        rows += ((button(t.gettext("Next post"), Route.ITEM, card.next_id, card.origin, 0),),)
    return rows


def _trusts(t: Translator, card: Card) -> Rows:
    """Return the buttons that change what is thought of the source: to what it is not."""
    if card.feed is None:
        return ()
    labels = {
        Trust.TRUSTED: t.gettext("Trust its source"),
        Trust.WATCHED: t.gettext("Watch its source"),
        Trust.MUTED: t.gettext("Mute its source"),
    }
    where = (card.item.id, card.origin, card.page)
    return (
        tuple(
            button(label, Route.SOURCE, card.feed.id, trust, *where)
            for trust, label in labels.items()
            if trust is not card.feed.trust
        ),
    )


def _counted(t: Translator, card: Card) -> str | None:
    if not card.number:
        return None
    return filled(t, t.gettext("Post {n} of {total}"), n=card.number, total=card.total)


def _facts(t: Translator, card: Card, every: Sequence[Topic]) -> str:
    shown = card.item
    names = {each.id: topic_name(each, t.language) for each in every}
    topics = ", ".join(names[each] for each in shown.topics if each in names)
    published = shown.item.published
    when = day(t, published.date()) if published is not None else t.gettext("no date")
    told = [
        filled(t, t.gettext("Topics: {topics}"), topics=topics or "–"),
        filled(t, t.gettext("Date: {date}"), date=when),
    ]
    told += [
        "🗓 " + escape(lines.occasion(each, card.today.year, t), quote=False)
        for each in shown.occasions[:_MOST_DATES]
    ]
    if shown.place:
        told.append(filled(t, t.gettext("Where: {place}"), place=shown.place))
    return "\n".join(told)


def _source(t: Translator, card: Card) -> str:
    told = []
    if card.feed is not None:
        told.append(filled(t, t.gettext("From: {source}"), source=name_of(card.feed)))
        told.append(escape(trusted(t, card.feed.trust), quote=False))
    if card.also:
        also = ", ".join(card.also[:_MOST_SOURCES])
        told.append(filled(t, t.gettext("Also in: {sources}"), sources=also))
    return "\n".join(told)


def _days(t: Translator, days: int) -> str:
    if days == 0:
        return t.gettext("Its words are deleted today, if nobody decides.")
    return t.fill(
        t.ngettext(
            "Its words are deleted in {n} day, if nobody decides.",
            "Its words are deleted in {n} days, if nobody decides.",
            days,
        ),
        n=days,
    )


def _back(t: Translator, card: Card) -> Button:
    if card.origin == EDITION:
        return button(t.gettext("‹ Back"), Route.EDITION, "now", card.page)
    return button(t.gettext("‹ Back"), Route.QUEUE, card.origin, card.page)


def _done(t: Translator, done: Done | None) -> str | None:
    return t.isolate(escape(done.sentence, quote=False)) if done is not None else None


def _undo(done: Done | None) -> Rows:
    return ((done.undo,),) if done is not None and done.undo is not None else ()


def _verdict(t: Translator, shown: StoredItem) -> str:
    if shown.week is not None:
        return t.gettext("It was in a digest already.")
    return {
        Decision.ACCEPT: t.gettext("It is in the digest."),
        Decision.REVIEW: t.gettext("It waits for a coordinator. It is not in the digest."),
        Decision.REJECT: t.gettext("It is not in the digest."),
    }[shown.decision]
