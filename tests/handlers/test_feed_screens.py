"""How a feed is, in words of every language."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

import locales
from digests.feed import Feed
from handlers import feed_screens
from handlers.feed_screens import Seen

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FEED = Feed(1, "https://a.example/feed/", "A", NOW, checked_at=NOW - timedelta(hours=3))


@pytest.mark.parametrize("language", locales.supported())
def test_when_it_was_read_has_no_figure_with_a_sign(language):
    seen = Seen([FEED], {1: 2}, NOW, ZoneInfo("Europe/London"))
    said = feed_screens.state(locales.translator(language), FEED, seen)
    assert "-" not in said
    never = replace(FEED, checked_at=None)
    assert feed_screens.state(locales.translator(language), never, seen) != said


def test_a_page_of_many_feeds_has_at_most_eight_buttons():
    many = [replace(FEED, id=n) for n in range(1, 20)]
    seen = Seen(many, {}, NOW, ZoneInfo("Europe/London"))
    pages = [feed_screens.overview(locales.translator("en"), seen, page) for page in range(3)]
    buttons = [[each for row in page.rows for each in row] for page in pages]
    assert [len(page) for page in buttons] == [8, 8, 6]
