"""What an edition tells beside the posts: the directory, what is missing, what takes place.

Everything here may stand on a public page: only public services, no secret place, no count
under five, nothing about danger, and nobody who did something.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db import changes
from db.documents import OCCASIONS, SERVICE, dump
from db.listings import ServiceChangeRow
from db.models import ServiceRow
from db.news import ItemRow
from db.sending import EditionRow
from db.voice import OutcomeRow
from digests.edition import Beside, EditionState, Meeting, ServiceNews, ServiceNewsKind, Unmet
from digests.item import ARCHIVE, Decision, Occasion, OccasionKind
from directory import latest
from directory.history import Change
from directory.needs import NEEDS, is_danger
from people import voice
from people.voice import Counted, Outcome

MOST_SERVICES = 10
MOST_UNMET = 5
MOST_MEETINGS = 8
AHEAD = timedelta(days=28)  # how far ahead meetings are told
_FIRST_TIME = timedelta(days=7)  # what the first edition looks back
_STILL_TOLD = timedelta(days=182)  # how old an item may be whose meeting is told again
_AT_ONCE = 500  # ids in one query: SQLite takes 32,766, older ones 999


async def gather(session: AsyncSession, week: str, *, now: datetime, zone: ZoneInfo) -> Beside:
    """Return what the edition of the ISO week (``2026-W47``) tells beside the posts at *now*.

    Services: since the last edition was approved. What is missing: of the whole ISO week
    before *week*, so that no two editions count the same person. Meetings: of earlier
    editions. *zone*: of the city.
    """
    today = now.astimezone(zone).date()
    return Beside(
        services=tuple(await _services(session, week, now)),
        unmet=tuple(await _unmet(session, _week_before(week))),
        meetings=tuple(await _meetings(session, week, today, now)),
    )


async def _services(session: AsyncSession, week: str, now: datetime) -> list[ServiceNews]:
    since = await _last_edition(session, week) or now - _FIRST_TIME
    entries = await session.scalars(
        select(ServiceChangeRow)
        .where(ServiceChangeRow.at > since, ServiceChangeRow.at <= now)
        .order_by(ServiceChangeRow.id)
    )
    by_service: dict[str, list[Change]] = defaultdict(list)
    for entry in entries:
        by_service[entry.service_id].append(changes.change_of(entry))
    if not by_service or await _is_all_new(session, since):
        return []
    found = [
        each
        for stored in await _stored(session, sorted(by_service), since)
        if (each := latest.of(stored, by_service[stored.service.id])) is not None
    ]
    return [
        ServiceNews(ServiceNewsKind(each.what), each.service_id, each.name, each.facts)
        for each in latest.in_order(found, MOST_SERVICES)
    ]


async def _last_edition(session: AsyncSession, week: str) -> datetime | None:
    return await session.scalar(
        select(func.max(EditionRow.decided_at)).where(
            EditionRow.state == EditionState.APPROVED, EditionRow.week < week
        )
    )


async def _is_all_new(session: AsyncSession, since: datetime) -> bool:
    """Say whether there was no directory before: then its hundreds of services are no news."""
    before = await session.scalar(
        select(ServiceChangeRow.id).where(ServiceChangeRow.at <= since).limit(1)
    )
    return before is None


async def _stored(session: AsyncSession, ids: list[str], since: datetime) -> list[latest.Stored]:
    found: list[latest.Stored] = []
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        rows = await session.scalars(select(ServiceRow).where(ServiceRow.id.in_(some)))
        # not an entry without fields: those of a place that became secret are emptied later
        first = await session.execute(
            select(ServiceChangeRow.service_id, func.min(ServiceChangeRow.at))
            .where(ServiceChangeRow.service_id.in_(some))
            .group_by(ServiceChangeRow.service_id)
        )
        began = dict(first.all())
        for row in rows:
            service = SERVICE.validate_python(row.record)
            found.append(
                latest.Stored(
                    service, dump(SERVICE, service), row.hidden_reason, began[row.id] > since
                )
            )
    return found


async def _unmet(session: AsyncSession, week: str) -> list[Unmet]:
    """Return what people found nothing for in that whole week, the most frequent first.

    Nothing about danger, nor what only helplines answer to: a public line that somebody looked
    for a refuge could be read by the one they flee from, and be taken for them.
    """
    rows = await session.scalars(
        select(OutcomeRow).where(
            OutcomeRow.week == week,
            OutcomeRow.part == "",
            OutcomeRow.outcome.in_(sorted(voice.NOTHING_FOUND)),
        )
    )
    counted = [
        Counted(row.week, Outcome(row.outcome), row.need, row.part, row.value, row.count)
        for row in rows
    ]
    told = [
        Unmet(each.need, each.not_found)
        for each in voice.unmet(counted)
        if each.not_found and each.need in NEEDS and not is_danger((each.need,))
    ]
    return told[:MOST_UNMET]


def _week_before(week: str) -> str:
    year, _, number = week.partition("-W")
    day = date.fromisocalendar(int(year), int(number), 1) - timedelta(days=7)
    return f"{day.isocalendar().year}-W{day.isocalendar().week:02}"


async def _meetings(session: AsyncSession, week: str, today: date, now: datetime) -> list[Meeting]:
    """Return what earlier editions told of that takes place soon, each once, soonest first."""
    newer = aliased(ItemRow)
    rows = await session.execute(
        select(
            ItemRow.id,
            ItemRow.title,
            ItemRow.headline,
            ItemRow.link,
            ItemRow.place,
            ItemRow.occasions,
        )
        .where(
            ItemRow.week < week,
            ItemRow.decision == Decision.ACCEPT,
            ItemRow.emptied_at.is_(None),
            ItemRow.gone_at.is_(None),
            ItemRow.first_seen > now - _STILL_TOLD,
            or_(ItemRow.expires_on.is_(None), ItemRow.expires_on >= today),
            ItemRow.same_as.is_(None),
            ~exists().where(
                newer.corrects == ItemRow.id,
                newer.decision == Decision.ACCEPT,
                newer.week.is_distinct_from(ARCHIVE),  # for those who read daily: told anew
            ),
        )
        .order_by(ItemRow.id)
    )
    found: dict[tuple[str, date], Meeting] = {}
    for row in rows:
        occasion = _next(OCCASIONS.validate_python(row.occasions), today)
        if occasion is None:
            continue
        title = row.headline or row.title
        meeting = Meeting(row.id, title, row.link, occasion.on, occasion.at, row.place)
        found[title.casefold(), occasion.on] = meeting
    told = sorted(found.values(), key=lambda e: (e.on, e.at or time.max, e.title))
    return told[:MOST_MEETINGS]


def _next(occasions: Iterable[Occasion], today: date) -> Occasion | None:
    coming = [
        each
        for each in occasions
        if each.kind is OccasionKind.EVENT and today <= each.on <= today + AHEAD
    ]
    return min(coming, key=lambda each: each.on, default=None)
