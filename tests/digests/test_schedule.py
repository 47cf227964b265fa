"""When editions leave: once in every week, after any outage, over every change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.weektime import WeekTime, moment
from digests import schedule
from digests.compile import iso_week
from digests.edition import Edition, EditionState, Unseen
from digests.schedule import Standing, Step, next_step
from digests.subscription import Frequency, Subscription

LONDON = ZoneInfo("Europe/London")
WEEK = "2026-W47"
REVIEW = datetime(2026, 11, 19, 10, tzinfo=UTC)  # a Thursday
SEND = datetime(2026, 11, 20, 10, tzinfo=UTC)
HOURS = [hour for hour in range(24) if hour != 1]  # `bot.weektime` refuses that one


def approved(*, queued=False):
    return Standing(Edition(WEEK, EditionState.APPROVED), REVIEW, queued)


def draft(state=EditionState.DRAFT, *, announced=REVIEW, reminded=None):
    return Standing(Edition(WEEK, state, reminded_at=reminded), announced, queued=False)


def step(found, now, unseen=Unseen.HOLD):
    return next_step(found, review_at=REVIEW, send_at=SEND, now=now, unseen=unseen)


@pytest.mark.parametrize(
    ("away", "wanted"),
    [
        pytest.param(timedelta(seconds=-1), None, id="not before its time"),
        pytest.param(timedelta(seconds=1), Step.SEND, id="S1: down for a second"),
        pytest.param(timedelta(minutes=5), Step.SEND, id="S1: down for five minutes"),
        pytest.param(timedelta(hours=6), Step.SEND, id="S1: down for six hours"),
        pytest.param(timedelta(days=3), Step.ASK, id="S1: down for three days: it asks first"),
    ],
)
def test_s1_an_approved_digest_leaves_on_return_once(away, wanted):
    assert step(approved(), SEND + away) is wanted
    assert step(approved(queued=True), SEND + away) is None


@pytest.mark.parametrize(
    ("found", "after", "unseen", "wanted"),
    [
        pytest.param(Standing(None, None, False), -1, Unseen.HOLD, Step.ANNOUNCE, id="first told"),
        pytest.param(draft(), -1, Unseen.HOLD, None, id="in review"),
        pytest.param(draft(), 0, Unseen.HOLD, Step.REMIND, id="nobody looked"),
        pytest.param(draft(announced=SEND), 2, Unseen.HOLD, None, id="just told, so not reminded"),
        pytest.param(draft(reminded=SEND), 23, Unseen.HOLD, None, id="once a day"),
        pytest.param(draft(reminded=SEND), 24, Unseen.HOLD, Step.REMIND, id="again after a day"),
        pytest.param(draft(EditionState.HELD), 0, Unseen.SEND, Step.REMIND, id="a person said no"),
        pytest.param(draft(), 0, Unseen.SEND, Step.TAKE, id="it leaves unseen"),
        pytest.param(draft(), 25, Unseen.SEND, Step.REMIND, id="unseen, but a day late: it asks"),
        pytest.param(draft(announced=SEND), 0, Unseen.SEND, None, id="no time to look yet"),
        pytest.param(draft(announced=SEND), 3, Unseen.SEND, Step.TAKE, id="time enough to look"),
    ],
)
def test_when_nobody_looks_a_setting_decides(found, after, unseen, wanted):
    assert step(found, SEND + timedelta(hours=after), unseen) is wanted


def test_nobody_is_told_before_the_review_begins():
    assert step(Standing(None, None, queued=False), REVIEW - timedelta(seconds=1)) is None
    assert step(Standing(None, None, queued=False), REVIEW) is Step.ANNOUNCE


def weeks(first, last):
    """Return the ISO weeks from the one of *first* to the one of *last*."""
    days = range(0, (last - first).days + 1, 7)
    return [iso_week(datetime.combine(first, time(12), UTC) + timedelta(n)) for n in days]


@pytest.mark.parametrize("day", range(7))
def test_s2_each_weekday_and_hour_of_ten_years_comes_once_in_its_week(day):
    """Each moment lies in its own week, so a run a week is one a moment: none twice, none lost."""
    every = weeks(date(2025, 12, 29), date(2036, 1, 6))
    assert len(every) == len(set(every))
    assert {"2026-W53", "2032-W53"} <= set(every), "long years too"
    for hour in HOURS:
        found = [moment(week, WeekTime(day, time(hour)), LONDON) for week in every]
        assert [iso_week(at) for at in found] == every
        assert {(at.weekday(), at.hour) for at in found} == {(day, hour)}
        in_utc = [at.astimezone(UTC) for at in found]
        assert all(at.astimezone(LONDON).hour == hour for at in in_utc), "an hour that there is"
        gaps = {later - earlier for earlier, later in pairwise(in_utc)}
        hour_off = timedelta(hours=1)
        assert gaps == {timedelta(7), timedelta(7) - hour_off, timedelta(7) + hour_off}


@pytest.mark.parametrize("change", [date(2026, 3, 29), date(2026, 10, 25)], ids=str)
@pytest.mark.parametrize("day", range(7))
def test_s2_a_knock_each_half_hour_over_a_clock_change_runs_once_a_week(change, day):
    start, end = (
        datetime.combine(change + timedelta(days=days), time(0), LONDON).astimezone(UTC)
        for days in (-13, 15)
    )
    for hour in HOURS[day::3]:
        at = WeekTime(day, time(hour))
        ran = []
        for knock in range((end - start) // timedelta(minutes=30)):
            now = start + timedelta(minutes=30) * knock
            week = iso_week(now)
            queued = week in ran
            found = Standing(Edition(week, EditionState.APPROVED), REVIEW, queued)
            send_at = moment(week, at, LONDON)
            if next_step(found, review_at=send_at, send_at=send_at, now=now, unseen=Unseen.HOLD):
                ran.append(week)
        assert len(ran) == len(set(ran)) == 4


@pytest.mark.parametrize(
    ("day", "hour", "wanted"),
    [
        pytest.param(None, None, SEND, id="with the others"),
        pytest.param(4, 10, SEND, id="at just that moment"),
        pytest.param(4, None, SEND, id="on just that day"),
        pytest.param(4, 9, SEND + timedelta(days=7, hours=-1), id="an hour earlier: in a week"),
        pytest.param(None, 18, SEND + timedelta(hours=8), id="that evening"),
        pytest.param(None, 7, SEND + timedelta(hours=21), id="the next morning"),
        pytest.param(0, None, SEND + timedelta(days=3), id="on Monday at the usual hour"),
        pytest.param(6, 0, datetime(2026, 11, 22, 0, tzinfo=UTC), id="midnight"),
    ],
)
def test_a_copy_leaves_at_the_next_moment_that_its_reader_chose(day, hour, wanted):
    assert schedule.leaves_at(Subscription(1, day=day, hour=hour), SEND, LONDON) == wanted


@pytest.mark.parametrize("change", [date(2026, 3, 27), date(2026, 10, 23)], ids=str)
def test_a_chosen_hour_is_londons_over_a_clock_change(change):
    leaves = datetime.combine(change, time(10), LONDON)
    for hour in range(24):
        at = schedule.leaves_at(Subscription(1, day=0, hour=hour), leaves, LONDON)
        assert at.astimezone(UTC).astimezone(LONDON).hour == hour
        assert at.weekday() == 0
        assert timedelta() <= at - leaves < timedelta(days=7)


def test_the_news_of_a_day_are_made_for_the_first_reader_and_never_late_at_night():
    day = SEND.date()
    early, late = (Subscription(n, frequency=Frequency.DAILY, hour=n) for n in (6, 20))
    at = [schedule.daily_due(day, found, LONDON).hour for found in ([], [late], [late, early])]
    assert at == [8, 8, 6]
    assert schedule.daily_leaves_at(late, day, LONDON).hour == 20
    assert schedule.daily_leaves_at(Subscription(1), day, LONDON).hour == 8
    assert not schedule.too_late_for_daily(SEND, LONDON)
    assert schedule.too_late_for_daily(SEND + timedelta(hours=12), LONDON)
