"""Queries about the data sets that services are imported from, and how far each import is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from db.listings import DirectorySourceRow


class TakenOver(Exception):
    """Another process goes on with this import; the text is the source's key."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the import of a source is.

    *run*: when the run under way began, None between runs; *page*: the last page of it that is
    stored. *modified_after*: what the next run may ask for. *finished*: the last whole run.
    *report*: JSON, of the run under way or the last one.
    """

    key: str
    url: str
    dialect: str
    run: datetime | None = None
    page: int | None = None
    modified_after: datetime | None = None
    finished: datetime | None = None
    error: str | None = None
    report: Mapping[str, Any] | None = None


async def find(session: AsyncSession, key: str) -> Progress | None:
    """Return how far the import of the source *key* is, None if it was never begun."""
    row = await session.get(DirectorySourceRow, key)
    return None if row is None else _progress(row)


async def put(session: AsyncSession, wanted: Progress, *, before: Progress | None) -> None:
    """Store *wanted* in the place of *before*.

    Raises:
        TakenOver: it is not any more as it was before.
    """
    row = await session.get(
        DirectorySourceRow, wanted.key, with_for_update=True, populate_existing=True
    )
    if (None if row is None else _mark(_progress(row))) != (before and _mark(before)):
        raise TakenOver(wanted.key)
    if row is None:
        row = DirectorySourceRow(key=wanted.key)
        session.add(row)
    row.url, row.dialect, row.run, row.page = wanted.url, wanted.dialect, wanted.run, wanted.page
    row.modified_after, row.finished = wanted.modified_after, wanted.finished
    row.error = wanted.error
    row.report = None if wanted.report is None else dict(wanted.report)
    await session.flush()


def _mark(progress: Progress) -> tuple[datetime | None, int | None, datetime | None]:
    return progress.run, progress.page, progress.finished


def _progress(row: DirectorySourceRow) -> Progress:
    return Progress(
        row.key,
        row.url,
        row.dialect,
        row.run,
        row.page,
        row.modified_after,
        row.finished,
        row.error,
        row.report,
    )
