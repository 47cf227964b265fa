"""The files of words that people type: their form, and that every language has one."""

import copy
import tomllib

import pytest

import locales
from directory.needs import NEEDS
from locales import words
from locales.check import check_all
from locales.words import BrokenWords, is_pattern, parse_words, problems_of, read_words

WHOLE = tomllib.loads(words.words_path("en").read_text("utf-8"))


def broken(**changes: object) -> tuple[str, ...]:
    """Return what is wrong with the English words after *changes* to single sections."""
    table = copy.deepcopy(WHOLE) | changes
    with pytest.raises(BrokenWords) as caught:
        parse_words("en", table, "en/words.toml")
    assert "en/words.toml" in str(caught.value)
    return caught.value.problems


def test_needs_are_those_of_the_directory():
    assert sorted(words.NEEDS) == sorted(NEEDS)


@pytest.mark.parametrize("language", locales.supported())
def test_every_language_has_words_without_a_fault(language):
    assert problems_of(language) == ()
    found = read_words(language)
    assert found.language == language
    assert found.stop and all(found.commands[each] for each in words.COMMANDS)


def test_all_words_begin_with_english():
    assert words.all_words()[0].language == "en"
    assert {each.language for each in words.all_words()} >= set(locales.supported())


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({"stops": []}, "“stops” is not known", id="an unknown part"),
        pytest.param({"stop": "stop"}, "“stop” must be a list of texts", id="no list"),
        pytest.param({"stop": [1]}, "“stop” must be a list of texts", id="no texts"),
        pytest.param({"stop": [" "]}, "“stop”: “ ” is no pattern", id="no word"),
        pytest.param({"needs": []}, "“needs” must be a section", id="no section"),
        pytest.param(
            {"needs": WHOLE["needs"] | {"fun": ["party"]}}, "“needs.fun” is not known", id="a need"
        ),
        pytest.param(
            {"needs": {k: v for k, v in WHOLE["needs"].items() if k != "food"}},
            "“needs.food” has no words",
            id="a need without words",
        ),
        pytest.param(
            {"crisis": WHOLE["crisis"] | {"fgm": []}}, "“crisis.fgm” has no words", id="no crisis"
        ),
        pytest.param(
            {"crisis": WHOLE["crisis"] | {"fgm": ["a*b"]}},
            "“crisis.fgm”: “a*b” is no pattern",
            id="a star in a word",
        ),
        pytest.param(
            {"crisis": WHOLE["crisis"] | {"fgm": ["@nobody cuts"]}},
            "“@nobody” is no group",
            id="an unknown group",
        ),
    ],
)
def test_every_fault_is_named(changes, problem):
    assert problem in broken(**changes)


def test_all_faults_are_named_at_once():
    assert len(broken(stop="stop", needs=[], extra=1)) == 3


def test_a_missing_part_is_named():
    table = {name: part for name, part in WHOLE.items() if name != "commands"}
    with pytest.raises(BrokenWords) as caught:
        parse_words("en", table, "en/words.toml")
    assert "“commands” is missing" in caught.value.problems


def test_a_missing_file_is_a_problem_not_a_crash():
    assert problems_of("tlh") == ("words.toml: it is missing",)


def test_a_group_stands_for_its_words():
    table = copy.deepcopy(WHOLE)
    table["groups"] = WHOLE["groups"] | {"pair": ["one", "two"]}
    table["crisis"]["fgm"] = ["@pair|three four"]
    assert parse_words("en", table, "x").crisis["fgm"] == ("one|two|three four",)


@pytest.mark.parametrize("text", ["stop", "kill* *me", "one|two three", "go-on", "قتل*|*ذبح"])
def test_patterns(text):
    assert is_pattern(text)


@pytest.mark.parametrize("text", ["", "*", "|", "a||b", "a*b", "a *", "!", "a|"])
def test_what_is_no_pattern(text):
    assert not is_pattern(text)


def test_the_check_of_languages_finds_no_fault_in_the_words():
    found = {each.code: each.problems for each in check_all()}
    assert [p for problems in found.values() for p in problems if "words.toml" in p] == []
