"""What the directory's API serves: made anew when the directory in memory is another one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy.exc import SQLAlchemyError

import db.published
from db.engine import Sessions
from directory.index import Directory
from directory.oruk.entries import Moments
from directory.oruk.publication import Publication

log = logging.getLogger(__name__)


class Publisher:
    """Gives what everybody may read of the directory in memory.

    It is made in a thread, so nobody who writes to the bot waits for it. While the database
    cannot say when services changed, the last answer stands.
    """

    def __init__(self, sessions: Sessions, directory: Callable[[], Awaitable[Directory]]) -> None:
        self._sessions = sessions
        self._directory = directory
        self._making = asyncio.Lock()
        self._of: Directory | None = None
        self._moments: Mapping[str, Moments] = {}
        self._made: Publication | None = None

    async def publication(self) -> Publication:
        """Return what is public of the directory as it is now."""
        directory = await self._directory()
        async with self._making:
            if self._made is None or self._of is not directory:
                read = await self._read_moments()
                self._made = await asyncio.to_thread(
                    Publication, directory.services, directory.gazetteer, self._moments
                )
                self._of = directory if read else None  # else it is tried again
            return self._made

    async def _read_moments(self) -> bool:
        try:
            async with self._sessions() as session:
                self._moments = await db.published.moments(session)
        except (SQLAlchemyError, OSError) as exc:
            log.warning("moments of services not read", extra={"error": type(exc).__name__})
            return False
        return True
