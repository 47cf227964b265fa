"""When an update leaves: quiet hours, undo, chosen times and repeats, whatever the clocks do."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery import timing
from delivery.broadcast import Audience, Broadcast, Narrowing, Shape, State, alike
from delivery.timing import Quiet
from locales.errors import UserError

LONDON = ZoneInfo("Europe/London")
NIGHT = Quiet(time(21), time(8))
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
FORWARD, BACK = date(2027, 3, 28), date(2026, 10, 25)  # the clocks change at 01:00 UTC
MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(lambda n: MONDAY + timedelta(minutes=n))
SENSIBLE = st.times().filter(lambda at: at.hour != 1).map(lambda at: at.replace(microsecond=0))
NIGHTS = st.builds(Quiet, SENSIBLE, SENSIBLE).filter(lambda quiet: quiet.start != quiet.end)


def update(**fields):
    made = Broadcast(1, 301, {"en": "Snow."}, Audience.EVERYONE, State.PENDING, MONDAY, MONDAY)
    return replace(made, **fields)


def london(year, month, day, hour, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("at", "end"),
    [
        pytest.param(london(2026, 11, 16, 20, 59), None, id="a minute before they begin"),
        pytest.param(london(2026, 11, 16, 21), london(2026, 11, 17, 8), id="as they begin"),
        pytest.param(london(2026, 11, 17, 7, 59), london(2026, 11, 17, 8), id="after midnight"),
        pytest.param(london(2026, 11, 17, 8), None, id="their end is not part of them"),
        pytest.param(london(2027, 3, 27, 23), london(2027, 3, 28, 8), id="a night of nine hours"),
        pytest.param(london(2026, 10, 24, 23), london(2026, 10, 25, 8), id="one of eleven"),
    ],
)
def test_quiet_hours_end_in_the_morning(at, end):
    assert NIGHT.end_after(at, LONDON) == end


def test_quiet_hours_may_lie_within_a_day():
    siesta = Quiet(time(13), time(15))
    assert siesta.end_after(london(2026, 11, 16, 14), LONDON) == london(2026, 11, 16, 15)
    assert siesta.end_after(london(2026, 11, 16, 15), LONDON) is None


@given(NIGHTS, MOMENTS)
def test_nothing_leaves_in_quiet_hours_or_much_later(quiet, now):
    end = quiet.end_after(now, LONDON)
    if end is None:
        return
    assert now < end <= now + timedelta(hours=25)
    assert quiet.end_after(end, LONDON) is None
    assert end.astimezone(LONDON).time() == quiet.end


@given(NIGHTS, MOMENTS, st.none() | st.timedeltas(timedelta(days=-2), timedelta(days=30)))
def test_a_plan_is_never_earlier_than_chosen_and_danger_waits_for_nothing(quiet, now, ahead):
    send_at = None if ahead is None else now + ahead
    plan = timing.plan(update(send_at=send_at), now, quiet, LONDON)
    leaves = plan.leaves or now
    assert leaves >= max(now, send_at or now)
    assert quiet.end_after(leaves, LONDON) is None
    assert plan.quiet == (leaves != max(now, send_at or now))
    danger = update(send_at=send_at, shape=Shape(danger=True))
    assert (timing.plan(danger, now, quiet, LONDON).leaves or now) == max(now, send_at or now)
    assert timing.plan(update(send_at=send_at), now, None, LONDON).quiet is False


def test_danger_can_be_undone_for_a_shorter_time():
    usual = timing.plan(update(), MONDAY, NIGHT, LONDON)
    danger = timing.plan(update(shape=Shape(danger=True)), MONDAY, NIGHT, LONDON)
    assert usual.undo == timedelta(seconds=60)
    assert timedelta(seconds=10) <= danger.undo < usual.undo


def test_the_mark_tells_plans_apart():
    later = MONDAY + timedelta(hours=2)
    weekly = update(shape=Shape(every=7), until=date(2026, 11, 30))
    found = [update(), update(send_at=later), weekly, replace(weekly, until=date(2026, 12, 1))]
    marks = [timing.plan(each, MONDAY, NIGHT, LONDON).mark for each in found]
    assert len(set(marks)) == len(marks)
    passed = timing.plan(update(send_at=later), later, NIGHT, LONDON)
    assert passed.mark == timing.plan(update(), MONDAY, NIGHT, LONDON).mark, "its time has come"


def test_alone_only_after_five_minutes_or_where_nobody_else_is():
    assert timing.alone_from(MONDAY, 2) == MONDAY + timedelta(minutes=5)
    assert timing.alone_from(MONDAY, 0) == MONDAY


def test_evening_and_morning():
    assert timing.this_evening(MONDAY, LONDON) == london(2026, 11, 16, 18)
    assert timing.this_evening(london(2026, 11, 16, 17, 45), LONDON) is None
    assert timing.tomorrow_morning(london(2027, 3, 27, 23), LONDON) == london(2027, 3, 28, 9)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("25/11 14:30", london(2026, 11, 25, 14, 30)),
        (" 25.11.2026, 9:05 ", london(2026, 11, 25, 9, 5)),
        ("1 / 12  7.00", london(2026, 12, 1, 7)),
        ("14:30", london(2026, 11, 16, 14, 30)),
        ("08:30", london(2026, 11, 17, 8, 30)),
        ("٢٥/١١ ١٤:٣٠", london(2026, 11, 25, 14, 30)),  # digits of Arabic keyboards
        ("\u200f۲۵/۱۱\u060c ۱۴:۳۰", london(2026, 11, 25, 14, 30)),  # and of Persian ones
    ],
)
def test_times_are_read(written, meant):
    assert timing.read(written, MONDAY, LONDON) == meant


def test_a_day_without_a_year_is_the_next_one():
    assert timing.read("5/1 9:00", london(2026, 12, 20, 9), LONDON) == london(2027, 1, 5, 9)


@pytest.mark.parametrize(
    ("written", "error"),
    [
        ("tomorrow", timing.UnclearTime),
        ("25/11", timing.UnclearTime),
        ("31/11 9:00", timing.UnclearTime),
        ("29/2 9:00", timing.UnclearTime),
        ("25/11 24:00", timing.UnclearTime),
        ("16/11/2026 8:59", timing.PastTime),
        ("16/11/2026 9:00", timing.PastTime),
        ("15/12/2026 9:00", None),
        ("17/12/2026 9:00", timing.TooFarTime),
        ("1/2/9999 9:00", timing.TooFarTime),
    ],
)
def test_times_that_cannot_be_used(written, error):
    if error is None:
        assert timing.read(written, MONDAY, LONDON) > MONDAY
        return
    with pytest.raises(error):
        timing.read(written, MONDAY, LONDON)


@pytest.mark.parametrize("day", [FORWARD, BACK], ids=["skipped in March", "twice in October"])
def test_a_time_while_the_clocks_change_is_asked_again(day):
    now = datetime.combine(day, time(0, 30), LONDON)
    with pytest.raises(timing.TwofoldTime):
        timing.read(f"{day.day}/{day.month} 1:30", now, LONDON)
    assert timing.read(f"{day.day}/{day.month} 2:30", now, LONDON) > now


@given(st.text(max_size=30))
def test_reading_a_time_fails_politely(written):
    with suppress(UserError):
        assert timing.read(written, MONDAY, LONDON) > MONDAY


@given(MOMENTS, st.integers(1, 10), st.integers(0, 60), st.integers(0, 70 * 24))
def test_repeats_keep_their_time_of_day_and_end(first, every, lasts, hours):
    until = first.astimezone(LONDON).date() + timedelta(days=lasts)
    now = first + timedelta(hours=hours)
    due = timing.repeat_due(first, every, until, now, LONDON)
    following = timing.next_repeat(first, every, until, now, LONDON)
    begun = first.astimezone(LONDON)
    for each in (due, following):
        if each is None:
            continue
        there = each.astimezone(LONDON)
        assert (there.date() - begun.date()).days % every == 0
        assert begun.date() < there.date() <= min(until, begun.date() + timing.FURTHEST)
        if begun.hour not in (1, 2):
            assert there.time() == begun.time()
    assert due is None or due <= now
    assert following is None or following > now
    if due is not None and following is not None:
        assert (following.astimezone(LONDON).date() - due.astimezone(LONDON).date()).days == every


@pytest.mark.parametrize("at", [FORWARD, BACK], ids=["spring", "autumn"])
def test_a_repeat_comes_at_the_same_hour_after_the_clocks_changed(at):
    first = datetime.combine(at - timedelta(days=1), time(9), LONDON)
    following = timing.next_repeat(first, 1, at + timedelta(days=3), first, LONDON)
    assert following == datetime.combine(at, time(9), LONDON)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("21-8", NIGHT),
        (" 22:30 - 7:15 ", Quiet(time(22, 30), time(7, 15))),
        ("none", None),
        ("NONE", None),
    ],
)
def test_quiet_hours_are_read(written, meant):
    assert timing.quiet_hours(written) == meant
    assert meant is None or timing.quiet_hours(str(meant)) == meant


@pytest.mark.parametrize("written", ["", "21", "25-8", "8-8", "22-1:30", "night", "21-8-9"])
def test_quiet_hours_that_mean_nothing(written):
    with pytest.raises(ValueError, match="time"):
        timing.quiet_hours(written)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({}, True),
        ({"texts": {"en": "  snow.\n", "ar": "ثلج"}}, True),
        ({"texts": {"en": "Rain."}}, False),
        ({"audience": Audience.PARTNERS}, False),
        ({"shape": Shape(only=Narrowing(languages=("ar",)))}, False),
        ({"shape": Shape(danger=True), "id": 2}, True),
    ],
)
def test_the_same_to_the_same_people(other, same):
    assert alike(update(), update(**other)) is same
