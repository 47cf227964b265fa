"""An update's time: undone, planned, kept for the morning, repeated, sent alone in an emergency."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

import db.amendments
import db.audit
import db.broadcasts
import db.outbox
from db.models import DraftRow
from delivery import timing
from delivery.amendment import Kind as Change
from delivery.broadcast import Audience, Shape, State
from delivery.model import CampaignState
from delivery.timing import Quiet
from handlers import campaigns, leaving, reports
from handlers.callbacks import Route, encode
from people.model import Role
from tests.flows.stage import ADA, BEN, NEWCOMER, OTHER, PARTNER, STALE, assemble

CAROL = 303
WORDS = "Beds are open tonight."
DECIDED = "Somebody has already decided about this message. Nothing was changed."
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NIGHT = Quiet(time(21), time(8))
EVENING = datetime(2026, 11, 16, 22, 15, tzinfo=UTC)  # in London too


@pytest.fixture
async def one(crew):
    """Two coordinators, a partner and two subscribers; quiet hours at night."""
    crew.application.bot_data["app"] = replace(crew.app, quiet=NIGHT)
    crew.app = crew.application.bot_data["app"]
    await crew.knows(NEWCOMER, language="ar")
    await crew.says(NEWCOMER, "/subscribe")
    await crew.says(OTHER, "/subscribe")
    return crew


async def submit(stage, who=ADA, words=WORDS, audience="Partners and digest readers"):
    """Write an update and ask for approval; the others have got it."""
    await stage.says(who, "/broadcast")
    await stage.says(who, words)
    await stage.presses(who, audience)
    await look(stage, who)
    shown = await stage.presses(who, "Ask for approval")
    await stage.send_out()
    return shown


async def look(stage, who):
    """Go from the audience to the last look, whatever lies between."""
    if not any("Ask for approval" in label for label in stage.last(who).labels):
        await stage.presses(who, "Look at it")


async def stored(stage, number=1):
    async with stage.sessions() as session:
        found = await db.broadcasts.find(session, number)
    assert found is not None
    return found


async def told(stage, words=WORDS):
    """Let the outbox leave; return the subscribers and partners who got *words* now."""
    before = len(stage.api.calls)
    await stage.send_out()
    calls = [call for call in stage.api.calls[before:] if call.method == "sendMessage"]
    asked = {ADA, BEN, CAROL}
    return {call.chat_id for call in calls if words in call.params["text"]} - asked


READERS = {NEWCOMER, OTHER, PARTNER}


async def pass_by(stage, by):
    """Let time pass and the job knock."""
    stage.clock.advance(by)
    await leaving.knock(stage.app)


async def test_nothing_leaves_for_a_minute_after_the_approval(one):
    await submit(one)
    await one.presses(BEN, "Approve and send")
    assert any("It leaves after 60 seconds." in s.text for s in one.screens(BEN)[-2:])
    one.clock.advance(timing.UNDO - timedelta(seconds=1))
    assert await told(one) == set()
    one.clock.advance(timedelta(seconds=1))
    assert await told(one) == READERS


@pytest.mark.parametrize("who", [ADA, BEN], ids=["the author", "who approved it"])
async def test_undo_takes_back_every_copy(one, who):
    await submit(one)
    await one.presses(BEN, "Approve and send")
    one.clock.advance(timedelta(seconds=30))
    await one.send_out()  # the author hears, with a button
    shown = await one.presses(who, "Undo")
    assert "taken back" in shown.text
    one.clock.advance(HOUR)
    assert await told(one) == set()
    assert (await stored(one)).state is State.CANCELLED
    async with one.sessions() as session:
        tally = await db.outbox.tally(session, reports.campaign(1))
    assert (tally.total, tally.skipped) == (5, 5)
    other = BEN if who == ADA else ADA
    assert "taken back" in one.last(other).text, "the other one hears"


async def test_undo_comes_too_late_when_a_copy_has_left(one):
    await submit(one)
    await one.presses(BEN, "Approve and send")
    one.clock.advance(timing.UNDO)
    assert await told(one) == READERS
    before = await one.rows()
    await one.presses(BEN, "Undo")
    assert "It has begun to leave" in one.alerts[-1]
    assert await one.rows() == before


async def test_danger_waits_only_some_seconds_and_for_no_morning(one):
    one.clock.now = EVENING
    await danger(one)
    await one.says(BEN, "/broadcast")
    shown = await one.presses(BEN, "⏳ 1")
    assert "Danger to life: it is sent in quiet hours too." in texts(one, BEN)
    await one.forges(BEN, shown.data("Approve and send"))
    one.clock.advance(timing.UNDO_DANGER)
    assert await told(one) == READERS


async def danger(stage):
    """Store an update about danger to life that waits."""
    now = stage.clock()
    async with stage.sessions.begin() as session:
        made = await db.broadcasts.create(
            session,
            author_id=ADA,
            texts={"en": WORDS},
            audience=Audience.EVERYONE,
            now=now,
            shape=Shape(danger=True),
        )
        await db.broadcasts.move(session, made, old=State.DRAFT, new=State.PENDING, by=ADA, now=now)


def texts(stage, who):
    return "\n".join(screen.text for screen in stage.screens(who))


async def test_what_is_approved_at_night_leaves_in_the_morning(one):
    one.clock.now = EVENING
    await submit(one)
    said = texts(one, BEN)
    assert "Nothing is sent in the quiet hours, from 21:00 to 08:00." in said
    assert "Once approved, it leaves on Tuesday" in said, "said before approving"
    shown = await one.presses(BEN, "Approve for this time")
    assert "It is approved, but not sent yet." in shown.text
    assert "08:00" in shown.text
    assert (await stored(one)).state is State.SCHEDULED
    await one.presses(BEN, "Send it now")
    assert "It is quiet time until 08:00" in one.alerts[-1]
    await pass_by(one, timedelta(hours=9, minutes=44))
    assert await told(one) == set()
    await pass_by(one, MINUTE)
    assert await told(one) == READERS
    async with one.sessions() as session:
        assert await db.outbox.hold_stale(session, one.clock() + 3 * HOUR) == []


@pytest.mark.parametrize(
    ("asked", "approved"),
    [
        pytest.param(EVENING - 2 * HOUR, EVENING, id="night has begun"),
        pytest.param(EVENING, EVENING + 12 * HOUR, id="night is over"),
    ],
)
async def test_nobody_approves_a_time_that_was_not_shown(one, asked, approved):
    one.clock.now = asked
    await submit(one)
    one.clock.now = approved
    await one.presses(BEN, "Approve")
    assert "The plan has changed since you looked." in texts(one, BEN)
    assert (await stored(one)).state is State.PENDING
    await one.presses(BEN, "Approve")
    assert (await stored(one)).state in (State.SCHEDULED, State.APPROVED)


async def test_the_author_plans_it_and_the_other_approves_the_time(one):
    await submit(one)
    old = one.button(BEN, "Approve and send")
    await one.presses(ADA, "Choose when it leaves")
    shown = await one.presses(ADA, "Tomorrow, 09:00")
    assert "Once approved, it leaves on Tuesday, 17 November 2026, 09:00." in texts(one, ADA)
    assert "waits for your approval" not in texts(one, ADA), "nobody approves their own"
    assert "Take it back" in shown.labels
    await one.forges(BEN, old)
    assert (await stored(one)).state is State.PENDING, "the time is another one by now"
    await one.presses(BEN, "Approve for this time")
    assert (await stored(one)).state is State.SCHEDULED
    await one.send_out()
    assert "It leaves on Tuesday, 17 November 2026, 09:00." in one.last(ADA).text
    shown = await one.says(ADA, "/broadcast")
    assert f"🕒 1 · 17 Nov, 09:00 · {WORDS[:10]}" in " ".join(shown.labels)
    await pass_by(one, DAY)
    assert await told(one) == READERS
    assert "Urgent update 1 is leaving now, as planned." in texts(one, ADA)
    await pass_by(one, HOUR)
    assert await told(one) == set(), "once"


async def test_a_time_in_words_is_read_back(one):
    await submit(one)
    await one.presses(BEN, "Choose when it leaves")
    await one.presses(BEN, "Another time")
    shown = await one.says(BEN, "soon")
    assert "Write the day and the time, like 25/11 14:30." in shown.text
    assert "Send /cancel to stop." in shown.text
    shown = await one.says(BEN, "18/11 22:30")
    assert "quiet hours" in shown.text
    assert "08:00. Is that right?" in shown.text
    assert "‹ Back" in shown.labels
    shown = await one.says(BEN, "18/11 14:30")
    assert "14:30. Is that right?" in shown.text
    await one.presses(BEN, "Yes, that is right")
    assert (await stored(one)).send_at == datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
    assert DraftRow.__tablename__ not in await one.rows()
    await one.presses(BEN, "Approve for this time")
    assert (await stored(one)).state is State.SCHEDULED


async def test_a_plan_can_be_brought_forward_changed_and_cancelled(one):
    await submit(one)
    await one.presses(ADA, "Choose when it leaves")
    await one.presses(ADA, "Tomorrow, 09:00")
    await one.says(BEN, "/broadcast")
    await one.presses(BEN, "⏳ 1")
    await one.presses(BEN, "Approve for this time")
    await one.presses(BEN, "Choose when it leaves")
    shown = await one.presses(BEN, "This evening, 18:00")
    assert "18:00" in shown.text
    await one.send_out()
    assert "18:00" in one.last(ADA).text, "the author hears"
    await one.presses(BEN, "Send it now")
    assert "If you undo it, nobody gets it, now or later." in texts(one, BEN), "its plan ends too"
    assert await told(one) == set()
    one.clock.advance(timing.UNDO)
    assert await told(one) == READERS
    assert (await stored(one)).decided_by == BEN


async def test_a_planned_update_can_be_cancelled(one):
    await submit(one)
    await one.presses(ADA, "Choose when it leaves")
    await one.presses(ADA, "Tomorrow, 09:00")
    await one.forges(BEN, one.button(BEN, "Approve and send"))
    await one.presses(BEN, "Approve for this time")
    data = one.button(BEN, "Send it now")
    shown = await one.presses(BEN, "Do not send it")
    assert "taken back" in shown.text
    await one.forges(BEN, data)
    assert one.alerts[-1] == DECIDED
    await pass_by(one, 2 * DAY)
    assert await told(one) == set()


async def test_what_missed_its_time_by_hours_asks_first(one):
    await submit(one)
    await one.presses(ADA, "Choose when it leaves")
    await one.presses(ADA, "Tomorrow, 09:00")
    await one.forges(BEN, one.button(BEN, "Approve and send"))
    await one.presses(BEN, "Approve for this time")
    await pass_by(one, DAY + 3 * HOUR)
    await campaigns.tell_halted(one.app)
    assert await told(one) == set()
    assert "waited too long" in one.last(BEN).text
    await one.presses(BEN, "Go on sending")
    assert await told(one) == READERS


async def test_an_update_that_repeats_goes_out_each_day_until_its_last(one):
    await submit(one)
    await one.presses(ADA, "Repeat it")
    await one.presses(ADA, "Each day")
    await one.presses(ADA, "19 November")
    await one.forges(BEN, one.button(BEN, "Approve and send"))
    assert "Then it is sent again every day until" in texts(one, BEN)
    await one.presses(BEN, "Approve and send")
    one.clock.advance(timing.UNDO)
    assert await told(one) == READERS
    for _ in range(3):
        await pass_by(one, DAY)
        await leaving.knock(one.app)
        assert await told(one) == READERS
        assert await told(one) == set()
    await pass_by(one, DAY)
    assert await told(one) == set()
    again = [await stored(one, number) for number in (2, 3, 4)]
    assert [each.origin_id for each in again] == [1, 1, 1]
    assert [each.send_at.day for each in again if each.send_at] == [17, 18, 19]
    assert len([s for s in one.screens(BEN) if "It repeats update 1." in s.text]) == 3


async def test_one_tap_ends_the_repeats(one):
    await repeating(one)
    await pass_by(one, DAY)
    assert await told(one) == READERS
    shown = await one.presses(BEN, "Stop repeating it")
    assert "It is not sent again." in shown.text
    await pass_by(one, DAY)
    assert await told(one) == set()
    assert (await stored(one)).until == date(2026, 11, 16)


async def repeating(stage, audience="Partners and digest readers", readers=READERS):
    """Let an update go out that repeats every day for a week."""
    await submit(stage, audience=audience)
    await stage.presses(ADA, "Repeat it")
    await stage.presses(ADA, "Each day")
    await stage.presses(ADA, "23 November")
    await stage.forges(BEN, stage.button(BEN, "Approve and send"))
    await stage.presses(BEN, "Approve and send")
    stage.clock.advance(timing.UNDO)
    assert await told(stage) == readers


async def test_stopping_one_of_them_ends_the_repeats_too(one):
    await repeating(one)
    await pass_by(one, DAY)
    async with one.sessions.begin() as session:
        name = reports.campaign(2)
        await db.outbox.set_state(session, name, CampaignState.CANCELLED, None, one.clock())
    await pass_by(one, DAY)
    assert await told(one) == set()
    assert len((await one.rows())["broadcasts"]) == 2


async def test_a_repeat_has_the_newest_words(one):
    await repeating(one)
    await pass_by(one, DAY)
    assert await told(one) == READERS
    async with one.sessions.begin() as session:
        change = await db.amendments.create(
            session, 2, Change.CORRECT, {"en": "Beds are full."}, author_id=ADA, now=one.clock()
        )
        assert change is not None
        await db.amendments.move(session, change, State.APPROVED, by=BEN, now=one.clock())
    await pass_by(one, DAY)
    assert await told(one, "Beds are full.") == READERS


async def test_days_that_were_missed_are_not_made_up_for(one):
    await repeating(one)
    await pass_by(one, 4 * DAY)
    assert await told(one) == READERS
    assert len((await one.rows())["broadcasts"]) == 2


async def test_an_undone_update_does_not_repeat(one):
    await submit(one)
    await one.presses(ADA, "Repeat it")
    await one.presses(ADA, "Every 2 days")
    await one.presses(ADA, "30 November")
    await one.forges(BEN, one.button(BEN, "Approve and send"))
    await one.presses(BEN, "Approve and send")
    await one.presses(BEN, "Undo")
    await pass_by(one, 2 * DAY)
    assert await told(one) == set()


async def test_the_same_words_within_a_day_ask_first_twice(one):
    await submit(one)
    await one.presses(BEN, "Approve and send")
    one.clock.advance(3 * HOUR)
    await one.send_out()
    shown = await submit(one)
    assert "This text went out 3 hours ago. Send it again?" in shown.text
    await one.presses(ADA, "Send it again")
    await one.send_out()
    shown = await one.presses(BEN, "Approve and send")
    assert "This text went out 3 hours ago. Send it again?" in shown.text
    assert (await stored(one, 2)).state is State.PENDING
    await one.presses(BEN, "Send it again")
    one.clock.advance(timing.UNDO)
    assert await told(one) == READERS


async def test_other_words_other_people_and_a_day_later_ask_nothing(one):
    await submit(one)
    await one.presses(BEN, "Approve and send")
    one.clock.advance(HOUR)
    assert "I asked 1 other" in (await submit(one, words="Beds are full.")).text
    shown = await submit(one, audience="Partners and coordinators")
    assert "I asked 1 other" in shown.text
    one.clock.advance(23 * HOUR + MINUTE)
    assert "I asked 1 other" in (await submit(one)).text


async def test_in_an_emergency_the_author_sends_alone_and_all_are_told(one):
    await one.knows(CAROL, Role.COORDINATOR)
    await submit(one)
    await one.presses(ADA, "Emergency: do not wait")
    assert "If nobody decides by 09:05" in one.alerts[-1]
    one.clock.advance(timing.ALONE_AFTER)
    shown = await one.presses(ADA, "Emergency: do not wait")
    assert "Why can this not wait" in shown.text
    shown = await one.says(ADA, "The hall <closes> at ten.")
    assert "The hall &lt;closes&gt; at ten." in shown.text
    assert (await stored(one)).state is State.PENDING, "two steps"
    await one.presses(ADA, "Send it without a second person")
    assert await told(one) == set()
    for who in (BEN, CAROL):
        said = texts(one, who)
        assert "An urgent update was sent without a second person" in said
        assert "A coordinator wrote it and approved it alone." in said
        assert "The hall &lt;closes&gt; at ten." in said
    one.clock.advance(timing.UNDO)
    assert await told(one) == READERS
    found = await stored(one)
    assert (found.override, found.decided_by) == ("The hall <closes> at ten.", ADA)
    async with one.sessions() as session:
        entry = next(e for e in await db.audit.recent(session, 9) if "override" in e.action)
    assert (entry.actor, entry.detail) == (ADA, {"told": 2}), "never the words"


async def test_who_was_told_can_undo_it_and_all_hear_that_too(one):
    await one.knows(CAROL, Role.COORDINATOR)
    await alone(one)
    await one.send_out()
    await one.presses(CAROL, "Undo")
    await one.send_out()
    for who in (ADA, BEN):
        assert "taken back" in one.last(who).text
    one.clock.advance(HOUR)
    assert await told(one) == set()


async def alone(stage):
    """Send an update alone, after the time that the others had."""
    await submit(stage)
    stage.clock.advance(timing.ALONE_AFTER)
    await stage.presses(ADA, "Emergency: do not wait")
    await stage.says(ADA, "It cannot wait.")
    return await stage.presses(ADA, "Send it without a second person")


async def test_where_nobody_else_is_the_author_need_not_wait(one):
    await one.knows(BEN, Role.PARTNER)
    await submit(one)
    await one.presses(ADA, "Emergency: do not wait")
    await one.says(ADA, "There is only me.")
    await one.presses(ADA, "Send it without a second person")
    assert (await stored(one)).state is State.APPROVED


async def test_nobody_but_the_author_sends_it_alone(one):
    await submit(one)
    one.clock.advance(HOUR)
    before = await one.rows()
    for who in (NEWCOMER, PARTNER, BEN):
        for step in ("alone", "confirm"):
            await one.forges(who, encode(Route.LIFE, 1, step, "0.0.0"))
    assert await one.rows() == before


async def test_the_second_step_alone_does_nothing(one):
    await submit(one)
    one.clock.advance(HOUR)
    shown = await one.forges(ADA, encode(Route.LIFE, 1, "confirm", "0.0.0"))
    assert STALE in shown.text
    await one.presses(ADA, "Emergency: do not wait")
    shown = await one.forges(ADA, encode(Route.LIFE, 1, "confirm", "0.0.0"))
    assert STALE in shown.text
    assert (await stored(one)).state is State.PENDING


async def test_an_emergency_that_somebody_decided_meanwhile(one):
    await submit(one)
    one.clock.advance(timing.ALONE_AFTER)
    await one.presses(ADA, "Emergency: do not wait")
    await one.says(ADA, "It cannot wait.")
    await one.presses(BEN, "Reject")
    await one.presses(ADA, "Send it without a second person")
    assert one.alerts[-1] == DECIDED
    assert (await stored(one)).state is State.REJECTED


async def test_who_looks_at_it_can_still_undo_it(one):
    await submit(one)
    await one.presses(BEN, "Approve and send")
    await told(one)
    one.clock.advance(timedelta(seconds=20))
    await one.presses(ADA, "Look at it")
    assert "It leaves after 40 seconds." in one.last(ADA).text
    await one.presses(ADA, "Undo")
    assert (await stored(one)).state is State.CANCELLED


async def test_what_has_left_offers_no_undo(one):
    await submit(one)
    await one.presses(BEN, "Approve and send")
    await told(one)
    one.clock.advance(timing.UNDO)
    await told(one)
    shown = await one.presses(ADA, "Look at it")
    assert "Undo" not in shown.labels


@pytest.mark.parametrize(
    ("asks", "waits"),
    [
        (("Choose when it leaves", "Another time"), timedelta()),
        (("Emergency: do not wait",), timing.ALONE_AFTER),
    ],
    ids=["time", "reason"],
)
async def test_words_that_came_too_late_are_not_waited_for_again(one, asks, waits):
    await submit(one)
    one.clock.advance(waits)
    for label in asks:
        await one.presses(ADA, label)
    await one.presses(BEN, "Reject")
    assert DECIDED in (await one.says(ADA, "25/11 14:30")).text
    assert DECIDED not in (await one.says(ADA, "food")).text


async def test_words_for_a_correction_of_what_was_undone_are_not_waited_for(one):
    await submit(one)
    await one.presses(BEN, "Approve and send")
    await one.presses(BEN, "Correct it")
    await one.presses(BEN, "Undo")
    assert "This draft is gone." in (await one.says(BEN, WORDS)).text
    assert "This draft is gone." not in (await one.says(BEN, "food")).text


async def test_nobody_else_plans(one):
    await submit(one)
    before, alerts = await one.rows(), len(one.alerts)
    for who in (NEWCOMER, PARTNER):
        for step in ("when", "at", "now", "repeat", "until", "once", "stop"):
            await one.forges(who, encode(Route.LIFE, 1, step, 1, 739940))
    assert await one.rows() == before
    assert len(one.alerts) == alerts + 14


async def test_forged_plans_change_nothing(one):
    await submit(one)
    before = await one.rows()
    for values in (
        ("at", 10**17),
        ("at", "x"),
        ("every", 3),
        ("until", 1, 10**12),
        ("until", 0, 739940),
        ("until", 1, 1),
        ("never",),
    ):
        shown = await one.forges(ADA, encode(Route.LIFE, 1, *values))
        assert STALE in shown.text, values
    assert await one.rows() == before


async def test_a_time_that_has_passed_meanwhile_is_refused(one):
    await submit(one)
    await one.presses(ADA, "Choose when it leaves")
    one.clock.advance(10 * HOUR)
    await one.presses(ADA, "This evening, 18:00")
    assert "This time has passed." in one.alerts[-1]


@pytest.fixture
async def both(staff):
    """Two coordinators and a partner, on both kinds of database."""
    return staff


async def test_undo_at_the_moment_of_leaving_is_all_or_nothing(both):
    await submit(both, audience="Partners and coordinators")
    await both.presses(BEN, "Approve and send")
    both.clock.advance(timing.UNDO)
    undo = encode(Route.BROADCAST_ACT, 1, "undo")
    await asyncio.gather(both.forges(BEN, undo), both.send_out())
    await both.send_out()
    async with both.sessions() as session:
        tally = await db.outbox.tally(session, reports.campaign(1))
    undone = (await stored(both)).state is State.CANCELLED
    assert (tally.sent, tally.skipped) == ((0, 3) if undone else (3, 0))


async def test_two_processes_make_one_repeat(both, pack, clock):
    await repeating(both, audience="Partners and coordinators", readers={PARTNER})
    clock.advance(DAY)
    other = assemble(both.sessions, pack, clock)
    await asyncio.gather(*(leaving.knock(each.app) for each in (both, other)))
    assert await told(both) == {PARTNER}
    assert len((await both.rows())["broadcasts"]) == 2


async def test_two_processes_let_a_planned_update_leave_once(both, pack, clock):
    await submit(both, audience="Partners and coordinators")
    await both.presses(ADA, "Choose when it leaves")
    await both.presses(ADA, "Tomorrow, 09:00")
    await both.forges(BEN, both.button(BEN, "Approve and send"))
    await both.presses(BEN, "Approve for this time")
    clock.advance(DAY)
    other = assemble(both.sessions, pack, clock)
    await asyncio.gather(*(leaving.knock(each.app) for each in (both, other)))
    assert await told(both) == {PARTNER}
    assert len([s for s in both.screens(BEN) if "is leaving now" in s.text]) == 1


@pytest.mark.parametrize(
    ("presses", "word"),
    [
        pytest.param(("Choose when it leaves", "Another time"), None, id="the time"),
        pytest.param(("Emergency",), None, id="the reason"),
        pytest.param(("Emergency",), "A child is missing", id="a reason that was written"),
    ],
)
async def test_cancel_says_that_the_update_is_as_it_was(one, presses, word):
    await submit(one)
    one.clock.advance(timing.ALONE_AFTER)
    before = await stored(one)
    for label in presses:
        await one.presses(ADA, label)
    if word is not None:
        await one.says(ADA, word)
    shown = await one.says(ADA, "/cancel")
    assert shown.text == "Stopped. The update is as it was."
    assert "drafts" not in await one.rows()
    assert await stored(one) == before
    await one.presses(ADA, "Look at it")
    assert "Take it back" in one.last(ADA).labels


async def test_cancel_without_anything_begun_throws_nothing_away(one):
    shown = await one.says(ADA, "/cancel")
    assert shown.text == "You were not writing anything. Nothing was changed."
