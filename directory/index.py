"""A pack's services made ready for matching: what does not depend on the question. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import MappingProxyType

from babel import Locale

from directory.model import Helpline, Point, Service
from directory.needs import NEEDS
from directory.places import Gazetteer, Reach

_WORD = re.compile(r"\w+")
_ISO_639_1 = 2  # letters of the codes of the languages that communities are named after


@dataclass(frozen=True, slots=True)
class Candidate:
    """A service, where it can be reached from, and which communities its name speaks of.

    *point*: for ranking by distance only, so also where just the sector or neighbourhood
    is known; None for confidential locations. *spoken*: English names of
    languages in its name and description; *named*: in its name alone. *tells*: needs for which
    it has an everyday word there.
    """

    service: Service
    reach: Reach
    point: Point | None
    spoken: frozenset[str]
    named: frozenset[str]
    tells: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Directory:
    """Services, helplines and places of one city.

    *general*: ids of helplines for when no line is about the need, best first. Make one
    and keep it: equal only to itself, so that answers about it can be remembered.
    """

    services: tuple[Service, ...]
    helplines: tuple[Helpline, ...]
    gazetteer: Gazetteer
    general: tuple[str, ...] = ()
    zone: str = "Europe/London"
    country: str = "GB"
    _by_need: MappingProxyType[str, tuple[Candidate, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Index the services by need."""
        found: dict[str, list[Candidate]] = {}
        for service in self.services:
            known = _candidate(service, self.gazetteer)
            for need in service.needs:
                found.setdefault(need, []).append(known)
        index = MappingProxyType({need: tuple(rows) for need, rows in found.items()})
        object.__setattr__(self, "_by_need", index)

    def candidates(self, needs: Iterable[str]) -> tuple[Candidate, ...]:
        """Return every service that meets one of *needs*, each once."""
        found = {c.service.id: c for need in needs for c in self._by_need.get(need, ())}
        return tuple(found.values())


def _candidate(service: Service, gazetteer: Gazetteer) -> Candidate:
    title = _languages_in(f"{service.name} {service.organization}")
    told = title | _languages_in(service.description)
    reach, point = gazetteer.reach(service.area), _point(service, gazetteer)
    return Candidate(service, reach, point, told, title, _tells(service))


def _tells(service: Service) -> frozenset[str]:
    words = set(_WORD.findall(f"{service.name} {service.description}"))
    return frozenset(need for need in service.needs if words.intersection(NEEDS[need].words))


def _point(service: Service, gazetteer: Gazetteer) -> Point | None:
    """Return where the service is, or the middle of its sector or neighbourhood."""
    if service.location is not None or service.confidential_location:
        return service.location
    if service.address is not None and service.address.postcode is not None:
        found = gazetteer.find(service.address.postcode)
        if found is not None:
            return found.point
    return gazetteer.area_point(service.area)


def _languages_in(text: str) -> frozenset[str]:
    """Return the languages and peoples named in *text*, also as ``Ukrainians``."""
    words = {word.strip(".,;:()").removesuffix("s") for word in text.split()}
    return frozenset(words & _LANGUAGES)


def language_name(tag: str) -> str | None:
    """Return the English name of a BCP-47 language without its region: ``fa-AF``, Persian."""
    name = _ENGLISH.languages.get(tag.split("-", maxsplit=1)[0])
    return None if name is None else name.split()[-1]


_ENGLISH = Locale("en")
_LANGUAGES = frozenset(
    name for code, name in _ENGLISH.languages.items() if len(code) == _ISO_639_1 and code != "en"
) | {"Caribbean", "Gypsie", "Gypsy", "Indian", "Jewish", "Roma", "Traveller"}
