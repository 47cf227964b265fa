"""Looks after the machinery from every process, and sees to it that coordinators hear of it.

The process that leads tells what fails. When nobody leads, whoever notices tells, and sends
these few messages itself: the sender is what has failed. When Telegram or the database is
away, only a mail can tell (`bot.alarm_post`).
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

import db.alarms
from bot.alarm_post import AlarmPost
from bot.health import HERE, NOBODY_LEADS, RESTORED, Timetable, troubles
from bot.jobs import Jobs
from bot.signs import NO_SIGNS, Signs
from db.engine import Sessions
from db.stores import SqlOutbox
from delivery.drain import drain, pause_for
from delivery.model import Parcel
from delivery.pace import Sleep
from delivery.telegram import TelegramSender
from handlers import alarms
from handlers.alarms import Trouble

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=45)
QUIET = timedelta(minutes=5)  # so long it must be gone before it counts as over
BLIND_LOOKS = 2  # so often in a row the database did not answer, before anybody hears of it
_PER_SECOND = 5
_CANNOT_LOOK = (SQLAlchemyError, OSError)  # the page of health says so meanwhile


class _Alarms(SqlOutbox):
    """The part of the outbox that tells of trouble."""

    def __init__(self, sessions: Sessions) -> None:
        super().__init__(sessions)
        self._of = sessions

    async def claim(self, limit: int, now: datetime) -> Sequence[Parcel]:
        """Take due copies of alarms, nothing else."""
        async with self._of.begin() as session:
            return await db.alarms.claim(session, limit, now)


def _no_signs() -> Signs:
    return NO_SIGNS


@dataclass(slots=True)
class Watch:
    """What one process has seen of troubles; they count when two looks in a row see them.

    *signs* returns what the process has seen of Telegram. *post* tells by e-mail too. *sleep* is
    passed in so that tests need not wait.
    """

    jobs: Jobs
    times: Timetable
    signs: Callable[[], Signs] = _no_signs
    sleep: Sleep = pause_for
    post: AlarmPost | None = None
    _led: bool = False  # at the last look that the database answered
    _blind: int = 0  # looks in a row that it did not
    _seen: set[str] = field(default_factory=set)
    _gone: dict[str, datetime] = field(default_factory=dict)

    async def run(self) -> None:
        """Look every 45 seconds until cancelled; a look that fails is logged and made again."""
        while True:
            await self.sleep(EVERY)
            looking = asyncio.create_task(self.look())
            try:
                await asyncio.wait([looking])
            except asyncio.CancelledError:
                looking.cancel()
                await asyncio.wait([looking])
                raise
            if (error := looking.exception()) is not None:
                log.error("watch failed", exc_info=error)

    async def look(self) -> int:
        """Tell what has been wrong since the last look; return how many alarms are new."""
        try:
            told = await self._look()
        except _CANNOT_LOOK as error:
            log.warning("health not known", extra={"error": type(error).__name__})
            self._blind += 1
            if self._blind == BLIND_LOOKS and self._led and self.post is not None:
                await self.post.cannot_look()
            return 0
        if self._blind >= BLIND_LOOKS and self._led and self.post is not None:
            await self.post.can_look()
        self._blind, self._led = 0, self.jobs.leading
        return told

    async def _look(self) -> int:
        app, leads = self.jobs.app, self.jobs.leading
        found = await troubles(
            app.sessions,
            app.clock(),
            self.jobs.runs if leads else None,
            times=self.times,
            signs=self.signs() if leads else NO_SIGNS,
        )
        if any(each.key == RESTORED for each in found):
            return 0  # nothing leaves before a coordinator says yes, and alarms do neither
        lasting = self._lasting(found)
        if not leads and all(each.key != NOBODY_LEADS for each in lasting):
            return 0  # the process that leads tells
        over = await self._over(found, leads=leads)
        told = await alarms.tell(app, lasting, over)
        if told:
            keys = [each.key for each in lasting]
            log.warning("coordinators told of troubles", extra={"wrong": keys, "over": over})
        await drain(
            _Alarms(app.sessions),
            TelegramSender(self.jobs.bot),
            per_second=_PER_SECOND,
            window=1,
            budget=self.jobs.budget,
            now=app.clock,
            sleep=self.sleep,
        )
        if self.post is not None:
            await self.post.tell()
        return told

    def _lasting(self, found: Sequence[Trouble]) -> list[Trouble]:
        """Return the urgent troubles that the last look saw too."""
        before, self._seen = self._seen, {each.key for each in found if each.urgent}
        return [each for each in found if each.urgent and each.key in before]

    async def _over(self, found: Sequence[Trouble], *, leads: bool) -> list[str]:
        """Return the keys of what was told and has been gone for five minutes."""
        async with self.jobs.app.sessions() as session:
            known = await db.alarms.latest(session)
        now, still = self.jobs.app.clock(), {each.key for each in found}
        absent = {
            key
            for key, alarm in known.items()
            if not alarm.is_over and key not in still and (leads or not key.startswith(HERE))
        }
        self._gone = {key: self._gone.get(key, now) for key in absent}
        return sorted(key for key, since in self._gone.items() if now - since >= QUIET)
