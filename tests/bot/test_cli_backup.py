"""`fingerpost backup` and `restore`, as written in docs/operations.md."""

import asyncio
import json
import shutil
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

import db.erasures
import db.people
from bot.__main__ import app
from bot.erasures import ErasureFile
from db.engine import make_engine, make_sessions
from tests import rows
from tests.bot.test_backup import NOW, rewritten

PEOPLE = (101, 102)


@pytest.fixture
def url(alone, sqlite_template, tmp_path):
    """A database in which two people chose a language."""
    shutil.copy(sqlite_template, tmp_path / "cli.db")

    async def fill():
        engine = make_engine(alone)
        async with make_sessions(engine).begin() as session:
            for person in PEOPLE:
                await db.people.choose_language(session, person, "en", today=NOW.date())
        await engine.dispose()

    asyncio.run(fill())
    return alone


def run(*args, answer=None, code=0):
    result = CliRunner().invoke(app, args, input=answer)
    assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
    return result


def on(monkeypatch, tmp_path, name):
    monkeypatch.setenv("FINGERPOST_DATABASE_URL", f"sqlite:///{tmp_path / name}")


def people_of(url):
    return [row["person_id"] for row in asyncio.run(rows.read(url))["people"]]


def test_there_and_back_on_a_clean_machine(url, tmp_path, monkeypatch):
    made = json.loads(run("backup", "b.zip", "--json").stdout)
    assert (made["file"], made["rows"]["people"]) == ("b.zip", 2)
    local = datetime.fromisoformat(made["created_at"]).astimezone(ZoneInfo("Europe/London"))
    at = f"{local:%Y-%m-%d %H:%M}"
    noted = [f"The last backup is of {at}."]
    assert json.loads(run("health", "--json", code=1).stdout)["notes"] == noted
    on(monkeypatch, tmp_path, "clean/new.db")
    result = run("restore", "b.zip", "--json")
    assert "There is no var/erasures.txt." in result.stderr
    done = json.loads(result.stdout)
    assert (done["created_at"], done["forgotten"], done["held"]) == (made["created_at"], 0, [])
    assert people_of(f"sqlite:///{tmp_path / 'clean' / 'new.db'}") == [101, 102]
    assert json.loads(run("db", "check", "--json").stdout)["ok"]
    health = json.loads(run("health", "--json", code=1).stdout)
    assert health["problems"][0].startswith("The data come from a backup of ")
    assert health["notes"] == noted, "the one that was restored"


def test_who_stands_in_the_file_of_erasures_does_not_come_back(url, tmp_path, monkeypatch):
    run("backup", "b.zip")
    noted = ErasureFile(tmp_path / "var" / "erasures.txt")
    asyncio.run(noted.note(db.erasures.mark(PEOPLE[0]), NOW.replace(year=2099)))
    on(monkeypatch, tmp_path, "new.db")
    result = run("restore", "b.zip")
    assert "Forgotten again: 1." in result.stdout
    assert result.stderr == ""
    assert people_of(f"sqlite:///{tmp_path / 'new.db'}") == [102]


@pytest.mark.parametrize(
    ("args", "answer", "words"),
    [
        pytest.param(("backup", "b.zip"), None, "is there already", id="no file is replaced"),
        pytest.param(("backup", "no/b.zip"), None, "No such file", id="no such folder"),
        pytest.param(("restore", "b.zip"), None, "holds data already", id="not empty"),
        pytest.param(
            ("restore", "b.zip", "--replace"), "no\n", "Nothing was changed", id="asked, no"
        ),
        pytest.param(
            ("restore", "b.zip", "--replace"), "", "Aborted", id="asked, and nobody is there"
        ),
        pytest.param(("restore", "text.zip", "--replace", "--yes"), None, "zip", id="no backup"),
        pytest.param(
            ("restore", "newer.zip", "--replace", "--yes"), None, "schema 9999", id="newer"
        ),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(url, tmp_path, args, answer, words):
    run("backup", "b.zip")
    shutil.copy(tmp_path / "b.zip", tmp_path / "newer.zip")
    rewritten(tmp_path / "newer.zip", manifest={"revision": "9999"})
    (tmp_path / "text.zip").write_text("hello")
    assert words in run(*args, answer=answer, code=1).output
    assert people_of(url) == [101, 102]


def test_a_yes_replaces(url):
    run("backup", "b.zip")

    async def comes():
        engine = make_engine(url)
        async with make_sessions(engine).begin() as session:
            await db.people.choose_language(session, 103, "en", today=NOW.date())
        await engine.dispose()

    asyncio.run(comes())
    run("restore", "b.zip", "--replace", answer="yes\n")
    assert people_of(url) == [101, 102]


def test_without_a_database_there_is_nothing_to_back_up(alone, tmp_path):
    assert "nothing to back up" in run("backup", "b.zip", code=1).output
    assert list(tmp_path.iterdir()) == []
