"""The engine and the session factory for a database URL: SQLite in a file, or PostgreSQL."""

from datetime import timedelta
from sqlite3 import Connection as SqliteConnection
from sqlite3 import Error as SqliteError
from typing import Any

from sqlalchemy import Connection, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    AsyncSessionTransaction,
    async_sessionmaker,
    create_async_engine,
)

Sessions = async_sessionmaker[AsyncSession]

_MILLISECOND = timedelta(milliseconds=1)
BUSY_SECONDS = 30  # how long a SQLite writer waits for another one
_WAITS = timedelta(seconds=5)  # somebody who is being forgotten waits for an answer
# A network that swallows everything looks like a slow server, and asyncpg waits for ever for
# a statement and a minute for a connection, while somebody waits for our apology.
CONNECT_SECONDS = 5
STATEMENT_SECONDS = 20
# A process that hangs in the middle of a transaction holds its locks, also that of the lease, so
# that nobody could take over. The server ends such a transaction before a lease runs out.
STANDSTILL_SECONDS = 15
AWAY = (DBAPIError, OSError)  # what `is_away` is asked about
_MISTAKES = (ProgrammingError, IntegrityError, DataError, NotSupportedError)

DRIVERS = {  # by the names that people write into addresses of databases
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
    if (driver := DRIVERS.get(parsed.drivername)) is None:
        raise ValueError(f"not a database that we use: {parsed.drivername}")
    return parsed.set(drivername=driver)


def is_away(error: BaseException) -> bool:
    """Say whether *error* means that the database cannot answer now: later it may."""
    if isinstance(error, DBAPIError):
        return not isinstance(error, _MISTAKES)
    return isinstance(error, OSError)


def make_engine(url: str) -> AsyncEngine:
    """Return an engine for *url*; nothing is connected yet.

    SQLite: write-ahead log, foreign keys on, writers wait for each other. PostgreSQL:
    a connection that died in the pool is replaced before it is used, so after a restart of
    the server or a fail-over the pool fills anew. A server that does not answer counts as
    away (`is_away`) after 20 seconds, one that cannot be connected to after five. It ends a
    transaction in which nothing happens for 15 seconds: its process hangs.

    Raises:
        ValueError: see `normalised`.
    """
    target = normalised(url)  # hide_parameters: an error must not quote what somebody wrote
    if target.get_backend_name() == "postgresql":
        engine = _postgresql(target, statement_seconds=STATEMENT_SECONDS)
        event.listen(engine.sync_engine, "connect", _prepare_postgresql)
        return engine
    engine = create_async_engine(
        target, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True
    )
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def make_sessions(engine: AsyncEngine) -> Sessions:
    """Return the session factory: ``sessions()`` to read, ``sessions.begin()`` to write.

    On SQLite only ``begin()`` takes the write lock at once. A transaction that reads first
    and writes later would fail, not wait, when another writer came between.
    """
    return async_sessionmaker(engine, expire_on_commit=False, class_=_Session)


async def erase_deleted(sessions: Sessions, *, waits: timedelta = _WAITS) -> bool:
    """Leave nothing in the files of what was deleted; False if that has to be tried again.

    SQLite keeps what a row held before in its write-ahead log until the log is overwritten. So
    the log is written into the file, where deleted bytes are zeros, and cut to nothing.
    *waits*: how long for whoever reads meanwhile. On PostgreSQL nothing happens: there
    autovacuum does it in its time.
    """
    engine: AsyncEngine = sessions.kw["bind"]
    if engine.dialect.name != "sqlite":
        return True
    async with engine.connect() as connection:
        # not through SQLAlchemy, which begins a transaction: inside one it is refused
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        try:
            await driver.execute_fetchall(f"PRAGMA busy_timeout={waits // _MILLISECOND}")
            [(busy, *_)] = await driver.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
        except SqliteError:
            return False
        finally:
            await driver.execute_fetchall(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    return not busy


def make_migrator(url: str) -> AsyncEngine:
    """Return an engine for migrations: statements may take long, SQLite has no foreign keys.

    SQLite cannot alter most of a table, so Alembic copies it and drops the old one; with
    foreign keys on, that drop would delete every row that belongs to its rows.
    Source: https://www.sqlite.org/lang_altertable.html#otheralter, step 1.

    Raises:
        ValueError: see `normalised`.
    """
    if (target := normalised(url)).get_backend_name() == "postgresql":
        return _postgresql(target, statement_seconds=None)
    engine = make_engine(url)

    @event.listens_for(engine.sync_engine, "connect")
    def without_foreign_keys(connection: Any, _record: object) -> None:  # Any: as below
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.close()

    return engine


class _Session(AsyncSession):
    """A session whose explicit `begin` says that it is going to write."""

    def begin(self) -> AsyncSessionTransaction:
        self.sync_session.bind = self.sync_session.get_bind().execution_options(writes=True)
        return super().begin()


def _postgresql(target: URL, *, statement_seconds: float | None) -> AsyncEngine:
    limits = {"timeout": CONNECT_SECONDS, "command_timeout": statement_seconds}
    return create_async_engine(
        target, connect_args=limits, pool_pre_ping=True, hide_parameters=True
    )


def _prepare_postgresql(connection: Any, _record: object) -> None:  # Any: the driver's adapter
    # Said once connected: a pooler in between may refuse what it does not know at the start.
    # https://www.postgresql.org/docs/18/runtime-config-client.html
    limit = f"SET idle_in_transaction_session_timeout = '{STANDSTILL_SECONDS}s'"
    connection.run_async(lambda driver: driver.execute(limit))


def _prepare_sqlite(connection: Any, _record: object) -> None:  # Any: the driver's adapter
    driver: SqliteConnection = connection
    driver.isolation_level = None  # the driver must not begin on its own: _begin_sqlite does
    cursor = driver.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # With a log NORMAL may lose the last commits in a power cut, and so send again what was sent.
    # https://www.sqlite.org/pragma.html#pragma_synchronous
    cursor.execute("PRAGMA synchronous=FULL")
    # Deleted rows become zeros, not free space that still holds them. Debian's SQLite is built
    # with it, others are not. https://www.sqlite.org/pragma.html#pragma_secure_delete
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
