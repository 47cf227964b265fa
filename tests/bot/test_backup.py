"""A backup and its way back: whole, the same on both kinds of database, refused when damaged."""

import asyncio
import json
import shutil
import stat
import zipfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

import db.alerts
import db.erasures
import db.feeds
import db.leases
import db.people
import db.restored
import db.schema
from bot import backup
from db.backup import NoTables, UnknownRevision
from db.engine import make_engine, make_sessions
from directory.alerting import Alert
from tests import rows

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
HEAD = db.schema.revisions()[0]
OLDER = db.schema.revisions()[1:]
# what a restore writes by itself
CHANGED = {"leases"}


def kept(found):
    return {name: lines for name, lines in found.items() if name not in CHANGED}


def rewritten(file, *, manifest=None, lines=None):
    """Write *file* anew with another manifest or with other lines, whose sums are right."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    said = json.loads(parts["manifest.json"]) | (manifest or {})
    for name, text in (lines or {}).items():
        parts[f"{name}.jsonl"] = text
        said["tables"][name] = {"rows": text.count(b"\n"), "sha256": sha256(text).hexdigest()}
    parts["manifest.json"] = json.dumps(said).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A SQLite database with two rows in each table, and its backup, made once."""
    folder = tmp_path_factory.mktemp("made")

    async def make():
        await rows.fill(f"sqlite:///{folder / 'made.db'}", HEAD)
        await backup.write(f"sqlite:///{folder / 'made.db'}", folder / "backup.zip", NOW)

    asyncio.run(make())
    return folder


@pytest.fixture
def url(made, tmp_path):
    """A SQLite database with two rows in each table."""
    shutil.copy(made / "made.db", tmp_path / "made.db")
    return f"sqlite:///{tmp_path / 'made.db'}"


@pytest.fixture
def file(made, tmp_path):
    """Its backup."""
    return Path(shutil.copy2(made / "backup.zip", tmp_path / "backup.zip"))


async def test_every_row_comes_back_on_either_kind_of_database(
    empty_database_url, file, url, tmp_path
):
    before = await rows.read(url)
    assert {len(found) for found in before.values()} == {2}
    done = await backup.restore(empty_database_url, file, NOW, marks={})
    assert (done.forgotten, done.manifest.rows) == (0, 2 * len(before))
    after = await rows.read(empty_database_url)
    assert kept(after) == kept(before)
    assert await db.schema.check(empty_database_url) == []

    again = tmp_path / "again.zip"  # and from that kind to SQLite
    await backup.write(empty_database_url, again, NOW)
    await backup.restore(f"sqlite:///{tmp_path / 'third.db'}", again, NOW, marks={})
    assert kept(await rows.read(f"sqlite:///{tmp_path / 'third.db'}")) == kept(before)

    engine = make_engine(empty_database_url)  # and numbers go on after those of the rows
    async with make_sessions(engine).begin() as session:
        assert await db.feeds.add(session, "https://new.example/feed", NOW) is not None
    await engine.dispose()


@pytest.mark.parametrize("revision", OLDER)
async def test_a_backup_of_an_older_version_is_brought_up_to_date(revision, tmp_path):
    old, new = f"sqlite:///{tmp_path / 'old.db'}", f"sqlite:///{tmp_path / 'new.db'}"
    await rows.fill(old, revision)
    manifest = await backup.write(old, tmp_path / "old.zip", NOW)
    assert manifest.revision == revision
    await backup.restore(new, tmp_path / "old.zip", NOW, marks={})
    assert await db.schema.check(new) == []
    before, after = await rows.read(old), await rows.read(new)
    assert before.keys() <= after.keys()
    for name in before.keys() - CHANGED:
        stayed = before[name][0].keys() & after[name][0].keys()
        was, is_now = (
            [{column: row[column] for column in stayed} for row in found[name]]
            for found in (before, after)
        )
        assert is_now == was, name


async def test_it_is_of_one_moment_while_others_write(sessions, database_url, tmp_path):
    async with sessions.begin() as session:
        await db.people.choose_language(session, 1, "en", today=NOW.date())
    async with db.backup.snapshot(database_url) as found:
        assert len([row async for row in found.rows("people")]) == 1
        async with sessions.begin() as session:  # nobody waits for the backup
            await db.people.choose_language(session, 2, "en", today=NOW.date())
            await db.feeds.add(session, "https://a.example/feed", NOW)
        assert [row async for row in found.rows("feeds")] == []
        assert len([row async for row in found.rows("people")]) == 1


async def test_only_its_owner_may_read_it_and_it_replaces_no_file(file, url):
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        await backup.write(url, file, NOW)
    assert [each.name for each in file.parent.glob("*.zip*")] == ["backup.zip"]


async def test_without_tables_there_is_no_file(tmp_path):
    with pytest.raises(NoTables):
        await backup.write(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "backup.zip", NOW)
    assert list(tmp_path.glob("*backup*")) == []


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        pytest.param(lambda f: f.write_bytes(b"not a zip"), "zip", id="another kind of file"),
        pytest.param(lambda f: f.write_bytes(f.read_bytes()[:-90]), "zip", id="cut short"),
        pytest.param(
            lambda f: f.write_bytes(f.read_bytes().replace(b"PK\3\4", b"PK\3\5", 3)),
            "magic",
            id="a byte is another",
        ),
        pytest.param(lambda f: rewritten(f, manifest={"tables": {}}), "tables", id="no tables"),
        pytest.param(lambda f: rewritten(f, manifest={"format": 2}), "format", id="a newer format"),
        pytest.param(
            lambda f: rewritten(f, lines={"people": b'{"person_id":1}\n'}), "columns", id="columns"
        ),
    ],
)
async def test_a_damaged_file_changes_nothing(damage, words, file, url):
    before = await rows.read(url)
    damage(file)
    with pytest.raises(backup.BadBackup, match=words):
        await backup.restore(url, file, NOW, marks={}, replace=True)
    assert await rows.read(url) == before


async def test_lines_that_are_not_those_that_were_written_are_refused(file):
    with zipfile.ZipFile(file) as archive:
        said = json.loads(archive.read("manifest.json"))
    said["tables"]["people"]["sha256"] = "0" * 64
    rewritten(file, manifest=said)
    with pytest.raises(backup.BadBackup, match="people is not what was written"):
        backup.verify(file)


async def test_rows_that_do_not_fit_together_are_refused(file, tmp_path):
    rewritten(file, lines={"feeds": b""})
    with pytest.raises(backup.BadBackup, match="foreign_key_check"):
        await backup.restore(f"sqlite:///{tmp_path / 'new.db'}", file, NOW, marks={})
    with pytest.raises(NoTables):
        await rows.read(f"sqlite:///{tmp_path / 'new.db'}")


async def test_what_a_newer_version_wrote_is_refused(file, tmp_path):
    rewritten(file, manifest={"revision": "9999"})
    with pytest.raises(UnknownRevision, match="9999"):
        await backup.restore(f"sqlite:///{tmp_path / 'new.db'}", file, NOW, marks={})


async def test_rows_are_replaced_only_when_that_is_wanted(file, sessions, database_url):
    async with sessions.begin() as session:
        await db.people.choose_language(session, 77, "ar", today=NOW.date())
    with pytest.raises(backup.NotEmpty):
        await backup.restore(database_url, file, NOW, marks={})
    async with sessions.begin() as session:
        await db.leases.acquire(session, "jobs", "a bot", NOW, timedelta(seconds=25))
    with pytest.raises(backup.InUse):
        await backup.restore(database_url, file, NOW, marks={}, replace=True)
    later = NOW + timedelta(minutes=1)
    await backup.restore(database_url, file, later, marks={}, replace=True)
    assert [row["person_id"] for row in (await rows.read(database_url))["people"]] == [1, 2]


async def test_who_stopped_their_alerts_since_gets_none_again(tmp_path):
    url, file, hour = f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "a.zip", timedelta(hours=1)
    await db.schema.upgrade(url)
    engine = make_engine(url)
    sessions = make_sessions(engine)
    food = Alert("food", "east", NOW.date())
    async with sessions.begin() as session:
        for chat in (1, 2, 3, 4):
            await db.alerts.ask(session, chat, food, "en", now=NOW)
    await backup.write(url, file, NOW)
    async with sessions.begin() as session:  # the database that is replaced knows of one
        await db.alerts.stop(session, 1, now=NOW + hour)
    marks = {
        db.erasures.alerts_mark(2): NOW + hour,  # the file beside the backups knows of another
        db.erasures.alerts_mark(3): NOW - hour,  # stopped before, and asked anew
    }
    await engine.dispose()
    done = await backup.restore(url, file, NOW + 2 * hour, marks=marks, replace=True)
    assert done.forgotten == 0
    assert [row["chat_id"] for row in (await rows.read(url))["alerts"]] == [3, 4]


async def test_who_asked_since_is_forgotten_again(tmp_path):
    url, file = f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "a.zip"
    await db.schema.upgrade(url)
    engine = make_engine(url)
    sessions = make_sessions(engine)
    async with sessions.begin() as session:
        for person in (1, 2, 3, 4):
            await db.people.choose_language(session, person, "en", today=NOW.date())
    await backup.write(url, file, NOW)
    hour = timedelta(hours=1)
    async with sessions.begin() as session:  # the database that is replaced knows of one
        await db.people.forget(session, 1, now=NOW + hour)
    marks = {
        db.erasures.mark(2): NOW + hour,  # the file beside the backups knows of another
        db.erasures.mark(3): NOW - hour,  # asked before, came back, and was there at the backup
    }
    await engine.dispose()
    done = await backup.restore(url, file, NOW + 2 * hour, marks=marks, replace=True)
    assert done.forgotten == 2
    found = await rows.read(url)
    assert [row["person_id"] for row in found["people"]] == [3, 4]
    assert {row["mark"] for row in found["erasures"]} == {
        db.erasures.mark(person) for person in (1, 2, 3)
    }
