"""Postcodes as people type them, whole or in part: repaired, and found among the known. Pure."""

import re
from functools import cache

from directory.known_places import Known
from directory.model import Place

# Outward and inward part; the last two letters never use C I K M O V
# (Royal Mail, Programmers' Guide to the Postcode Address File).
_FULL = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9])[ABD-HJLNP-UW-Z]{2}\b")
_SECTOR = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?)[ -]([0-9])[A-Z]?\b")
_UNSPACED = re.compile(r"\b([A-Z]{1,2}[0-9]{2})([0-9])\b")
# written alone: a space or a digit too many, so that two readings are as likely
_SPLIT = re.compile(r"([A-Z]{1,2}[0-9]) ([0-9])([0-9])")
_DOUBLED = re.compile(r"([A-Z]{1,2}([0-9]))\2([0-9])?")
_OUTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?)\b")
_CYRILLIC_CODE = re.compile(r"\b[A-ZА-Я]{1,2}(?=[ -]?[0-9])")
_SOUNDS = str.maketrans({"Л": "L", "С": "S", "Б": "B", "Д": "D", "В": "W", "Ф": "F"})
_AS_DIGITS = str.maketrans({"O": "0", "I": "1", "L": "1", "|": "1"})


def _as_latin(found: re.Match[str]) -> str:
    return found[0].translate(_SOUNDS)


def repaired(written: str, letters: frozenset[str]) -> str:
    """Join outcodes of the area that are written apart, and read letters there as digits.

    ``L S 9`` and ``ls.9`` become LS9, ``LSl2`` LS12, ``LS9 OAA`` LS9 0AA.
    """
    upper = _CYRILLIC_CODE.sub(_as_latin, written.upper())
    for area in letters:
        outward, inward, spaced = _repairs(area)
        upper = outward.sub(_as_digits, upper)
        upper = inward.sub(lambda m: f"{m[1]} {m[2].translate(_AS_DIGITS)}{m[3]}", upper)
        upper = re.sub(rf"\b({area})0([1-9])\b", r"\1\2", spaced.sub(rf"{area}\1", upper))
    return upper


def _as_digits(found: re.Match[str]) -> str:
    return found[1] + found[2].translate(_AS_DIGITS)


@cache
def _repairs(area: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return what finds outward codes, inward codes and what is only spaced, of one area."""
    apart = r"[ .-]*".join(area)
    return (
        re.compile(rf"\b({apart}[ .-]*)([0-9OIL|]{{1,2}})(?![A-Z])"),
        re.compile(rf"\b({area}[0-9]{{1,2}}) ?([OIL])([ABD-HJLNP-UW-Z]{{2}})\b"),
        re.compile(rf"\b{apart}[ .-]*([0-9])"),
    )


def with_letters(known: Known, written: str) -> str:
    """Return *written* with the letters of the area for "Leeds 9", as people call LS9."""
    if not known.main or not written[-1:].isdigit():
        return written  # "in Leeds 2 years" is no postcode
    names = "|".join(map(re.escape, sorted(known.homes)))
    code = re.compile(rf"\b(?:{names})[ -]?(?=[0-9]{{1,2}}$)", re.IGNORECASE)
    return code.sub(known.main, written)


def doubtful(known: Known, upper: str) -> list[Place]:
    """Return the two readings of a code with a space or a digit that may be one too many.

    "LS1 15" may be LS1 1 or LS11 5; "LS115" may be LS11 5 or LS15.
    """
    if (split := _SPLIT.fullmatch(upper)) is not None:
        outward, first, last = split.groups()
        joined = _sector(known, f"{outward}{first}", last)
        return _each(known.code(outward, first), joined) if joined else []
    if (doubled := _DOUBLED.fullmatch(upper)) is not None:
        once, digit, last = doubled.groups()
        if last is not None:
            longer = _sector(known, f"{once}{digit}", last)
            return _each(longer, known.either(f"{once}{last}")) if longer else []
        if not known.is_lived_in(f"{once}{digit}"):
            return _each(_sector(known, once, digit))
    return []


def _sector(known: Known, outcode: str, digit: str) -> Place | None:
    """Return the sector of an outcode and a digit, None where the outcode has none of it."""
    place = known.code(outcode, digit)
    return None if place is None or place.key == outcode else place


def lacks_number(upper: str, letters: frozenset[str]) -> bool:
    """Say whether the letters of a postcode stand there, but nothing else of it."""
    return any(re.search(rf"\b{' ?'.join(area)}[A-Z]?\b", upper) for area in letters)


def places(known: Known, upper: str) -> list[Place]:
    """Return the places of the postcodes in the text, those of the area if there are any."""
    found = [known.code(*one) for one in (*_FULL.findall(upper), *_SECTOR.findall(upper))]
    found += [_sector(known, *one) for one in _UNSPACED.findall(upper)]
    if not any(found):
        found = [known.either(code) for code in _OUTCODE.findall(upper)]
    each = _each(*found)
    return [place for place in each if known.inside(place)] or each


def whole(known: Known, text: str) -> Place | None:
    """Return the place of a *text* that is a postcode as addresses have it, else None."""
    exact = _FULL.fullmatch(text)
    return None if exact is None else known.code(*exact.groups())


def _each(*places: Place | None) -> list[Place]:
    return [place for place in places if place is not None]
