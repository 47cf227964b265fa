"""What people type about a service: cleaned and checked, or what to ask them back. Pure.

Nothing is guessed: a text that can mean two things, or nothing, comes back as a question.
"""

import re
import unicodedata
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import nh3
import phonenumbers
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher, shortnumberinfo
from pydantic import TypeAdapter, ValidationError

from directory import fields
from directory.model import Address, CostOption, Phone
from directory.places import Gazetteer
from locales.errors import N_, Text

SECRET_PLACE = Text(
    N_("This place is secret, so I take no address and no postcode. I kept nothing of your text.")
)
_TOO_LONG = N_("This text is too long: {length} characters, at most {most}. Please shorten it.")
_NOTHING = Text(N_("I found no words in this. Please write it again."))
_NUMBER = N_("I cannot read this number: {number}. Please write it as people dial it.")
_EMAIL = Text(N_("This is not an e-mail address. Please write one, like info@example.org."))
NO_ADDRESS = Text(N_("This is not a web address. Please write one that begins with https://."))
_POSTCODE = Text(N_("Please write the whole address, with its postcode, like LS9 8AA."))
_UNKNOWN = Text(N_("I do not know this postcode. Please look at it again."))
_AGES = Text(N_("Please write the ages like this: 16-25, or 18+."))

MOST_PHONES = 4
_LONGEST_SHORT_CODE = 6  # digits: 116123
_OLDEST = 120  # as in directory.fields
_MOST_LINES = 4
_MARKS = {"Cc", "Cs", "Co", "Cn"}  # control characters and what is no character
# marks of direction that a text could leave open (UAX 9); joiners of scripts stay
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_POSTCODES = re.compile(
    r"\b([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][ABD-HJLNP-UW-Z]{2})\b", re.IGNORECASE
)
_BETWEEN = re.compile(r"[\n;]|,(?=[^,\n]*\d)| (?:or|and) (?=[+(]?\d)")  # of two numbers
_DIGITS = re.compile(r"\+?\d[\d ().-]*\d")
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|igshid")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_AGE_SPAN = re.compile(r"(\d{1,3}) ?(?:-|–|to) ?(\d{1,3})")
_AGE_FROM = re.compile(r"(\d{1,3}) ?\+|(?:over|from) (\d{1,3})")


def clean(text: str) -> str:
    """Return *text* without HTML, control characters, marks of direction and empty lines."""
    plain = unescape(nh3.clean(text, tags=set()))
    plain = _DIRECTIONS.sub("", unicodedata.normalize("NFC", plain))
    lines = [
        " ".join("".join(" " if unicodedata.category(c) in _MARKS else c for c in line).split())
        for line in plain.splitlines()
    ]
    return "\n".join(line for line in lines if line)


def words(text: str, kind: Any) -> str | Text:
    """Return *text* on one line if it fits *kind*, one of `directory.fields` (Any: annotated)."""
    said = clean(text).replace("\n", " ")
    if not said:
        return _NOTHING
    try:
        return str(TypeAdapter(kind).validate_python(said))
    except ValidationError as exc:
        most = exc.errors()[0].get("ctx", {}).get("most", 0)
        length = len(said.encode("utf-16-le")) // 2
        return Text(_TOO_LONG, {"length": length, "most": int(most)})


def phones(text: str) -> tuple[Phone, ...] | Text:
    """Return the numbers in *text*, one a line or parted by commas; words beside one label it."""
    found: list[Phone] = []
    for part in _BETWEEN.split(clean(text)):
        if not part.strip():
            continue
        one = _phone(part)
        if isinstance(one, Text):
            return one
        if one.number not in {phone.number for phone in found}:
            found.append(one)
    if not 0 < len(found) <= MOST_PHONES:
        return Text(_NUMBER, {"number": clean(text)[:60].replace("\n", " ")})
    return tuple(found)


def _phone(part: str) -> Phone | Text:
    unclear = Text(_NUMBER, {"number": part.strip()[:60]})
    matches = list(PhoneNumberMatcher(part, "GB", leniency=Leniency.VALID))
    if len(matches) == 1 and matches[0].number.extension is None:
        number = phonenumbers.format_number(matches[0].number, PhoneNumberFormat.E164)
        raw = part[: matches[0].start] + " " + part[matches[0].end :]
    elif not matches and (short := _DIGITS.search(part)) is not None:
        number = re.sub(r"\D", "", short[0])
        raw = part[: short.start()] + " " + part[short.end() :]
        if short[0].startswith("+") or not _is_short(number):
            return unclear
    else:
        return unclear
    label = " ".join(raw.split()).strip(" :()–-.")
    if any(c.isdigit() for c in label) or len(label) > 50:  # noqa: PLR2004  (fields.Line)
        return unclear
    return Phone(number, label or None)


def _is_short(number: str) -> bool:
    if len(number) > _LONGEST_SHORT_CODE:
        return False
    parsed = phonenumbers.parse(number, "GB")
    return shortnumberinfo.is_valid_short_number_for_region(parsed, "GB")


def email(text: str) -> str | Text:
    """Return the one e-mail address in *text*."""
    said = clean(text).removeprefix("mailto:").strip("<>. ")
    known = said.isascii() and _HOST.fullmatch(said.rpartition("@")[2].lower()) is not None
    if not known or re.fullmatch(r"[\w.%+'-]+@[\w.-]+", said) is None:
        return _EMAIL
    return words(said, fields.Email)


def url(text: str) -> str | Text:
    """Return the web address in *text*: https, without a password, port or tracking."""
    said = clean(text)
    if "://" not in said:
        said = f"https://{said}"
    try:
        parts = urlsplit(said)
        host = (parts.hostname or "").encode("idna").decode()
        odd = parts.username is not None or parts.port is not None
    except ValueError:  # also of idna: an empty or overlong label
        return NO_ADDRESS
    if parts.scheme.lower() != "https" or odd or _HOST.fullmatch(host) is None or " " in said:
        return NO_ADDRESS
    kept = [pair for pair in parse_qsl(parts.query) if not _TRACKING.fullmatch(pair[0])]
    whole = urlunsplit(("https", host, parts.path, urlencode(kept), parts.fragment))
    return words(whole, fields.Url)


def address(text: str, gazetteer: Gazetteer) -> Address | Text:
    """Return the postal address in *text*: its lines, then a postcode that the pack knows."""
    said = clean(text)
    codes = list(_POSTCODES.finditer(said))
    if len(codes) != 1:
        return _POSTCODE
    postcode = f"{codes[0][1]} {codes[0][2]}".upper()
    if gazetteer.find(postcode) is None:
        return _UNKNOWN
    rest = said[: codes[0].start()] + "\n" + said[codes[0].end() :]
    lines = [part.strip(" .") for part in re.split(r"[\n,]", rest)]
    lines = [line for line in lines if line]
    if not 0 < len(lines) <= _MOST_LINES:
        return _POSTCODE
    kept = [words(line, fields.Line) for line in lines]
    wrong = next((line for line in kept if isinstance(line, Text)), None)
    return wrong or Address(tuple(str(line) for line in kept), postcode)


def ages(text: str) -> tuple[int | None, int | None] | Text:
    """Return the lowest and the highest age in *text*: ``16-25`` or ``18+``."""
    said = clean(text).lower()
    if (found := _AGE_SPAN.fullmatch(said)) is not None:
        low, high = int(found[1]), int(found[2])
        return (low, high) if low <= high <= _OLDEST else _AGES
    if (found := _AGE_FROM.fullmatch(said)) is not None:
        return int(found[1] or found[2]), None
    return _AGES


def cost(text: str) -> CostOption | Text:
    """Return what it costs, in the words of *text*."""
    said = words(text, fields.Line)
    return said if isinstance(said, Text) else CostOption(None, None, said)
