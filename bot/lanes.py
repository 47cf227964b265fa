"""Updates in order within a chat, chats side by side; and asking Telegram for updates.

Nothing is lost: an update counts as received only when it has been handled, so after a crash
Telegram gives it again. It may then be handled twice, which every handler must stand.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Hashable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from telegram import Bot, Update
from telegram.error import Conflict, RetryAfter, TelegramError

log = logging.getLogger(__name__)

Handle = Callable[[Update], Awaitable[None]]
T = TypeVar("T")

AT_ONCE = 64
LONG_POLL = timedelta(seconds=30)
LONGEST_WAIT = timedelta(seconds=30)
# a server that is not Telegram's, or a proxy's page that happens to be JSON
_NOT_TELEGRAMS = (TypeError, KeyError, ValueError, AttributeError)
CONFLICT_WAIT = timedelta(seconds=5)
FAREWELL = timedelta(seconds=20)  # how long running handlers may finish when we stop

_BATCH = 100  # https://core.telegram.org/bots/api#getupdates: the most in one answer
_QUICK = 0.05  # seconds in which most updates are done, so that the next question confirms them
_SLOW = 0.3  # seconds between questions while a slow update keeps the offset where it is

# With two underscores, as `Bot.do_api_request` warns of the names that `Bot` has itself.
# `Bot.get_updates` would do, but for an update that it cannot read: then it logs the whole
# answer, people's words included, raises, and would do so again for ever.
_GET_UPDATES = "get__updates"


class Lanes:
    """Runs work of one key in the order of its coming, of several keys side by side.

    *at_once*: how many may run at a time.
    """

    def __init__(self, *, at_once: int = AT_ONCE) -> None:
        self._room = asyncio.Semaphore(at_once)
        self._last: dict[Hashable, asyncio.Task[None]] = {}

    def start(self, key: Hashable, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        """Start *work* when the earlier work of *key* is over, whatever became of it."""
        task = asyncio.create_task(self._after(self._last.get(key), work))
        self._last[key] = task
        task.add_done_callback(partial(self._forget, key))
        return task

    async def run(self, key: Hashable, work: Callable[[], Awaitable[None]]) -> None:
        """Return when *work* has had its turn; it goes on if the caller is cancelled."""
        await asyncio.shield(self.start(key, work))

    async def finish(self, timeout: timedelta = FAREWELL) -> bool:  # noqa: ASYNC109
        """Wait until nothing runs; False if something still does after *timeout*."""
        if self._last:
            await asyncio.wait(set(self._last.values()), timeout=timeout.total_seconds())
        return not self._last

    async def _after(
        self, earlier: asyncio.Task[None] | None, work: Callable[[], Awaitable[None]]
    ) -> None:
        if earlier is not None:
            await asyncio.wait([earlier])
        async with self._room:
            await work()

    def _forget(self, key: Hashable, task: asyncio.Task[None]) -> None:
        if self._last.get(key) is task:
            del self._last[key]


def lane(update: Update) -> Hashable:
    """Return the key of an update: its chat, else its person, else itself."""
    if update.effective_chat is not None:
        return ("chat", update.effective_chat.id)
    if update.effective_user is not None:
        return ("person", update.effective_user.id)
    return ("update", update.update_id)


def in_lanes(lanes: Lanes, handle: Handle) -> Handle:
    """Return *handle* with the order of *lanes*: what the webhook awaits for an update."""

    async def handled(update: Update) -> None:
        await lanes.run(lane(update), partial(handle, update))

    return handled


async def poll(
    bot: Bot,
    handle: Handle,
    *,
    allowed_updates: Sequence[str],
    stop: asyncio.Event,
    lanes: Lanes | None = None,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Ask Telegram for updates and handle them, until *stop* is set.

    Telegram's silence is waited out with growing pauses. An update that *handle* fails on is
    logged and counts as handled: it would fail again. While one is slow, others go on as long
    as Telegram shows them: the hundred updates from the slow one on.
    """
    polling = _Polling(bot, handle, tuple(allowed_updates), lanes or Lanes())
    failures = 0
    # asking fails while a webhook of an earlier way of running is set
    ready = False
    while not stop.is_set():
        try:
            ready = ready or await _unless(stop, bot.delete_webhook()) is not None
            await polling.take(await _unless(stop, polling.ask()) or [])
        except TelegramError as error:
            failures += 1
            wait = _wait(error, failures)
            log.warning(_in_plain_words(error), extra={"seconds": wait, "error": str(error)})
            await _unless(stop, sleep(wait))
            continue
        except _NOT_TELEGRAMS as error:
            failures += 1
            wait = _doubled(timedelta(seconds=1), failures)
            log.warning("no answer of telegram’s; trying again", extra=_facts(wait, error))
            await _unless(stop, sleep(wait))
            continue
        if failures:
            log.info("telegram can be reached again", extra={"failures": failures})
        failures = 0
    await polling.leave()


class _Polling:
    """What has come, what is still being handled, and so which updates may be confirmed."""

    def __init__(
        self, bot: Bot, handle: Handle, allowed_updates: tuple[str, ...], lanes: Lanes
    ) -> None:
        self._bot = bot
        self._handle = handle
        self._allowed_updates = allowed_updates
        self._lanes = lanes
        self._running: dict[int, asyncio.Task[None]] = {}
        self._seen: set[int] = set()  # ids that Telegram may give again
        self._next: int | None = None  # the id after the newest

    @property
    def _offset(self) -> int | None:
        """The oldest update that is not done: asking from here confirms all before it."""
        return min(self._running, default=self._next)

    async def ask(self, *, limit: int = _BATCH) -> list[dict[str, Any]]:
        """Return the updates as Telegram wrote them; waits for one when nothing is running."""
        patience = timedelta() if self._running else LONG_POLL
        arguments: dict[str, object] = {
            "limit": limit,
            "timeout": int(patience.total_seconds()),
            "allowed_updates": list(self._allowed_updates),
        }
        if self._offset is not None:
            arguments["offset"] = self._offset
        answer: list[dict[str, Any]] = await self._bot.do_api_request(
            _GET_UPDATES, api_kwargs=arguments, read_timeout=patience.total_seconds() + 10
        )
        return answer

    async def take(self, batch: Sequence[dict[str, Any]]) -> None:
        """Start what is new in *batch* and give it a moment to be done."""
        new = [raw for raw in batch if raw["update_id"] not in self._seen]
        for raw in new:
            self._start(raw)
        if self._running:
            await asyncio.wait(self._running.values(), timeout=_QUICK if new else _SLOW)
        lowest = self._offset or 0
        self._seen = {update_id for update_id in self._seen if update_id >= lowest}

    async def leave(self) -> None:
        """Let running work end, and confirm what is done, so that it does not come again."""
        if not await self._lanes.finish():
            log.warning("stopped with updates unfinished", extra={"count": len(self._running)})
        if self._next is not None:
            with contextlib.suppress(TelegramError):  # then they come again, which does no harm
                await self._confirm()

    async def _confirm(self) -> None:
        arguments = {"offset": self._offset, "limit": 1, "timeout": 0}
        await self._bot.do_api_request(_GET_UPDATES, api_kwargs=arguments)

    def _start(self, raw: dict[str, Any]) -> None:
        update_id = raw["update_id"]
        self._seen.add(update_id)
        self._next = update_id + 1  # not the highest: after a quiet week Telegram starts anew
        try:
            update = Update.de_json(raw, self._bot)
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            # a kind of update that the library does not know yet; others must go on
            log.error(  # noqa: TRY400  (a traceback would show people's words)
                "update cannot be read",
                extra={"update_id": update_id, "error": type(error).__name__},
            )
            return
        task = self._lanes.start(lane(update), partial(self._handle, update))
        self._running[update_id] = task
        task.add_done_callback(partial(self._done, update_id))

    def _done(self, update_id: int, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            # a cancelled one was not handled: it stays open, so Telegram gives it again
            del self._running[update_id]
            if (error := task.exception()) is not None:
                log.error("update failed", extra={"update_id": update_id}, exc_info=error)


async def _unless(stop: asyncio.Event, work: Awaitable[T]) -> T | None:
    """Return what *work* returns, or None as soon as *stop* is set: *work* is cancelled then."""
    working = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        for task in (working, stopping):
            task.cancel()


def _wait(error: TelegramError, failures: int) -> float:
    """Return how many seconds to leave Telegram alone after the *failures*-th failure in a row."""
    if isinstance(error, RetryAfter):
        asked = error.retry_after
        return asked.total_seconds() if isinstance(asked, timedelta) else asked
    least = CONFLICT_WAIT if isinstance(error, Conflict) else timedelta(seconds=1)
    return _doubled(least, failures)


def _doubled(least: timedelta, failures: int) -> float:
    doubled: timedelta = least * 2 ** min(failures - 1, 10)
    return min(doubled, LONGEST_WAIT).total_seconds()


def _facts(wait: float, error: Exception) -> dict[str, object]:
    """Return what may be logged: the error's words could quote what somebody wrote."""
    return {"seconds": wait, "error": type(error).__name__}


def _in_plain_words(error: TelegramError) -> str:
    if not isinstance(error, Conflict):
        return "telegram cannot be reached; trying again"
    if "webhook" in error.message.lower():
        return "this bot has a webhook, so telegram gives no updates here; remove the webhook"
    return "another program is receiving this bot's updates; stop it or use another bot's token"
