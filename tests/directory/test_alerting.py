"""Which news may be asked for: every need is decided on, and none that tells on somebody."""

from dataclasses import replace
from datetime import date

import pytest

from directory import alerting, flow
from directory.alerting import Alert
from directory.flow import given
from directory.needs import ASYLUM_STAGES, NEEDS
from directory.questions import SEARCHED, SKIP
from tests.packs import leeds_pack

LEEDS = leeds_pack().directory
PLACES = LEEDS.gazetteer


def test_every_need_has_been_decided_on_once():
    decided = [*alerting.alertable(), *alerting.refused()]
    assert sorted(decided) == sorted(NEEDS)


def test_nobody_may_ask_for_news_about_danger():
    assert [need for need in alerting.alertable() if NEEDS[need].danger] == []


@pytest.mark.parametrize("need", sorted(alerting.refused()))
def test_a_refused_need_has_no_name_on_a_screen_and_a_reason(need):
    assert alerting.refused()[need]
    with pytest.raises(KeyError):
        alerting.name(need)


def test_no_name_on_a_screen_tells_of_a_status():
    words = " ".join(alerting.name(need) for need in alerting.alertable()).casefold()
    assert not any(each.split("_")[0] in words for each in ASYLUM_STAGES)


def test_names_are_not_mixed_up():
    names = [alerting.name(need) for need in alerting.alertable()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("answers", "need"),
    [
        pytest.param(given(need="2", detail="1"), "food", id="food"),
        pytest.param(given(need="1", detail="1"), "homelessness", id="no place to sleep"),
        pytest.param(given(need="6", detail="1"), "esol", id="English"),
        pytest.param(given(need="6", detail="2", more="1"), "employment", id="work"),
        pytest.param(given(need="6", detail="2", more="2"), None, id="treated badly at work"),
        pytest.param(given(need="4", detail="2"), None, id="help with asylum"),
        pytest.param(given(need="1", detail="3"), None, id="asylum housing"),
        pytest.param(given(need="3", detail="2"), None, id="sad or scared"),
        pytest.param(given(need="3", detail="3"), None, id="pregnant"),
        pytest.param(given(need="5", safe="1", detail="1", more="1"), None, id="danger"),
        pytest.param(given(need="5", safe="0"), None, id="not now"),
        pytest.param(given(need="2", detail="1", person="2"), None, id="food, and LGBTQ+"),
        pytest.param(flow.START, None, id="nothing yet"),
    ],
)
def test_what_is_offered_after_which_answers(answers, need):
    assert alerting.wanted(answers) == need


@pytest.mark.parametrize("need", SEARCHED)
def test_what_is_offered_for_a_need_found_in_words(need):
    assert alerting.wanted(flow.searched(need)) == (need if need in alerting.alertable() else None)


@pytest.mark.parametrize(
    ("key", "district"),
    [
        pytest.param("east", "east", id="a district"),
        pytest.param("LS9", "east", id="an outcode"),
        pytest.param("LS9-8", "east", id="a sector"),
        pytest.param("centre-north", "centre-north", id="a long name"),
        pytest.param("area", None, id="the whole city"),
        pytest.param("BD1", None, id="another city"),
        pytest.param(SKIP, None, id="skipped"),
    ],
)
def test_the_district_of_a_place(key, district):
    found = alerting.district_of(given(need="2", place=key), PLACES)
    assert (found and found.id) == district


def test_no_place_no_district():
    assert alerting.district_of(given(need="2"), PLACES) is None


def test_a_code_is_short_and_leads_back_to_its_district():
    codes = {alerting.district_code(each): each for each in PLACES.districts}
    assert max(map(len, codes)) <= 8
    assert {code: alerting.district(PLACES, code) for code in codes} == codes
    assert alerting.district(PLACES, "nowhere") is None
    assert alerting.district(PLACES, alerting.ANYWHERE) is None


def test_an_alert_ends_half_a_year_after_it_was_asked_for_the_last_time():
    alert = Alert("food", "east", date(2026, 11, 22))
    assert alert.ends_on == date(2027, 5, 21)
    assert replace(alert, created_on=date(2026, 12, 1)).ends_on == date(2027, 5, 30)
