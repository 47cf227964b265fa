"""The command list and the descriptions that Telegram shows, in every language."""

import logging

from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import TelegramError

import locales

log = logging.getLogger(__name__)
_TELEGRAMS_LETTERS = 2  # language_code of setMyCommands is ISO 639-1


async def publish(bot: Bot) -> None:
    """Give Telegram the commands and descriptions in each language; English is for the rest.

    A failure is logged and nothing more: people can use the bot without the list.
    """
    try:
        for code, language in _telegrams().items():
            t = locales.translator(language)
            await bot.set_my_commands(menu(t), language_code=code)
            await bot.set_my_description(description(t), language_code=code)
            await bot.set_my_short_description(short_description(t), language_code=code)
    except TelegramError as exc:
        log.warning("commands not published", extra={"error": type(exc).__name__})


def _telegrams() -> dict[str | None, str]:
    """Return Telegram's language codes, None for all others, each with our language for it.

    Two languages with one code (Farsi and Dari): the first by need stands for it. One without
    a code of two letters (Sorani) has none; `publish_to` serves its readers.
    """
    found: dict[str | None, str] = {None: locales.SOURCE}
    for language in locales.supported()[1:]:
        base = language.split("-")[0]
        if len(base) == _TELEGRAMS_LETTERS:
            found.setdefault(base, language)
    return found


async def publish_to(bot: Bot, chat_id: int, t: locales.Translator) -> None:
    """Give one chat the commands in the language that was chosen there, whatever the app's."""
    try:
        await bot.set_my_commands(menu(t), scope=BotCommandScopeChat(chat_id))
    except TelegramError as exc:
        log.warning("commands not published", extra={"error": type(exc).__name__})


async def take_back(bot: Bot, chat_id: int) -> None:
    """Take the list of one chat back: Telegram forgets it too."""
    try:
        await bot.delete_my_commands(scope=BotCommandScopeChat(chat_id))
    except TelegramError as exc:
        log.warning("commands not taken back", extra={"error": type(exc).__name__})


def menu(t: locales.Translator) -> list[BotCommand]:
    """Return the commands that everybody has; coordinators see theirs in /help."""
    return [
        BotCommand("start", t.gettext("find help")),
        BotCommand("language", t.gettext("choose your language")),
        BotCommand("subscribe", t.gettext("get the weekly digest, choose topics")),
        BotCommand("unsubscribe", t.gettext("stop the weekly digest")),
        BotCommand("alerts", t.gettext("news about what you need")),
        BotCommand("rights", t.gettext("what you may ask for")),
        BotCommand("privacy", t.gettext("what I keep about you")),
        BotCommand("mydata", t.gettext("see what I keep about you")),
        BotCommand("forget", t.gettext("delete what I keep about you")),
        BotCommand("clear", t.gettext("delete the messages of this chat")),
        BotCommand("tell", t.gettext("write to the people who run this bot")),
        BotCommand("stop", t.gettext("end this conversation")),
        BotCommand("help", t.gettext("see what you can send")),
    ]


def description(t: locales.Translator) -> str:
    """Return what an empty chat shows, at most 512 characters (Bot API, setMyDescription)."""
    return t.gettext(
        "I show newcomers where to find help. I do not ask your name and I keep no answers. "
        "In danger now? Call 999."
    )


def short_description(t: locales.Translator) -> str:
    """Return the line on the bot's profile, at most 120 characters (setMyShortDescription)."""
    return t.gettext("Find help: housing, food, health, papers. No names.")
