"""When the next message may leave: for the bot as a whole, and for each chat.

Source: https://core.telegram.org/bots/faq ("My bot is hitting limits, how do I avoid this?").
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from delivery.budget import Budget

Clock = Callable[[], datetime]
Sleep = Callable[[timedelta], Awaitable[None]]

# How much of the time in which nothing could leave is made up for: a busy machine or a slow
# commit would else cost as much speed as it lasts. Making up is safe, as `Budget` counts.
_LATENESS = timedelta(seconds=0.1)
_MANY_CHATS = 4096  # from so many on, those that are free again are forgotten


class Pace:
    """Lets one after the other leave, an interval apart, and can put all of them off."""

    def __init__(self, per_second: float, now: Clock, sleep: Sleep, budget: Budget) -> None:
        """*per_second*: how many leave; *sleep* is how to wait."""
        self._interval = timedelta(seconds=1 / per_second)
        self._now = now
        self._sleep = sleep
        self._budget = budget
        self._next = now()
        self._not_before = now()
        self._order = asyncio.Lock()

    @property
    def rest(self) -> timedelta:
        """How long a pause for all still lasts; not more than nothing when there is none."""
        return self._not_before - self._now()

    async def turn(self) -> float | None:
        """Wait for the next moment and return what `end` needs: a call counts from now on.

        None at once when a pause for all has begun: nothing may leave, and nothing counts.
        """
        async with self._order:
            while self.rest <= timedelta():
                # never more than one ahead, also when the clock was set back
                self._next = min(self._next, self._now() + self._interval)
                wait = max(self._next - self._now(), timedelta(seconds=self._budget.wait()))
                if wait <= timedelta():
                    self._next = max(self._next, self._now() - _LATENESS) + self._interval
                    return self._budget.begin()
                await self._sleep(wait)
            return None

    def end(self, began: float) -> None:
        """Note that the answer to the call of a turn has come, or that none will."""
        self._budget.end(began)

    def pause(self, wait: timedelta) -> None:
        """Let nobody begin before *wait* is over."""
        self._not_before = max(self._not_before, self._now() + wait)

    async def until(self, moment: datetime) -> None:
        """Wait for *moment* and for the end of a pause, which may begin meanwhile."""
        while (wait := max(moment, self._not_before) - self._now()) > timedelta():
            await self._sleep(wait)

    async def reach(self, moment: datetime) -> None:
        """Wait for *moment*, but not for the end of a pause for all."""
        while self._not_before <= self._now() < moment:
            await self._sleep(moment - self._now())


@dataclass(frozen=True, slots=True)
class Allowance:
    """One message each *every*, and up to *burst* at once."""

    burst: int
    every: timedelta


# "Avoid sending more than one message per second" in a chat; "short bursts" may pass
PERSON = Allowance(3, timedelta(seconds=1))
# "Not more than 20 messages per minute" in a group: 3 at once and 17 in the minute after
GROUP = Allowance(3, timedelta(seconds=3.5))


class ChatPace:
    """Who got how much lately. Pure: the moment is passed in.

    Kept from one run of the sender to the next; after a restart everybody may get a burst.
    """

    def __init__(self) -> None:
        self._spent: dict[int, datetime] = {}  # chat: when all of its allowance is back
        self._many = _MANY_CHATS

    def free_at(self, chat_id: int, now: datetime) -> datetime:
        """Return from when on the chat may get one more; *now* if it may now."""
        allowed = _allowance(chat_id)
        return max(now, self._spent_until(chat_id, now) - (allowed.burst - 1) * allowed.every)

    def reserve(self, chat_id: int, now: datetime) -> datetime:
        """Return from when on the chat may get one more; that one is counted now."""
        moment = self.free_at(chat_id, now)
        self._spent[chat_id] = self._spent_until(chat_id, now) + _allowance(chat_id).every
        if len(self._spent) > self._many:
            self._forget(now)
        return moment

    def give_back(self, chat_id: int) -> None:
        """Take back what was reserved last and not used."""
        if chat_id in self._spent:
            self._spent[chat_id] -= _allowance(chat_id).every

    def _spent_until(self, chat_id: int, now: datetime) -> datetime:
        """Return when all is back: not before *now*, and not later than could be in use by then.

        Who sets the clock back by an hour would else keep everybody waiting for an hour.
        """
        allowed = _allowance(chat_id)
        most = now + (allowed.burst + 1) * allowed.every
        return min(max(self._spent.get(chat_id, now), now), most)

    def _forget(self, now: datetime) -> None:
        self._spent = {chat: spent for chat, spent in self._spent.items() if spent > now}
        self._many = max(_MANY_CHATS, 2 * len(self._spent))


def _allowance(chat_id: int) -> Allowance:
    return PERSON if chat_id > 0 else GROUP  # ids of groups and channels are negative: Bot API
