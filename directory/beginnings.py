"""Needs by words that are not written to their end, or written very wrongly. Pure.

For what `directory.patterns` does not find: "solic", "accomodasion". Such words are only
guessed at, so they count for needs alone, never for danger.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from directory import plain

MOST_WORDS = 8  # of a text; a longer one has enough words that are right
_SHORTEST = 4  # letters typed of a longer word
_SHORTEST_ALONE = 3  # letters where nothing else is typed, as when people type on and look
_SHORTEST_OTHER = 3  # of scripts in which words are shorter: Arabic, Ge'ez, Gurmukhi
_HALF = 2  # of the letters of the first word must be typed
_LONGEST_PHRASE = 4  # words
_SHORTEST_WRONG, _WRONG = 9, 2  # letters of a word from which two may be wrong
_MOST_NEEDS = 2

Row = tuple[str, str, str]  # plain words of a term, language, need


class Beginnings:
    """The terms of needs in order of their letters; never changes."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Index *rows* of terms as they are in words.toml, their language and need."""
        plainly = ((" ".join(plain.words(term)), code, need) for term, code, need in rows)
        self._rows: list[Row] = sorted({row for row in plainly if row[0]})
        self._terms = [row[0] for row in self._rows]
        self._long = sorted({t for t in self._terms if " " not in t and len(t) >= _SHORTEST_WRONG})

    def needs(
        self, text: str, languages: Sequence[str | None]
    ) -> tuple[tuple[str, ...], frozenset[str]]:
        """Return the needs that *text* may mean, and its words that say so.

        *languages*: which ones count before all others, the first one most.
        """
        words = plain.words(text)
        if len(words) > MOST_WORDS:
            return (), frozenset()
        if len(words) == 1 and len(words[0]) == _SHORTEST_ALONE:
            own = [row for row in self._all_begun_by(words[0]) if row[1] in languages]
            return _best(own, languages), frozenset(words)
        for size in range(min(_LONGEST_PHRASE, len(words)), 0, -1):
            for start in range(len(words) - size + 1):
                typed = words[start : start + size]
                if needs := _best(self._begun_by(typed), languages):
                    return needs, frozenset(typed)
        for word in words:
            if needs := _best(self._near(word), languages):
                return needs, frozenset({word})
        return (), frozenset()

    def _all_begun_by(self, letters: str) -> Iterator[Row]:
        """Yield the single words that *letters* are the beginning of."""
        for at in range(bisect_left(self._terms, letters), len(self._terms)):
            if not self._terms[at].startswith(letters):
                return
            if " " not in self._terms[at]:
                yield self._rows[at]

    def _begun_by(self, typed: Sequence[str]) -> Iterator[Row]:
        """Yield the terms that *typed* words are the beginning of.

        A single word is of none that goes on with others: "where" to go says little.
        """
        letters, size = " ".join(typed), len(typed)
        if len(letters) < (_SHORTEST if letters.isascii() else _SHORTEST_OTHER):
            return
        for at in range(bisect_left(self._terms, letters), len(self._terms)):
            if not self._terms[at].startswith(letters):
                return
            term = self._terms[at].split()
            if (size > 1 or len(term) == size) and _HALF * len(typed[-1]) >= len(term[size - 1]):
                yield self._rows[at]

    def _near(self, word: str) -> Iterator[Row]:
        if len(word) < _SHORTEST_WRONG:
            return
        near = process.extract(
            word, self._long, scorer=OSA.distance, score_cutoff=_WRONG, limit=_LONGEST_PHRASE
        )
        for term, _, _ in near:
            if term[0] == word[0]:
                at = bisect_left(self._terms, term)
                while at < len(self._terms) and self._terms[at] == term:
                    yield self._rows[at]
                    at += 1


def _best(rows: Iterable[Row], languages: Sequence[str | None]) -> tuple[str, ...]:
    """Return the needs that most *rows* name, of the first language that has any."""
    found: dict[str, Counter[str]] = {}
    for _, language, need in rows:
        found.setdefault(language, Counter())[need] += 1
    if not found:
        return ()
    first = next((code for code in languages if code in found), None)
    code = first or min(found, key=lambda code: (-found[code].total(), code))
    return tuple(need for need, _ in found[code].most_common(_MOST_NEEDS))
