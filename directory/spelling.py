"""Spots known words among typed ones, forgiving one wrong letter. Pure.

Misspelt words are found by what is left of both with one letter taken out (the idea of
SymSpell, W. Garbe, 2012), then measured: one letter wrong, missing, too many, or two swapped.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from rapidfuzz.distance import OSA

SHORTEST_GUESS = 5  # letters of a word from which one wrong letter is forgiven
SHORTEST_SWAP = 4  # two letters that changed places are seldom another word
_SHORTEST_UNSWAP = 6  # letters typed in which swapped ones may hide a short word
_LONGEST_GUESS = 16  # letters; longer words are compared by these
_MOST_BEFORE = 3  # letters joined to the front of a word: articles, "and", "with"
_PREFIX = 4  # letters that some known word must begin with, before longer ones are tried
MOST_GUESSED = 90  # different words of one text that are guessed at; further ones must be right


class Ends(IntEnum):
    """Where more letters may stand."""

    NONE = 0
    AFTER = 1
    BEFORE = 2
    BOTH = 3


class Word(NamedTuple):
    """A known word; *letters* are plain, see `directory.plain`."""

    letters: str
    ends: Ends = Ends.NONE


# By the hash of what is left of words: a third of the memory that the letters need. Two
# that share one by chance are told apart by measuring. Most keys lead to a single word.
_Near = dict[int, Word | list[Word]]


@dataclass(slots=True)
class Spots:
    """At which places of a text each known word stands: as written, swapped, or misspelt."""

    surely: dict[Word, list[int]] = field(default_factory=lambda: defaultdict(list))
    swapped: dict[Word, list[int]] = field(default_factory=lambda: defaultdict(list))
    nearly: dict[Word, list[int]] = field(default_factory=lambda: defaultdict(list))

    def words(self) -> list[Word]:
        """Return every known word that stands somewhere, surest first."""
        return list(dict.fromkeys((*self.surely, *self.swapped, *self.nearly)))

    def __contains__(self, word: Word) -> bool:
        """Say whether *word* stands anywhere."""
        return word in self.surely or word in self.swapped or word in self.nearly


class _Seen(NamedTuple):
    """What one typed word may be: known words as written, swapped and misspelt."""

    surely: tuple[Word, ...]
    swapped: tuple[Word, ...] = ()
    nearly: tuple[Word, ...] = ()


class Memo:
    """What was found out about the words of one text, so that each is looked at once.

    Lives as long as the call that reads the text: nothing of it is kept.
    """

    def __init__(self) -> None:
        self.seen: dict[str, _Seen] = {}
        self.guessed = 0


class Spelling:
    """Known words, indexed once; never changes."""

    def __init__(self, words: Iterable[Word], *, guess: bool = True) -> None:
        """Index *words*; *guess*: whether misspelt ones will be looked for."""
        known = set(words)
        self._guess = guess
        self._by_ends = {
            ends: {word.letters: word for word in known if word.ends is ends} for ends in Ends
        }
        self._longest = max((len(word.letters) for word in known), default=0)
        misspelt = known if guess else set()
        near = [word for word in misspelt if word.ends in {Ends.NONE, Ends.AFTER}]
        inside = [word for word in misspelt if word.ends in {Ends.BEFORE, Ends.BOTH}]
        self._near, self._near_begin = _index(near), _beginnings(near)
        self._inside, self._inside_begin = _index(inside), _beginnings(inside)

    def spot(self, typed: Sequence[str | None], memo: Memo | None = None) -> Spots:
        """Return where known words stand among the *typed* ones; None is a covered place.

        A typed word that is itself known is not misspelt, and after many different ones in
        a text no more are guessed at. *memo*: what earlier calls about the text found out.
        """
        memo = Memo() if memo is None else memo
        spots = Spots()
        for at, token in enumerate(typed):
            if token is None:
                continue
            if (seen := memo.seen.get(token)) is None:
                seen = memo.seen[token] = self._look(token, memo)
            for word in seen.surely:
                spots.surely[word].append(at)
            for word in seen.swapped:
                spots.swapped[word].append(at)
            for word in seen.nearly:
                spots.nearly[word].append(at)
        return spots

    def _look(self, token: str, memo: Memo) -> _Seen:
        known = tuple(self._surely(token))
        right = not self._guess or token in self._by_ends[Ends.NONE]
        if right or len(token) < SHORTEST_SWAP or memo.guessed >= MOST_GUESSED:
            return _Seen(known)
        memo.guessed += 1
        short = token[:_LONGEST_GUESS]
        guesses = self._guesses(short)
        swapped = [word for word, is_swapped in guesses.items() if is_swapped]
        if not known and len(token) >= _SHORTEST_UNSWAP:
            swapped += self._unswapped(short)
        nearly = (word for word, is_swapped in guesses.items() if not is_swapped)
        return _Seen(known, tuple(dict.fromkeys(swapped)), tuple(nearly))

    def _surely(self, token: str, most: int | None = None) -> Iterator[Word]:
        """Return the known words that stand in *token*; *most*: letters of the longest."""
        exact, after, before, both = self._by_ends.values()
        if token in exact:
            yield exact[token]
        longest = min(len(token), self._longest if most is None else most)
        for length in range(1, longest + 1):
            if (start := token[:length]) in after:
                yield after[start]
            if (end := token[-length:]) in before:
                yield before[end]
        if both:
            pieces = {
                token[at : at + length]
                for length in range(1, longest + 1)
                for at in range(len(token) - length + 1)
            }
            yield from (both[piece] for piece in pieces if piece in both)

    def _unswapped(self, token: str) -> set[Word]:
        """Return short words with open ends that stand in *token* once two letters change back."""
        found: set[Word] = set()
        for at in range(1, len(token) - 2):
            one, other = token[at], token[at + 1]
            if one != other:
                changed = token[:at] + other + one + token[at + 2 :]
                found.update(self._surely(changed, SHORTEST_SWAP - 1))
        return {word for word in found if len(word.letters) < SHORTEST_SWAP}

    def _guesses(self, token: str) -> dict[Word, bool]:
        """Return the words that *token* may be meant for, and if two letters just swapped."""
        found: dict[Word, bool] = {}
        for word, piece in _candidates(self._near, self._near_begin, token):
            _keep(found, word, piece, token)
        if self._inside:
            for start in range(min(_MOST_BEFORE, len(token) - SHORTEST_SWAP) + 1):
                rest = token[start:]
                for word, piece in _candidates(self._inside, self._inside_begin, rest):
                    _keep(found, word, piece, rest)
        return found


def _index(words: Iterable[Word]) -> _Near:
    """Return the words of four letters or more by what is left of them without one letter."""
    found: _Near = {}
    for word in sorted(words):
        if not SHORTEST_SWAP <= len(word.letters) <= _LONGEST_GUESS:
            continue
        for letters in _shortened(word.letters):
            key = hash(letters)
            before = found.get(key)
            if before is None:
                found[key] = word
            elif isinstance(before, Word):
                found[key] = [before, word]
            else:
                before.append(word)
    return found


def _beginnings(words: Iterable[Word]) -> frozenset[str]:
    """Return what the words begin with, as written or without one letter."""
    return frozenset(
        each[:_PREFIX]
        for word in words
        if SHORTEST_SWAP <= len(word.letters) <= _LONGEST_GUESS
        for each in _shortened(word.letters[: _PREFIX + 1])
    )


def _shortened(letters: str) -> set[str]:
    return {letters, *(letters[:at] + letters[at + 1 :] for at in range(len(letters)))}


def _candidates(index: _Near, begins: frozenset[str], token: str) -> Iterator[tuple[Word, str]]:
    """Return words that share a shortened form with *token* or a beginning of it.

    *begins*: how shortened forms begin; what begins otherwise is not looked up.
    """
    for left_out in range(len(token) + 1):  # the last one: nothing is left out
        shortened = token[:left_out] + token[left_out + 1 :]
        likely = shortened[:_PREFIX] in begins
        lost = left_out < len(token)
        for length in range(max(SHORTEST_SWAP, left_out + lost), len(token) + 1):
            if length - lost >= _PREFIX and not likely:
                break
            yield from _with(index, shortened[: length - lost], token[:length])
        if not lost:
            for length in range(SHORTEST_SWAP, len(token) if likely else 0):
                yield from _with(index, token[:length], token[:length])


def _with(index: _Near, letters: str, piece: str) -> Iterator[tuple[Word, str]]:
    near = index.get(hash(letters), ())
    for word in (near,) if isinstance(near, Word) else near:
        yield word, piece


def _keep(found: dict[Word, bool], word: Word, piece: str, token: str) -> None:
    """Add *word* to what was *found* if *piece*, a beginning of *token*, is one mistake away."""
    letters = word.letters
    open_end = word.ends in {Ends.AFTER, Ends.BOTH}
    if piece == letters or (len(piece) < len(token) and not open_end):
        return
    swapped = _is_swapped(piece, letters)
    if not swapped:
        # a wrong first letter makes another word more often than a mistake; and with an open
        # end, a wrong last one would only make the pattern shorter
        if len(letters) < SHORTEST_GUESS or piece[0] != letters[0]:
            return
        if open_end and piece[-1] != letters[-1]:
            return
        if OSA.distance(piece, letters, score_cutoff=1) > 1:
            return
    found[word] = found.get(word, False) or swapped


def _is_swapped(one: str, other: str) -> bool:
    if len(one) != len(other):
        return False
    wrong = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    return (
        len(wrong) == 2  # noqa: PLR2004  (a pair)
        and wrong[1] == wrong[0] + 1
        and one[wrong[0]] == other[wrong[1]]
        and one[wrong[1]] == other[wrong[0]]
    )
