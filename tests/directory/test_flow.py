"""The guide: every path is short, every button can be read again, nothing forged passes."""

import hashlib
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pack import read_pack
from directory import flow, matcher, questions
from directory.flow import START, Answers, StaleAnswers
from directory.model import Audience, Gender
from directory.needs import NEEDS, STAGES
from directory.questions import SKIP, Slot
from tests.directory.rows import MONDAY_11, a_city, a_row

LEEDS = read_pack().directory
PLACES = LEEDS.gazetteer


def states(directory):
    """Every state that buttons reach, with how many questions were answered before it."""
    reached = {START: 0}
    waiting = [START]
    while waiting:
        answers = waiting.pop()
        asked = flow.next_question(answers, directory)
        if asked is None:
            continue
        for option in flow.options(asked, directory.gazetteer):
            after = flow.answer(answers, asked, option.code)
            if after not in reached:
                reached[after] = reached[answers] + 1
                waiting.append(after)
    return reached


ALL = states(LEEDS)


def test_the_walk_finds_the_whole_guide():
    assert len(ALL) > 300
    assert {flow.pack(answers)[0] for answers in ALL} == {"K"}


def test_no_path_has_more_than_four_questions():
    assert max(ALL.values()) == 4


def test_no_question_has_more_buttons_than_a_screen_may_have():
    for answers in ALL:
        if (asked := flow.next_question(answers, LEEDS)) is not None:
            shown = flow.options(asked, PLACES)
            assert 2 <= len(shown) <= (6 if answers == START else 5)
            assert all(len(option.label) <= 30 for option in shown)
            assert asked.text and asked.why


def test_every_question_but_the_first_can_be_skipped():
    for answers in ALL:
        if answers != START and (asked := flow.next_question(answers, LEEDS)) is not None:
            assert SKIP in [option.code for option in flow.options(asked, PLACES)]


def test_every_path_ends_with_places_and_lines_or_in_silence():
    for answers in ALL:
        if flow.next_question(answers, LEEDS) is None and not flow.is_put_off(answers):
            found = matcher.find(LEEDS, flow.to_query(answers, PLACES, MONDAY_11))
            assert found.matches, flow.pack(answers)
            assert found.helplines, flow.pack(answers)


def test_every_state_survives_its_button():
    for answers in ALL:
        packed = flow.pack(answers)
        assert re.fullmatch(r"[A-Za-z0-9.-]{1,24}", packed)
        assert flow.unpack(packed, PLACES) == answers


def test_back_undoes_every_answer():
    for answers in ALL:
        if (asked := flow.next_question(answers, LEEDS)) is not None:
            for option in flow.options(asked, PLACES):
                assert flow.back(flow.answer(answers, asked, option.code)) == answers
    assert flow.back(START) == START


def test_danger_asks_first_whether_reading_is_safe():
    dangers = [choice.code for choice in questions.NEED_CHOICES if choice.danger]
    assert len(dangers) == 1
    answers = Answers(need=dangers[0])
    asked = flow.next_question(answers, LEEDS)
    assert asked is not None
    assert asked.slot is Slot.SAFE
    assert flow.is_sensitive(answers)


def test_not_now_ends_in_silence():
    answers = Answers(need="5", safe=SKIP)
    assert flow.is_put_off(answers)
    assert flow.next_question(answers, LEEDS) is None
    assert flow.unpack(flow.pack(answers), PLACES) == answers


@pytest.mark.parametrize("need", sorted(NEEDS))
def test_free_text_can_ask_for_every_need(need):
    answers = flow.searched(need)
    assert flow.unpack(flow.pack(answers), PLACES) == answers
    assert flow.to_query(answers, PLACES, MONDAY_11).needs == (need,)
    assert flow.is_sensitive(answers) is NEEDS[need].danger
    assert (_slot(answers, LEEDS) is Slot.SAFE) is NEEDS[need].danger
    assert flow.back(answers) == START


def test_free_text_cannot_ask_for_what_is_no_need():
    with pytest.raises(KeyError):
        flow.searched("gold")


def test_codes_of_needs_stay_for_good():
    """Buttons keep them for years: append, never move."""
    assert set(questions.SEARCHED) == set(NEEDS)
    codes = "".join(questions.searched_choice(need).code for need in questions.SEARCHED)
    assert codes == "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg"
    order = hashlib.sha256(" ".join(questions.SEARCHED[:33]).encode()).hexdigest()[:12]
    assert order == "e91a3f805d1c"


def test_ordinary_needs_are_not_sensitive():
    sensitive = [c.code for c in questions.NEED_CHOICES if flow.is_sensitive(Answers(need=c.code))]
    assert sensitive == ["5"]
    assert not flow.is_sensitive(START)


def test_stage_and_place_are_asked_only_if_they_change_the_first_results():
    same = a_city([a_row("a", needs=["esol"]), a_row("b", needs=["esol"])])
    staged = a_city([a_row("a", needs=["esol"]), a_row("b", needs=["esol"], eligibility=["nrpf"])])
    placed = a_city(
        [a_row("a", needs=["esol"], area="Northend"), a_row("b", needs=["esol"], area="Southend")]
    )
    english = Answers(need="6", detail="1")
    assert flow.next_question(english, same) is None
    assert _slot(english, staged) is Slot.STAGE
    assert _slot(english, placed) is Slot.PLACE
    assert flow.next_question(replace(english, place="north"), placed) is None


def _slot(answers, directory):
    asked = flow.next_question(answers, directory)
    return None if asked is None else asked.slot


def test_the_questions_do_not_depend_on_the_hour():
    answers = Answers(need="2", detail="1")
    asked = {flow.next_question(answers, LEEDS, MONDAY_11.replace(hour=hour)) for hour in range(24)}
    assert len(asked) == 1


def test_the_place_question_offers_the_packs_districts():
    asked = flow.next_question(Answers(need="2", detail="1", stage=SKIP), LEEDS)
    assert asked is not None and asked.is_place
    labels = [option.label for option in flow.options(asked, PLACES)]
    assert labels == ["Centre and north", "East", "South", "West", "Skip"]


def test_answers_become_a_query():
    answers = Answers(need="1", detail="1", stage="4", place="LS9-8", before_place=3)
    query = flow.to_query(answers, PLACES, MONDAY_11, "ar", Audience.WORKERS)
    assert query.needs == ("homelessness", "housing")
    assert query.stages == ("other_migrant", "nrpf", "student")
    assert query.place is not None and query.place.key == "LS9-8"
    assert (query.language, query.audience, query.at) == ("ar", Audience.WORKERS, MONDAY_11)


def test_skipping_asks_for_nothing():
    answers = Answers(need="1", detail=SKIP, stage=SKIP, place=SKIP, before_place=3)
    query = flow.to_query(answers, PLACES, MONDAY_11)
    assert query.needs == ("housing", "homelessness", "advice_general")
    assert (query.stages, query.place) == ((), None)


def test_nothing_is_searched_for_at_the_start():
    assert flow.to_query(START, PLACES, MONDAY_11).needs == ()


def test_pregnancy_looks_among_what_is_for_women_whoever_asks():
    queries = [
        flow.to_query(Answers(need="3", detail=code), PLACES, MONDAY_11) for code in ("3", "1")
    ]
    assert [query.gender for query in queries] == [Gender.WOMEN, None]


def test_a_place_may_be_typed_before_anything_else():
    place = PLACES.find("LS9 8AA")
    assert place is not None
    typed = flow.with_place(START, place)
    assert "8AA" not in flow.pack(typed)
    assert flow.unpack(flow.pack(typed), PLACES) == typed
    asked = flow.next_question(typed, LEEDS)
    assert asked is not None
    then = flow.answer(typed, asked, "2")
    assert flow.back(then) == typed
    assert flow.back(typed) == START


def test_a_place_typed_between_two_answers_goes_back_in_order():
    place = PLACES.find("Harehills")
    assert place is not None
    steps = [START]
    for code in ("2", "1"):
        asked = flow.next_question(steps[-1], LEEDS)
        assert asked is not None
        steps.append(flow.answer(steps[-1], asked, code))
    steps.append(flow.with_place(steps[-1], place))
    asked = flow.next_question(steps[-1], LEEDS)
    assert asked is not None
    steps.append(flow.answer(steps[-1], asked, "1"))
    for before, after in pairwise(steps):
        assert flow.back(after) == before
        assert flow.unpack(flow.pack(after), PLACES) == after


def test_an_answer_that_the_question_does_not_have_is_stale():
    asked = flow.next_question(START, LEEDS)
    assert asked is not None
    with pytest.raises(StaleAnswers):
        flow.answer(START, asked, "9")


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param("", id="empty"),
        pytest.param("J1", id="older version"),
        pytest.param("K9", id="unknown need"),
        pytest.param("K1-9", id="unknown detail"),
        pytest.param("K1-19", id="unknown stage"),
        pytest.param("K11", id="safe where it is not asked"),
        pytest.param("K5-1", id="danger without the safety question"),
        pytest.param("K501", id="details after Not now"),
        pytest.param("K1--1", id="stage before detail"),
        pytest.param("K-1", id="safe before need"),
        pytest.param("K1-", id="untidy end"),
        pytest.param("K.0XX9", id="unknown place"),
        pytest.param("K.0LS9-8AA", id="a whole postcode"),
        pytest.param("K1.4LS9", id="place after answers that are not there"),
        pytest.param("K1.LS9", id="place without its order"),
        pytest.param("K1-11.3LS9.3LS9", id="two places"),
        pytest.param("K1-11 ", id="a space"),
        pytest.param("K١", id="a digit of another script"),
        pytest.param("K1-1\n", id="a new line"),
        pytest.param("K" * 64, id="too long"),
    ],
)
def test_forged_and_old_answers_are_stale(packed):
    with pytest.raises(StaleAnswers):
        flow.unpack(packed, PLACES)


@given(
    st.text(max_size=30) | st.from_regex(r"K[0-9-]{0,5}(\.[0-5][A-Za-z0-9-]{0,8})?", fullmatch=True)
)
def test_any_text_is_exact_answers_or_stale(packed):
    try:
        answers = flow.unpack(packed, PLACES)
    except StaleAnswers:
        return
    assert flow.pack(answers) == packed
    flow.next_question(answers, LEEDS)
    before = flow.back(answers)
    assert flow.unpack(flow.pack(before), PLACES) == before


@given(
    before=st.sampled_from(sorted(ALL, key=flow.pack)),
    key=st.sampled_from(["LS9", "LS9-8", "SW1A", "centre-north"]),
)
def test_answers_with_any_place_survive_their_button(before, key):
    place = PLACES.by_key(key)
    assert place is not None
    after = flow.with_place(before, place)
    assert flow.unpack(flow.pack(after), PLACES) == after
    assert len(flow.pack(after)) <= flow.LONGEST


def test_every_answer_changes_what_is_searched():
    """A question without a filter must not exist (guided-questions.md, rule 5)."""
    for need in questions.NEED_CHOICES:
        searched = [choice.needs or need.needs for choice in need.details]
        assert len(set(searched)) == len(need.details)
        for choice in (need, *need.details):
            assert set(choice.needs) <= set(NEEDS)
    for stage in questions.STAGE_CHOICES:
        assert set(stage.stages) <= set(STAGES)
    offered = {s for stage in questions.STAGE_CHOICES for s in stage.stages}
    assert offered == set(STAGES)


def test_codes_are_one_character_and_unique():
    groups = [questions.NEED_CHOICES, questions.SAFE_CHOICES, questions.STAGE_CHOICES]
    groups += [need.details for need in questions.NEED_CHOICES]
    for choices in groups:
        codes = [choice.code for choice in choices]
        assert len(set(codes)) == len(codes)
        assert all(re.fullmatch("[0-9]", code) for code in codes)


def _meaning():
    """What old buttons stand on: codes and what they mean; wording may change freely."""
    needs = [
        (c.code, c.needs, c.danger, [(d.code, d.needs) for d in c.details])
        for c in questions.NEED_CHOICES
    ]
    stages = [(c.code, c.stages) for c in questions.STAGE_CHOICES]
    return repr((needs, stages, [c.code for c in questions.SAFE_CHOICES], list(Slot)))


def test_the_version_letter_belongs_to_this_table():
    """Changed the meaning of an answer? Give `flow.VERSION` the next letter, then pin it here."""
    fingerprint = hashlib.sha256(_meaning().encode()).hexdigest()[:12]
    assert (flow.VERSION, fingerprint) == ("K", "343b0fae1654")
