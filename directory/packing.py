"""Answers of the guide, and how they are packed into a button. Pure.

Answers are kept in the order in which they were given. The packed form is the version
letter and the answers: the need's code alone, each other one as the letter of its question and
its code, a place as its key (``-`` if skipped) between full stops, the last of which is left
out at the end. ``L1d1t2.LS9-8``: 12 characters.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from directory import questions
from directory.places import Gazetteer
from directory.questions import SKIP, Choice, Slot

VERSION = "L"  # change it when old buttons would mean something else (see questions)
MOST_QUESTIONS = 4
LONGEST = 24  # characters of packed answers, whatever the pack
_LETTERS = MappingProxyType(
    {
        Slot.SAFE: "s",
        Slot.DETAIL: "d",
        Slot.MORE: "m",
        Slot.STAGE: "t",
        Slot.WHO: "w",
        Slot.PERSON: "p",
    }
)
_SLOTS = MappingProxyType({letter: slot for slot, letter in _LETTERS.items()})
_NO_PLACE = "-"
_LONGEST_SECTOR = "EC1A-1"
_ITEM = re.compile(r"\.([A-Za-z0-9-]{1,13})(?:\.(?=.)|\Z)|([a-z])([0-9])|([0-9A-Za-z])")


class StaleAnswers(Exception):
    """Packed answers from an older version, or made by hand: offer a fresh start."""


@dataclass(frozen=True, slots=True)
class Given:
    """One answer: a code of `questions`, or a place's key or SKIP."""

    slot: Slot
    code: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered so far, in the order in which it was. Typed places may come any time."""

    given: tuple[Given, ...] = ()

    def of(self, slot: Slot) -> str | None:
        """Return the answer to the question of *slot*; None if it was not given yet."""
        return next((each.code for each in self.given if each.slot is slot), None)


START = Answers()


def given(**codes: str) -> Answers:
    """Return answers by the names of their slots, in the order given."""
    return Answers(tuple(Given(Slot(name), code) for name, code in codes.items()))


def is_put_off(answers: Answers) -> bool:
    """Say whether reading about this is not safe now: show neutral words only."""
    return answers.of(Slot.SAFE) == SKIP


def chosen(answers: Answers, slot: Slot) -> Choice | None:
    """Return the choice that was answered to *slot*; None for none, and for a place."""
    code = answers.of(slot)
    if code is None:
        return None
    if slot is Slot.NEED:
        return questions.need_choice(code)
    return next((choice for choice in _choices(answers, slot) if choice.code == code), None)


def details(answers: Answers) -> tuple[Slot, tuple[Choice, ...]] | None:
    """Return what the need, or its detail, still asks, with its choices; None if nothing."""
    for slot, above in ((Slot.DETAIL, Slot.NEED), (Slot.MORE, Slot.DETAIL)):
        choice = chosen(answers, above)
        if choice is not None and choice.details and answers.of(slot) is None:
            return slot, choice.details
    return None


def pack(answers: Answers) -> str:
    """Return *answers* as at most 24 characters of ``A-Z a-z 0-9 . -`` for a button."""
    return VERSION + "".join(map(_item, answers.given)).removesuffix(".")


def longest(gazetteer: Gazetteer) -> int:
    """Return how many characters packed answers have at most with the places of a pack.

    A need, three more answers and a typed place after them.
    """
    keys = [district.id for district in gazetteer.districts]
    place = max(map(len, [*keys, _LONGEST_SECTOR]))
    return len(VERSION) + 1 + 2 * (MOST_QUESTIONS - 1) + len(".") + place


def unpack(text: str, gazetteer: Gazetteer) -> Answers:
    """Return the answers packed in *text*.

    Raises:
        StaleAnswers: it is of another version, or no path through the questions gives it.
    """
    if not text.startswith(VERSION) or len(text) > LONGEST:
        raise StaleAnswers(text)
    found: list[Given] = []
    at = len(VERSION)
    while at < len(text):
        if (item := _ITEM.match(text, at)) is None:
            raise StaleAnswers(text)
        found.append(_read(item, any(each.slot is Slot.NEED for each in found)))
        at = item.end()
    answers = Answers(tuple(found))
    if not _reachable(answers, gazetteer) or pack(answers) != text:
        raise StaleAnswers(text)
    return answers


def _item(each: Given) -> str:
    if each.slot is Slot.PLACE:
        return f".{_NO_PLACE if each.code == SKIP else each.code}."
    return _LETTERS.get(each.slot, "") + each.code


def _read(item: re.Match[str], need_is_known: bool) -> Given:
    place, letter, code, alone = item.groups()
    if place is not None:
        return Given(Slot.PLACE, SKIP if place == _NO_PLACE else place)
    if not need_is_known:
        return Given(Slot.NEED, alone)
    if letter not in _SLOTS:
        raise StaleAnswers(item.string)
    return Given(_SLOTS[letter], code)


def _choices(answers: Answers, slot: Slot) -> Sequence[Choice]:
    """Return what could be chosen for *slot* after the answers before it."""
    if slot in {Slot.DETAIL, Slot.MORE}:
        above = chosen(answers, Slot.NEED if slot is Slot.DETAIL else Slot.DETAIL)
        return () if above is None else above.details
    return {
        Slot.SAFE: questions.SAFE_CHOICES,
        Slot.STAGE: questions.STAGE_CHOICES,
        Slot.WHO: questions.WHO_CHOICES,
        Slot.PERSON: questions.PERSON_CHOICES,
    }[slot]


def _reachable(answers: Answers, gazetteer: Gazetteer) -> bool:
    """Say whether these answers can come from the questions, in whatever city's data."""
    before = START
    for each in answers.given:
        if answers.of(each.slot) != each.code or not _may_follow(before, each, gazetteer):
            return False
        before = Answers((*before.given, each))
    return len(answers.given) == len({each.slot for each in answers.given})


def _may_follow(before: Answers, each: Given, gazetteer: Gazetteer) -> bool:
    """Say whether *each* can be the next answer; a typed place always can."""
    if each.slot is Slot.PLACE:
        return each.code == SKIP or gazetteer.by_key(each.code) is not None
    need = chosen(before, Slot.NEED)
    if each.slot is Slot.NEED or need is None:
        return need is None and questions.need_choice(each.code) is not None
    if len(before.given) >= MOST_QUESTIONS or is_put_off(before):
        return False
    if chosen(Answers((*before.given, each)), each.slot) is None:
        return False
    return _danger_order(before, each.slot) if need.danger else each.slot is not Slot.SAFE


def _danger_order(before: Answers, slot: Slot) -> bool:
    """Say whether *slot* may come now: safety first, then what it is, then the rest."""
    if before.of(Slot.SAFE) is None:
        return slot is Slot.SAFE
    left = details(before)
    return slot is not Slot.SAFE and (left is None or slot is left[0])
