"""Log lines that name no one: ids become hashes, tokens and people's words stay out."""

import abc
import hashlib
import hmac
import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TextIO

from telegram.error import TelegramError

# Their lower levels show addresses of requests, and so the token, or people's messages.
QUIET = (
    "aiohttp",
    "aiosqlite",
    "apscheduler",
    "asyncio",
    "httpcore",
    "httpx",
    "sqlalchemy",
    "telegram",
)
OURS = frozenset({"bot", "db", "delivery", "digests", "directory", "handlers", "locales"}) | {
    "partners",
    "people",
    "sandbox",
    "web",
}

_HASHED = ("chat_id", "person_id", "user_id")  # and fields that end so, like "author_person_id"
_HASH_LENGTH = 12  # hex digits
_LONGEST = 500  # characters of a message or a value

_TOKEN = re.compile(r"(?<=/bot)\d+:[^/\s\"']+|\b\d{5,}:[A-Za-z0-9_-]{8,}")
# an apostrophe inside a word opens no quotation
_PAYLOAD = re.compile(
    r"(?<!\w)b?'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|“[^”]*”|\{.*\}|\[.*\]", re.DOTALL
)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def configure(
    style: str,
    level: str,
    key: bytes,
    *,
    secrets: Sequence[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send every log line to *stream* (None: standard error), ``json`` or ``text`` in *style*.

    *key* keys the hashes that stand for chats and people. *secrets* are blotted out wherever
    they appear, as is everything that looks like a bot's token. Calling it again replaces
    the earlier configuration.
    """
    formatter = JsonLines(key, secrets) if style == "json" else TextLines(key, secrets)
    handler = logging.StreamHandler(sys.stderr if stream is None else stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for earlier in root.handlers[:]:
        if isinstance(earlier.formatter, _Lines):
            root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))
    # it warns whenever a job is still under way, which sending is for minutes: health judges that
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    logging.captureWarnings(capture=True)


class _Lines(logging.Formatter, abc.ABC):
    """What both kinds of lines share: what is said, and what is not."""

    def __init__(self, key: bytes, secrets: Sequence[str] = ()) -> None:
        super().__init__()
        self._key = key
        known = [re.escape(secret) for secret in secrets if secret]
        self._secret = re.compile("|".join([_TOKEN.pattern, *known]))

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without secrets, whichever way they came into it."""
        return self._secret.sub("[secret]", self._line(record, self._fields(record)))

    @abc.abstractmethod
    def _line(self, record: logging.LogRecord, fields: Mapping[str, object]) -> str:
        """Return the whole line."""

    def _fields(self, record: logging.LogRecord) -> dict[str, object]:
        return {
            name: self._value(name, value)
            for name, value in vars(record).items()
            if name not in _STANDARD
        }

    def _value(self, name: str, value: object) -> object:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, Mapping):
            return {str(inner): self._value(str(inner), v) for inner, v in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._value(name, one) for one in value]
        if name.removesuffix("s").endswith(_HASHED):
            return self._hash(value)
        return value if isinstance(value, int | float) else str(value)[:_LONGEST]

    def _hash(self, value: object) -> str:
        digest = hmac.new(self._key, str(value).encode(), hashlib.sha256).hexdigest()
        return digest[:_HASH_LENGTH]


class JsonLines(_Lines):
    """One JSON object a line: time (UTC), level, logger, event, the fields, the traceback."""

    def _line(self, record: logging.LogRecord, fields: Mapping[str, object]) -> str:
        line: dict[str, object] = {
            "time": _time(record).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": _event(record),
        }
        line |= {name: value for name, value in fields.items() if name not in line}
        if trace := _trace(record):
            line["traceback"] = trace
        return json.dumps(line, ensure_ascii=False)


class TextLines(_Lines):
    """A line for people, and the traceback below it."""

    def _line(self, record: logging.LogRecord, fields: Mapping[str, object]) -> str:
        words = [
            f"{_time(record):%H:%M:%S}",
            f"{record.levelname:<7}",
            f"{record.name}:",
            _event(record),
            *(f"{name}={value}" for name, value in fields.items()),
        ]
        line = " ".join(words).replace("\r", "\\r").replace("\n", "\\n")
        trace = _trace(record)
        return f"{line}\n{trace}" if trace else line


def _time(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _event(record: logging.LogRecord) -> str:
    """Return the message: ours are constant; others' may quote what people wrote."""
    if record.name.split(".")[0] in OURS:
        return record.getMessage()
    return _without_payloads(record.getMessage())


def _trace(record: logging.LogRecord) -> str:
    error = record.exc_info[1] if record.exc_info else None
    return "" if error is None else explain(error)


def explain(error: BaseException) -> str:
    """Return the tracebacks of *error* and its causes, oldest first, without foreign words.

    Our own messages hold ids only and stay, as do Telegram's and the system's, without what
    they quote. Of every other error the kind and the place are enough to find it, and its
    message may hold what somebody wrote.
    """
    told: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        told.append(_explain_one(current))
        current = current.__cause__ or (
            None if current.__suppress_context__ else current.__context__
        )
    return "\nwhich led to\n".join(reversed(told))


def _explain_one(error: BaseException) -> str:
    lines = traceback.format_tb(error.__traceback__)
    lines.append(f"{_kind(error)}{_message(error)}")
    if isinstance(error, BaseExceptionGroup):
        lines += [f"\n  in it: {explain(one)}" for one in error.exceptions]
    return "".join(lines)


def _kind(error: BaseException) -> str:
    kind = type(error)
    return (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )


def _message(error: BaseException) -> str:
    if type(error).__module__.split(".")[0] in OURS or isinstance(error, TelegramError):
        return f": {_without_payloads(str(error))}"
    if isinstance(error, OSError) and error.strerror:
        return f": {error.strerror}"
    return ""


def _without_payloads(text: str) -> str:
    """Return *text* without what it quotes or lists, and not too long."""
    return _PAYLOAD.sub("…", text)[:_LONGEST]
