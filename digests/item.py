"""The words of posts: what one says, what the judge says of it, and what is kept. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from locales.errors import Text


class Decision(StrEnum):
    """What is to happen with an item."""

    ACCEPT = "accept"
    REVIEW = "review"  # a coordinator looks first
    REJECT = "reject"  # held as spam; a coordinator can still see why and take it back


ARCHIVE = "archive"  # in place of an item's week: older than what digests are made of


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
