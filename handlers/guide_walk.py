"""Walks every state of the guide and counts what must never be. Pure."""

from collections import deque
from dataclasses import dataclass

from directory import flow
from directory.flow import Answers
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
    states whose text would not fit a message.
    """

    states: int
    longest_path: int
    dead_ends: int
    max_buttons: int
    missing_help_now: int
    too_long: int

    @property
    def keeps_the_rules(self) -> bool:
        """At most four questions and eight buttons, help now everywhere, no dead end."""
        return (
            self.longest_path <= flow.MOST_QUESTIONS
            and self.max_buttons <= MOST_BUTTONS
            and not (self.dead_ends or self.missing_help_now or self.too_long)
        )


def walk(view: View) -> Walked:
    """Return the counts over every state that buttons can reach from the start."""
    seen: dict[Answers, int] = {flow.START: 0}
    waiting = deque([flow.START])
    shown: list[tuple[Answers, Screen]] = []
    longest = 0
    while waiting:
        answers = waiting.popleft()
        shown.append((answers, guide_state.screen(view, answers)))
        asked = flow.next_question(answers, view.directory, view.at)
        if asked is None:
            longest = max(longest, seen[answers])
            continue
        for option in flow.options(asked, view.directory.gazetteer):
            after = flow.answer(answers, asked, option.code)
            if after not in seen:
                seen[after] = seen[answers] + 1
                waiting.append(after)
    extra = [
        screens.promise(view.t, "", view.directory.gazetteer.home),
        screens.stale(view.t, ""),
        guide_screens.help_now(view.t, view.directory.helplines, packed=""),
    ]
    every = [each for _, each in shown] + extra
    return Walked(
        states=len(every),
        longest_path=longest,
        dead_ends=sum(_is_dead_end(view, answers) for answers, _ in shown),
        max_buttons=max(_buttons(each) for each in every),
        missing_help_now=sum(not _has_help_now(each) for each in every),
        too_long=sum(len(each.text.encode("utf-16-le")) // 2 > MAX_TEXT for each in every),
    )


def _is_dead_end(view: View, answers: Answers) -> bool:
    if flow.is_put_off(answers) or flow.next_question(answers, view.directory, view.at):
        return False
    found = guide_state.found(view, answers)
    return not found.matches and not found.helplines


def _buttons(shown: Screen) -> int:
    return sum(len(row) for row in shown.rows)


def _has_help_now(shown: Screen) -> bool:
    """Say whether a button leads to Help now in one tap; that screen itself shows the numbers."""
    routes = {decode(each.data).route for row in shown.rows for each in row if each.data}
    return Route.HELP_NOW in routes
