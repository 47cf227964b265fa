from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from db import changes, drafts, proposals, services
from db.changes import Hidden
from db.engine import make_engine, make_sessions
from directory import editing, facts
from directory.history import Cause, ChangedSince, Deed, FieldChange
from directory.model import Address, Audience, Checker, Fact, Point, ServiceAtLocation
from people.drafts import Draft
from tests.db.test_services import a_service, imported

MARKER = Address(("17 Marker Lane", "Marker House", "Leeds"), "LS1 1AA")


async def put(sessions, service, deed):
    async with sessions.begin() as session:
        return await changes.put(session, service, deed)


async def history(sessions, service_id="a"):
    async with sessions() as session:
        return await changes.of_service(session, service_id)


@pytest.fixture
async def known(sessions, now):
    await imported(sessions, now, a_service("a"), a_service("b"))
    return a_service("a")


async def test_the_history_says_who_changed_what_when_and_why(sessions, now, known):
    deed = Deed(Cause.OWNER, now + timedelta(hours=1), by=7, why="The owner wrote it.")
    await put(sessions, replace(known, name="Other", min_age=None), deed)
    newest, first = await history(sessions)
    assert newest.deed == deed
    assert newest.fields == (
        FieldChange("name", "Open Door مفتوح", "Other"),
        FieldChange("min_age", 18, None),
    )
    assert (first.deed.cause, first.deed.by, first.fields) == (Cause.PACK, None, ())
    assert len(await history(sessions, "b")) == 1


async def test_nothing_changed_leaves_no_entry(sessions, now, known):
    assert await put(sessions, known, Deed(Cause.OWNER, now)) == ()
    assert len(await history(sessions)) == 1


async def test_an_unknown_service_cannot_be_changed(sessions, now):
    with pytest.raises(LookupError):
        await put(sessions, a_service("x"), Deed(Cause.OWNER, now))


async def test_a_change_can_be_taken_back_and_that_too(sessions, now, known):
    await put(sessions, replace(known, name="Other"), Deed(Cause.OWNER, now, by=7))

    async def undone() -> str:
        newest = (await history(sessions))[0]
        async with sessions.begin() as session:
            assert await changes.undo(session, newest.id, by=8, now=now) == newest
            found = await services.find(session, "a")
        entry = (await history(sessions))[0]
        assert entry.deed == Deed(Cause.UNDO, now, by=8, undoes=newest.id)
        assert found is not None
        return found.name

    assert [await undone(), await undone()] == [known.name, "Other"]


async def test_what_was_changed_again_cannot_be_taken_back(sessions, now, known):
    await put(sessions, replace(known, name="Other"), Deed(Cause.OWNER, now))
    await put(sessions, replace(known, name="Third"), Deed(Cause.OWNER, now))
    newest, middle, first = await history(sessions)
    for change in (middle, first):
        with pytest.raises(ChangedSince):
            async with sessions.begin() as session:
                await changes.undo(session, change.id, by=8, now=now)
    with pytest.raises(LookupError):
        async with sessions.begin() as session:
            await changes.undo(session, newest.id + 9, by=8, now=now)


async def test_hiding_is_a_change_that_can_be_taken_back(sessions, now, known):
    deed = Deed(Cause.FRESHNESS, now, why="no answer")
    async with sessions.begin() as session:
        assert await changes.hide(session, "a", Hidden.UNCONFIRMED, deed)
        assert not await changes.hide(session, "a", Hidden.UNCONFIRMED, deed)
        assert await services.find(session, "a") is None
    newest = (await history(sessions))[0]
    assert newest.fields == (FieldChange("hidden", None, "unconfirmed"),)
    async with sessions.begin() as session:
        await changes.undo(session, newest.id, by=8, now=now)
        assert await services.find(session, "a") == known
    with pytest.raises(ChangedSince):  # it is shown already
        async with sessions.begin() as session:
            await changes.undo(session, newest.id, by=8, now=now)


async def undone(sessions, now, service_id="a", nth=0):
    """Take the newest change of the service back, or the *nth*."""
    entry = (await history(sessions, service_id))[nth]
    async with sessions.begin() as session:
        return await changes.undo(session, entry.id, by=8, now=now)


async def test_what_an_import_changed_and_a_person_took_back_stays_so(sessions, now, known):
    wrong = replace(known, name="Wrong", opening_hours="We 10:00-13:30")
    await imported(sessions, now, wrong)
    await undone(sessions, now)
    report = await imported(sessions, now, replace(wrong, phones=()))
    async with sessions() as session:
        found = await services.find(session, "a")
    assert found is not None and report.changed == ("a",)
    assert (found.name, found.opening_hours, found.phones) == (known.name, known.opening_hours, ())
    assert {(each.fact, each.by, each.on) for each in found.checks} == {
        (fact, Checker.COORDINATOR, now.date()) for fact in (Fact.SERVICES, Fact.HOURS)
    }
    assert all(each.valid_until for each in found.checks), "the owner is asked again"


async def test_what_a_person_changed_and_took_back_is_nobodys_word(sessions, now, known):
    await put(sessions, replace(known, name="Other"), Deed(Cause.OWNER, now, by=7))
    await undone(sessions, now)
    async with sessions() as session:
        assert await services.find(session, "a") == known


async def test_that_all_is_right_can_be_taken_back_and_that_too(sessions, now, known):
    async with sessions.begin() as session:
        await services.confirm(session, "a", by=5, now=now, today=now.date())
    confirmed = []
    for _ in range(2):
        await undone(sessions, now)
        async with sessions() as session:
            row = await changes.locked(session, "a")
            assert row is not None
            confirmed.append((row.confirmed_by, row.confirmed_at, row.record["confirmed_on"]))
    assert confirmed == [(None, None, None), (8, now, now.date().isoformat())]


async def test_what_is_gone_and_taken_back_stays_until_its_source_has_it_again(
    sessions, now, known
):
    day = timedelta(days=1)
    b = a_service("b")

    async def shown() -> set[str]:
        async with sessions() as session:
            return {each.id for each in await services.published(session)}

    await imported(sessions, now + day, b)
    await undone(sessions, now + 2 * day)
    await imported(sessions, now + 3 * day, b)
    assert await shown() == {"a", "b"}
    await imported(sessions, now + 4 * day, known, b)
    await imported(sessions, now + 5 * day, b)
    assert await shown() == {"b"}, "it was there and is gone again"
    await undone(sessions, now + 6 * day)
    async with sessions.begin() as session:
        deed = Deed(Cause.COORDINATOR, now + 7 * day, 8)
        await changes.hide(session, "a", Hidden.WITHDRAWN, deed)
    await imported(sessions, now + 8 * day, b)
    assert await shown() == {"b"}, "a person hid it"


async def test_doubt_is_shown_with_the_service_until_somebody_answers(sessions, now, known):
    day = date(2026, 11, 1)
    async with sessions.begin() as session:
        assert await changes.doubt(session, "a", day, now=now)
        assert not await changes.doubt(session, "a", day, now=now)
        assert await services.find(session, "a") == replace(known, doubted_on=day)
        assert (await services.published(session))[0].doubted_on == day
        assert await changes.doubt(session, "a", None, now=now)
        assert await services.find(session, "a") == known


@pytest.mark.parametrize("what", ["put", "hide", "doubt"])
async def test_the_version_changes_even_if_no_time_passes(sessions, now, known, what):
    async with sessions() as session:
        before = await services.version(session)
    async with sessions.begin() as session:
        if what == "put":
            await changes.put(session, replace(known, name="Other"), Deed(Cause.OWNER, now))
        elif what == "hide":
            await changes.hide(session, "a", Hidden.CLOSED, Deed(Cause.OWNER, now))
        else:
            await changes.doubt(session, "a", now.date(), now=now)
    async with sessions() as session:
        assert await services.version(session) != before


async def test_a_change_that_is_committed_after_a_later_one_is_seen(postgresql_url, now):
    engine = make_engine(postgresql_url)
    sessions = make_sessions(engine)
    await imported(sessions, now, a_service("a"), a_service("b"))
    async with sessions() as slow:
        other = replace(a_service("a"), name="Slow")
        await changes.put(slow, other, Deed(Cause.OWNER, now + timedelta(seconds=1)))
        quick = replace(a_service("b"), name="Quick")
        await put(sessions, quick, Deed(Cause.OWNER, now + timedelta(seconds=2)))
        async with sessions() as session:
            before = await services.version(session)
        await slow.commit()
    async with sessions() as session:
        assert await services.version(session) != before
    await engine.dispose()


async def test_a_doubt_that_goes_while_another_comes_is_seen(sessions, now, known):
    async with sessions.begin() as session:
        await changes.doubt(session, "a", now.date(), now=now)
        before = await services.version(session)
        await changes.doubt(session, "a", None, now=now)
        await changes.doubt(session, "b", now.date(), now=now)
        assert await services.version(session) != before


SECRET_PLACE = ServiceAtLocation("p", None, None, None, confidential_location=True)


@pytest.mark.parametrize("cause", [Cause.OWNER, Cause.PACK, Cause.IMPORT])
@pytest.mark.parametrize(
    "secret",
    [
        pytest.param({"confidential_location": True}, id="its main place"),
        pytest.param({"address": None, "location": None, "other_places": (SECRET_PLACE,)},
                     id="another place"),
    ],
)  # fmt: skip
async def test_a_place_that_becomes_confidential_leaves_no_address_anywhere(
    sessions, now, cause, secret
):
    await imported(sessions, now, a_service("a", address=None, location=None))
    open_one = a_service(
        "a", address=MARKER, location=Point(53.79, -1.52), hours_note="Ring at Marker House"
    )
    for words in ("Come to 17 Marker Lane", "Advice.", "We give advice."):
        await put(sessions, replace(open_one, description=words), Deed(Cause.OWNER, now, by=7))
    told = replace(open_one, description="We give advice.", hours_note=None)
    await put(sessions, told, Deed(Cause.OWNER, now, by=7))
    async with sessions.begin() as session:
        for field in (
            FieldChange("address", None, {"lines": list(MARKER.lines)}),
            FieldChange("note", None, "Ring at 17 Marker Lane"),
            FieldChange("name", "A", "B"),
        ):
            await proposals.propose(session, "a", [field], by=7, now=now)
        payload = {"service": "a", "fields": [{"new": "17 Marker Lane"}]}
        await drafts.put(session, Draft(7, editing.DRAFT, "place", payload), now)
    await put(sessions, replace(told, **secret), Deed(cause, now))
    async with sessions() as session:
        found = await services.find(session, "a")
        kept = []
        for table in ("services", "service_changes", "service_proposals", "drafts"):
            kept += [str(row) for row in await session.execute(text(f"SELECT * FROM {table}"))]
        waiting = await proposals.waiting(session, "a")
    assert found is not None and (found.address, found.location) == (None, None)
    assert [each.fields for each in waiting] == [(FieldChange("name", "A", "B"),)]
    assert "We give advice." in str(kept) and "Marker" not in str(kept) and "53.79" not in str(kept)


async def test_a_new_confidential_service_is_stored_without_address(sessions, now):
    await imported(sessions, now, a_service("a", confidential_location=True, address=MARKER))
    async with sessions() as session:
        rows = await session.execute(text("SELECT record FROM services"))
        assert "Marker" not in str(rows.all())


async def test_an_import_leaves_alone_what_a_person_vouched_for(sessions, now, known):
    said = facts.checked(
        replace(known, opening_hours="We 10:00-13:30"),
        [Fact.HOURS],
        on=now.date(),
        by=Checker.OWNER,
    )
    await put(sessions, said, Deed(Cause.OWNER, now))
    report = await imported(sessions, now, a_service("a"), a_service("b"))
    again = await imported(sessions, now, a_service("a", name="Other"), a_service("b"))
    async with sessions() as session:
        found = await services.find(session, "a")
    assert (report.kept, report.unchanged, again.changed) == (("a",), ("b",), ("a",))
    assert found is not None and (found.name, found.opening_hours) == ("Other", "We 10:00-13:30")


@pytest.mark.parametrize("fact", [Fact.ADDRESS, Fact.SERVICES])
async def test_what_a_person_made_secret_stays_so_when_their_word_has_run_out(
    sessions, now, known, fact
):
    day = now.date()
    secret = {
        Fact.ADDRESS: replace(known, confidential_location=True),
        Fact.SERVICES: replace(known, audience=Audience.WORKERS),
    }[fact]
    until = day + timedelta(days=120)
    said = facts.checked(secret, [fact], on=day, by=Checker.COORDINATOR, valid_until=until)
    await put(sessions, said, Deed(Cause.COORDINATOR, now, 5))
    for days in (121, 122):
        await imported(sessions, now + timedelta(days=days), replace(known, name=f"Day {days}"))
    async with sessions() as session:
        found = await services.find(session, "a")
    assert found is not None
    if fact is Fact.ADDRESS:
        assert (found.confidential_location, found.address, found.location) == (True, None, None)
        assert found.name == "Day 122"
    else:
        assert found.audience is Audience.WORKERS
