"""The codec of callback_data: what a button needs is in the button. Pure.

Grammar: ``VERSION ":" ROUTE *( ":" ARG )``, ASCII, at most 64 bytes (Bot API,
InlineKeyboardButton.callback_data). A button grants nothing: roles and states are read again
at every press, ids only select.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

VERSION = "1"
MAX_BYTES = 64
_LARGEST_ID = 2**31 - 1  # of an INTEGER; PostgreSQL refuses to compare it with more
_ARG = re.compile(r"[A-Za-z0-9._-]*", re.ASCII)


class Route(StrEnum):
    """Where a press goes; the values are in buttons that live for years."""

    GUIDE = "g"  # answers: the question that is left, or the results
    RESULTS = "r"  # answers, page
    CARD = "s"  # answers, service id
    VENUE = "V"  # the same: its place as a map pin
    HELP_NOW = "n"  # answers to come back to
    HELP_BELOW = "Z"  # the same under a message of ours that stays
    LANGUAGES = "l"  # answers, page
    LANGUAGE = "a"  # language code, answers
    TOPIC = "t"  # topic id, wanted 1 or 0, page
    TOPICS = "P"  # page
    SUBSCRIBED = "u"  # wanted 1 or 0
    WHEN = "W"  # what about it, the wanted value or a page
    READ = "M"  # week or day, section or nothing for the headlines, page
    MAIL = "Y"  # ask or no
    FORGET = "f"  # "yes"
    EDITION = "e"  # week, page
    DRAFT = "K"  # of the edition: a step, and what it is about
    EDITION_ACT = "d"  # week, action, fingerprint of what was shown
    ITEM = "i"  # item id, where from (e, review or reject), page
    ITEM_ACT = "j"  # item id, what a coordinator says of it, where from, page
    QUEUE = "q"  # which (review or reject), page
    SOURCE = "2"  # feed id, trust, item id, where from, page
    CORRECTION = "z"  # item id, yes or no, fingerprint of the change that was shown
    BROADCAST = "b"  # broadcast id
    BROADCAST_ACT = "c"  # broadcast id, action, mark of the plan that was shown
    LIFE = "4"  # broadcast id, a step of its time, repeats or emergency, and its values
    CAMPAIGN = "m"  # the letter of its kind, the id or week, action
    COMPOSE = "o"  # key of the open draft, a step and its values
    INVITE = "v"  # invite id: revoke
    PARTNER = "k"  # person id, action
    CONFIRM = "y"  # service id, answers
    ASK_HELPED = "h"  # answers, service id or nothing for the whole list
    HELPED = "H"  # the same
    NOT_HELPED = "N"  # the same
    WRONG = "x"  # answers, service id
    IS_WRONG = "X"  # service id, what is wrong
    CHECK_IN = "w"  # ask, yes or no
    TELL = "T"  # answers to come back to
    TIP = "p"  # message id, step
    TIP_ANSWER = "A"  # message id
    CLEAR = "C"
    RIGHTS = "R"  # page
    RIGHT = "Q"  # card id, page or answers to come back to, whether reading is safe
    EDIT = "E"  # service id, part
    EDITING = "D"  # a step of the open change and its values
    PROPOSAL = "B"  # proposal id, action, fingerprint or reason
    HISTORY = "I"  # service id
    UNDO = "U"  # change id
    SERVICES = "S"  # page
    FRESH = "F"  # service id, answer, fingerprint of the facts that were shown
    FRESH_LIST = "L"  # m (mine) or c (calls), page
    OWNER = "O"  # service id, person id or - for nobody or p with a page
    FEED = "G"  # "list" and a page, or feed id and what to do with it
    POST = "3"  # a step of the open post and its value, or an action and an item id
    TEMPLATE = "5"  # what to do, template id or page
    ALERT = "8"  # "off" for all at once, or a step of asking for news and its values
    ANSWER = "6"  # broadcast id (0 in a preview), what a reader says or a coordinator does, page
    RECALL = "7"  # what to do, id of the update or of its amendment, language
    RESTORED = "9"  # nothing to be asked, yes or later
    RIGHT_ACT = "J"  # card id, action, page or answers, fingerprint of what was shown


class StaleButton(Exception):
    """The button is from another version, forged or cut short: a fresh start, not an error."""


@dataclass(frozen=True, slots=True)
class Press:
    """A decoded button."""

    route: Route
    args: tuple[str, ...]

    def arg(self, index: int, default: str = "") -> str:
        """Return the argument at *index*, or *default* where the button has fewer."""
        return self.args[index] if index < len(self.args) else default

    def row(self, index: int) -> int:
        """Return the argument at *index* as the id of one of our rows.

        Raises:
            StaleButton: it is no number, or one that no row can have.
        """
        number = self.number(index)
        if number > _LARGEST_ID:
            raise StaleButton(str(number))
        return number

    def number(self, index: int) -> int:
        """Return the argument at *index* as a whole number of at most 18 digits, 0 or more.

        Raises:
            StaleButton: it is none.
        """
        text = self.arg(index, "0")
        if not (text.isascii() and text.isdigit() and len(text) <= 18):  # noqa: PLR2004  (fits a BIGINT)
            raise StaleButton(text)
        return int(text)


def encode(route: Route, *args: str | int) -> str:
    """Return callback_data for *route* with *args*.

    Raises:
        ValueError: an argument holds a character outside ``[A-Za-z0-9._-]``, or the whole is
            over 64 bytes. Both are mistakes of ours, found by the tests.
    """
    parts = [str(arg) for arg in args]
    if not _ARG.fullmatch("".join(parts)):
        bad = [part for part in parts if not _ARG.fullmatch(part)]
        raise ValueError(f"not for a button: {bad}")
    data = ":".join((VERSION, route.value, *parts))
    if len(data) > MAX_BYTES:
        raise ValueError(f"{len(data)} bytes in a button, at most {MAX_BYTES}: {data}")
    return data


def decode(data: str | None) -> Press:
    """Return what a pressed button says.

    Raises:
        StaleButton: unknown version, unknown route, characters that we never write.
    """
    version, *rest = (data or "").split(":")
    if version != VERSION or not rest or not _ARG.fullmatch("".join(rest)):
        raise StaleButton(data)
    try:
        route = Route(rest[0])
    except ValueError as exc:
        raise StaleButton(data) from exc
    return Press(route, tuple(rest[1:]))
