import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from telegram import Bot, Update

from bot.lanes import Lanes, in_lanes
from tests.builders import message_update
from tests.telegram_api import TOKEN, RecordingApi
from web import app as web_app

SECRET = "0123456789abcdef_SECRET"
HEADER = {web_app.HEADER: SECRET}
CORPUS = Path(__file__).parents[2].parent / "shared" / "data" / "telegram_updates"
HI = message_update("hi", 7, update_id=5).to_dict()


class Processed:
    """Remembers updates; waits, or fails, where it is told to."""

    def __init__(self) -> None:
        self.ids: list[int] = []
        self.started: list[int] = []
        self.holds: dict[int, asyncio.Event] = {}
        self.fails = False

    async def __call__(self, update: Update) -> None:
        self.started.append(update.update_id)
        if (hold := self.holds.get(update.update_id)) is not None:
            await hold.wait()
        if self.fails:
            raise RuntimeError("a bug")
        self.ids.append(update.update_id)


async def well() -> Sequence[str]:
    return []


@asynccontextmanager
async def serving(
    process: Callable[[Update], Awaitable[None]],
    health: web_app.Health = well,
) -> AsyncIterator[TestClient]:
    api = RecordingApi()
    bot = Bot(TOKEN, request=api, get_updates_request=api)
    app = web_app.create(process, bot=bot, secret=SECRET, health=health)
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
def processed() -> Processed:
    return Processed()


async def test_an_update_is_processed_before_it_is_acknowledged(processed):
    processed.holds[5] = asyncio.Event()
    async with serving(processed) as client:
        answer = asyncio.ensure_future(client.post("/telegram", json=HI, headers=HEADER))
        await asyncio.wait([answer], timeout=0.05)
        assert (answer.done(), processed.started) == (False, [5])
        processed.holds[5].set()
        assert (await answer).status == 200
    assert processed.ids == [5]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([], id="no secret"),
        pytest.param([(web_app.HEADER, "")], id="an empty one"),
        pytest.param([(web_app.HEADER, SECRET[:-1])], id="a shorter one"),
        pytest.param([(web_app.HEADER, SECRET + "x")], id="a longer one"),
        pytest.param([(web_app.HEADER, SECRET.lower())], id="other letters"),
        pytest.param([(web_app.HEADER, "ключ")], id="letters that are not ASCII"),
        pytest.param([(web_app.HEADER, SECRET)] * 2, id="the right one twice"),
        pytest.param([(web_app.HEADER, SECRET[:5]), (web_app.HEADER, SECRET[5:])], id="in pieces"),
    ],
)
async def test_nobody_but_telegram_is_heard(processed, headers):
    async with serving(processed) as client:
        answer = await client.post("/telegram", json=HI, headers=headers)
        assert answer.status == 401
        assert SECRET not in await answer.text()
    assert processed.started == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"", 400, id="nothing"),
        pytest.param(b"{", 400, id="half an object"),
        pytest.param(b"\xff\xfe{}", 400, id="not UTF-8"),
        pytest.param(b"[]", 400, id="a list"),
        pytest.param(b"{}", 400, id="no update id"),
        pytest.param(b'{"update_id": "5"}', 400, id="a word for an id"),
        pytest.param(b'{"update_id": true}', 400, id="a truth for an id"),
        pytest.param(b"[" * 200_000, 400, id="brackets without end"),
        pytest.param(b" " * 1_000_001, 413, id="more than a megabyte"),
        pytest.param(b'{"update_id": 5, "message": {"text": "x"}}', 200, id="unreadable: once"),
        pytest.param(b'{"update_id": 5, "message": 7}', 200, id="a number for a message: once"),
    ],
)
async def test_what_is_not_an_update_is_not_processed(processed, body, status):
    async with serving(processed) as client:
        answer = await client.post("/telegram", data=body, headers=HEADER)
        assert answer.status == status
    assert processed.started == []


async def test_a_body_without_a_length_is_limited_too(processed):
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b" " * 100_000

    async with serving(processed) as client:
        answer = await client.post("/telegram", data=endless(), headers=HEADER)
        assert answer.status == 413


async def test_a_new_kind_of_update_reaches_the_handlers(processed):
    async with serving(processed) as client:
        body = {"update_id": 5, "not_known_yet": {"x": 1}}
        answer = await client.post("/telegram", json=body, headers=HEADER)
        assert answer.status == 200
    assert processed.ids == [5]


async def test_telegram_is_told_to_try_again_when_processing_fails(processed):
    processed.fails = True
    async with serving(processed) as client:
        answer = await client.post("/telegram", json=HI, headers=HEADER)
        assert answer.status == 500
        assert "a bug" not in await answer.text()


async def test_order_in_a_chat_and_chats_side_by_side(processed):
    processed.holds[1] = asyncio.Event()
    async with serving(in_lanes(Lanes(), processed)) as client:
        answers = []
        for number, chat in ((1, 7), (2, 7), (3, 8)):
            body = message_update("hi", chat, update_id=number).to_dict()
            posting = client.post("/telegram", json=body, headers=HEADER)
            answers.append(asyncio.ensure_future(posting))
            await asyncio.wait(answers, timeout=0.05, return_when=asyncio.FIRST_COMPLETED)
        assert (await answers[2]).status == 200
        processed.holds[1].set()
        assert [(await answer).status for answer in answers] == [200] * 3
    assert processed.ids == [3, 1, 2]


async def slow() -> Sequence[str]:
    await asyncio.Event().wait()
    return []


async def ill() -> Sequence[str]:
    return ["The feed x has failed since Monday."]


@pytest.mark.parametrize(
    ("health", "status", "said"),
    [
        pytest.param(well, 200, {"ok": True, "problems": []}, id="all is well"),
        pytest.param(
            ill, 503, {"ok": False, "problems": ["The feed x has failed since Monday."]}, id="ill"
        ),
    ],
)
@pytest.mark.parametrize("with_webhook", [True, False], ids=["webhook", "polling"])
async def test_the_health_page_says_how_we_are(processed, health, status, said, with_webhook):
    if with_webhook:
        async with serving(processed, health) as client:
            answer = await client.get("/health")
            assert (answer.status, await answer.json()) == (status, said)
        return
    async with TestClient(TestServer(web_app.status(health))) as client:
        answer = await client.get("/health")
        assert (answer.status, await answer.json()) == (status, said)
        assert (await client.post("/telegram", json=HI, headers=HEADER)).status == 404


async def test_a_check_that_hangs_is_a_problem():
    app = web_app.status(slow, patience=timedelta(milliseconds=10))
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/health")
        assert answer.status == 503
        assert "too long" in (await answer.json())["problems"][0]


def recorded() -> list[Path]:
    return sorted(CORPUS.glob("*.json"))


@pytest.mark.skipif(not recorded(), reason="the corpus of recorded updates is not here")
async def test_recorded_updates_of_every_kind_get_through(processed):
    files = recorded()
    async with serving(in_lanes(Lanes(), processed)) as client:
        for file in files:
            raw = file.read_bytes()
            answer = await client.post("/telegram", data=raw, headers=HEADER)
            assert (file.name, answer.status) == (file.name, 200)
    assert processed.ids == [json.loads(file.read_bytes())["update_id"] for file in files]
