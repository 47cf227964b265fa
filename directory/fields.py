"""What the fields of a record may hold; what is wrong is told by its kind. Pure.

The kinds are those of `directory.source`, which has a sentence for each.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Annotated

import phonenumbers
from phonenumbers import shortnumberinfo
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from directory import hours
from directory.model import ANYONE
from directory.needs import LINE_NEEDS, NEEDS, STAGES


def fail(kind: str, got: object, expected: Iterable[str] = ()) -> PydanticCustomError:
    """Return the problem of *kind* (see `directory.source`) with the value *got*."""
    return PydanticCustomError(kind, "see _PROBLEMS", {"got": got, "expected": ", ".join(expected)})


def _phone(value: str) -> str:
    """Check an E.164 number or a UK short code such as 999."""
    try:
        number = phonenumbers.parse(value, "GB")
    except phonenumbers.NumberParseException:
        raise fail("phone", value) from None
    short = not value.startswith("+") and shortnumberinfo.is_valid_short_number_for_region(
        number, "GB"
    )
    # Childline's 0800 1111 is a valid short number of its own, written +448001111
    special = value.startswith("+44") and phonenumbers.is_possible_number(number)
    if not short and not (special and value == _e164(number)) and not _relay(value):
        raise fail("phone", value)
    return value


def _relay(value: str) -> bool:
    """Relay UK's emergency prefix 18000 is not in the number plan of the library."""
    return value == "18000"


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _hours(value: str) -> str:
    if not hours.readable(value):
        raise fail("hours", value)
    return value


def _day(value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError:
        raise fail("day", value) from None
    return value


def _words(kind: str, known: Sequence[str]) -> Callable[[list[str]], list[str]]:
    """Return a check that a list has only *known* words, each once."""

    def check(values: list[str]) -> list[str]:
        for value, count in Counter(values).items():
            if value not in known:
                raise fail(kind, value, known)
            if count > 1:
                raise fail("repeated", value)
        return values

    return check


def _at_most(most: int) -> AfterValidator:
    """Return a check that a text has at most *most* UTF-16 units, as Telegram counts."""

    def check(value: str) -> str:
        if len(value.encode("utf-16-le", "surrogatepass")) // 2 > most:
            raise PydanticCustomError("text_too_long", "see _PROBLEMS", {"most": most})
        return value

    return AfterValidator(check)


_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
POSTCODE = r"^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][ABD-HJLNP-UW-Z]{2}$"
_LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
DATE = r"\b[0-9]{4}"  # as the page shows it: "2024-04", "about 2020 (inferred)"
Words = Annotated[str, Field(min_length=1)]
# So long that a card with all of it and the longest translations fits one message of 4,096
# UTF-16 units (Bot API, sendMessage); a test makes such a card in every language.
Title = Annotated[Words, _at_most(120)]
Organization = Annotated[Words, _at_most(160)]
Description = Annotated[Words, _at_most(600)]
Note = Annotated[Words, _at_most(900)]
ShortNote = Annotated[Words, _at_most(300)]
Line = Annotated[Words, _at_most(50)]
Slug = Annotated[str, Field(pattern=_SLUG)]
CardId = Annotated[Slug, _at_most(20)]  # so that a button has room for answers beside it
CardTitle = Annotated[Words, _at_most(40)]  # a button
Url = Annotated[str, Field(pattern=r"^https?://[^\s]+$"), _at_most(500)]
Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$"), _at_most(80)]
Number = Annotated[str, AfterValidator(_phone)]
Hours = Annotated[str, _at_most(160), AfterValidator(_hours)]
Language = Annotated[str, Field(pattern=_LANGUAGE)]
Age = Annotated[int, Field(ge=0, le=120)]
Day = Annotated[str, AfterValidator(_day)]
Needs = Annotated[
    list[str], Field(min_length=1, max_length=12), AfterValidator(_words("need", sorted(NEEDS)))
]
LineNeeds = Annotated[
    list[str],
    Field(min_length=1),
    AfterValidator(_words("need", sorted({*NEEDS, *LINE_NEEDS}))),
]
Stages = Annotated[list[str], AfterValidator(_words("stage", (*STAGES, ANYONE)))]
OnlyStages = Annotated[list[str], AfterValidator(_words("stage", STAGES))]
