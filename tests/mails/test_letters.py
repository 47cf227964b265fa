"""What a reader sees: in mails, on pages, in a feed reader; in any language."""

import itertools
import re
from dataclasses import replace
from datetime import UTC, date, datetime, time
from xml.etree import ElementTree as ET

import feedparser
import html5lib
import pytest

import locales
from digests import atom, letter, lines, signup
from digests.atom import Issue
from digests.compile import compile_digest
from digests.edition import Beside, Meeting, ServiceNews, ServiceNewsKind, Unmet
from digests.item import Occasion, OccasionKind
from digests.letter import Choice, Site
from digests.mailing import MailReader, Wish
from digests.parse import parse
from digests.plain import COLUMNS
from tests.digests.builders import NOW, TOPICS, stored

TOKEN = "t" * 43
HOSTILE = 'Free "rooms" <script>alert(1)</script> & more'
LANGUAGES = ("en", "ar", "ti", "pl")
XHTML = "{http://www.w3.org/1999/xhtml}"


def a_site(t, **more):
    names = {topic.id: topic.names["en"] for topic in TOPICS}
    names |= {lines.need_key("housing"): "A place to live"}
    return Site("https://digest.example.org", "Leeds", names, contact="team@example.org", **more)


def a_digest(count=3, note="Good morning.\nTwo things."):
    deadline = Occasion(OccasionKind.DEADLINE, date(2026, 12, 4), "4 Dec")
    items = [
        stored(
            n,
            (TOPICS[n % 3].id,),
            title=f"{HOSTILE} {n}",
            summary="Classes start in January. Everyone is welcome, with a crèche for children.",
            source="Leeds Example Charity",
            link=f"https://example.org/{n}?a=1&b=2",
            occasions=(deadline,) if n % 2 else (),
            pictured=n == 1,
        )
        for n in range(1, count + 1)
    ]
    beside = Beside(
        (ServiceNews(ServiceNewsKind.NEW, "x", "Example Food Bank"),),
        (Unmet("housing", 7),),
        (Meeting(9, "Forum", "https://example.org/m", date(2026, 12, 1), time(10), "Town Hall"),),
    )
    return compile_digest(
        "2026-W47", items, (), TOPICS, today=date(2026, 11, 19), note=note, beside=beside
    )


def every_page(t):
    site, reader = a_site(t), MailReader(1, "a@b.org", TOKEN, Wish(t.language), NOW)
    topics = tuple(Choice(each.names["en"], each.id) for each in TOPICS)
    digest = a_digest()
    return {
        "letter": letter.letter(digest, t, site, TOKEN).html,
        "edition": letter.page(digest, t, site),
        "empty edition": letter.page(replace(digest, sections=(), beside=Beside()), t, site),
        "index": letter.index(["2026-W47", "2025-W52"], t, site),
        "no index": letter.index([], t, site),
        "subscribe": signup.subscribe(t, site, topics, Wish("en"), address=HOSTILE),
        "change": signup.change(t, site, topics, reader, saved=True),
        "asked": signup.asked(t, site),
        "confirm": signup.confirm(t, site),
        "confirmed": signup.confirmed(t, site, reader),
        "stop": signup.stop(t, site),
        "missing": signup.missing(t, site),
        "busy": signup.busy(t, site),
        "asking mail": signup.asking_mail(t, site, replace(reader, confirmed_at=None), days=7).html,
        "known mail": signup.asking_mail(t, site, reader, days=7).html,
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_strictly_html_and_can_be_heard(language):
    t = locales.translator(language)
    for name, page in every_page(t).items():
        tree = html5lib.HTMLParser(strict=True).parse(page)  # raises at the first mistake
        assert tree.get("lang") == language, name
        assert tree.get("dir") == ("rtl" if t.right_to_left else "ltr"), name
        levels = [int(each.tag[-1]) for each in tree.iter() if re.search(r"\}h[1-6]$", each.tag)]
        assert levels[0] == 1 and levels.count(1) == 1, name
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
        for link in tree.iter(f"{XHTML}a"):
            assert "".join(link.itertext()).strip(), name
        labelled = {each.get("for") for each in tree.iter(f"{XHTML}label")}
        for kind in ("input", "select"):
            for each in tree.iter(f"{XHTML}{kind}"):
                ticked = each.get("type") in ("checkbox", "radio")  # inside their labels
                assert ticked or each.get("id") in labelled, name
        assert not list(tree.iter(f"{XHTML}table")) + list(tree.iter(f"{XHTML}script")), name
        assert "alert(1)" not in page or "<script>" not in page


def test_a_letter_has_everything_and_the_ways_out():
    t = locales.translator("en")
    made = letter.letter(a_digest(), t, a_site(t), TOKEN)
    assert made.subject == "News for partners, 16–22 Nov 2026"
    for said in (
        "Good morning.",
        "Deadline: Fri 4 Dec",
        "Classes start in January.",
        "Leeds Example Charity",
        "Tue 1 Dec · 10:00 · Town Hall",
        "New: Example Food Bank",
        "A place to live: 7 times",
        f"https://digest.example.org/digest/change/{TOKEN}",
        f"https://digest.example.org/digest/stop/{TOKEN}",
        "https://digest.example.org/digest/2026-W47?lang=en",
        "team@example.org",
    ):
        assert said in made.text, said
        assert said in made.html, said
    assert f"{HOSTILE} 1" in made.text


def test_plain_text_is_narrow_and_keeps_its_links_whole():
    for language in LANGUAGES:
        t = locales.translator(language)
        text = letter.letter(a_digest(12), t, a_site(t), TOKEN).text
        long = [line for line in text.split("\n") if len(line) > COLUMNS + 1 and "://" not in line]
        assert long == []
        for n in range(1, 13):
            assert f"https://example.org/{n}?a=1&b=2\n" in text


def test_a_very_long_edition_is_cut_with_a_link_to_the_rest_and_no_mail_program_clips_it():
    t = locales.translator("ar")
    made = letter.letter(a_digest(400), t, a_site(t), TOKEN)
    assert len(made.html.encode()) <= letter.LARGEST < 102_000
    assert f"stop/{TOKEN}" in made.html
    assert made.html.count("<h2") == 7, "the dates, the topics and what stands beside"
    html5lib.HTMLParser(strict=True).parse(made.html)


def test_english_titles_stand_whole_in_a_right_to_left_frame():
    t = locales.translator("ar")
    for html in (
        letter.letter(a_digest(), t, a_site(t), TOKEN).html,
        letter.page(a_digest(), t, a_site(t)),
    ):
        tree = html5lib.HTMLParser(strict=True).parse(html)
        titles = [
            e for e in tree.iter() if e.get("lang") == "en" and HOSTILE in "".join(e.itertext())
        ]
        assert len(titles) == 3
        assert {each.get("dir") for each in titles} == {"auto"}


def test_a_picture_is_shown_with_its_words_and_only_where_there_is_one():
    t = locales.translator("en")
    page = letter.page(a_digest(), t, a_site(t, pictures={1: "A poster", 2: "Nothing"}))
    images = html5lib.HTMLParser(strict=True).parse(page).iter(f"{XHTML}img")
    assert [(e.get("src"), e.get("alt")) for e in images] == [
        ("https://digest.example.org/digest/pictures/1", "A poster")
    ]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_feed_is_atom_that_readers_understand(language):
    t = locales.translator(language)
    at = datetime(2026, 11, 19, 10, tzinfo=UTC)
    issues = [Issue(a_digest(note="Bell \x07 and \ud800 half"), at)]
    issues.append(Issue(replace(a_digest(), week="2026-W46"), at.replace(day=12)))
    made = atom.feed(issues, t, a_site(t), now=NOW)
    root = ET.fromstring(made)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    read = feedparser.parse(made)
    assert not read.bozo and read.version == "atom10"
    assert read.feed.id == "tag:digest.example.org,2026:digest"
    assert read.feed.updated == "2026-11-19T10:00:00Z"
    links = {(each.rel, each.type): each.href for each in read.feed.links}
    assert links["self", "application/atom+xml"].startswith(
        "https://digest.example.org/digest/atom.xml"
    )
    assert links["alternate", "text/html"].startswith("https://digest.example.org/digest/")
    assert [each.id for each in read.entries] == [
        "tag:digest.example.org,2026:digest/2026-W47",
        "tag:digest.example.org,2026:digest/2026-W46",
    ]
    content = read.entries[0].content[0]
    assert content.type == "text/html" and "Classes start in January." in content.value
    # and our own reader of feeds takes it
    ours = parse(made, "https://digest.example.org/digest/atom.xml", NOW)
    assert len(ours.items) == 2 and ours.skipped == 0


def test_a_feed_without_editions_is_one_too():
    t = locales.translator("en")
    read = feedparser.parse(atom.feed([], t, a_site(t), now=NOW))
    assert not read.bozo and read.entries == [] and read.feed.updated == "2026-11-21T12:00:00Z"
