"""Texts, addresses and numbers of strangers, made such as a card can hold. Pure; nh3 does HTML."""

import html
import re
import unicodedata
from urllib.parse import urlsplit

import nh3
import phonenumbers

HTML_LENGTH = 40_000  # characters that are read of a text
_BLOCK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|tr|td|th|table|h[1-6]|hr|blockquote|section|article|pre|dd|dt|dl)\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(?:[a-z][a-z0-9]*\b|/[a-z]|!--)[^<>]*>?", re.IGNORECASE)
_WITH_CONTENT = {"script", "style", "noscript", "iframe", "object", "svg", "head"}
# control characters, direction marks, zero width, tag characters, byte order marks; the joiners
# U+200C and U+200D stay: Persian and emoji need them (reliability test F7)
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)")
_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+'-]{0,63}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_HOST = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE)
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][ABD-HJLNP-UW-Z]{2})")
_OUTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
_LONGEST_URL, _LONGEST_EMAIL = 500, 80  # as in directory.fields


def plain(markup: str) -> str:
    """Return the words of *markup*, a line for each block, empty ones left out.

    Line breaks count where there is no HTML. Escaped twice, as some publishers do, is unescaped
    twice. Only the first `HTML_LENGTH` characters are read.
    """
    words = _words(markup[:HTML_LENGTH])
    if _TAG.search(words):
        words = _words(words)
    lines = (" ".join(line.split()) for line in _UNSEEN.sub("", words).split("\n"))
    return "\n".join(line for line in lines if line)


def line(markup: str) -> str:
    """Return the words of *markup* on one line."""
    return " ".join(plain(markup).split("\n"))


def units(words: str) -> int:
    """Return the length of *words* in UTF-16 units, as Telegram counts."""
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def shortened(words: str, most: int) -> str:
    """Return *words* with at most *most* UTF-16 units: cut after a sentence, else after a word."""
    if units(words) <= most:
        return words
    cut = words.encode("utf-16-le")[: 2 * (most - 1)].decode("utf-16-le", "ignore")
    ends = [found.end() for found in _SENTENCE_END.finditer(cut)]
    if ends and ends[-1] > most // 3:
        return cut[: ends[-1]]
    at_word, space, _ = cut.rpartition(" ")
    return (at_word if space and len(at_word) > most // 2 else cut).rstrip(" ,;:–-") + "…"


def emails(words: str) -> list[str]:
    """Return every e-mail address in *words*."""
    return _EMAIL.findall(words)


def url(value: str) -> str | None:
    """Return the web address in *value*, with https:// where it has no scheme; None if none."""
    bare = _UNSEEN.sub("", html.unescape(value)).strip()
    if bare and "://" not in bare and not bare.lower().startswith(("mailto:", "tel:")):
        bare = f"https://{bare.lstrip('/')}"
    try:
        parts = urlsplit(bare)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    wrong = "@" in parts.netloc or port == 0 or re.search(r"\s", bare)
    if parts.scheme.lower() not in {"http", "https"} or wrong or not _HOST.fullmatch(host):
        return None
    found = bare[len(parts.scheme) :]
    return parts.scheme.lower() + found if units(bare) <= _LONGEST_URL else None


def email(value: str) -> str | None:
    """Return the first e-mail address in *value*, its domain in lower case; None if none."""
    found = _EMAIL.search(html.unescape(value))
    if found is None or len(found[0]) > _LONGEST_EMAIL:
        return None
    name, _, domain = found[0].rpartition("@")
    return f"{name}@{domain.lower()}"


def numbers(value: str) -> tuple[str, ...]:
    """Return the valid UK or international numbers in *value*, in E.164, each once."""
    short = value.strip()
    if re.fullmatch(r"\d{3}|116\d{3}", short):
        return (short,)
    matches = phonenumbers.PhoneNumberMatcher(value[:200], "GB")
    form = phonenumbers.PhoneNumberFormat.E164
    return tuple(dict.fromkeys(phonenumbers.format_number(m.number, form) for m in matches))


def is_mobile(number: str) -> bool:
    """Say whether *number*, in E.164, is that of a mobile phone."""
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number, "GB"))
    except phonenumbers.NumberParseException:
        return False
    return kind in {
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.PERSONAL_NUMBER,
        phonenumbers.PhoneNumberType.PAGER,
    }


def postcode(value: str) -> str | None:
    """Return *value* as a postcode written with its space, None if it is no whole postcode."""
    found = _POSTCODE.fullmatch("".join(value.upper().split()))
    return None if found is None else f"{found[1]} {found[2]}"


def outcode(value: str) -> str | None:
    """Return the first half of the postcode *value*, also where that is all there is."""
    whole = postcode(value)
    first = whole or value
    found = _OUTCODE.fullmatch(first.upper().strip().split(" ", 1)[0])
    return None if found is None else found[0]


def _words(markup: str) -> str:
    if _TAG.search(markup):
        markup = _BLOCK.sub(lambda tag: "\n" + tag[0], " ".join(markup.split()))
        markup = nh3.clean(markup, tags=set(), clean_content_tags=_WITH_CONTENT)
    return unicodedata.normalize("NFC", html.unescape(markup))
