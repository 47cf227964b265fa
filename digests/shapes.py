"""The rules of the spam judge about writing, links and what is hidden. Pure."""

import re
import unicodedata
from collections.abc import Callable

from digests.imitations import host_of
from digests.item import Item
from digests.rules import Rule
from locales.errors import N_, Text

_MORE_THAN_A_NAME = 8  # letters of another writing: a burst of fewer is somebody's name
_MORE_THAN_A_GREETING = 24  # of an alphabet in which partners greet people
_LONGER_THAN_AN_ACRONYM = 20  # letters of a title, of which so large a part is capital
_SHOUTED = 0.8
_WORDS_THAT_SAY_SOMETHING = 3  # in a title that stands alone
_MOST_SITES = 25  # a round-up has 10 to 20

# writings in which spam comes to us and few people here read; then those of our readers
_FOREIGN = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af ]{8,}")
_READ_HERE = re.compile(r"[\u0400-\u052f\u0600-\u06ff\u0750-\u077f\u1200-\u137f ,.!?:،؛؟-]{8,}")


def _look_alike_letters(item: Item) -> bool:
    confusable = ("CYRILLIC", "GREEK")
    for word in re.findall(r"\w{3,}", f"{item.title} {item.summary} {host_of(item.link or '')}"):
        if word.isascii():
            continue
        scripts = {unicodedata.name(c, "?").split()[0] for c in word if c.isalpha()}
        if "LATIN" in scripts and scripts.intersection(confusable):
            return True
    host = host_of(item.link or "")
    return host.startswith("xn--") or ".xn--" in host


def _foreign_burst(item: Item) -> bool:
    """Say whether other writing stands in the middle of an English text."""
    text = f"{item.title} {item.summary}"
    if text.isascii():
        return False
    latin = sum(1 for character in text if character.isascii() and character.isalpha())
    foreign, read_here = _letters(_FOREIGN, text), _letters(_READ_HERE, text)
    if min(foreign, latin) >= _MORE_THAN_A_NAME:
        return True
    return min(read_here, latin) >= _MORE_THAN_A_GREETING


def _no_english(item: Item) -> bool:
    text = f"{item.title} {item.summary}"
    if text.isascii():
        return False
    letters = [c for c in text if c.isalpha()]
    other = sum(not unicodedata.name(c, "").startswith("LATIN") for c in letters)
    return bool(letters) and other > len(letters) / 2


def _letters(writing: re.Pattern[str], text: str) -> int:
    return sum(character.isalpha() for burst in writing.findall(text) for character in burst)


def _shouting(item: Item) -> bool:
    letters = [c for c in item.title if c.isalpha() and c.isascii()]
    capitals = sum(c.isupper() for c in letters)
    return len(letters) > _LONGER_THAN_AN_ACRONYM and capitals > _SHOUTED * len(letters)


SHAPES: tuple[tuple[Rule, Callable[[Item], bool]], ...] = (
    (
        Rule("hidden-text", (), 4, Text(N_("It has text that readers cannot see."))),
        lambda item: bool(item.hidden),
    ),
    (
        Rule("look-alikes", (), 4, Text(N_("It mixes letters that only look like English ones."))),
        _look_alike_letters,
    ),
    (
        Rule("foreign-burst", (), 3, Text(N_("English and other writing are mixed in it."))),
        _foreign_burst,
    ),
    (
        Rule("no-english", (), 2, Text(N_("Most of it is not in English."))),
        _no_english,
    ),
    (
        Rule("refused-link", (), 3, Text(N_("Its link leads nowhere on the web, or pretends to."))),
        lambda item: item.link_refused,
    ),
    (
        Rule("many-links", (), 2, Text(N_("It links to very many other sites."))),
        lambda item: item.sites > _MOST_SITES,
    ),
    (
        Rule("shouting", (), 1, Text(N_("Its title is written in capital letters."))),
        _shouting,
    ),
    (
        Rule("no-words", (), 2, Text(N_("It has a title only; nothing says what it is about."))),
        lambda item: not item.summary and len(item.title.split()) < _WORDS_THAT_SAY_SOMETHING,
    ),
)
