"""A feed's bytes to cleaned items. Pure; feedparser reads the XML, never a URL or a path.

Declarations are refused before any parser sees the bytes, nesting and numbers are bounded,
and the text is decoded here, so that what was checked is what is parsed. One broken entry is
left out, never the whole feed. Reads RSS 0.9x to 2.0, RDF, Atom, CDF and JSON Feed.
"""

import calendar
import codecs
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import feedparser

from digests import clean
from digests.errors import ParseError
from digests.feed import Parsed
from digests.item import Item
from digests.lexer import first_entries, outline
from locales.errors import N_, Text

MAX_BYTES = 5_000_000
MAX_ITEMS = 500
_ID_LENGTH = 300
_EARLIEST = 1990  # the web is not older; a year before it is a mistake
_FEED_ROOTS = {b"rss", b"feed", b"rdf", b"channel"}
_WEB_PAGE = re.compile(rb"\s*<!doctype\s+html", re.IGNORECASE)
# what no text may hold: nh3 and the databases raise for halves of characters
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CONTROL_BYTES = bytes({*range(32)} - set(b"\t\n\r"))
_DECLARATION = re.compile(r"^\s*<\?xml\b[^<>]{0,300}\?>", re.IGNORECASE)
_ENCODING = re.compile(rb"^\s*<\?xml\b[^<>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
# the longer mark first: UTF-16's is the beginning of UTF-32's
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
)
# as browsers read these labels (WHATWG Encoding Standard)
_WIDER = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "shift_jis": "cp932"}
# feedparser 6.0.14 looks for a mail address in each author with a pattern whose time grows with
# the square of such a word (mixin.py, _sync_author_detail): 17,000 letters took 0.2 s each time
_LONGEST_WORD = 1_000
_ENDLESS = re.compile(rb"[A-Za-z0-9_.+-]{1001,}")
# what values of any type and depth may raise when they are read as text
_NO_TEXT = (ValueError, TypeError, OverflowError, RecursionError)
# decoders that are slow, or that are no encodings of documents
_REFUSED_CODECS = {"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7"}

Fields = Mapping[str, Any]  # feedparser's and json's own shape: values of any type


def parse(body: bytes, url: str, now: datetime) -> Parsed:
    """Return the feed's title and its first 500 items, cleaned, in the feed's order.

    *url* is where the bytes came from: relative links are resolved against it. Dates are
    aware (UTC) and not later than *now*.

    Raises:
        ParseError: the bytes are no feed, too long, nested too deeply, or declare entities.
    """
    if len(body) > MAX_BYTES:
        raise ParseError(url, Text(N_("The feed is longer than 5 MB, so it was not read.")))
    text = _decoded(body).lstrip("\ufeff \t\r\n")
    if not text:
        raise ParseError(url, Text(N_("The feed is empty.")))
    if text.startswith(("{", "[")):
        return _json_feed(text, url, now)
    return _xml_feed(text, url, now)


def _xml_feed(text: str, url: str, now: datetime) -> Parsed:
    markup = _without_control(_DECLARATION.sub("", text, count=1))
    seen = outline(markup, entries=MAX_ITEMS)
    if seen.root == b"html" or (seen.declares and _WEB_PAGE.match(markup)):
        raise ParseError(url, Text(N_("This address gives a web page, not a feed.")))
    if seen.declares:
        reason = N_("The feed declares a document type or entities, which can do harm.")
        raise ParseError(url, Text(reason))
    if seen.too_much:
        raise ParseError(url, Text(N_("The feed has too many tags, or too many inside others.")))
    markup = first_entries(markup, seen.entry_ends, MAX_ITEMS)
    feed = _feedparser(markup, url)
    if not feed["entries"] and seen.root not in _FEED_ROOTS:
        raise ParseError(url, Text(N_("This is not a feed that we can read.")))
    channel = feed["feed"]
    whole = not feed["bozo"]  # well-formed: then what says nothing is no remnant of an entry
    entries = [
        _from_feedparser(entry, channel, url) | {"whole": whole and _says(entry)}
        for entry in feed["entries"]
    ]
    total = max(len(seen.entry_ends), len(entries))
    return _collected(_title(channel.get("title")), entries, total, now)


def _without_control(text: str) -> bytes:
    """Return the bytes of *text* without what `_CONTROL` finds, in a tenth of its time."""
    markup = text.encode(errors="ignore").translate(None, _CONTROL_BYTES)
    return markup.replace("\ufffe".encode(), b"").replace("\uffff".encode(), b"")


def _feedparser(markup: bytes, url: str) -> Fields:
    """Run feedparser on bytes; what it trips over is a ParseError like any other."""
    markup = _ENDLESS.sub(lambda word: word[0][:_LONGEST_WORD], markup)
    # no address among the headers: feedparser would put it before ids such as "123"
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        parsed: Fields = feedparser.parse(
            BytesIO(markup),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, LookupError) as exc:
        # seen with damaged markup: the parser's own mistakes, not ours
        raise ParseError(url, Text(N_("The feed is damaged and cannot be read."))) from exc
    except (RecursionError, AssertionError) as exc:
        raise ParseError(url, Text(N_("The feed is damaged and cannot be read."))) from exc
    return parsed


def _from_feedparser(entry: dict[str, Any], channel: Fields, url: str) -> dict[str, Any]:
    """Return the entry as the fields that `_item` reads."""
    content = next((c.get("value") for c in entry.get("content") or () if c.get("value")), "")
    details = (entry.get("title_detail"), entry.get("summary_detail"))
    base = next((d["base"] for d in details if d and d.get("base")), None)
    origin, link = entry.get("source"), entry.get("link") or ""
    # dict.get: feedparser's own get() warns about names that it maps to others
    moments = (dict.get(entry, f"{name}_parsed") for name in ("published", "updated", "created"))
    return {
        "id": entry.get("id"),
        # a guid that is no address is taken for one unless it says isPermaLink="false"
        "link": "" if link == entry.get("id") and "/" not in link else link,
        "base": base or channel.get("link") or url,
        "url": url,
        "title": entry.get("title") or "",
        "summary": dict.get(entry, "summary") or "",
        "content": content,
        "moment": next((calendar.timegm(m) for m in moments if m), None),
        "source": origin.get("title") if isinstance(origin, Mapping) else None,
    }


def _says(entry: Fields) -> bool:
    """Say whether a field of the entry has a value: then it is a post, if one without words."""
    return any(
        value
        for name, value in entry.items()
        if value and not name.endswith(("_detail", "link", "links"))
    )


def _json_feed(text: str, url: str, now: datetime) -> Parsed:
    """Read a JSON Feed, version 1 or 1.1. Source: https://www.jsonfeed.org/version/1.1/."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise ParseError(url, Text(N_("The feed is damaged and cannot be read."))) from exc
    version = str(feed.get("version")) if isinstance(feed, dict) else ""
    if "jsonfeed.org/version/" not in version and not _bare_version(version, feed):
        raise ParseError(url, Text(N_("This is not a feed that we can read.")))
    listed = feed.get("items")
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    entries = [_from_json(item, feed, url) for item in items[:MAX_ITEMS]]
    return _collected(_title(feed.get("title")), entries, len(items), now)


def _bare_version(version: str, feed: Fields) -> bool:
    """Say whether it is a feed all the same: some give only the number."""
    return version in ("1", "1.0", "1.1") and isinstance(feed.get("items"), list)


def _from_json(item: Fields, feed: Fields, url: str) -> dict[str, Any]:
    moment = _rfc3339(item.get("date_published")) or _rfc3339(item.get("date_modified"))
    text = item.get("content_text")
    return {
        "id": item.get("id"),
        "link": item.get("url") or item.get("external_url") or "",
        "base": feed.get("home_page_url") or url,
        "url": url,
        "title": item.get("title") or "",
        "summary": item.get("summary") or "",
        "content": item.get("content_html") or (_escaped(text) if isinstance(text, str) else ""),
        "moment": moment,
        "source": None,
        "whole": _says(item),
    }


def _collected(title: str | None, entries: Iterable[Fields], total: int, now: datetime) -> Parsed:
    items: dict[str, Item] = {}
    for entry in entries:
        bare = {name: _bare(value) for name, value in entry.items()}
        if (item := _item(bare, title, now)) is not None:
            items.setdefault(item.item_id, item)
        if len(items) == MAX_ITEMS:
            break
    return Parsed(title, tuple(items.values()), skipped=max(0, total - len(items)))


def _item(entry: Fields, feed_title: str | None, now: datetime) -> Item | None:
    """Return the cleaned item; None when the entry is broken or says nothing."""
    try:
        return _cleaned(entry, feed_title, now)
    except _NO_TEXT:
        return None


def _cleaned(entry: Fields, feed_title: str | None, now: datetime) -> Item | None:
    title = clean.clean_text(str(entry["title"]), clean.TITLE_LENGTH)
    shown, full = (
        clean.plain_lines(clean.without_hidden(str(entry[name]))) for name in ("summary", "content")
    )
    summary, link = _summary(shown, full, title), _link(entry)
    given = clean.clean_text(str(entry["source"] or ""), 80)
    markup = f"{entry['summary']} {entry['content']}"
    if not (title or summary or link or entry.get("whole")):
        return None
    body = max((clean.body(lines) for lines in (full, shown)), key=len)
    return Item(
        item_id=_item_id(entry["id"], link, title or summary or f"{entry}"),
        title=title or _stands_for_title(summary, link, feed_title, entry),
        link=link,
        summary=summary,
        published=_moment(entry["moment"], now),
        source=clean.stated_source(title, full or shown) or given or feed_title,
        hidden=clean.hidden_text(markup),
        link_refused=link is None and bool(entry["link"]),
        sites=clean.linked_sites(markup, urlsplit(link or "").hostname or ""),
        body=body,
    )


def _stands_for_title(summary: str, link: str | None, feed_title: str | None, entry: Fields) -> str:
    """Return what an entry without a title is called: its words, its link, or its site."""
    address = (link or str(entry["url"])).split("//", 1)[-1]
    return clean.shorten(summary or (address if link else feed_title or address), 80)


def _summary(shown: Sequence[str], full: Sequence[str], title: str) -> str:
    """Return the excerpt's sentences; the whole text's when the excerpt breaks off."""
    excerpt = clean.summary(shown, title)
    if full and (not excerpt or excerpt.endswith(("…", "..."))):
        return clean.summary(full, title) or excerpt
    return excerpt


def _link(entry: Fields) -> str | None:
    """Return the entry's link; an id that is an address stands in for a missing one."""
    url, base = str(entry["url"]), clean.clean_link(str(entry["base"]), str(entry["url"]))
    if given := str(entry["link"]):
        return clean.clean_link(given, base or url)
    known = str(entry["id"] or "")
    return clean.clean_link(known, url) if known.startswith(("http://", "https://")) else None


def _item_id(given: object, link: str | None, words: str) -> str:
    known = str(given or "").strip() or link or ""
    if 0 < len(known) <= _ID_LENGTH:
        return known
    return "sha256:" + hashlib.sha256((known or words).encode()).hexdigest()


def _moment(seconds: float | None, now: datetime) -> datetime | None:
    if seconds is None:
        return None
    moment = datetime.fromtimestamp(seconds, UTC)
    return min(moment, now) if moment.year >= _EARLIEST else None


def _rfc3339(value: object) -> float | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _title(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    return clean.clean_text(_CONTROL.sub("", value), clean.TITLE_LENGTH) or None


def _bare(value: object) -> object:
    return _CONTROL.sub("", value) if isinstance(value, str) else value


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")


def _decoded(body: bytes) -> str:
    """Return *body* as text: byte order mark, shape, declared encoding, UTF-8, windows-1252."""
    start = body[:100].lstrip(b" \t\r\n")
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return body[len(body[:100]) - len(start) :].decode(encoding, "replace")
    for encoding in (_declared(body), "utf-8"):
        try:
            return body.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("utf-8" if _mostly_utf8(body) else "cp1252", "replace")


def _declared(body: bytes) -> str:
    found = _ENCODING.match(body[:400])
    try:
        name = codecs.lookup(found[1].decode()).name if found else "utf-8"
    except LookupError:
        return "utf-8"
    return "utf-8" if name in _REFUSED_CODECS else _WIDER.get(name, name)


def _mostly_utf8(body: bytes) -> bool:
    """Say whether a few bytes are damaged in what is otherwise UTF-8 with foreign letters."""
    text = body.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    foreign = sum(1 for character in text if character > "\x7f") - damaged
    return foreign > 2 * damaged
