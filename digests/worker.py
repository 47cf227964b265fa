"""Parsing and judging in a process of its own, so that a big or hostile feed stops nobody.

The process is started by the first feed, works on one at a time, and is ended and started
anew when it hangs. Only there are feedparser, scikit-learn and the rules imported: the bot
stays small. There the judge learns, when the process starts and when coordinators decided more.
"""

import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from digests.errors import ParseError
from digests.examples import Example
from digests.feed import Reading, Trust
from digests.topics import Interests
from locales.errors import N_, Text

if TYPE_CHECKING:
    from digests.judge import Learned

log = logging.getLogger(__name__)
TIMEOUT = timedelta(seconds=5)
START_TIMEOUT = timedelta(seconds=60)
BREAKS_UNTIL_REST = 3  # deaths in a row: one feed may kill its process, not every one after it
REST = timedelta(minutes=5)  # less than from one round to the next
_NOTHING: Mapping[str, str | None] = {}
_STOPPED = Text(N_("The feed could not be read: the worker stopped."))


@dataclass(frozen=True, slots=True)
class _Refused:
    """Why there is no reading; *error*: the type of what was raised for it, if anything was."""

    reason: Text
    error: str | None


@dataclass(frozen=True, slots=True)
class _Manner:
    """How a feed is to be read; *words*: what is stored of it, as for `reading.read_feed`."""

    interests: Interests
    trust: Trust
    words: Mapping[str, str | None]


def _one_process() -> Executor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(max_workers=1, mp_context=context)


class WorkerReader:
    """A `digests.feed.Reader` in a worker process; close it after use.

    When the process cannot start, or dies three times running, no feed is read for five
    minutes: each would only cost another start. *clock*: seconds, of any beginning.
    """

    def __init__(
        self,
        interests: Interests,
        *,
        timeout: timedelta = TIMEOUT,
        start_pool: Callable[[], Executor] = _one_process,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._interests = interests
        self._timeout = timeout
        self._start_pool = start_pool
        self._clock = clock
        self._pool: Executor | None = None
        self._pid = 0
        self._turn = asyncio.Lock()
        self._examples: tuple[Example, ...] = ()
        self._taught: tuple[Example, ...] = ()
        self._breaks = 0
        self._rests_until: float | None = None

    def learn(self, examples: Sequence[Example]) -> None:
        """Let the judge learn from what coordinators decided, before the next feed is read.

        The whole of it each time; what has not changed costs nothing.
        """
        self._examples = tuple(examples)

    async def start(self) -> None:
        """Start the process now, so that the first feed need not wait for it.

        What goes wrong is logged, and told to whoever reads the first feed.
        """
        async with self._turn:
            with contextlib.suppress(ParseError):
                await self._started("")

    async def read(
        self,
        body: bytes,
        url: str,
        now: datetime,
        trust: Trust = Trust.WATCHED,
        words: Mapping[str, str | None] = _NOTHING,
    ) -> Reading:
        """Return the feed's items with their verdicts; what reads as in *words* is not judged.

        Raises:
            ParseError: no feed that we read, the worker needed more than five seconds, or
                there is no worker.
        """
        async with self._turn:
            pool = await self._started(url)
            try:
                loop = asyncio.get_running_loop()
                async with asyncio.timeout(self._timeout.total_seconds()):
                    found = await loop.run_in_executor(
                        pool, _read, body, url, now, _Manner(self._interests, trust, dict(words))
                    )
            except TimeoutError as exc:
                self.close()
                raise ParseError(url, Text(N_("The feed takes too long to read."))) from exc
            except BrokenProcessPool as exc:
                self._broke(self._breaks + 1)
                raise ParseError(url, _STOPPED) from exc
            self._breaks = 0
        if isinstance(found, _Refused):
            # the type only: what was raised may repeat the feed's words
            log.info("feed not read", extra={"error": found.error})
            raise ParseError(url, found.reason)
        return found

    def close(self) -> None:
        """End the worker process at once; the next feed starts a new one."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        pool.shutdown(wait=False, cancel_futures=True)
        if self._pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)  # one that hangs does not listen to less
            self._pid = 0

    async def _started(self, url: str) -> Executor:
        if self._pool is not None and self._taught == self._examples:
            return self._pool
        if (
            self._pool is None
            and self._rests_until is not None
            and self._clock() < self._rests_until
        ):
            raise ParseError(url, _STOPPED)
        try:
            pool = self._pool = self._pool or self._start_pool()
            loop, examples = asyncio.get_running_loop(), self._examples
            async with asyncio.timeout(START_TIMEOUT.total_seconds()):
                self._pid = await loop.run_in_executor(pool, _prepare, examples)
            self._taught = examples
        except (OSError, BrokenProcessPool) as exc:  # a TimeoutError is an OSError
            log.warning("feed worker not started", extra={"error": type(exc).__name__})
            self._broke(BREAKS_UNTIL_REST)
            raise ParseError(url, _STOPPED) from exc
        return pool

    def _broke(self, breaks: int) -> None:
        """End what is left of the worker; after enough breaks in a row none starts for a while."""
        self.close()
        self._breaks = breaks
        if breaks >= BREAKS_UNTIL_REST:
            self._breaks, self._rests_until = 0, self._clock() + REST.total_seconds()


_learned: "Learned | None" = None  # of the worker process; the bot's own has none


def _prepare(examples: Sequence[Example]) -> int:
    """Import what the work needs and let the judge learn; return the worker's process id."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to end
    global _learned  # noqa: PLW0603  (one model for one process)
    # 150 MB that only the worker should hold
    from digests import classifier, reading  # noqa: F401, PLC0415

    _learned = classifier.trained(examples).likeness
    return os.getpid()


def _read(body: bytes, url: str, now: datetime, manner: _Manner) -> Reading | _Refused:
    """Return the reading, or why there is none (an exception would not survive pickling)."""
    from digests.judge import Known  # noqa: PLC0415  (see _prepare)
    from digests.reading import read_feed  # noqa: PLC0415

    try:
        known = Known(manner.interests, now.date(), _learned)
        return read_feed(body, url, now, known, manner.trust, manner.words)
    except ParseError as problem:
        cause = problem.__cause__
        return _Refused(problem.reason, type(cause).__name__ if cause is not None else None)
