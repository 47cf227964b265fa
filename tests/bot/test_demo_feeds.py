"""The demo's feeds tell of the week in which somebody tries it, whenever that is."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.demo import feeds
from bot.pack import read_pack
from digests.item import Decision
from digests.judge import Known
from digests.reading import read_feed

TRIED = [datetime(2026, 11, 22, 9, tzinfo=UTC), datetime(2029, 3, 7, 9, tzinfo=UTC)]


@pytest.mark.parametrize("now", TRIED, ids=["in the week of writing", "years later"])
def test_posts_are_new_and_their_dates_lie_ahead(now):
    own = {path.name for path in feeds.OWN.glob("*.xml")}
    known = Known(read_pack().interests, now.date())
    items = [
        judged
        for name, body in feeds.files(now).items()
        if name in own
        for judged in read_feed(body, f"https://{name}.example/", now, known).items
    ]
    assert len(items) >= 25
    assert all(now - each.item.published < timedelta(weeks=2) for each in items)
    ahead = [o for each in items for o in each.verdict.occasions if o.on >= now.date()]
    assert len(ahead) >= 6
    assert Decision.ACCEPT in {each.verdict.decision for each in items}


def test_weekdays_stay_true():
    meeting = feeds.files(TRIED[1])["city-partners.xml"].decode()
    found = re.search(r"meeting on Tuesday (\d+) ([A-Z]\w+)", meeting)
    assert found is not None
    day = datetime.strptime(f"{found[1]} {found[2]} 2029 +0000", "%d %B %Y %z")
    assert f"{day:%A}" == "Tuesday"
