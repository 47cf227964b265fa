"""The questions that ask back when opening hours are not clear. Pure."""

from datetime import date, timedelta

from locales.errors import N_, Text

WHEN = Text(N_("On which days and at what times? For example: Mon-Fri 9am-5pm."))
WHICH_DAYS = Text(N_("On which days? For example: Mon-Fri, or every day."))
WHAT_TIMES = Text(N_("At what times? For example: 10am-1pm."))
UNTIL = Text(N_("From what time until what time? For example: 10am-1pm."))
MONTHLY = Text(
    N_(
        "Is that every second week, or once a month? "
        "For example: second Tuesday of the month 2pm-4pm."
    )
)
FORTNIGHTLY = Text(
    N_(
        "I can only keep times that are the same every week. "
        "Write every second week under “About the opening times”."
    )
)
SHUT = Text(N_("If it is closed for now, say so under “Open or full”."))
_TWICE = N_("{weekday} is there twice. What are all its times?")
_WORD = N_("I do not know “{word}” here. Please write only days and times: Mon-Fri 9am-5pm.")
_MONDAY = date(2024, 1, 1)  # stands for the name of its weekday


class Asks(Exception):
    """It is not clear; carries the one question to ask, which is the answer, not a failure."""

    def __init__(self, question: Text) -> None:
        self.question = question
        super().__init__(str(question))


def twice(weekday: int) -> Text:
    """Return the question about a weekday (0: Monday) whose times do not go together."""
    return Text(_TWICE, {"weekday": _MONDAY + timedelta(days=weekday)})


def strange(word: str) -> Text:
    """Return the question about a *word* that is not known."""
    return Text(_WORD, {"word": word})


def refused(part: str) -> Text:
    """Return why a value of a data set is refused; for the command line, so not translated."""
    return Text("“{part}” cannot be read as opening hours.", {"part": part})
