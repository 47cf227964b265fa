"""Groups and channels: an administrator subscribes them, nothing else of them is heard.

No word that is written there is kept or logged, nobody is answered but who sends one of the two
commands, and nothing of a person's own guide is ever shown there.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from telegram import ChatMember, Message, Update
from telegram.constants import ChatType
from telegram.error import BadRequest

import db.subscriptions
import locales
from digests.subscription import ChatKind
from handlers import answers, reading, reply, screens, subscription, subscription_screens
from handlers.callbacks import Route, StaleButton
from handlers.context import Context

_DECIDES = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)
_KINDS = {
    ChatType.GROUP: ChatKind.GROUP,
    ChatType.SUPERGROUP: ChatKind.GROUP,
    ChatType.CHANNEL: ChatKind.CHANNEL,
}
COMMANDS = ("subscribe", "unsubscribe")

_CHANGES: Mapping[Route, Callable[[Update, Context], Awaitable[None]]] = {
    Route.TOPIC: subscription.topic,
    Route.TOPICS: subscription.page,
    Route.SUBSCRIBED: subscription.pressed,
    Route.WHEN: subscription.when,
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A command in a group or channel: where, and whether to subscribe or to stop."""

    chat_id: int
    kind: ChatKind
    subscribes: bool
    thread_id: int | None


def is_shared(update: Update) -> bool:
    """Say whether *update* is about a group or a channel."""
    return update.effective_chat is not None and update.effective_chat.type in _KINDS


async def commanded(update: Update, context: Context) -> None:
    """Subscribe or stop for an administrator; tell a member, once a day, who decides."""
    message = update.effective_message
    if message is None or message.is_automatic_forward:
        return
    asked = _asked(message)
    await _speak(context, asked.chat_id)
    if await _decides(update, context, message):
        await _obey(update, context, asked)
    elif context.app.once.is_first(context.app.today(), "group told", asked.chat_id):
        told = subscription_screens.administrators_only(context.t)
        await reply.send(update, context, screens.notice(told))


async def pressed(update: Update, context: Context) -> None:
    """Change the chat's digest for an administrator; show what it says in one's own chat."""
    try:
        await _pressed(update, context)
    except StaleButton:
        await reply.answer(update, screens.older_version(context.t), alert=True)


async def _pressed(update: Update, context: Context) -> None:
    """Do what the button says.

    Raises:
        StaleButton: it cannot be read, or no such button is ever shown in a group or channel.
    """
    assert update.effective_chat is not None
    if context.press is None:
        raise StaleButton(None)
    if context.press.route is Route.READ:
        await reading.elsewhere(update, context)
        return
    if context.press.route is Route.ANSWER:
        await answers.pressed(update, context)
        return
    change = _CHANGES.get(context.press.route)
    if change is None:
        raise StaleButton(context.press.route)
    if not await _decides(update, context, None):
        told = subscription_screens.administrators_only(context.t)
        await reply.answer(update, told, alert=True)
        return
    await _speak(context, update.effective_chat.id)
    await change(update, context)


async def migrated(update: Update, context: Context) -> None:
    """Keep the subscription of a group that became a supergroup."""
    message = update.effective_message
    if message is not None and message.migrate_to_chat_id is not None:
        async with context.app.sessions.begin() as session:
            await db.subscriptions.move(session, message.chat.id, message.migrate_to_chat_id)


async def _obey(update: Update, context: Context, asked: _Asked) -> None:
    app = context.app
    async with app.sessions.begin() as session:
        if asked.subscribes:
            await db.subscriptions.subscribe(
                session,
                asked.chat_id,
                today=app.today(),
                kind=asked.kind,
                thread_id=asked.thread_id,
            )
        else:
            await db.subscriptions.unsubscribe(session, asked.chat_id, now=app.clock())
    if asked.subscribes:
        shown = subscription_screens.subscribed_chat(context.t)
    else:
        shown = screens.notice(subscription_screens.stopped(context.t))
    await reply.send(update, context, shown)


def _asked(message: Message) -> _Asked:
    word = (message.text or "").split(maxsplit=1)[0].removeprefix("/").partition("@")[0]
    return _Asked(
        message.chat.id,
        _KINDS[ChatType(message.chat.type)],
        word.lower() == "subscribe",
        message.message_thread_id if message.is_topic_message else None,
    )


async def _decides(update: Update, context: Context, message: Message | None) -> bool:
    """Say whether an administrator wrote *message*, or pressed when there is none.

    Only administrators can post in a channel, and who writes in the name of the group is an
    administrator who stays anonymous (Bot API, Message.sender_chat).
    """
    chat = update.effective_chat
    assert chat is not None
    if message is not None and message.sender_chat is not None:
        return message.sender_chat.id == chat.id
    if update.effective_user is None:
        return False
    person = update.effective_user.id
    try:
        member = await context.bot.get_chat_member(chat.id, person)
    except BadRequest:  # this works for certain only where the bot is an administrator (Bot API)
        listed = await context.bot.get_chat_administrators(chat.id)
        return any(each.user.id == person for each in listed)
    return member.status in _DECIDES


async def _speak(context: Context, chat_id: int) -> None:
    """Use the words of the chat's own language, English before one is chosen.

    Not those of the person: what they chose in their own chat is nobody's business here.
    """
    async with context.app.sessions() as session:
        found = await db.subscriptions.find(session, chat_id)
    context.t = locales.translator(locales.choose(found.language if found else None))
