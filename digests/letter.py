"""A digest as a mail and as a page of the archive. Pure.

Facts and links only: what a post says at length stays on its own site.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

import locales
from digests import lines
from digests.compile import LONDON
from digests.edition import Digest
from digests.item import StoredItem
from digests.lines import Part
from digests.plain import mail_text
from digests.templating import filled
from locales import Translator

LARGEST = 95_000  # bytes of a mail's HTML: Gmail clips what is over 102 KB
_SHORTER = (None, 12, 8, 5, 3, 2, 1, 0)  # entries of a section, until the mail is small enough


@dataclass(frozen=True, slots=True)
class Site:
    """Where the pages are, and whose they are.

    *home*: the address of the server without a slash at its end. *names*: what topics and
    needs are called in the reader's language (as in `digests.lines`). *pictures*: for items
    that have one, the words that stand for it. *contact*: how to reach who runs this.
    *mails*: whether the digest goes by e-mail. *files*: the pages lie in one folder,
    for a copy without a server.
    """

    home: str
    city: str
    names: Mapping[str, str]
    zone: ZoneInfo = LONDON
    contact: str | None = None
    pictures: Mapping[int, str] = field(default_factory=dict)
    mails: bool = True
    files: bool = False

    def url(self, path: str = "", *, lang: str | None = None) -> str:
        """Return the address of *path* among the pages, in *lang* where one is given."""
        if self.files:
            return path if "." in path else f"{path or 'index'}.html"
        asked = f"?{urlencode({'lang': lang})}" if lang else ""
        return f"{self.home}/digest/{path}{asked}"

    @property
    def host(self) -> str:
        """The server's name, for what must be unique in the world."""
        return urlsplit(self.home).hostname or "localhost"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail: its subject, and what it says as HTML and as plain text."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a section in words. *foreign*: its title is English for other readers.

    *dates*: when it is. *lines*: more of ours. *alt*: what stands for the picture.
    """

    title: str
    link: str | None = None
    foreign: bool = False
    dates: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    summary: str = ""
    origin: str = ""
    picture: str | None = None
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A section in words; *more*: what is said of entries that were left out."""

    name: str
    entries: tuple[Entry, ...]
    more: str = ""


def letter(
    digest: Digest, t: Translator, site: Site, token: str, *, has_page: bool = True
) -> Letter:
    """Return the mail with *digest* for the reader whose *token* it is, in the language of *t*.

    *has_page*: it is in the archive; the news of a day are not, nor is what has nothing in it.
    A very long one is cut section by section, with a link to the rest: mail programs clip it
    else, and with it the way to stop.
    """
    urls = _urls(site, t, digest.week) | {
        "change": site.url(f"change/{token}"),
        "stop": site.url(f"stop/{token}"),
    }
    if not has_page:
        urls["page"] = ""
    title, whole = lines.heading(digest, t), tuple(sections(digest, t, site))
    values = {
        "title": title,
        "note": digest.note,
        "urls": urls,
        "w": _words(t),
        "contact": contact_line(t, site),
    }
    shown, html = whole, ""
    for most in _SHORTER:
        shown = tuple(_cut(each, most, t) for each in whole)
        html = filled("mail.html.j2", t, sections=shown, **values)
        if len(html.encode()) <= LARGEST:
            break
    text = mail_text("mail.txt.j2", t, sections=shown, **values)
    return Letter(title, html, text)


def page(digest: Digest, t: Translator, site: Site) -> str:
    """Return *digest* as a page of the archive, whole."""
    return filled(
        "edition.html.j2",
        t,
        title=lines.heading(digest, t),
        note=digest.note,
        sections=tuple(sections(digest, t, site)),
        urls=_urls(site, t, digest.week),
        w=_words(t),
        contact=contact_line(t, site),
        languages=() if site.files else languages(),
    )


def index(weeks: Sequence[str], t: Translator, site: Site) -> str:
    """Return the list of the editions of *weeks*, in that order."""
    editions = [
        Choice(link=site.url(week, lang=t.language), name=lines.week_dates(week, t))
        for week in weeks
    ]
    title = t.fill(t.gettext("News for partners in {city}"), city=site.city)
    return filled(
        "index.html.j2",
        t,
        title=title,
        editions=editions,
        urls=_urls(site, t),
        w=_words(t),
        contact=contact_line(t, site),
        languages=() if site.files else languages(),
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: its *name*, and the *code* of it or the *link* to it."""

    name: str
    code: str = ""
    link: str = ""


def languages() -> tuple[Choice, ...]:
    """Return the languages that the pages speak, each by its own name."""
    return tuple(Choice(locales.native_name(code), code) for code in locales.supported())


def sections(digest: Digest, t: Translator, site: Site) -> Iterator[Told]:
    """Yield the sections of *digest* in reading order, in words."""
    for key in lines.keys(digest):
        name = lines.section_name(key, t, site.names)
        if key in set(Part):
            yield Told(name, tuple(_beside(digest, Part(key), t, site)))
            continue
        items = next(each.items for each in digest.sections if each.topic == key)
        yield Told(name, tuple(_entry(each, digest, t, site) for each in items))


def contact_line(t: Translator, site: Site) -> str:
    """Return who runs this and how to reach them; empty when they did not say."""
    if site.contact is None:
        return ""
    return t.fill(t.gettext("Questions? Write to {contact}."), contact=site.contact)


def frame_words(t: Translator) -> dict[str, str]:
    """Return the words around every page."""
    return {
        "skip": t.gettext("Go to the text"),
        "pages": t.gettext("Pages"),
        "editions": t.gettext("All editions"),
        "by_mail": t.gettext("Get it by e-mail"),
        "language": t.gettext("Language"),
    }


def frame_urls(site: Site, t: Translator) -> dict[str, str]:
    """Return the addresses around every page."""
    return {
        "index": site.url(lang=t.language),
        "subscribe": site.url("subscribe", lang=t.language) if site.mails else "",
        "feed": site.url("atom.xml", lang=t.language),
    }


def _urls(site: Site, t: Translator, week: str | None = None) -> dict[str, str]:
    urls = frame_urls(site, t)
    return urls if week is None else urls | {"page": site.url(week, lang=t.language)}


def _words(t: Translator) -> dict[str, str]:
    return frame_words(t) | {
        "nothing": t.gettext("There is nothing new this week."),
        "none_yet": t.gettext("There is no edition yet."),
        "feed": t.gettext("Follow in a feed reader (Atom)"),
        "inside": t.gettext("In this edition"),
        "why": t.gettext("You get this mail because you asked for it."),
        "on_the_web": t.gettext("Read it as a web page"),
        "change": t.gettext("Change what you get"),
        "stop": t.gettext("Stop these mails"),
    }


def _cut(part: Told, most: int | None, t: Translator) -> Told:
    """Return *part* with at most *most* entries, and how many more there are."""
    if most is None or len(part.entries) <= most:
        return part
    left = len(part.entries) - most
    more = t.ngettext("{n} more on the web page", "{n} more on the web page", left)
    return replace(part, entries=part.entries[:most], more=t.fill(more, n=left))


def _entry(stored: StoredItem, digest: Digest, t: Translator, site: Site) -> Entry:
    year = lines.year_of(digest)
    pictured = stored.pictured and stored.id in site.pictures
    return Entry(
        title=lines.headline(stored, t),
        link=stored.item.link,
        foreign=t.language != locales.SOURCE and stored.corrects is None,
        dates=lines.dates(stored, year, digest.today, t),
        summary=lines.summary(stored),
        origin=lines.origin(stored, year, t, site.zone),
        picture=site.url(f"pictures/{stored.id}") if pictured else None,
        alt=site.pictures.get(stored.id, ""),
    )


def _beside(digest: Digest, part: Part, t: Translator, site: Site) -> Iterator[Entry]:
    beside, year = digest.beside, lines.year_of(digest)
    foreign = t.language != locales.SOURCE
    if part is Part.COMING:
        for item, occasion in lines.coming(digest):
            when = (lines.occasion(occasion, year, t, place=item.place),)
            yield Entry(lines.title(item), item.item.link, foreign=foreign, dates=when)
    elif part is Part.MEETINGS:
        for found in beside.meetings:
            when = (lines.meeting(found, year, t),)
            yield Entry(found.title, found.link, foreign=foreign, dates=when)
    elif part is Part.SERVICES:
        for news in beside.services:
            first, *rest = lines.service_news(news, t)
            yield Entry(first, lines=tuple(rest))
    else:
        for each in beside.unmet:
            need = site.names.get(lines.need_key(each.need), each.need)
            told = t.ngettext("{need}: {n} time", "{need}: {n} times", each.count)
            yield Entry(t.fill(told, need=need, n=each.count))
