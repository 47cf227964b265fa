"""`directory import` of other publishers' services, from a terminal."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from tests.packs import write_small_pack

ROOT = Path(__file__).parents[2]
FILES = ROOT / "tests" / "data" / "oruk"


@pytest.fixture(scope="module")
def small_pack(tmp_path_factory):
    return write_small_pack(tmp_path_factory.mktemp("pack") / "small")


@pytest.fixture
def database(tmp_path, monkeypatch, small_pack):
    file = tmp_path / "import.db"
    monkeypatch.setenv("FINGERPOST_DATABASE_URL", f"sqlite:///{file}")
    monkeypatch.setenv("FINGERPOST_PACK", str(small_pack))
    return file


@pytest.fixture
def upgraded(database, sqlite_template):
    """A database with all tables, as the first import makes it."""
    shutil.copy(sqlite_template, database)
    return database


def run(*arguments, code=0) -> str:
    done = CliRunner().invoke(app, ["directory", "import", *map(str, arguments)])
    assert done.exit_code == code, done.output
    return done.output


def document(*arguments):
    return json.loads(run(*arguments, "--json"))


def test_a_file_of_another_publisher_is_imported_and_told_about(database):
    first = document(FILES / "outpost_page.json", "--source", "bucks", "--area", "Buckinghamshire")
    assert (first["source"], first["records"], first["whole"]) == ("bucks", 3, True)
    assert first["added"]["count"] == 2
    assert first["refused"] == {"no_name": {"count": 1, "ids": ["103"]}}
    assert first["left_out"]["address_masked"] == {"count": 1, "ids": ["102"]}
    assert first["unmapped"] == {"Zebra crossings": 1}
    second = document(FILES / "outpost_page.json", "--source", "bucks")
    counts = [second[name]["count"] for name in ("added", "changed", "unchanged", "gone")]
    assert counts == [0, 0, 2, 0]


def test_a_preview_makes_no_database_and_says_the_same(database):
    seen = document(FILES / "v3_page.json", "--source", "x", "--preview")
    assert seen["preview"] and not database.exists()
    done = document(FILES / "v3_page.json", "--source", "x")
    same = ("added", "changed", "refused", "left_out", "unmapped", "records")
    assert {name: seen[name] for name in same} == {name: done[name] for name in same}
    assert done["refused"] == {"closed": {"count": 1, "ids": [seen["refused"]["closed"]["ids"][0]]}}


def test_a_mapping_of_ones_own_is_taken(upgraded, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('[[term]]\nnames = ["zebra-crossings"]\nneeds = ["transport"]\n', "utf-8")
    found = document(FILES / "outpost_page.json", "--mapping", file)
    assert found["unmapped"] == {}
    file.write_text('[[term]]\nnames = ["a"]\nneeds = ["flying"]\n', "utf-8")
    said = run(FILES / "outpost_page.json", "--mapping", file, code=1)
    assert "mine.toml: [[term]] number 1: 'flying'" in said


def test_people_read_what_to_do(upgraded):
    said = run(FILES / "outpost_page.json", "--source", "bucks")
    assert "bucks: 3 records on 1 pages (everything)" in said
    assert "refused, no name: 1" in said
    assert "no row for the term “Zebra crossings”: 1" in said


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["nowhere.json"], 2, "No such file"),
        ([FILES / "outpost_page.json", "--source", "Not A Key"], 2, "--source"),
        (["http://127.0.0.1/services"], 1, "private network"),
        (["ftp://example.org/services"], 1, "http://"),
        ([FILES / "outpost_page.json", "--mapping", "nowhere.toml"], 2, "No such file"),
        ([ROOT / "README.md"], 1, "not JSON"),
        ([FILES, "--format", "pack"], 1, "pack"),
    ],
)
def test_what_cannot_be_read_is_said(upgraded, arguments, code, said):
    assert said in run(*arguments, code=code)


def test_a_pack_is_still_a_pack(database):
    found = document(ROOT / "packs" / "leeds")
    assert set(found) == {"added", "changed", "unchanged", "kept", "hidden"}
    assert len(found["added"]) > 50
