"""Newcomers: from /start to a card, by buttons, postcodes and places; nothing of them is kept."""

import itertools
import logging
import re

import pytest
from telegram import Update

import locales
from handlers.screens import INVITE_PREFIX
from tests.builders import a_message
from tests.flows.stage import APOLOGY, NEWCOMER, STALE, Stage, assemble
from tests.packs import leeds_pack

POSTCODE = "LS9 8AA"
HAREHILLS = (53.8090, -1.5100)


def words(language: str):
    return locales.translator(language).gettext


async def to_need(stage: Stage, language: str = "en", who: int = NEWCOMER):
    await stage.says(who, "/start", language_code=language)
    await stage.presses(who, locales.native_name(language), language_code=language)
    return await stage.presses(who, words(language)("Start"), language_code=language)


async def to_place(stage: Stage, language: str = "en", who: int = NEWCOMER):
    """Answer up to the question about the place."""
    say = words(language)
    await to_need(stage, language, who)
    shown = await stage.presses(who, say("Money, food or things"))
    labels = [say("Food, or no money at all"), say("I wait for an asylum answer")]
    while say("I can show what is near you. I do not keep your postcode.") not in shown.text:
        shown = await stage.presses(who, next(each for each in shown.labels if each in labels))
    return shown


async def to_results(stage: Stage, shown, language: str = "en", who: int = NEWCOMER):
    """Answer "not sure" to every question that is left."""
    say = words(language)
    unsure = {say("Skip"), say("Not sure"), say("None of these, or not sure")}
    while left := [each for each in shown.labels if each in unsure]:
        shown = await stage.presses(who, left[0])
    return shown


def link(text: str, prefix: str) -> str:
    """Return the payload of the deep link in *text*."""
    found = re.search(rf"\?start=({prefix}[A-Za-z0-9_-]+)", text)
    assert found, text
    return found[1]


def prompt(text: str) -> dict[str, object]:
    """Return the bot's message as Telegram sends it along with a reply: links as entities."""
    href = re.search(r'href="([^"]+)"', text)
    assert href
    entity = {"type": "text_link", "offset": 0, "length": 4, "url": href[1]}
    return a_message(NEWCOMER, message_id=900, text="Write a postcode", entities=[entity])


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_from_the_first_tap_to_a_card(stage, language):
    say = words(language)
    shown = await to_place(stage, language)
    assert say("I can show what is near you. I do not keep your postcode.") in shown.text
    shown = await to_results(stage, shown, language)
    assert say("These can help you:") in shown.text
    assert shown.text.count("•") >= 3, "a reason under each place"
    assert shown.data("1. ") and shown.data("3. ")
    shown = await stage.presses(NEWCOMER, "1. ")
    assert "<b>" in shown.text
    assert say("Start again") in shown.labels
    assert any(say("🆘 Help now") == label for label in shown.labels)
    assert ("\u2068" in shown.text) == (language == "ar"), "names isolated where it matters"
    assert APOLOGY not in stage.said()


async def test_every_screen_on_the_way_edits_the_same_message(small):
    await to_results(small, await to_place(small))
    assert len(small.api.of("sendMessage")) == 1
    assert {call["message_id"] for call in small.api.of("editMessageText")} == {500}
    assert len(small.api.of("answerCallbackQuery")) == len(small.api.of("editMessageText"))


async def test_back_takes_one_answer_back(small):
    before = await to_need(small)
    await small.presses(NEWCOMER, "A place to live")
    again = await small.presses(NEWCOMER, "‹ Back")
    assert again == before


async def test_a_person_leaves_no_row_until_they_choose_a_language(small):
    await small.says(NEWCOMER, "/start")
    shown = small.last(NEWCOMER)
    await small.presses(NEWCOMER, "Help now")
    await small.presses(NEWCOMER, "‹ Back")
    await small.says(NEWCOMER, "LS9")
    await small.shares(NEWCOMER, *HAREHILLS)
    for command in ("/help", "/privacy", "/mydata", "/language", "/whoami", "/cancel", "/start"):
        await small.says(NEWCOMER, command)
    assert await small.rows() == {}
    await small.forges(NEWCOMER, shown.data("English"))
    assert list(await small.rows()) == ["people"]


async def test_answers_are_in_no_row(small):
    await to_results(small, await to_place(small))
    await small.presses(NEWCOMER, "1. ")
    rows = await small.rows()
    ((person_id, *rest),) = rows.pop("people")
    assert person_id == NEWCOMER
    assert rest[:4] == ["en", "newcomer", None, None]
    # that the card of a service was opened, in a week: by nobody, for no need
    ((week, service_id, outcome, count),) = rows.pop("service_outcomes")
    assert (week, outcome, count) == ("2026-W47", "shown", 1)
    assert service_id in {each.id for each in leeds_pack().services}
    assert rows == {}


@pytest.mark.parametrize("by_link", [True, False], ids=["reply to the question", "no reply"])
async def test_a_typed_postcode(small, caplog, by_link):
    caplog.set_level(logging.DEBUG)
    shown = await to_place(small)
    reply_to = None
    if by_link:
        asked = await small.says(NEWCOMER, f"/start {link(shown.text, 'p_')}")
        assert "Write a postcode" in asked.text
        assert small.api.of("sendMessage")[-1]["reply_markup"]["force_reply"] is True
        reply_to = prompt(asked.text)
    shown = await small.says(NEWCOMER, POSTCODE, reply_to=reply_to)
    assert "Near LS9 8" in shown.text
    assert ("What do you need?" not in shown.text) == by_link, "a reply keeps the answers"
    if by_link:
        await to_results(small, shown)
    await small.presses(NEWCOMER, "1. " if by_link else "A place to live")
    rows = repr(await small.rows())
    for place in (small.said(), rows, caplog.text):
        assert not re.search(r"LS9[\s_+-]*8AA", place, re.IGNORECASE)
        assert "8AA" not in place


async def test_a_place_is_taken_from_a_reply_to_a_question_itself(small):
    shown = await to_place(small)
    markup = small.api.of("editMessageText")[-1]["reply_markup"]
    asked = a_message(NEWCOMER, message_id=500, text="Where?", reply_markup=markup)
    shown = await small.says(NEWCOMER, "Harehills", reply_to=asked)
    assert "Near" in shown.text
    assert "These can help you:" in (await to_results(small, shown)).text


@pytest.mark.parametrize("reply", [True, False], ids=["as a reply", "on its own"])
async def test_a_shared_location_becomes_a_sector(small, caplog, reply):
    caplog.set_level(logging.DEBUG)
    shown = await to_place(small)
    asked = await small.says(NEWCOMER, f"/start {link(shown.text, 'p_')}")
    extra = {"reply_to_message": prompt(asked.text)} if reply else {}
    shown = await small.shares(NEWCOMER, *HAREHILLS, **extra)
    assert re.search(r"Near LS\d+ \d\b", shown.text)
    assert ("What do you need?" not in shown.text) == reply
    assert "53.809" not in small.said() + caplog.text + repr(await small.rows())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("M1 1AE", "is outside Leeds", id="a postcode elsewhere"),
        pytest.param("Manchester", "is outside Leeds", id="a town elsewhere"),
        pytest.param("my name is Zaynab-Marker", "I did not understand", id="no place"),
        pytest.param("😀" * 1000, "I did not understand", id="only signs"),
        pytest.param("<b>&", "I did not understand", id="HTML"),
    ],
)
async def test_a_text_that_is_no_place_of_the_city(small, caplog, text, expected):
    caplog.set_level(logging.DEBUG)
    await to_place(small)
    shown = await small.says(NEWCOMER, text)
    assert expected in shown.text
    assert "What do you need?" in shown.text
    assert "Zaynab-Marker" not in small.said() + caplog.text + repr(await small.rows())


async def test_an_unknown_command_offers_a_start(small):
    shown = await small.says(NEWCOMER, "/nonsense")
    assert "I do not know this command" in shown.text
    assert [label for label in shown.labels if "Find help" in label or "Help now" in label]
    shown = await small.presses(NEWCOMER, "Find help")
    assert "What do you need?" in shown.text


async def test_a_location_far_away_is_outside(small):
    shown = await small.shares(NEWCOMER, 51.5072, -0.1276)
    assert "is outside Leeds" in shown.text


async def test_a_voice_note_is_answered_kindly(small):
    voice = {"file_id": "f", "file_unique_id": "u", "duration": 1}
    payload = a_message(NEWCOMER, voice=voice)
    await small.application.process_update(
        Update.de_json({"update_id": 1, "message": payload}, None)
    )
    assert "I did not keep what you sent" in small.last(NEWCOMER).text
    assert small.last(NEWCOMER).data("Find help")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("0:g:L1", id="an older version"),
        pytest.param("2:g:L1", id="a newer version"),
        pytest.param("1:Q:L1", id="an unknown route"),
        pytest.param("1:g:L999999", id="answers that no path gives"),
        pytest.param("1:g:J1", id="another letter of the questions"),
        pytest.param("1:g:L1d2t3.LS9-8.w1w1w1w1w1", id="answers too long"),
        pytest.param("1:g:L1;DROP TABLE", id="characters that we never write"),
        pytest.param("1:s:L999:simon", id="a card of forged answers"),
        pytest.param("1:r:L1:x", id="a page that is no number"),
        pytest.param("1:a:xx:", id="a language that we do not speak"),
        pytest.param("1:a", id="a language button without one"),
        pytest.param("1:l::99999999999999999999", id="a page with too many digits"),
        pytest.param("1:t:nonsense:1", id="an unknown topic"),
        pytest.param("", id="nothing"),
        pytest.param("1", id="the version alone"),
        pytest.param("x" * 64, id="64 letters"),
        pytest.param("1:g:é", id="not ASCII"),
    ],
)
async def test_a_button_that_we_never_made_gets_a_fresh_start(small, data):
    shown = await small.forges(NEWCOMER, data)
    assert STALE in shown.text
    assert shown.data("Start again") == "1:g:"
    assert shown.data("Help now")
    assert await small.rows() == {}
    assert not small.alerts
    again = await small.presses(NEWCOMER, "Start again")
    assert "What do you need?" in again.text


@pytest.mark.parametrize(
    "payload", ["p_L999", "g_L999", "g_", "p_", "x_1", f"{INVITE_PREFIX}nothing", "%00"]
)
async def test_a_forged_link_does_no_harm(small, payload):
    await small.says(NEWCOMER, f"/start {payload}")
    assert APOLOGY not in small.said()
    assert await small.rows() == {}


async def test_the_same_update_twice_does_no_harm(stage):
    await stage.says(NEWCOMER, "/start", update_id=10_001)
    data = stage.button(NEWCOMER, "English")
    first = await stage.forges(NEWCOMER, data, update_id=10_002)
    rows = await stage.rows()
    second = await stage.forges(NEWCOMER, first.data("Start"), update_id=10_003)
    third = await stage.forges(NEWCOMER, first.data("Start"), update_id=10_003)
    assert second == third
    assert await stage.rows() == rows
    assert APOLOGY not in stage.said()


async def test_pressing_twice_where_telegram_says_it_is_the_same(small):
    await to_need(small)
    small.api.fail(400, "Bad Request: message is not modified", method="editMessageText")
    await small.presses(NEWCOMER, "A place to live")
    assert APOLOGY not in small.said()


@pytest.mark.parametrize(
    "why", ["Bad Request: message can't be edited", "Bad Request: message to edit not found"]
)
async def test_a_message_that_cannot_be_edited_is_followed_by_a_new_one(small, why):
    await to_need(small)
    small.api.fail(400, why, method="editMessageText")
    shown = await small.presses(NEWCOMER, "A place to live")
    assert small.api.methods[-1] == "sendMessage"
    assert "Which is most like" in shown.text


async def test_an_old_press_is_still_answered_by_a_screen(small):
    await to_need(small)
    small.api.fail(
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
        method="answerCallbackQuery",
    )
    shown = await small.presses(NEWCOMER, "A place to live")
    assert "Which is most like" in shown.text


async def test_help_now_is_one_tap_from_every_screen(small):
    seen = []
    await small.says(NEWCOMER, "/start")
    seen.append(small.last(NEWCOMER))
    seen.append(await small.presses(NEWCOMER, "English"))
    labels = ["Start", "Money, food or things", "Food, or no money at all"]
    seen += [await small.presses(NEWCOMER, label) for label in labels]
    seen.append(await to_results(small, seen[-1]))
    results = seen[-1]
    seen.append(await small.presses(NEWCOMER, "1. "))
    seen.append(await small.presses(NEWCOMER, "🌐"))
    seen.append(await small.forges(NEWCOMER, "9:9"))
    seen.append(await small.says(NEWCOMER, "no place at all"))
    for screen in seen:
        helped = await small.forges(NEWCOMER, screen.data("Help now"))
        assert "999" in helped.text
        back = await small.forges(NEWCOMER, helped.data("‹ Back"))
        assert APOLOGY not in back.text
        assert STALE not in back.text
    assert any("More places" in label for label in results.labels)


async def test_a_sensitive_need_asks_first_if_it_is_safe_to_read(small):
    await to_need(small)
    shown = await small.presses(NEWCOMER, "In danger, or someone hurts me")
    assert "Is it safe for you to read about this now?" in shown.text
    assert shown.data("Help now")
    neutral = await small.presses(NEWCOMER, "Not now")
    for told in ("hurt", "abuse", "control", "safe", "violence", "police"):
        assert told not in neutral.text.lower()
        assert not any(told in label.lower() for label in neutral.labels)
    assert "You can come back at any time" in neutral.text


async def test_a_sensitive_need_leads_to_people_to_call(small):
    await to_need(small)
    await small.presses(NEWCOMER, "In danger, or someone hurts me")
    await small.presses(NEWCOMER, "Yes")
    shown = await small.presses(NEWCOMER, "At home or in my family")
    shown = await to_results(small, shown)
    assert "You can call:" in shown.text
    assert "📞" in shown.text


async def test_another_language_keeps_the_answers(small):
    shown = await to_place(small)
    packed = shown.data("Help now")
    await small.presses(NEWCOMER, "🌐")
    shown = await small.presses(NEWCOMER, locales.native_name("ar"))
    say = words("ar")
    assert shown.data(say("🆘 Help now")) == packed
    assert say("I can show what is near you. I do not keep your postcode.") in shown.text
    person = await small.person(NEWCOMER)
    assert person is not None
    assert person.language == "ar"


@pytest.mark.parametrize(
    ("code", "language"),
    [("ar", "ar"), ("ar-SY", "ar"), ("en-GB", "en"), ("xx", "en"), (None, "en")],
)
async def test_the_first_screen_is_in_telegrams_language(small, code, language):
    shown = await small.says(NEWCOMER, "/start", language_code=code)
    assert words(language)("Choose your language.") in shown.text
    first_page = [*locales.offered(code)[:5], "en"]
    assert {locales.native_name(each) for each in first_page} <= set(shown.labels)


async def test_every_language_can_be_reached_from_the_first_screen(small):
    await small.says(NEWCOMER, "/start")
    seen: set[str] = set()
    while not seen & set(small.last(NEWCOMER).labels[:1]):
        seen |= set(small.last(NEWCOMER).labels)
        if "🌐 …" not in small.last(NEWCOMER).labels:
            break
        await small.presses(NEWCOMER, "🌐 …")
    assert {locales.native_name(each) for each in locales.supported()} <= seen


async def test_mydata_shows_every_row_and_forget_leaves_nothing(stage):
    await to_need(stage)
    await stage.says(NEWCOMER, "/subscribe")
    await stage.presses(NEWCOMER, "☑️")
    shown = await stage.says(NEWCOMER, "/mydata")
    for told in ("people", "subscriptions", str(NEWCOMER), "en"):
        assert told in shown.text
    await stage.says(NEWCOMER, "/forget")
    assert len(await stage.rows()) == 2, "nothing is deleted before the person says yes"
    shown = await stage.presses(NEWCOMER, "Yes, delete it")
    assert "I keep nothing about you now" in shown.text
    assert list(await stage.rows()) == ["erasures"], "a hash"
    shown = await stage.says(NEWCOMER, "/mydata")
    assert "I keep nothing about you" in shown.text
    assert list(await stage.rows()) == ["erasures"]


async def test_names_are_nowhere(small, caplog):
    caplog.set_level(logging.DEBUG)
    await to_results(small, await to_place(small))
    await small.says(NEWCOMER, "/mydata")
    assert "Secret-Name" not in small.said() + caplog.text + repr(await small.rows())


async def test_two_workers_serve_one_person_in_turn(stage, pack, clock):
    other = assemble(stage.sessions, pack, clock)
    async with other.application:
        workers = [stage, other]
        labels = ["English", "Start", "Money, food or things", "Food, or no money at all"]
        labels += ["I wait for an asylum answer", "Skip"]
        shown = await other.says(NEWCOMER, "/start")
        for turn in itertools.count():
            label = next((each for each in labels if any(each in x for x in shown.labels)), None)
            if label is None:
                break
            shown = await workers[turn % 2].forges(NEWCOMER, shown.data(label))
        assert "These can help you:" in shown.text
        assert APOLOGY not in stage.said() + other.said()
