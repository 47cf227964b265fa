"""Claimed copies in the order in which they leave; those whose chat must wait stand aside."""

from collections import deque
from collections.abc import Sequence
from datetime import datetime
from heapq import heappop, heappush

from delivery.model import Parcel
from delivery.pace import ChatPace


class Line:
    """Who is next. One chat that got a lot lately holds up nobody else."""

    def __init__(self, chats: ChatPace) -> None:
        self._chats = chats
        self._ready: deque[Parcel] = deque()
        self._aside: dict[int, deque[Parcel]] = {}
        self._free: list[tuple[datetime, int]] = []  # a heap: from when on, which chat

    def add(self, parcels: Sequence[Parcel]) -> None:
        """Put *parcels* at the end."""
        self._ready.extend(parcels)

    def next(self, now: datetime) -> Parcel | None:
        """Take the first copy whose chat may get one; None if there is none just now."""
        while self._free and self._free[0][0] <= now:
            _, chat_id = heappop(self._free)
            if self._put_aside(chat_id, now):
                continue
            return self._from_aside(chat_id, now)
        while self._ready:
            parcel = self._ready.popleft()
            chat_id = parcel.chat_id
            if (waiting := self._aside.get(chat_id)) is not None:
                waiting.append(parcel)
            elif self._put_aside(chat_id, now):
                self._aside[chat_id] = deque([parcel])
            else:
                self._chats.reserve(chat_id, now)
                return parcel
        return None

    def free_at(self) -> datetime | None:
        """Return when the next chat that stands aside may get something; None if none does."""
        return self._free[0][0] if self._free else None

    def reserve(self, parcel: Parcel, now: datetime) -> datetime:
        """Return from when on the chat may get one more piece of *parcel*; it is counted now."""
        return self._chats.reserve(parcel.chat_id, now)

    def give_back(self, parcel: Parcel) -> None:
        """Count *parcel* as not sent: it did not start."""
        self._chats.give_back(parcel.chat_id)

    def left(self) -> list[Parcel]:
        """Return all that is still in line."""
        return [*self._ready, *(each for chat in self._aside.values() for each in chat)]

    def _put_aside(self, chat_id: int, now: datetime) -> bool:
        """Note from when on the chat may get something; False if it may now."""
        if (moment := self._chats.free_at(chat_id, now)) <= now:
            return False
        heappush(self._free, (moment, chat_id))
        return True

    def _from_aside(self, chat_id: int, now: datetime) -> Parcel:
        waiting = self._aside[chat_id]
        parcel = waiting.popleft()
        self._chats.reserve(chat_id, now)
        if not waiting:
            del self._aside[chat_id]
        elif not self._put_aside(chat_id, now):
            heappush(self._free, (now, chat_id))
        return parcel
