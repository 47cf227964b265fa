"""Counting what came of looking for help: by week and what was asked, never by whom."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

import db.outcomes
from digests.compile import iso_week
from directory import flow
from directory.index import Directory
from directory.model import Found
from handlers.arrive import OUTAGE
from handlers.context import App, Context
from people.voice import Asked, Outcome

log = logging.getLogger(__name__)


async def note_found(
    context: Context, answers: flow.Answers, found: Found, directory: Directory
) -> None:
    """Count a result that did not fit: nothing at all, or only with answers set aside."""
    if found.matches and not found.relaxed:
        return
    outcome = Outcome.RELAXED if found.matches else Outcome.ZERO
    await count(context, outcome, asked(context, answers, directory))


def asked(context: Context, answers: flow.Answers, directory: Directory) -> Asked:
    """Return what was looked for, as coarse as a count needs it; about danger only the need."""
    need = flow.main_need(answers)
    if flow.is_sensitive(answers):
        return Asked(need)
    place = flow.outcode(answers, directory.gazetteer)
    return Asked(need, place, flow.stage_group(answers), context.t.language)


async def count(context: Context, outcome: Outcome, wanted: Asked) -> None:
    """Count one more *outcome* of this week, once a day for each person and need.

    Call it when the answer was shown: counting is no reason to keep anybody waiting for it, so
    an outage is only logged.
    """

    async def more(session: AsyncSession, week: str) -> None:
        await db.outcomes.count(session, week, outcome, wanted)

    await _once_a_day(context, outcome, wanted.need, more)


async def count_service(context: Context, outcome: str, service_id: str) -> None:
    """Count what a person says of a service, once a day; when the answer was shown."""

    async def more(session: AsyncSession, week: str) -> None:
        await db.outcomes.count_service(session, week, service_id, outcome)

    await _once_a_day(context, outcome, service_id, more)


async def _once_a_day(
    context: Context,
    outcome: str,
    of: str | None,
    more: Callable[[AsyncSession, str], Awaitable[None]],
) -> None:
    if not context.app.once.is_first(context.app.today(), context.person.id, outcome, of):
        return
    week = week_of(context.app, context.app.clock())
    try:
        async with context.app.sessions.begin() as session:
            await more(session, week)
    except OUTAGE as exc:
        log.warning("outcome not counted", extra={"error": type(exc).__name__})


def week_of(app: App, moment: datetime) -> str:
    """Return the ISO week of the city in which *moment* lies."""
    return iso_week(moment, app.zone)
