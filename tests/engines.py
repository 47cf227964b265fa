"""Engines that serve one test after another, each time on another database.

An engine compiles every statement that it meets for the first time, and asks a new database what
it is. With an engine of its own each test would do all of that again: a quarter of its time.
"""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import make_engine, normalised


def _never_wait_for_the_disk(connection: Any, _record: object) -> None:
    """Nobody needs these data after a power cut."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


class _Movable:
    """An engine as the bot makes it, whose new connections go where *target* says."""

    def __init__(self, target: URL) -> None:
        self.target = target
        self.engine = make_engine(target.render_as_string(hide_password=False))
        event.listen(self.engine.sync_engine, "do_connect", self._redirect)
        if target.get_backend_name() == "sqlite":
            event.listen(self.engine.sync_engine, "connect", _never_wait_for_the_disk)

    def _redirect(self, dialect: Any, _record: object, args: Any, named: Any) -> None:
        args[:], more = dialect.create_connect_args(self.target)
        named.update(more)


_idle: defaultdict[str, list[_Movable]] = defaultdict(list)  # by kind of database


@asynccontextmanager
async def engine_on(url: str) -> AsyncIterator[AsyncEngine]:
    """Give an engine on the database at *url*; all its connections are closed at the end."""
    target = normalised(url)
    idle = _idle[target.get_backend_name()]
    movable = idle.pop() if idle else _Movable(target)
    movable.target = target
    yield movable.engine
    await movable.engine.dispose()
    idle.append(movable)
