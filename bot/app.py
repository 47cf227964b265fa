"""Builds the PTB application and the wiring that handlers use."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from telegram.ext import Application, ApplicationBuilder
from telegram.request import BaseRequest

from bot.catalogue import FRESH, Catalogue
from bot.erasures import ErasureFile
from bot.limiter import PriorityLimiter
from bot.pack import Pack
from bot.transport import AiohttpRequest
from bot.weektime import WeekTime, moment
from db.engine import Sessions
from delivery.budget import Budget
from delivery.timing import UNDO, Quiet
from digests.edition import Empty, Unseen
from handlers import table
from handlers.context import TYPES, App, Context, Healthy

Data = dict[Any, Any]  # PTB's user, chat and bot data; only bot_data is used, for the wiring
BotApplication = Application[Any, Context, Data, Data, Data, Any]


@dataclass(frozen=True, slots=True)
class Choices:
    """What an installation chose: when digests are reviewed and sent (London), how fast.

    *paid*: messages above the free rate are paid for with the bot's Telegram Stars.
    *contact*: how to reach the people who run it. *unseen*: what becomes of a digest that
    nobody approved in time. *empty*: what subscribers get when there is no news. *public_url*:
    where our pages are, None when nobody can reach them. *mails*: there is a mail server.
    *quiet*: hours of the night in which urgent updates wait, unless life is in danger.
    *undo*: how long an approved update waits, so that it can be taken back.
    *erasures_file*: where it is noted who asked to be forgotten, None for nowhere.
    """

    digest_review: WeekTime
    digest_send: WeekTime
    send_rate: int = 28
    paid: bool = False
    contact: str | None = None
    unseen: Unseen = Unseen.HOLD
    empty: Empty = Empty.SILENT
    public_url: str | None = None
    mails: bool = False
    quiet: Quiet | None = None
    undo: timedelta = UNDO
    erasures_file: Path | None = None


def now() -> datetime:
    """Return the aware moment; everything below gets it passed in."""
    return datetime.now(UTC)


def wire(
    sessions: Sessions,
    pack: Pack,
    choices: Choices,
    *,
    health: Callable[[], Awaitable[Healthy]],
    clock: Callable[[], datetime] = now,
    fresh_for: timedelta = FRESH,
) -> App:
    """Return the wiring of an installation that serves *pack*.

    *fresh_for*: how long the directory in memory answers before the database is asked again.
    """
    zone = ZoneInfo(pack.zone)
    catalogue = Catalogue(sessions, pack, clock, fresh_for)
    return App(
        sessions=sessions,
        directory=catalogue.directory,
        copy_of=catalogue.copy_of,
        changed=catalogue.changed,
        topics=pack.interests.topics,
        clock=clock,
        zone=zone,
        city=pack.name,
        per_second=choices.send_rate,
        health=health,
        contact=choices.contact,
        attribution=pack.attribution,
        rights=pack.rights,
        districts=pack.gazetteer.districts,
        sends_at=lambda week: moment(week, choices.digest_send, zone),
        unseen=choices.unseen,
        empty=choices.empty,
        public_url=choices.public_url,
        mails=choices.mails,
        quiet=choices.quiet,
        undo=choices.undo,
        paid=choices.paid,
        interests=pack.interests,
        erased=ErasureFile(choices.erasures_file).note,
    )


def build(
    wiring: App,
    token: str,
    *,
    api_base: str,
    request: BaseRequest | None = None,
    polling: BaseRequest | None = None,
    budget: Budget | None = None,
) -> BotApplication:
    """Return the application with every handler; nothing is connected yet.

    *request* and *polling* replace the transports of answers and of long polling. *budget* is
    what answers share with bulk. Updates are fed in by `bot.lanes`: PTB's updater, job queue
    and persistence are not used.
    """
    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api_base}/bot")
        .base_file_url(f"{api_base}/file/bot")
        .request(request or AiohttpRequest())
        .get_updates_request(polling or request or AiohttpRequest())
        .rate_limiter(PriorityLimiter(budget))
        .context_types(TYPES)
        .updater(None)
        .job_queue(None)
        .build()
    )
    application.bot_data["app"] = wiring
    table.register(application)
    return application
