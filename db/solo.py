"""A SQLite file is for one process that asks Telegram for updates: two knock each other out.

The lock is SQLite's own, on an empty file beside the database: it works wherever SQLite does,
and a process that is killed loses it at once.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from db.engine import normalised

_MEMORY = frozenset({None, "", ":memory:"})


class InUse(Exception):
    """Another process has the file; names it."""


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Keep others away from the SQLite file at *url* while the block runs.

    Only those that ask for the same are kept away: the database can be used by all. Does nothing
    for PostgreSQL, nor where no lock can be made: then using the file fails anyway.

    Raises:
        InUse: another process is in such a block.
    """
    target = normalised(url)
    if target.get_backend_name() != "sqlite" or target.database in _MEMORY:
        yield
        return
    file = Path(str(target.database))
    with closing(sqlite3.connect(":memory:", timeout=0, isolation_level=None)) as connection:
        if not _locked(connection, file.with_name(f"{file.name}.lock")):
            raise InUse(str(file))
        yield


def _locked(connection: sqlite3.Connection, file: Path) -> bool:
    """Return False if another process has the lock."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        connection.execute("ATTACH ? AS guard", (str(file),))
        connection.execute("BEGIN EXCLUSIVE")
    except OSError:
        return True
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode != sqlite3.SQLITE_BUSY
    return True
