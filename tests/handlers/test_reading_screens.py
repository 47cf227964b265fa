"""Every page of the largest digest, and every setting, in every language: within the limits."""

from datetime import UTC, date, datetime, time

import pytest

import locales
from digests.edition import (
    Beside,
    Digest,
    Edition,
    EditionState,
    Meeting,
    Section,
    ServiceNews,
    ServiceNewsKind,
    Unmet,
)
from digests.lines import Part, count, keys
from digests.subscription import ChatKind, Frequency, Subscription
from handlers import reading_screens, subscription_screens
from handlers.callbacks import decode
from handlers.digest_screens import Review, names_of, on_day
from handlers.reading_screens import Opened
from handlers.subscription_screens import HOURS, Usual
from tests.digests.builders import stored
from tests.packs import leeds_pack

TOPICS = leeds_pack().interests.topics
WEEK = "2026-W47"
MOST_BUTTONS, LONGEST, LONGEST_ALERT, LONGEST_LABEL = 8, 4096, 200, 64
LANGUAGES = locales.supported()


def largest(t):
    """A digest with every section there is, each longer than a message."""
    sections = tuple(
        Section(
            topic.id,
            tuple(
                stored(100 * place + n, [topic.id], title=f"A long & winding title {n} " * 9)
                for n in range(13)
            ),
        )
        for place, topic in enumerate(TOPICS)
    )
    day = date(2026, 11, 20)
    beside = Beside(
        tuple(ServiceNews(ServiceNewsKind.NEW, f"s{n}", f"Service {n}") for n in range(20)),
        (Unmet("food", 7),),
        tuple(Meeting(n, "A meeting " * 20, "https://example.org", day) for n in range(20)),
    )
    digest = Digest(WEEK, sections, "A note. " * 60, beside, day)
    page = reading_screens.address("https://fingerpost.example/", WEEK)
    return Opened(WEEK, digest, names_of(t, TOPICS), page)


def pages(t, opened):
    yield reading_screens.first(t, opened)
    yield reading_screens.headlines(t, opened, 2)  # the last page; the first is above
    for key in keys(opened.digest):
        first = reading_screens.section(t, opened, key, 0)
        assert first is not None
        yield first
        for number in range(1, 60):
            shown = reading_screens.section(t, opened, key, number)
            if shown == first:
                break
            yield shown


def settings(t, kind):
    usual = Usual(datetime(2026, 11, 19, 10, tzinfo=UTC), 8, "Leeds")
    of = {"chat_id": 1, "kind": kind}
    for page in range(4):
        yield subscription_screens.topics(t, TOPICS, Subscription(**of), page)
        yield subscription_screens.days(t, Subscription(**of, day=3), page)
        yield subscription_screens.hours(t, Subscription(**of, hour=17), "Leeds", page)
    for often in Frequency:
        yield subscription_screens.when(t, Subscription(**of, frequency=often), usual)
    if kind is not ChatKind.PRIVATE:
        yield subscription_screens.subscribed_chat(t)
        yield from (subscription_screens.languages(t, Subscription(**of), n) for n in range(6))


def check(screens):
    for screen in screens:
        buttons = [button for row in screen.rows for button in row]
        assert len(buttons) <= MOST_BUTTONS
        assert len(screen.text.encode("utf-16-le")) // 2 <= LONGEST
        assert all(0 < len(button.text) <= LONGEST_LABEL for button in buttons)
        assert all(decode(button.data) for button in buttons)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_largest_digest_keeps_every_limit(language):
    t = locales.translator(language)
    opened = largest(t)
    check(pages(t, opened))
    assert opened.page in reading_screens.first(t, opened).text


@pytest.mark.parametrize("kind", ChatKind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_settings_keep_every_limit(language, kind):
    check(settings(locales.translator(language), kind))


@pytest.mark.parametrize("language", LANGUAGES)
def test_alerts_fit(language):
    t = locales.translator(language)
    assert len(reading_screens.unknown(t)) <= LONGEST_ALERT
    assert len(subscription_screens.administrators_only(t)) <= LONGEST_ALERT


def test_every_post_of_a_long_digest_is_one_press_away():
    t = locales.translator("en")
    opened = largest(t)
    offered = [
        decode(button.data).arg(1)
        for number in range(4)
        for row in reading_screens.headlines(t, opened, number).rows
        for button in row
        if "(" in button.text and decode(button.data).arg(1)
    ]
    assert offered == list(keys(opened.digest))
    assert all(count(opened.digest, key) for key in offered)


def test_the_headlines_lead_to_the_page_on_the_web():
    t = locales.translator("en")
    small = Opened(WEEK, Digest(WEEK, largest(t).digest.sections[:1]), {}, "https://f.example/x")
    assert 'href="https://f.example/x"' in reading_screens.headlines(t, small).text
    assert reading_screens.address(None, WEEK) is None


@pytest.mark.parametrize("key", [WEEK, "2026-11-18"])
@pytest.mark.parametrize("section", ["", "housing", "health_wellbeing", *Part])
def test_a_link_names_what_it_opens(key, section):
    payload = reading_screens.payload(key, section)
    assert len(payload) <= 64
    assert reading_screens.unpacked(payload) == (key, section)


@pytest.mark.parametrize("text", ["read-", "read-2026", "read-2026-W47-", "read-2026-W47-a.b", "x"])
def test_what_is_no_link_to_a_digest(text):
    assert reading_screens.unpacked(text) is None


def test_times_of_day_are_written_as_the_language_does():
    assert subscription_screens.clock(locales.translator("en"), time(9)) == "09:00"
    assert subscription_screens.weekday(locales.translator("en"), 6) == "Sunday"
    assert 1 not in HOURS


def test_a_late_copy_names_no_meeting_that_is_over():
    days = [date(2026, 11, 20), date(2026, 11, 24)]
    meetings = tuple(Meeting(n, f"Meeting {n}", None, on) for n, on in enumerate(days))
    edition = Edition(WEEK, EditionState.APPROVED, beside=Beside(meetings=meetings))
    left = Review(edition, [], waiting=0, held=0, subscribers=0, today=days[0])
    assert on_day(left, days[1]).beside.meetings == meetings[1:]
