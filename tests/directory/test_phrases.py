"""What frightened people type is caught in every language, and everyday talk is not.

`<code>.crisis.tsv` (kind, phrase, English) and `<code>.ordinary.tsv` (phrase, English) were
written without sight of the words they test; `<code>.more.*.tsv` before the words were tuned.
"""

from pathlib import Path

import pytest

import locales
from directory.lexicon import Category, lexicon

FOLDER = Path(__file__).parents[1] / "data" / "phrases"
LEAST = 20  # phrases of danger in each language; issue 3
LEAST_ORDINARY = 200
MOST_FALSE = 0.02  # of ordinary phrases


def rows(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("language", locales.supported())
def test_every_phrase_of_danger_is_caught(language):
    found = [row for path in sorted(FOLDER.glob(f"{language}.*crisis.tsv")) for row in rows(path)]
    assert len(found) >= LEAST
    assert {row[0] for row in found} == set(Category)
    assert [row[1] for row in found if lexicon().crisis(row[1]) is None] == []


@pytest.mark.parametrize("language", ["ar", "en", "fa", "ur"])
def test_everyday_phrases_of_a_language_seldom_are_taken_for_danger(language):
    found = [
        row[0] for path in sorted(FOLDER.glob(f"{language}.*ordinary.tsv")) for row in rows(path)
    ]
    false = [phrase for phrase in found if lexicon().crisis(phrase) is not None]
    assert len(false) <= MOST_FALSE * len(found), false


def test_everyday_phrases_of_all_languages_seldom_are_taken_for_danger():
    found = [row[0] for path in sorted(FOLDER.glob("*ordinary.tsv")) for row in rows(path)]
    false = [phrase for phrase in found if lexicon().crisis(phrase) is not None]
    assert len(found) >= LEAST_ORDINARY
    assert len(false) <= MOST_FALSE * len(found), false
