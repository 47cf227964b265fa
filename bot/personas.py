"""Made-up people, what they must and must never be shown, and what a change means for them.

A persona is written from the person's point of view: a caseworker would know where to send
them. Reading files is all the I/O here; everything else is pure.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from directory.fields import Age, Language, Needs, Slug, Words, fail
from directory.index import Directory
from directory.model import Found
from directory.needs import STAGES
from directory.records import Record
from directory.source import BrokenSource, SourceProblem, checked
from locales.errors import N_, Text

FOLDER = Path(__file__).parent.parent / "tests" / "personas"
FIRST = 3  # services on the first screen
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONDAY = datetime(2026, 11, 23)  # noqa: DTZ001  (of an ordinary week; the zone comes with the city)

_AT = rf"^({'|'.join(WEEKDAYS)}) ([01][0-9]|2[0-3]):[0-5][0-9]$"
_Ids = Annotated[list[Slug], Field(default_factory=list)]


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody made up: *given* as `match` takes it, and what is expected of the answer.

    *at*: weekday and time in the city. *first*: services that come first, in this order.
    *first_three*: are among the first three; *not_first* are not. *never*: are nowhere in the
    whole answer. *first_line* is the first helpline; *lines* are shown, *never_lines* are not.
    """

    id: str
    who: str
    given: Mapping[str, Any]  # arguments of `match`, checked by it
    at: str
    first: tuple[str, ...] = ()
    first_three: tuple[str, ...] = ()
    not_first: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    first_line: str | None = None
    lines: tuple[str, ...] = ()
    never_lines: tuple[str, ...] = ()

    def arguments(self, zone: str, limit: int) -> dict[str, Any]:
        """Return the arguments of `match` for this person, for at most *limit* services."""
        return {**self.given, "at": moment(self.at, zone), "limit": limit}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a persona gets: ids in order, and how many taps of the guide lead there.

    *taps*: questions answered until the first result; None if the guide does not lead there.
    """

    services: tuple[str, ...]
    lines: tuple[str, ...]
    taps: int | None = None


def _stage(value: str) -> str:
    if value not in STAGES:
        raise fail("stage", value, STAGES)
    return value


class _PersonaRow(Record):
    id: Slug
    who: Words
    need: Needs
    stage: Annotated[str, AfterValidator(_stage)] | None = None
    near: Words | None = None
    language: Language | None = None
    gender: Literal["women", "men"] | None = None
    age: Age | None = None
    for_: Annotated[Literal["self", "other"], Field(alias="for")] = "self"
    at: Annotated[str, Field(pattern=_AT)] = "Monday 11:00"
    audience: Literal["public", "workers"] = "public"
    first: _Ids
    first_three: _Ids
    not_first: _Ids
    never: _Ids
    first_line: Slug | None = None
    lines: _Ids
    never_lines: _Ids


_GIVEN = {"need", "stage", "near", "language", "gender", "age", "for_", "audience"}
_NAMED = ("first", "first_three", "not_first", "never", "lines", "never_lines")


def read_personas(paths: Sequence[Path] = (FOLDER,)) -> tuple[Persona, ...]:
    """Return the personas of TOML files, or of folders of them, in the order of the names.

    Raises:
        BrokenSource: a file or a persona cannot be used; lists everything that is wrong.
    """
    rows: list[object] = []
    problems: list[SourceProblem] = []
    found: list[Persona] = []
    for file in _files(paths):
        try:
            new = _rows(file)
            rows += new
            found += [_persona(row) for row in checked(_PersonaRow, new, file.name)]
        except BrokenSource as exc:
            problems += exc.problems
    problems += _repeated(found)
    if problems:
        raise BrokenSource(problems)
    return tuple(found)


def moment(at: str, zone: str) -> datetime:
    """Return *at*, as ``Saturday 23:30``, in an ordinary week of the city."""
    weekday, clock = at.split()
    day = _MONDAY + timedelta(days=WEEKDAYS.index(weekday))
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone))


def hollow(personas: Iterable[Persona], directory: Directory) -> list[str]:
    """Return a sentence for each expectation that could never fail, and for personas without any.

    A misspelt name under *never* would hold for ever.
    """
    services = {service.id for service in directory.services}
    lines = {line.id for line in directory.helplines}
    sentences = []
    for persona in personas:
        named = {*persona.first, *persona.first_three, *persona.not_first, *persona.never}
        sentences += [f"{persona.id}: there is no service “{i}”" for i in sorted(named - services)]
        called = {*persona.lines, *persona.never_lines, *filter(None, [persona.first_line])}
        sentences += [f"{persona.id}: there is no helpline “{i}”" for i in sorted(called - lines)]
        if not named | called:
            sentences.append(f"{persona.id}: nothing is expected for this persona")
    return sentences


def answer(found: Found, taps: int | None = None) -> Answer:
    """Return what is compared of the directory's whole answer."""
    return Answer(
        tuple(match.service.id for match in found.matches),
        tuple(line.id for line in found.helplines),
        taps,
    )


def failures(persona: Persona, given: Answer) -> list[str]:
    """Return, in plain words, every expectation of *persona* that *given* does not meet."""
    top, shown = given.services[:FIRST], given.services
    told = f"; the first are {', '.join(top) or 'none'}"
    said = []
    if persona.first and shown[: len(persona.first)] != persona.first:
        said.append(f"should begin with {', '.join(persona.first)}{told}")
    said += [
        f"{i} should be among the first three{told}" for i in persona.first_three if i not in top
    ]
    said += [f"{i} should not be among the first three" for i in persona.not_first if i in top]
    said += [
        f"{i} must never be shown; it is number {shown.index(i) + 1}"
        for i in persona.never
        if i in shown
    ]
    return said + _line_failures(persona, given.lines)


def _line_failures(persona: Persona, lines: tuple[str, ...]) -> list[str]:
    told = f"; the lines are {', '.join(lines) or 'none'}"
    said = []
    if persona.first_line is not None and lines[:1] != (persona.first_line,):
        said.append(f"the line {persona.first_line} should come first{told}")
    said += [f"the line {i} should be shown{told}" for i in persona.lines if i not in lines]
    said += [f"the line {i} must not be shown" for i in persona.never_lines if i in lines]
    return said


@dataclass(frozen=True, slots=True)
class Change:
    """What became different for one persona, in plain words; *worse*: it met all, and now not."""

    id: str
    sentences: tuple[str, ...] = field(default_factory=tuple)
    worse: bool = False


def changes(
    personas: Sequence[Persona], before: Mapping[str, Answer], now: Mapping[str, Answer]
) -> list[Change]:
    """Return what changed for whom among the first three, the lines and the taps."""
    found = []
    known = {persona.id: persona for persona in personas}
    for persona in personas:
        if persona.id not in before:
            found.append(Change(persona.id, ("is a new persona",)))
            continue
        old, new = before[persona.id], now[persona.id]
        worse = bool(failures(persona, new)) and not failures(persona, old)
        if sentences := _differences(old, new):
            found.append(Change(persona.id, tuple(sentences), worse))
    return found + [Change(i, ("is no persona any more",)) for i in before if i not in known]


def _differences(old: Answer, new: Answer) -> list[str]:
    before, after = old.services[:FIRST], new.services[:FIRST]
    said = [f"{i} came among the first three" for i in after if i not in before]
    said += [f"{i} is no longer among the first three" for i in before if i not in after]
    if set(before) == set(after) and before != after:
        said.append(f"the first three are now in the order {', '.join(after)}")
    said += [f"{i} is shown now" for i in new.services[FIRST:] if i not in old.services]
    said += [f"{i} is not shown any more" for i in old.services[FIRST:] if i not in new.services]
    if old.lines != new.lines:
        said.append(f"the lines are now {', '.join(new.lines)}; they were {', '.join(old.lines)}")
    if old.taps != new.taps:
        said.append(f"the guide now asks {new.taps}; it asked {old.taps}")
    return said


def document(answers: Mapping[str, Answer]) -> dict[str, Any]:
    """Return *answers* as JSON, for `changes` at another time."""
    return {
        i: {"services": list(each.services), "lines": list(each.lines), "taps": each.taps}
        for i, each in answers.items()
    }


def from_document(content: object) -> dict[str, Answer]:
    """Return the answers that `document` made.

    Raises:
        ValueError: *content* is something else.
    """
    try:
        assert isinstance(content, dict)
        return {
            str(i): Answer(tuple(each["services"]), tuple(each["lines"]), each["taps"])
            for i, each in content.items()
        }
    except (AssertionError, KeyError, TypeError) as exc:
        raise ValueError("this is not what “personas answers --json” prints") from exc


def _files(paths: Sequence[Path]) -> list[Path]:
    return [
        file
        for path in paths
        for file in (sorted(path.glob("*.toml")) if path.is_dir() else [path])
    ]


def _rows(file: Path) -> list[object]:
    """Return the personas of a file as they are written.

    Raises:
        BrokenSource: it is missing or no TOML, or holds something else too.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as exc:
        raise _broken(file, N_("This file cannot be read."), {}) from exc
    except ValueError as exc:
        sentence = N_("This file cannot be understood: {why}.")
        raise _broken(file, sentence, {"why": str(exc)}) from exc
    rows = content.get("persona")
    if not isinstance(rows, list) or len(content) > 1:
        sentence = N_("This file cannot be understood: {why}.")
        raise _broken(file, sentence, {"why": "it must hold [[persona]] tables and nothing else"})
    return rows


def _broken(file: Path, sentence: str, fields: Mapping[str, str]) -> BrokenSource:
    return BrokenSource([SourceProblem(file.name, "-", "file", Text(sentence, fields))])


def _repeated(found: Sequence[Persona]) -> list[SourceProblem]:
    seen: set[str] = set()
    problems = []
    for persona in found:
        if persona.id in seen:
            text = Text(N_("“{got}” is there twice."), {"got": persona.id})
            problems.append(SourceProblem("-", persona.id, "id", text))
        seen.add(persona.id)
    return problems


def _persona(row: _PersonaRow) -> Persona:
    given = row.model_dump(include=_GIVEN, by_alias=True, exclude_none=True)
    expected = {name: tuple(getattr(row, name)) for name in _NAMED}
    return Persona(row.id, row.who, given, row.at, first_line=row.first_line, **expected)
