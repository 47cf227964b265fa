"""Which services fit, in which order, and why. Pure.

First what is never shown: a service that says it is not for this person, is closed, or is
in another town only; no weight can bring it back. The rest gets points (`directory.score`),
and is put in order by the rule of `directory.order`, so that every place in a list can be
explained.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from directory import asking, lines, order, questions, shortlist
from directory.exclusion import excluded, is_shown
from directory.index import Candidate, Directory
from directory.model import (
    Confidence,
    Found,
    Match,
    Place,
    Point,
    Query,
    Service,
    ServiceAtLocation,
)
from directory.needs import GENERAL, NEEDS, NO_BED
from directory.places import distance_m
from directory.questions import SKIP, Choice, Slot
from directory.reasons import reasons
from directory.score import score
from directory.weights import WEIGHTS, Weights
from locales.errors import N_, Text

__all__ = [  # also what is never shown, for all who show services
    "FIRST",
    "Among",
    "excluded",
    "find",
    "first_screen",
    "has_any",
    "next_question",
    "one",
    "rank",
    "shown",
]
FIRST = 3  # results on the first screen
UNIVERSITY_AGE = 17  # who is younger goes to school or college first
EVENING, MORNING = 17, 9  # hours of the city between which daytime offices are closed
NEAR_TOWN_M = 15_000  # a service of another town is shown to people this near to it

Among = Callable[[Query], Iterable[Candidate]]  # the services to look at for a query


def find(
    directory: Directory, query: Query, limit: int = FIRST, *, among: Among | None = None
) -> Found:
    """Return the best *limit* services and the helplines for *query*; never nothing at all.

    *among*: which services to look at, else all that meet a need of the query. Where no
    service meets a need for this person, the needs close to it are tried, and `relaxed` says
    so. What a service says about whom it is for is never set aside: that would send people
    to a door that stays closed to them.
    """
    helplines = lines.choose(directory, query)
    matches = rank(directory, query, limit=limit, among=among)
    if matches:
        return Found(matches, helplines)
    for needs, text in _wider(query.needs):
        if matches := rank(directory, replace(query, needs=needs), limit=limit, among=among):
            return Found(matches, helplines, (text,))
    return Found(
        (),
        helplines,
        (Text(N_("No place fits all your answers. Please call one of the helplines.")),),
    )


def rank(
    directory: Directory,
    query: Query,
    *,
    limit: int = FIRST,
    weights: Weights = WEIGHTS,
    among: Among | None = None,
) -> list[Match]:
    """Return the services that fit *query*, best first, at most *limit*.

    *among*: which services to look at, else all that meet a need of the query.
    The order is that of `directory.order`: it never depends on the order of the data.
    """
    query = _tonight(directory, query)
    measured = _measured(directory, query)
    if among is None and weights is WEIGHTS:
        scored = shortlist.of(directory, query, measured, limit)
    else:
        known = directory.candidates(query.needs) if among is None else among(query)
        scored = [
            score(each, measured, directory.state_of(each, query.at), weights)
            for each in known
            if _may_be_shown(directory, each, query)
        ]
    chosen = order.choose(scored, query, limit, weights)
    return [_match(directory, row.known, measured) for row in chosen]


def one(directory: Directory, query: Query, service_id: str) -> Match | None:
    """Return one service as `find` shows it, whatever its rank; None if it may not be shown.

    Also one that is only close to what was asked, as `find` shows where nothing is about it.
    """
    known = directory.candidate(service_id)
    if known is None:
        return None
    for needs in (query.needs, *(wider for wider, _ in _wider(query.needs))):
        asked = replace(query, needs=needs)
        if known.needs.intersection(needs) and _may_be_shown(directory, known, asked):
            return _match(directory, known, _measured(directory, asked))
    return None


def shown(directory: Directory, query: Query, known: Candidate) -> Match:
    """Return *known* as `find` shows it; that it may be shown was looked at before."""
    return _match(directory, known, _measured(directory, query))


def has_any(directory: Directory, query: Query) -> bool:
    """Say whether any service fits *query*, whatever its rank."""
    groups = directory.groups(query.needs)
    return any(is_shown(group.profile, query, directory.gazetteer) for group in groups)


def next_question(directory: Directory, query: Query) -> str | None:
    """Return which answer would change most of the first screen, by its slot; None if none does.

    The need before all else, then of stage, place, who it is for and what is true for the
    person the one that is not known and that changes most, as in the guide.
    """
    if not query.needs:
        return Slot.NEED.value
    after = {
        slot: [first_screen(directory, each) for each in could]
        for slot, could in _unknown(directory, query)
    }
    found = asking.best(first_screen(directory, query), after)
    return None if found is None else found.value


def first_screen(directory: Directory, query: Query) -> asking.First:
    """Return what the first screen tells for *query* (see `directory.asking`).

    The moment and the language are left out, so that the same answers lead to the same
    questions always. Remembered as long as *directory* is.
    """
    return directory.first_screens.of(_asked(query), lambda: _first_screen(directory, query))


def _asked(query: Query) -> tuple[object, ...]:
    """Return what a first screen without its moment depends on."""
    return (
        query.needs,
        query.stages,
        None if query.place is None else query.place.key,
        query.gender,
        query.ages,
        query.for_self,
        query.groups,
        query.topic,
        query.lines,
        query.audience,
    )


def _first_screen(directory: Directory, query: Query) -> asking.First:
    query = replace(query, language=None)
    measured = _measured(directory, query)
    scored = shortlist.of(directory, query, measured, FIRST, timeless=True)
    first = [row.service.id for row in order.choose(scored, query, FIRST, WEIGHTS)]
    helplines = lines.choose(directory, query, timeless=True)
    facts = {*first, *(f"1 {each}" for each in first[:1]), *(f"☎ {h.id}" for h in helplines[:1])}
    return frozenset(facts)


def _unknown(directory: Directory, query: Query) -> Iterator[tuple[Slot, list[Query]]]:
    """Yield each question that *query* leaves open, with what its answers would make of it."""
    gazetteer = directory.gazetteer
    if not query.stages:
        yield Slot.STAGE, _applied(query, questions.STAGE_CHOICES)
    if query.place is None:
        places = [gazetteer.by_key(district.id) for district in gazetteer.districts]
        yield Slot.PLACE, [replace(query, place=place) for place in places]
    if query.ages is None and query.for_self:
        yield Slot.WHO, _applied(query, questions.WHO_CHOICES)
        if query.gender is None:
            yield Slot.PERSON, _applied(query, questions.PERSON_CHOICES)


def _applied(query: Query, choices: Sequence[Choice]) -> list[Query]:
    return [questions.applied(query, each) for each in choices if each.code != SKIP]


def _may_be_shown(directory: Directory, known: Candidate, query: Query) -> bool:
    return is_shown(known.profile, query, directory.gazetteer)


def _measured(directory: Directory, query: Query) -> Query:
    """Return *query* without a place that nothing is near to: the whole city, or far away."""
    place, gazetteer = query.place, directory.gazetteer
    if place is None or not (gazetteer.is_whole(place) or gazetteer.is_far(place)):
        return query
    return replace(query, place=None)


def _tonight(directory: Directory, query: Query) -> Query:
    """Return *query* as one for a bed, where somebody without a home asks at night."""
    hour = query.at.astimezone(ZoneInfo(directory.zone)).hour
    home = "homelessness" in query.needs and query.needs[0] in order.HOMES
    if query.topic is not None or not home or MORNING <= hour < EVENING:
        return query
    return replace(query, topic=NO_BED)


def _match(directory: Directory, known: Candidate, query: Query) -> Match:
    service = known.service
    shown = service.confidence is not Confidence.LOW
    at = _nearest(service, query.place) if shown else None
    state = directory.state_of(known, query.at)
    point = None if service.confidential_location else service.location
    if at is not None:
        state, point = directory.opening(at.opening_hours, query.at), at.location
    away = _shown_distance(directory, point, query.place) if shown else None
    return Match(service, reasons(known, query, away, state), away, state, shown, at)


def _nearest(service: Service, place: Place | None) -> ServiceAtLocation | None:
    """Return which other place of *service* is nearer to *place* than the main one, if one is.

    A service whose main place is confidential is shown without any place at all.
    """
    if place is None or service.confidential_location or not service.other_places:
        return None
    if service.location is None and service.address is not None:
        return None  # nobody knows how near the main one is
    here = place.point
    public = [
        (distance_m(here, each.location), at)
        for at, each in enumerate(service.places)
        if each.location is not None and not each.confidential_location
        if not at or each.address is not None
    ]
    nearest = min(public, default=(0, 0))[1]
    return service.places[nearest] if nearest else None


def _shown_distance(directory: Directory, point: Point | None, place: Place | None) -> int | None:
    """Return the distance where both ends are known well enough to state it."""
    if place is None or point is None or directory.gazetteer.is_district(place):
        return None
    return distance_m(place.point, point)


def _wider(needs: tuple[str, ...]) -> list[tuple[tuple[str, ...], Text]]:
    """Return what to try when no service meets *needs*: close needs, then advice."""
    close = tuple(dict.fromkeys(c for need in needs if need in NEEDS for c in NEEDS[need].close))
    near = Text(N_("No place fits exactly. These places help with something close to it."))
    advice = Text(N_("No place fits exactly. These places give advice and know others."))
    return [(close, near), ((GENERAL,), advice)]
