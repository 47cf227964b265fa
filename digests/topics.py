"""The topics of a pack: from TOML to dataclasses, and which ones an item is about. Pure."""

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache

from digests.model import Interests, Topic

OTHER = "other"  # an item that a coordinator accepted although no topic fits
_ENOUGH = 3  # a keyword in the text, or a hint in the title with one in the text
_MOST = 2  # topics of one item: many posts fit two
_IN_TITLE = 3


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


def topics_of(title: str, text: str, topics: Sequence[Topic]) -> tuple[str, ...]:
    """Return the ids of the topics that *title* and *text* are about, likeliest first, at most 2.

    A keyword counts three, a hint one; in the title three times as much. Every different
    word counts once.
    """
    scores = {topic.id: _score(title, topic) * _IN_TITLE + _score(text, topic) for topic in topics}
    ranked = sorted((t for t in scores if scores[t] >= _ENOUGH), key=lambda t: -scores[t])
    best = scores[ranked[0]] if ranked else 0
    return tuple(topic for topic in ranked[:_MOST] if 3 * scores[topic] >= best)


def mentions(text: str, words: tuple[str, ...]) -> bool:
    """Say whether *text* has one of *words* (lower case, trailing ``*`` for any ending)."""
    return bool(words) and _pattern(words).search(text.casefold()) is not None


def _score(text: str, topic: Topic) -> int:
    lowered = text.casefold()
    strong = set(_pattern(topic.keywords).findall(lowered))
    weak = set(_pattern(topic.hints).findall(lowered)) if topic.hints else set()
    return 3 * len(strong) + len(weak - strong)


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    written = (
        re.escape(w.removesuffix("*")) + (r"\w*" if w.endswith("*") else "") for w in longest_first
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(written)})(?!\w)")
