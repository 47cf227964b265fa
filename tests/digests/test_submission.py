"""A partner's post: what its words become, step by step."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests import submission
from digests.item import Decision, Occasion, OccasionKind
from digests.submission import Post, Step
from digests.topics import Interests

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
TODAY = NOW.date()
DEADLINE = Occasion(OccasionKind.DEADLINE, date(2026, 12, 4), "by 4 December")


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        pytest.param("Class\nFor all.", "Class", "For all.", id="title and text"),
        pytest.param("  Class \n\n\n For  all. ", "Class", "For all.", id="white space"),
        pytest.param("Class", "Class", "", id="a title alone"),
        pytest.param("2 < 3 & <b>x</b>\nA\nB", "2 < 3 & x", "A\nB", id="signs and tags"),
        pytest.param("\n \n", "", "", id="nothing"),
    ],
)
def test_the_first_line_is_the_title(text, title, body):
    assert submission.read(text, Post()) == Post(title, body)


def test_a_long_first_line_is_text_too():
    read = submission.read("word " * 100, Post())
    assert len(read.title) <= 150
    assert read.title.endswith("…")
    assert read.body == ("word " * 100).strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("See https://a.example/b.", "https://a.example/b", id="in a sentence"),
        pytest.param("(https://a.example/b?utm_source=x)", "https://a.example/b", id="tracking"),
        pytest.param("HTTP://a.example", "http://a.example", id="capitals"),
        pytest.param("write to me@a.example", None, id="an e-mail address"),
    ],
)
def test_an_address_in_the_text_is_the_link(text, expected):
    assert submission.read(f"Class\n{text}", Post()).link == expected


def test_a_link_that_was_given_stays():
    before = Post(link="https://given.example/")
    assert submission.read("Class\nhttps://a.example", before).link == before.link


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=1_500))
def test_any_text_can_be_read_and_judged(text):
    post = submission.read(text, Post())
    judged = submission.judged(post, "k", "Us", Interests((), ()), NOW, TODAY)
    assert judged.verdict.decision is Decision.REVIEW
    assert len(judged.item.summary) <= 300
    assert (judged.item.item_id, judged.item.source) == ("post:k", "Us")


@pytest.mark.parametrize(
    ("step", "post", "expected"),
    [
        pytest.param(Step.TEXT, Post("t"), Step.LINK, id="the link comes first"),
        pytest.param(Step.TEXT, Post("t", link="l"), Step.PICTURE, id="unless it is in the text"),
        pytest.param(
            Step.TEXT, Post("t", link="l", photo="p"), Step.ALT, id="a photo came with it"
        ),
        pytest.param(Step.PICTURE, Post("t"), Step.DATE, id="no picture, no words for it"),
        pytest.param(Step.ALT, Post("t", photo="p", alt="a"), Step.DATE, id="then the date"),
        pytest.param(Step.DATE, Post("t"), Step.CHECK, id="at last a look at it"),
    ],
)
def test_what_is_known_is_not_asked_for(step, post, expected):
    assert submission.following(step, post) is expected


def test_only_days_to_come_are_read_back():
    text = "Applications by 4 December 2026. We met on 3 November 2026."
    found = submission.dates_in(Post("Class", text), NOW, TODAY)
    assert [(each.kind, each.on) for each in found] == [(DEADLINE.kind, DEADLINE.on)]


def test_a_day_alone_is_asked_about():
    found = submission.dates_said("1 December", NOW, TODAY)
    assert submission.is_unclear(found)
    (meant,) = submission.meant(found, OccasionKind.EVENT)
    assert (meant.kind, meant.on) == (OccasionKind.EVENT, date(2026, 12, 1))


def test_a_time_of_day_tells_that_it_takes_place():
    (found,) = submission.dates_said("1 December, 10am", NOW, TODAY)
    assert (found.kind, found.at) == (OccasionKind.EVENT, time(10))


def test_confirmed_dates_say_how_long_it_is_of_use():
    post = Post("Class", "By 9 December 2026, at Leeds Town Hall.", occasions=(DEADLINE,))
    verdict = submission.judged(post, "k", None, Interests((), ()), NOW, TODAY).verdict
    assert (verdict.occasions, verdict.expires_on) == ((DEADLINE,), DEADLINE.on)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"\xff\xd8\xff\xe1..Exif", "image/jpeg", id="jpeg"),
        pytest.param(b"\x89PNG\r\n\x1a\n..", "image/png", id="png"),
        pytest.param(b"RIFF\x00\x00\n\x00WEBPVP8 ", "image/webp", id="webp"),
        pytest.param(b"<svg onload='x'>", None, id="svg runs scripts"),
        pytest.param(b"GIF89a", None, id="gif"),
        pytest.param(b"", None, id="nothing"),
    ],
)
def test_pictures_are_known_by_their_bytes(content, expected):
    assert submission.picture_type(content) == expected
