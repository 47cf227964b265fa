"""A digest to the messages that Telegram takes. Pure.

HTML parts of at most 4,096 UTF-16 units each, the markup counted too (Telegram counts what
is left of it, so there is room to spare), cut between items and never inside one.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from html import escape, unescape
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_interval, format_skeleton

from digests.clean import shorten
from digests.compile import LONDON
from digests.model import Digest, StoredItem
from digests.topics import OTHER
from locales import Translator

LIMIT = 4096  # Bot API, sendMessage
_LEAST_SUMMARY = 60
_MARKS = 8  # direction marks in one item: one a line


def render_digest(
    digest: Digest, t: Translator, names: Mapping[str, str], *, zone: ZoneInfo = LONDON
) -> tuple[str, ...]:
    """Return the digest in the language of *t* as HTML parts, in order.

    *names*: what each topic id is called, translated; a missing one is called as its id. A
    topic's heading never stands alone at the end of a part. An empty digest says so.
    """
    # marked outside the f-string: nothing is extracted from inside one
    news = t.fill(t.gettext("News for partners, {dates}"), dates=_dates(digest, t))
    head = f"<b>{escape(news)}</b>"
    head = t.directed(head)
    if not digest.sections:
        nothing = escape(t.gettext("There is nothing new this week."))
        return (f"{head}\n\n{t.directed(nothing)}",)
    parts, current = [], head
    for block in _blocks(digest, t, names, zone):
        joined = f"{current}\n\n{block}"
        if units(joined) > LIMIT:
            parts.append(current)
            joined = block
        current = joined
    return (*parts, current)


def plain_text(parts: tuple[str, ...]) -> str:
    """Return rendered parts as plain text, links after their titles, for a terminal."""
    lines = []
    for line in "\n\n".join(parts).split("\n"):
        before, link, after = line.partition('<a href="')
        if link:
            address, _, title = after.partition('">')
            line = f"{before}{title.replace('</a>', '', 1)} ({address})"  # noqa: PLW2901
        lines.append(line)
    text = "\n".join(lines)
    for tag in ("<b>", "</b>", "<i>", "</i>"):
        text = text.replace(tag, "")
    return unescape(text)


def units(text: str) -> int:
    """Return the length of *text* as Telegram counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def _blocks(
    digest: Digest, t: Translator, names: Mapping[str, str], zone: ZoneInfo
) -> Iterator[str]:
    """Yield each item whole; the first of a topic together with its heading."""
    year = int(digest.week.partition("-W")[0])
    for section in digest.sections:
        other = t.gettext("More news")
        name = other if section.topic == OTHER else names.get(section.topic, section.topic)
        heading = f"<b>{escape(name)}</b>\n\n"
        for item in section.items:
            room = LIMIT - units(heading) - _MARKS
            yield t.directed(heading + _item(item, t, zone, year=year, room=room))
            heading = ""


def _item(stored: StoredItem, t: Translator, zone: ZoneInfo, *, year: int, room: int) -> str:
    """Return one item in at most *room* units: a shorter summary first, then no link."""
    item = stored.item
    title = escape(t.isolate(item.title), quote=False)
    linked = f'<a href="{escape(item.link)}">{title}</a>' if item.link else f"<b>{title}</b>"
    when = _day((item.published or stored.first_seen).astimezone(zone), year, t)
    origin = " · ".join(t.isolate(word) for word in (item.source, when) if word)
    foot = f"<i>{escape(origin, quote=False)}</i>"
    summary = item.summary
    while True:
        said = [escape(t.isolate(summary), quote=False)] if summary else []
        block = "\n".join([linked, *said, foot])
        if units(block) <= room:
            return block
        # only markup-heavy or very long texts come here: they are cut, never split
        if len(summary) > _LEAST_SUMMARY:
            summary = shorten(summary, len(summary) // 2)
        elif linked.startswith("<a"):
            linked = f"<b>{title}</b>"
        else:
            summary, title = "", escape(t.isolate(shorten(item.title, 100)), quote=False)
            linked, foot = f"<b>{title}</b>", f"<i>{escape(when, quote=False)}</i>"


def _dates(digest: Digest, t: Translator) -> str:
    """Return the week from Monday to Sunday, as the language writes it."""
    year, _, week = digest.week.partition("-W")
    monday = date.fromisocalendar(int(year), int(week), 1)
    return format_interval(monday, monday + timedelta(days=6), "yMMMd", locale=_locale(t))


def _day(moment: datetime, year: int, t: Translator) -> str:
    """Return the day with its weekday, and its year if that is not the digest's *year*."""
    skeleton = "MMMEd" if moment.year == year else "yMMMEd"
    return format_skeleton(skeleton, moment, locale=_locale(t))


def _locale(t: Translator) -> Locale:
    """Return where dates are written; plain English would put the month first."""
    return Locale.parse("en-GB" if t.language == "en" else t.language, sep="-")
