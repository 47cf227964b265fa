"""Correcting an urgent update that people have got, or taking it back: asked for and decided.

Two people, as for an update itself. What then happens to the copies is in `handlers.amending`.
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any

from telegram import Update

import db.amendments
import db.broadcasts
import db.drafts
import locales
from delivery.amendment import (
    Amendment,
    Decision,
    Kind,
    OtherAmendment,
    TakenBackAlready,
    decide,
)
from delivery.broadcast import AlreadyDecided, Broadcast, State
from handlers import (
    amending,
    begun,
    campaigns,
    deeds,
    news_check,
    notify,
    recall_screens,
    reply,
    screens,
)
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.compose import DraftGone, TextTooLong
from handlers.context import Context
from people.drafts import Draft
from people.model import Action

KIND = begun.CORRECTION  # of a draft; its step is the language that is asked for


async def pressed(update: Update, context: Context) -> None:
    """Do what the button says: write a correction, ask for a recall, decide about either."""
    require(context, Action.BROADCAST)
    assert context.press is not None
    act, number = context.press.arg(0), context.press.row(1)
    if act in set(Decision):
        await _decide(update, context, await _amendment(context, number), Decision(act))
    elif act == "look":
        await _look(update, context, await _amendment(context, number))
    elif act in _STEPS:
        await _STEPS[act](update, context, await _sent(context, number))
    else:
        raise StaleButton(act)


async def written(update: Update, context: Context, draft: Draft) -> None:
    """Keep the corrected words just sent, and show them as they will arrive.

    Raises:
        TextTooLong: they do not fit; the draft is as it was.
        TellsTooMuch: newcomers get it, and the words tell others about them; likewise.
    """
    require(context, Action.BROADCAST)
    assert update.effective_message is not None
    html = update.effective_message.text_html
    length = len(html.encode("utf-16-le")) // 2 + html.count("\n")
    if length > recall_screens.MAX_TEXT:
        raise TextTooLong(length=length, most=recall_screens.MAX_TEXT)
    broadcast = await _sent(context, int(draft.payload["broadcast"]))
    texts = {**draft.payload["texts"], draft.step: html}
    news_check.refuse(broadcast.audience, texts, broadcast.shape)
    await _keep(context, replace(draft, payload={**draft.payload, "texts": texts}))
    preview = amending.words(locales.translator(draft.step), broadcast, texts, context.app.today())
    await reply.send(update, context, screens.Screen(preview.parts[-1]))
    shown = recall_screens.compose(context.t, broadcast, sorted(texts))
    await reply.send(update, context, shown)


async def _begin(update: Update, context: Context, broadcast: Broadcast) -> None:
    """Open a draft and ask for the English words first."""
    await _refuse_second(context, broadcast.id)
    async with context.app.sessions() as session:
        await begun.refuse_other(session, context.person.id, KIND)
    payload = {"broadcast": broadcast.id, "texts": {}}
    await _keep(context, Draft(context.person.id, KIND, locales.SOURCE, payload))
    shown = recall_screens.ask_text(context.t, broadcast, locales.SOURCE)
    await reply.add(update, context, shown)


async def _language(update: Update, context: Context, broadcast: Broadcast) -> None:
    """Ask for the words in another language."""
    assert context.press is not None
    draft, code = await _draft(context, broadcast.id), context.press.arg(2)
    if code not in locales.supported() or not draft.payload["texts"]:
        raise StaleButton(code)
    await _keep(context, replace(draft, step=code))
    await reply.show(update, context, recall_screens.ask_text(context.t, broadcast, code))


async def _submit(update: Update, context: Context, broadcast: Broadcast) -> None:
    """Ask the other coordinators to approve the correction that was written."""
    draft = await _draft(context, broadcast.id)
    if locales.SOURCE not in draft.payload["texts"]:
        raise StaleButton("submit")
    await _ask(update, context, broadcast, Kind.CORRECT, draft)


async def _ask_recall(update: Update, context: Context, broadcast: Broadcast) -> None:
    """Say what a recall does."""
    await _refuse_second(context, broadcast.id)
    await reply.add(update, context, recall_screens.ask_recall(context.t, broadcast))


async def _recall(update: Update, context: Context, broadcast: Broadcast) -> None:
    """Ask the other coordinators to approve a recall."""
    await _ask(update, context, broadcast, Kind.RECALL, None)


async def _drop(update: Update, context: Context, broadcast: Broadcast) -> None:
    await _draft(context, broadcast.id)
    async with context.app.sessions.begin() as session:
        await db.drafts.delete(session, context.person.id)
    told = recall_screens.state(context.t, State.CANCELLED)
    await reply.show(update, context, screens.notice(told))


_Step = Callable[[Update, Context, Broadcast], Coroutine[Any, Any, None]]
_STEPS: Mapping[str, _Step] = {
    "correct": _begin,
    "language": _language,
    "submit": _submit,
    "ask": _ask_recall,
    "recall": _recall,
    "drop": _drop,
}


async def _ask(
    update: Update, context: Context, broadcast: Broadcast, kind: Kind, draft: Draft | None
) -> None:
    """Store the change and tell every other coordinator, in one transaction.

    Raises:
        OtherAmendment: another one waits.
        TakenBackAlready: there is nothing left to change.
        DraftGone: it was submitted or dropped meanwhile.
    """
    me, now = context.person.id, context.app.clock()
    texts = {} if draft is None else draft.payload["texts"]
    async with context.app.sessions.begin() as session:
        if draft is not None and await db.drafts.take(session, me) != draft:
            raise DraftGone
        made = await db.amendments.create(session, broadcast.id, kind, texts, author_id=me, now=now)
        if made is None:  # raised in here, so that the draft stays
            _refuse(await db.amendments.of(session, broadcast.id))
            raise OtherAmendment
        others = await notify.coordinators(
            session,
            f"notice:amendment:{made.id}",
            lambda t: recall_screens.review(t, broadcast, made, None),
            now=now,
            leave_out=me,
        )
        detail = {"languages": sorted(texts)} if texts else {}
        await deeds.note(session, context, f"ask_{kind.value}", broadcast.id, **detail)
    await reply.show(update, context, recall_screens.waiting(context.t, others))


async def _decide(
    update: Update, context: Context, amendment: Amendment, decision: Decision
) -> None:
    """Approve, reject or throw away a change, and let it happen in the same transaction.

    Raises:
        OwnBroadcast: its author pressed Approve.
        AlreadyDecided: somebody else was faster.
    """
    me, now = context.person.id, context.app.clock()
    old = (await _sent(context, amendment.broadcast_id)).texts
    new = decide(amendment, decision, me)
    texts = (amendment.texts or old) if new is State.APPROVED else old
    async with context.app.sessions.begin() as session:
        if not await db.amendments.move(session, amendment, new, by=me, now=now):
            raise AlreadyDecided
        if new is State.APPROVED:
            await amending.begin(session, context.app, amendment)
        if amendment.author_id not in (None, me):
            await notify.one(
                session,
                f"notice:amendment:{amendment.id}:{new.value}",
                amendment.author_id,
                lambda t: recall_screens.outcome(t, amendment, texts, new),
                now=now,
            )
        done = f"{decision.value}_{amendment.kind.value}"
        await deeds.note(session, context, done, amendment.broadcast_id)
    if new is State.APPROVED:
        await campaigns.show(update, context, amendment.campaign)
        return
    told = recall_screens.state(context.t, new)
    await reply.show(update, context, screens.notice(told))


async def _look(update: Update, context: Context, amendment: Amendment) -> None:
    """Show a change that waits, and what this person may do about it; or its report."""
    if amendment.state is State.APPROVED:
        await campaigns.show(update, context, amendment.campaign)
        return
    if amendment.state is not State.PENDING:
        told = recall_screens.state(context.t, amendment.state)
        await reply.show(update, context, screens.notice(told))
        return
    broadcast = await _sent(context, amendment.broadcast_id)
    content = recall_screens.review(context.t, broadcast, amendment, context.person.id)
    *first, last = content.parts
    await reply.answer(update)
    for part in first:
        await reply.send(update, context, screens.Screen(part))
    await reply.send(update, context, screens.Screen(last, content.buttons))


async def _refuse_second(context: Context, broadcast_id: int) -> None:
    """Let a change be asked for if no other is in its way.

    Raises:
        OtherAmendment: another one waits.
        TakenBackAlready: there is nothing left to change.
    """
    async with context.app.sessions() as session:
        _refuse(await db.amendments.of(session, broadcast_id))


def _refuse(changes: Sequence[Amendment]) -> None:
    if any(each.state is State.APPROVED and each.kind is Kind.RECALL for each in changes):
        raise TakenBackAlready
    if any(each.state is State.PENDING for each in changes):
        raise OtherAmendment


async def _sent(context: Context, broadcast_id: int) -> Broadcast:
    """Return an update that leaves or has left.

    Raises:
        StaleButton: there is none.
    """
    async with context.app.sessions() as session:
        found = await db.broadcasts.find(session, broadcast_id)
    if found is None or found.state is not State.APPROVED:
        raise StaleButton(str(broadcast_id))
    return found


async def _amendment(context: Context, amendment_id: int) -> Amendment:
    async with context.app.sessions() as session:
        found = await db.amendments.find(session, amendment_id)
    if found is None:
        raise StaleButton(str(amendment_id))
    return found


async def _draft(context: Context, broadcast_id: int) -> Draft:
    """Return the open correction of the update.

    Raises:
        DraftGone: there is none (any more).
    """
    async with context.app.sessions() as session:
        draft = await db.drafts.find(session, context.person.id)
    if draft is None or draft.kind != KIND or draft.payload["broadcast"] != broadcast_id:
        raise DraftGone
    return draft


async def _keep(context: Context, draft: Draft) -> None:
    async with context.app.sessions.begin() as session:
        await db.drafts.put(session, draft, context.app.clock())
