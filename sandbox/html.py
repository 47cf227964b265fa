"""Telegram's HTML to text and entities, with Telegram's own complaints. Pure.

Rules: Bot API, "Formatting options", HTML style. The wording of the errors and the byte offsets in
them are those of TDLib's parser (tdlib/td, MessageEntity.cpp and its tests), so that a bot's error
handling can be tried here.
"""

import re
from dataclasses import dataclass

from sandbox.entities import Entity, Formatted, link_target, units, user_of_link
from sandbox.errors import Refused, bad_request

KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
LAST_CODE_POINT = 0x10FFFF
SURROGATES = range(0xD800, 0xE000)

_SPECIAL = re.compile(r"[<&]")
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,7})|#([0-9]{1,8})|([a-zA-Z]+));?")
_SPACE = re.compile(r"[ \t\r\n\v]*")
_TAG_NAME = re.compile(r"[^ \t\r\n\v>]*")
_ATTRIBUTE_NAME = re.compile(r"[^ \t\r\n\v=>/\"']*")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_TOKEN_ENDS = tuple(" \t\r\n\v>")


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    piece: int


def parse(source: str) -> Formatted:
    """Return the text and its entities, offsets and lengths in UTF-16 units.

    Raises:
        Refused: an unknown, unclosed or crossed tag; the description is Telegram's.
    """
    if "<" not in source and "&" not in source:
        return Formatted(source, ())
    return _Parser(source).run()


class _Parser:
    """One pass over one text."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._pieces: list[str] = []
        self._units = 0
        self._opened: list[_Open] = []
        self._entities: list[Entity] = []

    def run(self) -> Formatted:
        """Read to the end."""
        while found := _SPECIAL.search(self._source, self._at):
            self._add(self._source[self._at : found.start()])
            self._at = found.start()
            if found[0] == "&":
                self._reference()
            elif self._source.startswith("/", self._at + 1):
                self._end_tag()
            else:
                self._start_tag()
        self._add(self._source[self._at :])
        if self._opened:
            tag = self._opened[-1].tag
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{tag}"')
        return Formatted("".join(self._pieces), tuple(self._entities))

    def _add(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            self._units += units(text)

    def _reference(self) -> None:
        character, self._at = _character(self._source, self._at)
        self._add(character)

    def _start_tag(self) -> None:
        begin = self._at
        name = self._take(_TAG_NAME, begin + 1)
        if self._at >= len(self._source):
            raise self._wrong("Unclosed start tag", begin)
        tag = name.lower()
        if tag not in KINDS:
            raise self._wrong(f'Unsupported start tag "{tag}"', begin)
        argument = self._attributes(tag, begin)
        if tag == "span" and argument != "spoiler":
            raise self._wrong('Tag "span" must have class "tg-spoiler"', begin)
        self._at += 1
        self._opened.append(_Open(tag, argument, self._units, len(self._pieces)))

    def _attributes(self, tag: str, begin: int) -> str:
        argument = ""
        while not self._next_is(">"):
            self._take(_SPACE)
            if self._next_is(">"):
                break
            name = self._take(_ATTRIBUTE_NAME)
            if not name:
                raise self._wrong(f'Empty attribute name in the tag "{tag}"', begin)
            argument = _argument(tag, name, self._value(tag, begin)) or argument
        return argument

    def _value(self, tag: str, begin: int) -> str | None:
        """Return the value of the attribute just named; None for one without a value."""
        self._take(_SPACE)
        has_value = self._next_is("=")
        if has_value:
            self._take(_SPACE, self._at + 1)
        if self._at >= len(self._source):
            raise self._wrong(f'Unclosed start tag "{tag}"', begin)
        if not has_value:
            return None
        value = self._quoted() if self._source[self._at] in "'\"" else self._name_token()
        if self._at >= len(self._source):
            raise self._wrong("Unclosed start tag", begin)
        return value

    def _name_token(self) -> str:
        begin = self._at
        token = self._take(_NAME_TOKEN)
        if self._source[self._at : self._at + 1] not in _TOKEN_ENDS:
            raise self._wrong("Unexpected end of name token", begin)
        return token.lower()

    def _quoted(self) -> str:
        end = self._source.find(self._source[self._at], self._at + 1)
        begin, self._at = self._at + 1, len(self._source) if end < 0 else end + 1
        return _decoded(self._source[begin : end if end >= 0 else None])

    def _end_tag(self) -> None:
        begin = self._at
        if not self._opened:
            raise self._wrong("Unexpected end tag", begin)
        name = self._take(_TAG_NAME, begin + 2)
        self._take(_SPACE)
        if not self._next_is(">"):
            raise self._wrong("Unclosed end tag", begin)
        opened = self._opened.pop()
        if name and name != opened.tag:
            at = _bytes(self._source[:begin])
            raise _unparsable(
                f"Unmatched end tag at byte offset {at}, "
                f'expected "</{opened.tag}>", found "</{name}>"'
            )
        self._at += 1
        if self._units > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        kind, length = KINDS[opened.tag], self._units - opened.offset
        if kind == "text_link":
            self._link(opened, length)
            return
        if kind in ("code", "pre") and self._joins_code(kind, opened, length):
            return
        if kind == "blockquote" and opened.argument:
            kind = "expandable_blockquote"
        self._entities.append(Entity(kind, opened.offset, length, _extra(kind, opened.argument)))

    def _joins_code(self, kind: str, opened: _Open, length: int) -> bool:
        """Make ``<pre><code class="language-x">`` one entity."""
        if not self._entities:
            return False
        last = self._entities[-1]
        language = opened.argument or last.extra
        same = (last.offset, last.length) == (opened.offset, length)
        if not same or not language or {last.kind, kind} != {"code", "pre"}:
            return False
        self._entities[-1] = Entity("pre", last.offset, length, language)
        return True

    def _link(self, opened: _Open, length: int) -> None:
        shown = "".join(self._pieces[opened.piece :])
        address = opened.argument or shown
        user = user_of_link(address)
        if user is not None:
            self._entities.append(Entity("text_mention", opened.offset, length, user))
        elif (target := link_target(address)) is not None:
            # an address that Telegram does not accept (tel:, mailto:) silently leaves plain text
            self._entities.append(Entity("text_link", opened.offset, length, target))

    def _take(self, pattern: re.Pattern[str], at: int | None = None) -> str:
        found = pattern.match(self._source, self._at if at is None else at)
        assert found is not None  # every pattern here matches the empty string
        self._at = found.end()
        return found[0]

    def _next_is(self, character: str) -> bool:
        return self._source.startswith(character, self._at)

    def _wrong(self, what: str, begin: int) -> Refused:
        return _unparsable(f"{what} at byte offset {_bytes(self._source[:begin])}")


def _character(source: str, at: int) -> tuple[str, int]:
    """Return the character that the reference at *at* stands for, and where it ends."""
    found = _REFERENCE.match(source, at)
    if found is None:
        return "&", at + 1
    if found[3]:
        named = NAMED.get(found[3])
        return (named, found.end()) if named else ("&", at + 1)
    code = int(found[1], 16) if found[1] else int(found[2])
    if not 0 < code < LAST_CODE_POINT:
        return "&", at + 1
    if code in SURROGATES:
        raise _unparsable(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return chr(code), found.end()


def _decoded(value: str) -> str:
    """Return an attribute's value with its references resolved."""
    pieces, at = [], 0
    while (found := value.find("&", at)) >= 0:
        pieces.append(value[at:found])
        character, at = _character(value, found)
        pieces.append(character)
    return "".join([*pieces, value[at:]])


def _argument(tag: str, name: str, value: str | None) -> str | None:
    """Return what the attribute means for its tag; None if it means nothing."""
    if (tag, name) == ("blockquote", "expandable"):
        return "1"
    if (tag, name) in {("a", "href"), ("tg-emoji", "emoji-id")}:
        return value
    if (tag, name) == ("code", "class") and value and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, name) == ("span", "class") and value and value.startswith("tg-"):
        return value.removeprefix("tg-")
    return None


def _extra(kind: str, argument: str) -> str:
    return argument if kind in ("custom_emoji", "code") else ""


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _unparsable(what: str) -> Refused:
    return bad_request(f"can't parse entities: {what}")
