"""A pack's services made ready for matching: what does not depend on the question. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from math import inf

from directory import disclosure
from directory.candidates import (
    Candidate,
    Kind,
    Reader,
    is_of_community,
    is_out_of_hours,
    language_name,
    topics_in,
    worth,
)
from directory.cells import Cell
from directory.facts import sealed
from directory.hours import UNKNOWN, opening
from directory.memo import Memo
from directory.model import (
    Confidence,
    Gender,
    Helpline,
    OpenState,
    Service,
)
from directory.needs import CHILDREN
from directory.places import Gazetteer
from directory.profile import Profile, Work

__all__ = [  # also what is known of one service
    "Candidate",
    "Directory",
    "Group",
    "Kind",
    "KnownLine",
    "Reader",
    "Shelf",
    "is_of_community",
    "is_out_of_hours",
    "language_name",
    "topics_in",
    "worth",
]
_MEN = re.compile(r"\bm[ea]n\b", re.IGNORECASE)
_WOMEN = re.compile(r"\bwom[ea]n\b", re.IGNORECASE)
_FAITH = re.compile(r"\b(?:Jewish|antisemitism|Muslims?|Christians?|Hindus?|Sikhs?)\b")
_WORRIED_ADULTS = re.compile(r"\badults? (?:who is )?worried\b", re.IGNORECASE)
_CHILD = re.compile(r"\bchild(?:ren)?\b", re.IGNORECASE)
_FAMILIES = re.compile(r"\bfamilies with children\b", re.IGNORECASE)
_UNDER = re.compile(r"\bunder ([0-9]{2})\b")
_FROM = re.compile(r"\baged ([0-9]{2}) or over\b")
_EUROPE = re.compile(r"\b(?:EU|European)\b")
_AT_RISK = re.compile(r"\badults? at risk\b", re.IGNORECASE)
_SCREENS = 20_000  # first screens that are remembered: three short ids each
_HOURS = 50_000  # opening hours whose state is remembered: a few hundred bytes each


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The services of one profile, those that are worth most first, then by id.

    *cells*: the squares of the map that they are in.
    """

    profile: Profile
    rows: list[Candidate]
    cells: frozenset[Cell]


@dataclass(frozen=True, slots=True, eq=False)
class KnownLine:
    """A helpline and what its words say about whom it is for.

    *usable*: it may be shown and can be reached. *only*: the one gender that it names.
    *under*, *lowest*: ages in years. *topics*: what it is about more closely. *hours*: when
    it answers, as the line or the services with the same number say.
    """

    line: Helpline
    needs: frozenset[str]
    usable: bool
    only: Gender | None
    of_a_faith: bool
    european: bool
    for_families: bool
    for_children: bool
    for_worried_adults: bool
    for_adults_at_risk: bool
    under: int | None
    lowest: int | None
    topics: frozenset[str]
    hours: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """Groups of services that do the same work and state the same stages.

    *worth*: the most that one of their services is worth.
    """

    work: Work
    stages: tuple[str, ...]
    groups: list[Group]
    worth: float

    @property
    def is_for_asylum(self) -> bool:
        """Whether asylum support is the main thing that they do."""
        return self.work.needs[0] == "asylum_support"


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Directory:
    """Services, helplines and places of one city.

    *general*: ids of helplines for when no line is about the need, best first. Make one
    and keep it: equal only to itself. What is remembered about it goes with it.
    *first_screens*: what first screens tell, by what was asked (see `directory.matcher`).
    *next_slots*: which question changes most, by the answers (see `directory.flow`).
    """

    services: tuple[Service, ...]
    helplines: tuple[Helpline, ...]
    gazetteer: Gazetteer
    general: tuple[str, ...] = ()
    zone: str = "Europe/London"
    country: str = "GB"
    first_screens: Memo[frozenset[str]] = field(
        init=False, repr=False, default_factory=lambda: Memo(_SCREENS)
    )
    next_slots: Memo[str | None] = field(
        init=False, repr=False, default_factory=lambda: Memo(_SCREENS)
    )
    lines: tuple[KnownLine, ...] = field(init=False, repr=False)
    communities: frozenset[str] = field(init=False, repr=False)
    _by_need: dict[str, list[Shelf]] = field(init=False, repr=False, default_factory=dict)
    _by_id: dict[str, Candidate] = field(init=False, repr=False, default_factory=dict)
    reader: "Reader" = field(init=False, repr=False)
    _states: dict[str, tuple[float, float, OpenState]] = field(
        init=False, repr=False, default_factory=dict
    )

    former: InitVar["Reader | None"] = None

    def __post_init__(self, former: "Reader | None") -> None:
        """Index the services by need, and read the words of the lines.

        What tells the place of a confidential service is not even taken in, so nothing that is
        made of a directory can tell it: no list, card, search, map, export or API.
        """
        shown = tuple(disclosure.without_place(sealed(each)) for each in self.services)
        object.__setattr__(self, "services", shown)
        reader = Reader(self.gazetteer) if former is None else former
        object.__setattr__(self, "reader", reader)
        self._by_id.update((known.service.id, known) for known in reader.read(self.services))
        for shelf in _shelved(self._by_id.values()):
            for need in shelf.work.asked:
                self._by_need.setdefault(need, []).append(shelf)
        named = {name for known in self._by_id.values() for name in known.profile.offer.named}
        object.__setattr__(self, "communities", frozenset(named))
        hours = _hours_of_numbers(self.services)
        lines = tuple(_known_line(line, hours) for line in self.helplines)
        object.__setattr__(self, "lines", lines)

    def with_services(
        self, services: Iterable[Service], helplines: Iterable[Helpline]
    ) -> "Directory":
        """Return a directory of the same city; what is as it was here is not read again."""
        return Directory(
            tuple(services),
            tuple(helplines),
            self.gazetteer,
            self.general,
            self.zone,
            self.country,
            former=self.reader,
        )

    def shelves(self, needs: Iterable[str]) -> Sequence[Shelf]:
        """Return the shelves of services that meet one of *needs*, each once."""
        lists = [self._by_need.get(need, []) for need in dict.fromkeys(needs)]
        if len(lists) == 1:
            return lists[0]
        return list({id(shelf): shelf for shelves in lists for shelf in shelves}.values())

    def groups(self, needs: Iterable[str]) -> Iterator[Group]:
        """Yield the services that meet one of *needs*, by profile; each once."""
        for shelf in self.shelves(needs):
            yield from shelf.groups

    def candidates(self, needs: Iterable[str]) -> tuple[Candidate, ...]:
        """Return every service that meets one of *needs*, each once."""
        return tuple(known for group in self.groups(needs) for known in group.rows)

    def candidate(self, service_id: str) -> Candidate | None:
        """Return one service; None if there is none of this id."""
        return self._by_id.get(service_id)

    def opening(self, expression: str | None, at: datetime) -> OpenState:
        """Return whether *expression* is open at *at*, as `directory.hours.opening` does.

        Read once and right until its next change, so a service costs a lookup at most times.
        """
        if expression is None:
            return opening(None, at)
        moment = at.timestamp()
        since, until, state = self._states.get(expression, (inf, -inf, None))
        if state is not None and since <= moment < until:
            return state
        state = opening(expression, at, zone=self.zone, country=self.country)
        change = state.changes_at
        if len(self._states) >= _HOURS:
            self._states.clear()
        self._states[expression] = moment, inf if change is None else change.timestamp(), state
        return state

    def state_of(self, known: Candidate, at: datetime) -> OpenState:
        """Return whether *known* is open at *at*; hours of low confidence are not used at all."""
        if not known.profile.offer.is_sure:
            return UNKNOWN
        return self.opening(known.service.opening_hours, at)


def _hours_of_numbers(services: Iterable[Service]) -> dict[str, str]:
    """Return when the numbers of *services* answer, of those on which all of them agree.

    A number for out of hours answers when its service is closed, so that is no witness.
    """
    found: dict[str, set[str | None]] = {}
    for service in services:
        for phone in service.phones:
            if service.confidence is not Confidence.LOW and not is_out_of_hours(phone):
                found.setdefault(phone.number, set()).add(service.opening_hours)
    agreed = {number: hours.pop() for number, hours in found.items() if len(hours) == 1}
    return {number: hours for number, hours in agreed.items() if hours is not None}


def _known_line(line: Helpline, hours: Mapping[str, str]) -> KnownLine:
    words = f"{line.name} {line.description}"
    mainly = bool(line.needs) and line.needs[0] == CHILDREN
    about_children = mainly or _CHILD.search(line.description) is not None
    return KnownLine(
        line,
        needs=frozenset(line.needs),
        usable=line.confidence is not Confidence.LOW
        and bool(line.number or line.text_number or line.url),
        only=_only(words),
        of_a_faith=_FAITH.search(words) is not None,
        european=_EUROPE.search(words) is not None,
        for_families=_FAMILIES.search(words) is not None,
        for_children=CHILDREN in line.needs and about_children,
        for_worried_adults=_WORRIED_ADULTS.search(words) is not None,
        for_adults_at_risk=_AT_RISK.search(words) is not None,
        under=_age(_UNDER, words),
        lowest=_age(_FROM, line.description),
        topics=topics_in(words),
        hours=line.hours or hours.get(line.number or ""),
    )


def _only(words: str) -> Gender | None:
    men, women = _MEN.search(words) is not None, _WOMEN.search(words) is not None
    if men == women:
        return None
    return Gender.MEN if men else Gender.WOMEN


def _age(pattern: re.Pattern[str], words: str) -> int | None:
    found = pattern.search(words)
    return None if found is None else int(found[1])


def _grouped(candidates: Iterable[Candidate]) -> Iterable[Group]:
    found: dict[Profile, list[Candidate]] = {}
    for known in sorted(candidates, key=lambda known: (-known.worth, known.service.id)):
        found.setdefault(known.profile, []).append(known)
    for profile, rows in found.items():
        yield Group(profile, rows, frozenset(cell for known in rows for cell in known.cells))


def _shelved(candidates: Iterable[Candidate]) -> Iterable[Shelf]:
    found: dict[tuple[Work, tuple[str, ...]], list[Group]] = {}
    for group in _grouped(candidates):
        found.setdefault((group.profile.work, group.profile.stages), []).append(group)
    for (work, stages), groups in found.items():
        yield Shelf(work, stages, groups, max(group.rows[0].worth for group in groups))
