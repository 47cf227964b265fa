"""The file of those who asked to be forgotten, or stopped the mails.

It outlives the database that a backup replaces. A line each: the moment and a hash
(`db.erasures`). Written on to the disk before the person reads that it is done.
"""

import asyncio
import logging
import os
import re
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from db.erasures import Marks

log = logging.getLogger(__name__)
_LINE = re.compile(r"(\S+) ([0-9a-f]{64})")


class ErasureFile:
    """The file at *path*; it is made, with its folder, when there is the first one to note.

    Without a path nothing is noted.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path

    async def note(self, mark: str, at: datetime) -> None:
        """Add a line. A file that cannot be written hinders nobody: the table has the mark too.

        `keep` writes it when the file can be written again.
        """
        try:
            await asyncio.to_thread(self._append, [(mark, at)])
        except OSError as exc:
            log.error("erasure not noted in its file", extra={"reason": exc.strerror})  # noqa: TRY400

    def read(self) -> dict[str, datetime]:
        """Return when each of them asked last; nothing where there is no file.

        A line that was cut short by a crash is left out.

        Raises:
            OSError: there is a file that cannot be read.
        """
        found: dict[str, datetime] = {}
        if self.path is None or not self.path.exists():
            return found
        for line in self.path.read_text("utf-8").splitlines():
            if (parts := _LINE.fullmatch(line)) is None:
                continue
            at, mark = datetime.fromisoformat(parts[1]), parts[2]
            found[mark] = max(at, found.get(mark, at))
        return found

    async def keep(self, marks: Marks, *, since: datetime) -> None:
        """Add those of *marks* that are missing, and take out what is older than *since*."""
        try:
            await asyncio.to_thread(self._keep, marks, since)
        except OSError as exc:
            log.error("file of erasures not kept", extra={"reason": exc.strerror})  # noqa: TRY400

    def _keep(self, marks: Marks, since: datetime) -> None:
        if self.path is None:
            return
        there = self.read()
        missing = {mark: at for mark, at in marks.items() if mark not in there or there[mark] < at}
        wanted = {mark: at for mark, at in {**there, **missing}.items() if at >= since}
        if there.keys() - wanted.keys():
            # what another process notes just now is lost here, and comes back from the table
            _replace(self.path, wanted.items())
        elif missing:
            self._append(missing.items())

    def _append(self, lines: Iterable[tuple[str, datetime]]) -> None:
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        cut_short = self.path.exists() and not self.path.read_bytes().endswith(b"\n")
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        _write(descriptor, lines, first="\n" if cut_short else "")


def _replace(path: Path, lines: Iterable[tuple[str, datetime]]) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    _write(descriptor, lines)
    Path(name).replace(path)


def _write(descriptor: int, lines: Iterable[tuple[str, datetime]], *, first: str = "") -> None:
    text = "".join(f"{at.isoformat()} {mark}\n" for mark, at in lines)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(first + text)
        file.flush()
        os.fsync(file.fileno())
