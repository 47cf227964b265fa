"""Finding the feeds of a site from the address of one of its pages.

First what the address itself gives, then what the page names (`<link rel="alternate">`, RSS
Advisory Board "RSS Autodiscovery"), then the usual places. The fetcher's rules about addresses
hold for each step.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin

from digests.addresses import refuse_address
from digests.errors import FetchError
from digests.feed import Feed, Fetched, Fetcher
from digests.linked import link_tags
from locales.errors import N_, Text

MOST = 10  # feeds of a site to choose from
USUAL_PLACES = ("/feed/", "/rss.xml", "/atom.xml", "/feed.xml", "/rss", "/feed.json")
_HEAD = 200_000  # bytes in which a page names its feeds
_START = 5_000
_TYPES = {"application/rss+xml", "application/atom+xml", "application/feed+json"}
_ROOT = re.compile(rb"\s*(?:<\?[^>]{0,500}\?>\s*|<![^>]{0,2000}>\s*){0,20}<(?:[\w.-]{1,20}:)?(\w+)")
_ROOTS = {b"rss", b"feed", b"rdf", b"channel"}
_LOOKS = re.compile(
    r"(?:/(?:feed|rss2?|atom|rdf)/?|\.(?:xml|rss|atom|rdf|json))$|[?&](?:feed|format)=",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"/comments/feed/?$|[?&]feed=comments", re.IGNORECASE)
_NO_FEED = Text(N_("I found no feed there. Look for a link named “RSS” or “feed” on the site."))
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Found:
    """A feed of a site; *title*: what its page calls it, None when the page says nothing."""

    url: str
    title: str | None = None


async def discover(fetcher: Fetcher, url: str) -> tuple[Found, ...]:
    """Return the feeds that *url* leads to, at least one and at most ten.

    An address that is plainly a feed's is taken at its word, and nothing is asked: the first
    round tells whether it was.

    Raises:
        FetchError: it is no address that may be asked, it cannot be read, or there is no feed.
    """
    refuse_address(url)
    if _LOOKS.search(url):
        return (Found(url),)
    answer = await _get(fetcher, url)
    if is_feed(answer.body):
        return (Found(url),)
    if named := named_feeds(answer.body, answer.url):
        return named
    for place in USUAL_PLACES:
        there = urljoin(answer.url, place)
        try:
            answer = await _get(fetcher, there)
        except FetchError as problem:
            if problem.status is None:  # the site does not answer any more: no more of it
                raise
            continue
        if is_feed(answer.body):
            return (Found(there),)
    raise FetchError(url, _NO_FEED)


def is_feed(body: bytes) -> bool:
    """Say whether *body* begins as a feed does: RSS, RDF, Atom, CDF or JSON Feed."""
    start = body[:_START].removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe")
    if start.lstrip().startswith(b"{"):
        return b"jsonfeed.org/version" in start
    root = _ROOT.match(start)
    return root is not None and root[1].lower() in _ROOTS


def named_feeds(body: bytes, url: str) -> tuple[Found, ...]:
    """Return the feeds that the page at *url* names, in its order; those of comments left out."""
    found: dict[str, Found] = {}
    for link in link_tags(body[:_HEAD].decode("utf-8", "replace")):
        is_named = "alternate" in link.get("rel", "").lower().split()
        if not is_named or link.get("type", "").strip().lower() not in _TYPES:
            continue
        try:
            target = urljoin(url, link.get("href", "").strip())
        except ValueError:
            continue
        if not _COMMENTS.search(target):
            found.setdefault(target, Found(target, link.get("title", "").strip() or None))
    return tuple(found.values())[:MOST]


async def _get(fetcher: Fetcher, url: str) -> Fetched:
    answer = await fetcher.fetch(Feed(0, url, None, next_check=_NEVER))
    if not isinstance(answer, Fetched):  # nobody asked it to compare
        raise FetchError(url, _NO_FEED)
    return answer
