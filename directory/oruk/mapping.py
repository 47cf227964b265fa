"""The mapping file: terms and words of a source to our needs, stages and genders. Pure.

A term is matched whole (its name, slug or id); a word as words of the name or description. What
no row knows is not guessed: it is listed, so that somebody can add a row.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from directory.model import ANYONE, Gender, TaxonomyTerm
from directory.needs import NEEDS, STAGES

_READ = 600  # characters of a description: what a card shows of it
_MOST_NEEDS = 6
# Taxonomies that say for whom a service is, not what it does: Placecube's, Outpost's. Whoever
# ticks many of them means everybody.
AUDIENCES = ("audience", "suitabilities")
_MOST_AUDIENCES = 3
_GROUPS = frozenset(
    {"disability", "older_people", "young_people", "lgbtq", "women", "asylum_support"}
    | {"homelessness", "mental_health"}
)


class BrokenMapping(Exception):
    """A mapping file that cannot be used; the text says which row is wrong and why."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a term or word says of a service; all empty: that it is known and says nothing."""

    needs: tuple[str, ...] = ()
    eligibility: tuple[str, ...] = ()
    gender: Gender | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """Phrases and what they mean; *everywhere*: in the description too, not only in the name."""

    pattern: re.Pattern[str]
    meaning: Meaning
    everywhere: bool
    unless: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class TermMap:
    """The rows of one or more mapping files; of two rows about a term the last one counts."""

    terms: Mapping[str, Meaning]
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Meant:
    """What the terms and words of a service mean; *unmapped*: names of terms that no row knows.

    *needs*: those of its name first, then of its terms, its description, and its audience.
    """

    needs: tuple[str, ...]
    eligibility: tuple[str, ...]
    gender: Gender
    unmapped: tuple[str, ...]


EMPTY = TermMap({}, ())


def read_mapping(text: str, base: TermMap = EMPTY) -> TermMap:
    """Return the mapping in *text* (TOML), its rows before those of *base*.

    Raises:
        BrokenMapping: it is no TOML, or a row has a field, need or stage that is not known.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise BrokenMapping(str(exc)) from exc
    if unknown := set(content) - {"term", "word"}:
        raise BrokenMapping(f"{min(unknown)!r} is not known; write [[term]] or [[word]].")
    terms: dict[str, Meaning] = dict(base.terms)
    for number, row in enumerate(_rows(content, "term"), 1):
        where = f"[[term]] number {number}"
        meaning = _meaning(row, where, {"names"})
        terms.update({key(name): meaning for name in _texts(row, "names", where)})
    words = [_words(row, f"[[word]] number {n}") for n, row in enumerate(_rows(content, "word"), 1)]
    return TermMap(terms, (*words, *base.words))


def key(name: str) -> str:
    """Return *name* such that ``Things-to-do`` and ``things to do`` are one."""
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


def meant(mapping: TermMap, terms: Sequence[TaxonomyTerm], name: str, description: str) -> Meant:
    """Return what a service with these *terms*, this *name* and *description* means."""
    audiences = [term for term in terms if term.taxonomy in AUDIENCES]
    found, unmapped = _of_terms(mapping, [t for t in terms if t.taxonomy not in AUDIENCES])
    people, unknown = _of_terms(mapping, audiences)
    if len(audiences) > _MOST_AUDIENCES:
        people = []
    in_name = _in_order(mapping.words, name)
    in_text = _in_order([w for w in mapping.words if w.everywhere], description[:_READ])
    genders = {m.gender for m in (*in_name, *found, *people) if m.gender is not None}
    gender = genders.pop() if len(genders) == 1 else Gender.ANY
    groups = [need for m in people for need in m.needs if need in _GROUPS]
    needs = _once([*(n for m in (*in_name, *found, *in_text) for n in m.needs), *groups])
    return Meant(
        needs=tuple(n for n in needs if n != "women" or gender is Gender.WOMEN)[:_MOST_NEEDS],
        eligibility=_once(stage for m in (*in_name, *found) for stage in m.eligibility),
        gender=gender,
        unmapped=_once([*unmapped, *unknown]),
    )


def _of_terms(
    mapping: TermMap, terms: Sequence[TaxonomyTerm]
) -> tuple[list[Meaning], tuple[str, ...]]:
    found: list[Meaning] = []
    unmapped: list[str] = []
    for term in terms:
        # "Parents>Grandparents" is a path; its parts are known where the whole is not
        names = [term.name, term.id, *reversed(term.name.split(">"))]
        known = [m for m in (_meaning_of(mapping, key(each)) for each in names) if m is not None]
        if known:
            found.append(known[0])
        else:
            unmapped.append(term.name)
    return found, _once(unmapped)


def _meaning_of(mapping: TermMap, name: str) -> Meaning | None:
    need = name.replace(" ", "_")
    return mapping.terms.get(name) or (Meaning((need,)) if need in NEEDS else None)


def _in_order(words: Iterable[Words], text: str) -> list[Meaning]:
    """Return what *text* says, in the order in which it says it."""
    found = [
        (match.start(), number, each.meaning)
        for number, each in enumerate(words)
        if (match := each.pattern.search(text)) is not None
        and not (each.unless is not None and each.unless.search(text))
    ]
    return [meaning for _, _, meaning in sorted(found, key=lambda one: one[:2])]


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _rows(content: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:  # Any: TOML
    found = content.get(name, [])
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise BrokenMapping(f"Write {name} as [[{name}]].")
    return found


def _words(row: Mapping[str, Any], where: str) -> Words:  # Any: TOML, checked here
    meaning = _meaning(row, where, {"words", "unless", "everywhere"})
    everywhere = row.get("everywhere", False)
    if not isinstance(everywhere, bool):
        raise BrokenMapping(f"{where}: everywhere is true or false.")
    unless = _pattern(_texts(row, "unless", where)) if "unless" in row else None
    return Words(_pattern(_texts(row, "words", where)), meaning, everywhere, unless)


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return what finds one of *phrases* as whole words; a trailing ``*`` is any ending."""
    parts = []
    for phrase in phrases:
        words = r"[\s-]+".join(re.escape(w) for w in phrase.rstrip("*").replace("'", "’").split())
        parts.append(words.replace("’", "['’]?") + ("" if phrase.endswith("*") else r"\b"))
    return re.compile(rf"\b(?:{'|'.join(parts)})", re.IGNORECASE)


def _meaning(row: Mapping[str, Any], where: str, others: set[str]) -> Meaning:  # Any: TOML
    if unknown := set(row) - others - {"needs", "eligibility", "gender"}:
        raise BrokenMapping(f"{where}: {min(unknown)!r} is not known.")
    needs = _texts(row, "needs", where) if "needs" in row else ()
    stages = _texts(row, "eligibility", where) if "eligibility" in row else ()
    wrong = [each for each in needs if each not in NEEDS]
    wrong += [each for each in stages if each not in (*STAGES, ANYONE)]
    gender = row.get("gender")
    if gender not in (None, *Gender):
        wrong.append(str(gender))
    if wrong:
        raise BrokenMapping(f"{where}: {wrong[0]!r} is not a need, stage or gender of ours.")
    return Meaning(needs, stages, None if gender is None else Gender(gender))


def _texts(row: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:  # Any: TOML
    value = row.get(name)
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip("* ") for v in value):
        raise BrokenMapping(f"{where}: {name} is a list of texts.")
    return tuple(value)
