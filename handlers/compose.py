"""Writing an urgent update: the words, the languages, the audience, a preview, submitting."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from telegram import Update

import db.audiences
import db.broadcasts
import db.drafts
import db.outbox
import locales
from delivery.broadcast import Audience, Broadcast, Shape, State
from handlers import begun, broadcast_screens, deeds, notify, reply, screens
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.context import Context
from locales.errors import N_, UserError
from people.drafts import Draft
from people.model import Action

KIND = begun.BROADCAST  # of a draft


class TextTooLong(UserError):
    """An urgent update must fit one message in every language."""

    message = N_("This text is too long: {length} characters, at most {most}. Please shorten it.")


class DraftGone(UserError):
    """A button of a draft that was sent, dropped or has expired."""

    message = N_("This draft is gone. Send /broadcast to write a new one.")


async def began(update: Update, context: Context) -> None:
    """Open a new draft and ask for the English words, which everybody can fall back on."""
    require(context, Action.BROADCAST)
    async with context.app.sessions() as session:
        await begun.refuse_other(session, context.person.id, KIND)
    await _keep(context, Draft(context.person.id, KIND, locales.SOURCE, {"texts": {}}))
    async with context.app.sessions() as session:
        pending = await db.broadcasts.in_state(session, State.PENDING)
    shown = broadcast_screens.ask_text(context.t, locales.SOURCE, pending)
    await reply.show(update, context, shown)


async def written(update: Update, context: Context, draft: Draft) -> None:
    """Keep the words just sent, in the language that was asked for.

    Raises:
        TextTooLong: they do not fit; the draft is as it was.
    """
    require(context, Action.BROADCAST)
    assert update.effective_message is not None
    html = update.effective_message.text_html
    length = len(html.encode("utf-16-le")) // 2
    if length > broadcast_screens.MAX_TEXT:
        raise TextTooLong(length=length, most=broadcast_screens.MAX_TEXT)
    texts = {**draft.payload["texts"], draft.step: html}
    await _keep(context, replace(draft, payload={**draft.payload, "texts": texts}))
    await _offer(update, context, texts)


async def composing(update: Update, context: Context) -> None:
    """Take one step of the open draft: another language, the audience, submit, again, drop."""
    require(context, Action.BROADCAST)
    assert context.press is not None
    async with context.app.sessions() as session:
        draft = await db.drafts.find(session, context.person.id)
    if draft is None or draft.kind != KIND:
        raise DraftGone
    step, value = context.press.arg(0), context.press.arg(1)
    if step == "language" and value in locales.supported() and draft.payload["texts"]:
        await _keep(context, replace(draft, step=value))
        await reply.show(update, context, broadcast_screens.ask_text(context.t, value))
    elif step == "audience" and value in set(Audience) and draft.payload["texts"]:
        await _preview(update, context, draft, Audience(value))
    elif step == "again":
        await _offer(update, context, draft.payload["texts"])
    elif step == "submit" and "audience" in draft.payload:
        await _submit(update, context, draft)
    elif step == "drop":
        await dropped(update, context)
    else:
        raise StaleButton(step)


async def dropped(update: Update, context: Context) -> None:
    """Throw the open draft away."""
    async with context.app.sessions.begin() as session:
        await db.drafts.delete(session, context.person.id)
    told = context.t.gettext("Thrown away. Nobody got anything.")
    await reply.show(update, context, screens.notice(told))


async def _keep(context: Context, draft: Draft) -> None:
    async with context.app.sessions.begin() as session:
        await db.drafts.put(session, draft, context.app.clock())


async def _offer(update: Update, context: Context, texts: Mapping[str, str]) -> None:
    missing = [code for code in locales.supported() if code not in texts]
    shown = broadcast_screens.compose(context.t, sorted(texts), missing)
    await reply.show(update, context, shown)


async def _preview(update: Update, context: Context, draft: Draft, wanted: Audience) -> None:
    """Send the author each language exactly as it will arrive, then the numbers."""
    texts = draft.payload["texts"]
    await _keep(context, replace(draft, payload={**draft.payload, "audience": wanted.value}))
    async with context.app.sessions() as session:
        counts = _languages(await db.audiences.members(session, wanted))
    await reply.answer(update)
    for language in sorted({*texts, *counts}):
        content = broadcast_screens.update(locales.translator(language), 0, texts, Shape())
        await reply.send(update, context, screens.Screen(content.parts[0]))
    shown = broadcast_screens.check(context.t, wanted, counts, context.app.per_second)
    await reply.send(update, context, shown)


def _languages(people: Sequence[db.outbox.Addressee]) -> Counter[str]:
    return Counter(locales.choose(each.language) for each in people)


async def _submit(update: Update, context: Context, draft: Draft) -> None:
    """Store the update and ask every other coordinator, in one transaction.

    Raises:
        DraftGone: it was submitted or dropped meanwhile.
    """
    now, author = context.app.clock(), context.person.id
    texts, wanted = draft.payload["texts"], Audience(draft.payload["audience"])
    async with context.app.sessions.begin() as session:
        if await db.drafts.find(session, author) != draft:
            raise DraftGone
        broadcast_id = await db.broadcasts.create(
            session, author_id=author, texts=texts, audience=wanted, now=now
        )
        await db.broadcasts.move(
            session, broadcast_id, old=State.DRAFT, new=State.PENDING, by=author, now=now
        )
        broadcast = Broadcast(broadcast_id, author, texts, wanted, State.PENDING, now, now)
        others = await notify.coordinators(
            session,
            f"notice:broadcast:{broadcast_id}",
            lambda t: broadcast_screens.review(t, broadcast),
            now=now,
            leave_out=author,
        )
        await db.drafts.delete(session, author)
        await deeds.note(
            session,
            context,
            "submit_broadcast",
            broadcast_id,
            audience=wanted.value,
            languages=sorted(texts),
        )
    await reply.show(update, context, broadcast_screens.waiting(context.t, broadcast, others))
