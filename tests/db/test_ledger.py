"""The ledger: each accepted item is taken by exactly one edition, whatever its dates say."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select, update

from db import editions, ledger
from db.news import FeedRow, ItemRow
from digests.edition import Beside, EditionState, Meeting, ServiceNews, ServiceNewsKind, Unmet
from digests.feed import Trust
from digests.item import ARCHIVE, Decision
from locales.errors import Text

NOW = datetime(2026, 11, 19, 10, tzinfo=UTC)
WEEK = "2026-W47"


def an_item(number, **more):
    values = {
        "feed_id": None,
        "item_id": str(number),
        "title": f"Post {number}",
        "summary": "It says something.",
        "body": "",
        "decision": Decision.ACCEPT,
        "reasons": [],
        "topics": ["housing"],
        "occasions": [],
        "first_seen": NOW + timedelta(minutes=number),
        "published": NOW,
        "pinned": False,
    }
    return ItemRow(**values | more)


async def store(sessions, *items):
    async with sessions.begin() as session:
        session.add_all(items)
        await session.flush()
        return [item.id for item in items]


def ids(items):
    return [item.id for item in items]


@pytest.mark.parametrize(
    ("values", "there"),
    [
        pytest.param({"published": NOW - timedelta(days=900)}, True, id="back-dated"),
        pytest.param({"published": NOW + timedelta(days=90)}, True, id="dated in the future"),
        pytest.param({"published": None}, True, id="without a date"),
        pytest.param({"decision": Decision.REVIEW}, False, id="nobody has looked"),
        pytest.param({"decision": Decision.REJECT}, False, id="spam"),
        pytest.param({"gone_at": NOW}, False, id="gone from its site"),
        pytest.param({"week": ARCHIVE}, False, id="old when its feed was first followed"),
        pytest.param({"week": "2026-W01", "position": 3}, False, id="in an earlier edition"),
    ],
)
async def test_s4_what_waits_for_an_edition(sessions, values, there):
    (number,) = await store(sessions, an_item(1, **values))
    async with sessions.begin() as session:
        assert ids(await ledger.accepted_without_week(session)) == [number] * there
        assert await ledger.freeze(session, WEEK, [number]) == int(there)


async def test_a_copy_of_another_post_is_in_no_edition(sessions):
    (first,) = await store(sessions, an_item(1))
    (copy,) = await store(sessions, an_item(2, same_as=first))
    async with sessions.begin() as session:
        assert ids(await ledger.accepted_without_week(session)) == [first]
        assert await ledger.freeze(session, WEEK, [copy, first]) == 1


async def test_s4_over_a_year_each_accepted_post_is_in_exactly_one_edition(sessions):
    """Late, early, dateless and re-dated posts; some weeks nobody approves; some posts are past."""
    chance = Random(47)
    stored: list[int] = []
    taken: dict[int, str] = {}
    for number in range(52):
        week = f"2026-W{number + 1:02}"
        dates = [None, NOW - timedelta(days=chance.randrange(4000)), NOW + timedelta(days=60)]
        new = [
            an_item(len(stored) + n, published=chance.choice(dates))
            for n in range(chance.randrange(6))
        ]
        stored += await store(sessions, *new)
        async with sessions.begin() as session:
            if stored:  # the site gives an old post another date
                changed = update(ItemRow).where(ItemRow.id == chance.choice(stored))
                await session.execute(changed.values(published=chance.choice(dates)))
            waiting = ids(await ledger.accepted_without_week(session))
            if chance.random() < 0.3:
                continue  # a week that nobody approves
            past = [each for each in waiting if chance.random() < 0.2]
            shown = [each for each in waiting if each not in past]
            for _ in range(2):  # twice does no harm
                await ledger.freeze(session, week, shown, past)
        async with sessions() as session:
            assert ids(await ledger.for_week(session, week)) == shown
            assert ids(await ledger.left_out(session, week)) == past
        for each in waiting:
            assert taken.setdefault(each, week) == week
    async with sessions() as session:
        rest = ids(await ledger.accepted_without_week(session))
    assert sorted([*taken, *rest]) == stored


async def test_a_draft_is_arranged_pinned_and_reworded_and_a_frozen_edition_is_not(sessions):
    one, two = await store(sessions, an_item(1), an_item(2))
    for frozen in (False, True):
        async with sessions.begin() as session:
            done = [
                await ledger.pin(session, one, pinned=True),
                await ledger.pin(session, one, pinned=True),
                await ledger.reword(session, one, headline="Ours", line=None),
                await ledger.reword(session, one, headline="Ours", line=None),
                await ledger.reword(session, one, headline=None, line=None),
                await ledger.pin(session, one, pinned=False),
            ]
            await ledger.arrange(session, [two, one])
            rows = await session.execute(select(ItemRow.id, ItemRow.position))
            places = {row.id: row.position for row in rows}
            assert done == ([False] * 6 if frozen else [True, False, True, False, True, True])
            assert places == ({one: 0, two: 1} if frozen else {two: 0, one: 1})
            await ledger.freeze(session, WEEK, [one, two])


async def test_the_news_of_a_day_are_what_a_person_stands_behind_and_told_once(sessions):
    async with sessions.begin() as session:
        feed = FeedRow(
            url="https://example.org/feed",
            next_check=NOW,
            failures=0,
            moves=0,
            stopped=False,
            told=False,
            trust=Trust.TRUSTED,
        )
        session.add(feed)
        await session.flush()
        feed_id = feed.id
        await editions.create(session, WEEK, NOW)
        await editions.move(
            session, WEEK, old=[EditionState.DRAFT], new=EditionState.APPROVED, by=1, now=NOW
        )
    day = timedelta(days=1)
    wanted = await store(
        sessions,
        an_item(1, decided_by=7, decided_at=NOW),
        an_item(2, feed_id=feed_id),
        an_item(3, week=WEEK, position=0, first_seen=NOW - 60 * day),
    )
    await store(
        sessions,
        an_item(4),
        an_item(5, decided_by=7, decided_at=NOW - 9 * day, first_seen=NOW - 9 * day),
        an_item(6, week=WEEK),
        an_item(7, week=ARCHIVE, feed_id=feed_id),
        an_item(8, feed_id=feed_id, decision=Decision.REVIEW),
        an_item(9, feed_id=feed_id, gone_at=NOW),
    )
    async with sessions.begin() as session:
        found = ids(await ledger.fresh(session, NOW - 7 * day))
        assert sorted(found) == wanted
        marked = [await ledger.mark_daily(session, found, NOW.date()) for _ in range(2)]
        assert marked == [3, 0]
        assert await ledger.fresh(session, NOW - 7 * day) == []


async def test_an_editions_words_are_kept_until_it_is_approved_and_then_frozen(sessions):
    beside = Beside(
        (ServiceNews(ServiceNewsKind.NEW, "a", "A place", (Text("It is open."),)),),
        (Unmet("food", 7),),
        (Meeting(1, "ESOL network", None, NOW.date()),),
    )
    async with sessions.begin() as session:
        assert not await editions.set_note(session, WEEK, "Too early.")
        await editions.create(session, WEEK, NOW)
        done = [await editions.set_note(session, WEEK, "Hello.") for _ in range(2)]
        assert done == [True, False]
        assert await editions.keep_beside(session, WEEK, beside)
        assert await editions.mark_reminded(session, WEEK, NOW)
        assert await editions.waiting_to_leave(session) == []
        await editions.move(
            session, WEEK, old=[EditionState.DRAFT], new=EditionState.APPROVED, by=None, now=NOW
        )
        late = [
            await editions.set_note(session, WEEK, None),
            await editions.keep_beside(session, WEEK, Beside()),
            await editions.mark_reminded(session, WEEK, NOW),
        ]
        assert late == [False] * 3
        (found,) = await editions.waiting_to_leave(session)
    assert (found.note, found.beside, found.reminded_at) == ("Hello.", beside, NOW)
