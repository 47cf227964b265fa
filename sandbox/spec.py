"""The Bot API's own parameter rules, compiled once into plain checks.

The rules are in ``data/bot_api.json``, made by `sandbox.extract` from a public specification, which
is named there. One strictness is ours: Telegram ignores a parameter it does not know, the sandbox
refuses it, because a misspelt parameter is always a bug of the bot.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.errors import Refused, bad_request

Json = dict[str, Any]  # Any: Bot API objects are open JSON, checked at run time by this module
Check = Callable[[str, Any], Any]  # Any: what came over the wire, before and after the check

DATA = Path(__file__).parent / "data" / "bot_api.json"
# What Telegram says when a parameter is left out, where it is known; otherwise our own sentence.
# Source: tdlib/telegram-bot-api, Client.cpp (read for its answers only).
MISSING = {
    "chat_id": "chat_id is empty",
    "from_chat_id": "from_chat_id is empty",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "text": "message text is empty",
    "document": "there is no document in the request",
    "photo": "there is no photo in the request",
    "user_id": "invalid user_id specified",
    "file_id": "file_id not specified",
    "latitude": "latitude is empty",
    "longitude": "longitude is empty",
    "action": "wrong parameter action in request",
    "inline_query_id": "query is too old and response timeout expired or query ID is invalid",
}
# Optional in the specification only because the other form of the call has an inline_message_id.
REQUIRED_HERE = {
    "editMessageText": ("chat_id", "message_id", "text"),
    "editMessageCaption": ("chat_id", "message_id"),
    "editMessageReplyMarkup": ("chat_id", "message_id"),
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in a multipart body."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Rules:
    """The compiled checks of one method."""

    name: str
    checks: Mapping[str, Check]
    required: tuple[str, ...]

    def check(self, raw: Mapping[str, object]) -> Json:
        """Return the parameters in their true types.

        Raises:
            Refused: a parameter is unknown, missing or of the wrong type.
        """
        checks = self.checks
        found: Json = {}
        for name, value in raw.items():
            check = checks.get(name)
            if check is None:
                raise bad_request(f'unknown parameter "{name}" in {self.name}')
            found[name] = check(name, value)
        for name in self.required:
            if name not in found:
                raise bad_request(MISSING.get(name, f'parameter "{name}" is required'))
        return found


@cache
def rules() -> Mapping[str, Rules]:
    """Return the checks of every method, by its name in lower case (as Telegram looks it up)."""
    data = json.loads(DATA.read_text(encoding="utf-8"))
    types = _Types(data["types"])
    compiled = {}
    for name, fields in data["methods"].items():
        checks = {field["name"]: types.of(field["types"]) for field in fields}
        required = [field["name"] for field in fields if field["required"]]
        required += [one for one in REQUIRED_HERE.get(name, ()) if one not in required]
        compiled[name.lower()] = Rules(name, checks, tuple(required))
    return compiled


class _Types:
    """Turns type names of the specification into checks."""

    def __init__(self, types: Json) -> None:
        self._types = types
        self._made: dict[str, Check] = {}

    def of(self, names: list[str]) -> Check:
        """Return one check for a field that may be any of *names*."""
        if names == ["Integer", "String"]:
            return _chat_id
        if len(names) == 1:
            return self._one(names[0])
        if names == ["InputFile", "String"]:
            return _file
        return self._any_object(names)

    def _one(self, name: str) -> Check:
        if name.startswith("Array of "):
            return _array(self._one(name.removeprefix("Array of ")))
        if name in BASIC:
            return BASIC[name]
        if name not in self._made:
            self._made[name] = self._object(name)
        return self._made[name]

    def _object(self, name: str) -> Check:
        subtypes = self._types[name]["subtypes"]
        if subtypes:
            return self._any_object(subtypes)
        fields = self._types[name]["fields"]
        checks: dict[str, Check] = {}
        required = tuple(field["name"] for field in fields if field["required"])

        def check(where: str, value: object) -> Json:
            if not checks and fields:  # late: types may hold themselves
                checks.update({field["name"]: self.of(field["types"]) for field in fields})
            return _checked_object(name, _loaded(where, value, dict), checks, required)

        return check

    def _any_object(self, names: list[str]) -> Check:
        def check(where: str, value: object) -> Json:
            loaded = _loaded(where, value, dict)
            for name in names:
                if self._fits(name, loaded):
                    found: Json = self._one(name)(where, loaded)
                    return found
            raise bad_request(f'parameter "{where}" fits none of {", ".join(names)}')

        return check

    def _fits(self, name: str, value: Json) -> bool:
        """Whether *value* has what tells this type from its siblings."""
        return all(
            field["name"] in value and field.get("value") in (None, value[field["name"]])
            for field in self._types[name]["fields"]
            if field["required"]
        )


def _checked_object(
    name: str, value: Json, checks: Mapping[str, Check], required: tuple[str, ...]
) -> Json:
    found = {}
    for field, one in value.items():
        check = checks.get(field)
        if check is None:
            raise bad_request(f'unknown field "{field}" in {name}')
        found[field] = check(field, one)
    for field in required:
        if field not in found:
            raise bad_request(f"can't parse {name}: can't find field \"{field}\"")
    return found


def _wrong(where: str, kind: str) -> Refused:
    return bad_request(f'parameter "{where}" must be of type {kind}')


def _loaded(where: str, value: object, kind: type) -> Any:  # Any: JSON of the kind asked for
    """Return *value* as JSON; form bodies carry objects and arrays as JSON text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as exc:
            raise bad_request(f'can\'t parse "{where}" as JSON') from exc
    if not isinstance(value, kind):
        raise _wrong(where, "Object" if kind is dict else "Array")
    return value


def _integer(where: str, value: object) -> int:
    if type(value) is int:
        return value
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            pass
    raise _wrong(where, "Integer")


def _chat_id(where: str, value: object) -> int | str:
    """Let a number or a public name pass; the sandbox knows no public names."""
    if value == "":
        raise bad_request(MISSING.get(where, f"{where} is empty"))
    if isinstance(value, str) and value.startswith("@"):
        return value
    return _integer(where, value)


def _float(where: str, value: object) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            pass
    raise _wrong(where, "Float")


def _string(where: str, value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(where, "String")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as exc:  # half a surrogate pair, which JSON can carry
            raise bad_request("strings must be encoded in UTF-8") from exc
    return value


def _boolean(where: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false", "1", "0"):
        return value.lower() in ("true", "1")
    raise _wrong(where, "Boolean")


def _file(where: str, value: object) -> str | Upload:
    if isinstance(value, (str, Upload)):
        return value
    raise _wrong(where, "InputFile")


def _array(one: Check) -> Check:
    def check(where: str, value: object) -> list[object]:
        return [one(where, item) for item in _loaded(where, value, list)]

    return check


BASIC: dict[str, Check] = {
    "Integer": _integer,
    "Float": _float,
    "String": _string,
    "Boolean": _boolean,
    "InputFile": _file,
}
