"""What newcomers tell us: kept as little as it takes, and gone when it should be."""

from datetime import date, timedelta

from db import outbox, outcomes, people, shown, tips
from delivery.model import Sent, Settlement
from people.voice import Asked, Outcome
from tests.db.sending import a_campaign, started

HOUR = timedelta(hours=1)
WEEK = "2026-W47"


async def test_only_messages_that_can_be_deleted_are_known(sessions, now):
    async with sessions.begin() as session:
        await shown.note(session, 1, [10, 11], now=now - 49 * HOUR)
        await shown.note(session, 1, [12, 13], now=now)
        await shown.note(session, 1, [13], now=now)
        await shown.note(session, 2, [14], now=now)
        assert await shown.known(session, 1, since=now - 48 * HOUR) == [12, 13]
        await shown.gone(session, 1, [12])
        assert await shown.known(session, 1, since=now - 48 * HOUR) == [13]
        assert await shown.purge(session, before=now - 48 * HOUR) == 2


async def test_counts_add_up_in_all_and_by_one_part_at_a_time(sessions):
    food, elsewhere = Asked("food", "LS9", "refugee", "ar"), Asked("food", "LS8", "", "ar")
    async with sessions.begin() as session:
        for asked in (food, food, elsewhere):
            await outcomes.count(session, WEEK, Outcome.ZERO, asked)
        await outcomes.count(session, "2026-W01", Outcome.ZERO, food)
        found = await outcomes.counted(session, since="2026-W40")
    assert {(each.part, each.value): each.count for each in found} == {
        ("", ""): 3,
        ("outcode", "LS9"): 2,
        ("outcode", "LS8"): 1,
        ("stage", "refugee"): 2,
        ("language", "ar"): 3,
    }
    assert {(each.week, each.need, each.outcome) for each in found} == {(WEEK, "food", "zero")}


async def test_a_part_of_the_city_fits_its_column(sessions):
    async with sessions.begin() as session:
        await outcomes.count(session, WEEK, Outcome.ZERO, Asked("food", "centre-north"))
        assert len(await outcomes.counted(session, since=WEEK)) == 2


async def test_what_people_say_of_a_service_is_counted(sessions):
    async with sessions.begin() as session:
        assert await outcomes.count_service(session, WEEK, "a-place", "phone") == 1
        assert await outcomes.count_service(session, WEEK, "a-place", "phone") == 2
        assert await outcomes.of_services(session, since=WEEK) == {("a-place", "phone"): 2}


async def test_one_message_at_a_time(sessions, now):
    async with sessions.begin() as session:
        first = await tips.add(session, 1, "ar", "Buses are too dear", now=now)
        assert first is not None
        assert await tips.add(session, 1, "ar", "And again", now=now) is None
        assert await tips.add(session, 2, "en", "Another person", now=now) is not None
        assert await tips.settle(session, first, "Thank you", now=now) == 1
        assert await tips.add(session, 1, "ar", "And again", now=now) is not None


async def test_what_left_through_the_outbox_can_be_cleared_too(sessions, now):
    await a_campaign(sessions, now, [1])
    parcels = await started(sessions, now)
    async with sessions.begin() as session:
        settled = [Settlement(p, Sent((41, 42)), 1, (41, 42)) for p in parcels]
        await outbox.settle(session, settled, now)
        await shown.note(session, 1, [43], now=now)
        assert await shown.known(session, 1, since=now - HOUR) == [41, 42, 43]
        assert await shown.known(session, 1, since=now + HOUR) == []


async def test_a_message_is_answered_once(sessions, now):
    async with sessions.begin() as session:
        number = await tips.add(session, 1, "en", "Hello", now=now)
        assert number is not None
        assert await tips.settle(session, number, "One", now=now) == 1
        assert await tips.settle(session, number, "Two", now=now) is None
        found = await tips.own(session, number, 1)
        assert found is not None
        assert found.answer == "One"
        assert await tips.own(session, number, 2) is None


async def test_who_asked_to_be_asked_is_asked_once(sessions):
    today = date(2026, 11, 22)
    async with sessions.begin() as session:
        await tips.check_in(session, 1, today)
        await tips.check_in(session, 2, today + timedelta(days=1))
        await tips.check_in(session, 3, today + timedelta(days=9))
        await tips.check_in(session, 3, today)
        assert await tips.take_due(session, today, 10) == [1, 3]
        assert await tips.take_due(session, today, 10) == []


async def test_forgetting_leaves_nothing_that_a_person_told_us(sessions, now):
    async with sessions.begin() as session:
        await shown.note(session, 1, [10], now=now)
        await tips.add(session, 1, "en", "Hello", now=now)
        await tips.check_in(session, 1, now.date())
        assert set(await people.known(session, 1)) == {"shown_messages", "tips", "check_ins"}
        await people.forget(session, 1, now=now)
        assert await people.known(session, 1) == {}
