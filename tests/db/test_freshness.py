"""Queries of the freshness loop, on both databases."""

import asyncio
from datetime import timedelta

import pytest

from db import changes, freshness, people, services
from db.changes import Hidden
from db.freshness import PHONED, WARNED, Outcome, Task
from directory.freshness import Answer, Round, Step
from directory.history import Cause, Deed
from people.model import Role
from tests.db.test_services import a_service

DAY = timedelta(days=1)


@pytest.fixture
async def known(sessions, now):
    """Three services, planned for now."""
    async with sessions.begin() as session:
        await services.import_pack(session, [a_service(each) for each in "abc"], [], now)
        await freshness.begin(session, dict.fromkeys("abc", now))


async def test_a_plan_that_is_there_stays(sessions, now, known):
    async with sessions.begin() as session:
        await freshness.begin(session, {"a": now + DAY, "d": now + DAY})
        assert {k: v.due_at for k, v in (await freshness.rounds(session)).items()} == {
            "a": now, "b": now, "c": now, "d": now + DAY,
        }  # fmt: skip


async def test_of_two_that_ask_at_once_one_does(sessions, now, known):
    async def ask():
        async with sessions.begin() as session:
            return await freshness.note(session, Step.ASK, ["a", "b"], now)

    first, second = await asyncio.gather(ask(), ask())
    assert (first | second, first & second) == ({"a", "b"}, set())


async def test_an_answer_begins_the_next_round(sessions, now, known):
    async with sessions.begin() as session:
        for step in (Step.ASK, Step.REMIND, Step.ESCALATE, Step.LOWER):
            assert await freshness.note(session, step, ["a"], now) == {"a"}
        assert await freshness.find(session, "a") == Round("a", now, now, now, now, now)
        await freshness.answered(session, "a", Answer.FULL, now + 30 * DAY, now + DAY)
        expected = Round("a", now + 30 * DAY, answered_at=now + DAY, answer="full")
        assert await freshness.find(session, "a") == expected
        await freshness.answered(session, "new", Answer.RIGHT, now + DAY, now)
        found = await freshness.find(session, "new")
        assert found is not None and found.answer == "right"


async def test_what_waits_longest_counts_only_while_it_is_shown(sessions, now, known):
    async with sessions.begin() as session:
        await freshness.begin(session, {"gone": now - 9 * DAY})
        assert await freshness.oldest_due(session, now - DAY) is None
        assert await freshness.oldest_due(session, now + DAY) == now
        await freshness.note(session, Step.ASK, ["a", "b"], now)
        await changes.hide(session, "c", Hidden.CLOSED, Deed(Cause.OWNER, now))
        assert await freshness.oldest_due(session, now + DAY) is None


async def test_who_can_be_asked(sessions, now):
    today = now.date()
    async with sessions.begin() as session:
        for person_id in (1, 2, 3):
            await people.make_partner(session, person_id, "A Charity", today=today)
        await people.set_role(session, 9, Role.COORDINATOR, None, today=today)
        await freshness.name_owner(session, "named", 2, now)
        await freshness.name_owner(session, "other", 7, now)
        await people.pause(session, 3, now=now)
        staff = await freshness.staff(session)
        owners = {
            each: [one.id for one in staff.owners(each, "a CHARITY")]
            for each in ("named", "other", "a")
        }
        assert owners == {"named": [2], "other": [1, 2], "a": [1, 2]}, "3 has blocked the bot"
        assert [each.id for each in staff.coordinators] == [9]
        assert staff.owners("a", "Another") == ()
        await people.end_role(session, 2, today=today)
        await freshness.name_owner(session, "named", None, now)
        assert [each.id for each in (await freshness.staff(session)).owners("named", "")] == []
        await people.forget(session, 7, now=now)
        assert (await freshness.staff(session)).named == {}


async def test_one_open_task_of_a_kind_that_counts(sessions, now):
    async with sessions.begin() as session:
        for expected in (1, 2, 3):
            assert (
                await freshness.open_task(session, "a", "phone", now + expected * DAY) == expected
            )
        await freshness.open_task(session, "a", "closed", now)
        await freshness.open_task(session, "b", "phone", now)
        assert await freshness.open_tasks(session, "a") == [
            Task("a", "closed", now, 1),
            Task("a", "phone", now + DAY, 3),
        ]
        # what was opened after the moment of the answer stays
        assert await freshness.close_tasks(session, ["a"], Outcome.RIGHT, now, by=9) == 1
        later = now + 9 * DAY
        assert await freshness.close_tasks(session, ["a"], Outcome.RIGHT, later, by=9) == 1
        assert await freshness.open_tasks(session) == [Task("b", "phone", now, 1)]
        assert await freshness.open_task(session, "a", "phone", now) == 1, "a new one"


async def test_what_was_kept_and_phoned_is_known_for_a_while(sessions, now):
    async with sessions.begin() as session:
        await freshness.open_task(session, "a", WARNED, now)
        await freshness.open_task(session, "a", "phone", now)
        await freshness.close_tasks(session, ["a"], Outcome.KEPT, now + DAY, kind=WARNED)
        await freshness.phoned(session, "a", by=9, now=now)
        kept = await freshness.closed_since(session, WARNED, Outcome.KEPT, now)
        called = await freshness.closed_since(session, PHONED, Outcome.NO_ANSWER, now)
        assert (kept, called) == ({"a": now + DAY}, {"a": now})
        assert await freshness.closed_since(session, WARNED, Outcome.KEPT, now + 2 * DAY) == {}
        assert [task.kind for task in await freshness.open_tasks(session)] == ["phone"]


@pytest.mark.parametrize(
    ("cause", "counts"),
    [
        (Cause.OWNER, True),
        (Cause.COORDINATOR, True),
        (Cause.UNDO, False),
        (Cause.IMPORT, False),
        (Cause.PACK, False),
        (Cause.FRESHNESS, False),
    ],
)
async def test_only_a_persons_change_is_a_word(sessions, now, known, cause, counts):
    async with sessions.begin() as session:
        await changes.put(session, a_service("a", name="Other"), Deed(cause, now + DAY, by=1))
        assert await freshness.said(session) == ({"a": now + DAY} if counts else {})
        assert await freshness.said(session, "b") == {}


async def test_only_what_silence_has_hidden_comes_back_by_an_answer(sessions, now, known):
    deed = Deed(Cause.FRESHNESS, now)
    async with sessions.begin() as session:
        await changes.hide(session, "a", Hidden.UNCONFIRMED, deed)
        await changes.hide(session, "b", Hidden.CLOSED, deed)
        await changes.hide(session, "c", Hidden.EXPIRED, deed)
        assert [each.id for each in await freshness.silenced(session)] == ["a", "c"]
        assert await freshness.stored(session, "b") == (a_service("b"), Hidden.CLOSED)
        assert await freshness.stored(session, "nowhere") is None
