"""The weekly digest: feeds' posts are reviewed, approved, and leave once, by topic and language."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest

import db.feeds
import db.items
import db.ledger
import db.outbox
import db.queue
import locales
from bot.weektime import moment
from db.sending import RecipientRow
from delivery.model import CampaignState
from digests.item import Decision, Item, JudgedItem, Verdict
from handlers import campaigns, edition_sending
from handlers.callbacks import Route, encode
from handlers.editions import campaign
from handlers.subscription_screens import TOPICS_PER_PAGE
from locales.errors import Text
from tests.flows.stage import (
    ADA,
    APOLOGY,
    BEN,
    NEWCOMER,
    OTHER,
    PARTNER,
    REVIEW,
    STALE,
    assemble,
)

WEEK = "2026-W47"
THURSDAY = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)  # SEND, London is on UTC in November
CHANGED = "The digest has changed since you looked"
DECIDED = "Another coordinator has already approved this digest."


async def post(stage, title, decision=Decision.ACCEPT, topics=("housing",)):
    """Let the feed have one more post; return its id."""
    async with stage.sessions.begin() as session:
        feeds = await db.feeds.all_feeds(session)
        at = "https://example.org/feed"
        feed_id = feeds[0].id if feeds else await db.feeds.add(session, at, stage.clock())
        link = f"https://example.org/{title.replace(' ', '-')}"
        item = Item(link, title, link, f"About {title}.", stage.clock(), "Example")
        verdict = Verdict(decision, (Text("A made-up reason."),), tuple(topics))
        await db.items.add(session, feed_id, [JudgedItem(item, verdict)], stage.clock())
    async with stage.sessions() as session:
        for find in (db.ledger.accepted_without_week, db.queue.waiting, db.queue.held):
            for stored in await find(session):
                if stored.item.title == title:
                    return stored.id
    raise AssertionError(title)


@pytest.fixture
async def week(staff, pack):
    """A week in review, on both kinds of database."""
    return await filled(staff, pack)


@pytest.fixture
async def slack(crew, pack):
    """The same on SQLite alone."""
    return await filled(crew, pack)


async def filled(staff, pack):
    """Give *staff* two posts, one that waits, one that is held, and three subscribers."""
    housing, legal = (topic.id for topic in pack.interests.topics[:2])
    await post(staff, "Rooms to let", topics=(housing,))
    await post(staff, "A solicitor on Fridays", topics=(legal,))
    await post(staff, "Perhaps interesting", Decision.REVIEW, (housing,))
    await post(staff, "Win at the casino", Decision.REJECT, (housing,))
    await staff.knows(NEWCOMER, language="ar")
    for who in (NEWCOMER, PARTNER, BEN):
        await staff.says(who, "/subscribe")
    label = pack.interests.topics[1].names["en"]
    await staff.presses(PARTNER, f"☑️ {label}")  # all but the law
    return staff


async def approve(stage, who=ADA):
    await stage.says(who, "/digest")
    return await stage.presses(who, "Approve and send")


async def left(stage):
    """Return what has left by chat: the texts of the outbox's calls."""
    before = len(stage.api.calls)
    await stage.send_out()
    calls = stage.api.calls[before:]
    return {call.chat_id: call.params["text"] for call in calls if call.method == "sendMessage"}


async def test_only_reviewed_posts_leave_to_the_topics_that_people_chose(week, clock):
    shown = await week.says(ADA, "/digest")
    assert "Rooms to let" in shown.text
    assert "Perhaps interesting" not in shown.text
    assert "3 subscribers" in shown.text
    assert re.search(r": 1\. .*: 1\.", shown.text), "one waits, one is held"
    shown = await approve(week)
    assert "Approved" in shown.text
    assert not any("Approve" in label or "Hold" in label for label in shown.labels)
    assert await left(week) == {}, "nothing before its time"
    clock.now = THURSDAY
    assert await edition_sending.send_due(week.app) is True
    got = await left(week)
    assert set(got) == {NEWCOMER, PARTNER, BEN}
    for text in got.values():
        assert "Rooms to let" in text
        assert "Perhaps interesting" not in text
        assert "casino" not in text
    assert "solicitor" in got[BEN]
    assert "solicitor" not in got[PARTNER]
    stop = locales.translator("ar").gettext("Stop the digest")
    assert stop in week.last(NEWCOMER).labels, "the frame is in the reader's language"
    assert "Stop the digest" in week.last(BEN).labels


async def test_the_digest_is_queued_once_in_a_week(slack, clock):
    await approve(slack)
    clock.now = THURSDAY - timedelta(seconds=1)
    assert await edition_sending.send_due(slack.app) is False
    clock.now = THURSDAY
    assert [await edition_sending.send_due(slack.app) for _ in range(3)] == [True, False, False]
    assert len(await left(slack)) == 3
    assert await left(slack) == {}
    clock.advance(timedelta(days=1))
    assert await edition_sending.send_due(slack.app) is False
    assert await left(slack) == {}


async def test_approved_after_its_time_it_leaves_at_once(slack, clock):
    clock.now = THURSDAY + timedelta(hours=3)
    await approve(slack)
    assert len(await left(slack)) == 3
    assert await edition_sending.send_due(slack.app) is False


async def test_without_approval_nothing_leaves(slack, clock):
    clock.now = THURSDAY + timedelta(days=2)
    assert await edition_sending.send_due(slack.app) is False
    assert await left(slack) == {}


async def test_a_held_digest_stays_until_somebody_approves(slack, clock):
    await slack.says(ADA, "/digest")
    shown = await slack.presses(ADA, "Hold")
    assert "On hold" in shown.text
    clock.now = THURSDAY + timedelta(hours=1)
    assert await edition_sending.send_due(slack.app) is False
    await approve(slack, BEN)
    assert len(await left(slack)) == 3


async def test_a_coordinator_puts_in_and_drops(slack, clock):
    await slack.says(ADA, "/digest")
    await slack.presses(ADA, "Waiting posts")
    shown = await slack.presses(ADA, "1")
    assert "A made-up reason." in shown.text
    await slack.presses(ADA, "Add to the digest")
    await slack.says(ADA, "/digest")
    await slack.presses(ADA, "Held as spam")
    await slack.presses(ADA, "1")
    await slack.presses(ADA, "Add to the digest")
    shown = await slack.says(ADA, "/digest")
    number = next(n for n in range(1, 5) if f"{n}. Rooms to let" in shown.text)
    await slack.presses(ADA, "Change a post")
    await slack.presses(ADA, str(number))
    shown = await slack.presses(ADA, "Leave it out")
    assert "It is not in the digest." in shown.text
    await approve(slack)
    clock.now = THURSDAY
    await edition_sending.send_due(slack.app)
    text = (await left(slack))[BEN]
    assert "Perhaps interesting" in text
    assert "casino" in text, "a person said yes"
    assert "Rooms to let" not in text


async def test_a_list_that_changed_is_not_approved(slack):
    shown = await slack.says(ADA, "/digest")
    await post(slack, "Came later")
    before = await slack.rows()
    for label in ("Approve and send", "Hold"):
        await slack.forges(ADA, shown.data(label))
        assert CHANGED in slack.alerts[-1]
    assert await slack.rows() == before
    shown = await slack.says(ADA, "/digest")
    assert "Came later" in shown.text
    assert "Approved" in (await slack.presses(ADA, "Approve and send")).text


async def test_the_second_coordinator_reads_that_it_is_decided(slack):
    shown = await slack.says(BEN, "/digest")
    await approve(slack, ADA)
    before = await slack.rows()
    await slack.forges(BEN, shown.data("Approve and send"))
    await slack.forges(BEN, shown.data("Hold"))
    assert slack.alerts[-2:] == [DECIDED, DECIDED]
    assert await slack.rows() == before


async def test_two_coordinators_at_once_approve_once(week, pack, clock):
    clock.now = THURSDAY
    data = (await week.says(ADA, "/digest")).data("Approve and send")
    other = assemble(week.sessions, pack, clock)
    async with other.application:
        await asyncio.gather(week.forges(ADA, data), other.forges(BEN, data))
        alerts = week.alerts + other.alerts
    assert len(alerts) == 1
    assert alerts[0] in (DECIDED, f"{CHANGED}. Please look again, then approve.")
    assert APOLOGY not in week.said() + other.said()
    audits = [row for row in (await week.rows())["audit"] if "approve_digest" in row]
    assert len(audits) == 1
    assert len(await left(week)) == 3


async def test_a_post_is_in_one_digest_only(slack, clock):
    await approve(slack)
    clock.now = THURSDAY
    await edition_sending.send_due(slack.app)
    await left(slack)
    clock.advance(timedelta(days=7))
    await post(slack, "Next week")
    shown = await slack.says(ADA, "/digest")
    assert "2026-W48" in shown.text
    assert "Next week" in shown.text
    assert "Rooms to let" not in shown.text


async def test_an_old_weeks_button_does_not_approve_another_week(slack, clock):
    shown = await slack.says(ADA, "/digest")
    clock.advance(timedelta(days=7))
    shown = await slack.forges(ADA, shown.data("Approve and send"))
    assert STALE in shown.text
    assert "editions" not in await slack.rows()


async def test_a_post_that_was_sent_cannot_be_dropped_any_more(slack):
    await slack.says(ADA, "/digest")
    await slack.presses(ADA, "Change a post")
    await slack.presses(ADA, "1")
    item = slack.last(ADA).data("Why it is here")
    await approve(slack)
    before = await slack.rows()
    shown = await slack.forges(ADA, item)
    assert "It was in a digest already." in shown.text
    assert not any("Drop" in label or "Put" in label for label in shown.labels)
    await slack.forges(ADA, item.replace(":i:", ":j:").replace(":e:", ":reject:e:"))
    assert await slack.rows() == before


async def test_the_coordinator_sees_it_as_subscribers_do(slack):
    await slack.says(ADA, "/digest")
    before = len(slack.screens(ADA))
    await slack.presses(ADA, "See it as subscribers do")
    await slack.presses(ADA, "Show it")
    seen = "".join(screen.text for screen in slack.screens(ADA)[before:])
    assert "Rooms to let" in seen
    assert "solicitor" in seen
    assert await left(slack) == {}


async def test_a_week_without_posts_sends_nothing(crew, clock):
    await crew.says(PARTNER, "/subscribe")
    clock.now = THURSDAY
    shown = await crew.says(ADA, "/digest")
    assert "No posts this week" in shown.text
    await approve(crew)
    assert await left(crew) == {}


async def test_the_review_is_announced_once_to_every_coordinator(slack, clock):
    begins = moment(WEEK, REVIEW, slack.app.zone)
    clock.now = begins - timedelta(seconds=1)
    assert await edition_sending.announce_due(slack.app, begins) is False
    clock.now = begins
    assert [await edition_sending.announce_due(slack.app, begins) for _ in range(2)] == [
        True,
        False,
    ]
    got = await left(slack)
    assert set(got) == {ADA, BEN}
    assert "The digest of week 2026-W47 is ready for you" in got[ADA]
    shown = await slack.presses(ADA, "Look at it")
    assert "Rooms to let" in shown.text


async def test_unsubscribing_skips_what_waits(week, clock):
    clock.now = THURSDAY
    await approve(week)
    await week.says(PARTNER, "/unsubscribe")
    assert set(await left(week)) == {NEWCOMER, BEN}


async def test_the_buttons_under_a_digest_change_topics_and_stop(slack, clock):
    clock.now = THURSDAY
    await approve(slack)
    await left(slack)
    shown = await slack.presses(BEN, "Choose topics")
    assert "Choose your topics" in shown.text
    shown = await slack.presses(BEN, "Stop the digest")
    assert "has stopped" in shown.text
    shown = await slack.presses(BEN, "☑️")
    assert "You do not get the digest" in shown.text


async def test_topics_can_be_pressed_twice_and_the_last_one_stays(crew, pack):
    every = pack.interests.topics
    await crew.says(OTHER, "/subscribe")
    for number, topic in enumerate(every):
        if number and number % TOPICS_PER_PAGE == 0:
            await crew.presses(OTHER, "Next page")
        if number:
            await crew.presses(OTHER, f"☑️ {topic.names['en']}")
    again = f"1:t:{every[1].id}:0"
    before = await crew.rows()
    await crew.forges(OTHER, again)
    shown = await crew.forges(OTHER, f"1:t:{every[0].id}:0")
    assert await crew.rows() == before
    assert [label for label in shown.labels if "☑️" in label] == [f"☑️ {every[0].names['en']}"]


async def test_topics_come_a_few_at_a_time_and_a_press_stays_on_its_page(crew, pack):
    seen, shown = [], await crew.says(OTHER, "/subscribe")
    for _ in range(-(-len(pack.interests.topics) // TOPICS_PER_PAGE)):
        assert len(shown.buttons) <= 8
        assert shown.data("Help now") and shown.data("🌐")
        assert shown.data("How often and when")
        topics = [label for label in shown.labels if "☑️" in label]
        after = await crew.presses(OTHER, topics[0])
        assert topics[0].replace("☑️", "⬜️") in after.labels
        await crew.presses(OTHER, topics[0].replace("☑️ ", ""))
        seen += topics
        shown = await crew.presses(OTHER, "Next page")
    assert [f"☑️ {each.names['en']}" for each in pack.interests.topics] == seen


async def test_a_digest_longer_than_a_message_is_one_message_that_opens(slack, clock, pack):
    topic = pack.interests.topics[0].id
    for n in range(60):
        await post(slack, f"Post {n} " + "with a long title " * 6, topics=(topic,))
    clock.now = THURSDAY
    await approve(slack)
    before = len(slack.api.calls)
    await slack.send_out()
    assert len([c for c in slack.api.calls[before:] if c.chat_id == BEN]) == 1
    texts = [(await slack.presses(BEN, f"{pack.interests.topics[0].names['en']} (61)")).text]
    while "Next page (1 of" not in slack.last(BEN).labels[0] or len(texts) == 1:
        texts.append((await slack.presses(BEN, "Next page")).text)
    assert all(len(text.encode("utf-16-le")) // 2 <= 4096 for text in texts)
    assert sum(text.count(">Post ") for text in texts[:-1]) == 60, "the last is the first again"
    async with slack.sessions() as session:
        tally = await db.outbox.tally(session, campaign(WEEK))
    assert (tally.total, tally.sent) == (3, 3)
    assert RecipientRow.__tablename__ in await slack.rows()


async def test_the_report_names_whom_a_digest_perhaps_did_not_reach(slack, clock):
    clock.now = THURSDAY
    await approve(slack)
    slack.api.lose(method="sendMessage", chat_id=PARTNER)
    await slack.send_out()
    await slack.says(ADA, "/digest")
    shown = await slack.presses(ADA, "How it was sent")
    assert "Not known if it arrived: 1" in shown.text
    assert f"Perhaps they did not get it:\n<code>{PARTNER}</code>" in shown.text


async def test_a_digest_that_stopped_asks_the_coordinators_once_and_goes_on(slack, clock):
    clock.now = THURSDAY
    await approve(slack)
    reason = Text("The last {failed} messages all failed.", {"failed": 20})
    async with slack.sessions.begin() as session:
        name = f"digest:{WEEK}"
        await db.outbox.set_state(session, name, CampaignState.PAUSED, reason, clock())
    assert await campaigns.tell_halted(slack.app) == 1
    assert await campaigns.tell_halted(slack.app) == 0, "told once"
    assert set(await left(slack)) == {ADA, BEN}
    shown = slack.last(BEN)
    assert "has stopped" in shown.text
    assert "The last 20 messages all failed." in shown.text
    assert "3 people wait for it." in shown.text
    await slack.presses(BEN, "Go on sending")
    assert len(await left(slack)) == 3


async def test_a_digest_that_is_not_sent_yet_has_no_report(slack):
    await approve(slack)
    shown = await slack.forges(ADA, encode(Route.CAMPAIGN, "d", WEEK, "look"))
    assert STALE in shown.text
