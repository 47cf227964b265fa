"""Figures for monitoring that are counted in this process; `bot.figures` has the others.

Labels are kinds, states and names of jobs and methods, never a person, a chat or a campaign.
"""

import time
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.lanes import Lanes
from bot.signs import Signs
from delivery.model import Outbox, Parcel, Settlement
from delivery.policy import after

Settled = Callable[[Sequence[Settlement], datetime], None]

_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)  # seconds
_QUERY = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30)
_TOO_MANY, _OUR_FAULT, _WRONG_TOKEN, _THEIR_FAULT = 429, 400, 401, 500
_PROMPT = 2.0  # seconds: a later answer says too little of the time
_SHOWS = ("send", "edit", "answerInlineQuery")  # calls by which a person sees an answer


@dataclass(slots=True)
class _Waiting:
    """Somebody who waits for an answer since *since*, on the clock of `time.monotonic`."""

    since: float | None


_waiting: ContextVar[_Waiting | None] = ContextVar("waiting", default=None)


class Metrics:
    """What this process counts. Everything goes into *registry*, nothing is global."""

    def __init__(
        self, registry: CollectorRegistry, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """*clock* gives seconds, for how long Telegram has been silent."""
        self.registry = registry
        self._clock = clock
        self.clock_off: timedelta | None = None  # of this machine against Telegram's
        self._failing: tuple[float, float] | None = None  # since when, and until when at least
        self._calls = Counter(
            "fingerpost_telegram_calls",
            "Calls of the Bot API; “flood” is status 429.",
            ["method", "answer"],
            registry=registry,
        )
        self._call_seconds = Histogram(
            "fingerpost_telegram_call_seconds",
            "How long calls of the Bot API took.",
            ["method"],
            buckets=_QUICK,
            registry=registry,
        )
        self._answer_seconds = Histogram(
            "fingerpost_answer_seconds",
            "From an update's arrival here to the first message, edit or result it caused.",
            buckets=_QUICK,
            registry=registry,
        )
        self._settled = Counter(
            "fingerpost_copies_settled",
            "Copies of messages by what became of them; “queued”: to be tried again.",
            ["kind", "outcome"],
            registry=registry,
        )
        self._query_seconds = Histogram(
            "fingerpost_database_seconds",
            "How long statements took in the database.",
            buckets=_QUERY,
            registry=registry,
        )
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)

    def called(self, url: str, status: int | None, seconds: float, date: str | None) -> None:
        """Count a call of the Bot API; *status* None: no answer. See `bot.transport.Called`."""
        method = _method(url)
        self._calls.labels(method, _answer(status)).inc()
        self._call_seconds.labels(method).observe(seconds)
        self._hear(status)
        if status is not None and status < _OUR_FAULT:
            self._answered(method)
        if date is not None and seconds < _PROMPT:
            self._compare(date)

    @property
    def signs(self) -> Signs:
        """What the calls so far say of Telegram and of this machine's clock."""
        silent = None if self._failing is None else self._failing[1] - self._failing[0]
        return Signs(self.clock_off, None if silent is None else timedelta(seconds=silent))

    def settled(self, settlements: Sequence[Settlement], now: datetime) -> None:
        """Count what became of copies."""
        for each in settlements:
            then = after(each.parcel, each.outcome, now)
            self._settled.labels(each.parcel.kind.value, then.status.value).inc()

    def watch_database(self, engine: AsyncEngine) -> None:
        """Measure each statement on *engine*."""

        def before(_connection: Any, *rest: Any) -> None:  # Any: SQLAlchemy's six arguments
            rest[3]._fingerpost_began = time.monotonic()  # noqa: SLF001  (ours, on its context)

        def done(_connection: Any, *rest: Any) -> None:  # Any: likewise
            self._query_seconds.observe(time.monotonic() - rest[3]._fingerpost_began)  # noqa: SLF001

        event.listen(engine.sync_engine, "before_cursor_execute", before)
        event.listen(engine.sync_engine, "after_cursor_execute", done)

    def _answered(self, method: str) -> None:
        waiting = _waiting.get()
        if waiting is not None and waiting.since is not None and method.startswith(_SHOWS):
            self._answer_seconds.observe(time.monotonic() - waiting.since)
            waiting.since = None  # the first one counts

    def _hear(self, status: int | None) -> None:
        """Note for how long Telegram has not answered; a refusal is an answer, but of the token."""
        if status is not None and status < _THEIR_FAULT and status != _WRONG_TOKEN:
            self._failing = None
            return
        now = self._clock()
        self._failing = (now if self._failing is None else self._failing[0], now)

    def _compare(self, date: str) -> None:
        try:
            theirs = parsedate_to_datetime(date).timestamp()
        except ValueError:
            return
        self.clock_off = timedelta(seconds=time.time() - theirs)


class TimedLanes(Lanes):
    """Lanes that note when work came, the wait for its turn included."""

    def start(self, key: Hashable, work: Callable[[], Awaitable[None]]) -> Any:  # Any: the task
        """Start *work* in its turn, as `Lanes.start`."""
        waiting = _Waiting(time.monotonic())

        async def timed() -> None:
            _waiting.set(waiting)
            await work()

        return super().start(key, timed)


class Counted:
    """An outbox that tells *settled* what became of copies."""

    def __init__(self, outbox: Outbox, settled: Settled) -> None:
        self._outbox = outbox
        self._settled = settled

    async def claim(self, limit: int, now: datetime) -> Sequence[Parcel]:
        """Take due parcels."""
        return await self._outbox.claim(limit, now)

    async def start(self, parcels: Sequence[Parcel], now: datetime) -> set[int]:
        """Mark as sending."""
        return await self._outbox.start(parcels, now)

    async def settle(self, settlements: Sequence[Settlement], now: datetime) -> None:
        """Record outcomes, then count them."""
        await self._outbox.settle(settlements, now)
        self._settled(settlements, now)

    async def release(self, parcels: Sequence[Parcel], now: datetime) -> None:
        """Give claims back."""
        await self._outbox.release(parcels, now)


def _method(url: str) -> str:
    """Return the method in the address of a call: never a file's name, never the token."""
    method = url.rpartition("/")[2]
    if "/file/bot" in url or not method.isidentifier():
        return "file"
    return "getUpdates" if method == "get__updates" else method


def _answer(status: int | None) -> str:
    if status is None:
        return "none"
    if status == _TOO_MANY:
        return "flood"
    if status >= _THEIR_FAULT:
        return "failed"
    return "refused" if status >= _OUR_FAULT else "ok"
