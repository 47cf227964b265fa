"""Mails as plain text: lines of at most 76 columns, links whole. Pure."""

import re
import textwrap
import unicodedata

from digests.templating import read
from locales import Translator

COLUMNS = 76  # RFC 5322 section 2.1.1 asks for at most 78; quoted in an answer they grow
_LINK = "://"
_TEMPLATES = read(lambda name: name.endswith(".txt.j2"), escaped=False)
_MANY_EMPTY = re.compile(r"\n{3,}")
_INDENT = re.compile(r"[ *]*")


def mail_text(name: str, t: Translator, **values: object) -> str:
    """Return the template *name* with its *values*, wrapped and directed for a reader of *t*."""
    text = _TEMPLATES[name].render(underlined=underlined, **values)
    wrapped = "\n".join(wrap(line) for line in text.split("\n"))
    return t.directed(_MANY_EMPTY.sub("\n\n", wrapped).strip() + "\n")


def wrap(line: str) -> str:
    """Return *line* in lines of at most `COLUMNS`, indented as it is; a link is never cut."""
    line = line.rstrip()
    if _LINK in line or len(line) <= COLUMNS:
        return line
    marked = _INDENT.match(line)
    indent = " " * len(marked[0]) if marked else ""
    return "\n".join(
        textwrap.wrap(
            line, COLUMNS, subsequent_indent=indent, break_on_hyphens=False, break_long_words=True
        )
    )


def underlined(title: str) -> str:
    """Return *title* with a line of dashes below it, as long as it looks."""
    width = sum(1 for letter in title if unicodedata.category(letter) not in {"Mn", "Cf"})
    return f"{title}\n{'-' * min(width, COLUMNS)}"
