"""Finding the feeds of a site from a page of it."""

import pytest

from digests import discovery
from digests.discovery import Found, discover
from digests.errors import FetchError
from digests.feed import Fetched, Unchanged
from locales.errors import Text
from tests.digests.test_fetch import REFUSED

SITE = "https://site.example/"
RSS = b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>"


def page(*links):
    return ("<!DOCTYPE html><html><head>" + "".join(links) + "</head></html>").encode()


def link(href, kind="application/rss+xml", title="News", rel="alternate"):
    return f'<link rel="{rel}" type="{kind}" title="{title}" href="{href}" />'


class Site:
    """Answers with its pages; 404 for others; remembers what it was asked."""

    def __init__(self, pages, other=None):
        self.pages, self.asked = pages, []
        self.other = other or FetchError(SITE, Text("Nothing."), status=404)

    async def fetch(self, feed):
        self.asked.append(feed.url)
        body = self.pages.get(feed.url)
        if body is None:
            raise self.other
        return Fetched(body, feed.url)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            page(link("/feed/"), link("https://site.example/comments/feed/", title="Comments")),
            [Found(SITE + "feed/", "News")],
            id="as WordPress has it, comments left out",
        ),
        pytest.param(
            page(
                link("atom.xml", "application/atom+xml", "A &amp; B"),
                link("/f.json", "application/feed+json", ""),
                link("/f.json", "application/feed+json", "again"),
            ),
            [Found(SITE + "atom.xml", "A & B"), Found(SITE + "f.json")],
            id="several kinds, each once",
        ),
        pytest.param(
            b"<html><link type=application/rss+xml href=/rss rel=alternate></html>",
            [Found(SITE + "rss")],
            id="without quotes",
        ),
        pytest.param(
            page(*(link(f"/{n}.xml", title="") for n in range(99))),
            [Found(f"{SITE}{n}.xml") for n in range(10)],
            id="no more than ten",
        ),
        pytest.param(RSS, [Found(SITE)], id="the address itself is a feed"),
        pytest.param(
            b'{"version": "https://jsonfeed.org/version/1.1", "items": []}',
            [Found(SITE)],
            id="a JSON Feed",
        ),
    ],
)
async def test_feeds_are_found(body, expected):
    assert list(await discover(Site({SITE: body}), SITE)) == expected


@pytest.mark.parametrize(
    "body",
    [
        page(),
        page(link("/x", "text/html"), link("/y", rel="stylesheet"), link("http://[x")),
        page(link("/oembed", "application/json+oembed")),
        b'{"some": "json"}',
        b"",
        b"<" * 300_000,
        b"<link " * 100_000,
    ],
)
async def test_where_a_page_names_none_the_usual_places_are_asked(body):
    site = Site({SITE: body, SITE + "atom.xml": RSS})
    assert await discover(site, SITE) == (Found(SITE + "atom.xml"),)
    assert site.asked == [SITE, SITE + "feed/", SITE + "rss.xml", SITE + "atom.xml"]


@pytest.mark.parametrize(
    "url",
    [
        "https://site.example/feed/",
        "https://site.example/news.xml",
        "https://site.example/?feed=rss2",
        "https://site.example/a/rss",
    ],
)
async def test_an_address_that_is_plainly_a_feeds_is_taken_at_its_word(url):
    site = Site({})
    assert await discover(site, url) == (Found(url),)
    assert site.asked == []


async def test_no_feed_anywhere_is_said():
    site = Site({SITE: page(), SITE + "feed/": page()})
    with pytest.raises(FetchError, match="no feed there"):
        await discover(site, SITE)
    assert len(site.asked) == 1 + len(discovery.USUAL_PLACES)


async def test_a_site_that_stops_answering_is_not_asked_on():
    site = Site({SITE: page()}, FetchError(SITE, Text("It took too long.")))
    with pytest.raises(FetchError, match="too long"):
        await discover(site, SITE)
    assert len(site.asked) == 2


async def test_an_answer_without_content_is_no_feed():
    class Odd:
        async def fetch(self, feed):
            return Unchanged()

    with pytest.raises(FetchError, match="no feed there"):
        await discover(Odd(), SITE)


@pytest.mark.parametrize("url", REFUSED)
async def test_addresses_that_are_never_asked(url):
    site = Site({})
    with pytest.raises(FetchError):
        await discover(site, url)
    assert site.asked == []


@pytest.mark.parametrize(
    "start",
    [b"\xef\xbb\xbf", b"\n<!-- a -->\n", b"<!DOCTYPE rss [ ]>", b"<?xml-stylesheet href='x'?>"],
)
def test_what_may_come_before_a_feed(start):
    assert discovery.is_feed(start + b"<rdf:RDF xmlns='x'>")
    assert discovery.is_feed((start.decode() + "<feed>").encode("utf-16"))
    assert not discovery.is_feed(start + b"<html><feed>")
