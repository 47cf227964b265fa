"""The digest: getting it, its topics, how often and when, and stopping it.

What is said here of a person is true of a group or channel too, once `handlers.groups` has made
sure that an administrator pressed: the subscription is the chat's.
"""

from telegram import Update
from telegram.constants import ChatType

import db.subscriptions
import locales
from digests import schedule
from digests.compile import iso_week
from digests.subscription import ChatKind, Frequency, Subscription
from handlers import reply, screens, subscription_screens
from handlers.callbacks import StaleButton
from handlers.context import Context
from handlers.subscription_screens import HOURS, Usual

_PAGED = ("days", "hours", "languages")  # only show something, a page of it


async def subscribed(update: Update, context: Context) -> None:
    """Subscribe the person to every topic; somebody who is subscribed keeps their choice.

    Who chose no language gets it in the one in which they were answered.
    """
    chat_id, today = _chat(update), context.app.today()
    async with context.app.sessions.begin() as session:
        found = await db.subscriptions.find(session, chat_id)
        if found is None and _is_private(update):
            await db.subscriptions.subscribe(session, chat_id, today=today)
            if context.person.language is None and context.t.language != locales.SOURCE:
                await db.subscriptions.set_language(session, chat_id, context.t.language)
    await reply.add(update, context, await _topics(update, context))


async def unsubscribed(update: Update, context: Context) -> None:
    """Stop the digest at once."""
    async with context.app.sessions.begin() as session:
        await db.subscriptions.unsubscribe(session, _chat(update), now=context.app.clock())
    told = subscription_screens.stopped(context.t)
    private = _is_private(update)
    screen = screens.told(context.t, told) if private else screens.notice(told)
    await reply.add(update, context, screen)


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
            _chat(update),
            wanted_topic,
            wanted=context.press.arg(1) == "1",
            all_topics=every,
        )
    await reply.show(update, context, await _topics(update, context, context.press.number(2)))


async def page(update: Update, context: Context) -> None:
    """Show another page of the topics."""
    assert context.press is not None
    await reply.show(update, context, await _topics(update, context, context.press.number(0)))


async def when(update: Update, context: Context) -> None:
    """Show or set how often and when the digest comes; each button says the wanted state."""
    assert context.press is not None
    asked, value = context.press.arg(0), context.press.arg(1)
    await _set(update, context, asked, value)
    async with context.app.sessions() as session:
        found = await db.subscriptions.find(session, _chat(update))
    if found is None:
        await reply.show(update, context, _none(update, context))
        return
    page = context.press.number(1) if asked in _PAGED else None
    await reply.show(update, context, _when(context, found, asked, page))


async def _set(update: Update, context: Context, asked: str, value: str) -> None:
    """Store what the button wants; those that only show something want nothing.

    Raises:
        StaleButton: no such choice is offered.
    """
    chat_id = _chat(update)
    async with context.app.sessions.begin() as session:
        if asked == "often" and value in set(Frequency):
            await db.subscriptions.set_frequency(
                session, chat_id, Frequency(value), now=context.app.clock()
            )
        elif asked == "day" and value in {str(day) for day in range(7)}:
            await db.subscriptions.set_day(session, chat_id, int(value))
        elif asked == "hour" and value in {str(hour) for hour in HOURS}:
            await db.subscriptions.set_hour(session, chat_id, int(value))
        elif asked == "language" and value in locales.supported() and not _is_private(update):
            await db.subscriptions.set_language(session, chat_id, value)
            context.t = locales.translator(value)
        elif asked not in ("", *_PAGED):
            raise StaleButton(asked)


def _when(context: Context, found: Subscription, asked: str, page: int | None) -> screens.Screen:
    """Return what comes after the press: after the day the hour is asked."""
    t = context.t
    if asked == "days":
        return subscription_screens.days(t, found, page or 0)
    if asked in ("hours", "day"):
        return subscription_screens.hours(t, found, context.app.city, page)
    if asked == "languages" and found.kind is not ChatKind.PRIVATE:
        return subscription_screens.languages(t, found, page or 0)
    if asked == "language":
        return subscription_screens.topics(t, context.app.topics, found)
    return subscription_screens.when(t, found, usual(context))


def usual(context: Context) -> Usual:
    """Return when news come to those who chose nothing."""
    app = context.app
    leaves = app.sends_at(iso_week(app.clock(), app.zone)).astimezone(app.zone)
    return Usual(leaves, schedule.DAILY_HOUR, app.city)


async def _topics(update: Update, context: Context, number: int = 0) -> screens.Screen:
    async with context.app.sessions() as session:
        subscription = await db.subscriptions.find(session, _chat(update))
    if subscription is None:
        return _none(update, context)
    return subscription_screens.topics(context.t, context.app.topics, subscription, number)


def _none(update: Update, context: Context) -> screens.Screen:
    told = context.t.gettext("You do not get the digest. Send /subscribe to get it.")
    return screens.told(context.t, told) if _is_private(update) else screens.notice(told)


def _chat(update: Update) -> int:
    """Return whose subscription it is: the chat's; a private chat has its person's number."""
    assert update.effective_chat is not None
    return update.effective_chat.id


def _is_private(update: Update) -> bool:
    assert update.effective_chat is not None
    return update.effective_chat.type == ChatType.PRIVATE
