"""What reads as it did when it was judged is not judged again."""

import pytest

from digests.judge import Known
from digests.reading import NOT_JUDGED, read_feed
from digests.revision import fingerprint
from digests.topics import Interests
from tests.digests.builders import NOW, TOPICS

URL = "https://site.example/feed"
FEED = (
    b"<rss version='2.0'><channel><item><guid>1</guid><title>Housing advice</title></item>"
    b"<item><guid>2</guid><title>Legal advice</title></item></channel></rss>"
)
KNOWN = Known(Interests(TOPICS, ("leeds",)), NOW.date(), None)


def judged(words):
    """Return the ids of the items that were judged, when *words* are stored."""
    reading = read_feed(FEED, URL, NOW, KNOWN, words=words)
    assert [each.item.item_id for each in reading.items] == ["1", "2"], "all are there"
    return [each.item.item_id for each in reading.items if each.verdict != NOT_JUDGED]


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        pytest.param({}, ["1", "2"], id="a new feed"),
        pytest.param({"1": None}, ["1", "2"], id="stored before fingerprints were"),
        pytest.param({"1": "0" * 64}, ["1", "2"], id="it reads differently now"),
        pytest.param({"1": "same"}, ["2"], id="it reads as before"),
        pytest.param({"1": "same", "2": "same"}, [], id="both do"),
    ],
)
def test_only_what_is_new_or_changed_is_judged(stored, expected):
    items = {each.item.item_id: each.item for each in read_feed(FEED, URL, NOW, KNOWN).items}
    words = {k: fingerprint(items[k]) if v == "same" else v for k, v in stored.items()}
    assert judged(words) == expected
