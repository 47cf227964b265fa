"""Counting what came of looking for help: by week and what was asked, never by whom."""

import logging
from datetime import datetime

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
    """Count a result that did not fit: nothing at all, or only with answers set aside.

    Counting is no reason to keep anybody from their answer: an outage is logged.
    """
    if found.matches and not found.relaxed:
        return
    outcome = Outcome.RELAXED if found.matches else Outcome.ZERO
    wanted = asked(context, answers, directory)
    if not wanted.need:
        return
    try:
        await count(context, outcome, wanted)
    except OUTAGE as exc:
        log.warning("unmet need not counted", extra={"error": type(exc).__name__})


def asked(context: Context, answers: flow.Answers, directory: Directory) -> Asked:
    """Return what was looked for, as coarse as a count needs it."""
    query = flow.to_query(answers, directory.gazetteer, context.app.clock())
    return Asked(
        need=query.needs[0] if query.needs else "",
        outcode=query.place.key.split("-")[0] if query.place else "",
        stage=query.stages[0] if query.stages else "",
        language=context.t.language,
    )


async def count(context: Context, outcome: Outcome, asked_for: Asked, service_id: str = "") -> None:
    """Count one more *outcome* of this week, of the need and, where one is given, the service."""
    week = week_of(context.app, context.app.clock())
    async with context.app.sessions.begin() as session:
        await db.outcomes.count(session, week, outcome, asked_for)
        if service_id:
            await db.outcomes.count_service(session, week, service_id, outcome)


def week_of(app: App, moment: datetime) -> str:
    """Return the ISO week of the city in which *moment* lies."""
    return iso_week(moment, app.zone)
