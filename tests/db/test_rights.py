"""Confirmations of rights cards: one a card, the newest counts."""

from dataclasses import replace
from datetime import timedelta

import pytest

import db.people
import db.rights
from directory.rights import Confirmation

ADA = 301


@pytest.fixture
def given(now):
    return Confirmation("gp", "a" * 64, ADA, now, now + timedelta(days=180))


async def stored(sessions):
    async with sessions() as session:
        return await db.rights.confirmations(session)


async def confirm(sessions, *given):
    async with sessions.begin() as session:
        for each in given:
            await db.rights.confirm(session, each)


async def test_a_confirmation_is_kept_and_the_newest_replaces_it(sessions, given, now):
    other = replace(given, card_id="school")
    await confirm(sessions, given, other)
    newer = replace(given, fingerprint="b" * 64, by=302, at=now + timedelta(days=1))
    await confirm(sessions, newer)
    assert await stored(sessions) == {"gp": newer, "school": other}
    async with sessions() as session:
        assert await db.rights.confirmations(session, ["school", "nrpf"]) == {"school": other}


async def test_it_can_be_taken_back_once(sessions, given):
    await confirm(sessions, given)
    async with sessions.begin() as session:
        assert await db.rights.withdraw(session, "gp")
        assert not await db.rights.withdraw(session, "gp")
    assert await stored(sessions) == {}


async def test_that_coordinators_were_asked_is_noted_until_it_is_confirmed_anew(
    sessions, given, now
):
    await confirm(sessions, given, replace(given, card_id="school"))
    async with sessions.begin() as session:
        await db.rights.mark_asked(session, ["gp", "unknown"], now)
    assert {i: each.asked_at for i, each in (await stored(sessions)).items()} == {
        "gp": now,
        "school": None,
    }
    await confirm(sessions, given)
    assert (await stored(sessions))["gp"].asked_at is None


async def test_forgetting_a_coordinator_leaves_the_card_public_and_takes_the_name(
    sessions, given, now
):
    await confirm(sessions, given)
    async with sessions.begin() as session:
        await db.people.forget(session, ADA, now=now)
    assert await stored(sessions) == {"gp": replace(given, by=None)}
