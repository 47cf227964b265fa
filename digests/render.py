"""A digest to the messages that Telegram takes. Pure.

HTML parts of at most 4,096 UTF-16 units each, the markup counted too (Telegram counts what
is left of it, so there is room to spare), cut between items and never inside one.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from html import escape, unescape
from zoneinfo import ZoneInfo

from digests import lines
from digests.clean import shorten
from digests.compile import LONDON
from digests.edition import Digest, Meeting
from digests.item import Occasion, OccasionKind, StoredItem
from digests.lines import Part
from locales import Translator

LIMIT = 4096  # Bot API, sendMessage
_LEAST_SUMMARY = 60
_MARKS = 16  # direction marks in one item: one a line
_SHORTER = (  # titles of a section and characters of a title, until the headlines fit
    *((8, 90), (5, 90), (5, 60), (3, 60), (3, 45), (2, 45), (1, 45), (1, 30), (0, 0)),
)
_SHORT_NOTE = 300
_LONGEST_BLOCK = 800  # characters of a mail's paragraph; with all its marks still one message
_SHORT_NAME = 60
_LONGEST_COMING = 200  # characters of a title among the dates


def render_whole(
    digest: Digest, t: Translator, names: Mapping[str, str], *, zone: ZoneInfo = LONDON
) -> tuple[str, ...]:
    """Return the digest in the language of *t* as HTML parts, in order.

    *names*: what each topic id is called, translated, and each need (`lines.need_key`). A
    heading never stands alone at the end of a part. An empty digest says so.
    """
    blocks = [
        block for key in lines.keys(digest) for block in _section(digest, key, t, names, zone)
    ]
    if not blocks:
        blocks = [t.directed(escape(t.gettext("There is nothing new this week.")))]
    return _paged(_head(digest, t), blocks)


def render_section(
    digest: Digest, key: str, t: Translator, names: Mapping[str, str], *, zone: ZoneInfo = LONDON
) -> tuple[str, ...]:
    """Return one section (`lines.keys`) as HTML pages; none when the digest has no such."""
    blocks = list(_section(digest, key, t, names, zone))
    return _paged(blocks[0], blocks[1:]) if blocks else ()


def render_headlines(
    digest: Digest, t: Translator, names: Mapping[str, str], *, limit: int = LIMIT
) -> str:
    """Return one message that tells what is in the digest: sections and what each has.

    As many titles and dates as fit *limit* units; how many more there are is said.
    """
    tried = (_headline_message(digest, t, names, room) for room in _SHORTER)
    shortest = _headline_message(digest, t, names, _SHORTER[-1])
    return next((text for text in tried if units(text) <= limit), shortest)


def plain_text(parts: tuple[str, ...]) -> str:
    """Return rendered parts as plain text, links after their titles, for a terminal."""
    shown = []
    for line in "\n\n".join(parts).split("\n"):
        before, link, after = line.partition('<a href="')
        if link:
            address, _, title = after.partition('">')
            line = f"{before}{title.replace('</a>', '', 1)} ({address})"  # noqa: PLW2901
        shown.append(line)
    text = "\n".join(shown)
    for tag in ("<b>", "</b>", "<i>", "</i>"):
        text = text.replace(tag, "")
    return unescape(text)


def render_mail(subject: str, text: str, t: Translator) -> tuple[str, ...]:
    """Return a plain-text mail as HTML parts, to be looked at in a chat."""
    blocks = (_html(shorten(block, _LONGEST_BLOCK)) for block in text.strip().split("\n\n"))
    return _paged(t.directed(f"✉️ <b>{_html(subject)}</b>"), blocks)


def units(text: str) -> int:
    """Return the length of *text* as Telegram counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def _paged(head: str, blocks: Iterable[str]) -> tuple[str, ...]:
    parts, current = [], head
    for block in blocks:
        joined = f"{current}\n\n{block}"
        if units(joined) > LIMIT:
            parts.append(current)
            joined = block
        current = joined
    return (*parts, current)


def _head(digest: Digest, t: Translator, *, shorter: bool = False) -> str:
    head = f"<b>{escape(lines.heading(digest, t))}</b>"
    if digest.note:
        note = shorten(digest.note, _SHORT_NOTE) if shorter else digest.note
        head += "\n\n" + "\n".join(
            _html(t.isolate(line)) if line else "" for line in note.split("\n")
        )
    return t.directed(head)


def _section(
    digest: Digest, key: str, t: Translator, names: Mapping[str, str], zone: ZoneInfo
) -> Iterator[str]:
    """Yield each thing of a section whole; the first together with the heading."""
    heading = f"<b>{escape(lines.section_name(key, t, names))}</b>\n\n"
    for block in _blocks(digest, key, t, names, zone):
        yield t.directed(heading + block)
        heading = ""


def _blocks(
    digest: Digest, key: str, t: Translator, names: Mapping[str, str], zone: ZoneInfo
) -> Iterator[str]:
    name = lines.section_name(key, t, names)
    room = LIMIT - units(f"<b>{escape(name)}</b>\n\n") - _MARKS
    if key in set(Part):
        yield from _beside(digest, Part(key), t, names, room)
    for section in digest.sections:
        if section.topic == key:
            for item in section.items:
                yield _item(item, t, zone, digest=digest, room=room)


def _beside(
    digest: Digest, part: Part, t: Translator, names: Mapping[str, str], room: int
) -> Iterator[str]:
    beside = digest.beside
    if part is Part.COMING:
        year = lines.year_of(digest)
        for item, when in lines.coming(digest):
            title = _html(t.isolate(shorten(lines.title(item), _LONGEST_COMING)))
            told = _html(lines.occasion(when, year, t, place=item.place))
            yield f"🗓 {told}\n{_linked(item.item.link, title)}"
    elif part is Part.MEETINGS:
        for found in beside.meetings:
            yield _meeting(found, lines.year_of(digest), t)
    elif part is Part.SERVICES:
        for news in beside.services:
            first, *rest = lines.service_news(news, t)
            yield _cut("\n".join([f"• {_html(first)}", *map(_html, rest)]), room)
    elif beside.unmet:
        listed = (
            f"• <b>{t.isolate(str(each.count))}</b> – "
            + _html(names.get(lines.need_key(each.need), each.need))
            for each in beside.unmet
        )
        yield _cut("\n".join(listed), room)


def _item(stored: StoredItem, t: Translator, zone: ZoneInfo, *, digest: Digest, room: int) -> str:
    """Return one item in at most *room* units: a shorter summary first, then no link."""
    year = lines.year_of(digest)
    title, link = _html(lines.headline(stored, t)), stored.item.link
    linked = _linked(link, title)
    when = [f"🗓 {_html(line)}" for line in lines.dates(stored, year, digest.today, t)]
    foot = f"<i>{_html(lines.origin(stored, year, t, zone))}</i>"
    if stored.pictured and digest.pictures is not None:
        word = _html(t.gettext("Picture"))
        foot += " · " + _linked(f"{digest.pictures}{stored.id}", word)
    summary = lines.summary(stored)
    while True:
        said = [_html(t.isolate(summary))] if summary else []
        block = "\n".join([linked, *when, *said, foot])
        if units(block) <= room:
            return block
        # only markup-heavy or very long texts come here: they are cut, never split
        if len(summary) > _LEAST_SUMMARY:
            summary = shorten(summary, len(summary) // 2)
        elif linked.startswith("<a"):
            linked = f"<b>{title}</b>"
        else:
            summary, when = "", []
            title = _html(t.isolate(shorten(lines.title(stored), 100)))
            day = lines.short_day((stored.item.published or stored.first_seen).date(), year, t)
            linked, foot = f"<b>{title}</b>", f"<i>{_html(day)}</i>"


def _meeting(found: Meeting, year: int, t: Translator) -> str:
    title = _html(t.isolate(shorten(found.title, 200)))
    return f"{_linked(found.link, title)}\n🗓 {_html(lines.meeting(found, year, t))}"


def _headline_message(
    digest: Digest, t: Translator, names: Mapping[str, str], room: tuple[int, int]
) -> str:
    """Return the headlines; *room*: how many of a section, and how long each may be."""
    sections = (t.directed(_headlines(digest, key, t, names, room)) for key in lines.keys(digest))
    return "\n\n".join([_head(digest, t, shorter=not any(room)), *sections])


def _headlines(
    digest: Digest, key: str, t: Translator, names: Mapping[str, str], room: tuple[int, int]
) -> str:
    most, length = room
    total = lines.count(digest, key)
    name = shorten(lines.section_name(key, t, names), _SHORT_NAME)
    shown = [f"• {_html(each)}" for each in _short_titles(digest, key, t, length)[:most]]
    if not shown:
        return f"<b>{_html(name)}</b> ({t.isolate(str(total))})"
    if total > most:
        more = t.ngettext("and {n} more", "and {n} more", total - most)
        shown.append(_html(t.fill(more, n=total - most)))
    return "\n".join([f"<b>{_html(name)}</b>", *shown])


def _short_titles(digest: Digest, key: str, t: Translator, length: int) -> list[str]:
    """Return the titles of a section, each with its next date if it has one."""
    if not length or key == Part.UNMET:
        return []
    year = lines.year_of(digest)
    if key == Part.COMING:
        return [
            _dated(lines.title(item), lines.occasion(when, year, t, place=item.place), t, length)
            for item, when in lines.coming(digest)
        ]
    if key == Part.SERVICES:
        return [shorten(lines.service_news(each, t)[0], length) for each in digest.beside.services]
    if key == Part.MEETINGS:
        return [
            _dated(each.title, _on(each.on, year, t), t, length) for each in digest.beside.meetings
        ]
    items = [each for section in digest.sections if section.topic == key for each in section.items]
    return [
        _dated(
            lines.title(each), next(iter(lines.dates(each, year, digest.today, t)), ""), t, length
        )
        for each in items
    ]


def _dated(title: str, when: str, t: Translator, length: int) -> str:
    short = t.isolate(shorten(title, length))
    return f"{short} ({when})" if when else short


def _on(on: date, year: int, t: Translator) -> str:
    return lines.occasion(Occasion(OccasionKind.EVENT, on, ""), year, t)


def _linked(link: str | None, title: str) -> str:
    return f'<a href="{escape(link)}">{title}</a>' if link else f"<b>{title}</b>"


def _html(text: str) -> str:
    return escape(text, quote=False)


def _cut(html: str, room: int) -> str:
    """Return as many whole lines of *html* as fit; each line is far shorter than a message."""
    while units(html) > room and "\n" in html:
        html = html.rpartition("\n")[0]
    return html
