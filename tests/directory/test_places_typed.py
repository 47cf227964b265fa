"""Places as people type them: found, outside, or asked back about; never guessed."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.__main__ import app
from bot.cli.explaining import place_of
from directory.model import Point
from directory.places import District, Gazetteer, Outcode
from directory.whereabouts import Unclear
from tests.packs import leeds_pack

CASES = Path(__file__).parents[1] / "data" / "places" / "typed.jsonl"
TYPED = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
PLACES = leeds_pack().gazetteer


def test_there_are_enough_of_them_and_none_twice():
    texts = [row[0] for row in TYPED]
    assert len(texts) == len(set(texts)) >= 120
    assert sum(row[4] is not None for row in TYPED) >= 20


@pytest.mark.parametrize("row", TYPED, ids=lambda row: row[0] or "nothing")
def test_explains(row):
    text, outcode, place, in_leeds, question = row
    found = place_of(PLACES, {"text": text})
    assert (found["outcode"], found["place"], found["in_leeds"]) == (outcode, place, in_leeds)
    assert (found["question"] is None) == (question is None)
    assert question is None or question in found["question"]


@pytest.mark.parametrize("row", TYPED, ids=lambda row: row[0] or "nothing")
def test_the_guide_takes_a_place_only_where_nothing_is_asked_back(row):
    reading = PLACES.read(row[0])
    assert PLACES.find(row[0]) == reading.place
    if reading.place is not None:
        assert reading.unclear in {None, Unclear.WHOLE}


def test_the_command_answers_a_file_in_order(tmp_path, monkeypatch):
    monkeypatch.setenv("FINGERPOST_DATABASE_URL", f"sqlite:///{tmp_path / 'none.sqlite'}")
    batch = tmp_path / "places.jsonl"
    lines = [json.dumps({"text": row[0]}) for row in TYPED]
    batch.write_text("\n".join([*lines, "[1]", '{"place": "LS9"}']), encoding="utf-8")
    done = CliRunner().invoke(app, ["explain", "place", "--batch", str(batch), "--json"])
    answers = json.loads(done.stdout)
    assert done.exit_code == 1, "two lines cannot be answered"
    assert [one.get("outcode") for one in answers[:-2]] == [row[1] for row in TYPED]
    assert all(set(one) == {"outcode", "place", "in_leeds", "question"} for one in answers[:-2])
    assert all("error" in one for one in answers[-2:])


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("harehils", ["Harehills (LS8)"]),
        ("BD8", ["BD8 (BD8), outside the area"]),
        ("LS", ["Please write the number of the postcode too, for example LS1."]),
        (
            "Leeds",
            ["Leeds", "Which part of Leeds? Write an area or a postcode, for example LS1."],
        ),
    ],
)
def test_the_command_speaks_to_people(typed, lines, tmp_path, monkeypatch):
    monkeypatch.setenv("FINGERPOST_DATABASE_URL", f"sqlite:///{tmp_path / 'none.sqlite'}")
    done = CliRunner().invoke(app, ["explain", "place", typed])
    assert (done.exit_code, done.stdout.splitlines()) == (0, lines)


def test_without_a_text_the_command_says_what_is_wrong(tmp_path, monkeypatch):
    monkeypatch.setenv("FINGERPOST_DATABASE_URL", f"sqlite:///{tmp_path / 'none.sqlite'}")
    done = CliRunner().invoke(app, ["explain", "place"])
    assert done.exit_code == 2
    assert "text" in done.stderr


@given(st.text(max_size=80))
def test_any_text_is_a_known_place_or_asked_about(typed):
    found = place_of(PLACES, {"text": typed})
    assert found["place"] is not None or found["question"] is not None
    assert found["outcode"] is None or found["place"] is not None


@given(
    end=st.text("ABDEFGHJLNPQRSTUWXYZ", min_size=2, max_size=2),
    around=st.sampled_from(["{}", "i live at {} now", "{}, Leeds", "my code: {}"]),
)
def test_no_more_than_the_sector_comes_back(end, around):
    typed = f"LS9 8{end}"
    found = place_of(PLACES, {"text": around.format(typed)})
    assert found == {"outcode": "LS9", "place": "LS9 8", "in_leeds": True, "question": None}


def test_two_names_alike_are_both_offered():
    places = Gazetteer(
        home="Town",
        outcodes=[
            Outcode("AA1", Point(53.8, -1.5), 9, ()),
            Outcode("AA2", Point(53.9, -1.5), 9, ()),
        ],
        sectors=[],
        districts=[District("all", "All", ("AA1", "AA2"))],
        neighbourhoods={"Eastwood": "AA1", "Westwood": "AA2"},
    )
    reading = places.read("wastwood")
    assert (reading.place, reading.unclear) == (None, Unclear.SPELLING)
    assert str(places.question(reading)) == "Do you mean Eastwood (AA1) or Westwood (AA2)?"
