"""Telling coordinators that the machinery fails, once, and once more when it is over.

What was told is read from the outbox: each alarm is a campaign of its own,
``notice:health:<trouble>:<number>``, and ``...:over`` for its end. So neither a restart nor a
second process tells it again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

import db.alarms
import db.outbox
from db.alarms import Alarm
from delivery.model import Kind
from handlers import alarm_screens, notify
from handlers.context import App
from locales.errors import Text

AGAIN_AFTER = timedelta(minutes=15)  # what comes and goes is told no more often


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something late or failing, in plain words.

    *key* names it for as long as it lasts. *urgent*: coordinators hear of it at once and not
    only when they look.
    """

    key: str
    text: Text
    urgent: bool = False

    def __str__(self) -> str:
        """Return the English words."""
        return str(self.text)


async def tell(app: App, new: Sequence[Trouble], gone: Collection[str]) -> int:
    """Queue what coordinators are to hear, and return how many alarms that were.

    *new*: what is wrong; what was told already is not told again. *gone*: keys of what is not
    wrong any more; what was never told is not told as over.
    """
    now, told = app.clock(), 0
    async with app.sessions.begin() as session:
        known = await db.alarms.latest(session)
        for trouble in new:
            told += await _begin(session, trouble, known.get(trouble.key), now)
        for key in gone:
            if (alarm := known.get(key)) is not None and not alarm.is_over:
                told += await _end(session, alarm, now)
    return told


async def _begin(
    session: AsyncSession, trouble: Trouble, last: Alarm | None, now: datetime
) -> bool:
    if last is not None and (not last.is_over or now - last.began_at < AGAIN_AFTER):
        return False
    name = db.alarms.name(trouble.key, 1 if last is None else last.number + 1)
    if not await db.outbox.open_campaign(session, name, Kind.NOTICE, now):
        return False  # another process was faster
    await db.alarms.note(session, name, trouble.text)
    await notify.coordinators(session, name, alarm_screens.wrong(trouble.text), now=now)
    return True


async def _end(session: AsyncSession, alarm: Alarm, now: datetime) -> bool:
    name = db.alarms.name(alarm.key, alarm.number, over=True)
    if not await db.outbox.open_campaign(session, name, Kind.NOTICE, now):
        return False
    await notify.coordinators(session, name, alarm_screens.over(alarm.text), now=now)
    return True
