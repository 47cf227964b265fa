"""Writing an urgent update: the words, every part of it, a preview, submitting."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update

import db.broadcasts
import db.drafts
import db.templates
import locales
from delivery.broadcast import Broadcast, State
from handlers import (
    begun,
    broadcasts,
    compose_audience,
    compose_draft,
    compose_parts,
    compose_screens,
    compose_templates,
    deeds,
    life_screens,
    news_check,
    reply,
    restored,
    screens,
    update_names,
)
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.compose_draft import KIND, DraftGone, TextTooLong
from handlers.compose_screens import Found
from handlers.composed import Ask, Composed
from handlers.context import Context
from people.drafts import Draft
from people.model import Action

__all__ = [
    "KIND",
    "DraftGone",
    "TextTooLong",
    "began",
    "composing",
    "templates",
    "written",
]

SENT_LISTED = timedelta(days=30)  # the copies are kept for longer (`db.retention.DELIVERY`)

_Step = Callable[[Update, Context, Composed], Coroutine[Any, Any, None]]


async def began(update: Update, context: Context) -> None:
    """Ask for the English words, which everybody can fall back on; what was begun goes on."""
    require(context, Action.BROADCAST)
    me = context.person.id
    async with context.app.sessions() as session:
        await begun.refuse_other(session, me, KIND)
        draft = await db.drafts.find(session, me)
        found = await _found(session, context)
    await restored.tell(update, context)  # a coordinator may think that it leaves
    if draft is not None and draft.kind == KIND and draft.payload["texts"]:
        await compose_draft.offer(update, context, compose_draft.read(draft))
        return
    composed = compose_draft.fresh()
    await compose_draft.keep(context, composed, locales.SOURCE)
    shown = compose_screens.ask_text(context.t, composed, locales.SOURCE, found)
    await reply.show(update, context, shown)


async def _pending(update: Update, context: Context, composed: Composed) -> None:
    """Turn the page of the updates that wait."""
    assert context.press is not None
    async with context.app.sessions() as session:
        found = await _found(session, context)
    page = context.press.number(2)
    shown = compose_screens.ask_text(context.t, composed, locales.SOURCE, found, page=page)
    await reply.show(update, context, shown)


async def _found(session: AsyncSession, context: Context) -> Found:
    """Return the updates and templates that there are beside the one to be written."""
    pending = await db.broadcasts.unfinished(session, context.app.today())
    return Found(
        update_names.unfinished(context.t, pending, context.app.zone),
        sent=bool(await _gone_out(session, context)),
        templates=bool(await db.templates.every(session)),
    )


async def _sent(update: Update, context: Context, composed: Composed) -> None:
    """List what has gone out, so that it can be corrected or taken back after its end too."""
    assert context.press is not None
    async with context.app.sessions() as session:
        found = await _gone_out(session, context)
    opened = update_names.sent(context.t, found, context.app.zone)
    page = context.press.number(2)
    shown = compose_screens.sent_updates(context.t, composed, opened, page)
    await reply.show(update, context, shown)


async def _gone_out(session: AsyncSession, context: Context) -> list[Broadcast]:
    return await db.broadcasts.gone_out(session, context.app.clock() - SENT_LISTED)


async def written(update: Update, context: Context, draft: Draft) -> None:
    """Take the words just sent for what was asked for.

    Raises:
        TextTooLong: they do not fit; the draft is as it was.
    """
    require(context, Action.BROADCAST)
    assert update.effective_message is not None
    composed = compose_draft.read(draft)
    if draft.step in locales.supported():
        html = update.effective_message.text_html
        await compose_parts.worded(update, context, composed, draft.step, html)
    elif draft.step in _WRITTEN:
        await _WRITTEN[Ask(draft.step)](update, context, composed)
    else:
        note = context.t.gettext("I did not use these words. Choose first what they are for.")
        await compose_draft.offer(update, context, composed, note)


async def composing(update: Update, context: Context) -> None:
    """Take the step of the open draft that the button says.

    Raises:
        DraftGone: the button is of another draft, or there is none.
    """
    require(context, Action.BROADCAST)
    assert context.press is not None
    async with context.app.sessions() as session:
        draft = await db.drafts.find(session, context.person.id)
    if draft is None or draft.kind != KIND:
        raise DraftGone
    composed, step = compose_draft.read(draft), context.press.arg(1)
    if composed.key != context.press.arg(0):
        raise DraftGone
    if step not in _STEPS or not (composed.texts or step in _WITHOUT_WORDS):
        raise StaleButton(step)
    await _STEPS[step](update, context, composed)


async def templates(update: Update, context: Context) -> None:
    """Do what a button of a template says; back is where an update begins."""
    assert context.press is not None
    if context.press.arg(0) == "back":
        await began(update, context)
    else:
        await compose_templates.pressed(update, context)


async def _drop(update: Update, context: Context, _: Composed) -> None:
    """Throw the open draft away."""
    async with context.app.sessions.begin() as session:
        await db.drafts.delete(session, context.person.id)
    told = context.t.gettext("Thrown away. Nobody got anything.")
    await reply.show(update, context, screens.notice(told))


async def _again(update: Update, context: Context, composed: Composed) -> None:
    """Go back to all parts; what was asked for is not waited for any more."""
    await compose_draft.keep(context, composed)
    await compose_draft.offer(update, context, composed)


async def _look(update: Update, context: Context, composed: Composed) -> None:
    await compose_audience.preview(update, context, composed)


async def _submit(update: Update, context: Context, composed: Composed) -> None:
    """Store the update and ask every other coordinator, in one transaction.

    What was changed after the author had looked at it is shown to them again first, and what
    newcomers cannot get as it is.

    Raises:
        DraftGone: it was submitted or dropped meanwhile.
    """
    assert context.press is not None
    changed = context.press.arg(2) != composed.mark
    if composed.audience is None or changed or news_check.found(composed):
        await compose_audience.preview(update, context, composed)
        return
    now, author = context.app.clock(), context.person.id
    texts, wanted, shape = composed.texts, composed.audience, composed.shape
    written = Broadcast(0, author, texts, wanted, State.PENDING, now, now, shape=shape)
    if context.press.arg(3) != "again" and await _went_out(update, context, composed, written):
        return
    async with context.app.sessions.begin() as session:
        draft = await db.drafts.take(session, author)
        if draft is None or draft.kind != KIND or compose_draft.read(draft) != composed:
            raise DraftGone
        broadcast_id = await db.broadcasts.create(
            session, author_id=author, texts=texts, audience=wanted, now=now, shape=shape
        )
        await db.broadcasts.move(
            session, broadcast_id, old=State.DRAFT, new=State.PENDING, by=author, now=now
        )
        broadcast = replace(written, id=broadcast_id)
        others = await broadcasts.ask_others(session, context, broadcast)
        await deeds.note(
            session,
            context,
            "submit_broadcast",
            broadcast_id,
            audience=wanted.value,
            languages=sorted(texts),
        )
    seen = await broadcasts.look(context, broadcast)
    await reply.show(update, context, life_screens.waiting(context.t, seen, others))


async def _went_out(
    update: Update, context: Context, composed: Composed, broadcast: Broadcast
) -> bool:
    """Ask first if the same words went to the same people within a day; say whether they did."""
    async with context.app.sessions() as session:
        minutes = await broadcasts.minutes_since(session, context, broadcast)
    if minutes is None:
        return False
    shown = compose_screens.again(context.t, composed, minutes)
    await reply.show(update, context, shown)
    return True


_WITHOUT_WORDS = frozenset({"pending", "sent", "drop"})
_STEPS: Mapping[str, _Step] = {
    "again": _again,
    "pending": _pending,
    "sent": _sent,
    "look": _look,
    "submit": _submit,
    "drop": _drop,
    **compose_audience.STEPS,
    **compose_parts.STEPS,
    **compose_templates.STEPS,
}
_WRITTEN: Mapping[str, _Step] = {
    Ask.MEDIA: compose_parts.not_attached,
    Ask.LINK: compose_parts.linked,
    Ask.SERVICE: compose_parts.service_named,
    Ask.NAME: compose_templates.named,
}
