"""`fingerpost search`: a text from the terminal, or many from a file."""

import json

import pytest
from typer.testing import CliRunner

from bot.__main__ import app

pytestmark = pytest.mark.usefixtures("alone")


def run(*args, code=0):
    result = CliRunner().invoke(app, ["search", *map(str, args)])
    assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
    return result


def test_one_text():
    found = json.loads(run("I need food LS9", "--limit", 2, "--json").stdout)
    assert found["needs"] == ["food"]
    assert found["crisis"] is False
    assert len(found["results"]) == 2
    assert set(found["results"][0]) == {"id", "name", "score", "reasons"}


def test_people_read_that_danger_comes_first():
    told = run("my husband beats me").stdout.splitlines()
    assert told[0] == "Danger: people to call come first."
    assert told[1].startswith("Needs: domestic_abuse")


def test_many_texts_are_answered_in_order(tmp_path):
    file = tmp_path / "texts.jsonl"
    lines = [
        {"text": "quiero morir", "language": "es"},
        {"text": "where is the bus stop", "limit": 1},
        {"text": 5},
        {"text": "food", "language": "!"},
        {"words": "food"},
    ]
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    found = json.loads(run("--batch", file, code=1).stdout)
    assert [each.get("crisis") for each in found] == [True, False, None, None, None]
    assert len(found[1]["results"]) == 1
    assert [each["error"].split(":")[0] for each in found[2:]] == ["line 3", "line 4", "line 5"]


@pytest.mark.parametrize("args", [(), ("food", "--limit", "0"), ("--batch", "missing.jsonl")])
def test_wrong_usage_is_told(args):
    assert run(*args, code=2).stderr
