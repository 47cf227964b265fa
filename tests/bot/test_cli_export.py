"""`directory export`: files that others can take in, and that come back the same."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.pack import DEFAULT
from tests.packs import leeds_pack

FILES = {
    "services.json",
    "organizations.json",
    "taxonomies.json",
    "taxonomy_terms.json",
    "service_at_locations.json",
    "index.json",
}


pytestmark = pytest.mark.usefixtures("alone")


def run(database, *args, code=0):
    env = {
        "FINGERPOST_DATABASE_URL": f"sqlite:///{database}.db",
        "FINGERPOST_PACK": str(DEFAULT),
    }
    result = CliRunner().invoke(app, [str(arg) for arg in args], env=env)
    assert result.exit_code == code, f"{result.exit_code}\n{result.output}\n{result.exception!r}"
    return result.stdout if code == 0 else result.stderr


def export(database, folder):
    run(database, "directory", "export", "--format", "oruk", "--output", folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_pack_is_exported_while_there_is_no_database(tmp_path):
    told = json.loads(run("none", "directory", "export", "--output", tmp_path / "out", "--json"))
    assert set(told["files"]) == FILES == {each.name for each in (tmp_path / "out").iterdir()}
    assert told["files"]["services.json"] > 100
    page = json.loads((tmp_path / "out" / "services.json").read_text("utf-8"))
    assert len(page["contents"]) == page["total_items"] == told["files"]["services.json"]
    assert not (tmp_path / "none.db").exists()


def test_without_a_folder_the_services_come_on_stdout(tmp_path):
    page = json.loads(run("none", "directory", "export"))
    assert page["total_items"] == len(page["contents"]) > 100


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A folder with what Leeds exports once it is in a database."""
    folder = tmp_path_factory.mktemp("exported")
    run(folder / "here", "directory", "import", DEFAULT)
    export(folder / "here", folder / "first")
    return folder / "first"


@pytest.mark.slow
@pytest.mark.parametrize(
    "what", [pytest.param("", id="the folder"), pytest.param("services.json", id="one file")]
)
def test_what_is_exported_imported_and_exported_again_is_the_same(exported, tmp_path, what):
    first = {path.name: path.read_bytes() for path in exported.iterdir()}
    run("there", "directory", "import", exported / what, "--source", "leeds")
    second = export("there", tmp_path / "second")
    assert second == first
    assert b'"last_modified"' in first["services.json"]


def test_a_folder_that_cannot_be_written_is_said_plainly(tmp_path):
    (tmp_path / "taken").write_text("a file")
    said = run("none", "directory", "export", "--output", tmp_path / "taken", code=1)
    assert said.startswith("The export cannot be written:")


def test_there_is_no_other_standard():
    assert "oruk" in run("none", "directory", "export", "--format", "csv", code=2)


def test_a_pack_comes_out_as_it_went_in(tmp_path):
    shutil.copytree(DEFAULT, tmp_path / "city")
    run(tmp_path / "a", "directory", "import", tmp_path / "city")
    run(tmp_path / "a", "directory", "export", "--format", "pack", "--output", tmp_path / "city")
    again = json.loads(run(tmp_path / "a", "directory", "import", tmp_path / "city", "--json"))
    assert {what: len(ids) for what, ids in again.items() if ids} == {
        "unchanged": len(leeds_pack().services)
    }
    text = run(tmp_path / "a", "directory", "export", "--format", "pack")
    assert text == (tmp_path / "city" / "services.json").read_text(encoding="utf-8")
