"""The guide: which question comes next, and what the answers ask for. Pure.

Nothing is remembered anywhere: every button carries all answers given so far
(`directory.packing`), so Back works whatever was asked when.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce

from directory import asking, matcher, questions
from directory.index import Directory
from directory.model import Audience, Place, Query
from directory.packing import (
    LONGEST,
    MOST_QUESTIONS,
    START,
    VERSION,
    Answers,
    Given,
    StaleAnswers,
    chosen,
    details,
    given,
    is_put_off,
    longest,
    pack,
    unpack,
)
from directory.places import Gazetteer
from directory.questions import SKIP, Choice, Slot

__all__ = [  # what answers are and how they are packed, for all who know the guide
    "LONGEST",
    "MOST_QUESTIONS",
    "START",
    "VERSION",
    "Answers",
    "Given",
    "StaleAnswers",
    "given",
    "is_put_off",
    "longest",
    "pack",
    "unpack",
]
MOST_OPTIONS = 5  # the first question, which needs no Back, has one more
_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


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


_NEED = Question(Slot.NEED, questions.NEED_TEXT, questions.NEED_WHY, questions.NEED_CHOICES)
_SAFE = Question(Slot.SAFE, questions.SAFE_TEXT, questions.SAFE_WHY, questions.SAFE_CHOICES)
_STAGE = Question(Slot.STAGE, questions.STAGE_TEXT, questions.STAGE_WHY, questions.STAGE_CHOICES)
_PLACE = Question(Slot.PLACE, questions.PLACE_TEXT, questions.PLACE_WHY)
_WHO = Question(Slot.WHO, questions.WHO_TEXT, questions.WHO_WHY, questions.WHO_CHOICES)
_PERSON = Question(
    Slot.PERSON, questions.PERSON_TEXT, questions.PERSON_WHY, questions.PERSON_CHOICES
)


def searched(need: str) -> Answers:
    """Return the start with *need*, an id of `directory.needs`, found in free text.

    A need about danger asks first whether reading is safe, as its button does.

    Raises:
        KeyError: it is not one of the needs.
    """
    return given(need=questions.searched_choice(need).code)


def next_question(answers: Answers, directory: Directory) -> Question | None:
    """Return the question to ask now; None when it is time for results or for nothing.

    The need comes first; where it is about danger, then whether reading is safe, then what
    it is, because that decides who answers. Of the other questions the one is asked whose
    answers change most of the first screen (`directory.asking`); none where nothing would
    change, and never a fifth. The hour never matters: a button means the same at night.
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
    choice = chosen(answers, slot)
    return None if choice is None else choice.label


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
    need, person = (chosen(answers, slot) for slot in (Slot.NEED, Slot.PERSON))
    return (need is not None and need.danger) or (person is not None and "lgbtq" in person.groups)


def main_need(answers: Answers) -> str:
    """Return the need that is asked for first, for counting; empty at the start."""
    needs = _meant(answers, Query((), _ANY_MOMENT)).needs
    return needs[0] if needs else ""


def stage_group(answers: Answers) -> str:
    """Return the stage for counting, the first of those that the button covers; else empty."""
    stage = chosen(answers, Slot.STAGE)
    return stage.stages[0] if stage is not None and stage.stages else ""


def outcode(answers: Answers, gazetteer: Gazetteer) -> str:
    """Return the outcode of the place, for counting, or the id of a district; else empty."""
    key = answers.of(Slot.PLACE)
    place = None if key is None else gazetteer.by_key(key)
    return "" if place is None else gazetteer.outcode_of(place) or place.key


def _meant(answers: Answers, query: Query) -> Query:
    """Return *query* with what all answers but the place say."""
    order = (Slot.NEED, Slot.DETAIL, Slot.MORE, Slot.STAGE, Slot.WHO, Slot.PERSON)
    said = [chosen(answers, slot) for slot in order]
    return reduce(questions.applied, [each for each in said if each is not None], query)


def _detail_question(answers: Answers) -> Question | None:
    """Return the question that the need, or its detail, still leads to."""
    if (left := details(answers)) is None:
        return None
    slot, choices = left
    return Question(slot, questions.DETAIL_TEXT, questions.DETAIL_WHY, choices)


def _about_the_person(answers: Answers) -> list[Question]:
    """Return the questions about whom it is for; what is true for them only of who asks."""
    who, person = answers.of(Slot.WHO), answers.of(Slot.PERSON)
    could = [] if who is not None else [_WHO]
    whose = chosen(answers, Slot.WHO)
    if person is None and (whose is None or whose.for_self):
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
