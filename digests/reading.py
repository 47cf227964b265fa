"""A feed's bytes to judged items: parse, clean and judge in one call. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from digests.errors import ParseError
from digests.feed import Reading, Trust
from digests.imitations import host_of
from digests.item import Decision, Item, JudgedItem, Verdict
from digests.judge import Known, judge
from digests.parse import parse
from digests.revision import fingerprint
from locales.errors import N_, Text

_NOTHING: Mapping[str, str | None] = {}
# what code that reads strange bytes raises when it did not foresee them
_UNFORESEEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


NOT_JUDGED = Verdict(Decision.REVIEW, (), ())  # it reads as it did when it was judged


def read_feed(
    body: bytes,
    url: str,
    now: datetime,
    known: Known,
    trust: Trust = Trust.WATCHED,
    words: Mapping[str, str | None] = _NOTHING,
) -> Reading:
    """Return the feed's items with their verdicts; the feed's own host may be imitated too.

    *words*: the fingerprints of stored items by id (`digests.revision`); what reads as before
    is not judged again, which is most of a feed.

    Raises:
        ParseError: the bytes are not a feed that we read. That is also what a mistake of ours
            in reading them comes to, for one feed must not stop the others; its cause tells.
    """
    try:
        parsed = parse(body, url, now)
        own = tuple(filter(None, [host_of(url)]))
        known = replace(
            known, interests=replace(known.interests, hosts=known.interests.hosts + own)
        )
        items = tuple(
            JudgedItem(item, NOT_JUDGED if _is_same(item, words) else judge(item, known, trust))
            for item in parsed.items
        )
    except _UNFORESEEN as exc:
        raise ParseError(url, Text(N_("The feed is damaged and cannot be read."))) from exc
    return Reading(parsed.title, items, parsed.skipped)


def _is_same(item: Item, words: Mapping[str, str | None]) -> bool:
    stored = words.get(item.item_id)
    return stored is not None and stored == fingerprint(item)
