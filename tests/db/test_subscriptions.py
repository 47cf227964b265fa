"""What a chat chose about the digest, on both kinds of database."""

import pytest

from db import audiences, outbox, people, subscriptions
from delivery.broadcast import Audience
from delivery.model import Gone, Kind, Settlement
from digests.subscription import ChatKind, Frequency, Subscription
from people.model import Role
from tests.db.sending import a_campaign, started

GROUP, FORUM, CHANNEL = -5, -1006, -1007


@pytest.fixture
def today(now):
    return now.date()


async def test_a_group_gets_it_in_the_topic_that_was_named_last(sessions, today):
    async with sessions.begin() as session:
        for thread in (7, 8):
            await subscriptions.subscribe(
                session, FORUM, today=today, kind=ChatKind.GROUP, thread_id=thread
            )
        await subscriptions.set_language(session, FORUM, "ar")
        found = await subscriptions.find(session, FORUM)
    assert found == Subscription(FORUM, language="ar", kind=ChatKind.GROUP, thread_id=8)


async def test_how_often_and_when(sessions, now, today):
    async with sessions.begin() as session:
        for chat in (1, 2, 3):
            await subscriptions.subscribe(session, chat, today=today)
        assert await subscriptions.set_day(session, 1, 4)
        assert await subscriptions.set_hour(session, 1, 17)
        await subscriptions.set_frequency(session, 2, Frequency.DAILY, now=now)
        await subscriptions.set_frequency(session, 3, Frequency.URGENT, now=now)
        weekly, daily = Subscription(1, day=4, hour=17), Subscription(2, frequency=Frequency.DAILY)
        assert await subscriptions.active(session, Frequency.WEEKLY) == [weekly]
        assert await subscriptions.active(session, Frequency.DAILY) == [daily]
        everybody = await audiences.members(session, Audience.SUBSCRIBERS)
    assert [each.chat_id for each in everybody] == [1, 2, 3], "urgent news is for each of them"


async def test_urgent_only_skips_the_digest_that_waits_for_its_hour(sessions, now, today):
    async with sessions.begin() as session:
        await subscriptions.subscribe(session, 1, today=today)
    await a_campaign(sessions, now, [1], name="digest:1", kind=Kind.DIGEST)
    await a_campaign(sessions, now, [1], name="broadcast:1")
    async with sessions.begin() as session:
        await subscriptions.set_frequency(session, 1, Frequency.URGENT, now=now)
    assert [parcel.campaign for parcel in await started(sessions, now)] == ["broadcast:1"]


async def test_without_a_subscription_nothing_is_set(sessions, now):
    async with sessions.begin() as session:
        assert not await subscriptions.set_frequency(session, 1, Frequency.DAILY, now=now)
        assert not await subscriptions.set_day(session, 1, 0)
        assert not await subscriptions.set_hour(session, 1, 9)
        assert not await subscriptions.set_language(session, 1, "ar")
        assert await subscriptions.find(session, 1) is None


@pytest.mark.parametrize("hour", [-1, 1, 24])
async def test_no_hour_that_is_none_or_happens_twice(sessions, hour):
    async with sessions.begin() as session:
        with pytest.raises(ValueError, match="no hour"):
            await subscriptions.set_hour(session, 1, hour)


@pytest.mark.parametrize("day", [-1, 7])
async def test_no_day_that_is_none(sessions, day):
    async with sessions.begin() as session:
        with pytest.raises(ValueError, match="no day"):
            await subscriptions.set_day(session, 1, day)


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        pytest.param(Audience.PARTNERS, [(2, "fa", None)], id="partners are people only"),
        pytest.param(Audience.SUBSCRIBERS, [(FORUM, "ar", 7), (1, None, None)], id="subscribers"),
        pytest.param(
            Audience.EVERYONE, [(FORUM, "ar", 7), (1, None, None), (2, "fa", None)], id="everyone"
        ),
    ],
)
async def test_a_group_is_a_subscriber_and_never_a_partner(sessions, today, audience, expected):
    async with sessions.begin() as session:
        await subscriptions.subscribe(session, 1, today=today)
        await subscriptions.subscribe(session, FORUM, today=today, kind=ChatKind.GROUP, thread_id=7)
        await subscriptions.set_language(session, FORUM, "ar")
        await people.choose_language(session, 2, "fa", today=today)
        await people.set_role(session, 2, Role.PARTNER, "Org", today=today)
        assert await audiences.members(session, audience) == expected


async def test_a_group_that_cannot_be_reached_is_deleted_and_a_person_only_paused(
    sessions, now, today
):
    async with sessions.begin() as session:
        await subscriptions.subscribe(session, 1, today=today)
        await subscriptions.subscribe(session, GROUP, today=today, kind=ChatKind.GROUP)
        await subscriptions.subscribe(session, CHANNEL, today=today, kind=ChatKind.CHANNEL)
    await a_campaign(sessions, now, [1, GROUP, CHANNEL], name="digest:1", kind=Kind.DIGEST)
    gone = [Settlement(parcel, Gone("kicked"), 0) for parcel in await started(sessions, now)]
    async with sessions.begin() as session:
        await outbox.settle(session, gone, now)
        assert await subscriptions.active(session) == []
        assert await subscriptions.find(session, 1) is not None
        assert await subscriptions.find(session, GROUP) is None
        assert await subscriptions.find(session, CHANNEL) is None
