"""When the next message may leave: for the bot as a whole, and for each chat.

Source: https://core.telegram.org/bots/faq ("My bot is hitting limits, how do I avoid this?").
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

Clock = Callable[[], datetime]
Sleep = Callable[[timedelta], Awaitable[None]]

# How late a slot may be used without moving all later ones. Event loops wake up a
# millisecond late, which would cost half of a rate of 1,000 a second, and busy machines far
# more. At 28 a second this is half an interval, so there are at most 29 in any second.
_LATENESS = timedelta(milliseconds=20)
_MANY_CHATS = 4096  # from so many on, those that are free again are forgotten


class Pace:
    """Hands out moments, one interval apart, and can put them all off."""

    def __init__(self, per_second: float, now: Clock, sleep: Sleep) -> None:
        """*per_second*: how many moments; *sleep* is how to wait for one."""
        self._interval = timedelta(seconds=1 / per_second)
        self._now = now
        self._sleep = sleep
        self._next = now()
        self._not_before = now()

    def reserve(self) -> datetime:
        """Return the next moment that is free; it is taken now."""
        slot = max(self._next, self._now() - _LATENESS, self._not_before)
        self._next = slot + self._interval
        return slot

    def pause(self, wait: timedelta) -> None:
        """Let nobody begin before *wait* is over."""
        self._not_before = max(self._not_before, self._now() + wait)

    async def until(self, slot: datetime) -> None:
        """Wait for *slot* and for the end of a pause, which may begin meanwhile."""
        while (wait := max(slot, self._not_before) - self._now()) > timedelta():
            await self._sleep(wait)

    async def reach(self, slot: datetime) -> timedelta:
        """Wait for *slot*; when a pause for all has begun, return at once how long it lasts."""
        while (rest := self._not_before - self._now()) <= timedelta():
            if (wait := slot - self._now()) <= timedelta():
                return timedelta()
            await self._sleep(wait)
        return rest


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
        spent = self._spent.get(chat_id, now)
        return max(now, spent - (allowed.burst - 1) * allowed.every)

    def reserve(self, chat_id: int, now: datetime) -> datetime:
        """Return from when on the chat may get one more; that one is counted now."""
        moment = self.free_at(chat_id, now)
        self._spent[chat_id] = max(self._spent.get(chat_id, now), now) + _allowance(chat_id).every
        if len(self._spent) > self._many:
            self._forget(now)
        return moment

    def give_back(self, chat_id: int) -> None:
        """Take back what was reserved last and not used."""
        if chat_id in self._spent:
            self._spent[chat_id] -= _allowance(chat_id).every

    def _forget(self, now: datetime) -> None:
        self._spent = {chat: spent for chat, spent in self._spent.items() if spent > now}
        self._many = max(_MANY_CHATS, 2 * len(self._spent))


def _allowance(chat_id: int) -> Allowance:
    return PERSON if chat_id > 0 else GROUP  # ids of groups and channels are negative: Bot API
