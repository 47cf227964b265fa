"""Text with entities: UTF-16 counting, what Telegram finds by itself, and safe HTML. Pure."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

from sandbox.spec import Json

MOST_ENTITIES = 100  # further ones are dropped without a word; seen with Telegram, not documented
WEB_SCHEMES = ("http", "https", "ftp")
APP_SCHEMES = ("tg", "ton", "tonsite")
ARGUMENT = {"text_link": "url", "pre": "language", "custom_emoji": "custom_emoji_id"}
TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}
WHOLE = frozenset({"code", "pre"})  # nothing else may lie inside these
UNTOUCHED = frozenset({"code", "pre", "text_link", "text_mention"})

_FOUND = re.compile(
    r"(?P<url>(?:https?|ftp)://[^\s<>\"]+[^\s<>\".,;:!?)\]'])"
    r"|(?P<email>(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,})"
    r"|(?P<bare>(?<![\w@./-])(?:[A-Za-z0-9-]+\.)+(?:com|org|net|info|uk|eu|io|me|app|dev)\b(?:/[^\s<>\"]*[^\s<>\".,;:!?)\]'])?)"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<mention>(?<!\w)@[A-Za-z0-9_]{4,32}(?!\w))"
    r"|(?P<hashtag>(?<!\w)#(?=\w*[^\W\d])\w{1,256})"
    r"|(?P<phone_number>(?<![\w+])\+\d(?:[ ()-]?\d){8,14}(?!\d))"
)


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of text that means something; offset and length in UTF-16 units."""

    kind: str
    offset: int
    length: int
    extra: str = ""

    @property
    def end(self) -> int:
        """The unit after the last one."""
        return self.offset + self.length

    def to_json(self) -> Json:
        """Return the Bot API's MessageEntity."""
        found: Json = {"type": self.kind, "offset": self.offset, "length": self.length}
        if self.kind == "text_mention":
            found["user"] = {"id": int(self.extra), "is_bot": False, "first_name": "Someone"}
        elif self.extra and self.kind in ARGUMENT:
            found[ARGUMENT[self.kind]] = self.extra
        return found


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text and its entities."""

    text: str
    entities: tuple[Entity, ...]


def units(text: str) -> int:
    """Return the length that Telegram counts: UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def tidy(formatted: Formatted) -> Formatted:
    """Return what Telegram keeps: trimmed ends, found links and commands, at most 100 entities."""
    text = formatted.text.replace("\r", "")
    start = units(text[: len(text) - len(text.lstrip())])
    text = text.strip()
    kept = [_clipped(one, start, units(text)) for one in formatted.entities]
    given = [one for one in kept if one.length > 0]
    whole = [one for one in given if one.kind in WHOLE]
    given = [one for one in given if not any(_inside(one, other) for other in whole)]
    entities = sorted({*given, *_detected(text, given)}, key=_order)
    return Formatted(text, tuple(entities[:MOST_ENTITIES]))


def read(items: Iterable[Json]) -> tuple[Entity, ...]:
    """Return the entities that a caller gave as JSON."""
    return tuple(
        Entity(one["type"], one["offset"], one["length"], _given_extra(one)) for one in items
    )


def link_target(address: str) -> str | None:
    """Return the address as Telegram keeps it; None if Telegram would drop the link.

    A host needs a dot ("localhost" is dropped), and only web and Telegram's own schemes count:
    ``tel:`` and ``mailto:`` do not. Source: TDLib's LinkManager.
    """
    address = address.strip()
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d)", address):
        address = f"http://{address}"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme.lower() in APP_SCHEMES:
        return address
    if parts.scheme.lower() not in WEB_SCHEMES or re.search(r"\s", host):
        return None
    if "." not in host.strip(".") and ":" not in host:
        return None
    return address if parts.path or parts.query or parts.fragment else f"{address}/"


def user_of_link(address: str) -> str | None:
    """Return the id in ``tg://user?id=...``; None for any other address."""
    if not address.lower().startswith("tg://user?"):
        return None
    found = parse_qs(urlsplit(address).query).get("id", [""])[0]
    return found if found.isdigit() else None


def to_html(text: str, entities: Iterable[Json]) -> str:
    """Return safe HTML that shows the text with its entities; line breaks stay line breaks."""
    wide = text.encode("utf-16-le", "surrogatepass")
    found = sorted(read(entities), key=_order)
    edges = sorted({0, len(wide) // 2, *(one.offset for one in found), *(one.end for one in found)})
    pieces: list[str] = []
    stack: list[Entity] = []
    for here, there in zip(edges, [*edges[1:], edges[-1]], strict=True):
        pieces += _closing(stack, here)
        for one in found:
            if one.offset == here and one.length > 0:
                pieces.append(_opening_tag(one, wide))
                stack.append(one)
        part = wide[2 * here : 2 * there].decode("utf-16-le", "replace")
        pieces.append(html.escape(part))
    return "".join(pieces)


def _closing(stack: list[Entity], here: int) -> list[str]:
    """Close what ends here, and what lies on top of it for a moment."""
    pieces: list[str] = []
    again: list[Entity] = []
    while any(one.end <= here for one in stack):
        top = stack.pop()
        pieces.append(f"</{_tag(top)}>")
        if top.end > here:
            again.append(top)
    for one in reversed(again):
        pieces.append(f"<{_tag(one)}>")
        stack.append(one)
    return pieces


def _tag(entity: Entity) -> str:
    if entity.kind in ("url", "text_link", "email"):
        return "a"
    return TAGS.get(entity.kind, "span")


def _opening_tag(entity: Entity, wide: bytes) -> str:
    tag = _tag(entity)
    if tag == "a":
        shown = wide[2 * entity.offset : 2 * entity.end].decode("utf-16-le", "replace")
        return f'<a href="{html.escape(_address(entity, shown))}" target="_blank" rel="noopener">'
    if entity.kind == "expandable_blockquote":
        return '<blockquote class="expandable">'
    if tag == "span":
        name = "tg-spoiler" if entity.kind == "spoiler" else entity.kind.replace("_", "-")
        return f'<span class="{html.escape(name)}">'
    return f"<{tag}>"


def _address(entity: Entity, shown: str) -> str:
    if entity.kind == "email":
        return f"mailto:{shown}"
    return link_target(entity.extra or shown) or "#"


def _given_extra(item: Json) -> str:
    if "user" in item:
        return str(item["user"]["id"])
    return str(item.get("url") or item.get("language") or item.get("custom_emoji_id") or "")


def _clipped(entity: Entity, start: int, length: int) -> Entity:
    offset = min(max(entity.offset - start, 0), length)
    end = min(max(entity.end - start, 0), length)
    if (offset, end) == (entity.offset, entity.end):
        return entity
    return replace(entity, offset=offset, length=end - offset)


def _inside(one: Entity, other: Entity) -> bool:
    return one is not other and other.offset <= one.offset and one.end <= other.end


def _order(entity: Entity) -> tuple[int, int, str]:
    return (entity.offset, -entity.length, entity.kind)


def _detected(text: str, given: list[Entity]) -> list[Entity]:
    """Return the links, commands, mentions and tags that Telegram marks by itself."""
    plain = text.isascii()
    found = []
    for match in _FOUND.finditer(text):
        kind = match.lastgroup or ""
        offset = match.start() if plain else units(text[: match.start()])
        one = Entity("url" if kind == "bare" else kind, offset, units(match[0]))
        if not any(
            one.offset < other.end and other.offset < one.end
            for other in given
            if other.kind in UNTOUCHED or other.kind == one.kind
        ):
            found.append(one)
    return found
