"""A digest as Telegram takes it."""

from datetime import UTC, datetime
from gettext import NullTranslations
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.compile import compile_digest
from digests.model import Digest
from digests.render import LIMIT, plain_text, render_whole, units
from locales import Translator, translator
from tests.digests.builders import TOPICS, stored

NAMES = {"housing": "Housing", "legal": "Legal <rights>", "esol": "ESOL"}
ENGLISH = translator("en")


class RightToLeft(Translator):
    """English words in a language that is written from right to left."""

    def __init__(self):
        super().__init__("ar", NullTranslations())


class Tags(HTMLParser):
    """Counts open tags; notes those that Telegram does not know."""

    def __init__(self, html):
        super().__init__()
        self.open, self.seen = [], set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def a_digest(*items):
    return compile_digest("2026-W47", items, (), TOPICS)


def test_a_digest_reads_well():
    first = stored(1, title="Rent & rooms", source="PAFRAS", summary="It is <new>.")
    parts = render_whole(a_digest(first, stored(2, ["legal"], link=None)), ENGLISH, NAMES)
    assert parts == (
        "<b>News for partners, 16–22 Nov 2026</b>\n\n"
        "<b>Housing</b>\n\n"
        '<a href="https://site.example/1">Rent &amp; rooms</a>\nIt is &lt;new&gt;.\n'
        "<i>PAFRAS · Sat 21 Nov</i>\n\n"
        "<b>Legal &lt;rights&gt;</b>\n\n"
        "<b>Post 2</b>\nIt says something.\n<i>Sat 21 Nov</i>",
    )
    assert "Rent & rooms (https://site.example/1)\nIt is <new>." in plain_text(parts)
    assert "<b>" not in plain_text(parts)


def test_a_day_of_another_year_names_the_year():
    old = stored(1, published=datetime(2022, 9, 17, 12, tzinfo=UTC))
    (part,) = render_whole(a_digest(old), ENGLISH, NAMES)
    assert "Sat, 17 Sept 2022" in part


def test_every_line_of_a_right_to_left_digest_says_so():
    (part,) = render_whole(a_digest(stored(1, source="PAFRAS")), RightToLeft(), NAMES)
    assert all(line.startswith("\u200f") for line in part.split("\n") if line)


def test_an_empty_digest_says_so():
    (part,) = render_whole(Digest("2026-W47", ()), ENGLISH, NAMES)
    assert part.endswith("There is nothing new this week.")


def test_foreign_words_are_isolated_in_right_to_left_text():
    (part,) = render_whole(a_digest(stored(1, source="PAFRAS")), RightToLeft(), NAMES)
    assert "\u2068Post 1\u2069" in part
    assert "\u2068PAFRAS\u2069" in part
    assert part.count("\u2068") == part.count("\u2069")


def test_items_without_a_topic_have_a_heading_of_their_own():
    (part,) = render_whole(a_digest(stored(1, [])), ENGLISH, NAMES)
    assert "<b>More news</b>\n\n<a" in part


def test_parts_are_cut_between_items_and_no_heading_stands_alone():
    items = [stored(n, ["housing" if n % 2 else "legal"], summary="w" * 290) for n in range(60)]
    parts = render_whole(a_digest(*items), ENGLISH, NAMES)
    assert len(parts) > 3
    assert sum(part.count("Post ") for part in parts) == 60
    for part in parts:
        assert units(part) <= LIMIT
        assert part.endswith("</i>")
        assert not Tags(part).open


NASTY = st.text(alphabet="ab &<>\"'😀ع\u2068", max_size=300)


@given(st.lists(st.tuples(NASTY, NASTY, st.none() | NASTY), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_whatever_items_say_parts_fit_and_are_well_formed(texts):
    items = [
        stored(n, title=title[:200] or "x", summary=summary, source=source and source[:80])
        for n, (title, summary, source) in enumerate(texts)
    ]
    parts = render_whole(a_digest(*items), ENGLISH, NAMES)
    for part in parts:
        assert units(part) <= LIMIT
        tags = Tags(part)
        assert not tags.open and tags.seen <= {"a", "b", "i"}
    assert sum(part.count("</i>") for part in parts) == len(items)


@pytest.mark.parametrize("length", [500, 1000, 5000])
def test_an_item_that_is_all_markup_is_shortened_not_split(length):
    item = stored(1, title="&" * 200, summary="& " * length, link="https://a/?" + "&b" * length)
    parts = render_whole(a_digest(item), ENGLISH, NAMES)
    assert all(units(part) <= LIMIT for part in parts)
    assert "&amp;" in parts[-1]
