"""Everybody in tests/personas gets what they need, and the commands say so when they do not."""

import json
import statistics
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from bot import personas
from bot.__main__ import app
from bot.cli.personas import answers_of
from bot.personas import Answer, Persona
from bot.taps import Guide, Way, nearest
from bot.taps import ways as ways_of
from directory.model import Query
from directory.questions import SEARCHED
from directory.source import BrokenSource
from tests.packs import leeds_pack, write_small_pack

MOST_TAPS = 4  # issue 3: longest path; guided-questions.md, rule 3
PEOPLE = personas.read_personas()


@pytest.fixture(scope="module")
def leeds():
    return leeds_pack().directory


@pytest.fixture(scope="module")
def answers(leeds):
    return answers_of(leeds, PEOPLE)


@pytest.mark.parametrize("persona", PEOPLE, ids=lambda persona: persona.id)
def test_persona(persona, answers):
    assert personas.failures(persona, answers[persona.id]) == []


def test_there_are_enough_people_and_they_differ():
    given = [persona.given for persona in PEOPLE]
    assert len(PEOPLE) >= 60
    assert len({each.get("language") for each in given}) >= 12
    assert {each.get("gender") for each in given} == {None, "women", "men"}
    assert {each.get("audience") for each in given} == {"public", "workers"}
    assert {each.get("for") for each in given} == {"self", "other"}
    assert len({each.get("stage") for each in given}) >= 6
    assert sum(persona.at != "Monday 11:00" for persona in PEOPLE) >= 15
    assert min(each["age"] for each in given if "age" in each) < 18
    assert max(each["age"] for each in given if "age" in each) >= 70


def test_every_expectation_could_fail(leeds):
    assert personas.hollow(PEOPLE, leeds) == []


def test_the_guide_leads_everybody_to_results_in_few_taps(answers):
    taps = {i: each.taps for i, each in answers.items()}
    assert [i for i, n in taps.items() if n is None or n > MOST_TAPS] == []
    assert statistics.median(taps.values()) <= MOST_TAPS


AT = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def way(taps, *needs, **given):
    return Way(taps, Query(needs, AT, **given))


@pytest.mark.parametrize(
    ("ways", "person", "taps"),
    [
        pytest.param([way(1, "debt"), way(2, "food")], way(0, "food"), 2, id="the need"),
        pytest.param(
            [way(1, "food", "debt"), way(2, "food")], way(0, "food"), 2, id="just the need"
        ),
        pytest.param([way(3, "food"), way(2, "food")], way(0, "food"), 2, id="the shortest"),
        pytest.param(
            [way(1, "food"), way(2, "food", stages=("refugee", "student"))],
            way(0, "food", stages=("student",)),
            2,
            id="what is so",
        ),
        pytest.param(
            [way(1, "food", stages=("refugee",)), way(2, "food")],
            way(0, "food", stages=("student",)),
            2,
            id="nothing that is not so",
        ),
        pytest.param(
            [way(1, "food", age=26, oldest=54), way(2, "food", age=16, oldest=25)],
            way(0, "food", age=17),
            2,
            id="the span of the age",
        ),
        pytest.param([way(1, "debt")], way(0, "food"), None, id="nothing leads there"),
    ],
)
def test_a_person_goes_the_way_that_fits_best(ways, person, taps):
    found = nearest(ways, person.asked)
    assert (None if found is None else found.taps) == taps


def test_a_need_without_a_button_is_written_and_that_is_a_tap_too(leeds):
    guide = Guide(leeds, AT)
    pressed = {need for each in ways_of(leeds, AT) for need in each.asked.needs}
    written = next(need for need in SEARCHED if need not in pressed)
    taps = guide.taps(Query((written,), AT))
    assert taps is not None and taps > 0
    assert guide.taps(Query(("no-such-need",), AT)) is None


ADA = Persona(
    "ada",
    "Ada",
    {"need": ["food"]},
    "Monday 11:00",
    first=("one",),
    first_three=("two",),
    not_first=("bad",),
    never=("worst",),
    first_line="call-me",
    lines=("call-her",),
    never_lines=("call-him",),
)
GOOD = Answer(("one", "two", "three", "bad"), ("call-me", "call-her"), 2)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(GOOD, [], id="all as expected"),
        pytest.param(
            Answer(("two", "one"), GOOD.lines),
            ["should begin with one; the first are two, one"],
            id="another is first",
        ),
        pytest.param(
            Answer(("one", "three", "four", "two"), GOOD.lines),
            ["two should be among the first three; the first are one, three, four"],
            id="one is too far down",
        ),
        pytest.param(
            Answer(("one", "two", "bad"), GOOD.lines),
            ["bad should not be among the first three"],
            id="one is too far up",
        ),
        pytest.param(
            Answer(("one", "two", "x", "y", "worst"), GOOD.lines),
            ["worst must never be shown; it is number 5"],
            id="one is somewhere in the list",
        ),
        pytest.param(
            Answer(GOOD.services, ("call-her", "call-me", "call-him")),
            [
                "the line call-me should come first; the lines are call-her, call-me, call-him",
                "the line call-him must not be shown",
            ],
            id="wrong lines",
        ),
        pytest.param(
            Answer(GOOD.services, ("call-me",)),
            ["the line call-her should be shown; the lines are call-me"],
            id="a line is missing",
        ),
    ],
)
def test_what_is_not_met_is_said_in_plain_words(answer, said):
    assert personas.failures(ADA, answer) == said


@pytest.mark.parametrize(
    ("now", "sentences", "worse"),
    [
        pytest.param(
            Answer(("one", "two", "three"), GOOD.lines, 2),
            ["bad is not shown any more"],
            False,
            id="one left the end of the list",
        ),
        pytest.param(
            Answer(("two", "one", "three", "bad"), GOOD.lines, 2),
            ["the first three are now in the order two, one, three"],
            True,
            id="the order broke an expectation",
        ),
        pytest.param(
            Answer(("one", "two", "new", "bad"), GOOD.lines, 3),
            [
                "new came among the first three",
                "three is no longer among the first three",
                "the guide now asks 3; it asked 2",
            ],
            False,
            id="another third, and a question more",
        ),
        pytest.param(
            Answer(GOOD.services, ("call-me",), 2),
            ["the lines are now call-me; they were call-me, call-her"],
            True,
            id="a line went",
        ),
    ],
)
def test_changes_say_what_became_different_for_whom(now, sentences, worse):
    (change,) = personas.changes([ADA], {"ada": GOOD}, {"ada": now})
    assert (list(change.sentences), change.worse) == (sentences, worse)


def test_no_change_is_no_sentence_and_new_and_old_personas_are_named():
    assert personas.changes([ADA], {"ada": GOOD}, {"ada": GOOD}) == []
    found = personas.changes([ADA], {"bob": GOOD}, {"ada": GOOD})
    assert [(each.id, *each.sentences) for each in found] == [
        ("ada", "is a new persona"),
        ("bob", "is no persona any more"),
    ]


def test_an_expectation_that_could_not_fail_is_a_problem(leeds):
    misspelt = Persona("bob", "Bob", {"need": ["food"]}, "Monday 11:00", never=("sarvsl",))
    empty = Persona("cid", "Cid", {"need": ["food"]}, "Monday 11:00")
    assert personas.hollow([misspelt, empty], leeds) == [
        "bob: there is no service “sarvsl”",
        "cid: nothing is expected for this persona",
    ]


GOOD_FILE = (
    '[[persona]]\nid = "ada"\nwho = "Ada"\nneed = ["food"]\nnever = ["citizens-advice-leeds"]\n'
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("[[persona", "cannot be understood", id="no TOML"),
        pytest.param("people = []", "[[persona]] tables and nothing else", id="no personas"),
        pytest.param(GOOD_FILE * 2, "“ada” is there twice", id="an id twice"),
        pytest.param(
            GOOD_FILE.replace('["food"]', '["fodd"]'), "“fodd” is not a need", id="no need"
        ),
        pytest.param(GOOD_FILE + 'stage = "king"', "“king” is not known", id="no stage"),
        pytest.param(GOOD_FILE + 'at = "Monday 25:00"', "the right form", id="no time"),
        pytest.param(GOOD_FILE + "nevr = []", "This field is not known", id="a misspelt field"),
        pytest.param(GOOD_FILE + "age = 140", "too large", id="too old"),
        pytest.param(GOOD_FILE + 'gender = "any"', "Write one of", id="no gender"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path, content, said):
    (tmp_path / "people.toml").write_text(content, encoding="utf-8")
    with pytest.raises(BrokenSource) as caught:
        personas.read_personas([tmp_path])
    assert "people.toml: " in str(caught.value)
    assert said in str(caught.value)


def test_an_id_in_two_files_and_a_missing_file_are_problems(tmp_path):
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(GOOD_FILE, encoding="utf-8")
    with pytest.raises(BrokenSource, match="“ada” is there twice"):
        personas.read_personas([tmp_path])
    with pytest.raises(BrokenSource, match="cannot be read"):
        personas.read_personas([tmp_path / "c.toml"])


@pytest.fixture(scope="module")
def small_pack(tmp_path_factory):
    return write_small_pack(tmp_path_factory.mktemp("pack") / "small")


@pytest.fixture
def run(monkeypatch, tmp_path, small_pack):
    monkeypatch.setenv("FINGERPOST_PACK", str(small_pack))
    monkeypatch.setenv("FINGERPOST_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")

    def call(*arguments, code=0):
        done = CliRunner().invoke(app, ["personas", *map(str, arguments)])
        assert done.exit_code == code, done.output
        return done.stdout

    return call


def test_check_prints_who_fails_and_ends_with_one(run, tmp_path):
    (tmp_path / "people.toml").write_text(
        GOOD_FILE.replace('never = ["citizens-advice-leeds"]', 'never = ["foodcycle-harehills"]'),
        encoding="utf-8",
    )
    told = run("check", tmp_path, code=1)
    assert "Ada: foodcycle-harehills must never be shown" in told
    document = json.loads(run("check", tmp_path, "--json", code=1))
    assert (document["personas"], document["failed"]) == (1, 1)
    assert document["people"][0]["taps"] == document["median_taps"]


def test_answers_before_and_now_are_compared(run, tmp_path):
    (tmp_path / "people.toml").write_text(GOOD_FILE, encoding="utf-8")
    before = json.loads(run("answers", tmp_path, "--json"))
    kept = tmp_path / "before.json"
    kept.write_text(json.dumps(before), encoding="utf-8")
    assert "Nothing changed" in run("diff", kept, tmp_path)
    gone = before["ada"]["services"].pop(0)
    kept.write_text(json.dumps(before), encoding="utf-8")
    assert f"ada: {gone} came among the first three" in run("diff", kept, tmp_path)
    kept.write_text("[]", encoding="utf-8")
    run("diff", kept, tmp_path, code=2)


def test_a_persona_that_match_would_refuse_is_wrong_usage(run, tmp_path):
    (tmp_path / "people.toml").write_text(GOOD_FILE + 'near = "Atlantis"', encoding="utf-8")
    run("check", tmp_path, code=2)
