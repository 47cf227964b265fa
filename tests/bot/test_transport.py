import asyncio
import gc
import io
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from bot.transport import AiohttpRequest

TOKEN = "123456789:AbC-dEf_SECRET_SECRET"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    app = web.Application(client_max_size=30_000_000)
    app.router.add_route("*", "/{tail:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def peer(talk: Peer) -> AsyncIterator[str]:
    """Serve bytes of our own making; *talk* gets each connection after its request's head."""
    talks: list[asyncio.Task[None]] = []

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(asyncio.current_task())  # type: ignore[arg-type]  # always inside a task
        try:
            await reader.readuntil(b"\r\n\r\n")
            await talk(reader, writer)
        finally:
            writer.transport.abort()

    async with await asyncio.start_server(once, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await asyncio.sleep(0)  # a turn of the loop, in which sockets close


@asynccontextmanager
async def a_bot(base: str, **options: float | None) -> AsyncIterator[Bot]:
    request = AiohttpRequest(**options)  # type: ignore[arg-type]  # seconds and counts
    bot = Bot(
        TOKEN,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=request,
        get_updates_request=AiohttpRequest(),
    )
    try:
        yield bot
    finally:
        await request.shutdown()


def everything(error: BaseException) -> str:
    """Return all that a log could show of an error, its hidden causes included."""
    text = repr(error) + str(error) + "".join(traceback.format_exception(error))
    chain = [linked for linked in (error.__cause__, error.__context__) if linked is not None]
    return text + "".join(everything(linked) for linked in chain)


def answer(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


async def test_a_message_goes_out_and_its_answer_comes_back():
    seen: dict[str, object] = {}

    async def handler(request: web.Request) -> web.Response:
        seen.update(await request.post(), path=request.path, type=request.content_type)
        chat = {"id": 7, "type": "private"}
        return answer({"message_id": 5, "date": 1, "chat": chat, "text": seen["text"]})

    async with serving(handler) as base, a_bot(base) as bot:
        message = await bot.send_message(7, "مرحبا & <b>Leeds</b>", parse_mode="HTML")
    assert message.message_id == 5
    assert seen == {
        "chat_id": "7",
        "text": "مرحبا & <b>Leeds</b>",
        "parse_mode": "HTML",
        "path": f"/bot{TOKEN}/sendMessage",
        "type": "application/x-www-form-urlencoded",
    }


@pytest.mark.parametrize("handle", [False, True], ids=["bytes", "an open file"])
async def test_a_file_is_uploaded_under_its_name(handle):
    seen: dict[str, object] = {}

    async def handler(request: web.Request) -> web.Response:
        fields = await request.post()
        file = fields["document"]
        assert isinstance(file, web.FileField)
        seen.update(chat_id=fields["chat_id"], name=file.filename, body=file.file.read())
        chat = {"id": 7, "type": "private"}
        return answer({"message_id": 5, "date": 1, "chat": chat})

    async with serving(handler) as base, a_bot(base) as bot:
        content = io.BytesIO(b"\x00\xffPDF") if handle else b"\x00\xffPDF"
        await bot.send_document(7, content, filename="خدمات “Leeds”.pdf")
    assert seen == {"chat_id": "7", "name": "خدمات “Leeds”.pdf", "body": b"\x00\xffPDF"}


async def test_a_file_is_downloaded_whole():
    async def handler(request: web.Request) -> web.Response:
        assert request.path == f"/file/bot{TOKEN}/a.bin"
        return web.Response(body=bytes(range(256)) * 4000)

    async with serving(handler) as base, AiohttpRequest() as request:
        assert len(await request.retrieve(f"{base}/file/bot{TOKEN}/a.bin")) == 1_024_000


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        pytest.param(403, {"description": "Forbidden: bot was blocked"}, Forbidden, id="blocked"),
        pytest.param(400, {"description": "Bad Request: empty"}, BadRequest, id="bad request"),
        pytest.param(401, {"description": "Unauthorized"}, InvalidToken, id="wrong token"),
        pytest.param(
            429,
            {"description": "Too Many Requests", "parameters": {"retry_after": 4}},
            RetryAfter,
            id="flood",
        ),
        pytest.param(502, None, NetworkError, id="an error page of a proxy"),
        pytest.param(500, [1], NetworkError, id="JSON that is no object"),
        pytest.param(302, None, NetworkError, id="a redirect is not followed"),
        pytest.param(200, None, TelegramError, id="a page instead of JSON"),
    ],
)
async def test_answers_become_the_librarys_errors(status, body, error):
    async def handler(request: web.Request) -> web.Response:
        if body is None:
            # some proxies and frameworks repeat the address in their error pages
            headers = {"Location": "/elsewhere"} if status == 302 else {}
            return web.Response(status=status, text=f"<p>no {request.path}", headers=headers)
        return web.json_response(body, status=status)

    text = "marker" + "-text"  # in two, as tracebacks show source lines
    async with serving(handler) as base, a_bot(base) as bot:
        with pytest.raises(error) as caught:
            await bot.send_message(7, text)
    assert TOKEN not in everything(caught.value)
    assert text not in everything(caught.value)


async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()  # until the client goes away


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()
    await writer.wait_closed()


async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"ok"')
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"this is not HTTP at all\r\n\r\n")
    await writer.drain()
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("talk", [never, hang_up, half, garbage])
async def test_a_message_whose_answer_is_lost_may_have_arrived(talk):
    async with peer(talk) as base, a_bot(base, read_timeout=0.05) as bot:
        with pytest.raises(TimedOut) as caught:
            await bot.send_message(7, "hi")
    assert TOKEN not in everything(caught.value)


def closed_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@pytest.mark.parametrize(
    "base",
    [
        pytest.param(closed_port(), id="nobody listens"),
        pytest.param("http://api.telegram.invalid", id="no such host"),
        pytest.param("http://exa mple:99999", id="no address"),
    ],
)
async def test_a_message_without_a_connection_was_not_sent(base):
    async with a_bot(base) as bot:
        with pytest.raises(NetworkError, match="not sent") as caught:
            await bot.send_message(7, "hi")
    assert type(caught.value) is NetworkError  # a time-out would mean "it may have arrived"
    assert TOKEN not in everything(caught.value)


async def test_waiting_in_vain_for_a_free_connection_is_not_sent():
    reached = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.set()
        await reader.read()

    options = {"connection_pool_size": 1, "pool_timeout": 0.02, "connect_timeout": 0.02}
    async with peer(talk) as base, a_bot(base, **options) as bot:
        first = asyncio.create_task(bot.send_message(7, "one"))
        await reached.wait()
        with pytest.raises(NetworkError, match="not sent") as caught:
            await bot.send_message(8, "two")
        first.cancel()
        await asyncio.wait([first])
    assert type(caught.value) is NetworkError


async def test_a_call_can_have_its_own_timeout():
    async with peer(never) as base, a_bot(base, read_timeout=None) as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(7, "hi", read_timeout=0.02)


async def test_a_stuck_upload_ends():
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # a socket's transport
        await asyncio.Event().wait()

    limits = {"read_timeout": 0.05, "media_write_timeout": 0.05, "connect_timeout": 0.05}
    async with peer(talk) as base, a_bot(base, pool_timeout=0.05, **limits) as bot:
        with pytest.raises(TimedOut):
            await bot.send_document(7, bytes(20_000_000), filename="big.bin")


async def test_connections_are_used_again():
    peers = set()

    async def handler(request: web.Request) -> web.Response:
        assert request.transport is not None
        peers.add(request.transport.get_extra_info("peername"))
        return answer(True)

    async with serving(handler) as base, a_bot(base) as bot:
        for _ in range(5):
            await bot.delete_webhook()
    assert len(peers) == 1


async def test_shutdown_closes_everything_and_may_be_repeated():
    async def handler(request: web.Request) -> web.Response:
        return answer(True)

    async with serving(handler) as base:
        request = AiohttpRequest()
        await request.post(f"{base}/bot{TOKEN}/getMe")
        await request.shutdown()
        await request.shutdown()
        with pytest.raises(NetworkError, match="shut down"):
            await request.post(f"{base}/bot{TOKEN}/getMe")
        await request.initialize()
        assert await request.post(f"{base}/bot{TOKEN}/getMe") is True
        await request.shutdown()
        del request
        gc.collect()  # an unclosed session would warn here, and a warning is an error


async def test_both_clients_see_the_same_answers():
    """The same calls through the library's own client: the same results and errors."""

    async def handler(request: web.Request) -> web.Response:
        fields = await request.post()
        if request.path.endswith("getMe"):
            return answer({"id": 1, "is_bot": True, "first_name": "F", "username": "f_bot"})
        return web.json_response(
            {"ok": False, "description": f"Bad Request: {dict(fields)}"}, status=400
        )

    async def outcome(request: AiohttpRequest | HTTPXRequest, base: str) -> list[str]:
        async with Bot(TOKEN, base_url=f"{base}/bot", request=request) as bot:
            with pytest.raises(BadRequest) as caught:
                await bot.send_message(-7, "a\u200fb +%&=é", disable_notification=True)
            return [str(await bot.get_me()), str(caught.value)]

    async with serving(handler) as base:
        assert await outcome(AiohttpRequest(), base) == await outcome(HTTPXRequest(), base)
