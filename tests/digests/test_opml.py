"""Lists of feeds: in, out, and hostile ones."""

import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests import opml
from digests.errors import ParseError
from digests.opml import Outline
from tests.digests.builders import NOW, a_feed
from tests.digests.test_fetch import REFUSED

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Ours</title></head><body>
<outline text="Leeds">
  <outline type="rss" text="A &amp; B" xmlUrl="https://a.example/feed/"/>
  <outline type="rss" text="b" title="Site B" xmlUrl=" https://b.example/feed "/>
</outline>
<outline text="again" xmlUrl="https://a.example/feed/"/>
<outline text="inside" xmlUrl="http://192.168.0.1/feed"/>
<outline text="page" htmlUrl="https://c.example/"/>
</body></opml>"""


def a_list(*urls):
    rows = "".join(f"<outline xmlUrl={url!r}/>\n" for url in urls)
    return f"<opml version='2.0'><body>\n{rows}</body></opml>".encode()


def test_feeds_are_found_in_folders_once_each():
    found = opml.read(LIST.encode(), "list.opml")
    assert found.feeds == (
        Outline(4, "https://a.example/feed/", "A & B"),
        Outline(5, "https://b.example/feed", "Site B"),
    )
    (refused,) = found.refused
    assert (refused.line, refused.url) == (8, "http://192.168.0.1/feed")
    assert "private network" in str(refused.reason)


@pytest.mark.parametrize("url", [url for url in REFUSED if "'" not in url])
def test_no_address_that_may_not_be_asked_is_followed(url):
    found = opml.read(a_list("https://a.example/", url), "x")
    assert [each.url for each in found.feeds] == ["https://a.example/"]
    assert [(each.line, each.url) for each in found.refused] == [(3, url)]


_ENTITIES = "".join(f'<!ENTITY b{n} "{"&a;" * 50}">' for n in range(10))
BOMB = (
    f'<!DOCTYPE opml [<!ENTITY a "{"x" * 1000}">{_ENTITIES}]>'
    '<opml><body><outline text="&b9;"/></body></opml>'
)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(BOMB.encode(), "declares", id="entities that explode"),
        pytest.param(BOMB.encode("utf-16"), "declares", id="the same in UTF-16"),
        pytest.param(
            b'<!DOCTYPE opml SYSTEM "file:///etc/passwd"><opml/>', "declares", id="a file outside"
        ),
        pytest.param(b"<opml>&x;</opml>", "damaged", id="an entity that nobody declared"),
        pytest.param(
            a_list(*(f"https://a.example/{n}" for n in range(10_000))), "1000", id="10,000"
        ),
        pytest.param(b"<opml>" + b"<outline>" * 50_000, "levels", id="50,000 levels"),
        pytest.param(b"<opml><body><outline", "damaged", id="cut short"),
        pytest.param(b"<rss/>", "not an OPML", id="a feed"),
        pytest.param(b"", "damaged", id="empty"),
        pytest.param(b'<?xml version="1.0" encoding="no-such"?><opml/>', "damaged", id="encoding"),
        pytest.param(b" " * 2_000_001, "2 MB", id="long"),
    ],
)
def test_hostile_lists_are_refused_at_once(body, reason):
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(ParseError, match=reason):
        opml.read(body, "list.opml")
    seconds, (_, most) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < 1 and most < 20_000_000


@given(st.lists(st.text(st.characters(categories=["L", "N", "P", "S"])), max_size=5))
def test_what_goes_out_comes_in_again(titles):
    feeds = [
        a_feed(n, url=f"https://a.example/?n={n}&b=<", title=title or None)
        for n, title in enumerate(titles)
    ]
    found = opml.read(opml.write(feeds, title="Ours", now=NOW), "x")
    assert [each.url for each in found.feeds] == [feed.url for feed in feeds]
    assert [each.title for each in found.feeds] == [(f.title or f.url).strip() for f in feeds]
    assert found.refused == ()
