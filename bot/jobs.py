"""The scheduled jobs: APScheduler only knocks, each job asks the database what is due."""

import asyncio
import logging
import os
import secrets
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Bot

import db.erasures
import db.leases
import db.mails
import db.outbox
import db.queue
import db.restored
import db.retention
import db.shown
from bot.app import Choices
from bot.erasures import ErasureFile
from bot.leading import LeaderSender
from bot.mailing import Mailing
from bot.metrics import Counted, Settled
from bot.weektime import moment
from db.engine import AWAY, erase_deleted, is_away
from db.leases import Fence
from db.stores import LeaderOutbox, SqlFeedStore
from delivery import policy
from delivery.budget import FREE, Budget
from delivery.drain import drain
from delivery.model import Kind, Outbox
from delivery.pace import ChatPace
from delivery.telegram import TelegramSender
from digests.feed import Fetcher, Reader
from digests.refresh import Round, refresh_due
from handlers import (
    amending,
    campaigns,
    corrections,
    edition_sending,
    freshness_round,
    leaving,
    notify,
    reports,
    rights,
    voice,
)
from handlers.broadcast_screens import Named
from handlers.context import App
from people.voice import CLEARABLE

log = logging.getLogger(__name__)

LEASE = "jobs"
# A process that died is replaced within the sum of these two: less than half a minute
LEASE_TIME = timedelta(seconds=20)
_RENEWED = timedelta(seconds=5)  # how often the lease is renewed, or asked for
_LEAD_WITHIN = timedelta(seconds=12)  # else the next attempt would come after the lease's end
FAREWELL = timedelta(seconds=10)  # for jobs that are under way when the process stops
_AT_ONCE = 1000  # feeds in a round
_PATIENCE = timedelta(minutes=10)  # for a job that is under way
_UNHURRIED = {"send", "mails"}  # as long as there is something to send


@dataclass(slots=True)
class Run:
    """What is known of a job: when it last went well, and why it last did not.

    *started*: since when it is under way, None when it is not. *patience*: how long it may
    take, None for sending, whose length depends on what there is to send. *done* is also set
    when this process begins to lead.
    """

    every: timedelta
    done: datetime | None = None
    started: datetime | None = None
    patience: timedelta | None = _PATIENCE
    error: str | None = None
    errors: int = 0


@dataclass(slots=True)
class Jobs:
    """The jobs of one process; they work only while it holds the lease.

    *bot* sends parcels and edits reports, without the limiter for answers. *budget*: of the
    bot's messages in a second; answers of this process are counted in it too.
    """

    app: App
    bot: Bot
    fetcher: Fetcher
    reader: Reader
    choices: Choices
    first_poll: timedelta = timedelta(seconds=30)  # after the start, so that it answers first
    sends_every: timedelta = timedelta(seconds=0.25)  # looks into the outbox
    mailing: Mailing | None = None
    settled: Settled | None = None  # hears what became of copies
    budget: Budget = field(default_factory=lambda: Budget(FREE, time.monotonic))
    runs: dict[str, Run] = field(default_factory=dict)
    _leads_until: datetime | None = None
    _fence: int | None = None
    _stopping: bool = False
    _waits: bool = False
    _left_open: bool = False  # the last run of the sender failed
    _running: set[asyncio.Task[object]] = field(default_factory=set)
    _chats: ChatPace = field(default_factory=ChatPace)
    _holder: str = field(
        default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    )

    @property
    def leading(self) -> bool:
        """Whether this process holds the lease for certain, also if it could not be renewed."""
        return not self._stopping and self._holds

    @property
    def fence(self) -> Fence | None:
        """The lease by which this process may start something new, None when it may not."""
        return Fence(LEASE, self._fence) if self.leading and self._fence is not None else None

    @property
    def _holds(self) -> bool:
        return self._leads_until is not None and self.app.clock() < self._leads_until

    @property
    def windows(self) -> dict[Kind, int]:
        """How many copies may be on their way at once; the transport has 256 connections."""
        return {kind: policy.window(kind, self.choices.send_rate) for kind in Kind}

    def schedule(self) -> AsyncIOScheduler:
        """Return a scheduler with every job, not started yet.

        Late runs are made up for once (coalesce, no misfire grace: the default of a second
        loses them), and no local time lies between 01:00 and 02:00, which London's clocks
        skip in March and repeat in October.
        """
        scheduler = AsyncIOScheduler(
            timezone=self.app.zone,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        lead = IntervalTrigger(seconds=int(_RENEWED.total_seconds()))
        scheduler.add_job(self._lead, lead, id="lease", next_run_time=self.app.clock())
        often = self.sends_every.total_seconds()
        seconds: dict[Callable[[], Awaitable[object]], float] = {
            self.send: often,
            self.report: 20 * often,
            self.updates: 5,
            self.tend: 20,
            self.digest: 60,
            self.voices: 600,
            self.feeds: 60,
        }
        if self.mailing is not None:
            seconds[self.mails] = 10
        for job, every in seconds.items():
            self._add(scheduler, job, IntervalTrigger(seconds=every), timedelta(seconds=every))
        scheduler.modify_job("feeds", next_run_time=self.app.clock() + self.first_poll)
        at_night = CronTrigger(hour=3, minute=30, timezone=self.app.zone)
        self._add(scheduler, self.purge, at_night, timedelta(days=1))
        in_the_morning = CronTrigger(hour=9, minute=0, timezone=self.app.zone)
        self._add(scheduler, self.rights, in_the_morning, timedelta(days=1))
        # once a day would do; the other hours make up for a process that was down at nine
        hourly = CronTrigger(hour="9-16", minute=15, timezone=self.app.zone)
        self._add(scheduler, self.freshness, hourly, timedelta(days=1))
        return scheduler

    async def stop(self, scheduler: AsyncIOScheduler) -> None:
        """Let running jobs end, then give the lease back, so that nothing is left in mid-air."""
        scheduler.pause()
        self._stopping = True
        if self._running:
            await asyncio.wait(self._running, timeout=FAREWELL.total_seconds())
        scheduler.shutdown(wait=False)
        try:
            async with self.app.sessions.begin() as session:
                await db.leases.release(session, LEASE, self._holder, self.app.clock())
        except AWAY as exc:
            # it runs out by itself
            log.warning("lease not given back", extra={"error": type(exc).__name__})

    async def send(self) -> None:
        """Empty the outbox, as fast as the rate lets us, while this process leads."""
        await self._take_up()
        outbox: Outbox = LeaderOutbox(self.app.sessions, lambda: self.fence)
        self._left_open = True  # unless it comes to its end
        await drain(
            outbox if self.settled is None else Counted(outbox, self.settled),
            LeaderSender(
                TelegramSender(self.bot, paid=self.choices.paid),
                lambda: self._holds,  # also while it stops: what has started may leave
            ),
            per_second=self.choices.send_rate,
            window=self.windows,
            now=self.app.clock,
            chats=self._chats,
            budget=self.budget,
        )
        self._left_open = False

    async def _take_up(self) -> None:
        """Take up at once what the last run left when it failed: its calls are all over.

        Where the database died, nobody knows which marks and claims are in it, and those would
        else wait until they run out.
        """
        if not self._left_open or (fence := self.fence) is None:
            return
        async with self.app.sessions.begin() as session:
            if await db.leases.holds(session, fence):
                await db.outbox.recover(session, self.app.clock(), all_claims=True)

    async def mails(self) -> None:
        """Send the mails that are due, while this process leads."""
        if self.mailing is not None:
            await self.mailing.run(lambda: self.fence)

    async def report(self) -> None:
        """Bring the live reports up to date, and change copies that were just on their way."""
        await amending.catch_up(self.app)
        await reports.refresh(
            self.app.sessions,
            self.bot,
            per_second=self.choices.send_rate,
            now=self.app.clock(),
            named=Named(self.app.topics, self.app.districts),
        )

    async def updates(self) -> None:
        """Let urgent updates leave that are planned for now, and repeats that are due."""
        await leaving.knock(self.app)

    async def tend(self) -> None:
        """Settle what a crash left open, and hold what waited too long."""
        now = self.app.clock()
        async with self.app.sessions.begin() as session:
            await db.outbox.recover(session, now)
            await db.mails.recover(session, now)
            await _hold_stale(session, now)
        await campaigns.tell_halted(self.app)

    async def digest(self) -> None:
        """Do what is due for the week's edition, and for the news of the day."""
        await edition_sending.knock(
            self.app, lambda week: moment(week, self.choices.digest_review, self.app.zone)
        )
        await edition_sending.daily_due(self.app)

    async def feeds(self, *, ahead: timedelta = timedelta()) -> Round:
        """Poll the feeds that are due *ahead* from now, and tell coordinators what changed.

        They hear once of a feed that has failed for a day, and once when it recovers.
        """
        async with self.app.sessions() as session:
            self.reader.learn(await db.queue.examples(session))
        round_ = await refresh_due(
            SqlFeedStore(self.app.sessions),
            self.fetcher,
            self.reader,
            now=self.app.clock() + ahead,
            limit=_AT_ONCE,
        )
        await notify.feeds(self.app)
        await corrections.tell(self.app)
        return round_

    async def voices(self) -> None:
        """Ask who wanted to be asked, and forget messages that cannot be deleted any more."""
        now = self.app.clock()
        async with self.app.sessions.begin() as session:
            await db.shown.purge(session, before=now - CLEARABLE)
        await erase_deleted(self.app.sessions)  # also what people deleted themselves
        await voice.ask_due(self.app)

    async def rights(self) -> None:
        """Ask coordinators to look again at the cards about rights whose time ends."""
        await rights.ask_due(self.app)

    async def freshness(self) -> None:
        """Ask owners whether their services are still right, and tell who does not answer."""
        await freshness_round.run(self.app)

    async def purge(self) -> None:
        """Delete what is past its time (docs/privacy.md)."""
        now = self.app.clock()
        async with self.app.sessions.begin() as session:
            gone = await db.retention.purge(session, now)
            marks = await db.erasures.known(session)
        # also those that another machine noted, or that could not be written
        file = ErasureFile(self.choices.erasures_file)
        await file.keep(marks, since=now - db.retention.ERASURES)
        await erase_deleted(self.app.sessions)
        log.info("old rows deleted", extra={"rows": gone})

    def _add(
        self,
        scheduler: AsyncIOScheduler,
        job: Callable[[], Awaitable[object]],
        trigger: IntervalTrigger | CronTrigger,
        every: timedelta,
    ) -> None:
        name = getattr(job, "__name__", str(job))
        self.runs[name] = Run(every, patience=None if name in _UNHURRIED else _PATIENCE)
        scheduler.add_job(self._guarded, trigger, args=(name, job), id=name)

    async def _guarded(self, name: str, job: Callable[[], Awaitable[object]]) -> None:
        """Run one job if this process leads; a failure is logged, kept for health, and retried."""
        if not self.leading:
            return
        run = self.runs[name]
        if self._waits and name != "purge":
            run.done = self.app.clock()  # nothing leaves a restored database before a yes
            return
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        run.started = self.app.clock()
        try:
            await job()
        except Exception as exc:
            run.error, run.errors = type(exc).__name__, run.errors + 1
            if not is_away(exc):
                log.exception("job failed", extra={"job": name})
            elif run.errors == 1:  # it comes again and again; health counts
                log.warning(
                    "job cannot reach what it needs", extra={"job": name, "error": run.error}
                )
        else:
            run.done, run.error, run.errors = self.app.clock(), None, 0
        finally:
            run.started = None
            self._running.discard(task)

    async def _lead(self) -> None:
        """Take or keep the lease; without it another process works.

        A new leader settles at once what the last one left open. If that was this process
        and it still has calls out, only what is certainly over is settled. A lease that
        could not be renewed is ours until it runs out.
        """
        now, led = self.app.clock(), self.leading
        try:
            async with asyncio.timeout(_LEAD_WITHIN.total_seconds()):
                fence = await self._acquired(now)
        except Exception as exc:
            # a traceback every few seconds would bury why the database is away
            told = {"error": type(exc).__name__, "reason": str(getattr(exc, "orig", "") or "")}
            log.warning("lease not kept", extra=told, exc_info=not is_away(exc))
            return
        self._leads_until = now + LEASE_TIME if fence is not None else None
        if fence != self._fence:
            self._fence = fence
            for run in self.runs.values():
                run.done = now
        if self.leading != led:
            log.info("jobs lead" if self.leading else "jobs wait for another process")

    async def _acquired(self, now: datetime) -> int | None:
        async with self.app.sessions.begin() as session:
            fence = await db.leases.acquire(session, LEASE, self._holder, now, LEASE_TIME)
            self._waits = await db.restored.waits(session) is not None
            if fence is not None and fence != self._fence:
                idle = self.runs["send"].started is None
                await db.outbox.recover(session, now, all_claims=idle)
                await db.mails.recover(session, now, all_claims=self._mails_idle())
                await _hold_stale(session, now)  # before the sender looks for the first time
        return fence

    def _mails_idle(self) -> bool:
        run = self.runs.get("mails")
        return run is None or run.started is None


async def _hold_stale(session: AsyncSession, now: datetime) -> None:
    for campaign in await db.outbox.hold_stale(session, now):
        log.warning("campaign held: it waited too long", extra={"campaign": campaign})
