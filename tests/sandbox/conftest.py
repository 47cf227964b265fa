"""A sandbox with a clock that tests move, and a bot that speaks plain HTTP to it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import ClientSession, FormData

from sandbox import Sandbox, serve


@dataclass
class Clock:
    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class RawBot:
    """Calls the Bot API as a form; returns the whole answer."""

    session: ClientSession
    base: str
    token: str
    statuses: list[int] = field(default_factory=list)

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        form = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in params.items()
        }
        return await self.post(method, data=form)

    async def post(self, method: str, **body: Any) -> dict[str, Any]:
        address = f"{self.base}/bot{self.token}/{method}"
        async with self.session.post(address, **body) as answer:
            self.statuses.append(answer.status)
            found: dict[str, Any] = await answer.json()
            return found

    async def send(self, chat_id: int, text: str = "hello", **more: Any) -> dict[str, Any]:
        return await self.call("sendMessage", chat_id=chat_id, text=text, **more)

    async def upload(self, method: str, fields: dict[str, Any], **files: Any) -> dict[str, Any]:
        form = FormData(default_to_multipart=True)
        for name, value in fields.items():
            form.add_field(name, str(value))
        for name, (data, filename, kind) in files.items():
            form.add_field(name, data, filename=filename, content_type=kind)
        return await self.post(method, data=form)


@dataclass
class People:
    """The people's side over HTTP."""

    session: ClientSession
    base: str

    async def get(self, path: str) -> Any:
        async with self.session.get(f"{self.base}/sandbox/{path}") as answer:
            return await answer.json()

    async def post(self, path: str, status: int = 200, **body: Any) -> Any:
        async with self.session.post(f"{self.base}/sandbox/{path}", json=body) as answer:
            found = await answer.json()
            assert answer.status == status, found
            return found


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def sandbox(clock):
    return Sandbox(clock=clock)


@pytest.fixture
async def address(sandbox) -> AsyncIterator[str]:
    async with serve(sandbox) as found:
        yield found


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as found:
        yield found


@pytest.fixture
def bot(sandbox, address, session):
    return RawBot(session, address, sandbox.token)


@pytest.fixture
def people(address, session):
    return People(session, address)


@pytest.fixture
def amina(sandbox):
    """Someone who wrote to the bot long ago."""
    return sandbox.person("Amina", "ar", started=True)


async def until(condition: Callable[[], object]) -> None:
    """Let other tasks run until *condition* holds."""
    for _ in range(100_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came true")


def keyboard(*rows: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "inline_keyboard": [
            [{"text": text, "callback_data": data} for text, data in row] for row in rows
        ]
    }
