"""Imports page by page: twice, cut off anywhere, previewed, and what they must not touch."""

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from bot import importing
from bot.importing import ImportFailed, Unreachable, Wanted
from bot.publishers import FilePages
from db import changes, services, sources
from db.base import Base
from db.changes import Hidden
from db.listings import ServiceChangeRow
from db.sources import TakenOver
from directory import facts
from directory.history import Cause, Deed
from directory.model import Checker, Confidence, Fact, Status
from directory.oruk import mapping, reading
from directory.oruk.dialects import BrokenPage, Dialect, Page, read_page
from directory.oruk.notes import Reason
from directory.oruk.reading import DataSet
from directory.oruk.report import Outcome

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "data" / "oruk" / "feeds"
TERMS = mapping.read_mapping('[[word]]\nwords = ["food"]\nneeds = ["food"]\neverywhere = true')
PER_PAGE = 3
# what does not depend on the database is tried on one
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


def a_record(number, **changed):
    return {
        "id": str(number),
        "name": f"Food {number}",
        "description": f"Food number {number}.",
        "status": "active",
        "phones": [{"number": f"0113 222 {4400 + number}"}],
        "assured_date": "2026-11-01",
        "organization": {"id": "o", "name": "Harbour"},
        **changed,
    }


@dataclass
class FakePages:
    """A publisher in memory; *broken*: pages that cannot be had. Remembers what it was asked."""

    records: list[object]
    url: str = "https://harbour.example/services"
    dialect: Dialect = Dialect.V3
    stated: int | None = None
    broken: set[int] = field(default_factory=set)
    asked: list[tuple[int, datetime | None]] = field(default_factory=list)
    hidden_from_list: set[str] = field(default_factory=set)

    async def page(self, number, since):
        self.asked.append((number, since))
        if number in self.broken:
            raise Unreachable("The server could not be reached.")
        some = self.records[(number - 1) * PER_PAGE : number * PER_PAGE]
        total = -(-len(self.records) // PER_PAGE)
        stated = len(self.records) if self.stated is None else self.stated
        return Page(tuple(some), self.dialect, number, total, stated)

    async def whole(self, record, dialect):
        return record

    async def has(self, source_id):
        return source_id in self.hidden_from_list


def wanted(pages, **options):
    return Wanted(DataSet("harbour", pages.url, "Leeds"), pages, TERMS, **options)


async def imported(sessions, now, pages, **options):
    return await importing.run(wanted(pages, **options), sessions, lambda: now)


async def everything(sessions) -> dict[str, list[tuple]]:
    """Return every row of every table."""
    found = {}
    async with sessions() as session:
        for table in Base.metadata.sorted_tables:
            rows = await session.execute(select(table).order_by(*table.primary_key))
            found[table.name] = [tuple(row) for row in rows]
    return found


async def directory(sessions) -> dict[str, Any]:
    """Return what people can see of the directory, and its history."""
    async with sessions() as session:
        shown = await services.published(session)
        rows = await session.scalars(select(ServiceChangeRow).order_by(ServiceChangeRow.id))
        history = [(row.service_id, row.cause, row.why, row.fields) for row in rows]
    return {"shown": shown, "history": history}


def ours(number):
    return reading.our_id("harbour", str(number))


async def find(sessions, number):
    async with sessions() as session:
        return await services.find(session, ours(number))


@ON_SQLITE
async def test_an_import_says_what_it_did(sessions, now):
    records = [*map(a_record, range(6)), a_record(6, name=""), a_record(7, status="defunct")]
    first = await imported(sessions, now, FakePages(records))
    assert first.outcomes == {Outcome.ADDED: 6}
    assert first.refused == {Reason.NO_NAME: 1, Reason.CLOSED: 1}
    assert first.ids["refused no_name"] == ["6"]
    assert first.whole
    second = await imported(sessions, now, FakePages([a_record(0, fees="£2"), *records[1:]]))
    assert second.outcomes[Outcome.CHANGED] == 1
    assert second.outcomes[Outcome.UNCHANGED] == 5
    assert second.ids["changed"] == [ours(0)]


async def test_twice_in_a_row_changes_nothing(sessions, now):
    records = list(map(a_record, range(8)))
    await imported(sessions, now, FakePages(records))
    before = await directory(sessions)
    again = await imported(sessions, now + timedelta(minutes=5), FakePages(records), full=True)
    assert again.outcomes[Outcome.UNCHANGED] == 8
    assert await directory(sessions) == before


@pytest.mark.parametrize("page", [1, 2, 3, 4])
async def test_cut_off_at_a_page_it_goes_on_there(sessions, now, page):
    records = [*map(a_record, range(10)), a_record(10, name="")]
    pages = FakePages(records, broken={page})
    with pytest.raises(ImportFailed, match=f"Page {page}: The server could not be reached"):
        await imported(sessions, now, pages)
    async with sessions() as session:
        progress = await sources.find(session, "harbour")
        assert len(await services.published(session)) == min(10, (page - 1) * PER_PAGE)
    assert progress is not None and progress.error == "The server could not be reached."
    later = FakePages(records)
    done = await imported(sessions, now + timedelta(hours=1), later)
    assert [number for number, _ in later.asked] == list(range(page, 5))
    assert done.whole and done.outcomes[Outcome.ADDED] == 10
    assert done.refused == {Reason.NO_NAME: 1}
    assert len((await directory(sessions))["shown"]) == 10


@ON_SQLITE
async def test_a_run_that_was_cut_off_goes_on_only_at_its_own_address(sessions, now):
    records = list(map(a_record, range(10)))
    with pytest.raises(ImportFailed):
        await imported(sessions, now, FakePages(records, broken={3}))
    other = FakePages(records, url="https://other.example/services")
    await imported(sessions, now + timedelta(hours=1), other)
    assert [number for number, _ in other.asked] == [1, 2, 3, 4]


@ON_SQLITE
@pytest.mark.parametrize(
    "refused",
    [{"name": ""}, {"description": "Nothing.", "name": "Other"}, {"status": "inactive"}],
    ids=["no name", "no need", "closed"],
)
async def test_a_run_that_goes_on_knows_what_it_refused(sessions, now, refused):
    """Counted twice, it would stand for one that is missing, which would then be hidden."""
    records = [a_record(0, **refused), *map(a_record, range(1, 7)), a_record(0, **refused)]
    with pytest.raises(ImportFailed):
        await imported(sessions, now, FakePages(records, broken={2}))
    done = await imported(sessions, now + timedelta(hours=1), FakePages(records))
    assert done.records == 7
    assert done.refused[Reason.TWICE] == 1
    assert done.passed == []


@ON_SQLITE
async def test_what_has_no_need_is_named(sessions, now):
    records = [a_record(n, name=f"Judo club {n}", description="Judo.") for n in range(3)]
    done = await imported(sessions, now, FakePages(records))
    assert done.document()["without_need"] == {
        "names": ["Judo club 0", "Judo club 1", "Judo club 2"],
        "words": {"club": 3, "judo": 3},
    }


@pytest.mark.parametrize("commit", range(1, 7))
async def test_cut_off_in_a_transaction_nothing_of_the_page_is_stored(sessions, now, commit):
    """Each of the run's commits fails once: its first note, four pages, its end."""
    records = list(map(a_record, range(10)))
    left = [commit]

    def fail(session):
        left[0] -= 1
        if left[0] == 0:
            raise RuntimeError("the power went off")

    event.listen(Session, "before_commit", fail)
    try:
        with pytest.raises(RuntimeError):
            await imported(sessions, now, FakePages(records))
    finally:
        event.remove(Session, "before_commit", fail)
    async with sessions() as session:
        stored = len(await services.published(session))
    assert stored == min(10, max(0, commit - 2) * PER_PAGE)
    await imported(sessions, now + timedelta(minutes=1), FakePages(records))
    again = await imported(sessions, now + timedelta(minutes=2), FakePages(records), full=True)
    assert again.outcomes == {Outcome.UNCHANGED: 10}
    history = (await directory(sessions))["history"]
    assert sorted(entry[0] for entry in history) == sorted(map(ours, range(10)))


_KILLED = """
import asyncio, os, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.orm import Session
from bot import importing
from bot.importing import Wanted
from bot.publishers import FilePages
from db.engine import make_engine, make_sessions
from directory.oruk import mapping
from directory.oruk.reading import DataSet
from datetime import UTC, datetime

left = int(sys.argv[3])

def die(session):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), 9)

async def main():
    sessions = make_sessions(make_engine(sys.argv[1]))
    event.listen(Session, "before_commit", die)
    pages = FilePages(Path(sys.argv[2]), per_page=3)
    terms = mapping.read_mapping('[[word]]\\nwords = ["food"]\\nneeds = ["food"]')
    now = datetime(2026, 11, 16, 9, tzinfo=UTC)
    wanted = Wanted(DataSet("harbour", None, "Leeds"), pages, terms)
    await importing.run(wanted, sessions, lambda: now)

asyncio.run(main())
"""


async def test_a_killed_process_is_taken_up_by_the_next(sessions, now, database_url, tmp_path):
    file = tmp_path / "services.json"
    file.write_text(json.dumps([a_record(number) for number in range(10)]), "utf-8")

    command = [sys.executable, "-c", _KILLED, database_url, str(file), "3"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, check=False, env=environment
    )
    assert killed.returncode == -9
    async with sessions() as session:
        assert len(await services.published(session)) == 3
    pages = FilePages(file, per_page=3)
    done = await imported(sessions, now + timedelta(minutes=1), pages)
    assert len(done.pages) == 4
    async with sessions() as session:
        shown = await services.published(session)
        progress = await sources.find(session, "harbour")
    assert sorted(each.id for each in shown) == sorted(map(ours, range(10)))
    assert progress is not None and progress.run is None and progress.report is not None
    assert progress.report["outcomes"] == {Outcome.ADDED: 10}


async def test_a_preview_writes_nothing(sessions, now):
    await imported(sessions, now, FakePages([a_record(n) for n in range(20)]))
    before = await everything(sessions)
    records = [a_record(0, name="Food 0 anew"), *map(a_record, range(2, 22))]
    seen = await imported(sessions, now, FakePages(records), preview=True, full=True)
    assert await everything(sessions) == before
    done = await imported(sessions, now, FakePages(records), full=True)
    assert (seen.document() | {"last": 0}) == (done.document() | {"last": 0})
    assert done.outcomes == {
        Outcome.ADDED: 2,
        Outcome.CHANGED: 1,
        Outcome.UNCHANGED: 18,
        Outcome.GONE: 1,
    }


@ON_SQLITE
async def test_only_a_whole_full_run_hides_what_is_gone(sessions, now):
    records = [a_record(n) for n in range(9)]
    await imported(sessions, now, FakePages(records))
    fewer = FakePages(records[:-1], stated=9)
    not_whole = await imported(sessions, now, fewer, full=True)
    assert not not_whole.whole and await find(sessions, 8) is not None
    partial = await imported(sessions, now, FakePages(records[:-1]))
    assert not partial.full and await find(sessions, 8) is not None
    moved = FakePages(records[:-1], hidden_from_list={"8"})
    await imported(sessions, now, moved, full=True)
    assert await find(sessions, 8) is not None
    whole = await imported(sessions, now, FakePages(records[:-1]), full=True)
    assert whole.ids["gone"] == [ours(8)]
    assert await find(sessions, 8) is None
    back = await imported(sessions, now, FakePages(records), full=True)
    assert back.ids["changed"] == [ours(8)]
    assert await find(sessions, 8) is not None


@ON_SQLITE
async def test_an_empty_answer_does_not_empty_the_directory(sessions, now):
    records = [a_record(n) for n in range(30)]
    await imported(sessions, now, FakePages(records))
    empty = await imported(sessions, now, FakePages([]), full=True)
    assert empty.missing == 30 and empty.outcomes[Outcome.GONE] == 0
    assert len((await directory(sessions))["shown"]) == 30
    sure = await imported(sessions, now, FakePages([]), full=True, accept_gone=True)
    assert sure.outcomes[Outcome.GONE] == 30


@ON_SQLITE
async def test_later_runs_ask_for_what_changed_and_once_a_week_for_all(sessions, now):
    records = [a_record(n) for n in range(2)]
    asked = []
    for days in (0, 1, 3, 8):
        pages = FakePages(records)
        await imported(sessions, now + timedelta(days=days), pages)
        asked += [since for _, since in pages.asked]
    assert asked == [None, now - timedelta(days=1), now, None]


@ON_SQLITE
async def test_older_dialects_are_always_read_whole(sessions, now):
    for days in (0, 1):
        pages = FakePages([a_record(1)], dialect=Dialect.V1)
        done = await imported(sessions, now + timedelta(days=days), pages)
        assert done.full and pages.asked == [(1, None)]


async def test_what_a_person_said_is_kept(sessions, now):
    await imported(sessions, now, FakePages([a_record(1), a_record(2)]))
    async with sessions.begin() as session:
        one = await services.find(session, ours(1))
        assert one is not None
        spoken = facts.checked(
            replace(one, phones=()), {Fact.PHONE}, on=date(2026, 11, 16), by=Checker.OWNER
        )
        await changes.put(session, spoken, Deed(Cause.OWNER, now, 7))
        await services.confirm(session, ours(2), by=7, now=now, today=date(2026, 11, 16))
    done = await imported(
        sessions, now, FakePages([a_record(1, fees="£1"), a_record(2, name="Food II")]), full=True
    )
    assert done.ids["changed"] == [ours(1)] and done.ids["kept"] == [ours(2)]
    one, two = await find(sessions, 1), await find(sessions, 2)
    assert (one.phones, one.access.cost) == ((), "£1")
    assert (two.name, two.confidence) == ("Food 2", Confidence.HIGH)
    again = await imported(sessions, now, FakePages([a_record(1, fees="£1")]), full=True)
    assert again.outcomes[Outcome.KEPT] == 1


@ON_SQLITE
async def test_a_place_that_a_person_hid_stays_hidden_for_ever(sessions, now):
    location = {"latitude": 53.8, "longitude": -1.5, "addresses": [{"address_1": "1 Secret St"}]}
    record = a_record(1, service_at_locations=[{"id": "l", "location": location}])
    await imported(sessions, now, FakePages([record]))
    async with sessions.begin() as session:
        one = await services.find(session, ours(1))
        assert one is not None
        one = replace(one, confidential_location=True, address=None, location=None)
        until = date(2026, 11, 17)
        said = facts.checked(
            one, {Fact.ADDRESS}, on=date(2026, 11, 16), by=Checker.COORDINATOR, valid_until=until
        )
        await changes.put(session, said, Deed(Cause.COORDINATOR, now, 7))
    later = now + timedelta(days=400)
    await imported(sessions, later, FakePages([{**record, "fees": "£3"}]), full=True)
    found = await find(sessions, 1)
    assert found.access.cost == "£3"
    assert found.confidential_location and "Secret" not in repr(found)


@ON_SQLITE
async def test_what_is_gone_and_taken_back_is_not_hidden_at_the_next_run(sessions, now):
    everything, day = [a_record(1), a_record(2)], timedelta(days=1)
    await imported(sessions, now, FakePages(everything))
    await imported(sessions, now + day, FakePages(everything[1:]), full=True)
    async with sessions.begin() as session:
        gone = (await changes.of_service(session, ours(1)))[0]
        await changes.undo(session, gone.id, by=7, now=now + 2 * day)
    again = await imported(sessions, now + 3 * day, FakePages(everything[1:]), full=True)
    assert again.outcomes[Outcome.GONE] == 0 and await find(sessions, 1) is not None
    await imported(sessions, now + 4 * day, FakePages(everything), full=True)
    last = await imported(sessions, now + 5 * day, FakePages(everything[1:]), full=True)
    assert last.ids["gone"] == [ours(1)], "it was there and is gone again"


async def test_a_second_source_adds_no_second_card(sessions, now):
    await imported(sessions, now, FakePages([a_record(1), a_record(2)]))
    other = FakePages([a_record(77, name="food 1", phones=[{"number": "+441132224401"}]),
                       a_record(78, name="Food 1", phones=[{"number": "0117 123 4567"}])],
                      url="https://other.example/services")  # fmt: skip
    job = Wanted(DataSet("other", other.url, "Leeds"), other, TERMS)
    done = await importing.run(job, sessions, lambda: now)
    assert done.refused == {Reason.DUPLICATE: 1}
    assert done.ids["refused duplicate"] == ["77"]
    assert done.outcomes[Outcome.ADDED] == 1


@ON_SQLITE
async def test_what_coordinators_took_out_stays_out(sessions, now):
    await imported(sessions, now, FakePages([a_record(1)]))
    async with sessions.begin() as session:
        await changes.hide(session, ours(1), Hidden.WITHDRAWN, Deed(Cause.COORDINATOR, now, 7))
    await imported(sessions, now, FakePages([a_record(1, fees="£1")]), full=True)
    assert await find(sessions, 1) is None


@ON_SQLITE
async def test_what_closes_at_the_source_closes_here(sessions, now):
    await imported(sessions, now, FakePages([a_record(1)]))
    await imported(sessions, now, FakePages([a_record(1, status="inactive")]), full=True)
    assert (await find(sessions, 1)).status is Status.CLOSED


@ON_SQLITE
async def test_a_record_that_became_unusable_leaves_ours_as_it_was(sessions, now):
    await imported(sessions, now, FakePages([a_record(1), a_record(2)]))
    done = await imported(sessions, now, FakePages([a_record(1, name=""), a_record(2)]), full=True)
    assert done.refused == {Reason.NO_NAME: 1} and done.outcomes[Outcome.GONE] == 0
    assert (await find(sessions, 1)).name == "Food 1"


@ON_SQLITE
async def test_an_id_that_is_there_twice_counts_once(sessions, now):
    records = [a_record(1), a_record(1, name="Food again"), a_record(2), a_record(1)]
    done = await imported(sessions, now, FakePages(records))
    assert done.refused == {Reason.TWICE: 2} and done.records == 2
    assert (await find(sessions, 1)).name == "Food 1"


class Circle(FakePages):
    """Says that there are many pages and gives the first one for ever."""

    async def page(self, number, since):
        first = await super().page(1, since)
        return replace(first, number=number, total_pages=10**9)


@ON_SQLITE
async def test_a_server_that_goes_in_a_circle_is_stopped(sessions, now):
    with pytest.raises(ImportFailed, match="same page again"):
        await imported(sessions, now, Circle([a_record(1)]))
    assert await find(sessions, 1) is not None


class Endless(FakePages):
    """Always has one more page."""

    async def page(self, number, since):
        record = {"id": str(number), "name": ""}
        return Page((record,), Dialect.V3, number, None, None, last=False)


@ON_SQLITE
async def test_pages_without_end_come_to_an_end(sessions, now):
    with pytest.raises(ImportFailed, match="more than 7 pages"):
        await imported(sessions, now, Endless([]), most_pages=7)


class Torn(FakePages):
    """The full records of some services, or all, cannot be had."""

    torn: frozenset[str] = frozenset()

    async def whole(self, record, dialect):
        if record["id"] in self.torn:
            raise BrokenPage("This is not JSON.")
        return record


@ON_SQLITE
async def test_a_record_that_cannot_be_had_is_not_gone(sessions, now):
    records = [a_record(1), a_record(2)]
    await imported(sessions, now, FakePages(records))
    pages = Torn(records)
    pages.torn = frozenset({"2"})
    done = await imported(sessions, now, pages, full=True)
    assert done.refused == {Reason.UNREACHABLE: 1} and done.outcomes[Outcome.GONE] == 0
    pages.torn = frozenset({"1", "2"})
    with pytest.raises(ImportFailed, match="None of its full records"):
        await imported(sessions, now, pages, full=True)


async def test_two_processes_do_not_import_one_source_at_once(sessions, now):
    class Slow(FakePages):
        async def page(self, number, since):
            if number == 2 and not self.asked[1:]:
                await imported(sessions, now, FakePages(self.records))
            return await super().page(number, since)

    with pytest.raises(TakenOver):
        await imported(sessions, now, Slow([a_record(n) for n in range(6)]))
    assert len((await directory(sessions))["shown"]) == 6


@ON_SQLITE
async def test_imports_leave_the_pack_alone_and_the_pack_them(sessions, now):
    await imported(sessions, now, FakePages([a_record(1)]))
    async with sessions.begin() as session:
        report = await services.import_pack(session, (), (), now)
    assert report.hidden == () and await find(sessions, 1) is not None


@ON_SQLITE
@pytest.mark.parametrize(
    ("name", "first"),
    [
        pytest.param("bristol_services_v1.json", 150, id="Bristol, the first 150"),
        pytest.param("buckinghamshire_services_page_1.json", 50, id="Buckinghamshire"),
    ],
)
async def test_real_feeds_come_in_once(sessions, now, tmp_path, name, first):
    if not (path := CORPUS / name).exists():
        pytest.skip("the corpus of real feeds is not here")
    file = tmp_path / name
    records = read_page(path.read_bytes()).records[:first]
    file.write_text(json.dumps(records), "utf-8")
    terms = mapping.read_mapping((ROOT / "packs" / "terms.toml").read_text("utf-8"))
    job = Wanted(DataSet("council", None, "Bristol"), FilePages(file, per_page=40), terms)
    done = await importing.run(job, sessions, lambda: now)
    assert done.outcomes.total() + done.refused.total() == first
    assert done.outcomes[Outcome.ADDED] > first / 2
    before = await directory(sessions)
    again = await importing.run(job, sessions, lambda: now + timedelta(hours=1))
    assert again.outcomes == {Outcome.UNCHANGED: done.outcomes[Outcome.ADDED]}
    assert await directory(sessions) == before
