"""How much two titles are alike, whoever passed the post on and whatever site shows it. Pure."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from digests import stated
from digests.compared import NAMED, clash, content, only, stem
from digests.telling import GENERIC, NAMES, NEWER, PASSED_ON, ROWS, TURNS, TURNS_OF_TEXTS
from locales.errors import Text

_PASSED_ON = re.compile(rf"^\W*(?:{PASSED_ON})\s*(?:[:|]|\s[-–—])\s*", re.IGNORECASE)
_FROM = re.compile(
    r"[\s,;:–—-]*[(\[]?\b(?:[Ff]rom|FROM|[Vv]ia|VIA|[Bb]y|[Cc]ourtesy of|[Ss]ource:"
    r"|(?:[Ww]ith )?[Tt]hanks to|[Ss]hared by|[Pp]osted by|[Oo]riginally by)\s+(?:the\s+)?"
    r"(?=[A-Z])(?P<who>[^()\[\]|]{2,70}?)[)\]]?\s*$"
)
_SEGMENT = re.compile(r"\s*[|»«·•]\s*|\s+[-–—]\s+|(?<=\w):\s+")
_STRONG_MARKS = "|»«·•"
_LONGEST_NAME = 6  # words of a site's name
_ALIKE = 0.5
_TELLING = 4


@dataclass(frozen=True, slots=True)
class Core:
    """The words of a title without what was added to it; *cut*: what was, if it may matter."""

    words: tuple[str, ...]
    cut: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two titles are alike.

    *left*, *right*: words of content that only one has. *equal*: none that matter. *alike*:
    more is the same than not. *generic*: one says nothing particular ("Newsletter").
    *telling*: what they share is so much that it is hardly there twice by chance.
    """

    left: tuple[str, ...]
    right: tuple[str, ...]
    equal: bool
    alike: bool
    generic: bool
    telling: bool

    def clash(self, text: Sequence[str], other_text: Sequence[str]) -> Text | None:
        """Return what in the titles tells the stories apart, None if nothing does.

        A word in the place of another counts when the texts differ in the same words: then
        both were made after one pattern.
        """
        dates = [[w for w in side if stated.kind(w) in "dm"] for side in (self.left, self.right)]
        found = clash(*dates)
        if found is None and self.alike:
            turns = TURNS | TURNS_OF_TEXTS
            found = clash(self.left, self.right, turns=turns) or _row(self.left, self.right)
        if found is None and self.alike and _pattern(self, text, other_text):
            found = NAMED
        return found


def likeness(a: str | None, b: str | None) -> Likeness:
    """Compare two titles by those of their cores that are most alike."""
    pairs = [
        _compared(one.words, other.words)
        for one in _cores(a or "")
        for other in _cores(b or "")
        if not (one.cut and other.cut) or one.cut == other.cut
    ]
    return max(pairs, key=lambda found: found[0])[1]


def cores(title: str | None) -> tuple[tuple[str, ...], ...]:
    """Return the words of *title*, and what is left of them without additions."""
    return tuple(dict.fromkeys(core.words for core in _cores(title or "")))


@lru_cache(maxsize=1_000)
def _cores(title: str) -> tuple[Core, ...]:
    bare = _PASSED_ON.sub("", title.strip())
    found = [Core(stated.words(title)), Core(stated.words(bare))]
    if (source := _FROM.search(bare)) and source.start() > 0 and _is_addition(source["who"]):
        found.append(Core(stated.words(bare[: source.start()])))
    found += _without_site(bare)
    return tuple(dict.fromkeys(core for core in found if core.words)) or (Core(()),)


def _without_site(title: str) -> list[Core]:
    """Return the title without its first or last segment, where that can be a site's name."""
    marks = list(_SEGMENT.finditer(title))
    found = []
    for mark, kept, dropped in (
        *((m, title[: m.start()], title[m.end() :]) for m in marks[-1:] if ":" not in m[0]),
        *((m, title[m.end() :], title[: m.start()]) for m in marks[:1] if "-" not in m[0]),
    ):
        if _is_addition(dropped):
            strong = any(sign in mark[0] for sign in _STRONG_MARKS)
            cut = () if strong else stated.words(dropped)
            found += [Core(stated.words(again), cut) for again in (kept, _FROM.sub("", kept))]
    return found


def _is_addition(segment: str) -> bool:
    """Say whether it can be a site's or a source's name: nothing in it tells posts apart."""
    words = stated.words(segment)
    return 0 < len(words) <= 2 * _LONGEST_NAME and not any(
        stated.is_fact(word) or word in TURNS or word in NEWER or word in ROWS for word in words
    )


def _compared(a: Sequence[str], b: Sequence[str]) -> tuple[float, Likeness]:
    one, other = content(a), content(b)
    left, right = only(one, other)
    total = len(one) + len(other)
    score = 1 - (len(left) + len(right)) / total if total else 0.0
    plain = [word for word in {*one} & {*other} if not stated.is_fact(word)]
    words = [word for word in one if not stated.is_fact(word)]
    matters = [word for word in (*left, *right) if stated.kind(word) not in tuple("ywt")]
    return score, Likeness(
        left=tuple(left),
        right=tuple(right),
        equal=bool(total) and not matters,
        alike=score >= _ALIKE,
        generic=not {*words} - GENERIC or not {*other} - GENERIC or len(words) < 2,  # noqa: PLR2004
        telling=len(plain) >= _TELLING - 1 and min(len(one), len(other)) >= _TELLING,
    )


def _row(left: Collection[str], right: Collection[str]) -> Text | None:
    """Tell "Grant fund" from "Grant fund: round 2"."""
    for words in (left, right):
        if any(word in ROWS for word in words) and any(stated.kind(word) == "n" for word in words):
            return NAMED
    return None


def _pattern(titles: Likeness, text: Sequence[str], other_text: Sequence[str]) -> bool:
    """Say whether the titles' different words stand in the texts at each other's place."""
    one, other = set(text), set(other_text)
    left = {w for w in titles.left if not stated.is_fact(w) and w not in other}
    right = {w for w in titles.right if not stated.is_fact(w) and w not in one}
    if any(w in NAMES for w in left) and any(w in NAMES for w in right):
        return True
    return bool(left and right) and bool(
        _stems(left) & _stems(one) or _stems(right) & _stems(other)
    )


def _stems(words: Collection[str]) -> set[str]:
    return {stem(word) for word in words}
