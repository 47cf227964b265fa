"""The needs and stages that services are sorted by, in everyday words. Pure.

The words are those of the published data set; a pack may use these and no others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from directory.model import Service
from locales.errors import N_


@dataclass(frozen=True, slots=True)
class Need:
    """One need: what a service that meets it does, and what to try next.

    *words*: everyday words that tell who does just this from others who do this and that.
    *fit* is the sentence of a result's first reason. *close*: needs to look at when no
    service meets this one. *lines*: the needs of helplines that fit, best first.
    *danger*: a screen about it could harm somebody who is being watched. *topics*: what
    helplines about it may speak of instead of naming the need.
    """

    id: str
    fit: str
    close: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    danger: bool = False
    words: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question is about more closely than any need.

    *words*: by which services and helplines tell that they are about just this, in lower
    case. *fit*: what such a service does, where the need's own sentence does not say it.
    *alone*: services that do not speak of it are not shown.
    """

    words: tuple[str, ...]
    fit: str | None = None
    alone: bool = False


FORCED_MARRIAGE, NO_BED, WORK_RIGHTS = "forced_marriage", "no_bed", "work_rights"
CHILD_IN_DANGER = "child_in_danger"
TOPICS = MappingProxyType(
    {
        FORCED_MARRIAGE: Topic(("forced marriage", "forced to marry", "honour-based")),
        NO_BED: Topic(
            (
                *("sleep outside", "sleeping rough", "nowhere to stay"),
                *("nowhere safe to sleep", "emergency beds"),
            )
        ),
        WORK_RIGHTS: Topic(("rights at work",)),
        CHILD_IN_DANGER: Topic(
            ("child is being hurt", "child is in danger", "worried about a child"),
            N_("They help when a child is hurt or in danger."),
            alone=True,
        ),
    }
)

FGM = "fgm"
EMERGENCY = "emergency"  # a need that only helplines have
CHILDREN = "child_protection"  # the same
CHILD = 18  # under this age lines for children come in
GENERAL = "advice_general"  # the need that is close to every other

_NEEDS = (
    Need(
        "housing",
        N_("They can help with housing."),
        ("homelessness",),
        ("housing", "homelessness"),
    ),
    Need(
        "homelessness",
        N_("They help people who have no home or may lose it."),
        ("housing", "destitution"),
        ("homelessness", "housing"),
    ),
    Need(
        "destitution",
        N_("They help people who have no money."),
        ("food", "money_benefits", "clothes_furniture", "homelessness"),
        ("asylum_support", "homelessness"),
    ),
    Need("food", N_("They give food."), ("destitution",), ("asylum_support",)),
    Need(
        "money_benefits",
        N_("They can help with money and benefits."),
        ("debt", "destitution"),
        ("debt",),
        words=("benefit", "benefits", "grant", "grants", "voucher", "vouchers", "welfare"),
    ),
    Need("debt", N_("They can help with debt."), ("money_benefits",), ("debt",)),
    Need(
        "clothes_furniture",
        N_("They can help with clothes or furniture."),
        ("destitution", "maternity_children"),
    ),
    Need(
        "health_gp",
        N_("They can help with your health."),
        ("mental_health",),
        ("health",),
        words=("doctor", "doctors", "GP", "nurse", "nurses", "dentist"),
    ),
    Need(
        "mental_health",
        N_("They help people who feel very sad, worried or scared."),
        ("health_gp",),
        ("mental_health_crisis",),
    ),
    Need(
        "maternity_children",
        N_("They help with pregnancy, babies or children."),
        ("health_gp", "schools_education", "clothes_furniture"),
        ("health",),
    ),
    Need(
        "legal_immigration",
        N_("They give legal help with immigration and asylum."),
        ("asylum_support",),
        ("asylum_support", "legal_immigration"),
    ),
    Need(
        "asylum_support",
        N_("They help people who ask for asylum."),
        ("legal_immigration",),
        ("asylum_support",),
    ),
    Need(
        "family_reunion",
        N_("They help to bring families together."),
        ("legal_immigration", "asylum_support"),
        ("missing_family", "asylum_support", "legal_immigration"),
    ),
    Need(
        "detention_reporting",
        N_("This is about visits to the Home Office that you must make, or about detention."),
        ("legal_immigration", "asylum_support"),
        ("asylum_support", "legal_immigration"),
    ),
    Need(
        "domestic_abuse",
        N_("They help when somebody at home hurts or controls you."),
        ("women", "sexual_violence"),
        ("domestic_abuse", "emergency"),
        danger=True,
    ),
    Need(
        "sexual_violence",
        N_("They help after rape or sexual abuse."),
        ("women", "domestic_abuse"),
        ("sexual_violence", "emergency"),
        danger=True,
    ),
    Need(
        "trafficking_forced_labour",
        N_("They help when somebody forces you to work or controls you."),
        ("legal_immigration",),
        ("trafficking_forced_labour", "emergency"),
        danger=True,
    ),
    Need(
        FGM,
        N_("They help girls and women who were cut, or may be cut (FGM)."),
        ("women", "sexual_violence", "health_gp"),
        ("fgm", "health", "child_protection", "emergency"),
        danger=True,
    ),
    Need(
        "hate_crime",
        N_("They help when somebody attacks or insults you because of who you are."),
        ("legal_immigration",),
        ("hate_crime", "emergency"),
        danger=True,
    ),
    Need(
        "lgbtq",
        N_("They help LGBTQ+ people."),
        ("community_social", "mental_health"),
        ("lgbtq",),
        danger=True,
    ),
    Need("women", N_("They help women."), ("community_social",), ()),
    Need("esol", N_("They can help you learn English."), ("schools_education",)),
    Need(
        "employment",
        N_("They can help with work."),
        ("volunteering", "schools_education"),
        topics=(WORK_RIGHTS,),
    ),
    Need("volunteering", N_("You can volunteer there."), ("community_social", "employment")),
    Need(
        "schools_education",
        N_("They can help with school, college or courses."),
        ("esol", "young_people"),
    ),
    Need(
        "young_people",
        N_("They help young people."),
        ("schools_education", "community_social"),
    ),
    Need("older_people", N_("They help older people."), ("disability", "community_social")),
    Need(
        "disability",
        N_("They help people with a disability."),
        ("older_people", "health_gp"),
        ("health",),
    ),
    Need("community_social", N_("You can meet people there."), ("volunteering", "esol")),
    Need("digital_phone_data", N_("They can help with phone, computer or internet.")),
    Need("transport", N_("They can help with transport."), ("destitution", "community_social")),
    Need("interpreting", N_("They can help you talk with services in your language.")),
    Need(GENERAL, N_("They give advice and tell you where to go."), ("community_social",)),
)
NEEDS = MappingProxyType({need.id: need for need in _NEEDS})
_DANGERS = frozenset(need.id for need in _NEEDS if need.danger)

# Needs that only helplines are sorted by.
LINE_NEEDS = frozenset(
    {"emergency", "police_non_emergency", "health", "mental_health_crisis", "child_protection"}
) | {"missing_family"}

STAGES = (
    "asylum_seeker",
    "refused_asylum_seeker",
    "refugee",
    "other_migrant",
    "nrpf",
    "student",
)
ASYLUM_STAGES = frozenset({"asylum_seeker", "refused_asylum_seeker", "refugee"})


def is_danger(needs: Iterable[str]) -> bool:
    """Say whether one of *needs* is about danger from other people."""
    return not _DANGERS.isdisjoint(needs)


def speaks_of_danger(service: Service) -> bool:
    """Say whether *service* helps in danger too, also where that is not its main need.

    A screen about it names the danger, so it is as private as one that somebody asked for.
    """
    return is_danger(service.needs)
