"""Several workers at once, and a process that dies at the worst moments."""

import asyncio
import shutil
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from db import (
    broadcasts,
    editions,
    feeds,
    invites,
    items,
    leases,
    ledger,
    outbox,
    people,
    queue,
    services,
    subscriptions,
    tips,
)
from db.engine import make_engine, make_sessions
from db.stores import SqlFeedStore, SqlOutbox
from delivery.broadcast import Audience, State
from delivery.drain import Drained, drain
from delivery.model import Kind, Moved, Tally, TryLater, Unknown
from digests.edition import EditionState
from digests.feed import FeedUpdate
from digests.item import Decision, Item, JudgedItem, Verdict
from tests.db.sending import NAME, a_campaign, tally
from tests.fakes import FakeClock, FakeSender, FakeSleep
from tests.packs import leeds_pack

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def postgresql(postgresql_url):
    engine = make_engine(postgresql_url)
    yield make_sessions(engine)
    await engine.dispose()


async def at_once(sessions, *calls):
    async def one(call):
        async with sessions.begin() as session:
            return await call(session)

    return await asyncio.gather(*(one(call) for call in calls))


async def test_six_workers_claim_a_thousand_and_none_twice(postgresql, now):
    await a_campaign(postgresql, now, range(1, 1001))

    async def worker():
        mine: list[int] = []
        while True:
            async with postgresql.begin() as session:
                parcels = await outbox.claim(session, 17, now)
            if not parcels:
                return mine
            mine.extend(parcel.chat_id for parcel in parcels)

    claimed = await asyncio.gather(*(worker() for _ in range(6)))
    assert sorted(chat for mine in claimed for chat in mine) == list(range(1, 1001))
    assert sum(bool(mine) for mine in claimed) > 1


async def test_writers_on_one_sqlite_file_wait_for_each_other(tmp_path, sqlite_template, now):
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'shared.db')}"
    engines = [make_engine(url) for _ in range(4)]
    done = await asyncio.gather(
        *(
            at_once(
                make_sessions(engine),
                *(
                    partial(subscriptions.subscribe, chat_id=100 * number + n, today=now.date())
                    for n in range(25)
                ),
            )
            for number, engine in enumerate(engines)
        )
    )
    async with make_sessions(engines[0])() as session:
        assert len(await subscriptions.active(session)) == sum(map(len, done)) == 100
    for engine in engines:
        await engine.dispose()


async def test_two_coordinators_approve_at_once(sessions, now):
    async with sessions.begin() as session:
        wanted = await broadcasts.create(
            session, author_id=1, texts={"en": "x"}, audience=Audience.EVERYONE, now=now
        )
        await broadcasts.move(session, wanted, old=State.DRAFT, new=State.PENDING, by=1, now=now)
    decide = [
        partial(broadcasts.move, broadcast_id=wanted, old=State.PENDING, new=new, by=by, now=now)
        for by, new in enumerate([State.APPROVED, State.REJECTED] * 4, start=2)
    ]
    assert sorted(await at_once(sessions, *decide)) == [False] * 7 + [True]


async def test_one_link_opened_by_many_makes_one_partner(sessions, now):
    async with sessions.begin() as session:
        await invites.create(session, "token", "Org", by=1, now=now, expires=now + MINUTE)
    use = [partial(invites.use, token="token", person_id=n, now=now) for n in range(2, 8)]
    assert sorted(map(str, await at_once(sessions, *use))) == ["None"] * 5 + ["Org"]


async def test_fifty_taps_open_one_campaign(sessions, now):
    tap = partial(outbox.open_campaign, campaign=NAME, kind=Kind.URGENT, now=now)
    assert sum(await at_once(sessions, *[tap] * 50)) == 1


async def test_an_edition_starts_and_is_approved_once(sessions, now):
    week = "2026-W47"
    create = partial(editions.create, week=week, now=now)
    assert sum(await at_once(sessions, *[create] * 10)) == 1
    approve = [
        partial(
            editions.move,
            week=week,
            old=[EditionState.DRAFT, EditionState.HELD],
            new=EditionState.APPROVED,
            by=by,
            now=now,
        )
        for by in range(1, 6)
    ]
    assert sum(await at_once(sessions, *approve)) == 1


async def test_a_lease_has_one_holder(sessions, now):
    take = [
        partial(leases.acquire, name="sender", holder=f"h{n}", now=now, ttl=MINUTE)
        for n in range(8)
    ]
    assert sorted(map(str, await at_once(sessions, *take))) == ["1"] + ["None"] * 7


async def test_processes_that_start_together_fill_the_directory_once(sessions, now):
    pack = leeds_pack()

    async def fill(session):
        await leases.take_turns(session)
        if empty := await services.is_empty(session):
            await services.import_pack(session, pack.services, pack.helplines, now)
        return empty

    assert sum(await at_once(sessions, *[fill] * 4)) == 1


async def test_many_first_choices_of_one_person_make_one_row(sessions, now):
    choose = [
        partial(people.choose_language, person_id=1, language=language, today=now.date())
        for language in ["en", "ar", "fa", "uk"] * 3
    ]
    await at_once(sessions, *choose)
    async with sessions() as session:
        found = await people.known(session, 1)
    assert [list(found), len(found["people"])] == [["people"], 1]


async def test_two_messages_at_once_of_one_person_are_one(sessions, now):
    write = [
        partial(tips.add, chat_id=1, language="en", text=f"message {n}", now=now) for n in range(6)
    ]
    assert sum(each is not None for each in await at_once(sessions, *write)) == 1


class Killed(BaseException):
    """The process dies; nothing of it can be caught."""


class Process:
    """An outbox and a sender that die together, at a place, when it is reached *at* times."""

    def __init__(self, outbox, sender, place, at):
        self.outbox, self.sender = outbox, sender
        self.place, self.left = place, at

    def here(self, place):
        if self.left <= 0:
            raise Killed
        if place == self.place:
            self.left -= 1
            if self.left == 0:
                raise Killed

    async def claim(self, limit, now):
        self.here("before claim")
        parcels = await self.outbox.claim(limit, now)
        self.here("after claim")
        return parcels

    async def start(self, parcels, now):
        self.here("before start")
        ours = await self.outbox.start(parcels, now)
        self.here("after start")
        return ours

    async def send(self, chat_id, html, buttons, **where):
        self.here("before send")
        outcome = await self.sender.send(chat_id, html, buttons, **where)
        self.here("after accept")
        return outcome

    async def attach(self, chat_id, attachment, **where):
        return await self.sender.attach(chat_id, attachment, **where)

    async def edit(self, chat_id, message_id, html, buttons):
        return await self.sender.edit(chat_id, message_id, html, buttons)

    async def delete(self, chat_id, message_ids):
        return await self.sender.delete(chat_id, message_ids)

    async def settle(self, settlements, now):
        self.here("before settle")
        await self.outbox.settle(settlements, now)
        self.here("after settle")

    async def release(self, parcels, now):
        self.here("release")  # the dead give nothing back
        await self.outbox.release(parcels, now)


PLACES = (
    "before claim",
    "after claim",
    "before start",
    "after start",
    "before send",
    "after accept",
    "before settle",
    "after settle",
)
CHATS = range(1, 41)


async def run_with_kills(sessions, place, window, kills):
    """Drain with *kills* deaths, restarting each time; return how often each chat got it."""
    clock = FakeClock()
    sender, sleep = FakeSender(clock), FakeSleep(clock)
    done, deaths = None, 0
    while done is None:
        async with sessions.begin() as session:
            await outbox.recover(session, clock(), all_claims=True)
        at = 1 if place in {"before claim", "after claim"} else 5
        process = Process(SqlOutbox(sessions), sender, place if deaths < kills else None, at)
        try:
            done = await drain(
                process, process, per_second=100, now=clock, sleep=sleep, window=window
            )
        except Killed:
            deaths += 1
    assert deaths == kills
    return Counter(chat for chat, _ in sender.sent)


@pytest.mark.parametrize("window", [1, 4])
@pytest.mark.parametrize("place", PLACES)
async def test_an_urgent_update_reaches_all_whenever_the_bot_dies(sessions, place, window):
    await a_campaign(sessions, FakeClock().now, CHATS)
    kills = 3
    got = await run_with_kills(sessions, place, window, kills)
    assert sorted(got) == list(CHATS)
    repeated = got.total() - len(CHATS)
    may_repeat = window > 1 or place in {"after accept", "before settle"}
    assert repeated <= (kills * window if may_repeat else 0)
    assert await tally(sessions) == Tally(total=40, sent=40)


@pytest.mark.parametrize("place", PLACES)
async def test_a_digest_never_comes_twice_and_doubtful_ones_are_listed(sessions, place):
    await a_campaign(sessions, FakeClock().now, CHATS, kind=Kind.DIGEST)
    got = await run_with_kills(sessions, place, 4, 3)
    async with sessions() as session:
        unknown = await outbox.unknowns(session, NAME)
    assert set(got.values()) == {1}
    assert set(got) | set(unknown) == set(CHATS)
    assert len(unknown) <= 3 * 4
    assert (await tally(sessions)).sent == 40 - len(unknown)


async def test_the_ledger_equals_what_was_accepted(sessions, now):
    await a_campaign(sessions, now, CHATS, parts=("one", "two"))
    clock = FakeClock(now)
    sender = FakeSender(clock)
    sender.answers[3].append(Moved(-1003))
    sender.answers[4].append(TryLater(timedelta(), "no connection"))
    sender.answers[5].append(Unknown("timed out"))
    totals = []
    for _ in range(3):
        totals.append(
            await drain(
                SqlOutbox(sessions), sender, per_second=100, now=clock, sleep=FakeSleep(clock)
            )
        )
        clock.advance(MINUTE)
    assert totals == [
        Drained(attempted=40, sent=38, later=1, unknown=1),
        Drained(attempted=2, sent=2),
        Drained(),
    ]
    async with sessions() as session:
        assert await outbox.total_accepted(session) == len(sender.sent) == 80
        delivered = await outbox.sent_messages(session, NAME)
    assert [len(each.message_ids) for each in delivered] == [2] * 40
    assert delivered[0].chat_id == -1003


async def blocked(sessions):
    """Wait until somebody waits for a row that somebody else is at."""
    waits = text("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
    async with sessions() as session:
        while not await session.scalar(waits):
            await session.rollback()  # its answer is the same within a transaction


def told(title, decision=Decision.ACCEPT, *, item_id="1", link="https://a.example/1"):
    body = "Bring a friend and stay for the quiz, which begins when the last cup is washed up."
    item = Item(item_id, title, link, "There is tea.", None, "A", body)
    return JudgedItem(item, Verdict(decision, (), ("housing",)))


async def test_what_a_coordinator_decides_outlives_an_edit_at_the_same_moment(postgresql, now):
    store = SqlFeedStore(postgresql)
    async with postgresql.begin() as session:
        await feeds.add(session, "https://a.example/feed", now)
        (feed,) = await feeds.all_feeds(session)
    await store.apply(FeedUpdate(feed, (told("Old words", Decision.REVIEW),)), now)
    async with postgresql.begin() as session:
        assert await queue.decide(session, 1, queue.Say.LEAVE, by=1, now=now)
        edit = FeedUpdate(feed, (), (told("New words"),))
        applying = asyncio.create_task(store.apply(edit, now))
        await asyncio.wait_for(blocked(postgresql), 10)
    await applying
    async with postgresql() as session:
        found = await items.find(session, 1)
        assert found is not None
        assert (found.decision, found.item.title) == (Decision.REJECT, "New words")
        assert await ledger.accepted_without_week(session) == []


async def test_two_feeds_that_bring_one_story_at_once_tell_it_once(postgresql, now):
    store = SqlFeedStore(postgresql)
    async with postgresql.begin() as session:
        for name in "abcdefgh":
            await feeds.add(session, f"https://{name}.example/feed", now)
        every = await feeds.all_feeds(session)
    updates = [
        FeedUpdate(feed, (told("The drop-in opens again", link=f"{feed.url}/1"),)) for feed in every
    ]
    await asyncio.gather(*(store.apply(each, now) for each in updates))
    async with postgresql() as session:
        assert len(await ledger.accepted_without_week(session)) == 1
