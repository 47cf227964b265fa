"""What frightened people type is caught in every language, and everyday talk is not.

`<code>.crisis.tsv` (kind, phrase, English) and `<code>.ordinary.tsv` (phrase, English) were
written without sight of the words they test; `<code>.more.*.tsv` before the words were tuned;
`<code>.review.*.tsv` are what a review found, of which each must be right. The words were then
tuned on all of them, so these tests guard what is known: they do not say how much of what is
new will be caught (about nine in ten plain phrases, fewer roundabout ones; docs/decisions.md).
"""

from pathlib import Path

import pytest

import locales
from directory.lexicon import Category, Handoff, lexicon

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


REVIEWED = [
    pytest.param(*row, id=f"{path.name.split('.')[0]}: {row[1]}")
    for path in sorted(FOLDER.glob("*.review.crisis.tsv"))
    for row in rows(path)
]


@pytest.mark.parametrize(("kind", "phrase"), REVIEWED)
def test_what_a_review_found_missing_is_understood(kind, phrase):
    assert kind in lexicon().crises(phrase)


def test_what_a_review_found_taken_for_danger_is_not():
    found = [row[0] for path in FOLDER.glob("*.review.ordinary.tsv") for row in rows(path)]
    assert found
    assert [phrase for phrase in found if lexicon().crises(phrase)] == []


@pytest.mark.parametrize(
    "text",
    [
        *("I have nowhere to sleep tonight", "no place to sleep tonight", "I was evicted today"),
        *("امشب جایی برای خواب ندارم", "je dors dehors ce soir"),
        "we are on the street tonight with my baby",
    ],
)
def test_no_bed_tonight_is_a_need_and_no_deadline(text):
    assert lexicon().crises(text) == ()
    assert lexicon().handoff(text) is None
    assert lexicon().needs(text)[0] == "homelessness"


def test_a_date_of_eviction_is_still_a_deadline():
    assert lexicon().handoff("I am being evicted tomorrow") is Handoff.DEADLINE


@pytest.mark.parametrize(
    "text",
    [
        *("I am 13 and I want to die", "my dad hits me, im 15", "tengo 14 años", "عمري ١٤ سنة"),
        *("من 14 سالمه", "میں 14 سال کی ہوں", "mam 14 lat", "am 14 ani", "мені 14 років"),
        *("j'ai 14 ans", "tenho 14 anos", "waxaan ahay 14 jir", "ዕድመይ 14 ዓመት"),
        *("تەمەنم 14 ساڵە", "زه 14 کلن یم", "mám 14 rokov", "ਮੈਂ 14 ਸਾਲ ਦੀ ਹਾਂ"),
    ],
)
def test_who_says_an_age_under_18_is_known_for_a_child(text):
    assert lexicon().is_minor(text)


@pytest.mark.parametrize("text", ["I am 15 weeks pregnant", "I am 34", "im 15 minutes away", "13"])
def test_other_numbers_are_no_age(text):
    assert not lexicon().is_minor(text)


@pytest.mark.parametrize(
    "text", ["بس کن", "توقف کن", "روکو", "opri", "stai", "بس کړه", "ስረዝ", "ڕاوەستە"]
)
def test_stop_words_of_a_review(text):
    assert lexicon().is_stop(text)
