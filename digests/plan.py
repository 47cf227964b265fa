"""What one attempt at a feed means: what is new, and when to ask again. Pure.

Politeness (decision 7, reliability tests F8 and F9): once an hour; less often when the server
says so; after failures ever longer waits up to a day, never the end. Jitter (0 to 1, passed
in) keeps feeds of one host from meeting for ever.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from digests import paging
from digests.errors import FeedError
from digests.feed import Back, Feed, FeedUpdate, Fetched, News, Reading, Unchanged
from digests.item import JudgedItem

INTERVAL = timedelta(hours=1)
FIRST_WAIT = timedelta(hours=2)
LONGEST_WAIT = timedelta(days=1)
TELL_AFTER = timedelta(days=1)
ARCHIVE_AGE = timedelta(weeks=4)  # of posts when a feed is new: too old for a digest
MOVES_BELIEVED = 3  # the same permanent redirect three times running (F8)
_SPREAD = 0.1


def after_success(
    feed: Feed,
    answer: Fetched | Unchanged,
    reading: Reading | None,
    known: Collection[str],
    *,
    now: datetime,
    jitter: float,
) -> FeedUpdate:
    """Return the feed with its next check, what is new on its page, and what is *known*.

    *reading* is None when the answer was Unchanged. A server's max-age longer than an hour is
    honoured, up to a day. When the page's oldest post is new, the feed is to be paged back.
    """
    wait = min(max(INTERVAL, answer.max_age or INTERVAL), LONGEST_WAIT)
    settled = replace(
        _moved(feed, answer.moved_to),
        next_check=now + min(wait * (1 + _SPREAD * jitter), LONGEST_WAIT),
        failures=0,
        failing_since=None,
        error=None,
        stopped=False,
        checked_at=now,
    )
    if not isinstance(answer, Fetched) or reading is None:
        return FeedUpdate(settled)
    new, seen = _apart(reading.items, known)
    shown = ids(reading)
    settled = replace(
        settled,
        title=reading.title or feed.title,
        etag=answer.etag,
        last_modified=answer.last_modified,
        changed_at=now if new or feed.changed_at is None else feed.changed_at,
    )
    oldest_known = bool(shown) and shown[-1] in known
    return FeedUpdate(paging.begun(feed, settled, answer, shown, known=oldest_known), new, seen)


def after_page(
    feed: Feed,
    answer: Fetched,
    reading: Reading,
    known: Collection[str],
    last: Sequence[str],
    *,
    now: datetime,
) -> FeedUpdate:
    """Return the feed turned to the page after this one of its archive, and the page's new items.

    *last*: the ids on the page before.
    """
    new, _ = _apart(reading.items, known)
    turned = paging.turned(feed, answer, ids(reading), known, last)
    changed = now if new else feed.changed_at
    return FeedUpdate(replace(turned, changed_at=changed), new, further=True)


def parts(
    before: Feed, update: FeedUpdate, now: datetime, *, page: bool = False
) -> tuple[FeedUpdate, ...]:
    """Return *update* as it is to be stored, one part after the other.

    *before*: the feed till then; *page*: this came from a page further back. When a feed is
    new, and when the whole of a site is read, posts of more than four weeks ago are kept apart
    from those that a digest is made of. They come first, with the feed as it was: a process
    that dies between the two reads the page again and loses nothing.
    """
    first = before.changed_at is None
    if not first and not (page and before.back_to is Back.ALL):
        return (update,)
    undated_is_old = not first
    old: list[JudgedItem] = []
    recent: list[JudgedItem] = []
    for each in update.items:
        published = each.item.published
        is_old = undated_is_old if published is None else now - published > ARCHIVE_AGE
        (old if is_old else recent).append(each)
    if not old:
        return (update,)
    return (
        FeedUpdate(before, tuple(old), archive=True, further=page),
        replace(update, items=tuple(recent)),
    )


def ids(reading: Reading) -> tuple[str, ...]:
    """Return the ids of a page's items, in its order."""
    return tuple(judged.item.item_id for judged in reading.items)


def after_failure(feed: Feed, error: FeedError, *, now: datetime, jitter: float) -> FeedUpdate:
    """Return the feed put off for longer; what it remembers of the last good answer stays.

    When the server says that it is gone for good, it is not asked again.
    """
    failures = feed.failures + 1
    put_off = replace(
        feed,
        failures=failures,
        failing_since=feed.failing_since or now,
        error=str(error.reason),
        stopped=feed.stopped or error.gone,
        checked_at=now,
        next_check=now + wait_after_failure(failures, error.retry_after, jitter=jitter),
    )
    return FeedUpdate(put_off)


def news(feed: Feed, now: datetime) -> News | None:
    """Return what coordinators have not heard of *feed* yet, or None.

    They hear once when it has been failing for a day, at once when it is gone for good, and
    once when it works again after that. Read from the feed as it is stored, not from what one
    attempt brought, so that a process that dies before it has told anybody loses nothing.
    """
    if feed.told:
        return News.BACK if feed.failing_since is None and not feed.stopped else None
    if feed.stopped:
        return News.GONE
    if feed.failing_since is not None and now - feed.failing_since >= TELL_AFTER:
        return News.FAILING
    return None


def wait_after_failure(failures: int, retry_after: timedelta | None, *, jitter: float) -> timedelta:
    """Return how long to leave a feed alone after its *failures*-th failure in a row.

    Doubles from two hours (failures=1) up to a day, made up to a tenth shorter by *jitter*. A
    longer *retry_after* from the server wins, up to the same day. Source: RFC 9110 section
    10.2.3; limits: decision 7.

    Raises:
        ValueError: *failures* is below 1.
    """
    if failures < 1:
        raise ValueError(f"failures must be at least 1, not {failures}")
    doubled: timedelta = min(FIRST_WAIT * 2 ** min(failures - 1, 10), LONGEST_WAIT)
    return min(max(doubled * (1 - _SPREAD * jitter), retry_after or timedelta()), LONGEST_WAIT)


def _moved(feed: Feed, moved_to: str | None) -> Feed:
    """Count the same permanent redirect; believe it the third time."""
    if moved_to is None:
        return replace(feed, moved_to=None, moves=0)
    moves = feed.moves + 1 if moved_to == feed.moved_to else 1
    if moves >= MOVES_BELIEVED:
        return replace(feed, url=moved_to, moved_to=None, moves=0)
    return replace(feed, moved_to=moved_to, moves=moves)


def _apart(
    items: Collection[JudgedItem], known: Collection[str]
) -> tuple[tuple[JudgedItem, ...], tuple[JudgedItem, ...]]:
    """Return what is new and what is *known*, each item once."""
    first: dict[str, JudgedItem] = {}
    for judged in items:
        first.setdefault(judged.item.item_id, judged)
    new = tuple(each for name, each in first.items() if name not in known)
    return new, tuple(each for name, each in first.items() if name in known)
