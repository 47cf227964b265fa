from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from db import drafts
from db.engine import make_engine, normalised
from db.models import DraftRow
from people.drafts import Draft


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
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        ]
    await engine.dispose()
    assert found == ["wal", 1, 1, 30_000]


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
