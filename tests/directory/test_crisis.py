"""Whom to call in danger: by confidence and hours, 999 before all."""

from datetime import UTC, datetime

import pytest

from directory.crisis import ANSWERS, anybody, need_of, reachable
from directory.lexicon import Category, Handoff
from directory.model import Confidence, Opening
from directory.needs import NEEDS

NOON, NIGHT = (datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (12, 2))


def ids(rows):
    return [each.line.id for each in rows]


def test_every_kind_has_an_answer_with_places():
    assert set(ANSWERS) == {*Category, *Handoff}
    assert {answer.need for answer in ANSWERS.values()} <= set(NEEDS)


@pytest.mark.parametrize("at", [NOON, NIGHT], ids=["noon", "night"])
@pytest.mark.parametrize("kind", Category)
def test_in_danger_999_comes_first_and_nothing_unsure(leeds, kind, at):
    found = reachable(leeds, [kind], at)
    assert found[0].line.number == "999"
    assert 2 <= len(found) <= 4
    assert all(each.line.confidence is not Confidence.LOW for each in found)
    assert all(each.line.number or each.line.text_keyword or each.line.url for each in found)
    assert any(each.line.number for each in found[1:])


@pytest.mark.parametrize("kind", Handoff)
def test_a_hand_off_names_somebody_but_no_emergency_line(leeds, kind):
    found = reachable(leeds, [kind], NOON)
    assert found
    assert "emergency-999" not in ids(found)


def test_lines_that_are_closed_come_last(leeds):
    assert ids(reachable(leeds, [Category.FORCED_MARRIAGE], NOON))[1] == "karma-nirvana"
    night = reachable(leeds, [Category.FORCED_MARRIAGE], NIGHT)
    assert night[1].state.now is Opening.OPEN


def test_two_kinds_of_danger_share_the_lines(leeds):
    found = ids(reachable(leeds, [Category.SUICIDE, Category.VIOLENCE], NOON))
    assert "national-domestic-abuse-helpline" in found
    assert {"samaritans", "nhs-111-mental-health"} & set(found)
    assert len(found) == len(set(found)) == 4


def test_there_is_always_anybody(leeds):
    assert anybody(leeds, NIGHT)[0].line.number


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        (Category.SEXUAL_VIOLENCE, "rape-crisis-247"),
        (Category.HATE, "west-yorkshire-police-hate-crime"),
        (Category.TRAFFICKING, "modern-slavery"),
    ],
)
def test_a_kind_of_danger_has_its_own_line_first(leeds, kind, first):
    assert ids(reachable(leeds, [kind], NIGHT))[1].startswith(first)


@pytest.mark.parametrize(
    "kinds", [[Category.SUICIDE], [Category.FORCED_MARRIAGE], [Category.VIOLENCE, Category.FGM]]
)
def test_a_child_gets_childline_right_after_the_emergency_line(leeds, kinds):
    assert ids(reachable(leeds, kinds, NOON, minor=True))[:2] == ["emergency-999", "childline"]


def test_places_are_those_of_a_danger_that_has_its_own():
    assert need_of([Category.LOCKED_IN, Category.TRAFFICKING]) == "trafficking_forced_labour"
    assert need_of([Category.CHILD]) == "domestic_abuse"
