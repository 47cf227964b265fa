"""HTML of strangers to plain words and plain links. Pure; nh3 does the HTML.

What comes out holds no markup, no control or direction-override characters (reliability test
F7), no tracking parameters and no furniture of the page it came from. It is not escaped.
"""

import html
import re
import unicodedata
from collections.abc import Sequence
from functools import partial
from itertools import chain, islice
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

import nh3

TITLE_LENGTH = 200
SUMMARY_LENGTH = 300
LINK_LENGTH = 1000  # so that an item always fits a message of 4,096 units
HTML_LENGTH = 60_000  # of an item's markup is read: enough for its body
BODY_LENGTH = 20_000  # of an item's whole text: some ten pages
_SOURCE_LENGTH = 80
_SAYS_ENOUGH = 40  # characters of a sentence that can stand alone
_READ_FOR_SUMMARY = 3_000  # two sentences, and the furniture that may come before them

_BLOCK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|tr|td|th|table|h[1-6]|hr|blockquote|figure|figcaption|section"
    r"|article|header|footer|pre|dd|dt|dl|form|option)\b",
    re.IGNORECASE,
)
_DROPPED_WITH_CONTENT = {"script", "style", "noscript", "iframe", "object", "svg", "head"}
_STILL_HTML = re.compile(
    r"</?(?:p|a|b|i|em|strong|br|div|span|img|script|style|iframe|ul|li|h[1-6])\b[^<>]*>",
    re.IGNORECASE,
)
# Cc but tab and newline, direction marks and overrides (UAX 9), zero-width, tag characters,
# byte order marks; the joiners U+200C and U+200D stay: Persian and emoji need them
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
# what WordPress, its plug-ins and Cloudflare add; seen on the partnership's blog (2016-2025)
_FURNITURE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^\s*Abstract:?\s*(?=(?-i:[A-Z]))",
        r"The post .{0,300}? (?:first )?appeared (?:first )?on .{0,150}?(?:\.(?=\s|$)|$)",
        r"Loader Loading\.{0,3}\s*EAD Logo.{0,80}?Reload document\s*(?:\|?\s*Open in new tab)?",
        r"\bDownload \[?\d+(?:\.\d+)? ?[KM]B\]?",
        r"\[?\bemail[\s\u00a0]protected\]?",
        r"\(?\bContinue reading\b.{0,200}$",
        r"\bRead (?:the )?(?:more|full (?:story|post|article))\s*(?:\.{3}|…|»|→|›|$).{0,100}",
        r"\bClick to (?:share|email|print|e-mail)\b[^.]{0,120}?\(Opens in new window\)",
        r"\bShare this:?(?=\s|$)"
        r"(?: ?(?:Facebook|Twitter|X|LinkedIn|WhatsApp|E-?mail|Print|Tweet)\b)*",
        r"\bLike this:? (?:Like )?Loading\.{0,3}",
        r"\bLike Loading\.{3}",
        r"\bView (?:this|the) (?:post|email) (?:on|in) [^.]{0,60}$",
        r"\bComments are closed\.?",
        r"\bOpens in (?:a )?new window\b",
        r"\[(?:…|\.{3}|&hellip;)\]",
        r"\[/?[a-z_]{3,30}(?: [a-z_]{2,30}=[^\]]{0,200})?/?\]",
    )
)
# the same where each piece is a block of its own
_FURNITURE_LINE = re.compile(
    r"(?:Loader|Loading(?:\.{2,3}|…)?|EAD Logo|Taking too long\?|(?:\| ?)?Reload document"
    r"|(?:\| ?)?Open in new tab|Download(?: \[?\d[^\]]{0,12}\]?)?|Share(?: this)?:?|Like this:?"
    r"|Like|Tweet|Tweets?:?|Facebook|Twitter|X|LinkedIn|WhatsApp|Telegram|Pinterest|Reddit|Tumblr"
    r"|Pocket|Print|E-?mail|More|Related(?: posts?)?:?|Leave a (?:comment|reply)|Comments?"
    r"|\d+ Comments?|Advertisements?|Reply|Read more(?:\.{3}|…|»|→|›)?|Previous|Next|»|«|\|)",
    re.IGNORECASE,
)
# one pass that says whether the others are worth it: most lines have no furniture
_PERHAPS_FURNITURE = (
    *("appeared", "ead logo", "download", "protected", "continue reading", "read ", "click to"),
    *("share", "like", "view th", "comments are", "opens in", "["),
)
_LOOSE_STOP = re.compile(r" ([.,;:!?])(?=\s|$)")
_TRACKING = re.compile(
    r"utm_\w+|(?:fb|g|dc|gb|wb|ms|tt|yc|tw)clid|mc_[ce]id|_?ga|_gl|igshid|igsh|mkt_tok|_hs\w+"
    r"|vero_\w+|oly_\w+|s_cid|ref_src|ref_url|share|nb|mibextid|spm|trk|wt_mc|xtor|pk_\w+",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？؟۔])[\"'”’)\]]*(?=\s+\S)")
_NO_END = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Rev|No|vs|etc|e\.g|i\.e|approx|tel|Ltd|Co|Jan|Feb|Mar|Apr|Jun"
    r"|Jul|Aug|Sept?|Oct|Nov|Dec|a\.m|p\.m)|\b[A-Z])\.$",
    re.IGNORECASE,
)
_LONGEST_ABBREVIATION = 10  # characters
_HIDDEN = re.compile(
    r"<(?P<tag>div|span|p|a|ul|section|font|small)\b[^<>]{0,400}?"
    r"(?:style\s*=\s*(?:\"[^\"<>]{0,300}?|'[^'<>]{0,300}?)"
    r"(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|text-indent\s*:\s*-\d{3,}"
    r"|(?:left|top)\s*:\s*-\d{3,}|opacity\s*:\s*0(?![.\d]))|\bhidden(?=[\s>=]))"
    r"[^<>]{0,300}>(?P<inside>.{0,5000}?)</(?P=tag)\s*>",
    re.IGNORECASE | re.DOTALL,
)
_HREF = re.compile(r"\bhref\s*=\s*[\"']?(https?://[^\s\"'<>]{1,500})", re.IGNORECASE)
_WEEKDAYS_AND_MONTHS = (
    "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May"
    "|June|July|August|September|October|November|December"
)
_NAME = r"(?:[Tt]he )?[A-Z][\w&'’.-]*(?:(?: (?:and|of|for|the|in|&|at))* [A-Z][\w&'’.-]*)*"
_SOURCE_IN_TITLE = re.compile(
    rf"\b(?:from|via)\s+(?P<name>(?!{_WEEKDAYS_AND_MONTHS}\b){_NAME})"
    rf"(?:,[\w\s]{{1,40}}\bof (?P<body>{_NAME}))?\s*$"
)
_SOURCE_LINE = re.compile(rf"^\s*[(\[]?(?:[Vv]ia|[Ff]rom):?\s+(?P<name>{_NAME})\s*[)\]]?[.:]?\s*$")
_PERSON_AT = re.compile(rf"^[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)? at (?P<body>{_NAME})$")


def clean_text(markup: str, limit: int) -> str:
    """Return the words of *markup* on one line, cut at a word's end to *limit* characters."""
    return shorten(" ".join(plain_lines(markup)), limit)


def plain_lines(markup: str) -> tuple[str, ...]:
    """Return the words of *markup*, a line for each block, empty ones left out.

    Only the first `HTML_LENGTH` characters are read.
    """
    words = _words(markup[:HTML_LENGTH])
    if _STILL_HTML.search(words):  # escaped twice, as some plug-ins do
        words = _words(words)
    lines = (" ".join(line.split()) for line in _UNSEEN.sub("", words).split("\n"))
    return tuple(line for line in lines if line)


def shorten(text: str, limit: int) -> str:
    """Return *text* whole, or cut at a word's end with an ellipsis: at most *limit* characters."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    at_word, space, _ = cut.rpartition(" ")
    return (at_word if space and len(at_word) > limit // 2 else cut).rstrip(" ,;:–-") + "…"


def summarise(markup: str, title: str) -> str:
    """Return `summary` of the lines of *markup*."""
    return summary(plain_lines(markup), title)


def summary(lines: Sequence[str], title: str) -> str:
    """Return the first one or two whole sentences of *lines* after the furniture is gone.

    The title is not said again. When even the first sentence is longer than
    `SUMMARY_LENGTH` characters, or has no end, it is cut at a word with an ellipsis.
    """
    said = " ".join(_sentence_lines(_first_lines(lines)))
    text = _LOOSE_STOP.sub(r"\1", without_furniture(said))
    if title and text.casefold().startswith(title.casefold()):
        text = text[len(title) :].lstrip(" .:–-|")
    return _two_sentences(text)


def body(lines: Sequence[str]) -> str:
    """Return the whole text, a line for each block, without furniture: `BODY_LENGTH` at most."""
    kept, length = list[str](), 0
    for line in lines:
        bare = without_furniture(line) if _perhaps_furniture(line) else line
        if not bare or _FURNITURE_LINE.fullmatch(bare):
            continue
        length += len(bare) + 1
        if length > BODY_LENGTH:
            room = BODY_LENGTH - (length - len(bare) - 1)
            return "\n".join([*kept, shorten(bare, room)] if room > 1 else kept)
        kept.append(bare)
    return "\n".join(kept)


def without_furniture(text: str) -> str:
    """Return plain *text* without what a site adds to every post: share lines and the like."""
    if _perhaps_furniture(text) or _FURNITURE[0].match(text):
        for furniture in _FURNITURE:
            text = furniture.sub(" ", text)
    return " ".join(text.split())


def clean_link(link: str, base: str) -> str | None:
    """Return *link*, made absolute by *base*, without tracking; None if it is not for the web.

    Only http and https; no user names (``https://bank.example@evil.example``), at most
    `LINK_LENGTH` characters.
    """
    bare = _UNSEEN.sub("", link).replace("\t", "").replace("\n", "").strip()
    try:
        parts = urlsplit(urljoin(base, bare))
        port = parts.port  # raises for one out of range
    except ValueError:
        return None
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc or port == 0:
        return None
    if re.search(r"[\s<>\"'\\^`{|}]", parts.netloc):
        return None
    safe = partial(quote, safe="/%:=&?~#+!$,;'@()*[]", encoding="utf-8", errors="replace")
    cleaned = urlunsplit(
        (parts.scheme, parts.netloc, safe(parts.path), _without_tracking(parts.query), "")
    )
    if parts.fragment and not parts.fragment.startswith(("Echobox", ":~:")):
        cleaned += "#" + safe(parts.fragment)
    return cleaned if len(cleaned) <= LINK_LENGTH else None


def is_tracking(name: str) -> bool:
    """Say whether a link's parameter only tells where its reader came from."""
    return _TRACKING.fullmatch(name) is not None


def stated_source(title: str, lines: Sequence[str]) -> str | None:
    """Return the organisation that the text says it is from ("via X", "from X"), or None.

    Source: habits of the partnership's blog, where the WordPress author is only the poster.
    """
    if (found := _SOURCE_IN_TITLE.search(title)) and (
        found["body"] or " " in found["name"] or found["name"].isupper()
    ):
        return _organisation(found["body"] or found["name"])
    for line in lines[:60]:
        if found := _SOURCE_LINE.match(line):
            return _organisation(found["name"])
    return None


def hidden_text(markup: str) -> str:
    """Return up to 500 characters that a browser would not show: a habit of link spam."""
    found = (match["inside"] for match in _HIDDEN.finditer(markup[:HTML_LENGTH]))
    linked = (piece + " " + " ".join(_HREF.findall(piece)) for piece in found)
    return clean_text(" ".join(linked), 500)


def without_hidden(markup: str) -> str:
    """Return *markup* without what `hidden_text` finds."""
    return _HIDDEN.sub(" ", markup[:HTML_LENGTH])


def linked_sites(markup: str, own_host: str) -> int:
    """Return how many hosts other than *own_host* the markup links to."""
    hosts = {_host(link) for link in _HREF.findall(markup[:HTML_LENGTH])}
    return len(hosts - {own_host.lower().removeprefix("www."), ""})


def _words(markup: str) -> str:
    spaced = _BLOCK.sub(lambda tag: "\n" + tag[0], " ".join(markup.split()))
    bare = nh3.clean(spaced, tags=set(), clean_content_tags=_DROPPED_WITH_CONTENT)
    return unicodedata.normalize("NFC", html.unescape(bare))


def _perhaps_furniture(text: str) -> bool:
    folded = text.casefold()  # and a search for each: one in any case takes ten times as long
    return any(words in folded for words in _PERHAPS_FURNITURE)


def _first_lines(lines: Sequence[str]) -> list[str]:
    """Return as many lines as two sentences can need, without those that are furniture."""
    kept, length = list[str](), 0
    for line in lines:
        if _FURNITURE_LINE.fullmatch(line):
            continue
        kept.append(line[:_READ_FOR_SUMMARY])
        length += len(line)
        if length > _READ_FOR_SUMMARY:
            break
    return kept


def _sentence_lines(lines: Sequence[str]) -> list[str]:
    """Give a line that is long enough to be a sentence its full stop."""
    return [
        line + "." if len(line) > 60 and line[-1].isalnum() else line  # noqa: PLR2004  (a heading is shorter)
        for line in lines
        if not _SOURCE_LINE.match(line)
    ]


def _two_sentences(text: str) -> str:
    ends = chain((m.end() for m in _SENTENCE_END.finditer(text)), [len(text)])
    true = (end for end in ends if end == len(text) or not _abbreviated(text, end))
    fitting = [end for end in islice(true, 2) if end <= SUMMARY_LENGTH]
    if not fitting:
        return shorten(text, SUMMARY_LENGTH)
    breaks_off = fitting[-1] == len(text) and text.endswith(("…", "..."))
    if breaks_off and len(fitting) > 1 and fitting[0] >= _SAYS_ENOUGH:
        return text[: fitting[0]].strip()  # rather one whole sentence than one and a half
    return text[: fitting[-1]].strip()


def _abbreviated(text: str, end: int) -> bool:
    """Say whether no sentence ends at *end*, but "Dr." or an initial."""
    return _NO_END.search(text, max(0, end - _LONGEST_ABBREVIATION), end) is not None


def _without_tracking(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not is_tracking(name)]
    if len(kept) == len(pairs):
        return quote(query, safe="/%:=&?~+!$,;'@()*[]")
    return urlencode(kept)


def _organisation(name: str) -> str:
    at = _PERSON_AT.match(name)
    return shorten(at["body"] if at else name, _SOURCE_LENGTH)


def _host(link: str) -> str:
    try:
        return (urlsplit(link).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
