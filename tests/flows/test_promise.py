"""Before the first question: the promise, however somebody began. Help now under everything."""

import re

import pytest

import locales
from directory import flow
from handlers import guide_state, promise, screens
from handlers.callbacks import Route
from tests.builders import a_message
from tests.flows.stage import APOLOGY, NEWCOMER, OTHER, STALE, Stage

FOOD = flow.pack(flow.given(need="2"))
PROMISE = (
    "I do not ask your name.",
    "I send nothing to the Home Office or the police.",
    "Telegram can see this chat",
    "not legal advice.",
)


def promised(shown) -> bool:
    return all(line in shown.text for line in PROMISE)


def routes(shown):
    return [button.data.split(":")[1] for button in shown.buttons if button.data]


async def by_text(stage: Stage):
    return await stage.says(NEWCOMER, "food")


async def by_a_place(stage: Stage):
    return await stage.says(NEWCOMER, "LS9")


async def by_location(stage: Stage):
    return await stage.shares(NEWCOMER, 53.8090, -1.5100)


async def by_an_old_button(stage: Stage):
    return await stage.forges(NEWCOMER, "1:g:")


async def by_a_result_button(stage: Stage):
    shown = await stage.says(OTHER, "lawyer")
    return await stage.forges(NEWCOMER, f"1:r:{shown.data('Help now').split(':')[2]}:0")


async def by_a_link(stage: Stage):
    return await stage.says(NEWCOMER, f"/start {guide_state.payload('g_', FOOD)}")


async def by_a_link_to_a_question_in_writing(stage: Stage):
    return await stage.says(NEWCOMER, "/start p_")


async def by_the_name_of_a_service(stage: Stage):
    return await stage.says(NEWCOMER, "PAFRAS")


async def by_a_card(stage: Stage):
    named = await stage.says(OTHER, "PAFRAS")
    data = named.buttons[0].data
    assert data is not None
    return await stage.forges(NEWCOMER, data)


async def by_nonsense(stage: Stage):
    return await stage.says(NEWCOMER, "qqq xyzzy")


WAYS = [
    by_text,
    by_a_place,
    by_location,
    by_an_old_button,
    by_a_result_button,
    by_a_link,
    by_a_link_to_a_question_in_writing,
    by_the_name_of_a_service,
    by_a_card,
    by_nonsense,
]


@pytest.mark.parametrize("begin", WAYS, ids=[way.__name__.replace("_", " ") for way in WAYS])
async def test_the_promise_is_seen_before_the_first_question(small, begin):
    shown = await begin(small)
    assert STALE not in shown.text
    assert promised(shown)
    assert APOLOGY not in shown.text
    if shown.buttons:
        assert Route.LANGUAGES.value in routes(shown)
    again = await begin(small)
    assert not promised(again), "once a day is enough"
    rows = await small.rows()
    rows.pop("service_outcomes", None)  # that a card was opened, by nobody
    assert rows == {}


@pytest.mark.parametrize("language", locales.supported())
async def test_the_promise_is_in_telegrams_language(small, language):
    t = locales.translator(language)
    shown = await small.says(NEWCOMER, "/start g_", language_code=language)
    assert t.gettext("I do not ask your name.") in shown.text
    assert t.gettext("What do you need?") in shown.text


async def test_the_promise_does_not_come_back_with_the_next_taps(small):
    await small.says(NEWCOMER, "food")
    shown = await small.presses(NEWCOMER, "Help now")
    assert not promised(shown)
    assert not promised(await small.presses(NEWCOMER, "‹ Back"))


async def test_whoever_chose_a_language_has_seen_it(small):
    await small.knows(NEWCOMER)
    assert not promised(await small.says(NEWCOMER, "food"))


async def test_a_language_chosen_from_an_old_button_leads_through_the_promise_to_the_answers(small):
    shown = await small.says(OTHER, "food")
    state = shown.data("Help now").split(":")[2]
    assert state
    shown = await small.forges(NEWCOMER, f"1:a:en:{state}")
    assert promised(shown)
    assert shown.data("Start") == f"1:g:{state}"
    assert not promised(await small.presses(NEWCOMER, "Start"))


async def test_a_language_chosen_after_the_promise_goes_on_at_once(small):
    shown = await small.says(NEWCOMER, "food")
    state = shown.data("Help now").split(":")[2]
    after = await small.forges(NEWCOMER, f"1:a:en:{state}")
    assert not promised(after)
    assert after.data("Help now").split(":")[2] == state


async def test_words_of_danger_get_people_to_call_and_nothing_above_them(small):
    shown = await small.says(NEWCOMER, "my husband beats me")
    assert "Please call now." in shown.text
    assert not promised(shown)
    assert promised(await small.presses(NEWCOMER, "Places that can help"))


def test_a_screen_too_long_for_both_waits_behind_the_promise():
    t = locales.translator("en")
    fits = screens.framed(t, "What?", (), packed=FOOD, back=None)
    assert "What?" in promise.first(t, "Leeds", fits).text
    long = screens.framed(t, "What? " * 700, (), packed=FOOD, back=None)
    shown = promise.first(t, "Leeds", long)
    assert "What?" not in shown.text and "I do not ask your name." in shown.text
    assert shown.rows[0][0] == screens.button("Start", Route.GUIDE, FOOD)


COMMANDS = [
    "/help",
    "/language",
    "/subscribe",
    "/unsubscribe",
    "/alerts",
    "/rights",
    "/privacy",
    "/mydata",
    "/forget",
    "/clear",
    "/stop",
    "/whoami",
    "/nonsense",
    "/digest",
    "/start",
]


@pytest.mark.parametrize("command", COMMANDS)
async def test_every_answer_has_help_now(small, command):
    shown = await small.says(NEWCOMER, command)
    assert Route.HELP_NOW.value in routes(shown)
    assert len(shown.buttons) <= 8
    numbers = await small.presses(NEWCOMER, "Help now")
    assert "999" in numbers.text


async def test_the_end_of_forget_has_help_now(small):
    await small.knows(NEWCOMER)
    await small.says(NEWCOMER, "/forget")
    shown = await small.presses(NEWCOMER, "Yes, delete it")
    assert "I keep nothing about you now" in shown.text
    assert Route.HELP_NOW.value in routes(shown)


@pytest.mark.parametrize(
    "way", ["/tell", f"/start {guide_state.payload('p_', FOOD)}"], ids=["tell", "place"]
)
async def test_a_question_in_writing_has_a_link_to_help_now(small, way):
    asked = await small.says(NEWCOMER, way)
    assert small.api.of("sendMessage")[-1]["reply_markup"]["force_reply"] is True
    payload = re.search(r'start=(n_\w*)">🆘 Help now</a>', asked.text)
    assert payload, asked.text
    shown = await small.says(NEWCOMER, f"/start {payload[1]}")
    assert "999" in shown.text
    assert shown.data("‹ Back").startswith("1:g:")


@pytest.mark.parametrize("payload", ["n_", "n_garbage", "n_" + "x" * 62])
async def test_a_forged_link_to_help_now_shows_the_numbers(small, payload):
    assert "999" in (await small.says(NEWCOMER, f"/start {payload}")).text


async def test_a_place_after_the_link_to_help_now_still_answers_the_question(small):
    shown = await small.says(NEWCOMER, f"/start {guide_state.payload('p_', FOOD)}")
    urls = re.findall(r'href="([^"]+)"', shown.text)
    entities = [{"type": "text_link", "offset": 0, "length": 1, "url": url} for url in urls]
    asked = a_message(NEWCOMER, message_id=900, text="Write", entities=entities)
    answer = await small.says(NEWCOMER, "LS9", reply_to=asked)
    assert answer.data("Help now").split(":")[2].startswith(FOOD)


async def test_help_now_under_a_message_of_ours_leaves_it_there(small):
    await small.forges(NEWCOMER, "1:Z")
    assert "999" in small.last(NEWCOMER).text
    assert small.api.of("editMessageText") == []
