"""One message of a person to the partnership: passed on without who it is, and answered."""

from telegram import Update
from telegram.helpers import create_deep_linked_url

import db.tips
from handlers import carried, deeds, guide, guide_state, notify, reply, screens, voice_screens
from handlers.access import require
from handlers.context import Context
from locales.errors import N_, UserError
from people.model import Action
from people.voice import LONGEST_ANSWER, LONGEST_TIP, without_traces

_LONGEST_NUMBER = 9  # digits: fits an INTEGER


class TipGone(UserError):
    """A message that was deleted after its time, or by the person who wrote it."""

    message = N_("This message is gone: it was deleted after 30 days, or by who wrote it.")


class AnswerTooLong(UserError):
    """An answer is shown on one screen with its heading."""

    message = N_("This answer is too long: {length} characters, at most {most}. Nothing was sent.")


class TipAnswered(UserError):
    """Another coordinator was faster."""

    message = N_("This message was answered already.")


async def ask(update: Update, context: Context) -> None:
    """Ask for the message; what was answered in the guide waits behind a link."""
    packed = context.press.arg(0) if context.press else ""
    payload = guide_state.payload(screens.TELL_PREFIX, packed)
    link = create_deep_linked_url(context.bot.username, payload)
    help_now = guide_state.payload(screens.HELP_PREFIX, packed)
    help_link = create_deep_linked_url(context.bot.username, help_now)
    await reply.add(update, context, voice_screens.ask_tip(context.t, link, help_link))


async def written(update: Update, context: Context) -> bool:
    """Take a reply to `ask`; say whether it was one."""
    payload, text = _reply(update, screens.TELL_PREFIX)
    if payload is not None:
        await _keep(update, context, text)
    return payload is not None


async def answered(update: Update, context: Context) -> bool:
    """Take a coordinator's reply to the question for an answer; say whether it was one.

    Raises:
        AnswerTooLong: it would not fit the screen that shows it; nothing is sent.
    """
    payload, text = _reply(update, screens.ANSWER_PREFIX)
    if payload is None:
        return False
    require(context, Action.ANSWER_TIPS)
    if len(text) > LONGEST_ANSWER:
        raise AnswerTooLong(length=len(text), most=LONGEST_ANSWER)
    await _settle(context, _number(payload), text)
    told = context.t.gettext("Sent. The person gets your answer without your name.")
    await reply.send(update, context, screens.notice(told))
    return True


def _reply(update: Update, prefix: str) -> tuple[str | None, str]:
    """Return what the link of the message that was replied to carries, and the reply's text."""
    message = update.effective_message
    replied = message.reply_to_message if message is not None else None
    if message is None or replied is None or not message.text:
        return None, ""
    payloads = (each for each in carried.payloads(replied) if each.startswith(prefix))
    return next(payloads, None), message.text


def _number(payload: str) -> int:
    """Return the message's number in a payload; 0, which no message has, if there is none."""
    number = payload.removeprefix(screens.ANSWER_PREFIX)
    return int(number) if number.isdigit() and len(number) <= _LONGEST_NUMBER else 0


async def _keep(update: Update, context: Context, text: str) -> None:
    """Store the message and tell the coordinators that there is one, in one transaction."""
    t, now = context.t, context.app.clock()
    if len(text) > LONGEST_TIP:
        await reply.send(update, context, voice_screens.tip_too_long(t))
        return
    async with context.app.sessions.begin() as session:
        kept = without_traces(text)
        tip_id = await db.tips.add(session, context.person.id, t.language, kept, now=now)
        if tip_id is not None:
            await notify.coordinators(
                session,
                notify.private_campaign("tip"),
                lambda words: voice_screens.tip_came(words, tip_id),
                now=now,
            )
    shown = voice_screens.tip_waits(t) if tip_id is None else voice_screens.tip_kept(t)
    await reply.send(update, context, shown)


async def waiting(update: Update, context: Context) -> None:
    """List the messages that wait for an answer."""
    require(context, Action.ANSWER_TIPS)
    async with context.app.sessions() as session:
        found = await db.tips.waiting(session)
    await reply.show(update, context, voice_screens.tips(context.t, found))


async def pressed(update: Update, context: Context) -> None:
    """Show a message to a coordinator, ask for the answer, or close it without one.

    Raises:
        TipGone: it was deleted meanwhile.
        TipAnswered: another coordinator was faster.
    """
    require(context, Action.ANSWER_TIPS)
    assert context.press is not None
    tip_id, step = context.press.row(0), context.press.arg(1)
    async with context.app.sessions() as session:
        found = await db.tips.find(session, tip_id)
    if found is None:
        raise TipGone
    if step == "answer":
        link = create_deep_linked_url(context.bot.username, f"{screens.ANSWER_PREFIX}{tip_id}")
        shown = voice_screens.ask_answer(context.t, link, found.language)
        await reply.add(update, context, shown)
    elif step == "close":
        await _settle(context, tip_id, None)
        closed = screens.notice(context.t.gettext("Closed without an answer."))
        await reply.show(update, context, closed)
    else:
        await reply.show(update, context, voice_screens.tip(context.t, found))


async def _settle(context: Context, tip_id: int, answer: str | None) -> None:
    """Store the answer and tell the person that there is one, in one transaction."""
    now = context.app.clock()
    async with context.app.sessions.begin() as session:
        chat_id = await db.tips.settle(session, tip_id, answer, now=now)
        if chat_id is None:
            raise TipGone if await db.tips.find(session, tip_id) is None else TipAnswered
        await deeds.note(session, context, "answer_tip", tip_id, answered=answer is not None)
        if answer is not None:
            await notify.one(
                session,
                notify.private_campaign("answer"),
                chat_id,
                lambda t: voice_screens.answer_came(t, tip_id),
                now=now,
            )


async def read(update: Update, context: Context) -> None:
    """Show a person the answer to their own message.

    Raises:
        TipGone: it was deleted meanwhile, or is somebody else's.
    """
    assert context.press is not None
    async with context.app.sessions() as session:
        found = await db.tips.own(session, context.press.row(0), context.person.id)
    if found is None or found.answer is None:
        raise TipGone
    await reply.show(update, context, voice_screens.answer(context.t, found))


async def back(update: Update, context: Context, payload: str) -> None:
    """Follow the link of a question that was not answered: where the person was before."""
    if payload.startswith(screens.TELL_PREFIX):
        await guide.show_state(update, context, guide_state.packed_in(payload, screens.TELL_PREFIX))
        return
    require(context, Action.ANSWER_TIPS)
    async with context.app.sessions() as session:
        found = await db.tips.find(session, _number(payload))
    if found is None:
        raise TipGone
    await reply.show(update, context, voice_screens.tip(context.t, found))
