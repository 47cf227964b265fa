"""The questions of the guide as data. Pure.

Changing anything here that gives an old button another meaning needs a new version letter
in `directory.flow`; a test compares the two.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from directory.model import Gender, Query
from directory.needs import CHILD_IN_DANGER, FORCED_MARRIAGE, NEEDS, NO_BED, WORK_RIGHTS
from locales.errors import N_

SKIP = "0"  # the code of "Not sure" and "Skip" in every question


class Slot(StrEnum):
    """Which answer a question asks for."""

    NEED = "need"
    SAFE = "safe"
    DETAIL = "detail"
    MORE = "more"  # a detail of a detail
    STAGE = "stage"
    PLACE = "place"
    WHO = "who"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: its button (English), and what it means for the search.

    *code*: one character, in the button's data for years. *needs*: what is searched for
    once nothing more precise is known. *danger*: asks first whether reading is safe.
    *details*: the question that follows from it. The others are fields of `Query`; *ages*:
    the youngest and the oldest that the person may be.
    """

    code: str
    label: str
    needs: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    details: tuple["Choice", ...] = ()
    danger: bool = False
    gender: Gender | None = None
    ages: tuple[int, int] | None = None
    groups: tuple[str, ...] = ()
    for_self: bool = True
    topic: str | None = None
    lines: tuple[str, ...] = ()


def applied(query: Query, choice: Choice) -> Query:
    """Return *query* with what *choice* says; what it does not say stays."""
    age, oldest = choice.ages or (query.age, query.oldest)
    return replace(
        query,
        needs=choice.needs or query.needs,
        stages=choice.stages or query.stages,
        gender=choice.gender or query.gender,
        age=age,
        oldest=oldest,
        groups=(*query.groups, *choice.groups),
        for_self=query.for_self and choice.for_self,
        topic=choice.topic or query.topic,
        lines=choice.lines or query.lines,
    )


NOT_SURE = N_("Not sure")

NEED_TEXT = N_("What do you need?")
NEED_WHY = N_("Press what fits best. You can go back at any time.")

SAFE_TEXT = N_("Is it safe for you to read about this now?")
SAFE_WHY = N_("Somebody who sees your phone could read this chat. You can come back later.")
SAFE_YES = "1"
SAFE_CHOICES = (Choice(SAFE_YES, N_("Yes")), Choice(SKIP, N_("Not now")))

DETAIL_TEXT = N_("Which is most like what you need?")
DETAIL_WHY = N_("Then I can show the right places first.")

STAGE_TEXT = N_("Which is most like you?")
STAGE_WHY = N_("Some places help only people at one of these stages. I do not keep your answer.")
STAGE_CHOICES = (
    Choice("1", N_("I wait for an asylum answer"), stages=("asylum_seeker",)),
    Choice("2", N_("I was accepted as a refugee"), stages=("refugee",)),
    Choice("3", N_("My asylum claim was refused"), stages=("refused_asylum_seeker",)),
    Choice("4", N_("Visa, EU, or no papers"), stages=("other_migrant", "nrpf", "student")),
    Choice(SKIP, NOT_SURE),
)

PLACE_TEXT = N_("Where in the city are you? Press an area.")
PLACE_WHY = N_("I can show what is near you. I do not keep your postcode.")
PLACE_SKIP = N_("Skip")

WHO_TEXT = N_("Who is it for?")
WHO_WHY = N_("Some places help only adults, only children or only families.")
WHO_CHOICES = (
    Choice("1", N_("Me")),
    Choice("2", N_("Me and my children"), groups=("maternity_children",)),
    Choice("3", N_("A child or young person"), ages=(0, 17), for_self=False),
    Choice("4", N_("Someone else"), for_self=False),
    Choice(SKIP, NOT_SURE),
)

PERSON_TEXT = N_("Is one of these true for you?")
PERSON_WHY = N_("Some places are only for these people. I do not keep your answer.")
PERSON_CHOICES = (
    Choice("1", N_("I am a woman"), gender=Gender.WOMEN),
    Choice("2", N_("I am LGBTQ+"), groups=("lgbtq",)),
    Choice("3", N_("I am under 25"), ages=(11, 24)),
    Choice("4", N_("I have a disability"), groups=("disability",)),
    Choice(SKIP, N_("None of these, or not sure")),
)

_IN_DANGER = (
    Choice(
        "1",
        N_("At home or in my family"),
        ("domestic_abuse",),
        details=(
            Choice("1", N_("Someone hurts or controls me")),
            Choice("2", N_("Someone forces me to marry"), topic=FORCED_MARRIAGE),
            Choice("3", N_("Cutting of girls (FGM)"), ("fgm",)),
            Choice(
                "4",
                N_("A child is in danger"),
                ("young_people", "maternity_children"),
                ages=(0, 17),
                for_self=False,
                topic=CHILD_IN_DANGER,
                lines=("child_protection", "emergency"),
            ),
            Choice(SKIP, NOT_SURE),
        ),
    ),
    Choice("2", N_("Sexual violence"), ("sexual_violence",)),
    Choice("3", N_("Forced to work, or trafficked"), ("trafficking_forced_labour",)),
    Choice("4", N_("Attacked for who I am"), ("hate_crime",)),
    Choice(SKIP, NOT_SURE, ("domestic_abuse", "trafficking_forced_labour", "hate_crime")),
)

NEED_CHOICES = (
    Choice(
        "5", N_("In danger, or someone hurts me"), ("domestic_abuse",), (), _IN_DANGER, danger=True
    ),
    Choice(
        "1",
        N_("A place to live"),
        ("housing", "homelessness", "advice_general"),
        details=(
            Choice("1", N_("I have no place to sleep"), ("homelessness", "housing"), topic=NO_BED),
            Choice("2", N_("I may lose my home"), ("housing", "homelessness")),
            Choice("3", N_("A problem in asylum housing"), ("asylum_support",)),
            Choice("4", N_("I look for a home"), ("housing",)),
            Choice(SKIP, NOT_SURE),
        ),
    ),
    Choice(
        "2",
        N_("Money, food or things"),
        ("food", "money_benefits", "destitution"),
        details=(
            Choice("1", N_("Food, or no money at all"), ("food", "destitution")),
            Choice("2", N_("Benefits, bills or debt"), ("money_benefits", "debt")),
            Choice("3", N_("Clothes or furniture"), ("clothes_furniture",)),
            Choice("4", N_("Phone or internet"), ("digital_phone_data",)),
            Choice(SKIP, NOT_SURE),
        ),
    ),
    Choice(
        "3",
        N_("Health or feelings"),
        ("health_gp", "mental_health"),
        details=(
            Choice("1", N_("A doctor, nurse or dentist"), ("health_gp",)),
            Choice("2", N_("Sad, scared, cannot sleep"), ("mental_health",)),
            Choice("3", N_("Pregnant or a new baby"), ("maternity_children",), gender=Gender.WOMEN),
            Choice("4", N_("Disability, old age, caring"), ("disability", "older_people")),
            Choice(SKIP, NOT_SURE),
        ),
    ),
    Choice(
        "4",
        N_("Papers, rights, a lawyer"),
        ("legal_immigration", "asylum_support"),
        details=(
            Choice("1", N_("A lawyer for my case"), ("legal_immigration",)),
            Choice("2", N_("Help with asylum"), ("asylum_support",)),
            Choice("3", N_("My family to join me"), ("family_reunion",)),
            Choice("4", N_("A letter, form or my rights"), ("advice_general",)),
            Choice(SKIP, NOT_SURE),
        ),
    ),
    Choice(
        "6",
        N_("Something else"),
        ("advice_general",),
        details=(
            Choice("1", N_("Learn English"), ("esol",)),
            Choice(
                "2",
                N_("Work"),
                ("employment",),
                details=(
                    Choice("1", N_("I look for work")),
                    Choice(
                        "2",
                        N_("Not paid, or treated badly at work"),
                        ("advice_general", "employment"),
                        topic=WORK_RIGHTS,
                    ),
                    Choice(SKIP, NOT_SURE, ("employment", "advice_general")),
                ),
            ),
            Choice("3", N_("School, college, children"), ("schools_education", "young_people")),
            Choice("4", N_("Meet people"), ("community_social", "volunteering")),
            Choice(SKIP, N_("Not sure, or other")),
        ),
    ),
)

# What free text can ask for: a need of its own, with a code that stays for good. New needs
# go to the end; nothing is ever taken away or moved. Letters, so that they never meet the
# digits of the buttons above.
_CODES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SEARCHED = (
    *("housing", "homelessness", "destitution", "food", "money_benefits", "debt"),
    *("clothes_furniture", "health_gp", "mental_health", "maternity_children"),
    *("legal_immigration", "asylum_support", "family_reunion", "detention_reporting"),
    *("domestic_abuse", "sexual_violence", "trafficking_forced_labour", "fgm", "hate_crime"),
    *("lgbtq", "women", "esol", "employment", "volunteering", "schools_education"),
    *("young_people", "older_people", "disability", "community_social"),
    *("digital_phone_data", "transport", "interpreting", "advice_general"),
)
_SEARCHED_CHOICES = tuple(
    Choice(code, NEEDS[need].fit, (need,), danger=NEEDS[need].danger)
    for code, need in zip(_CODES, SEARCHED, strict=False)
)
_BY_CODE = MappingProxyType({choice.code: choice for choice in (*NEED_CHOICES, *_SEARCHED_CHOICES)})


def need_choice(code: str | None) -> Choice | None:
    """Return the need that *code* means, of a button or of free text; None if it means none."""
    return None if code is None else _BY_CODE.get(code)


def searched_choice(need: str) -> Choice:
    """Return the choice that stands for *need* found in free text.

    Raises:
        KeyError: it is not one of the needs.
    """
    if need not in SEARCHED:
        raise KeyError(need)
    return _SEARCHED_CHOICES[SEARCHED.index(need)]
