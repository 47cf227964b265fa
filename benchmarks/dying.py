"""A sender that kills itself at a place that nobody outside could hit: run by `benchmarks.kill`.

``python -m benchmarks.dying DATABASE_URL API PLACE AT WINDOW RATE``: the outbox, the transport and
the loop of the product, with a ``kill -9`` of the own process when PLACE is reached for the AT-th
time. Without a place ("-") it sends until nothing is left.
"""

import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NoReturn

os.environ.setdefault("PTB_TIMEDELTA", "true")  # before telegram

import uvloop
from telegram import Bot

import db.outbox
from benchmarks.posting import opened
from bot.transport import AiohttpRequest
from db.engine import Sessions
from db.stores import SqlOutbox
from delivery.drain import drain
from delivery.model import Button, Outcome, Parcel, Settlement
from delivery.telegram import TelegramSender
from sandbox.world import TOKEN

PLACES = ("before-mark", "after-mark", "after-accept", "after-save")


class Fuse:
    """Counts how often *place* is reached, and kills the process at the *at*-th time."""

    def __init__(self, place: str, at: int) -> None:
        self._place, self._left = place, at

    def here(self, place: str) -> None:
        """Die if this is the place and the time."""
        if place != self._place:
            return
        self._left -= 1
        if self._left == 0:
            _die()


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives SIGKILL")


class DyingOutbox(SqlOutbox):
    """The product's outbox; the process may die around its marks."""

    def __init__(self, sessions: Sessions, fuse: Fuse) -> None:
        super().__init__(sessions)
        self._fuse = fuse

    async def start(self, parcels: Sequence[Parcel], now: datetime) -> set[int]:
        """Mark as sending."""
        self._fuse.here("before-mark")
        ours = await super().start(parcels, now)
        self._fuse.here("after-mark")
        return ours

    async def settle(self, settlements: Sequence[Settlement], now: datetime) -> None:
        """Record what became of it."""
        await super().settle(settlements, now)
        self._fuse.here("after-save")


class DyingSender(TelegramSender):
    """The product's sender; the process may die when Telegram has said yes."""

    def __init__(self, bot: Bot, fuse: Fuse) -> None:
        super().__init__(bot, paid=True)
        self._fuse = fuse

    async def send(
        self,
        chat_id: int,
        html: str,
        buttons: Sequence[Sequence[Button]],
        *,
        thread_id: int | None = None,
    ) -> Outcome:
        """Send one part."""
        outcome = await super().send(chat_id, html, buttons, thread_id=thread_id)
        self._fuse.here("after-accept")
        return outcome


async def main(url: str, api: str, fuse: Fuse, window: int, rate: int) -> None:
    """Settle what the process before left, then send what is due."""
    request = AiohttpRequest()
    bot = Bot(TOKEN, base_url=f"{api}/bot", request=request, get_updates_request=request)
    async with bot, opened(url) as sessions:
        async with sessions.begin() as session:
            await db.outbox.recover(session, datetime.now(UTC), all_claims=True)
        await drain(
            DyingOutbox(sessions, fuse),
            DyingSender(bot, fuse),
            per_second=rate,
            window=window,
            now=lambda: datetime.now(UTC),
        )


if __name__ == "__main__":
    _url, _api, _place, _at, _window, _rate = sys.argv[1:]
    uvloop.run(main(_url, _api, Fuse(_place, int(_at)), int(_window), int(_rate)))
