"""The installation, on SQLite alone and on both kinds of database."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.pack import Pack
from db.engine import Sessions, make_sessions
from tests.engines import engine_on
from tests.mails.house import House, housed
from tests.mails.server import mail_server
from tests.packs import leeds_pack


@pytest.fixture(scope="session")
def pack() -> Pack:
    """The Leeds pack, read once."""
    return leeds_pack()


@pytest.fixture
async def house(sqlite_template: Path, tmp_path: Path, pack: Pack) -> AsyncIterator[House]:
    """An installation with mails, on SQLite."""
    shutil.copy(sqlite_template, tmp_path / "house.db")
    async with (
        engine_on(f"sqlite:///{tmp_path / 'house.db'}") as engine,
        mail_server() as server,
        housed(make_sessions(engine), pack, server) as made,
    ):
        yield made


@pytest.fixture
async def sessions(database_url: str) -> AsyncIterator[Sessions]:
    """A session factory on an empty database with all tables, on both kinds."""
    async with engine_on(database_url) as engine:
        yield make_sessions(engine)


@pytest.fixture
async def houses(sessions: Sessions, pack: Pack) -> AsyncIterator[House]:
    """The same, on both kinds of database."""
    async with mail_server() as server, housed(sessions, pack, server) as made:
        yield made
