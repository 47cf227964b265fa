"""How soon a change in the database is matched and found, through the bot's own catalogue."""

import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import db.schema
import db.services
from benchmarks.multiply import multiplied, sectors
from bot.catalogue import Catalogue
from bot.pack import Pack
from db.engine import make_engine, make_sessions
from directory import matcher
from directory.lexicon import lexicon
from directory.model import Query
from directory.search import search

_NAME, _TYPED = "Zanzibar wheelwrights", "zanzibar wheel"


async def seconds(pack: Pack, size: int) -> float:
    """Return how long a service that was changed among *size* takes to be answered with.

    From the bot's word that something changed, in a SQLite file, to the answer of a search and
    of a match that both have it.

    Raises:
        RuntimeError: one of the two does not have it.
    """
    now = datetime.now(UTC)
    services = multiplied(pack.services, sectors(pack.gazetteer), size)
    changed = replace(services[0], name=_NAME)
    query = Query(needs=changed.needs[:1], at=now)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'change.db'}"
        await db.schema.upgrade(url)
        engine = make_engine(url)
        sessions = make_sessions(engine)
        async with sessions.begin() as session:
            await db.services.import_pack(session, services, pack.helplines, now)
        catalogue, words = Catalogue(sessions, pack), lexicon()
        await catalogue.directory()
        async with sessions.begin() as session:
            rows = (changed, *services[1:])
            later = now + timedelta(minutes=1)
            await db.services.import_pack(session, rows, pack.helplines, later)
        start = time.perf_counter()
        catalogue.changed()
        directory = await catalogue.directory()
        found = search(directory, words, _TYPED, Query((), now)).matches
        listed = matcher.find(directory, query, size).matches
        took = time.perf_counter() - start
        await engine.dispose()
    both = [[each.service.name for each in found], [each.service.name for each in listed]]
    if not all(_NAME in names for names in both):
        raise RuntimeError("a changed service is not answered with")
    return took
