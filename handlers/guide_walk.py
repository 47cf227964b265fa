"""Walks every state of the guide and counts what must never be. Pure."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from directory import flow, matcher
from directory.flow import START, Answers
from directory.index import Directory
from directory.model import Audience, Found
from directory.questions import SEARCHED
from handlers import guide_screens, guide_state, screens
from handlers.callbacks import Route, decode
from handlers.guide_state import View
from handlers.screens import Screen

MOST_BUTTONS = 8  # guided-questions.md, rule 3
MAX_TEXT = 4_096  # UTF-16 units, Bot API sendMessage


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk found. *longest_path*: questions to a first result.

    *dead_ends*: states with neither a place, nor a line to call, nor a way on. *too_long*:
    states whose text would not fit a message. *back_restores*: answers that Back does not
    take back exactly, to the answers before them.
    """

    states: int
    longest_path: int
    dead_ends: int
    max_buttons: int
    missing_help_now: int
    too_long: int
    back_restores: int = 0

    @property
    def keeps_the_rules(self) -> bool:
        """At most four questions and eight buttons, help now everywhere, no dead end."""
        return (
            self.longest_path <= flow.MOST_QUESTIONS
            and self.max_buttons <= MOST_BUTTONS
            and not (self.dead_ends or self.missing_help_now or self.too_long)
            and not self.back_restores
        )


@dataclass(frozen=True, slots=True)
class States:
    """Every state that buttons, and needs found in free text, can reach from the start.

    *questions*: how many were answered before it, free text being one. *found*: what those
    that show places have, for a reader without a language: a language changes their order
    only. *not_restored*: as `Walked.back_restores`.
    """

    questions: Mapping[Answers, int]
    found: Mapping[Answers, Found]
    not_restored: int


def states(directory: Directory, at: datetime, audience: Audience = Audience.PUBLIC) -> States:
    """Return every state of the guide with *directory*, and what was found at *at*."""
    reached = {START: 0} | {flow.searched(need): 1 for need in SEARCHED}
    waiting = deque(reached)
    found: dict[Answers, Found] = {}
    not_restored = 0
    while waiting:
        answers = waiting.popleft()
        asked = flow.next_question(answers, directory)
        if asked is None:
            query = flow.to_query(answers, directory.gazetteer, at, audience=audience)
            found[answers] = matcher.find(directory, query, guide_state.MOST_MATCHES)
            continue
        for option in flow.options(asked, directory.gazetteer):
            after = flow.answer(answers, asked, option.code)
            not_restored += not _restores(after, answers, directory)
            if after not in reached:
                reached[after] = reached[answers] + 1
                waiting.append(after)
    return States(reached, found, not_restored)


def _restores(after: Answers, before: Answers, directory: Directory) -> bool:
    """Say whether Back on the screen of *after* leads to *before*, through its button."""
    packed = flow.pack(flow.back(flow.unpack(flow.pack(after), directory.gazetteer)))
    return flow.unpack(packed, directory.gazetteer) == before


def walk(view: View, known: States | None = None, others: Iterable[Screen] = ()) -> Walked:
    """Return the counts over every state, as *view* shows them.

    *known*: the states of its directory, where they were walked before for another language.
    *others*: further screens that must keep the rules (`handlers.screen_walk.everyday`).
    """
    reached = known or states(view.directory, view.at, view.audience)
    seen = _Seen()
    for answers in reached.questions:
        seen.add(guide_state.screen(view, answers, known=reached.found.get(answers)))
    for extra in (
        screens.promise(view.t, "", view.directory.gazetteer.home),
        screens.stale(view.t, ""),
        guide_screens.help_now(view.t, view.directory.helplines, packed=""),
        *others,
    ):
        seen.add(extra)
    return Walked(
        states=seen.screens,
        longest_path=max(reached.questions[answers] for answers in reached.found),
        dead_ends=sum(_is_dead_end(*each) for each in reached.found.items()),
        max_buttons=seen.most_buttons,
        missing_help_now=seen.without_help,
        too_long=seen.too_long,
        back_restores=reached.not_restored,
    )


@dataclass(slots=True)
class _Seen:
    """What the screens so far have in common."""

    screens: int = 0
    most_buttons: int = 0
    without_help: int = 0
    too_long: int = 0

    def add(self, shown: Screen) -> None:
        self.screens += 1
        self.most_buttons = max(self.most_buttons, sum(len(row) for row in shown.rows))
        self.without_help += not _has_help_now(shown)
        self.too_long += len(shown.text.encode("utf-16-le")) // 2 > MAX_TEXT


def _is_dead_end(answers: Answers, found: Found) -> bool:
    return not (flow.is_put_off(answers) or found.matches or found.helplines)


def _has_help_now(shown: Screen) -> bool:
    """Say whether one tap leads to Help now; that screen itself shows the numbers.

    A message that asks for a reply has no buttons, so a link in its text has to do.
    """
    if shown.placeholder is not None:
        return f"start={screens.HELP_PREFIX}" in shown.text
    routes = {decode(each.data).route for row in shown.rows for each in row if each.data}
    return not routes.isdisjoint({Route.HELP_NOW, Route.HELP_BELOW})
