"""A first look at a feed's bytes, before any parser: what would be dangerous or slow. Pure.

One linear pass over the markup; nothing is expanded. The rules follow reliability tests F5,
F6 and S8: no declarations at all, bounded nesting, bounded number of entries.
"""

import re
from dataclasses import dataclass, field

MAX_DEPTH = 500  # a real feed has under 20; a parser's time grows with the depth
MAX_TAGS = 40_000  # 500 entries of 80 tags; a real entry has 10 to 30
MAX_TAG_LENGTH = 20_000  # attributes included
MAX_ENTITIES = 200_000  # 500 entries of 400 "&lt;"
_MARK = re.compile(
    rb"<(?:(?P<skip>!--|!\[CDATA\[|\?)|(?P<declares>!\s*(?:DOCTYPE|ENTITY))"
    rb"|/(?P<close>[^\s<>/]{1,100})|(?P<open>[A-Za-z_:][^\s<>/]{0,100})(?P<rest>[^<>]*)|)",
    re.IGNORECASE,
)
_ENDS = {b"!--": b"-->", b"![CDATA[": b"]]>", b"?": b"?>"}
_ENTRIES = {b"item", b"entry"}


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
    seen, depth, tags, position = Outline(), 0, 0, 0
    seen.too_much = markup.count(b"&") > MAX_ENTITIES
    endless: set[bytes] = set()
    while not (seen.declares or seen.too_much):
        if (found := _MARK.search(markup, position)) is None:
            break
        position = found.end()
        seen.declares = found["declares"] is not None
        if (skip := found["skip"]) is not None:
            position = _after(markup, skip.upper(), position, endless)
            continue
        depth += _step(found, seen)
        tags += len(seen.entry_ends) < entries
        long = found.end() - found.start() > MAX_TAG_LENGTH
        seen.too_much = long or depth > MAX_DEPTH or tags > MAX_TAGS
    return seen


def _step(found: re.Match[bytes], seen: Outline) -> int:
    """Note what the tag tells; return by how much it changes the depth."""
    if (name := found["close"]) is not None:
        if _local(name) in _ENTRIES:
            seen.entry_ends.append(found.start())
        return -1
    if (name := found["open"]) is None:
        return 0
    seen.root = seen.root or _local(name)
    after = found.string[found.end() : found.end() + 1]
    return 0 if found["rest"].endswith(b"/") or after == b"/" else 1


def _after(markup: bytes, kind: bytes, start: int, endless: set[bytes]) -> int:
    """Return where the section ends; *start* if it never does (looked for once per kind)."""
    end = -1 if kind in endless else markup.find(_ENDS[kind], start)
    if end < 0:
        endless.add(kind)
        return start
    return end + 2


def first_entries(markup: bytes, ends: list[int], limit: int) -> bytes:
    """Return *markup* without the entries after the first *limit*; the rest stays whole."""
    if len(ends) <= limit:
        return markup
    return markup[: ends[limit - 1]] + markup[ends[-1] :]


def _local(name: bytes) -> bytes:
    return name.rsplit(b":", 1)[-1].lower()
