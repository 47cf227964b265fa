"""Webhooks: in order, with the secret, until acknowledged."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from sandbox import updates
from tests.sandbox.conftest import until


class Receiver:
    """A bot's web server that answers with the given statuses, then 200."""

    def __init__(self, *statuses, refuses=None):
        self.statuses = list(statuses)
        self.refuses = refuses
        self.got = []
        self.headers = []
        self._more = asyncio.Condition()

    async def handle(self, request):
        update = await request.json()
        async with self._more:
            self.got.append(update)
            self.headers.append(dict(request.headers))
            self._more.notify_all()
        if update["message"]["chat"]["id"] == self.refuses:
            return web.Response(status=500)
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def wait_for(self, count):
        async with asyncio.timeout(10), self._more:
            await self._more.wait_for(lambda: len(self.got) >= count)

    @asynccontextmanager
    async def running(self):
        app = web.Application()
        app.router.add_post("/hook", self.handle)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        finally:
            await runner.cleanup()


async def test_updates_come_with_the_secret(bot, amina, sandbox):
    receiver = Receiver()
    async with receiver.running() as url:
        await bot.call("setWebhook", url=url, secret_token="s3cret", allowed_updates=["message"])
        sandbox.say(amina.id, "hi")
        sandbox.block(amina.id)
        await receiver.wait_for(1)
        info = (await bot.call("getWebhookInfo"))["result"]
        assert (info["url"], info["allowed_updates"]) == (url, ["message"])
        await bot.call("deleteWebhook")
    assert [one["message"]["text"] for one in receiver.got] == ["hi"]
    assert receiver.headers[0]["X-Telegram-Bot-Api-Secret-Token"] == "s3cret"
    assert (await bot.call("getUpdates"))["result"] == []


async def test_repeated_until_acknowledged_and_in_order(bot, amina, sandbox):
    receiver = Receiver(500, 302, 503)
    async with receiver.running() as url:
        await bot.call("setWebhook", url=url)
        for text in ("one", "two"):
            sandbox.say(amina.id, text)
        await receiver.wait_for(5)
        info = (await bot.call("getWebhookInfo"))["result"]
        await bot.call("deleteWebhook")
    texts = [one["message"]["text"] for one in receiver.got]
    assert texts == ["one", "one", "one", "one", "two"]
    assert len({one["update_id"] for one in receiver.got}) == 2
    assert info["last_error_message"].startswith("Wrong response from the webhook: 503")


async def test_one_stuck_chat_does_not_hold_up_another(bot, amina, sandbox):
    other = sandbox.person("Other")
    receiver = Receiver(refuses=amina.id)
    async with receiver.running() as url:
        await bot.call("setWebhook", url=url)
        sandbox.say(amina.id, "stuck")
        sandbox.say(other.id, "through")
        await until(lambda: len(sandbox.updates) == 1)
        await bot.call("deleteWebhook")
    assert {one["message"]["text"] for one in receiver.got} == {"stuck", "through"}
    assert [one["message"]["text"] for one in (await bot.call("getUpdates"))["result"]] == ["stuck"]


@pytest.mark.parametrize(
    ("drop", "left"),
    [pytest.param(False, ["early", "late"], id="kept"), pytest.param(True, [], id="dropped")],
)
async def test_what_was_not_acknowledged_can_be_polled(bot, amina, sandbox, drop, left):
    sandbox.say(amina.id, "early")
    await bot.call("setWebhook", url="http://127.0.0.1:9/nobody")
    sandbox.say(amina.id, "late")
    info = (await bot.call("getWebhookInfo"))["result"]
    assert info["pending_update_count"] == 2
    await bot.call("deleteWebhook", drop_pending_updates=drop)
    found = (await bot.call("getUpdates"))["result"]
    assert [one["message"]["text"] for one in found] == left


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "http://[::1]:1/x", "http://localhost:1/"])
def test_loopback_is_allowed(url):
    updates.check_loopback(url)
