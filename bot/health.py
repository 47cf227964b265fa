"""What is late or failing, in plain words. Pure, but for the one query that gathers it."""

import asyncio
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

import db.health
import db.saved
from bot.app import Choices
from bot.jobs import Run
from bot.mailing import MailServerAway
from bot.signs import NO_SIGNS, Signs
from bot.weektime import WeekTime, moment
from db.engine import Sessions
from db.health import Draft, Facts
from digests.compile import iso_week
from digests.schedule import TIME_TO_LOOK
from handlers import restored_screens
from handlers.alarms import Trouble
from handlers.restored_screens import stamp
from locales.errors import N_, Text

# With two looks of `bot.watch`, 45 seconds apart, coordinators hear of it within five minutes
STUCK_AFTER = timedelta(minutes=3)
MISSED_AFTER = timedelta(minutes=3)
FEED_AFTER = timedelta(days=1)
TIP_AFTER = timedelta(days=3)
QUESTION_AFTER = timedelta(days=7)  # nobody is asked at Christmas
LEAST_FREE = 200_000_000  # bytes: the write-ahead log and a backup need some
MOST_OFF = timedelta(seconds=30)  # of this machine's clock
# Backups are made every night (docs/operations.md). The third that is missing is told, and eight
# hours later than it was due: not at night.
BACKUP_AFTER = timedelta(days=3, hours=8)
# Of Telegram, from the first failure to the last. Polling fails at seconds 0, 1, 3, 7, 15 and 31,
# so the page says it within a minute (reliability.md, D10).
SILENT_AFTER = timedelta(seconds=30)
NOBODY_LEADS = "leader"
RESTORED = "restored"
HERE = "here-"  # before the keys of what only the process itself can know
_SLACK = timedelta(minutes=2)
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Timetable:
    """When the week's digest is shown to coordinators and when it leaves, in *zone*."""

    review: WeekTime
    send: WeekTime
    zone: ZoneInfo

    @classmethod
    def of(cls, choices: Choices, zone: ZoneInfo) -> "Timetable":
        """Return the timetable that an installation chose."""
        return cls(choices.digest_review, choices.digest_send, zone)

    def review_at(self, week: str) -> datetime:
        """Return when coordinators get the digest of *week*."""
        return moment(week, self.review, self.zone)

    def send_at(self, week: str) -> datetime:
        """Return when the digest of *week* leaves."""
        return moment(week, self.send, self.zone)


async def problems(
    sessions: Sessions,
    now: datetime,
    runs: Mapping[str, Run] | None = None,
    *,
    times: Timetable | None = None,
    signs: Signs = NO_SIGNS,
) -> list[Text]:
    """Return what is wrong at *now*, empty when all is well; see `troubles`."""
    found = await troubles(sessions, now, runs, times=times, signs=signs)
    return [each.text for each in found]


async def notes(sessions: Sessions, zone: tzinfo | None = None) -> list[Text]:
    """Return what is good to know also when nothing is wrong: when the last backup was made.

    *zone*: of the city; without one moments are given in UTC, here and below.
    """
    async with sessions() as session:
        at = await db.saved.last(session)
    if at is None:
        return [Text(N_("No backup was made yet. “fingerpost backup” makes one."))]
    return [Text(N_("The last backup is of {moment}."), {"moment": stamp(at, zone)})]


async def troubles(
    sessions: Sessions,
    now: datetime,
    runs: Mapping[str, Run] | None = None,
    *,
    times: Timetable | None = None,
    signs: Signs = NO_SIGNS,
) -> list[Trouble]:
    """Return what is wrong at *now*, what most needs a hand first.

    *runs*: the jobs of this process, None when it has none. *times*: without it nothing is said
    about the digest.
    """
    async with sessions() as session:
        found = await db.health.facts(session, now)
        draft = None
        if times is not None and now >= times.review_at(week := iso_week(now, times.zone)):
            day = times.send_at(week).astimezone(times.zone).date()
            draft = await db.health.draft(session, week, day)
    free = await asyncio.to_thread(_free, sessions)
    zone = times.zone if times is not None else None
    return [
        *judge(found, now, zone),
        *(missed(found.approved, draft, times, now) if times is not None else ()),
        *late(runs or {}, now, zone),
        *_machine(free, signs, now, zone),
    ]


def judge(found: Facts, now: datetime, zone: tzinfo | None = None) -> list[Trouble]:
    """Return what the database says is wrong, but for the digest."""
    return [*_sending(found, now, zone), *_waiting(found, now, zone)]


def _sending(found: Facts, now: datetime, zone: tzinfo | None) -> Iterator[Trouble]:
    if found.backup_of is not None:  # no message of that may leave either
        yield Trouble(RESTORED, restored_screens.waiting(found.backup_of, zone))
    if found.leader_until is None or found.leader_until < now:
        text = Text(N_("Nobody sends or polls: no process runs the jobs. Start “fingerpost run”."))
        yield Trouble(NOBODY_LEADS, text, urgent=True)
    if found.oldest_due is not None and _stuck(found, found.oldest_due, now):
        minutes = int((now - found.oldest_due).total_seconds() // 60)
        text = Text(N_("Messages have waited for {minutes} minutes."), {"minutes": minutes})
        yield Trouble("queue", text, urgent=True)
    for name in found.stopped:  # `handlers.campaigns` tells of it at once
        text = Text(N_("“{campaign}” has stopped and waits for a coordinator."), {"campaign": name})
        yield Trouble(f"stopped-{name}", text)


def _waiting(found: Facts, now: datetime, zone: tzinfo | None) -> Iterator[Trouble]:
    for each in found.failing:  # `handlers.notify` tells of it at once
        if now - each.since >= FEED_AFTER:
            sentence = N_("The feed {url} has failed since {since}: {error}")
            fields = {"url": each.url, "since": stamp(each.since, zone), "error": each.error}
            yield Trouble(f"feed-{each.url}", Text(sentence, fields))
    if found.last_backup is not None and now - found.last_backup >= BACKUP_AFTER:
        sentence = N_("The last backup is {n} days old. Run “fingerpost backup”.")
        text = Text(sentence, {"n": (now - found.last_backup).days})
        yield Trouble("backup", text, urgent=True)
    if found.oldest_tip is not None and now - found.oldest_tip >= TIP_AFTER:
        sentence = N_("A message to the partnership has waited for {n} days. Send /messages.")
        yield Trouble("tips", Text(sentence, {"n": (now - found.oldest_tip).days}))
    if found.oldest_question is not None and now - found.oldest_question >= QUESTION_AFTER:
        sentence = N_("Nobody was asked for {n} days if services are still right.")
        yield Trouble("freshness", Text(sentence, {"n": (now - found.oldest_question).days}))


def _stuck(found: Facts, oldest_due: datetime, now: datetime) -> bool:
    """Say whether copies wait and none has been settled for a while: a long queue is not stuck."""
    moved = max(filter(None, (oldest_due, found.last_settled)))
    return now - moved > STUCK_AFTER


def missed(
    approved: Sequence[str], draft: Draft | None, times: Timetable, now: datetime
) -> list[Trouble]:
    """Return the digests that should have been shown, or have left, by *now*.

    *approved*: weeks whose digest is approved and not in the outbox. *draft*: this week's, None
    while it is no draft or not due. Nobody misses a digest with nothing in it.
    """
    said = []
    for week in approved:
        if now > (at := times.send_at(week)) + MISSED_AFTER:
            sentence = N_("The digest of {week} is approved. It should have left at {since}.")
            said.append(_of_week("digest", week, sentence, stamp(at, times.zone)))
    if draft is None:
        return said
    if draft.announced_at is None:
        if now > (at := times.review_at(draft.week)) + MISSED_AFTER:
            sentence = N_("The digest of {week} should have come to coordinators at {since}.")
            said.append(_of_week("review", draft.week, sentence, stamp(at, times.zone)))
        return said
    at = max(times.send_at(draft.week), draft.announced_at + TIME_TO_LOOK)
    if now > at + MISSED_AFTER and not draft.is_empty:
        sentence = N_("The digest of {week} should have left at {since}. Send /digest to approve.")
        reminded = draft.reminded_at is not None and draft.reminded_at >= at
        left = stamp(at, times.zone)
        said.append(_of_week("digest", draft.week, sentence, left, urgent=not reminded))
    return said


def _of_week(key: str, week: str, sentence: str, since: str, *, urgent: bool = True) -> Trouble:
    text = Text(sentence, {"week": week, "since": since})
    return Trouble(f"{key}-{week}", text, urgent=urgent)


def late(runs: Mapping[str, Run], now: datetime, zone: tzinfo | None = None) -> list[Trouble]:
    """Return the jobs of this process that keep failing or have not run for too long."""
    found = ((name, _late(name, run, now, zone)) for name, run in runs.items())
    return [Trouble(f"{HERE}{name}", text, urgent=True) for name, text in found if text]


def _late(name: str, run: Run, now: datetime, zone: tzinfo | None) -> Text | None:
    if run.errors and run.error == MailServerAway.__name__:
        return Text(N_("The mail server is away or takes no mails. They wait, nothing is lost."))
    if run.errors:
        fields: dict[str, str | int] = {"job": name, "n": run.errors, "error": run.error or ""}
        return Text(N_("The job “{job}” failed {n} times in a row: {error}"), fields)
    if run.started is not None:
        if run.patience is not None and now - run.started > run.patience:
            sentence = N_("The job “{job}” has been under way since {since}.")
            return Text(sentence, {"job": name, "since": stamp(run.started, zone)})
        return None
    if run.done is not None and now - run.done > 2 * run.every + _SLACK:
        sentence = N_("The job “{job}” has not run since {since}.")
        return Text(sentence, {"job": name, "since": stamp(run.done, zone)})
    return None


def _machine(
    free: int | None, signs: Signs, now: datetime, zone: tzinfo | None
) -> Iterator[Trouble]:
    """Yield what is wrong with the machine or its way to Telegram.

    *free*: bytes beside a SQLite file, else None.
    """
    if signs.silent is not None and signs.silent >= SILENT_AFTER:
        sentence = N_("Since {since} Telegram gives no answer, or refuses the bot’s token.")
        text = Text(sentence, {"since": stamp(now - signs.silent, zone)})
        yield Trouble(f"{HERE}telegram", text, urgent=True)
    if free is not None and free < LEAST_FREE:
        sentence = N_("The disk is nearly full: {megabytes} MB are left. Make room soon.")
        text = Text(sentence, {"megabytes": free // _MEGABYTE})
        yield Trouble("disk", text, urgent=True)
    if signs.clock_off is not None and abs(signs.clock_off) > MOST_OFF:
        sentence = N_("The clock of this machine is {seconds} seconds wrong. Please set it.")
        text = Text(sentence, {"seconds": int(abs(signs.clock_off).total_seconds())})
        yield Trouble(f"{HERE}clock", text, urgent=True)


def _free(sessions: Sessions) -> int | None:
    engine: AsyncEngine = sessions.kw["bind"]
    file = engine.url.database
    if engine.dialect.name != "sqlite" or not file or not (folder := Path(file).parent).is_dir():
        return None
    return shutil.disk_usage(folder).free
