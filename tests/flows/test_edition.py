"""The draft of a digest: ordered, pinned, reworded, introduced; reminded of, sent unseen, empty."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

import db.editions
import db.feeds
import db.ledger
import db.outbox
from bot.app import Choices, wire
from bot.weektime import moment
from db.documents import OCCASIONS, dump
from db.models import SubscriptionRow
from db.news import FeedRow, ItemRow
from delivery.model import CampaignState, Kind
from digests.edition import Edition, EditionState, Empty, Unseen
from digests.feed import Trust
from digests.item import Decision, Occasion, OccasionKind
from digests.schedule import Step
from digests.subscription import Frequency
from handlers import campaigns, edition_sending
from handlers.callbacks import Route, encode
from handlers.editions import campaign, gather
from tests.flows.stage import (
    ADA,
    BEN,
    NEWCOMER,
    PARTNER,
    REVIEW,
    SEND,
    STALE,
    assemble,
    nothing_wrong,
)
from tests.flows.test_digest import CHANGED, DECIDED, THURSDAY, WEEK, approve, filled, left, post

GONE = "This post is not in the draft any more."


@pytest.fixture
async def slack(crew, pack):
    """A week in review: two posts, one that waits, one that is held, three subscribers."""
    return await filled(crew, pack)


@pytest.fixture
async def three(crew, pack):
    """Three posts under one topic; the newest stands first."""
    for n, title in enumerate(("Oldest", "Middle", "Newest")):
        crew.clock.advance(timedelta(minutes=n))
        await post(crew, title, topics=(pack.interests.topics[0].id,))
    await crew.says(BEN, "/subscribe")
    return crew


def with_choices(stage, **choices):
    """Change the installation's choices for what is pressed, too."""
    stage.app = replace(stage.app, **choices)
    stage.application.bot_data["app"] = stage.app


async def opened(stage, title, who=ADA):
    """Open the post called *title* of the draft."""
    await stage.says(who, "/digest")
    shown = await stage.presses(who, "Change a post")
    number = re.search(rf"(\d+)\. (?:📌 )?{re.escape(title)}", shown.text)
    assert number is not None, shown.text
    return await stage.presses(who, number[1])


async def order(stage):
    async with stage.sessions() as session:
        shown = await gather(session, stage.app)
    return [item.headline or item.item.title for item in shown.items]


async def change(stage, title, **values):
    """Let something happen to a post that these flows do not bring about."""
    async with stage.sessions.begin() as session:
        await session.execute(update(ItemRow).where(ItemRow.title == title).values(**values))


async def subscribe(stage, who, **values: Any):
    async with stage.sessions.begin() as session:
        await session.execute(
            update(SubscriptionRow).where(SubscriptionRow.chat_id == who).values(**values)
        )


async def knock(stage):
    """Do what is due, as the job does."""
    at = stage.app.zone
    return await edition_sending.knock(stage.app, lambda week: moment(week, REVIEW, at))


def audited(rows, action):
    return [row for row in rows["audit"] if action in row]


# --- order, pins, words, note


async def test_a_post_goes_up_down_and_to_the_top_and_that_is_the_order_that_leaves(three, clock):
    assert await order(three) == ["Newest", "Middle", "Oldest"]
    await opened(three, "Oldest")
    shown = await three.presses(ADA, "Up")
    assert "Post 2 of 3" in shown.text
    assert await order(three) == ["Newest", "Oldest", "Middle"]
    await three.presses(ADA, "To the top")
    await opened(three, "Newest")
    await three.presses(ADA, "Down")
    assert await order(three) == ["Oldest", "Middle", "Newest"]
    clock.now = THURSDAY
    await approve(three)
    text = (await left(three))[BEN]
    assert text.index("Oldest") < text.index("Middle") < text.index("Newest")
    assert len(audited(await three.rows(), "move_item")) == 3


async def test_a_second_press_of_the_same_button_moves_nothing_twice(three):
    shown = await opened(three, "Oldest")
    for _ in range(2):
        await three.forges(ADA, shown.data("Up"))
    assert await order(three) == ["Newest", "Oldest", "Middle"]
    assert "The digest changed meanwhile. This is how it is now." in three.alerts


async def test_two_coordinators_move_at_once_and_one_of_them_does(three, pack, clock):
    data = [(await opened(three, "Oldest", who)).data("Up") for who in (ADA, BEN)]
    other = assemble(three.sessions, pack, clock)
    async with other.application:
        await asyncio.gather(three.forges(ADA, data[0]), other.forges(BEN, data[1]))
    assert await order(three) == ["Newest", "Oldest", "Middle"]
    assert len(audited(await three.rows(), "move_item")) == 1


async def test_a_pinned_post_stays_first_whatever_comes(three, pack):
    await opened(three, "Middle")
    shown = await three.presses(ADA, "Pin it")
    assert "📌" in shown.text
    await post(three, "Came later", topics=(pack.interests.topics[0].id,))
    assert (await order(three))[0] == "Middle"
    await three.presses(ADA, "Unpin it")
    assert (await order(three))[0] == "Came later"
    acts = [row for row in (await three.rows())["audit"] if "pin_item" in str(row)]
    assert len(acts) == 2


async def test_words_are_changed_shown_beside_the_old_ones_and_taken_back(three, clock):
    await opened(three, "Middle")
    await three.presses(ADA, "Change the words")
    shown = await three.presses(ADA, "Write another headline")
    assert "Now it says:\nMiddle" in shown.text
    shown = await three.says(ADA, "  Rooms for\n<everyone>  ")
    assert "Rooms for &lt;everyone&gt;" in shown.text
    assert "As it came" in shown.text and "Middle" in shown.text
    await three.presses(ADA, "Write another text")
    await three.says(ADA, "Call them first.")
    assert "Rooms for <everyone>" in await order(three)
    shown = await three.presses(ADA, "Take back the old words")
    assert "As it came" not in shown.text
    assert await order(three) == ["Newest", "Middle", "Oldest"]
    await three.presses(ADA, "Write another headline")
    await three.says(ADA, "Rooms for all")
    clock.now = THURSDAY
    await approve(three)
    assert "Rooms for all" in (await left(three))[BEN]


async def test_words_that_do_not_fit_change_nothing_and_may_be_written_again(three):
    await opened(three, "Middle")
    await three.presses(ADA, "Change the words")
    for button, most in (("Write another headline", 200), ("Write another text", 300)):
        await three.presses(ADA, button)
        shown = await three.says(ADA, "x" * (most + 1))
        assert f"at most {most}" in shown.text
        shown = await three.says(ADA, "y" * most)
        assert "y" * most in shown.text


async def test_an_opening_note_is_written_changed_and_removed(three, clock):
    await three.says(ADA, "/digest")
    shown = await three.presses(ADA, "Opening words")
    assert "There are none." in shown.text
    await three.presses(ADA, "Write them")
    await three.says(ADA, "x" * 501)
    await three.says(ADA, "Dear all,\nsnow is coming.")
    shown = await three.presses(ADA, "Change them")
    assert "snow is coming" in shown.text
    await three.says(ADA, "It is spring & warm.")
    assert "It is spring &amp; warm." in (await three.says(ADA, "/digest")).text
    clock.now = THURSDAY
    await three.presses(ADA, "Approve and send")
    assert "</b>\n\nIt is spring &amp; warm.\n\n<b>" in (await left(three))[BEN]


async def test_a_removed_note_is_gone(three):
    await three.says(ADA, "/digest")
    await three.presses(ADA, "Opening words")
    await three.presses(ADA, "Write them")
    await three.says(ADA, "Hello.")
    await three.presses(ADA, "Remove them")
    shown = await three.forges(ADA, encode(Route.DRAFT, "unnote", WEEK))
    assert "There are none." in shown.text
    assert len(audited(await three.rows(), "remove_note")) == 1


async def test_an_approval_of_what_has_changed_since_is_refused(three):
    async def reorder():
        await opened(three, "Oldest")
        await three.presses(ADA, "Up")

    async def introduce():
        for label in ("Opening words", "Write them"):
            await three.presses(BEN, label)
        await three.says(BEN, "Hello.")

    for act in (
        reorder,
        introduce,
        lambda: change(three, "Oldest", summary="The site says something else."),
        lambda: post(three, "Came later"),
    ):
        shown = await three.says(BEN, "/digest")
        await act()
        before = len(three.alerts)
        await three.forges(BEN, shown.data("Approve and send"))
        assert CHANGED in three.alerts[before:][-1]


async def test_after_approval_nothing_in_it_changes_any_more(three, clock):
    shown = await opened(three, "Oldest")
    await three.presses(ADA, "Change the words")
    buttons = [*shown.buttons, *three.last(ADA).buttons]
    await three.presses(ADA, "Write another headline")
    await approve(three, BEN)
    before = await three.rows()
    for each in buttons:
        if each.data and "Back" not in each.text:
            await three.forges(ADA, each.data)
    shown = await three.says(ADA, "Not a headline any more")
    assert await three.rows() == before
    assert DECIDED in three.alerts
    assert DECIDED in shown.text
    await change(three, "Oldest", gone_at=clock(), same_as=None)
    clock.now = THURSDAY
    await knock(three)
    assert "Oldest" in (await left(three))[BEN], "frozen means frozen"


async def test_a_post_that_was_dropped_meanwhile_says_so(three):
    shown = await opened(three, "Oldest")
    await three.presses(ADA, "Leave it out")
    for label in ("Up", "Pin it", "Change the words"):
        await three.forges(BEN, shown.data(label))
        assert GONE in three.alerts[-1]


async def test_old_and_forged_buttons_of_a_draft_are_refused(three, clock):
    for data in (
        encode(Route.DRAFT, "up", 99, 0, "x"),
        encode(Route.DRAFT, "fly"),
        encode(Route.DRAFT, "show", "xx", "0", "t"),
        encode(Route.DRAFT, "show", "en", "zz", "t"),
        encode(Route.DRAFT, "show", "en", "0", "p"),
        encode(Route.DRAFT, "write", "2026-W01"),
    ):
        shown = await three.forges(ADA, data)
        assert GONE in three.alerts or STALE in shown.text
    before = await three.rows()
    await three.forges(NEWCOMER, encode(Route.DRAFT, "pick", 0))
    assert await three.rows() == before


async def test_every_screen_of_a_draft_has_at_most_eight_buttons(slack):
    for n in range(12):
        await post(slack, f"Post {n}")
    await slack.says(ADA, "/digest")
    for label in ("Change a post", "1", "Change the words", "Back", "Back", "Next page", "Back"):
        await slack.presses(ADA, label)
    await slack.presses(ADA, "See it as subscribers do")
    for label in ("Other topics", "Next page", "Back", "Another language", "Next page"):
        await slack.presses(ADA, label)
    assert max(len(each.buttons) for each in slack.screens(ADA)) == 8


async def test_the_coordinator_sees_it_as_any_reader_gets_it(slack, pack):
    await slack.says(ADA, "/digest")
    await slack.presses(ADA, "See it as subscribers do")
    await slack.presses(ADA, "Other topics")
    await slack.presses(ADA, pack.interests.topics[1].names["en"])
    await slack.presses(ADA, "Back")
    shown = await slack.presses(ADA, "Another language")
    while not any("العربية" in label for label in shown.labels):
        shown = await slack.presses(ADA, "Next page")
    shown = await slack.presses(ADA, "العربية")
    assert pack.interests.topics[1].names["en"] in shown.text
    shown = await slack.presses(ADA, "Show it")
    assert "solicitor" in shown.text and "Rooms to let" not in shown.text
    assert shown.text.startswith("\u200f")


async def test_the_coordinator_sees_the_mail_too_where_there_are_mails(slack):
    with_choices(slack, public_url="https://digest.example.org")
    await slack.says(ADA, "/digest")
    await slack.presses(ADA, "See it as subscribers do")
    await slack.presses(ADA, "By e-mail")
    shown = await slack.presses(ADA, "Show it")
    assert "✉️ <b>News for partners" in shown.text or "solicitor" in shown.text
    assert "https://digest.example.org/digest/" in shown.text


# --- past posts


async def test_past_posts_are_left_out_named_and_taken_so_that_they_never_linger(three, clock):
    await change(three, "Middle", expires_on=clock().date())
    shown = await three.says(ADA, "/digest")
    assert "1 post is past, so it is left out:\n• Middle" in shown.text, "past when it leaves"
    await approve(three)
    clock.now = THURSDAY
    await knock(three)
    assert "Middle" not in (await left(three))[BEN]
    async with three.sessions() as session:
        assert [each.item.title for each in await db.ledger.left_out(session, WEEK)] == ["Middle"]
        assert await db.ledger.accepted_without_week(session) == []


# --- S1, S3, S7: exactly one digest


@pytest.mark.parametrize(
    "away",
    [timedelta(seconds=1), timedelta(minutes=5), timedelta(hours=6)],
    ids=["1 s", "5 min", "6 h"],
)
async def test_s1_down_at_digest_time_exactly_one_digest_on_return(slack, clock, pack, away):
    await approve(slack)
    clock.now = THURSDAY + away
    back = assemble(slack.sessions, pack, clock)
    async with back.application:
        assert [await knock(back) for _ in range(3)] == [[Step.SEND], [], []]
        assert set(await left(back)) == {NEWCOMER, PARTNER, BEN}
        assert await left(back) == {}


async def test_s1_down_for_three_days_it_asks_first_and_then_there_is_one(slack, clock):
    await approve(slack)
    clock.now = THURSDAY + timedelta(days=3)
    await knock(slack)
    async with slack.sessions() as session:
        found = await db.outbox.find(session, campaign(WEEK))
    assert found is not None and found.state is CampaignState.HELD
    assert not {NEWCOMER, PARTNER} & set(await left(slack))
    await slack.says(ADA, "/digest")
    await slack.forges(ADA, encode(Route.CAMPAIGN, "d", WEEK, "resume"))
    await knock(slack)
    assert {NEWCOMER, PARTNER, BEN} <= set(await left(slack))
    assert await left(slack) == {}


async def test_s3_a_hundred_restarts_in_the_digest_minute_send_one_digest(slack, clock, pack):
    await approve(slack)
    clock.now = THURSDAY
    sent = []
    for _ in range(100):
        clock.advance(timedelta(seconds=0.5))
        slack.app = wire(
            slack.sessions, pack, Choices(REVIEW, SEND), health=nothing_wrong, clock=clock
        )
        await knock(slack)
    for _ in range(2):
        sent += [who for who, text in (await left(slack)).items() if "Rooms to let" in text]
    assert sorted(sent) == [NEWCOMER, PARTNER, BEN]


@pytest.mark.parametrize("empty", Empty)
async def test_s7_an_empty_week_is_told_and_partners_get_nothing_or_a_line(crew, clock, empty):
    await crew.says(PARTNER, "/subscribe")
    with_choices(crew, empty=empty)
    assert await knock(crew) == [Step.ANNOUNCE]
    told = (await left(crew))[ADA]
    assert "No posts this week" in told
    await approve(crew)
    clock.now = THURSDAY
    await knock(crew)
    got = (await left(crew)).get(PARTNER, "")
    assert ("There is nothing new this week." in got) is (empty is Empty.SHORT)
    assert bool(got) is (empty is Empty.SHORT)


async def test_s7_nobody_is_reminded_of_an_empty_week_that_sends_nothing(crew, clock):
    await knock(crew)
    await left(crew)
    clock.now = THURSDAY
    assert await knock(crew) == []
    assert await left(crew) == {}


# --- nobody looks


async def test_nobody_looks_so_it_is_held_and_they_are_reminded_once_a_day(slack, clock):
    await knock(slack)
    await left(slack)
    reminded = []
    clock.now = THURSDAY
    for _ in range(4 * 4 - 2):  # to the end of Sunday
        await knock(slack)
        got = await left(slack)
        assert set(got) <= {ADA, BEN}
        reminded += [text for who, text in got.items() if who == ADA]
        clock.advance(timedelta(hours=6))
    of_this_week = [text for text in reminded if "still waits for you" in text]
    assert len(of_this_week) == 4, "Thursday to Sunday"
    clock.now = THURSDAY + timedelta(days=7)
    await knock(slack)
    assert "2026-W48" in (await slack.says(ADA, "/digest")).text
    assert "Rooms to let" in slack.last(ADA).text, "the next draft takes its posts over"
    await approve(slack)
    assert len(await left(slack)) >= 3


async def test_nobody_looks_and_it_leaves_as_it_stands_if_the_setting_says_so(slack, clock):
    with_choices(slack, unseen=Unseen.SEND)
    async with slack.sessions.begin() as session:
        await session.execute(update(FeedRow).values(trust=Trust.TRUSTED))
    await knock(slack)
    await left(slack)
    clock.now = THURSDAY
    assert await knock(slack) == [Step.TAKE]
    assert await knock(slack) == []
    before = len(slack.api.calls)
    await slack.send_out()
    texts = [(c.chat_id, c.params["text"]) for c in slack.api.calls[before:]]
    assert sorted(who for who, text in texts if "Rooms to let" in text) == [NEWCOMER, PARTNER, BEN]
    told = [who for who, text in texts if "Nobody looked at the digest" in text]
    assert sorted(told) == [ADA, BEN]
    (row,) = audited(await slack.rows(), "approve_digest")
    assert "nobody_looked" in repr(row)


async def test_s9_unseen_nothing_leaves_that_only_the_judge_accepted(slack, clock):
    with_choices(slack, unseen=Unseen.SEND)
    await knock(slack)
    clock.now = THURSDAY
    assert await knock(slack) == [Step.REMIND]
    assert await knock(slack) == []
    assert not {NEWCOMER, PARTNER} & set(await left(slack))


async def test_a_held_digest_is_never_sent_unseen(slack, clock):
    with_choices(slack, unseen=Unseen.SEND)
    await knock(slack)
    await slack.says(ADA, "/digest")
    await slack.presses(ADA, "Hold")
    clock.now = THURSDAY
    assert await knock(slack) == [Step.REMIND]
    assert not {NEWCOMER, PARTNER} & set(await left(slack))


async def seen(stage):
    async with stage.sessions() as session:
        return await gather(session, stage.app)


async def approved(stage, shown, by=ADA):
    """Approve what was read before, as when somebody else commits in between."""
    async with stage.sessions.begin() as session:
        await edition_sending.approve(session, stage.app, shown, by=by)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"summary": "Its site says something else now."}, id="the words of a post"),
        pytest.param({"link": "https://example.org/other"}, id="its link"),
        pytest.param({"headline": "A coordinator's words"}, id="a coordinator's words for it"),
    ],
)
async def test_a_post_that_changes_in_the_moment_of_approval_stops_it(three, values):
    shown = await seen(three)
    await change(three, "Middle", **values)
    with pytest.raises(edition_sending.DigestChanged):
        await approved(three, shown)
    assert (await seen(three)).edition.state is EditionState.DRAFT


async def test_a_note_that_comes_in_the_moment_of_approval_stops_it(three):
    async with three.sessions.begin() as session:
        await db.editions.create(session, WEEK, three.clock())
    shown = await seen(three)
    async with three.sessions.begin() as session:
        await db.editions.set_note(session, WEEK, "Wait for us.")
    with pytest.raises(edition_sending.DigestChanged):
        await approved(three, shown)


async def test_who_holds_in_the_moment_in_which_nobody_looked_is_heard(three):
    shown = await seen(three)
    async with three.sessions.begin() as session:
        await db.editions.create(session, WEEK, three.clock())
        draft, held = (EditionState.DRAFT,), EditionState.HELD
        await db.editions.move(session, WEEK, old=draft, new=held, by=ADA, now=three.clock())
    with pytest.raises(edition_sending.DigestDecided):
        await approved(three, shown, by=None)
    assert (await seen(three)).edition.state is EditionState.HELD


async def test_a_draft_touched_before_the_review_is_announced_all_the_same(slack, clock):
    begins = moment(WEEK, REVIEW, slack.app.zone)
    clock.now = begins - timedelta(hours=1)
    await slack.says(ADA, "/digest")
    await slack.presses(ADA, "Hold")
    clock.now = begins
    assert await knock(slack) == [Step.ANNOUNCE]


# --- who gets what, and when


async def test_weekly_copies_wait_for_the_hour_that_their_reader_chose(slack, clock):
    await subscribe(slack, PARTNER, day=4, hour=18)
    await subscribe(slack, NEWCOMER, frequency=Frequency.URGENT)
    await approve(slack)
    clock.now = THURSDAY
    await knock(slack)
    assert set(await left(slack)) == {BEN}
    clock.now = datetime(2026, 11, 20, 17, 59, tzinfo=UTC)
    assert PARTNER not in await left(slack)
    clock.advance(timedelta(minutes=1))
    assert "Rooms to let" in (await left(slack))[PARTNER]


async def test_a_late_copy_tells_nothing_that_is_past_on_its_own_day(slack, clock, pack):
    await subscribe(slack, PARTNER, day=1, hour=9)
    soon = Occasion(OccasionKind.DEADLINE, date(2026, 11, 20), "by 20 November")
    await post(slack, "Apply by Friday", topics=(pack.interests.topics[0].id,))
    await change(slack, "Apply by Friday", occasions=dump(OCCASIONS, (soon,)), expires_on=soon.on)
    await approve(slack)
    clock.now = THURSDAY
    await knock(slack)
    assert "Apply by Friday" in (await left(slack))[BEN]
    clock.now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    late = (await left(slack))[PARTNER]
    assert "Rooms to let" in late and "Apply by Friday" not in late
    for section in ("", pack.interests.topics[0].id):
        opened = (await slack.forges(PARTNER, encode(Route.READ, WEEK, section, 0))).text
        assert "Rooms to let" in opened and "Apply by Friday" not in opened


async def test_a_held_digest_tells_nothing_that_is_past_when_somebody_says_yes(slack, clock, pack):
    await subscribe(slack, BEN, day=1, hour=9)  # Tuesday
    soon = Occasion(OccasionKind.DEADLINE, date(2026, 11, 22), "by 22 November")
    await post(slack, "Apply by Sunday", topics=(pack.interests.topics[0].id,))
    await change(slack, "Apply by Sunday", occasions=dump(OCCASIONS, (soon,)), expires_on=soon.on)
    await approve(slack)
    clock.now = THURSDAY + timedelta(days=2)
    await knock(slack)
    await campaigns.tell_halted(slack.app)
    await slack.send_out()
    clock.now = THURSDAY + timedelta(days=4)
    await slack.presses(ADA, "Go on sending")
    got = await left(slack)
    assert "Rooms to let" in got[PARTNER] and "Apply by Sunday" not in got[PARTNER]
    assert BEN not in got, "at their hour"
    clock.now = THURSDAY + timedelta(days=5)
    assert "Rooms to let" in (await left(slack))[BEN]


async def test_the_review_says_how_an_approved_digest_stands(slack, clock):
    await approve(slack)
    assert "Approved. It waits for its time." in (await slack.says(ADA, "/digest")).text
    clock.now = THURSDAY + timedelta(days=2)
    await knock(slack)
    held = (await slack.forges(ADA, encode(Route.EDITION, WEEK, 0))).text
    assert "Approved, but it stands still." in held
    await slack.presses(ADA, "How it was sent")
    await slack.presses(ADA, "Go on sending")
    going = (await slack.forges(ADA, encode(Route.EDITION, WEEK, 0))).text
    assert "Approved. It is on its way or has arrived." in going
    await slack.presses(ADA, "How it was sent")
    await slack.presses(ADA, "Pause")
    await slack.presses(ADA, "Stop and do not go on")
    await slack.presses(ADA, "Stop and do not go on")
    stopped = (await slack.forges(ADA, encode(Route.EDITION, WEEK, 0))).text
    assert "Approved, but then stopped for good." in stopped


async def test_news_of_a_day_that_were_held_tell_nothing_that_is_past(slack, clock, pack):
    await subscribe(slack, BEN, frequency=Frequency.DAILY)
    await trust(slack)
    soon = Occasion(OccasionKind.DEADLINE, date(2026, 11, 18), "by 18 November")
    await post(slack, "Apply by Wednesday", topics=(pack.interests.topics[0].id,))
    await change(
        slack, "Apply by Wednesday", occasions=dump(OCCASIONS, (soon,)), expires_on=soon.on
    )
    clock.now = datetime(2026, 11, 17, 8, 30, tzinfo=UTC)
    assert await edition_sending.daily_due(slack.app)
    async with slack.sessions.begin() as session:
        await db.outbox.hold_all(session, clock())
    clock.now += timedelta(days=2)
    await campaigns.tell_halted(slack.app)
    await slack.send_out()
    await slack.presses(ADA, "Go on sending")
    got = await left(slack)
    assert set(got) == {BEN}
    assert "New for partners, Tue 17 Nov" in got[BEN]
    assert "Rooms to let" in got[BEN] and "Apply by Wednesday" not in got[BEN]


async def test_what_is_all_past_opens_as_it_was_sent(slack, clock, pack):
    soon = Occasion(OccasionKind.DEADLINE, date(2026, 11, 20), "by 20 November")
    for title in ("Rooms to let", "A solicitor on Fridays"):
        await change(slack, title, occasions=dump(OCCASIONS, (soon,)), expires_on=soon.on)
    await approve(slack)
    clock.now = THURSDAY
    await knock(slack)
    clock.advance(timedelta(days=30))
    shown = await slack.forges(BEN, encode(Route.READ, WEEK, pack.interests.topics[0].id, 0))
    assert "Rooms to let" in shown.text


async def test_a_digest_that_waits_for_a_yes_opens_for_coordinators_only(slack, clock):
    await approve(slack)
    clock.now = THURSDAY + timedelta(days=2)
    await knock(slack)
    press = encode(Route.READ, WEEK, "", 0)
    assert "Rooms to let" not in (await slack.forges(NEWCOMER, press)).text
    assert "Rooms to let" in (await slack.forges(ADA, press)).text


async def trust(stage):
    async with stage.sessions.begin() as session:
        (feed,) = await db.feeds.all_feeds(session)
        await db.feeds.set_trust(session, feed.id, Trust.TRUSTED)


async def test_daily_readers_get_each_new_post_once_and_no_weekly_edition(slack, clock):
    await subscribe(slack, BEN, frequency=Frequency.DAILY)
    clock.now = datetime(2026, 11, 17, 7, 59, tzinfo=UTC)
    assert await edition_sending.daily_due(slack.app) is False
    clock.advance(timedelta(minutes=1))
    assert await edition_sending.daily_due(slack.app) is False, "nobody stands behind them yet"
    await opened(slack, "Rooms to let")
    await slack.says(ADA, "/digest")
    await slack.presses(ADA, "Waiting posts")
    await slack.presses(ADA, "1")
    await slack.presses(ADA, "Add to the digest")
    clock.advance(timedelta(days=1))
    assert [await edition_sending.daily_due(slack.app) for _ in range(3)] == [True, False, False]
    got = await left(slack)
    assert set(got) == {BEN}
    assert "New for partners, Wed 18 Nov" in got[BEN]
    assert "Perhaps interesting" in got[BEN] and "Rooms to let" not in got[BEN]
    await approve(slack)
    clock.now = THURSDAY
    await knock(slack)
    assert set(await left(slack)) == {NEWCOMER, PARTNER}, "no weekly edition for daily readers"
    assert await edition_sending.daily_due(slack.app) is True
    got = await left(slack)
    assert "Rooms to let" in got[BEN] and "Perhaps interesting" not in got[BEN]
    clock.advance(timedelta(days=1))
    assert await edition_sending.daily_due(slack.app) is False
    assert await left(slack) == {}


async def test_what_nobody_gets_daily_is_not_taken_for_told(three, clock):
    await trust(three)
    clock.now = datetime(2026, 11, 18, 9, tzinfo=UTC)
    assert await edition_sending.daily_due(three.app) is False
    # so its site may still change it before the edition, and its writer take it back
    assert [item.daily_on for item in (await seen(three)).items] == [None] * 3


@pytest.mark.parametrize(
    ("read_lately", "told"),
    [
        pytest.param(False, {"Fresh"}, id="the first daily reader gets no old news"),
        pytest.param(True, {"Fresh", "Oldest", "Middle", "Newest"}, id="an outage loses nothing"),
    ],
)
async def test_how_far_back_the_news_of_a_day_go(three, clock, read_lately, told):
    await trust(three)
    if read_lately:
        async with three.sessions.begin() as session:
            await db.outbox.open_campaign(session, "daily:2026-11-14", Kind.DIGEST, clock())
    clock.now = datetime(2026, 11, 18, 20, tzinfo=UTC)
    await post(three, "Fresh")
    await trust(three)
    await subscribe(three, BEN, frequency=Frequency.DAILY)
    clock.now = datetime(2026, 11, 19, 8, tzinfo=UTC)
    assert await edition_sending.daily_due(three.app) is True
    async with three.sessions() as session:
        items = await db.ledger.told_on(session, clock().date())
    assert {each.item.title for each in items} == told


async def test_a_decision_of_the_judge_alone_is_no_daily_news(slack, clock):
    await subscribe(slack, BEN, frequency=Frequency.DAILY)
    await post(slack, "Doubtful", Decision.REVIEW)
    clock.now = datetime(2026, 11, 18, 8, tzinfo=UTC)
    assert await edition_sending.daily_due(slack.app) is False
    assert await left(slack) == {}


async def test_an_edition_that_waits_is_not_forgotten_when_a_newer_one_is_open(slack, clock):
    await approve(slack)
    clock.advance(timedelta(days=7))
    await slack.says(ADA, "/digest")
    await slack.presses(ADA, "Hold")
    async with slack.sessions() as session:
        newest = await db.editions.latest(session)
    assert newest == Edition("2026-W48", EditionState.HELD, ADA, clock(), None, None, None)
    assert Step.SEND in await knock(slack)
    async with slack.sessions() as session:
        assert await db.outbox.find(session, campaign(WEEK)) is not None
