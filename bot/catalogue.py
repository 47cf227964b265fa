"""The directory in memory: rebuilt when the database's one changes, kept when it cannot answer."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

import db.services
from bot.pack import Pack
from db.engine import Sessions
from db.services import Mark
from directory import finder
from directory.index import Directory
from directory.model import Helpline, Service

log = logging.getLogger(__name__)
FRESH = timedelta(seconds=1)  # a tap need not ask the database whether the directory changed
MANY = 5_000  # services that take longer to index than somebody should wait


def _now() -> datetime:
    return datetime.now(UTC)


class Catalogue:
    """Gives the published services, ready for matching.

    A change by another process is seen after *fresh_for*, one by this process at once if
    `changed` is called. An outage of the database is never shown as "no services": the last
    directory that was read answers, at first the pack's. Whoever asks while the database is
    read waits for that reading, unless more than *many* services must be indexed: then
    the former directory answers meanwhile; after a failure it is asked again after *fresh_for*.
    """

    def __init__(
        self,
        sessions: Sessions,
        pack: Pack,
        clock: Callable[[], datetime] = _now,
        fresh_for: timedelta = FRESH,
        many: int = MANY,
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._fresh_for = fresh_for
        self._many = many
        self._reading = asyncio.Lock()
        self._changes = 0  # by this process
        self._fresh_until: datetime | None = None
        self._version: str | None = None
        self._services: dict[str, Service] = {}
        self._marks: Mapping[str, Mark] = {}
        self._directory = pack.directory
        self._read_at = clock()
        self._is_copy = False
        self.is_indexing_many = False  # the former directory answers meanwhile

    async def directory(self) -> Directory:
        """Return the directory as the database has it; the pack's while that is empty."""
        if not self._is_fresh() and not self.is_indexing_many:
            async with self._reading:
                if not self._is_fresh():  # nobody else read it meanwhile
                    await self._try_to_refresh()
        return self._directory

    def changed(self) -> None:
        """Read the database at the next call: this process has just changed a service."""
        self._changes += 1
        self._fresh_until = None

    def copy_of(self) -> datetime | None:
        """Return when the copy that answered last was right; None if the database answered.

        The moment at which the database was last asked and did answer; before it ever did,
        when the pack was read.
        """
        return self._read_at if self._is_copy else None

    def _is_fresh(self) -> bool:
        return self._fresh_until is not None and self._clock() < self._fresh_until

    async def _try_to_refresh(self) -> None:
        changes = self._changes
        try:
            await self._refresh()
        except (SQLAlchemyError, OSError) as exc:
            self._is_copy = True
            log.warning("directory not refreshed", extra={"error": type(exc).__name__})
        else:
            self._read_at, self._is_copy = self._clock(), False
        if changes == self._changes:  # else what was read may be from before the change
            self._fresh_until = self._clock() + self._fresh_for

    async def _refresh(self) -> None:
        async with self._sessions() as session:
            version = await db.services.version(session)
            if version == self._version:
                return
            marks = await db.services.marks(session)
            services = await self._read(session, marks)
            helplines = await db.services.helplines(session)
            is_empty = await db.services.is_empty(session)
        if not is_empty:  # else the pack's answers; it may also be that every service is hidden
            self._directory = await self._indexed(services, helplines)
        self._services, self._marks, self._version = services, marks, version

    async def _indexed(
        self, services: Mapping[str, Service], helplines: Sequence[Helpline]
    ) -> Directory:
        """Return a directory ready for matching and search; the event loop goes on meanwhile."""
        self.is_indexing_many = len(services) > self._many
        try:
            return await asyncio.to_thread(_indexed, self._directory, services, helplines)
        finally:
            self.is_indexing_many = False

    async def _read(self, session: AsyncSession, marks: Mapping[str, Mark]) -> dict[str, Service]:
        """Return the services of *marks* in their order; only what changed is read."""
        known, before = self._services, self._marks
        changed = [each for each, mark in marks.items() if before.get(each) != mark]
        read = await db.services.some(session, changed)
        found = ((each, read.get(each) or known.get(each)) for each in marks)
        return {each: service for each, service in found if service is not None}


def _indexed(
    former: Directory, services: Mapping[str, Service], helplines: Sequence[Helpline]
) -> Directory:
    directory = former.with_services(services.values(), helplines)
    finder.of(directory)
    return directory
