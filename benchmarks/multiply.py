"""A hundred thousand services made of a pack's real ones, always the same.

Every copy keeps what its original does and says (needs, description, channels), and gets a name
and, mostly, an organisation of its own with the place it is in and a number, and a point near a
real postcode sector. For whom it is, at which ages, and how one gets in are often those of other
real services, each drawn on its own, so that they are as mixed as real ones and no more. Numbers,
dates, hours, status, confidence and languages (of which the pack states none) are drawn freely.

What is not like real life: descriptions repeat, so the index of words has fewer words than that
of as many real services would have. The benchmark prints how many kinds there are for the matcher.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from directory.model import (
    Address,
    Confidence,
    Gender,
    Phone,
    Place,
    Point,
    Query,
    Service,
    Source,
    Status,
)
from directory.needs import STAGES
from directory.places import Gazetteer
from directory.questions import NEED_CHOICES, Choice

SEED = 20261122
LANGUAGES = ("ar", "fa-AF", "ti", "am", "ckb", "so", "ur", "pl", "ro", "uk", "fr", "es", "pt", "en")
_SPREAD = 0.006  # degrees around the middle of a sector: about half a kilometre
_MONDAY = date(2026, 11, 23)
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_STATUS = {Status.OPEN: 68, Status.FULL: 4, Status.PAUSED: 2, Status.CLOSED: 1, Status.UNKNOWN: 25}


def multiplied(services: Sequence[Service], places: Sequence[Place], size: int) -> list[Service]:
    """Return *size* services: *services* themselves first, then copies at *places*."""
    dice = random.Random(SEED)
    narrow = [each for each in services if _is_for_some(each)]
    copies = list(services[:size])
    while len(copies) < size:
        original = services[len(copies) % len(services)]
        copy = _copy(original, len(copies), dice.choice(places), dice)
        copies.append(_for_whom(_way_in(copy, services, dice), services, narrow, dice))
    return copies


def sectors(gazetteer: Gazetteer) -> list[Place]:
    """Return the postcode sectors of the pack's area."""
    outcodes = [code for district in gazetteer.districts for code in district.outcodes]
    found = [gazetteer.by_key(f"{code}-{digit}") for code in outcodes for digit in range(10)]
    return [place for place in found if place is not None and gazetteer.in_area(place)]


def _copy(service: Service, number: int, place: Place, dice: random.Random) -> Service:
    copy = replace(
        service,
        id=f"c{number:06}",
        name=f"{service.name} {place.name} {number}"[:120],
        sources=(Source("https://example.org/", f"{_some_day(dice):%Y-%m}"),),
        status=dice.choices(tuple(_STATUS), tuple(_STATUS.values()))[0],
        opening_hours=_hours(dice) if dice.random() < 0.5 else service.opening_hours,
    )
    if dice.random() < 0.7:
        copy = replace(copy, organization=f"{service.organization} {place.name}"[:160])
    if not service.confidential_location:
        copy = _moved(copy, place, dice)
    return copy


def _moved(service: Service, place: Place, dice: random.Random) -> Service:
    """Return *service* near *place*, where the original has an address, or with none."""
    if service.location is None and service.address is None:
        return service
    lat = place.point.lat + dice.uniform(-_SPREAD, _SPREAD)
    lon = place.point.lon + dice.uniform(-_SPREAD, _SPREAD) * 1.7
    address = Address((f"{dice.randint(1, 200)} High Street",), None)
    return replace(service, address=address, location=Point(round(lat, 5), round(lon, 5)))


def _way_in(service: Service, others: Sequence[Service], dice: random.Random) -> Service:
    """Return *service* with the way in of one of *others*, mostly, and more of its own."""
    phones = (Phone(f"+44113{dice.randint(2_000_000, 4_999_999)}"),)
    return replace(
        service,
        access=dice.choice(others).access if dice.random() < 0.7 else service.access,
        phones=phones if dice.random() < 0.7 else (),
        languages=tuple(sorted(dice.sample(LANGUAGES, dice.choice((0, 0, 0, 1, 2, 4))))),
        confidence=dice.choice((*Confidence, service.confidence, service.confidence)),
    )


def _for_whom(
    service: Service, others: Sequence[Service], narrow: Sequence[Service], dice: random.Random
) -> Service:
    """Return *service*, often for the stages of one of *others*; now and then for some only.

    *narrow*: services for one gender or some ages, of which it then has those of one.
    """
    if dice.random() < 0.4:
        service = replace(service, eligibility=dice.choice(others).eligibility)
    if narrow and dice.random() < 0.1:
        one = dice.choice(narrow)
        service = replace(service, gender=one.gender, min_age=one.min_age, max_age=one.max_age)
    return service


def _is_for_some(service: Service) -> bool:
    ages = service.min_age, service.max_age
    return service.gender is not Gender.ANY or ages != (None, None)


def _hours(dice: random.Random) -> str:
    """Return opening hours such as those of an office or a weekly drop-in."""
    opens = dice.choice((8, 9, 9, 9, 10, 10, 12, 13))
    closes = opens + dice.choice((2, 3, 4, 6, 7, 8))
    half = dice.choice(("00", "00", "00", "30"))
    if dice.random() < 0.5:
        return f"Mo-Fr {opens:02}:00-{closes:02}:{half}"
    days = sorted(dice.sample(range(7), dice.choice((1, 1, 2, 3))))
    return f"{','.join(_DAYS[day] for day in days)} {opens:02}:{half}-{closes:02}:00"


def _some_day(dice: random.Random) -> date:
    return _MONDAY - timedelta(days=int(dice.triangular(0, 2500, 200)))


@dataclass(frozen=True, slots=True)
class Asker:
    """Makes the questions of people who use the guide: never the same twice on purpose."""

    places: Sequence[Place]
    dice: random.Random

    def query(self) -> Query:
        """Return what somebody asks at some moment of a week."""
        choice = self._need(NEED_CHOICES)
        minute = self.dice.randrange(7 * 24 * 60)
        start = datetime.combine(_MONDAY, datetime.min.time(), ZoneInfo("Europe/London"))
        place = self.dice.choice(self.places) if self.dice.random() < 0.6 else None
        stages = self.dice.choice(((), *((stage,) for stage in STAGES)))
        age = self.dice.randint(14, 80) if self.dice.random() < 0.3 else None
        gender = self.dice.choice((None, None, Gender.WOMEN, Gender.MEN))
        return Query(
            needs=choice.needs,
            at=start + timedelta(minutes=minute),
            stages=stages,
            place=place,
            language=self.dice.choice(LANGUAGES),
            gender=gender,
            age=age,
            topic=choice.topic,
            lines=choice.lines,
        )

    def _need(self, choices: Sequence[Choice]) -> Choice:
        """Return a button that somebody may end at: a need, or mostly one of its details."""
        choice = self.dice.choice([each for each in choices if each.needs])
        details = [each for each in choice.details if each.needs]
        return self._need(details) if details and self.dice.random() < 0.8 else choice
