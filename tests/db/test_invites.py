from datetime import timedelta

import pytest
from sqlalchemy import select

from db import invites
from db.models import InviteRow
from people.invites import LIFETIME, Invite

HOUR = timedelta(hours=1)


async def an_invite(session, now, token="secret-token"):
    return await invites.create(session, token, "Org", by=7, now=now, expires=now + LIFETIME)


async def test_an_invite_works_once(sessions, now):
    async with sessions.begin() as session:
        await an_invite(session, now)
        used = [await invites.use(session, "secret-token", person, now) for person in (1, 1, 2)]
        assert await invites.open_invites(session, now) == []
    assert used == ["Org", None, None]


@pytest.mark.parametrize(
    ("token", "after", "works"),
    [
        pytest.param("secret-token", LIFETIME - HOUR, "Org", id="in time"),
        pytest.param("secret-token", LIFETIME, None, id="expired"),
        pytest.param("another", HOUR, None, id="a wrong token"),
        pytest.param("", HOUR, None, id="no token"),
    ],
)
async def test_only_the_right_token_in_time(sessions, now, token, after, works):
    async with sessions.begin() as session:
        await an_invite(session, now)
        assert await invites.use(session, token, 1, now + after) == works


async def test_a_revoked_invite_does_not_work(sessions, now):
    async with sessions.begin() as session:
        invite_id = await an_invite(session, now)
        assert await invites.open_invites(session, now) == [
            Invite(invite_id, "Org", 7, now, now + LIFETIME)
        ]
        assert await invites.revoke(session, invite_id, now)
        assert not await invites.revoke(session, invite_id, now)
        assert await invites.use(session, "secret-token", 1, now) is None


async def test_the_token_itself_is_not_stored(sessions, now):
    async with sessions.begin() as session:
        await an_invite(session, now)
        rows = (await session.execute(select(*InviteRow.__table__.columns))).all()
    assert len(rows) == 1
    assert "secret-token" not in repr(rows)
