"""One round over the feeds that are due: fetch, read, plan, store.

At most eight at once and one at a time for a host. A feed that fails is recorded and never
stops the round.
"""

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from digests import plan
from digests.errors import FeedError
from digests.model import (
    Decision,
    Feed,
    FeedStore,
    FeedUpdate,
    Fetched,
    Fetcher,
    Reader,
)

log = logging.getLogger(__name__)
AT_ONCE = 8


@dataclass(slots=True)
class Round:
    """What a round came to.

    *checked* feeds, of which *unchanged* had nothing to say and *failed* did not answer well;
    *new* items stored, of which *held* as spam and *waiting* for a coordinator.
    """

    checked: int = 0
    unchanged: int = 0
    new: int = 0
    held: int = 0
    waiting: int = 0
    failed: list[Feed] = field(default_factory=list)


async def refresh_due(
    store: FeedStore,
    fetcher: Fetcher,
    reader: Reader,
    *,
    now: datetime,
    limit: int,
    jitter: Callable[[], float] = random.random,
) -> Round:
    """Check up to *limit* feeds that are due at *now*; return what happened.

    *jitter* gives a number from 0 to 1 for each feed. Errors of the store are not caught.
    """
    feeds = await store.due(now, limit)
    hosts: defaultdict[str, list[Feed]] = defaultdict(list)
    for feed in feeds:
        hosts[urlsplit(feed.url).hostname or ""].append(feed)
    places, done = asyncio.Semaphore(AT_ONCE), Round()

    async def one_host(waiting: list[Feed]) -> None:
        for feed in waiting:
            async with places:
                update = await _attempt(store, fetcher, reader, feed, now=now, jitter=jitter())
                _count(done, update, await store.apply(update, now))

    async with asyncio.TaskGroup() as tasks:
        for waiting in hosts.values():
            tasks.create_task(one_host(waiting))
    log.info(
        "feeds checked",
        extra={"checked": done.checked, "failed": len(done.failed), "new": done.new},
    )
    return done


async def _attempt(
    store: FeedStore,
    fetcher: Fetcher,
    reader: Reader,
    feed: Feed,
    *,
    now: datetime,
    jitter: float,
) -> FeedUpdate:
    try:
        answer = await fetcher.fetch(feed)
        reading, known = None, set[str]()
        if isinstance(answer, Fetched):
            reading = await reader.read(answer.body, answer.url, now)
            known = await store.known(feed.id, [j.item.item_id for j in reading.items])
    except FeedError as problem:
        log.info("feed failed", extra={"feed_id": feed.id, "gone": problem.gone})
        return plan.after_failure(feed, problem, now=now, jitter=jitter)
    return plan.after_success(feed, answer, reading, known, now=now, jitter=jitter)


def _count(done: Round, update: FeedUpdate, stored: int) -> None:
    done.checked += 1
    done.new += stored
    if update.feed.failures:
        done.failed.append(update.feed)
    elif not update.items:
        done.unchanged += 1
    decisions = [judged.verdict.decision for judged in update.items]
    done.held += decisions.count(Decision.REJECT)
    done.waiting += decisions.count(Decision.REVIEW)
