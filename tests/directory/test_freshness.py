"""Whether services are still right: when to ask, what to do about silence, whom to phone first."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import calls, facts, freshness, index
from directory.calls import Doubt, Why
from directory.freshness import Case, Round, Shelf, Step
from directory.model import Access, Audience, Channel, Check, Checker, Fact, Source, Status
from directory.weights import WEIGHTS
from tests.db.test_services import a_service

ZONE = ZoneInfo("Europe/London")
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # a Monday
PLAIN = a_service(
    "a", needs=("advice_general",), access=Access(), opening_hours=None, organization_url=None
)


def at(days):
    return NOW + days * DAY


def a_case(service=PLAIN, *, has_owner=True, hidden=False, proposed=False, **known):
    """A case asked about now; days of `asked` and the like are counted from now."""
    moments: dict[str, Any] = {
        name: None if days is None else at(days) for name, days in known.items()
    }
    around = {name: moments.pop(name, None) for name in ("said_at", "warned_at", "kept_at")}
    round_ = Round(service.id, moments.pop("due_at", NOW), **{"asked_at": NOW, **moments})
    return Case(service, round_, has_owner=has_owner, hidden=hidden, proposed=proposed, **around)


@pytest.mark.parametrize(
    ("changed", "days"),
    [
        pytest.param({}, 60, id="advice by appointment"),
        pytest.param({"needs": ("food", "housing")}, 30, id="food banks move"),
        pytest.param({"status": Status.FULL}, 30, id="full is a word about now"),
        pytest.param({"status": Status.PAUSED}, 30, id="paused too"),
        pytest.param(
            {
                "access": Access(walk_in=True),
                "channels": (Channel.IN_PERSON,),
                "opening_hours": "We 10:00-13:30",
            },
            30,
            id="a drop-in changes its day",
        ),
        pytest.param({"channels": (Channel.PHONE,)}, 60, id="a phone line"),
        pytest.param({"url": "https://www.leeds.gov.uk/x"}, 90, id="a council"),
        pytest.param({"organization_url": "https://www.leeds.ac.uk"}, 90, id="a university"),
        pytest.param({"url": "https://gov.uk.example.org"}, 60, id="only looks like a council"),
    ],
)
def test_how_long_an_answer_is_good_for(changed, days):
    assert freshness.period(replace(PLAIN, **changed)) == days * DAY


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param(datetime(2026, 11, 16, 9, 0, tzinfo=ZONE), True, id="Monday at nine"),
        pytest.param(datetime(2026, 11, 16, 8, 59, tzinfo=ZONE), False, id="before nine"),
        pytest.param(datetime(2026, 11, 16, 16, 59, tzinfo=ZONE), True, id="before five"),
        pytest.param(datetime(2026, 11, 16, 17, 0, tzinfo=ZONE), False, id="at five"),
        pytest.param(datetime(2026, 11, 21, 12, 0, tzinfo=ZONE), False, id="Saturday"),
        pytest.param(datetime(2026, 12, 25, 12, 0, tzinfo=ZONE), False, id="Christmas"),
        pytest.param(
            datetime(2026, 12, 28, 12, 0, tzinfo=ZONE), False, id="Boxing Day, in place of Saturday"
        ),
        pytest.param(datetime(2027, 3, 29, 12, 0, tzinfo=ZONE), False, id="Easter Monday"),
    ],
)
def test_nobody_is_asked_at_night_or_on_a_holiday(moment, expected):
    assert freshness.is_working(moment, "GB") is expected


def test_the_first_questions_of_an_organisation_are_spread_over_the_whole_period():
    services = [a_service(f"s{n:03}", needs=("food",)) for n in range(160)]
    due = freshness.first_due(services, {}, NOW)
    days = Counter((moment - NOW).days for moment in due.values())
    assert set(days) == set(range(30))
    assert max(days.values()) == 6, "160 in 30 days"
    assert freshness.first_due(reversed(services), {}, NOW) == due, "always the same days"


def test_what_a_person_spoke_for_waits_its_whole_period():
    due = freshness.first_due([PLAIN], {"a": at(-1)}, NOW)
    assert due["a"] >= at(59)


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=40))
def test_nobody_is_ever_asked_later_than_after_one_period(organisations):
    services = [
        replace(PLAIN, id=str(n), organization=name) for n, name in enumerate(organisations)
    ]
    due = freshness.first_due(services, {}, NOW)
    assert all(NOW <= moment < at(60) for moment in due.values())
    for name in set(organisations):
        own = sorted(due[each.id] for each in services if each.organization == name)
        gaps = {later - earlier for earlier, later in pairwise(own)}
        assert all(abs(gap - 60 * DAY / len(own)) < timedelta(seconds=1) for gap in gaps)


SILENT = {"reminded_at": 7, "escalated_at": 14}
LOWERED = {**SILENT, "lowered_at": 21}


@pytest.mark.parametrize(
    ("day", "known", "expected"),
    [
        pytest.param(0, {}, None, id="just asked"),
        pytest.param(6, {}, None, id="six days"),
        pytest.param(7, {}, Step.REMIND, id="a week: a reminder"),
        pytest.param(13, {"reminded_at": 7}, None, id="once"),
        pytest.param(14, {"reminded_at": 7}, Step.ESCALATE, id="two weeks: coordinators"),
        pytest.param(14, {"reminded_at": 10}, None, id="a late reminder has its week too"),
        pytest.param(60, {}, Step.ESCALATE, id="after a long outage not hidden at once"),
        pytest.param(1, {"has_owner": False}, Step.ESCALATE, id="the owner has left"),
        pytest.param(20, SILENT, None, id="coordinators have a week"),
        pytest.param(21, SILENT, Step.LOWER, id="three weeks: the rank falls"),
        pytest.param(22, {**SILENT, "escalated_at": 16}, None, id="told late, a week all the same"),
        pytest.param(52, LOWERED, None, id="52 days"),
        pytest.param(53, LOWERED, Step.WARN, id="coordinators are warned"),
        pytest.param(59, {**LOWERED, "warned_at": 53}, None, id="a week before"),
        pytest.param(60, {**LOWERED, "warned_at": 53}, Step.HIDE, id="60 days: hidden"),
        pytest.param(300, {**LOWERED, "hidden": True}, None, id="nothing is left to do"),
        pytest.param(75, {**LOWERED, "kept_at": 54}, None, id="kept"),
        pytest.param(77, {**LOWERED, "kept_at": 54}, Step.WARN, id="kept for 30 days"),
        pytest.param(60, {**LOWERED, "proposed": True}, None, id="a change waits for approval"),
        pytest.param(9, {"said_at": 8}, Step.SETTLE, id="somebody put something right"),
        pytest.param(7, {"said_at": -1}, Step.REMIND, id="a word before the question is no answer"),
        pytest.param(-1, {"asked_at": None}, None, id="not due yet"),
        pytest.param(0, {"asked_at": None}, Step.ASK, id="due"),
        pytest.param(3, {"asked_at": None, "said_at": -1}, None, id="a person has just spoken"),
        pytest.param(59, {"asked_at": None, "said_at": -1}, Step.ASK, id="a period after it"),
    ],
)
def test_one_step_after_the_other(day, known, expected):
    assert freshness.step(a_case(**known), at(day), ZONE) is expected


ENDED = replace(PLAIN, valid_until=at(4).date())


@pytest.mark.parametrize(
    ("day", "known", "expected"),
    [
        pytest.param(4, {"asked_at": None, "due_at": 50}, None, id="the last day"),
        pytest.param(5, {"asked_at": None, "due_at": 50}, Step.ASK, id="the day after: ask"),
        pytest.param(5, {"asked_at": 5}, Step.LOWER, id="the rank falls at once"),
        pytest.param(5, {"asked_at": 5, "lowered_at": 5}, Step.WARN, id="coordinators know"),
        pytest.param(11, {"asked_at": 5, "lowered_at": 5, "warned_at": 5}, None, id="six days"),
        pytest.param(
            12, {"asked_at": 5, "lowered_at": 5, "warned_at": 5}, Step.REMIND, id="a reminder first"
        ),
        pytest.param(
            12,
            {"asked_at": 5, "reminded_at": 12, "lowered_at": 5, "warned_at": 5},
            Step.HIDE,
            id="a week",
        ),
    ],
)
def test_facts_that_have_ended_are_hidden_sooner(day, known, expected):
    assert freshness.step(a_case(ENDED, **known), at(day), ZONE) is expected


def test_days_are_the_citys():
    summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # 00:30 on the 2nd in London
    case = Case(PLAIN, Round("a", summer), has_owner=True)
    assert freshness.due_on(case, ZONE) == date(2026, 7, 2)


def shelf(shown, hidden=0, need="food", **changed):
    services = [a_service(f"s{n}", needs=(need,), **changed) for n in range(shown + hidden)]
    return Shelf.of(services[:shown], services[shown:])


@pytest.mark.parametrize(
    ("known", "service", "expected"),
    [
        pytest.param(shelf(4), {"needs": ("food",)}, True, id="one of four"),
        pytest.param(shelf(3), {"needs": ("food",)}, False, id="one of three is too many"),
        pytest.param(shelf(3, 1), {"needs": ("food",)}, False, id="a quarter is gone already"),
        pytest.param(shelf(7, 1), {"needs": ("food",)}, True, id="two of eight"),
        pytest.param(shelf(40), {"needs": ("food", "esol")}, False, id="the last of one need"),
        pytest.param(
            shelf(40, need="domestic_abuse"), {"needs": ("domestic_abuse",)}, False, id="danger"
        ),
        pytest.param(
            shelf(40, audience=Audience.WORKERS), {"needs": ("food",)}, False, id="for workers only"
        ),
    ],
)
def test_silence_never_empties_a_need(known, service, expected):
    assert known.takes(a_service("x", **service)) is expected


@given(
    st.lists(
        st.lists(st.sampled_from(["food", "housing", "esol", "debt"]), min_size=1, unique=True),
        max_size=40,
    )
)
def test_whatever_happens_three_quarters_of_each_need_stay(offers):
    services = [a_service(str(n), needs=tuple(needs)) for n, needs in enumerate(offers)]
    known = Shelf.of(services, [])
    gone = [each for each in services if known.takes(each)]
    for need in {need for needs in offers for need in needs}:
        before = sum(need in each.needs for each in services)
        after = before - sum(need in each.needs for each in gone)
        assert after >= 1
        assert after >= 0.75 * before


def test_a_yes_is_about_the_facts_that_were_read():
    mark = freshness.mark(PLAIN)
    said = Check(Fact.HOURS, NOW.date(), Checker.OWNER)
    assert freshness.mark(replace(PLAIN, checks=(said,), doubted_on=NOW.date())) == mark
    assert freshness.mark(replace(PLAIN, opening_hours="We 10:00-13:30")) != mark
    assert freshness.mark(replace(PLAIN, valid_until=NOW.date())) != mark


def test_what_nobody_answers_for_falls_behind_its_like():
    doubted = replace(PLAIN, doubted_on=NOW.date())
    assert index.worth(PLAIN, WEIGHTS) - index.worth(doubted, WEIGHTS) == -WEIGHTS.doubted > 0


@pytest.mark.parametrize(
    ("checks", "confirmed", "expected"),
    [
        pytest.param((), None, None, id="nobody"),
        pytest.param(tuple(Fact)[1:], None, None, id="all facts but one"),
        pytest.param(tuple(Fact), None, 3, id="every fact: the first day"),
        pytest.param((), 4, 4, id="a coordinator"),
        pytest.param(tuple(Fact), 4, 4, id="the newer word counts"),
        pytest.param(tuple(Fact), 1, 3, id="whoever said it"),
    ],
)
def test_since_when_a_person_stands_by_all_of_it(checks, confirmed, expected):
    days = [Check(fact, at(3 + n).date(), Checker.OWNER) for n, fact in enumerate(checks)]
    known = None if confirmed is None else at(confirmed).date()
    found = facts.vouched_on(replace(PLAIN, checks=tuple(days), confirmed_on=known))
    assert found == (None if expected is None else at(expected).date())


def test_the_calendar_says_who_is_asked_when():
    cases = [
        a_case(replace(PLAIN, id="late"), asked_at=None, due_at=40),
        a_case(replace(PLAIN, id="soon"), asked_at=None, due_at=2),
        a_case(replace(PLAIN, id="asked"), asked_at=-3, due_at=-3),
    ]
    days = [(day, case.service.id) for day, case in freshness.calendar(cases, ZONE, "GB")]
    assert days == [
        (date(2026, 11, 13), "asked"),
        (date(2026, 11, 18), "soon"),
        (date(2026, 12, 29), "late"),
    ], "not on Boxing Day, a Sunday, or the Monday in its place"
    assert len(freshness.calendar(cases, ZONE, "GB", until=date(2026, 12, 1))) == 2


FRESH = replace(PLAIN, sources=(Source("https://a.b/", "2026-10"),))


def doubt(service_id, service=FRESH, **known):
    return Doubt(replace(service, id=service_id), **known)


def test_the_most_doubtful_and_most_shown_are_phoned_first():
    found = calls.first(
        [
            doubt("fine", shown=1_000),
            doubt("wrong", reports={"phone": 1}),
            doubt("shut", reports={"closed": 1}),
            doubt("seen", reports={"phone": 1}, shown=30),
            doubt("silent", silent_since=at(-20).date()),
            doubt("mute", replace(FRESH, phones=()), reports={"closed": 9}),
        ],
        NOW.date(),
    )
    assert [each.service.id for each in found] == ["seen", "silent", "shut", "wrong"]


@pytest.mark.parametrize(
    ("known", "why"),
    [
        pytest.param(doubt("a", reports={"phone": 2}), (Why.WRONG, 2), id="reports"),
        pytest.param(
            doubt("a", silent_since=at(-20).date()), (Why.SILENT, at(-20).date()), id="no answer"
        ),
        pytest.param(
            doubt("a", replace(FRESH, valid_until=at(-1).date())),
            (Why.ENDED, at(-1).date()),
            id="ended",
        ),
        pytest.param(
            doubt("a", replace(FRESH, status=Status.UNKNOWN)), (Why.UNKNOWN, None), id="unknown"
        ),
        pytest.param(
            doubt("a", replace(FRESH, sources=(Source("https://a.b/", "2024-04"),))),
            (Why.OLD, 2),
            id="old",
        ),
        pytest.param(
            doubt("a", replace(FRESH, sources=(Source("https://a.b/", None),))),
            (Why.UNDATED, None),
            id="without a date",
        ),
    ],
)
def test_each_call_says_why(known, why):
    (call,) = calls.first([known], NOW.date())
    assert call.reasons == (why,)


def test_at_most_ten_calls_and_a_check_by_a_person_is_a_date():
    many = [doubt(f"s{n}", reports={"phone": 1}) for n in range(15)]
    assert len(calls.first(many, NOW.date())) == 10
    old = replace(FRESH, sources=(Source("https://a.b/", "2019"),))
    said = [Check(fact, at(-5).date(), Checker.OWNER) for fact in Fact]
    assert calls.first([doubt("a", replace(old, checks=tuple(said)))], NOW.date()) == []
    assert len(calls.first([doubt("a", replace(old, checks=tuple(said[1:])))], NOW.date())) == 1
    assert len(calls.first([doubt("a", old)], NOW.date())) == 1
