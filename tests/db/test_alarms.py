"""Alarms on both databases: what was told, and copies that leave though nobody sends."""

from datetime import timedelta

import db.alarms
import db.figures
import db.leases
import db.outbox
from delivery.model import CampaignState, Content, Kind
from delivery.policy import FROM_BACKUP
from locales.errors import Text

DISK = Text("The disk is full.")


async def tell(session, name, now, chats=()):
    await db.outbox.open_campaign(session, name, Kind.NOTICE, now)
    await db.outbox.enqueue(session, name, "en", Content(("hello",)), chats, now)


async def test_the_latest_alarm_of_each_trouble_is_known(sessions, now):
    later = now + timedelta(hours=1)
    async with sessions.begin() as session:
        await tell(session, db.alarms.name("disk", 9), now)
        await tell(session, db.alarms.name("disk", 9, over=True), later)
        await tell(session, db.alarms.name("disk", 10), later)
        await db.alarms.note(session, db.alarms.name("disk", 10), DISK)
        await tell(session, db.alarms.name("queue", 1), now)
        await tell(session, db.alarms.name("queue", 1, over=True), later)
        await tell(session, "notice:feed:1", now)
        found = await db.alarms.latest(session)
        assert set(found) == {"disk", "queue"}
        assert (found["disk"].number, found["disk"].is_over) == (10, False)
        assert (found["disk"].began_at, found["disk"].text) == (later, DISK)
        assert found["queue"].is_over is True
        await db.outbox.set_state(
            session, db.alarms.name("disk", 10), CampaignState.HELD, FROM_BACKUP, later
        )
        assert (await db.alarms.latest(session))["disk"].text is None, "why it is held is not it"


async def test_only_alarms_are_claimed_and_by_one(sessions, now):
    async with sessions.begin() as session:
        await tell(session, "notice:1", now, [7])
        await tell(session, db.alarms.name("x" * 80, 1), now, [7, 8])
    async with sessions.begin() as session:
        parcels = await db.alarms.claim(session, 10, now)
        assert [each.chat_id for each in parcels] == [7, 8]
        assert await db.alarms.claim(session, 10, now) == []
        assert await db.outbox.start(session, parcels, now) == {each.id for each in parcels}
        (other,) = await db.outbox.claim(session, 10, now)
        assert other.campaign == "notice:1"


async def test_figures_are_counts(sessions, now):
    async with sessions.begin() as session:
        await tell(session, "notice:1", now, [7, 8])
        await db.leases.acquire(session, "jobs", "me", now, timedelta(seconds=20))
    async with sessions() as session:
        found = await db.figures.figures(session, now)
        assert found == db.figures.Figures({("notice", "active"): 2}, {}, 0, led=True)
        assert not (await db.figures.figures(session, now + timedelta(minutes=1))).led
