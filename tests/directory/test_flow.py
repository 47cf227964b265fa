"""The guide: every path is short, every button can be read again, nothing forged passes."""

import hashlib
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

import hypothesis
import pytest
from hypothesis import strategies as st

from directory import flow, matcher, questions
from directory.flow import START, StaleAnswers, given
from directory.model import Audience, Gender
from directory.needs import NEEDS, STAGES
from directory.questions import SKIP, Slot
from tests.directory.rows import MONDAY_11, a_city, a_line_row, a_row
from tests.packs import leeds_pack

LEEDS = leeds_pack().directory
PLACES = LEEDS.gazetteer


@cache
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


def test_the_walk_finds_the_whole_guide():
    assert len(states(LEEDS)) > 300
    assert {flow.pack(answers)[0] for answers in states(LEEDS)} == {"L"}


def test_no_path_has_more_than_four_questions():
    assert max(states(LEEDS).values()) == 4


def test_no_question_has_more_buttons_than_a_screen_may_have():
    for answers in states(LEEDS):
        if (asked := flow.next_question(answers, LEEDS)) is not None:
            shown = flow.options(asked, PLACES)
            assert 2 <= len(shown) <= (6 if answers == START else 5)
            assert all(len(option.label) <= 36 for option in shown)  # one button a row
            assert asked.text and asked.why


def test_every_question_but_the_first_can_be_skipped():
    for answers in states(LEEDS):
        if answers != START and (asked := flow.next_question(answers, LEEDS)) is not None:
            assert SKIP in [option.code for option in flow.options(asked, PLACES)]


def test_every_path_ends_with_places_and_lines_or_in_silence():
    for answers in states(LEEDS):
        if flow.next_question(answers, LEEDS) is None and not flow.is_put_off(answers):
            found = matcher.find(LEEDS, flow.to_query(answers, PLACES, MONDAY_11))
            assert found.matches, flow.pack(answers)
            assert found.helplines, flow.pack(answers)


def test_every_state_survives_its_button():
    for answers in states(LEEDS):
        packed = flow.pack(answers)
        assert re.fullmatch(r"[A-Za-z0-9.-]{1,24}", packed)
        assert flow.unpack(packed, PLACES) == answers


def test_back_undoes_every_answer():
    for answers in states(LEEDS):
        if (asked := flow.next_question(answers, LEEDS)) is not None:
            for option in flow.options(asked, PLACES):
                assert flow.back(flow.answer(answers, asked, option.code)) == answers
    assert flow.back(START) == START


def test_danger_asks_first_whether_reading_is_safe():
    dangers = [choice.code for choice in questions.NEED_CHOICES if choice.danger]
    assert len(dangers) == 1
    answers = given(need=dangers[0])
    asked = flow.next_question(answers, LEEDS)
    assert asked is not None
    assert asked.slot is Slot.SAFE
    assert flow.is_sensitive(answers)


def test_not_now_ends_in_silence():
    answers = given(need="5", safe=SKIP)
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
    sensitive = [c.code for c in questions.NEED_CHOICES if flow.is_sensitive(given(need=c.code))]
    assert sensitive == ["5"]
    assert not flow.is_sensitive(START)


def test_only_what_changes_the_first_screen_is_asked():
    same = a_city([a_row("a", needs=["esol"]), a_row("b", needs=["esol"])])
    staged = a_city([a_row("a", needs=["esol"]), a_row("b", needs=["esol"], eligibility=["nrpf"])])
    placed = a_city(
        [
            a_row(f"{n}-{area.lower()}", needs=["esol"], area=area)
            for n in range(3)
            for area in ("Northend", "Southend")
        ]
    )
    womens = a_city([a_row("a", needs=["esol"]), a_row("b", needs=["esol"], gender="women")])
    aged = a_city([a_row("a", needs=["esol"], min_age=18), a_row("b", needs=["esol"])])
    english = given(need="6", detail="1")
    assert flow.next_question(english, same) is None
    assert _slot(english, staged) is Slot.STAGE
    assert _slot(english, placed) is Slot.PLACE
    assert flow.next_question(given(need="6", detail="1", place="north"), placed) is None
    assert flow.next_question(english, womens) is None  # for one answer in four: not enough
    assert _slot(english, aged) is None


def test_who_it_is_for_is_asked_where_it_decides():
    lines = [
        a_line_row("adults", needs=["sexual_violence"]),
        a_line_row("kids", needs=["child_protection"], description="For a child."),
    ]
    rows = [
        a_row("adults", needs=["sexual_violence"], min_age=18),
        a_row("families", needs=["sexual_violence", "maternity_children"], confidence="low"),
        a_row("young", needs=["sexual_violence", "young_people"], max_age=18, confidence="low"),
    ]
    safe = given(need="5", safe="1", detail="2")
    assert _slot(safe, a_city(rows, lines, ("adults",))) is Slot.WHO


def test_what_is_true_for_the_person_is_asked_only_of_who_asks_for_themselves():
    rows = [
        a_row("a-any", needs=["mental_health"]),
        a_row("b-women", needs=["mental_health", "women"], gender="women", confidence="high"),
        a_row("c-lgbtq", needs=["mental_health", "lgbtq"], confidence="high"),
        a_row("d-disabled", needs=["mental_health", "disability"]),
        a_row("e-young", needs=["mental_health"], max_age=25, confidence="high"),
        a_row("f-any", needs=["mental_health"]),
    ]
    city = a_city(rows)
    assert _slot(given(need="3", detail="2"), city) is Slot.PERSON
    assert _slot(given(need="3", detail="2", who="4"), city) is None


def _slot(answers, directory):
    asked = flow.next_question(answers, directory)
    return None if asked is None else asked.slot


def test_the_place_question_offers_the_packs_districts():
    asked = flow.next_question(given(need="2", detail="1", stage=SKIP), LEEDS)
    assert asked is not None and asked.is_place
    labels = [option.label for option in flow.options(asked, PLACES)]
    assert labels == ["Centre and north", "East", "South", "West", "Skip"]


def test_answers_become_a_query():
    answers = given(need="1", detail="1", stage="4", place="LS9-8")
    query = flow.to_query(answers, PLACES, MONDAY_11, "ar", Audience.WORKERS)
    assert query.needs == ("homelessness", "housing")
    assert query.stages == ("other_migrant", "nrpf", "student")
    assert query.place is not None and query.place.key == "LS9-8"
    assert (query.language, query.audience, query.at) == ("ar", Audience.WORKERS, MONDAY_11)


def test_skipping_asks_for_nothing():
    answers = given(need="1", detail=SKIP, stage=SKIP, place=SKIP)
    query = flow.to_query(answers, PLACES, MONDAY_11)
    assert query.needs == ("housing", "homelessness", "advice_general")
    assert (query.stages, query.place) == ((), None)


def test_nothing_is_searched_for_at_the_start():
    assert flow.to_query(START, PLACES, MONDAY_11).needs == ()


def test_pregnancy_looks_among_what_is_for_women_whoever_asks():
    queries = [
        flow.to_query(given(need="3", detail=code), PLACES, MONDAY_11) for code in ("3", "1")
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


def test_a_place_typed_again_takes_the_place_of_the_first():
    first, second = PLACES.find("LS9"), PLACES.find("LS11")
    assert first is not None and second is not None
    typed = flow.with_place(flow.with_place(given(need="2"), first), second)
    assert typed == given(need="2", place="LS11")


def test_setting_an_answer_aside_makes_it_not_sure():
    answers = given(need="2", stage="3", detail="1")
    assert flow.without(answers, Slot.STAGE) == given(need="2", stage=SKIP, detail="1")
    assert flow.without(answers, Slot.WHO) == answers


@pytest.mark.parametrize(
    ("answers", "slot", "label"),
    [
        (given(need="2", detail="1"), Slot.DETAIL, "Food, or no money at all"),
        (given(need="5", safe="1", detail="1", more="2"), Slot.MORE, "Someone forces me to marry"),
        (given(need="2", stage="3"), Slot.STAGE, "My asylum claim was refused"),
        (given(need="2", place="LS9-8"), Slot.PLACE, "LS9 8"),
        (given(need="2"), Slot.STAGE, None),
        (given(need="2", place=SKIP), Slot.PLACE, None),
        (flow.searched("debt"), Slot.NEED, None),
    ],
)
def test_what_was_pressed_can_be_named(answers, slot, label):
    assert flow.label(answers, slot, PLACES) == label


@pytest.mark.parametrize(
    ("answers", "counted"),
    [
        (START, ("", "", "")),
        (
            given(need="2", detail="2", stage="4", place="LS9-8"),
            ("money_benefits", "other_migrant", "LS9"),
        ),
        (given(need="2", stage=SKIP, place="east"), ("food", "", "east")),
        (given(place="LS9", need="1", stage="3"), ("housing", "refused_asylum_seeker", "LS9")),
        (flow.searched("fgm"), ("fgm", "", "")),
    ],
)
def test_what_is_counted_is_coarse(answers, counted):
    found = flow.main_need(answers), flow.stage_group(answers), flow.outcode(answers, PLACES)
    assert found == counted


@pytest.mark.parametrize(
    ("answers", "asks"),
    [
        (given(need="1", who="2"), {"groups": ("maternity_children",), "for_self": True}),
        (given(need="1", who="3"), {"ages": (0, 17), "for_self": False}),
        (given(need="1", who="4"), {"ages": None, "for_self": False}),
        (given(need="1", person="1"), {"gender": Gender.WOMEN}),
        (given(need="1", person="2"), {"groups": ("lgbtq",)}),
        (given(need="1", person="3"), {"ages": (11, 24)}),
        (given(need="1", who="2", person="4"), {"groups": ("maternity_children", "disability")}),
        (given(need="1", detail="1"), {"topic": "no_bed"}),
        (given(need="1", who="1", person=SKIP), {"groups": (), "ages": None, "for_self": True}),
    ],
)
def test_answers_about_the_person_become_a_query(answers, asks):
    query = flow.to_query(answers, PLACES, MONDAY_11)
    assert {name: getattr(query, name) for name in asks} == asks


@pytest.mark.parametrize(
    ("path", "needs", "line"),
    [
        pytest.param(
            {"detail": "1", "more": "1"},
            "domestic_abuse",
            "national-domestic-abuse-helpline",
            id="at home",
        ),
        pytest.param(
            {"detail": "1", "more": "2"},
            "domestic_abuse",
            "karma-nirvana",
            id="forced marriage",
        ),
        pytest.param({"detail": "1", "more": "3"}, "fgm", "nhs-111", id="cutting"),
        pytest.param(
            {"detail": "1", "more": "4"}, "young_people", "nspcc-helpline", id="a child in danger"
        ),
        pytest.param({"detail": "2"}, "sexual_violence", "rape-crisis-247", id="sexual violence"),
        pytest.param(
            {"detail": "3"},
            "trafficking_forced_labour",
            "salvation-army-modern-slavery",
            id="forced to work",
        ),
        pytest.param({"detail": "4"}, "hate_crime", "stop-hate-uk", id="attacked"),
    ],
)
def test_each_danger_has_a_whole_path(path, needs, line):
    """Safety first, then what it is, then who answers now and where to go."""
    answers, codes = given(need="5"), {"safe": "1", **path}
    while (asked := flow.next_question(answers, LEEDS)) is not None and asked.slot in codes:
        answers = flow.answer(answers, asked, codes[asked.slot.value])
    assert {each.slot.value: each.code for each in answers.given} == {"need": "5", **codes}
    found = matcher.find(LEEDS, flow.to_query(answers, PLACES, MONDAY_11))
    assert flow.main_need(answers) == needs
    assert found.helplines[0].id == line
    assert found.helplines[-1].id == "emergency-999"
    assert found.matches and not found.relaxed


def test_a_place_typed_between_two_answers_goes_back_in_order():
    place = PLACES.find("Harehills")
    assert place is not None
    asked = flow.next_question(START, LEEDS)
    assert asked is not None
    steps = [START, flow.answer(START, asked, "1")]
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
        pytest.param("K1", id="older version"),
        pytest.param("L9", id="unknown need"),
        pytest.param("Lz", id="unknown need of free text"),
        pytest.param("L1d9", id="unknown detail"),
        pytest.param("L1d1t9", id="unknown stage"),
        pytest.param("L1x1", id="unknown question"),
        pytest.param("L11", id="an answer without its question"),
        pytest.param("L1s1", id="safe where it is not asked"),
        pytest.param("L5d1", id="danger without the safety question"),
        pytest.param("L5s0d1", id="details after Not now"),
        pytest.param("L5s1t1", id="danger without what it is"),
        pytest.param("L5s1d1t1", id="danger without more of what it is"),
        pytest.param("L1d1m1", id="more where there is no more"),
        pytest.param("L6m1d2", id="more before its detail"),
        pytest.param("Ls1", id="safe before need"),
        pytest.param("L1d1t1w1p1", id="a fifth question"),
        pytest.param("L1d1d2", id="two answers to one question"),
        pytest.param("L1d1d1", id="one answer twice"),
        pytest.param("L12", id="two needs"),
        pytest.param("L1.", id="untidy end"),
        pytest.param("L1.LS9.", id="untidy end after a place"),
        pytest.param("L.XX9", id="unknown place"),
        pytest.param("L.LS9-8AA", id="a whole postcode"),
        pytest.param("L1LS9", id="a place that is not marked"),
        pytest.param("L1d1.LS9.LS9", id="two places"),
        pytest.param("L1d1 ", id="a space"),
        pytest.param("L١", id="a digit of another script"),
        pytest.param("L1d1\n", id="a new line"),
        pytest.param("L" * 64, id="too long"),
    ],
)
def test_forged_and_old_answers_are_stale(packed):
    with pytest.raises(StaleAnswers):
        flow.unpack(packed, PLACES)


@hypothesis.given(
    st.text(max_size=30)
    | st.from_regex(r"L[1-6A-g]?([sdmtwp][0-4]){0,4}(\.(LS9|LS9-8|east|-)){0,2}", fullmatch=True)
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


@hypothesis.given(
    before=st.deferred(lambda: st.sampled_from(sorted(states(LEEDS), key=flow.pack))),
    key=st.sampled_from(["LS9", "LS9-8", "SW1A", "centre-north"]),
)
def test_answers_with_any_place_survive_their_button(before, key):
    place = PLACES.by_key(key)
    assert place is not None
    after = flow.with_place(before, place)
    assert flow.unpack(flow.pack(after), PLACES) == after
    assert len(flow.pack(after)) <= flow.LONGEST


def _every_choice(choices):
    for choice in choices:
        yield choice
        yield from _every_choice(choice.details)


def _means(choice):
    return replace(choice, code="", label="", details=(), danger=False)


@pytest.mark.parametrize(
    "choices",
    [
        questions.STAGE_CHOICES,
        questions.WHO_CHOICES,
        questions.PERSON_CHOICES,
        *[each.details for each in _every_choice(questions.NEED_CHOICES) if each.details],
    ],
    ids=lambda choices: choices[0].label,
)
def test_every_answer_changes_what_is_searched(choices):
    """A question without a filter must not exist (guided-questions.md, rule 5)."""
    assert len({_means(choice) for choice in choices}) >= len(choices) - 1  # me: as not sure
    assert 2 <= len(choices) <= flow.MOST_OPTIONS
    assert SKIP in {choice.code for choice in choices}
    for choice in choices:
        assert set(choice.needs) <= set(NEEDS)
        assert set(choice.stages) <= set(STAGES)


def test_every_stage_has_its_button():
    offered = {s for stage in questions.STAGE_CHOICES for s in stage.stages}
    assert offered == set(STAGES)


BANNED = ("what happened", "abused", "illegal", "victim", "were you", "are you", "why did")


def test_no_label_judges_or_asks_for_the_story():
    """Situations to recognise, never a question about the past (guided-questions.md, rule 10)."""
    labels = [choice.label for choice in _every_choice(questions.NEED_CHOICES)]
    labels += [c.label for c in (*questions.WHO_CHOICES, *questions.PERSON_CHOICES)]
    texts = [questions.NEED_TEXT, questions.DETAIL_TEXT, questions.STAGE_TEXT]
    texts += [questions.WHO_TEXT, questions.PERSON_TEXT, questions.SAFE_TEXT]
    for words in (*labels, *texts):
        assert not [bad for bad in BANNED if bad in words.lower()]


def test_codes_are_one_character_and_unique():
    groups = [questions.NEED_CHOICES, questions.SAFE_CHOICES, questions.STAGE_CHOICES]
    groups += [questions.WHO_CHOICES, questions.PERSON_CHOICES]
    groups += [choice.details for choice in _every_choice(questions.NEED_CHOICES)]
    for choices in groups:
        codes = [choice.code for choice in choices]
        assert len(set(codes)) == len(codes)
        assert all(re.fullmatch("[0-9]", code) for code in codes)


def _meaning():
    """What old buttons stand on: codes and what they mean; wording may change freely."""
    groups = [
        questions.NEED_CHOICES,
        questions.SAFE_CHOICES,
        questions.STAGE_CHOICES,
        questions.WHO_CHOICES,
        questions.PERSON_CHOICES,
    ]
    meant = [(c.code, _means(c), c.danger) for group in groups for c in _every_choice(group)]
    return repr((meant, list(Slot)))


def test_the_version_letter_belongs_to_this_table():
    """Changed the meaning of an answer? Give `flow.VERSION` the next letter, then pin it here."""
    fingerprint = hashlib.sha256(_meaning().encode()).hexdigest()[:12]
    assert (flow.VERSION, fingerprint) == ("L", "8698b4cb2a89")
