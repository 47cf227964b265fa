"""What readers see of a post and of what stands beside the posts, in words. Pure.

Plain text, not escaped: the message, the mail and the page that show it escape it.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_interval, format_skeleton

from digests.compile import dated
from digests.edition import Beside, Digest, Meeting, ServiceNews, ServiceNewsKind
from digests.item import Occasion, OccasionKind, StoredItem
from digests.places_said import ONLINE
from digests.topics import OTHER
from locales import Translator

_MOST_DATES = 2  # of one post: a deadline and the day itself
_MOST_COMING = 6
_LEAST_COMING = 2
_SHORT = 6  # posts: in a digest with fewer all dates are seen at a glance


class Part(StrEnum):
    """A section that is not a topic; the values are in buttons that live for years."""

    COMING = "beside.coming"
    SERVICES = "beside.services"
    UNMET = "beside.unmet"
    MEETINGS = "beside.meetings"


def parts_of(beside: Beside) -> tuple[Part, ...]:
    """Return the sections beside the posts that have something in them, in reading order."""
    found = {
        Part.MEETINGS: beside.meetings,
        Part.SERVICES: beside.services,
        Part.UNMET: beside.unmet,
    }
    return tuple(part for part, inside in found.items() if inside)


def keys(digest: Digest) -> tuple[str, ...]:
    """Return the sections of *digest* in reading order.

    First what has a date soon, then topic ids, then the other values of `Part`.
    """
    first = (Part.COMING,) if coming(digest) else ()
    return (*first, *(section.topic for section in digest.sections), *parts_of(digest.beside))


def coming(digest: Digest) -> tuple[tuple[StoredItem, Occasion], ...]:
    """Return the posts with a deadline or an event soon, soonest first, at most six.

    They stand under their topics too: this is the list of dates that one looks at first. None
    for a short digest.
    """
    items = [item for section in digest.sections for item in section.items]
    if len(items) < _SHORT:
        return ()
    found = [(item, when) for item in items for when in dated(item, digest.today)[:1]]
    found.sort(key=lambda pair: max(pair[1].on, digest.today or pair[1].on))
    return tuple(found[:_MOST_COMING]) if len(found) >= _LEAST_COMING else ()


def count(digest: Digest, key: str) -> int:
    """Return how many things the section *key* has; 0 when there is no such section."""
    beside = digest.beside
    sizes = {section.topic: len(section.items) for section in digest.sections} | {
        Part.COMING: len(coming(digest)),
        Part.SERVICES: len(beside.services),
        Part.UNMET: len(beside.unmet),
        Part.MEETINGS: len(beside.meetings),
    }
    return sizes.get(key, 0)


def section_name(key: str, t: Translator, names: Mapping[str, str]) -> str:
    """Return what the section *key* is called; a topic that *names* lacks is called as its id."""
    own = {
        OTHER: t.gettext("More news"),
        Part.COMING: t.gettext("Deadlines and dates"),
        Part.SERVICES: t.gettext("Changes in the directory"),
        Part.UNMET: t.gettext("What people needed and did not find"),
        Part.MEETINGS: t.gettext("Next meetings"),
    }
    return own.get(key) or names.get(key, key)


def need_key(need: str) -> str:
    """Return under which key the words for *need* are in a mapping of topic names."""
    return f"need:{need}"


def title(stored: StoredItem) -> str:
    """Return the headline: a coordinator's words, else the post's own."""
    return stored.headline or stored.item.title


def summary(stored: StoredItem) -> str:
    """Return the line below the headline: a coordinator's words, else the post's own."""
    return stored.item.summary if stored.line is None else stored.line


def headline(stored: StoredItem, t: Translator) -> str:
    """Return the headline, with a word before it when it puts an earlier post right."""
    if stored.corrects is None:
        return t.isolate(title(stored))
    return t.fill(t.gettext("Correction: {title}"), title=title(stored))


def origin(stored: StoredItem, year: int, t: Translator, zone: ZoneInfo) -> str:
    """Return who says it and on which day; the day has a year if that is not *year*."""
    published = (stored.item.published or stored.first_seen).astimezone(zone)
    words = (stored.item.source, short_day(published.date(), year, t))
    return " · ".join(t.isolate(word) for word in words if word)


def dates(stored: StoredItem, year: int, today: date | None, t: Translator) -> tuple[str, ...]:
    """Return a line for each date of the post that is still to come, at most two.

    A deadline and an event go before two of a kind. *year*: as in `origin`.
    """
    coming = dated(stored, today)
    first_of_kind = [next((o for o in coming if o.kind is kind), None) for kind in OccasionKind]
    chosen = [each for each in first_of_kind if each is not None]
    chosen += [each for each in coming if each not in chosen]
    shown = sorted(chosen[:_MOST_DATES], key=coming.index)
    return tuple(occasion(each, year, t, place=stored.place) for each in shown)


def occasion(found: Occasion, year: int, t: Translator, *, place: str | None = None) -> str:
    """Return when, and for an event where: ``Deadline: Tue 14 April``."""
    when = [day_of(found, year, t), clock(found, t)]
    if found.kind is OccasionKind.DEADLINE:
        said = " · ".join(t.isolate(word) for word in when if word)
        return t.gettext("Deadline: {day}").format(day=said)
    where = t.gettext("online") if place == ONLINE else place
    return " · ".join(t.isolate(word) for word in (*when, where) if word)


def day_of(found: Occasion, year: int, t: Translator) -> str:
    """Return the day, or the first and the last day of a stretch."""
    if found.until is None or found.until <= found.on:
        return day(found.on, year, t)
    skeleton = "MMMEd" if found.on.year == found.until.year == year else "yMMMEd"
    return format_interval(found.on, found.until, skeleton, locale=locale_of(t))


def clock(found: Occasion, t: Translator) -> str:
    """Return the time of day, from and to, on the 24-hour clock; empty when none is given."""
    if found.at is None:
        return ""
    if found.ends is None or found.ends <= found.at:
        return format_skeleton("Hm", found.at, locale=locale_of(t))
    first, last = (datetime.combine(found.on, each) for each in (found.at, found.ends))
    return format_interval(first, last, "Hm", locale=locale_of(t))


def day(on: date, year: int, t: Translator) -> str:
    """Return a day to come with its weekday, and its year if that is not *year*."""
    skeleton = "MMMMEd" if on.year == year else "yMMMMEd"
    return str(format_skeleton(skeleton, on, locale=locale_of(t)))


def short_day(on: date, year: int, t: Translator) -> str:
    """Return the day with its weekday, and its year if that is not *year*."""
    return str(format_skeleton("MMMEd" if on.year == year else "yMMMEd", on, locale=locale_of(t)))


def meeting(found: Meeting, year: int, t: Translator) -> str:
    """Return when and where something takes place."""
    when = Occasion(OccasionKind.EVENT, found.on, "", at=found.at)
    return occasion(when, year, t, place=found.place)


def service_news(news: ServiceNews, t: Translator) -> tuple[str, ...]:
    """Return the line that names the change of a service, and a line for each fact."""
    sentences = {
        ServiceNewsKind.NEW: t.gettext("New: {name}"),
        ServiceNewsKind.CHANGED: t.gettext("Changed: {name}"),
        ServiceNewsKind.CLOSED: t.gettext("It has closed: {name}"),
    }
    return (t.fill(sentences[news.kind], name=news.name), *(t.say(each) for each in news.what))


def heading(digest: Digest, t: Translator) -> str:
    """Return the title of the edition with its week, or of a day's news with its day."""
    if digest.week == "" and digest.today is not None:
        shown = day(digest.today, digest.today.year, t)
        return t.fill(t.gettext("New for partners, {day}"), day=shown)
    return t.fill(t.gettext("News for partners, {dates}"), dates=week_dates(digest.week, t))


def week_dates(week: str, t: Translator) -> str:
    """Return the ISO *week* from Monday to Sunday, as the language writes it."""
    year, _, number = week.partition("-W")
    monday = date.fromisocalendar(int(year), int(number), 1)
    return format_interval(monday, monday + timedelta(days=6), "yMMMd", locale=locale_of(t))


def year_of(digest: Digest) -> int:
    """Return the year whose days are written without it."""
    if not digest.week and digest.today is not None:
        return digest.today.year
    return int(digest.week.partition("-W")[0])


def locale_of(t: Translator) -> Locale:
    """Return where dates are written; plain English would put the month first."""
    return Locale.parse("en-GB" if t.language == "en" else t.language, sep="-")
