"""Dates, deadlines and places in posts: our own sentences, and what must never be a date."""

import json
import time as clock
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests import when
from digests.dates import expires_on, found, place
from digests.item import Occasion, OccasionKind
from tests.digests.builders import stored

DATA = Path(__file__).parents[1] / "data" / "topics"
CORPUS = Path(__file__).parents[2].parent / "shared" / "data" / "lmp" / "posts.json"
PUBLISHED = datetime(2025, 4, 10, 9, tzinfo=UTC)  # a Thursday
TODAY = date(2026, 11, 22)


def morning(day):
    return datetime.combine(day, time(9), tzinfo=UTC)


def lines(name):
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def written(occasion):
    """Return an occasion as the data files write it."""
    day = f"{occasion.kind} {occasion.on}" + (f"/{occasion.until}" if occasion.until else "")
    hours = f" {occasion.at:%H:%M}" if occasion.at else ""
    return day + hours + (f"-{occasion.ends:%H:%M}" if occasion.ends else "")


def read(text, title="A post", published=PUBLISHED):
    return [written(each) for each in found(title, text, published, TODAY)]


def moment(published):
    """Return when a post appeared; of "2020" and "2020-09" the first day."""
    if not published:
        return None
    year, month, day = [*(int(part) for part in published.split("-")), 1, 1][:3]
    return datetime(year, month, day, tzinfo=UTC)


SAID = lines("dates_said.jsonl")


@pytest.mark.parametrize("row", SAID, ids=[row["text"][:60] for row in SAID])
def test_dates_are_read_as_people_write_them(row):
    assert read(row["text"]) == row["dates"]


def test_posts_name_their_dates():
    posts = lines("labelled.jsonl")
    wrong = [
        post["title"]
        for post in posts
        if read(post["summary"], post["title"], moment(post["published"])) != post["dates"]
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "published", "expected"),
    [
        pytest.param(
            "Thursday 5th Feb, 2pm, town hall. RSVP by 30 Jan.",
            None,
            ["event 2026-02-05 14:00", "deadline 2026-01-30"],
            id="a weekday settles the year of the meeting",
        ),
        pytest.param(
            "The meeting is on 20 October 2025. Book by October 15th.",
            datetime(2025, 12, 1, tzinfo=UTC),
            ["event 2025-10-20", "deadline 2025-10-15"],
            id="told after the meeting",
        ),
        pytest.param(
            "Book by 1 February. The fair is on 5 March 2028.",
            datetime(2026, 11, 1, tzinfo=UTC),
            ["deadline 2028-02-01", "event 2028-03-05"],
            id="a meeting in two years",
        ),
        pytest.param(
            "The course begins on 7 October 2025. Apply by 3 March.",
            datetime(2025, 12, 1, tzinfo=UTC),
            ["event 2025-10-07", "deadline 2026-03-03"],
            id="no meeting comes soon after it",
        ),
    ],
)
def test_a_deadline_takes_the_year_of_its_event(text, published, expected):
    assert read(text, published=published) == expected


@pytest.mark.skipif(not CORPUS.exists(), reason="the developer corpus is not here")
def test_every_stated_deadline_and_event_of_the_partnerships_posts_is_found():
    expected = json.loads((DATA / "lmp_dates.json").read_text(encoding="utf-8"))
    posts = json.loads(CORPUS.read_text(encoding="utf-8"))
    got = {p["title"]: read(p["summary"], p["title"], moment(p["published"])) for p in posts}
    assert got == expected


@pytest.mark.parametrize(
    ("text", "published", "expected"),
    [
        pytest.param("Fair on 12 January", datetime(2024, 12, 5, tzinfo=UTC), "2025-01-12", id="1"),
        pytest.param("Fair on 20 March", datetime(2025, 4, 10, tzinfo=UTC), "2025-03-20", id="2"),
        pytest.param(
            "Fair on Sunday 20 April", datetime(2026, 1, 1, tzinfo=UTC), "2025-04-20", id="3"
        ),
        pytest.param("Fair on 5 March", None, "2027-03-05", id="4"),
        pytest.param(
            "We met on 5 December", datetime(2025, 1, 20, tzinfo=UTC), "2024-12-05", id="5"
        ),
    ],
    ids=[
        "the next January, not the last",
        "three weeks ago is nearer than next year",
        "the weekday settles the year",
        "without a date of the post: from today",
        "what was is past",
    ],
)
def test_a_day_without_a_year_is_the_one_that_is_meant(text, published, expected):
    (occasion,) = found("A post", text, published, TODAY)
    assert str(occasion.on) == expected


def test_a_date_is_named_once_and_the_title_comes_first():
    occasions = found(
        "Reply by 14 April 2025",
        "The fair is on 2 May, 10am-2pm. Answers by Monday 14th April 2025, 5pm.",
        PUBLISHED,
        TODAY,
    )
    assert [written(each) for each in occasions] == [
        "deadline 2025-04-14 17:00",
        "event 2025-05-02 10:00-14:00",
    ]
    assert occasions[0].said == "14 April 2025"


@pytest.mark.parametrize(
    "text",
    [
        "The score was 3-1 and may be 4-2 next season.",
        "Call 0113 245 1204 or 07700 900123, 24/7.",
        "It costs £3.50, was £12.10; 9/10 people liked it, 1:1 support.",
        "Article 8, section 95, Illegal Migration Act 2023, 2023-25, 2024/25.",
        "You may march on; second match; the sun and the moon; we wed.",
        "LS9 8AA, room 12, floor 3, version 3.11.14, 192.168.10.12.",
        "31 February, 45 May, 0 June, 99/99/2025, 2025-13-40.",
        "Leaders of tomorrow want a better tomorrow.",
    ],
)
def test_other_numbers_are_no_dates(text):
    assert read(text) == []


PIECES = [
    *("1 3rd 12 31st", "2024", "2nd", "May", "Match", "June", "sept", "mon", "Friday", "w/c"),
    *("by", "until", "-", "– to", "and", ",", "/", ":", "10am", "12:30", "noon", "next", "this"),
    *("tomorrow", "every", "in", "of the", "'", "03/05/2025", "2025-05-03", "Q1", ".", "£5"),
]


@given(
    st.text(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join),
    st.none() | st.dates(date(1991, 1, 1), date(2090, 1, 1)).map(morning),
)
@settings(max_examples=200, deadline=None)
def test_whatever_the_text_is_its_dates_are_words_of_it(text, published):
    occasions = found(text[:50], text, published, TODAY)
    assert all(each.said in text for each in occasions)
    assert all(each.until is None or each.until > each.on for each in occasions)
    days = [(each.on, each.until) for each in occasions]
    assert len(days) == len(set(days))
    expires_on(occasions, published)
    named = place(text[:50], text)
    assert named is None or named


@pytest.mark.parametrize(
    "piece",
    [
        "1 May 9am ",
        "3, 4, ",
        "by the ",
        "Mon 3rd and ",
        "3rd Mayy ",
        "9-",
        "12:30 - ",
        "w/c ",
        "A ",
        "at A ",
    ],
)
def test_long_texts_are_read_in_time(piece):
    text = (piece * 20_000)[:20_000]
    best = min(_seconds(text) for _ in range(3))
    assert best < 0.25  # 50 ms on a quiet machine; this one may be busy


def _seconds(text):
    start = clock.process_time()
    found("A title", text, PUBLISHED, TODAY)
    place("A title", text)
    return clock.process_time() - start


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Meeting at Leeds Refugee Forum, 10am", "", "Leeds Refugee Forum"),
        ("A workshop in Holbeck", "", "Holbeck"),
        ("LMP Zoom Catch Up", "", "Zoom"),
        ("Coffee", "Join us online via Teams.", "online"),
        ("Drop-in", "We are behind the shop, LS9 8AA.", "LS9 8AA"),
        (
            "Talk",
            "It is at Leeds Central Library, Calverley Street, LS1 3AB on 3 May.",
            "Leeds Central Library, Calverley Street, LS1 3AB",
        ),
        ("Fair", "Where: Reginald Centre\nWhen: 3 May", "Reginald Centre"),
        ("Summit", "A day of talks at the Civic Hall, 16 October.", "the Civic Hall"),
        ("Party", "Live music off Kirkstall Road on 11 May.", "Kirkstall Road"),
        ("Update from Mary at Asylum Matters", "News in May, in Arabic and English.", None),
    ],
)
def test_places_are_named_in_the_words_of_the_post(title, text, expected):
    assert place(title, text) == expected


DEADLINE, EVENT = OccasionKind.DEADLINE, OccasionKind.EVENT


def occasion(kind, on, until=None, at=None):
    return Occasion(kind, date(2025, *on), "said", at, date(2025, *until) if until else None)


@pytest.mark.parametrize(
    ("occasions", "expected"),
    [
        pytest.param([], None, id="no dates: never"),
        pytest.param([occasion(OccasionKind.MENTIONED, (6, 1))], None, id="only mentioned: never"),
        pytest.param([occasion(EVENT, (5, 1), (5, 9))], (5, 9), id="the last day of a festival"),
        pytest.param([occasion(EVENT, (5, 1)), occasion(EVENT, (6, 1))], (6, 1), id="last event"),
        pytest.param([occasion(EVENT, (6, 1)), occasion(DEADLINE, (5, 1))], (5, 1), id="deadline"),
        pytest.param([occasion(EVENT, (4, 1))], None, id="it was over before the post: a report"),
    ],
)
def test_a_post_is_of_use_until_its_last_day(occasions, expected):
    assert expires_on(occasions, PUBLISHED) == (date(2025, *expected) if expected else None)


def test_the_next_date_is_the_first_that_is_not_past():
    fair, reply = occasion(EVENT, (5, 20)), occasion(DEADLINE, (5, 10))
    festival = occasion(EVENT, (5, 1), (5, 30))
    assert when.next_date([fair, reply], date(2025, 5, 1)) == reply
    assert when.next_date([fair, reply], date(2025, 5, 11)) == fair
    assert when.next_date([fair, festival], date(2025, 5, 11)) == festival
    assert when.next_date([fair], date(2025, 5, 21)) is None


def test_an_item_is_past_when_its_last_day_is_over():
    fair, reply = occasion(EVENT, (5, 20)), occasion(DEADLINE, (5, 10))
    assert not when.is_past([reply], date(2025, 5, 10), date(2025, 5, 10))
    assert when.is_past([reply], date(2025, 5, 10), date(2025, 5, 11))
    assert not when.is_past([reply, fair], date(2025, 5, 10), date(2025, 5, 11))
    assert not when.is_past([fair], None, date(2025, 6, 1))


def test_an_items_standing_is_told_from_its_own_dates():
    reply = occasion(DEADLINE, (5, 10), at=time(17))
    item = replace(stored(), occasions=(reply,), expires_on=reply.on)
    assert when.standing(item, date(2025, 5, 9)) == when.Standing(reply, past=False)
    assert when.standing(item, date(2025, 5, 11)) == when.Standing(None, past=True)
