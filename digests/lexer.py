"""A first look at a feed's bytes, before any parser: what would be dangerous or slow. Pure.

A few linear passes over the markup; nothing is expanded. The rules follow reliability tests F5,
F6 and S8: no declarations at all, bounded nesting, bounded number of entries.
"""

import re
from dataclasses import dataclass, field
from itertools import accumulate

MAX_DEPTH = 500  # a real feed has under 20; a parser's time grows with the depth
MAX_TAGS = 40_000  # 500 entries of 80 tags; a real entry has 10 to 30
MAX_TAG_LENGTH = 20_000  # attributes included
MAX_ENTITIES = 200_000  # 500 entries of 400 "&lt;"
_SECTION = re.compile(rb"<(!--|!\[CDATA\[|\?)", re.IGNORECASE)
_ENDS = {b"!--": b"-->", b"![CDATA[": b"]]>", b"?": b"?>"}
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_NAME = re.compile(rb"<([A-Za-z_:][^\s<>/]{0,100})")
_ENTRY_END = re.compile(rb"</(?:[^\s<>/]{0,94}:)?(?:item|entry)(?![^\s<>/])", re.IGNORECASE)
# a tag that opens and does not close itself, or else (with a slash) one that closes
_STEP = re.compile(rb"<(?:[A-Za-z_:](?:[^<>]*[^<>/])?(?=[<>]|\Z)|(/)[^\s<>/])")
_NO_TAG = ord(">")
_STEPS = {b"": 1, b"/": -1}
_LONG_TAG = re.compile(rb"<[A-Za-z_:][^<>]{%d}" % MAX_TAG_LENGTH)


@dataclass(slots=True)
class Outline:
    """What the markup looks like.

    *root*: the first element's name without prefix, lower case, None if there is none.
    *declares*: it has a DOCTYPE or an ENTITY. *too_much*: nested too deeply, or too many
    tags, to be parsed in time. *entry_ends*: where each entry's closing tag begins.
    """

    root: bytes | None = None
    declares: bool = False
    too_much: bool = False
    entry_ends: list[int] = field(default_factory=list)


def outline(markup: bytes, *, entries: int) -> Outline:
    """Return the outline of *markup*, in an encoding that contains ASCII; stops at a danger.

    Tags after the first *entries* entries are not counted: they will be cut off. A comment, a
    processing instruction or a CDATA section that never ends hides nothing: what follows is
    read as markup, as a forgiving parser would.
    """
    if markup.count(b"&") > MAX_ENTITIES:
        return Outline(too_much=True)
    bare = _without_sections(markup)
    if (declared := _DECLARATION.search(bare)) is not None:
        bare = bare[: declared.start()]
    ends = [found.start() for found in _ENTRY_END.finditer(bare)]
    tags = bare.count(b"<", 0, ends[entries - 1] if len(ends) >= entries else len(bare))
    too_much = tags > MAX_TAGS or _LONG_TAG.search(bare) is not None or _depth(bare) > MAX_DEPTH
    names = (_local(found[1]) for found in _NAME.finditer(bare))
    return Outline(
        root=next(filter(None, names), None),
        declares=declared is not None and not too_much,
        too_much=too_much,
        entry_ends=ends,
    )


def _without_sections(markup: bytes) -> bytes:
    """Return *markup* with ">" for each character of what holds no tags, so that places stay.

    Those are comments, CDATA sections and processing instructions. One that never ends (looked
    for once per kind) loses its first character only.
    """
    bare, endless, position = bytearray(markup), set[bytes](), 0
    while (found := _SECTION.search(markup, position)) is not None:
        start, position, kind = found.start(), found.end(), found[1].upper()
        end = -1 if kind in endless else markup.find(_ENDS[kind], position)
        if end < 0:
            endless.add(kind)
            bare[start] = _NO_TAG
        else:
            position = end + 2
            bare[start:position] = b">" * (position - start)
    return bytes(bare)


def _depth(bare: bytes) -> int:
    """Return how many tags at most are open at once."""
    return max(accumulate(map(_STEPS.__getitem__, _STEP.findall(bare))), default=0)


def first_entries(markup: bytes, ends: list[int], limit: int) -> bytes:
    """Return *markup* without the entries after the first *limit*; the rest stays whole."""
    if len(ends) <= limit:
        return markup
    return markup[: ends[limit - 1]] + markup[ends[-1] :]


def _local(name: bytes) -> bytes:
    return name.rsplit(b":", 1)[-1].lower()
