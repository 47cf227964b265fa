"""What an edition tells beside the posts: public facts, no secret place, no small count."""

from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

import locales
from db import beside, changes, outcomes
from db.changes import Hidden
from db.documents import BESIDE, OCCASIONS, dump
from db.news import ItemRow
from db.sending import EditionRow
from digests.edition import NOTHING_BESIDE, Digest, EditionState, Meeting, ServiceNewsKind, Unmet
from digests.item import Decision, Occasion, OccasionKind
from digests.render import render_whole
from directory.history import Cause, Deed
from directory.model import Address, Audience, Confidence, Phone, Status
from directory.needs import LINE_NEEDS, NEEDS, is_danger
from locales.errors import Text
from people.voice import Asked, Outcome
from tests.db.test_services import a_service, imported

WEEK, BEFORE = "2026-W47", "2026-W46"
LONDON = ZoneInfo("Europe/London")
MARKER = Address(("17 Marker Lane", "Leeds"), "LS1 1AA")
DAY = timedelta(days=1)
HOURS = "The opening times have changed."
PHONE = "The phone number has changed."
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


async def gathered(sessions, now, week=WEEK):
    async with sessions() as session:
        return await beside.gather(session, week, now=now, zone=LONDON)


async def put(sessions, service, at, by=7, cause=Cause.OWNER):
    async with sessions.begin() as session:
        await changes.put(session, service, Deed(cause, at, by=by))


async def hide(sessions, service_id, reason, at):
    async with sessions.begin() as session:
        await changes.hide(session, service_id, reason, Deed(Cause.COORDINATOR, at, by=7))


def told(found):
    return [(each.kind, each.name, [str(fact) for fact in each.what]) for each in found.services]


@pytest.fixture
async def known(sessions, now):
    """A directory of three, older than the week."""
    secret = a_service("s", name="Refuge", address=None, location=None, confidential_location=True)
    await imported(sessions, now - 30 * DAY, a_service("a", name="Open Door"), secret)
    staff = a_service("w", name="Back Office", audience=Audience.WORKERS)
    async with sessions.begin() as session:
        await changes.add(session, staff, Deed(Cause.COORDINATOR, now - 30 * DAY), position=9)
    return a_service("a", name="Open Door")


async def test_a_quiet_week_has_nothing_beside_the_posts(sessions, now, known):
    assert await gathered(sessions, now) == NOTHING_BESIDE


async def test_several_changes_of_a_service_make_one_line(sessions, now, known):
    longer = replace(known, opening_hours="Mo-Su 09:00-17:00")
    await put(sessions, longer, now - 3 * DAY)
    await put(sessions, replace(longer, phones=(Phone("+441132224413"),)), now - 2 * DAY)
    assert told(await gathered(sessions, now)) == [
        (ServiceNewsKind.CHANGED, "Open Door", [PHONE, HOURS])
    ]


async def test_what_was_taken_back_the_same_week_is_no_news(sessions, now, known):
    await put(sessions, replace(known, opening_hours="24/7"), now - 3 * DAY)
    await put(sessions, known, now - 2 * DAY)
    await hide(sessions, "a", Hidden.CLOSED, now - 2 * DAY)
    await hide(sessions, "a", None, now - DAY)
    assert (await gathered(sessions, now)).services == ()


async def test_news_of_the_directory_are_since_the_last_edition(sessions, now, known):
    await put(sessions, replace(known, opening_hours="24/7"), now - 9 * DAY)
    assert (await gathered(sessions, now)).services == ()
    approved = EditionRow(
        week="2026-W45",
        state=EditionState.APPROVED,
        created_at=now - 12 * DAY,
        decided_at=now - 11 * DAY,
    )
    async with sessions.begin() as session:
        session.add(approved)
    assert told(await gathered(sessions, now)) == [(ServiceNewsKind.CHANGED, "Open Door", [HOURS])]


@ON_SQLITE
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"status": Status.FULL}, ["It is full now."], id="full"),
        pytest.param({"min_age": 16, "max_age": 25}, ["Who can come has changed."], id="for whom"),
        pytest.param({"description": "Advice!"}, [], id="other words for the same are no news"),
        pytest.param({"note": "Ask for Jo."}, [], id="a note for staff is nobody else's"),
        pytest.param(
            {"confidence": Confidence.LOW, "phones": ()}, [], id="what is not shown is not told"
        ),
        pytest.param({"audience": Audience.WORKERS}, [], id="only staff see it now"),
    ],
)
async def test_only_public_facts_are_told(sessions, now, known, changed, expected):
    await put(sessions, replace(known, **changed), now - DAY)
    found = told(await gathered(sessions, now))
    assert [fact for each in found for fact in each[2]] == expected


async def test_closed_comes_before_new_before_changed(sessions, now, known):
    async with sessions.begin() as session:
        for each in ("b", "c"):
            deed = Deed(Cause.COORDINATOR, now - 20 * DAY)
            await changes.add(session, a_service(each, name=each.upper()), deed, position=10)
    await put(sessions, replace(known, status=Status.CLOSED), now - DAY)
    await hide(sessions, "b", Hidden.CLOSED, now - DAY)
    await put(sessions, a_service("c", name="C", opening_hours="24/7"), now - DAY)
    async with sessions.begin() as session:
        deed = Deed(Cause.COORDINATOR, now - DAY, by=7)
        await changes.add(session, a_service("n", name="N"), deed, position=20)
        staff = a_service("x", audience=Audience.WORKERS)
        await changes.add(session, staff, deed, position=21)
    await put(sessions, a_service("w", name="Was for staff"), now - DAY)
    kinds = [(kind, name) for kind, name, _ in told(await gathered(sessions, now))]
    assert kinds == [
        (ServiceNewsKind.CLOSED, "B"),
        (ServiceNewsKind.CLOSED, "Open Door"),
        (ServiceNewsKind.NEW, "N"),
        (ServiceNewsKind.NEW, "Was for staff"),
        (ServiceNewsKind.CHANGED, "C"),
    ]


@ON_SQLITE
@pytest.mark.parametrize("reason", [each for each in Hidden if each is not Hidden.CLOSED])
async def test_a_hidden_service_is_not_called_closed(sessions, now, known, reason):
    await hide(sessions, "a", reason, now - DAY)
    assert (await gathered(sessions, now)).services == ()


async def test_a_new_directory_is_not_news(sessions, now):
    await imported(sessions, now - DAY, a_service("a"), a_service("b"))
    assert (await gathered(sessions, now)).services == ()


async def test_nothing_of_a_secret_place_is_told(sessions, now, known):
    """P8: the marker is in every part of it, and in none of what is told."""
    open_once = a_service("a", name="17 Marker Lane Refuge", address=MARKER)
    await put(sessions, open_once, now - 3 * DAY)
    sealed = replace(
        open_once,
        confidential_location=True,
        name="Refuge at 17 Marker Lane",
        hours_note="At Marker Lane on Mondays.",
        opening_hours="24/7",
    )
    await put(sessions, sealed, now - 2 * DAY)
    found = await gathered(sessions, now)
    assert [kind for kind, _, _ in told(found)] == [ServiceNewsKind.CHANGED]
    digest = Digest(WEEK, (), beside=found)
    said = str(dump(BESIDE, found)) + str(render_whole(digest, locales.translator("en"), {}))
    assert "Changed: " in said
    assert "Marker" not in said
    assert "LS1" not in said
    assert "address" not in said


async def test_a_place_that_became_secret_is_not_new(sessions, now, known):
    await put(sessions, replace(known, address=MARKER), now - 9 * DAY)
    await put(sessions, replace(known, address=MARKER, confidential_location=True), now - DAY)
    assert (await gathered(sessions, now)).services == ()


@ON_SQLITE
async def test_who_changed_it_is_not_told(sessions, now, known):
    await put(sessions, replace(known, opening_hours="24/7"), now - DAY, by=987654321)
    assert "987654321" not in str(dump(BESIDE, await gathered(sessions, now)))


@ON_SQLITE
async def test_the_ten_most_important_are_told(sessions, now, known):
    async with sessions.begin() as session:
        for number in range(12):
            new = a_service(f"n{number}", name=f"N {number:02}")
            deed = Deed(Cause.COORDINATOR, now - DAY)
            await changes.add(session, new, deed, position=20 + number)
    names = [name for _, name, _ in told(await gathered(sessions, now))]
    assert names == [f"N {number:02}" for number in range(10)]


async def count(sessions, need, times, *, week=BEFORE, outcome=Outcome.ZERO):
    async with sessions.begin() as session:
        for _ in range(times):
            await outcomes.count(session, week, outcome, Asked(need, "LS9", "refugee", "ar"))


@ON_SQLITE
@pytest.mark.parametrize("times", range(1, 5))
async def test_a_count_under_five_is_hidden(sessions, now, times):
    await count(sessions, "food", times)
    assert (await gathered(sessions, now)).unmet == ()


async def test_what_was_not_found_is_counted_by_whole_weeks(sessions, now):
    """P6: nobody can take two editions from each other and keep one person."""
    await count(sessions, "food", 5)
    await count(sessions, "housing", 4)
    await count(sessions, "housing", 3, outcome=Outcome.RELAXED)
    await count(sessions, "clothes_furniture", 9, outcome=Outcome.NOT_HELPED)
    first = (await gathered(sessions, now)).unmet
    await count(sessions, "food", 1, week=WEEK)
    assert (await gathered(sessions, now)).unmet == first
    assert first == (Unmet("housing", 7), Unmet("food", 5))
    assert (await gathered(sessions, now + 7 * DAY, "2026-W48")).unmet == ()


async def test_the_first_week_of_a_year_looks_at_the_last_of_the_one_before(sessions, now):
    await count(sessions, "food", 6, week="2026-W53")
    assert (await gathered(sessions, now, "2027-W01")).unmet == (Unmet("food", 6),)


@ON_SQLITE
async def test_danger_is_never_in_a_public_count(sessions, now):
    for need in (*(each for each in NEEDS if is_danger((each,))), *LINE_NEEDS):
        await count(sessions, need, 5)
    assert (await gathered(sessions, now)).unmet == ()


@ON_SQLITE
async def test_the_five_most_frequent_needs_are_told(sessions, now):
    needs = ("food", "debt", "housing", "esol", "legal_immigration", "health_gp")
    for times, need in enumerate(needs, 5):
        await count(sessions, need, times)
    assert [each.need for each in (await gathered(sessions, now)).unmet] == list(needs[:0:-1])


def an_item(now, title="Forum", on=date(2026, 11, 20), **changed):
    occasions = (Occasion(OccasionKind.EVENT, on, "Friday", at=time(10)),)
    return ItemRow(
        **{
            "item_id": title,
            "title": title,
            "link": "https://example.org/forum",
            "summary": "",
            "body": "",
            "decision": Decision.ACCEPT,
            "reasons": [],
            "topics": ["events_meetings"],
            "occasions": dump(OCCASIONS, occasions),
            "place": "Town Hall",
            "first_seen": now - 10 * DAY,
            "week": BEFORE,
            "pinned": False,
            **changed,
        }
    )


async def store(sessions, *rows):
    async with sessions.begin() as session:
        for row in rows:
            session.add(row)
            await session.flush()


async def test_meetings_that_earlier_editions_told_are_told_soonest_first(sessions, now):
    await store(
        sessions,
        an_item(now, "Later", date(2026, 12, 14)),
        an_item(now, headline="The forum"),
    )
    assert (await gathered(sessions, now)).meetings == (
        Meeting(
            2, "The forum", "https://example.org/forum", date(2026, 11, 20), time(10), "Town Hall"
        ),
        Meeting(1, "Later", "https://example.org/forum", date(2026, 12, 14), time(10), "Town Hall"),
    )


@ON_SQLITE
@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"week": WEEK}, id="told by this edition itself"),
        pytest.param({"week": None}, id="in no edition yet"),
        pytest.param({"on": date(2026, 11, 15)}, id="over"),
        pytest.param({"on": date(2026, 12, 15)}, id="far ahead"),
        pytest.param({"gone_at": date(2026, 11, 15)}, id="its site has it no more"),
        pytest.param({"decision": Decision.REJECT}, id="taken out"),
        pytest.param({"occasions": []}, id="without a date"),
    ],
)
async def test_other_items_are_no_next_meeting(sessions, now, changed):
    if "gone_at" in changed:
        changed = {"gone_at": now}
    await store(sessions, an_item(now, **changed))
    assert (await gathered(sessions, now)).meetings == ()


async def test_a_meeting_is_told_once(sessions, now):
    await store(sessions, an_item(now), an_item(now, item_id="again", week="2026-W45"))
    await store(sessions, an_item(now, "FORUM", item_id="same", same_as=1))
    assert len((await gathered(sessions, now)).meetings) == 1


async def test_a_meeting_that_was_told_wrong_is_not_told_again(sessions, now):
    await store(sessions, an_item(now), an_item(now, item_id="right", week=WEEK, corrects=1))
    assert (await gathered(sessions, now)).meetings == ()


@ON_SQLITE
async def test_at_most_eight_meetings_are_told(sessions, now):
    rows = [an_item(now, f"Forum {n}", date(2026, 11, 16) + n * DAY) for n in range(10)]
    await store(sessions, *rows)
    assert [each.title for each in (await gathered(sessions, now)).meetings] == [
        f"Forum {n}" for n in range(8)
    ]


async def test_it_can_be_kept_and_read_again(sessions, now, known):
    await put(sessions, replace(known, opening_hours="24/7"), now - DAY)
    await count(sessions, "food", 5)
    await store(sessions, an_item(now))
    found = await gathered(sessions, now)
    assert BESIDE.validate_python(dump(BESIDE, found)) == found
    assert all(isinstance(fact, Text) for each in found.services for fact in each.what)
