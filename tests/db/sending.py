"""Campaigns for the tests of the outbox."""

from collections.abc import Iterable
from datetime import datetime

from db import outbox
from db.engine import Sessions
from delivery.model import Content, Kind, Parcel, Tally

NAME = "broadcast:1"


async def a_campaign(
    sessions: Sessions,
    now: datetime,
    chats: Iterable[int],
    *,
    kind: Kind = Kind.URGENT,
    name: str = NAME,
    parts: tuple[str, ...] = ("hello",),
) -> str:
    """Queue a campaign for the chats and return its name."""
    async with sessions.begin() as session:
        await outbox.open_campaign(session, name, kind, now)
        await outbox.enqueue(session, name, "en", Content(parts), chats, now)
    return name


async def tally(sessions: Sessions, name: str = NAME) -> Tally:
    """Return the campaign's tally."""
    async with sessions() as session:
        return await outbox.tally(session, name)


async def started(sessions: Sessions, now: datetime, limit: int = 100) -> list[Parcel]:
    """Claim and start copies, and return those that may go."""
    async with sessions.begin() as session:
        parcels = await outbox.claim(session, limit, now)
    async with sessions.begin() as session:
        ours = await outbox.start(session, parcels, now)
    return [parcel for parcel in parcels if parcel.id in ours]
