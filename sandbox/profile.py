"""What the bot says about itself: commands, descriptions, name and menu button."""

import re

from sandbox.entities import units
from sandbox.errors import bad_request
from sandbox.spec import Json

# Longest texts in UTF-16 units. Source: Bot API, setMyName, setMyDescription, ...
LONGEST = {"name": 64, "description": 512, "short_description": 120}
MOST_COMMANDS = 100
LONGEST_COMMAND_TEXT = 256

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_EVERYWHERE: Json = {"type": "default"}

Scope = tuple[str, int | str, int]


class Profile:
    """Texts per language, commands per scope and language, menu buttons per chat."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, str], str] = {}
        self._commands: dict[tuple[Scope, str], list[Json]] = {}
        self._menus: dict[int, Json] = {}

    def set_text(self, what: str, text: str, language: str) -> None:
        """Keep a text; an empty one takes it away.

        Raises:
            Refused: too long, or no two-letter language.
        """
        _check_language(language)
        if units(text) > LONGEST[what]:
            raise bad_request(f"{what.replace('_', ' ')} is too long")
        self._texts[what, language] = text

    def text(self, what: str, language: str) -> str:
        """Return the text in a language, else the one for all languages, else nothing."""
        return self._texts.get((what, language)) or self._texts.get((what, ""), "")

    def set_commands(self, commands: list[Json], scope: Json | None, language: str) -> None:
        """Keep the commands of a scope and language.

        Raises:
            Refused: too many, or one of them is not acceptable.
        """
        _check_language(language)
        if len(commands) > MOST_COMMANDS:
            raise bad_request("too many commands specified")
        for one in commands:
            if not _COMMAND.fullmatch(one["command"].removeprefix("/")):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 0 < units(one["description"]) <= LONGEST_COMMAND_TEXT:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        kept = [one | {"command": one["command"].removeprefix("/")} for one in commands]
        self._commands[_scope(scope), language] = kept

    def commands(self, scope: Json | None, language: str) -> list[Json]:
        """Return exactly what was set for this scope and language."""
        return self._commands.get((_scope(scope), language), [])

    def offered(self, chat_id: int, language: str) -> list[Json]:
        """Return the commands that somebody sees in their private chat with the bot.

        The narrowest scope that has any, in their language before all languages. Source: Bot
        API, "Determining list of commands".
        """
        scopes: tuple[Json, ...] = (
            {"type": "chat", "chat_id": chat_id},
            {"type": "all_private_chats"},
            _EVERYWHERE,
        )
        tried = (self.commands(scope, code) for scope in scopes for code in (language, ""))
        return next(filter(None, tried), [])

    def set_menu(self, chat_id: int, button: Json) -> None:
        """Keep the menu button of a chat; 0 means every chat."""
        self._menus[chat_id] = button

    def menu(self, chat_id: int) -> Json:
        """Return the menu button of a chat, else the one for all."""
        return self._menus.get(chat_id) or self._menus.get(0) or {"type": "commands"}


def _scope(scope: Json | None) -> Scope:
    found = scope or _EVERYWHERE
    return (found["type"], found.get("chat_id", 0), found.get("user_id", 0))


def _check_language(language: str) -> None:
    if language and not _LANGUAGE.fullmatch(language):
        raise bad_request("LANG_CODE_INVALID")  # ISO 639-1 only: two letters
