"""What typed words mean, in all languages at once: danger, a need, a command, stop. Pure.

People switch languages and scripts in the middle of a sentence, so the language of the bot
says nothing about the words; it only decides between needs that share a word.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from threading import Lock
from typing import TypeVar

from directory import plain
from directory.beginnings import Beginnings
from directory.needs import is_danger
from directory.patterns import Hit, Patterns, Term, parse
from directory.spelling import Memo
from locales.words import Words, all_words

Kind = TypeVar("Kind", bound=StrEnum)
_PERSIAN = frozenset({"fa", "fa-AF"})
_Found = dict[str, dict[str, set[int]]]  # by language and need: where in a text it is named
_SHORTEST_NEED = 6  # letters of a misspelt word: a need that was guessed wrong does no harm
_UNITS = frozenset(  # what English counts where no age is meant: "I am 15 weeks pregnant"
    {"weeks", "week", "months", "month", "days", "day", "minutes", "mins", "min", "hours", "miles"}
)
_MAKING = Lock()  # `cache` alone would let two threads make it
_SOURCE = "en"  # people mix its words into every language


class Category(StrEnum):
    """A kind of danger that goes to people before all else; the gravest first."""

    SUICIDE = "suicide"
    EMERGENCY = "emergency"
    CHILD = "child"
    SEXUAL_VIOLENCE = "sexual_violence"
    HATE = "hate"
    VIOLENCE = "violence"
    LOCKED_IN = "locked_in"
    TRAFFICKING = "trafficking"
    FORCED_MARRIAGE = "forced_marriage"
    FGM = "fgm"


class Handoff(StrEnum):
    """What must be looked at by a person within days; the most pressing first."""

    CHILD_ALONE = "child_alone"
    UNSAFE_HOME = "unsafe_home"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class Meant:
    """The needs that a text names, best first, and its plain words that say so."""

    needs: tuple[str, ...]
    words: frozenset[str]


class Lexicon:
    """The words of several languages, made ready once; never changes and remembers no text."""

    def __init__(self, every: Sequence[Words]) -> None:
        self._harmless = Patterns(
            ((row, True) for words in every for row in _rows(words, words.harmless)), guess=False
        )
        self._crisis = Patterns(_labelled(every, "crisis", Category))
        self._homeless = Patterns(
            (row, True) for words in every for row in _rows(words, words.homeless)
        )
        self._minor = Patterns(
            ((row, True) for words in every for row in _rows(words, words.minor)),
            gap=0,
            guess=False,
        )
        self._handoff = Patterns(_labelled(every, "handoff", Handoff))
        self._private = Patterns(
            ((row, True) for words in every for row in _rows(words, words.private)),
            gap=1,
            guess=False,
        )
        self._needs = Patterns(
            (
                (row, (words.language, need))
                for words in every
                for need, terms in words.needs.items()
                for row in _rows(words, terms)
            ),
            gap=1,
            alone=_SHORTEST_NEED,
        )
        self._beginnings = Beginnings(
            (term.replace("*", ""), words.language, need)
            for words in every
            for need, terms in words.needs.items()
            for term in terms
            if "|" not in term
        )
        self._stop = frozenset(_typed(one) for words in every for one in words.stop)
        self._commands = {
            _typed(one): command
            for words in reversed(every)
            for command, listed in words.commands.items()
            for one in listed
        }

    def crises(self, text: str) -> tuple[Category, ...]:
        """Return every kind of danger that *text* speaks of, the gravest first.

        Who is forced to work is often kept from leaving: that is one danger, not two.
        """
        found = self._labels(self._crisis, text)
        if Category.TRAFFICKING in found:
            found.discard(Category.LOCKED_IN)
        return _in_order(Category, found)

    def is_minor(self, text: str) -> bool:
        """Say whether somebody says in *text* that they are under 18."""
        return any(
            self._minor.find([None if after in _UNITS else word for word, after in pairs])
            for reading in _readings(text)
            for pairs in [[*zip(reading, [*reading[1:], ""], strict=True)]]
        )

    def crisis(self, text: str) -> Category | None:
        """Return the gravest danger that *text* speaks of, None if it speaks of none."""
        return next(iter(self.crises(text)), None)

    def handoff(self, text: str) -> Handoff | None:
        """Return why a person should look at what *text* says within days, else None.

        Who has no bed tonight needs one, not somebody who reads letters.
        """
        found = self._labels(self._handoff, text)
        if found == {Handoff.DEADLINE} and self._no_bed(text):
            return None
        return next(iter(_in_order(Handoff, found)), None)

    def _no_bed(self, text: str) -> set[str]:
        """Return the words of *text* that say that somebody has no bed tonight."""
        memo = Memo()
        return {
            reading[at]
            for reading in _readings(text)
            for hit in self._homeless.find(reading, memo)
            for at in hit.at
        }

    def needs(self, text: str, language: str | None = None) -> tuple[str, ...]:
        """Return the needs that *text* names, best first.

        Words of *language* and English count first; only if they say nothing, those of the
        language of which most words are in the text.
        """
        return self.meant(text, language).needs

    def meant(self, text: str, language: str | None = None) -> Meant:
        """Return the same as `needs`, and which words of *text* name them."""
        found: _Found = {}
        memo = Memo()
        words: set[str] = set()
        for reading in _readings(text):
            hits = self._needs.find(reading, memo)
            for hit in hits:
                if any(set(hit.at) < set(other.at) for other in hits):
                    continue  # "home office" is not about a home
                of, need = hit.label
                found.setdefault(of, {}).setdefault(need, set()).add(hit.at[0])
                words.update(reading[at] for at in hit.at)
        own = {code: found[code] for code in (language, _SOURCE) if code in found}
        needs = _best_needs(own or _likeliest(found))
        homeless = self._no_bed(text)
        if homeless:
            needs = tuple(dict.fromkeys(("homelessness", *needs)))
        return Meant(needs, frozenset(words | homeless))

    def guessed(self, text: str, language: str | None = None) -> Meant:
        """Return the needs that *text* may mean where `meant` finds none: from unfinished words.

        A guess: good for what is searched, not for what somebody is told.
        """
        needs, words = self._beginnings.needs(text, (language, _SOURCE))
        return Meant(needs, words)

    def telling(self, text: str, language: str, *, warning: bool = False) -> frozenset[str]:
        """Return the plain words of *text* that tell others about who gets it.

        Words of danger from other people or from oneself, of what is as private, and of
        immigration status; none that are only nearly so, because whoever writes can change
        them. Not those of an emergency, nor, in a *warning* of a danger to life, of violence:
        "a man with a knife" is then in the street.
        """
        found: set[str] = set()
        for reading in _readings(text):
            left: list[str | None] = [*reading]
            while at := self._telling(left, language, warning=warning):  # a pattern comes once
                found.update(reading[each] for each in at)
                left = [None if n in at else word for n, word in enumerate(left)]
        return frozenset(found)

    def _telling(self, reading: Sequence[str | None], language: str, *, warning: bool) -> set[int]:
        """Return where words stand that tell something."""
        hits = [each.at for each in self._dangers(reading, warning=warning)]
        hits += [each.at for each in self._private.find(reading)]
        hits += [
            each.at
            for each in self._needs.find(reading)
            if not each.guesses
            and each.label[0] in (language, _SOURCE)
            and is_danger((each.label[1],))
        ]
        return {at for places in hits for at in places}

    def _dangers(self, reading: Sequence[str | None], *, warning: bool) -> list[Hit[str]]:
        """Return the hits of danger, as written, but for everyday phrases and emergencies."""
        hits = self._crisis.find(reading)
        if hits and (covered := _covered(self._harmless, reading, Memo())):
            bare = [None if at in covered else word for at, word in enumerate(reading)]
            hits = self._crisis.find(bare)
        urgent = {at for each in hits if each.label == Category.EMERGENCY for at in each.at}
        fine = {Category.EMERGENCY.value, *([Category.VIOLENCE.value] if warning else [])}
        return [
            each
            for each in hits
            if not each.guesses and each.label not in fine and urgent.isdisjoint(each.at)
        ]

    def is_stop(self, text: str) -> bool:
        """Say whether *text* is nothing but a word that ends the conversation."""
        return any(tuple(reading) in self._stop for reading in plain.readings(text))

    def command(self, text: str) -> str | None:
        """Return the command whose words *text* is, nothing else beside them; else None."""
        readings = (tuple(reading) for reading in plain.readings(text))
        return next((self._commands[r] for r in readings if r in self._commands), None)

    def _labels(self, patterns: Patterns[str], text: str) -> set[str]:
        """Return the labels of *patterns* in *text* but for everyday phrases."""
        found: set[str] = set()
        memo, harmless = Memo(), Memo()
        for reading in _readings(text):
            hits = patterns.find(reading, memo)
            if hits and (covered := _covered(self._harmless, reading, harmless)):
                bare = [None if at in covered else word for at, word in enumerate(reading)]
                hits = patterns.find(bare, memo)
            found.update(hit.label for hit in hits)
        return found


def lexicon() -> Lexicon:
    """Return the lexicon of all supported languages, made at first use, which takes a second.

    Who asks while another thread makes it waits for that one.
    """
    with _MAKING:
        return _made()


@cache
def _made() -> Lexicon:
    return Lexicon(all_words())


def _labelled(
    every: Iterable[Words], section: str, known: type[StrEnum]
) -> Iterator[tuple[tuple[Term, ...], str]]:
    for words in every:
        for label in known:
            for row in _rows(words, getattr(words, section).get(label.value, ())):
                yield row, label.value


def _rows(words: Words, patterns: Iterable[str]) -> Iterator[tuple[Term, ...]]:
    for pattern in patterns:
        yield parse(pattern, persian=words.language in _PERSIAN)


def _readings(text: str) -> Iterator[list[str]]:
    """Return what the whole *text* may be meant to say, piece by piece."""
    for piece in plain.pieces(text):
        yield from plain.readings(piece)


def _covered(harmless: Patterns[bool], reading: Sequence[str | None], memo: Memo) -> set[int]:
    return {at for hit in harmless.find(reading, memo) for at in hit.at}


def _typed(phrase: str) -> tuple[str, ...]:
    return tuple(plain.words(phrase))


def _in_order(known: type[Kind], found: Collection[str]) -> tuple[Kind, ...]:
    return tuple(each for each in known if each.value in found)


def _likeliest(found: _Found) -> _Found:
    """Return only the language with most words of needs in the text, of several the first."""
    covered = {code: len(set().union(*needs.values())) for code, needs in found.items()}
    best = min(found, key=lambda code: (-covered[code], code), default=None)
    return {} if best is None else {best: found[best]}


def _best_needs(found: _Found) -> tuple[str, ...]:
    """Return needs by how often they are named, then by which is named first."""
    places: dict[str, set[int]] = {}
    for needs in found.values():
        for need, at in needs.items():
            places.setdefault(need, set()).update(at)
    return tuple(sorted(places, key=lambda need: (-len(places[need]), min(places[need]))))
