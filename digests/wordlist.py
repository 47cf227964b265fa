"""Which words of a list a text has: one pass over the text, however long the list is. Pure."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

_WORD = re.compile(
    r"(?P<time>\b\d{1,2}(?:[.:]\d\d)?\s?[ap]m\b|\b\d{1,2}:\d\d\b)"
    r"|(?P<hours>\b[1-4]\d(?:\.\d)?\s(?:hours|hrs)\b)"
    r"|(?P<money>[£$€]\s?\d[\d,.]*[km]?\b|\b\d[\d,.]*\s?(?:pounds|million)\b)"
    r"|\w+",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d")
# how a list writes a time of day, a sum of money, and the hours of a week's work
TIME, MONEY, HOURS = "#time", "#money", "#hours"
_SIGNS = {"time": TIME, "money": MONEY, "hours": HOURS}

_MOST_KNOWN = 20_000  # words that are remembered with what begins with them
Entry = tuple[str, ...]


class WordLists:
    """Lists of words and phrases, lower case; a ``*`` at a word's end stands for any ending.

    Hyphens, slashes and apostrophes part words as spaces do. ``#time`` stands for a time of
    day, ``#money`` for a sum of money, ``#hours`` for ten to forty-nine hours.
    """

    def __init__(self, lists: Sequence[tuple[str, ...]]) -> None:
        self._count = len(lists)
        self._exact: dict[str, list[tuple[int, Entry]]] = {}
        self._stems: dict[str, list[tuple[int, Entry]]] = {}
        for number, words in enumerate(lists):
            for entry in dict.fromkeys(filter(None, map(_entry, words))):
                table = self._stems if entry[0].endswith("*") else self._exact
                table.setdefault(entry[0].rstrip("*"), []).append((number, entry))
        self._lengths = sorted({len(stem) for stem in self._stems})
        self._known: dict[str, list[tuple[int, Entry]]] = {}

    def found(self, words: Sequence[str]) -> Iterator[tuple[int, Entry]]:
        """Yield in order what each list (by its number) has of *words*.

        At each place the longest phrase of a list counts, and nothing of that list inside it.
        """
        free = [0] * self._count
        for at, word in enumerate(words):
            known = self._known.get(word)
            for number, entry in self._beginning_with(word) if known is None else known:
                if free[number] <= at and (len(entry) == 1 or _fits(entry, words, at)):
                    free[number] = at + len(entry)
                    yield number, entry

    def _beginning_with(self, word: str) -> list[tuple[int, Entry]]:
        stems = (self._stems.get(word[:n], ()) for n in self._lengths if n <= len(word))
        known = [*self._exact.get(word, ()), *(each for entries in stems for each in entries)]
        known.sort(key=lambda each: len(each[1]), reverse=True)
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[word] = known
        return known


def words_of(text: str) -> list[str]:
    """Return the words of *text*, lower case, with times and sums of money as signs."""
    lower = text.casefold()
    if not _FIGURE.search(lower):
        return re.findall(r"\w+", lower)
    found = _WORD.finditer(lower)
    return [each[0] if each.lastgroup is None else _SIGNS[each.lastgroup] for each in found]


@lru_cache(maxsize=64)
def word_lists(lists: tuple[tuple[str, ...], ...]) -> WordLists:
    """Return *lists* made ready for looking up, once."""
    return WordLists(lists)


def _entry(word: str) -> Entry:
    return tuple(re.findall(r"#?\w+\*?", word.casefold()))


def _fits(entry: Entry, words: Sequence[str], at: int) -> bool:
    """Say whether what follows the first word of *entry*, found at *at*, stands there too."""
    if at + len(entry) > len(words):
        return False
    for number in range(1, len(entry)):  # the first is there; all() takes four times as long
        part, word = entry[number], words[at + number]
        if part != word and not (part[-1] == "*" and word.startswith(part[:-1])):
            return False
    return True
