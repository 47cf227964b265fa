"""One application on each database, with the real pack and a clock that stands still."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.pack import Pack
from db.engine import Sessions, make_sessions
from people.model import Role
from tests.engines import engine_on
from tests.fakes import FakeClock
from tests.flows.stage import ADA, BEN, PARTNER, Stage, assemble
from tests.packs import leeds_pack


@pytest.fixture(scope="session")
def pack() -> Pack:
    """The Leeds pack, read once."""
    return leeds_pack()


@pytest.fixture
def clock() -> FakeClock:
    """A Monday morning in ISO week 2026-W47."""
    return FakeClock()


@pytest.fixture
async def sessions(database_url: str) -> AsyncIterator[Sessions]:
    """A session factory on an empty database with all tables, on both kinds."""
    async with engine_on(database_url) as engine:
        yield make_sessions(engine)


@pytest.fixture
async def stage(sessions: Sessions, pack: Pack, clock: FakeClock) -> AsyncIterator[Stage]:
    """The application on an empty database, on both kinds."""
    made = assemble(sessions, pack, clock)
    async with made.application:
        yield made


@pytest.fixture
async def small_sessions(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Sessions]:
    """A session factory on SQLite alone."""
    shutil.copy(sqlite_template, tmp_path / "small.db")
    async with engine_on(f"sqlite:///{tmp_path / 'small.db'}") as engine:
        yield make_sessions(engine)


@pytest.fixture
async def small(small_sessions: Sessions, pack: Pack, clock: FakeClock) -> AsyncIterator[Stage]:
    """The application on SQLite alone, for what the kind of database cannot change."""
    made = assemble(small_sessions, pack, clock)
    async with made.application:
        yield made


@pytest.fixture
async def staff(stage: Stage) -> Stage:
    """The application with a partner and two coordinators, on both kinds of database."""
    return await hired(stage)


@pytest.fixture
async def crew(small: Stage) -> Stage:
    """The same on SQLite alone."""
    return await hired(small)


@asynccontextmanager
async def staged(file: Path, pack: Pack, clock: FakeClock) -> AsyncIterator[Stage]:
    """Give the application on a SQLite file that has all tables."""
    async with engine_on(f"sqlite:///{file}") as engine:
        made = assemble(make_sessions(engine), pack, clock)
        async with made.application:
            yield made


async def hired(stage: Stage) -> Stage:
    """Give *stage* a partner and two coordinators."""
    await stage.knows(PARTNER, Role.PARTNER)
    await stage.knows(ADA, Role.COORDINATOR)
    await stage.knows(BEN, Role.COORDINATOR)
    return stage
