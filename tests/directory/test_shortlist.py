"""The list is the same whether all services are ranked or only those that can win."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.multiply import Asker, multiplied, sectors
from directory import matcher
from directory.cells import Around, cell_of
from directory.model import Audience, Gender, Point
from directory.needs import STAGES
from directory.places import distance_m
from directory.score import score
from directory.weights import WEIGHTS
from tests.directory.rows import a_city, a_gazetteer, a_query, a_row

NEEDS = ["food", "debt", "esol", "asylum_support", "women", "young_people", "domestic_abuse"]
PLACES = [a_gazetteer().by_key(key) for key in ("SM1-1", "SM2-1", "SM3", "north", "OT1")]
HOURS = [None, None, "Mo-Fr 09:00-17:00", "Tu 10:00-12:00", "24/7"]
CALLED = [{"number": "+441132224412", "label": "Out of hours"}]


def ranked(directory, query, limit):
    """Rank in the simple way: every service is looked at."""
    found = matcher.rank(
        directory, query, limit=limit, among=lambda asked: directory.candidates(asked.needs)
    )
    return [(match.service.id, match) for match in found]


def shortlisted(directory, query, limit):
    found = matcher.rank(directory, query, limit=limit)
    return [(match.service.id, match) for match in found]


def a_way_in(**given):
    return {"walk_in": None, "referral": None, "appointment": None, "cost": None} | given


_POINTS = st.tuples(st.integers(53770, 53840), st.integers(-1510, -1490))
_ROWS = st.builds(
    lambda number, point, **given: a_row(
        f"s-{number:03}",
        lat=None if point is None else point[0] / 1000,
        lon=None if point is None else point[1] / 1000,
        **given,
    ),
    number=st.integers(0, 999),
    point=st.none() | _POINTS,
    organization=st.sampled_from(["A", "B", "C", "D"]),
    name=st.sampled_from(["Tea room", "Tea room", "Ukrainian house", "For people sleeping rough"]),
    needs=st.lists(st.sampled_from(NEEDS), min_size=1, max_size=3, unique=True),
    eligibility=st.lists(st.sampled_from([*STAGES[:3], "anyone"]), max_size=2, unique=True),
    gender=st.sampled_from(["any", "any", "any", "women"]),
    max_age=st.sampled_from([None, None, 25]),
    languages=st.sampled_from([[], ["ti"], ["uk", "ti"]]),
    access=st.sampled_from([a_way_in(), a_way_in(walk_in=True), a_way_in(referral="agency")]),
    channels=st.sampled_from([["in_person"], ["phone"], ["in_person", "phone"], ["outreach"], []]),
    phone=st.sampled_from([[], CALLED]),
    opening_hours=st.sampled_from(HOURS),
    confidence=st.sampled_from(["high", "medium", "low"]),
    status=st.sampled_from(["open", "open", "unknown", "full", "closed"]),
    audience=st.sampled_from(["public", "public", "workers"]),
    area=st.sampled_from(["Smallville-wide", "Smallville-wide", "Northend", "UK", "Othertown"]),
)
_QUERIES = st.builds(
    lambda needs, **given: a_query(*needs, **given),
    needs=st.lists(st.sampled_from(NEEDS), min_size=1, max_size=3, unique=True),
    stages=st.lists(st.sampled_from(STAGES[:3]), max_size=2, unique=True).map(tuple),
    place=st.none() | st.sampled_from(PLACES),
    language=st.sampled_from([None, "ti", "uk", "pl"]),
    gender=st.sampled_from([None, Gender.WOMEN, Gender.MEN]),
    age=st.sampled_from([None, 16, 40]),
    for_self=st.booleans(),
    audience=st.sampled_from([Audience.PUBLIC, Audience.PUBLIC, Audience.WORKERS]),
    topic=st.sampled_from([None, None, "no_bed"]),
)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(_ROWS, max_size=40, unique_by=lambda row: row["id"]),
    query=_QUERIES,
    limit=st.integers(1, 5),
)
def test_what_cannot_win_need_not_be_looked_at(rows, query, limit):
    city = a_city(rows)
    assert shortlisted(city, query, limit) == ranked(city, query, limit)


@pytest.mark.parametrize("size", [165, 1500])
def test_the_list_is_the_same_for_a_real_city_multiplied(pack, size):
    places = sectors(pack.gazetteer)
    city = pack.directory_of(multiplied(pack.services, places, size))
    asker = Asker(places, random.Random(size))
    for _ in range(60):
        query = asker.query()
        assert shortlisted(city, query, 3) == ranked(city, query, 3)


def test_services_that_are_all_alike_come_by_id_and_organisation():
    city = a_city([a_row(f"s-{n:03}", organization=f"O{n % 2}") for n in range(50)])
    query = a_query()
    assert [each for each, _ in shortlisted(city, query, 3)] == ["s-000", "s-001", "s-002"]
    assert shortlisted(city, query, 9) == ranked(city, query, 9)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(_ROWS, min_size=2, max_size=2, unique_by=lambda row: row["id"]), query=_QUERIES
)
def test_services_of_one_profile_differ_only_in_what_is_their_own(rows, query):
    first, second = rows
    own = {key: second[key] for key in ("id", "lat", "lon", "opening_hours", "organization")}
    if (first["lat"] is None) != (second["lat"] is None):
        own["lat"], own["lon"] = first["lat"], first["lon"]
    city = a_city([first, first | own])
    one, other = (city.candidate(each["id"]) for each in rows)
    assert one.profile is other.profile
    query = replace(query, needs=one.service.needs)
    moved = replace(query, place=None)
    left, right = (score(each, moved, None, WEIGHTS) for each in (one, other))
    assert (left.points, left.stage, left.centrality) == (
        right.points,
        right.stage,
        right.centrality,
    )


@given(
    here=st.tuples(st.floats(50, 58), st.floats(-5, 1)),
    away=st.tuples(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3)),
)
def test_a_square_is_never_farther_than_what_is_in_it(here, away):
    point = Point(*here)
    other = Point(here[0] + away[0], here[1] + away[1])
    least = Around(point).nearest_m([cell_of(other)])
    assert 0 <= least <= distance_m(point, other) + 1
    assert distance_m(point, other) <= least * 1.05 + 1100


def test_a_change_is_matched_and_what_did_not_change_is_not_read_again():
    before = a_city([a_row("a"), a_row("b"), a_row("c")])
    changed = a_city([a_row("b", needs=["debt"]), a_row("d")]).services
    after = before.with_services((before.services[0], *changed), before.helplines)
    assert [each for each, _ in shortlisted(after, a_query(), 5)] == ["a", "d"]
    assert [each for each, _ in shortlisted(after, a_query("debt"), 5)] == ["b"]
    assert [each for each, _ in shortlisted(before, a_query(), 5)] == ["a", "b", "c"]
    assert after.candidate("a") is before.candidate("a")
    assert after.candidate("c") is None
