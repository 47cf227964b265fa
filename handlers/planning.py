"""When an update leaves and how often: chosen after submission, by the author or who approves."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from telegram import Update

import db.broadcasts
import db.drafts
from delivery import timing
from delivery.broadcast import AlreadyDecided, Broadcast, State
from handlers import begun, broadcasts, deeds, overriding, planning_screens, repeat_screens, reply
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.context import Context
from people.drafts import Draft
from people.model import Action

KIND = begun.TIME  # of a draft

_OPEN = (State.PENDING, State.SCHEDULED)
_LAST_MINUTE = 2**31  # since 1970: far beyond anything that can be chosen


async def pressed(update: Update, context: Context) -> None:
    """Take one step of what the button says about an update.

    Raises:
        AlreadyDecided: it does not wait any more.
    """
    require(context, Action.BROADCAST)
    assert context.press is not None
    step = context.press.arg(1)
    if step not in _STEPS:
        raise StaleButton(step)
    broadcast = await broadcasts.find(context.app.sessions, context.press.row(0))
    await _STEPS[step](update, context, broadcast)


async def written(update: Update, context: Context, draft: Draft) -> None:
    """Read back the time that somebody wrote.

    Raises:
        UnclearTime, TwofoldTime, PastTime, TooFarTime: it cannot be used; they may try again.
        AlreadyDecided: the update does not wait any more.
    """
    require(context, Action.BROADCAST)
    assert update.effective_message is not None
    broadcast = await broadcasts.find(context.app.sessions, draft.payload["id"])
    _still_open(broadcast)
    app = context.app
    wanted = timing.read(update.effective_message.text or "", app.clock(), app.zone)
    seen = broadcasts.see(context, replace(broadcast, send_at=wanted))
    await reply.show(update, context, planning_screens.read_back(context.t, seen, wanted))


async def _ask_when(update: Update, context: Context, broadcast: Broadcast) -> None:
    _still_open(broadcast)
    now, zone = context.app.clock(), context.app.zone
    evening, tomorrow = timing.this_evening(now, zone), timing.tomorrow_morning(now, zone)
    seen = broadcasts.see(context, broadcast)
    await reply.add(update, context, planning_screens.times(context.t, seen, evening, tomorrow))


async def _ask_time(update: Update, context: Context, broadcast: Broadcast) -> None:
    """Let the next message be a time."""
    _still_open(broadcast)
    draft = Draft(context.person.id, KIND, "time", {"id": broadcast.id})
    async with context.app.sessions.begin() as session:
        await begun.refuse_other(session, context.person.id, KIND)
        await db.drafts.put(session, draft, context.app.clock())
    await reply.show(update, context, planning_screens.ask_time(context.t))


async def _at_once(update: Update, context: Context, broadcast: Broadcast) -> None:
    if broadcast.state is not State.PENDING:
        raise AlreadyDecided
    await _set_time(context, broadcast, None)
    await _show(update, context, broadcast)


async def _at(update: Update, context: Context, broadcast: Broadcast) -> None:
    """Keep the chosen time; of an approved update the author and who approved it hear of it."""
    assert context.press is not None
    _still_open(broadcast)
    wanted = _moment(context.press.number(2))
    await _set_time(context, broadcast, timing.checked(wanted, context.app.clock()))
    await _show(update, context, broadcast)


async def _set_time(context: Context, broadcast: Broadcast, wanted: datetime | None) -> None:
    """Store when it leaves: as chosen while it waits, outside quiet hours once approved."""
    seen = broadcasts.see(context, replace(broadcast, send_at=wanted))
    is_approved = broadcast.state is State.SCHEDULED
    at = seen.plan.leaves if is_approved else wanted
    async with context.app.sessions.begin() as session:
        if not await db.broadcasts.set_time(session, broadcast.id, broadcast.state, at):
            raise AlreadyDecided
        draft = await db.drafts.find(session, context.person.id)
        if draft is not None and draft.kind == KIND:
            await db.drafts.delete(session, context.person.id)
        if is_approved:
            await broadcasts.tell(session, context, seen, State.SCHEDULED)
        await deeds.note(session, context, "plan_broadcast", broadcast.id)


async def _ask_how_often(update: Update, context: Context, broadcast: Broadcast) -> None:
    _still_waiting(broadcast)
    await reply.add(update, context, planning_screens.how_often(context.t, broadcast.id))


async def _ask_until(update: Update, context: Context, broadcast: Broadcast) -> None:
    assert context.press is not None
    _still_waiting(broadcast)
    every = context.press.number(2)
    if every not in planning_screens.EVERY:
        raise StaleButton(str(every))
    first = _first_day(context, broadcast)
    shown = planning_screens.until_when(context.t, broadcast.id, every, first)
    await reply.show(update, context, shown)


async def _until(update: Update, context: Context, broadcast: Broadcast) -> None:
    assert context.press is not None
    every, last = context.press.number(2), context.press.number(3)
    first = _first_day(context, broadcast).toordinal()
    if every not in planning_screens.EVERY or not first < last <= first + timing.FURTHEST.days:
        raise StaleButton(str(last))
    await _set_repeat(update, context, broadcast, every, date.fromordinal(last))


async def _once(update: Update, context: Context, broadcast: Broadcast) -> None:
    await _set_repeat(update, context, broadcast, None, None)


async def _set_repeat(
    update: Update, context: Context, broadcast: Broadcast, every: int | None, until: date | None
) -> None:
    async with context.app.sessions.begin() as session:
        if not await db.broadcasts.set_repeat(session, broadcast.id, every, until):
            raise AlreadyDecided
        await deeds.note(session, context, "repeat_broadcast", broadcast.id, every=every or 0)
    await _show(update, context, broadcast)


async def _stop(update: Update, context: Context, broadcast: Broadcast) -> None:
    """End the repeats, today's too if it has not left; pressed twice it says the same."""
    yesterday = context.app.today() - timedelta(days=1)
    async with context.app.sessions.begin() as session:
        if await db.broadcasts.end_repeat(session, broadcast.id, yesterday):
            await deeds.note(session, context, "stop_repeat_broadcast", broadcast.id)
    shown = repeat_screens.repeating(context.t, broadcast, None, context.app.zone)
    await reply.add(update, context, shown)


async def _show(update: Update, context: Context, broadcast: Broadcast) -> None:
    stored = await broadcasts.find(context.app.sessions, broadcast.id)
    await broadcasts.show(update, context, stored)


def _first_day(context: Context, broadcast: Broadcast) -> date:
    leaves = broadcasts.see(context, broadcast).plan.leaves or context.app.clock()
    return leaves.astimezone(context.app.zone).date()


def _moment(minutes: int) -> datetime:
    if minutes > _LAST_MINUTE // 60:
        raise StaleButton(str(minutes))
    return datetime.fromtimestamp(minutes * 60, UTC)


def _still_open(broadcast: Broadcast) -> None:
    if broadcast.state not in _OPEN:
        raise AlreadyDecided


def _still_waiting(broadcast: Broadcast) -> None:
    if broadcast.state is not State.PENDING:
        raise AlreadyDecided


_Step = Callable[[Update, Context, Broadcast], Coroutine[Any, Any, None]]
_STEPS: Mapping[str, _Step] = {
    "when": _ask_when,
    "type": _ask_time,
    "now": _at_once,
    "at": _at,
    "repeat": _ask_how_often,
    "every": _ask_until,
    "until": _until,
    "once": _once,
    "stop": _stop,
    "alone": overriding.ask_why,
    "confirm": overriding.confirmed,
}
