"""Which helplines to show: there is always somebody to call. Pure."""

from collections.abc import Iterable

from directory.index import Directory, KnownLine
from directory.model import Confidence, Gender, Helpline, Opening, Query
from directory.needs import ASYLUM_STAGES, CHILD, CHILDREN, EMERGENCY, NEEDS, is_danger

MOST = 3
ENOUGH = 2  # fewer lines about the need than this are followed by a general one
CHILDRENS_IN_DANGER = 2  # lines for children that a child in danger gets before all others
FAMILY = "maternity_children"
# official languages of the EU (Regulation No 1 of 1958, as amended in 2013), without Irish
EU_LANGUAGES = frozenset(
    {"bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "hr", "hu", "it", "lt", "lv"}
    | {"mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv"}
)
_TRUST = {Confidence.HIGH: 3.0, Confidence.MEDIUM: 1.5}


def choose(directory: Directory, query: Query, *, timeless: bool = False) -> tuple[Helpline, ...]:
    """Return up to three lines for *query*, best first, plus the emergency line in danger.

    Lines of low confidence are never shown: a wrong number in a crisis is worse than none;
    nor lines without any number or address. Where fewer than two lines are about the need,
    one of the pack's general ones follows. In danger one line stands for each need that only
    stands in, and one that does not answer now sinks; else it goes behind the others that
    are shown. A child always gets a line for children; in danger these come first.
    *timeless*: whatever the moment.
    """
    wanted = _wanted(query)
    topics = _topics(query)
    usable = [known for known in directory.lines if known.usable and not _for_others(known, query)]
    fitting = [
        known
        for known in usable
        if (known.needs & wanted.keys() or known.topics & topics) and not _beside(known, query)
    ]
    points = {
        known.line.id: _points(known, wanted, query) + _topic_points(known, topics, query)
        for known in fitting
    }
    if not timeless:
        for known in fitting:
            points[known.line.id] += _now_points(directory, known, query)
    fitting.sort(key=lambda known: (-points[known.line.id], known.line.id))
    once = _each_number_once(known for known in fitting if EMERGENCY not in known.needs)
    about = _best(once, wanted, query)
    about = _with_general(directory, query, about, usable) or usable[:1]
    if not timeless and not _in_danger(query):
        about.sort(key=lambda known: _is_closed(directory, known, query))
    if EMERGENCY in wanted:
        about += [k for k in fitting if k.line.needs[0] == EMERGENCY and k.line.number][:1]
    return tuple(known.line for known in about)


def _best(fitting: list[KnownLine], wanted: dict[str, int], query: Query) -> list[KnownLine]:
    """Return the best lines of *fitting*, with what a child must get."""
    danger = _in_danger(query)
    about = _one_for_each(fitting, wanted) if danger else fitting
    if not _is_child(query):
        return about[:MOST]
    childrens = [known for known in fitting if known.for_children]
    if danger:
        first = childrens[:CHILDRENS_IN_DANGER]
        return [*first, *(known for known in about if known not in first)][:MOST]
    if any(known in childrens for known in about[:MOST]):
        return about[:MOST]
    return [*about[: MOST - 1], *childrens[:1]]


def _with_general(
    directory: Directory, query: Query, about: list[KnownLine], usable: list[KnownLine]
) -> list[KnownLine]:
    """Return *about* with general lines: at the end while too few, or one at the beginning."""
    general = _general(directory, query, [known for known in usable if known not in about])
    if not _in_danger(query) and _has_no_lines(query):
        first, about = general[:1], about[: MOST - 1]
        return [*first, *about, *general[1 : 1 + max(0, ENOUGH - 1 - len(about))]]
    return [*about, *general[: max(0, ENOUGH - len(about))]]


def _has_no_lines(query: Query) -> bool:
    """Say whether no line is about what was asked first; then those of other needs stand in."""
    need = NEEDS.get(query.needs[0]) if query.needs else None
    own = query.lines or (need is not None and (need.lines or need.topics))
    return not own and not _is_child(query)


def _each_number_once(fitting: Iterable[KnownLine]) -> list[KnownLine]:
    """Return the lines without those that repeat the short number of a better one, as 101."""
    found: dict[str, KnownLine] = {}
    for known in fitting:
        number = known.line.number or "+"
        found.setdefault(known.line.id if number.startswith("+") else number, known)
    return list(found.values())


def _one_for_each(fitting: list[KnownLine], wanted: dict[str, int]) -> list[KnownLine]:
    """Return the lines about danger, and one for each other need, which stands in."""
    taken: set[str] = set()
    chosen = []
    for known in fitting:
        found = [need for need in known.needs if need in wanted]
        need = min(found, key=wanted.__getitem__, default="")
        if is_danger((need,)) or need not in taken or need == CHILDREN:
            chosen.append(known)
        taken.add(need)
    return chosen


def emergency(directory: Directory) -> tuple[Helpline, ...]:
    """Return the lines for Help now, surest first: 999 and its ways for deaf people."""
    lines = [line for line in directory.helplines if line.needs[0] == EMERGENCY]
    return tuple(line for line in lines if line.confidence is Confidence.HIGH)


def _general(directory: Directory, query: Query, usable: list[KnownLine]) -> list[KnownLine]:
    by_id = {known.line.id: known for known in usable}
    named = [by_id[i] for i in directory.general if i in by_id]
    if _not_asylum(query):
        named.sort(key=lambda known: "asylum_support" in known.needs)
    return named


def _not_asylum(query: Query) -> bool:
    return bool(query.stages) and not set(query.stages) & ASYLUM_STAGES


def _in_danger(query: Query) -> bool:
    return is_danger(query.needs) or EMERGENCY in query.lines


def _topics(query: Query) -> frozenset[str]:
    """Return what lines may speak of to fit: what was asked, and what the needs mean."""
    meant = {topic for need in query.needs if need in NEEDS for topic in NEEDS[need].topics}
    return frozenset(meant if query.topic is None else meant | {query.topic})


def _wanted(query: Query) -> dict[str, int]:
    """Return the lines' needs that serve the query with their place, most telling first."""
    wanted = list(query.lines)
    wanted += [line for need in query.needs if need in NEEDS for line in NEEDS[need].lines]
    wanted += [line for group in query.groups for line in NEEDS[group].lines if group in line]
    if _is_child(query):
        wanted.append(CHILDREN)
    if _not_asylum(query):
        wanted = [need for need in wanted if need != "asylum_support"]
    return {need: place for place, need in enumerate(dict.fromkeys(wanted))}


def _points(known: KnownLine, wanted: dict[str, int], query: Query) -> float:
    """Return how well *known*, which is about one of the *wanted* needs, serves at any time."""
    line = known.line
    first = min((wanted[need] for need in known.needs if need in wanted), default=len(wanted))
    points = 10.0 - 3.0 * first + _TRUST[line.confidence]
    points += 3.0 if line.needs[0] in wanted else 0.0
    points += 2.0 if line.number or line.text_number else 0.0
    return points + _for_person(known, query) + _for_group(known, wanted, query)


def _topic_points(known: KnownLine, topics: frozenset[str], query: Query) -> float:
    if query.topic in known.topics:
        return 12.0  # more than the place of any need
    return 3.0 if known.topics & topics else 0.0


def _now_points(directory: Directory, known: KnownLine, query: Query) -> float:
    """Return points for being open, and in danger minus points for not answering now."""
    state = directory.opening(known.line.hours, query.at)
    if state.now is Opening.OPEN:
        return 2.0 if state.changes_at else 4.0
    return -12.0 if _in_danger(query) and _is_closed(directory, known, query) else 0.0


def _is_closed(directory: Directory, known: KnownLine, query: Query) -> bool:
    return directory.opening(known.hours, query.at).now is Opening.CLOSED


def _for_person(known: KnownLine, query: Query) -> float:
    """Return points for lines that name only men or only women, by what we know."""
    if known.only is None:
        return 0.0
    return 4.0 if query.gender is known.only else -1.0


def _for_group(known: KnownLine, wanted: dict[str, int], query: Query) -> float:
    """Return points for lines for children, families or one community, by who asks."""
    points = _for_age(known, wanted, query)
    if "lgbtq" in known.needs and "lgbtq" not in wanted:
        points -= 4.0
    if known.of_a_faith:
        points -= 20.0  # nobody is asked for their faith
    if known.european and not _may_be_of_the_eu(query):
        points -= 8.0
    if known.for_families:
        points += 4.0 if FAMILY in query.needs or FAMILY in query.groups else -2.0
    return points


def _may_be_of_the_eu(query: Query) -> bool:
    """Say whether stage and language let somebody be an EU citizen, as far as they are known."""
    if query.stages and "other_migrant" not in query.stages:
        return False
    return query.language is None or query.language.split("-")[0] in EU_LANGUAGES


def _for_age(known: KnownLine, wanted: dict[str, int], query: Query) -> float:
    """Return points for lines that say for which age they are; a child may ask, or an adult."""
    if query.ages is None or not _is_child(query):
        return -4.0 if CHILDREN in known.needs and CHILDREN not in wanted else 0.0
    if is_danger(known.line.needs) and not known.needs & set(query.needs):
        return -4.0
    if known.for_worried_adults:
        return -3.0 if query.for_self else 3.0
    return 6.0 if known.under is not None and query.ages[1] < known.under else 0.0


def _is_child(query: Query) -> bool:
    return query.ages is not None and query.ages[1] < CHILD


def _beside(known: KnownLine, query: Query) -> bool:
    """Say whether the line fits by its needs, but is for people in another situation."""
    if known.line.needs[0] == "asylum_support" and _not_asylum(query):
        return True
    own = {*query.needs, *query.groups}
    if is_danger(known.line.needs[:1]) and not known.needs & own and not known.topics:
        return True
    disabled = {"disability", "older_people"} & own
    return known.for_adults_at_risk and not disabled


def _for_others(known: KnownLine, query: Query) -> bool:
    """Say whether the line says that it is for older people, or for the other gender."""
    if query.ages is not None and known.lowest is not None and query.ages[1] < known.lowest:
        return True
    stated = query.gender is not None and query.gender is not Gender.ANY
    return stated and known.only is not None and known.only is not query.gender
