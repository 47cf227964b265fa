"""What people write about opening hours, parted into days, times and words between them. Pure."""

import re
import unicodedata
from collections.abc import Callable

from directory.openings.hours_languages import said
from directory.openings.hours_vocabulary import (
    OURSELVES,
    PHRASES,
    Clock,
    Kind,
    Token,
    plain_word,
    words,
)

_MINUTES, _HALF_DAY, _DAY = 60, 12, 24  # minutes, hours, hours
_LATEST = 48  # hours: opening_hours counts on past midnight
_LETTER = r"(?:[^\W\d_]|[\u0300-\u036f\u064b-\u065f\u0900-\u0dff])"  # with vowel signs
_PLAIN_TIME = r"(\d{1,2}(?:[:.]\d\d)?)(?!\s?[\d:.]|\s?[ap]m)"
_PART_OF_DAY = re.compile(
    r"\b(?P<part>morning|afternoon|evening)s?:?\s+(?:from\s+)?"
    rf"{_PLAIN_TIME}\s*(?:-|–|to|till?|until)\s*{_PLAIN_TIME}"
)
# only from the evening on is every night surely every day: “every night 10-12” is not
_NIGHTLY = re.compile(r"\b(?:every\s+night|nightly)\b")
_FROM_EVENING = re.compile(r"\d\s?pm\s*(?:-|–|to\b|till?\b|until\b)")
_HALF_PAST = re.compile(r"\bhalf(?:\s+past)?\s+(1[0-2]|[1-9])\b(?![:.])")
# the hours that can only be meant so: “evenings 6-8”, but not “evenings 4-6”
_HALVES = {"morning": (5, 12, "am"), "afternoon": (1, 6, "pm"), "evening": (5, 11, "pm")}
_LEXER = re.compile(
    r"(?P<comment>\"[^\"]*\")"
    r"|(?P<bracket>\[-?\d\])"
    r"|(?P<time>(?P<hour>\d{1,2})"
    r"(?:\s?(?P<colon>[:.h])\s?(?P<minute>\d\d)(?!\d)|(?=\s?(?:[ap]m\b|h\b|_hour)))"
    r"(?:\s?(?P<half>am|pm|h|_hour)(?![^\W_]))?)"
    r"|(?P<word>\d(?:st|nd|rd|th)\b)"
    r"|(?P<number>\d+)"
    rf"|(?P<name>_?{_LETTER}+(?:['’]{_LETTER}+)?)"
    r"|(?P<sign>\|\||[^\s.\w])"
    r"|(?P<space>\.|\s+|.)"
)


def tokens(text: str, language: str | None) -> list[Token]:
    """Return the words and signs of *text*; *language* None: of every language that we know."""
    parts = text.replace("“", '"').replace("”", '"').split('"')
    parts[::2] = [_plain(part, language) for part in parts[::2]]  # what is quoted stays as it is
    plain = '"'.join(parts)
    all_of = [_token(match, language) for match in _LEXER.finditer(plain)]
    found = [token for token in all_of if token.kind is not Kind.FILLER]
    return [
        Token(Kind.TO, token.text) if _means_to(found, number) else token
        for number, token in enumerate(found)
    ]


def _means_to(found: list[Token], at: int) -> bool:
    """Say whether a word between two days or two times is “to”.

    ``do`` is German for Thursday too, and ``a`` is a word of many languages.
    """
    if (
        found[at].text not in ("do", "a")
        or found[at].kind is Kind.AND
        or not 0 < at < len(found) - 1
    ):
        return False
    before, after = found[at - 1], found[at + 1]
    if before.kind is after.kind is Kind.DAYS:
        return True
    return clock_of(before) is not None and clock_of(after) is not None


def _plain(text: str, language: str | None) -> str:
    """Return *text* in small letters and ASCII digits, its phrases as one word each."""
    plain = "".join(
        str(digit) if (digit := unicodedata.digit(char, None)) is not None else char
        for char in text
    )
    plain = re.sub(r"(?<=[\d:\s°])°|°(?=[\d°])", "0", plain)  # ³° stands in real data for 30
    plain = plain_word(plain.replace("\u200f", "").replace("\u200e", ""))
    if language is not None:  # in data We is Wednesday
        plain = said(OURSELVES.sub("", plain), language)
    plain = _PART_OF_DAY.sub(_with_half, _HALF_PAST.sub(r"\1:30", plain))
    if _FROM_EVENING.search(plain):
        plain = _NIGHTLY.sub("every day", plain)
    for pattern, sign in PHRASES:
        plain = pattern.sub(sign, plain)
    return plain


def _with_half(match: re.Match[str]) -> str:
    """Return ``evenings 6-8`` as ``6pm-8pm``; what does not fit stays, and asks back."""
    first, last, half = _HALVES[match["part"]]
    start, end = (int(re.split("[:.]", match[group])[0]) for group in (2, 3))
    if not first <= start <= end <= last:
        return match[0]
    ends = "noon" if match[3] == "12" else f"{match[3]}{half}"
    return f"{match[2]}{half}-{ends}"


def _token(match: re.Match[str], language: str | None) -> Token:
    return _KINDS[str(match.lastgroup)](match, language)


def _word(match: re.Match[str], language: str | None) -> Token:
    text = match[0]
    return words(language).get(text) or Token(Kind.WORD, text)


def _space(match: re.Match[str], _: str | None) -> Token:
    return Token(Kind.STOP if "\n" in match[0] else Kind.FILLER, match[0])


def _time(match: re.Match[str], _: str | None) -> Token:
    half = match["half"] or ""
    if half in ("h", "_hour"):
        half = "24"
    if not half and (match["colon"] == "h" or match["hour"].startswith("0")):
        half = "24"
    text = match[0].replace("_hour", "").strip()
    return _clocked(text, int(match["hour"]), int(match["minute"] or 0), half)


def _clocked(text: str, hour: int, minute: int, half: str) -> Token:
    """Return the time, or a word that is not known where there is no such time."""
    latest = {"am": _HALF_DAY, "pm": _DAY - 1}.get(half, _LATEST)
    if minute >= _MINUTES or hour > latest:
        return Token(Kind.WORD, text)
    if half in ("am", "pm") and hour <= _HALF_DAY:
        hour = hour % _HALF_DAY + (_HALF_DAY if half == "pm" else 0)
    elif hour > _HALF_DAY or hour == 0:
        half = "24"
    return Token(Kind.TIME, text, clock=Clock(hour * _MINUTES + minute, half))


def clock_of(token: Token) -> Clock | None:
    """Return the time of day that *token* can be: ``10:30``, ``10``, ``1300``; None if none."""
    if token.kind is not Kind.NUMBER:
        return token.clock
    if _HOURS.fullmatch(token.text):
        return _clocked(token.text, token.number, 0, _sure(token.text)).clock
    if _HOURS_AND_MINUTES.fullmatch(token.text):
        hour, minute = divmod(token.number, 100)
        return _clocked(token.text, hour, minute, _sure(token.text)).clock
    return None


def _sure(digits: str) -> str:
    return "24" if digits.startswith("0") else ""


def _comment(match: re.Match[str], _: str | None) -> Token:
    return Token(Kind.COMMENT, match[0])


def _bracket(match: re.Match[str], _: str | None) -> Token:
    return Token(Kind.NTH, match[0], number=int(match[0][1:-1]))


def _number(match: re.Match[str], _: str | None) -> Token:
    return Token(Kind.NUMBER, match[0], number=int(match[0]))


_HOURS, _HOURS_AND_MINUTES = re.compile(r"\d{1,2}"), re.compile(r"\d{3,4}")
_KINDS: dict[str, Callable[[re.Match[str], str | None], Token]] = {
    "comment": _comment,
    "bracket": _bracket,
    "time": _time,
    "number": _number,
    "word": _word,
    "name": _word,
    "sign": _word,
    "space": _space,
}
