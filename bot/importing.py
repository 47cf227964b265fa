"""Importing services of another publisher: page after page, each in its own transaction.

Order: read a page, make services of its records, decide against what is stored, store, note the
page as done. Killed in the middle of a page, nothing of it is stored, and the next run goes on
with it. Only a full run that read every page hides what the source has no more.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from db import imports, sources
from db.engine import Sessions
from db.imports import Others, Step
from db.sources import Progress
from directory.history import Cause, Deed
from directory.oruk import reading, report
from directory.oruk.dialects import BrokenPage, Dialect, Page
from directory.oruk.mapping import TermMap
from directory.oruk.notes import Reason
from directory.oruk.reading import DataSet, Refused, Taken
from directory.oruk.report import Outcome, Report

MOST_PAGES = 5_000
FULL_EVERY = timedelta(days=7)  # between runs that look at everything
OVERLAP = timedelta(days=1)  # asked for twice: clocks differ, and some publishers write days only
STALE = timedelta(days=1)  # a run that was cut off longer ago begins anew
_FEW = 10  # so many services may go at once; more than half of many may not
_AT_ONCE = 4  # requests to one server


class Unreachable(Exception):
    """Something of the source could not be had; the text says why."""


class Missing(Unreachable):
    """The source says that it has no such thing (RFC 9110: 404, 410)."""


class ImportFailed(Exception):
    """The run was cut off; what was stored stays, and the next run goes on from there."""


class Pages(Protocol):
    """Where pages come from. *url*: what tells one source from another."""

    url: str

    async def page(self, number: int, since: datetime | None) -> Page | None:
        """Return page *number*, from 1; None after the last one. *since*: only what changed.

        Raises:
            Unreachable: it could not be had.
            BrokenPage: it cannot be read.
        """
        ...

    async def whole(self, record: object, dialect: Dialect) -> object:
        """Return the full form of *record* of a list.

        Raises:
            Unreachable: it could not be had.
            BrokenPage: it cannot be read.
        """
        ...

    async def has(self, source_id: str) -> bool:
        """Say whether the source still gives the record *source_id*, which its list left out."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to import and how.

    *full*: look at everything, also where the source can tell what changed. *preview*: write
    nothing. *accept_gone*: hide what is gone, however much it is. *most_pages*: a server that
    has more is not believed.
    """

    data_set: DataSet
    pages: Pages
    terms: TermMap
    full: bool = False
    preview: bool = False
    accept_gone: bool = False
    most_pages: int = MOST_PAGES


async def run(wanted: Wanted, sessions: Sessions, clock: Callable[[], datetime]) -> Report:
    """Import what is *wanted*, or go on with a run that was cut off; return what it did.

    Raises:
        ImportFailed: a page could not be had or read.
        TakenOver: another process imports the same source.
    """
    async with sessions() as session:
        before = await sources.find(session, wanted.data_set.key)
        others = await imports.others(session, wanted.data_set.key)
    begun = _Run(wanted, sessions, clock, others, before)
    await begun.begin()
    try:
        while await begun.next_page():
            pass
    except (Unreachable, BrokenPage) as exc:
        await begun.note_error(str(exc))
        raise ImportFailed(f"Page {begun.page + 1}: {exc}") from exc
    await begun.finish()
    return begun.report


class _Run:
    """One run under way."""

    def __init__(
        self,
        wanted: Wanted,
        sessions: Sessions,
        clock: Callable[[], datetime],
        others: Others,
        before: Progress | None,
    ) -> None:
        self._wanted = wanted
        self._key = wanted.data_set.key
        self._sessions = sessions
        self._clock = clock
        self._others = others
        self._stored = before
        self._started = clock()
        self._since: datetime | None = None
        self._listed: set[str] = set()  # our ids of what the run has met
        self._last = False
        self.page = 0
        self.report = Report()

    async def begin(self) -> None:
        """Go on with a run that was cut off, or begin one."""
        before, now = self._stored, self._clock()
        if before is not None and before.run is not None and self._goes_on(before, now):
            assert before.report is not None and before.page is not None
            self._started, self.page = before.run, before.page
            self.report = report.restored(before.report)
            async with self._sessions() as session:
                self._listed = await imports.seen(session, self._key, before.run)
            self._listed |= set(self.report.passed)
        else:
            self.report = self._new_report(before, now)
            dialect = before.dialect if before else ""
            blank = before or Progress(self._key, self._wanted.pages.url, dialect)
            await self._note(self._at(blank, self.page))
        if not self.report.full and before is not None:
            self._since = before.modified_after

    def _goes_on(self, before: Progress, now: datetime) -> bool:
        return (
            not self._wanted.preview
            and before.run is not None
            and now - before.run < STALE
            and before.url == self._wanted.pages.url
            and before.report is not None
            and before.page is not None
            and not (self._wanted.full and not before.report["full"])
        )

    def _new_report(self, before: Progress | None, now: datetime) -> Report:
        last = before.report.get("last_full") if before and before.report else None
        partial = (
            not self._wanted.full
            and before is not None
            and before.modified_after is not None
            and before.url == self._wanted.pages.url
            and before.dialect == Dialect.V3  # others know no modified_after
            and last is not None
            and now - datetime.fromisoformat(last) < FULL_EVERY
        )
        return Report(full=not partial, last_full=last)

    async def next_page(self) -> bool:
        """Read and store one page; False when it was the last one."""
        if self._last:
            return False
        number = self.page + 1
        if number > self._wanted.most_pages:
            raise BrokenPage(f"There are more than {self._wanted.most_pages:,} pages.")
        page = await self._wanted.pages.page(number, self._since)
        if page is None or (not page.records and number > 1):
            return False
        self._check_circle(page)
        results = await self._read(page)
        await self._keep(page, results)
        self.page = number
        self._last = _is_last(page, number)
        return True

    def _check_circle(self, page: Page) -> None:
        """Refuse a page that was there before: some servers give the last one again and again."""
        ids = "\n".join(reading.source_id(record) for record in page.records)
        mark = sha256(ids.encode()).hexdigest()[:16]
        if page.records and mark in self.report.pages:
            raise BrokenPage("The server gives the same page again and again.")
        self.report.pages.append(mark)
        if page.total_items is not None:
            first = self.report.asked is None
            self.report.asked = (
                page.total_items if first else max(page.total_items, self.report.asked or 0)
            )

    async def _read(self, page: Page) -> list[Taken | Refused]:
        gate = asyncio.Semaphore(_AT_ONCE)
        today = self._clock().date()

        async def one(record: object) -> Taken | Refused:
            async with gate:
                try:
                    full = await self._wanted.pages.whole(record, page.dialect)
                except (Unreachable, BrokenPage):
                    return Refused(reading.source_id(record), Reason.UNREACHABLE)
            return reading.read(full, self._wanted.data_set, self._wanted.terms, today)

        results = await asyncio.gather(*(one(record) for record in page.records))
        lost = [r for r in results if isinstance(r, Refused) and r.reason is Reason.UNREACHABLE]
        if results and len(lost) == len(results):
            raise Unreachable("None of its full records could be read.")
        return list(results)

    async def _keep(self, page: Page, results: Sequence[Taken | Refused]) -> None:
        """Store the page and how far the run is in one transaction; a preview stores nothing."""
        met, fresh = self._sorted(results)
        services = [each.service for each in fresh]
        now = self._clock()
        if self._wanted.preview:
            async with self._sessions() as session:
                steps = await imports.planned(session, self._key, services, now.date(), lock=False)
            self._count(fresh, steps)
            return
        async with self._sessions.begin() as session:
            steps = await imports.planned(session, self._key, services, now.date())
            kept = self._count(fresh, steps)
            await imports.store(session, kept, Deed(Cause.IMPORT, now, why=self._key))
            await imports.note_seen(session, met, self._started)
            assert self._stored is not None  # `begin` stored it
            done = replace(self._at(self._stored, self.page + 1), dialect=page.dialect.value)
            await self._put(session, done)

    def _sorted(self, results: Sequence[Taken | Refused]) -> tuple[list[str], list[Taken]]:
        """Count what is refused and return our ids of all that was met, and what is left."""
        met: list[str] = []
        fresh: list[Taken] = []
        for each in results:
            self.report.unmapped.update(each.unmapped)
            if isinstance(each, Taken):
                origin = each.service.origin
                source_id = "" if origin is None else origin.id
            else:
                source_id = each.id
            ours = reading.our_id(self._key, source_id) if source_id else ""
            if ours and ours in self._listed:
                self.report.refuse(Reason.TWICE, source_id)
                continue
            self.report.records += 1
            if ours:
                met.append(ours)
                self._listed.add(ours)
            if isinstance(each, Refused):
                self.report.refuse(each.reason, source_id, each.name)
                self.report.passed += [ours] if ours else []
            else:
                fresh.append(each)
        return met, fresh

    def _count(self, fresh: Sequence[Taken], steps: Sequence[Step]) -> list[Step]:
        """Count what becomes of each and return what is to be stored."""
        kept: list[Step] = []
        for each, step in zip(fresh, steps, strict=True):
            origin = each.service.origin
            source_id = "" if origin is None else origin.id
            if step.outcome is None:
                self._pass_over(Reason.CLOSED, source_id)
                continue
            if step.outcome is Outcome.ADDED and self._others.twin(each.service) is not None:
                self._pass_over(Reason.DUPLICATE, source_id)
                continue
            self.report.add(step.outcome, [step.service.id])
            self.report.leave(each.left, source_id)
            kept.append(step)
        return kept

    def _pass_over(self, reason: Reason, source_id: str) -> None:
        self.report.refuse(reason, source_id)
        self.report.passed.append(reading.our_id(self._key, source_id))

    async def finish(self) -> None:
        """Hide what is gone after a full run that was whole, and note that it is finished."""
        done, now = self.report, self._clock()
        # what moved to another page meanwhile is there twice, or not at all: see `_gone`
        done.whole = done.full and done.records + done.refused[Reason.TWICE] >= (done.asked or 0)
        gone = await self._gone() if done.whole else []
        done.add(Outcome.GONE, gone)
        done.passed.clear()
        if self._wanted.preview:
            return
        if done.whole:
            done.last_full = self._started.isoformat()
        async with self._sessions.begin() as session:
            await imports.hide_gone(session, gone, Deed(Cause.IMPORT, now, why=self._key))
            assert self._stored is not None  # `begin` stored it
            end = replace(
                self._at(self._stored, None),
                run=None,
                modified_after=self._started - OVERLAP,
                finished=now,
            )
            await self._put(session, end)

    async def _gone(self) -> list[str]:
        """Return the services that a whole list has no more, and that are not there when asked."""
        async with self._sessions() as session:
            shown = await imports.droppable(session, self._key)
        left_out = [each for each in shown if each not in self._listed]
        if len(left_out) > max(_FEW, len(shown) // 2) and not self._wanted.accept_gone:
            self.report.missing = len(left_out)
            return []
        return [each for each in left_out if not await self._wanted.pages.has(shown[each])]

    async def note_error(self, why: str) -> None:
        """Note why the run was cut off; what it has done stays."""
        if not self._wanted.preview and self._stored is not None:
            await self._note(replace(self._stored, error=why))

    def _at(self, before: Progress, page: int | None) -> Progress:
        return replace(
            before,
            url=self._wanted.pages.url,
            run=self._started,
            page=page,
            error=None,
            report=self.report.stored(),
        )

    async def _note(self, progress: Progress) -> None:
        if self._wanted.preview:
            return
        async with self._sessions.begin() as session:
            await self._put(session, progress)

    async def _put(self, session: AsyncSession, progress: Progress) -> None:
        await sources.put(session, progress, before=self._stored)
        self._stored = progress


def _is_last(page: Page, number: int) -> bool:
    """Say whether no page follows; the number of pages counts for more than "last"."""
    if page.total_pages is not None:
        return number >= page.total_pages
    return page.last is not False
