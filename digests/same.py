"""Whether two posts tell the same story, and numbers that such posts share. Pure.

A link proves it when only one story has it. Otherwise title and text must be much alike, and
nothing in which they differ may tell them apart: another date, time, number, place, venue or
name, or a turn of the story ("cancelled", "extended", "not"). Somebody who passes a post on
adds where it is from, edits a few words, or keeps only its beginning; somebody who invites to
the next meeting changes one date. When in doubt they are two: a story told twice is a smaller
harm than one that nobody gets.

`reader`'s duplicate check (plug-in entry_dedupe) was the starting point: it asks for the same
title, link or date and at least some 48 words of similar text.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from digests import stated
from digests.clean import without_furniture
from digests.compared import Difference, differ
from digests.links import link_key, proves
from digests.telling import GENERIC, STOP
from digests.titles import Likeness, cores, likeness
from locales.errors import N_, Text

LONGEST_AGO = timedelta(weeks=26)  # words said again after half a year are said anew
_SOON = timedelta(days=35)
_AT_ONCE = timedelta(days=3)
_READ, _LONGEST = 400, 4_000  # words and characters of a text: enough to know it by
_FEW = 12  # words of content under which the beginning of a text proves nothing
_ENOUGH = 20  # words of content that prove it under another title
_BEGINS = 1_000  # characters of a text, among which an excerpt of it has enough in common
_PLAIN = re.compile(r"[^\W\d_]{2,}")
_ALIKE, _EDITED, _EXCERPT = 0.75, 0.5, 0.85
_BEGINNING = 0.5


@dataclass(frozen=True, slots=True)
class Story:
    """What a post says; *text*: its whole text, an excerpt of it, or nothing."""

    title: str
    link: str | None = None
    text: str = ""
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sameness:
    """Whether two stories are one, and *why*, in a sentence for coordinators."""

    same: bool
    why: Text


_LINK = Text(N_("They have the same link."))
_TEXT = Text(N_("They say the same."))
_TITLE = Text(N_("They have the same title, and nothing in them differs."))
_PART = Text(N_("One is the beginning of the other."))
_EDIT = Text(N_("Only a few words differ."))
_AGO = Text(N_("Too long a time lies between them."))
_OTHER = Text(N_("They say different things."))
_TOO_LITTLE = Text(N_("They say too little to be sure."))


def same(a: Story, b: Story) -> Sameness:
    """Return whether *a* and *b* tell the same story, and why. The order does not matter."""
    titles = likeness(a.title, b.title)
    if (linked := _by_link(a, b, titles)) is not None:
        return linked
    one, other = _words(a), _words(b)
    difference = differ(one, other, names=_names(a) | _names(b))
    if (clash := titles.clash(one, other)) is not None:
        return Sameness(False, clash)
    gap = _gap(a, b)
    if gap is not None and gap > LONGEST_AGO:
        return Sameness(False, _AGO)
    if not one or not other:
        return _by_title(titles, gap)
    return _by_text(titles, difference, gap)


def keys(story: Story) -> frozenset[int]:
    """Return numbers under 2**63 of which two tellings of a story nearly always share one.

    At most 24. From the title: its words as a set, and without each one of them. From the
    text: hashes of three words in a row near its beginning, chosen by their value, so that an
    excerpt and a text with a line before it choose the same.
    """
    return _keys(story.title or "", story.link, (story.text or "")[:_BEGINS])


@lru_cache(maxsize=1_000)
def _keys(title: str, link: str | None, text: str) -> frozenset[int]:
    found = {_hash("link", key)} if proves(link) and (key := link_key(link)) else set()
    for core in cores(title):
        content = sorted(_content(core))
        if len(content) > 1 and not set(content) <= GENERIC:
            found.add(_hash("title", " ".join(content)))
        if 3 <= len(content) <= 9:  # noqa: PLR2004  (more words: the text is enough)
            found.update(
                _hash("without", " ".join(content[:n] + content[n + 1 :]))
                for n in range(len(content))
            )
    return frozenset(sorted(found)[:14]) | _text_keys(text)


def _text_keys(text: str) -> set[int]:
    plain = [word for word in _PLAIN.findall(stated.folded(text)) if word not in STOP]
    rows = [_hash("text", " ".join(plain[n : n + 3])) for n in range(max(0, len(plain) - 2))]
    return {min(rows[at : at + 10]) for at in range(0, min(len(rows), 60), 5)} if rows else set()


def _hash(kind: str, words: str) -> int:
    digest = hashlib.blake2b(f"{kind} {words}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _by_link(a: Story, b: Story, titles: Likeness) -> Sameness | None:
    key = link_key(a.link)
    if key is None or key != link_key(b.link):
        return None
    if proves(a.link) and proves(b.link):
        return Sameness(True, _LINK)
    root = "/" not in key
    return Sameness(True, _LINK) if titles.equal and not titles.generic and not root else None


def _by_title(titles: Likeness, gap: timedelta | None) -> Sameness:
    """Decide when one of them has no text; a short title must come twice within days."""
    longest = _AT_ONCE if gap is not None and not titles.telling else _SOON
    if titles.equal and not titles.generic and (titles.telling or gap is not None):
        return Sameness(True, _TITLE) if (gap or timedelta()) <= longest else Sameness(False, _AGO)
    return Sameness(False, _TOO_LITTLE)


def _by_text(titles: Likeness, difference: Difference, gap: timedelta | None) -> Sameness:
    if difference.clash is not None and (titles.alike or difference.ratio >= _EDITED):
        return Sameness(False, difference.clash)
    if difference.ratio >= _ALIKE and difference.clash is None:
        enough = difference.shortest >= _ENOUGH or titles.equal or titles.alike
        return Sameness(True, _TEXT) if enough else Sameness(False, _TOO_LITTLE)
    if difference.clash is not None:
        return Sameness(False, difference.clash)
    if difference.covered >= _EXCERPT and (
        (difference.from_beginning and difference.shortest >= _FEW)
        or (titles.equal and not titles.generic)
    ):
        return Sameness(True, _PART)
    near = gap is None or gap <= _SOON
    if titles.equal and not titles.generic and difference.ratio >= _EDITED and near:
        return Sameness(True, _EDIT)
    return Sameness(False, _OTHER)


def _gap(a: Story, b: Story) -> timedelta | None:
    if a.published is None or b.published is None:
        return None
    one, other = a.published, b.published
    if one.tzinfo is None or other.tzinfo is None:
        one, other = one.replace(tzinfo=None), other.replace(tzinfo=None)
    return abs(one - other)


def _words(story: Story) -> tuple[str, ...]:
    return _read((story.text or "")[:_LONGEST])


@lru_cache(maxsize=100)
def _read(text: str) -> tuple[str, ...]:
    return stated.words(without_furniture(text))[:_READ]


def _content(words: tuple[str, ...]) -> set[str]:
    return {word for word in words if word not in STOP}


def _names(story: Story) -> frozenset[str]:
    """Return the words that are written like names: a capital where no sentence begins."""
    return _capitals((story.text or "")[:_LONGEST]) | _capitals(story.title or "")


@lru_cache(maxsize=200)
def _capitals(text: str) -> frozenset[str]:
    plain = stated.folded(text, case=True).split()
    if not any(word.islower() and word not in STOP for word in plain[1:]):
        return frozenset()  # every word has a capital, or none
    found = set()
    for before, word in pairwise(plain):
        bare = word.strip("\"'“”().,:;!?")
        if bare[:1].isupper() and not before.endswith((".", "!", "?", ":", "”", '"')):
            found.add(bare.casefold().replace("'", ""))
    return frozenset(found)
