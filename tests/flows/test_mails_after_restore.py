"""Who stopped the mails after a backup gets none when it is restored (reliability.md, P3)."""

import shutil
from datetime import timedelta

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

import db.erasures
import db.mail_readers
from bot import backup
from bot.app import Choices, wire
from bot.choices import LOOPBACK
from bot.erasures import ErasureFile
from db.engine import make_sessions
from digests.mailing import Wish
from tests.engines import engine_on
from tests.fakes import FakeClock
from tests.flows.stage import REVIEW, SEND, nothing_wrong
from web import digest

STAYS, STOPS, RETURNS = (f"{name}@example.com" for name in ("ann", "ben", "cy"))
TOKENS = {address: letter * 43 for address, letter in ((STAYS, "a"), (STOPS, "b"), (RETURNS, "c"))}


async def subscribe(sessions, address, token, now):
    async with sessions.begin() as session:
        await db.mail_readers.ask(session, address, Wish("en"), token=token, now=now)
        await db.mail_readers.confirm(session, token, now)


async def read(url):
    async with engine_on(url) as engine, make_sessions(engine)() as session:
        return await db.mail_readers.readers(session), await db.erasures.known(session)


async def test_who_stopped_since_is_stopped_again_and_no_address_is_kept(
    sqlite_template, tmp_path, pack
):
    shutil.copy(sqlite_template, tmp_path / "old.db")
    old, new = (f"sqlite:///{tmp_path / name}" for name in ("old.db", "new.db"))
    file, clock = tmp_path / "erasures.txt", FakeClock()
    noted = ErasureFile(file)
    async with engine_on(old) as engine:
        sessions = make_sessions(engine)
        choices = Choices(
            REVIEW, SEND, public_url="https://d.example", mails=True, erasures_file=file
        )
        app = wire(sessions, pack, choices, health=nothing_wrong, clock=clock)
        site = web.Application()
        digest.mount(site, app, proxies=LOOPBACK)
        async with TestClient(TestServer(site)) as client:
            # stopped before the backup and came back: with another secret
            await subscribe(sessions, RETURNS, "x" * 43, clock())
            await client.post(f"/digest/stop/{'x' * 43}")
            for address, token in TOKENS.items():
                await subscribe(sessions, address, token, clock())
            await backup.write(old, tmp_path / "backup.zip", clock())
            clock.advance(timedelta(hours=3))
            await client.post(f"/digest/stop/{TOKENS[STOPS]}")
            await client.post(f"/digest/stop/{'y' * 43}")  # nobody's
    assert set(noted.read()) == {
        db.erasures.mail_mark("x" * 43),
        db.erasures.mail_mark(TOKENS[STOPS]),
    }
    assert "@" not in file.read_text()
    done = await backup.restore(new, tmp_path / "backup.zip", clock(), marks=noted.read())
    assert (done.stopped, done.forgotten) == (1, 0)
    readers, marks = await read(new)
    assert [each.address for each in readers] == [STAYS, RETURNS]
    assert set(marks) == set(noted.read())


async def test_the_database_that_is_replaced_knows_who_stopped(sqlite_template, tmp_path):
    shutil.copy(sqlite_template, tmp_path / "a.db")
    url, clock = f"sqlite:///{tmp_path / 'a.db'}", FakeClock()
    async with engine_on(url) as engine:
        sessions = make_sessions(engine)
        await subscribe(sessions, STOPS, TOKENS[STOPS], clock())
        await backup.write(url, tmp_path / "backup.zip", clock())
        async with sessions.begin() as session:
            assert await db.mail_readers.stop(session, TOKENS[STOPS], clock())
    done = await backup.restore(url, tmp_path / "backup.zip", clock(), marks={}, replace=True)
    assert done.stopped == 1
    assert (await read(url))[0] == []
