"""A backup: one file with every row, the same for both kinds of database, and its way back.

A zip: for each table a file of JSON lines, and ``manifest.json`` with how many lines and which
SHA-256 each has, the revision of the tables and the moment. A row is never held with more than
a few hundred others, in either direction.
"""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

import db.alerts
import db.backup
import db.erasures
import db.mail_readers
import db.people
import db.restored
import db.saved
import db.schema
from db.backup import BrokenData, Row
from db.engine import make_engine, make_sessions
from db.erasures import Marks

FORMAT = 1
_MANIFEST = "manifest.json"
# who asked while the backup began may be in it: their mark is as old as that
_CLOCKS_DIFFER = timedelta(minutes=10)


class BadBackup(Exception):
    """The file is no backup of ours, or was damaged; says what is wrong."""


class NotEmpty(Exception):
    """The database to restore into holds rows already."""


class InUse(Exception):
    """A bot does its jobs on the database to restore into."""


class Part(BaseModel):
    """A table in a backup: its lines, and the SHA-256 of all of them."""

    model_config = ConfigDict(frozen=True)

    rows: int
    sha256: str


class Manifest(BaseModel):
    """What a backup says about itself."""

    model_config = ConfigDict(frozen=True)

    format: int
    revision: str
    created_at: AwareDatetime
    tables: Mapping[str, Part]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(part.rows for part in self.tables.values())


class Restored(BaseModel):
    """What a restore did: how many people were forgotten again, and which campaigns are held.

    *stopped*: how many readers of mails had stopped them since.
    """

    model_config = ConfigDict(frozen=True)

    manifest: Manifest
    forgotten: int
    stopped: int
    held: list[str]


async def write(url: str, file: Path, now: datetime) -> Manifest:
    """Write the database at *url* into *file*, which only its owner may read, and look at it.

    Others may go on writing to the database. *file* is there when it is whole, or not at all.

    Raises:
        FileExistsError: there is such a file.
        db.backup.NoTables: there is nothing to back up.
        db.backup.UnknownRevision: the database is newer than this program.
    """
    with _made_whole(file) as part:
        with ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            await _fill(archive, url, now)
        return verify(part)


async def noted(url: str, at: datetime) -> None:
    """Remember in the database at *url* that a backup of the moment *at* was made.

    Raises:
        SQLAlchemyError: it cannot be written; the backup is whole all the same.
    """
    engine = make_engine(url)
    try:
        async with make_sessions(engine).begin() as session:
            await db.saved.note(session, at)
    finally:
        await engine.dispose()


@contextmanager
def _made_whole(file: Path) -> Iterator[Path]:
    """Give a file for its owner alone that becomes *file* at the end, if nothing went wrong.

    Raises:
        FileExistsError: there is *file* already, or it came meanwhile.
    """
    if file.exists():
        raise FileExistsError(file)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    part = Path(name)
    try:
        yield part
        os.fsync(descriptor)
        _name(part, file)
    finally:
        os.close(descriptor)
        part.unlink(missing_ok=True)


def _name(part: Path, file: Path) -> None:
    try:
        os.link(part, file)  # unlike a rename it never replaces a file
    except FileExistsError:
        raise
    except OSError:  # some file systems know no links
        part.rename(file)


async def _fill(archive: ZipFile, url: str, now: datetime) -> None:
    parts = {}
    async with db.backup.snapshot(url) as found:
        for name in found.tables:
            with archive.open(f"{name}.jsonl", "w", force_zip64=True) as out:
                parts[name] = await _put(found.rows(name), out.write)
        manifest = Manifest(format=FORMAT, revision=found.revision, created_at=now, tables=parts)
    archive.writestr(_MANIFEST, manifest.model_dump_json(indent=1))


async def _put(rows: AsyncIterator[Row], write: Callable[[bytes], object]) -> Part:
    count, digest = 0, hashlib.sha256()
    async for row in rows:
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        digest.update(line)
        write(line)
        count += 1
    return Part(rows=count, sha256=digest.hexdigest())


def verify(file: Path) -> Manifest:
    """Read all of *file*, compare it with what it says about itself, and return that.

    Raises:
        BadBackup: it is none of ours, of a newer format, cut short, or changed.
    """
    with _opened(file) as archive:
        manifest = _manifest(archive)
        for name, said in manifest.tables.items():
            count, digest = 0, hashlib.sha256()
            with archive.open(f"{name}.jsonl") as lines:
                for line in lines:
                    digest.update(line)
                    json.loads(line)
                    count += 1
            if (count, digest.hexdigest()) != (said.rows, said.sha256):
                raise BadBackup(f"{name} is not what was written")
    return manifest


@contextmanager
def _opened(file: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, EOFError, KeyError, ValueError) as exc:
        raise BadBackup(str(exc)) from exc


def _manifest(archive: ZipFile) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(archive.read(_MANIFEST))
    except ValidationError as exc:
        raise BadBackup("its manifest is not one of ours") from exc
    if manifest.format != FORMAT:
        raise BadBackup(f"its format is {manifest.format}, this version reads {FORMAT}")
    return manifest


async def restore(
    url: str, file: Path, now: datetime, *, marks: Marks, replace: bool = False
) -> Restored:
    """Make the database at *url* what it was when *file* was written; nothing leaves from it.

    One transaction: whole or not at all. Tables of an older revision are brought up to date.
    Who asked to be forgotten since is forgotten again, by *marks* and by those in the database
    that is replaced; likewise who stopped the mails. Then everything is held until a coordinator
    says yes (`db.restored`).

    Raises:
        BadBackup: see `verify`; also when its rows do not fit the tables.
        db.backup.UnknownRevision: a newer version wrote it.
        NotEmpty: there are rows already, and *replace* is not wanted.
        InUse: a bot runs on the database.
    """
    manifest = verify(file)
    db.backup.must_know(manifest.revision)
    wanted = {table.name for table in db.schema.tables_at(manifest.revision)}
    if manifest.tables.keys() != wanted:
        raise BadBackup(f"tables: {sorted(manifest.tables.keys() ^ wanted)}")
    db.schema.make_folder(url)
    async with db.schema.connected(url) as connection:
        if await db.backup.counts(connection):
            await _may_replace(connection, now, replace=replace)
            marks = _later(marks, await _marks(connection))
        await db.backup.make_tables(connection, manifest.revision)
        try:
            await _load(connection, file, manifest)
        except BrokenData as exc:
            raise BadBackup(str(exc)) from exc
        await db.schema.upgrade_on(connection)
        async with AsyncSession(connection, expire_on_commit=False) as session:
            forgotten = await _forget(session, manifest, marks, now)
            stopped = await db.mail_readers.stop_again(session, marks.keys(), now)
            held = await db.restored.hold(session, manifest.created_at, now)
            await db.saved.note(session, manifest.created_at)
            await session.commit()  # of what it holds; the transaction is the connection's
    return Restored(manifest=manifest, forgotten=forgotten, stopped=stopped, held=held)


async def _may_replace(connection: AsyncConnection, now: datetime, *, replace: bool) -> None:
    if not replace:
        raise NotEmpty
    if await db.backup.is_led(connection, now):
        raise InUse


async def _marks(connection: AsyncConnection) -> Marks:
    """Return who asked to be forgotten, as the database knows that is to be replaced."""
    revision = await db.schema.revision_of(connection)
    tables = db.schema.tables_at(revision or "base")
    if "erasures" not in {table.name for table in tables}:
        return {}
    async with AsyncSession(connection) as session:
        return await db.erasures.known(session)


async def _load(connection: AsyncConnection, file: Path, manifest: Manifest) -> None:
    with _opened(file) as archive:
        for table in db.schema.tables_at(manifest.revision):
            if manifest.tables[table.name].rows:
                await db.backup.fill(
                    connection, manifest.revision, table.name, _Lines(archive, table.name)
                )
    await db.backup.finish(connection)


class _Lines:
    """The rows of a table in a backup, as often as they are wanted."""

    def __init__(self, archive: ZipFile, name: str) -> None:
        self._archive, self._name = archive, f"{name}.jsonl"

    def __call__(self) -> Iterator[Row]:
        with self._archive.open(self._name) as lines:
            for line in lines:
                yield json.loads(line)


def _later(marks: Marks, others: Marks) -> Marks:
    return {
        mark: max(filter(None, (marks.get(mark), others.get(mark)))) for mark in {**marks, **others}
    }


async def _forget(session: AsyncSession, manifest: Manifest, marks: Marks, now: datetime) -> int:
    """Forget everybody in the database who asked since the backup; return how many.

    Who stopped their alerts since then has none either.
    Whoever asked before it and came back did so of their own will, and stays.
    """
    await db.erasures.put(session, marks)
    since = manifest.created_at - _CLOCKS_DIFFER
    late = {mark for mark, at in marks.items() if at >= since}
    found = [
        person_id
        for person_id in sorted(await db.people.everybody(session))
        if db.erasures.mark(person_id) in late
    ]
    for person_id in found:
        await db.people.forget(session, person_id, now=now)
    await db.alerts.stop_again(session, late, now)
    return len(found)
