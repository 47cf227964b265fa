"""What the whole pipeline but the fetching makes of a file: for coordinators and tests. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from digests.errors import ParseError
from digests.item import Decision
from locales.errors import Text

if TYPE_CHECKING:
    from digests.judge import Known


@dataclass(frozen=True, slots=True)
class Checked:
    """A file's result: how many *items* it has and how many of them wait or are held as spam.

    *ok*: it is a feed that we read; otherwise *problem* says why not. *seconds* it took.
    """

    file: str
    ok: bool
    items: int
    problem: Text | None
    seconds: float
    waiting: int = 0
    held: int = 0


def check(
    name: str, body: bytes, now: datetime, known: "Known", *, timer: Callable[[], float]
) -> Checked:
    """Parse, clean and judge *body*; *timer* gives seconds (``time.perf_counter``)."""
    from digests.reading import read_feed  # noqa: PLC0415  (feedparser: the bot itself needs none)

    started = timer()
    try:
        reading = read_feed(body, f"https://feed.invalid/{name}", now, known)
    except ParseError as problem:
        return Checked(name, ok=False, items=0, problem=problem.reason, seconds=timer() - started)
    decisions = [judged.verdict.decision for judged in reading.items]
    return Checked(
        name,
        ok=True,
        items=len(decisions),
        problem=None,
        seconds=timer() - started,
        waiting=decisions.count(Decision.REVIEW),
        held=decisions.count(Decision.REJECT),
    )
