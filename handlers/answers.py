"""What readers answer to an urgent update: that they have read it, or that they can help.

A newcomer's words are never kept: only partners and coordinators are asked what they can do.
"""

from datetime import datetime, timedelta

from telegram import Update

import db.answers
import db.broadcasts
import db.drafts
import db.receipts
import db.reports
from delivery.broadcast import Broadcast, State
from handlers import answer_screens, reminders, reply, reports, screens
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.compose import TextTooLong
from handlers.context import Context
from people.drafts import Draft
from people.model import Action

KIND = "answer"  # of a draft
_OPEN_FOR = timedelta(hours=1)  # later a text is about something else


async def pressed(update: Update, context: Context) -> None:
    """Note what a reader says, or show a coordinator who can help."""
    assert context.press is not None
    assert update.effective_chat is not None
    broadcast_id, act = context.press.row(0), context.press.arg(1)
    if act in ("read", "help"):
        await _said(update, context, broadcast_id, act)
    elif update.effective_chat.id != context.person.id:
        raise StaleButton(act)  # nothing of a coordinator is shown in a group
    elif act == "list":
        require(context, Action.BROADCAST)
        await _list(update, context, broadcast_id, context.press.number(2))
    elif act == "nothing":
        await _nothing(update, context, broadcast_id)
    else:
        raise StaleButton(act)


async def _said(update: Update, context: Context, broadcast_id: int, act: str) -> None:
    """Keep the answer; the update itself stays as it is, so it is answered over the chat.

    Of a group it is the person who can help, and nobody's reading that counts.
    """
    assert update.effective_chat is not None
    t, me, chat_id = context.t, context.person.id, update.effective_chat.id
    if not broadcast_id:
        await reply.answer(update, answer_screens.preview(t))
        return
    if await _asked(context, broadcast_id, act, chat_id) is None:
        await reply.answer(update, answer_screens.closed(t), alert=True)
        return
    now = context.app.clock()
    async with context.app.sessions.begin() as session:
        if act == "read":
            for campaign in (reports.campaign(broadcast_id), reminders.campaign(broadcast_id)):
                await db.receipts.read(session, campaign, chat_id, now)
            told = answer_screens.read(t)
        elif await db.answers.add(session, broadcast_id, me, now):
            told = answer_screens.helps(t)
        else:
            await db.answers.remove(session, broadcast_id, me)
            told = answer_screens.helps_not(t)
    await reply.answer(update, told, alert=act == "help")
    if told == answer_screens.helps(t) and chat_id == me and context.person.may(Action.POST):
        await _ask_text(update, context, broadcast_id)


async def _asked(context: Context, broadcast_id: int, act: str, chat_id: int) -> Broadcast | None:
    """Return the update if it asked this chat for such an answer, None if it did not."""
    async with context.app.sessions() as session:
        broadcast = await db.broadcasts.find(session, broadcast_id)
        if broadcast is None or broadcast.state is not State.APPROVED:
            return None
        asks = broadcast.shape.receipt if act == "read" else broadcast.shape.help
        if not asks or not await db.receipts.got(session, reports.campaign(broadcast_id), chat_id):
            return None
    return broadcast


async def _ask_text(update: Update, context: Context, broadcast_id: int) -> None:
    """Ask somebody of the partnership what they can do, unless they are writing something."""
    me, now = context.person.id, context.app.clock()
    async with context.app.sessions.begin() as session:
        other = await db.drafts.find(session, me)
        if other is not None and other.kind != KIND:
            return
        draft = Draft(me, KIND, str(broadcast_id), {"at": now.isoformat()})
        await db.drafts.put(session, draft, now)
    await reply.send(update, context, answer_screens.ask_text(context.t, broadcast_id))


async def written(update: Update, context: Context, draft: Draft) -> bool:
    """Keep what a helper wrote; False when the question was asked too long ago.

    Raises:
        TextTooLong: a page of answers must fit one message; nothing was kept.
    """
    assert update.effective_message is not None
    text = " ".join((update.effective_message.text or "").split())
    me, now = context.person.id, context.app.clock()
    if now > datetime.fromisoformat(draft.payload["at"]) + _OPEN_FOR:
        async with context.app.sessions.begin() as session:
            await db.drafts.delete(session, me)
        return False
    if len(text) > answer_screens.LONGEST_TEXT:
        raise TextTooLong(length=len(text), most=answer_screens.LONGEST_TEXT)
    async with context.app.sessions.begin() as session:
        kept = await db.answers.write(session, int(draft.step), me, text)
        await db.drafts.delete(session, me)
    t = context.t
    told = answer_screens.written(t) if kept else answer_screens.closed(t)
    await reply.send(update, context, screens.notice(told))
    return True


async def _nothing(update: Update, context: Context, broadcast_id: int) -> None:
    """Wait for no words any more."""
    me = context.person.id
    async with context.app.sessions.begin() as session:
        draft = await db.drafts.find(session, me)
        if draft is not None and draft.kind == KIND and draft.step == str(broadcast_id):
            await db.drafts.delete(session, me)
    told = answer_screens.nothing(context.t)
    await reply.show(update, context, screens.notice(told))


async def _list(update: Update, context: Context, broadcast_id: int, page: int) -> None:
    async with context.app.sessions() as session:
        total = await db.answers.count(session, broadcast_id)
        pages = max(1, -(-total // answer_screens.PER_PAGE))
        offset = (page % pages) * answer_screens.PER_PAGE
        found = await db.answers.page(
            session, broadcast_id, limit=answer_screens.PER_PAGE, offset=offset
        )
    if update.callback_query is not None and update.callback_query.message is not None:
        of_report = update.callback_query.message
        async with context.app.sessions.begin() as session:
            await db.reports.leave(session, of_report.chat.id, of_report.message_id)
    shown = answer_screens.answers(context.t, broadcast_id, found, total, page % pages)
    await reply.show(update, context, shown)
