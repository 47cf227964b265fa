"""The posts that coordinators look at: those that wait, those held as spam, and one alone.

After each decision in a queue the next post is shown with a way back, so that a queue of
twenty takes twenty taps.
"""

from collections.abc import Sequence
from datetime import timedelta

from telegram import Update

import db.feeds
import db.items
import db.queue
from db.queue import Say
from digests.feed import Feed, Trust
from digests.item import Decision, StoredItem
from handlers import deeds, item_screens, reply, submitted
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.context import Context
from handlers.item_screens import EDITION, Card, Done, Queue
from people.model import Action

_SOON = timedelta(days=7)
_QUEUES = (Decision.REVIEW, Decision.REJECT)


async def queue(update: Update, context: Context) -> None:
    """Show the posts that wait, or those held as spam."""
    require(context, Action.REVIEW_DIGEST)
    kind = context.press.arg(0) if context.press else Decision.REJECT
    page = context.press.number(1) if context.press else 0
    if kind not in _QUEUES:
        raise StaleButton(kind)
    await _show_queue(update, context, Decision(kind), page)


async def item(update: Update, context: Context) -> None:
    """Show one post with the judge's reasons."""
    require(context, Action.REVIEW_DIGEST)
    assert context.press is not None
    await _show_item(update, context, context.press.row(0), 1)


async def decided(update: Update, context: Context) -> None:
    """Keep a post, leave it out or call it spam, or take that back; then show the next one.

    The button says which, so twice does no harm.
    """
    require(context, Action.REVIEW_DIGEST)
    assert context.press is not None
    item_id, act, origin = context.press.row(0), context.press.arg(1), context.press.arg(2)
    if act == "undo" and origin in _QUEUES:
        await _undone(update, context, item_id, Decision(origin))
        return
    if act not in set(Say) or origin not in (EDITION, *_QUEUES):
        raise StaleButton(act)
    done = await _decide(context, item_id, Say(act), origin)
    if origin == EDITION:
        await _show_item(update, context, item_id, 2)
        return
    await _show_next(update, context, item_id, Decision(origin), done)


async def source(update: Update, context: Context) -> None:
    """Trust, watch or mute the source of a post, then show the post again, or the next one."""
    require(context, Action.REVIEW_DIGEST)
    assert context.press is not None
    feed_id, wanted = context.press.row(0), context.press.arg(1)
    item_id, origin = context.press.row(2), context.press.arg(3)
    if wanted not in set(Trust):
        raise StaleButton(wanted)
    async with context.app.sessions.begin() as session:
        before = await db.feeds.find(session, feed_id)
        if await db.feeds.set_trust(session, feed_id, Trust(wanted)):
            await deeds.note(session, context, f"{wanted}_feed", feed_id)
    if before is None:
        raise StaleButton(str(feed_id))
    if wanted == Trust.MUTED and origin in _QUEUES:
        done = _muted(context, before, item_id, origin)
        await _show_next(update, context, item_id, Decision(origin), done)
        return
    await _show_item(update, context, item_id, 3)


async def _decide(context: Context, item_id: int, say: Say, origin: str) -> Done | None:
    """Store what the coordinator says; return what to tell them, None for what is gone."""
    now, me, t = context.app.clock(), context.person.id, context.t
    was = None if origin == EDITION else Decision(origin)
    async with context.app.sessions.begin() as session:
        if await db.queue.decide(session, item_id, say, by=me, now=now, was=was):
            await deeds.note(session, context, f"{say}_item", item_id)
            decision = Decision.ACCEPT if say is Say.KEEP else Decision.REJECT
            await submitted.tell(session, context, item_id, decision)
        found = await db.items.find(session, item_id)
        by = await db.queue.decided_by(session, item_id)
    if found is None:
        return None
    title = found.item.title
    if by != me:
        return Done(item_screens.already(t, title))
    said = {Say.KEEP: item_screens.kept, Say.SPAM: item_screens.spam}
    back = item_screens.undo(t, item_id, origin, 0) if was is not None else None
    return Done(said.get(say, item_screens.left_out)(t, title), back)


async def _undone(update: Update, context: Context, item_id: int, was: Decision) -> None:
    async with context.app.sessions.begin() as session:
        if await db.queue.take_back(session, item_id, was, by=context.person.id):
            await deeds.note(session, context, "undo_item", item_id)
    await _show_item(update, context, item_id, 2)


def _muted(context: Context, feed: Feed, item_id: int, origin: str) -> Done:
    back = item_screens.watch_again(context.t, feed, item_id, origin, 0)
    muted_before = feed.trust is Trust.MUTED
    return Done(item_screens.muted(context.t, feed), None if muted_before else back)


async def _show_item(update: Update, context: Context, item_id: int, at: int) -> None:
    """Show a post; *at*: which argument of the press says where the coordinator came from."""
    assert context.press is not None
    origin, page = context.press.arg(at), context.press.number(at + 1)
    async with context.app.sessions() as session:
        found = await db.items.find(session, item_id)
    if found is None or not found.item.title + found.item.summary:  # or its words are deleted
        raise StaleButton(str(item_id))
    if origin not in (EDITION, *_QUEUES):
        raise StaleButton(origin)
    await _show_card(update, context, found, origin, page)


async def _show_card(
    update: Update,
    context: Context,
    found: StoredItem,
    origin: str,
    page: int,
    done: Done | None = None,
) -> None:
    if found.submitted and found.decision is Decision.REVIEW and found.week is None:
        await submitted.show(update, context, found)
        return
    card = await _card(context, found, origin, page)
    await reply.show(update, context, item_screens.item(context.t, card, context.app.topics, done))


async def _card(context: Context, found: StoredItem, origin: str, page: int) -> Card:
    now = context.app.clock()
    async with context.app.sessions() as session:
        feed = None
        if found.feed_id is not None:
            feed = await db.feeds.find(session, found.feed_id)
        also = await db.queue.also_in(session, found)
        waiting: Sequence[StoredItem] = ()
        if origin in _QUEUES:
            find = db.queue.waiting if origin == Decision.REVIEW else db.queue.held
            waiting = await find(session)
    ids = [each.id for each in waiting]
    number = ids.index(found.id) + 1 if found.id in ids else 0
    following = ids[number % len(ids)] if len(ids) > 1 else None
    undecided = found.week is None and found.decision is not Decision.ACCEPT
    left = max(timedelta(), found.first_seen + db.queue.HELD - now)
    return Card(
        found,
        origin,
        page,
        now.astimezone(context.app.zone).date(),
        feed=feed,
        also=also,
        number=number,
        total=len(ids),
        next_id=following,
        days=left.days if undecided and number else None,
    )


async def _show_next(
    update: Update, context: Context, item_id: int, kind: Decision, done: Done | None
) -> None:
    """Show the post of the queue after the one that was decided, or that there is none."""
    async with context.app.sessions() as session:
        last = await db.items.find(session, item_id)
        find = db.queue.waiting if kind is Decision.REVIEW else db.queue.held
        items = [each for each in await find(session) if not each.submitted]
    if not items or last is None:
        await _show_queue(update, context, kind, 0, done)
        return
    newest_first = kind is Decision.REJECT
    after = [each for each in items if (_place(each) > _place(last)) is not newest_first]
    await _show_card(update, context, (after or items)[0], kind, 0, done)


def _place(each: StoredItem) -> tuple[float, int]:
    return each.first_seen.timestamp(), each.id


async def _show_queue(
    update: Update, context: Context, kind: Decision, page: int, done: Done | None = None
) -> None:
    async with context.app.sessions() as session:
        find = db.queue.waiting if kind is Decision.REVIEW else db.queue.held
        items = await find(session)
        soon = await db.queue.going(session, context.app.clock(), _SOON)
    shown = Queue(kind, items, soon)
    await reply.show(update, context, item_screens.queue(context.t, shown, page, done))
