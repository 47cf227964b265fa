"""The words of feeds, and what reading them needs from outside. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from digests.examples import Example
from digests.item import Item, JudgedItem


class Trust(StrEnum):
    """What coordinators think of a source."""

    TRUSTED = "trusted"  # its posts need no look unless something in them is like spam
    WATCHED = "watched"  # the judge decides
    MUTED = "muted"  # nothing of it reaches anybody, until somebody changes that


class Back(StrEnum):
    """How far to page back in an archive."""

    KNOWN = "known"  # to a post that we have: nothing was missed
    ALL = "all"  # to the first post of the site


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and what we remember of it between two attempts.

    *checked_at*: the last attempt; *changed_at*: the last time that it brought something new.
    *back_page* (2 and up): the page of its archive that is to be read next, None when there is
    none; *back_url*: where it is; *back_to*: how far. *failures* in a row; *moved_to* and
    *moves*: where a permanent redirect points and how often in a row it did; *stopped*: the
    server answered 410 Gone; *told*: coordinators have heard that it fails, and not yet that
    it works again
    (`digests.plan.news`).
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
    trust: Trust = Trust.WATCHED
    checked_at: datetime | None = None
    changed_at: datetime | None = None
    back_page: int | None = None
    back_to: Back | None = None
    back_url: str | None = None


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
class Parsed:
    """A feed's own title and its items; *skipped*: entries that were broken or too many."""

    title: str | None
    items: tuple[Item, ...]
    skipped: int = 0


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
    """What one attempt changes: the feed as it is now, and the items to be stored once.

    *seen*: what the feed's first page shows of the items that are stored already, as they read
    now; with *items* the whole page. Empty when the page was not read. *archive*: *items* are
    old: they are kept, but they belong to no digest (`ARCHIVE` is their week), and nobody is
    asked about them. *further*: they are from a page further back, so what is not among them
    may well be there still.
    """

    feed: Feed
    items: tuple[JudgedItem, ...] = ()
    seen: tuple[JudgedItem, ...] = ()
    archive: bool = False
    further: bool = False


class Fetcher(Protocol):
    """Gets a feed's bytes; raises FetchError."""

    async def fetch(self, feed: Feed) -> Fetched | Unchanged:
        """Return the bytes, or Unchanged; raise FetchError when this attempt failed."""
        ...


class Reader(Protocol):
    """Parses, cleans and judges a feed's bytes; raises ParseError."""

    def learn(self, examples: Sequence[Example]) -> None:
        """Let the judge learn from all that coordinators decided, before the next feed."""
        ...

    async def read(
        self, body: bytes, url: str, now: datetime, trust: Trust, words: Mapping[str, str | None]
    ) -> Reading:
        """Return the items with their verdicts; raise ParseError when it is no feed.

        *words*: the fingerprints of stored items; what reads as before need not be judged.
        """
        ...


class FeedStore(Protocol):
    """Remembers feeds and items; one method, one transaction."""

    async def due(self, now: datetime, limit: int) -> Sequence[Feed]:
        """Return the feeds whose next check has come, longest overdue first."""
        ...

    async def words(self, feed_id: int) -> Mapping[str, str | None]:
        """Return the fingerprints of the feed's newest items (`digests.revision`), by id."""
        ...

    async def known(self, feed_id: int, item_ids: Sequence[str]) -> set[str]:
        """Return those of *item_ids* that are stored already."""
        ...

    async def apply(self, update: FeedUpdate, now: datetime) -> int:
        """Store the update; return how many items were new. Twice does no harm."""
        ...
