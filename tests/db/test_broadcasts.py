from datetime import timedelta

import pytest

from db import broadcasts, people
from delivery.broadcast import Audience, Broadcast, State

AUTHOR, OTHER = 1, 2
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
async def pending(sessions, now):
    async with sessions.begin() as session:
        made = await broadcasts.create(
            session,
            author_id=AUTHOR,
            texts={"en": "<b>y</b>", "ar": "ي"},
            audience=Audience.EVERYONE,
            now=now,
        )
        moved = await broadcasts.move(
            session, made, old=State.DRAFT, new=State.PENDING, by=AUTHOR, now=now + MINUTE
        )
    assert moved
    return made


async def test_a_second_coordinator_approves(sessions, now, pending):
    async with sessions.begin() as session:
        assert [b.id for b in await broadcasts.in_state(session, State.PENDING)] == [pending]
        assert await broadcasts.move(
            session, pending, old=State.PENDING, new=State.APPROVED, by=OTHER, now=now + 2 * MINUTE
        )
        found = await broadcasts.find(session, pending)
        assert await broadcasts.find(session, pending + 1) is None
    assert found == Broadcast(
        pending,
        AUTHOR,
        {"en": "<b>y</b>", "ar": "ي"},
        Audience.EVERYONE,
        State.APPROVED,
        now,
        submitted_at=now + MINUTE,
        decided_by=OTHER,
        decided_at=now + 2 * MINUTE,
    )


async def test_the_database_refuses_an_author_who_approves(sessions, now, pending):
    async with sessions.begin() as session:
        assert not await broadcasts.move(
            session, pending, old=State.PENDING, new=State.APPROVED, by=AUTHOR, now=now
        )
        assert await broadcasts.move(
            session, pending, old=State.PENDING, new=State.CANCELLED, by=AUTHOR, now=now
        )


async def test_several_old_states(sessions, now, pending):
    async with sessions.begin() as session:
        assert await broadcasts.move(
            session,
            pending,
            old=[State.DRAFT, State.PENDING],
            new=State.CANCELLED,
            by=AUTHOR,
            now=now,
        )


async def test_only_the_author_overrules_and_only_what_waits(sessions, now, pending):
    async with sessions.begin() as session:
        of = {"new": State.APPROVED, "why": "No time.", "now": now}
        assert not await broadcasts.overrule(session, pending, by=OTHER, **of)
        assert await broadcasts.overrule(session, pending, by=AUTHOR, **of)
        assert not await broadcasts.overrule(session, pending, by=AUTHOR, **of)
        found = await broadcasts.find(session, pending)
    assert found is not None
    assert (found.override, found.decided_by) == ("No time.", AUTHOR)


async def test_an_author_schedules_nothing_either(sessions, now, pending):
    async with sessions.begin() as session:
        assert not await broadcasts.move(
            session, pending, old=State.PENDING, new=State.SCHEDULED, by=AUTHOR, now=now
        )


async def test_what_is_scheduled_is_due_once(sessions, now, pending):
    async with sessions.begin() as session:
        assert await broadcasts.move(
            session, pending, old=State.PENDING, new=State.SCHEDULED, by=OTHER, now=now
        )
        assert not await broadcasts.set_time(session, pending, State.PENDING, now)
        assert await broadcasts.set_time(session, pending, State.SCHEDULED, now + MINUTE)
        assert not await broadcasts.set_repeat(session, pending, 1, now.date())
        assert await broadcasts.due(session, now) == []
        assert [each.id for each in await broadcasts.due(session, now + MINUTE)] == [pending]
        assert [each.id for each in await broadcasts.unfinished(session, now.date())] == [pending]
        assert await broadcasts.release(session, pending, now + MINUTE)
        assert not await broadcasts.release(session, pending, now + MINUTE)
        assert await broadcasts.due(session, now + MINUTE) == []
        assert [each.id for each in await broadcasts.gone_out(session, now)] == [pending]
        assert await broadcasts.gone_out(session, now + 2 * MINUTE) == []
        found = await broadcasts.find(session, pending)
    assert found is not None
    assert (found.decided_by, found.decided_at) == (OTHER, now), "who approved it stays"


async def test_repeats_until_their_last_day(sessions, now, pending):
    today = now.date()
    async with sessions.begin() as session:
        assert await broadcasts.set_repeat(session, pending, 2, today + 4 * DAY)
        assert await broadcasts.repeating(session, today) == []
        assert await broadcasts.move(
            session, pending, old=State.PENDING, new=State.APPROVED, by=OTHER, now=now
        )
        (origin,) = await broadcasts.repeating(session, today + 4 * DAY)
        assert origin.shape.every == 2
        made = await broadcasts.repeat(session, origin, send_at=now + 2 * DAY, now=now)
        assert await broadcasts.find(session, made.id) == made
        assert (made.origin_id, made.shape.every, made.until) == (pending, None, None)
        assert await broadcasts.repeats(session, pending) == [made]
        assert await broadcasts.repeating(session, today + 5 * DAY) == []
        assert await broadcasts.end_repeat(session, pending, today)
        assert not await broadcasts.end_repeat(session, pending, today)
        assert await broadcasts.repeating(session, today + DAY) == []


@pytest.mark.parametrize(
    ("alone", "state"),
    [
        pytest.param(True, State.CANCELLED, id="approved alone: nobody stands behind it"),
        pytest.param(False, State.SCHEDULED, id="approved by a second person: it leaves"),
    ],
)
async def test_whose_author_is_forgotten_before_its_time(sessions, now, pending, alone, state):
    async with sessions.begin() as session:
        if alone:
            await broadcasts.overrule(
                session, pending, new=State.SCHEDULED, by=AUTHOR, why="snow", now=now
            )
        else:
            await broadcasts.move(
                session, pending, old=State.PENDING, new=State.SCHEDULED, by=OTHER, now=now
            )
        await people.forget(session, AUTHOR, now=now)
        found = await broadcasts.find(session, pending)
    assert found is not None
    assert (found.state, found.author_id) == (state, None)
