from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import RetryAfter

from delivery.model import (
    TOO_LATE,
    Attachment,
    Button,
    Failed,
    Gone,
    Media,
    Moved,
    Sent,
    TryLater,
    Unknown,
)
from delivery.telegram import TelegramSender, outcome_of
from tests.telegram_api import TOKEN, RecordingApi

CHAT = 42


@pytest.fixture
def api():
    return RecordingApi()


@pytest.fixture
async def sender(api):
    async with Bot(TOKEN, request=api, get_updates_request=api) as bot:
        yield TelegramSender(bot)


async def test_a_message_goes_as_html_without_a_preview_of_links(api, sender):
    assert await sender.send(CHAT, "<b>Hello</b>", ()) == Sent((1001,))
    (params,) = api.of("sendMessage")
    assert (params["text"], params["parse_mode"]) == ("<b>Hello</b>", "HTML")
    assert params["link_preview_options"] == {"is_disabled": True}
    assert "reply_markup" not in params


async def test_buttons_keep_their_rows(api, sender):
    rows = (
        (Button("Yes", data="1:y"), Button("No", data="1:n")),
        (Button("Site", url="https://a.b"),),
    )
    await sender.send(CHAT, "Well?", rows)
    (params,) = api.of("sendMessage")
    assert params["reply_markup"] == {
        "inline_keyboard": [
            [{"text": "Yes", "callback_data": "1:y"}, {"text": "No", "callback_data": "1:n"}],
            [{"text": "Site", "url": "https://a.b"}],
        ]
    }


@pytest.mark.parametrize(
    ("status", "description", "kind"),
    [
        pytest.param(403, "Forbidden: bot was blocked by the user", Gone, id="blocked"),
        pytest.param(403, "Forbidden: user is deactivated", Gone, id="account deleted"),
        pytest.param(
            403, "Forbidden: bot was kicked from the group chat", Gone, id="put out of a group"
        ),
        pytest.param(400, "Bad Request: chat not found", Gone, id="never wrote to us"),
        pytest.param(400, "Bad Request: PEER_ID_INVALID", Gone, id="an id of nobody"),
        pytest.param(
            400,
            "Bad Request: not enough rights to send text messages to the chat",
            Gone,
            id="muted in a group",
        ),
        pytest.param(400, "Bad Request: message is too long", Failed, id="our mistake"),
        pytest.param(400, "Bad Request: BUTTON_DATA_INVALID", Failed, id="a bad button"),
        pytest.param(500, "Internal Server Error: restart", Unknown, id="Telegram's trouble"),
        pytest.param(502, "Bad Gateway", Unknown, id="a gateway's"),
        pytest.param(504, "Gateway Timeout", Unknown, id="a gateway that waited in vain"),
        pytest.param(401, "Unauthorized", TryLater, id="a wrong token loses nothing"),
        pytest.param(409, "Conflict: terminated by other", TryLater, id="a conflict"),
    ],
)
async def test_what_telegram_says_becomes_an_outcome(api, sender, status, description, kind):
    api.fail(status, description)
    outcome = await sender.send(CHAT, "hello", ())
    assert type(outcome) is kind
    assert len(api.of("sendMessage")) == 1


async def test_a_flood_answer_says_how_long(api, sender):
    api.flood(37)
    assert await sender.send(CHAT, "hello", ()) == TryLater(
        timedelta(seconds=37), "flood", flood=True
    )


@pytest.mark.parametrize("said", [37, timedelta(seconds=37)], ids=["seconds", "a duration"])
def test_the_wait_is_understood_in_either_form_of_the_library(said):
    class Flood(RetryAfter):
        """Says it in the one form, whatever the library is set to."""

        retry_after = said

    assert outcome_of(Flood(1)) == TryLater(timedelta(seconds=37), "flood", flood=True)


async def test_a_migrated_group_says_where_to(api, sender):
    api.fail(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=-1001234567890,
    )
    assert await sender.send(CHAT, "hello", ()) == Moved(-1001234567890)


async def test_no_answer_is_unknown_and_not_repeated(api, sender):
    api.lose(sent=True)
    assert type(await sender.send(CHAT, "hello", ())) is Unknown
    assert len(api.of("sendMessage")) == 1


async def test_no_connection_waits(api, sender):
    api.lose(sent=False)
    assert type(await sender.send(CHAT, "hello", ())) is TryLater


BAD_MARKUP = "Bad Request: can't parse entities: Can't find end tag corresponding to start tag b"


async def test_broken_markup_goes_once_more_as_plain_text_and_is_flagged(api, sender, caplog):
    api.fail(400, BAD_MARKUP)
    assert await sender.send(CHAT, "Tom &amp; <b>Ana < 5", ()) == Sent((1001,))
    first, second = api.of("sendMessage")
    assert first["parse_mode"] == "HTML"
    assert "parse_mode" not in second
    assert second["text"] == "Tom & Ana < 5"
    assert "markup refused, sent as plain text" in caplog.text
    assert "tag b" not in caplog.text, "Telegram's words may quote the message's"


NO_TOPIC = "Bad Request: message thread not found"


async def test_a_topic_gets_its_copy(api, sender):
    assert await sender.send(CHAT, "hello", (), thread_id=7) == Sent((1001,))
    (params,) = api.of("sendMessage")
    assert params["message_thread_id"] == 7


@pytest.mark.parametrize("refusal", [NO_TOPIC, "Bad Request: TOPIC_CLOSED"])
async def test_without_its_topic_the_group_gets_it_all_the_same(api, sender, refusal):
    api.fail(400, refusal)
    api.fail(400, BAD_MARKUP)
    assert await sender.send(CHAT, "a <b>b", (), thread_id=7) == Sent((1001,))
    assert [
        (call.get("message_thread_id"), call["text"], call.get("parse_mode"))
        for call in api.of("sendMessage")
    ] == [(7, "a <b>b", "HTML"), (None, "a <b>b", "HTML"), (None, "a b", None)]


async def test_a_topic_that_nobody_asked_for_is_not_looked_for_twice(api, sender):
    api.fail(400, NO_TOPIC)
    assert type(await sender.send(CHAT, "hello", ())) is Failed
    assert len(api.of("sendMessage")) == 1


@pytest.mark.parametrize(
    ("status", "description", "kind"),
    [
        pytest.param(400, BAD_MARKUP, Failed, id="refused again"),
        pytest.param(403, "Forbidden: bot was blocked by the user", Gone, id="blocked meanwhile"),
    ],
)
async def test_the_second_try_is_the_last(api, sender, status, description, kind):
    api.fail(400, BAD_MARKUP)
    api.fail(status, description)
    assert type(await sender.send(CHAT, "<b>hello", ())) is kind
    assert len(api.of("sendMessage")) == 2


@pytest.mark.parametrize(
    ("attachment", "method", "given"),
    [
        pytest.param(
            Attachment(Media.PHOTO, "AgAD"), "sendPhoto", {"photo": "AgAD"}, id="a picture"
        ),
        pytest.param(
            Attachment(Media.DOCUMENT, "BQAD"), "sendDocument", {"document": "BQAD"}, id="a file"
        ),
        pytest.param(
            Attachment(Media.LOCATION, latitude=53.8, longitude=-1.55),
            "sendLocation",
            {"latitude": 53.8, "longitude": -1.55},
            id="a place",
        ),
    ],
)
async def test_what_comes_with_a_message_goes_as_telegram_keeps_it(
    api, sender, attachment, method, given
):
    api.fail(400, NO_TOPIC)
    assert await sender.attach(CHAT, attachment, thread_id=7) == Sent((1001,))
    in_topic, in_group = api.of(method)
    assert in_topic["message_thread_id"] == 7
    assert "message_thread_id" not in in_group
    assert given.items() <= in_group.items()


@pytest.mark.parametrize("act", ["send", "attach", "edit", "delete"])
async def test_who_blocked_us_is_gone_whatever_we_do(api, sender, act):
    api.block(CHAT)
    place = Attachment(Media.LOCATION, latitude=53.8, longitude=-1.55)
    outcome = await {
        "send": lambda: sender.send(CHAT, "hello", ()),
        "attach": lambda: sender.attach(CHAT, place),
        "edit": lambda: sender.edit(CHAT, 7, "hello", ()),
        "delete": lambda: sender.delete(CHAT, [7]),
    }[act]()
    assert type(outcome) is Gone


async def test_an_edit_puts_the_new_words_in_the_old_place(api, sender):
    assert await sender.edit(CHAT, 7, "<b>New</b>", ((Button("Yes", data="1:y"),),)) == Sent(())
    (params,) = api.of("editMessageText")
    assert (params["message_id"], params["text"], params["parse_mode"]) == (7, "<b>New</b>", "HTML")
    assert params["reply_markup"]["inline_keyboard"][0][0]["text"] == "Yes"


CHANGES = {
    "edit": lambda sender: sender.edit(CHAT, 7, "new", ()),
    "delete": lambda sender: sender.delete(CHAT, [7, 8]),
}


@pytest.mark.parametrize(
    ("act", "said", "outcome"),
    [
        pytest.param(
            "edit", "Bad Request: message is not modified: specified new", Sent(()), id="as it was"
        ),
        pytest.param("edit", "Bad Request: message to edit not found", Sent(()), id="gone already"),
        pytest.param(
            "delete", "Bad Request: message to delete not found", Sent(()), id="deleted already"
        ),
        pytest.param(
            "delete",
            "Bad Request: message can't be deleted for everyone",
            TOO_LATE,
            id="after 48 hours",
        ),
        pytest.param(
            "edit",
            "Bad Request: message can't be edited",
            Failed("Message can't be edited"),
            id="not ours",
        ),
    ],
)
async def test_what_telegram_says_of_a_change(api, sender, act, said, outcome):
    api.fail(400, said)
    assert await CHANGES[act](sender) == outcome


@pytest.mark.parametrize("act", CHANGES)
async def test_a_flood_answer_puts_a_change_off(api, sender, act):
    api.flood(5)
    assert await CHANGES[act](sender) == TryLater(timedelta(seconds=5), "flood", flood=True)


async def test_a_picture_gets_its_new_words_as_a_caption(api, sender):
    api.fail(400, "Bad Request: there is no text in the message to edit")
    assert await sender.edit(CHAT, 7, "taken back", ()) == Sent(())
    (params,) = api.of("editMessageCaption")
    assert (params["message_id"], params["caption"]) == (7, "taken back")


async def test_a_place_can_have_no_words_and_stays(api, sender):
    api.fail(400, "Bad Request: there is no text in the message to edit")
    api.fail(400, "Bad Request: there is no caption in the message to edit")
    assert await sender.edit(CHAT, 7, "taken back", ()) == Sent(())
