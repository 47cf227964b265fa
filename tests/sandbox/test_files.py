"""Files: sent as multipart, kept, fetched again."""

import pytest

from sandbox import files
from sandbox.errors import Refused
from sandbox.spec import Upload

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x80\x00\x00\x01\xe0"
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x01\xe0\x02\x80\x03"


async def test_document_round_trip(bot, amina, sandbox, session, address):
    fields = {"chat_id": amina.id, "caption": "<b>List</b>", "parse_mode": "HTML"}
    content = b"id,name\n1,caf\xc3\xa9\n"
    sent = await bot.upload("sendDocument", fields, document=(content, "list.csv", "text/csv"))
    document = sent["result"]["document"]
    assert (document["file_name"], document["mime_type"]) == ("list.csv", "text/csv")
    assert sent["result"]["caption_entities"] == [{"type": "bold", "offset": 0, "length": 4}]

    found = (await bot.call("getFile", file_id=document["file_id"]))["result"]
    assert found["file_size"] == len(content)
    path = f"file/bot{sandbox.token}/{found['file_path']}"
    for place in (path, f"sandbox/files/{document['file_id']}"):
        async with session.get(f"{address}/{place}") as answer:
            assert await answer.read() == content
            assert answer.content_type == "application/octet-stream"

    again = await bot.call("sendDocument", chat_id=amina.id, document=document["file_id"])
    assert again["result"]["document"] == document


async def test_attached_file(bot, amina):
    fields = {"chat_id": amina.id, "document": "attach://one"}
    sent = await bot.upload("sendDocument", fields, one=(b"x", "a.txt", "text/plain"))
    assert sent["result"]["document"]["file_name"] == "a.txt"


@pytest.mark.parametrize(
    ("data", "kind"),
    [pytest.param(PNG, "image/png", id="png"), pytest.param(JPEG, "image/jpeg", id="jpeg")],
)
async def test_photos_have_size_and_true_type(bot, amina, session, address, data, kind):
    sent = await bot.upload("sendPhoto", {"chat_id": amina.id}, photo=(data, "a", "text/html"))
    (size,) = sent["result"]["photo"]
    assert (size["width"], size["height"]) == (640, 480)
    async with session.get(f"{address}/sandbox/files/{size['file_id']}") as answer:
        assert answer.content_type == kind


async def test_the_token_guards_files(session, address):
    async with session.get(f"{address}/file/bot123456:wrong/documents/file_1.csv") as answer:
        assert answer.status == 401


def test_large_photos_are_refused():
    file = files.Files().take(Upload("a.png", "image/png", PNG + bytes(10 * 1024**2)), "photo")
    with pytest.raises(Refused, match="is too big for a photo"):
        files.photo(file)


def test_large_files_can_be_sent_but_not_fetched():
    kept = files.Files()
    file = kept.take(Upload("a.bin", "application/zip", bytes(20 * 1024**2 + 1)), "document")
    with pytest.raises(Refused, match="file is too big"):
        kept.get(file.id)
    with pytest.raises(Refused, match="Request Entity Too Large"):
        kept.take(Upload("a.bin", "application/zip", bytes(50 * 1024**2 + 1)), "document")
