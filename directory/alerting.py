"""Which news newcomers may ask for, by need and part of the city. Pure.

Whoever holds the phone sees what comes, and the rows say what a chat asked for. So a need may be
asked for only if its mere name, on a screen or in a row, tells nothing of somebody's immigration
status, of violence, of exploitation, of sexual or mental health, or of a condition of health
(special category data, UK GDPR article 9). Every need is decided on in `_NAMES` or `_NEVER`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from directory import flow
from directory.flow import Answers
from directory.needs import NEEDS, WORK_RIGHTS
from directory.packing import chosen
from directory.places import District, Gazetteer
from directory.questions import SKIP, Slot
from locales.errors import N_

ANYWHERE = ""  # the district of an alert for the whole city
MOST = 10  # alerts of a chat
KEPT = timedelta(days=180)  # then an alert ends by itself
_LONGEST_DISTRICT = 8  # characters of a district's id that are kept

# What may be asked for, most asked for first, with its name on a screen. Everybody needs a
# place to live, food, a doctor: that somebody looks for one tells none of the above.
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "food": N_("Food"),
        "homelessness": N_("A place to sleep"),
        "housing": N_("A place to live"),
        "clothes_furniture": N_("Clothes or furniture"),
        "money_benefits": N_("Benefits, bills or debt"),
        "debt": N_("Debt"),
        "health_gp": N_("A doctor, nurse or dentist"),
        "esol": N_("Learn English"),
        "employment": N_("Work"),
        "schools_education": N_("School, college, children"),
        "digital_phone_data": N_("Phone or internet"),
        "transport": N_("Bus and train"),
        "interpreting": N_("Interpreters"),
        "community_social": N_("Meet people"),
        "volunteering": N_("Volunteering"),
        "young_people": N_("Young people"),
        "older_people": N_("Older people"),
        "advice_general": N_("Advice"),
    }
)

# What may never be asked for, and what its name would tell.
_NEVER: Mapping[str, str] = MappingProxyType(
    {
        "destitution": "immigration status: most help in it is for people refused asylum",
        "legal_immigration": "immigration status",
        "asylum_support": "immigration status",
        "family_reunion": "immigration status: who may bring a family is a refugee",
        "detention_reporting": "immigration status",
        "domestic_abuse": "violence",
        "sexual_violence": "violence",
        "trafficking_forced_labour": "exploitation",
        "fgm": "violence",
        "hate_crime": "violence",
        "lgbtq": "sexual orientation",
        "women": "violence: much help for women only is for those who flee it",
        "mental_health": "mental health",
        "maternity_children": "sexual health: a pregnancy",
        "disability": "a condition of health",
    }
)


@dataclass(frozen=True, slots=True)
class Alert:
    """What a chat wants to hear of: a need in a district (`district_code`) or `ANYWHERE`.

    *created_on*: when it was asked for, the last time.
    """

    need: str
    district: str
    created_on: date

    @property
    def ends_on(self) -> date:
        """Return the last day on which something may come because of it."""
        return self.created_on + KEPT


def alertable() -> tuple[str, ...]:
    """Return the needs about which newcomers may ask for news, most asked for first.

    Never one that is marked as danger, whatever is decided above.
    """
    return tuple(need for need in _NAMES if not NEEDS[need].danger)


def name(need: str) -> str:
    """Return what an alertable *need* is called on a screen, in English from the catalogue.

    Raises:
        KeyError: nobody may ask for news about it.
    """
    return _NAMES[need]


def refused() -> Mapping[str, str]:
    """Return the needs that nobody may ask for, each with what its name would tell."""
    return _NEVER


def fits(alert: Alert, needs: Collection[str], districts: Collection[str]) -> bool:
    """Say whether news about *needs* in *districts* is what *alert* asks for; none means all."""
    in_need = not needs or alert.need in needs
    return in_need and (not districts or alert.district in {*districts, ANYWHERE})


def wanted(answers: Answers) -> str | None:
    """Return the need of which somebody with these answers may be offered news, else None.

    Not where the answers are about danger, nor about bad treatment at work (exploitation).
    """
    need = flow.main_need(answers)
    if flow.is_sensitive(answers) or need not in alertable():
        return None
    details = (chosen(answers, slot) for slot in (Slot.DETAIL, Slot.MORE))
    return None if WORK_RIGHTS in {each.topic for each in details if each} else need


def district_code(district: District) -> str:
    """Return what is kept of *district* in an alert: the first 8 characters of its id.

    `bot.pack` refuses a pack in which two districts have the same.
    """
    return district.id[:_LONGEST_DISTRICT]


def district(gazetteer: Gazetteer, code: str) -> District | None:
    """Return the district that `district_code` made *code* of; None if there is none."""
    return next((each for each in gazetteer.districts if district_code(each) == code), None)


def district_of(answers: Answers, gazetteer: Gazetteer) -> District | None:
    """Return the district in which the answers are; None where they name none, or all of them."""
    key = answers.of(Slot.PLACE)
    place = None if key is None or key == SKIP else gazetteer.by_key(key)
    if place is None:
        return None
    outcode = gazetteer.outcode_of(place)
    return next(
        (each for each in gazetteer.districts if each.id == place.key or outcode in each.outcodes),
        None,
    )
