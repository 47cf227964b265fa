"""The engine and the session factory for a database URL: SQLite in a file, or PostgreSQL."""

from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import Connection, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    AsyncSessionTransaction,
    async_sessionmaker,
    create_async_engine,
)

Sessions = async_sessionmaker[AsyncSession]

BUSY_SECONDS = 30  # how long a SQLite writer waits for another one

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


def normalised(url: str) -> URL:
    """Return *url* with the asynchronous driver that we use.

    Raises:
        ValueError: it is neither SQLite nor PostgreSQL, or not a URL at all.
    """
    try:
        parsed = make_url(url)
    except Exception as exc:
        raise ValueError("not a database URL; write sqlite:///FILE or postgresql://...") from exc
    if (driver := _DRIVERS.get(parsed.drivername)) is None:
        raise ValueError(f"not a database that we use: {parsed.drivername}")
    return parsed.set(drivername=driver)


def make_engine(url: str) -> AsyncEngine:
    """Return an engine for *url*; nothing is connected yet.

    SQLite: write-ahead log, foreign keys on, writers wait for each other. PostgreSQL:
    a connection that died in the pool is replaced before it is used.

    Raises:
        ValueError: see `normalised`.
    """
    target = normalised(url)
    if target.get_backend_name() == "postgresql":
        return create_async_engine(target, pool_pre_ping=True)
    engine = create_async_engine(target, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def make_sessions(engine: AsyncEngine) -> Sessions:
    """Return the session factory: ``sessions()`` to read, ``sessions.begin()`` to write.

    On SQLite only ``begin()`` takes the write lock at once. A transaction that reads first
    and writes later would fail, not wait, when another writer came between.
    """
    return async_sessionmaker(engine, expire_on_commit=False, class_=_Session)


class _Session(AsyncSession):
    """A session whose explicit `begin` says that it is going to write."""

    def begin(self) -> AsyncSessionTransaction:
        self.sync_session.bind = self.sync_session.get_bind().execution_options(writes=True)
        return super().begin()


def _prepare_sqlite(connection: Any, _record: object) -> None:  # Any: the driver's adapter
    driver: SqliteConnection = connection
    driver.isolation_level = None  # the driver must not begin on its own: _begin_sqlite does
    cursor = driver.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
