"""Which words of a list a text has: one pass over the text, however long the list is. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

_WORD = re.compile(
    r"(?P<time>\b\d{1,2}(?:[.:]\d\d)?\s?[ap]m\b|\b\d{1,2}:\d\d\b)"
    r"|(?P<hours>\b[1-4]\d(?:\.\d)?\s(?:hours|hrs)\b)"
    r"|(?P<money>[£$€]\s?\d[\d,.]*[km]?\b|\b\d[\d,.]*\s?(?:pounds|million)\b)"
    r"|\w+",
    re.IGNORECASE,
)
# how a list writes a time of day, a sum of money, and the hours of a week's work
TIME, MONEY, HOURS = "#time", "#money", "#hours"

Entry = tuple[str, ...]


class WordList:
    """Words and phrases, lower case; a ``*`` at the end of a word stands for any ending.

    Hyphens, slashes and apostrophes part words as spaces do. ``#time`` stands for a time of
    day, ``#money`` for a sum of money, ``#hours`` for ten to forty-nine hours.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._exact: dict[str, list[Entry]] = {}
        self._stems: dict[str, list[Entry]] = {}
        for word in words:
            if entry := _entry(word):
                table = self._stems if entry[0].endswith("*") else self._exact
                table.setdefault(entry[0].rstrip("*"), []).append(entry)
        for entries in (*self._exact.values(), *self._stems.values()):
            entries.sort(key=len, reverse=True)
        self._lengths = sorted({len(stem) for stem in self._stems}, reverse=True)

    def found(self, words: Sequence[str]) -> Iterator[Entry]:
        """Yield the entries in *words* in order, the longest at each place, none in another."""
        at = 0
        while at < len(words):
            entry = self._longest(words, at)
            if entry is not None:
                yield entry
            at += len(entry) if entry else 1

    def _longest(self, words: Sequence[str], at: int) -> Entry | None:
        best: Entry | None = None
        for entry in self._beginning_with(words[at]):
            longer = best is None or len(entry) > len(best)
            if longer and _fits(entry, words, at):
                best = entry
        return best

    def _beginning_with(self, word: str) -> Iterator[Entry]:
        yield from self._exact.get(word, ())
        for length in self._lengths:
            if length <= len(word):
                yield from self._stems.get(word[:length], ())


def words_of(text: str) -> list[str]:
    """Return the words of *text*, lower case, with times and sums of money as signs."""
    return [_sign(found) for found in _WORD.finditer(text.casefold())]


@lru_cache(maxsize=256)
def word_list(words: tuple[str, ...]) -> WordList:
    """Return the list of *words*, made once."""
    return WordList(words)


def _sign(found: re.Match[str]) -> str:
    if found["hours"]:
        return HOURS
    return TIME if found["time"] else MONEY if found["money"] else found[0]


def _entry(word: str) -> Entry:
    return tuple(re.findall(r"#?\w+\*?", word.casefold()))


def _fits(entry: Entry, words: Sequence[str], at: int) -> bool:
    if at + len(entry) > len(words):
        return False
    return all(
        words[at + number].startswith(part[:-1])
        if part.endswith("*")
        else words[at + number] == part
        for number, part in enumerate(entry)
    )
