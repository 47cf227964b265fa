"""Which lines answer, and which never do."""

import pytest

from directory import lines
from directory.model import Gender
from directory.needs import FORCED_MARRIAGE, NEEDS, NO_BED, STAGES
from tests.directory.rows import MONDAY_11, a_city, a_line_row, a_query, a_row


def ids(rows, query, general=()):
    return [line.id for line in lines.choose(a_city([], rows, general), query)]


ABUSE = {"needs": ["domestic_abuse"]}


@pytest.mark.parametrize(
    ("better", "worse", "query"),
    [
        pytest.param({"hours": "24/7"}, {"hours": "Mo 09:00-17:00"}, {}, id="day and night"),
        pytest.param({"hours": "Mo 09:00-17:00"}, {"hours": "Tu 09:00-17:00"}, {}, id="open now"),
        pytest.param({"confidence": "high"}, {"confidence": "medium"}, {}, id="surer"),
        pytest.param({}, {"number": None, "url": "https://x.org"}, {}, id="a number beats a page"),
        pytest.param(
            {}, {"needs": ["housing", "domestic_abuse"]}, {}, id="its first need is the asked one"
        ),
        pytest.param({}, {"description": "For men."}, {}, id="for men, gender not stated"),
        pytest.param(
            {"description": "For men."}, {}, {"gender": Gender.MEN}, id="for men, to a man"
        ),
        pytest.param(
            {},
            {"needs": ["domestic_abuse", "child_protection"]},
            {},
            id="for children, age unknown",
        ),
        pytest.param({}, {"needs": ["domestic_abuse", "lgbtq"]}, {}, id="for one community"),
        pytest.param({}, {"description": "For Jewish people."}, {}, id="for one faith"),
    ],
)
def test_what_comes_first(better, worse, query):
    rows = [a_line_row("a-worse", **(ABUSE | worse)), a_line_row("b-better", **(ABUSE | better))]
    assert ids(rows, a_query("domestic_abuse", **query)) == ["b-better", "a-worse"]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"confidence": "low"}, id="low confidence"),
        pytest.param({"number": None}, id="no number and no page"),
    ],
)
def test_never_shown(row):
    rows = [a_line_row("sure"), a_line_row("not-sure", **row)]
    assert ids(rows, a_query("asylum_support")) == ["sure"]
    assert ids(rows, a_query("gold"), general=("not-sure", "sure")) == ["sure"]


def test_a_line_for_the_other_gender_is_never_shown():
    rows = [a_line_row("anyone", **ABUSE), a_line_row("women", **ABUSE, description="For women.")]
    assert ids(rows, a_query("domestic_abuse", gender=Gender.MEN)) == ["anyone"]
    assert set(ids(rows, a_query("domestic_abuse"))) == {"anyone", "women"}


def test_in_danger_a_line_that_does_not_answer_now_sinks():
    night = MONDAY_11.replace(hour=23)
    rows = [
        a_line_row("a-office", **(ABUSE | {"hours": "Mo-Fr 09:00-17:00"})),
        a_line_row("b-not-stated", **(ABUSE | {"confidence": "medium"})),
    ]
    assert ids(rows, a_query("domestic_abuse"))[0] == "a-office"
    assert ids(rows, a_query("domestic_abuse", at=night))[0] == "b-not-stated"


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ({"topic": FORCED_MARRIAGE}, "marriage"),
        ({"topic": NO_BED}, "anything"),
        ({}, "anything"),
    ],
)
def test_a_line_that_speaks_of_just_what_is_asked_comes_first(query, first):
    rows = [
        a_line_row("anything", **ABUSE, free=True),
        a_line_row(
            "marriage", **(ABUSE | {"confidence": "medium"}), description="Forced marriage."
        ),
    ]
    assert ids(rows, a_query("domestic_abuse", **query))[0] == first


def test_a_short_number_is_listed_once():
    rows = [a_line_row("police", **ABUSE, number="101"), a_line_row("b", **ABUSE, number="101")]
    assert ids(rows, a_query("domestic_abuse")) == ["b"]


def test_lines_for_people_in_another_situation_are_not_shown():
    rows = [
        a_line_row("health", needs=["health"]),
        a_line_row("care", needs=["health"], description="Concern about an adult at risk."),
        a_line_row("rape", needs=["sexual_violence", "health"]),
    ]
    assert ids(rows, a_query("health_gp")) == ["health"]
    assert set(ids(rows, a_query("health_gp", groups=("disability",)))) == {"health", "care"}
    rows = [
        a_line_row("asylum", needs=["asylum_support", "housing"]),
        a_line_row("b", needs=["housing"]),
    ]
    assert ids(rows, a_query("housing", stages=("nrpf",))) == ["b"]
    assert "asylum" in ids(rows, a_query("housing", stages=("refugee",)))


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ({"language": "pl"}, "a-eu"),
        ({"language": "zh-Hant"}, "b-any"),
        ({"stages": ("student",)}, "b-any"),
        ({"stages": ("other_migrant", "nrpf", "student")}, "a-eu"),
    ],
)
def test_a_line_for_eu_citizens_is_for_who_may_be_one(query, first):
    rows = [
        a_line_row("a-eu", needs=["legal_immigration"], description="EU Settlement Scheme."),
        a_line_row("b-any", needs=["legal_immigration"], confidence="medium"),
    ]
    assert ids(rows, a_query("legal_immigration", **query))[0] == first


def test_where_no_line_is_about_what_was_asked_first_a_general_one_comes_first():
    rows = [a_line_row("health", needs=["health"]), a_line_row("advice", needs=["debt"])]
    query = a_query("schools_education", "maternity_children")
    assert ids(rows, query, ("advice",)) == ["advice", "health"]
    rows.append(a_line_row("health-2", needs=["health"]))
    assert ids(rows, query, ("advice",)) == ["advice", "health", "health-2"]


def test_families_get_the_line_for_families():
    rows = [
        a_line_row("a", needs=["housing"]),
        a_line_row("b", needs=["housing"], description="For families with children."),
    ]
    assert ids(rows, a_query("housing"))[0] == "a"
    for query in (a_query("housing", groups=(lines.FAMILY,)), a_query("housing", lines.FAMILY)):
        assert ids(rows, query)[0] == "b"


def test_danger_always_has_the_emergency_line_last_and_once():
    rows = [
        a_line_row("police", needs=["emergency", "domestic_abuse"], number="999"),
        a_line_row("text-999", needs=["emergency"], number=None, text_number="999"),
        *[a_line_row(f"abuse-{n}", **ABUSE) for n in range(5)],
    ]
    assert ids(rows, a_query("domestic_abuse")) == ["abuse-0", "abuse-1", "abuse-2", "police"]
    assert ids(rows, a_query("food"), general=("abuse-0",)) == ["abuse-0"]


def test_under_18_lines_for_children_answer():
    rows = [a_line_row("adults", needs=["housing"]), a_line_row("kids", needs=["child_protection"])]
    assert "kids" in ids(rows, a_query("housing", age=17))
    assert "kids" not in ids(rows, a_query("housing", age=18))


@pytest.mark.parametrize("need", ["domestic_abuse", "fgm", "sexual_violence", "hate_crime"])
@pytest.mark.parametrize("age", [11, 14, 17])
def test_in_danger_a_child_gets_childrens_lines_first(leeds, need, age):
    chosen = [line.id for line in lines.choose(leeds, a_query(need, age=age))]
    assert chosen[0] == "childline"
    assert "child_protection" in next(x for x in leeds.helplines if x.id == chosen[1]).needs
    assert chosen[-1] == "emergency-999"
    assert not {"nhs-low-income-scheme", "leeds-adult-social-care"} & set(chosen)


def test_a_child_who_is_trafficked_gets_the_line_for_that_too(leeds):
    chosen = [line.id for line in lines.choose(leeds, a_query("trafficking_forced_labour", age=15))]
    assert "barnardos-child-trafficking" in chosen[:2]


@pytest.mark.parametrize("need", sorted(NEEDS))
@pytest.mark.parametrize("age", [5, 17])
def test_whatever_a_child_needs_a_line_for_children_is_among_them(leeds, need, age):
    chosen = lines.choose(leeds, a_query(need, age=age))
    assert any("child_protection" in line.needs for line in chosen)
    assert len(chosen) <= 4


def test_a_line_from_an_age_on_is_not_for_younger_people(leeds):
    shown = [line.id for line in lines.choose(leeds, a_query("sexual_violence", age=15))]
    assert "rape-crisis-247" not in shown
    shown = [line.id for line in lines.choose(leeds, a_query("sexual_violence", age=16))]
    assert "rape-crisis-247" in shown


def test_about_a_child_somebody_else_gets_the_line_for_worried_adults():
    rows = [
        a_line_row("a-for-adults", needs=["child_protection"], description="For adults worried."),
        a_line_row("b-for-any", needs=["child_protection"]),
    ]
    for for_self, first in ((True, "b-for-any"), (False, "a-for-adults")):
        assert ids(rows, a_query("fgm", age=12, for_self=for_self))[0] == first


def test_in_danger_one_line_stands_in_for_each_other_need():
    rows = [a_line_row(f"health-{n}", needs=["health"]) for n in range(3)]
    assert ids(rows, a_query("fgm"))[:2] == ["health-0"]


def test_people_with_a_visa_are_not_sent_to_asylum_lines_first():
    rows = [a_line_row("asylum"), a_line_row("advice", needs=["debt"])]
    general = ("asylum", "advice")
    assert ids(rows, a_query("esol"), general) == ["asylum", "advice"]
    assert ids(rows, a_query("esol", stages=("other_migrant",)), general) == ["advice", "asylum"]


@pytest.mark.parametrize("need", sorted(NEEDS))
def test_in_leeds_every_need_has_a_line_at_every_stage(leeds, need):
    for stage in STAGES:
        chosen = lines.choose(leeds, a_query(need, stages=(stage,)))
        assert 1 <= len(chosen) <= 4
        assert all(line.confidence != "low" for line in chosen)


@pytest.mark.parametrize(
    ("need", "given", "line"),
    [
        ("domestic_abuse", {}, "national-domestic-abuse-helpline"),
        ("domestic_abuse", {"gender": Gender.WOMEN}, "national-domestic-abuse-helpline"),
        ("domestic_abuse", {"gender": Gender.MEN}, "mens-advice-line"),
        ("sexual_violence", {}, "rape-crisis-247"),
        ("trafficking_forced_labour", {}, "salvation-army-modern-slavery"),
        ("mental_health", {}, "nhs-111-mental-health"),
        ("health_gp", {}, "nhs-111"),
        ("asylum_support", {}, "migrant-help"),
        ("lgbtq", {}, "galop"),
        ("homelessness", {}, "leeds-housing-options"),
        ("housing", {"stages": ("refused_asylum_seeker",)}, "migrant-help"),
    ],
)
def test_in_leeds_the_first_line_is_the_one_a_caseworker_gives(leeds, need, given, line):
    assert lines.choose(leeds, a_query(need, **given))[0].id == line


OFFICE = "+441132224412"
DAYTIME = {"confidence": "high", "opening_hours": "Mo-Fr 09:30-17:00"}


@pytest.mark.parametrize(
    ("hour", "service", "first"),
    [
        pytest.param(11, {"phone": [{"number": OFFICE, "label": None}]}, "office", id="by day"),
        pytest.param(23, {"phone": [{"number": OFFICE, "label": None}]}, "any", id="at night"),
        pytest.param(
            23,
            {"phone": [{"number": OFFICE, "label": "Evenings and weekends"}]},
            "office",
            id="a number for the night",
        ),
        pytest.param(
            23,
            {"phone": [{"number": OFFICE, "label": None}], "confidence": "low"},
            "office",
            id="hours that nobody could check",
        ),
    ],
)
def test_a_line_whose_service_is_closed_goes_behind_the_others(hour, service, first):
    rows = [
        a_line_row("office", needs=["homelessness"], number=OFFICE),
        a_line_row("any", needs=["homelessness"], number="+441134960000", confidence="medium"),
    ]
    city = a_city([a_row(**(DAYTIME | service))], rows)
    chosen = lines.choose(city, a_query("homelessness", at=MONDAY_11.replace(hour=hour)))
    assert chosen[0].id == first
    assert len(chosen) == 2


def test_in_leeds_at_night_no_number_that_is_closed_comes_first(leeds):
    night = MONDAY_11.replace(hour=23, minute=30)
    chosen = lines.choose(leeds, a_query("homelessness", at=night))
    assert chosen[-1].id == "leeds-housing-options"
    assert chosen[0].id == "leeds-street-outreach"


def test_help_now_has_999_first(leeds):
    found = lines.emergency(leeds)
    assert found[0].number == "999"
    assert all(line.confidence == "high" for line in found)


def test_lines_do_not_change_with_the_minute():
    rows = [a_line_row("a", **ABUSE), a_line_row("b", hours="24/7", **ABUSE)]
    first = {
        tuple(ids(rows, a_query("domestic_abuse", at=MONDAY_11.replace(minute=minute))))
        for minute in range(60)
    }
    assert first == {("b", "a")}
