"""The Atom feed of editions (RFC 4287). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from digests import lines
from digests.edition import Digest
from digests.letter import Site, Told, sections
from digests.templating import filled
from locales import Translator

_ATOM = "http://www.w3.org/2005/Atom"
_XML = "http://www.w3.org/XML/1998/namespace"


@dataclass(frozen=True, slots=True)
class Issue:
    """An edition that left at *at*."""

    digest: Digest
    at: datetime


def feed(issues: Sequence[Issue], t: Translator, site: Site, *, now: datetime) -> bytes:
    """Return the feed of *issues*, in that order, as XML in UTF-8.

    The ids are tag URIs (RFC 4151): they stay the same in every language and when the pages
    move. *now* is when it was updated while there is no issue.
    """
    ET.register_namespace("", _ATOM)
    root = ET.Element(_name("feed"), {f"{{{_XML}}}lang": t.language})
    title = t.fill(t.gettext("News for partners in {city}"), city=site.city)
    _text(root, "title", title)
    _text(root, "id", f"tag:{site.host},2026:digest")
    _text(root, "updated", _moment(max((each.at for each in issues), default=now)))
    _link(root, "self", site.url("atom.xml", lang=t.language), "application/atom+xml")
    _link(root, "alternate", site.url(lang=t.language), "text/html")
    author = ET.SubElement(root, _name("author"))
    _text(author, "name", title)
    for issue in issues:
        _entry(root, issue, t, site)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _entry(root: ET.Element, issue: Issue, t: Translator, site: Site) -> None:
    week = issue.digest.week
    entry = ET.SubElement(root, _name("entry"))
    _text(entry, "title", lines.heading(issue.digest, t))
    _text(entry, "id", f"tag:{site.host},2026:digest/{week}")
    _text(entry, "updated", _moment(issue.at))
    _text(entry, "published", _moment(issue.at))
    _link(entry, "alternate", site.url(week, lang=t.language), "text/html")
    content = _text(entry, "content", _content(issue.digest, t, site))
    content.set("type", "html")


def _content(digest: Digest, t: Translator, site: Site) -> str:
    told: tuple[Told, ...] = tuple(sections(digest, t, site))
    return filled("atom.html.j2", t, note=digest.note, sections=told)


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    made = ET.SubElement(parent, _name(name))
    made.text = _allowed(text)
    return made


def _link(parent: ET.Element, rel: str, address: str, kind: str) -> None:
    ET.SubElement(parent, _name("link"), {"rel": rel, "href": address, "type": kind})


def _allowed(text: str) -> str:
    """Return *text* without the characters that XML 1.0 cannot hold (section 2.2)."""
    return "".join(c for c in text if c in "\t\n\r" or _is_char(ord(c)))


def _is_char(code: int) -> bool:
    return 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000  # noqa: PLR2004


def _name(local: str) -> str:
    return f"{{{_ATOM}}}{local}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
