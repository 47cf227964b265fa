"""`/feeds`: the sites that the digest is made from, for coordinators."""

from datetime import timedelta

from telegram import Update

import db.feeds
from digests.addresses import refuse_address
from digests.errors import FetchError
from digests.feed import Trust
from handlers import deeds, feed_screens, reply
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.context import Context
from handlers.feed_screens import Seen
from locales.errors import N_, UserError
from people.model import Action

_WEEK = timedelta(days=7)


class FeedNotAdded(UserError):
    """An address was sent that leads to no feed, or that may not be asked."""

    message = N_("I do not follow {url}. {reason}")


async def overview(update: Update, context: Context) -> None:
    """List the feeds; with an address behind the command, follow what it leads to."""
    require(context, Action.REVIEW_DIGEST)
    if context.args:
        await _add(update, context, context.args[0])
        return
    await _list(update, context, 0)


async def pressed(update: Update, context: Context) -> None:
    """Turn the page, show a feed, or do with it what the button says; twice does no harm."""
    require(context, Action.REVIEW_DIGEST)
    assert context.press is not None
    if context.press.arg(0) == "list":
        await _list(update, context, context.press.number(1))
        return
    feed_id, act = context.press.row(0), context.press.arg(1)
    if act == "ask":
        await _ask_remove(update, context, feed_id)
        return
    toast = await _do(context, feed_id, act) if act else None
    if act == "remove":
        await _list(update, context, 0)
        return
    await _card(update, context, feed_id, toast)


async def _add(update: Update, context: Context, url: str) -> None:
    """Follow the feed at *url*, or list the feeds that its page names.

    Raises:
        FeedNotAdded: it may not be asked, or there is no feed.
    """
    address = url if "://" in url else "https://" + url
    try:
        found = await context.app.discover(address)
        refuse_address(found[0].url)
    except FetchError as problem:
        raise FeedNotAdded(url=url, reason=context.t.say(problem.reason)) from problem
    if len(found) > 1:
        await reply.show(update, context, feed_screens.choose(context.t, found))
        return
    now = context.app.clock()
    async with context.app.sessions.begin() as session:
        feed_id = await db.feeds.add(session, found[0].url, now, found[0].title)
        await deeds.note(session, context, "follow_feed", feed_id)
    await _card(update, context, feed_id)


async def _do(context: Context, feed_id: int, act: str) -> str | None:
    """Do what a button of the card says; return what to tell at once."""
    now, said = context.app.clock(), None
    async with context.app.sessions.begin() as session:
        if act == "check":
            done = await db.feeds.check_now(session, feed_id, now)
            said = context.t.gettext("I read it within a minute.")
        elif act == "archive":
            done = await db.feeds.read_archive(session, feed_id, now)
            said = context.t.gettext("I read its old posts, a few pages at a time.")
        elif act == "remove":
            done = await db.feeds.remove(session, feed_id)
        elif act in set(Trust):
            done = await db.feeds.set_trust(session, feed_id, Trust(act))
        else:
            raise StaleButton(act)
        if done:
            await deeds.note(session, context, f"{act}_feed", feed_id)
    return said if done else None


async def _list(update: Update, context: Context, page: int) -> None:
    now = context.app.clock()
    async with context.app.sessions() as session:
        feeds = await db.feeds.all_feeds(session)
        new = await db.feeds.new_since(session, now - _WEEK)
    seen = Seen(feeds, new, now, context.app.zone)
    await reply.show(update, context, feed_screens.overview(context.t, seen, page))


async def _card(update: Update, context: Context, feed_id: int, toast: str | None = None) -> None:
    now = context.app.clock()
    async with context.app.sessions() as session:
        feed = await db.feeds.find(session, feed_id)
        new = await db.feeds.new_since(session, now - _WEEK)
    if feed is None:
        raise StaleButton(str(feed_id))
    seen = Seen([feed], new, now, context.app.zone)
    await reply.show(update, context, feed_screens.card(context.t, feed, seen), toast=toast)


async def _ask_remove(update: Update, context: Context, feed_id: int) -> None:
    async with context.app.sessions() as session:
        feed = await db.feeds.find(session, feed_id)
    if feed is None:
        raise StaleButton(str(feed_id))
    await reply.show(update, context, feed_screens.ask_remove(context.t, feed))
