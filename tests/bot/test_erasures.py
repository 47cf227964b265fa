"""The file of those who asked to be forgotten, and that /forget writes it first."""

import stat
from datetime import UTC, datetime, timedelta

from bot.erasures import ErasureFile
from db.erasures import mark

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


async def test_what_is_noted_is_read_and_only_by_its_owner(tmp_path):
    file = ErasureFile(tmp_path / "var" / "erasures.txt")
    assert file.read() == {}
    for person, at in ((1, NOW), (2, NOW), (1, NOW + DAY)):
        await file.note(mark(person), at)
    assert file.read() == {mark(1): NOW + DAY, mark(2): NOW}
    assert stat.S_IMODE((tmp_path / "var" / "erasures.txt").stat().st_mode) == 0o600


async def test_a_line_that_a_crash_cut_short_spoils_no_other(tmp_path):
    file = ErasureFile(tmp_path / "erasures.txt")
    await file.note(mark(1), NOW)
    with (tmp_path / "erasures.txt").open("a") as cut_short:
        cut_short.write(f"{NOW.isoformat()} {mark(2)[:20]}")
    await file.note(mark(3), NOW)
    assert file.read() == {mark(1): NOW, mark(3): NOW}


async def test_it_takes_what_only_the_database_knows_and_drops_what_is_old(tmp_path):
    file = ErasureFile(tmp_path / "erasures.txt")
    for person, at in ((1, NOW - 9 * DAY), (2, NOW), (3, NOW)):
        await file.note(mark(person), at)
    known = {mark(3): NOW + DAY, mark(4): NOW}
    await file.keep(known, since=NOW - 10 * DAY)
    assert file.read() == {mark(1): NOW - 9 * DAY, mark(2): NOW, **known}
    await file.keep(known, since=NOW - DAY)
    assert file.read() == {mark(2): NOW, **known}


async def test_a_file_that_cannot_be_written_hinders_nobody(tmp_path, caplog):
    file = ErasureFile(tmp_path)
    await file.note(mark(1), NOW)
    await file.keep({mark(1): NOW}, since=NOW)
    assert caplog.messages == ["erasure not noted in its file", "file of erasures not kept"]


async def test_without_a_path_nothing_is_noted(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = ErasureFile(None)
    await file.note(mark(1), NOW)
    await file.keep({mark(1): NOW}, since=NOW)
    assert (file.read(), list(tmp_path.iterdir())) == ({}, [])
