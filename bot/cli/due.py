"""`directory due`: who is asked when whether a service is still right."""

from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

import db.services
from bot.cli import output
from bot.cli.output import AsJson
from bot.pack import Pack
from bot.settings import Settings
from directory import freshness
from directory.freshness import Case, Round
from directory.model import Service
from handlers import freshness_round
from people.owners import Staff

_SHOWN = 40  # lines of text; JSON has all


def due(
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only what is asked up to this day."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List who is asked when whether a service is still right, the next ones first.

    Before the bot has run, as it would plan for today. Says how many people are asked, not who.
    """
    chosen = output.loaded()
    pack = output.pack_of(chosen.pack)
    zone = ZoneInfo(pack.zone)
    cases, staff = _known(chosen, pack, datetime.now(zone))
    last = None if until is None else until.date()
    rows = [
        _row(day, case, staff)
        for day, case in freshness.calendar(cases, zone, pack.country, until=last)
    ]
    lines = [f"{row['day']}  {row['who']:12}  {row['state']:9}  {row['name']}" for row in rows]
    if len(lines) > _SHOWN:
        lines[_SHOWN:] = [f"and {len(lines) - _SHOWN} more: --until DAY, or --json for all"]
    output.emit(rows, as_json=as_json, lines=lines)


def _known(chosen: Settings, pack: Pack, now: datetime) -> tuple[list[Case], Staff]:
    """Return the loop as the database has it; without one, as it would begin with the pack."""
    if output.has_database(chosen):
        return output.awaited(_stored(chosen, pack.services, now))
    return _planned(pack.services, now), Staff((), {})


async def _stored(
    chosen: Settings, services: tuple[Service, ...], now: datetime
) -> tuple[list[Case], Staff]:
    async with output.database(chosen) as sessions, sessions() as session:
        if not await db.services.is_empty(session):
            services = await db.services.published(session)
        known = await freshness_round.read(session, services, now)
    return list(known.cases.values()), known.staff


def _planned(services: tuple[Service, ...], now: datetime) -> list[Case]:
    first = freshness.first_due(services, {}, now)
    return [Case(each, Round(each.id, first[each.id]), has_owner=False) for each in services]


def _row(day: date, case: Case, staff: Staff) -> dict[str, Any]:  # Any: JSON
    service = case.service
    owners = staff.owners(service.id, service.organization)
    named = any(each.id == staff.named.get(service.id) for each in owners)
    return {
        "day": day.isoformat(),
        "service": service.id,
        "name": service.name,
        "who": "owner" if named else "partners" if owners else "coordinators",
        "people": len(owners or staff.coordinators),
        "state": _state(case),
        "days": freshness.period(service).days,
    }


def _state(case: Case) -> str:
    """Return the last thing that was done in this round."""
    done = case.round
    return next(
        name
        for name, holds in (
            ("hidden", case.hidden),
            ("announced", case.warned_at),
            ("lowered", done.lowered_at),
            ("told", done.escalated_at),
            ("reminded", done.reminded_at),
            ("asked", done.asked_at),
            ("planned", True),
        )
        if holds
    )
