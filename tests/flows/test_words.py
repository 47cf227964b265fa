"""What people write in their own words: danger first, then stop, commands, needs and places."""

import logging
import re

import pytest
from telegram import Update

import locales
from directory.lexicon import lexicon
from handlers.callbacks import Route
from people.model import Role
from tests.builders import a_message
from tests.flows.stage import APOLOGY, NEWCOMER, PARTNER

CALL = "Please call now. A person answers there."


def routes(shown):
    return [button.data.split(":")[1] for button in shown.buttons if button.data]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("i want to die", "116 123", id="suicide"),
        pytest.param("my husband beats me and I need food LS9", "0808 200 0247", id="and a need"),
        pytest.param("زوجي بيضربني", "0808 200 0247", id="Arabic"),
        pytest.param("jozi bydrbni", "0808 200 0247", id="Arabic in Latin letters"),
        pytest.param("my boss took my passport and I work as a slave", "0800 012 1700", id="work"),
        pytest.param("they force me to marry my cousin", "0800 599 9247", id="marriage"),
        pytest.param("a man touched my daughter", "0808 800 5000", id="child"),
        pytest.param("she is not breathing", "111", id="emergency"),
    ],
)
async def test_danger_goes_to_people_first(small, text, line):
    shown = await small.says(NEWCOMER, text)
    assert CALL in shown.text
    assert "999" in shown.text and line in shown.text
    assert shown.text.index("999") < shown.text.rindex(line)
    assert "Interpreter, please" in shown.text
    assert Route.HELP_NOW.value in routes(shown)


async def test_the_places_behind_a_crisis_ask_first_if_reading_is_safe(small):
    await small.says(NEWCOMER, "my husband beats me")
    shown = await small.presses(NEWCOMER, "Places that can help")
    assert "Is it safe for you to read about this now?" in shown.text


@pytest.mark.parametrize("language", [c for c in locales.supported() if c != "en"])
async def test_an_unchecked_translation_of_danger_has_its_english_below(small, language):
    await small.knows(NEWCOMER, language=language)
    shown = await small.says(NEWCOMER, "suicide")
    assert CALL in shown.text


@pytest.mark.parametrize("text", ["stop", "STOP!!", "exit", "cancel", "koniec", "توقف", "basta"])
async def test_a_stop_word_ends_the_flow_at_once(small, text):
    await small.says(NEWCOMER, "I need a lawyer")
    shown = await small.says(NEWCOMER, text)
    assert "You can come back at any time" in shown.text
    assert shown.data("Start again")
    assert Route.HELP_NOW.value in routes(shown)
    assert not re.search("violen|abuse|danger|police", shown.text, re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("help", "find help", id="help"),
        pytest.param("pomoc", "find help", id="help in Polish"),
        pytest.param("język", "Choose your language", id="language in Polish"),
        pytest.param("مساعدة", "find help", id="help in Arabic"),
        pytest.param("delete my data", "Delete all that I keep about you?", id="forget"),
        pytest.param("my data", "I keep", id="mydata"),
        pytest.param("privacy", "What I keep about you", id="privacy"),
    ],
)
async def test_the_words_of_a_command_do_what_it_does(small, text, expected):
    await small.knows(NEWCOMER)
    assert expected in (await small.says(NEWCOMER, text)).text


async def test_a_need_in_a_sentence_leads_into_the_guide(small):
    shown = await small.says(NEWCOMER, "hello I am looking for a solicitor please")
    assert "What do you need?" not in shown.text
    assert APOLOGY not in shown.text


async def test_need_and_place_in_one_sentence(small):
    shown = await small.says(NEWCOMER, "food LS9")
    assert "Near LS9" in shown.text


async def test_other_needs_of_the_same_text_are_one_tap_away(small):
    shown = await small.says(NEWCOMER, "I need food and clothes and a bus pass")
    assert len(shown.buttons) <= 8
    assert "They give food." not in shown.text
    ways = [*shown.labels, *re.findall(r'start=g_\w+">([^<]+)</a>', shown.text)]
    assert any("clothes" in way for way in ways) and any("transport" in way for way in ways)


async def test_a_place_goes_on_with_what_the_message_was_about_not_with_its_links(small):
    shown = await small.says(NEWCOMER, "I need food and clothes and a bus pass")
    entities = [
        {"type": "text_link", "offset": 0, "length": 1, "url": url}
        for url in re.findall(r'href="([^"]+)"', shown.text)
    ]
    markup = small.api.of("sendMessage")[-1]["reply_markup"]
    asked = a_message(
        NEWCOMER, message_id=500, text="Which?", entities=entities, reply_markup=markup
    )
    answer = await small.says(NEWCOMER, "Harehills", reply_to=asked)
    state = shown.data("Help now").split(":")[2]
    assert answer.data("Help now").split(":")[2].startswith(state)


async def test_a_need_about_danger_asks_first_if_reading_is_safe(small):
    shown = await small.says(NEWCOMER, "lesbian")
    assert "Is it safe for you to read about this now?" in shown.text


@pytest.mark.parametrize(
    "text",
    [
        "the letter says I have 5 days to appeal",
        "the bailiffs come tomorrow",
        "no heating in the house for days and I have a baby",
        "I am 16 and I am here without parents, they say I am an adult",
        "عندي 3 ايام اترك البيت",
    ],
)
async def test_what_cannot_wait_goes_to_a_named_person(small, text):
    shown = await small.says(NEWCOMER, text)
    assert "Please talk to a person about this today." in shown.text or CALL in shown.text
    assert "📞" in shown.text
    assert "qualify" not in shown.text


async def test_a_place_keeps_the_answers_of_the_question_it_replies_to(small):
    await small.says(NEWCOMER, "I need food")
    markup = small.api.of("sendMessage")[-1]["reply_markup"]
    asked = a_message(NEWCOMER, message_id=500, text="Where?", reply_markup=markup)
    shown = await small.says(NEWCOMER, "Harehills", reply_to=asked)
    assert "Near Harehills" in shown.text
    assert "What do you need?" not in shown.text


async def test_whoever_is_not_understood_can_always_talk_to_a_person(small):
    for _ in range(3):
        shown = await small.says(NEWCOMER, "qqq xyzzy")
        assert "I did not understand" in shown.text
        assert "0808 801 0503" in shown.text, "a line for everybody, at the first failure"
        assert "What do you need?" in shown.text


async def test_a_service_can_be_asked_for_by_name(small):
    shown = await small.says(NEWCOMER, "PAFRAS")
    assert "Do you mean one of these?" in shown.text
    opened = await small.forges(NEWCOMER, shown.buttons[0].data)
    assert APOLOGY not in opened.text
    assert "PAFRAS" in opened.text or "Positive Action" in opened.text


async def test_a_partners_words_go_the_same_way(small):
    await small.knows(PARTNER, Role.PARTNER)
    assert CALL in (await small.says(PARTNER, "he will kill me")).text


async def test_a_picture_with_words_of_danger_is_heard(small):
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    payload = a_message(NEWCOMER, photo=photo, caption="my husband beats me")
    update = Update.de_json({"update_id": 1, "message": payload}, small.application.bot)
    await small.application.process_update(update)
    assert CALL in small.last(NEWCOMER).text


async def test_nothing_of_the_words_is_kept(small, caplog):
    caplog.set_level(logging.DEBUG)
    texts = ["my husband Marker-One beats me", "food Marker-Two", "Marker-Three", "stop"]
    for text in texts:
        await small.says(NEWCOMER, text)
    kept = small.said() + caplog.text + repr(await small.rows())
    assert not re.search("marker", kept, re.IGNORECASE)


@pytest.mark.parametrize(
    "text", ["/help my husband beats me", "/start i want to die", "/hlep he will kill me"]
)
async def test_danger_behind_a_command_is_heard(small, text):
    assert CALL in (await small.says(NEWCOMER, text)).text


async def test_a_changed_message_is_heard_only_in_danger(small):
    for number, text in enumerate(("I need food", "my husband beats me")):
        payload = a_message(NEWCOMER, text=text, edit_date=1_780_000_000)
        update = Update.de_json(
            {"update_id": number, "edited_message": payload}, small.application.bot
        )
        before = len(small.api.of("sendMessage"))
        await small.application.process_update(update)
        assert len(small.api.of("sendMessage")) == before + number
    assert CALL in small.last(NEWCOMER).text


async def test_a_number_that_says_nothing_is_not_kept_and_the_answer_says_so(small):
    shown = await small.says(NEWCOMER, "qqq 07700 900123")
    assert "I did not keep what you sent." in shown.text


async def test_the_home_office_is_no_home(small):
    assert lexicon().needs("my home office ref is M1234567", "en")[0] == "legal_immigration"
