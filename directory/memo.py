"""Answers that are remembered as long as what they are about lives. Pure."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class Memo(Generic[Kept]):
    """The latest *most* answers by their question; the oldest is forgotten first.

    An attribute of the object it is about, so that nothing outlives it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[Hashable, Kept] = {}

    def of(self, question: Hashable, answer: Callable[[], Kept]) -> Kept:
        """Return the answer to *question*: the one kept, else that of *answer*."""
        try:
            return self._kept[question]
        except KeyError:
            found = answer()
        if len(self._kept) >= self._most:
            del self._kept[next(iter(self._kept))]
        self._kept[question] = found
        return found

    def __len__(self) -> int:
        return len(self._kept)
