"""What newcomers read is in plain words (guided-questions.md, rule 9)."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file

ROOT = Path(__file__).parents[2]
NEWCOMERS = [
    *(f"directory/{name}.py" for name in ("questions", "needs", "reasons")),
    *(
        f"handlers/{name}.py"
        for name in (
            "screens",
            "guide_screens",
            "guide_state",
            "crisis_screens",
            "card",
            "clear",
            "voice_screens",
            "rights_screens",
            "contact",
            "guide",
            "words",
            "privacy",
            "subscription",
        )
    ),
]
KEYWORDS = {"gettext": None, "N_": None, "ngettext": (1, 2)}
MOST_ON_AVERAGE, MOST = 15, 25  # words a sentence
# each with words that say in the same message what it means
GLOSSARY = {
    "NRPF": r"cannot get money or housing from the state",
    "asylum support": r"money|somewhere to live",
    "hate crime": r"attack|insult",
    "FGM": r"\bcut(ting)?\b",
    "ESOL": r"English",
    "GP": r"doctor",
}
NAMES = {"LS9", "EU", "LGBTQ", "ORGANISATION"}  # what people call themselves, or are to write


def messages(path: str) -> list[str]:
    """Return the English of every message that the module marks, each form of a plural."""
    found = extract_from_file("python", ROOT / path, keywords=KEYWORDS)
    texts = [ids if isinstance(ids, tuple) else (ids,) for _, ids, _, _ in found]
    return [text for forms in texts for text in forms]


def sentences(text: str) -> list[int]:
    """Return how many words each whole sentence of *text* has; labels and endings have none."""
    ended = re.findall(r"[^.!?:\n]+[.!?:]", text)
    return [count for each in ended if (count := len(re.findall(r"[\w’'{}-]+", each)))]


ALL = {path: messages(path) for path in NEWCOMERS}


def unexplained(text: str) -> list[str]:
    """Return the hard words that *text* uses without saying what they mean."""
    return [
        term
        for term, meaning in GLOSSARY.items()
        if re.search(rf"\b{term}\b", text) and not re.search(meaning, text, re.IGNORECASE)
    ]


def test_every_module_has_messages():
    assert [path for path, found in ALL.items() if not found] == []
    assert sum(map(len, ALL.values())) > 300


def test_sentences_are_short_on_average():
    counts = [n for found in ALL.values() for text in found for n in sentences(text)]
    assert len(counts) > 200
    assert sum(counts) / len(counts) <= MOST_ON_AVERAGE


@pytest.mark.parametrize("path", NEWCOMERS)
def test_no_sentence_is_long(path):
    assert [text for text in ALL[path] if max(sentences(text), default=0) > MOST] == []


@pytest.mark.parametrize("path", NEWCOMERS)
def test_hard_words_are_explained_in_the_same_message(path):
    assert [(text, hard) for text in ALL[path] if (hard := unexplained(text))] == []


def test_no_other_abbreviation_is_used():
    used = {word for found in ALL.values() for text in found for word in _abbreviations(text)}
    assert used <= GLOSSARY.keys() | NAMES


def _abbreviations(text: str) -> list[str]:
    return re.findall(r"\b[A-Z]{2,}\d*\b", text)


def test_what_is_wrong_is_found():
    assert sentences("One two three. Four five!\nA label") == [3, 2]
    assert max(sentences("word " * 26 + ".")) > MOST
    assert unexplained("They help with NRPF.") == ["NRPF"]
    assert unexplained("Report a hate crime.") == ["hate crime"]
    assert unexplained("Cutting of girls (FGM)") == []
    assert _abbreviations("Ask the DWP.") == ["DWP"]
