"""Which of many rules fit a text, without trying each: most need words that it has not. Pure.

What an expression cannot do without is read from the expression itself, so that a new rule
needs no list beside it. An expression of which that cannot be told is tried on every text.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import product
from re import _constants as op  # type: ignore[attr-defined]  # sre_parse, which is deprecated
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from digests.rules import Rule

_SHORTEST = 3  # letters that say enough
_MOST = 400  # spellings of one expression that are listed
_LENGTH = 4  # of the pieces by which the words of a text are looked up
_Node = tuple[Any, Any]  # the parser's own shape: what it is, and its parts of many types
_Spellings = frozenset[str]
_EMPTY: _Spellings = frozenset({""})
_PLACES = (op.AT, op.ASSERT, op.ASSERT_NOT)  # they match no letters
_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT)


class RuleBook:
    """The *rules*, made ready for looking up which fit a lower-case text (`rules.lower_case`)."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._always: list[tuple[int, re.Pattern[str]]] = []
        self._short: list[tuple[str, int, re.Pattern[str]]] = []
        self._by_piece: dict[str, list[tuple[str, int, re.Pattern[str]]]] = {}
        for number, rule in enumerate(rules):
            for expression in rule.expressions:
                self._enter(number, expression)

    def fitting(self, *texts: str) -> list[Rule]:
        """Return the rules that fit one of *texts*, in their order."""
        fits: set[int] = set()
        for text in texts:
            for number, pattern in self._worth_trying(text):
                if number not in fits and pattern.search(text):
                    fits.add(number)
        return [self._rules[number] for number in sorted(fits)]

    def _enter(self, number: int, expression: str) -> None:
        pattern = re.compile(expression)
        words = needed(expression)
        if not words:
            self._always.append((number, pattern))
        for word in words:
            entry = word, number, pattern
            if len(word) < _LENGTH:
                self._short.append(entry)
            else:
                self._by_piece.setdefault(word[:_LENGTH], []).append(entry)

    def _worth_trying(self, text: str) -> Iterable[tuple[int, re.Pattern[str]]]:
        pieces = {text[at : at + _LENGTH] for at in range(len(text) - _LENGTH + 1)}
        entries = [*self._short]
        for piece in self._by_piece.keys() & pieces:
            entries += self._by_piece[piece]
        tried = dict.fromkeys(
            (number, pattern) for word, number, pattern in entries if word in text
        )
        return (*tried, *self._always)


def needed(expression: str) -> _Spellings:
    """Return words of which each text that *expression* fits has one; none if it needs none."""
    words = _needed(_parser.parse(expression))
    return words if _shortest(words) >= _SHORTEST else frozenset()


def _needed(parts: Iterable[_Node]) -> _Spellings:
    """Return the best of the runs of *parts* that can be spelt out; {""} at worst."""
    runs, run = [_EMPTY], _EMPTY
    for part in parts:
        spelt = _spelt(part)
        longer = spelt and _joined(run, spelt)
        if longer:
            run = longer
            continue
        runs += [run, _inside(part)]
        run = spelt or _EMPTY
    return max(*runs, run, key=lambda words: (min(_shortest(words), _LENGTH + 1), -len(words)))


def _inside(part: _Node) -> _Spellings:
    """Return what is needed of a part that cannot be spelt out as a whole."""
    kind, value = part
    if kind is op.BRANCH:
        return frozenset[str]().union(*map(_needed, value[1]))
    if kind is op.SUBPATTERN and not _has_flags(value):
        return _needed(value[-1])
    if kind in _REPEATS and value[0] > 0:
        return _needed(value[-1])
    return _EMPTY


def _spelt(part: _Node) -> _Spellings | None:
    """Return all that *part* can match; None when that is too much to list."""
    kind, value = part
    if kind is op.LITERAL:
        return frozenset({chr(value)})
    if kind in _PLACES:
        return _EMPTY
    if kind in (op.IN, op.BRANCH):
        return _any_of(value[1] if kind is op.BRANCH else [(item,) for item in value])
    if kind is op.SUBPATTERN and not _has_flags(value):
        return _all_of(value[-1])
    if kind in _REPEATS and value[1] == 1:
        once = _all_of(value[-1])
        return once and (once if value[0] else once | _EMPTY)
    return None


def _any_of(choices: Iterable[Iterable[_Node]]) -> _Spellings | None:
    spelt = [_all_of(choice) for choice in choices]
    if any(each is None for each in spelt):
        return None
    return frozenset[str]().union(*(each for each in spelt if each))


def _all_of(parts: Iterable[_Node]) -> _Spellings | None:
    words: _Spellings | None = _EMPTY
    for part in parts:
        spelt = _spelt(part)
        words = _joined(words, spelt) if words and spelt else None
    return words


def _has_flags(value: tuple[Any, ...]) -> bool:
    _, added, taken, _ = value
    return bool(added or taken)


def _joined(first: _Spellings, then: _Spellings) -> _Spellings | None:
    if len(first) * len(then) > _MOST:
        return None
    return frozenset(map("".join, product(first, then)))


def _shortest(words: _Spellings) -> int:
    return min(map(len, words), default=0)
