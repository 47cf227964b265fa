"""Lists of feeds as other readers write and read them: OPML 2.0. Pure.

Source: the OPML 2.0 specification (opml.org/spec2.opml). What comes in is hostile until it is
proved otherwise: declarations are refused by the parser itself, nothing is fetched, and each
address that may not be asked is reported with its line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree
from xml.parsers import expat

from digests.addresses import refuse_address
from digests.errors import FetchError, ParseError
from digests.feed import Feed
from locales.errors import N_, Text

MAX_BYTES = 2_000_000
MOST = 1_000  # feeds in a list
_DEEPEST = 20
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of a list. *line*: where it stands in the file."""

    line: int
    url: str
    title: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A line of a list that is not followed, and why."""

    line: int
    url: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list comes to: each address once, and those that may not be asked."""

    feeds: tuple[Outline, ...]
    refused: tuple[Refused, ...]


def read(body: bytes, name: str) -> Listed:
    """Return the feeds of the OPML file *body*; *name* is for the error.

    Raises:
        ParseError: no OPML, damaged, too long, too deep, over 1,000 feeds, or it declares a
            document type or entities.
    """
    if len(body) > MAX_BYTES:
        raise ParseError(name, Text(N_("The list is longer than 2 MB, so it was not read.")))
    found = _Outlines(name)
    try:
        found.parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as exc:  # LookupError: unknown encoding
        raise ParseError(name, Text(N_("The list is damaged and cannot be read."))) from exc
    return _sorted(found.outlines)


def write(feeds: Iterable[Feed], *, title: str, now: datetime) -> bytes:
    """Return *feeds* as an OPML 2.0 document that every feed reader takes."""
    root = ElementTree.Element("opml", version="2.0")
    head = ElementTree.SubElement(root, "head")
    ElementTree.SubElement(head, "title").text = title
    ElementTree.SubElement(head, "dateCreated").text = format_datetime(now)
    body = ElementTree.SubElement(root, "body")
    for feed in feeds:
        name = feed.title or feed.url
        ElementTree.SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=feed.url)
    ElementTree.indent(root)
    # bytes, and so with a declaration; typeshed knows only that it is one or the other
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


@dataclass(slots=True)
class _Outlines:
    """Collects what the parser meets; stops at what no list needs."""

    name: str
    outlines: list[Outline] = field(default_factory=list)
    depth: int = 0
    parser: expat.XMLParserType = field(init=False)

    def __post_init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._declares
        self.parser.StartElementHandler = self._begins
        self.parser.EndElementHandler = self._ends

    def _declares(self, *_: object) -> None:
        reason = N_("The list declares a document type or entities, which can do harm.")
        raise ParseError(self.name, Text(reason))

    def _begins(self, tag: str, fields: Mapping[str, str]) -> None:
        if self.depth == 0 and tag.lower() != "opml":
            raise ParseError(self.name, Text(N_("This is not an OPML list of feeds.")))
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ParseError(self.name, Text(N_("The list has too many levels.")))
        if tag.lower() != "outline":
            return
        known = {key.lower(): value.strip() for key, value in fields.items()}
        if not (url := known.get("xmlurl", "")):  # a folder
            return
        if len(self.outlines) == MOST:
            reason = Text(N_("The list has more than {most} feeds."), {"most": MOST})
            raise ParseError(self.name, reason)
        title = (known.get("title") or known.get("text") or "")[:_LONGEST_TITLE] or None
        self.outlines.append(Outline(self.parser.CurrentLineNumber, url, title))

    def _ends(self, _: str) -> None:
        self.depth -= 1


def _sorted(outlines: Sequence[Outline]) -> Listed:
    feeds: dict[str, Outline] = {}
    refused: list[Refused] = []
    for each in outlines:
        try:
            refuse_address(each.url)
        except FetchError as problem:
            refused.append(Refused(each.line, each.url, problem.reason))
        else:
            feeds.setdefault(each.url, each)
    return Listed(tuple(feeds.values()), tuple(refused))
