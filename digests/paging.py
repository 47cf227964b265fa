"""Reading a feed further back than its first page, so that nothing is missed. Pure.

A WordPress feed shows its last ten posts; what came before is on `?paged=2` and so on. Other
feeds name their older page themselves: `rel="prev-archive"` and `rel="next"` (RFC 5005
sections 3 and 4), `next_url` (JSON Feed 1.1). Only pages of the feed's own site are read.
"""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from digests.errors import FeedError, ParseError
from digests.feed import Back, Feed, Fetched
from digests.linked import link_tags
from locales.errors import N_, Text

PAGES_A_ROUND = 20
MOST_PAGES = {Back.KNOWN: 50, Back.ALL: 1_000}  # of ten posts: more than a year, and 10,000
PAUSE = timedelta(seconds=2)  # between two pages of one site
NEXT_ROUND = timedelta(minutes=5)  # until it goes on, when there are more
NOTHING = Text(N_("There is nothing at this address."))
_HEAD = 20_000  # bytes in which a feed describes itself
_ENTRY = re.compile(rb"<(?:[\w.-]{1,20}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_NEXT_URL = re.compile(rb'"next_url"\s*:\s*("(?:[^"\\]|\\.){1,2000}")')
# what WordPress writes of itself, and how its feeds are addressed (developer.wordpress.org,
# "WordPress Feeds")
_GENERATOR = re.compile(rb"wordpress\.(?:org|com)", re.IGNORECASE)
_ADDRESS = re.compile(r"/feed(?:/(?:rss2?|rdf|atom))?/?$", re.IGNORECASE)
_END = frozenset({400, 404, 410})  # beyond the last page WordPress answers 404


def older(answer: Fetched, page: int) -> str | None:
    """Return where the posts before those of *answer* are, None when nothing says so.

    *page*: the number that this page has, the feed itself being page 1.
    """
    start = answer.body[:_HEAD].lstrip()
    if start.startswith(b"{"):
        return _on_site(answer.url, _json_link(answer.body))
    if (linked := _xml_link(start)) is not None:
        return _on_site(answer.url, linked)
    return _paged(answer.url, page) if _is_wordpress(answer.url, start) else None


def begun(before: Feed, settled: Feed, answer: Fetched, shown: Sequence[str], known: bool) -> Feed:
    """Return the feed *settled* after its first page, set to page back where that is needed.

    *shown*: the ids on the page; *known*: whether its oldest post was stored already. Pages
    are read when a coordinator asked for all of them, or when the oldest post is new, so that
    there may be more behind it; not for a feed that we read for the first time.
    """
    wanted = before.back_to if before.back_page is None else None
    if before.changed_at is not None and shown and not known:
        # a gap in front of one that is not closed yet: only the whole archive holds both
        wanted = Back.KNOWN if before.back_to is None else Back.ALL
    if wanted is None:
        return settled
    return _at(settled, wanted, 2, older(answer, 2) if shown else None)


def turned(
    feed: Feed,
    answer: Fetched,
    shown: Sequence[str],
    known: Collection[str],
    last: Sequence[str],
) -> Feed:
    """Return the feed after a page of its archive was read.

    *shown*: the ids on the page, newest first; *last*: those of the page before. It is the
    end when the page is empty or repeats the last one, and, where only what was missed is
    wanted, when its oldest post is *known*. (Not when any is: a post that came meanwhile
    pushes one that we have onto the next page.)
    """
    assert feed.back_page is not None and feed.back_to is not None
    repeated = not shown or list(shown) == list(last)
    reached = feed.back_to is Back.KNOWN and bool(shown) and shown[-1] in known
    page = feed.back_page + 1
    if repeated or reached or page > MOST_PAGES[feed.back_to]:
        return _at(feed, feed.back_to, page, None)
    return _at(feed, feed.back_to, page, older(answer, page))


def interrupted(feed: Feed, problem: FeedError, now: datetime) -> Feed:
    """Return the feed after a page could not be read: it is the end, or is tried again later.

    A page that is not there, or is no feed, is the end of the archive. The feed itself is
    well, so no failure is counted; a server that asks for patience gets it.
    """
    assert feed.back_page is not None and feed.back_to is not None
    if isinstance(problem, ParseError) or problem.status in _END:
        return _at(feed, feed.back_to, feed.back_page, None)
    wait = min(problem.retry_after or timedelta(), timedelta(days=1))
    return replace(feed, next_check=max(feed.next_check, now + wait))


def _at(feed: Feed, to: Back, page: int, url: str | None) -> Feed:
    if url is None:
        return replace(feed, back_to=None, back_page=None, back_url=None)
    return replace(feed, back_to=to, back_page=page, back_url=url)


def _xml_link(start: bytes) -> str | None:
    """Return what a feed's own links say, not those of its entries."""
    entry = _ENTRY.search(start)
    head = start[: entry.start() if entry else None].decode("utf-8", "replace")
    found: dict[str, str] = {}
    for link in link_tags(head):
        found.setdefault(link.get("rel", "").lower(), link.get("href", ""))
    return found.get("prev-archive") or found.get("next") or None


def _json_link(body: bytes) -> str | None:
    # inside of any text the quotes would be escaped, so this is a name of the feed's
    found = _NEXT_URL.search(body)
    try:
        return str(json.loads(found[1])) if found else None
    except ValueError:
        return None


def _is_wordpress(url: str, start: bytes) -> bool:
    parts = urlsplit(url)
    names = dict(parse_qsl(parts.query))
    return "feed" in names or bool(_ADDRESS.search(parts.path)) or bool(_GENERATOR.search(start))


def _paged(url: str, page: int) -> str:
    parts = urlsplit(url)
    fields = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != "paged"]
    return urlunsplit(parts._replace(query=urlencode([*fields, ("paged", page)])))


def _on_site(url: str, linked: str | None) -> str | None:
    """Return the address of what *url* links to, None where that is on another site."""
    try:
        target = urljoin(url, linked or url)
        names = [(urlsplit(each).hostname or "").removeprefix("www.") for each in (target, url)]
    except ValueError:
        return None
    fits = target.startswith(("http://", "https://")) and names[0] == names[1]
    return target if fits and target != url else None
