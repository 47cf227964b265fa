"""The guide: which question comes next, and answers packed into a button. Pure.

Nothing is remembered anywhere: every button carries all answers given so far. The packed
form is the version letter, one character for each of need, safe, detail and stage (``-``
where it was not asked, none at the end), and the place: ``.``, how many answers came
before it, and its key (``-`` if skipped). ``K1-23.3LS9-8``: 12 characters.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from directory import matcher, questions
from directory.index import Directory
from directory.model import Audience, Gender, Place, Query
from directory.places import Gazetteer
from directory.questions import SKIP, Choice, Slot

VERSION = "K"  # change it when old buttons would mean something else (see questions)
MOST_QUESTIONS = 4
MOST_OPTIONS = 5  # the first question, which needs no Back, has one more
LONGEST = 24  # characters of packed answers, whatever the pack
_ORDER = (Slot.NEED, Slot.SAFE, Slot.DETAIL, Slot.STAGE)
_NOT_ASKED = "-"
_LONGEST_SECTOR = "EC1A-1"
_PACKED = re.compile(r"([A-Za-z0-9])([A-Za-z0-9-]?[0-9-]{0,3})(?:\.([0-4])([A-Za-z0-9-]{1,16}))?")
_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


class StaleAnswers(Exception):
    """Packed answers from an older version, or made by hand: offer a fresh start."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered so far: codes of `questions`, None where not asked yet.

    *place*: a place's key, or SKIP. *before_place*: how many other answers there were when
    the place was given, for Back. Typed places may come at any time.
    """

    need: str | None = None
    safe: str | None = None
    detail: str | None = None
    stage: str | None = None
    place: str | None = None
    before_place: int = 0


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


def searched(need: str) -> Answers:
    """Return the start with *need*, an id of `directory.needs`, found in free text.

    A need about danger asks first whether reading is safe, as its button does.

    Raises:
        KeyError: it is not one of the needs.
    """
    return Answers(need=questions.searched_choice(need).code)


def next_question(
    answers: Answers,
    directory: Directory,
    at: datetime = _ANY_MOMENT,  # noqa: ARG001  (never matters: a button means the same at night)
) -> Question | None:
    """Return the question to ask now; None when it is time for results or for nothing.

    Stage and place are asked only where some answer to them would change the first three
    results, and never as a fifth question.
    """
    if is_put_off(answers):
        return None
    if (fixed := _fixed_question(answers)) is not None:
        return fixed
    return _changing_question(answers, directory)


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
    if question.is_place:
        return replace(answers, place=code, before_place=_given(answers))
    if code not in {choice.code for choice in question.choices}:
        raise StaleAnswers(code)
    return _with(answers, question.slot, code)


def with_place(answers: Answers, place: Place) -> Answers:
    """Return *answers* with a place that was typed or shared, at whatever point."""
    return replace(answers, place=place.key, before_place=_given(answers))


def back(answers: Answers) -> Answers:
    """Return *answers* without the last one given; the start stays the start."""
    if answers.place is not None and answers.before_place >= _given(answers):
        return replace(answers, place=None, before_place=0)
    for slot in reversed(_ORDER):
        if getattr(answers, slot.value) is not None:
            return _with(answers, slot, None)
    return START


def pack(answers: Answers) -> str:
    """Return *answers* as at most 24 characters of ``A-Z a-z 0-9 . -`` for a button."""
    given = [getattr(answers, slot.value) or _NOT_ASKED for slot in _ORDER]
    packed = VERSION + "".join(given).rstrip(_NOT_ASKED)
    if answers.place is None:
        return packed
    place = _NOT_ASKED if answers.place == SKIP else answers.place
    return f"{packed}.{answers.before_place}{place}"


def longest(gazetteer: Gazetteer) -> int:
    """Return how many characters packed answers have at most with the places of a pack."""
    keys = [district.id for district in gazetteer.districts]
    place = max(map(len, [*keys, _LONGEST_SECTOR]))
    return len(VERSION) + len(_ORDER) + len(".4") + place


def unpack(text: str, gazetteer: Gazetteer) -> Answers:
    """Return the answers packed in *text*.

    Raises:
        StaleAnswers: it is of another version, or no path through the questions gives it.
    """
    if (match := _PACKED.fullmatch(text)) is None or match[1] != VERSION:
        raise StaleAnswers(text)
    place = SKIP if match[4] == _NOT_ASKED else match[4]
    answers = Answers(place=place, before_place=int(match[3] or 0))
    for slot, code in zip(_ORDER, match[2], strict=False):
        answers = _with(answers, slot, None if code == _NOT_ASKED else code)
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
    place = answers.place
    return Query(
        needs=_needs(answers),
        at=at,
        stages=_stages(answers),
        place=None if place is None or place == SKIP else gazetteer.by_key(place),
        language=language,
        gender=Gender.WOMEN if _for_women(answers) else None,
        audience=audience,
    )


def is_sensitive(answers: Answers) -> bool:
    """Say whether the answers are about danger: neutral words, no follow-up, no trace."""
    need = questions.need_choice(answers.need)
    return need is not None and need.danger


def is_put_off(answers: Answers) -> bool:
    """Say whether reading about this is not safe now: show neutral words only."""
    return answers.safe == SKIP


def _fixed_question(answers: Answers) -> Question | None:
    """Return the question that the need leads to in any city."""
    need = questions.need_choice(answers.need)
    if need is None:
        return Question(
            Slot.NEED,
            questions.NEED_TEXT,
            questions.NEED_WHY,
            questions.NEED_CHOICES,
        )
    if need.danger and answers.safe is None:
        return Question(
            Slot.SAFE,
            questions.SAFE_TEXT,
            questions.SAFE_WHY,
            questions.SAFE_CHOICES,
        )
    if need.details and answers.detail is None:
        return Question(Slot.DETAIL, questions.DETAIL_TEXT, questions.DETAIL_WHY, need.details)
    return None


def _changing_question(answers: Answers, directory: Directory) -> Question | None:
    """Return the stage or place question where its answer changes the first results."""
    if _given(answers) >= MOST_QUESTIONS:
        return None
    if answers.stage is None and _stage_matters(answers, directory):
        return Question(
            Slot.STAGE,
            questions.STAGE_TEXT,
            questions.STAGE_WHY,
            questions.STAGE_CHOICES,
        )
    if answers.place is None and _place_matters(answers, directory):
        return Question(Slot.PLACE, questions.PLACE_TEXT, questions.PLACE_WHY)
    return None


@lru_cache(maxsize=4096)
def _stage_matters(answers: Answers, directory: Directory) -> bool:
    return _matters(
        answers, directory, [replace(answers, stage=c.code) for c in questions.STAGE_CHOICES]
    )


@lru_cache(maxsize=4096)
def _place_matters(answers: Answers, directory: Directory) -> bool:
    districts = directory.gazetteer.districts
    return _matters(answers, directory, [replace(answers, place=d.id) for d in districts])


def _matters(answers: Answers, directory: Directory, others: Sequence[Answers]) -> bool:
    gazetteer = directory.gazetteer
    query = to_query(answers, gazetteer, _ANY_MOMENT)
    return matcher.would_change(
        directory, query, [to_query(other, gazetteer, _ANY_MOMENT) for other in others]
    )


def _with(answers: Answers, slot: Slot, code: str | None) -> Answers:
    change: dict[str, Any] = {slot.value: code}  # one of the four fields that hold a code
    return replace(answers, **change)


def _given(answers: Answers) -> int:
    return sum(getattr(answers, slot.value) is not None for slot in _ORDER)


def _choice(choices: Sequence[Choice], code: str | None) -> Choice | None:
    return next((choice for choice in choices if choice.code == code), None)


def _needs(answers: Answers) -> tuple[str, ...]:
    need = questions.need_choice(answers.need)
    if need is None:
        return ()
    detail = _choice(need.details, answers.detail)
    return detail.needs if detail is not None and detail.needs else need.needs


def _for_women(answers: Answers) -> bool:
    need = questions.need_choice(answers.need)
    detail = None if need is None else _choice(need.details, answers.detail)
    return detail is not None and detail.women


def _stages(answers: Answers) -> tuple[str, ...]:
    stage = _choice(questions.STAGE_CHOICES, answers.stage)
    return () if stage is None else stage.stages


def _reachable(answers: Answers, gazetteer: Gazetteer) -> bool:
    """Say whether these answers can come from the questions, in whatever city's data."""
    need = questions.need_choice(answers.need)
    if need is None:
        return _given(answers) == 0 and _place_is_known(answers, gazetteer)
    return (
        _safe_fits(need, answers)
        and _detail_fits(need, answers)
        and _stage_fits(need, answers)
        and _place_is_known(answers, gazetteer)
        and answers.before_place <= _given(answers)
    )


def _safe_fits(need: Choice, answers: Answers) -> bool:
    if not need.danger:
        return answers.safe is None
    if answers.safe is None or is_put_off(answers):
        return answers.detail is None and answers.stage is None
    return _choice(questions.SAFE_CHOICES, answers.safe) is not None


def _detail_fits(need: Choice, answers: Answers) -> bool:
    return answers.detail is None or _choice(need.details, answers.detail) is not None


def _stage_fits(need: Choice, answers: Answers) -> bool:
    if answers.stage is None:
        return True
    if _choice(questions.STAGE_CHOICES, answers.stage) is None:
        return False
    return answers.detail is not None or not need.details


def _place_is_known(answers: Answers, gazetteer: Gazetteer) -> bool:
    if answers.place is None or answers.place == SKIP:
        return True
    return gazetteer.by_key(answers.place) is not None
