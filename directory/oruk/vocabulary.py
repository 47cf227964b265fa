"""Needs and stages as taxonomies of Open Referral UK: names, meanings, ids. Pure."""

from dataclasses import dataclass
from types import MappingProxyType

from directory.model import ANYONE
from directory.needs import NEEDS
from directory.oruk import ids


@dataclass(frozen=True, slots=True)
class Term:
    """A term of ours: *key* is the need or stage that it stands for."""

    id: str
    key: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A taxonomy of ours; *link_type*: what its terms say about a service."""

    id: str
    name: str
    description: str
    link_type: str
    terms: MappingProxyType[str, Term]  # by key


_NEED_NAMES = {
    "housing": "Housing",
    "homelessness": "Homelessness",
    "destitution": "No money at all",
    "food": "Food",
    "money_benefits": "Money and benefits",
    "debt": "Debt",
    "clothes_furniture": "Clothes and furniture",
    "health_gp": "Health and doctors",
    "mental_health": "Mental health",
    "maternity_children": "Pregnancy, babies and children",
    "legal_immigration": "Immigration law",
    "asylum_support": "Asylum support",
    "family_reunion": "Family reunion",
    "detention_reporting": "Immigration detention and reporting",
    "domestic_abuse": "Domestic abuse",
    "sexual_violence": "Sexual violence",
    "trafficking_forced_labour": "Trafficking and forced labour",
    "fgm": "Female genital mutilation (FGM)",
    "hate_crime": "Hate crime",
    "lgbtq": "LGBTQ+",
    "women": "Women",
    "esol": "English classes (ESOL)",
    "employment": "Work",
    "volunteering": "Volunteering",
    "schools_education": "School, college and courses",
    "young_people": "Young people",
    "older_people": "Older people",
    "disability": "Disability",
    "community_social": "Meeting people",
    "digital_phone_data": "Phones, computers and internet",
    "transport": "Transport",
    "interpreting": "Interpreting",
    "advice_general": "General advice",
}
_STAGE_NAMES = {
    "asylum_seeker": ("Asylum seekers", "For people who have asked for asylum and wait."),
    "refused_asylum_seeker": (
        "Refused asylum seekers",
        "For people whose asylum claim was refused.",
    ),
    "refugee": ("Refugees", "For people with refugee status or another protection."),
    "other_migrant": ("Other migrants", "For people who came to the UK in another way."),
    "nrpf": (
        "No recourse to public funds (NRPF)",
        "For people whose visa or status lets them claim no benefits.",
    ),
    "student": ("Students", "For people on a student visa."),
    ANYONE: ("Anyone", "The service says that it is for everybody."),
}


def _need_terms() -> MappingProxyType[str, Term]:
    return MappingProxyType(
        {
            key: Term(ids.of("need", key), key, _NEED_NAMES[key], need.fit)
            for key, need in NEEDS.items()
        }
    )


def _stage_terms() -> MappingProxyType[str, Term]:
    return MappingProxyType(
        {
            key: Term(ids.of("stage", key), key, name, description)
            for key, (name, description) in _STAGE_NAMES.items()
        }
    )


NEED_TAXONOMY = Vocabulary(
    ids.of("taxonomy", "needs"),
    "Fingerpost needs",
    "What people who are new in a city need, in everyday words.",
    "need",
    _need_terms(),
)
STAGE_TAXONOMY = Vocabulary(
    ids.of("taxonomy", "stages"),
    "Fingerpost stages",
    "For whom a service is, by where somebody's case stands.",
    "eligibility",
    _stage_terms(),
)
OURS = (NEED_TAXONOMY, STAGE_TAXONOMY)
_BY_ID = {term.id: (taxonomy, term) for taxonomy in OURS for term in taxonomy.terms.values()}


def of_ours(term_id: str) -> tuple[Vocabulary, Term] | None:
    """Return the term of ours with this UUID and its taxonomy, None if it is another's."""
    return _BY_ID.get(term_id)
