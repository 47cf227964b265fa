"""Changing what people have got: which copies get what, on both kinds of database."""

from datetime import timedelta

import pytest

from db import amendments, answers, broadcasts, claims, copies, outbox, people, receipts, reports
from delivery.amendment import Kind as Change
from delivery.broadcast import Audience, Shape, State
from delivery.model import (
    Act,
    Attachment,
    CampaignState,
    Content,
    Failed,
    Gone,
    Kind,
    Media,
    Outcome,
    Sent,
    Settlement,
)
from people.model import Role

NAME, BY = "broadcast:1", "correct:1:1"
PLACE = Attachment(Media.LOCATION, latitude=53.8, longitude=-1.55)


def new(code):
    return Content((f"new {code}",), attachment=PLACE)


def taken(_code):
    return Content(("taken back",), act=Act.DELETE)


@pytest.fixture
async def left(sessions, now):
    """Chats 1 and 2 have got it, 3 is on its way, 4 waits, 5 has got the picture alone."""
    async with sessions.begin() as session:
        await outbox.open_campaign(session, NAME, Kind.URGENT, now)
        old = Content(("old",), attachment=PLACE)
        await outbox.enqueue(session, NAME, "ar", old, [1], now)
        await outbox.enqueue(session, NAME, "en", old, [2, 3, 4, 5], now)
        parcels = {each.chat_id: each for each in await claims.claim(session, 9, now)}
        some = [parcels[chat] for chat in (1, 2, 3, 5)]
        await claims.start(session, some, now)
        await claims.settle(
            session,
            [
                Settlement(parcels[1], Sent((10, 11)), 2, (10, 11)),
                Settlement(parcels[2], Sent((20, 21)), 2, (20, 21)),
                Settlement(parcels[5], Failed("refused"), 1, (50,)),
            ],
            now,
        )
    return parcels


async def waiting(sessions, campaign, now):
    """Return what the copies of *campaign* that wait would do, by chat."""
    async with sessions.begin() as session:
        found = await claims.claim(session, 9, now)
        await claims.release(session, found, now)
    return {
        each.chat_id: (each.content.parts[0], each.content.act, each.targets)
        for each in found
        if each.campaign == campaign
    }


async def correct(sessions, now, **since):
    async with sessions.begin() as session:
        await outbox.open_campaign(session, BY, Kind.URGENT, now)
        return await copies.correct(session, NAME, BY, new, now, number=1, **since)


async def test_a_correction_edits_what_arrived_and_rewords_what_waits(sessions, now, left):
    assert await correct(sessions, now) == 2
    assert await waiting(sessions, BY, now) == {
        1: ("new ar", Act.EDIT, (11,)),
        2: ("new en", Act.EDIT, (21,)),
    }
    async with sessions.begin() as session:
        assert await claims.start(session, [left[4]], now) == set(), "it has the old words"
    assert await waiting(sessions, NAME, now) == {4: ("new en", Act.SEND, ())}


async def test_what_was_on_its_way_is_found_afterwards(sessions, now, left):
    await correct(sessions, now)
    later = now + timedelta(seconds=5)
    async with sessions.begin() as session:
        done = Settlement(left[3], Sent((30, 31)), 2, (30, 31))
        await claims.settle(session, [done], later)
    assert await correct(sessions, later, since=later) == 1
    assert await correct(sessions, later, since=later) == 0
    assert (await waiting(sessions, BY, later))[3] == ("new en", Act.EDIT, (31,))


async def test_a_recall_takes_back_everything_that_arrived_once(sessions, now, left):
    by = "recall:1:2"
    async with sessions.begin() as session:
        await outbox.open_campaign(session, by, Kind.URGENT, now)
        assert await copies.recall(session, NAME, by, taken, now) == 3
        assert await copies.recall(session, NAME, by, taken, now) == 0
    found = await waiting(sessions, by, now)
    assert {chat: targets for chat, (_, _, targets) in found.items()} == {
        1: (10, 11),
        2: (20, 21),
        5: (50,),
    }
    assert {act for _, act, _ in found.values()} == {Act.DELETE}


async def test_the_failed_wait_again_and_nobody_else(sessions, now, left):
    async with sessions.begin() as session:
        assert await reports.reasons(session, NAME) == {"refused": 1}
        assert await reports.retry_failed(session, NAME, now) == 1
        assert await reports.retry_failed(session, NAME, now) == 0
        tally = await outbox.tally(session, NAME)
        assert (tally.sent, tally.failed, tally.queued) == (2, 0, 2)
        again = {each.chat_id: each for each in await claims.claim(session, 9, now)}
    assert again[5].parts_sent == 1, "the picture is not sent again"


async def test_the_failed_of_a_stopped_campaign_stay(sessions, now, left):
    async with sessions.begin() as session:
        await outbox.set_state(session, NAME, CampaignState.CANCELLED, None, now)
        assert await reports.retry_failed(session, NAME, now) == 0


async def test_reasons_are_counted_most_frequent_first(sessions, now):
    async with sessions.begin() as session:
        await outbox.open_campaign(session, NAME, Kind.URGENT, now)
        await outbox.enqueue(session, NAME, "en", Content(("a",)), [1, 2, 3], now)
        parcels = await claims.claim(session, 9, now)
        await claims.start(session, parcels, now)
        outcomes: list[Outcome] = [Gone("blocked"), Failed("bad"), Gone("blocked")]
        settled = [Settlement(p, o, 0) for p, o in zip(parcels, outcomes, strict=True)]
        await claims.settle(session, settled, now)
        assert list((await reports.reasons(session, NAME)).items()) == [("blocked", 2), ("bad", 1)]


async def test_only_people_who_got_it_can_have_read_it(sessions, now, left):
    async with sessions.begin() as session:
        await outbox.enqueue(session, NAME, "en", new("en"), [-7], now)
        for chat in (1, -7, 99):
            await receipts.read(session, NAME, chat, now)
        assert await receipts.counts(session, NAME) == (2, 1)
        assert await receipts.unread(session, NAME) == [(2, "en")]
        got = [chat for chat in (1, 3, 4, 5, 99) if await receipts.got(session, NAME, chat)]
    assert got == [1, 3, 5]


async def a_broadcast(session, now):
    return await broadcasts.create(
        session,
        author_id=1,
        texts={"en": "a"},
        audience=Audience.PARTNERS,
        now=now,
        shape=Shape(machine=("ar",), receipt=True),
    )


async def test_one_change_waits_at_a_time_and_none_after_a_recall(sessions, now):
    async with sessions.begin() as session:
        number = await a_broadcast(session, now)
        first = await amendments.create(
            session, number, Change.CORRECT, {"en": "b"}, author_id=1, now=now
        )
        assert first is not None
        assert (first.number, first.campaign) == (1, f"correct:{number}:1")
        texts: dict[str, str] = {}
        args = (session, number, Change.RECALL, texts)
        assert await amendments.create(*args, author_id=2, now=now) is None
        assert not await amendments.move(session, first, State.APPROVED, by=1, now=now), "own"
        assert await amendments.move(session, first, State.APPROVED, by=2, now=now)
        assert not await amendments.move(session, first, State.REJECTED, by=3, now=now)
        recall = await amendments.create(*args, author_id=2, now=now)
        assert recall is not None
        assert recall.campaign == f"recall:{number}:2"
        await amendments.move(session, recall, State.APPROVED, by=1, now=now)
        assert await amendments.create(*args, author_id=2, now=now) is None
        assert [each.number for each in await amendments.approved_since(session, now)] == [1, 2]
        assert await amendments.approved_since(session, now + timedelta(seconds=1)) == []


async def test_the_update_has_the_corrected_words_which_no_machine_made(sessions, now):
    async with sessions.begin() as session:
        number = await a_broadcast(session, now)
        await amendments.put_words(session, number, {"en": "b", "ar": "ب"})
    async with sessions() as session:
        found = await broadcasts.find(session, number)
    assert found is not None
    assert found.texts == {"en": "b", "ar": "ب"}
    assert (found.shape.machine, found.shape.receipt) == ((), True)


async def test_who_can_help_in_the_order_of_their_answers(sessions, now):
    async with sessions.begin() as session:
        number = await a_broadcast(session, now)
        await people.make_partner(session, 5, "Example Charity", today=now.date())
        for chat, minutes in ((5, 1), (4, 0), (6, 2)):
            at = now + timedelta(minutes=minutes)
            assert await answers.add(session, number, chat, at)
            assert not await answers.add(session, number, chat, at)
        await answers.remove(session, number, 6)
        assert await answers.write(session, number, 5, "two beds")
        assert not await answers.write(session, number, 6, "nothing")
        assert await answers.count(session, number) == 2
        first, second = await answers.page(session, number, limit=9, offset=0)
        assert await answers.page(session, number, limit=1, offset=1) == [second]
    assert (first.chat_id, first.role, first.text) == (4, Role.NEWCOMER, None)
    assert (second.organisation, second.text) == ("Example Charity", "two beds")
