"""Counting a person once a day, without a note of who it was."""

import secrets
from datetime import date
from hashlib import blake2b

MOST = 50_000  # marks of a day; beyond them some may count twice


class OncePerDay:
    """Remembers in memory, as hashes under a key that nobody ever sees, what was counted today.

    So five presses of one person, or an update that is handled twice, are one count, and
    nothing about it is stored. A restart forgets: the worst is a person counted twice.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._day: date | None = None
        self._marks: set[bytes] = set()

    def has(self, today: date, *what: object) -> bool:
        """Say whether *what* was remembered today."""
        return today == self._day and self._mark(what) in self._marks

    def is_first(self, today: date, *what: object) -> bool:
        """Say whether *what* is new today, and remember it."""
        if today != self._day or len(self._marks) >= MOST:
            self._day, self._marks = today, set()
        mark = self._mark(what)
        if mark in self._marks:
            return False
        self._marks.add(mark)
        return True

    def _mark(self, what: tuple[object, ...]) -> bytes:
        return blake2b(repr(what).encode(), key=self._key, digest_size=12).digest()
