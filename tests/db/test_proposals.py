import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from db import changes, drafts, people, proposals, services
from db.changes import Hidden
from db.listings import ProposalRow
from directory import editing
from directory.editing import State
from directory.history import Cause, ChangedSince, Deed, FieldChange
from people.drafts import Draft
from tests.db.test_services import a_service, imported

NAME = FieldChange("name", "Open Door مفتوح", "Other")
NOTE = FieldChange("note", None, "For staff")
PLACE = FieldChange(
    "address",
    {"lines": ["1 A Street", "Leeds"], "postcode": "LS9 8AA"},
    {"lines": ["17 Marker Lane"], "postcode": "LS1 1AA"},
)


@pytest.fixture
async def known(sessions, now):
    await imported(sessions, now, a_service("a"), a_service("b"))
    return sessions


async def propose(sessions, now, *fields, service_id="a", by=7):
    async with sessions.begin() as session:
        return await proposals.propose(session, service_id, fields, by=by, now=now)


async def waiting(sessions, service_id=None):
    async with sessions() as session:
        return await proposals.waiting(session, service_id)


async def change(sessions, now, *fields, said=lambda service: service):
    async with sessions.begin() as session:
        deed = Deed(Cause.OWNER, now, 7, "why")
        return await proposals.change(session, "a", fields, deed, said)


async def test_what_is_proposed_waits_and_changes_nothing(known, now):
    made = await propose(known, now, NAME)
    assert await waiting(known, "a") == [made]
    assert await waiting(known, "b") == []
    async with known() as session:
        assert await proposals.find(session, made.id) == made
        assert await proposals.counts(session) == {"a": 1}
        assert await services.find(session, "a") == a_service("a")


async def test_a_newer_one_replaces_only_what_is_about_the_same(known, now):
    first = await propose(known, now, NAME)
    other = await propose(known, now, NOTE)
    elsewhere = await propose(known, now, NAME, service_id="b")
    newer = await propose(known, now, replace(NAME, new="Third"), by=8)
    assert await waiting(known) == [other, elsewhere, newer]
    async with known() as session:
        found = await proposals.find(session, first.id)
    assert found is not None and found.state is State.WITHDRAWN


@pytest.mark.parametrize("hidden", [True, False])
async def test_nothing_is_proposed_for_what_is_not_shown(known, now, hidden):
    if hidden:
        async with known.begin() as session:
            await changes.hide(session, "a", Hidden.CLOSED, Deed(Cause.OWNER, now))
    with pytest.raises(LookupError):
        await propose(known, now, NAME, service_id="a" if hidden else "none")


async def test_a_proposal_is_decided_once(known, now):
    made = await propose(known, now, NAME)

    async def decide(new):
        async with known.begin() as session:
            return await proposals.move(session, made.id, new, by=9, now=now)

    decided = await asyncio.gather(decide(State.APPROVED), decide(State.REFUSED))
    assert sum(each is not None for each in decided) == 1
    assert await waiting(known) == []
    assert await decide(State.WITHDRAWN) is None


async def test_a_change_is_written_with_whose_word_it_is(known, now):
    entry = await change(known, now, NAME, said=lambda s: replace(s, note="said"))
    assert entry is not None
    assert entry.deed == Deed(Cause.OWNER, now, 7, "why")
    assert {each.field for each in entry.fields} == {"name", "note"}
    assert await change(known, now, said=lambda s: s) is None
    with pytest.raises(ChangedSince):
        await change(known, now, NAME)


async def test_a_hidden_service_is_not_changed(known, now):
    async with known.begin() as session:
        await changes.hide(session, "a", Hidden.CLOSED, Deed(Cause.OWNER, now))
    with pytest.raises(LookupError):
        await change(known, now, NAME)
    async with known() as session:
        assert await proposals.stored(session, "a") == a_service("a")
        assert await proposals.stored(session, "none") is None


async def test_a_place_that_becomes_secret_is_in_no_proposal_and_no_draft(known, now):
    await propose(known, now, PLACE)
    await propose(known, now, replace(NOTE, new="Ring at 17 Marker Lane"))
    kept = await propose(known, now, NAME)
    async with known.begin() as session:
        for person, service_id in ((7, "a"), (8, "b")):
            payload = {"service": service_id, "fields": [{"new": "17 Marker Lane"}]}
            await drafts.put(session, Draft(person, editing.DRAFT, "place", payload), now)
        await drafts.put(session, Draft(9, "broadcast", "en", {"texts": {}}), now)
    await change(known, now, FieldChange("confidential_location", False, True))
    assert await waiting(known) == [kept]
    async with known() as session:
        stored = [str(each) for each in await session.scalars(select(ProposalRow.fields))]
        assert "Marker" not in str(stored)
        found = await session.execute(text("SELECT person_id FROM drafts ORDER BY person_id"))
        assert [row[0] for row in found] == [8, 9]


async def test_forgetting_takes_the_person_out_and_leaves_the_proposal(known, now):
    made = await propose(known, now, NAME)
    async with known.begin() as session:
        await people.forget(session, 7, now=now)
    assert await waiting(known) == [replace(made, by=None)]


async def test_only_what_was_decided_long_ago_is_deleted(known, now):
    old = await propose(known, now, NAME)
    await propose(known, now, NOTE)
    async with known.begin() as session:
        await proposals.move(session, old.id, State.REFUSED, by=9, now=now)
    async with known.begin() as session:
        assert await proposals.purge(session, now) == 0
        assert await proposals.purge(session, now + timedelta(days=1)) == 1
    assert len(await waiting(known)) == 1


async def test_a_draft_is_taken_once(known, now):
    draft = Draft(7, editing.DRAFT, "name", {"service": "a", "fields": []})
    async with known.begin() as session:
        await drafts.put(session, draft, now)

    async def take():
        async with known.begin() as session:
            return await drafts.take(session, 7)

    taken = await asyncio.gather(take(), take())
    assert sorted(map(str, taken)) == sorted(map(str, [None, draft]))
