"""The words of feeds and digests, and what this package needs from outside. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from locales.errors import Text


class Decision(StrEnum):
    """What is to happen with an item."""

    ACCEPT = "accept"
    REVIEW = "review"  # a coordinator looks first
    REJECT = "reject"  # held as spam; a coordinator can still see why and take it back


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and what we remember of it between two attempts.

    *failures* in a row; *moved_to* and *moves*: where a permanent redirect points and how
    often in a row it did; *stopped*: the server answered 410 Gone; *told*: coordinators have
    heard that it fails, and not yet that it works again (`digests.plan.news`).
    """

    id: int
    url: str
    title: str | None
    next_check: datetime
    etag: str | None = None
    last_modified: str | None = None
    failures: int = 0
    failing_since: datetime | None = None
    error: str | None = None
    moved_to: str | None = None
    moves: int = 0
    stopped: bool = False
    told: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """New bytes; *url* is where they came from after redirects.

    *moved_to* is set when every redirect on the way was permanent (301, 308).
    """

    body: bytes
    url: str
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    max_age: timedelta | None = None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server answered 304; *moved_to* as in `Fetched`."""

    max_age: timedelta | None = None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed, cleaned: plain text, an http(s) link or None.

    *item_id*: the feed's own id, else the link, else a hash of the words. *summary*: at most
    two sentences. *published*: aware, never in the future; None when the feed gives none.
    *source*: the organisation that says it. For the judge only, not stored: *hidden* (text
    that a page hides from its readers), *sites* (how many other sites it links to),
    *link_refused* (it had a link, but not one to the web).
    """

    item_id: str
    title: str
    link: str | None
    summary: str
    published: datetime | None
    source: str | None = None
    hidden: str = ""
    sites: int = 0
    link_refused: bool = False


@dataclass(frozen=True, slots=True)
class Parsed:
    """A feed's own title and its items; *skipped*: entries that were broken or too many."""

    title: str | None
    items: tuple[Item, ...]
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of the partnership.

    *names*: what it is called, by language; English is always there. *keywords* say by
    themselves what an item is about, *hints* only together; both lower case, a trailing
    ``*`` stands for any ending.
    """

    id: str
    names: Mapping[str, str]
    keywords: tuple[str, ...]
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Interests:
    """What the partnership's digest is about.

    *topics* in the order of the digest. *context*: words for the people, the places and the
    organisations it works with, written like keywords.
    """

    topics: tuple[Topic, ...]
    context: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge says, with every reason, and the topics (ids, likeliest first)."""

    decision: Decision
    reasons: tuple[Text, ...]
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JudgedItem:
    """An item with its verdict."""

    item: Item
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Reading:
    """What a feed's bytes came to: parsed, cleaned and judged."""

    title: str | None
    items: tuple[JudgedItem, ...]
    skipped: int = 0


class News(StrEnum):
    """What coordinators are to hear about a feed, once each."""

    FAILING = "failing"  # for a day
    GONE = "gone"  # it is not asked again
    BACK = "back"  # they had heard one of the others


@dataclass(frozen=True, slots=True)
class FeedUpdate:
    """What one attempt changes: the feed as it is now, and the items to be stored once."""

    feed: Feed
    items: tuple[JudgedItem, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item in the database; *id* is ours. *decision* after any coordinator's press."""

    id: int
    feed_id: int
    item: Item
    decision: Decision
    reasons: tuple[Text, ...]
    topics: tuple[str, ...]
    first_seen: datetime
    week: str | None = None  # the edition it belongs to, "2026-W47"


class EditionState(StrEnum):
    """Life of a week's digest."""

    DRAFT = "draft"  # in review
    HELD = "held"  # a coordinator said: not yet
    APPROVED = "approved"  # frozen, queued or sent


@dataclass(frozen=True, slots=True)
class Edition:
    """The digest of one ISO week (``2026-W47``): personal only on the way out."""

    week: str
    state: EditionState
    decided_by: int | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A topic and its items in reading order."""

    topic: str
    items: tuple[StoredItem, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """A week's items by topic, as one subscriber's choice of topics shows them."""

    week: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Subscription:
    """A chat that gets the digest: *topics* (empty: all), in *language* (None: English)."""

    chat_id: int
    topics: frozenset[str] = frozenset()
    language: str | None = None


class Fetcher(Protocol):
    """Gets a feed's bytes; raises FetchError."""

    async def fetch(self, feed: Feed) -> Fetched | Unchanged:
        """Return the bytes, or Unchanged; raise FetchError when this attempt failed."""
        ...


class Reader(Protocol):
    """Parses, cleans and judges a feed's bytes; raises ParseError."""

    async def read(self, body: bytes, url: str, now: datetime) -> Reading:
        """Return the items with their verdicts; raise ParseError when it is no feed."""
        ...


class FeedStore(Protocol):
    """Remembers feeds and items; one method, one transaction."""

    async def due(self, now: datetime, limit: int) -> Sequence[Feed]:
        """Return the feeds whose next check has come, longest overdue first."""
        ...

    async def known(self, feed_id: int, item_ids: Sequence[str]) -> set[str]:
        """Return those of *item_ids* that are stored already."""
        ...

    async def apply(self, update: FeedUpdate, now: datetime) -> int:
        """Store the update; return how many items were new. Twice does no harm."""
        ...
