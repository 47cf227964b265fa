"""The bot's web server: where Telegram delivers updates, and the page that says how we are.

An update is acknowledged only when it has been handled: Telegram repeats what we did not
acknowledge, so nothing is lost when this process dies. *process* keeps the order in a chat.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from aiohttp import web
from telegram import Bot, Update

log = logging.getLogger(__name__)

Process = Callable[[Update], Awaitable[None]]
Health = Callable[[], Awaitable[Sequence[object]]]  # what is wrong, in words; empty: nothing

LARGEST = 1_000_000  # bytes of an update; Telegram's are a few thousand
HEALTH_PATIENCE = timedelta(seconds=5)
# https://core.telegram.org/bots/api#setwebhook
HEADER = "X-Telegram-Bot-Api-Secret-Token"


def create(
    process: Process,
    *,
    bot: Bot,
    secret: str,
    health: Health,
    patience: timedelta = HEALTH_PATIENCE,
) -> web.Application:
    """Return the server with ``POST /telegram`` for updates and ``GET /health``.

    *secret* is the one given to setWebhook; an update without it is refused unread. *process*
    is awaited before the answer; when it raises, Telegram is told to try again.
    *patience*: how long *health* may take.
    """
    app = status(health, patience=patience)
    webhook = _Webhook(process, bot, secret)
    app.router.add_post("/telegram", webhook.receive)
    return app


def status(health: Health, *, patience: timedelta = HEALTH_PATIENCE) -> web.Application:
    """Return the server with ``GET /health`` alone, for a bot that polls.

    Its JSON is ``{"ok": bool, "problems": [str]}``; 200 when nothing is wrong, else 503.
    """

    async def page(request: web.Request) -> web.Response:  # noqa: ARG001  (aiohttp's signature)
        problems = await _problems(health, patience)
        return web.json_response(
            {"ok": not problems, "problems": problems}, status=503 if problems else 200
        )

    app = web.Application(client_max_size=LARGEST)
    app.router.add_get("/health", page)
    return app


async def _problems(health: Health, patience: timedelta) -> list[str]:
    try:
        async with asyncio.timeout(patience.total_seconds()):
            return [str(problem) for problem in await health()]
    except TimeoutError:
        return ["The check itself took too long: is the database overloaded?"]


class _Webhook:
    """Receives updates from Telegram, and from nobody else."""

    def __init__(self, process: Process, bot: Bot, secret: str) -> None:
        self._process = process
        self._bot = bot
        self._secret = secret.encode()

    async def receive(self, request: web.Request) -> web.Response:
        """Handle one update; the answer says whether Telegram should send it again."""
        if not self._is_telegram(request):
            raise web.HTTPUnauthorized
        if (request.content_length or 0) > LARGEST:
            raise web.HTTPRequestEntityTooLarge(LARGEST, request.content_length or 0)
        update = self._read(await request.read())
        if update is not None:
            await self._process(update)
        return web.Response()

    def _is_telegram(self, request: web.Request) -> bool:
        given = request.headers.getall(HEADER, [])
        # compared even when it is missing or doubled, so that all refusals take the same time
        same = hmac.compare_digest("".join(given).encode(errors="replace"), self._secret)
        return same and len(given) == 1

    def _read(self, body: bytes) -> Update | None:
        """Return the update, or None when the library cannot read it: it never will."""
        raw = _parse(body)
        try:
            return Update.de_json(raw, self._bot)
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            log.error(  # noqa: TRY400  (a traceback would show people's words)
                "update cannot be read",
                extra={"update_id": raw["update_id"], "error": type(error).__name__},
            )
            return None


def _parse(body: bytes) -> dict[str, Any]:  # Any: JSON as Telegram wrote it
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest(text="This is not JSON.") from None
    if not isinstance(raw, dict) or type(raw.get("update_id")) is not int:
        raise web.HTTPBadRequest(text="This is not an update.")
    return raw
