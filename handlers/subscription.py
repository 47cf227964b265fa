"""The weekly digest: getting it, its topics, and stopping it."""

from telegram import Update

import db.subscriptions
from handlers import reply, screens, subscription_screens
from handlers.callbacks import StaleButton
from handlers.context import Context


async def subscribed(update: Update, context: Context) -> None:
    """Subscribe the person to every topic; somebody who is subscribed keeps their choice."""
    chat_id, today = context.person.id, context.app.today()
    async with context.app.sessions.begin() as session:
        if await db.subscriptions.find(session, chat_id) is None:
            await db.subscriptions.subscribe(session, chat_id, today=today)
    await reply.add(update, context, await _topics(context))


async def unsubscribed(update: Update, context: Context) -> None:
    """Stop the digest at once."""
    async with context.app.sessions.begin() as session:
        await db.subscriptions.unsubscribe(session, context.person.id, now=context.app.clock())
    told = context.t.gettext("The weekly digest has stopped. Send /subscribe to get it again.")
    await reply.add(update, context, screens.told(context.t, told))


async def pressed(update: Update, context: Context) -> None:
    """Start or stop the digest by a button; under a digest, which stays as it is."""
    assert context.press is not None
    await (subscribed if context.press.arg(0) == "1" else unsubscribed)(update, context)


async def topic(update: Update, context: Context) -> None:
    """Add or drop one topic; the button says the wanted state, so twice does no harm."""
    assert context.press is not None
    every = [each.id for each in context.app.topics]
    wanted_topic = context.press.arg(0)
    if wanted_topic not in every:
        raise StaleButton(wanted_topic)
    async with context.app.sessions.begin() as session:
        await db.subscriptions.set_topic(
            session,
            context.person.id,
            wanted_topic,
            wanted=context.press.arg(1) == "1",
            all_topics=every,
        )
    await reply.show(update, context, await _topics(context, context.press.number(2)))


async def page(update: Update, context: Context) -> None:
    """Show another page of the topics."""
    assert context.press is not None
    await reply.show(update, context, await _topics(context, context.press.number(0)))


async def _topics(context: Context, number: int = 0) -> screens.Screen:
    async with context.app.sessions() as session:
        subscription = await db.subscriptions.find(session, context.person.id)
    if subscription is None:
        told = context.t.gettext("You do not get the digest. Send /subscribe to get it.")
        return screens.told(context.t, told)
    return subscription_screens.topics(context.t, context.app.topics, subscription, number)
