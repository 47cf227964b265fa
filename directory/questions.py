"""The questions of the guide as data. Pure.

Changing anything here that gives an old button another meaning needs a new version letter
in `directory.flow`; a test compares the two.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from directory.needs import NEEDS
from locales.errors import N_

SKIP = "0"  # the code of "Not sure" and "Skip" in every question


class Slot(StrEnum):
    """Which answer a question asks for, in the order of asking."""

    NEED = "need"
    SAFE = "safe"
    DETAIL = "detail"
    STAGE = "stage"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: its button (English), and what it means for the search.

    *code*: one character, in the button's data for years. *needs*: what is searched for
    once nothing more precise is known. *danger*: asks first whether reading is safe.
    *women*: what is searched for is mostly for women, whoever asks.
    """

    code: str
    label: str
    needs: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    details: tuple["Choice", ...] = ()
    danger: bool = False
    women: bool = False


NOT_SURE = N_("Not sure")

NEED_TEXT = N_("What do you need?")
NEED_WHY = N_("Press what is nearest. You can go back at any time.")

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

NEED_CHOICES = (
    Choice(
        "1",
        N_("A place to live"),
        ("housing", "homelessness", "advice_general"),
        details=(
            Choice("1", N_("I have no place to sleep"), ("homelessness", "housing")),
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
            Choice("3", N_("Pregnant or a new baby"), ("maternity_children",), women=True),
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
        "5",
        N_("Someone hurts or controls me"),
        ("domestic_abuse",),
        danger=True,
        details=(
            Choice("1", N_("At home or in my family"), ("domestic_abuse",)),
            Choice("2", N_("Sexual violence or cutting"), ("sexual_violence", "fgm")),
            Choice("3", N_("Forced to work, or trafficked"), ("trafficking_forced_labour",)),
            Choice("4", N_("Attacked for who I am"), ("hate_crime",)),
            Choice(
                SKIP,
                NOT_SURE,
                ("domestic_abuse", "trafficking_forced_labour", "hate_crime"),
            ),
        ),
    ),
    Choice(
        "6",
        N_("Something else"),
        ("advice_general",),
        details=(
            Choice("1", N_("Learn English"), ("esol",)),
            Choice("2", N_("Work"), ("employment",)),
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
