"""The directory in memory: rebuilt when the database's one changes, kept when it cannot answer."""

import logging

from sqlalchemy.exc import SQLAlchemyError

import db.services
from bot.pack import Pack
from db.engine import Sessions
from directory.index import Directory

log = logging.getLogger(__name__)


class Catalogue:
    """Gives the published services, ready for matching.

    A change by any process is seen at the next call. An outage of the database is never
    shown as "no services": the last directory that was read answers, at first the pack's.
    """

    def __init__(self, sessions: Sessions, pack: Pack) -> None:
        self._sessions = sessions
        self._pack = pack
        self._version: str | None = None
        self._directory = pack.directory

    async def directory(self) -> Directory:
        """Return the directory as the database has it now; the pack's while that is empty."""
        try:
            await self._refresh()
        except (SQLAlchemyError, OSError) as exc:
            log.warning("directory not refreshed", extra={"error": type(exc).__name__})
        return self._directory

    async def _refresh(self) -> None:
        async with self._sessions() as session:
            version = await db.services.version(session)
            if version == self._version:
                return
            services = await db.services.published(session)
            helplines = await db.services.helplines(session)
        if services:
            self._directory = self._pack.directory_of(services, helplines)
        self._version = version
