"""Parsing and judging in a process of its own, so that a big or hostile feed stops nobody.

The process is started by the first feed, works on one at a time, and is ended and started
anew when it hangs. Only there are feedparser and the rules imported: the bot stays small.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime, timedelta

from digests.errors import ParseError
from digests.model import Interests, Reading
from locales.errors import N_, Text

TIMEOUT = timedelta(seconds=5)
START_TIMEOUT = timedelta(seconds=60)


class WorkerReader:
    """A `digests.model.Reader` in a worker process; close it after use."""

    def __init__(self, interests: Interests, *, timeout: timedelta = TIMEOUT) -> None:
        self._interests = interests
        self._timeout = timeout
        self._pool: ProcessPoolExecutor | None = None
        self._pid = 0
        self._turn = asyncio.Lock()

    async def read(self, body: bytes, url: str, now: datetime) -> Reading:
        """Return the feed's items with their verdicts.

        Raises:
            ParseError: no feed that we read, or the worker needed more than five seconds.
        """
        async with self._turn:
            try:
                pool = await self._started()
                loop = asyncio.get_running_loop()
                async with asyncio.timeout(self._timeout.total_seconds()):
                    found = await loop.run_in_executor(pool, _read, body, url, now, self._interests)
            except TimeoutError as exc:
                self.close()
                raise ParseError(url, Text(N_("The feed takes too long to read."))) from exc
            except BrokenProcessPool as exc:
                self.close()
                reason = N_("The feed could not be read: the worker stopped.")
                raise ParseError(url, Text(reason)) from exc
        if isinstance(found, Text):
            raise ParseError(url, found)
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

    async def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(max_workers=1, mp_context=context)
            loop = asyncio.get_running_loop()
            async with asyncio.timeout(START_TIMEOUT.total_seconds()):
                self._pid = await loop.run_in_executor(self._pool, _prepare)
        return self._pool


def _prepare() -> int:
    """Import what the work needs; return the worker's process id."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to end
    from digests import reading  # noqa: F401, PLC0415  (60 MB that only the worker should hold)

    return os.getpid()


def _read(body: bytes, url: str, now: datetime, interests: Interests) -> Reading | Text:
    """Return the reading, or why there is none (an exception would not survive pickling)."""
    from digests.reading import read_feed  # noqa: PLC0415  (see _prepare)

    try:
        return read_feed(body, url, now, interests)
    except ParseError as problem:
        return problem.reason
