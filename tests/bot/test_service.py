"""A whole process against the strict sandbox: it starts, answers, and leaves nothing open."""

import asyncio
import gc
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import time

import aiohttp
import pytest
from telegram.error import InvalidToken

import locales
from bot import service
from bot.app import Choices
from bot.service import AlreadyRunning, CannotUse, Installation, Role, running
from bot.weektime import WeekTime
from directory import lexicon
from sandbox.server import serve
from sandbox.world import Sandbox

ALWAYS = WeekTime(0, time(0))


@pytest.fixture
def sandbox():
    return Sandbox()


def installation(tmp_path, pack, address, sandbox, **changed):
    return Installation(
        **{
            "token": sandbox.token,
            "database_url": f"sqlite:///{tmp_path / 'service.db'}",
            "pack": pack,
            "api_base": address,
            "coordinators": (),
            "choices": Choices(ALWAYS, ALWAYS),
        }
        | changed
    )


async def until(done, seconds=5.0):
    async with asyncio.timeout(seconds):
        while not done():  # noqa: ASYNC110  (the sandbox has no event for it)
            await asyncio.sleep(0.01)


async def answer(sandbox, person, text="/help"):
    """Write as *person* and wait for the bot's next message."""
    before = len(sandbox.chat(person.id))
    sandbox.say(person.id, text)
    await until(lambda: len(sandbox.chat(person.id)) > before + 1)
    return sandbox.chat(person.id)[-1]["text"]


async def test_it_starts_answers_and_leaves_nothing_open(tmp_path, pack, sandbox):
    before = asyncio.all_tasks()
    async with serve(sandbox) as address:
        person = sandbox.person("Amal", "en", started=True)
        async with running(installation(tmp_path, pack, address, sandbox)) as parts:
            assert "/start" in await answer(sandbox, person)
            assert parts.jobs.runs
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before
    gc.collect()  # an unclosed connection warns when it is collected, and warnings are errors


async def test_soon_after_the_start_nobody_waits_for_words_or_commands(tmp_path, pack, sandbox):
    lexicon._made.cache_clear()
    locales.translator.cache_clear()
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(serve(sandbox))
        await stack.enter_async_context(running(installation(tmp_path, pack, address, sandbox)))
        await until(lambda: sandbox.profile.commands(None, "pl"), seconds=20)
        assert lexicon._made.cache_info().currsize == 1
        assert locales.translator.cache_info().currsize == len(locales.supported())


async def test_a_second_start_finds_everything_as_it_was(tmp_path, pack, sandbox):
    person = sandbox.person("Ada", "en", started=True)
    async with serve(sandbox) as address:
        what = installation(tmp_path, pack, address, sandbox, coordinators=(person.id,))
        for _ in range(2):
            async with running(what):
                sandbox.say(person.id, "/whoami")
                await until(
                    lambda: "You are a coordinator" in sandbox.chat(person.id)[-1].get("text", "")
                )
                sandbox.say(person.id, "again")
                await until(lambda: sandbox.chat(person.id)[-1]["from_bot"])


async def test_a_wrong_token_ends_at_once_and_leaves_nothing_open(tmp_path, pack, sandbox):
    async with serve(sandbox) as address:
        what = installation(tmp_path, pack, address, sandbox, token="1:wrong")
        with pytest.raises(InvalidToken):
            async with running(what):
                raise AssertionError("it must not run")
    gc.collect()


@pytest.mark.slow
async def test_telegram_that_cannot_be_reached_at_first_is_tried_again(
    tmp_path, pack, sandbox, caplog, unused_tcp_port
):
    address = f"http://127.0.0.1:{unused_tcp_port}"
    person = sandbox.person("Amal", "en", started=True)
    up = asyncio.Event()

    async def run():
        async with running(installation(tmp_path, pack, address, sandbox)):
            up.set()
            assert "/start" in await answer(sandbox, person)

    process = asyncio.create_task(run())
    await until(lambda: "cannot be reached, trying again" in caplog.text)
    assert not up.is_set()
    async with serve(sandbox, port=unused_tcp_port):
        await asyncio.wait_for(process, 20)


async def test_a_process_for_the_web_runs_no_jobs(tmp_path, pack, sandbox, unused_tcp_port):
    async with serve(sandbox) as address:
        what = installation(tmp_path, pack, address, sandbox, role=Role.WEB, port=unused_tcp_port)
        async with running(what) as parts, aiohttp.ClientSession() as client:
            assert parts.jobs.runs == {}
            async with client.get(f"http://127.0.0.1:{unused_tcp_port}/health") as response:
                assert "no process runs the jobs" in await response.text()


async def test_a_process_for_jobs_takes_no_updates(tmp_path, pack, sandbox):
    person = sandbox.person("Amal", "en", started=True)
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(serve(sandbox))
        what = installation(tmp_path, pack, address, sandbox, role=Role.JOBS)
        parts = await stack.enter_async_context(running(what))
        sandbox.say(person.id, "/help")
        await until(lambda: parts.jobs.leading)
        assert not any(m["from_bot"] for m in sandbox.chat(person.id))


async def test_an_address_that_is_taken_is_said_clearly(tmp_path, pack, sandbox, unused_tcp_port):
    async with serve(sandbox, port=unused_tcp_port) as address:
        what = installation(tmp_path, pack, address, sandbox, port=unused_tcp_port)
        with pytest.raises(service.CannotListen, match=str(unused_tcp_port)):
            async with running(what):
                raise AssertionError("it must not run")
    gc.collect()


@pytest.mark.parametrize("file", ["not.db", "not.db/in.db"])
async def test_a_file_that_cannot_be_used_is_said_at_once(tmp_path, pack, sandbox, file):
    (tmp_path / "not.db").write_text("this is no database", encoding="utf-8")
    what = installation(tmp_path, pack, "http://127.0.0.1:9", sandbox)
    with pytest.raises(CannotUse):
        async with running(replace(what, database_url=f"sqlite:///{tmp_path / file}")):
            pass


async def test_a_second_process_that_polls_with_the_same_file_ends_at_once(tmp_path, pack, sandbox):
    """D7, and the process that only waits for the jobs may run beside it."""
    person = sandbox.person("Amal", "en", started=True)
    async with serve(sandbox) as address:
        what = installation(tmp_path, pack, address, sandbox)
        async with running(what) as first:
            await until(lambda: first.jobs.leading)
            for role in (Role.ALL, Role.WEB):
                with pytest.raises(AlreadyRunning, match=r"service\.db"):
                    async with running(replace(what, role=role)):
                        raise AssertionError("it must not run")
            async with running(replace(what, role=Role.JOBS)) as waits:
                assert "/start" in await answer(sandbox, person)
                assert (first.jobs.leading, waits.jobs.leading) == (True, False)
