"""Claimed copies in the order in which they leave; those whose chat must wait stand aside."""

from collections import deque
from collections.abc import Container, Sequence
from datetime import datetime
from heapq import heappop, heappush

from delivery.model import Kind, Parcel
from delivery.pace import ChatPace


class Line:
    """Who is next: notices, then urgent updates, then digests, each in the order of coming.

    One chat that got a lot lately holds up nobody else.
    """

    def __init__(self, chats: ChatPace) -> None:
        self._chats = chats
        self._ready: dict[Kind, deque[Parcel]] = {kind: deque() for kind in Kind}
        self._aside: dict[int, deque[Parcel]] = {}
        self._free: list[tuple[datetime, int]] = []  # a heap: from when on, which chat

    @property
    def ready(self) -> bool:
        """Whether there are copies that wait for no chat."""
        return any(self._ready.values())

    def add(self, parcels: Sequence[Parcel]) -> None:
        """Put *parcels* at the end of their kinds."""
        for parcel in parcels:
            self._ready[parcel.kind].append(parcel)

    def next(self, now: datetime, full: Container[Kind] = ()) -> Parcel | None:
        """Take the first copy whose chat may get one and whose kind is not *full*.

        None if there is none just now.
        """
        while self._free and self._free[0][0] <= now:
            _, chat_id = heappop(self._free)
            for parcel in reversed(self._aside.pop(chat_id)):
                self._ready[parcel.kind].appendleft(parcel)
        for kind, ready in self._ready.items():
            while ready and kind not in full:
                parcel = ready.popleft()
                if self._may_leave(parcel, now):
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
        waiting = [*self._ready.values(), *self._aside.values()]
        return [parcel for each in waiting for parcel in each]

    def _may_leave(self, parcel: Parcel, now: datetime) -> bool:
        """Count it as leaving now, or put it aside until its chat may get something."""
        chat_id = parcel.chat_id
        if (waiting := self._aside.get(chat_id)) is not None:
            waiting.append(parcel)
            return False
        if (moment := self._chats.free_at(chat_id, now)) > now:
            self._aside[chat_id] = deque([parcel])
            heappush(self._free, (moment, chat_id))
            return False
        self._chats.reserve(chat_id, now)
        return True
