"""What an import did, page after page; kept between pages, so that a killed one goes on. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

_MOST_IDS = 200  # that are named of each kind; the number is exact
_MOST_WORDS = 20
_WORD = re.compile(r"[^\W\d_]{4,}")  # shorter ones tell little


class Outcome(StrEnum):
    """What became of a record."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"  # it differs where a person vouched for ours
    GONE = "gone"  # the source has it no more


@dataclass(slots=True)
class Report:
    """Counts and the first ids of each kind: ours for outcomes, the source's for the others.

    *asked*: how many the source says that it has. *pages*: marks of the pages that were read.
    *whole*: every page was read and nothing is missing. *missing*: how many the source has no
    more, but were not hidden, because they are too many at once. *last_full*: when the last
    full run that was whole began (ISO 8601). *names*: of the first that no need was found for, so
    that somebody can add words to the mapping. *passed*: our ids of what the run met and did not
    store, while it is under way.
    """

    full: bool = True
    pages: list[str] = field(default_factory=list)
    asked: int | None = None
    records: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    unmapped: Counter[str] = field(default_factory=Counter)
    ids: dict[str, list[str]] = field(default_factory=dict)
    last_full: str | None = None
    whole: bool = False
    missing: int = 0
    names: list[str] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome, ids: Iterable[str]) -> None:
        """Count services of ours."""
        for each in ids:
            self.outcomes[outcome] += 1
            self._name(outcome, each)

    def refuse(self, reason: str, source_id: str, name: str = "") -> None:
        """Count a record that was not taken over; one with a *name* is shown by it."""
        self.refused[reason] += 1
        if name and len(self.names) < _MOST_IDS:
            self.names.append(name)
        self._name(f"refused {reason}", source_id)

    def leave(self, kinds: Iterable[str], source_id: str) -> None:
        """Count what was left out of one record."""
        for kind in kinds:
            self.left[kind] += 1
            self._name(f"left {kind}", source_id)

    def _name(self, kind: str, one: str) -> None:
        named = self.ids.setdefault(kind, [])
        if len(named) < _MOST_IDS:
            named.append(one)

    def stored(self) -> dict[str, Any]:
        """Return the report as JSON values, from which `restored` makes it again."""
        return {
            "full": self.full,
            "pages": self.pages,
            "asked": self.asked,
            "records": self.records,
            "outcomes": dict(self.outcomes),
            "refused": dict(self.refused),
            "left": dict(self.left),
            "unmapped": dict(self.unmapped),
            "ids": self.ids,
            "last_full": self.last_full,
            "whole": self.whole,
            "missing": self.missing,
            "names": self.names,
            "passed": self.passed,
        }

    def document(self) -> dict[str, Any]:
        """Return the report for whoever imports: what `stored` has, but for its own marks."""
        shown = {outcome.value: self._shown(outcome, self.outcomes[outcome]) for outcome in Outcome}
        return {
            "full": self.full,
            "whole": self.whole,
            "pages": len(self.pages),
            "stated": self.asked,
            "records": self.records,
            **shown,
            "missing": self.missing,
            "refused": {k: self._shown(f"refused {k}", n) for k, n in sorted(self.refused.items())},
            "left_out": {k: self._shown(f"left {k}", n) for k, n in sorted(self.left.items())},
            "unmapped": dict(self.unmapped.most_common()),
            "without_need": {"names": list(self.names), "words": self._words()},
        }

    def _words(self) -> dict[str, int]:
        """Return the words that most of the names have, and in how many they are."""
        found = Counter(
            word for name in self.names for word in sorted(set(_WORD.findall(name.lower())))
        )
        return dict(found.most_common(_MOST_WORDS))

    def _shown(self, kind: str, count: int) -> dict[str, Any]:
        return {"count": count, "ids": list(self.ids.get(kind, []))}


def restored(stored: Mapping[str, Any]) -> Report:
    """Return the report that `Report.stored` made."""
    return Report(
        full=stored["full"],
        pages=list(stored["pages"]),
        asked=stored["asked"],
        records=stored["records"],
        outcomes=Counter(stored["outcomes"]),
        refused=Counter(stored["refused"]),
        left=Counter(stored["left"]),
        unmapped=Counter(stored["unmapped"]),
        ids={kind: list(ids) for kind, ids in stored["ids"].items()},
        last_full=stored["last_full"],
        whole=stored["whole"],
        missing=stored["missing"],
        names=list(stored.get("names", [])),  # reports of older versions have none
        passed=list(stored.get("passed", [])),
    )
