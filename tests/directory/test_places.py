"""What people type, share and press becomes a place, never finer than a sector."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.model import Place, Point
from directory.places import District, Gazetteer, Outcode, Reach, distance_m
from tests.directory.rows import a_gazetteer
from tests.packs import leeds_pack

PLACES = leeds_pack().gazetteer


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        pytest.param("LS9", "LS9", id="outcode"),
        pytest.param("ls9 ", "LS9", id="outcode in lower case"),
        pytest.param("LS9 8", "LS9-8", id="sector"),
        pytest.param("LS9-8", "LS9-8", id="sector as in a button"),
        pytest.param("LS9 8AA", "LS9-8", id="postcode"),
        pytest.param("ls98aa", "LS9-8", id="postcode without a space"),
        pytest.param("I live near LS9 8AA now", "LS9-8", id="postcode in a sentence"),
        pytest.param("LS98", "LS9-8", id="a sector without a space beats a PO-box outcode"),
        pytest.param("LS11", "LS11", id="an outcode beats the sector LS1 1"),
        pytest.param("Harehills", "LS8-5", id="neighbourhood"),
        pytest.param("i am in harehills", "LS8-5", id="neighbourhood in a sentence"),
        pytest.param("harehils", "LS8-5", id="misspelt"),
        pytest.param("Chapletown", "LS7-3", id="letters swapped"),
        pytest.param("chapel allerton", "LS7-4", id="two words"),
        pytest.param("Menston", "LS29", id="name of a place in an outcode"),
        pytest.param("chapel town", "LS7-3", id="one word as two, not a village in Cornwall"),
        pytest.param("i live in chapel town now", "LS7-3", id="the same in a sentence"),
        pytest.param("hydepark", "LS6-1", id="two words as one"),
        pytest.param("ls 9", "LS9", id="outcode with a space"),
        pytest.param("LS 9 8AA", "LS9-8", id="postcode with two spaces"),
        pytest.param("ls.9-8", "LS9-8", id="other signs"),
        pytest.param("town centre", "LS1", id="town centre"),
        pytest.param("city center", "LS1", id="American spelling"),
        pytest.param("Leeds", "area", id="the whole city"),
        pytest.param("i want to settle in leeds", "area", id="the whole city in a sentence"),
        pytest.param("harehills leeds", "LS8-5", id="a neighbourhood before its city"),
        pytest.param("هاريهيلز", "LS8-5", id="Arabic: Harehills"),
        pytest.param("أنا في بيستون", "LS11-8", id="Arabic: Beeston in a sentence"),
        pytest.param("ارملي", "LS12-1", id="Arabic: Armley without its hamza"),
        pytest.param("LS٩", "LS9", id="Arabic digit"),
        pytest.param("ls۱۱ ۸", "LS11-8", id="Persian digits"),
        pytest.param("ＬＳ９", "LS9", id="wide letters"),
        pytest.param("Burley in Wharfedale", "LS29", id="not the Burley in Leeds"),
        pytest.param("i live in bradford", "BD1", id="a near town in a sentence"),
        pytest.param("bradford", "BD1", id="a near town in lower case"),
        pytest.param("Truro", "TR1", id="a far town with a capital"),
        pytest.param("SW1A 1AA", "SW1A", id="far away: the outcode"),
        pytest.param("Bradford", "BD1", id="the Bradford that is near, not the one in Devon"),
    ],
)
def test_finds(typed, key):
    found = PLACES.find(typed)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("", id="nothing"),
        pytest.param("hello", id="no place"),
        pytest.param("London", id="a name with many postcode areas"),
        pytest.param("ZZ99 9ZZ", id="no such postcode"),
        pytest.param("ha", id="too short to guess from"),
        pytest.param("I am reading", id="a word that is a town too, in a sentence"),
        pytest.param("bath", id="a word that is a town too"),
        pytest.param("March", id="a month"),
        pytest.param("i came in march", id="a month in a sentence"),
        pytest.param("I take a bath in the morning", id="a bath"),
        pytest.param("my case is in Truro", id="a far town in a sentence"),
        pytest.param("truro", id="a far town in lower case"),
        pytest.param("سلام", id="a word in another script"),
    ],
)
def test_does_not_guess(typed):
    assert PLACES.find(typed) is None


def test_two_names_equally_near_are_not_guessed():
    places = Gazetteer(
        home="Town",
        outcodes=[
            Outcode("AA1", Point(53.8, -1.5), 9, ()),
            Outcode("AA2", Point(53.9, -1.5), 9, ()),
        ],
        sectors=[],
        districts=[District("all", "All", ("AA1", "AA2"))],
        neighbourhoods={"Eastwood": "AA1", "Westwood": "AA2"},
    )
    assert places.find("eastwod") == Place("AA1", "Eastwood", Point(53.8, -1.5))
    assert places.find("xastwood") == Place("AA1", "Eastwood", Point(53.8, -1.5))
    assert places.find("wastwood") is None


@given(st.text(max_size=40))
def test_any_text_gives_a_known_place_or_none(typed):
    found = PLACES.find(typed)
    assert found is None or PLACES.by_key(found.key) is not None


@given(
    outcode=st.sampled_from(["LS9", "LS11", "BD1", "M1", "SW1A"]),
    digit=st.integers(0, 9),
    end=st.text("ABDEFGHJLNPQRSTUWXYZ", min_size=2, max_size=2),
)
def test_the_end_of_a_postcode_is_never_kept(outcode, digit, end):
    found = PLACES.find(f"{outcode} {digit}{end}")
    assert found is not None
    assert found.key in {outcode, f"{outcode}-{digit}"}
    assert found == PLACES.find(f"{outcode}{digit}ZZ")


@pytest.mark.parametrize("key", ["", "LS9-", "LS9 8", "LS9-88", "ls9", "nowhere", "LS9-8AA", "-"])
def test_forged_keys_are_no_places(key):
    assert PLACES.by_key(key) is None


@pytest.mark.parametrize(
    ("typed", "inside"),
    [
        pytest.param("LS9", True, id="inner outcode"),
        pytest.param("LS9 8AA", True, id="inner sector"),
        pytest.param("LS21 3", True, id="Otley"),
        pytest.param("LS29", False, id="Ilkley has LS postcodes and is in Bradford"),
        pytest.param("LS17 0", False, id="the Harrogate part of LS17"),
        pytest.param("BD1", False, id="Bradford"),
    ],
)
def test_inside_the_area(typed, inside):
    place = PLACES.find(typed)
    assert place is not None
    assert PLACES.in_area(place) is inside


def test_the_whole_city_is_a_place_inside_without_distances():
    whole = PLACES.find("Leeds")
    assert whole is not None and PLACES.by_key(whole.key) == whole
    assert whole.name == "Leeds"
    assert PLACES.in_area(whole) and PLACES.is_whole(whole) and PLACES.is_district(whole)
    assert PLACES.outcode_of(whole) is None


@pytest.mark.parametrize(("typed", "far"), [("LS9", False), ("BD1", False), ("SW1A", True)])
def test_from_far_away_nothing_is_near(typed, far):
    place = PLACES.by_key(typed)
    assert place is not None
    assert PLACES.is_far(place) is far


def test_districts_are_places_inside_the_area():
    keys = [district.id for district in PLACES.districts]
    assert len(keys) == 4
    places = [place for key in keys if (place := PLACES.by_key(key)) is not None]
    assert all(PLACES.in_area(place) and PLACES.is_district(place) for place in places)
    assert [PLACES.outcode_of(place) for place in places] == [None] * 4


@pytest.mark.parametrize(
    ("point", "key"),
    [
        pytest.param(Point(53.7950, -1.5290), "LS9-8", id="near Leeds bus station"),
        pytest.param(Point(53.3802, -1.4700), "S1", id="Sheffield: an outcode"),
        pytest.param(Point(0.0, 0.0), None, id="at sea: something, and not in the area"),
    ],
)
def test_nearest(point, key):
    found = PLACES.nearest(point)
    assert key is None or found.key == key
    assert PLACES.in_area(found) is (key == "LS9-8")


def test_distance_between_leeds_and_london():
    # Leeds City Square to Charing Cross: 272 km on the map
    leeds, london = Point(53.7965, -1.5478), Point(51.5074, -0.1278)
    assert distance_m(leeds, london) == pytest.approx(272_000, rel=0.01)


_POINTS = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


@given(_POINTS, _POINTS)
def test_distance_is_the_same_both_ways_and_at_most_half_round_the_earth(one, other):
    assert distance_m(one, other) == distance_m(other, one)
    assert 0 <= distance_m(one, other) <= 20_015_200
    assert distance_m(one, one) == 0


@pytest.mark.parametrize(
    ("area", "reach"),
    [
        ("Smallville-wide", Reach.WHOLE),
        ("Smallville", Reach.WHOLE),
        ("Riverside", Reach.PART),
        ("Riverside; Yorkshire", Reach.PART),
        ("Riverside and north Smallville", Reach.PART),
        ("Riverside; Smallville-wide", Reach.WHOLE),
        ("Smallville, Othertown and Hull", Reach.WHOLE),
        ("UK-wide", Reach.WIDE),
        ("West Yorkshire (centre is in Othertown)", Reach.WIDE),
        ("Othertown", Reach.OUTSIDE),
    ],
)
def test_reach(area, reach):
    assert a_gazetteer().reach(area) is reach


def test_a_neighbourhood_must_be_in_the_rows():
    with pytest.raises(ValueError, match="Nowhere: XX1"):
        Gazetteer(
            home="Town", outcodes=[], sectors=[], districts=[], neighbourhoods={"Nowhere": "XX1"}
        )


def test_a_district_must_have_known_outcodes():
    with pytest.raises(ValueError, match="north"):
        Gazetteer(
            home="Town",
            outcodes=[],
            sectors=[],
            districts=[District("north", "North", ("XX1",))],
            neighbourhoods={},
        )


def test_a_place_typed_keeps_its_name():
    found, sector = PLACES.find("harehills"), PLACES.by_key("LS8-5")
    assert found is not None and sector is not None
    assert (found.key, found.name, found.point) == ("LS8-5", "Harehills", sector.point)


def test_an_area_has_its_name_in_the_language_where_the_pack_has_one(gazetteer):
    east = next(area for area in gazetteer.districts if area.id == "east")
    assert (east.named("en"), east.named("ar"), east.named("vi")) == ("East", "الشرق", "East")
