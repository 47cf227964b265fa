"""A partner's post for the digest: written step by step, and sent to the coordinators."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import PhotoSize, Update
from telegram.error import BadRequest

import db.drafts
import db.items
import db.submissions
from db.documents import OCCASIONS, POST, dump
from digests import submission
from digests.item import JudgedItem, Occasion, OccasionKind, StoredItem
from digests.submission import LARGEST_PICTURE, Picture, Post, Step
from directory import wording
from handlers import begun, dropping, notify, reply, submission_screens
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.context import Context
from handlers.screens import Screen
from locales.errors import N_, UserError
from people.drafts import Draft
from people.model import Action

KIND = begun.POST  # of a draft


class TextTooLong(UserError):
    """What was written for one part of a post does not fit there."""

    message = N_("This text is too long: {length} characters, at most {most}. Please shorten it.")


class PostGone(UserError):
    """A button of a post that was sent, thrown away, taken back or decided."""

    message = N_("This post is not open any more. Send /post to see yours or to write one.")


class TooManyWait(UserError):
    """A partner has as many undecided posts as coordinators can be asked for."""

    message = N_("{n} of your posts wait already. Take one back, or wait for a coordinator.")


class NoPicture(UserError):
    """A picture could not be fetched or is none."""

    message = N_("I could not read this picture. Please send another one.")


async def began(update: Update, context: Context) -> None:
    """Ask for the words of a post; one that was begun goes on where it was.

    Raises:
        OtherDraft: something else was begun.
        TooManyWait: earlier ones must be decided first.
    """
    require(context, Action.POST)
    me = context.person.id
    async with context.app.sessions.begin() as session:
        await begun.refuse_other(session, me, KIND)
        draft = await db.drafts.find(session, me)
        goes_on = draft is not None and draft.kind == KIND and _post(draft).title
        mine = await db.submissions.open_of(session, me)
        if not goes_on:
            fresh = {"post": dump(POST, Post()), "key": secrets.token_hex(8), "found": []}
            draft = Draft(me, KIND, Step.TEXT, {**fresh, "again": False})
            await db.drafts.put(session, draft, context.app.clock())
    assert draft is not None
    if goes_on:
        await _ask(update, context, draft)
        return
    await reply.show(update, context, submission_screens.ask_text(context.t, mine))


def _post(draft: Draft) -> Post:
    found: Post = POST.validate_python(draft.payload["post"])
    return found


def _found(draft: Draft) -> tuple[Occasion, ...]:
    found: tuple[Occasion, ...] = OCCASIONS.validate_python(draft.payload["found"])
    return found


async def written(update: Update, context: Context, draft: Draft) -> None:
    """Take a written message for the part that was asked for.

    Raises:
        TextTooLong: it does not fit; the draft is as it was.
    """
    require(context, Action.POST)
    assert update.effective_message is not None
    text = update.effective_message.text or update.effective_message.caption or ""
    step, post = Step(draft.step), _post(draft)
    if step is Step.TEXT:
        read = submission.read(_fitting(text, submission.LONGEST), post)
        await (_go_on(update, context, draft, read) if read.title else _ask(update, context, draft))
    elif step is Step.LINK:
        link = submission.link(text)
        if link is None:
            await reply.send(
                update,
                context,
                submission_screens.ask(context.t, step, context.t.say(wording.NO_ADDRESS)),
            )
        else:
            await _go_on(update, context, draft, replace(post, link=link))
    elif step is Step.ALT:
        said = " ".join(_fitting(text, submission.LONGEST_ALT).split())
        await _go_on(update, context, draft, replace(post, alt=said))
    elif step is Step.DATE:
        await _date_said(update, context, draft, text)
    else:
        await _ask(update, context, draft)


def _fitting(text: str, most: int) -> str:
    if len(text) > most:
        raise TextTooLong(length=len(text), most=most)
    return text


async def _date_said(update: Update, context: Context, draft: Draft, text: str) -> None:
    now, today = context.app.clock(), context.app.today()
    found = submission.dates_said(_fitting(text, submission.LONGEST), now, today)
    if not found:
        problem = context.t.gettext("I found no day to come in this.")
        await reply.send(update, context, submission_screens.ask_date(context.t, (), problem))
        return
    await _ask(update, context, await _keep(context, draft, found=dump(OCCASIONS, found)))


async def pictured(update: Update, context: Context, draft: Draft) -> None:
    """Take a photo as the post's picture; a file is refused, because it may tell a place."""
    require(context, Action.POST)
    message = update.effective_message
    assert message is not None
    step = Step(draft.step)
    if not message.photo:
        problem = context.t.gettext(
            "Please send it as a photo, not as a file. A file may tell where it was taken."
        )
        await reply.send(update, context, submission_screens.ask(context.t, Step.PICTURE, problem))
        return
    post = replace(_post(draft), photo=_fitting_size(message.photo).file_id, alt="")
    captioned = step is Step.TEXT and bool(message.caption)
    if captioned:
        post = submission.read(_fitting(message.caption or "", submission.LONGEST), post)
    await _fetched(context, post)
    if captioned and post.title:
        await _go_on(update, context, draft, post)
    elif step in {Step.TEXT, Step.LINK}:  # what was asked for comes first
        await _ask(update, context, await _keep(context, draft, post=dump(POST, post)))
    else:
        changes = {**draft.payload, "again": draft.payload["again"] or step is Step.CHECK}
        at_picture = replace(draft, step=Step.PICTURE, payload=changes)
        await _go_on(update, context, at_picture, post)


def _fitting_size(sizes: Sequence[PhotoSize]) -> PhotoSize:
    """Return the largest size of a photo that may be kept, else the smallest."""
    fitting = [each for each in sizes if (each.file_size or 0) <= LARGEST_PICTURE]
    by_area = sorted(fitting or sizes[:1], key=lambda each: each.width * each.height)
    return by_area[-1]


async def _fetched(context: Context, post: Post) -> Picture | None:
    """Return the picture of *post* with its bytes, None where it has none.

    Raises:
        NoPicture: Telegram has it no more, or it is no picture that pages can show.
    """
    if post.photo is None:
        return None
    try:
        file = await context.bot.get_file(post.photo)
        content = bytes(await file.download_as_bytearray())
    except BadRequest as exc:
        raise NoPicture from exc
    mime = submission.picture_type(content)
    if mime is None or len(content) > LARGEST_PICTURE:
        raise NoPicture
    return Picture(post.photo, mime, content, post.alt)


async def _keep(context: Context, draft: Draft, step: Step | None = None, **payload: Any) -> Draft:
    """Store *draft* with another *step* and other values (Any: JSON), and return it."""
    kept = replace(draft, step=step or draft.step, payload={**draft.payload, **payload})
    async with context.app.sessions.begin() as session:
        await db.drafts.put(session, kept, context.app.clock())
    return kept


async def _go_on(update: Update, context: Context, draft: Draft, post: Post) -> None:
    """Keep *post* and ask for what comes next: after a change, that is to look at it again."""
    step, again = Step(draft.step), bool(draft.payload["again"])
    now, today = context.app.clock(), context.app.today()
    after = submission.following(step, post)
    found: tuple[Occasion, ...] = ()
    if after is Step.DATE or (again and step is Step.TEXT):
        found = submission.dates_in(post, now, today)
    if again and after is not Step.ALT:
        other_days = step is Step.TEXT and found and found != post.occasions
        after = Step.DATE if other_days else Step.CHECK
    kept = await _keep(context, draft, after, post=dump(POST, post), found=dump(OCCASIONS, found))
    await _ask(update, context, kept)


async def _ask(update: Update, context: Context, draft: Draft) -> None:
    """Show what *draft* asks for: one part, or whether it can be sent."""
    step = Step(draft.step)
    if step is Step.CHECK:
        await _check(update, context, draft)
    elif step is Step.DATE:
        shown = submission_screens.ask_date(context.t, _found(draft))
        await reply.show(update, context, shown)
    else:
        await reply.show(update, context, submission_screens.ask(context.t, step))


async def _check(update: Update, context: Context, draft: Draft) -> None:
    """Send the post as readers get it, its picture too, then what can be done with it."""
    post, key = _post(draft), str(draft.payload["key"])
    judged = _judged(context, post, key)
    async with context.app.sessions() as session:
        like = await db.submissions.like(session, judged.item, now=context.app.clock())
    if update.callback_query is not None:
        await reply.answer(update)
    if post.photo is not None:
        await send_picture(update, context, post.photo, post.alt)
    await reply.send(update, context, Screen(shown(context, _as_stored(context, judged))))
    await reply.send(update, context, submission_screens.check(context.t, post, key, like=like))


def _judged(context: Context, post: Post, key: str) -> JudgedItem:
    app, source = context.app, context.person.organisation
    return submission.judged(post, key, source, app.interests, app.clock(), app.today())


def _as_stored(context: Context, judged: JudgedItem) -> StoredItem:
    return StoredItem(
        id=0,
        feed_id=None,
        item=judged.item,
        decision=judged.verdict.decision,
        reasons=judged.verdict.reasons,
        topics=judged.verdict.topics,
        first_seen=context.app.clock(),
        occasions=judged.verdict.occasions,
        place=judged.verdict.place,
        submitted=True,
    )


def shown(context: Context, item: StoredItem) -> str:
    """Return *item* as the person of this update would read it in the digest, as HTML."""
    app = context.app
    return submission_screens.preview(context.t, item, app.topics, app.today())


async def send_picture(update: Update, context: Context, file_id: str, alt: str) -> None:
    """Send a picture with the words that say what it shows."""
    assert update.effective_chat is not None
    await context.bot.send_photo(update.effective_chat.id, file_id, caption=alt or None)


async def stepped(update: Update, context: Context, step: str) -> None:
    """Take one step of the open draft: nothing, a date, a change, send, throw away.

    Raises:
        PostGone: it was sent or thrown away meanwhile.
    """
    require(context, Action.POST)
    assert context.press is not None
    async with context.app.sessions() as session:
        draft = await db.drafts.find(session, context.person.id)
    if draft is None or draft.kind != KIND:
        raise PostGone
    value = context.press.arg(1)
    if step == "drop":
        await dropping.cancelled(update, context)
    elif step == "send":
        await _sent(update, context, draft)
    elif step == "change" and value in set(Step):
        await _ask(update, context, await _changing(context, draft, Step(value)))
    elif step == "is":
        await _date_is(update, context, draft, value)
    elif step == "none":
        await _without(update, context, draft, value)
    else:
        raise StaleButton(step)


async def _changing(context: Context, draft: Draft, step: Step) -> Draft:
    """Open one part again; what it was stays until it is answered."""
    if not _post(draft).title:
        return draft
    return await _keep(context, draft, step, again=True, found=[])


async def _without(update: Update, context: Context, draft: Draft, part: str) -> None:
    """Go on without a link, a picture or a date; a second tap finds the next question."""
    post, step = _post(draft), Step(draft.step)
    if part == Step.LINK and step is Step.LINK:
        await _go_on(update, context, draft, replace(post, link=None))
    elif part == Step.PICTURE and step in {Step.PICTURE, Step.ALT}:
        await _go_on(update, context, draft, replace(post, photo=None, alt=""))
    elif part == Step.DATE and step is Step.DATE:
        await _go_on(update, context, draft, replace(post, occasions=()))
    else:
        await _ask(update, context, draft)


async def _date_is(update: Update, context: Context, draft: Draft, value: str) -> None:
    """Take the dates that were read back, with what they are for."""
    found = _found(draft)
    if Step(draft.step) is not Step.DATE or not found:
        await _ask(update, context, draft)
        return
    if value in {OccasionKind.DEADLINE, OccasionKind.EVENT}:
        found = submission.meant(found, OccasionKind(value))
    if submission.is_unclear(found):
        raise StaleButton(value)
    await _go_on(update, context, draft, replace(_post(draft), occasions=found))


async def _sent(update: Update, context: Context, draft: Draft) -> None:
    """Store the post exactly as it was shown and tell the coordinators, in one transaction.

    Raises:
        PostGone: it was sent already, or is another one than the button was for.
        TooManyWait: earlier ones must be decided first.
    """
    assert context.press is not None
    post, key, me = _post(draft), str(draft.payload["key"]), context.person.id
    if context.press.arg(1) != submission_screens.mark(post, key) or not post.title:
        raise PostGone
    picture, now = await _fetched(context, post), context.app.clock()
    async with context.app.sessions.begin() as session:
        if await db.drafts.take(session, me) != draft:
            raise PostGone
        waiting = await db.submissions.waiting(session, me)
        if waiting >= submission.MOST_WAITING:
            raise TooManyWait(n=waiting)
        judged = _judged(context, post, key)
        item_id = await db.submissions.add(session, judged, by=me, picture=picture, now=now)
        item = replace(_as_stored(context, judged), id=item_id, pictured=picture is not None)
        await _tell(session, context, item, now)
    await reply.show(update, context, submission_screens.sent(context.t, item_id))


async def _tell(session: AsyncSession, context: Context, item: StoredItem, now: datetime) -> None:
    """Queue the card of *item* for every coordinator but the one who wrote it."""
    app = context.app
    today = app.today()

    def card(t: Any) -> Any:
        seen = submission_screens.preview(t, item, app.topics, today)
        return submission_screens.came(t, seen, item)

    await notify.coordinators(
        session, f"notice:post:{item.id}", card, now=now, leave_out=context.person.id
    )
