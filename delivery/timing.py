"""When an urgent update leaves: quiet hours, the moment to undo, chosen times, repeats. Pure.

All days and times of day are those of the city (*zone*); moments come back in UTC, so that
adding to them never crosses a change of the clocks unseen.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from delivery.broadcast import Broadcast
from locales.errors import N_, UserError

UNDO = timedelta(seconds=60)
UNDO_DANGER = timedelta(seconds=15)  # enough for a slip of the thumb, little for who waits
ALONE_AFTER = timedelta(minutes=5)  # so long the others have to decide before an emergency
FURTHEST = timedelta(days=30)  # ahead, and the longest that anything repeats
SAME_WITHIN = timedelta(hours=24)
EVENING, MORNING = time(18), time(9)
_SOON = timedelta(minutes=30)  # so short before the evening "this evening" means now

_WRITTEN = re.compile(
    r"(?:(?P<day>\d{1,2})\s*[/.]\s*(?P<month>\d{1,2})(?:\s*[/.]\s*(?P<year>\d{4}))?[\s,]+)?"
    r"(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)",
    re.ASCII,
)
_HOURS = re.compile(
    r"(?P<a>[01]?\d|2[0-3])(?::(?P<b>[0-5]\d))?\s*[-–]\s*(?P<c>[01]?\d|2[0-3])(?::(?P<d>[0-5]\d))?",
    re.ASCII,
)


class UnclearTime(UserError):
    """What was written is not a day and a time of day, or there is no such day."""

    message = N_("I cannot read this time. Write the day and the time, like 25/11 14:30.")


class PastTime(UserError):
    """The chosen moment is over."""

    message = N_("This time has passed. Please choose a later one.")


class TooFarTime(UserError):
    """The chosen moment is further away than anything is planned."""

    message = N_("This is too far away. Choose a time in the next {days} days.")


class TwofoldTime(UserError):
    """A time that London's clocks skip in March or show twice in October."""

    message = N_("The clocks change in that hour. Please choose a time an hour earlier or later.")


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the night, in the city's time, in which only danger to life is sent.

    *end* is not part of them. They may pass midnight.
    """

    start: time
    end: time

    def __str__(self) -> str:
        """Return them as they are written in the setting."""
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def end_after(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """Return when the quiet hours around *moment* end; None when it is not in them."""
        local = moment.astimezone(zone)
        begun, over = local.time() >= self.start, local.time() >= self.end
        overnight = self.start > self.end
        if not (begun or not over if overnight else begun and not over):
            return None
        ends_on = local.date() + timedelta(days=overnight and begun)
        end = _moment(ends_on, self.end, zone)
        # an end in the hour that October has twice: the second one, when the first is over
        return end if end > moment else _moment(ends_on, self.end.replace(fold=1), zone)


def quiet_hours(written: str) -> Quiet | None:
    """Return what ``21-8`` or ``22:00-7:30`` means; None for ``none``.

    Raises:
        ValueError: it cannot be read, is a whole day, or one end lies between 01:00 and
            02:00: London's clocks skip that hour in March and repeat it in October.
    """
    if written.strip().lower() == "none":
        return None
    found = _HOURS.fullmatch(written.strip())
    if found is None:
        raise ValueError("it is not two times of day")
    start = time(int(found["a"]), int(found["b"] or 0))
    end = time(int(found["c"]), int(found["d"] or 0))
    if start == end:
        raise ValueError("both times are the same, so nothing would ever be sent")
    if 1 in (start.hour, end.hour):
        raise ValueError("times between 01:00 and 02:00 happen twice or never when clocks change")
    return Quiet(start, end)


@dataclass(frozen=True, slots=True)
class Plan:
    """When an update leaves if it is approved now, and how it repeats.

    *leaves*: None for at once. *quiet*: the quiet hours put it off. *undo*: how long it can
    be taken back after the approval. *every*: days between repeats, *until* the last day.
    """

    leaves: datetime | None
    quiet: bool
    undo: timedelta
    every: int | None = None
    until: date | None = None

    @property
    def mark(self) -> str:
        """What a button says of the plan that was shown, so that nobody approves another."""
        minute = 0 if self.leaves is None else int(self.leaves.timestamp()) // 60
        last = 0 if self.until is None else self.until.toordinal()
        return f"{minute}.{self.every or 0}.{last}"


def plan(
    broadcast: Broadcast,
    now: datetime,
    quiet: Quiet | None,
    zone: ZoneInfo,
    undo: timedelta = UNDO,
) -> Plan:
    """Return when *broadcast* leaves if it is approved *now*, and can be undone for *undo*.

    Where life is in danger that is not longer than `UNDO_DANGER`.
    """
    danger = broadcast.shape.danger
    wanted = max(now, broadcast.send_at or now)
    end = None if quiet is None or danger else quiet.end_after(wanted, zone)
    leaves = end or (wanted if wanted > now else None)
    every, until = broadcast.shape.every, broadcast.until
    if every is None or until is None or until <= (leaves or now).astimezone(zone).date():
        every = until = None
    return Plan(leaves, end is not None, min(undo, UNDO_DANGER) if danger else undo, every, until)


def alone_from(submitted_at: datetime, others: int) -> datetime:
    """Return from when its author may send an update that waits without a second person.

    After five minutes in which nobody decided, or at once where there is nobody to ask
    (*others*: how many coordinators there are beside the author).
    """
    return submitted_at + ALONE_AFTER if others else submitted_at


def this_evening(now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return today at six in the evening; None when that is over or nearly here."""
    at = _moment(now.astimezone(zone).date(), EVENING, zone)
    return at if at - now >= _SOON else None


def tomorrow_morning(now: datetime, zone: ZoneInfo) -> datetime:
    """Return tomorrow at nine."""
    return _moment(now.astimezone(zone).date() + timedelta(days=1), MORNING, zone)


def read(written: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment that ``25/11 14:30``, ``25.11.2026 14:30`` or ``14:30`` means.

    Without a day it is the next such time, without a year the next such day. The digits may
    be those of any script, as keyboards write them.

    Raises:
        UnclearTime: it cannot be read, or there is no such day.
        TwofoldTime: the clocks change in that hour of that day.
        PastTime: it is over.
        TooFarTime: it is more than `FURTHEST` away.
    """
    found = _WRITTEN.fullmatch(_plain(written).strip())
    if found is None:
        raise UnclearTime
    at = time(int(found["hour"]), int(found["minute"]))
    today = now.astimezone(zone).date()
    if found["day"] is None:
        day = today if _moment(today, at, zone) > now else today + timedelta(days=1)
    else:
        given = None if found["year"] is None else int(found["year"])
        day = _day(int(found["day"]), int(found["month"]), given, today)
    moment = _moment(day, at, zone)
    if _moment(day, at.replace(fold=1), zone) != moment:
        raise TwofoldTime
    return checked(moment, now)


def checked(moment: datetime, now: datetime) -> datetime:
    """Return *moment* if something can be planned for it.

    Raises:
        PastTime: it is over.
        TooFarTime: it is more than `FURTHEST` away.
    """
    if moment <= now:
        raise PastTime
    if moment - now > FURTHEST:
        raise TooFarTime(days=FURTHEST.days)
    return moment


def repeat_due(
    first: datetime, every: int, until: date, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """Return the newest repeat that is due by *now*, at the same local time as *first*.

    None before the first repeat. Never one after *until*, or `FURTHEST` after *first*.
    """
    return max((each for each in _repeats(first, every, until, zone) if each <= now), default=None)


def next_repeat(
    first: datetime, every: int, until: date, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """Return the first repeat after *now*; None when there is none any more."""
    return min((each for each in _repeats(first, every, until, zone) if each > now), default=None)


def _repeats(first: datetime, every: int, until: date, zone: ZoneInfo) -> list[datetime]:
    local = first.astimezone(zone)
    last = min(until, local.date() + FURTHEST)
    days = range(every, (last - local.date()).days + 1, every) if every > 0 else ()
    return [_moment(local.date() + timedelta(days=n), local.time(), zone) for n in days]


def _plain(written: str) -> str:
    """Return *written* in ASCII: digits of other scripts, the Arabic comma, marks of direction."""
    kept = (each for each in written if unicodedata.category(each) != "Cf")
    return "".join(str(unicodedata.decimal(each, each)) for each in kept).replace("\u060c", ",")


def _day(day: int, month: int, year: int | None, today: date) -> date:
    """Return the day that is written; without a year the next one.

    Raises:
        UnclearTime: there is no such day.
    """
    try:
        if year is not None:
            return date(year, month, day)
        this_year = date(today.year, month, day)
        return this_year if this_year >= today else date(today.year + 1, month, day)
    except ValueError:
        raise UnclearTime from None


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the moment in UTC; a time that the clocks skip comes as much later."""
    return datetime.combine(day, at, zone).astimezone(UTC)
