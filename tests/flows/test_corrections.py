"""A site changes a post that was sent: coordinators hear once, and one of them decides."""

import re
from datetime import timedelta

import pytest

import db.edits
import db.feeds
import db.items
import db.ledger
from db.stores import SqlFeedStore
from digests.feed import FeedUpdate, Trust
from handlers import corrections, edition_sending
from handlers.callbacks import Route, encode
from tests.db.test_once import WEEK, post
from tests.flows.stage import ADA, PARTNER


@pytest.fixture
async def changed(crew):
    """A crew whose last edition held a post that its site has cancelled since."""
    now, store = crew.clock(), SqlFeedStore(crew.sessions)
    async with crew.sessions.begin() as session:
        await db.feeds.add(session, "https://a.example/feed", now, "A site")
        (feed,) = await db.feeds.all_feeds(session)
        await db.items.add(session, feed.id, [post(0), post(1)], now)
        first, other = await db.ledger.accepted_without_week(session)
        await db.ledger.freeze(session, WEEK, [first.id, other.id])
    seen = (post(0, title="The drop-in is cancelled"), post(1))
    await store.apply(FeedUpdate(feed, (), seen), now)
    return crew


async def the_mark(stage):
    async with stage.sessions() as session:
        (found,) = await db.edits.revised(session, now=stage.clock())
    return found.now.mark


async def test_a_change_is_told_once_and_put_into_the_next_digest(changed):
    assert [await corrections.tell(changed.app) for _ in range(2)] == [1, 0]
    await changed.send_out()
    notice = changed.last(ADA)
    assert "The title is now: " in notice.text and "The drop-in is cancelled" in notice.text
    shown = await changed.presses(ADA, "Put the correction into the next digest")
    assert shown.text == "The correction goes into the next digest."
    async with changed.sessions() as session:
        (draft,) = await db.ledger.accepted_without_week(session)
    assert (draft.item.title, draft.corrects) == ("The drop-in is cancelled", 1)
    assert "Correction: " in (await changed.says(ADA, "/digest")).text


async def test_a_correction_reaches_readers_with_one_word_before_it(changed):
    await changed.says(PARTNER, "/subscribe")
    await changed.forges(ADA, encode(Route.CORRECTION, 1, "yes", await the_mark(changed)))
    changed.clock.advance(timedelta(days=7))
    await changed.says(ADA, "/digest")
    await changed.presses(ADA, "Approve and send")
    changed.clock.advance(timedelta(days=4))
    await edition_sending.send_due(changed.app)
    await changed.send_out()
    got = changed.last(PARTNER).text
    assert "Correction: The drop-in is cancelled" in re.sub("[\u2066-\u2069]|<[^>]*>", "", got)
    assert got.count("Correction:") == 1


async def test_daily_readers_are_put_right_and_the_weekly_digest_is_right_at_once(crew):
    now, store = crew.clock(), SqlFeedStore(crew.sessions)
    async with crew.sessions.begin() as session:
        await db.feeds.add(session, "https://a.example/feed", now, "A site")
        (feed,) = await db.feeds.all_feeds(session)
        await db.feeds.set_trust(session, feed.id, Trust.TRUSTED)
        await db.items.add(session, feed.id, [post(0)], now)
    for who in (PARTNER, ADA):
        await crew.says(who, "/subscribe")
    await crew.forges(PARTNER, encode(Route.WHEN, "often", "daily"))
    assert await edition_sending.daily_due(crew.app)
    await crew.send_out()
    assert "The drop-in opens again" in crew.last(PARTNER).text
    await store.apply(FeedUpdate(feed, (), (post(0, title="The drop-in is cancelled"),)), now)
    assert await corrections.tell(crew.app) == 1
    await crew.send_out()
    assert "Only people who get news every day have the old text." in crew.last(ADA).text
    await crew.presses(ADA, "Put the correction into the next digest")
    shown = await crew.says(ADA, "/digest")
    assert "1. " in shown.text and "The drop-in is cancelled" in shown.text
    assert "Correction:" not in shown.text and "2. " not in shown.text
    crew.clock.advance(timedelta(days=1))
    assert await edition_sending.daily_due(crew.app)
    await crew.send_out()
    assert crew.last(PARTNER).text.count("Correction:") == 1


async def test_a_change_can_be_left_and_only_by_coordinators(changed):
    mark = await the_mark(changed)
    await changed.forges(PARTNER, encode(Route.CORRECTION, 1, "no", mark))
    assert await the_mark(changed) == mark
    shown = await changed.forges(ADA, encode(Route.CORRECTION, 1, "no", mark))
    assert "No correction is sent" in shown.text
    await changed.forges(ADA, encode(Route.CORRECTION, 1, "yes", mark))
    assert "decided about this already" in changed.said()
