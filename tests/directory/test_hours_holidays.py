"""Public holidays of England, school holidays whose dates nobody knows, and what they replace."""

from datetime import date, datetime, timedelta

import pytest
from opening_hours import OpeningHours

from directory.hours import closed_for_holiday, opening, readable
from directory.model import Opening
from directory.openings import bank_holidays
from tests.directory.rows import LONDON

WORKDAYS = "Mo-Fr 09:00-17:00; PH off"


def london(month, day, hour=11, minute=0, year=2026):
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("at", "now", "changes"),
    [
        pytest.param(london(8, 31), Opening.CLOSED, london(9, 1, 9), id="the summer bank holiday"),
        pytest.param(london(4, 6), Opening.CLOSED, london(4, 7, 9), id="Easter Monday"),
        pytest.param(london(4, 2), Opening.OPEN, london(4, 2, 17), id="the day before Good Friday"),
        pytest.param(
            london(4, 2, 18), Opening.CLOSED, london(4, 7, 9), id="from Maundy Thursday to Tuesday"
        ),
        pytest.param(london(12, 28), Opening.CLOSED, london(12, 29, 9), id="in lieu of Boxing Day"),
        pytest.param(
            london(12, 31, 18), Opening.CLOSED, london(1, 4, 9, year=2027), id="over New Year"
        ),
        pytest.param(
            london(1, 2, year=2024), Opening.OPEN, london(1, 2, 17, year=2024), id="2 January"
        ),
    ],
)
def test_england(at, now, changes):
    found = opening(WORKDAYS, at)
    assert (found.now, found.changes_at) == (now, changes)


def test_scotland_has_other_days():
    at = london(1, 2, year=2024)
    assert opening(WORKDAYS, at, country="GB-SCT").now is Opening.CLOSED
    assert opening(WORKDAYS, london(4, 6), country="GB-SCT").now is Opening.OPEN


def test_a_country_that_nobody_knows_has_no_holidays():
    assert opening(WORKDAYS, london(12, 25), country="XX").now is Opening.OPEN


@pytest.mark.parametrize(
    ("expression", "at", "now"),
    [
        pytest.param("Mo-Fr 09:00-17:00", london(12, 25), Opening.OPEN, id="no word of holidays"),
        pytest.param("PH 10:00-12:00", london(12, 26), Opening.OPEN, id="only on holidays"),
        pytest.param("PH 10:00-12:00", london(12, 24), Opening.CLOSED, id="an ordinary day"),
        pytest.param("Mo-Fr,PH 10:00-12:00", london(12, 26), Opening.OPEN, id="a holiday Saturday"),
        pytest.param("Mo-Fr,PH 10:00-12:00", london(12, 19), Opening.CLOSED, id="other Saturdays"),
        pytest.param("PH Fr 10:00-12:00", london(12, 25), Opening.OPEN, id="a Friday that is one"),
        pytest.param(
            "PH Fr 10:00-12:00", london(12, 26), Opening.CLOSED, id="a Saturday that is one"
        ),
        pytest.param(
            "PH Fr 10:00-12:00", london(12, 18), Opening.CLOSED, id="a Friday that is none"
        ),
        pytest.param("PH -1 day 10:00-12:00", london(12, 24), Opening.OPEN, id="the day before"),
        pytest.param("2025 PH 10:00-12:00", london(12, 25), Opening.CLOSED, id="another year"),
        pytest.param("2026 PH 10:00-12:00", london(12, 25), Opening.OPEN, id="this year"),
        pytest.param("Apr PH 10:00-12:00", london(4, 6), Opening.OPEN, id="in April"),
        pytest.param("Apr PH 10:00-12:00", london(8, 31), Opening.CLOSED, id="not in April"),
        pytest.param(
            "Mo-Fr 09:00-12:00; Mo-We,PH 10:00-10:30", london(12, 28), Opening.CLOSED, id="replaces"
        ),
        pytest.param("Mo-Fr 09:00-12:00, PH 14:00-16:00", london(12, 28), Opening.OPEN, id="adds"),
        pytest.param(
            'Mo-Fr 09:00-12:00 open "not on PH; call"',
            london(12, 25),
            Opening.OPEN,
            id="in a comment",
        ),
        pytest.param(
            'Mo-Fr 09:00-17:00; PH off || "call"', london(12, 25), Opening.UNKNOWN, id="a fallback"
        ),
        pytest.param(
            "Mo-Fr 09:00-17:00; SH off",
            london(11, 23),
            Opening.UNKNOWN,
            id="perhaps a school holiday",
        ),
        pytest.param(
            "Mo-Fr 09:00-17:00; SH off", london(11, 22), Opening.CLOSED, id="closed in any case"
        ),
        pytest.param("SH Mo 10:00-12:00", london(11, 24), Opening.CLOSED, id="never a Tuesday"),
        pytest.param(
            "SH Mo 10:00-12:00", london(11, 23), Opening.UNKNOWN, id="perhaps this Monday"
        ),
        pytest.param(
            "Mo-Fr 09:00-17:00; SH 09:00-13:00", london(11, 23), Opening.OPEN, id="open either way"
        ),
    ],
)
def test_holidays_in_an_expression(expression, at, now):
    assert readable(expression)
    assert opening(expression, at).now is now


def test_what_changes_first_counts_when_school_holidays_are_not_known():
    found = opening("Mo-Fr 09:00-17:00; SH 09:00-13:00", london(11, 23))
    assert found.changes_at == london(11, 23, 13)


@pytest.mark.parametrize(
    "expression",
    [
        "Mo-Fr 09:00-17:00; PH off",
        "Mo-Su,PH 15:00-03:00; easter -2 days 15:00-24:00",
        "PH 10:00-12:00",
        "PH off; Mo-Fr 09:00-17:00",
        "Mo-Fr 09:00-12:00, PH 10:00-14:00",
        "Mo-Fr 22:00-04:00; PH off",
        "PH -1 day 10:00-12:00",
        '24/7; PH closed "holiday"',
    ],
)
def test_dates_for_holidays_mean_what_the_library_means(expression):
    """Compare with opening-hours-py's own reading where its calendar agrees: Germany."""
    days = bank_holidays.dates("DE-BE", 2026)
    plain = OpeningHours(bank_holidays.spelled(expression, days, school=False))
    start = datetime(2026, 4, 1)  # noqa: DTZ001  (the library then counts by the wall)
    end = start + timedelta(days=60)  # Easter, 1 May, Ascension, Whit Monday
    expected = OpeningHours(expression, country="DE").intervals(start, end)
    assert _open(plain.intervals(start, end)) == _open(expected)


def _open(intervals):
    """Return what is open, pieces that touch made one."""
    found: list[list[datetime]] = []
    for opens, closes, state, _ in intervals:
        if str(state) != "open":
            continue
        if found and found[-1][1] == opens:
            found[-1][1] = closes
        else:
            found.append([opens, closes])
    return found


@pytest.mark.parametrize(
    ("expression", "at", "expected"),
    [
        (WORKDAYS, london(8, 31), True),
        (WORKDAYS, london(8, 31, 20), True),
        (WORKDAYS, london(9, 1, 20), False),
        (WORKDAYS, london(12, 26), False),  # a Saturday: closed anyway
        ("Mo-Fr 09:00-17:00", london(8, 31), False),
        ("Mo-Fr 09:00-17:00; PH 10:00-12:00", london(8, 31), False),
        ("24/7; PH off", london(12, 26), True),
        ("PH off", london(12, 25), False),
        ("nonsense PH", london(12, 25), False),
        (None, london(12, 25), False),
    ],
)
def test_closed_for_the_holiday(expression, at, expected):
    assert closed_for_holiday(expression, at) is expected


def test_the_holidays_of_england():
    year = {day for day in bank_holidays.dates("GB", 2026) if day.year == 2026}
    expected = [(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 26), (12, 28)]
    assert sorted(year) == [date(2026, month, day) for month, day in expected]
