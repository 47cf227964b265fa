"""A feed's bytes to judged items: parse, clean and judge in one call. Pure."""

from datetime import datetime

from digests.judge import judge
from digests.model import Interests, JudgedItem, Reading
from digests.parse import parse


def read_feed(body: bytes, url: str, now: datetime, interests: Interests) -> Reading:
    """Return the feed's items with their verdicts.

    Raises:
        ParseError: the bytes are not a feed that we read.
    """
    parsed = parse(body, url, now)
    items = tuple(JudgedItem(item, judge(item, interests)) for item in parsed.items)
    return Reading(parsed.title, items, parsed.skipped)
