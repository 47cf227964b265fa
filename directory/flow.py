"""The guide: which question comes next, and answers packed into a button. Pure.

Nothing is remembered anywhere: every button carries all answers given so far, in the order in
which they were given, so Back works whatever was asked when. The packed form is the version
letter and the answers: the need's code alone, each other one as the letter of its question and
its code, a place as its key (``-`` if skipped) between full stops, the last of which is left
out at the end. ``L1d1t2.LS9-8``: 12 characters.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from types import MappingProxyType

from directory import asking, matcher, questions
from directory.index import Directory
from directory.model import Audience, Place, Query
from directory.places import Gazetteer
from directory.questions import SKIP, Choice, Slot

VERSION = "L"  # change it when old buttons would mean something else (see questions)
MOST_QUESTIONS = 4
MOST_OPTIONS = 5  # the first question, which needs no Back, has one more
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
_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


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


@dataclass(frozen=True, slots=True)
class Option:
    """A button of a question: its English words from the catalogue, the answer's code.

    Names of places are data: they are not in the catalogues and stay as they are.
    """

    label: str
    code: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked and the one-line reason, in English from the catalogue.

    *slot*: which answer it fills.
    """

    slot: Slot
    text: str
    why: str
    choices: tuple[Choice, ...] = ()

    @property
    def is_place(self) -> bool:
        """Whether a typed postcode or a shared location answers it too."""
        return self.slot is Slot.PLACE


START = Answers()
_NEED = Question(Slot.NEED, questions.NEED_TEXT, questions.NEED_WHY, questions.NEED_CHOICES)
_SAFE = Question(Slot.SAFE, questions.SAFE_TEXT, questions.SAFE_WHY, questions.SAFE_CHOICES)
_STAGE = Question(Slot.STAGE, questions.STAGE_TEXT, questions.STAGE_WHY, questions.STAGE_CHOICES)
_PLACE = Question(Slot.PLACE, questions.PLACE_TEXT, questions.PLACE_WHY)
_WHO = Question(Slot.WHO, questions.WHO_TEXT, questions.WHO_WHY, questions.WHO_CHOICES)
_PERSON = Question(
    Slot.PERSON, questions.PERSON_TEXT, questions.PERSON_WHY, questions.PERSON_CHOICES
)


def given(**codes: str) -> Answers:
    """Return answers by the names of their slots, in the order given."""
    return Answers(tuple(Given(Slot(name), code) for name, code in codes.items()))


def searched(need: str) -> Answers:
    """Return the start with *need*, an id of `directory.needs`, found in free text.

    A need about danger asks first whether reading is safe, as its button does.

    Raises:
        KeyError: it is not one of the needs.
    """
    return given(need=questions.searched_choice(need).code)


def next_question(
    answers: Answers,
    directory: Directory,
    at: datetime = _ANY_MOMENT,  # noqa: ARG001  (never matters: a button means the same at night)
) -> Question | None:
    """Return the question to ask now; None when it is time for results or for nothing.

    The need comes first; where it is about danger, then whether reading is safe, then what
    it is, because that decides who answers. Of the other questions the one is asked whose
    answers change most of the first screen (`directory.asking`); none where nothing would
    change, and never a fifth.
    """
    if is_put_off(answers):
        return None
    if (need := questions.need_choice(answers.of(Slot.NEED))) is None:
        return _NEED
    if need.danger and answers.of(Slot.SAFE) is None:
        return _SAFE
    if len(answers.given) >= MOST_QUESTIONS:
        return None
    detail = _detail_question(answers)
    if need.danger and detail is not None:
        return detail
    could = [] if detail is None else [detail]
    could += [each for each in (_STAGE, _PLACE) if answers.of(each.slot) is None]
    could += _about_the_person(answers)
    slot = directory.next_slots.of(answers, lambda: _most_changing(answers, could, directory))
    return next((each for each in could if each.slot == slot), None)


def options(question: Question, gazetteer: Gazetteer, language: str = "en") -> list[Option]:
    """Return the buttons of *question*, at most five (six for the first).

    Labels wait for their translation, but for the areas: their names are the pack's own, in
    *language* where it has them.
    """
    if not question.is_place:
        return [Option(choice.label, choice.code) for choice in question.choices]
    areas = [Option(area.named(language), area.id) for area in gazetteer.districts]
    return [*areas[: MOST_OPTIONS - 1], Option(questions.PLACE_SKIP, SKIP)]


def answer(answers: Answers, question: Question, code: str) -> Answers:
    """Return *answers* with *code* as the answer to *question*.

    Raises:
        StaleAnswers: the question does not have this answer.
    """
    if not question.is_place and code not in {choice.code for choice in question.choices}:
        raise StaleAnswers(code)
    return _with(answers, question.slot, code)


def with_place(answers: Answers, place: Place) -> Answers:
    """Return *answers* with a place that was typed or shared, at whatever point."""
    return _with(answers, Slot.PLACE, place.key)


def without(answers: Answers, slot: Slot) -> Answers:
    """Return *answers* with "not sure" in place of what was answered to *slot*."""
    return Answers(
        tuple(Given(slot, SKIP) if each.slot is slot else each for each in answers.given)
    )


def back(answers: Answers) -> Answers:
    """Return *answers* without the last one given; the start stays the start."""
    return Answers(answers.given[:-1])


def label(answers: Answers, slot: Slot, gazetteer: Gazetteer) -> str | None:
    """Return what the person pressed, or the place, as the English words from the catalogue.

    None where nothing was answered, or by words of the person's own.
    """
    code = answers.of(slot)
    if slot is Slot.PLACE:
        place = None if code is None else gazetteer.by_key(code)
        return None if place is None else place.name
    if slot is Slot.NEED and code is not None and not code.isdigit():
        return None
    choice = _chosen(answers, slot)
    return None if choice is None else choice.label


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


def to_query(
    answers: Answers,
    gazetteer: Gazetteer,
    at: datetime,
    language: str | None = None,
    audience: Audience = Audience.PUBLIC,
) -> Query:
    """Return what the answers ask for at *at*; a skipped or missing answer asks nothing."""
    place = answers.of(Slot.PLACE)
    query = Query(
        needs=(),
        at=at,
        place=None if place is None or place == SKIP else gazetteer.by_key(place),
        language=language,
        audience=audience,
    )
    return _meant(answers, query)


def removed_by(
    answers: Answers, directory: Directory, audience: Audience = Audience.PUBLIC
) -> Slot | None:
    """Return which answer left no place at all; None where none alone did, or some are left.

    Looked at from what the person can best do without; the need itself is never one.
    """

    def finds(some: Answers) -> bool:
        query = to_query(some, directory.gazetteer, _ANY_MOMENT, audience=audience)
        return matcher.has_any(directory, query)

    if finds(answers):
        return None
    given_up = (Slot.PLACE, Slot.PERSON, Slot.WHO, Slot.STAGE, Slot.MORE, Slot.DETAIL)
    asked = [slot for slot in given_up if answers.of(slot) not in {None, SKIP}]
    return next((slot for slot in asked if finds(without(answers, slot))), None)


def is_ready(answers: Answers) -> bool:
    """Say whether places may be shown at once, whatever question is left."""
    need = questions.need_choice(answers.of(Slot.NEED))
    if need is None or is_put_off(answers):
        return False
    return not need.danger or answers.of(Slot.SAFE) is not None


def is_sensitive(answers: Answers) -> bool:
    """Say whether the answers are about danger: neutral words, no follow-up, no trace."""
    need, person = (_chosen(answers, slot) for slot in (Slot.NEED, Slot.PERSON))
    return (need is not None and need.danger) or (person is not None and "lgbtq" in person.groups)


def is_put_off(answers: Answers) -> bool:
    """Say whether reading about this is not safe now: show neutral words only."""
    return answers.of(Slot.SAFE) == SKIP


def main_need(answers: Answers) -> str:
    """Return the need that is asked for first, for counting; empty at the start."""
    needs = _meant(answers, Query((), _ANY_MOMENT)).needs
    return needs[0] if needs else ""


def stage_group(answers: Answers) -> str:
    """Return the stage for counting, the first of those that the button covers; else empty."""
    stage = _chosen(answers, Slot.STAGE)
    return stage.stages[0] if stage is not None and stage.stages else ""


def outcode(answers: Answers, gazetteer: Gazetteer) -> str:
    """Return the outcode of the place, for counting, or the id of a district; else empty."""
    key = answers.of(Slot.PLACE)
    place = None if key is None else gazetteer.by_key(key)
    return "" if place is None else gazetteer.outcode_of(place) or place.key


def _meant(answers: Answers, query: Query) -> Query:
    """Return *query* with what all answers but the place say."""
    order = (Slot.NEED, Slot.DETAIL, Slot.MORE, Slot.STAGE, Slot.WHO, Slot.PERSON)
    chosen = [_chosen(answers, slot) for slot in order]
    return reduce(questions.applied, [each for each in chosen if each is not None], query)


def _detail_question(answers: Answers) -> Question | None:
    """Return the question that the need, or its detail, still leads to."""
    for slot, above in ((Slot.DETAIL, Slot.NEED), (Slot.MORE, Slot.DETAIL)):
        choice = _chosen(answers, above)
        if choice is not None and choice.details and answers.of(slot) is None:
            return Question(slot, questions.DETAIL_TEXT, questions.DETAIL_WHY, choice.details)
    return None


def _about_the_person(answers: Answers) -> list[Question]:
    """Return the questions about whom it is for; what is true for them only of who asks."""
    who, person = answers.of(Slot.WHO), answers.of(Slot.PERSON)
    could = [] if who is not None else [_WHO]
    chosen = _chosen(answers, Slot.WHO)
    if person is None and (chosen is None or chosen.for_self):
        could.append(_PERSON)
    return could


def _most_changing(answers: Answers, could: Sequence[Question], directory: Directory) -> str | None:
    """Return the slot of *could* whose answers change most, if they change enough."""

    def first(after: Answers) -> asking.First:
        query = to_query(after, directory.gazetteer, _ANY_MOMENT)
        return matcher.first_screen(directory, query)

    screens = {each.slot: _after(answers, each, directory, first) for each in could}
    # in danger no tap is saved: a child, for example, must get its own line first
    tires = len(answers.given) == MOST_QUESTIONS - 1 and not is_sensitive(answers)
    return asking.best(
        first(answers), screens, asking.LEAST_FOR_THE_LAST if tires else asking.LEAST
    )


def _after(
    answers: Answers,
    question: Question,
    directory: Directory,
    first: Callable[[Answers], asking.First],
) -> list[asking.First]:
    """Return what each answer to *question* but "not sure" leads to."""
    codes = [each.code for each in options(question, directory.gazetteer) if each.code != SKIP]
    return [first(answer(answers, question, code)) for code in codes]


def _with(answers: Answers, slot: Slot, code: str) -> Answers:
    others = (each for each in answers.given if each.slot is not slot)
    return Answers((*others, Given(slot, code)))


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
        above = _chosen(answers, Slot.NEED if slot is Slot.DETAIL else Slot.DETAIL)
        return () if above is None else above.details
    return {
        Slot.SAFE: questions.SAFE_CHOICES,
        Slot.STAGE: questions.STAGE_CHOICES,
        Slot.WHO: questions.WHO_CHOICES,
        Slot.PERSON: questions.PERSON_CHOICES,
    }[slot]


def _chosen(answers: Answers, slot: Slot) -> Choice | None:
    code = answers.of(slot)
    if code is None:
        return None
    if slot is Slot.NEED:
        return questions.need_choice(code)
    return next((choice for choice in _choices(answers, slot) if choice.code == code), None)


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
    need = _chosen(before, Slot.NEED)
    if each.slot is Slot.NEED or need is None:
        return need is None and questions.need_choice(each.code) is not None
    if len(before.given) >= MOST_QUESTIONS or is_put_off(before):
        return False
    if _chosen(Answers((*before.given, each)), each.slot) is None:
        return False
    return _danger_order(before, each.slot) if need.danger else each.slot is not Slot.SAFE


def _danger_order(before: Answers, slot: Slot) -> bool:
    """Say whether *slot* may come now: safety first, then what it is, then the rest."""
    if before.of(Slot.SAFE) is None:
        return slot is Slot.SAFE
    detail = _detail_question(before)
    return slot is not Slot.SAFE and (detail is None or slot is detail.slot)
