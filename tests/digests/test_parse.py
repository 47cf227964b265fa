"""Feeds of our own writing, hostile ones among them, against the results beside them."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digests.errors import ParseError
from digests.parse import MAX_BYTES, MAX_ITEMS, parse

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
URL = "https://feed.example/feed/"
FEEDS = Path(__file__).parents[1] / "data" / "feeds"
FILES = sorted(path for path in FEEDS.iterdir() if not path.name.endswith(".expected.json"))


def expected(path):
    return json.loads((FEEDS / f"{path.stem}.expected.json").read_text(encoding="utf-8"))


def read(body):
    """The feed, or the sentence that says why it could not be read."""
    try:
        return parse(body, URL, NOW)
    except ParseError as problem:
        return str(problem.reason)


def shown(item):
    return {
        "item_id": item.item_id,
        "title": item.title,
        "link": item.link,
        "summary": item.summary,
        "published": item.published and item.published.isoformat(),
        "source": item.source,
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_our_feeds_give_what_stands_beside_them(path):
    wanted = expected(path)
    parsed = read(path.read_bytes())
    if isinstance(parsed, str):
        assert {"problem": parsed} == wanted
        return
    assert [shown(item) for item in parsed.items] == wanted["items"]
    assert (parsed.title, parsed.skipped) == (wanted["title"], wanted.get("skipped", 0))


@pytest.mark.parametrize("path", [f for f in FILES if "bomb" in f.name], ids=lambda p: p.name)
def test_bombs_are_refused_in_a_tenth_of_a_second(path):
    body, started = path.read_bytes(), time.process_time()
    with pytest.raises(ParseError):
        parse(body, URL, NOW)
    assert time.process_time() - started < 0.1


def rss(items, title="A feed"):
    head = '<rss version="2.0"><channel><title>'
    return f"{head}{title}</title>{items}</channel></rss>".encode()


def test_a_declaration_hidden_by_its_encoding_is_not_read_as_one():
    hidden = "<rss version='2.0'><channel><title>+ACY-a+ADs-</title></channel></rss>"
    body = f'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE rss+AD4-{hidden}'
    assert "&a;" not in str(parse(body.encode(), URL, NOW).title)


def test_no_more_than_500_entries_are_read_the_first_ones():
    body = rss(
        "".join(f"<item><guid>{n}</guid><title>Item {n}</title></item>" for n in range(5000))
    )
    started = time.process_time()
    parsed = parse(body, URL, NOW)
    assert (len(parsed.items), parsed.skipped) == (MAX_ITEMS, 4500)
    assert parsed.items[-1].title == "Item 499"
    assert time.process_time() - started < 2


def test_a_feed_over_5_mb_is_refused():
    with pytest.raises(ParseError, match="longer than 5 MB"):
        parse(b" " * (MAX_BYTES + 1), URL, NOW)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            rss("<item><title>" + "x" * 4_900_000 + "</title></item>"), id="one huge title"
        ),
        pytest.param(
            rss("<item><title>" + "&lt;b&gt;" * 500_000 + "</title></item>"), id="entities"
        ),
        pytest.param(rss("<b/>" * 1_000_000), id="a million empty tags"),
        pytest.param(b"<rss><channel>" + b"<" * 4_000_000, id="only opening brackets"),
        pytest.param(b"<rss><channel><!--" + b"<!--" * 200_000, id="comments never closed"),
        pytest.param(
            rss("<item><description><![CDATA[" + "<div>" * 900_000 + "]]></description></item>"),
            id="deep HTML in an entry",
        ),
        pytest.param(rss("<item a='1'" + " b='2'" * 700_000 + "></item>"), id="many attributes"),
        pytest.param(
            rss(
                "<item><title>T</title><description>" + "word " * 900_000 + "</description></item>"
            ),
            id="a summary without end",
        ),
    ],
)
def test_no_body_takes_more_than_two_seconds(body):
    started = time.process_time()
    read(body)
    assert time.process_time() - started < 2


SEEDS = [path.read_bytes() for path in FILES if path.stat().st_size < 5_000]


@st.composite
def damaged(draw):
    body = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 8))):
        start = draw(st.integers(0, len(body)))
        body[start : start + draw(st.integers(0, 30))] = draw(
            st.binary(max_size=12)
            | st.sampled_from([b"<", b"]]>", b"<![CDATA[", b"&#x0;", b"<item>"])
        )
    return bytes(body)


@given(damaged())
@settings(
    max_examples=300,
    deadline=timedelta(seconds=2),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_damaged_bytes_give_items_or_a_problem_never_a_crash(body):
    parsed = read(body)
    if isinstance(parsed, str):
        assert parsed.endswith(".")
        return
    for item in parsed.items:
        assert item.title
        assert item.link is None or item.link.startswith(("http://", "https://"))
        assert item.published is None or item.published <= NOW
        assert not set(item.title + item.summary) & set("\x00\u202e\u2066\u200b")


BROKEN_TEXT = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "A site \ud800",
    "home_page_url": "https://site.example/\udfff",
    "items": [
        {"id": "1\ud800", "title": "One \udc00\u0000", "url": "https://site.example/\ud800one"},
        {"id": "2", "title": "Two", "content_html": "<p>Some \ud83d words.</p>"},
    ],
}


def test_half_characters_in_json_are_left_out():
    parsed = parse(json.dumps(BROKEN_TEXT).encode(), URL, NOW)
    assert parsed.title == "A site"
    assert [(item.item_id, item.title) for item in parsed.items] == [("1", "One"), ("2", "Two")]
    assert parsed.items[1].summary == "Some words."
    assert parsed.items[0].link == "https://site.example/one"


@pytest.mark.parametrize("name", ["title", "items", "home_page_url", "version"])
@pytest.mark.parametrize("value", [7, 1e300, True, [[]], {"a": None}], ids=repr)
def test_json_of_other_types_than_the_format_says_never_raises_anything_else(name, value):
    read(json.dumps(BROKEN_TEXT | {name: value}).encode())
    read(json.dumps(BROKEN_TEXT | {"items": [{name: value, "id": value}]}).encode())


def test_an_author_without_end_costs_no_time():
    author = "x" * 20_000
    item = (
        "<item><title>A class for mothers</title><link>https://a.example/{n}</link>"
        f"<dc:creator>{author}</dc:creator></item>"
    )
    feed = (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>A</title>'
        + "".join(item.format(n=n) for n in range(40))
        + "</channel></rss>"
    )
    began = time.process_time()
    parsed = parse(feed.encode(), "https://a.example/feed", NOW)
    assert time.process_time() - began < 2, "it took over ten seconds before words were cut"
    assert [each.link for each in parsed.items[:2]] == [
        "https://a.example/0",
        "https://a.example/1",
    ]
