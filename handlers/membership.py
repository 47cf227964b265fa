"""Somebody blocked the bot, or came back: what we send them follows at once."""

from telegram import ChatMember, Update
from telegram.constants import ChatType

import db.people
from handlers.context import Context

_OUT = (ChatMember.BANNED, ChatMember.LEFT)


async def changed(update: Update, context: Context) -> None:
    """Pause everything to a person who blocked the bot; `arrive` un-pauses who comes back."""
    assert update.my_chat_member is not None
    if update.my_chat_member.chat.type != ChatType.PRIVATE:  # out of a group: no wish of theirs
        return
    if update.my_chat_member.new_chat_member.status in _OUT:
        async with context.app.sessions.begin() as session:
            await db.people.pause(session, context.person.id, now=context.app.clock())
