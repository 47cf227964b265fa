"""Photos and files from people: the bot is told of them and can fetch them."""

import pytest

from tests.sandbox.conftest import keyboard
from tests.sandbox.test_files import JPEG, PNG


async def upload(session, address, person, path, data):
    url = f"{address}/sandbox/people/{person.id}/{path}"
    async with session.post(url, data=data) as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize("data", [pytest.param(JPEG, id="jpeg"), pytest.param(PNG, id="png")])
async def test_a_photo_comes_to_the_bot(bot, amina, sandbox, session, address, data):
    status, told = await upload(session, address, amina, "photo?caption=Our%20hall", data)
    assert status == 200
    (update,) = (await bot.call("getUpdates"))["result"]
    message = update["message"]
    assert (message["message_id"], message["caption"]) == (told["message_id"], "Our hall")
    (size,) = message["photo"]
    assert (size["width"], size["height"], size["file_size"]) == (640, 480, len(data))
    found = (await bot.call("getFile", file_id=size["file_id"]))["result"]
    url = f"{address}/file/bot{sandbox.token}/{found['file_path']}"
    async with session.get(url) as answer:
        assert await answer.read() == data
    sent = await bot.call("sendPhoto", chat_id=amina.id, photo=size["file_id"])
    assert sent["result"]["photo"] == message["photo"]


async def test_a_picture_gets_other_words_below_it(bot, amina, session, address):
    await upload(session, address, amina, "photo", JPEG)
    (update,) = (await bot.call("getUpdates"))["result"]
    file_id = update["message"]["photo"][0]["file_id"]
    sent = (await bot.call("sendPhoto", chat_id=amina.id, photo=file_id, caption="one"))["result"]
    edit = {"chat_id": amina.id, "message_id": sent["message_id"]}
    rows = keyboard([("x", "d")])
    await bot.call("editMessageCaption", caption="two", **edit)
    edited = (await bot.call("editMessageReplyMarkup", reply_markup=rows, **edit))["result"]
    assert (edited["caption"], edited["reply_markup"]) == ("two", rows)
    assert edited["photo"] == sent["photo"]
    assert "caption" not in (await bot.call("editMessageCaption", **edit))["result"]


async def test_a_message_of_words_has_no_caption(bot, amina):
    words = (await bot.send(amina.id))["result"]["message_id"]
    refused = await bot.call("editMessageCaption", chat_id=amina.id, message_id=words, caption="x")
    assert refused["description"] == "Bad Request: there is no caption in the message to edit"


async def test_a_file_comes_as_it_is(bot, amina, session, address):
    await upload(session, address, amina, "document?name=hall.jpg", JPEG)
    (update,) = (await bot.call("getUpdates"))["result"]
    assert update["message"]["document"]["file_name"] == "hall.jpg"
    assert "photo" not in update["message"]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        pytest.param("photo", b"GIF89a", id="no picture that Telegram takes"),
        pytest.param("photo", b"", id="an empty picture"),
        pytest.param("document", b"", id="an empty file"),
        pytest.param(f"photo?caption={'x' * 1025}", JPEG, id="a caption that is too long"),
    ],
)
async def test_what_telegram_would_not_take_is_refused(bot, amina, session, address, path, data):
    status, _ = await upload(session, address, amina, path, data)
    assert status == 409
    assert (await bot.call("getUpdates"))["result"] == []
