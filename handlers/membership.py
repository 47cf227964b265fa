"""Somebody blocked the bot, or a group put it out: what we send them follows at once."""

from telegram import ChatMember, Update
from telegram.constants import ChatType

import db.people
import db.subscriptions
from handlers.context import Context

_OUT = (ChatMember.BANNED, ChatMember.LEFT)


async def changed(update: Update, context: Context) -> None:
    """Pause everything to a person who blocked the bot; `arrive` un-pauses who comes back.

    A group or channel that put the bot out is no person who may come back: its subscription
    is deleted. Who put the bot in or out is not kept.
    """
    assert update.my_chat_member is not None
    if update.my_chat_member.new_chat_member.status not in _OUT:
        return
    now, chat = context.app.clock(), update.my_chat_member.chat
    async with context.app.sessions.begin() as session:
        if chat.type == ChatType.PRIVATE:
            await db.people.pause(session, context.person.id, now=now)
        else:
            await db.subscriptions.unsubscribe(session, chat.id, now=now)
