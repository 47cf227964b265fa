"""What the API serves follows the directory in memory."""

from datetime import UTC, datetime
from typing import cast

from sqlalchemy.exc import OperationalError

import db.services
from bot.publishing import Publisher
from db.engine import Sessions
from directory.oruk.publication import Form
from tests.directory.rows import a_city, a_row, a_service

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Memory:
    """The directory in memory, which a test may change."""

    def __init__(self, *rows):
        self.now = a_city(rows)

    async def directory(self):
        return self.now


async def stored(sessions, *services):
    async with sessions.begin() as session:
        await db.services.import_pack(session, services, (), NOW)


def names(publication):
    return [publication.service(at, Form.SHORT)["name"] for at in publication.services()]


async def test_it_is_made_once_for_each_state_of_the_directory(sessions):
    memory = Memory(a_row("one", name="One"))
    publisher = Publisher(sessions, memory.directory)
    first = await publisher.publication()
    assert await publisher.publication() is first
    memory.now = a_city([a_row("one", name="Other")])
    assert names(await publisher.publication()) == ["Other"]


async def test_it_knows_when_a_service_changed(sessions):
    await stored(sessions, a_service("one"))
    publisher = Publisher(sessions, Memory(a_row("one")).directory)
    publication = await publisher.publication()
    assert publication.service(0, Form.SHORT)["last_modified"] == "2026-11-22T09:30:00Z"
    assert publication.changed_at == NOW


async def test_while_the_database_is_away_the_last_moments_stand(sessions):
    await stored(sessions, a_service("one"))
    away = False

    def maybe():
        if away:
            raise OperationalError("", {}, OSError("away"))
        return sessions()

    memory = Memory(a_row("one"))
    # all that it does with sessions is to open one
    publisher = Publisher(cast(Sessions, maybe), memory.directory)
    await publisher.publication()
    away, memory.now = True, a_city([a_row("one", name="New")])
    publication = await publisher.publication()
    assert names(publication) == ["New"]
    assert publication.changed_at == NOW
    away = False
    async with sessions.begin() as session:
        await db.services.import_pack(session, [a_service("one", name="New")], (), LATER)
    assert (await publisher.publication()).changed_at == LATER
