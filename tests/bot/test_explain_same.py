"""`explain same`: what a coordinator can try, however incomplete."""

import json

import pytest
from typer.testing import CliRunner

from bot.cli.commands import app
from bot.cli.explaining import same_of


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        pytest.param({}, {}, False, id="nothing at all"),
        pytest.param(
            {"title": "Grants for small groups in Leeds", "text": None, "link": None},
            {"title": "FW: Grants for small groups in Leeds", "published": None},
            True,
            id="only titles",
        ),
        pytest.param(
            {"title": "Fish &amp; chips", "text": "<p>Come at 6 on Friday.</p>"},
            {"title": "Fish & chips", "text": "Come at 6 on Friday.", "published": "no date"},
            True,
            id="HTML and plain text",
        ),
        pytest.param(
            {"title": "A", "link": "http://a.example/one-two-three", "published": "2024-01-01"},
            {"title": "B", "link": "https://www.a.example/one-two-three/?utm_source=x"},
            True,
            id="one link",
        ),
    ],
)
def test_posts_as_people_give_them(a, b, same):
    assert same_of({"a": a, "b": b})["same"] is same


def test_a_batch_is_answered_in_order(tmp_path):
    file = tmp_path / "pairs.jsonl"
    file.write_text('{"a": {"title": "x"}, "b": {}, "kind": "other"}\n{"a": {}}\n')
    done = CliRunner().invoke(app, ["explain", "same", "--batch", str(file), "--json"])
    first, second = json.loads(done.stdout)
    assert (first["same"], done.exit_code) == (False, 1)
    assert second["error"].startswith("line 2: ")
    assert CliRunner().invoke(app, ["explain", "same"]).exit_code == 2
