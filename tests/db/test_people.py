from datetime import timedelta

import pytest

from db import audit, drafts, people, reports, subscriptions
from db.base import Base
from db.engine import make_engine
from digests.subscription import Subscription
from people.drafts import Draft
from people.model import Person, Role
from tests.db.sending import NAME, a_campaign

DAY = timedelta(days=1)


@pytest.fixture
def today(now):
    return now.date()


async def test_somebody_who_only_looks_has_no_row(sessions, today):
    async with sessions.begin() as session:
        await people.seen(session, 1, today=today)
        assert await people.find(session, 1) is None
        assert await people.known(session, 1) == {}


async def test_the_last_language_counts(sessions, today):
    async with sessions.begin() as session:
        for language in ("en", "ar"):
            await people.choose_language(session, 1, language, today=today)
        assert await people.find(session, 1) == Person(1, "ar")


async def test_a_telegram_id_of_52_bits_fits(sessions, today):
    huge = 2**52 - 1  # the Bot API: at most 52 significant bits
    async with sessions.begin() as session:
        await people.choose_language(session, huge, "en", today=today)
        assert await people.find(session, huge) == Person(huge, "en")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(None, Role.PARTNER, id="a stranger becomes partner"),
        pytest.param(Role.NEWCOMER, Role.PARTNER, id="a newcomer becomes partner"),
        pytest.param(Role.COORDINATOR, Role.COORDINATOR, id="a coordinator stays coordinator"),
    ],
)
async def test_make_partner(sessions, today, before, after):
    async with sessions.begin() as session:
        if before is not None:
            await people.set_role(session, 1, before, None, today=today)
        await people.make_partner(session, 1, "Org", today=today)
        assert await people.find(session, 1) == Person(1, None, after, "Org")


async def test_coordinators_are_seeded_once(sessions, today):
    async with sessions.begin() as session:
        await people.choose_language(session, 1, "ar", today=today)
        assert await people.seed_coordinators(session, [1, 2], today=today) == [1, 2]
        await people.set_role(session, 2, Role.NEWCOMER, None, today=today)
        assert await people.seed_coordinators(session, [1, 2, 3], today=today) == [3]
        found = await people.with_role(session, Role.COORDINATOR)
    assert found == [Person(1, "ar", Role.COORDINATOR), Person(3, None, Role.COORDINATOR)]


async def test_forgetting_leaves_nothing_of_the_person(sessions, now, today):
    await a_campaign(sessions, now, [1, 2])
    async with sessions.begin() as session:
        await people.set_role(session, 1, Role.COORDINATOR, "Org", today=today)
        await subscriptions.subscribe(session, 1, today=today)
        await drafts.put(session, Draft(1, "broadcast", "text"), now)
        await reports.watch(session, NAME, 1, 55)
        await audit.record(session, actor=1, action="approve", subject=NAME, now=now)
        before = await people.known(session, 1)
        await people.forget(session, 1, now=now)
        after = await people.known(session, 1)
        (entry,) = await audit.recent(session, 10)
    assert set(before) == {
        "people", "subscriptions", "drafts", "report_views", "recipients", "audit"
    }  # fmt: skip
    assert after == {}
    assert (entry.actor, entry.action) == (None, "approve")


async def test_after_forgetting_the_id_is_in_no_table(sessions, database_url, now, today):
    marker = 987_654_321_012
    await a_campaign(sessions, now, [marker])
    async with sessions.begin() as session:
        await people.seed_coordinators(session, [marker], today=today)
        await audit.record(session, actor=marker, action="x", subject="y", now=now)
        await people.forget(session, marker, now=now)
    engine = make_engine(database_url)
    async with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            rows = (await connection.execute(table.select())).all()
            assert str(marker) not in repr(rows)
    await engine.dispose()


async def test_newcomers_of_long_ago_are_deleted_unless_they_subscribed(sessions, today):
    async with sessions.begin() as session:
        for person in (1, 2, 3, 4):
            await people.choose_language(session, person, "en", today=today)
        await people.make_partner(session, 2, "Org", today=today)
        await subscriptions.subscribe(session, 3, today=today)
        await people.seen(session, 4, today=today + DAY)
        assert await people.purge_unseen(session, before=today + DAY) == 1
        found = [await people.find(session, person) for person in (1, 2, 3, 4)]
    assert [person is not None for person in found] == [False, True, True, True]


async def test_subscribing_twice_keeps_the_topics(sessions, today):
    async with sessions.begin() as session:
        await subscriptions.subscribe(session, 1, today=today)
        await subscriptions.set_topic(session, 1, "a", wanted=False, all_topics=["a", "b"])
        await subscriptions.subscribe(session, 1, today=today)
        assert await subscriptions.find(session, 1) == Subscription(1, frozenset({"b"}))


TOPICS = ["a", "b", "c"]


@pytest.mark.parametrize(
    ("presses", "topics"),
    [
        pytest.param([("a", False)], {"b", "c"}, id="all but one"),
        pytest.param([("a", False), ("a", False)], {"b", "c"}, id="twice does no harm"),
        pytest.param([("a", False), ("a", True)], set(), id="all again are stored as none"),
        pytest.param([("a", False), ("b", False)], {"c"}, id="one left"),
        pytest.param([(t, False) for t in TOPICS], {"c"}, id="the last one stays"),
        pytest.param([("a", True)], set(), id="all already"),
        pytest.param([("old", True), ("old", False)], set(), id="no such topic"),
    ],
)
async def test_topics(sessions, today, presses, topics):
    async with sessions.begin() as session:
        await subscriptions.subscribe(session, 1, today=today)
        for topic, wanted in presses:
            await subscriptions.set_topic(session, 1, topic, wanted=wanted, all_topics=TOPICS)
        found = await subscriptions.find(session, 1)
    assert found == Subscription(1, frozenset(topics))


async def test_topics_without_a_subscription(sessions):
    async with sessions.begin() as session:
        none = await subscriptions.set_topic(session, 1, "a", wanted=True, all_topics=TOPICS)
    assert none is None


async def test_active_subscriptions_have_their_language_and_leave_out_who_is_paused(
    sessions, now, today
):
    async with sessions.begin() as session:
        for chat in (1, 2, 3, -4):
            await subscriptions.subscribe(session, chat, today=today)
        await people.choose_language(session, 1, "ar", today=today)
        await people.choose_language(session, 2, "fa", today=today)
        await people.pause(session, 2, now=now)
        await subscriptions.unsubscribe(session, 3, now=now)
        found = await subscriptions.active(session)
        await people.seen(session, 2, today=today)
        back = await subscriptions.active(session)
    assert found == [Subscription(-4), Subscription(1, language="ar")]
    assert back == [*found, Subscription(2, language="fa")]


async def test_one_draft_a_person(sessions, now):
    first = Draft(1, "broadcast", "text", {"ar": "سلام", "to": [1, 2]})
    second = Draft(1, "broadcast", "audience", {"ar": "مرحبا"})
    async with sessions.begin() as session:
        await drafts.put(session, first, now)
        assert await drafts.find(session, 1) == first
        await drafts.put(session, second, now)
        assert await drafts.find(session, 1) == second
        await drafts.delete(session, 1)
        assert await drafts.find(session, 1) is None


async def test_old_drafts_go(sessions, now):
    async with sessions.begin() as session:
        await drafts.put(session, Draft(1, "broadcast", "text"), now - DAY)
        await drafts.put(session, Draft(2, "broadcast", "text"), now)
        assert await drafts.purge(session, now) == 1
        assert await drafts.find(session, 2) is not None


async def test_the_audit_log_is_newest_first(sessions, now):
    async with sessions.begin() as session:
        for minute in (2, 0, 1):
            at = now + timedelta(minutes=minute)
            await audit.record(
                session, actor=1, action=f"a{minute}", subject="s", now=at, detail={"n": minute}
            )
        found = await audit.recent(session, 2)
    assert [(e.action, e.detail) for e in found] == [("a2", {"n": 2}), ("a1", {"n": 1})]


async def noted(session, person_id, today):
    found, noted = await people.met(session, person_id, today=today)
    assert found == await people.find(session, person_id)
    return noted


async def test_seeing_somebody_needs_a_write_once_a_day_and_after_a_pause(sessions, now):
    today = now.date()
    async with sessions.begin() as session:
        assert await noted(session, 5, today)  # a stranger leaves no row
        await people.choose_language(session, 5, "en", today=today)
        assert await noted(session, 5, today)
        assert not await noted(session, 5, today + timedelta(days=1))
        await subscriptions.subscribe(session, 6, today=today)
        await people.pause(session, 6, now=now)
        assert not await noted(session, 6, today)
        await people.seen(session, 6, today=today)
        assert await noted(session, 6, today)
