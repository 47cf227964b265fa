"""Inline mode as at Telegram: what is asked, what is refused, and where the chosen card lands."""

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    InputVenueMessageContent,
)

from sandbox import groups, inline
from sandbox.errors import Impossible, NoSuchPerson
from tests.sandbox.conftest import until

VENUE = {"latitude": 53.8, "longitude": -1.5, "title": "Town hall", "address": "The Headrow"}
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def article(number="1", **more):
    content = {"message_text": "<b>PAFRAS</b>", "parse_mode": "HTML"}
    card = {"type": "article", "id": number, "title": "PAFRAS", "input_message_content": content}
    return card | more


async def heard(bot):
    """Return the updates that wait, confirmed."""
    found = (await bot.call("getUpdates"))["result"]
    if found:
        await bot.call("getUpdates", offset=found[-1]["update_id"] + 1)
    return [{key: one[key] for key in one if key != "update_id"} for one in found]


async def answered(bot, query, results, **more):
    return await bot.call("answerInlineQuery", inline_query_id=query.id, results=results, **more)


@pytest.fixture
def bea(sandbox):
    """Someone who has never met the bot."""
    return sandbox.person("Bea")


@pytest.fixture
def pair(amina, bea):
    return {"amina": amina, "bea": bea}


async def test_a_card_lands_in_the_chat_of_two_people_and_the_bot_does_not_see_it(
    bot, people, sandbox, amina, bea
):
    pair = await people.post("pairs", 201, members=[amina.id, bea.id])
    asked = await people.post(f"people/{bea.id}/inline", text="food LS9", chat_id=pair["id"])
    assert asked["answered"] is False
    [update] = await heard(bot)
    assert update == {
        "inline_query": {
            "id": asked["inline_query_id"],
            "from": bea.to_json(),
            "query": "food LS9",
            "offset": "",
            "chat_type": "private",
        }
    }
    query = sandbox.inline.get(asked["inline_query_id"])
    assert (await answered(bot, query, [article()], cache_time=0))["result"] is True
    chosen = await people.post(f"people/{bea.id}/choose", inline_query_id=query.id, result_id="1")
    assert chosen["chat_id"] == pair["id"]
    seen = await people.get(f"people/{amina.id}/chat?chat_id={pair['id']}")
    [message] = seen["messages"]
    assert message["html"] == "<b>PAFRAS</b>"
    assert message["from"] == bea.to_json() and message["from_bot"] is False
    assert message["via_bot"]["username"] == "fingerpost_sandbox_bot"
    assert await heard(bot) == []
    assert (await bot.send(pair["id"]))["error_code"] == 400
    assert (await bot.send(bea.id))["error_code"] == 400, "asking is not starting"


@pytest.mark.parametrize(
    ("where", "kind"),
    [("own", "sender"), ("pair", "private"), ("group", "group")],
)
async def test_the_bot_hears_in_what_kind_of_chat_and_reads_along_in_its_own(
    bot, sandbox, amina, bea, where, kind
):
    chats = {
        "own": amina.id,
        "pair": sandbox.pair(amina.id, bea.id).id,
        "group": sandbox.group("Team", [amina.id]).id,
    }
    query = inline.ask(sandbox, amina.id, "food", chat_id=chats[where])
    [update] = await heard(bot)
    assert update["inline_query"]["chat_type"] == kind
    await answered(bot, query, [article()])
    inline.choose(sandbox, amina.id, query.id, "1")
    told = [update["message"]["via_bot"]["id"] for update in await heard(bot)]
    assert told == ([] if where == "pair" else [sandbox.bot["id"]])


async def test_a_group_without_the_bot_can_use_it_and_it_does_not_read_along(bot, sandbox, amina):
    group = sandbox.group("Team", [amina.id])
    groups.kick(sandbox, group.id)
    await heard(bot)
    query = inline.ask(sandbox, amina.id, "food", chat_id=group.id)
    await answered(bot, query, [article()])
    inline.choose(sandbox, amina.id, query.id, "1")
    assert [next(iter(one)) for one in await heard(bot)] == ["inline_query"]
    assert len(group.messages) == 1


@pytest.mark.parametrize(
    ("allowed", "hears"),
    [
        pytest.param(None, True, id="nothing said: all but three kinds"),
        pytest.param(["message", "inline_query"], True, id="asked for"),
        pytest.param(["message"], False, id="not asked for"),
    ],
)
async def test_only_a_bot_that_asked_for_it_is_told(bot, sandbox, amina, allowed, hears):
    if allowed is not None:
        await bot.call("getUpdates", allowed_updates=allowed)
    inline.ask(sandbox, amina.id, "food")
    assert bool(await heard(bot)) is hears


async def test_turned_off_nobody_can_ask(bot, people, amina):
    assert (await bot.call("getMe"))["result"]["supports_inline_queries"] is True
    await people.post("inline", on=False)
    assert (await bot.call("getMe"))["result"]["supports_inline_queries"] is False
    await people.post(f"people/{amina.id}/inline", 409, text="food")
    assert await heard(bot) == []


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        pytest.param(
            {"results": [article(str(n)) for n in range(51)]}, "RESULTS_TOO_MUCH", id="51"
        ),
        pytest.param({"results": [article(), article()]}, "RESULT_ID_DUPLICATE", id="same id"),
        pytest.param({"results": [article("")]}, "RESULT_ID_EMPTY", id="no id"),
        pytest.param({"results": [article("é" * 33)]}, "RESULT_ID_INVALID", id="66 bytes"),
        pytest.param({"results": [article(title=" ")]}, "ARTICLE_TITLE_EMPTY", id="no title"),
        pytest.param({"next_offset": "x" * 65}, "NEXT_OFFSET_INVALID", id="long offset"),
        pytest.param({"button": {"text": "Open"}}, "START_PARAM_INVALID", id="no parameter"),
        pytest.param(
            {"button": {"text": "Open", "start_parameter": "a b"}},
            "START_PARAM_INVALID",
            id="a space in the parameter",
        ),
        pytest.param(
            {"button": {"text": " ", "start_parameter": "a"}}, "SWITCH_PM_TEXT_EMPTY", id="no label"
        ),
        pytest.param(
            {"results": [article(input_message_content={"message_text": ""})]},
            "message text is empty",
            id="empty message",
        ),
        pytest.param(
            {"results": [article(input_message_content={"message_text": "x" * 4097})]},
            "message is too long",
            id="long message",
        ),
        pytest.param(
            {
                "results": [
                    article(input_message_content={"message_text": "<b>", "parse_mode": "HTML"})
                ]
            },
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
            id="bad HTML",
        ),
        pytest.param(
            {"results": [article(input_message_content=VENUE | {"address": " "})]},
            "venue address must be non-empty",
            id="venue without an address",
        ),
        pytest.param(
            {"results": [article(reply_markup={"inline_keyboard": [[]]})]},
            "keyboard row is empty",
            id="bad keyboard",
        ),
        pytest.param(
            {"results": [{"type": "photo", "id": "1", "photo_url": "https://example.org/a.jpg"}]},
            'parameter "results" fits none of InlineQueryResultArticle, InlineQueryResultVenue',
            id="media is not for us",
        ),
        pytest.param(
            {"results": [article(surprise=1)]},
            'unknown field "surprise" in InlineQueryResultArticle',
            id="misspelt field",
        ),
    ],
)
async def test_a_bad_answer_is_refused_whole_and_can_be_mended(bot, sandbox, amina, more, refused):
    query = inline.ask(sandbox, amina.id, "food")
    told = await answered(bot, query, **({"results": [article()]} | more))
    assert told["description"] == f"Bad Request: {refused}"
    assert query.answer is None
    assert (await answered(bot, query, [article()]))["ok"] is True


async def test_fifty_results_an_id_of_64_bytes_and_none_at_all_are_fine(bot, sandbox, amina):
    most = [article("é" * 32), *(article(str(n)) for n in range(49))]
    for text, results in (("most", most), ("none", [])):
        told = await answered(bot, inline.ask(sandbox, amina.id, text), results)
        assert told["ok"] is True


async def test_too_late_twice_or_unknown(bot, sandbox, amina, clock):
    late, twice = (inline.ask(sandbox, amina.id, text) for text in ("a", "b"))
    await answered(bot, twice, [article()])
    assert (await answered(bot, twice, [article()]))["description"] == f"Bad Request: {TOO_OLD}"
    clock.now += 16
    assert (await answered(bot, late, [article()]))["description"] == f"Bad Request: {TOO_OLD}"
    told = await bot.call("answerInlineQuery", inline_query_id="7", results=[])
    assert told["description"] == f"Bad Request: {TOO_OLD}"


@pytest.mark.parametrize(
    "case",
    [
        pytest.param((False, 0, "amina", False), id="the same person"),
        pytest.param((False, 0, "bea", False), id="whoever asks the same"),
        pytest.param((True, 0, "amina", False), id="personal: the same person"),
        pytest.param((True, 0, "bea", True), id="personal: another person asks the bot"),
        pytest.param((False, 60, "amina", True), id="after cache_time"),
    ],
)
async def test_answers_are_kept_as_the_bot_allows(bot, sandbox, clock, pair, case):
    personal, seconds, who, asked_again = case
    query = inline.ask(sandbox, pair["amina"].id, "food")
    await answered(bot, query, [article()], cache_time=60, is_personal=personal)
    await heard(bot)
    clock.now += seconds
    again = inline.ask(sandbox, pair[who].id, "food")
    assert (again.answer is None) is asked_again
    assert bool(await heard(bot)) is asked_again


@pytest.mark.parametrize("on", [True, False])
async def test_with_feedback_the_bot_hears_what_was_chosen(bot, people, sandbox, amina, bea, on):
    await people.post("inline", feedback=on)
    pair = sandbox.pair(amina.id, bea.id)
    query = inline.ask(sandbox, amina.id, "food", chat_id=pair.id)
    markup = {"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]}
    await answered(bot, query, [article(reply_markup=markup)])
    await heard(bot)
    _, number = inline.choose(sandbox, amina.id, query.id, "1")
    sandbox.press(bea.id, number, "more", chat_id=pair.id)
    *chosen, press = await heard(bot)
    assert [one["chosen_inline_result"]["query"] for one in chosen] == (["food"] if on else [])
    pressed = press["callback_query"]
    assert "message" not in pressed and pressed["from"]["id"] == bea.id
    named = [one["chosen_inline_result"]["inline_message_id"] for one in chosen]
    assert named == ([pressed["inline_message_id"]] if on else [])


async def test_stock_python_telegram_bot_can_answer(sandbox, address, amina):
    sandbox.updates.allowed = ["inline_query"]
    query = inline.ask(sandbox, amina.id, "food")
    async with Bot(sandbox.token, base_url=f"{address}/bot") as bot:
        [update] = await bot.get_updates()
        assert update.inline_query is not None
        url = InlineKeyboardButton("Directions", url="https://www.openstreetmap.org")
        text = InlineQueryResultArticle(
            "1",
            "PAFRAS",
            InputTextMessageContent("<b>hi</b>", parse_mode="HTML"),
            InlineKeyboardMarkup([[url]]),
            description="Food",
        )
        venue = InputVenueMessageContent(53.8, -1.5, "Town hall", "The Headrow")
        place = InlineQueryResultArticle("2", "Map", venue)
        button = InlineQueryResultsButton("Open the bot", start_parameter="find")
        await update.inline_query.answer([text, place], is_personal=True, button=button)
    await until(lambda: query.answer)
    inline.choose(sandbox, amina.id, query.id, "1")
    inline.choose(sandbox, amina.id, query.id, "2")
    first, second = sandbox.chat(amina.id)
    assert first["reply_markup"]["inline_keyboard"][0][0]["text"] == "Directions"
    assert second["venue"]["title"] == "Town hall"


async def test_people_wait_for_the_answer(bot, people, sandbox, amina):
    query = inline.ask(sandbox, amina.id, "warm")
    button = {"text": "Open the bot", "start_parameter": "find"}
    await answered(bot, query, [article()], button=button, next_offset="9")
    asked = await people.post(f"people/{amina.id}/inline", text="warm", wait=5)
    assert asked["answered"] is True
    assert [one["title"] for one in asked["results"]] == ["PAFRAS"]
    assert (asked["button"], asked["next_offset"]) == (button, "9")


async def test_what_people_cannot_do(bot, people, sandbox, amina, bea):
    query = inline.ask(sandbox, amina.id, "food")
    path = f"people/{amina.id}/choose"
    await people.post(path, 404, inline_query_id=query.id, result_id="1")  # not answered yet
    await answered(bot, query, [article()])
    await people.post(path, 404, inline_query_id=query.id, result_id="2")
    await people.post(path, 404, inline_query_id="7", result_id="1")
    await people.post(
        f"people/{bea.id}/choose", 404, inline_query_id=query.id, result_id="1"
    )  # another's list
    await people.post("pairs", 400, members=[amina.id])
    await people.post("pairs", 409, members=[amina.id, amina.id])
    await people.post("pairs", 404, members=[amina.id, 9])
    await people.post(f"people/{amina.id}/inline", 409, text="x" * 257)
    await people.post(f"people/{amina.id}/inline", 404, text="x", chat_id=bea.id)
    sandbox.deactivate(amina.id)
    with pytest.raises(Impossible, match="deleted"):
        inline.ask(sandbox, amina.id, "food")


def test_a_pair_is_one_chat_whoever_begins(sandbox, amina, bea):
    assert sandbox.pair(amina.id, bea.id) is sandbox.pair(bea.id, amina.id)


async def test_someone_who_blocked_the_bot_still_writes_to_friends(bot, sandbox, amina, bea):
    sandbox.block(amina.id)
    pair = sandbox.pair(amina.id, bea.id)
    await heard(bot)
    sandbox.say(amina.id, "/start @fingerpost_sandbox_bot", chat_id=pair.id)
    assert await heard(bot) == []
    assert [one["text"] for one in sandbox.chat(bea.id, chat_id=pair.id)] == [
        "/start @fingerpost_sandbox_bot"
    ]
    cleo = sandbox.person("Cleo")
    with pytest.raises(NoSuchPerson):
        sandbox.chat(cleo.id, chat_id=pair.id)


@pytest.mark.parametrize("where", ["switch_inline_query", "switch_inline_query_current_chat"])
async def test_a_button_may_lead_into_inline_mode(bot, amina, where):
    markup = {"inline_keyboard": [[{"text": "Share", where: ""}]]}
    assert (await bot.send(amina.id, reply_markup=markup))["ok"] is True
