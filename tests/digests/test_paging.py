"""Where older pages are, and when paging back begins and ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from digests import paging, plan
from digests.errors import FetchError, ParseError
from digests.feed import Back, FeedUpdate, Fetched, Reading
from locales.errors import Text
from tests.digests.builders import NOW, a_feed, judged

URL = "https://site1.example/feed/"
RSS = b"<?xml version='1.0'?><rss><channel>%s<item><link rel='next' href='/no'/></item></channel>"
DAY = timedelta(days=1)


def fetched(body=RSS % b"", url=URL):
    return Fetched(body, url)


def followed(**more):
    return a_feed(url=URL, changed_at=NOW - DAY, **more)


def read(feed, *ids, known=(), answer=None):
    reading = Reading("Name", tuple(judged(each) for each in ids))
    return plan.after_success(feed, answer or fetched(), reading, known, now=NOW, jitter=0.0).feed


@pytest.mark.parametrize(
    ("url", "body", "expected"),
    [
        pytest.param(URL, RSS % b"", URL + "?paged=2", id="WordPress by its address"),
        pytest.param(
            "https://a.example/?feed=rss2&paged=1",
            RSS % b"",
            "https://a.example/?feed=rss2&paged=2",
            id="WordPress without pretty addresses",
        ),
        pytest.param(
            "https://a.example/news.xml",
            RSS % b"<generator>https://wordpress.org/?v=6.4</generator>",
            "https://a.example/news.xml?paged=2",
            id="WordPress by its own word",
        ),
        pytest.param(
            URL,
            RSS % b"<atom:link href='https://site1.example/2?a=1&amp;b=2' rel='next'/>",
            "https://site1.example/2?a=1&b=2",
            id="a page that the feed names",
        ),
        pytest.param(
            "https://a.example/atom.xml",
            b'<feed><link rel="next" href="n"/><link href="/2026-10" rel="prev-archive"/>',
            "https://a.example/2026-10",
            id="an archive before a page",
        ),
        pytest.param(
            "https://a.example/feed.json",
            b'{"items": [{"content_text": "\\"next_url\\": \\"no\\""}], "next_url": "p\\/2"}',
            "https://a.example/p/2",
            id="JSON Feed",
        ),
        pytest.param("https://a.example/news.xml", RSS % b"", None, id="nothing says so"),
        pytest.param(
            URL, RSS % b"<link rel='next' href='https://b.example/2'/>", None, id="another site"
        ),
        pytest.param(
            URL, RSS % b"<link rel='next' href='file:///etc/passwd'/>", None, id="not the web"
        ),
        pytest.param(URL, RSS % b"<link rel='next' href='http://[x'/>", None, id="no address"),
        pytest.param(URL, b'{"next_url": "\\x"}', None, id="no JSON"),
    ],
)
def test_where_older_posts_are(url, body, expected):
    assert paging.older(fetched(body, url), 2) == expected


@pytest.mark.parametrize(
    ("feed", "known", "expected"),
    [
        pytest.param(followed(), {"2", "3"}, (None, None), id="one new post is no gap"),
        pytest.param(followed(), (), (Back.KNOWN, 2), id="everything is new: there may be more"),
        pytest.param(followed(), {"1"}, (Back.KNOWN, 2), id="a known post on top hides no gap"),
        pytest.param(a_feed(url=URL), (), (None, None), id="a new feed has no gap"),
        pytest.param(
            a_feed(url=URL, back_to=Back.ALL), (), (Back.ALL, 2), id="unless all is wanted"
        ),
        pytest.param(
            followed(back_to=Back.ALL), {"1", "2", "3"}, (Back.ALL, 2), id="all, of one we know"
        ),
        pytest.param(
            followed(back_to=Back.KNOWN, back_page=7, back_url="https://site1.example/7"),
            {"2", "3"},
            (Back.KNOWN, 7),
            id="paging that is under way goes on",
        ),
        pytest.param(
            followed(back_to=Back.KNOWN, back_page=7, back_url="https://site1.example/7"),
            (),
            (Back.ALL, 2),
            id="a second gap before the first is closed: all of it",
        ),
    ],
)
def test_when_paging_begins(feed, known, expected):
    found = read(feed, "1", "2", "3", known=known)
    assert (found.back_to, found.back_page) == expected


def test_an_empty_page_or_an_unknown_kind_of_site_begins_nothing():
    assert read(replace(followed(), back_to=Back.ALL)).back_to is None
    elsewhere = fetched(url="https://a.example/news.xml")
    assert read(followed(), "1", answer=elsewhere).back_to is None


def turn(back_to, ids, known=(), last=(), page=2):
    feed = followed(back_to=back_to, back_page=page, back_url=URL + f"?paged={page}")
    return paging.turned(feed, fetched(url=feed.back_url), ids, known, last).back_url


@pytest.mark.parametrize(
    ("back_to", "ids", "more", "goes_on"),
    [
        pytest.param(Back.KNOWN, "def", {}, True, id="all new"),
        pytest.param(Back.KNOWN, "def", {"known": "f"}, False, id="we know its oldest post"),
        pytest.param(Back.KNOWN, "def", {"known": "d"}, True, id="one was pushed back to us"),
        pytest.param(Back.ALL, "def", {"known": "def"}, True, id="known, but all is wanted"),
        pytest.param(Back.ALL, "", {}, False, id="empty"),
        pytest.param(Back.ALL, "abc", {"last": "abc"}, False, id="the last page again"),
        pytest.param(Back.KNOWN, "def", {"page": 50}, False, id="a gap of five hundred posts"),
        pytest.param(Back.ALL, "def", {"page": 1000}, False, id="ten thousand posts"),
    ],
)
def test_when_paging_ends(back_to, ids, more, goes_on):
    page = more.get("page", 2)
    expected = URL + f"?paged={page + 1}" if goes_on else None
    assert turn(
        back_to, list(ids), **{k: v if k == "page" else list(v) for k, v in more.items()}
    ) == (expected)


@pytest.mark.parametrize(
    ("problem", "goes_on", "waits"),
    [
        pytest.param(FetchError(URL, Text("No."), status=404), False, 0, id="no such page"),
        pytest.param(ParseError(URL, Text("A page.")), False, 0, id="no feed"),
        pytest.param(FetchError(URL, Text("Slow.")), True, 0, id="a slow server"),
        pytest.param(
            FetchError(URL, Text("Less."), status=429, retry_after=5 * timedelta(hours=1)),
            True,
            5,
            id="a server that asks for patience",
        ),
        pytest.param(
            FetchError(URL, Text("Less."), status=429, retry_after=5 * DAY), True, 24, id="too much"
        ),
    ],
)
def test_a_page_that_cannot_be_read(problem, goes_on, waits):
    feed = followed(back_to=Back.ALL, back_page=4, back_url=URL + "?paged=4")
    after = paging.interrupted(feed, problem, NOW)
    assert (after.back_page, after.failures) == (4 if goes_on else None, 0)
    assert after.next_check == NOW + waits * timedelta(hours=1)


def dated(name, days):
    found = judged(name)
    moment = None if days is None else NOW - days * DAY
    return replace(found, item=replace(found.item, published=moment))


POSTS = (dated("now", 1), dated("month", 27), dated("old", 29), dated("undated", None))


@pytest.mark.parametrize(
    ("before", "page", "old"),
    [
        pytest.param(a_feed(), False, ["old"], id="a new feed"),
        pytest.param(followed(), False, [], id="a late post of one that we follow is news"),
        pytest.param(
            followed(back_to=Back.KNOWN, back_page=2), True, [], id="what an outage missed is news"
        ),
        pytest.param(
            followed(back_to=Back.ALL, back_page=2), True, ["old", "undated"], id="an archive"
        ),
        pytest.param(
            followed(back_to=Back.ALL, back_page=2), False, [], id="the first page meanwhile"
        ),
    ],
)
def test_what_is_too_old_for_a_digest(before, page, old):
    update = FeedUpdate(replace(before, changed_at=NOW), POSTS)
    *archive, rest = plan.parts(before, update, NOW, page=page)
    assert [each.item.item_id for part in archive for each in part.items] == old
    assert all(part.archive and part.feed == before for part in archive)
    assert (rest.feed, rest.archive) == (update.feed, False)
    assert [p.item.item_id for p in rest.items] == [
        p.item.item_id for p in POSTS if p.item.item_id not in old
    ]
