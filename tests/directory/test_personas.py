"""People whom a caseworker would know where to send: does the first screen say the same?

Each persona is made up. *top* must be first, in this order; *expected* must be among the
first three; *not_first* must not be among them; *never* must not be shown at all. Facts
are those of the Leeds pack (2026-11).
"""

from dataclasses import dataclass, field
from typing import Any

import pytest

from directory import matcher
from directory.model import Gender
from tests.directory.rows import a_query


@dataclass(frozen=True)
class Persona:
    name: str
    needs: tuple[str, ...]
    expected: tuple[str, ...]
    never: tuple[str, ...] = ()
    near: str | None = None
    top: tuple[str, ...] = ()
    not_first: tuple[str, ...] = ()
    given: dict[str, Any] = field(default_factory=dict)


REFUSED: dict[str, Any] = {"stages": ("refused_asylum_seeker",)}
WAITING: dict[str, Any] = {"stages": ("asylum_seeker",)}
REFUGEE: dict[str, Any] = {"stages": ("refugee",)}
VISA: dict[str, Any] = {"stages": ("other_migrant", "nrpf", "student")}  # one button
WOMAN: dict[str, Any] = {"gender": Gender.WOMEN}
MAN: dict[str, Any] = {"gender": Gender.MEN}

PERSONAS = [
    Persona(
        "refused, no home, in Burmantofts",
        ("housing",),
        ("ledas-housing", "migrant-help-asylum-helpline"),
        never=("lcc-refugee-rehousing", "abigail-housing-destitution", "our-way-leeds"),
        near="LS9",
        given=REFUSED,
    ),
    Persona(
        "refused, no home, no money",
        ("homelessness", "housing"),
        ("ledas-housing",),
        never=("abigail-housing-destitution", "st-georges-crypt-beds"),
        given=REFUSED,
    ),
    Persona(
        "just accepted, must leave asylum housing",
        ("housing",),
        ("lcc-refugee-rehousing",),
        never=("ledas-housing",),
        given=REFUGEE,
    ),
    Persona(
        "waiting, problem with the asylum house",
        ("asylum_support", "housing"),
        ("migrant-help-asylum-helpline",),
        never=("lcc-refugee-rehousing", "palm-cove-society"),
        given=WAITING,
    ),
    Persona(
        "nobody knows the stage, no home", ("homelessness", "housing"), ("leeds-housing-options",)
    ),
    Persona(
        "alone, 17, asked for asylum",
        ("housing",),
        ("our-way-leeds",),
        given=WAITING | {"age": 17},
    ),
    Persona(
        "30, asked for asylum",
        ("housing",),
        (),
        never=("our-way-leeds",),
        given=WAITING | {"age": 30},
    ),
    Persona(
        "woman hurt at home",
        ("domestic_abuse",),
        ("leeds-domestic-abuse-helpline", "leeds-womens-aid-refuge"),
        given=WOMAN,
    ),
    Persona(
        "man hurt at home",
        ("domestic_abuse",),
        ("leeds-domestic-abuse-helpline", "behind-closed-doors"),
        never=("leeds-womens-aid-refuge", "shantona"),
        given=MAN,
    ),
    Persona(
        "woman after rape",
        ("sexual_violence",),
        ("hazlehurst-sarc", "rape-crisis-24-7-line"),
        given=WOMAN,
    ),
    Persona(
        "man after rape",
        ("sexual_violence",),
        ("hazlehurst-sarc", "rape-crisis-24-7-line"),
        never=("sarsvl", "basis-yorkshire", "joanna-project"),
        given=MAN,
    ),
    Persona("forced to work", ("trafficking_forced_labour",), ("modern-slavery-helpline",)),
    Persona(
        "woman who was cut", ("fgm",), ("blossom-fgm-clinic", "leeds-perinatal-fgm"), given=WOMAN
    ),
    Persona(
        "girl of 16 who was cut", ("fgm",), (), never=("blossom-fgm-clinic",), given={"age": 16}
    ),
    Persona("insulted in the street", ("hate_crime",), ("leeds-hate-crime-council",)),
    Persona("hungry in Harehills", ("food",), ("st-aidans-saturday-food",), near="Harehills"),
    Persona("hungry in Beeston", ("food",), ("foodcycle-beeston",), near="LS11 8PN"),
    Persona("hungry in Seacroft", ("food",), ("foodcycle-seacroft",), near="LS14"),
    Persona("hungry in Armley", ("food",), ("leeds-city-mission-armley",), near="Armley"),
    Persona(
        "hungry, not a worker",
        ("food",),
        (),
        never=("soup-and-more", "st-annes-evening-food", "holbeck-foodbank"),
        near="LS7",
    ),
    Persona("refused, no money", ("destitution",), ("pafras-drop-in",), given=REFUSED),
    Persona("no public money", ("destitution",), ("ledas-housing",), given={"stages": ("nrpf",)}),
    Persona(
        "refugee in Richmond Hill who learns English",
        ("esol",),
        ("st-vincents-leeds-esol-advice",),
        near="LS9 9",
        given=REFUGEE,
    ),
    Persona(
        "woman in Beeston who learns English",
        ("esol",),
        ("asha-neighbourhood-project",),
        near="LS11",
        given=WOMAN,
    ),
    Persona(
        "man in Beeston who learns English",
        ("esol",),
        (),
        never=("asha-neighbourhood-project",),
        near="LS11",
        given=MAN,
    ),
    Persona(
        "waiting, needs a lawyer",
        ("legal_immigration",),
        ("manuel-bravo-project",),
        never=("refugee-rights-hub-sheffield",),
        given=WAITING,
    ),
    Persona(
        "refugee, needs a lawyer",
        ("legal_immigration",),
        ("isonharrison-immigration", "truth-legal-immigration"),
        never=("manuel-bravo-project",),
        given=REFUGEE,
    ),
    Persona("waiting, feels bad", ("mental_health",), ("solace-therapy",), given=WAITING),
    Persona("feels bad", ("mental_health",), ("nhs-111-mental-health",)),
    Persona(
        "12, feels bad",
        ("mental_health",),
        ("mindmate-spa",),
        never=("leeds-mental-wellbeing-service", "rape-crisis-24-7-line"),
        given={"age": 12},
    ),
    Persona(
        "40, feels bad",
        ("mental_health",),
        (),
        never=("mindmate-spa", "getaway-girls"),
        given={"age": 40},
    ),
    Persona("waiting, ill", ("health_gp",), ("bevan-york-street",), given=WAITING),
    Persona("ill", ("health_gp",), ("bevan-york-street",)),
    Persona(
        "refused, ill: nothing about danger unasked",
        ("health_gp",),
        ("nhs-111-mental-health",),
        never=("bevan-york-street",),
        given=REFUSED,
    ),
    Persona(
        "pregnant and waiting", ("maternity_children",), ("haamla-midwives",), given=WAITING | WOMAN
    ),
    Persona(
        "refugee whose family is abroad",
        ("family_reunion",),
        ("pafras-young-and-family",),
        never=("refugee-rights-hub-sheffield",),
        given=REFUGEE,
    ),
    Persona("child without a school", ("schools_education",), ("leeds-school-admissions",)),
    Persona(
        "waiting, wants to study",
        ("schools_education",),
        ("leeds-university-sanctuary-scholarship", "ucleeds-cares"),
        given=WAITING,
    ),
    Persona("refugee who looks for work", ("employment",), ("retas-leeds",), given=REFUGEE),
    Persona(
        "Kurdish and alone",
        ("community_social",),
        ("kurdish-house-leeds",),
        given={"language": "ckb"},
    ),
    Persona(
        "Ukrainian and alone", ("community_social",), ("augb-leeds",), given={"language": "uk"}
    ),
    Persona(
        "waiting and alone",
        ("community_social",),
        ("leeds-refugee-forum", "lassn-befriending"),
        given=WAITING,
    ),
    Persona("no phone data", ("digital_phone_data",), ("groundwork-morley-free-sim",)),
    Persona("waiting, no phone", ("digital_phone_data",), ("solidaritech",), given=WAITING),
    Persona("in debt", ("debt",), ("money-buddies",)),
    Persona("benefits, in Seacroft", ("money_benefits",), ("hub-seacroft",), near="LS14 6"),
    Persona(
        "advice, in Harehills", ("advice_general",), ("hub-compton-harehills",), near="Harehills"
    ),
    Persona(
        "refugee without a bus ticket",
        ("transport",),
        ("leeds-bike-mill-refugee-bikes",),
        given=REFUGEE,
    ),
    Persona("70 and alone", ("older_people",), ("age-uk-leeds",), given={"age": 70}),
    Persona("gay and looking for people", ("lgbtq",), ("mesmac-leeds",)),
    Persona(
        "baby without clothes",
        ("maternity_children", "clothes_furniture"),
        ("leeds-school-uniform-exchange",),
    ),
    Persona(
        "girl of 15",
        ("young_people",),
        ("getaway-girls",),
        never=("our-way-leeds",),
        given={"age": 15} | WOMAN,
    ),
    Persona(
        "has to report",
        ("detention_reporting",),
        ("home-office-reporting-waterside-court",),
        given=REFUSED,
    ),
    Persona(
        "refused, in Bradford",
        ("housing",),
        ("abigail-housing-destitution",),
        near="Bradford",
        given=REFUSED,
    ),
    Persona(
        "refused, needs a doctor or dentist",
        ("health_gp",),
        (),
        not_first=("leeds-hiv-testing-skyline-mesmac", "leeds-sexual-health"),
        top=("urgent-dentist-nhs-111",),
        given=REFUSED,
    ),
    Persona(
        "visa, no place to sleep",
        ("homelessness", "housing"),
        ("leeds-housing-options",),
        not_first=("leeds-law-school-clinics",),
        given=VISA,
    ),
    *[
        Persona(
            f"{stage}, looks for a home",
            ("housing",),
            (),
            top=("leeds-housing-options",),
            not_first=("leeds-severe-weather-beds", "leeds-law-school-clinics"),
            given={"stages": (stage,)},
        )
        for stage in ("other_migrant", "student")
    ],
    Persona(
        "woman with children hurt at home, no public money",
        ("domestic_abuse", "maternity_children"),
        (),
        top=("leeds-domestic-abuse-helpline", "leeds-womens-aid-refuge", "behind-closed-doors"),
        given=WOMAN | {"stages": ("nrpf",)},
    ),
    Persona(
        "woman with children hurt at home, refused",
        ("maternity_children", "domestic_abuse"),
        (),
        top=("leeds-domestic-abuse-helpline", "leeds-womens-aid-refuge"),
        given=WOMAN | REFUSED,
    ),
    Persona(
        "pregnant, refused",
        ("maternity_children",),
        (),
        top=("haamla-midwives",),
        not_first=("leeds-school-admissions",),
        given=REFUSED | WOMAN,
    ),
    *[
        Persona(f"gay, {stage}", ("lgbtq",), (), top=("mesmac-leeds",), given={"stages": (stage,)})
        for stage in ("asylum_seeker", "refugee", "refused_asylum_seeker")
    ],
    Persona(
        "visa, cannot sleep",
        ("mental_health",),
        ("nhs-111-mental-health", "leeds-mental-wellbeing-service"),
        not_first=("st-vincents-leeds-esol-advice",),
        given=VISA,
    ),
    Persona(
        "refused and alone, not Kurdish",
        ("community_social",),
        (),
        not_first=("kurdish-house-leeds",),
        given=REFUSED,
    ),
    Persona(
        "14, feels bad: a service for children first",
        ("mental_health",),
        (),
        top=("mindmate-spa",),
        given={"age": 14},
    ),
    Persona(
        "17, no home: a service for this age first",
        ("homelessness",),
        (),
        top=("our-way-leeds",),
        given={"age": 17},
    ),
]


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.name)
def test_persona(persona, leeds):
    place = None if persona.near is None else leeds.gazetteer.find(persona.near)
    assert (place is None) == (persona.near is None)
    query = a_query(*persona.needs, place=place, **persona.given)
    shown = [match.service.id for match in matcher.rank(leeds, query, limit=200)]
    assert tuple(shown[: len(persona.top)]) == persona.top, shown[:6]
    assert set(persona.expected) <= set(shown[:3]), shown[:6]
    assert not set(persona.not_first) & set(shown[:3]), shown[:6]
    assert not set(persona.never) & set(shown)
