"""One running installation: database, application, updates, jobs; started and stopped in order."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from aiohttp import web
from prometheus_client import CollectorRegistry
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from telegram import Bot
from telegram.error import BadRequest, InvalidToken, NetworkError
from telegram.request import BaseRequest

import db.feeds
import db.leases
import db.people
import db.schema
import db.services
from bot import app as wiring
from bot import health
from bot.alarm_post import AlarmPost
from bot.choices import LOOPBACK, Shown
from bot.figures import Page
from bot.health import Timetable
from bot.installation import Installation, Mail, Role, Webhook
from bot.jobs import Jobs
from bot.lanes import Lanes, in_lanes, poll
from bot.mailing import Mailing
from bot.metrics import Metrics, TimedLanes
from bot.publishing import Publisher
from bot.transport import AiohttpRequest
from bot.warm import warm
from bot.watch import Watch
from db.engine import AWAY, Sessions, is_away, make_engine, make_sessions
from db.solo import InUse, alone
from delivery.budget import FREE, PAID, Budget
from digests.discovery import discover
from digests.fetch import HttpFetcher
from digests.worker import WorkerReader
from handlers import menu
from handlers.context import App, Healthy
from handlers.table import ALLOWED_UPDATES
from web import digest
from web import metrics as figures
from web.app import create, status
from web.directory import mount

__all__ = [
    "AlreadyRunning",
    "CannotListen",
    "CannotUse",
    "Installation",
    "Mail",
    "Role",
    "Running",
    "Webhook",
    "running",
]

log = logging.getLogger(__name__)
_DATABASE = "database (FINGERPOST_DATABASE_URL)"
_LONGEST_WAIT = 60  # seconds between two attempts to reach what a start needs
T = TypeVar("T")


class CannotUse(Exception):
    """The SQLite file cannot be used: waiting would not cure it; says why."""


class AlreadyRunning(Exception):
    """Another process takes updates with the same SQLite file; names the file."""


class CannotListen(Exception):
    """The address of the webhook and the health page is taken or not ours; says which."""


@dataclass(frozen=True, slots=True)
class Running:
    """The parts of a running installation, for the demo and for tests.

    *polling*: the task that asks for updates, None where a webhook or nothing brings them.
    """

    sessions: Sessions
    app: App
    application: wiring.BotApplication
    jobs: Jobs
    metrics: Metrics
    polling: asyncio.Task[None] | None = None


@asynccontextmanager
async def running(
    what: Installation,
    *,
    clock: Callable[[], datetime] = wiring.now,
    answers_by: BaseRequest | None = None,
) -> AsyncIterator[Running]:
    """Run *what* while the block runs; at the end everything is stopped in order.

    *answers_by* replaces the transport of answers to people.

    What cannot be reached at first (database, Telegram) is tried again until it can, with a
    clear line each time. Nothing is lost meanwhile: updates wait at Telegram.

    Raises:
        InvalidToken: Telegram does not know the token: trying again would not help.
        BadRequest: Telegram refuses the webhook, likewise.
        AlreadyRunning: another process takes updates with the same SQLite file.
        CannotListen: the web server's address cannot be used.
        CannotUse: the SQLite file cannot be used.
    """
    async with AsyncExitStack() as stack:
        _keep_others_away(stack, what)
        await _upgraded(what.database_url)
        engine = make_engine(what.database_url)
        stack.push_async_callback(engine.dispose)
        sessions = make_sessions(engine)
        metrics = Metrics(CollectorRegistry())
        metrics.watch_database(engine)
        await _patiently(_DATABASE, lambda: _prepare(sessions, what, clock()))
        parts = await _assemble(stack, sessions, what, clock, answers_by, metrics)
        if what.role is not Role.JOBS:
            polling = await _take_updates(stack, parts, what)
            parts = replace(parts, polling=polling)
            settling = asyncio.create_task(_settle(parts, clock()))
            stack.push_async_callback(_cancelled, settling)
        elif what.port is not None:
            site = status(_problems(parts.app))
            _show_figures(site, parts, what)
            await _listen(stack, site, what.host, what.port)
        if what.role is not Role.WEB:
            scheduler = parts.jobs.schedule()
            scheduler.start()
            stack.push_async_callback(parts.jobs.stop, scheduler)
        times = Timetable.of(what.choices, parts.app.zone)
        watch = Watch(parts.jobs, times, lambda: metrics.signs, post=_alarm_post(what, parts.app))
        stack.push_async_callback(_cancelled, asyncio.create_task(watch.run()))
        yield parts


def _keep_others_away(stack: AsyncExitStack, what: Installation) -> None:
    """Let no second process poll with this SQLite file; jobs wait for their lease, and may.

    Raises:
        AlreadyRunning: one does already.
    """
    if what.role is Role.JOBS or what.webhook is not None:
        return
    try:
        stack.enter_context(alone(what.database_url))
    except InUse as exc:
        raise AlreadyRunning(str(exc)) from exc


async def _upgraded(url: str) -> None:
    """Bring the tables up to date; a server that is away is waited for, a wrong file is not.

    Raises:
        CannotUse: the SQLite file or its folder cannot be made, read or written.
    """
    if make_url(url).get_backend_name() == "postgresql":
        await _patiently(_DATABASE, lambda: db.schema.upgrade(url))
        return
    try:
        await db.schema.upgrade(url)
    except (DBAPIError, OSError) as exc:
        raise CannotUse(str(getattr(exc, "orig", None) or exc)) from exc


async def _prepare(sessions: Sessions, what: Installation, now: datetime) -> None:
    """Fill an empty database from the pack, and note the first coordinators."""
    async with sessions.begin() as session:
        await db.leases.take_turns(session)  # several processes may start together
        if await db.services.is_empty(session):
            report = await db.services.import_pack(
                session, what.pack.services, what.pack.helplines, now
            )
            log.info("directory imported from the pack", extra={"services": len(report.added)})
        if not await db.feeds.all_feeds(session):
            for url in what.feeds:
                await db.feeds.add(session, url, now)
        made = await db.people.seed_coordinators(session, what.coordinators, today=now.date())
    if made:
        log.info("coordinators made from the settings", extra={"people": len(made)})


async def _assemble(
    stack: AsyncExitStack,
    sessions: Sessions,
    what: Installation,
    clock: Callable[[], datetime],
    answers_by: BaseRequest | None,
    metrics: Metrics,
) -> Running:
    jobs: Jobs | None = None
    healthy = _healthy(sessions, what, clock, metrics, lambda: jobs)
    fetcher = HttpFetcher(allow_private=what.allow_private_feeds, contact=what.choices.contact)
    stack.push_async_callback(fetcher.close)
    wired = replace(
        wiring.wire(sessions, what.pack, what.choices, health=healthy, clock=clock),
        discover=partial(discover, fetcher),
        username=lambda: application.bot.username,
    )
    called = metrics.called
    answers, polling = answers_by or AiohttpRequest(called=called), AiohttpRequest(called=called)
    budget = Budget(PAID if what.choices.paid else FREE, time.monotonic)
    application = wiring.build(
        wired, what.token, api_base=what.api_base, request=answers, polling=polling, budget=budget
    )
    parcels = AiohttpRequest(called=called)
    sender = _sender(what, parcels)
    for transport in (answers, polling, parcels):
        stack.push_async_callback(transport.shutdown)  # also when the bots never came up
    for bot in (application, sender):
        await _patiently("telegram", bot.initialize)
        stack.push_async_callback(bot.shutdown)
    reader = WorkerReader(what.pack.interests)
    stack.callback(reader.close)
    jobs = Jobs(
        wired,
        sender,
        fetcher,
        reader,
        what.choices,
        first_poll=what.first_poll,
        sends_every=what.sends_every,
        mailing=_mailing(what, wired),
        settled=metrics.settled,
        budget=budget,
    )
    return Running(sessions, wired, application, jobs, metrics)


def _healthy(
    sessions: Sessions,
    what: Installation,
    clock: Callable[[], datetime],
    metrics: Metrics,
    jobs: Callable[[], Jobs | None],
) -> Callable[[], Awaitable[Healthy]]:
    """Return what `/health` asks; *jobs* of this process, once they are made."""
    times = Timetable.of(what.choices, ZoneInfo(what.pack.zone))

    async def healthy() -> Healthy:
        own = jobs()
        runs = own.runs if own is not None and own.leading else None
        signs = metrics.signs
        found = await health.problems(sessions, clock(), runs, times=times, signs=signs)
        return Healthy(tuple(found), tuple(await health.notes(sessions, times.zone)))

    return healthy


def _mailing(what: Installation, wired: App) -> Mailing | None:
    return Mailing(wired, what.mail.server, what.mail.sender) if what.mail else None


def _alarm_post(what: Installation, wired: App) -> AlarmPost | None:
    mail = what.mail
    if mail is None or mail.alarms is None:
        return None
    return AlarmPost(wired, mail.server, mail.sender, mail.alarms)


def _sender(what: Installation, request: BaseRequest) -> Bot:
    """Return a bot of its own: parcels must not wait behind, or hold up, answers to people."""
    base_url = f"{what.api_base}/bot"
    return Bot(what.token, base_url=base_url, request=request, get_updates_request=request)


async def _take_updates(
    stack: AsyncExitStack, parts: Running, what: Installation
) -> asyncio.Task[None] | None:
    """Poll, or listen for the webhook; either keeps the order within a chat."""
    lanes, application = TimedLanes(), parts.application
    if what.port is not None:
        site = _site(parts, what, lanes)
        await _listen(stack, site, what.host, what.port)
    if what.webhook is not None:
        url, secret = what.webhook.url, what.webhook.secret
        await _patiently(
            "telegram",
            lambda: application.bot.set_webhook(
                url, secret_token=secret, allowed_updates=ALLOWED_UPDATES
            ),
        )
        stack.push_async_callback(lanes.finish)
        return None
    stop = asyncio.Event()
    polling = asyncio.create_task(
        poll(
            application.bot,
            application.process_update,
            allowed_updates=ALLOWED_UPDATES,
            stop=stop,
            lanes=lanes,
        )
    )
    stack.push_async_callback(_end, stop, polling)
    return polling


def _site(parts: Running, what: Installation, lanes: Lanes) -> web.Application:
    problems = _problems(parts.app)
    if what.webhook is None:
        site = status(problems)
    else:
        site = create(
            in_lanes(lanes, parts.application.process_update),
            bot=parts.application.bot,
            secret=what.webhook.secret,
            health=problems,
        )
    _show_figures(site, parts, what)
    digest.mount(site, parts.app, proxies=what.proxies)
    if what.directory_api:
        publisher = Publisher(parts.sessions, parts.app.directory)
        mount(site, publisher.publication, base=what.directory_url)
    return site


def _problems(app: App) -> Callable[[], Awaitable[Sequence[object]]]:
    async def problems() -> Sequence[object]:
        try:
            return (await app.health()).problems
        except AWAY as exc:
            log.warning("health not known", extra={"error": type(exc).__name__})
            return ["The database cannot be reached."]

    return problems


def _show_figures(site: web.Application, parts: Running, what: Installation) -> None:
    if what.metrics is not Shown.OFF:
        page = Page(parts.metrics.registry, parts.jobs)
        public = what.metrics is Shown.PUBLIC
        figures.mount(site, page, proxies=(*LOOPBACK, *what.proxies), public=public)


async def _settle(parts: Running, now: datetime) -> None:
    """Do what need not be done before the first person is answered."""
    directory = await parts.app.directory()
    await asyncio.to_thread(warm, directory, now)
    await menu.publish(parts.application.bot)  # three calls for each language


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


async def _end(stop: asyncio.Event, polling: asyncio.Task[None]) -> None:
    stop.set()
    await polling


async def _listen(stack: AsyncExitStack, site: web.Application, host: str, port: int) -> None:
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as exc:
        raise CannotListen(f"{host}:{port}: {exc.strerror}") from exc
    log.info("listening", extra={"host": host, "port": port})


async def _patiently(what: str, attempt: Callable[[], Awaitable[T]]) -> T:
    """Return what *attempt* returns, trying again for as long as it cannot be reached."""
    failures = 0
    while True:
        try:
            return await attempt()
        except (InvalidToken, BadRequest):
            raise
        except (*AWAY, NetworkError) as exc:
            if not isinstance(exc, NetworkError) and not is_away(exc):
                raise
            failures += 1
            wait = min(2**failures, _LONGEST_WAIT)
            reason = str(getattr(exc, "orig", None) or exc)
            log.warning(
                "cannot be reached, trying again",
                extra={"what": what, "seconds": wait, "reason": reason},
            )
            await asyncio.sleep(wait)
