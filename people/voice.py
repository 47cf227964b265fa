"""What people tell us, as counts that say nothing about anybody; one message to us. Pure."""

import re
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
LONGEST_ANSWER = 1_500  # characters: escaped and with its heading still under 4,096


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


SHOWN = "shown"  # how the opening of a service's card is counted beside what people say of it
NOTHING_FOUND = frozenset({Outcome.ZERO, Outcome.RELAXED})


@dataclass(frozen=True, slots=True)
class Asked:
    """What was looked for, as coarse as a count needs it; empty where it is not known.

    *outcode*: ``LS9`` or a district's id, never finer. *stage*: one of `directory.needs.STAGES`.
    About danger nothing but the need is given.
    """

    need: str
    outcode: str = ""
    stage: str = ""
    language: str = ""

    def parts(self) -> tuple[tuple[str, str], ...]:
        """Return what is counted by, one at a time."""
        return (("outcode", self.outcode), ("stage", self.stage), ("language", self.language))


@dataclass(frozen=True, slots=True)
class Counted:
    """How often *outcome* came of *need* in one ISO week; by one *part* or, without, in all."""

    week: str
    outcome: Outcome
    need: str
    part: str
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Unmet:
    """A need for which nothing fitted, or what was shown did not help.

    Each count is None if it is under five. *by*: where nothing fitted, by outcode, stage and
    language, only what may be shown.
    """

    need: str
    not_found: int | None
    not_helped: int | None
    by: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class SaidOfService:
    """What people say of a service, and how often; nothing under five."""

    name: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Tip:
    """A message of a person to the partnership; coordinators see no more of them than this."""

    id: int
    language: str
    text: str
    written_at: datetime
    answer: str | None = None


def unmet(counted: Iterable[Counted]) -> list[Unmet]:
    """Return every need that was not met, most frequent first; small counts hidden.

    The two counts stay apart: somebody who found nothing that fits may also say that what
    was shown did not help, and would be two people in a sum.
    """
    rows = [e for e in counted if e.outcome in NOTHING_FOUND or e.outcome is Outcome.NOT_HELPED]
    found = [_unmet(need, [e for e in rows if e.need == need]) for need in {e.need for e in rows}]
    return sorted(found, key=lambda e: (-max(e.not_found or 0, e.not_helped or 0), e.need))


def _unmet(need: str, rows: list[Counted]) -> Unmet:
    missing = [each for each in rows if each.outcome in NOTHING_FOUND]
    not_found = _enough(sum(each.count for each in missing if not each.part))
    not_helped = _enough(sum(e.count for e in rows if e not in missing and not e.part))
    by = {}
    for part in ("outcode", "stage", "language") if not_found else ():
        counts: Counter[str] = Counter()
        for each in missing:
            if each.part == part:
                counts[each.value] += each.count
        counts[""] += (not_found or 0) - counts.total()  # those that did not say
        if shown := shown_parts({value: n for value, n in counts.items() if n}):
            by[part] = shown
    return Unmet(need, not_found, not_helped, by)


def _enough(count: int) -> int | None:
    return count if count >= FEWEST else None


def told(counted: Mapping[tuple[str, str], int], names: Mapping[str, str]) -> list[SaidOfService]:
    """Return what people say of services, the most doubtful first.

    *counted*: by the service's id and what was said. *names*: of the services that there are.
    """
    found: dict[str, dict[str, int]] = {}
    for (service_id, what), count in sorted(counted.items(), key=lambda kv: (-kv[1], kv[0])):
        if count >= FEWEST and service_id in names and what != SHOWN:
            found.setdefault(service_id, {})[what] = count
    doubts = {id_: sum(n for w, n in c.items() if w != Outcome.HELPED) for id_, c in found.items()}
    order = sorted(found, key=lambda id_: (-doubts[id_], names[id_]))
    return [SaidOfService(names[id_], found[id_]) for id_ in order]


_TELLING = re.compile(
    r"\S+@\S+"  # e-mail addresses and names of accounts
    r"|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"  # postcodes
    r"|(?<!\w)[A-Z]{0,3}[/-]?\+?\d(?:[ ()./-]{0,2}\d){5,}",  # phones, references, dates of birth
    re.IGNORECASE,
)


def without_traces(text: str) -> str:
    """Return *text* without what points at a person: numbers, e-mail addresses, postcodes.

    Names cannot be found this way; who reads it is told so.
    """
    return _TELLING.sub("[…]", text)


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
