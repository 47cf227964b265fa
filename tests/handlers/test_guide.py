"""The guide on the real pack: few questions, few buttons, no dead end, in every language."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import locales
from directory import flow, lines, matcher
from directory.model import Audience, Query
from directory.questions import SEARCHED
from handlers import guide_screens, guide_state, guide_walk, screens, voice_screens
from handlers.callbacks import Route, decode
from handlers.guide_state import View
from handlers.guide_walk import MOST_BUTTONS, walk
from handlers.screen_walk import Around, everyday
from people.model import Role
from tests.directory.rows import a_city, a_row, calls
from tests.packs import leeds_pack

AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
MOST_TEXT = 4_096  # UTF-16 units, Bot API
MOST_LABEL = 64  # characters that fit a button on a phone
PACK = leeds_pack()
LEEDS = PACK.directory
AROUND = Around(ZoneInfo(PACK.zone), PACK.rights, PACK.interests.topics, PACK.attribution)


def link(payload):
    assert len(payload) <= 64  # Bot API, deep linking
    assert all(c.isascii() and (c.isalnum() or c in "_-") for c in payload)
    return f"https://t.me/fingerpost_bot?start={payload}"


def view(language="en", audience=Audience.PUBLIC, directory=LEEDS):
    return View(locales.translator(language), directory, AT, link, audience)


def length(text):
    return len(text.encode("utf-16-le")) // 2


def check(screen, *, framed=True):
    """Assert what every screen must keep."""
    assert 0 < length(screen.text) <= MOST_TEXT
    buttons = [each for row in screen.rows for each in row]
    assert len(buttons) <= MOST_BUTTONS
    for each in buttons:
        assert 0 < len(each.text) <= MOST_LABEL
        assert each.data is not None
        assert len(each.data) <= 64
    if framed:
        assert Route.HELP_NOW in {decode(each.data).route for each in buttons}


@cache
def states(audience):
    """Return every state of the guide, walked once: no language changes them."""
    return guide_walk.states(LEEDS, AT, audience)


@pytest.mark.slow
@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("language", locales.supported())
def test_the_walk_finds_nothing_wrong(language, audience):
    here = view(language, audience)
    found = walk(here, states(audience), others=everyday(here, AROUND))
    assert found.states > 250
    assert found.longest_path <= 4
    assert found.max_buttons <= 8
    assert (found.dead_ends, found.missing_help_now, found.too_long) == (0, 0, 0)
    assert found.back_restores == 0
    assert found.keeps_the_rules


@pytest.mark.parametrize("language", locales.supported())
def test_every_screen_fits(language):
    here = view(language)
    seen, waiting = {flow.START}, [flow.START]
    while waiting:
        answers = waiting.pop()
        asked = flow.next_question(answers, here.directory)
        ends = asked is None and not flow.is_put_off(answers)
        found = guide_state.found(here, answers) if ends else None
        shown = guide_state.screen(here, answers, known=found)
        check(shown)
        for page in (1, 2) if ends else ():
            check(guide_state.screen(here, answers, page=page, known=found))
        for row in shown.rows:
            for each in row:
                press = decode(each.data)
                if press.route is Route.GUIDE:
                    after = guide_state.unpack(press.arg(0), here.directory)
                    if after not in seen:
                        seen.add(after)
                        waiting.append(after)
    assert len(seen) > 250


@pytest.mark.parametrize("language", locales.supported())
def test_the_other_screens_fit(language):
    t = locales.translator(language)
    for screen in (
        screens.promise(t, "", "Leeds"),
        screens.stale(t, ""),
        screens.offer_start(t, "Anything"),
        screens.choose_language(t, locales.supported(), "", 0),
        guide_screens.help_now(t, LEEDS.helplines, packed=""),
        screens.told(t, "Anything"),
        screens.privacy(t, "help@example.org"),
        screens.apology(t),
        screens.ask_forget(t),
        screens.help_commands(t, leeds_pack().attribution, Role.COORDINATOR),
        screens.who_am_i(t, 2**52, Role.COORDINATOR),
        *screens.my_data(t, {f"people.{n}": "long " * 60 for n in range(20)}),
    ):
        check(screen)
    for screen in (
        guide_screens.ask_place(t, link("g_K1"), link("n_K1")),
        voice_screens.ask_tip(t, link("t_K1"), link("n_K1")),
    ):
        check(screen, framed=False)
        assert f'{link("n_K1")}">{t.gettext("🆘 Help now")}</a>' in screen.text


def test_a_walk_notices_what_is_wrong():
    """A directory without anything to show is a dead end, and the walk says so."""
    empty = leeds_pack().directory_of([], [])
    found = walk(view(directory=empty))
    assert found.dead_ends > 0
    assert not found.keeps_the_rules
    crowded = guide_walk.Walked(1, 4, 0, 9, 0, 0)
    assert not crowded.keeps_the_rules
    assert not guide_walk.Walked(1, 5, 0, 8, 0, 0).keeps_the_rules
    assert not guide_walk.Walked(1, 4, 0, 8, 1, 0).keeps_the_rules
    assert not guide_walk.Walked(1, 4, 0, 8, 0, 1).keeps_the_rules
    assert not guide_walk.Walked(1, 4, 0, 8, 0, 0, 1).keeps_the_rules


@pytest.mark.parametrize(
    ("wrong", "counts"),
    [
        (screens.notice("No button"), (8, 1, 0)),
        (screens.Screen("Write a place", placeholder="LS9"), (8, 1, 0)),
        (screens.told(locales.translator("en"), "long " * 1_000), (8, 0, 1)),
        (
            screens.framed(
                locales.translator("en"),
                "Many",
                tuple((screens.button("A", Route.GUIDE, ""),) for _ in range(7)),
                packed="",
                back=None,
            ),
            (9, 0, 0),
        ),
        (guide_screens.ask_place(locales.translator("en"), link("g_"), link("n_")), (8, 0, 0)),
    ],
    ids=["no button", "prompt", "too long", "too many", "prompt with link"],
)
def test_a_walk_counts_screens_beside_the_guide_too(wrong, counts):
    found = walk(view(directory=a_city(NOTHING)), others=[wrong])
    assert (found.max_buttons, found.missing_help_now, found.too_long) == counts
    assert found.keeps_the_rules == (counts == (8, 0, 0))


def test_every_kind_of_screen_beside_the_guide_is_looked_at():
    shown = "\n".join(each.text for each in everyday(view(), AROUND))
    for words in (
        "Write a postcode",
        "find help",
        "What I keep about you",
        "Delete all that I keep",
        "Write one message",
        "Know your rights",
        "Did this help you?",
        "Please call now.",
        "Please talk to a person about this today.",
        "You get the weekly digest.",
        LEEDS.services[0].name,
    ):
        assert words in shown


NOTHING = [
    a_row("esol", needs=["esol"], eligibility=["refugee"]),
    a_row("advice", needs=["advice_general"], eligibility=["anyone"]),
]


def test_where_nothing_fits_the_answer_that_left_nothing_can_be_set_aside_with_one_tap():
    here = view(directory=a_city(NOTHING))
    shown = guide_state.screen(here, flow.given(need="6", detail="1", stage="3"))
    check(shown)
    assert "Nothing fits all your answers" in shown.text
    assert "No place fits your answer “My asylum claim was refused”." in shown.text
    assert "You can call:" in shown.text
    (press,) = [
        decode(each.data)
        for row in shown.rows
        for each in row
        if each.text == "Look without this answer"
    ]
    after = guide_state.unpack(press.arg(0), here.directory)
    assert after == flow.given(need="6", detail="1", stage="0")
    again = guide_state.screen(here, after, page=press.number(1))
    assert "These can help you:" in again.text
    assert "Look without this answer" not in [b.text for row in again.rows for b in row]


def test_a_card_costs_the_same_in_a_large_city_and_is_as_in_the_list():
    answers, cost = flow.given(need="2", detail="1", place="LS9-8"), []
    for size in (4, 300):
        here = view(directory=a_city([a_row(f"s{n:03}") for n in range(size)]))
        listed = guide_state.found(here, answers).matches[1]
        for look in (
            lambda here=here: guide_state.chosen(here, answers, "s001"),
            lambda here=here: guide_state.alone(here, "s001"),
        ):
            found = look()
            assert found is not None
            assert found.service.id == "s001"
            cost.append(calls(look))
        assert guide_state.chosen(here, answers, "s001") == listed
    assert cost[:2] == cost[2:]


def test_a_card_is_never_of_a_service_that_the_reader_may_not_see():
    rows = [a_row("a", audience="workers"), a_row("b", status="closed")]
    public, worker = (view(audience=each, directory=a_city(rows)) for each in Audience)
    assert guide_state.alone(public, "a") is None
    assert guide_state.alone(worker, "a") is not None
    assert guide_state.alone(worker, "b") is None
    assert guide_state.alone(worker, "c") is None


def test_a_button_asks_the_same_at_any_hour():
    answers = flow.given(need="2", detail="1")
    asked = {
        # a directory of its own: one remembers what it asked
        guide_state.screen(
            replace(view(directory=replace(LEEDS)), at=AT.replace(hour=hour)), answers
        )
        for hour in range(0, 24, 4)
    }
    assert len(asked) == 1


def test_where_no_answer_alone_left_nothing_none_is_named():
    city = a_city([a_row("esol", needs=["esol"], eligibility=["refugee"], min_age=18)])
    shown = guide_state.screen(
        view(directory=city), flow.given(need="6", detail="1", stage="3", who="3")
    )
    assert "You can call:" in shown.text
    assert "No place fits your answer" not in shown.text


def test_in_danger_whom_to_call_comes_before_the_places():
    shown = guide_state.screen(view(), flow.given(need="5", safe="1", detail="1", more="1"))
    assert shown.text.index("You can call:") < shown.text.index("These can help you:")
    assert "999" in shown.text
    hungry = guide_state.screen(view(), flow.given(need="2", detail="1"), page=0)
    assert hungry.text.index("You can call:") > hungry.text.index("These can help you:")


def test_in_danger_the_emergency_line_is_the_first_to_call():
    found = matcher.find(LEEDS, Query(("domestic_abuse",), AT))
    assert found.helplines[-1].id == "emergency-999"
    here = guide_screens.Here("", sensitive=True)
    shown = guide_screens.results(locales.translator("en"), found, here, 0).text
    first, second = [line for line in shown.split("\n") if line.startswith("📞 ")][:2]
    assert "999" in first
    assert found.helplines[0].name in second


@pytest.mark.parametrize(("hour", "told"), [(11, False), (23, True)])
def test_a_closed_place_shows_its_number_for_the_night(hour, told):
    phones = [
        {"number": "+441132224412", "label": "Daytime"},
        {"number": "+441133788366", "label": "Out of hours"},
    ]
    row = a_row("h", needs=["homelessness"], opening_hours="Mo-Fr 09:30-17:00", phone=phones)
    found = matcher.find(a_city([row], []), Query(("homelessness",), AT.replace(hour=hour)))
    shown = guide_screens.results(locales.translator("en"), found, guide_screens.Here(""), 0).text
    assert ("0113 378 8366" in shown) is told
    assert "0113 222 4412" not in shown
    assert "You can call them." in shown


def test_results_at_once_need_a_need_and_the_safety_question():
    for answers in (flow.START, flow.given(need="5"), flow.given(need="5", safe="0")):
        shown = guide_state.screen(view(), answers, page=0)
        assert "These can help you:" not in shown.text


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (timedelta(minutes=5), "This is what I knew a short time ago."),
        (timedelta(hours=1), "This is what I knew 1 hour ago."),
        (timedelta(hours=30), "This is what I knew 30 hours ago."),
    ],
)
def test_a_copy_says_how_old_it_is(age, told):
    here = replace(view(), copy_of=AT - age)
    shown = guide_state.screen(here, flow.given(need="2", detail="1"), page=0)
    assert f"I cannot reach my records now. {told}" in shown.text
    assert "These can help you:" in shown.text
    assert "I cannot reach" not in guide_state.screen(view(), flow.given(need="2"), page=0).text


def test_help_now_has_a_number_for_every_crisis():
    shown = guide_screens.help_now(locales.translator("en"), LEEDS.helplines, packed="")
    assert "999" in shown.text
    assert shown.text.count("📞 ") == 7


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(0, 7), min_size=20, max_size=40),
    st.sampled_from(locales.supported()),
    st.sampled_from(Audience),
)
def test_random_taps_never_get_lost(taps, language, audience):
    """Thousands of taps in all: every button leads on, and Back never raises."""
    here, packed = view(language, audience), ""
    for tap in taps:
        answers = guide_state.unpack(packed, here.directory)
        shown = guide_state.screen(here, answers)
        check(shown)
        ways = [each.data for row in shown.rows for each in row]
        press = decode(ways[tap % len(ways)])
        if press.route is Route.GUIDE:
            packed = press.arg(0)
        elif press.route is Route.HELP_NOW:
            again = guide_screens.help_now(here.t, LEEDS.helplines, packed=press.arg(0))
            check(again)
            packed = press.arg(0)
        elif press.route is Route.RESULTS:
            check(guide_state.screen(here, answers, page=press.number(1)))


@cache
def looked_at(answers):
    """Return what is asked after *answers*; what only they decide is checked the first time."""
    packed = flow.pack(answers)
    assert len(packed) <= flow.LONGEST
    assert flow.unpack(packed, LEEDS.gazetteer) == answers
    asked = flow.next_question(answers, LEEDS)
    if asked is None:
        query = flow.to_query(answers, LEEDS.gazetteer, AT)
        assert flow.is_put_off(answers) or lines.choose(LEEDS, query)
    else:
        assert len(answers.given) < flow.MOST_QUESTIONS
    return asked


@pytest.mark.slow
def test_a_hundred_thousand_random_taps_lead_on_and_back():
    """Taps, typed places, words that name a need, Back and answers set aside; no screen made."""
    chance = random.Random(20_261_122)
    places = [LEEDS.gazetteer.by_key(f"LS{n}-{d}") for n in range(1, 20) for d in range(10)]
    typed = chance.sample([place for place in places if place is not None], 12)
    answers, met = flow.START, set()
    for _ in range(100_000):
        asked, tap = looked_at(answers), chance.random()
        if tap < 0.03:
            after = flow.with_place(answers, chance.choice(typed))
        elif tap < 0.05:
            after = flow.searched(chance.choice(SEARCHED))
        elif tap < 0.2 and answers != flow.START:
            after = flow.back(answers)
            assert after.given == answers.given[:-1]
        elif asked is None:
            slot = flow.removed_by(answers, LEEDS) if answers not in met else None
            after = flow.START if slot is None else flow.without(answers, slot)
        else:
            option = chance.choice(flow.options(asked, LEEDS.gazetteer))
            after = flow.answer(answers, asked, option.code)
            assert flow.back(after) == answers
        met.add(answers)
        answers = after
    assert len(met) > 2_000


@settings(max_examples=300, deadline=None)
@example("L.-")  # a place before any need: nine buttons, with a way back to nothing
@given(st.text(alphabet="L0123456789.-LSsdtwpmé ", max_size=30))
def test_forged_answers_are_stale_or_shown(packed):
    here = view()
    try:
        answers = guide_state.unpack(packed, here.directory)
    except flow.StaleAnswers:
        return
    check(guide_state.screen(here, answers))


@given(st.text(alphabet="L0123456789.-LSab", max_size=24))
def test_answers_survive_a_link(packed):
    payload = guide_state.payload(screens.ANSWERS_PREFIX, packed)
    assert guide_state.packed_in(payload, screens.ANSWERS_PREFIX) == packed
