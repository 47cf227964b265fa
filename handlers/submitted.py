"""What becomes of partners' posts: taken back, looked at by coordinators, taken or declined."""

from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update

import db.editions
import db.items
import db.queue
import db.submissions
from digests.compile import iso_week
from digests.edition import EditionState
from digests.item import Decision, StoredItem
from digests.submission import Declined
from handlers import deeds, notify, reply, screens, submission_screens
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.context import Context
from handlers.editions import has_left
from handlers.submissions import PostGone, send_picture, shown, stepped
from locales.errors import N_, UserError
from people.model import Action

_LONGEST_NUMBER = 9  # digits: fits an INTEGER


class PostOnItsWay(UserError):
    """A post that is in an edition, or that readers have got already, cannot be taken back."""

    message = N_("Readers have got this post already, or it is on its way. Ask a coordinator.")


class PictureGone(UserError):
    """A link to a picture of a post that was deleted, or is not public."""

    message = N_("This picture is not there any more.")


async def pressed(update: Update, context: Context) -> None:
    """Take a press about a post: of the draft, of one's own posts, or of a coordinator."""
    assert context.press is not None
    step = context.press.arg(0)
    if step in {"my", "back"}:
        require(context, Action.POST)
        await (_mine if step == "my" else _taken_back)(update, context)
    elif step in {"see", "pic", "yes", "why", "no"}:
        require(context, Action.REVIEW_DIGEST)
        await _reviewed(update, context, step)
    else:
        await stepped(update, context, step)


async def _of_press(context: Context) -> StoredItem:
    """Return the partner's post that the press is about.

    Raises:
        PostGone: it was taken back, or was never one, or lost its words after 30 days.
    """
    assert context.press is not None
    async with context.app.sessions() as session:
        found = await db.items.find(session, context.press.row(1))
    if found is None or not found.submitted or not found.item.title:
        raise PostGone
    return found


async def _mine(update: Update, context: Context) -> None:
    item = await _own(context)
    screen = submission_screens.mine(context.t, shown(context, item), item)
    await reply.show(update, context, screen)


async def _own(context: Context) -> StoredItem:
    item = await _of_press(context)
    async with context.app.sessions() as session:
        if await db.submissions.author(session, item.id) != context.person.id:
            raise PostGone
    return item


async def _taken_back(update: Update, context: Context) -> None:
    """Delete one's own post while nobody has got it.

    Raises:
        PostGone: it was taken back already, declined, or is somebody else's.
        PostOnItsWay: it is too late.
    """
    item = await _own(context)
    if item.decision is Decision.REJECT:
        raise PostGone
    async with context.app.sessions.begin() as session:
        if not await db.submissions.take_back(session, item.id, by=context.person.id):
            raise PostOnItsWay
    told = context.t.gettext("Taken back. I deleted your post.")
    await reply.show(update, context, screens.notice(told))


async def _reviewed(update: Update, context: Context, step: str) -> None:
    item = await _of_press(context)
    if step == "pic":
        await _show_picture(update, context, item.id)
    elif step == "why":
        await reply.show(update, context, submission_screens.why(context.t, item.id))
    elif step == "yes":
        await _decided(update, context, item, Decision.ACCEPT)
    elif step == "no":
        assert context.press is not None
        if context.press.arg(2) not in set(Declined):
            raise StaleButton(context.press.arg(2))
        await _decided(update, context, item, Decision.REJECT, Declined(context.press.arg(2)))
    else:
        await show(update, context, item)


async def show(update: Update, context: Context, item: StoredItem) -> None:
    """Show a coordinator a partner's post as the digest would, with the decision."""
    screen = submission_screens.review(context.t, shown(context, item), item)
    await reply.show(update, context, screen)


async def _decided(
    update: Update,
    context: Context,
    item: StoredItem,
    decision: Decision,
    reason: Declined | None = None,
) -> None:
    """Take a post or not, and tell the partner; a second press finds it decided."""
    now = context.app.clock()
    async with context.app.sessions.begin() as session:
        moved = await db.queue.decide(
            session, item.id, decision, by=context.person.id, now=now, was=Decision.REVIEW
        )
        if moved:
            await deeds.note(session, context, f"{decision}_item", item.id)
            await tell(session, context, item.id, decision, reason)
        found = await db.items.find(session, item.id)
    if found is None:
        raise PostGone
    await show(update, context, found)


async def tell(
    session: AsyncSession,
    context: Context,
    item_id: int,
    decision: Decision,
    reason: Declined | None = None,
) -> None:
    """Tell the partner who wrote the item what was decided; of other items nobody.

    Commits nothing. Each answer once, however often it is pressed.
    """
    author = await db.submissions.author(session, item_id)
    item = await db.items.find(session, item_id)
    if author is None or item is None or author == context.person.id:
        return
    now, title = context.app.clock(), item.item.title
    if decision is Decision.ACCEPT:
        on = await _leaves_on(session, context, now)
        build = partial(submission_screens.accepted, title=title, on=on)
    else:
        build = partial(submission_screens.declined, title=title, reason=reason or Declined.OTHER)
    await notify.one(session, f"post:{item_id}:{decision}", author, build, now=now)


async def _leaves_on(session: AsyncSession, context: Context, now: datetime) -> date:
    """Return the day of the next digest that is not closed yet."""
    app = context.app
    week = iso_week(now, app.zone)
    edition = await db.editions.find(session, week)
    closed = edition is not None and edition.state is EditionState.APPROVED
    if closed or app.sends_at(week) <= now:
        week = iso_week(now + timedelta(days=7), app.zone)
    return app.sends_at(week).astimezone(app.zone).date()


async def picture_linked(update: Update, context: Context, payload: str) -> None:
    """Send the picture of a post, by the link under it in a digest.

    Raises:
        PictureGone: it has none, or is not public and not for this person.
    """
    number = payload.removeprefix(screens.PICTURE_PREFIX)
    if not (number.isdigit() and len(number) <= _LONGEST_NUMBER):
        raise PictureGone
    async with context.app.sessions() as session:
        item = await db.items.find(session, int(number))
        author = await db.submissions.author(session, int(number))
        public = item is not None and await has_left(session, item)
    mine = author == context.person.id or context.person.may(Action.REVIEW_DIGEST)
    if not (public or mine):
        raise PictureGone
    await _show_picture(update, context, int(number))


async def _show_picture(update: Update, context: Context, item_id: int) -> None:
    async with context.app.sessions() as session:
        picture = await db.submissions.picture(session, item_id)
    if picture is None:
        raise PictureGone
    if update.callback_query is not None:
        await reply.answer(update)
    await send_picture(update, context, picture.file_id, picture.alt)
