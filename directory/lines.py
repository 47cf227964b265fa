"""Which helplines to show: there is always somebody to call. Pure."""

import re

from directory.hours import opening
from directory.index import Directory
from directory.model import Confidence, Gender, Helpline, Opening, Query
from directory.needs import NEEDS, is_danger

MOST = 3
ENOUGH = 2  # fewer lines about the need than this are followed by a general one
EMERGENCY = "emergency"
CHILDREN = "child_protection"
CHILD = 18  # under this age lines for children come in
CHILDRENS_IN_DANGER = 2  # lines for children that a child in danger gets before all others
ASYLUM_STAGES = frozenset({"asylum_seeker", "refused_asylum_seeker", "refugee"})
_MEN = re.compile(r"\bm[ea]n\b", re.IGNORECASE)
_WOMEN = re.compile(r"\bwom[ea]n\b", re.IGNORECASE)
_FAITH = re.compile(r"\b(?:Jewish|antisemitism|Muslims?|Christians?|Hindus?|Sikhs?)\b")
_WORRIED_ADULTS = re.compile(r"\badults? worried\b", re.IGNORECASE)
_CHILD = re.compile(r"\bchild(?:ren)?\b", re.IGNORECASE)
_UNDER = re.compile(r"\bunder ([0-9]{2})\b")
_FROM = re.compile(r"\baged ([0-9]{2}) or over\b")
_EUROPE = re.compile(r"\b(?:EU|European)\b")
_TRUST = {Confidence.HIGH: 3.0, Confidence.MEDIUM: 1.5}


def choose(directory: Directory, query: Query) -> tuple[Helpline, ...]:
    """Return up to three lines for *query*, best first, plus the emergency line in danger.

    Lines of low confidence are never shown: a wrong number in a crisis is worse than none;
    nor lines without any number or address. Where fewer than two lines are about the need,
    one of the pack's general ones follows. In danger one line stands for each need that only
    stands in. A child always gets a line for children; in danger these come first.
    """
    wanted = _wanted(query)
    usable = [line for line in directory.helplines if _usable(line) and not _too_young(line, query)]
    fitting = sorted(
        (line for line in usable if set(line.needs) & set(wanted)),
        key=lambda line: (-_points(line, wanted, query, directory), line.id),
    )
    about = _best([line for line in fitting if EMERGENCY not in line.needs], wanted, query)
    if len(about) < ENOUGH:
        about += _general(directory, query, [line for line in usable if line not in about])[
            : ENOUGH - len(about)
        ]
    about = about or usable[:1]
    if EMERGENCY in wanted:
        about += [line for line in fitting if line.needs[0] == EMERGENCY and line.number][:1]
    return tuple(about)


def _best(fitting: list[Helpline], wanted: tuple[str, ...], query: Query) -> list[Helpline]:
    """Return the best lines of *fitting*, with what a child must get."""
    danger = is_danger(query.needs)
    about = _one_for_each(fitting, wanted) if danger else fitting
    if not _is_child(query):
        return about[:MOST]
    childrens = [line for line in fitting if _is_for_children(line)]
    if danger:
        first = childrens[:CHILDRENS_IN_DANGER]
        return [*first, *(line for line in about if line not in first)][:MOST]
    if any(line in childrens for line in about[:MOST]):
        return about[:MOST]
    return [*about[: MOST - 1], *childrens[:1]]


def _one_for_each(fitting: list[Helpline], wanted: tuple[str, ...]) -> list[Helpline]:
    """Return the lines about danger, and one for each other need, which stands in."""
    taken: set[str] = set()
    chosen = []
    for line in fitting:
        need = min((n for n in line.needs if n in wanted), key=wanted.index)
        if is_danger((need,)) or need not in taken:
            chosen.append(line)
        taken.add(need)
    return chosen


def emergency(directory: Directory) -> tuple[Helpline, ...]:
    """Return the lines for Help now, surest first: 999 and its ways for deaf people."""
    lines = [line for line in directory.helplines if line.needs[0] == EMERGENCY]
    return tuple(line for line in lines if line.confidence is Confidence.HIGH)


def _usable(line: Helpline) -> bool:
    reachable = line.number or line.text_number or line.url
    return line.confidence is not Confidence.LOW and reachable is not None


def _general(directory: Directory, query: Query, usable: list[Helpline]) -> list[Helpline]:
    by_id = {line.id: line for line in usable}
    named = [by_id[i] for i in directory.general if i in by_id]
    if _not_asylum(query):
        named.sort(key=lambda line: "asylum_support" in line.needs)
    return named


def _not_asylum(query: Query) -> bool:
    return bool(query.stages) and not set(query.stages) & ASYLUM_STAGES


def _wanted(query: Query) -> tuple[str, ...]:
    """Return the lines' needs that serve the query, most telling first."""
    wanted = [line for need in query.needs if need in NEEDS for line in NEEDS[need].lines]
    if _is_child(query):
        wanted.append(CHILDREN)
    if _not_asylum(query):
        wanted = [need for need in wanted if need != "asylum_support"]
    return tuple(dict.fromkeys(wanted))


def _points(line: Helpline, wanted: tuple[str, ...], query: Query, directory: Directory) -> float:
    """Return how well *line*, which is about one of the *wanted* needs, serves."""
    points = 10.0 - 3.0 * min(wanted.index(need) for need in line.needs if need in wanted)
    points += _TRUST[line.confidence]
    points += 3.0 if line.needs[0] in wanted else 0.0
    points += 2.0 if line.number or line.text_number else 0.0
    state = opening(line.hours, query.at, zone=directory.zone, country=directory.country)
    if state.now is Opening.OPEN:
        points += 2.0 if state.changes_at else 4.0
    return points + _for_person(line, query) + _for_group(line, wanted, query)


def _for_person(line: Helpline, query: Query) -> float:
    """Return points for lines that name only men or only women, by what we know."""
    words = f"{line.name} {line.description}"
    for pattern, other, gender in ((_MEN, _WOMEN, Gender.MEN), (_WOMEN, _MEN, Gender.WOMEN)):
        if pattern.search(words) and not other.search(words):
            if query.gender is None or query.gender is Gender.ANY:
                return -1.0
            return 4.0 if query.gender is gender else -20.0
    return 0.0


def _for_group(line: Helpline, wanted: tuple[str, ...], query: Query) -> float:
    """Return minus points for lines for children or one community that were not asked for."""
    words = f"{line.name} {line.description}"
    points = _for_age(line, words, wanted, query)
    if ("lgbtq" in line.needs and "lgbtq" not in wanted) or _FAITH.search(words):
        points -= 4.0
    if _EUROPE.search(words) and set(query.stages) & ASYLUM_STAGES:
        points -= 8.0
    return points


def _for_age(line: Helpline, words: str, wanted: tuple[str, ...], query: Query) -> float:
    """Return points for lines that say for which age they are; a child may ask, or an adult."""
    if not _is_child(query):
        return -4.0 if CHILDREN in line.needs and CHILDREN not in wanted else 0.0
    if is_danger(line.needs) and not set(line.needs) & set(query.needs):
        return -4.0
    if _WORRIED_ADULTS.search(words):
        return -3.0 if query.for_self else 3.0
    below = _UNDER.search(words)
    return 3.0 if below is not None and (query.age or 0) < int(below[1]) else 0.0


def _is_for_children(line: Helpline) -> bool:
    """Say whether *line* is for children first of all, or about children by its own words."""
    mainly = line.needs[0] == CHILDREN
    return CHILDREN in line.needs and (mainly or _CHILD.search(line.description) is not None)


def _is_child(query: Query) -> bool:
    return query.age is not None and query.age < CHILD


def _too_young(line: Helpline, query: Query) -> bool:
    """Say whether *line* says that it is for people older than the one who asks."""
    lowest = _FROM.search(line.description)
    return lowest is not None and query.age is not None and query.age < int(lowest[1])
