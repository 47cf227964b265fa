"""Coordinators and the feeds: what they see, add, trust and end, by chat."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

import db.feeds
import db.items
import db.queue
from digests import plan
from digests.discovery import Found
from digests.errors import FetchError
from digests.feed import Back, Trust, Unchanged
from handlers import feed_screens, notify
from handlers.feed_screens import Seen
from locales import translator
from locales.errors import Text
from tests.digests.builders import a_feed, judged
from tests.digests.test_fetch import REFUSED
from tests.fakes import FakeClock
from tests.flows.stage import ADA

URL = "https://site.example/feed/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def office(crew):
    """A crew that follows one feed, which was read an hour ago and brought two posts."""
    now = crew.clock()
    async with crew.sessions.begin() as session:
        number = await db.feeds.add(session, URL, now, "A site")
        (feed,) = await db.feeds.all_feeds(session)
        read = replace(feed, checked_at=now - HOUR, changed_at=now - HOUR, etag="x")
        await db.feeds.save(session, replace(read, next_check=now + HOUR))
        await db.items.add(session, number, [judged("1"), judged("2")], now - DAY)
        await db.items.add(session, number, [judged("3")], now - 8 * DAY)
    return crew


async def the_feed(stage):
    async with stage.sessions() as session:
        (feed,) = await db.feeds.all_feeds(session)
    return feed


def discovers(stage, *found, problem=None):
    asked = []

    async def discover(url):
        asked.append(url)
        if problem is not None:
            raise problem
        return found

    stage.application.bot_data["app"] = replace(stage.app, discover=discover)
    return asked


async def test_each_feed_is_shown_with_its_state(office):
    shown = await office.says(ADA, "/feeds")
    assert "1. A site" in shown.text
    assert "Read 1 hour ago. 2 new posts this week." in shown.text
    shown = await office.presses(ADA, "1")
    assert URL in shown.text
    assert "I check each post for spam" in shown.text


async def test_no_feeds_yet(crew):
    shown = await crew.says(ADA, "/feeds")
    assert "I follow no feeds yet" in shown.text
    assert "/feeds https://" in shown.text


async def test_many_feeds_have_pages(crew):
    async with crew.sessions.begin() as session:
        for number in range(20):
            await db.feeds.add(session, f"https://site{number}.example/feed", crew.clock())
    await crew.says(ADA, "/feeds")
    shown = await crew.presses(ADA, "Next page")
    assert "9. https://site8.example/feed" in shown.text
    shown = await crew.presses(ADA, "Next page")
    assert "20. " in shown.text


async def test_a_site_is_followed_by_its_address(crew):
    asked = discovers(crew, Found(URL, "The site"))
    shown = await crew.says(ADA, "/feeds site.example")
    assert asked == ["https://site.example"]
    assert "The site" in shown.text and "not read it yet" in shown.text
    assert (await the_feed(crew)).url == URL


async def test_of_several_feeds_one_is_chosen(crew):
    discovers(crew, Found(URL, "News"), Found(URL + "jobs", "Jobs"))
    shown = await crew.says(ADA, "/feeds https://site.example")
    assert f"<code>/feeds {URL}</code>" in shown.text and "Jobs" in shown.text
    async with crew.sessions() as session:
        assert await db.feeds.all_feeds(session) == []


async def test_a_site_without_a_feed_is_told_with_the_reason(crew):
    discovers(crew, problem=FetchError(URL, Text("The server could not be reached.")))
    shown = await crew.says(ADA, "/feeds https://site.example")
    assert "https://site.example" in shown.text
    assert "could not be reached" in shown.text


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://localhost./", "http://u:p@a.example/"]
)
async def test_a_page_cannot_make_us_follow_a_private_address(crew, url):
    discovers(crew, Found(url))
    await crew.says(ADA, "/feeds https://site.example")
    async with crew.sessions() as session:
        assert await db.feeds.all_feeds(session) == []


@pytest.mark.parametrize("url", [url for url in REFUSED if "://" in url and " " not in url][::4])
async def test_no_private_address_is_followed(crew, url):
    await crew.says(ADA, f"/feeds {url}")
    async with crew.sessions() as session:
        assert await db.feeds.all_feeds(session) == []


@pytest.mark.parametrize(
    ("label", "trust", "said"),
    [("Trust it", Trust.TRUSTED, "You trust it"), ("Mute it", Trust.MUTED, "You have muted it")],
)
async def test_a_source_is_trusted_or_muted_with_one_tap(office, label, trust, said):
    await office.says(ADA, "/feeds")
    await office.presses(ADA, "1")
    shown = await office.presses(ADA, label)
    assert said in shown.text
    assert (await the_feed(office)).trust is trust
    shown = await office.presses(ADA, "Watch it")
    assert (await the_feed(office)).trust is Trust.WATCHED


async def test_a_feed_is_read_now_on_demand(office):
    await office.says(ADA, "/feeds")
    await office.presses(ADA, "1")
    await office.presses(ADA, "Read it now")
    assert "I read it within a minute." in office.alerts
    async with office.sessions() as session:
        assert len(await db.feeds.due(session, office.clock(), 5)) == 1


async def test_a_whole_archive_is_read_on_demand(office):
    await office.says(ADA, "/feeds")
    await office.presses(ADA, "1")
    shown = await office.presses(ADA, "Read all its old posts")
    assert "I am reading all its old posts." in shown.text
    assert not any("Read all" in label for label in shown.labels)
    feed = await the_feed(office)
    assert (feed.back_to, feed.etag, feed.next_check) == (Back.ALL, None, office.clock())


async def test_what_is_followed_no_more_leaves_its_posts(office):
    await office.says(ADA, "/feeds")
    await office.presses(ADA, "1")
    shown = await office.presses(ADA, "Stop following it")
    assert "A site" in shown.text
    shown = await office.presses(ADA, "Yes, stop following it")
    assert "I follow no feeds yet" in shown.text
    async with office.sessions() as session:
        assert sum((await db.queue.counts(session)).values()) == 3
    await office.forges(ADA, "1:G:1:check")
    await office.forges(ADA, "1:G:1")
    assert "older version" in office.last(ADA).text


@pytest.mark.parametrize("data", ["1:G:1:nonsense", "1:G:x", "1:G:9:ask", "1:G"])
async def test_forged_buttons_do_nothing(office, data):
    before = await the_feed(office)
    assert "older version" in (await office.forges(ADA, data)).text
    assert await the_feed(office) == before


async def test_every_deed_is_noted(office):
    await office.says(ADA, "/feeds")
    await office.presses(ADA, "1")
    for label in ("Mute it", "Read it now", "Read all its old posts"):
        await office.presses(ADA, label)
    audits = (await office.rows())["audit"]
    assert [next(a for a in row if str(a).endswith("_feed")) for row in audits] == [
        "muted_feed",
        "check_feed",
        "archive_feed",
    ]


def state(feed, now):
    return feed_screens.state(translator("en"), feed, Seen([feed], {}, now, ZoneInfo("UTC")))


def test_states_in_plain_words():
    now = FakeClock()()
    well = a_feed(checked_at=now - HOUR)
    failed = replace(well, failing_since=now - DAY, error="It broke.", next_check=now + 2 * HOUR)
    said = {
        "new": state(a_feed(), now),
        "well": state(well, now),
        "muted": state(replace(well, trust=Trust.MUTED), now),
        "failing": state(failed, now),
        "gone": state(replace(failed, stopped=True), now),
    }
    assert said == {
        "new": "I have not read it yet. I will do so in a few minutes.",
        "well": "Read 1 hour ago. 0 new posts this week.",
        "muted": "Muted. Nothing from it reaches anybody.",
        "failing": "It has failed since Sun 15 Nov 09:00: It broke. Next try: Mon 16 Nov 11:00.",
        "gone": "Gone for good, says its server. I do not ask it again.",
    }


@pytest.mark.parametrize(
    ("away", "failing", "back", "longest"),
    [
        pytest.param(HOUR, 0, 0, 2, id="an hour: nobody is troubled"),
        pytest.param(25 * HOUR, 1, 1, 24, id="a day: told once, and once that it is well"),
        pytest.param(14 * DAY, 1, 1, 24, id="a fortnight: the same, and never deleted"),
    ],
)
async def test_a_feed_that_fails(office, away, failing, back, longest):
    """F9 on a fake clock: coordinators hear once and once."""
    broken_until, waits = office.clock() + away, []
    while office.clock() < broken_until + 2 * DAY:
        async with office.sessions.begin() as session:
            for feed in await db.feeds.due(session, office.clock(), 5):
                now = office.clock()
                if now < broken_until:
                    problem = FetchError(feed.url, Text("It broke."))
                    update = plan.after_failure(feed, problem, now=now, jitter=0.5)
                    waits.append(update.feed.next_check - now)
                else:
                    update = plan.after_success(feed, Unchanged(), None, (), now=now, jitter=0.5)
                await db.feeds.save(session, update.feed)
        await notify.feeds(office.app)
        office.clock.advance(HOUR)
    await office.send_out()
    told = [text for text in office.api.texts(ADA) if URL in text]
    assert sum("has failed for a day: It broke." in text for text in told) == failing
    assert sum("works again" in text for text in told) == back
    assert len(told) == failing + back
    assert waits == sorted(waits) and all(wait <= DAY for wait in waits)
    assert longest == 2 or waits[-1] > 20 * HOUR or away < 2 * DAY
    feed = await the_feed(office)
    assert (feed.failures, feed.stopped) == (0, False)
