"""`explain judge` and `spam evaluate`, as programs call them."""

import json

import pytest
from typer.testing import CliRunner

from bot.cli.commands import app

RUN = CliRunner()


@pytest.fixture(autouse=True)
def settings(monkeypatch, tmp_path):
    monkeypatch.setenv("FINGERPOST_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/none.db")


def test_posts_are_explained_whatever_is_missing(tmp_path):
    rows = [
        {
            "title": "Have your say (deadline 14th April 2025)",
            "summary": "The council asks partners in Leeds six questions.",
            "link": "https://www.leeds.gov.uk/survey",
        },
        {"title": "Best online casino", "summary": None, "link": "javascript:alert(1)"},
        {},
        {"title": "News", "summary": "Of Leeds.", "link": None, "trust": "muted"},
    ]
    batch = tmp_path / "posts.jsonl"
    batch.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    done = RUN.invoke(app, ["explain", "judge", "--batch", str(batch), "--json"])
    assert done.exit_code == 0, done.output
    good, bad, empty, muted = json.loads(done.stdout)
    assert (good["decision"], good["dates"]) == ("accept", ["2025-04-14"])
    assert bad["decision"] == "reject" and bad["reasons"]
    assert empty["decision"] == "review"
    assert (muted["decision"], muted["reasons"]) == ("reject", ["Its source is muted."])


def test_a_labelled_file_is_counted_and_a_wrong_one_is_refused(tmp_path):
    file = tmp_path / "set.csv"
    file.write_text("text,label\nBest online casino bonus,1\nGood morning,ham\n", encoding="utf-8")
    done = RUN.invoke(app, ["spam", "evaluate", str(file), "--json"])
    assert json.loads(done.stdout) == {
        "n": 2,
        "spam_accepted": 0,
        "ham_held": 1,
        "ham_rejected": 0,
        "precision": 1.0,
        "recall": 1.0,
    }
    file.write_text("text,label\nx,perhaps\n", encoding="utf-8")
    assert RUN.invoke(app, ["spam", "evaluate", str(file)]).exit_code == 2
    file.write_text("not a table\n", encoding="utf-8")
    assert RUN.invoke(app, ["spam", "evaluate", str(file)]).exit_code == 2


def test_half_a_character_is_answered_and_the_next_line_too(tmp_path):
    batch = tmp_path / "posts.jsonl"
    batch.write_text('{"title": "\\ud83d", "summary": "\\ud800 x"}\n{}\n', encoding="utf-8")
    done = RUN.invoke(app, ["explain", "judge", "--batch", str(batch), "--json"])
    assert done.exit_code == 0, done.output
    assert len(json.loads(done.stdout)) == 2
