"""Open, closed or unknown, and until when."""

from datetime import UTC, datetime, timedelta

import pytest

from directory.hours import opening, readable
from directory.model import Opening, OpenState
from tests.directory.rows import LONDON


def london(year, month, day, hour, minute, fold=0):
    return datetime(year, month, day, hour, minute, tzinfo=LONDON, fold=fold)


@pytest.mark.parametrize(
    ("expression", "at", "state", "changes"),
    [
        pytest.param(
            "Mo-Fr 09:30-17:00",
            london(2026, 11, 23, 11, 0),
            Opening.OPEN,
            london(2026, 11, 23, 17, 0),
            id="open until the evening",
        ),
        pytest.param(
            "Mo-Fr 09:30-17:00",
            london(2026, 11, 21, 11, 0),
            Opening.CLOSED,
            london(2026, 11, 23, 9, 30),
            id="closed until Monday",
        ),
        pytest.param(
            "Mo-Fr 09:30-17:00",
            datetime(2026, 7, 1, 16, 30, tzinfo=UTC),
            Opening.CLOSED,
            london(2026, 7, 2, 9, 30),
            id="asked in UTC in summer: already 17:30 in London",
        ),
        pytest.param(
            "Mo,We 18:00-01:00",
            london(2026, 11, 24, 0, 30),
            Opening.OPEN,
            london(2026, 11, 24, 1, 0),
            id="past midnight",
        ),
        pytest.param("24/7", london(2026, 11, 21, 3, 0), Opening.OPEN, None, id="always"),
        pytest.param(None, london(2026, 11, 21, 3, 0), Opening.UNKNOWN, None, id="not known"),
        pytest.param("ask us", london(2026, 11, 21, 3, 0), Opening.UNKNOWN, None, id="no hours"),
        pytest.param(
            "Mo 09:00-12:00 unknown",
            london(2026, 11, 23, 11, 0),
            Opening.UNKNOWN,
            london(2026, 11, 23, 12, 0),
            id="perhaps open",
        ),
        pytest.param(
            "Mo-Fr 09:00-17:00; PH off",
            london(2026, 12, 25, 11, 0),
            Opening.CLOSED,
            london(2026, 12, 29, 9, 0),
            id="Christmas, and Boxing Day in lieu on the 28th",
        ),
        pytest.param(
            "Su 01:30-05:00",
            london(2026, 3, 29, 0, 30),
            Opening.CLOSED,
            datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
            id="opens in the hour that the clocks skip: when they have skipped it",
        ),
    ],
)
def test_opening(expression, at, state, changes):
    assert opening(expression, at) == OpenState(state, changes)


@pytest.mark.parametrize("fold", [0, 1], ids=["first time round", "second time round"])
def test_in_the_repeated_hour_the_next_change_is_the_next_one(fold):
    at = london(2026, 10, 25, 1, 30, fold=fold)
    found = opening("Su 01:00-01:45", at)
    assert found.now is Opening.OPEN
    assert found.changes_at is not None
    assert found.changes_at.timestamp() - at.timestamp() == timedelta(minutes=15).total_seconds()


def test_another_country_has_another_clock():
    at = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    assert opening("Mo 09:00-10:00", at).now is Opening.CLOSED
    assert opening("Mo 09:00-10:00", at, zone="Europe/Berlin", country="DE").now is Opening.OPEN


def test_readable():
    assert readable("Mo-Fr 09:00-17:00")
    assert not readable("mornings")
