"""When an edition is announced, sent, asked about, and when each reader's copy leaves. Pure.

Nothing here remembers that it ran: what is to be done is read from what has been done, so a
process that was down for a second or for days does it once when it is back (reliability
tests S1 to S3).
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from digests.edition import Edition, EditionState, Unseen
from digests.subscription import Frequency, Subscription

TOO_LATE = timedelta(hours=24)  # reliability.md, section 1, rule 6: then a person is asked
TIME_TO_LOOK = timedelta(hours=3)  # that coordinators have at least, told late or in time
REMIND_EVERY = timedelta(days=1)
DAILY_HOUR = 8  # in the city, for those who chose no hour
LAST_DAILY = time(21)  # a day's news does not leave later


class Step(StrEnum):
    """What is to be done about an edition now."""

    ANNOUNCE = "announce"  # open the draft and tell the coordinators
    SEND = "send"  # it is approved and due
    ASK = "ask"  # it is approved, but its time was long ago: queue it, held
    TAKE = "take"  # nobody looked, and it is to leave as it stands
    REMIND = "remind"  # its time has come and nobody has approved it


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the edition of one week.

    *edition*: None before anybody touched it. *announced_at*: when coordinators were told
    that it is ready, None if they were not. *queued*: its copies are in the outbox.
    """

    edition: Edition | None
    announced_at: datetime | None
    queued: bool

    @property
    def state(self) -> EditionState:
        """Return its state; one that nobody touched is a draft."""
        return EditionState.DRAFT if self.edition is None else self.edition.state


def next_step(
    found: Standing, *, review_at: datetime, send_at: datetime, now: datetime, unseen: Unseen
) -> Step | None:
    """Return what is to be done at *now* about an edition; None for nothing.

    *review_at* and *send_at*: when it goes to coordinators and when it leaves. What was
    approved after *send_at* has been sent by that press and never comes here.
    """
    if found.state is EditionState.APPROVED:
        if found.queued or now < send_at:
            return None
        return Step.SEND if now - send_at <= TOO_LATE else Step.ASK
    if found.announced_at is None:
        return Step.ANNOUNCE if now >= review_at else None
    if now < max(send_at, found.announced_at + TIME_TO_LOOK):
        return None
    if unseen is Unseen.SEND and found.state is EditionState.DRAFT and now - send_at <= TOO_LATE:
        return Step.TAKE
    return Step.REMIND if may_remind(found.edition, now) else None


def may_remind(edition: Edition | None, now: datetime) -> bool:
    """Say whether coordinators may be reminded again of *edition*."""
    reminded = edition.reminded_at if edition is not None else None
    return reminded is None or now - reminded >= REMIND_EVERY


def leaves_at(subscription: Subscription, edition_leaves: datetime, zone: ZoneInfo) -> datetime:
    """Return when this reader's copy of the weekly edition leaves.

    The first moment of their day and hour in *zone* that is not before *edition_leaves*; what
    they did not choose is as for everybody.
    """
    if subscription.day is None and subscription.hour is None:
        return edition_leaves
    local = edition_leaves.astimezone(zone)
    at = (
        local.timetz().replace(tzinfo=None)
        if subscription.hour is None
        else time(subscription.hour)
    )
    days = (local.date() + timedelta(days=n) for n in range(9))
    moments = (
        datetime.combine(day, at, zone) for day in days if subscription.day in (None, day.weekday())
    )
    return next(moment for moment in moments if moment >= edition_leaves)


def daily_due(day: date, subscriptions: list[Subscription], zone: ZoneInfo) -> datetime:
    """Return when the news of *day* is put together: with its first copy, at 8:00 at the latest."""
    hours = [_daily_hour(each) for each in subscriptions if each.frequency is Frequency.DAILY]
    return datetime.combine(day, time(min([DAILY_HOUR, *hours])), zone)


def daily_leaves_at(subscription: Subscription, day: date, zone: ZoneInfo) -> datetime:
    """Return when this reader's copy of the news of *day* leaves."""
    return datetime.combine(day, time(_daily_hour(subscription)), zone)


def too_late_for_daily(now: datetime, zone: ZoneInfo) -> bool:
    """Say whether the news of the day waits for the next morning."""
    return now.astimezone(zone).time() > LAST_DAILY


def _daily_hour(subscription: Subscription) -> int:
    return DAILY_HOUR if subscription.hour is None else subscription.hour
