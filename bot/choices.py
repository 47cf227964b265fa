"""What some settings can be, and how lists of ids are written. Pure."""

import re
from enum import StrEnum


class LogFormat(StrEnum):
    """How log lines look."""

    JSON = "json"
    TEXT = "text"


class LogLevel(StrEnum):
    """From which weight on log lines are written."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


def ids(value: object) -> object:
    """Return the Telegram ids in a text, each once; anything but a text as it is.

    Raises:
        ValueError: one of them is not a person's id.
    """
    if not isinstance(value, str):
        return value
    parts = [part for part in re.split(r"[,\s]+", value) if part]
    if wrong := [part for part in parts if not re.fullmatch(r"[1-9]\d{0,15}", part)]:
        raise ValueError(f"“{wrong[0]}” is not a Telegram user id")
    return tuple(dict.fromkeys(int(part) for part in parts))
