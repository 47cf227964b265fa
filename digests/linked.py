"""The `<link ...>` tags of a page or a feed, without a parser that a page could slow down. Pure."""

import re
from collections.abc import Iterator, Mapping
from html import unescape

_LINK = re.compile(r"<(?:[\w.-]{1,20}:)?link\s([^<>]{1,1000})>", re.IGNORECASE)
_FIELD = re.compile(r"""([\w:-]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


def link_tags(markup: str) -> Iterator[Mapping[str, str]]:
    """Yield the attributes of each link tag, names in lower case, values unescaped."""
    for link in _LINK.finditer(markup):
        yield {
            name.lower(): unescape(quoted or single or bare)
            for name, quoted, single, bare in _FIELD.findall(link[1])
        }
