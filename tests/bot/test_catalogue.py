"""The directory in memory: the pack's at first, the database's as it changes, never none."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from typing import Any, cast

import db.services
from bot.catalogue import FRESH, Catalogue
from directory import finder, matcher
from directory.lexicon import lexicon
from directory.model import Query
from directory.search import search
from tests.fakes import FakeClock


async def load(sessions, services, pack, now):
    async with sessions.begin() as session:
        await db.services.import_pack(session, services, pack.helplines, now)


async def test_an_empty_database_has_the_pack(sessions, pack):
    assert await Catalogue(sessions, pack).directory() is pack.directory


class Sometimes:
    """A database that can be taken away."""

    def __init__(self, sessions):
        self._sessions, self.down = sessions, False
        self.asked = 0

    def __call__(self):
        self.asked += 1
        if self.down:
            raise ConnectionRefusedError
        return self._sessions()


async def test_without_the_database_the_last_copy_answers_and_its_age_is_known(sessions, pack, now):
    await load(sessions, pack.services[:2], pack, now)
    clock, database = FakeClock(now), Sometimes(sessions)
    catalogue = Catalogue(cast(Any, database), pack, clock)
    database.down = True
    assert await catalogue.directory() is pack.directory
    assert catalogue.copy_of() == now, "the pack was read when it began"
    database.down = False
    clock.advance(timedelta(hours=1))
    read = await catalogue.directory()
    assert catalogue.copy_of() is None
    database.down = True
    clock.advance(timedelta(hours=1))
    assert await catalogue.directory() is read
    assert catalogue.copy_of() == now + timedelta(hours=1)


async def test_taps_that_arrive_together_read_once(sessions, pack, now):
    await load(sessions, pack.services[:2], pack, now)
    database = Sometimes(sessions)
    catalogue = Catalogue(cast(Any, database), pack, FakeClock(now))
    found = await asyncio.gather(*(catalogue.directory() for _ in range(20)))
    assert len(found[0].services) == 2
    assert all(each is found[0] for each in found)
    assert database.asked == 1


async def test_in_an_outage_the_database_is_asked_once_a_second(sessions, pack, now):
    clock, database = FakeClock(now), Sometimes(sessions)
    catalogue = Catalogue(cast(Any, database), pack, clock)
    database.down = True
    for asked in (1, 2, 3):
        await asyncio.gather(*(catalogue.directory() for _ in range(20)))
        assert await catalogue.directory() is pack.directory
        assert catalogue.copy_of() == now
        assert database.asked == asked
        clock.advance(FRESH)


async def test_a_change_while_the_database_is_read_is_read_too(sessions, pack, now):
    await load(sessions, pack.services[:2], pack, now)

    class Meanwhile:
        """A database that this process changes while the directory is read from it."""

        @asynccontextmanager
        async def __call__(self):
            async with sessions() as session:
                yield session
            if first:
                first.pop()
                await load(sessions, pack.services[:3], pack, now.replace(hour=10))
                catalogue.changed()

    first = [True]
    catalogue = Catalogue(cast(Any, Meanwhile()), pack, FakeClock(now))
    await catalogue.directory()
    assert len((await catalogue.directory()).services) == 3


async def test_a_change_by_another_process_is_seen_a_second_later(sessions, pack, now):
    clock = FakeClock(now)
    catalogue = Catalogue(sessions, pack, clock)
    await load(sessions, pack.services[:2], pack, now)
    first = await catalogue.directory()
    assert [s.id for s in first.services] == [s.id for s in pack.services[:2]]
    assert await catalogue.directory() is first, "nothing changed, so nothing is read again"
    renamed = replace(pack.services[0], name="Another name")
    await load(sessions, [renamed, pack.services[1]], pack, now.replace(hour=10))
    assert await catalogue.directory() is first, "a tap need not ask the database"
    clock.advance(FRESH)
    second = await catalogue.directory()
    assert second.services[0].name == "Another name"
    async with sessions.begin() as session:
        await db.services.confirm(
            session, renamed.id, by=1, now=now.replace(hour=11), today=now.date()
        )
    assert (await catalogue.directory()).services[0].confirmed_on is None
    catalogue.changed()
    third = await catalogue.directory()
    assert third.services[0].confirmed_on == now.date()
    await load(sessions, [pack.services[1]], pack, now.replace(hour=12))
    clock.advance(FRESH)
    assert {s.id for s in (await catalogue.directory()).services} == {
        renamed.id,
        pack.services[1].id,
    }, "what a person confirmed stays"


async def test_when_every_service_is_hidden_none_is_shown(sessions, pack, now):
    await load(sessions, pack.services[:2], pack, now)
    catalogue = Catalogue(sessions, pack, FakeClock(now))
    assert len((await catalogue.directory()).services) == 2
    await load(sessions, [], pack, now)
    catalogue.changed()
    shown = await catalogue.directory()
    assert (shown.services, shown.helplines) == ((), pack.helplines)
    assert matcher.find(shown, Query(("food",), now), 5).matches == ()


async def test_a_change_is_matched_and_found_within_a_second(sessions, pack, now):
    """Through the database, the directory made ready and both ways of asking for it."""
    await load(sessions, pack.services, pack, now)
    catalogue, words = Catalogue(sessions, pack), lexicon()
    finder.of(await catalogue.directory())
    query = Query(needs=("transport", "hate_crime"), at=now)
    renamed = replace(pack.services[0], name="Zanzibar wheelwrights", needs=query.needs)
    await load(sessions, (renamed, *pack.services[1:]), pack, now.replace(hour=10))
    started = monotonic()
    catalogue.changed()
    directory = await catalogue.directory()
    found = search(directory, words, "zanzibar wheel", Query((), now)).matches
    listed = matcher.find(directory, query, 50).matches
    took = monotonic() - started
    assert [each.service.id for each in found[:1]] == [renamed.id]
    assert renamed in [each.service for each in listed]
    assert took < 1


async def test_the_former_directory_answers_while_many_services_are_indexed(sessions, pack, now):
    clock = FakeClock(now)
    catalogue = Catalogue(sessions, pack, clock, many=100)
    former = await catalogue.directory()
    await load(sessions, pack.services[1:], pack, now)
    clock.advance(FRESH)
    reading = asyncio.create_task(catalogue.directory())
    answered = 0
    while not reading.done():
        if catalogue.is_indexing_many:
            assert await catalogue.directory() is former
            answered += 1
        await asyncio.sleep(0)
    assert answered > 0, "somebody was answered meanwhile"
    assert len((await reading).services) == len(pack.services) - 1
