"""What an attempt means for a feed: waits, moves, and who is told once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests import plan
from digests.errors import FetchError
from digests.feed import Fetched, News, Reading, Unchanged
from digests.item import Decision
from locales.errors import Text
from tests.digests.builders import NOW, a_feed, judged

HOUR = timedelta(hours=1)


def failure(**more):
    return FetchError("https://site1.example/feed", Text("It broke."), **more)


def success(feed, answer=None, now=NOW, jitter=0.0, known=(), reading=None):
    answer = answer or Unchanged()
    return plan.after_success(feed, answer, reading, known, now=now, jitter=jitter)


@pytest.mark.parametrize(
    ("max_age", "jitter", "wait"),
    [
        pytest.param(None, 0, HOUR, id="an hour by default"),
        pytest.param(None, 1, 1.1 * HOUR, id="up to a tenth longer by jitter"),
        pytest.param(timedelta(minutes=5), 0, HOUR, id="never sooner than an hour"),
        pytest.param(6 * HOUR, 0, 6 * HOUR, id="later when the server says so"),
        pytest.param(timedelta(days=30), 1, timedelta(days=1), id="but within a day"),
    ],
)
def test_next_check_after_success(max_age, jitter, wait):
    found = success(a_feed(), Unchanged(max_age), jitter=jitter)
    assert found.feed.next_check - NOW == wait


@pytest.mark.parametrize(
    ("failures", "retry_after", "hours"),
    [
        pytest.param(1, None, 2, id="two hours first"),
        pytest.param(2, None, 4, id="then four"),
        pytest.param(4, None, 16, id="then sixteen"),
        pytest.param(5, None, 24, id="then a day"),
        pytest.param(900, None, 24, id="never more than a day"),
        pytest.param(1, 10 * HOUR, 10, id="Retry-After wins when longer"),
        pytest.param(3, HOUR, 8, id="and loses when shorter"),
        pytest.param(1, 99 * HOUR, 24, id="Retry-After of days"),
    ],
)
def test_wait_after_failure(failures, retry_after, hours):
    assert plan.wait_after_failure(failures, retry_after, jitter=0) == hours * HOUR


def test_no_failure_has_no_wait():
    with pytest.raises(ValueError, match="at least 1"):
        plan.wait_after_failure(0, None, jitter=0)


@given(st.integers(1, 10_000), st.none() | st.timedeltas(timedelta()), st.floats(0, 1))
def test_every_wait_is_between_the_first_and_a_day(failures, retry_after, jitter):
    wait = plan.wait_after_failure(failures, retry_after, jitter=jitter)
    assert timedelta(hours=1.8) <= wait <= timedelta(days=1)
    assert retry_after is None or wait >= min(retry_after, timedelta(days=1))


def test_coordinators_are_told_once_after_a_day_and_once_on_recovery():
    feed, now, told = a_feed(), NOW, []
    for _ in range(10):
        feed = plan.after_failure(feed, failure(), now=now, jitter=0.5).feed
        if (heard := plan.news(feed, now)) is not None:
            told.append((heard, now - NOW >= timedelta(days=1)))
            feed = replace(feed, told=True)
        now = feed.next_check
    assert told == [(News.FAILING, True)]
    assert (feed.failures, feed.error) == (10, "It broke.")
    assert not feed.stopped
    back = success(feed, now=now).feed
    assert (back.failures, back.failing_since, back.error) == (0, None, None)
    assert plan.news(back, now) is News.BACK
    assert plan.news(success(back, now=now).feed, now) is News.BACK, "until it was told"
    assert plan.news(replace(back, told=False), now) is None


def test_what_nobody_was_told_yet_is_news_at_the_next_attempt_too():
    feed = a_feed(failing_since=NOW - timedelta(days=2), failures=5)
    for _ in range(2):
        feed = plan.after_failure(feed, failure(), now=NOW, jitter=0).feed
        assert plan.news(feed, NOW) is News.FAILING


def test_a_short_failure_tells_nobody():
    failed = plan.after_failure(a_feed(), failure(), now=NOW, jitter=0).feed
    assert plan.news(failed, NOW) is None
    assert plan.news(success(failed).feed, NOW) is None


def test_a_failure_keeps_what_the_last_good_answer_said():
    feed = a_feed(etag='"a"', last_modified="then")
    failed = plan.after_failure(feed, failure(), now=NOW, jitter=0).feed
    assert (failed.etag, failed.last_modified) == ('"a"', "then")


def test_gone_for_good_stops_and_is_told_at_once():
    feed = plan.after_failure(a_feed(), failure(gone=True), now=NOW, jitter=0).feed
    assert feed.stopped
    assert plan.news(feed, NOW) is News.GONE
    assert plan.news(replace(feed, told=True), NOW) is None


def test_a_permanent_move_is_believed_the_third_time():
    feed, urls = a_feed(), []
    for target in ("https://b/", "https://c/", "https://c/", None, "https://c/", "https://c/"):
        feed = success(feed, Unchanged(moved_to=target)).feed
        urls.append(feed.url)
    assert set(urls) == {"https://site1.example/feed"}
    assert success(feed, Fetched(b"", "https://c/", moved_to="https://c/")).feed.url == "https://c/"


def test_only_new_items_are_stored_each_once():
    reading = Reading("Name", (judged("1"), judged("2"), judged("2", Decision.REVIEW)))
    answer = Fetched(b"", "https://a/", etag="new")
    found = success(a_feed(), answer, known={"1"}, reading=reading)
    assert found.items == (judged("2"),)
    assert (found.feed.title, found.feed.etag) == ("Name", "new")


def test_a_feed_without_a_title_keeps_the_one_it_was_given():
    feed = replace(a_feed(), title="Ours")
    assert success(feed, Fetched(b"", "u"), reading=Reading(None, ())).feed.title == "Ours"
