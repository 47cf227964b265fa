"""Days on which a service is closed, as rules after its opening hours. Pure."""

from datetime import date

from directory.openings import hours_rules
from directory.openings.hours_rules import EVERY_DAY, Rule

_LONGEST_HOURS = 160  # as in directory.fields


def closed_between(expression: str, first: date, last: date) -> str:
    """Return *expression* closed from *first* to *last*, without closures that are over.

    Raises:
        ValueError: it would be too long.
    """
    closed = Rule(EVERY_DAY, holidays=True, closed=True, first=first, last=last)
    rules = hours_rules.rules_of(expression)
    if rules is not None:
        left = tuple(each for each in rules if not _is_over(each, first) and each != closed)
        expression = hours_rules.written(left) if left else expression
    hours = f"{expression}; {closed}"
    if len(hours) > _LONGEST_HOURS:
        raise ValueError(hours)
    return hours


def closures(expression: str) -> str:
    """Return the days of *expression* on which it is closed, to be added to new hours."""
    rules = hours_rules.rules_of(expression) or ()
    return "".join(f"; {each}" for each in rules if each.closed and each.last is not None)


def _is_over(rule: Rule, today: date) -> bool:
    return rule.closed and rule.last is not None and rule.last < today
