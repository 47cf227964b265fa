"""The Protocols of digests and delivery on top of the queries; one method, one transaction."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from db import claims, edits, feeds, items
from db.engine import Sessions
from delivery.model import Parcel, Settlement
from digests.feed import Feed, FeedUpdate


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
