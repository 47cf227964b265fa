"""What a message of ours carries in its links and buttons. Pure but for Telegram's types."""

from collections.abc import Iterator

from telegram import Message

from handlers.callbacks import Route, StaleButton, decode


def payloads(message: Message) -> Iterator[str]:
    """Yield the start payload of every deep link in *message*."""
    for entity in message.entities:
        if "start=" in (entity.url or ""):
            yield (entity.url or "").rpartition("start=")[2]


def packed(message: object) -> str:
    """Return the guide's answers that the frame of *message* holds; empty when it has none.

    The frame's Help now button holds the state itself.
    """
    if not isinstance(message, Message) or message.reply_markup is None:
        return ""
    for row in message.reply_markup.inline_keyboard:
        for each in row:
            try:
                press = decode(each.callback_data if isinstance(each.callback_data, str) else None)
            except StaleButton:
                continue
            if press.route is Route.HELP_NOW:
                return press.arg(0)
    return ""
