"""Screens of a digest that is read: in one message, or by headlines that open. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape

from delivery.model import Button, Content
from digests import lines
from digests.clean import shorten
from digests.edition import Digest
from digests.render import LIMIT, render_headlines, render_section, render_whole, units
from handlers.callbacks import Route
from handlers.screens import READ_PREFIX, Rows, Screen, button, linked
from locales import Translator

SECTIONS_PER_PAGE = 5  # with next page, change and stop: eight buttons
_LONGEST_NAME = 40
_PAYLOAD = re.compile(rf"{READ_PREFIX}(\d{{4}}-W\d\d|\d{{4}}-\d\d-\d\d)(?:-([A-Za-z0-9_-]+))?")


@dataclass(frozen=True, slots=True)
class Opened:
    """A digest to be read. *key*: its week (``2026-W47``), or the day of daily news.

    *names* as for `digests.render`. *page*: its address on the web, None when it has none.
    *subscribed*: the reader gets the digest, so it can be changed and stopped. *pictures* as in
    `Digest`.
    """

    key: str
    digest: Digest
    names: Mapping[str, str]
    page: str | None = None
    subscribed: bool = True
    pictures: str | None = None

    @property
    def shown(self) -> Digest:
        """The digest with its links to pictures."""
        return replace(self.digest, pictures=self.pictures)


def message(t: Translator, opened: Opened) -> Content:
    """Return the digest as it is sent: whole if it fits one message, else its headlines."""
    shown = first(t, opened)
    return Content((shown.text,), shown.rows)


def first(t: Translator, opened: Opened) -> Screen:
    """Return the digest whole if it fits one message, else its headlines."""
    whole = render_whole(opened.shown, t, opened.names)
    if len(whole) == 1:
        return Screen(whole[0], under(t, subscribed=opened.subscribed))
    return headlines(t, opened)


def headlines(t: Translator, opened: Opened, turned: int = 0) -> Screen:
    """Return the headlines with a button for each section; *turned*: which page of these."""
    keys = lines.keys(opened.digest)
    pages = max(1, -(-len(keys) // SECTIONS_PER_PAGE))
    turned %= pages
    offered = keys[turned * SECTIONS_PER_PAGE : (turned + 1) * SECTIONS_PER_PAGE]
    rows: list[tuple[Button, ...]] = [
        (button(_label(t, opened, each), Route.READ, opened.key, each),) for each in offered
    ]
    if pages > 1:
        label = t.fill(t.gettext("Next page ({page} of {pages})"), page=turned + 1, pages=pages)
        rows.append((button(label, Route.READ, opened.key, "", (turned + 1) % pages),))
    link = _to_page(t, opened.page)
    text = render_headlines(opened.digest, t, opened.names, limit=LIMIT - units(link)) + link
    return Screen(text, (*rows, *under(t, subscribed=opened.subscribed)))


def section(t: Translator, opened: Opened, key: str, number: int) -> Screen | None:
    """Return a page of the section *key*, with the way back; None when there is no such."""
    pages = render_section(opened.shown, key, t, opened.names)
    if not pages:
        return None
    number %= len(pages)
    rows: list[tuple[Button, ...]] = []
    if len(pages) > 1:
        label = t.fill(
            t.gettext("Next page ({page} of {pages})"), page=number + 1, pages=len(pages)
        )
        rows.append((button(label, Route.READ, opened.key, key, (number + 1) % len(pages)),))
    back = lines.keys(opened.digest).index(key) // SECTIONS_PER_PAGE
    rows.append((button(t.gettext("‹ Back"), Route.READ, opened.key, "", back),))
    return Screen(pages[number], (*rows, *under(t, subscribed=opened.subscribed)))


def under(t: Translator, *, subscribed: bool = True) -> Rows:
    """Return the buttons under every digest: change what one gets, or stop it, or begin."""
    if not subscribed:
        return ((button(t.gettext("Get the weekly digest"), Route.SUBSCRIBED, 1),),)
    change = button(t.gettext("Choose topics"), Route.SUBSCRIBED, 1)
    stop = button(t.gettext("Stop the digest"), Route.SUBSCRIBED, 0)
    return ((change, stop),)


def unknown(t: Translator) -> str:
    """Say that there is no such digest, in at most 200 characters, for an alert too."""
    return t.gettext("I cannot find this digest. It may not have been sent yet.")


def payload(key: str, section_key: str) -> str:
    """Return the start payload that opens a digest, at a section unless that is empty.

    Its alphabet has no full stop (Bot API), and only `lines.Part` has one.
    """
    named = section_key.replace(".", "-", 1)
    return f"{READ_PREFIX}{key}-{named}" if named else READ_PREFIX + key


def unpacked(text: str) -> tuple[str, str] | None:
    """Return the digest and the section that a start payload names; None for none."""
    found = _PAYLOAD.fullmatch(text)
    if found is None:
        return None
    named = found[2] or ""
    parts = {part.value.replace(".", "-", 1): part.value for part in lines.Part}
    return found[1], parts.get(named, named)


def _label(t: Translator, opened: Opened, key: str) -> str:
    name = shorten(lines.section_name(key, t, opened.names), _LONGEST_NAME)
    return f"{name} ({lines.count(opened.digest, key)})"


def _to_page(t: Translator, page: str | None) -> str:
    """Return the last line, a link to the same digest on the web; nothing when it has none."""
    if page is None:
        return ""
    link = t.directed(linked(page, t.gettext("Read all of it on the web")))
    return f"\n\n{link}"


def is_key(text: str) -> bool:
    """Say whether *text* can name a digest: an ISO week or a day."""
    return unpacked(READ_PREFIX + text) == (text, "")


def address(public_url: str | None, week: str) -> str | None:
    """Return where the archive has the digest of *week*; None when nobody can reach our pages."""
    return None if public_url is None else f"{public_url.rstrip('/')}/digest/{escape(week)}"
