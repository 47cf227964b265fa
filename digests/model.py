"""The words of feeds and digests, and what this package needs from outside. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from digests.examples import Example
from locales.errors import Text


class Decision(StrEnum):
    """What is to happen with an item."""

    ACCEPT = "accept"
    REVIEW = "review"  # a coordinator looks first
    REJECT = "reject"  # held as spam; a coordinator can still see why and take it back


ARCHIVE = "archive"  # in place of an item's week: older than what digests are made of


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


class OccasionKind(StrEnum):
    """What a date in a text is."""

    DEADLINE = "deadline"  # the last day to answer, apply or book
    EVENT = "event"  # when something takes place
    MENTIONED = "mentioned"  # neither, as far as the text tells


@dataclass(frozen=True, slots=True)
class Occasion:
    """A date that a text names. *said*: the words that name it.

    *on*: the day (of a stretch the first); *until*: the last day of a stretch. *at* and
    *ends*: times of day in the city, None when none is given.
    """

    kind: OccasionKind
    on: date
    said: str
    at: time | None = None
    until: date | None = None
    ends: time | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed, cleaned: plain text, an http(s) link or None.

    *item_id*: the feed's own id, else the link, else a hash of the words. *summary*: at most
    two sentences. *published*: aware, never in the future; None when the feed gives none.
    *source*: the organisation that says it. *body*: the whole text, a line for each block,
    without furniture, at most `clean.BODY_LENGTH` characters. For the judge only, not stored:
    *hidden* (text that a page hides from its readers), *sites* (how many other sites it links
    to), *link_refused* (it had a link, but not one to the web).
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
    body: str = ""


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
    organisations it works with, written like keywords. *hosts*: where those organisations are
    on the web, so that an address that imitates one is seen.
    """

    topics: tuple[Topic, ...]
    context: tuple[str, ...]
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge says, with every reason, and the topics (ids, likeliest first).

    *occasions*: the dates that the text names. *place*: where it takes place. *expires_on*:
    the last day on which it is of use. *spam*: the learned classifier's probability, 0 to 1,
    None when it was not asked.
    """

    decision: Decision
    reasons: tuple[Text, ...]
    topics: tuple[str, ...]
    occasions: tuple[Occasion, ...] = ()
    place: str | None = None
    expires_on: date | None = None
    spam: float | None = None


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


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item in the database; *id* is ours. *decision* after any coordinator's press.

    *feed_id*: None for what a partner wrote, and when its feed is followed no more. *week*:
    the edition that it belongs to ("2026-W47"); *position*: its place there, or where a
    coordinator put it in the draft. *headline* and *line*: a coordinator's words in place of
    title and summary. *same_as*: the story that this one says again. *gone_at*: since when
    its site has it no more. *corrects*: the item that was sent wrong, which this one puts
    right. *daily_on*: the day on which those who want news daily got it. *submitted*: a
    partner wrote it in the bot. *pictured*: it has a picture.
    """

    id: int
    feed_id: int | None
    item: Item
    decision: Decision
    reasons: tuple[Text, ...]
    topics: tuple[str, ...]
    first_seen: datetime
    week: str | None = None
    occasions: tuple[Occasion, ...] = ()
    place: str | None = None
    expires_on: date | None = None
    spam: float | None = None
    position: int | None = None
    pinned: bool = False
    headline: str | None = None
    line: str | None = None
    same_as: int | None = None
    gone_at: datetime | None = None
    corrects: int | None = None
    daily_on: date | None = None
    submitted: bool = False
    pictured: bool = False


class ServiceNewsKind(StrEnum):
    """What happened to a service of the directory."""

    NEW = "new"
    CHANGED = "changed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ServiceNews:
    """A change in the directory this week; *what*: which facts, as sentences."""

    kind: ServiceNewsKind
    service_id: str
    name: str
    what: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmet:
    """A need for which people found nothing this week; *count* is never under five."""

    need: str
    count: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """Something that takes place soon, told in this edition or in an earlier one."""

    item_id: int
    title: str
    link: str | None
    on: date
    at: time | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """What an edition tells beside the posts; each part may be empty."""

    services: tuple[ServiceNews, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    meetings: tuple[Meeting, ...] = ()


NOTHING_BESIDE = Beside()


class EditionState(StrEnum):
    """Life of a week's digest."""

    DRAFT = "draft"  # in review
    HELD = "held"  # a coordinator said: not yet
    APPROVED = "approved"  # frozen, queued or sent


class Unseen(StrEnum):
    """What to do with a digest that nobody looked at in time."""

    HOLD = "hold"
    SEND = "send"


class Empty(StrEnum):
    """What subscribers get in a week without news."""

    SILENT = "silent"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Edition:
    """The digest of one ISO week (``2026-W47``): personal only on the way out.

    *note*: a coordinator's opening words. *beside*: what else it tells, frozen with it at
    approval; None before. *reminded_at*: when coordinators were last told that it waits.
    """

    week: str
    state: EditionState
    decided_by: int | None = None
    decided_at: datetime | None = None
    note: str | None = None
    beside: Beside | None = None
    reminded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A topic and its items in reading order."""

    topic: str
    items: tuple[StoredItem, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """A week's items by topic, as one subscriber's choice of topics shows them.

    *note* and *beside* as in `Edition`; *today*: the day from which deadlines are counted.
    *pictures*: what stands before a post's number in the address of its picture.
    """

    week: str
    sections: tuple[Section, ...]
    note: str | None = None
    beside: Beside = NOTHING_BESIDE
    today: date | None = None
    pictures: str | None = None


class Frequency(StrEnum):
    """How often somebody wants news."""

    WEEKLY = "weekly"
    DAILY = "daily"
    URGENT = "urgent"  # urgent updates only


class ChatKind(StrEnum):
    """What kind of chat gets the digest."""

    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A chat that gets the digest: *topics* (empty: all), in *language* (None: English).

    *day* (0 is Monday) and *hour* in the city's time: when it is to come; None: with the
    others. *thread_id*: the topic of a forum group in which it is to stand.
    """

    chat_id: int
    topics: frozenset[str] = frozenset()
    language: str | None = None
    frequency: Frequency = Frequency.WEEKLY
    day: int | None = None
    hour: int | None = None
    kind: ChatKind = ChatKind.PRIVATE
    thread_id: int | None = None


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
