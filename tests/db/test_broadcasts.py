from datetime import timedelta

import pytest

from db import broadcasts
from delivery.broadcast import Audience, Broadcast, State

AUTHOR, OTHER = 1, 2
MINUTE = timedelta(minutes=1)


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
