"""One round over the feeds that are due: fetch, read, plan, store; and page back over gaps.

At most 32 at once, one at a time for a host, with a pause between the pages of a site. A feed
that fails is recorded and never stops the round.
"""

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from digests import paging, plan
from digests.errors import FeedError, ParseError
from digests.feed import Feed, FeedStore, FeedUpdate, Fetched, Fetcher, Reader, Reading
from digests.item import Decision

log = logging.getLogger(__name__)
AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Pace:
    """What a round does by chance and by waiting.

    *jitter* gives a number from 0 to 1 for each feed; *sleep* waits for seconds, between two
    pages of a site.
    """

    jitter: Callable[[], float] = random.random
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep


_USUAL = Pace()


@dataclass(slots=True)
class Round:
    """What a round came to.

    *checked* feeds, of which *unchanged* had nothing to say and *failed* did not answer well;
    *new* items stored, of which *held* as spam and *waiting* for a coordinator. *pages*:
    how many were read beyond the first ones.
    """

    checked: int = 0
    unchanged: int = 0
    new: int = 0
    held: int = 0
    waiting: int = 0
    pages: int = 0
    failed: list[Feed] = field(default_factory=list)


async def refresh_due(
    store: FeedStore,
    fetcher: Fetcher,
    reader: Reader,
    *,
    now: datetime,
    limit: int,
    pace: Pace = _USUAL,
) -> Round:
    """Check up to *limit* feeds that are due at *now*; return what happened.

    Errors of the store are not caught.
    """
    feeds = await store.due(now, limit)
    hosts: defaultdict[str, list[Feed]] = defaultdict(list)
    for feed in feeds:
        hosts[host(feed.url)].append(feed)
    places = asyncio.Semaphore(AT_ONCE)
    turn = _Turn(store, fetcher, reader, now, pace.jitter, Round())

    async def one_host(waiting: list[Feed]) -> None:
        for feed in waiting:
            async with places:
                checked, shown = await turn.check(feed)
            for _ in range(paging.PAGES_A_ROUND):
                if checked.back_url is None or checked.failures:
                    break
                await pace.sleep(paging.PAUSE.total_seconds())
                async with places:
                    checked, shown = await turn.page(checked, shown)

    async with asyncio.TaskGroup() as tasks:
        for waiting in hosts.values():
            tasks.create_task(one_host(waiting))
    done = turn.done
    log.info(
        "feeds checked",
        extra={"checked": done.checked, "failed": len(done.failed), "new": done.new},
    )
    return done


def host(url: str) -> str:
    """Return the name of the site that answers for *url*: one request at a time goes to it."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one feed's turn in a round needs; *done* counts for all of them."""

    store: FeedStore
    fetcher: Fetcher
    reader: Reader
    now: datetime
    jitter: Callable[[], float]
    done: Round

    async def check(self, feed: Feed) -> tuple[Feed, Sequence[str]]:
        """Read the feed's first page; return the feed as it is now and the ids on the page."""
        shown: Sequence[str] = ()
        try:
            answer = await self.fetcher.fetch(feed)
            reading, known = None, set[str]()
            if isinstance(answer, Fetched):
                reading, known = await self._read(feed, answer)
                shown = plan.ids(reading)
        except FeedError as problem:
            log.info("feed failed", extra={"feed_id": feed.id, "gone": problem.gone})
            update = plan.after_failure(feed, problem, now=self.now, jitter=self.jitter())
        else:
            update = plan.after_success(
                feed, answer, reading, known, now=self.now, jitter=self.jitter()
            )
        self._count(update)
        await self._store(plan.parts(feed, update, self.now))
        return update.feed, shown

    async def page(self, feed: Feed, last: Sequence[str]) -> tuple[Feed, Sequence[str]]:
        """Read the page further back that *feed* points to; return as `check` does."""
        assert feed.back_url is not None
        shown: Sequence[str] = ()
        try:
            answer = await self.fetcher.fetch(
                replace(feed, url=feed.back_url, etag=None, last_modified=None)
            )
            if not isinstance(answer, Fetched):  # nobody asked it to compare
                raise ParseError(feed.back_url, paging.NOTHING)
            reading, known = await self._read(feed, answer)
        except FeedError as problem:
            log.info("page not read", extra={"feed_id": feed.id, "page": feed.back_page})
            update = FeedUpdate(paging.interrupted(feed, problem, self.now))
        else:
            shown = plan.ids(reading)
            update = plan.after_page(feed, answer, reading, known, last, now=self.now)
            self.done.pages += 1
        await self._store(plan.parts(feed, update, self.now, page=True))
        return update.feed, shown

    async def _read(self, feed: Feed, answer: Fetched) -> tuple[Reading, set[str]]:
        words = await self.store.words(feed.id)
        reading = await self.reader.read(answer.body, answer.url, self.now, feed.trust, words)
        strange = [each for each in plan.ids(reading) if each not in words]
        older = await self.store.known(feed.id, strange) if words and strange else set[str]()
        return reading, older.union(words)

    async def _store(self, parts: Sequence[FeedUpdate]) -> None:
        for part in parts:
            stored = await self.store.apply(part, self.now)
            self.done.new += stored  # not with the await: others add meanwhile
            if not part.archive:
                decisions = [judged.verdict.decision for judged in part.items]
                self.done.held += decisions.count(Decision.REJECT)
                self.done.waiting += decisions.count(Decision.REVIEW)

    def _count(self, update: FeedUpdate) -> None:
        self.done.checked += 1
        if update.feed.failures:
            self.done.failed.append(update.feed)
        elif not update.items:
            self.done.unchanged += 1
