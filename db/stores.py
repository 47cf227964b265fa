"""The Protocols of digests and delivery on top of the queries; one method, one transaction."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from db import claims, edits, feeds, items, leases
from db.engine import AWAY, Sessions, is_away
from delivery.model import Parcel, Settlement
from digests.feed import Feed, FeedUpdate

log = logging.getLogger(__name__)

SETTLE_FOR = timedelta(minutes=2)  # well within the time for which a copy is claimed
_SETTLE_AGAIN = 0.2  # seconds; soon, for who takes over sends again what is not settled


class SqlFeedStore:
    """A `digests.feed.FeedStore` in the database."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._storing = asyncio.Lock()

    async def due(self, now: datetime, limit: int) -> Sequence[Feed]:
        """Return the feeds whose next check has come, longest overdue first."""
        async with self._sessions() as session:
            return await feeds.due(session, now, limit)

    async def words(self, feed_id: int) -> Mapping[str, str | None]:
        """Return the fingerprints of the feed's newest items, by its ids of them."""
        async with self._sessions() as session:
            return await feeds.words(session, feed_id)

    async def known(self, feed_id: int, item_ids: Sequence[str]) -> set[str]:
        """Return those of *item_ids* that are stored already."""
        async with self._sessions() as session:
            return await items.known(session, feed_id, item_ids)

    async def apply(self, update: FeedUpdate, now: datetime) -> int:
        """Store the feed and what its page shows together; return how many items were new.

        When the feed is followed no more, nothing is stored. One feed after the other: of two
        that bring a story at once neither would see the other's, and it would be told twice.
        """
        async with self._storing, self._sessions.begin() as session:
            if not await feeds.save(session, update.feed):
                return 0
            page = [each.item.item_id for each in (*update.items, *update.seen)]
            new = await items.add(
                session, update.feed.id, update.items, now, archive=update.archive, page=page
            )
            await edits.follow(session, update, now)
            return new


class SqlOutbox:
    """A `delivery.model.Outbox` in the database."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def claim(self, limit: int, now: datetime) -> Sequence[Parcel]:
        """Take up to *limit* due parcels, oldest first, for five minutes."""
        async with self._sessions.begin() as session:
            return await claims.claim(session, limit, now)

    async def start(self, parcels: Sequence[Parcel], now: datetime) -> set[int]:
        """Mark as sending just before the call; return the ids that are still ours."""
        async with self._sessions.begin() as session:
            return await claims.start(session, parcels, now)

    async def settle(self, settlements: Sequence[Settlement], now: datetime) -> None:
        """Record what became of the started parcels."""
        async with self._sessions.begin() as session:
            await claims.settle(session, settlements, now)

    async def release(self, parcels: Sequence[Parcel], now: datetime) -> None:
        """Give back claimed parcels that have not started; those that are not ours stay."""
        async with self._sessions.begin() as session:
            await claims.release(session, parcels, now)


class LeaderOutbox(SqlOutbox):
    """The outbox of a process that sends only while it holds a lease.

    *fence* gives the lease that this process believes to hold, None when it must not go on. The
    database is asked too, in the transaction that claims or starts, so a process that was
    asleep while another took over starts nothing.

    Settling needs no lease: what Telegram has answered is so whoever asks, and the number of the
    claim keeps it off copies that another process has in hand. While the database is away it is
    tried again for two minutes, for a copy that is not settled may be sent twice.
    """

    def __init__(
        self,
        sessions: Sessions,
        fence: Callable[[], leases.Fence | None],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """*sleep* takes seconds; tests pass another one."""
        super().__init__(sessions)
        self._fence = fence
        self._sleep = sleep

    async def claim(self, limit: int, now: datetime) -> Sequence[Parcel]:
        """Take due parcels; none when another process leads."""
        if (fence := self._fence()) is None:
            return ()
        async with self._sessions.begin() as session:
            held = await leases.holds(session, fence)
            return await claims.claim(session, limit, now) if held else ()

    async def start(self, parcels: Sequence[Parcel], now: datetime) -> set[int]:
        """Mark as sending; nothing when another process leads: it has the claims."""
        if (fence := self._fence()) is None:
            return set()
        async with self._sessions.begin() as session:
            held = await leases.holds(session, fence)
            return await claims.start(session, parcels, now) if held else set()

    async def settle(self, settlements: Sequence[Settlement], now: datetime) -> None:
        """Record outcomes, with or without the lease; waits for a database that is away."""
        tries = int(SETTLE_FOR.total_seconds() / _SETTLE_AGAIN)
        for left in range(tries, -1, -1):
            try:
                return await super().settle(settlements, now)
            except AWAY as error:
                if left == 0 or not is_away(error):
                    raise
                if left == tries:
                    log.warning("outcomes wait for the database", extra={"n": len(settlements)})
            await self._sleep(_SETTLE_AGAIN)
        return None
