"""The words that people type to the bot, by language: read from each language's words.toml.

What a pattern means (order, gaps, ``|``, ``*``) is in `directory.patterns`; what is compared,
in `directory.plain`. Here the files are read and their form is checked.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from locales import SOURCE
from locales.errors import N_, UserError

COMMANDS = ("help", "language", "rights", "clear", "forget", "mydata", "privacy")
CRISES = (
    *("suicide", "violence", "child", "locked_in", "trafficking"),
    *("forced_marriage", "fgm", "emergency", "sexual_violence", "hate"),
)
HANDOFFS = ("deadline", "unsafe_home", "child_alone")
# those of directory.needs, which this package must not import; a test compares
NEEDS = (
    *("housing", "homelessness", "destitution", "food", "money_benefits", "debt"),
    *("clothes_furniture", "health_gp", "mental_health", "maternity_children"),
    *("legal_immigration", "asylum_support", "family_reunion", "detention_reporting"),
    *("domestic_abuse", "sexual_violence", "trafficking_forced_labour", "fgm", "hate_crime"),
    *("lgbtq", "women", "esol", "employment", "volunteering", "schools_education"),
    *("young_people", "older_people", "disability", "community_social"),
    *("digital_phone_data", "transport", "interpreting", "advice_general"),
)
_AGES = "|".join(map(str, range(7, 18)))  # years; who is younger does not write to a bot
_SHOWN = 60  # characters of a wrong pattern
_GROUPS = "groups"
_SECTIONS = {"commands": COMMANDS, "crisis": CRISES, "needs": NEEDS, "handoff": HANDOFFS}
_LISTS = ("stop", "harmless", "homeless", "minor", "private")
_OPTIONAL = ("harmless", "homeless", "minor", "private", "handoff", "groups")
_MAY_LACK = ("crisis.sexual_violence", "crisis.hate")  # written later than the other kinds
_HERE = Path(__file__).parent

Section = Mapping[str, tuple[str, ...]]


class BrokenWords(UserError):
    """A words.toml that cannot be used; *problems* lists everything that is wrong."""

    message = N_("The file {file} cannot be used: {problems}.")

    def __init__(self, file: str, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__(file=file, problems="; ".join(problems))


@dataclass(frozen=True, slots=True)
class Words:
    """What people type in one language.

    *stop*: typed alone, they end the conversation. *commands*: by command, typed alone, they
    mean it. *crisis*: patterns by kind of danger. *needs*: terms by need. *harmless*:
    patterns of everyday phrases with words of danger ("kill time"); what they cover is no
    crisis. *handoff*: patterns of what a person must look at within days. *homeless*: of
    having no bed tonight, which is no deadline. *minor*: of an age under 18 that somebody
    says is theirs; ``#`` stands for it. *private*: of what nothing that is sent to newcomers
    may say, for it tells others about them: their immigration status above all.
    """

    language: str
    stop: tuple[str, ...]
    commands: Section
    crisis: Section
    needs: Section
    harmless: tuple[str, ...] = ()
    homeless: tuple[str, ...] = ()
    minor: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    handoff: Section = field(default_factory=dict)


def words_path(language: str) -> Path:
    """Return where the words of *language* are (folder ``fa_AF`` for ``fa-AF``)."""
    return _HERE / language.replace("-", "_") / "words.toml"


def read_words(language: str) -> Words:
    """Return the words of *language*.

    Raises:
        BrokenWords: there is no file, it is no TOML, or something in it is missing or unknown.
    """
    path = words_path(language)
    file = f"{path.parent.name}/{path.name}"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        why = "it is missing" if isinstance(exc, FileNotFoundError) else str(exc)
        raise BrokenWords(file, (why,)) from exc
    return parse_words(language, table, file)


def parse_words(language: str, table: Mapping[str, Any], file: str) -> Words:  # TOML: checked here
    """Return the words in a *table* read from *file*.

    Raises:
        BrokenWords: something is missing, unknown or no list of patterns; lists all of it.
    """
    if problems := _problems(table):
        raise BrokenWords(file, problems)
    groups = {f"@{name}": "|".join(listed) for name, listed in table.get(_GROUPS, {}).items()}
    return Words(
        language,
        stop=tuple(table["stop"]),
        harmless=_expanded(table.get("harmless", ()), groups),
        homeless=_expanded(table.get("homeless", ()), groups),
        private=_expanded(table.get("private", ()), groups),
        minor=tuple(each.replace("#", _AGES) for each in table.get("minor", ())),
        **{name: _section(table.get(name, {}), groups) for name in _SECTIONS},
    )


@cache
def all_words() -> tuple[Words, ...]:
    """Return the words of every language that has them, English first.

    They do not wait for a catalogue: what people type may be understood before the screens
    are translated. `locales.check` says which supported language lacks them.

    Raises:
        BrokenWords: a file cannot be used.
    """
    found = (path.parent.name.replace("_", "-") for path in _HERE.glob("*/words.toml"))
    return tuple(map(read_words, sorted(found, key=lambda code: (code != SOURCE, code))))


def problems_of(language: str) -> tuple[str, ...]:
    """Return what is wrong with the words of *language*, for translators; empty if nothing is."""
    try:
        read_words(language)
    except BrokenWords as exc:
        return tuple(f"words.toml: {problem}" for problem in exc.problems)
    return ()


def _section(table: Mapping[str, list[str]], groups: Mapping[str, str]) -> Section:
    return MappingProxyType({name: _expanded(listed, groups) for name, listed in table.items()})


def _expanded(patterns: Sequence[str], groups: Mapping[str, str]) -> tuple[str, ...]:
    """Return *patterns* with the words of each group in place of its name."""
    if not groups:
        return tuple(patterns)
    return tuple(
        " ".join("|".join(groups.get(one, one) for one in t.split("|")) for t in pattern.split())
        for pattern in patterns
    )


def _problems(table: Mapping[str, Any]) -> tuple[str, ...]:  # TOML: checked here
    known = {*_SECTIONS, *_LISTS, _GROUPS}
    found = [f"“{name}” is not known" for name in table if name not in known]
    found += [f"“{name}” is missing" for name in sorted(known) if _is_missing(table, name)]
    for name in _LISTS:
        found += _list_problems(name, table.get(name, []))
    for name, keys in _SECTIONS.items():
        found += _section_problems(name, table.get(name, {}), keys)
    groups = table.get(_GROUPS, {})
    found += _section_problems(_GROUPS, groups, tuple(groups))
    return tuple(dict.fromkeys(found or _unknown_groups(table)))


def _unknown_groups(table: Mapping[str, Any]) -> list[str]:  # TOML: checked before
    """Return references to groups that there are not."""
    known = table.get(_GROUPS, {})
    lists = [table.get("harmless", []), *table.get("crisis", {}).values()]
    lists += table.get("handoff", {}).values()
    used = {
        one.removeprefix("@")
        for listed in lists
        for pattern in listed
        for one in pattern.replace("|", " ").split()
        if one.startswith("@")
    }
    return [f"“@{name}” is no group" for name in sorted(used - set(known))]


def _is_missing(table: Mapping[str, Any], name: str) -> bool:
    return name not in table and name not in _OPTIONAL


def _section_problems(name: str, section: Any, keys: tuple[str, ...]) -> list[str]:  # from TOML
    if not isinstance(section, dict):
        return [f"“{name}” must be a section"]
    found = [f"“{name}.{key}” is not known" for key in section if key not in keys]
    if name not in _OPTIONAL:
        needed = (key for key in keys if f"{name}.{key}" not in _MAY_LACK)
        found += [f"“{name}.{key}” has no words" for key in needed if not section.get(key)]
    for key, listed in section.items():
        found += _list_problems(f"{name}.{key}", listed)
    return found


def _list_problems(name: str, listed: Any) -> list[str]:  # from TOML
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        return [f"“{name}” must be a list of texts"]
    return [f"“{name}”: “{one[:_SHOWN]}” is no pattern" for one in listed if not is_pattern(one)]


def is_pattern(text: str) -> bool:
    """Say whether every word of *text* has letters, and stars only at its ends."""
    phrases = [phrase for term in text.split() for phrase in term.split("|")]
    each = [word for phrase in phrases for word in phrase.split("-")]
    bare = [word.removeprefix("*").removesuffix("*") for word in each]
    return bool(bare) and all("*" not in w and (w == "#" or any(map(str.isalnum, w))) for w in bare)
