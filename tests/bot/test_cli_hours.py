"""`hours check` and `explain hours`, as other programs call them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.cli import hours

CORPUS = Path(__file__).parents[2].parent / "shared" / "data" / "opening_hours"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def values(tmp_path):
    path = tmp_path / "values.csv"
    path.write_text(
        "value,class\n"
        "9am to 5pm Mon-Fri,valid\n"
        '"Mo 10-12, Di 14-16",valid\n'
        "when the sun shines,valid\n"
        "Feb 30,invalid\n"
        "Mo-Fr 10:00-20:00; PH off,invalid\n",
        encoding="utf-8",
    )
    return path


def run(*args):
    return CliRunner().invoke(app, list(map(str, args)))


def test_check_counts(values):
    found = run("hours", "check", values, "--json")
    assert found.exit_code == 0
    counts = {"valid": 3, "understood": 2, "invalid": 2, "refused": 1}
    assert json.loads(found.stdout) == counts


def test_check_gives_a_reason_for_each_value_that_is_not_understood(values):
    lines = run("hours", "check", values).stdout.splitlines()
    assert lines[0].startswith("not understood: 'when the sun shines': I do not know “when”")
    assert lines[1] == "refused: 'Feb 30': “Feb 30” cannot be read as opening hours."
    assert lines[2].startswith("labelled invalid, but understood: 'Mo-Fr 10:00-20:00; PH off'")
    assert lines[3:] == ["valid: 3", "understood: 2", "invalid: 2", "refused: 1"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("value,class\nMo,perhaps\n", "row 1"),
        ("text\nMo\n", "row 1"),
        ("class\nvalid\n", "the first line"),
        (None, "No such file"),
    ],
)
def test_a_file_that_cannot_be_used_is_wrong_usage(tmp_path, content, said):
    path = tmp_path / "values.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    found = run("hours", "check", path)
    assert found.exit_code == 2
    assert said in found.stderr


def test_the_quick_way_in_knows_the_same_command(values):
    """The console script loads nothing of the bot for it; here as its own process."""
    command = [sys.executable, "-m", "bot", "hours", "check", str(values), "--json"]
    found = subprocess.run(command, capture_output=True, cwd=ROOT, check=True, text=True)
    assert json.loads(found.stdout)["understood"] == 2
    script = "import sys, bot.cli.hours; print({'telegram', 'sqlalchemy'} & set(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, cwd=ROOT, check=True, text=True
    )
    assert loaded.stdout.strip() == "set()"


def test_the_data_set():
    path = CORPUS / "opening_hours.csv"
    if not path.exists():
        pytest.skip("the data set is not here")
    found = json.loads(run("hours", "check", path, "--json").stdout)
    assert found["valid"] + found["invalid"] == 164
    assert found["understood"] >= 0.85 * found["valid"]
    assert found["refused"] >= found["invalid"] - 1


def test_explain_hours_in_a_batch(tmp_path):
    path = tmp_path / "texts.jsonl"
    rows = [
        {"text": "Wednesdays 10 to 1:30", "language": "en"},
        {"text": "poniedziałek-piątek 9-17", "language": "pl"},
        {"text": "every 2nd tuesday 2-4pm"},
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    found = run("explain", "hours", "--batch", path, "--json")
    assert found.exit_code == 0
    first, second, third = json.loads(found.stdout)
    assert first == {"opening_hours": "We 10:00-13:30", "question": None}
    assert second == {"opening_hours": "Mo-Fr 09:00-17:00", "question": None}
    assert third["opening_hours"] is None
    assert third["question"].startswith("Is that every second week, or once a month?")


@pytest.mark.parametrize(
    ("text", "said"),
    [("mon-fri 9-5 closed 12-1", "Mo-Fr 09:00-12:00,13:00-17:00"), ("9-5", "On which days?")],
)
def test_explain_hours_of_one_text(text, said):
    found = run("explain", "hours", text)
    assert found.exit_code == 0
    assert said in found.stdout


@pytest.mark.parametrize("args", [[], ["9-5", "--language", "?"]])
def test_explain_hours_used_wrongly(args):
    assert run("explain", "hours", *args).exit_code == 2


def test_hours_without_a_command_shows_help():
    found = CliRunner().invoke(hours.app, [])
    assert "check" in found.output
