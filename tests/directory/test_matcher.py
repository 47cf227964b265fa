"""Who is shown what, in which order, and why: every rule on a small city of its own."""

from dataclasses import fields, replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import matcher
from directory.model import Audience, Gender, Opening
from directory.needs import NEEDS, STAGES, is_danger, speaks_of_danger
from directory.travel import Way
from directory.weights import Weights
from tests.directory.rows import (
    LONDON,
    MONDAY_11,
    a_city,
    a_gazetteer,
    a_line_row,
    a_query,
    a_row,
    calls,
)

_STAGED = st.builds(
    lambda number, **given: a_row(f"s-{number}", **given),
    number=st.integers(0, 10**6),
    needs=st.permutations(["food", "debt", "esol"]).map(list),
    eligibility=st.lists(st.sampled_from([*STAGES, "anyone"]), max_size=3, unique=True),
    confidence=st.sampled_from(["high", "medium"]),
)
ADDRESS = {"lines": ["MARKER House"], "postcode": None}
AGENCY = {"walk_in": None, "referral": "agency", "appointment": None, "cost": None}
NORTH = a_gazetteer().by_key("SM2-1")
CALLED = [{"number": "999", "label": None}]
OTHERTOWN = a_gazetteer().by_key("OT1")


def ids(directory, query, limit=10):
    return [match.service.id for match in matcher.rank(directory, query, limit=limit)]


def only(service, query):
    (match,) = matcher.rank(a_city([service]), query)
    return match


def why(match):
    return [str(reason) for reason in match.reasons]


@pytest.mark.parametrize(
    ("service", "query", "shown"),
    [
        pytest.param({"gender": "women"}, {"gender": Gender.MEN}, False, id="women's, to a man"),
        pytest.param({"gender": "men"}, {"gender": Gender.WOMEN}, False, id="men's, to a woman"),
        pytest.param({"gender": "women"}, {"gender": Gender.WOMEN}, True, id="women's, to a woman"),
        pytest.param({"gender": "women"}, {}, True, id="women's, gender not stated"),
        pytest.param({"gender": "any"}, {"gender": Gender.MEN}, True, id="anybody's, to a man"),
        pytest.param({"max_age": 25}, {"age": 26}, False, id="one year too old"),
        pytest.param({"max_age": 25}, {"age": 25}, True, id="just young enough"),
        pytest.param({"min_age": 18}, {"age": 17}, False, id="one year too young"),
        pytest.param({"min_age": 18}, {"age": 18}, True, id="just old enough"),
        pytest.param({"min_age": 16, "max_age": 25}, {}, True, id="age not stated"),
        pytest.param({"status": "closed"}, {}, False, id="closed"),
        pytest.param({"status": "full"}, {}, True, id="full is shown, with a warning"),
        pytest.param({"audience": "workers"}, {}, False, id="workers only, to the public"),
        pytest.param(
            {"audience": "workers"}, {"audience": Audience.WORKERS}, True, id="workers only, to one"
        ),
        pytest.param(
            {"eligibility": ["refugee"]}, {"stages": ("asylum_seeker",)}, False, id="other stage"
        ),
        pytest.param(
            {"eligibility": ["refugee"]}, {"stages": ("refugee",)}, True, id="stated stage"
        ),
        pytest.param({"eligibility": ["anyone"]}, {"stages": ("nrpf",)}, True, id="anyone"),
        pytest.param({"eligibility": []}, {"stages": ("nrpf",)}, True, id="not stated"),
        pytest.param({"eligibility": ["refugee"]}, {}, True, id="stage not given"),
        pytest.param(
            {"eligibility": ["nrpf"]},
            {"stages": ("other_migrant", "nrpf")},
            True,
            id="one of the stages of a button",
        ),
        pytest.param({"area": "Othertown"}, {}, False, id="another town"),
        pytest.param({"area": "Othertown"}, {"place": NORTH}, False, id="another town, from here"),
        pytest.param({"area": "Othertown"}, {"place": OTHERTOWN}, True, id="for who is there"),
        pytest.param({"area": "UK-wide"}, {}, True, id="the whole country"),
        pytest.param({"needs": ["debt"]}, {}, False, id="another need"),
    ],
)
def test_who_is_shown(service, query, shown):
    assert bool(ids(a_city([a_row(**service)]), a_query(**query))) is shown


@pytest.mark.parametrize(
    ("better", "worse", "query"),
    [
        pytest.param({"needs": ["food", "debt"]}, {"needs": ["debt", "food"]}, {}, id="main need"),
        pytest.param({"confidence": "high"}, {"confidence": "medium"}, {}, id="high confidence"),
        pytest.param({"confidence": "medium"}, {"confidence": "low"}, {}, id="medium confidence"),
        pytest.param(
            {"eligibility": ["refugee"], "confidence": "low", "area": "UK-wide"},
            {"confidence": "high", "languages": ["ti"], "opening_hours": "24/7"},
            {"stages": ("refugee",), "language": "ti"},
            id="a stated yes beats not stated, where the need is as central",
        ),
        pytest.param(
            {"eligibility": ["refugee"], "needs": ["debt", "food"], "confidence": "low"},
            {"needs": ["debt", "food"], "confidence": "high"},
            {"stages": ("refugee",)},
            id="also where it is the second need of both",
        ),
        pytest.param(
            {"confidence": "low"},
            {"eligibility": ["refugee"], "needs": ["debt", "food"]},
            {"stages": ("refugee",)},
            id="the main need beats a stated yes on the side",
        ),
        pytest.param(
            {"confidence": "low"},
            {"eligibility": ["anyone"], "needs": ["debt", "food"]},
            {"stages": ("refugee",)},
            id="the main need beats anyone on the side",
        ),
        pytest.param(
            {"confidence": "high"},
            {"eligibility": ["anyone"], "confidence": "low"},
            {"stages": ("refugee",)},
            id="anyone is no stated yes",
        ),
        pytest.param(
            {"eligibility": ["anyone"]}, {}, {"stages": ("refugee",)}, id="anyone is a small plus"
        ),
        pytest.param(
            {"needs": ["asylum_support", "food"], "eligibility": ["refugee"]},
            {"confidence": "high"},
            {"stages": ("refugee",)},
            id="for refugees first of all, and food second: mainly food for a refugee",
        ),
        pytest.param(
            {"needs": ["women", "food"], "gender": "women"},
            {"needs": ["debt", "food"]},
            {"gender": Gender.WOMEN},
            id="a women's place, to a woman",
        ),
        pytest.param(
            {}, {"needs": ["food", "lgbtq"]}, {}, id="about danger in second place, unasked"
        ),
        pytest.param(
            {"max_age": 18, "needs": ["debt", "food"]}, {}, {"age": 15}, id="for children, to one"
        ),
        pytest.param(
            {"eligibility": ["refugee"]},
            {"eligibility": ["anyone"]},
            {"stages": ("refugee",)},
            id="the stage by name beats anyone",
        ),
        pytest.param({"confidence": "low"}, {"status": "paused"}, {}, id="paused sinks"),
        pytest.param({"confidence": "low"}, {"status": "full"}, {}, id="full sinks"),
        pytest.param({}, {"access": AGENCY}, {}, id="only through a worker"),
        pytest.param({"area": "Northend"}, {"area": "Southend"}, {"place": NORTH}, id="near"),
        pytest.param(
            {"area": "Smallville-wide", "channels": ["phone"]},
            {"area": "Southend"},
            {"place": NORTH},
            id="by phone beats far",
        ),
        pytest.param({}, {"area": "UK-wide"}, {}, id="of the city beats of the country"),
        pytest.param({}, {"gender": "women"}, {}, id="women only, gender not stated"),
        pytest.param(
            {"gender": "women"}, {}, {"gender": Gender.WOMEN}, id="women only, to a woman"
        ),
        pytest.param({}, {"max_age": 25}, {}, id="for the young, age not stated"),
        pytest.param({"max_age": 25}, {}, {"age": 20}, id="for the young, to a young person"),
        pytest.param({}, {"needs": ["food", "young_people"]}, {"age": 40}, id="about the young"),
        pytest.param({"needs": ["food", "older_people"]}, {}, {"age": 70}, id="about the old"),
        pytest.param({"opening_hours": "Mo 09:00-12:00"}, {}, {}, id="open now"),
        pytest.param(
            {"name": "Kurdish kitchen"}, {"name": "Kitchen"}, {"language": "ku"}, id="community"
        ),
        pytest.param(
            {"name": "Kitchen"},
            {"name": "Polish kitchen"},
            {"language": "ar"},
            id="others' community",
        ),
        pytest.param({"languages": ["ti"]}, {}, {"language": "ti"}, id="speaks the language"),
    ],
)
def test_what_comes_first(better, worse, query):
    # the ids pull the other way, so that a tie fails
    city = a_city([a_row("a-worse", **worse), a_row("b-better", **better)])
    assert ids(city, a_query(**query)) == ["b-better", "a-worse"]


def test_workers_see_agency_services_in_their_place():
    city = a_city([a_row("a-agency", access=AGENCY), a_row("b-open")])
    assert ids(city, a_query(audience=Audience.WORKERS)) == ["a-agency", "b-open"]


def test_several_needs_each_have_their_turn():
    city = a_city(
        [a_row(f"food-{n}", confidence="high") for n in range(4)] + [a_row("debt", needs=["debt"])]
    )
    assert "debt" in ids(city, a_query("food", "debt"), limit=3)


def test_one_of_several_alike_comes_before_the_others_of_its_kind():
    hubs = [a_row(f"hub-{n}", organization="Council", confidence="high") for n in range(3)]
    assert ids(a_city([*hubs, a_row("other")]), a_query(), limit=3) == ["hub-0", "other", "hub-1"]


def test_what_is_mainly_about_an_asked_danger_comes_first_twice_then_other_needs_have_a_turn():
    abuse = [a_row(f"abuse-{n}", needs=["domestic_abuse"], confidence="low") for n in range(3)]
    food = a_row("food", confidence="high", eligibility=["refugee"])
    city, stages = a_city([food, *abuse]), ("refugee",)
    for needs in (("domestic_abuse", "food"), ("food", "domestic_abuse")):
        shown = ids(city, a_query(*needs, stages=stages))
        assert shown == ["abuse-0", "abuse-1", "food", "abuse-2"]


def test_the_first_result_meets_the_need_that_was_asked_first():
    rows = [
        a_row("a-debt", needs=["debt"], eligibility=["refugee"], confidence="high"),
        a_row("b-food", needs=["esol", "food"], confidence="low"),
    ]
    query = a_query("food", "debt", stages=("refugee",))
    assert ids(a_city(rows), query) == ["b-food", "a-debt"]


def test_a_doctor_comes_before_other_help_with_health():
    rows = [
        a_row("a-drugs", needs=["health_gp"], description="Help to stop drinking."),
        a_row("b-doctor", needs=["health_gp"], description="A doctor's surgery."),
    ]
    assert ids(a_city(rows), a_query("health_gp")) == ["b-doctor", "a-drugs"]


@given(
    rows=st.lists(_STAGED, min_size=1, max_size=8, unique_by=lambda row: row["id"]),
    stage=st.sampled_from(STAGES),
)
def test_a_stated_yes_is_above_all_equally_central_ones_and_lifts_no_offer_on_the_side(rows, stage):
    found = [m.service for m in matcher.rank(a_city(rows), a_query(stages=(stage,)), limit=9)]
    for number, service in enumerate(found):
        for above in found[:number]:
            if service.needs.index("food") == above.needs.index("food"):
                assert stage in above.eligibility or stage not in service.eligibility
            assert service.needs[0] != "food" or above.needs[0] == "food"


def test_order_does_not_depend_on_the_order_of_the_data():
    rows = [a_row(f"s-{n}", confidence=("high", "low")[n % 2]) for n in range(6)]
    assert ids(a_city(rows), a_query()) == ids(a_city(rows[::-1]), a_query())


@pytest.mark.parametrize(
    ("service", "query", "reason"),
    [
        ({}, {}, "They give food."),
        (
            {"eligibility": ["refused_asylum_seeker"]},
            {"stages": ("refused_asylum_seeker",)},
            "They say they help people whose asylum claim was refused.",
        ),
        ({"eligibility": ["anyone"]}, {"stages": ("nrpf",)}, "They say they help anyone."),
        ({}, {"stages": ("nrpf",)}, "They do not say who can come. Ask them first."),
        ({"gender": "women"}, {}, "For women."),
        ({"gender": "women", "min_age": 18}, {}, "For women aged 18 or older."),
        (
            {"gender": "women", "min_age": 11, "max_age": 25},
            {},
            "For women and girls aged 11 to 25.",
        ),
        ({"min_age": 16, "max_age": 25}, {}, "For people aged 16 to 25."),
        ({"max_age": 18}, {}, "For people aged 18 or younger."),
        ({"min_age": 17}, {}, "For people aged 17 or older."),
        ({"status": "paused"}, {}, "They had stopped for a while when this was last checked."),
        ({"status": "full"}, {}, "They had no free places when this was last checked."),
        ({"access": AGENCY}, {}, "You cannot sign up alone. A worker must do it for you."),
        (
            {"access": AGENCY},
            {"audience": Audience.WORKERS},
            "You are a worker, so you can send people here.",
        ),
        (
            {"access": AGENCY | {"walk_in": True, "referral": "self"}},
            {},
            "You can go without an appointment.",
        ),
        ({"phone": CALLED}, {}, "You can call them."),
        ({"channels": ["online"]}, {}, "It is on the internet."),
        (
            {"lat": 53.831, "lon": -1.501},
            {"place": NORTH},
            "You can walk there: about 5 minutes.",
        ),
        (
            {"lat": 53.815, "lon": -1.501},
            {"place": NORTH},
            "You can walk there: about 30 minutes.",
        ),
        (
            {"channels": ["phone"], "phone": CALLED},
            {},
            "You can call them. You do not need to travel.",
        ),
        (
            {"channels": ["phone", "in_person"], "phone": CALLED, "lat": 53.77, "lon": -1.5},
            {"place": NORTH},
            "You can call them.",
        ),
        ({"opening_hours": "We 10:00-12:00"}, {}, "Closed now. Opens Wednesday 10:00."),
        ({"opening_hours": "Mo 14:00-15:00"}, {}, "Closed now. Opens today at 14:00."),
        (
            {"access": AGENCY},
            {"for_self": False},
            "They cannot sign up alone. A worker must do it for them.",
        ),
        ({"lat": 53.801, "lon": -1.501}, {"place": NORTH}, "About 3.3 km from you."),
        ({"opening_hours": "24/7"}, {}, "Open day and night."),
        ({"opening_hours": "Mo 09:00-15:30"}, {}, "Open now until 15:30."),
        ({"confidence": "low"}, {}, "We could not check their phone or address."),
    ],
)
def test_reasons(service, query, reason):
    assert reason in why(only(a_row(**service), a_query(**query)))


def test_where_only_the_postcode_or_the_area_is_known_near_still_comes_first():
    rows = [
        a_row("a-far", address={"lines": ["1 Road"], "postcode": "SM3 1AA"}),
        a_row("b-near", address={"lines": ["1 Road"], "postcode": "SM2 1AA"}),
        a_row("c-nearby", address={"lines": ["1 Road"], "postcode": "ZZ2 1AA"}, area="Northend"),
    ]
    for row in rows:
        row["channels"] = ["in_person"]
    assert ids(a_city(rows), a_query(place=NORTH))[2] == "a-far"


def test_a_reason_names_danger_only_where_danger_was_asked_or_is_the_main_thing(leeds):
    later = [s for s in leeds.services if speaks_of_danger(s) and not is_danger(s.needs[:1])]
    assert {"leeds-adult-social-care", "shantona"} <= {service.id for service in later}
    sentences = {need.fit for need in NEEDS.values() if need.danger}
    for service in later:
        for need in (each for each in service.needs if not is_danger((each,))):
            query = a_query(need, gender=Gender.WOMEN, audience=Audience.WORKERS)
            found = matcher.one(leeds, query, service.id)
            assert found is None or not sentences.intersection(why(found))


@pytest.mark.parametrize(
    ("hour", "first"), [(16, "meals"), (17, "street"), (23, "street"), (8, "street"), (9, "meals")]
)
def test_at_night_without_a_home_who_has_a_bed_comes_first(hour, first):
    rows = [
        a_row("meals", needs=["homelessness"], confidence="high"),
        a_row("street", needs=["homelessness"], description="For who is sleeping rough."),
    ]
    query = a_query("homelessness", at=MONDAY_11.replace(hour=hour))
    assert ids(a_city(rows), query)[0] == first
    assert ids(a_city(rows), replace(query, topic="forced_marriage"))[0] == "meals"


def test_at_night_a_closed_place_with_a_number_for_the_night_comes_first():
    hours = {"needs": ["homelessness"], "opening_hours": "Mo-Fr 09:30-17:00"}
    night = [{"number": "+441133788366", "label": "Out of hours"}]
    rows = [a_row("a", **hours, confidence="high"), a_row("b", **hours, phone=night)]
    assert ids(a_city(rows), a_query("homelessness", at=MONDAY_11.replace(hour=23))) == ["b", "a"]


def test_of_the_first_three_one_has_no_contact_while_others_are_about_it_too():
    unsure = [a_row(f"a-{n}", confidence="low", languages=["ti"]) for n in range(3)]
    sure = [a_row(f"b-{n}", needs=["women", "food"]) for n in range(3)]
    query = a_query("food", language="ti")
    assert ids(a_city([*unsure, *sure]), query, 3) == ["a-0", "b-0", "b-1"]
    assert ids(a_city([*unsure, sure[0]]), query, 3) == ["a-0", "b-0", "a-1"]
    named = [a_row(f"a-{n}", confidence="low", eligibility=["refugee"]) for n in range(3)]
    query = a_query("food", stages=("refugee",))
    assert ids(a_city([*named, *sure]), query, 3) == ["a-0", "a-1", "a-2"]


def test_workers_see_first_what_only_they_can_refer_to():
    rows = [a_row("a"), a_row("b", audience="workers")]
    assert ids(a_city(rows), a_query(audience=Audience.WORKERS)) == ["b", "a"]


def test_danger_stays_out_of_other_topics():
    rows = [a_row("a", needs=["domestic_abuse", "food"]), a_row("b", confidence="low")]
    assert ids(a_city(rows), a_query("food")) == ["b", "a"]
    assert ids(a_city(rows), a_query("domestic_abuse", "food")) == ["a", "b"]


def test_low_confidence_shows_no_hours_no_distance_no_phone():
    row = a_row(
        confidence="low",
        opening_hours="24/7",
        lat=53.831,
        lon=-1.501,
        phone=[{"number": "999", "label": None}],
    )
    match = only(row, a_query(place=NORTH))
    assert (match.contact_shown, match.distance_m) == (False, None)
    assert match.open_state.now is Opening.UNKNOWN
    assert why(match) == ["They give food.", "We could not check their phone or address."]


def test_medium_confidence_shows_contact():
    assert only(a_row(confidence="medium"), a_query()).contact_shown


def test_from_a_whole_district_no_distance_is_claimed():
    row = a_row(lat=53.831, lon=-1.501)
    district = a_gazetteer().by_key("north")
    assert only(row, a_query(place=district)).distance_m is None
    assert only(row, a_query(place=NORTH)).distance_m == 0


def test_from_far_outside_nothing_is_near_and_no_distance_is_claimed():
    rows = [a_row("a", lat=53.831, lon=-1.501), a_row("b", confidence="high", area="Northend")]
    found = matcher.rank(a_city(rows), a_query(place=OTHERTOWN))
    assert [match.service.id for match in found] == ids(a_city(rows), a_query())
    assert found[0].distance_m is found[1].distance_m is None


def test_the_whole_city_ranks_as_no_place():
    city = a_city([a_row("a", area="Southend"), a_row("b"), a_row("c", lat=53.831, lon=-1.501)])
    whole = city.gazetteer.find("Smallville")
    assert ids(city, a_query(place=whole)) == ids(city, a_query())


def test_a_confidential_place_has_no_distance():
    row = a_row(area="Riverside", confidential_location=True)
    assert only(row, a_query(place=NORTH)).distance_m is None


def test_open_follows_the_moment():
    row = a_row(opening_hours="Mo 09:00-15:30")
    night = datetime(2026, 11, 23, 22, 0, tzinfo=LONDON)
    assert only(row, a_query()).open_state.now is Opening.OPEN
    assert only(row, a_query(at=night)).open_state.now is Opening.CLOSED


def test_a_close_need_is_tried_when_nothing_fits_and_the_answer_says_so():
    found = matcher.find(a_city([a_row(needs=["destitution"])]), a_query("food"))
    assert [match.service.id for match in found.matches] == ["tea-room"]
    assert [str(text) for text in found.relaxed] == [
        "No place fits exactly. These places help with something close to it."
    ]


def test_then_advice_is_tried():
    found = matcher.find(a_city([a_row(needs=["advice_general"])]), a_query("food"))
    assert [match.service.id for match in found.matches] == ["tea-room"]
    assert "advice" in str(found.relaxed[0])


def test_what_a_service_says_about_whom_it_helps_is_never_set_aside():
    city = a_city([a_row(eligibility=["refugee"])])
    found = matcher.find(city, a_query(stages=("asylum_seeker",)))
    assert not found.matches
    assert [line.id for line in found.helplines] == ["night-line"]
    assert "call" in str(found.relaxed[0])


def test_an_unknown_need_ends_with_lines_too():
    assert matcher.find(a_city(["tea-room"]), a_query("gold")).helplines


@pytest.mark.parametrize(
    ("rows", "query", "asked"),
    [
        pytest.param([], {"needs": ()}, "need", id="nothing is known"),
        pytest.param(
            [a_row("a", eligibility=["refugee"]), a_row("b")], {}, "stage", id="stage decides"
        ),
        pytest.param(
            [a_row(f"{n}-{a.lower()}", area=a) for n in range(3) for a in ("Northend", "Southend")],
            {},
            "place",
            id="place decides",
        ),
        pytest.param([a_row("a"), a_row("b")], {}, None, id="nothing changes anything"),
        pytest.param(
            [a_row("a", area="Northend"), a_row("b", area="Southend")],
            {"place": NORTH},
            None,
            id="all is known",
        ),
    ],
)
def test_the_next_question_is_one_that_changes_the_result(rows, query, asked):
    query = replace(a_query(), **query)
    assert matcher.next_question(a_city(rows), query) == asked


def test_questions_do_not_depend_on_the_hour():
    city = a_city([a_row("a", opening_hours="Mo 09:00-12:00"), a_row("b", area="Southend")])
    asked = {
        matcher.next_question(city, a_query(at=MONDAY_11.replace(hour=hour))) for hour in range(24)
    }
    assert len(asked) == 1


_ROWS = st.builds(
    lambda number, **given: a_row(f"s-{number}", **given),
    number=st.integers(0, 10**6),
    needs=st.lists(st.sampled_from(sorted(NEEDS)), min_size=1, max_size=4, unique=True),
    eligibility=st.lists(st.sampled_from([*STAGES, "anyone"]), max_size=3, unique=True),
    gender=st.sampled_from(["any", "women", "men"]),
    max_age=st.none() | st.integers(10, 60),
    confidence=st.sampled_from(["high", "medium", "low"]),
    audience=st.sampled_from(["public", "workers"]),
    status=st.sampled_from(["open", "full", "paused", "closed", "unknown"]),
    area=st.sampled_from(["Smallville-wide", "Northend", "Southend", "Othertown", "UK-wide"]),
)
_QUERIES = st.builds(
    a_query,
    st.sampled_from(sorted(NEEDS)),
    stages=st.lists(st.sampled_from(STAGES), max_size=2, unique=True).map(tuple),
    gender=st.none() | st.sampled_from(Gender),
    age=st.none() | st.integers(0, 100),
    place=st.none() | st.sampled_from([NORTH, OTHERTOWN]),
)


@given(rows=st.lists(_ROWS, max_size=8, unique_by=lambda row: row["id"]), query=_QUERIES)
def test_whatever_is_asked_nobody_is_sent_to_a_closed_door_or_left_alone(rows, query):
    found = matcher.find(a_city(rows), query, 10)
    assert found.helplines
    for match in found.matches:
        service = match.service
        assert match.reasons
        assert service.status != "closed" and service.audience is Audience.PUBLIC
        assert query.age is None or service.max_age is None or query.age <= service.max_age
        assert {service.gender, query.gender} != {Gender.MEN, Gender.WOMEN}
        stated = set(service.eligibility)
        assert not stated or not query.stages or stated & {*query.stages, "anyone"}


@given(rows=st.lists(_ROWS, max_size=8, unique_by=lambda row: row["id"]), query=_QUERIES)
def test_one_service_is_shown_as_in_the_list(rows, query):
    city = a_city(rows)
    found = {match.service.id: match for match in matcher.find(city, query, 10).matches}
    about = {row["id"] for row in rows if set(row["needs"]) & set(query.needs)}
    for row in rows:
        match = matcher.one(city, query, row["id"])
        if row["id"] in found or row["id"] in about:
            assert match == found.get(row["id"])
    assert matcher.one(city, query, "not-there") is None


def test_one_service_costs_the_same_in_a_large_city():
    cost = []
    for size in (2, 200):
        city = a_city([a_row(f"s{n:03}") for n in range(size)])
        assert matcher.one(city, a_query(), "s001") is not None
        cost.append(calls(lambda city=city: matcher.one(city, a_query(), "s001")))
    assert cost[0] == cost[1]


def test_helplines_may_be_missing_from_a_directory():
    assert matcher.find(a_city(["tea-room"], lines=[], general=()), a_query()).helplines == ()


def test_a_line_about_the_need_comes_before_the_general_one():
    lines = [a_line_row(), a_line_row("debt-line", needs=["debt"])]
    found = matcher.find(a_city([], lines), a_query("debt"))
    assert [line.id for line in found.helplines] == ["debt-line", "night-line"]


_WEIGHTS = st.builds(
    lambda points, need, trust, by: Weights(
        need=need, confidence=trust, by=dict(zip(Way, by, strict=True)), **points
    ),
    points=st.fixed_dictionaries(
        {
            each.name: st.floats(-100, 100)
            for each in fields(Weights)
            if each.name not in {"need", "confidence", "by", "near_m"}
        }
    ),
    need=st.tuples(*[st.floats(-50, 50)] * 6),
    trust=st.tuples(*[st.floats(-50, 50)] * 3),
    by=st.lists(st.floats(-50, 50), min_size=len(Way), max_size=len(Way)),
)
_ANY_ROWS = st.builds(
    lambda number, ages, **given: a_row(
        f"s-{number}", min_age=min(ages, default=None), max_age=max(ages, default=None), **given
    ),
    number=st.integers(0, 10**6),
    ages=st.sampled_from([(), (16, 25), (0, 17), (18, 120), (11, 18), (60, 120)]),
    needs=st.lists(st.sampled_from(["food", "lgbtq", "women"]), min_size=1, unique=True),
    eligibility=st.lists(st.sampled_from([*STAGES, "anyone"]), max_size=3, unique=True),
    gender=st.sampled_from(["any", "women", "men"]),
    status=st.sampled_from(["open", "full", "paused", "closed", "unknown"]),
    audience=st.sampled_from(["public", "workers"]),
    area=st.sampled_from(["Smallville-wide", "Northend", "Othertown"]),
)
_ANYBODY = st.builds(
    a_query,
    st.sampled_from(["food", "lgbtq", "women"]),
    stages=st.lists(st.sampled_from(STAGES), max_size=3, unique=True).map(tuple),
    gender=st.none() | st.sampled_from([Gender.WOMEN, Gender.MEN]),
    age=st.none() | st.integers(0, 100),
    oldest=st.none() | st.integers(100, 110),
    groups=st.lists(st.sampled_from(["lgbtq", "disability"]), unique=True).map(tuple),
    place=st.none() | st.just(NORTH),
    audience=st.sampled_from(Audience),
)


@settings(max_examples=300, deadline=None)
@given(
    rows=st.lists(_ANY_ROWS, max_size=8, unique_by=lambda row: row["id"]),
    query=_ANYBODY,
    weights=_WEIGHTS,
)
def test_excluded_is_excluded_whatever_the_weights(rows, query, weights):
    found = matcher.rank(a_city(rows), query, limit=20, weights=weights)
    for service in (match.service for match in found):
        assert service.status != "closed"
        assert service.audience is Audience.PUBLIC or query.audience is Audience.WORKERS
        assert {service.gender, query.gender} != {Gender.MEN, Gender.WOMEN}
        assert service.area != "Othertown"
        if query.ages is not None:
            assert service.min_age is None or query.ages[1] >= service.min_age
            assert service.max_age is None or query.ages[0] <= service.max_age
        stated = set(service.eligibility)
        assert not stated or not query.stages or stated & {*query.stages, "anyone"}
        assert set(service.needs) & set(query.needs)


FAR = {"lat": 53.771, "lon": -1.501}
NEAR = {"lat": 53.825, "lon": -1.501}
HUNGRY = {"place": NORTH}
WAITING = {"needs": ("legal_immigration",), "place": NORTH, "stages": ("asylum_seeker",)}
LAW = {"needs": ["legal_immigration"]}


@pytest.mark.parametrize(
    ("better", "worse", "query"),
    [
        pytest.param(NEAR, FAR | {"eligibility": ["asylum_seeker"]}, HUNGRY, id="a walk"),
        pytest.param(
            {"channels": ["phone"], "phone": CALLED},
            FAR | {"confidence": "high"},
            HUNGRY,
            id="call",
        ),
        pytest.param({"channels": ["outreach"]}, FAR | {"confidence": "high"}, HUNGRY, id="comes"),
        pytest.param(
            LAW | FAR | {"channels": ["in_person", "phone"], "phone": CALLED},
            LAW | FAR | {"eligibility": ["asylum_seeker"]},
            WAITING,
            id="advice by phone beats a bus, also where the other names the stage",
        ),
        pytest.param(
            LAW | NEAR,
            LAW | FAR | {"eligibility": ["asylum_seeker"], "confidence": "high"},
            WAITING,
            id="a person in asylum housing walks",
        ),
    ],
)
def test_without_a_bus_fare_what_can_be_reached_comes_first(better, worse, query):
    city = a_city([a_row("a-worse", **worse), a_row("b-better", **better)])
    query = a_query(*query.get("needs", ()), **{k: v for k, v in query.items() if k != "needs"})
    assert ids(city, query) == ["b-better", "a-worse"]


def test_who_has_a_fare_is_sent_to_what_fits_best():
    rows = [a_row("far", **LAW, **FAR, eligibility=["refugee"]), a_row("near", **LAW, **NEAR)]
    query = a_query("legal_immigration", place=NORTH, stages=("refugee",))
    assert ids(a_city(rows), query)[0] == "far"


@pytest.mark.parametrize(
    ("better", "worse", "query"),
    [
        pytest.param(
            {"needs": ["food", "disability"]},
            {"confidence": "high"},
            {"groups": ("disability",)},
            id="a group that the person is of",
        ),
        pytest.param(
            {"needs": ["lgbtq", "food"]},
            {"needs": ["debt", "food"]},
            {"groups": ("lgbtq",)},
            id="LGBTQ+ is no danger unasked for who says it",
        ),
        pytest.param(
            {"description": "For who is sleeping rough."},
            {},
            {"topic": "no_bed"},
            id="just what is asked",
        ),
        pytest.param(
            {}, {"description": "Beds when it is going to freeze."}, {}, id="only in frost"
        ),
        pytest.param(
            {"sources": [{"url": "https://x.org", "stated_date": "2026-10"}]},
            {"sources": [{"url": "https://x.org", "stated_date": "2019"}]},
            {},
            id="fresher facts",
        ),
        pytest.param(
            {"verified": "2026-11-01"},
            {"sources": [{"url": "https://x.org", "stated_date": None}]},
            {},
            id="checked by a person",
        ),
        pytest.param({"channels": ["outreach"]}, {}, {"for_self": False}, id="goes out to people"),
        pytest.param({}, {"max_age": 25, "needs": ["food"]}, {}, id="for an age, not stated"),
        pytest.param(
            {"name": "Ukrainian club"},
            {"eligibility": ["other_migrant"]},
            {"language": "uk", "stages": ("other_migrant",)},
            id="the community of one's language",
        ),
        pytest.param(
            {"max_age": 18, "confidence": "low"},
            {"confidence": "high"},
            {"age": 0, "oldest": 17},
            id="for every age that a child may have",
        ),
    ],
)
def test_what_comes_first_for_a_person(better, worse, query):
    city = a_city([a_row("a-worse", **worse), a_row("b-better", **better)])
    assert ids(city, a_query(**query)) == ["b-better", "a-worse"]


def test_help_of_another_community_on_the_side_is_not_shown():
    rows = [
        a_row("club", name="Kurdish house", needs=["community_social", "food"]),
        a_row("food", needs=["food"]),
    ]
    assert ids(a_city(rows), a_query("food", language="ti")) == ["food"]
    assert set(ids(a_city(rows), a_query("food", language="ckb"))) == {"club", "food"}
    assert ids(a_city(rows), a_query("community_social", language="ti")) == ["club"]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"age": 16}, False),
        ({"age": 17}, True),
        ({"groups": ("maternity_children",)}, False),
        ({}, True),
    ],
)
def test_a_university_is_not_for_children(query, shown):
    row = a_row(needs=["schools_education"], description="Free university study.")
    assert bool(ids(a_city([row]), a_query("schools_education", **query))) is shown


def test_the_first_is_within_reach_where_there_is_no_fare():
    rows = [
        a_row("far", needs=["destitution"], eligibility=["refused_asylum_seeker"], **FAR),
        a_row("near", needs=["food"], **NEAR),
    ]
    query = a_query("destitution", "food", place=NORTH, stages=("refused_asylum_seeker",))
    assert ids(a_city(rows), query) == ["near", "far"]


def test_about_a_child_in_danger_only_who_helps_then_is_shown_and_says_so():
    rows = [
        a_row("a-club", needs=["young_people"], confidence="high"),
        a_row("b-duty", needs=["young_people"], description="Call if a child is being hurt."),
    ]
    query = a_query("young_people", topic="child_in_danger")
    assert ids(a_city(rows), query) == ["b-duty"]
    assert why(only(rows[1], query))[0] == "They help when a child is hurt or in danger."


def test_help_with_housing_and_without_a_home_are_one():
    rows = [
        a_row("a", needs=["homelessness"], confidence="high"),
        a_row("b", needs=["housing", "homelessness"], eligibility=["refugee"]),
    ]
    assert ids(a_city(rows), a_query("homelessness", stages=("refugee",))) == ["b", "a"]
