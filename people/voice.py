"""What people tell us, as counts that say nothing about anybody; one message to us. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FEWEST = 5  # a count under this is hidden (issue of small numbers: it could be one family)
CLEARABLE = timedelta(hours=48)  # Bot API deleteMessages: a bot may delete for this long
TIPS_KEPT = timedelta(days=30)
CHECK_IN_AFTER = timedelta(days=7)
LONGEST_TIP = 1_000  # characters


class Outcome(StrEnum):
    """What came of looking for help."""

    ZERO = "zero"  # nothing fitted
    RELAXED = "relaxed"  # nothing fitted all answers: some were set aside
    HELPED = "helped"
    NOT_HELPED = "not_helped"
    GOT_THERE = "got_there"
    NOT_THERE = "not_there"


class Wrong(StrEnum):
    """What somebody says is wrong about a service."""

    PHONE = "phone"
    PLACE = "place"  # address or opening hours
    CLOSED = "closed"
    REFUSED = "refused"  # they do not take people like the one who asked
    OTHER = "other"


UNMET = (Outcome.ZERO, Outcome.RELAXED, Outcome.NOT_HELPED)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was looked for, as coarse as a count needs it; empty where it is not known.

    *outcode*: ``LS9`` or a district's id, never finer. *stage*: one of `directory.needs.STAGES`.
    """

    need: str
    outcode: str = ""
    stage: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """How often *outcome* came of *asked* in one ISO week."""

    week: str
    outcome: Outcome
    asked: Asked
    count: int


@dataclass(frozen=True, slots=True)
class Unmet:
    """A need that was not met, and how often; None for a count under five.

    *by*: the same by outcode, stage group and language, only what may be shown.
    """

    need: str
    count: int | None
    by: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Tip:
    """A message of a person to the partnership; coordinators see no more of them than this."""

    id: int
    language: str
    text: str
    written_at: datetime
    answer: str | None = None


def unmet(counted: Iterable[Counted]) -> list[Unmet]:
    """Return every need that was not met, most frequent first; small counts hidden."""
    rows = [each for each in counted if each.outcome in UNMET]
    totals: Counter[str] = Counter()
    for each in rows:
        totals[each.asked.need] += each.count
    return [
        Unmet(need, total if total >= FEWEST else None, _parts(rows, need, total))
        for need, total in sorted(totals.items(), key=lambda kv: (-kv[1], kv[0]))
    ]


def _parts(rows: list[Counted], need: str, total: int) -> dict[str, dict[str, int]]:
    if total < FEWEST:
        return {}
    found = {}
    for field in ("outcode", "stage", "language"):
        counts: Counter[str] = Counter()
        for each in rows:
            if each.asked.need == need:
                counts[getattr(each.asked, field)] += each.count
        if shown := shown_parts(counts):
            found[field] = shown
    return found


def shown_parts(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the parts of a known total that may be shown, largest first.

    Parts under five are left out. If what is left out adds up to less than five, the smallest
    shown part is left out too: else the difference from the total would tell the small count
    (secondary suppression, as in the statistics of official bodies).
    """
    shown = {part: n for part, n in counts.items() if n >= FEWEST}
    hidden = sum(counts.values()) - sum(shown.values())
    while shown and 0 < hidden < FEWEST:
        smallest = min(shown, key=lambda part: (shown[part], part))
        hidden += shown.pop(smallest)
    return dict(sorted(shown.items(), key=lambda kv: (-kv[1], kv[0])))
