"""Finds patterns of words in a text, forgiving one wrong letter a word. Pure.

A pattern is terms that stand in this order with at most three other words between them; a
term is phrases of which one must stand there (``kill|kills``); the words of a phrase stand
side by side (``go-on``, ``l'argent``); a star at the start or end of a word stands for any
letters (``samoboj*``). All languages are tried on every text, so each pattern is looked for
only where its rarest term was seen.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import Generic, NamedTuple, TypeVar

from directory import plain
from directory.spelling import Ends, Memo, Spelling, Spots, Word

GAP = 3  # other words between two terms
# letters of a misspelt word that no other word confirms: with two of them swapped, or else
SHORTEST_ALONE_SWAPPED = 6
SHORTEST_ALONE = 9
Label = TypeVar("Label")
Phrase = tuple[Word, ...]
Term = tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Hit(Generic[Label]):
    """A pattern that was found: its label, where its words stand, how many are misspelt."""

    label: Label
    at: tuple[int, ...]
    guesses: int


class _Span(NamedTuple):
    """Where a phrase stands, both ends included, and how many of its words are misspelt."""

    start: int
    end: int
    guesses: int


@dataclass(frozen=True, slots=True, eq=False)  # the same only as itself: quick to look up
class _Pattern(Generic[Label]):
    """*terms*: their numbers in the list of all terms."""

    terms: tuple[int, ...]
    label: Label


class Patterns(Generic[Label]):
    """Patterns with labels, indexed once; never changes."""

    def __init__(
        self,
        rows: Iterable[tuple[tuple[Term, ...], Label]],
        *,
        gap: int = GAP,
        guess: bool = True,
        alone: int = SHORTEST_ALONE,
    ) -> None:
        """Index *rows* of terms (see `parse`) and their labels.

        *gap*: how many other words may stand between two terms. *guess*: whether misspelt
        words count. *alone*: from how many letters a misspelt word counts by itself.
        """
        self._gap, self._alone = gap, alone
        numbers: dict[Term, int] = {}
        patterns = [
            _Pattern(tuple(numbers.setdefault(term, len(numbers)) for term in terms), label)
            for terms, label in dict.fromkeys(rows)
            if terms
        ]
        self._terms = tuple(numbers)
        used = Counter(
            word
            for pattern in patterns
            for number in pattern.terms
            for phrase in self._terms[number]
            for word in phrase
        )
        self._by_word: dict[Word, list[_Pattern[Label]]] = defaultdict(list)
        keys = [{min(p, key=used.__getitem__): None for p in term} for term in self._terms]
        for pattern in patterns:
            rarest = min(pattern.terms, key=lambda number: sum(used[w] for w in keys[number]))
            for word in keys[rarest]:
                self._by_word[word].append(pattern)
        self._spelling = Spelling(used, guess=guess)

    def find(self, typed: Sequence[str | None], memo: Memo | None = None) -> list[Hit[Label]]:
        """Return every pattern that stands in the *typed* words, once each; None covers one.

        *memo*: of other readings of the same text with these patterns.
        """
        spots = self._spelling.spot(typed, memo)
        wanted = dict.fromkeys(p for word in spots.words() for p in self._by_word.get(word, ()))
        known: dict[int, list[_Span]] = {}
        return [hit for p in wanted if (hit := self._placed(p, spots, known)) is not None]

    def _placed(
        self, pattern: _Pattern[Label], spots: Spots, known: dict[int, list[_Span]]
    ) -> Hit[Label] | None:
        alone = len(pattern.terms) == 1
        places = []
        for number in pattern.terms:
            if alone:
                found = _spans(self._terms[number], spots, alone=self._alone)
            elif number not in known:
                found = known[number] = _spans(self._terms[number], spots)
            else:
                found = known[number]
            if not found:
                return None
            places.append(found)
        way = self._way(places, None, (len(places) + 1) // 2)
        if way is None:
            return None
        at = tuple(n for span in way for n in range(span.start, span.end + 1))
        return Hit(pattern.label, at, sum(span.guesses for span in way))

    def _way(
        self, places: Sequence[list[_Span]], before: int | None, most: int
    ) -> tuple[_Span, ...] | None:
        """Return spans, one a term, in order and near enough, with at most *most* guesses."""
        for span in places[0]:
            away = 1 if before is None else span.start - before
            if span.guesses > most or not 0 < away <= self._gap + 1:
                continue
            if len(places) == 1:
                return (span,)
            rest = self._way(places[1:], span.end, most - span.guesses)
            if rest is not None:
                return (span, *rest)
        return None


def _spans(term: Term, spots: Spots, *, alone: int = 0) -> list[_Span]:
    """Return where a phrase of *term* stands, those without mistakes first.

    *alone*: how many letters a misspelt word needs where nothing else confirms it.
    """
    best: dict[tuple[int, int], int] = {}
    for phrase in term:
        if phrase[0] not in spots:
            continue
        found = _places(phrase[0], spots, alone=alone if len(phrase) == 1 else 0)
        for offset, word in enumerate(phrase[1:], start=1):
            after = _places(word, spots)
            found = {at: g + after[at + offset] for at, g in found.items() if at + offset in after}
        for at, guesses in found.items():
            key = (at, at + len(phrase) - 1)
            best[key] = min(guesses, best.get(key, guesses))
    return sorted(
        (_Span(start, end, guesses) for (start, end), guesses in best.items()),
        key=lambda span: (span.guesses, span.start, span.end),
    )


def _places(word: Word, spots: Spots, *, alone: int = 0) -> dict[int, int]:
    """Return where *word* stands, with 1 where it is misspelt; *alone* as in `_spans`."""
    found = dict.fromkeys(spots.surely.get(word, ()), 0)
    length = len(word.letters)
    if not alone or length >= SHORTEST_ALONE_SWAPPED:
        for at in spots.swapped.get(word, ()):
            found.setdefault(at, 1)
    if not alone or (length >= alone and word.ends is not Ends.BOTH):
        for at in spots.nearly.get(word, ()):
            found.setdefault(at, 1)
    return found


def parse(pattern: str, *, persian: bool = False) -> tuple[Term, ...]:
    """Return the terms of *pattern*.

    *persian*: prefixes of verbs that are written apart are joined.
    """
    written = plain.join_verbs(pattern) if persian else pattern
    terms = (tuple(filter(None, map(_phrase, term.split("|")))) for term in written.split())
    return tuple(term for term in terms if term)


@lru_cache(maxsize=8192)  # groups repeat the same words
def _phrase(written: str) -> Phrase:
    """Return the plain words of a phrase as written, each with its stars."""
    return tuple(word for part in written.split("-") for word in _words(part))


def _words(written: str) -> list[Word]:
    """Return the plain words of *written*, its stars at the outermost ends."""
    letters = [intern(each) for each in plain.words(written)]
    before, after = written.startswith("*"), written.endswith("*")
    last = len(letters) - 1
    return [
        Word(each, Ends((after and at == last) + 2 * (before and at == 0)))
        for at, each in enumerate(letters)
    ]
