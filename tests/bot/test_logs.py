import io
import json
import logging
from collections.abc import Iterator

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot
from telegram.error import BadRequest, TelegramError
from telegram.request import BaseRequest, HTTPXRequest

from bot import logs
from bot.transport import AiohttpRequest
from digests.errors import FetchError
from locales.errors import Text

TOKEN = "123456789:AbC-dEf_SECRET_SECRET"
MARKER = "my name is " + "Amina"  # in two: tracebacks show source lines

log = logging.getLogger("handlers.test")
foreign = logging.getLogger("somelibrary.part")


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    """Leave logging as it was: it belongs to the whole process."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    quiet = {name: logging.getLogger(name).level for name in logs.QUIET}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, old in quiet.items():
        logging.getLogger(name).setLevel(old)
    logging.captureWarnings(capture=False)


def configured(style: str = "json", level: str = "INFO", key: bytes = b"key") -> io.StringIO:
    stream = io.StringIO()
    logs.configure(style, level, key, stream=stream)
    return stream


def line(stream: io.StringIO) -> dict[str, object]:
    (only,) = stream.getvalue().splitlines()
    written: dict[str, object] = json.loads(only)
    return written


def test_a_json_line_has_time_level_logger_event_and_fields():
    stream = configured()
    log.info("feed checked", extra={"feed_id": 7, "new": 3, "ok": True, "why": None})
    written = line(stream)
    assert str(written.pop("time")).endswith("+00:00")
    assert written == {
        "level": "INFO",
        "logger": "handlers.test",
        "event": "feed checked",
        "feed_id": 7,
        "new": 3,
        "ok": True,
        "why": None,
    }


def test_a_text_line_stays_one_line():
    stream = configured("text")
    log.warning("feed failed", extra={"reason": "two\nlines\r"})
    (written,) = stream.getvalue().splitlines()
    assert written.endswith("WARNING handlers.test: feed failed reason=two\\nlines\\r")


@pytest.mark.parametrize("style", ["json", "text"])
@pytest.mark.parametrize("field", ["chat_id", "person_id", "user_id", "author_person_id"])
def test_people_become_hashes(style, field):
    stream = configured(style)
    log.info("digest sent", extra={field: 987654321})
    assert "987654321" not in stream.getvalue()
    assert field in stream.getvalue()


def test_people_in_lists_and_mappings_become_hashes():
    stream = configured()
    log.info("sent", extra={"chat_ids": [987654321], "of": {"chat_id": 987654321}})
    written = line(stream)
    assert "987654321" not in stream.getvalue()
    assert written["chat_ids"] == [written["of"]["chat_id"]]  # type: ignore[index]


def test_a_hash_is_steady_under_a_key_and_different_under_another():
    def hashed(key: bytes, person: int) -> object:
        stream = configured(key=key)
        log.info("seen", extra={"person_id": person})
        return line(stream)["person_id"]

    assert hashed(b"one", 7) == hashed(b"one", 7)
    assert len({hashed(b"one", 7), hashed(b"one", 8), hashed(b"two", 7)}) == 3


def test_nobody_stays_nobody():
    stream = configured()
    log.info("seen", extra={"person_id": None})
    assert line(stream)["person_id"] is None


@pytest.mark.parametrize("style", ["json", "text"])
@given(words=st.text())
def test_any_words_make_a_line_that_can_be_read(style, words):
    formatter = logs.JsonLines(b"key") if style == "json" else logs.TextLines(b"key")
    record = logging.makeLogRecord({"name": "bot", "msg": "seen", "words": words})
    written = formatter.format(record)
    assert len([part for part in written.split("\n") if part]) == 1
    if style == "json":
        assert json.loads(written)["event"] == "seen"


def raised(error: BaseException, stream: io.StringIO) -> str:
    try:
        raise error  # noqa: TRY301  (its traceback is what is tested)
    except BaseException:  # as the one place for errors would
        log.exception("handler failed", extra={"update_id": 5})
    return stream.getvalue()


def chained() -> Exception:
    outer = ValueError(MARKER)
    outer.__cause__ = KeyError(MARKER)
    outer.add_note(MARKER)
    return outer


@pytest.mark.parametrize("style", ["json", "text"])
@pytest.mark.parametrize(
    ("error", "told"),
    [
        pytest.param(RuntimeError(MARKER), "RuntimeError", id="a message of Python's"),
        pytest.param(chained(), "KeyError", id="its cause and notes"),
        pytest.param(
            ExceptionGroup(MARKER, [TypeError(MARKER)]), "TypeError", id="a group of errors"
        ),
        pytest.param(
            BadRequest(f"Can't parse entities: unsupported start tag '{MARKER}'"),
            "Can't parse entities: unsupported start tag",
            id="what Telegram quotes",
        ),
        pytest.param(
            FileNotFoundError(2, "No such file", f"/tmp/{MARKER}"),
            "FileNotFoundError: No such file",
            id="the system's words, without the file",
        ),
    ],
)
def test_a_traceback_tells_kind_and_place_but_not_what_people_wrote(style, error, told):
    written = raised(error, configured(style))
    assert MARKER not in written
    assert told in written
    assert "test_logs.py" in written
    assert "in raised" in written


def test_our_own_messages_stay():
    error = FetchError("https://example.org/feed", Text("The server did not answer."))
    assert "https://example.org/feed: The server did not answer." in raised(error, configured())


def test_libraries_may_speak_but_not_quote():
    stream = configured()
    foreign.warning("cannot read %r, {'text': 'x'}, it's \"%s\"", MARKER, MARKER)
    assert MARKER not in stream.getvalue()
    assert line(stream)["event"] == "cannot read …, …, it's …"


@pytest.mark.parametrize("style", ["json", "text"])
@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda: log.info("asked", extra={"address": f"/bot{TOKEN}/x"}), id="a field"),
        pytest.param(lambda: log.info("asked /bot%s/getMe", TOKEN), id="a message"),
        pytest.param(lambda: log.info("asked", extra={"all": [{"t": TOKEN}]}), id="a nested one"),
        pytest.param(lambda: log.error("no", exc_info=TelegramError(f"at {TOKEN}")), id="an error"),
    ],
)
def test_a_token_is_blotted_out_wherever_it_comes_from(style, write):
    stream = configured(style)
    write()
    assert TOKEN not in stream.getvalue()
    assert "[secret]" in stream.getvalue()


def test_other_secrets_are_blotted_out():
    stream = io.StringIO()
    logs.configure("text", "INFO", b"key", secrets=["passw0rd", ""], stream=stream)
    log.info("connected", extra={"url": "postgresql://u:passw0rd@h/n"})
    assert stream.getvalue().rstrip().endswith("url=postgresql://u:[secret]@h/n")


@pytest.mark.parametrize("name", logs.QUIET)
def test_libraries_are_quiet_even_when_everything_is_asked_for(name):
    stream = configured(level="DEBUG")
    logging.getLogger(name).info("request to somewhere")
    logging.getLogger(f"{name}.part").debug("request to somewhere")
    log.debug("ours")
    assert line(stream)["event"] == "ours"


def test_configuring_twice_writes_once():
    configured()
    stream = configured()
    log.info("once")
    assert line(stream)["event"] == "once"


def requests() -> list[pytest.param]:  # type: ignore[valid-type]  # what pytest.param returns
    return [
        pytest.param(AiohttpRequest, id="our transport"),
        pytest.param(HTTPXRequest, id="the library's own"),
    ]


@pytest.mark.parametrize("style", ["json", "text"])
@pytest.mark.parametrize("make", requests())
async def test_real_requests_leave_no_token_and_no_words_in_the_log(style, make):
    """At the loudest level: requests that go well, are refused, get nonsense or nothing."""

    async def handler(request: web.Request) -> web.Response:
        if request.path.endswith("getMe"):
            return web.json_response({"ok": True, "result": {"nonsense": TOKEN}})
        if request.path.endswith("sendMessage"):
            return web.json_response({"ok": False, "description": "Bad Request"}, status=400)
        return web.Response(text=f"<html>{request.path} {MARKER}", status=502)

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}/bot"
    stream = configured(style, "DEBUG")
    request: BaseRequest = make()
    bot = Bot(TOKEN, base_url=base, request=request, get_updates_request=make())
    for call in (bot.get_me, lambda: bot.send_message(7, MARKER), bot.delete_webhook):
        try:
            await call()
        except (TelegramError, TypeError):
            log.exception("call failed", extra={"bot": bot})
    await runner.cleanup()
    try:
        await bot.delete_webhook()
    except TelegramError:
        log.exception("nobody there")
    await request.shutdown()
    assert stream.getvalue().count("call failed") == 3
    assert stream.getvalue().count("nobody there") == 1
    assert TOKEN not in stream.getvalue()
    assert MARKER not in stream.getvalue()
