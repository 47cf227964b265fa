"""What is known of a service before anybody asks: the words of it read, its places found. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel import Locale

from directory import facts
from directory.cells import Cell, cell_of
from directory.model import Channel, Confidence, Phone, Point, Referral, Service, Status
from directory.needs import NEEDS, TOPICS
from directory.places import Gazetteer, Reach, distance_m
from directory.profile import Alike, Offer, Profile, Way, Work
from directory.weights import WEIGHTS, Weights

_WORD = re.compile(r"\w+")
_ISO_639_1 = 2  # letters of the codes of the languages that communities are named after
_STATED = re.compile(r"(?<!\d)(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?(?!\d)")  # "2024", "2024-04-30"
_FROST = re.compile(r"\b(?:to freeze|freezing|below zero)\b", re.IGNORECASE)
_UNIVERSITY = re.compile(r"\buniversity\b", re.IGNORECASE)
_OUT_OF_HOURS = re.compile(r"\b(?:out[- ]of[- ]hours|evenings|nights|weekends)\b", re.IGNORECASE)
_LONGEST = max(len(each) for topic in TOPICS.values() for each in topic.words)
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
        if len(self.points) == 1:  # nearly all of a hundred thousand
            return distance_m(point, self.points[0])
        return min((distance_m(point, each) for each in self.points), default=None)


@dataclass(frozen=True, slots=True)
class _Words:
    """What the words of a text tell, as `Offer` and `Work` have it; *lower*: the text itself."""

    lower: str
    words: frozenset[str]
    languages: frozenset[str]
    topics: frozenset[str]
    in_frost: bool
    of_a_university: bool


class Reader:
    """Makes services ready; what is alike becomes one object."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._alike = Alike()
        # kept while reading: many services say the same as others, and are of one organisation
        self._described: dict[str, _Words] = {}
        self._named: dict[str, frozenset[str]] = {}
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
        self._described.clear()
        self._named.clear()
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
        said = self._of_description(service.description)
        return self._alike.of(
            Work,
            service.needs,
            self._alike.of(frozenset, service.needs),
            _tells(service, said.words),
            service.gender,
            service.min_age,
            service.max_age,
        )

    def _offer(self, service: Service, *, has_point: bool) -> Offer:
        title = _languages_in(service.name) | self._of_organization(service.organization)
        said = self._of_description(service.description)
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
            title | said.languages,
            title,
            said.topics | topics_in(_before(service.name, said.lower)),
            said.in_frost,
            said.of_a_university or _UNIVERSITY.search(service.name) is not None,
        )

    def _of_organization(self, name: str) -> frozenset[str]:
        found = self._named.get(name)
        if found is None:
            found = self._named[name] = _languages_in(name)
        return found

    def _of_description(self, text: str) -> _Words:
        found = self._described.get(text)
        if found is None:
            found = self._described[text] = _Words(
                text.lower(),
                frozenset(_WORD.findall(text)),
                _languages_in(text),
                topics_in(text),
                _FROST.search(text) is not None,
                _UNIVERSITY.search(text) is not None,
            )
        return found

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


def _tells(service: Service, said: frozenset[str]) -> bool:
    """Say whether its name, or what is *said* of it, has an everyday word for its main need."""
    telling = NEEDS[service.needs[0]].words
    if not telling:
        return False
    return not (said.isdisjoint(telling) and set(telling).isdisjoint(_WORD.findall(service.name)))


def _before(name: str, lower: str) -> str:
    """Return *name* with as much of a description after it as a topic's words can reach into."""
    return f"{name} {lower[:_LONGEST]}"


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
    stated = (_newest(source.stated_date) for source in service.sources if source.stated_date)
    newest = max(stated, default="")
    return _day_of(newest) if newest else None


@lru_cache(maxsize=512)
def _newest(stated: str) -> str:
    """Return the newest date in what a source states as it is written, empty if there is none."""
    return max(_STATED.findall(stated), default="")


@lru_cache(maxsize=512)
def _day_of(stated: str) -> date:
    year, _, month = stated.partition("-")
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


def is_out_of_hours(phone: Phone) -> bool:
    """Say whether a number's label says that it is for when the daytime one is closed."""
    return phone.label is not None and _OUT_OF_HOURS.search(phone.label) is not None
