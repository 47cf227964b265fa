"""Asking whether services are still right: who is asked, and what the answers do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import db.changes
import db.freshness
import db.people
import db.proposals
import db.services
from db.changes import Hidden
from db.models import ServiceRow
from directory.freshness import Step
from directory.history import Cause, Deed, FieldChange
from directory.model import Checker, Confidence, Fact, Gender, Status
from handlers import freshness_round
from tests.db.test_services import a_service
from tests.flows.stage import ADA, BEN, NEWCOMER, OTHER, PARTNER, REFUSAL, STALE

DAY = timedelta(days=1)
CHARITY = "Leeds Example Charity"  # of the partner in tests.flows.stage
QUESTION = "Is this still right?"


def services(count=4, **changed):
    return [
        a_service(
            f"s{n}",
            name=f"Place {n}",
            organization=CHARITY,
            needs=("food",),
            gender=Gender.ANY,
            min_age=None,
            **changed,
        )
        for n in range(count)
    ]


async def due(stage, *listed, on=None, others=None):
    """Let the directory hold *listed*, all of them due now; *others*: all but the first."""
    async with stage.sessions.begin() as session:
        await db.services.import_pack(session, listed, [], stage.clock())
        moments = {each.id: others or on or stage.clock() for each in listed}
        moments[listed[0].id] = on or stage.clock()
        await db.freshness.begin(session, moments)


async def run(stage):
    done = await freshness_round.run(stage.app)
    await stage.send_out()
    return {step: ids for step, ids in done.items() if ids}


async def days(stage, count, *, every=1):
    """Let *count* days pass, the job running each morning, or every so many days."""
    for _ in range(0, count, every):
        stage.clock.advance(every * DAY)
        await freshness_round.run(stage.app)
    await stage.send_out()


async def stored(stage, service_id="s0"):
    async with stage.sessions() as session:
        row = await session.get(ServiceRow, service_id)
        found = await db.freshness.stored(session, service_id)
        assert found is not None and row is not None
        return *found, row.doubted_on


async def round_of(stage, service_id="s0"):
    async with stage.sessions() as session:
        return await db.freshness.find(session, service_id)


async def test_the_owner_reads_the_facts_and_says_that_they_are_right(staff):
    await due(staff, *services(1, confidence=Confidence.LOW))
    assert await run(staff) == {Step.ASK: ["s0"]}
    shown = staff.last(PARTNER)
    assert shown.text.startswith(f"<b>{QUESTION}</b>")
    for fact in ("Place 0", "0113 222 4412", "1 A Street", "09:00–17:00"):
        assert fact in shown.text, "also what the public is not shown before somebody vouches"
    assert not any("find out if" in each.text for each in staff.screens(ADA)), "nobody else"
    shown = await staff.presses(PARTNER, "Yes, all is right")
    assert "I ask again on Wednesday, 16 December 2026." in shown.text
    service, hidden, doubted = await stored(staff)
    assert {check.fact for check in service.checks} == set(Fact)
    assert {check.by for check in service.checks} == {Checker.OWNER}
    assert {check.valid_until for check in service.checks} == {(staff.clock() + 90 * DAY).date()}
    assert (service.confidence, hidden, doubted) == (Confidence.HIGH, None, None)
    known = await round_of(staff)
    assert (known.asked_at, known.answer, known.due_at) == (
        None,
        "right",
        staff.clock() + 30 * DAY,
    )
    assert await run(staff) == {}, "nothing is due"


async def test_nobody_is_asked_twice_however_often_the_job_runs(crew):
    await due(crew, *services(1))
    for _ in range(3):
        await run(crew)
    assert len(crew.screens(PARTNER)) == 1


async def test_one_message_for_several_services(crew):
    await due(crew, *services(9))
    await run(crew)
    (shown,) = crew.screens(PARTNER)
    assert "Are these still right?" in shown.text
    assert shown.labels == [*(f"Place {n}" for n in range(7)), "Next page (1 of 2)"]
    shown = await crew.presses(PARTNER, "Next page")
    assert shown.labels[:2] == ["Place 7", "Place 8"]
    await crew.presses(PARTNER, "Place 8")
    shown = await crew.presses(PARTNER, "Yes, all is right")
    assert "More to look at: 8" in shown.labels
    shown = await crew.presses(PARTNER, "More to look at")
    assert "Place 8" not in shown.labels


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(datetime(2026, 11, 16, 8, 59, tzinfo=UTC), id="too early"),
        pytest.param(datetime(2026, 11, 16, 17, 0, tzinfo=UTC), id="too late"),
        pytest.param(datetime(2026, 11, 21, 12, 0, tzinfo=UTC), id="on a Saturday"),
        pytest.param(datetime(2026, 12, 25, 12, 0, tzinfo=UTC), id="at Christmas"),
    ],
)
async def test_nobody_is_asked_outside_working_hours(crew, moment):
    await due(crew, *services(1))
    crew.clock.now = moment
    assert await run(crew) == {}
    assert crew.screens(PARTNER) == []


async def test_full_is_shown_at_once_and_asked_about_in_a_month(crew):
    await due(crew, *services(1))
    await run(crew)
    await crew.presses(PARTNER, "It is full")
    service, _, _ = await stored(crew)
    assert (service.status, service.status_date) == (Status.FULL, crew.app.today())
    assert (await round_of(crew)).due_at == crew.clock() + 30 * DAY
    crew.clock.advance(30 * DAY)
    await run(crew)
    assert "They take people again" in crew.last(PARTNER).labels
    await crew.presses(PARTNER, "They take people again")
    assert (await stored(crew))[0].status is Status.OPEN


async def test_closed_is_hidden_at_once_and_a_coordinator_brings_it_back(crew):
    await due(crew, *services(1), *[a_service("other", organization="Another")])
    await run(crew)
    shown = await crew.presses(PARTNER, "It has closed")
    assert "I stop showing it at once" in shown.text
    assert (await stored(crew))[1] is None, "not before the second press"
    await crew.presses(PARTNER, "Yes, it has closed")
    assert (await stored(crew))[1] is Hidden.CLOSED
    await crew.send_out()
    for coordinator in (ADA, BEN):
        assert "Place 0 has closed" in crew.last(coordinator).text
    shown = await crew.forges(PARTNER, "1:F:s0:s")
    assert REFUSAL in crew.alerts[-1] or REFUSAL in shown.text
    assert (await stored(crew))[1] is Hidden.CLOSED
    shown = await crew.presses(ADA, "Show it again")
    assert QUESTION in shown.text
    assert (await stored(crew))[1] is None


async def test_a_yes_about_other_facts_is_asked_again(crew):
    (service,) = services(1)
    await due(crew, service)
    await run(crew)
    await due(crew, replace(service, opening_hours="We 10:00-13:30"))
    shown = await crew.presses(PARTNER, "Yes, all is right")
    assert "The facts have changed since I asked" in shown.text
    assert "10:00–13:30" in shown.text
    assert (await stored(crew))[0].checks == ()
    await crew.presses(PARTNER, "Yes, all is right")
    assert len((await stored(crew))[0].checks) == len(Fact)


async def test_of_two_partners_the_second_one_answers_about_what_the_first_one_left(crew):
    today = crew.app.today()
    async with crew.sessions.begin() as session:
        await db.people.make_partner(session, OTHER, CHARITY, today=today)
    await due(crew, *services(1))
    await run(crew)
    yes = crew.button(OTHER, "Yes, all is right")
    await crew.presses(PARTNER, "It has closed")
    await crew.presses(PARTNER, "Yes, it has closed")
    shown = await crew.forges(OTHER, yes)
    assert "not shown any more" in shown.text
    assert (await stored(crew))[1] is Hidden.CLOSED


@pytest.mark.parametrize("act", ["", ":y:00000000", ":u", ":C", ":s", ":k", ":n"])
async def test_a_button_grants_nothing(crew, act):
    (mine,) = services(1)
    await due(crew, mine, a_service("theirs", organization="Another"))
    before = await crew.rows(of_directory=True)
    for who in (NEWCOMER, PARTNER):
        await crew.forges(who, f"1:F:theirs{act}")
    async with crew.sessions.begin() as session:
        await db.people.end_role(session, PARTNER, today=crew.app.today())
    await crew.forges(PARTNER, f"1:F:s0{act}")
    for each in ("services", "service_checks", "service_tasks", "service_changes"):
        assert (await crew.rows(of_directory=True)).get(each) == before.get(each)


async def test_buttons_that_lead_nowhere_get_a_fresh_start(crew):
    await due(crew, *services(1))
    for data in ("1:F:nowhere", "1:F:s0:strange", "1:O:s0:999", "1:O:nowhere", "1:L:m:x"):
        assert STALE in (await crew.forges(ADA, data)).text, data


async def test_silence_is_reminded_told_lowered_and_then_hidden(crew):
    await due(crew, *services(8), others=crew.clock() + 300 * DAY)
    await run(crew)
    happened = {}
    for day in range(1, 62):
        crew.clock.advance(DAY)
        for step, ids in (await run(crew)).items():
            if "s0" in ids:
                happened[step] = day
    assert happened == {
        Step.REMIND: 7,
        Step.ESCALATE: 14,
        Step.LOWER: 21,
        Step.WARN: 53,
        Step.HIDE: 60,
    }
    assert (await stored(crew))[1:] == (Hidden.UNCONFIRMED, datetime(2026, 11, 16).date())  # noqa: DTZ001
    told = [each.text for each in crew.screens(ADA)]
    assert any("Place 0: nobody has answered since Monday, 16 November 2026." in t for t in told)
    assert any("Place 0: I hide it on Friday, 15 January 2027." in t for t in told)
    assert any("Place 0: hidden now. Nobody has answered." in t for t in told)
    await crew.forges(PARTNER, "1:F:s0")
    await crew.presses(PARTNER, "Yes, all is right")
    assert (await stored(crew))[1:] == (None, None), "an answer brings it back"


async def test_a_coordinator_keeps_a_service_for_30_days(crew):
    await due(crew, *services(8), others=crew.clock() + 300 * DAY)
    await run(crew)
    await days(crew, 56, every=7)
    warned = [i for i, each in enumerate(crew.screens(ADA)) if "I hide it on" in each.text]
    assert warned
    await crew.forges(ADA, "1:F:s0")
    await crew.presses(ADA, "Keep it 30 days")
    await days(crew, 21, every=7)
    assert (await stored(crew))[1] is None
    await days(crew, 14, every=7)
    assert (await stored(crew))[1] is Hidden.UNCONFIRMED


async def test_without_any_partner_coordinators_are_asked_a_few_a_day_and_little_is_hidden(crew):
    await due(crew, *(replace(each, organization="Another") for each in services(40)))
    first = await run(crew)
    assert len(first[Step.ASK]) == 10
    assert crew.screens(PARTNER) == []
    assert "no partner of theirs is here to ask" in crew.last(ADA).text or any(
        "no partner of theirs is here to ask" in each.text for each in crew.screens(ADA)
    )
    await days(crew, 140, every=7)
    found = [(await stored(crew, f"s{n}"))[1] for n in range(40)]
    assert found.count(Hidden.UNCONFIRMED) == 10, "a quarter of the need, not more"


async def test_without_anybody_to_ask_nothing_is_hidden(small):
    await due(small, *services(8))
    await days(small, 98, every=7)
    assert [(await stored(small, f"s{n}"))[1] for n in range(8)] == [None] * 8
    assert (await round_of(small)).asked_at is None


async def test_an_owner_who_blocked_the_bot_is_no_owner(crew):
    await due(crew, *services(1))
    await crew.blocks(PARTNER)
    await run(crew)
    assert crew.screens(PARTNER) == []
    assert any("Place 0" in each.text for each in crew.screens(ADA))


async def test_a_coordinator_names_an_owner(crew):
    await due(crew, *services(1), on=crew.clock() + DAY)
    async with crew.sessions.begin() as session:
        await db.people.make_partner(session, OTHER, "Another", today=crew.app.today())
    await crew.forges(ADA, "1:F:s0")
    shown = await crew.presses(ADA, "Who is asked")
    assert f"every partner of {CHARITY}" in shown.text
    shown = await crew.presses(ADA, f"Another · {OTHER}")
    assert f"Now: Another · {OTHER}" in shown.text
    crew.clock.advance(DAY)
    await run(crew)
    assert QUESTION in crew.last(OTHER).text
    assert crew.screens(PARTNER) == []
    shown = await crew.forges(PARTNER, "1:O:s0:202")
    assert REFUSAL in crew.alerts[-1] or REFUSAL in shown.text
    await crew.forges(ADA, "1:O:s0")
    await crew.presses(ADA, "Ask its partners again")
    async with crew.sessions() as session:
        assert (await db.freshness.staff(session)).named == {}


async def test_facts_that_have_ended_are_hidden_after_a_week(crew):
    end = crew.app.today()
    await due(crew, *services(8), on=crew.clock() + 50 * DAY)
    async with crew.sessions.begin() as session:
        service = await db.services.find(session, "s0")
        assert service is not None
        ending = replace(service, valid_until=end)
        deed = Deed(Cause.IMPORT, crew.clock())
        await db.changes.put(session, ending, deed)
    await days(crew, 1)
    assert "This was right until Monday, 16 November 2026." in crew.last(PARTNER).text
    await days(crew, 12)
    assert (await stored(crew))[1] is Hidden.EXPIRED
    await crew.presses(PARTNER, "Yes, all is right")
    service, hidden, _ = await stored(crew)
    assert (service.valid_until, hidden) == (None, None)


async def test_three_people_who_say_that_it_is_wrong_lower_it_until_somebody_looks(staff):
    await due(staff, *services(1), on=staff.clock() + 9 * DAY)
    for who in (NEWCOMER, NEWCOMER, OTHER):
        await staff.forges(who, "1:X:s0:phone")
    assert (await stored(staff))[2] is None, "two people"
    await staff.forges(909, "1:X:s0:phone")
    assert (await stored(staff))[2] == staff.app.today()
    await staff.send_out()
    shown = await staff.presses(PARTNER, QUESTION)
    assert "Reports that something is wrong: 3" in shown.text
    await staff.presses(PARTNER, "Yes, all is right")
    assert (await stored(staff))[2] is None
    async with staff.sessions() as session:
        assert await db.freshness.open_tasks(session) == []
    for who in (NEWCOMER, OTHER, 909):
        staff.clock.advance(DAY)
        await staff.forges(who, "1:X:s0:phone")
    assert (await stored(staff))[2] is None, "a person of ours has just looked"


async def test_that_they_said_no_to_somebody_is_no_doubt_about_the_facts(crew):
    await due(crew, *services(1), on=crew.clock() + 9 * DAY)
    for who in (NEWCOMER, OTHER, 909):
        await crew.forges(who, "1:X:s0:refused")
    assert (await stored(crew))[2] is None


async def test_a_correction_ends_the_question_and_the_tasks(crew):
    await due(crew, *services(1))
    await run(crew)
    await crew.forges(NEWCOMER, "1:X:s0:place")
    crew.clock.advance(timedelta(hours=1))
    async with crew.sessions.begin() as session:
        service = await db.services.find(session, "s0")
        assert service is not None
        deed = Deed(Cause.OWNER, crew.clock(), by=PARTNER)
        await db.changes.put(session, replace(service, opening_hours="We 10:00-13:30"), deed)
    assert (await run(crew))[Step.SETTLE] == ["s0"]
    known = await round_of(crew)
    assert (known.asked_at, known.answer) == (None, "changed")
    async with crew.sessions() as session:
        assert await db.freshness.open_tasks(session) == []


async def test_what_is_reported_after_a_correction_stays_open(crew):
    (one,) = services(1)
    await due(crew, one, on=crew.clock())
    await run(crew)
    crew.clock.advance(DAY)
    async with crew.sessions.begin() as session:
        deed = Deed(Cause.OWNER, crew.clock(), by=PARTNER)
        await db.changes.put(session, replace(one, name="Corrected"), deed)
        crew.clock.advance(timedelta(hours=1))
        await db.freshness.open_task(session, "s0", "phone", now=crew.clock())
    crew.clock.advance(DAY)
    await run(crew)
    async with crew.sessions() as session:
        assert [task.kind for task in await db.freshness.open_tasks(session)] == ["phone"]


async def test_coordinators_hear_that_a_partner_says_open_and_can_take_it_back(crew):
    await due(crew, *services(1, status=Status.FULL))
    await crew.forges(PARTNER, "1:F:s0:o")
    await crew.send_out()
    service, _, _ = await stored(crew)
    assert service.status is Status.OPEN
    assert "It is public already" in crew.last(ADA).text
    await crew.presses(ADA, "Take it back")
    service, _, _ = await stored(crew)
    assert service.status is Status.FULL


async def test_an_undecided_proposal_holds_nothing_up_for_ever(crew):
    await due(crew, *services(1))
    await run(crew)
    async with crew.sessions.begin() as session:
        fields = [FieldChange("name", "Place 0", "Other")]
        await db.proposals.propose(session, "s0", fields, by=PARTNER, now=crew.clock())
    crew.clock.advance(8 * DAY)
    assert await run(crew) == {}, "a coordinator has two weeks"
    crew.clock.advance(7 * DAY)
    assert await run(crew) != {}


async def test_who_has_no_role_any_more_answers_for_nothing(crew):
    await due(crew, *services(1))
    async with crew.sessions.begin() as session:
        await db.freshness.name_owner(session, "s0", PARTNER, crew.clock())
        await db.people.end_role(session, PARTNER, today=crew.app.today())
        await db.people.make_partner(session, PARTNER, "Another one", today=crew.app.today())
    refused = await crew.forges(PARTNER, "1:F:s0:o")
    assert "public" not in refused.text
    service, _, _ = await stored(crew)
    assert service == services(1)[0]


async def test_on_monday_coordinators_learn_whom_to_phone_first(crew):
    await due(crew, *services(3), on=crew.clock() + 50 * DAY)
    for who in range(900, 906):
        await crew.forges(who, "1:s::s2")
    await crew.forges(NEWCOMER, "1:X:s1:closed")
    await run(crew)
    lists = [each for each in crew.screens(ADA) if "call these first" in each.text]
    assert len(lists) == 1
    assert lists[0].labels == ["1. Place 2", "2. Place 1", "3. Place 0"]
    assert "Shown in four weeks: 6" in lists[0].text
    assert "Reports that something is wrong: 1" in lists[0].text
    assert "0113 222 4412" in lists[0].text
    await crew.presses(ADA, "2. Place 1")
    await crew.presses(ADA, "I called: no answer")
    shown = await crew.forges(ADA, "1:L:c:0")
    assert "Place 1" not in shown.text, "not again before next week"
    await days(crew, 6)
    assert len([e for e in crew.screens(ADA) if "call these first" in e.text]) == 2
    await days(crew, 1)
    newest = [e for e in crew.screens(ADA) if "call these first" in e.text][-1]
    assert "Called before: nobody picked up." in newest.text
    await crew.presses(ADA, "Place 1")
    await crew.presses(ADA, "Yes, all is right")
    assert (await stored(crew, "s1"))[0].checks[0].by is Checker.COORDINATOR
    assert REFUSAL in (await crew.forges(PARTNER, "1:L:c:0")).text or REFUSAL in crew.alerts[-1]


async def test_a_crash_before_the_commit_asks_again_and_after_it_does_not(staff):
    await due(staff, *services(1))

    class Crash(Exception):
        pass

    async def crashing():
        async with staff.sessions.begin() as session:
            found = (await staff.app.directory()).services
            view = await freshness_round.look(session, staff.app, found, staff.clock())
            await freshness_round._ask(session, view)
            raise Crash

    with pytest.raises(Crash):
        await crashing()
    await staff.send_out()
    assert staff.screens(PARTNER) == []
    await run(staff)
    assert len(staff.screens(PARTNER)) == 1
