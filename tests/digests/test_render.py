"""A digest as Telegram takes it."""

from datetime import UTC, datetime, time, timedelta
from gettext import NullTranslations
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests import lines
from digests.compile import compile_daily, compile_digest
from digests.edition import Beside, Digest, Meeting, ServiceNews, ServiceNewsKind, Unmet
from digests.item import Occasion, OccasionKind
from digests.render import (
    LIMIT,
    plain_text,
    render_headlines,
    render_mail,
    render_section,
    render_whole,
    units,
)
from locales import Translator, translator
from locales.errors import Text
from tests.digests.builders import NOW, TOPICS, stored

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


def test_what_has_a_date_soon_stands_first_and_again_under_its_topic():
    text = render_headlines(full(items=12), ENGLISH, NAMES)
    assert text.index("<b>Deadlines and dates</b>") < text.index("<b>Housing</b>")
    (dates,) = render_section(full(items=12), lines.Part.COMING, ENGLISH, NAMES)
    assert dates.count("🗓") == 6


def test_a_short_digest_has_no_list_of_dates():
    digest = full(items=3)
    assert lines.Part.COMING not in lines.keys(digest)
    assert lines.count(digest, lines.Part.COMING) == 0


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


TODAY = NOW.date()


def full(items=1, **more):
    """A digest with words, dates, and something beside the posts."""
    posts = [
        stored(
            n,
            title=f"Post number {n} & more",
            occasions=(Occasion(OccasionKind.DEADLINE, TODAY + timedelta(n), "soon"),),
        )
        for n in range(1, items + 1)
    ]
    beside = Beside(
        services=(
            ServiceNews(ServiceNewsKind.NEW, "a", "A <place>", (Text("It opens today."),)),
            ServiceNews(ServiceNewsKind.CLOSED, "b", "B place"),
        ),
        unmet=(Unmet("food", 7), Unmet("unheard", 5)),
        meetings=(Meeting(9, "ESOL network", "https://a.example/", TODAY, time(12, 30), "online"),),
    )
    words = {"today": TODAY, "note": "Dear <all>,\nsnow.", "beside": beside, **more}
    return compile_digest("2026-W47", posts, (), TOPICS, **words)


def test_note_dates_and_what_stands_beside_read_well():
    names = {**NAMES, "need:food": "They help with food."}
    (part,) = render_whole(full(), ENGLISH, names)
    assert part == (
        "<b>News for partners, 16–22 Nov 2026</b>\n\n"
        "Dear &lt;all&gt;,\nsnow.\n\n"
        "<b>Housing</b>\n\n"
        '<a href="https://site.example/1">Post number 1 &amp; more</a>\n'
        "🗓 Deadline: Sun 22 Nov\nIt says something.\n<i>Sat 21 Nov</i>\n\n"
        "<b>Next meetings</b>\n\n"
        '<a href="https://a.example/">ESOL network</a>\n🗓 Sat 21 Nov · 12:30 · online\n\n'
        "<b>Changes in the directory</b>\n\n"
        "• New: A &lt;place&gt;\nIt opens today.\n\n• It has closed: B place\n\n"
        "<b>What people needed and did not find</b>\n\n"
        "• <b>7</b> – They help with food.\n• <b>5</b> – unheard"
    )


@pytest.mark.parametrize(
    ("occasion", "place", "line"),
    [
        pytest.param(("deadline", 6), None, "Deadline: Fri 27 Nov", id="a deadline"),
        pytest.param(
            ("deadline", 6, time(17)), "Leeds", "Deadline: Fri 27 Nov · 17:00", id="with its hour"
        ),
        pytest.param(
            ("event", 6, time(12, 30), time(13, 45)),
            "online",
            "Fri 27 Nov · 12:30–13:45 · online",
            id="an event, from when to when, and where",
        ),
        pytest.param(("event", 50), None, "Sun, 10 Jan 2027", id="in another year"),
    ],
)
def test_a_post_says_when_it_is(occasion, place, line):
    kind, days, *at = occasion
    begins, ends = (*at, None, None)[:2]
    on = TODAY + timedelta(days)
    found = Occasion(OccasionKind(kind), on, "", at=begins, ends=ends)
    (shown,) = lines.dates(stored(1, occasions=(found,), place=place), 2026, TODAY, ENGLISH)
    assert shown == line


def test_a_stretch_names_its_first_and_last_day():
    found = Occasion(OccasionKind.EVENT, TODAY, "", until=TODAY + timedelta(3))
    shown = lines.occasion(found, 2026, ENGLISH)
    assert shown.replace("\u2009", " ") == "Sat 21 Nov – Tue 24 Nov"


def test_a_deadline_and_the_event_itself_are_told_and_no_past_day():
    days = [("event", 1), ("event", 2), ("deadline", 3), ("deadline", -1), ("mentioned", 0)]
    found = tuple(Occasion(OccasionKind(k), TODAY + timedelta(n), "") for k, n in days)
    shown = lines.dates(stored(1, occasions=found), 2026, TODAY, ENGLISH)
    assert shown == ("Sun 22 Nov", "Deadline: Tue 24 Nov")


def test_a_coordinators_words_take_the_place_of_the_posts_own():
    item = stored(1, headline="Ours & short", line="", corrects=3)
    (part,) = render_whole(a_digest(item), ENGLISH, NAMES)
    assert ">Correction: Ours &amp; short</a>\n<i>" in part
    assert "Post 1" not in part and "It says something" not in part


def test_headlines_name_sections_titles_dates_and_how_many_more():
    text = render_headlines(full(items=12), ENGLISH, NAMES)
    assert "<b>Housing</b>\n• Post number 1 &amp; more (Deadline: Sun 22 Nov)\n" in text
    assert text.count("• Post number") == 6 + 8, "the dates, and what of housing there is room for"
    assert "and 4 more" in text
    assert "<b>What people needed and did not find</b> (2)" in text
    assert "Dear &lt;all&gt;" in text


@given(st.lists(st.tuples(NASTY, st.sampled_from(["housing", "legal", "esol"])), max_size=150))
@settings(max_examples=30, deadline=None)
def test_headlines_always_fit_one_message(titles):
    items = [
        stored(n, [topic], headline=title[:200] or "x") for n, (title, topic) in enumerate(titles)
    ]
    digest = compile_digest("2026-W47", items, (), TOPICS, note="& " * 250)
    text = render_headlines(digest, ENGLISH, {**NAMES, "legal": "& " * 100})
    assert units(text) <= LIMIT
    assert not Tags(text).open


def test_each_line_of_the_note_is_isolated_in_right_to_left_text():
    (part, *_) = render_whole(full(note="Hello.\n\nSnow!"), RightToLeft(), NAMES)
    assert "\u200f\u2068Hello.\u2069\n\n\u200f\u2068Snow!\u2069\n" in part


def test_a_section_opens_in_pages_with_all_that_it_has():
    digest = full(items=60)
    pages = render_section(digest, "housing", ENGLISH, NAMES)
    assert len(pages) > 1
    assert all(units(page) <= LIMIT for page in pages)
    assert sum(page.count("Post number") for page in pages) == 60
    beside = ("beside.meetings", "beside.services", "beside.unmet")
    assert lines.keys(digest) == ("beside.coming", "housing", *beside)
    assert all(render_section(digest, key, ENGLISH, NAMES) for key in lines.keys(digest))
    assert [lines.count(digest, key) for key in lines.keys(digest)] == [6, 60, 1, 2, 2]
    assert render_section(digest, "legal", ENGLISH, NAMES) == ()


def test_the_news_of_a_day_say_which_day():
    digest = compile_daily([stored(1, week="2026-W40", position=2)], (), TOPICS, today=TODAY)
    (part,) = render_whole(digest, ENGLISH, NAMES)
    assert part.startswith("<b>New for partners, Sat 21 Nov</b>\n\n<b>Housing</b>")


def test_a_mail_is_shown_as_messages():
    parts = render_mail("News & more", "One <a>\n\n" * 900, ENGLISH)
    assert parts[0].startswith("✉️ <b>News &amp; more</b>\n\nOne &lt;a&gt;")
    assert all(units(part) <= LIMIT for part in parts)
