"""Schedules of Open Referral UK to opening_hours and back: exactly, or in words."""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours, validate

from directory import schedules
from directory.openings import scheduled_hours
from directory.openings.scheduled_hours import ALWAYS, NO_HOLIDAYS, OTHER
from directory.schedules import Freq, Schedule

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "oruk"
WEEKLY = {"freq": "WEEKLY", "opens_at": "10:00:00", "closes_at": "12:00:00"}
MONTHLY = {**WEEKLY, "freq": "MONTHLY"}


def read(*rows, on=None):
    return scheduled_hours.to_opening_hours([schedules.read(row) for row in rows], on=on)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([WEEKLY | {"byday": "TH,FR"}], "Th-Fr 10:00-12:00", id="weekly"),
        pytest.param([WEEKLY | {"byday": "TH", "interval": 1}], "Th 10:00-12:00", id="each week"),
        pytest.param([WEEKLY | {"byday": "th, sa"}], "Th,Sa 10:00-12:00", id="small letters"),
        pytest.param([MONTHLY | {"byday": "2MO"}], "Mo[2] 10:00-12:00", id="second Monday"),
        pytest.param([MONTHLY | {"byday": "-1FR"}], "Fr[-1] 10:00-12:00", id="last Friday"),
        pytest.param(
            [MONTHLY | {"byday": "1TU,3TU"}], "Tu[1],Tu[3] 10:00-12:00", id="first and third"
        ),
        pytest.param(
            [MONTHLY | {"byday": "MO"}], "Mo 10:00-12:00", id="every Monday of every month"
        ),
        pytest.param(
            [
                WEEKLY | {"byday": "MO"},
                WEEKLY | {"byday": "MO", "opens_at": "13:00", "closes_at": "17:00"},
            ],
            "Mo 10:00-12:00,13:00-17:00",
            id="a break",
        ),
        pytest.param(
            [
                WEEKLY | {"byday": "MO"},
                WEEKLY | {"byday": "MO", "opens_at": "11:00", "closes_at": "14:00"},
            ],
            "Mo 10:00-14:00",
            id="two that overlap",
        ),
        pytest.param(
            [
                WEEKLY | {"byday": "TU"},
                MONTHLY | {"byday": "2TU", "opens_at": "14:00", "closes_at": "16:00"},
            ],
            "Tu 10:00-12:00, Tu[2] 14:00-16:00",
            id="the second Tuesday also in the afternoon: neither replaces the other",
        ),
        pytest.param(
            [WEEKLY | {"byday": "MO"}, WEEKLY | {"byday": "TU", "closes_at": "11:00"}],
            "Mo 10:00-12:00; Tu 10:00-11:00",
            id="two days",
        ),
        pytest.param(
            [WEEKLY | {"byday": "FR", "opens_at": "22:00", "closes_at": "04:00"}],
            "Fr 22:00-04:00",
            id="past midnight",
        ),
        pytest.param(
            [WEEKLY | {"byday": "FR", "opens_at": "22:00", "closes_at": "00:00"}],
            "Fr 22:00-24:00",
            id="until midnight",
        ),
        pytest.param(
            [{"weekday": "Monday", "opens_at": "09:30", "closes_at": "12:00"}],
            "Mo 09:30-12:00",
            id="Outpost",
        ),
        pytest.param(
            [WEEKLY | {"byday": "MO", "opens_at": "10:00Z", "closes_at": "12:00+01:00"}],
            "Mo 10:00-12:00",
            id="London's two offsets mean the clock on the wall",
        ),
        pytest.param(
            [WEEKLY | {"dtstart": "2026-11-05"}],
            "2026 Nov 05+ Th 10:00-12:00",
            id="without a day: that on which it starts",
        ),
        pytest.param(
            [WEEKLY | {"byday": "TH", "valid_from": "2026-11-01", "valid_to": "2027-03-31"}],
            "2026 Nov 01-2027 Mar 31 Th 10:00-12:00",
            id="valid for a winter",
        ),
        pytest.param(
            [WEEKLY | {"byday": "TH", "valid_to": "2027-03-31"}],
            "1970 Jan 01-2027 Mar 31 Th 10:00-12:00",
            id="valid until",
        ),
        pytest.param(
            [WEEKLY | {"byday": "MO"}, {"description": NO_HOLIDAYS}],
            "Mo 10:00-12:00; PH off",
            id="our own words for bank holidays",
        ),
        pytest.param([{"description": ALWAYS}], "24/7", id="our own words for always"),
        pytest.param(
            [{"description": OTHER + "Apr-Sep Mo 10:00-12:00"}],
            "Apr-Sep Mo 10:00-12:00",
            id="our own words for the rest",
        ),
    ],
)
def test_what_can_be_said_exactly(rows, expected):
    assert read(*rows) == (expected, None)
    assert validate(expected)


@pytest.mark.parametrize(
    ("row", "note"),
    [
        pytest.param(
            WEEKLY | {"byday": "TH", "interval": 2, "dtstart": "2026-11-05"},
            "Every 2 weeks, Thursday, 10:00–12:00, from 5 November 2026.",
            id="every second week",
        ),
        pytest.param(
            MONTHLY | {"bymonthday": "2,3"},
            "Every month, day 2,3 of the month, 10:00–12:00.",
            id="days of the month",
        ),
        pytest.param(
            WEEKLY | {"byday": "TH", "bymonthday": "2"},
            "Every week, Thursday, day 2 of the month, 10:00–12:00.",
            id="iCal allows no day of the month in a week",
        ),
        pytest.param(
            WEEKLY | {"byday": "2MO"}, "Every week, 2. Monday, 10:00–12:00.", id="iCal neither"
        ),
        pytest.param(WEEKLY | {"byday": "XX"}, "Every week, XX, 10:00–12:00.", id="no day"),
        pytest.param(
            WEEKLY | {"byday": "MO", "closes_at": ""}, "Every week, Monday, 10:00–?.", id="no end"
        ),
        pytest.param(
            WEEKLY | {"byday": "MO", "opens_at": "00:00", "closes_at": "00:00"},
            "Every week, Monday, 00:00–00:00.",
            id="times that were never filled in",
        ),
        pytest.param(
            WEEKLY | {"byday": "MO", "opens_at": "10:00-05:00"},
            "Every week, Monday, 10:00-05:00–12:00.",
            id="another part of the world",
        ),
        pytest.param(
            WEEKLY | {"freq": "YEARLY", "byday": "MO"}, "YEARLY MO, 10:00–12:00.", id="once a year"
        ),
        pytest.param(
            WEEKLY | {"byday": "MO", "interval": "often"},
            "Every week, Monday, 10:00–12:00.",
            id="no number",
        ),
        pytest.param(
            WEEKLY | {"byday": "MO", "valid_from": "2027-01-01", "valid_to": "2026-01-01"},
            "Every week, Monday, 10:00–12:00, from 1 January 2027, to 1 January 2026.",
            id="ends before it starts",
        ),
        pytest.param(
            {"weekday": "Someday", "opens_at": "9:30"}, "Someday, 09:30–?.", id="no weekday"
        ),
        pytest.param({"description": "Ring us."}, "Ring us.", id="words alone"),
        pytest.param({}, None, id="nothing"),
    ],
)
def test_what_cannot_be_said_stays_in_words(row, note):
    assert read(row) == (None, note)


def test_a_schedule_that_has_ended_is_not_imported_for_ever():
    ended = WEEKLY | {"byday": "MO", "until": "2024-01-01T00:00:00Z"}
    assert read(ended, on=date(2026, 11, 22)) == (None, None)
    later = WEEKLY | {"byday": "MO", "until": "2027-01-01", "valid_to": "2026-12-31"}
    assert read(later) == ("1970 Jan 01-2026 Dec 31 Mo 10:00-12:00", None)


@pytest.mark.parametrize(
    ("limit", "note"),
    [
        ({"count": 5}, "Every week, Monday, 10:00–12:00, how many times: 5."),
        ({"bymonth": "6"}, "Every week, Monday, 10:00–12:00, months: 6."),
        ({"byweekno": "3,5"}, "Every week, Monday, 10:00–12:00, weeks of the year: 3,5."),
        ({"byyearday": "100"}, "Every week, Monday, 10:00–12:00, days of the year: 100."),
    ],
    ids=["count", "bymonth", "byweekno", "byyearday"],
)
def test_limits_that_hours_cannot_hold_stay_in_words(limit, note):
    row = WEEKLY | {"byday": "MO"} | limit
    assert read(row) == (None, note)
    assert schedules.read(schedules.row(schedules.read(row))) == schedules.read(row)


def test_words_come_along():
    row = WEEKLY | {"byday": "MO", "description": "Term only.", "notes": "Ring first."}
    assert read(row, row) == ("Mo 10:00-12:00", "Term only.\nRing first.")


def test_bank_holidays_alone_are_words():
    assert read({"description": NO_HOLIDAYS}) == (None, NO_HOLIDAYS)


def test_on_a_day_what_is_over_is_left_out_and_what_has_begun_needs_no_date():
    over = WEEKLY | {"byday": "MO", "valid_to": "2026-10-31"}
    begun = WEEKLY | {"byday": "TU", "valid_from": "2026-11-01"}
    ahead = WEEKLY | {"byday": "WE", "valid_from": "2027-01-01"}
    assert read(over, begun, ahead, on=date(2026, 11, 22)) == (
        "Tu 10:00-12:00, 2027 Jan 01+ We 10:00-12:00",
        None,
    )


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param(
            "Mo-We 09:00-12:00,13:00-17:00; PH off",
            [
                {
                    "freq": "WEEKLY",
                    "byday": "MO,TU,WE",
                    "opens_at": "09:00:00",
                    "closes_at": "12:00:00",
                },
                {
                    "freq": "WEEKLY",
                    "byday": "MO,TU,WE",
                    "opens_at": "13:00:00",
                    "closes_at": "17:00:00",
                },
                {"description": NO_HOLIDAYS},
            ],
            id="a break and bank holidays",
        ),
        pytest.param(
            "Mo-Fr 09:00-17:00; We 10:00-12:00; Th off",
            [
                {
                    "freq": "WEEKLY",
                    "byday": "MO,TU,FR",
                    "opens_at": "09:00:00",
                    "closes_at": "17:00:00",
                },
                {"freq": "WEEKLY", "byday": "WE", "opens_at": "10:00:00", "closes_at": "12:00:00"},
            ],
            id="a later rule replaces",
        ),
        pytest.param(
            "Tu[2],Tu[-1] 14:00-24:00",
            [
                {
                    "freq": "MONTHLY",
                    "byday": "-1TU,2TU",
                    "opens_at": "14:00:00",
                    "closes_at": "00:00:00",
                }
            ],
            id="weeks of the month",
        ),
        pytest.param("24/7", [{"description": ALWAYS}], id="always"),
        *(
            pytest.param(each, [{"description": OTHER + each}], id=each)
            for each in (
                "Mo-Fr 09:00-17:00; PH 10:00-12:00",
                "Apr-Sep Mo 10:00-12:00",
                "sunrise-sunset",
                'Mo 10:00-12:00 open "by appointment"',
                "Tu 09:00-12:00; Tu[2] 14:00-16:00",
                "Mo-Fr 09:00-17:00; 2026 Dec 24 off",
                "Mo 00:00-24:00",
                "Fr 22:00-04:00; Sa 10:00-12:00",
                "Mo off",
            )
        ),
    ],
)
def test_from_opening_hours(expression, expected):
    found = scheduled_hours.from_opening_hours(expression)
    assert [schedules.row(each) for each in found] == expected
    again, _ = scheduled_hours.to_opening_hours(found)
    assert again is not None
    assert scheduled_hours.from_opening_hours(again) == found


clock = st.integers(0, 287).map(lambda n: f"{n // 12:02}:{n % 12 * 5:02}:00")
days = st.lists(st.sampled_from(schedules.WEEKDAYS), min_size=1, max_size=4, unique=True)
nth_days = st.lists(
    st.sampled_from([f"{n}{day}" for n in (1, 2, 4, -1) for day in schedules.WEEKDAYS]),
    min_size=1,
    max_size=3,
    unique=True,
)
moments = st.dates(date(2026, 10, 1), date(2027, 2, 1))
plain = st.builds(
    Schedule,
    freq=st.just(Freq.WEEKLY),
    byday=days.map(",".join),
    opens_at=clock,
    closes_at=clock,
)
dated = st.builds(
    Schedule,
    freq=st.just(Freq.MONTHLY),
    byday=nth_days.map(",".join),
    valid_from=st.none() | moments,
    opens_at=clock,
    closes_at=clock,
)
usable = (plain | dated).filter(lambda each: each.opens_at != each.closes_at)


@given(st.lists(usable, min_size=1, max_size=4))
def test_schedules_and_hours_are_open_at_the_same_times(some):
    expression, note = scheduled_hours.to_opening_hours(some)
    assert expression is not None and note is None
    start = datetime(2026, 11, 1)  # noqa: DTZ001  (the library then counts by the wall)
    found = set()
    for opens, closes, state, _ in OpeningHours(expression).intervals(
        start, start + timedelta(days=35)
    ):
        if str(state) == "open":
            steps = (closes - opens) // timedelta(minutes=5)
            found |= {opens + n * timedelta(minutes=5) for n in range(steps)}
    expected = {moment for each in some for moment in open_moments(each, start.date(), 35)}
    assert found == expected


def open_moments(schedule, first, length):
    """Return every fifth minute in which *schedule* is open, day by day, as RFC 5545 has it."""
    midnight = datetime.combine(first, time())
    opens, closes = (
        midnight + timedelta(hours=int(text[:2]), minutes=int(text[3:5]))
        for text in (schedule.opens_at, schedule.closes_at)
    )
    if closes <= opens:
        closes += timedelta(days=1)
    for number in range(-1, length):
        day = first + timedelta(days=number)
        if not happens(schedule, day):
            continue
        moment = datetime.combine(day, opens.time())
        end = moment + (closes - opens)
        while moment < end:
            if first <= moment.date() < first + timedelta(days=length):
                yield moment
            moment += timedelta(minutes=5)


def happens(schedule, day):
    if schedule.valid_from and day < schedule.valid_from:
        return False
    weekday = schedules.WEEKDAYS[day.weekday()]
    nth = (day.day - 1) // 7 + 1
    is_last = (day + timedelta(days=7)).month != day.month
    said = {weekday, f"{nth}{weekday}"} | ({f"-1{weekday}"} if is_last else set())
    return bool(said & set(schedule.byday.split(",")))


@given(st.lists(usable, min_size=1, max_size=4), st.booleans())
def test_there_and_back_again_changes_nothing(some, closed):
    rows = [*some, *([Schedule(description=NO_HOLIDAYS)] if closed else [])]
    expression, _ = scheduled_hours.to_opening_hours(rows)
    assert expression is not None
    once = scheduled_hours.from_opening_hours(expression)
    assert scheduled_hours.to_opening_hours(once) == (expression, None)
    assert scheduled_hours.from_opening_hours(expression) == once


@given(
    st.dictionaries(
        st.sampled_from(
            ["freq", "interval", "byday", "weekday", "dtstart", "opens_at", "closes_at"]
        ),
        st.none() | st.integers() | st.text(max_size=9) | st.sampled_from(["MO", "9:00", "WEEKLY"]),
    )
)
def test_whatever_is_published_never_fails(row):
    expression, _ = read(row)
    assert expression is None or validate(expression)


def test_a_published_row_is_written_as_it_was_read():
    row = {
        "freq": "WEEKLY",
        "interval": 2,
        "byday": "TH",
        "dtstart": "2026-11-05",
        "valid_to": "2027-11-05",
        "opens_at": "10:00Z",
        "closes_at": "12:00Z",
        "notes": "Ring first.",
    }
    assert schedules.row(schedules.read(row)) == row


def test_every_row_of_the_published_feed_can_be_said():
    path = DATA / "feeds" / "buckinghamshire_services_page_1.json"
    if not path.exists():
        pytest.skip("the data set is not here")
    services = json.loads(path.read_text("utf-8-sig"))["content"]
    listed = [rows for service in services if (rows := service.get("regular_schedules"))]
    assert listed
    for rows in listed:
        expression, note = read(*rows)
        assert (validate(expression), note) == (True, None)
