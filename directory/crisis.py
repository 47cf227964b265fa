"""Whom to call in each kind of danger, and which places help afterwards. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from directory.hours import opening
from directory.index import Directory, KnownLine
from directory.lexicon import Category, Handoff
from directory.model import Confidence, Gender, Helpline, Opening, OpenState
from directory.needs import CHILDREN, EMERGENCY, FORCED_MARRIAGE

MOST = 3  # lines beside the emergency line
_SUICIDE, _HEALTH = "mental_health_crisis", "health"


@dataclass(frozen=True, slots=True)
class Answer:
    """What answers a kind of danger.

    *lines*: needs of helplines, best first. *need*: which places help. *topic*: what a line
    may say that it is about, a key of `directory.needs.TOPICS`. *most*: how many lines.
    *borrowed*: the need is that of another kind of danger. *online*: lines that are known
    only by their page count too.
    """

    need: str
    lines: tuple[str, ...]
    topic: str | None = None
    most: int = MOST
    borrowed: bool = False
    online: bool = False


ANSWERS = MappingProxyType(
    {
        Category.SUICIDE: Answer("mental_health", (_SUICIDE,)),
        Category.EMERGENCY: Answer("health_gp", (_HEALTH,), most=1, borrowed=True),
        Category.CHILD: Answer("domestic_abuse", (CHILDREN,), borrowed=True),
        Category.SEXUAL_VIOLENCE: Answer(
            "sexual_violence", ("sexual_violence", "domestic_abuse"), online=True
        ),
        Category.HATE: Answer("hate_crime", ("hate_crime",)),
        Category.VIOLENCE: Answer("domestic_abuse", ("domestic_abuse", "sexual_violence")),
        Category.LOCKED_IN: Answer(
            "domestic_abuse", ("domestic_abuse", "trafficking_forced_labour"), borrowed=True
        ),
        Category.TRAFFICKING: Answer("trafficking_forced_labour", ("trafficking_forced_labour",)),
        Category.FORCED_MARRIAGE: Answer("domestic_abuse", ("domestic_abuse",), FORCED_MARRIAGE),
        Category.FGM: Answer("fgm", ("fgm", CHILDREN, _HEALTH)),
        Handoff.CHILD_ALONE: Answer("young_people", (CHILDREN, "asylum_support")),
        Handoff.UNSAFE_HOME: Answer("housing", ("housing", "homelessness", "asylum_support")),
        Handoff.DEADLINE: Answer(
            "legal_immigration", ("asylum_support", "legal_immigration", "housing")
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Reachable:
    """A line and whether it answers at the moment that was asked about."""

    line: Helpline
    state: OpenState


def reachable(
    directory: Directory,
    kinds: Sequence[Category | Handoff],
    at: datetime,
    *,
    minor: bool = False,
) -> tuple[Reachable, ...]:
    """Return the lines for *kinds* of danger, the gravest first, at most three of them.

    *minor*: somebody under 18 asks, who gets a line for children before the others.

    In danger the emergency line comes before all. By confidence and hours: never a line of
    low confidence, those that answer at *at* first. Lines for one group of people only (a
    faith, Europeans, adults at risk) are left out: nothing is known of the person.
    """
    own = _childrens(directory, at) if minor else []
    chosen: dict[str, Reachable] = {each.line.id: each for each in own[:1]}
    for wanted in zip(*(_kind_lines(directory, kind, at) for kind in kinds[:MOST]), strict=False):
        chosen.update((each.line.id, each) for each in wanted)
    for each in (each for kind in kinds for each in _kind_lines(directory, kind, at)):
        chosen.setdefault(each.line.id, each)
    about = list(chosen.values())[:MOST]
    if any(isinstance(kind, Category) for kind in kinds):
        about = [*_emergency(directory, at), *about]
    return tuple(about)


def need_of(kinds: Sequence[Category | Handoff]) -> str:
    """Return which places help first: a need of its own before one that is borrowed."""
    own = [ANSWERS[kind].need for kind in kinds if not ANSWERS[kind].borrowed]
    return (own or [ANSWERS[kind].need for kind in kinds])[0]


def _childrens(directory: Directory, at: datetime) -> list[Reachable]:
    """Return the lines that children may call themselves, best first."""
    lines = [
        known
        for known in directory.lines
        if known.line.needs[0] == CHILDREN and known.under is not None and known.usable
    ]
    lines.sort(key=lambda known: (known.for_worried_adults, known.line.id))
    return [_at(directory, known.line, at) for known in lines if known.line.number]


def anybody(directory: Directory, at: datetime) -> tuple[Reachable, ...]:
    """Return the pack's general lines, the ones that answer at *at* first."""
    by_id = {known.line.id: known.line for known in directory.lines if known.usable}
    named = [_at(directory, by_id[i], at) for i in directory.general if i in by_id]
    return tuple(sorted(named, key=lambda each: each.state.now is not Opening.OPEN))


def _kind_lines(directory: Directory, kind: Category | Handoff, at: datetime) -> list[Reachable]:
    answer = ANSWERS[kind]
    fitting = [
        (known, _at(directory, known.line, at))
        for known in directory.lines
        if _for_anyone(known, online=answer.online) and _is_about(known, answer)
    ]
    fitting.sort(key=lambda row: (*_rank(row[0], row[1].state, answer), row[0].line.id))
    return [each for _, each in fitting[: answer.most]]


def _is_about(known: KnownLine, answer: Answer) -> bool:
    """Say whether the line is first of all about this, or speaks of just this."""
    return known.line.needs[0] in answer.lines or answer.topic in known.topics


def _for_anyone(known: KnownLine, *, online: bool) -> bool:
    calls = known.line.number or (known.line.text_number and known.line.text_keyword)
    if online:
        calls = calls or known.line.url
    special = known.of_a_faith or known.european or known.for_adults_at_risk
    return bool(known.usable and calls and not special)


def _rank(known: KnownLine, state: OpenState, answer: Answer) -> tuple[object, ...]:
    """Return what puts lines in order: closed ones last, then the closest, then the surest."""
    line = known.line
    needs = answer.lines
    return (
        state.now is Opening.CLOSED,
        answer.topic is not None and answer.topic not in known.topics,
        answer.topic is None and FORCED_MARRIAGE in known.topics,
        known.only is Gender.MEN,  # most who write about violence at home are women
        needs.index(line.needs[0]) if line.needs[0] in needs else 0,
        line.confidence is not Confidence.HIGH,
        line.number is None,
        state.now is not Opening.OPEN,
        len(line.needs),
    )


def _emergency(directory: Directory, at: datetime) -> Iterable[Reachable]:
    lines = [
        line
        for line in directory.helplines
        if line.needs[0] == EMERGENCY and line.number and line.confidence is Confidence.HIGH
    ]
    best = min(lines, key=lambda line: (line.hours != "24/7", line.id), default=None)
    return () if best is None else (_at(directory, best, at),)


def _at(directory: Directory, line: Helpline, at: datetime) -> Reachable:
    state = opening(line.hours, at, zone=directory.zone, country=directory.country)
    return Reachable(line, state)
