"""Updates on their way to the bot: the queue, long polling, and the webhook."""

import asyncio
import contextlib
import time
from collections import deque
from ipaddress import ip_address
from urllib.parse import urlsplit

import aiohttp

from sandbox.errors import Refused, bad_request, conflict
from sandbox.spec import Json

LONGEST_POLL = 50
MOST_AT_ONCE = 100
CONNECTIONS = 40
FIRST_RETRY = 0.1
LONGEST_RETRY = 2.0
WEBHOOK_SECONDS = 60.0
SUCCESS = 2  # the first digit
# Left out unless asked for by name. Source: Bot API, getUpdates, allowed_updates.
ONLY_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Updates:
    """The queue of one bot."""

    def __init__(self) -> None:
        self.allowed: list[str] = []
        self.webhook: Webhook | None = None
        self._waiting: deque[Json] = deque()
        self._last_id = 1000
        self._poll: asyncio.Future[str] | None = None

    def __len__(self) -> int:
        return len(self._waiting) + (self.webhook.pending if self.webhook else 0)

    @property
    def is_polled(self) -> bool:
        """Whether a poll waits at this moment."""
        return self._poll is not None

    def add(self, kind: str, content: Json, *, chat_id: int) -> None:
        """Queue one update, unless the bot did not ask for its kind."""
        if self.allowed and kind not in self.allowed:
            return
        if not self.allowed and kind in ONLY_ON_REQUEST:
            return
        self._last_id += 1
        update = {"update_id": self._last_id, kind: content}
        if self.webhook is not None:
            self.webhook.add(update, chat_id)
            return
        self._waiting.append(update)
        self._wake("update")

    async def poll(self, *, offset: int, limit: int, wait: int) -> list[Json]:
        """Return the updates from *offset* on; those before it are confirmed and forgotten.

        Waits up to *wait* seconds for the first. A newer poll ends an older one, as with
        Telegram: two pollers knock each other out.

        Raises:
            Refused: 409, another poll or a webhook has come.
        """
        if self.webhook is not None:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        self._wake("poll")
        self._confirm(offset)
        if not self._waiting and wait > 0:
            await self._wait(min(wait, LONGEST_POLL))
        most = min(max(limit, 1), MOST_AT_ONCE)
        return [one for one, _ in zip(self._waiting, range(most), strict=False)]

    async def set_webhook(self, webhook: "Webhook | None", *, drop: bool) -> None:
        """Deliver to *webhook* from now on; None: back to polling."""
        self._wake("webhook")
        if self.webhook is not None:
            self._waiting.extend(await self.webhook.stop())
            self.webhook = None
        if drop:
            self._waiting.clear()
        if webhook is None:
            return
        self.webhook = webhook
        while self._waiting:
            update = self._waiting.popleft()
            webhook.add(update, _chat_of(update))

    async def close(self) -> None:
        """End the poll that waits and the deliveries under way."""
        self._wake("closing")
        if self.webhook is not None:
            await self.webhook.stop()

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self._waiting) > -offset:
                self._waiting.popleft()
        while self._waiting and self._waiting[0]["update_id"] < offset:
            self._waiting.popleft()

    async def _wait(self, seconds: float) -> None:
        mine: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._poll = mine
        try:
            async with asyncio.timeout(seconds):
                await mine
        except TimeoutError:
            pass
        finally:
            if self._poll is mine:
                self._poll = None
        reason = mine.result() if mine.done() and not mine.cancelled() else ""
        if refusal := _ended(reason):
            raise refusal

    def _wake(self, reason: str) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(reason)
        self._poll = None


class Webhook:
    """Deliveries to the bot's address: in order within a chat, different chats at once.

    What is not answered with 2xx is sent again after 0.1 s, doubling up to 2 s; Telegram waits
    longer, for a day or so. Telegram wants HTTPS; here plain HTTP to a loopback address will do.
    """

    def __init__(self, url: str, *, secret: str | None, connections: int | None) -> None:
        self.url = url
        self.last_error: tuple[float, str] | None = None
        self.connections = connections or CONNECTIONS
        self._headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        self._lines: dict[int, deque[Json]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore(self.connections)
        self._session: aiohttp.ClientSession | None = None

    @property
    def pending(self) -> int:
        """How many updates are not yet acknowledged."""
        return sum(map(len, self._lines.values()))

    def add(self, update: Json, chat_id: int) -> None:
        """Queue an update behind the others of its chat."""
        line = self._lines.get(chat_id)
        if line is not None:
            line.append(update)
            return
        self._lines[chat_id] = deque([update])
        task = asyncio.get_running_loop().create_task(self._deliver(chat_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> list[Json]:
        """Stop delivering and return what was not acknowledged, oldest first."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        left = [update for line in self._lines.values() for update in line]
        return sorted(left, key=lambda update: update["update_id"])

    async def _deliver(self, chat_id: int) -> None:
        line = self._lines[chat_id]
        while line:
            wait = FIRST_RETRY
            while not await self._post(line[0]):
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_RETRY)
            line.popleft()
        del self._lines[chat_id]

    async def _post(self, update: Json) -> bool:
        if self._session is None:
            limit = aiohttp.ClientTimeout(total=WEBHOOK_SECONDS)
            self._session = aiohttp.ClientSession(timeout=limit, headers=self._headers)
        try:
            async with self._free, self._session.post(self.url, json=update) as answer:
                if answer.status // 100 == SUCCESS:
                    return True
                problem = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as exc:
            problem = f"Connection failed: {type(exc).__name__}"
        self.last_error = (time.time(), problem)
        return False


def check_loopback(url: str) -> None:
    """Let addresses of this machine pass; the sandbox writes to no other.

    Raises:
        Refused: another machine, or not an HTTP address.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    with contextlib.suppress(ValueError):
        if parts.scheme in ("http", "https") and (
            host == "localhost" or ip_address(host).is_loopback
        ):
            return
    raise bad_request("bad webhook: the sandbox delivers to loopback addresses only")


def _ended(reason: str) -> Refused | None:
    if reason == "poll":
        return conflict(
            "terminated by other getUpdates request; "
            "make sure that only one bot instance is running"
        )
    return conflict("terminated by setWebhook request") if reason == "webhook" else None


def _chat_of(update: Json) -> int:
    """Return whose chat an update is about; 0 for none."""
    for content in update.values():
        if isinstance(content, dict):
            chat = (content.get("message") or content).get("chat", {})
            found: int = chat.get("id", 0)
            return found
    return 0
