import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.exc import StatementError

from bot.jobs import LEASE_TIME
from db import drafts, people
from db.engine import (
    STANDSTILL_SECONDS,
    erase_deleted,
    make_engine,
    make_sessions,
    normalised,
)
from db.models import DraftRow
from db.voice import ShownRow
from people.drafts import Draft

WANTED = 7_316_482_951  # a chat, in six bytes that nothing else holds


@pytest.mark.parametrize(
    ("url", "driver", "database"),
    [
        ("sqlite:///var/a.db", "sqlite+aiosqlite", "var/a.db"),
        ("sqlite+aiosqlite:////var/a.db", "sqlite+aiosqlite", "/var/a.db"),
        ("postgresql://u:p@host/db", "postgresql+asyncpg", "db"),
        ("postgresql+asyncpg://host/db", "postgresql+asyncpg", "db"),
        ("postgres://host/db", "postgresql+asyncpg", "db"),
    ],
)
def test_urls_get_the_driver_that_we_use(url, driver, database):
    found = normalised(url)
    assert (found.drivername, found.database) == (driver, database)


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://host/db", "sqlite+pysqlite:///a.db"])
def test_other_urls_are_refused_without_repeating_a_password(url):
    with pytest.raises(ValueError, match="not a database"):
        normalised(url)


async def test_sqlite_is_set_up_to_be_shared(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'a.db'}")
    async with engine.connect() as connection:
        found = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in (
                "journal_mode",
                "foreign_keys",
                "synchronous",
                "busy_timeout",
                "secure_delete",
            )
        ]
    await engine.dispose()
    assert found == ["wal", 1, 2, 30_000, 1]


def kept_in(folder: Path) -> bytes:
    """Return the bytes of the database and of its logs."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("a.db*")))


@pytest.mark.parametrize("secure", [True, False], ids=["as we set it up", "as SQLite may be built"])
async def test_erasing_leaves_nothing_of_deleted_rows_between_others(
    tmp_path, sqlite_template, now, secure
):
    shutil.copy(sqlite_template, tmp_path / "a.db")
    url = f"sqlite:///{tmp_path / 'a.db'}"
    engine = make_engine(url)
    if not secure:
        event.listen(
            engine.sync_engine,
            "connect",
            lambda driver, _: driver.cursor().execute("PRAGMA secure_delete=OFF"),
        )
    sessions = make_sessions(engine)
    order = [(chat, number) for chat in range(-40, 40) for number in range(60)]
    Random(7).shuffle(order)
    async with sessions.begin() as session:
        await session.execute(  # one row after the other, so that pages are split and merged
            insert(ShownRow),
            [
                {"chat_id": WANTED + chat, "message_id": number + 10_000_000, "shown_at": now}
                for chat, number in order
            ],
        )
    async with sessions.begin() as session:
        await people.forget(session, WANTED, now=now)
    before = kept_in(tmp_path)
    assert await erase_deleted(sessions) is True
    after = kept_in(tmp_path)
    await engine.dispose()
    needle = WANTED.to_bytes(6, "big")
    assert needle in before, "SQLite keeps what was there, in its log at least"
    assert (WANTED + 1).to_bytes(6, "big") in after, "others stay"
    assert (needle in after) is not secure


async def test_erasing_gives_up_while_somebody_reads_and_works_afterwards(
    tmp_path, sqlite_template, now
):
    shutil.copy(sqlite_template, tmp_path / "a.db")
    url = f"sqlite:///{tmp_path / 'a.db'}"
    engine = make_engine(url)
    sessions = make_sessions(engine)
    async with sessions() as reader:
        await drafts.find(reader, 1)
        async with sessions.begin() as session:
            await drafts.put(session, Draft(1, "broadcast", "text"), now)
        assert await erase_deleted(sessions, waits=timedelta()) is False
    assert await erase_deleted(sessions, waits=timedelta()) is True
    await engine.dispose()


async def test_postgresql_ends_a_transaction_that_stands_still(postgresql_url):
    engine = make_engine(postgresql_url)
    for _ in range(2):  # also the second time that the connection is used
        async with engine.connect() as connection:
            found = await connection.scalar(text("SHOW idle_in_transaction_session_timeout"))
            await connection.rollback()
        assert found == f"{STANDSTILL_SECONDS}s"
    await engine.dispose()
    assert timedelta(seconds=STANDSTILL_SECONDS) < LEASE_TIME, "before somebody may take over"


async def test_erasing_needs_nothing_on_postgresql(postgresql_url):
    engine = make_engine(postgresql_url)
    assert await erase_deleted(make_sessions(engine)) is True
    await engine.dispose()


async def test_a_failed_transaction_leaves_nothing(sessions, now):
    class Stop(Exception):
        pass

    async def fail_in_the_middle():
        async with sessions.begin() as session:
            await drafts.put(session, Draft(1, "broadcast", "text"), now)
            raise Stop

    with pytest.raises(Stop):
        await fail_in_the_middle()
    async with sessions() as session:
        assert await drafts.find(session, 1) is None


async def test_moments_come_back_in_utc_whatever_zone_they_had(sessions, now):
    elsewhere = now.astimezone(timezone(timedelta(hours=3, minutes=30)))
    async with sessions.begin() as session:
        await drafts.put(session, Draft(1, "broadcast", "text"), elsewhere)
    async with sessions() as session:
        row = await session.get(DraftRow, 1)
    assert row is not None
    assert (row.updated_at, row.updated_at.utcoffset()) == (now, timedelta())


async def test_a_naive_moment_is_refused(sessions):
    async with sessions() as session:
        with pytest.raises(StatementError, match="naive"):
            await drafts.put(session, Draft(1, "b", "t"), datetime(2026, 11, 16))  # noqa: DTZ001
