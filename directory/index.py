"""A pack's services made ready for matching: what does not depend on the question. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import date, datetime
from functools import lru_cache
from math import inf

from babel import Locale

from directory import facts
from directory.cells import Cell, cell_of
from directory.hours import UNKNOWN, opening
from directory.memo import Memo
from directory.model import (
    Channel,
    Confidence,
    Gender,
    Helpline,
    OpenState,
    Phone,
    Point,
    Referral,
    Service,
    Status,
)
from directory.needs import CHILDREN, NEEDS, TOPICS
from directory.places import Gazetteer, Reach, distance_m
from directory.profile import Alike, Offer, Profile, Way, Work
from directory.weights import WEIGHTS, Weights

_WORD = re.compile(r"\w+")
_ISO_639_1 = 2  # letters of the codes of the languages that communities are named after
_STATED = re.compile(r"(?<!\d)(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?(?!\d)")  # "2024", "2024-04-30"
_MEN = re.compile(r"\bm[ea]n\b", re.IGNORECASE)
_WOMEN = re.compile(r"\bwom[ea]n\b", re.IGNORECASE)
_FAITH = re.compile(r"\b(?:Jewish|antisemitism|Muslims?|Christians?|Hindus?|Sikhs?)\b")
_WORRIED_ADULTS = re.compile(r"\badults? (?:who is )?worried\b", re.IGNORECASE)
_CHILD = re.compile(r"\bchild(?:ren)?\b", re.IGNORECASE)
_FAMILIES = re.compile(r"\bfamilies with children\b", re.IGNORECASE)
_UNDER = re.compile(r"\bunder ([0-9]{2})\b")
_FROM = re.compile(r"\baged ([0-9]{2}) or over\b")
_EUROPE = re.compile(r"\b(?:EU|European)\b")
_FROST = re.compile(r"\b(?:to freeze|freezing|below zero)\b", re.IGNORECASE)
_UNIVERSITY = re.compile(r"\buniversity\b", re.IGNORECASE)
_AT_RISK = re.compile(r"\badults? at risk\b", re.IGNORECASE)
_OUT_OF_HOURS = re.compile(r"\b(?:out[- ]of[- ]hours|evenings|nights|weekends)\b", re.IGNORECASE)
_SCREENS = 20_000  # first screens that are remembered: three short ids each
_HOURS = 50_000  # opening hours whose state is remembered: a few hundred bytes each


_TRUST = {confidence: place for place, confidence in enumerate(Confidence)}

Kind = tuple[str, tuple[str, ...]]  # who runs a service, and for which needs


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A service made ready: what decides its rank, and where it can be gone to.

    *points*: for ranking by distance only, so also where just the sector or neighbourhood
    is known; the main one first, none for confidential locations; *cells*: the
    squares of the map that these are in. *dated*: when its facts
    were checked or its newest source was written, as far as that is known. *worth*: points
    that it has whatever is asked (`worth`).
    """

    service: Service
    profile: Profile
    kind: Kind
    points: tuple[Point, ...]
    cells: tuple[Cell, ...]
    dated: date | None
    worth: float

    @property
    def needs(self) -> frozenset[str]:
        """What it helps with."""
        return self.profile.work.asked

    @property
    def topics(self) -> frozenset[str]:
        """What it is about more closely: keys of `directory.needs.TOPICS`."""
        return self.profile.offer.topics

    @property
    def point(self) -> Point | None:
        """The main one of *points*."""
        return self.points[0] if self.points else None

    @property
    def spoken(self) -> frozenset[str]:
        """English names of the languages that its words name."""
        return self.profile.offer.spoken

    def metres_from(self, point: Point) -> int | None:
        """Return how far its nearest place is in a straight line; None if it has none."""
        return min((distance_m(point, each) for each in self.points), default=None)


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
        """Index the services by need, and read the words of the lines."""
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


def is_out_of_hours(phone: Phone) -> bool:
    """Say whether a number's label says that it is for when the daytime one is closed."""
    return phone.label is not None and _OUT_OF_HOURS.search(phone.label) is not None


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


class Reader:
    """Makes services ready; what is alike becomes one object."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._alike = Alike()
        self._areas: dict[str, tuple[Reach, Point | None]] = {}
        self._latest: dict[str, Candidate] = {}

    def read(self, services: Iterable[Service]) -> Iterable[Candidate]:
        """Return *services* made ready for matching; those that are as the last time are kept."""
        found: dict[str, Candidate] = {}
        for service in services:
            known = self._latest.get(service.id)
            is_same = known is not None and known.service == service
            found[service.id] = known if known and is_same else self._read(service)
        self._latest = found
        return found.values()

    def _read(self, service: Service) -> Candidate:
        of = self._alike.of
        points = self._points(service)
        work, offer = self._work(service), self._offer(service, has_point=bool(points))
        profile = of(Profile, work, service.eligibility, offer)
        kind = of(_kind, service.organization, service.needs)
        cells = of(_tuple, *dict.fromkeys(cell_of(point) for point in points))
        return Candidate(
            service, profile, kind, points, cells, _dated(service), worth(service, WEIGHTS)
        )

    def _work(self, service: Service) -> Work:
        words = f"{service.name} {service.description}"
        return self._alike.of(
            Work,
            service.needs,
            self._alike.of(frozenset, service.needs),
            _tells(service, words),
            service.gender,
            service.min_age,
            service.max_age,
        )

    def _offer(self, service: Service, *, has_point: bool) -> Offer:
        words = f"{service.name} {service.description}"
        title = _languages_in(f"{service.name} {service.organization}")
        reach = self._area(service.area)[0]
        channels = frozenset(service.channels)
        is_sure = service.confidence is not Confidence.LOW
        in_person = Channel.IN_PERSON in channels
        return self._alike.of(
            Offer,
            service.status is Status.CLOSED,
            service.status not in {Status.FULL, Status.PAUSED},
            is_sure,
            service.audience,
            service.access.referral is Referral.AGENCY,
            Channel.OUTREACH in channels,
            in_person or not channels,
            _otherwise(channels, has_point=has_point),
            in_person and Channel.PHONE in channels and bool(service.phones) and is_sure,
            is_sure and any(is_out_of_hours(phone) for phone in service.phones),
            service.area if reach is Reach.OUTSIDE else None,
            reach is Reach.WIDE,
            reach is Reach.PART and not service.confidential_location,
            reach is not Reach.PART and channels != {Channel.IN_PERSON},
            has_point,
            title | _languages_in(service.description),
            title,
            topics_in(words),
            _FROST.search(service.description) is not None,
            _UNIVERSITY.search(words) is not None,
        )

    def _area(self, area: str) -> tuple[Reach, Point | None]:
        found = self._areas.get(area)
        if found is None:
            found = self._gazetteer.reach(area), self._gazetteer.area_point(area)
            self._areas[area] = found
        return found

    def _points(self, service: Service) -> tuple[Point, ...]:
        main = self._point(service)
        others = [each.location for each in service.other_places]
        known = (each for each in (main, *others) if each is not None)
        return tuple(dict.fromkeys(known)) if others else (() if main is None else (main,))

    def _point(self, service: Service) -> Point | None:
        """Return where the service is, or the middle of its sector or neighbourhood."""
        if service.location is not None or service.confidential_location:
            return service.location
        if service.address is not None and service.address.postcode is not None:
            found = self._gazetteer.find(service.address.postcode)
            if found is not None:
                return found.point
        return self._area(service.area)[1]


def worth(service: Service, weights: Weights) -> float:
    """Return the points that *service* has whatever is asked: how far it can be trusted."""
    points = weights.confidence[_TRUST[service.confidence]]
    points += weights.open_status if service.status is Status.OPEN else 0.0
    points += 0.0 if service.doubted_on is None else weights.doubted
    return points + (weights.walk_in if service.access.walk_in else 0.0)


def _otherwise(channels: frozenset[Channel], *, has_point: bool) -> Way:
    """Return the way to a service for who is not near and cannot just call."""
    if Channel.IN_PERSON not in channels:
        if Channel.PHONE in channels:
            return Way.CALL
        if Channel.ONLINE in channels:
            return Way.ONLINE
        if Channel.OUTREACH in channels:
            return Way.COMES
    return Way.BUS if has_point and channels else Way.UNKNOWN


def _tuple(*cells: Cell) -> tuple[Cell, ...]:
    return cells


def _kind(organization: str, needs: tuple[str, ...]) -> Kind:
    return organization, needs


def _tells(service: Service, words: str) -> bool:
    telling = NEEDS[service.needs[0]].words
    return bool(telling) and not set(telling).isdisjoint(_WORD.findall(words))


def topics_in(words: str) -> frozenset[str]:
    """Return the keys of `directory.needs.TOPICS` that *words* speak of."""
    lower = words.lower()
    return frozenset(
        key for key, topic in TOPICS.items() if any(each in lower for each in topic.words)
    )


def _dated(service: Service) -> date | None:
    """Return the day of the check by a person, else about when the newest source was written.

    A year alone is taken for its first of July, a month for its first day.
    """
    if (vouched := facts.vouched_on(service)) is not None:
        return vouched
    stated = (each for s in service.sources for each in _STATED.findall(s.stated_date or ""))
    newest = max(stated, default=None)
    if newest is None:
        return None
    year, _, month = newest.partition("-")
    return date(int(year), int(month or 7), 1)


def _languages_in(text: str) -> frozenset[str]:
    """Return the languages and peoples named in *text*, also as ``Ukrainians``."""
    words = {word.strip(".,;:()").removesuffix("s") for word in text.split()}
    return frozenset(words & _LANGUAGES)


@lru_cache(maxsize=512)
def language_name(tag: str) -> str | None:
    """Return the English name of a BCP-47 language without its region: ``fa-AF``, Persian."""
    name = _ENGLISH.languages.get(tag.split("-", maxsplit=1)[0])
    return None if name is None else name.split()[-1]


def is_of_community(offer: Offer, language: str | None) -> bool:
    """Say whether the service is named after the community of people who speak *language*."""
    return language is not None and language_name(language) in offer.named


_ENGLISH = Locale("en")
_LANGUAGES = frozenset(
    name for code, name in _ENGLISH.languages.items() if len(code) == _ISO_639_1 and code != "en"
) | {"Caribbean", "Gypsie", "Gypsy", "Indian", "Jewish", "Roma", "Traveller"}
