"""Newcomers who stop between the approval of an update and its sending get nothing of it."""

from datetime import timedelta

import pytest

from db import alerts, broadcasts, outbox, people, reports
from db.models import AlertRow
from delivery.broadcast import Audience, Narrowing, Shape
from delivery.model import Content, Failed, Kind, Sent, Settlement, TryLater

FOOD_EAST = Narrowing(needs=("food",), districts=("east",))
ASKED = ((1, "food", "east"), (2, "food", ""), (2, "esol", "east"), (3, "food", "east"))


@pytest.fixture
async def queued(sessions, now):
    """An update for those who asked for food in the east, and one for everybody."""
    async with sessions.begin() as session:
        for chat, need, district in ASKED:
            session.add(
                AlertRow(
                    chat_id=chat,
                    need=need,
                    district=district,
                    language="en",
                    created_on=now.date(),
                )
            )
        for audience, only in ((Audience.ALERTS, FOOD_EAST), (Audience.EVERYONE, Narrowing())):
            number = await broadcasts.create(
                session,
                author_id=9,
                texts={"en": "x"},
                audience=audience,
                now=now,
                shape=Shape(only=only),
            )
            name = f"broadcast:{number}"
            await outbox.open_campaign(session, name, Kind.URGENT, now)
            await outbox.enqueue(session, name, "en", Content(("x",)), (1, 2, 3), now)
    return sessions


async def stops(session, chat, now):
    await alerts.stop(session, chat, now=now)


async def test_who_stops_everything_gets_nothing_of_it(queued, now):
    async with queued.begin() as session:
        await stops(session, 1, now)
        news, other = [await outbox.tally(session, f"broadcast:{n}") for n in (1, 2)]
    assert (news.queued, news.skipped) == (2, 1)
    assert other.queued == 3, "what else the person gets stays"


async def test_a_claimed_copy_does_not_start(queued, now):
    async with queued.begin() as session:
        parcels = await outbox.claim(session, 10, now)
        await stops(session, 1, now)
        started = await outbox.start(session, parcels, now)
    left = {(each.campaign, each.chat_id) for each in parcels if each.id in started}
    assert ("broadcast:1", 1) not in left
    assert len(left) == 5


async def test_a_copy_on_its_way_is_not_tried_again(queued, now):
    async with queued.begin() as session:
        parcels = await outbox.claim(session, 10, now)
        await outbox.start(session, parcels, now)
        await stops(session, 1, now)
    later = TryLater(timedelta(seconds=5), "flood", flood=True)
    async with queued.begin() as session:
        await outbox.settle(session, [Settlement(each, later, 0) for each in parcels], now)
        again = await outbox.claim(session, 10, now + timedelta(seconds=5))
    assert {each.chat_id for each in again if each.campaign == "broadcast:1"} == {2, 3}
    assert {each.chat_id for each in again if each.campaign == "broadcast:2"} == {1, 2, 3}


async def test_after_a_crash_it_is_not_sent_again(queued, now):
    async with queued.begin() as session:
        parcels = await outbox.claim(session, 10, now)
        await outbox.start(session, parcels, now)
        await stops(session, 1, now)
        recovered = await outbox.recover(session, now, all_claims=True)
        tally = await outbox.tally(session, "broadcast:1")
    assert (recovered.again, recovered.unknown) == (5, 1)
    assert (tally.queued, tally.unknown) == (2, 1)


async def test_a_retry_by_hand_leaves_them_out(queued, now):
    async with queued.begin() as session:
        parcels = await outbox.claim(session, 10, now)
        await outbox.start(session, parcels, now)
        done = [
            Settlement(each, Failed("no"), 0)
            if each.campaign == "broadcast:1"
            else Settlement(each, Sent((1,)), 1, (1,))
            for each in parcels
        ]
        await outbox.settle(session, done, now)
        await stops(session, 1, now)
        assert await reports.retry_failed(session, "broadcast:1", now) == 2


async def test_forget_in_between(queued, now):
    async with queued.begin() as session:
        await people.forget(session, 2, now=now)
        tally = await outbox.tally(session, "broadcast:1")
    assert (tally.queued, tally.skipped) == (2, 1)
