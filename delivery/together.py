"""An outbox whose users share transactions: what comes while one is open goes into the next.

So a copy is marked and settled at once when there is little to do, and a hundred with one
commit when there is much, whatever a commit costs. Nobody waits for others to come.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Generic, TypeVar

from delivery.model import Outbox, Parcel, Settlement

T = TypeVar("T")
R = TypeVar("R")


class Together:
    """A `delivery.model.Outbox` that hands on to another, one transaction after the other.

    When a shared transaction fails, all who share it get the error.
    """

    def __init__(self, outbox: Outbox) -> None:
        """*outbox* does the work."""
        self._outbox = outbox
        self._turn = asyncio.Lock()
        self._starts = _Shared(outbox.start, self._turn)
        self._settles = _Shared(outbox.settle, self._turn)

    async def claim(self, limit: int, now: datetime) -> Sequence[Parcel]:
        """Take up to *limit* due parcels."""
        async with self._turn:
            return await self._outbox.claim(limit, now)

    async def start(self, parcels: Sequence[Parcel], now: datetime) -> set[int]:
        """Mark as sending; return the ids that are still ours."""
        ours = await self._starts.do(parcels, now)
        return {parcel.id for parcel in parcels if parcel.id in ours}

    async def settle(self, settlements: Sequence[Settlement], now: datetime) -> None:
        """Record what became of the started parcels."""
        await self._settles.do(settlements, now)

    async def release(self, parcels: Sequence[Parcel], now: datetime) -> None:
        """Give back claimed parcels that have not started."""
        async with self._turn:
            await self._outbox.release(parcels, now)


class _Shared(Generic[T, R]):
    """One kind of transaction; callers that wait for the turn share it."""

    def __init__(
        self, work: Callable[[Sequence[T], datetime], Awaitable[R]], turn: asyncio.Lock
    ) -> None:
        self._work = work
        self._turn = turn
        self._waiting: list[T] = []
        self._now = datetime.min.replace(tzinfo=UTC)
        self._next: asyncio.Task[R] | None = None

    async def do(self, each: Sequence[T], now: datetime) -> R:
        """Return what the work on *each*, and on what others bring, returns."""
        self._waiting.extend(each)
        self._now = now  # of who comes last: a wait must not begin before its answer came
        if self._next is None:
            self._next = asyncio.create_task(self._do())
        # who gives up waiting must not stop what the others wait for
        return await asyncio.shield(self._next)

    async def _do(self) -> R:
        async with self._turn:
            all_, self._waiting, self._next = self._waiting, [], None
            return await self._work(all_, self._now)
