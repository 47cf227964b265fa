"""The command list and the descriptions that Telegram shows, in every language."""

import logging

from telegram import Bot, BotCommand
from telegram.error import TelegramError

import locales

log = logging.getLogger(__name__)
_TELEGRAMS_LETTERS = 2  # language_code of setMyCommands is ISO 639-1


async def publish(bot: Bot) -> None:
    """Give Telegram the commands and descriptions in each language; English is for the rest.

    A failure is logged and nothing more: people can use the bot without the list.
    """
    try:
        for language in locales.supported():
            if len(language.split("-")[0]) != _TELEGRAMS_LETTERS:
                continue  # such a reader sees the English list
            code = None if language == locales.SOURCE else language.split("-")[0]
            t = locales.translator(language)
            await bot.set_my_commands(menu(t), language_code=code)
            await bot.set_my_description(description(t), language_code=code)
            await bot.set_my_short_description(short_description(t), language_code=code)
    except TelegramError as exc:
        log.warning("commands not published", extra={"error": type(exc).__name__})


def menu(t: locales.Translator) -> list[BotCommand]:
    """Return the commands that everybody has; coordinators see theirs in /help."""
    return [
        BotCommand("start", t.gettext("find help")),
        BotCommand("language", t.gettext("choose your language")),
        BotCommand("subscribe", t.gettext("get the weekly digest, choose topics")),
        BotCommand("unsubscribe", t.gettext("stop the weekly digest")),
        BotCommand("privacy", t.gettext("what I keep about you")),
        BotCommand("mydata", t.gettext("see what I keep about you")),
        BotCommand("forget", t.gettext("delete what I keep about you")),
        BotCommand("clear", t.gettext("delete the messages of this chat")),
        BotCommand("tell", t.gettext("write to the people who run this bot")),
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
