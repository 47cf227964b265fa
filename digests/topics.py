"""The topics of a pack: what they are, how TOML writes them, and which fit an item. Pure."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digests.wordlist import WordLists, word_lists, words_of

OTHER = "other"  # an item that a coordinator accepted although no topic fits
_ENOUGH = 3  # a keyword in the text, or a hint in the title with one in the text
_MOST = 2  # topics of one item: many posts fit two
_KEYWORD, _IN_TITLE = 3, 3
_MUCH_LESS = 4  # a second topic has at least a quarter of the first one's score
_BODY = 2000  # characters of the body that count: the beginning says what a post is about
_FROM_BODY = 3


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of the partnership.

    *names*: what it is called, by language; English is always there. *keywords* say by
    themselves what an item is about, *hints* only together; both lower case, a trailing
    ``*`` stands for any ending.
    """

    id: str
    names: Mapping[str, str]
    keywords: tuple[str, ...]
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Interests:
    """What the partnership's digest is about.

    *topics* in the order of the digest. *context*: words for the people, the places and the
    organisations it works with, written like keywords. *hosts*: where those organisations are
    on the web, so that an address that imitates one is seen.
    """

    topics: tuple[Topic, ...]
    context: tuple[str, ...]
    hosts: tuple[str, ...] = ()


class TopicsProblem(ValueError):
    """The topics file cannot be used; the message names each problem."""


def read_topics(toml: str) -> Interests:
    """Return the interests written in a pack's ``topics.toml``.

    Raises:
        TopicsProblem: it is not TOML, or a topic lacks an id, an English name or keywords.
    """
    try:
        table = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as exc:
        raise TopicsProblem(f"not TOML: {exc}") from exc
    listed = table.get("topic", [])
    problems = [
        f"topic {number}: {field} is missing"
        for number, entry in enumerate(listed, 1)
        for field in ("id", "names", "keywords")
        if not entry.get(field)
    ]
    problems += [
        f"{e.get('id')}: no English name" for e in listed if "en" not in e.get("names", {})
    ]
    ids = [entry.get("id") for entry in listed]
    problems += [
        f"{topic} is there twice" for topic in sorted({i for i in ids if ids.count(i) > 1})
    ]
    if problems or not listed:
        raise TopicsProblem("; ".join(problems) or "no topics")
    topics = tuple(
        Topic(e["id"], dict(e["names"]), tuple(e["keywords"]), tuple(e.get("hints", ())))
        for e in listed
    )
    return Interests(topics, tuple(table.get("context", ())))


def topic_name(topic: Topic, language: str) -> str:
    """Return what *topic* is called in *language*; in English when nobody has named it yet."""
    shorter = language.split("-", maxsplit=1)[0]
    return topic.names.get(language) or topic.names.get(shorter) or topic.names["en"]


def topics_of(title: str, text: str, topics: Sequence[Topic], body: str = "") -> tuple[str, ...]:
    """Return the ids of the topics that a post is about, likeliest first, at most two.

    A keyword counts three, a hint one; in the title three times as much. Every different word
    counts once. The *body* adds at most three to a topic; it settles which of several topics
    are likeliest, but where title and summary are about nothing, there is no topic.
    """
    lists = word_lists(tuple(words for topic in topics for words in (topic.keywords, topic.hints)))
    titled, told = (_scores(lists, len(topics), each) for each in (title, text))
    scores = [_IN_TITLE * said + more for said, more in zip(titled, told, strict=True)]
    if max(scores, default=0) < _ENOUGH:
        return ()
    if body:
        further = _scores(lists, len(topics), body[:_BODY])
        scores = [n + min(more // 3, _FROM_BODY) for n, more in zip(scores, further, strict=True)]
    ranked = sorted(
        (n for n in range(len(topics)) if scores[n] >= _ENOUGH), key=lambda n: -scores[n]
    )
    best = scores[ranked[0]]
    return tuple(topics[n].id for n in ranked[:_MOST] if _MUCH_LESS * scores[n] >= best)


def mentions(text: str, words: tuple[str, ...]) -> bool:
    """Say whether *text* has one of *words* (lower case, trailing ``*`` for any ending)."""
    return next(word_lists((words,)).found(words_of(text)), None) is not None


def _scores(lists: WordLists, count: int, text: str) -> list[int]:
    """Return what each topic scores in *text*; a word that is both counts as a keyword."""
    found = set(lists.found(words_of(text)))
    scores = [0] * count
    for number, entry in found:
        topic, hint = divmod(number, 2)
        if not hint:
            scores[topic] += _KEYWORD
        elif (number - 1, entry) not in found:
            scores[topic] += 1
    return scores
