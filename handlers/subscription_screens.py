"""Screens of a subscriber: what they get, and when; a group's own settings too. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from html import escape

from babel.dates import format_date, format_time

import locales
from delivery.model import Button
from digests.schedule import DAILY_HOUR
from digests.subscription import ChatKind, Frequency, Subscription
from digests.topics import Topic, topic_name
from handlers import contact
from handlers.callbacks import Route
from handlers.screens import Rows, Screen, button, filled, framed, paragraphs
from locales import Translator

TOPICS_PER_PAGE = 4  # with next page, when, help now and language: eight buttons
DAYS_PER_PAGE = 4
HOURS_PER_PAGE = 4
LANGUAGES_PER_PAGE = 5
# When a message is welcome. None is from 01:00 to 02:00, which clocks skip or repeat.
HOURS = tuple(range(6, 22))
_A_MONDAY = date(2024, 1, 1)
_CHOSEN, _FREE = "🔘 ", "⚪️ "


@dataclass(frozen=True, slots=True)
class Usual:
    """When news come to those who chose nothing: the weekly moment, and the daily hour.

    *city*: whose time that is.
    """

    weekly: datetime
    daily_hour: int
    city: str


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
        rows.append((_next_page(t, page, pages, Route.TOPICS, (page + 1) % pages),))
    rows.append((button(t.gettext("How often and when"), Route.WHEN),))
    text = paragraphs(
        t,
        escape(_gets(t, subscription)),
        escape(t.gettext("With no topic chosen you get all of them.")),
    )
    return _around(t, text, tuple(rows), subscription)


def _gets(t: Translator, subscription: Subscription) -> str:
    if subscription.kind is not ChatKind.PRIVATE:
        return t.gettext("This chat gets the digest. Its administrators can choose the topics.")
    if subscription.frequency is Frequency.URGENT:
        return t.gettext("Only urgent updates come, no digest.")
    if subscription.frequency is Frequency.DAILY:
        at = time(DAILY_HOUR if subscription.hour is None else subscription.hour)
        return t.fill(
            t.gettext("News comes every day at {time}, if there is any."), time=clock(t, at)
        )
    return t.gettext("You get the weekly digest. Choose your topics.")


def when(t: Translator, subscription: Subscription, usual: Usual) -> Screen:
    """Show how often and when news come; each choice says the state that it leads to."""
    names = {
        Frequency.WEEKLY: t.gettext("Once a week"),
        Frequency.DAILY: t.gettext("Every day"),
        Frequency.URGENT: t.gettext("Urgent updates only"),
    }
    rows: Rows = tuple(
        (
            button(
                (_CHOSEN if each is subscription.frequency else _FREE) + name,
                Route.WHEN,
                "often",
                each.value,
            ),
        )
        for each, name in names.items()
    )
    if subscription.frequency is Frequency.WEEKLY:
        rows += ((button(t.gettext("Choose the day and time"), Route.WHEN, "days", 0),),)
    elif subscription.frequency is Frequency.DAILY:
        page = _page_of(subscription.hour)
        rows += ((button(t.gettext("Choose the time"), Route.WHEN, "hours", page),),)
    rows += ((button(t.gettext("Stop the digest"), Route.SUBSCRIBED, 0),),)
    back = button(t.gettext("‹ Back"), Route.TOPICS, 0)
    return _around(t, _when(t, subscription, usual), rows, subscription, back)


def _when(t: Translator, subscription: Subscription, usual: Usual) -> str:
    if subscription.frequency is Frequency.URGENT:
        return paragraphs(t, escape(t.gettext("Only urgent updates come, no digest.")))
    where = filled(t, t.gettext("The time is the time in {city}."), city=usual.city)
    if subscription.frequency is Frequency.DAILY:
        hour = usual.daily_hour if subscription.hour is None else subscription.hour
        sentence = t.gettext("News comes every day at {time}, if there is any.")
        return paragraphs(t, filled(t, sentence, time=clock(t, time(hour))), where)
    day = usual.weekly.weekday() if subscription.day is None else subscription.day
    at = usual.weekly.time() if subscription.hour is None else time(subscription.hour)
    sentence = t.gettext("The digest comes once a week: {day}, {time}.")
    said = filled(t, sentence, day=weekday(t, day), time=clock(t, at))
    return paragraphs(t, said, where)


def days(t: Translator, subscription: Subscription, page: int) -> Screen:
    """Offer the days of the week, a page of them; the time is asked next."""
    pages = -(-7 // DAYS_PER_PAGE)
    page %= pages
    offered = range(7)[page * DAYS_PER_PAGE : (page + 1) * DAYS_PER_PAGE]
    rows = [
        (
            button(
                (_CHOSEN if day == subscription.day else _FREE) + weekday(t, day),
                Route.WHEN,
                "day",
                day,
            ),
        )
        for day in offered
    ]
    rows.append((_next_page(t, page, pages, Route.WHEN, "days", (page + 1) % pages),))
    text = paragraphs(t, escape(t.gettext("On which day should the digest come?")))
    return _around(t, text, tuple(rows), subscription, _to_when(t))


def hours(t: Translator, subscription: Subscription, city: str, page: int | None = None) -> Screen:
    """Offer the hours of the day, a page of them; without *page* the one with the chosen hour."""
    pages = -(-len(HOURS) // HOURS_PER_PAGE)
    page = _page_of(subscription.hour) if page is None else page % pages
    rows = [
        (
            button(
                (_CHOSEN if hour == subscription.hour else _FREE) + clock(t, time(hour)),
                Route.WHEN,
                "hour",
                hour,
            ),
        )
        for hour in HOURS[page * HOURS_PER_PAGE : (page + 1) * HOURS_PER_PAGE]
    ]
    rows.append((_next_page(t, page, pages, Route.WHEN, "hours", (page + 1) % pages),))
    where = filled(t, t.gettext("The time is the time in {city}."), city=city)
    text = paragraphs(t, escape(t.gettext("At what time should it come?")), where)
    return _around(t, text, tuple(rows), subscription, _to_when(t))


def languages(t: Translator, subscription: Subscription, page: int) -> Screen:
    """Offer a group or channel the languages by their own names, a page of them."""
    every = locales.supported()
    pages = -(-len(every) // LANGUAGES_PER_PAGE)
    page %= pages
    rows = [
        (button(locales.native_name(code), Route.WHEN, "language", code),)
        for code in every[page * LANGUAGES_PER_PAGE : (page + 1) * LANGUAGES_PER_PAGE]
    ]
    if pages > 1:
        rows.append((_next_page(t, page, pages, Route.WHEN, "languages", (page + 1) % pages),))
    back = button(t.gettext("‹ Back"), Route.TOPICS, 0)
    text = "🌐 " + escape(t.gettext("Choose the language of this chat’s digest."))
    return _around(t, text, tuple(rows), subscription, back, language=False)


def subscribed_chat(t: Translator) -> Screen:
    """Say that a group or channel gets the digest from now on."""
    text = t.gettext(
        "This chat gets the weekly digest now. Administrators can change that with these buttons."
    )
    rows: Rows = (
        (
            button(t.gettext("Choose topics"), Route.SUBSCRIBED, 1),
            button(t.gettext("Stop the digest"), Route.SUBSCRIBED, 0),
        ),
    )
    return Screen(paragraphs(t, escape(text)), rows)


def administrators_only(t: Translator) -> str:
    """Say who may change a group's digest, in at most 200 characters, for an alert too."""
    return t.gettext("Only the administrators of this chat can change its digest.")


def stopped(t: Translator) -> str:
    """Say that the digest has stopped."""
    return t.gettext("The weekly digest has stopped. Send /subscribe to get it again.")


def weekday(t: Translator, day: int) -> str:
    """Return the day of the week (0 is Monday) in the reader's language."""
    a_day = _A_MONDAY.replace(day=day + 1)
    return str(format_date(a_day, "EEEE", locale=contact.locale_of(t)))


def clock(t: Translator, at: time) -> str:
    """Return a time of day, 24 hours, in the reader's language."""
    return str(format_time(at, "HH:mm", locale=contact.locale_of(t)))


def _page_of(hour: int | None) -> int:
    """Return the page of hours that has *hour*, the first for none."""
    return HOURS.index(hour) // HOURS_PER_PAGE if hour in HOURS else 0


def _to_when(t: Translator) -> Button:
    return button(t.gettext("‹ Back"), Route.WHEN)


def _next_page(t: Translator, page: int, pages: int, route: Route, *args: str | int) -> Button:
    label = t.fill(t.gettext("Next page ({page} of {pages})"), page=page + 1, pages=pages)
    return button(label, route, *args)


def _around(
    t: Translator,
    text: str,
    rows: Rows,
    subscription: Subscription,
    back: Button | None = None,
    *,
    language: bool = True,
) -> Screen:
    """Put the frame of the person around *rows*; in groups nothing of a person's own guide."""
    if subscription.kind is ChatKind.PRIVATE:
        return framed(t, text, rows, packed="", back=back)
    last = [back] if back is not None else []
    if language:
        last.append(button("🌐", Route.WHEN, "languages", 0))
    return Screen(text, (*rows, tuple(last)))
