"""Screens of feeds: how each one is, in plain words, and what can be done with it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta

from delivery.model import Button
from digests.clean import shorten
from digests.discovery import Found
from digests.feed import Back, Feed, Trust
from handlers import contact
from handlers.callbacks import Route
from handlers.screens import Rows, Screen, bold, button, filled, italic, paragraphs
from locales import Translator
from locales.errors import Text

PER_PAGE = 7  # with next page: eight buttons
_LONGEST_NAME = 80
_LONGEST_URL = 300


@dataclass(frozen=True, slots=True)
class Seen:
    """Feeds as they are at *now*. *new*: how many posts each brought in the last seven days."""

    feeds: Sequence[Feed]
    new: Mapping[int, int]
    now: datetime
    zone: ZoneInfo


def overview(t: Translator, seen: Seen, page: int) -> Screen:
    """List a page of the feeds with their state, and a button with its number for each."""
    pages = max(1, -(-len(seen.feeds) // PER_PAGE))
    page %= pages
    start = page * PER_PAGE
    shown = seen.feeds[start : start + PER_PAGE]
    lines = [
        f"{number}. {t.isolate(escape(name_of(feed)))}\n{italic(state(t, feed, seen))}"
        for number, feed in enumerate(shown, start=start + 1)
    ]
    numbers = [
        button(str(number), Route.FEED, feed.id)
        for number, feed in enumerate(shown, start=start + 1)
    ]
    rows: list[tuple[Button, ...]] = [
        tuple(numbers[at : at + 4]) for at in range(0, len(numbers), 4)
    ]
    if pages > 1:
        label = t.fill(t.gettext("Next page ({page} of {pages})"), page=page + 1, pages=pages)
        rows.append((button(label, Route.FEED, "list", page + 1),))
    how = t.gettext("To follow one more, send its address: /feeds https://www.example.org")
    none = escape(t.gettext("I follow no feeds yet."))
    heading = bold(t.gettext("The sites that the digest is made from"))
    return Screen(paragraphs(t, heading, *(lines or [none]), escape(how)), tuple(rows))


def card(t: Translator, feed: Feed, seen: Seen) -> Screen:
    """Show one feed: its address, how it is, what coordinators think of it, and the choices."""
    text = paragraphs(
        t,
        f"<b>{t.isolate(escape(name_of(feed)))}</b>",
        t.isolate(escape(shorten(feed.url, _LONGEST_URL))),
        escape(state(t, feed, seen)),
        escape(_reading_back(t, feed)) if feed.back_to is not None else None,
        escape(trusted(t, feed.trust)),
    )
    return Screen(text, _choices(t, feed))


def ask_remove(t: Translator, feed: Feed) -> Screen:
    """Ask once before a feed is followed no more."""
    sentence = t.gettext("Stop following {feed}? The posts that I have stay.")
    rows = (
        (button(t.gettext("Yes, stop following it"), Route.FEED, feed.id, "remove"),),
        (button(t.gettext("‹ Back"), Route.FEED, feed.id),),
    )
    return Screen(filled(t, sentence, feed=name_of(feed)), rows)


def choose(t: Translator, found: Sequence[Found]) -> Screen:
    """List the feeds of a site, each as the message that adds it."""
    lines = [
        f"{t.isolate(escape(shorten(each.title or each.url, _LONGEST_NAME)))}"
        f"\n<code>{escape(f'/feeds {each.url}')}</code>"
        for each in found
    ]
    heading = t.gettext("This site has more than one feed. Send me the line of the one you want.")
    return Screen(paragraphs(t, escape(heading), *lines))


def state(t: Translator, feed: Feed, seen: Seen) -> str:
    """Return in plain words how a feed is."""
    if feed.stopped:
        return t.gettext("Gone for good, says its server. I do not ask it again.")
    if feed.failing_since is not None:
        return t.fill(
            t.gettext("It has failed since {day}: {error} Next try: {time}."),
            day=_moment(t, feed.failing_since, seen.zone),
            error=t.say(Text(feed.error or "")),
            time=_moment(t, max(feed.next_check, seen.now), seen.zone),
        )
    if feed.checked_at is None:
        return t.gettext("I have not read it yet. I will do so in a few minutes.")
    if feed.trust is Trust.MUTED:
        return t.gettext("Muted. Nothing from it reaches anybody.")
    new = seen.new.get(feed.id, 0)
    return t.fill(
        t.ngettext(
            "Read {ago}. {n} new post this week.", "Read {ago}. {n} new posts this week.", new
        ),
        ago=_ago(t, feed.checked_at, seen),
        n=new,
    )


def _ago(t: Translator, moment: datetime, seen: Seen) -> str:
    """Return how long ago it was; the moment where CLDR has no words for that (Sorani)."""
    said = format_timedelta(moment - seen.now, add_direction=True, locale=contact.locale_of(t))
    return _moment(t, moment, seen.zone) if said.startswith("-") else said


def name_of(feed: Feed) -> str:
    """Return what to call a feed: its title, else its address."""
    return shorten(feed.title or feed.url, _LONGEST_NAME)


def _choices(t: Translator, feed: Feed) -> Rows:
    trusts = {
        Trust.TRUSTED: t.gettext("Trust it"),
        Trust.WATCHED: t.gettext("Watch it"),
        Trust.MUTED: t.gettext("Mute it"),
    }
    rows: Rows = (
        (button(t.gettext("Read it now"), Route.FEED, feed.id, "check"),),
        tuple(
            button(label, Route.FEED, feed.id, trust.value)
            for trust, label in trusts.items()
            if trust is not feed.trust
        ),
    )
    if feed.back_to is not Back.ALL:
        rows += ((button(t.gettext("Read all its old posts"), Route.FEED, feed.id, "archive"),),)
    return (
        *rows,
        (button(t.gettext("Stop following it"), Route.FEED, feed.id, "ask"),),
        (button(t.gettext("‹ Back to the sites"), Route.FEED, "list", 0),),
    )


def trusted(t: Translator, trust: Trust) -> str:
    """Return what coordinators think of a source, as a sentence."""
    return {
        Trust.TRUSTED: t.gettext(
            "You trust it: its posts need no check, unless one of them is like spam."
        ),
        Trust.WATCHED: t.gettext("You watch it: I check each post for spam."),
        Trust.MUTED: t.gettext("You have muted it: I keep its posts, and nobody gets them."),
    }[trust]


def _reading_back(t: Translator, feed: Feed) -> str:
    if feed.back_to is Back.KNOWN:
        return t.gettext("I am reading back, so that no post is missed.")
    return t.gettext("I am reading all its old posts. They will not be in a digest.")


def _moment(t: Translator, moment: datetime, zone: ZoneInfo) -> str:
    locale = contact.locale_of(t)
    return str(format_datetime(moment, "EEE d MMM HH:mm", tzinfo=zone, locale=locale))
