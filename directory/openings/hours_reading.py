"""What people write about opening hours, to OpenStreetMap's opening_hours: or a question. Pure.

One reader, two readings. `read` takes a person's words: times need days, ``9-5`` ends at 17:00,
and what may mean two things asks back. `value` takes a field of a data set, which is complete in
itself: times without days are those of every day and hours count to 24 (``22-2``); what cannot be
read so is tried as a person's words (``9-5``). What is not sure is refused.
"""

import re
from dataclasses import dataclass

from directory.openings import hours_rules, written_hours
from directory.openings.hours_asking import WHEN, Asks, refused
from directory.openings.hours_tokens import tokens
from directory.openings.spoken_hours import spoken
from locales.errors import Text

LONGEST = 500  # characters; real hours are far shorter
_NOON = 12  # o'clock


@dataclass(frozen=True, slots=True)
class Understood:
    """The hours, as a canonical opening_hours expression."""

    opening_hours: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """It can mean several things or none; the one *question* to ask back."""

    question: Text


def read(text: str, language: str = "en") -> Understood | Unclear:
    """Return what a person means by *text*, in English or in *language* (BCP-47)."""
    plain = text.strip()
    if len(plain) > LONGEST:
        return Unclear(WHEN)
    if (exact := _exact(plain)) is not None:
        return Understood(exact)
    try:
        return Understood(spoken(tokens(plain, language), every_day=False))
    except Asks as asks:
        return Unclear(asks.question)


def value(text: str) -> Understood | Unclear:
    """Return what a field of a data set means; the question says why it is refused."""
    plain = text.strip()
    if not plain or len(plain) > LONGEST:
        return Unclear(WHEN)
    early = written_hours.early_end(plain)
    if early is not None and int(early["from"]) > _NOON:  # “13:00-5:00”: till 17:00, or overnight
        return Unclear(refused(early[0]))
    try:
        return Understood(written_hours.written(plain))
    except Asks as asks:
        reason = asks
    try:
        return Understood(spoken(tokens(plain, None), every_day=True))
    except Asks:
        return Unclear(reason.question)


def _exact(text: str) -> str | None:
    """Return *text* if it is opening_hours already, with days and times; else None.

    Whoever writes ``Mo-Fr 09:00-17:00`` counts to 24 and means the syntax.
    """
    rules = hours_rules.rules_of(text)
    if rules is None or not any(rule.times and not rule.closed for rule in rules):
        return None
    if not re.match(r"(Mo|Tu|We|Th|Fr|Sa|Su|PH)\b", text):
        return None
    return hours_rules.written(rules)
