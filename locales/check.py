"""What can be wrong with a catalogue, found without knowing the language."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

import locales
from locales import letters
from locales.order import NATIVE_NAMES
from locales.words import problems_of

TEMPLATE = Path(__file__).parent / "bot.pot"
_TAGS = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in one catalogue. *problems* in English, for translators."""

    code: str
    messages: int
    translated: int
    fuzzy: int
    problems: tuple[str, ...]


def check_all() -> list[Checked]:
    """Return what was found in every catalogue and in the words that people type.

    English is the source, so its catalogue is whole.
    """
    with TEMPLATE.open("rb") as file:
        template = read_po(file)
    total = sum(1 for message in template if message.id)
    found = [Checked(locales.SOURCE, total, total, 0, ())]
    missing = [code for code in NATIVE_NAMES if code not in locales.supported()]
    found += [Checked(code, total, 0, 0, ("it has no catalogue",)) for code in missing]
    for code in locales.supported():
        if code != locales.SOURCE:
            with locales.catalogue_path(code).open("rb") as file:
                found.append(check(code, read_po(file, locale=code.replace("-", "_")), template))
    return [replace(each, problems=each.problems + problems_of(each.code)) for each in found]


def check(code: str, catalogue: Catalog, template: Catalog) -> Checked:
    """Compare *catalogue* with *template*: completeness, fields, tags, numbers, plural forms."""
    wanted = [message for message in template if message.id]
    known = [(message, catalogue.get(message.id, message.context)) for message in wanted]
    problems = [
        f"“{_first(message.id)}”: {problem}"
        for message, found in known
        if found is not None and found.string
        for problem in (
            *_problems(message, found, catalogue.num_plurals),
            *_letters(code, message, found),
        )
    ]
    extra = [m for m in catalogue if m.id and template.get(m.id, m.context) is None]
    problems += [f"“{_first(m.id)}”: it is in no source any more" for m in extra]
    return Checked(
        code=code,
        messages=len(wanted),
        translated=sum(found is not None and _whole(found) for _, found in known),
        fuzzy=sum(found is not None and found.fuzzy for _, found in known),
        problems=tuple(problems),
    )


def _whole(message: Message) -> bool:
    return all(_texts(message.string)) and not message.fuzzy


def _problems(source: Message, found: Message, plurals: int) -> Iterator[str]:
    translations = list(_texts(found.string))
    if isinstance(source.id, (tuple, list)) and len(translations) != plurals:
        yield f"it needs {plurals} plural forms and has {len(translations)}"
    fields = set(_fields(_texts(source.id)))
    tags = sorted(_TAGS.findall(_last(source.id)))
    for text in filter(None, translations):
        if unknown := set(_fields([text])) - fields:
            yield f"it has fields that the source does not: {', '.join(sorted(unknown))}"
        if missing := _needed(source) - set(_fields([text])):
            yield f"it lacks fields: {', '.join(sorted(missing))}"
        if sorted(_TAGS.findall(text)) != tags:
            yield "its tags are not those of the source"
        if text != text.strip():
            yield "it has spaces at an end"
        if set(_NUMBERS.findall(_last(source.id))) - set(_NUMBERS.findall(text)):
            yield "a number of the source is missing (write digits 0-9)"


def _letters(code: str, source: Message, found: Message) -> Iterator[str]:
    for text in filter(None, _texts(found.string)):
        yield from letters.problems(code, _last(source.id), text)


def _needed(source: Message) -> set[str]:
    """Return the fields that every form must have; the count may be a word ("one person")."""
    fields = set(_fields([_last(source.id)]))
    return fields - {"n", "days"} if isinstance(source.id, (tuple, list)) else fields


def _fields(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from (name for _, name, _, _ in Formatter().parse(text) if name is not None)


def _texts(text: str | Iterable[str] | None) -> tuple[str, ...]:
    if text is None:
        return ()
    return (text,) if isinstance(text, str) else tuple(text)


def _first(text: str | Iterable[str]) -> str:
    return _texts(text)[0]


def _last(text: str | Iterable[str]) -> str:
    return _texts(text)[-1]
