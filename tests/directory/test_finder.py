"""The index of the search: follows the directory and keeps to what may be found."""

import gc
import weakref
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from directory import finder
from directory import search as searching
from directory.finder import Filters, Finder
from directory.index import Directory
from directory.lexicon import lexicon
from directory.model import (
    Address,
    Audience,
    Confidence,
    Gender,
    Opening,
    Phone,
    Place,
    Point,
    Query,
    Status,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
QUERY = Query(needs=(), at=NOON)
MARKER = "Zzmarker"


def city(leeds, *services):
    """Return a directory of the Leeds pack with *services* in place of those of their ids."""
    mine = {each.id: each for each in services}
    rows = [mine.pop(each.id, each) for each in leeds.services]
    return Directory((*rows, *mine.values()), leeds.helplines, leeds.gazetteer, leeds.general)


def one(leeds, service_id):
    return next(each for each in leeds.services if each.id == service_id)


def ids(directory, text, *, query=QUERY, filters=finder.ANY, limit=5):
    found = searching.search(directory, lexicon(), text, query, limit, filters)
    return [each.service.id for each in found.matches]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("leeds gate", "leeds-gate", id="a whole name"),
        pytest.param("GATE leeds!", "leeds-gate", id="in another order"),
        pytest.param("haamla", "haamla-midwives", id="one word of it"),
        pytest.param("haaml", "haamla-midwives", id="its beginning"),
        pytest.param("manul brawo", "manuel-bravo-project", id="with mistakes"),
        pytest.param("zarac beds", "zarach-beds", id="without its ending"),
        pytest.param("gypsy and traveller", "leeds-gate", id="other endings"),
        pytest.param("babybank", "leeds-baby-bank", id="two words as one"),
        pytest.param("citizens advise", "citizens-advice-leeds", id="a name but for the city"),
        pytest.param("manuel bravo solicitor", "manuel-bravo-project", id="a name and a need"),
        pytest.param("saturday english class", "english4all-leeds", id="a need and a word"),
    ],
)
def test_what_is_named_comes_first(leeds, text, first):
    assert ids(leeds, text)[0] == first


@pytest.mark.parametrize(
    ("text", "service", "reason"),
    [
        pytest.param("manuel bravo", "manuel-bravo-project", "Its name has “Manuel”.", id="name"),
        pytest.param("manul bravo", "manuel-bravo-project", "Its name has “Manuel”.", id="typo"),
        pytest.param("food", "foodcycle-harehills", "They give food.", id="need"),
        pytest.param("food LS8 5", "foodcycle-harehills", "You can walk there", id="place"),
    ],
)
def test_a_result_says_why_it_is_there(leeds, text, service, reason):
    found = searching.search(leeds, lexicon(), text, QUERY, 12)
    said = {each.service.id: [str(reason) for reason in each.reasons] for each in found.matches}
    assert any(each.startswith(reason) for each in said[service]), said[service]


def test_a_word_of_the_description_is_enough_where_nothing_else_is_understood(leeds):
    workers = replace(QUERY, audience=Audience.WORKERS)
    for query, service in ((QUERY, "rainbow-junktion"), (workers, "st-annes-resource-centre")):
        found = searching.search(leeds, lexicon(), "showers", query).matches
        each = next(each for each in found if each.service.id == service)
        assert each.score < searching.NAMED
        assert str(each.reasons[0]).startswith("Its description has “shower")


def test_a_change_is_found_at_once_and_the_former_directory_stays_as_it_was(leeds):
    before = city(leeds)
    first = finder.of(before)
    gate = one(leeds, "leeds-gate")
    after = city(leeds, replace(gate, name="Quokka Club"), replace(gate, id="new", name="Wombats"))
    assert ids(after, "quokka") == ["leeds-gate"]
    assert ids(after, "wombats") == ["new"]
    assert ids(before, "quokka") == []
    assert len(finder.of(after)) == len(first) + 1


def test_what_is_gone_or_closed_is_not_found(leeds):
    gate = one(leeds, "leeds-gate")
    rows = tuple(each for each in leeds.services if each != gate)
    without = Directory(rows, leeds.helplines, leeds.gazetteer, leeds.general)
    assert "leeds-gate" not in ids(without, "leeds gate")
    assert "leeds-gate" not in ids(city(leeds, replace(gate, status=Status.CLOSED)), "leeds gate")


def test_an_update_by_hand(leeds):
    known = [leeds.candidate(each.id) for each in leeds.services[:9]]
    base = Finder(known)
    after = base.updated([leeds.candidate(leeds.services[9].id)], [leeds.services[0].id])
    assert (len(base), len(after)) == (9, 9)
    assert (
        after.updated((), [each.id for each in leeds.services[:10]]).by_name(["a"], Audience.PUBLIC)
        == []
    )
    with pytest.raises(ValueError, match="newest"):
        base.updated(())


def test_a_directory_is_not_kept_alive(leeds):
    directory = city(leeds)
    assert finder.of(directory) is finder.of(directory)
    gone = weakref.ref(directory)
    del directory
    gc.collect()
    assert gone() is None


def test_services_for_workers_are_found_by_workers_only(leeds):
    assert "st-annes-resource-centre" not in ids(leeds, "st annes resource centre")
    assert ids(leeds, "raise", query=replace(QUERY, audience=Audience.WORKERS)) == [
        "st-annes-resource-centre"
    ]


@pytest.mark.parametrize(
    "filters",
    [
        pytest.param(Filters(needs=("esol",)), id="need"),
        pytest.param(Filters(organization="Leeds City Council"), id="organisation"),
        pytest.param(Filters(language="ar"), id="language"),
        pytest.param(Filters(gender=Gender.MEN), id="gender"),
        pytest.param(Filters(open_now=True), id="open now"),
    ],
)
@pytest.mark.parametrize("text", ["advice", "women", "english classes", "zarach beds", "library"])
def test_filters_hold(leeds, text, filters):
    found = searching.search(leeds, lexicon(), text, QUERY, 8, filters)
    for match in (each.match for each in found.matches):
        service = match.service
        assert not filters.needs or set(filters.needs) & set(service.needs)
        assert not filters.organization or "Leeds City Council" in service.organization
        assert filters.language is None or filters.language in service.languages
        assert filters.gender is None or service.gender is not Gender.WOMEN
        assert not filters.open_now or match.open_state.now is Opening.OPEN


def test_filters_leave_something(leeds):
    council = Filters(organization="leeds city council")
    assert len(ids(leeds, "advice", filters=council)) == 5
    assert ids(leeds, "", filters=Filters(needs=("esol",)))
    assert ids(leeds, "library", filters=Filters(open_now=True))


def test_many_services_lead_to_the_near_ones(leeds):
    food = one(leeds, "foodcycle-seacroft")
    points = [
        Point(53.7 + row / 100, -1.7 + column / 100) for row in range(50) for column in range(50)
    ]
    rows = [
        replace(food, id=f"food-{n}", location=point, address=None)
        for n, point in enumerate(points)
    ]
    many = Directory(tuple(rows), leeds.helplines, leeds.gazetteer, leeds.general)
    at = Place("LS9", "LS9", Point(53.80, -1.51))
    found = searching.search(many, lexicon(), "food", replace(QUERY, place=at)).matches
    assert len(found) == 5
    assert all((each.match.distance_m or 0) < 1_500 for each in found)


def test_no_address_phone_or_mail_is_in_the_index(leeds):
    gate = one(leeds, "leeds-gate")
    hidden = replace(
        gate,
        name="Pelican house",
        address=None if gate.confidential_location else Address((MARKER,), "LS99 9ZZ"),
        phones=(Phone("+441134960000", f"{MARKER} desk"),),
        email=f"{MARKER}@example.org",
        url=f"https://{MARKER}.example.org",
        note=MARKER,
        referrer_note=MARKER,
        hours_note=MARKER,
        confidence=Confidence.LOW,
    )
    secret = replace(
        hidden, id="secret", address=None, location=None, confidential_location=True, area=MARKER
    )
    directory = city(leeds, hidden, secret)
    for text in (MARKER, MARKER.lower()[:5], "LS99 9ZZ", "01134960000", f"{MARKER}@example.org"):
        assert not {"leeds-gate", "secret"}.intersection(ids(directory, text, limit=9)), text
    assert {"leeds-gate", "secret"} <= set(ids(directory, "pelican"))
    assert [*finder.of(directory).beginning(MARKER.lower()[:6])] == []
