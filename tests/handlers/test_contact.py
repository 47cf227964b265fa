"""Numbers, hours and dates as people read them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import locales
from directory.model import Opening, OpenState
from handlers import contact

EN, AR = locales.translator("en"), locales.translator("ar")
LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 11, 16, 9, 30, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+441132224412", "0113 222 4412"),
        ("+447700900123", "07700 900123"),
        ("+448088010503", "0808 801 0503"),
        ("+33123456789", "+33 1 23 45 67 89"),
        ("999", "999"),
        ("116123", "116 123"),
    ],
)
def test_phone(number, shown):
    assert contact.phone(EN, number) == shown
    assert contact.phone(AR, number) == f"\u2068{shown}\u2069"


def test_every_number_of_the_pack_can_be_dialled(pack):
    numbers = [p.number for s in pack.services for p in s.phones]
    numbers += [line.number for line in pack.helplines if line.number]
    assert len(numbers) > 100
    for number in numbers:
        digits = "".join(c for c in contact.phone(EN, number) if c.isdigit())
        assert digits in (number.replace("+44", "0"), number.replace("+44", ""), number)


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("24/7", "Day and night, every day"),
        ("Mo 09:00-17:00", "Monday 09:00–17:00"),
        ("Mo-Fr 09:00-12:00,13:00-17:00", "Monday–Friday 09:00–12:00, 13:00–17:00"),
        (
            "Mo,We 10:00-12:00; Sa 09:00-10:30",
            "Monday, Wednesday 10:00–12:00\nSaturday 09:00–10:30",
        ),
        ("PH off", "Closed on public holidays"),
        ("PH 10:00-12:00", "public holidays 10:00–12:00"),
        ("Mo-Fr 09:00-17:00; PH off", "Monday–Friday 09:00–17:00\nClosed on public holidays"),
        ("Mo,PH 09:00-17:00", "Monday, public holidays 09:00–17:00"),
        (
            "Mo[1],Tu[-1] 10:00-12:00",
            "the first Monday of the month, the last Tuesday of the month 10:00–12:00",
        ),
        ("Mo[5] 10:00-12:00", None),
        (
            "Mo-Fr 09:00-17:00; We 10:00-12:00",
            "Monday–Tuesday, Thursday–Friday 09:00–17:00\nWednesday 10:00–12:00",
        ),
        ("Mo-Su 10:00-16:00; Mo off", "Tuesday–Sunday 10:00–16:00\nClosed: Monday"),
        ('Mo 10:00-12:00 open "by appointment"', "Monday 10:00–12:00, only by appointment"),
        ('Mo 10:00-12:00 open "ring first"', "Monday 10:00–12:00 (ring first)"),
        ("Mo 10:00-12:00; SH off", "Monday 10:00–12:00\nClosed in the school holidays"),
        (
            "Mo 10:00-12:00; 2026 Dec 24-2027 Jan 01 off",
            "Monday 10:00–12:00\nClosed: 24 December 2026 – 1 January 2027",
        ),
        ("Mo 10:00-12:00; 2026 Dec 25 off", "Monday 10:00–12:00\nClosed: 25 December 2026"),
        (
            "2026 Dec 01-2026 Dec 24 Mo 10:00-12:00",
            "1 December 2026 – 24 December 2026: Monday 10:00–12:00",
        ),
        ("2026 Dec 01+ Mo 10:00-12:00", "from 1 December 2026: Monday 10:00–12:00"),
        ("2026 Dec 01+ 10:00-12:00", "from 1 December 2026 10:00–12:00"),
        (
            "1970 Jan 01-2026 Nov 30 Mo 14:00-16:00, 2026 Dec 01+ Mo 10:00-12:00",
            "until 30 November 2026: Monday 14:00–16:00\nfrom 1 December 2026: Monday 10:00–12:00",
        ),
        (
            "Mo-Tu 10:00-12:00; 2026 Dec 01+ Mo off",
            "Monday–Tuesday 10:00–12:00\nClosed: from 1 December 2026: Monday",
        ),
        (
            "Mo-Tu 10:00-12:00; 2026 Dec 01-2026 Dec 31 Mo off",
            "Monday–Tuesday 10:00–12:00\nClosed: 1 December 2026 – 31 December 2026: Monday",
        ),
        ("Mo", None),
        ("Jan-Mar Mo 10:00-12:00", None),
        ("Mo 10:00+", None),
        ("", None),
        ("nonsense", None),
    ],
)
def test_hours(expression, shown):
    assert contact.hours(EN, expression) == shown


@given(st.text(max_size=40))
def test_hours_of_whatever_never_fail(expression):
    contact.hours(EN, expression)


def test_most_hours_of_the_pack_can_be_said(pack):
    written = [s.opening_hours for s in pack.services if s.opening_hours]
    said = [hours for hours in written if contact.hours(AR, hours)]
    assert len(said) >= 0.7 * len(written)


@pytest.mark.parametrize(
    ("now", "changes", "shown"),
    [
        (Opening.UNKNOWN, None, None),
        (Opening.OPEN, None, "Open now."),
        (Opening.OPEN, MONDAY + timedelta(days=2), "Open now."),
        (Opening.OPEN, MONDAY + timedelta(hours=2), "Open now until 11:30."),
        (Opening.CLOSED, None, "Closed now."),
        (Opening.CLOSED, MONDAY + timedelta(minutes=30), "Closed now. Opens today at 10:00."),
        (Opening.OPEN, MONDAY + timedelta(hours=1), "Open now until 10:30."),
        (Opening.OPEN, MONDAY + timedelta(minutes=20), "Open now. Closes in 20 minutes."),
        (Opening.OPEN, MONDAY + timedelta(seconds=50), "Open now. Closes in 1 minute."),
        (Opening.CLOSED, MONDAY + timedelta(days=1), "Closed now. Opens tomorrow at 09:30."),
        (Opening.CLOSED, MONDAY + timedelta(hours=15), "Closed now. Opens tomorrow at 00:30."),
        (Opening.CLOSED, MONDAY + timedelta(days=2), "Closed now. Opens Wednesday 09:30."),
        (Opening.CLOSED, MONDAY + timedelta(days=6), "Closed now. Opens Sunday 09:30."),
        (
            Opening.CLOSED,
            MONDAY + timedelta(days=7),
            "Closed now. Opens on 23 November 2026 at 09:30.",
        ),
        (Opening.CLOSED, MONDAY + timedelta(days=4000), "Closed now."),
    ],
)
def test_opening(now, changes, shown):
    assert contact.opening(EN, OpenState(now, changes), MONDAY, LONDON) == shown


@pytest.mark.parametrize(
    ("after", "shown"),
    [
        (timedelta(days=1), "Closed today: it is a public holiday. Opens Tuesday 09:30."),
        (timedelta(days=3), "Closed today: it is a public holiday. Opens Thursday 09:30."),
        (timedelta(days=9), "Closed now. Opens on 25 November 2026 at 09:30."),
    ],
)
def test_closed_for_a_holiday(after, shown):
    state = OpenState(Opening.CLOSED, MONDAY + after)
    assert contact.opening(EN, state, MONDAY, LONDON, holiday=True) == shown


def test_minutes_left_are_counted_over_the_change_of_the_clocks():
    at = datetime(2026, 10, 25, 1, 40, tzinfo=LONDON)  # the first 01:40 of two
    state = OpenState(Opening.OPEN, datetime(2026, 10, 25, 1, 10, tzinfo=LONDON, fold=1))
    assert contact.opening(EN, state, at, LONDON) == "Open now. Closes in 30 minutes."


def test_days_are_named_in_the_readers_language():
    assert contact.hours(locales.translator("pl"), "We 10:00-13:30") == "środa 10:00–13:30"


def test_opening_is_told_in_the_citys_time():
    utc = datetime(2026, 7, 6, 8, 0, tzinfo=ZoneInfo("UTC"))  # 09:00 in London
    state = OpenState(Opening.OPEN, utc + timedelta(hours=1))
    assert contact.opening(EN, state, utc, LONDON) == "Open now until 10:00."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("2024", "2024"),
        ("2024-04", "April 2024"),
        ("2024-04-30", "30 April 2024"),
        ("2022 (file date)", "2022"),
        ("2024-04-30 seen", "30 April 2024"),
        ("2024-02-30", None),
        ("2024-13", None),
    ],
)
def test_stated(text, shown):
    assert contact.stated(EN, text) == shown


@given(st.from_regex(r"\d{4}(-\d\d)?(-\d\d)?.{0,5}", fullmatch=True))
def test_stated_dates_of_whatever_never_fail(text):
    contact.stated(EN, text)
    contact.stated(AR, text)


def test_newest():
    assert contact.newest(["2022", None, "2024-04", "2024", "none"]) == "2024-04"
    assert contact.newest([None, "none"]) is None
